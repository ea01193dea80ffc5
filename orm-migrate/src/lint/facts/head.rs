//! What a statement begins with, and what follows from it.

use orm_schema::TableName;

use super::{
    Fact, NewIndex,
    alter::alter_table,
    column::column,
    constraint::{Item, item},
    data,
};
use crate::{
    cursor::Cursor,
    dialect::Dialect,
    token::{Rules, text_value},
};

/// The first words of statements that do nothing that a rule asks for.
const OTHERS: [&str; 46] = [
    "ANALYZE",
    "ATTACH",
    "CALL",
    "CHECK",
    "CHECKPOINT",
    "COMMENT",
    "COPY",
    "DEALLOCATE",
    "DECLARE",
    "DEFINE",
    "DETACH",
    "DISCARD",
    "DO",
    "EXECUTE",
    "EXPLAIN",
    "FLUSH",
    "GRANT",
    "HANDLER",
    "IMPORT",
    "INSERT",
    "KILL",
    "LISTEN",
    "LOAD",
    "MERGE",
    "NOTIFY",
    "OPTIMIZE",
    "PREPARE",
    "REASSIGN",
    "RELEASE",
    "REPAIR",
    "REPLACE",
    "REVOKE",
    "SAVEPOINT",
    "SECURITY",
    "SELECT",
    "SHOW",
    "SIGNAL",
    "TABLE",
    "UNLISTEN",
    "UNLOCK",
    "UNLOAD",
    "USE",
    "VALUES",
    "XA",
    "CHANGE",
    "INSTALL",
];

/// What a statement does.
pub(crate) fn facts(dialect: Dialect, sql: &str, rules: &Rules) -> Vec<Fact> {
    let mut cursor = Cursor::new(dialect, sql, rules);
    let cursor = &mut cursor;
    match () {
        () if cursor.at_end() => Vec::new(),
        () if cursor.eat("CREATE") => create(cursor),
        () if cursor.eat("DROP") => drop(cursor),
        () if cursor.eat("ALTER") => alter(cursor),
        () if cursor.eat("RENAME TABLE") || cursor.eat("RENAME TABLES") => rename_tables(cursor),
        () if cursor.eat("TRUNCATE") => data::truncate(cursor),
        () if cursor.eat("UPDATE") => vec![data::update(cursor)],
        () if cursor.eat("DELETE") => vec![data::delete(cursor)],
        () if cursor.eat("WITH") => vec![with(cursor)],
        () if cursor.eat("SET") => vec![set(cursor)],
        () if cursor.eat("PRAGMA") => vec![pragma(cursor)],
        () if cursor.eat("RESET") => vec![reset(cursor)],
        () if is_transaction(cursor) => {
            vec![Fact::Transaction { word: cursor.next().unwrap_or_default().to_uppercase() }]
        }
        () => vec![block(cursor)],
    }
}

/// `WITH a AS (…) UPDATE …`
fn with(cursor: &mut Cursor<'_>) -> Fact {
    cursor.skip_to(|cursor| cursor.is_any(&["UPDATE", "DELETE", "INSERT", "SELECT", "MERGE"]));
    match () {
        () if cursor.eat("UPDATE") => data::update(cursor),
        () if cursor.eat("DELETE") => data::delete(cursor),
        () => Fact::Other,
    }
}

fn is_transaction(cursor: &Cursor<'_>) -> bool {
    // MariaDB's BEGIN NOT ATOMIC is a compound statement.
    let begins = cursor.is("BEGIN") && !cursor.is_at(1, "NOT");
    let goes_back = cursor.is("ROLLBACK") && !cursor.is_at(1, "TO") && !cursor.is_at(2, "TO");
    begins || goes_back || cursor.is_any(&["COMMIT", "END", "START", "ABORT"])
}

fn create(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    cursor.eat("OR REPLACE");
    if cursor.is_any(&["TEMP", "TEMPORARY", "LOCAL"]) {
        return vec![Fact::Other];
    }
    let _ = ["UNLOGGED", "VIRTUAL", "FOREIGN"].iter().any(|word| cursor.eat(word));
    if cursor.eat("TABLE") || cursor.eat("MATERIALIZED VIEW") {
        return create_table(cursor, None);
    }
    if cursor.eat("SCHEMA") {
        return create_namespace(cursor);
    }
    let unique = cursor.eat("UNIQUE");
    let special = match () {
        () if cursor.eat("FULLTEXT") => Some("FULLTEXT"),
        () if cursor.eat("SPATIAL") => Some("SPATIAL"),
        () => None,
    };
    if cursor.eat("INDEX") { create_index(cursor, unique, special) } else { vec![Fact::Other] }
}

