//! What a database is after a deploy: its definitions, all of its rows, and what its journal says, if it has one.

use std::fmt::Write as _;

use crate::{
    baseline::facts::definitions,
    support::{Database, Project},
};

/// All that two databases of one history have in common, as a text.
pub(crate) fn outcome(project: &Project) -> String {
    let mut text = project.orm("introspect --print").done().stdout;
    text.push_str(&definitions(project).unwrap_or_default());
    let (own, tables): (Vec<_>, Vec<_>) =
        tables(project).into_iter().partition(|name| name.starts_with("_orm_"));
    for table in tables {
        let _ = write!(text, "\n== {table}\n{}", rows(project, &table));
    }
    if !own.is_empty() {
        let _ = write!(text, "\n== journal\n{}", journal(project));
    }
    text
}

fn tables(project: &Project) -> Vec<String> {
    let sql = match project.database {
        Database::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY 1"
        }
        Database::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        }
        Database::MariaDb => {
            "SELECT CAST(table_name AS CHAR) FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1"
        }
    };
    let names = project.texts(sql);
    assert!(names.len() > 3, "no tables: {names:?}");
    names
}

/// All rows in one text, or, of a large table, what they add up to.
fn rows(project: &Project, table: &str) -> String {
    let quoted = project.quote(table);
    let columns = columns(project, table);
    let row = match project.database {
        Database::Sqlite => {
            columns.iter().map(|name| format!("quote({name})")).collect::<Vec<_>>().join(" || ', ' || ")
        }
        Database::Postgres => "t::text".to_owned(),
        Database::MariaDb => format!(
            "CAST(concat_ws(', ', {}) AS CHAR)",
            columns.iter().map(|name| format!("quote({name})")).collect::<Vec<_>>().join(", ")
        ),
    };
    let count = project.number(&format!("SELECT count(*) FROM {quoted}"));
    if count < 5000 {
        let rows = project.texts(&format!("SELECT {row} FROM {quoted} AS t ORDER BY 1"));
        return format!("{count} rows\n{}", rows.join("\n"));
    }
    let sum = match project.database {
        Database::Sqlite => format!("SELECT sum(length({row}) * (1 + rowid % 97)) FROM {quoted} AS t"),
        Database::Postgres => format!("SELECT sum(hashtext({row})) FROM {quoted} AS t"),
        Database::MariaDb => format!("SELECT sum(crc32({row})) FROM {quoted} AS t"),
    };
    format!("{count} rows that add up to {}", project.number(&sum))
}

fn columns(project: &Project, table: &str) -> Vec<String> {
    let sql = match project.database {
        Database::Sqlite => format!("SELECT name FROM pragma_table_xinfo('{table}') ORDER BY name"),
        Database::Postgres => return Vec::new(),
        Database::MariaDb => format!(
            "SELECT CAST(column_name AS CHAR) FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY 1"
        ),
    };
    project.texts(&sql).iter().map(|name| project.quote(name)).collect()
}

/// What ran, without when.
fn journal(project: &Project) -> String {
    // On MariaDB a CAST has the collation of the session, which the journal's columns don't have.
    let text = |of: &str| match project.database {
        Database::Sqlite | Database::Postgres => format!("CAST({of} AS text)"),
        Database::MariaDb => format!("({of})"),
    };
    let concat = |parts: &[&str]| match project.database {
        Database::Sqlite | Database::Postgres => parts.join(" || ' ' || "),
        Database::MariaDb => format!("concat_ws(' ', {})", parts.join(", ")),
    };
    let done = text("finished_at IS NOT NULL");
    let migrations = concat(&["name", "fingerprint", &done]);
    let statements = concat(&["migration", &text("position"), "fingerprint", &done]);
    let mut lines = project.texts(&format!("SELECT {migrations} FROM _orm_migration ORDER BY name"));
    lines.extend(
        project.texts(&format!("SELECT {statements} FROM _orm_statement ORDER BY migration, position")),
    );
    lines.join("\n")
}
