//! `ALTER TABLE name action, action …`

use orm_schema::TableName;

use super::{
    Fact,
    column::column,
    constraint::{Item, item},
};
use crate::cursor::Cursor;

/// Reads the table and its actions, the words ALTER TABLE being past.
pub(super) fn alter_table(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    cursor.if_exists();
    cursor.eat("ONLY");
    let Some(table) = cursor.table() else { return vec![Fact::Unread] };
    cursor.eat("*");
    // MariaDB: how long to wait.
    if cursor.eat("WAIT") {
        cursor.next();
    }
    cursor.eat("NOWAIT");
    let mut facts = Vec::new();
    while !cursor.at_end() {
        let before = cursor.place();
        facts.extend(action(cursor, &table));
        cursor.skip_to(|cursor| cursor.is(","));
        // A parenthesis too many would stand in the way for ever.
        if !cursor.eat(",") && (cursor.place() == before || cursor.is(")")) {
            cursor.next();
        }
    }
    facts
}

fn action(cursor: &mut Cursor<'_>, table: &TableName) -> Vec<Fact> {
    let table = table.clone();
    if cursor.eat("ADD") {
        add(cursor, table)
    } else if cursor.eat("DROP") {
        vec![drop(cursor, table)]
    } else if cursor.eat("RENAME") {
        vec![rename(cursor, table)]
    } else if cursor.eat("MODIFY") {
        cursor.eat("COLUMN");
        cursor.if_exists();
        let found = column(cursor);
        vec![found.map_or(Fact::Unread, |to| Fact::Redefine { table, column: to.name.clone(), to })]
    } else if cursor.eat("CHANGE") {
        change(cursor, table)
    } else if cursor.eat("ALTER") {
        vec![alter_column(cursor, table)]
    } else {
        vec![other(cursor, table)]
    }
}

fn add(cursor: &mut Cursor<'_>, table: TableName) -> Vec<Fact> {
    if cursor.eat("PARTITION") || cursor.eat("PERIOD") || cursor.eat("SYSTEM") {
        return vec![Fact::AlterTable { table }];
    }
    if let Some(fact) = add_not_null(cursor, &table) {
        return vec![fact];
    }
    if let Some(item) = item(cursor) {
        return vec![match item {
            Item::Constraint(constraint) => Fact::AddConstraint { table, constraint },
            Item::Index(index) => Fact::CreateIndex { table, index },
        }];
    }
    cursor.eat("COLUMN");
    cursor.if_exists();
    // MySQL takes several in one parenthesis.
    let several = cursor.eat("(");
    let mut facts = Vec::new();
    while let Some(column) = column(cursor) {
        facts.push(Fact::AddColumn { table: table.clone(), column });
        if !several || !cursor.eat(",") {
            break;
        }
    }
    if several {
        cursor.eat(")");
    }
    if facts.is_empty() { vec![Fact::Unread] } else { facts }
}

/// `ADD CONSTRAINT name NOT NULL column` (PostgreSQL 18)
fn add_not_null(cursor: &mut Cursor<'_>, table: &TableName) -> Option<Fact> {
    if !(cursor.are("NOT NULL")
        || cursor.is("CONSTRAINT") && cursor.is_at(2, "NOT") && cursor.is_at(3, "NULL"))
    {
        return None;
    }
    if cursor.eat("CONSTRAINT") {
        cursor.next();
    }
    cursor.eat("NOT NULL");
    let (table, column) = (table.clone(), cursor.name()?);
    Some(if cursor.are("NOT VALID") {
        Fact::AlterTable { table }
    } else {
        Fact::SetNotNull { table, column }
    })
}

fn drop(cursor: &mut Cursor<'_>, table: TableName) -> Fact {
    if cursor.eat("PRIMARY KEY") {
        return Fact::DropConstraint { table, name: None };
    }
    if cursor.eat("CONSTRAINT")
        || cursor.eat("FOREIGN KEY")
        || (cursor.is("CHECK") && !cursor.is_at(1, ",") && cursor.eat("CHECK"))
    {
        cursor.if_exists();
        return cursor.name().map_or(Fact::Unread, |name| Fact::DropConstraint { table, name: Some(name) });
    }
    if cursor.is_at(1, "IF") || !cursor.is_at(1, ",") {
        if cursor.eat("INDEX") || cursor.eat("KEY") {
            cursor.if_exists();
            let Some(name) = cursor.table() else { return Fact::Unread };
            return Fact::DropIndex { table: Some(table), name, concurrently: false };
        }
        if cursor.eat("PARTITION") {
            return Fact::Truncate { table };
        }
        if cursor.eat("SYSTEM VERSIONING") || cursor.eat("PERIOD") {
            return Fact::AlterTable { table };
        }
    }
    cursor.eat("COLUMN");
    cursor.if_exists();
    let Some(column) = cursor.name() else { return Fact::Unread };
    Fact::DropColumn { table, column, cascade: cursor.is("CASCADE") }
}

fn rename(cursor: &mut Cursor<'_>, table: TableName) -> Fact {
    if cursor.eat("CONSTRAINT") || cursor.eat("INDEX") || cursor.eat("KEY") {
        return Fact::AlterTable { table };
    }
    if cursor.eat("TO") || cursor.eat("AS") || cursor.eat("=") {
        return cursor.table().map_or(Fact::Unread, |to| Fact::RenameTable { to: beside(&table, to), table });
    }
    cursor.eat("COLUMN");
    let (column, _, to) = (cursor.name(), cursor.eat("TO"), cursor.name());
    match (column, to) {
        (Some(column), Some(to)) => Fact::RenameColumn { table, column, to },
        // MySQL: ALTER TABLE a RENAME b
        (Some(to), None) => Fact::RenameTable { to: beside(&table, TableName::new(to)), table },
        (None, _) => Fact::Unread,
    }
}