/// `CREATE SCHEMA name CREATE TABLE … CREATE VIEW …`: PostgreSQL takes what is in it along.
fn create_namespace(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    cursor.if_exists();
    cursor.eat("AUTHORIZATION");
    let namespace = cursor.name();
    let mut facts = vec![Fact::Other];
    while !cursor.at_end() {
        if cursor.eat("CREATE TABLE") {
            facts.extend(create_table(cursor, namespace.as_deref()));
        } else {
            cursor.next();
        }
    }
    facts
}

fn create_table(cursor: &mut Cursor<'_>, namespace: Option<&str>) -> Vec<Fact> {
    cursor.if_exists();
    let Some(mut table) = cursor.table() else { return vec![Fact::Unread] };
    table.namespace = table.namespace.or_else(|| namespace.map(str::to_owned));
    let (mut columns, mut constraints, mut indexes) = (Vec::new(), Vec::new(), Vec::new());
    if cursor.eat("(") {
        while !cursor.at_end() && !cursor.is(")") {
            match item(cursor) {
                Some(Item::Constraint(constraint)) => constraints.push(constraint),
                Some(Item::Index(index)) => indexes.push(index),
                None => columns.extend(column(cursor)),
            }
            cursor.skip_to(|cursor| cursor.is(","));
            cursor.eat(",");
        }
        cursor.eat(")");
    }
    let options = cursor.rest().to_owned();
    let made = Fact::CreateTable { table: table.clone(), columns, constraints, options };
    let indexes = indexes.into_iter().map(|index| Fact::CreateIndex { table: table.clone(), index });
    std::iter::once(made).chain(indexes).collect()
}

fn create_index(cursor: &mut Cursor<'_>, unique: bool, special: Option<&'static str>) -> Vec<Fact> {
    let concurrently = cursor.eat("CONCURRENTLY");
    cursor.if_exists();
    let name = if cursor.is("ON") { None } else { cursor.table().map(|name| name.name) };
    cursor.skip_to(|cursor| cursor.is("ON"));
    cursor.next();
    let text = cursor.rest().to_owned();
    let only = cursor.eat("ONLY");
    let Some(table) = cursor.table() else { return vec![Fact::Unread] };
    if cursor.eat("USING") {
        cursor.next();
    }
    let items = cursor.items().unwrap_or_default();
    let partial = items.contains(&None) || cursor.has("WHERE");
    let columns = items.into_iter().flatten().collect();
    let index = NewIndex { name, unique, concurrently, special, columns, partial, only, text };
    vec![Fact::CreateIndex { table, index }]
}

fn drop(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    if cursor.eat("TEMPORARY") {
        return vec![Fact::Other];
    }
    if cursor.eat("TABLE") || cursor.eat("FOREIGN TABLE") {
        cursor.if_exists();
        let tables = names(cursor);
        let cascade = cursor.is("CASCADE");
        return known(tables.into_iter().map(|table| Fact::DropTable { table, cascade }).collect());
    }
    if cursor.eat("INDEX") {
        return drop_index(cursor);
    }
    for (word, kind) in [("SCHEMA", "schema"), ("DATABASE", "database")] {
        if cursor.eat(word) {
            cursor.if_exists();
            return known(cursor.name().map(|name| Fact::DropNamespace { kind, name }).into_iter().collect());
        }
    }
    drop_other(cursor)
}

/// Only what else goes with it is of interest.
fn drop_other(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    let kind = cursor.next().unwrap_or_default().to_lowercase();
    cursor.eat("VIEW");
    cursor.if_exists();
    let name = cursor.table().map(|name| name.to_string()).unwrap_or_default();
    if cursor.has("CASCADE") { vec![Fact::DropCascade { kind, name }] } else { vec![Fact::Other] }
}

fn drop_index(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    let concurrently = cursor.eat("CONCURRENTLY");
    cursor.if_exists();
    let names = names(cursor);
    let table = if cursor.eat("ON") { cursor.table() } else { None };
    known(
        names.into_iter().map(|name| Fact::DropIndex { table: table.clone(), name, concurrently }).collect(),
    )
}

