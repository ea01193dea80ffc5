//! A table that is copied while writes wait.

use orm_schema::TableName;

use super::USERS_WITH_MOOD;
use crate::{
    dialect::Dialect,
    lint::{
        Example, Hit, Level, Look, Rule, Scene,
        facts::{Fact, Kind, NewColumn},
    },
    mysql::lint::{Moves, moves},
};

/// The whole table is copied while writes wait.
pub(crate) const RULE: Rule = Rule {
    code: "L221",
    name: "table-copied",
    level: Level::Caution,
    title: "the whole table is copied while writes wait",
    why: "The server makes a copy of all rows; reads go on, writes to the table wait until it is done.",
    fix: "add a column beside it, write both, fill old rows in portions, and change over in a later \
        release; or use a tool that copies in the background",
    silent: "of what InnoDB does in place: a longer varchar, a label behind the last one, NOT NULL, \
        defaults, comments, and of a table that the same file has made",
    sources: &[
        "https://mariadb.com/kb/en/innodb-online-ddl-overview/",
        "https://mariadb.com/kb/en/alter-table/#lock",
        "https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html",
    ],
    lock: Some("SHARED"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["mariadb"],
        before: "CREATE TABLE goods (price int, gross int AS (price * 2) STORED, net int AS (price * 3) \
            VIRTUAL);",
        bad: "ALTER TABLE goods MODIFY COLUMN gross int AS (price * 4) STORED;",
        good: "ALTER TABLE goods MODIFY COLUMN net int AS (price * 4) VIRTUAL;",
    },
    Example {
        dialects: &["mariadb"],
        before: "CREATE TABLE goods (price int, gross int AS (price * 2) STORED);",
        bad: "ALTER TABLE goods MODIFY COLUMN gross int;",
        good: "ALTER TABLE goods ADD COLUMN net int;",
    },
    Example {
        dialects: &["mariadb"],
        before: USERS_WITH_MOOD,
        bad: "ALTER TABLE users MODIFY COLUMN age bigint;",
        good: "ALTER TABLE users MODIFY COLUMN email varchar(200);",
    },
    Example {
        dialects: &["mariadb"],
        before: USERS_WITH_MOOD,
        bad: "ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4;",
        good: "ALTER TABLE users MODIFY COLUMN age int NOT NULL DEFAULT 0;",
    },
    Example {
        dialects: &["mariadb"],
        before: "CREATE TABLE logs (id bigint PRIMARY KEY);",
        bad: "ALTER TABLE logs DROP PRIMARY KEY;",
        good: "ALTER TABLE logs DROP PRIMARY KEY, ADD PRIMARY KEY (id);",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, what) = match fact {
        Fact::Redefine { table, column, to } => (table, retyped(scene, table, column, to)?),
        Fact::ConvertTable { table, how } if is_copied(how) => (table, format!("`{how}` writes it anew")),
        Fact::DropConstraint { table, name: None } if !has_new_key(scene) => {
            (table, "its primary key goes, and no other comes with it".to_owned())
        }
        _ => return None,
    };
    Some(Hit::new(format!("`{table}` is copied while writes to it wait: {what}")))
}

fn retyped(scene: &Scene<'_>, table: &TableName, column: &str, to: &NewColumn) -> Option<String> {
    let new = scene.dialect.canonical(&to.native);
    if to.stored {
        return Some(format!("values of `{column}` are computed anew"));
    }
    let Some(known) = scene.column(table, column) else {
        return Some(format!("`{column}` becomes {new}, unless it is that already"));
    };
    if known.stored {
        return Some(format!("`{column}` is no longer computed"));
    }
    (!is_in_place(scene.dialect, &known.native, &new))
        .then(|| format!("`{column}` was {} and becomes {new}", known.native))
}

fn is_in_place(dialect: Dialect, from: &str, to: &str) -> bool {
    from == to
        || is_longer_varchar(dialect, from, to)
        || moves(from, to).is_some_and(|moves| moves != Moves::Gone)
}

/// A longer varchar is the same bytes; on MySQL only while its length needs as many bytes as before, which are those of four
/// bytes a character here ("Online DDL Operations", Extending VARCHAR Column Size).
fn is_longer_varchar(dialect: Dialect, from: &str, to: &str) -> bool {
    let length = |native: &str| native.strip_prefix("varchar(")?.strip_suffix(')')?.parse::<u32>().ok();
    let is_short = |length: u32| length < 64;
    let Some((from, to)) = length(from).zip(length(to)) else { return false };
    from <= to && (dialect != Dialect::MySql || is_short(from) == is_short(to))
}

/// `ENGINE = InnoDB`, `FORCE` and `ROW_FORMAT` of a table of InnoDB are done while writes go on.
fn is_copied(how: &str) -> bool {
    let words = how.to_ascii_uppercase();
    let is_same_engine = words.starts_with("ENGINE") && words.contains("INNODB");
    !(is_same_engine || words.starts_with("FORCE") || words.starts_with("ROW_FORMAT"))
}

fn has_new_key(scene: &Scene<'_>) -> bool {
    scene.statement.facts.iter().any(
        |fact| matches!(fact, Fact::AddConstraint { constraint, .. } if constraint.kind == Kind::PrimaryKey),
    )
}