/// A new name without a namespace stays in that of the old one.
fn beside(table: &TableName, to: TableName) -> TableName {
    TableName { namespace: to.namespace.or_else(|| table.namespace.clone()), name: to.name }
}

fn change(cursor: &mut Cursor<'_>, table: TableName) -> Vec<Fact> {
    cursor.eat("COLUMN");
    cursor.if_exists();
    let (Some(old), Some(to)) = (cursor.name(), column(cursor)) else { return vec![Fact::Unread] };
    let redefine = Fact::Redefine { table: table.clone(), column: to.name.clone(), to: to.clone() };
    if old.eq_ignore_ascii_case(&to.name) {
        return vec![redefine];
    }
    vec![Fact::RenameColumn { table, column: old, to: to.name }, redefine]
}

fn alter_column(cursor: &mut Cursor<'_>, table: TableName) -> Fact {
    if cursor.eat("INDEX") || cursor.eat("CONSTRAINT") || cursor.eat("CHECK") {
        return Fact::AlterTable { table };
    }
    cursor.eat("COLUMN");
    cursor.if_exists();
    let Some(column) = cursor.name() else { return Fact::Unread };
    if cursor.eat("SET DATA TYPE") || cursor.eat("TYPE") {
        let to = cursor.skip_to(|cursor| cursor.is_any(&[",", "USING", "COLLATE"])).to_owned();
        cursor.skip_to(|cursor| cursor.is_any(&[",", "USING"]));
        return Fact::AlterType { table, column, to, using: cursor.is("USING") };
    }
    match () {
        () if cursor.are("SET EXPRESSION") => Fact::ConvertTable { table, how: "SET EXPRESSION".to_owned() },
        () if cursor.eat("SET NOT NULL") => Fact::SetNotNull { table, column },
        () if cursor.eat("DROP NOT NULL") => Fact::DropNotNull { table, column },
        () if cursor.eat("SET DEFAULT") => Fact::SetDefault { table, column },
        () if cursor.eat("DROP DEFAULT") => Fact::DropDefault { table, column },
        () => Fact::AlterTable { table },
    }
}

/// Options of a table, partitions, triggers, owners.
fn other(cursor: &mut Cursor<'_>, table: TableName) -> Fact {
    if cursor.eat("SET SCHEMA") {
        let Some(namespace) = cursor.name() else { return Fact::Unread };
        let to = TableName { namespace: Some(namespace), name: table.name.clone() };
        return Fact::RenameTable { table, to };
    }
    if cursor.eat("VALIDATE CONSTRAINT") {
        return cursor.name().map_or(Fact::Unread, |name| Fact::ValidateConstraint { table, name });
    }
    if cursor.eat("ATTACH PARTITION") {
        return Fact::AttachPartition { table };
    }
    if cursor.eat("DETACH PARTITION") {
        let Some(partition) = cursor.table() else { return Fact::Unread };
        let concurrently = cursor.is("CONCURRENTLY") || cursor.is("FINALIZE");
        return Fact::DetachPartition { table, partition, concurrently };
    }
    if cursor.is_any(&["TRUNCATE"]) {
        return Fact::Truncate { table };
    }
    if converts(cursor) {
        let how = cursor.skip_to(|cursor| cursor.is(",")).to_owned();
        return Fact::ConvertTable { table, how };
    }
    if cursor.is_any(&OPTIONS) { Fact::AlterTable { table } } else { Fact::Unread }
}

/// What rewrites the table: PostgreSQL's SET LOGGED, TABLESPACE and ACCESS METHOD, MariaDB's ENGINE, CONVERT and FORCE.
fn converts(cursor: &Cursor<'_>) -> bool {
    cursor.is_any(&["CONVERT", "ENGINE", "FORCE", "ROW_FORMAT", "TABLESPACE", "ORDER"])
        || ["SET LOGGED", "SET UNLOGGED", "SET TABLESPACE", "SET ACCESS METHOD", "ADD SYSTEM"]
            .iter()
            .any(|words| cursor.are(words))
}

/// Words with which a part of ALTER TABLE begins that takes no rows and no time.
const OPTIONS: [&str; 36] = [
    "OWNER",
    "SET",
    "RESET",
    "ENABLE",
    "DISABLE",
    "FORCE",
    "NO",
    "CLUSTER",
    "REPLICA",
    "INHERIT",
    "OF",
    "NOT",
    "COMMENT",
    "AUTO_INCREMENT",
    "DEFAULT",
    "CHARACTER",
    "CHARSET",
    "COLLATE",
    "ALGORITHM",
    "LOCK",
    "CHECKSUM",
    "MAX_ROWS",
    "MIN_ROWS",
    "AVG_ROW_LENGTH",
    "DELAY_KEY_WRITE",
    "KEY_BLOCK_SIZE",
    "STATS_PERSISTENT",
    "STATS_AUTO_RECALC",
    "STATS_SAMPLE_PAGES",
    "PACK_KEYS",
    "PAGE_CHECKSUM",
    "PARTITION",
    "REMOVE",
    "REORGANIZE",
    "ANALYZE",
    "CHECK",
];