fn names(cursor: &mut Cursor<'_>) -> Vec<TableName> {
    let mut names = Vec::new();
    while let Some(name) = cursor.table() {
        names.push(name);
        if !cursor.eat(",") {
            break;
        }
    }
    names
}

fn known(facts: Vec<Fact>) -> Vec<Fact> {
    if facts.is_empty() { vec![Fact::Unread] } else { facts }
}

fn alter(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    let _ = cursor.eat("ONLINE") || cursor.eat("FOREIGN") || cursor.eat("IGNORE");
    if cursor.eat("TABLE") {
        return alter_table(cursor);
    }
    if cursor.eat("TYPE") {
        return vec![alter_type(cursor).unwrap_or(Fact::Other)];
    }
    if cursor.eat("SCHEMA") {
        let (name, renamed, to) = (cursor.name(), cursor.eat("RENAME TO"), cursor.name());
        return match (name, renamed, to) {
            (Some(name), true, Some(to)) => vec![Fact::RenameNamespace { name, to }],
            _ => vec![Fact::Other],
        };
    }
    vec![Fact::Other]
}

fn alter_type(cursor: &mut Cursor<'_>) -> Option<Fact> {
    let of = cursor.table()?;
    if cursor.eat("ADD VALUE") {
        cursor.if_exists();
        return Some(Fact::AddLabel { label: text_value(cursor.next()?)? });
    }
    if cursor.eat("RENAME VALUE") {
        let label = text_value(cursor.next()?)?;
        cursor.eat("TO");
        return Some(Fact::RenameLabel { of, label, to: text_value(cursor.next()?)? });
    }
    None
}

fn rename_tables(cursor: &mut Cursor<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    cursor.if_exists();
    while let (Some(table), _, Some(to)) = (cursor.table(), cursor.eat("TO"), cursor.table()) {
        facts.push(Fact::RenameTable { table, to });
        if !cursor.eat(",") {
            break;
        }
    }
    known(facts)
}

fn set(cursor: &mut Cursor<'_>) -> Fact {
    let _ = cursor.eat("LOCAL") || cursor.eat("SESSION");
    let Some(name) = cursor.name() else { return Fact::Other };
    let _ = cursor.eat("=") || cursor.eat("TO") || cursor.eat(":=");
    let value = cursor.rest().trim_matches('\'').to_owned();
    Fact::Set { name: name.to_ascii_lowercase(), value }
}

fn reset(cursor: &mut Cursor<'_>) -> Fact {
    let name = cursor.name().unwrap_or_default().to_ascii_lowercase();
    Fact::Set { name, value: "DEFAULT".to_owned() }
}

fn pragma(cursor: &mut Cursor<'_>) -> Fact {
    let name = cursor.name().unwrap_or_default().to_ascii_lowercase();
    cursor.eat("=");
    Fact::Set { name, value: cursor.rest().trim_matches(['(', ')']).to_owned() }
}

/// What keeps everybody else off a table, and the rest.
fn block(cursor: &mut Cursor<'_>) -> Fact {
    let text = cursor.rest().to_owned();
    let concurrently = cursor.has("CONCURRENTLY");
    let words = match () {
        () if cursor.eat("REINDEX") && !concurrently => "REINDEX",
        () if cursor.eat("CLUSTER") => "CLUSTER",
        () if cursor.is("VACUUM") && cursor.has("FULL") => "VACUUM FULL",
        () if cursor.eat("REFRESH MATERIALIZED VIEW") && !concurrently => "REFRESH MATERIALIZED VIEW",
        () if cursor.eat("LOCK TABLE") || cursor.eat("LOCK TABLES") => "LOCK TABLE",
        () => return rest(cursor, concurrently),
    };
    cursor.skip_to(|cursor| {
        !cursor.is_any(&["VACUUM", "FULL", "VERBOSE", "ANALYZE", "TABLE", "INDEX", "(", "ONLY"])
    });
    cursor.parenthesised();
    Fact::Block { words, what: cursor.table(), text }
}

fn rest(cursor: &Cursor<'_>, concurrently: bool) -> Fact {
    let is_plain =
        cursor.is_any(&OTHERS) || cursor.is("VACUUM") || cursor.is("BEGIN") || cursor.is("ROLLBACK");
    // What stands in `/*!40101 … */` is a dump's.
    let is_dumped = cursor.rest().starts_with("/*");
    if is_plain || is_dumped || concurrently || cursor.is("(") { Fact::Other } else { Fact::Unread }
}
