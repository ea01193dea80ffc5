//! Duplicates in the way of a unique constraint.

use orm_schema::TableName;

use crate::lint::{
    Example, Hit, Level, Look, Rule, Scene,
    examples::USERS_WITH_ROWS,
    facts::{Fact, Kind},
};

/// Rows that are there must become unique.
pub(crate) const RULE: Rule = Rule {
    code: "L304",
    name: "unique-on-rows",
    level: Level::Caution,
    title: "rows that are there must become unique",
    why: "Two rows with the same values make the migration fail, and the version that is running may still \
        write more of them.",
    fix: "look for duplicates, and change them first",
    silent: "of columns that another key keeps unique already, of an index that is there already (`USING \
        INDEX`), and of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/indexes-unique.html",
        "https://mariadb.com/kb/en/create-index/",
        "https://sqlite.org/lang_createindex.html#uniqueidx",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: USERS_WITH_ROWS,
    bad: "CREATE UNIQUE INDEX users_email ON users (email);",
    good: "CREATE INDEX users_email ON users (email);",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, columns) = unique(fact)?;
    if scene.table(table).is_some_and(|known| known.is_unique_in(columns)) {
        return None;
    }
    let (from, what) = (scene.quote_table(table), columns.join("`, `"));
    if columns.is_empty() || matches!(fact, Fact::CreateIndex { index, .. } if index.partial) {
        return Some(Hit::new(format!("rows of `{table}` that are alike by this index make it fail")));
    }
    let list = scene.quote_all(columns);
    let count = format!("SELECT {list}, count(*) FROM {from} GROUP BY {list} HAVING count(*) > 1;");
    let message = format!("`{what}` of `{table}` becomes unique: rows that are alike make it fail");
    Some(Hit::new(message).fix(format!("look for duplicates, and change them first:\n{count}")))
}

/// The columns that a fact makes unique.
fn unique(fact: &Fact) -> Option<(&TableName, &[String])> {
    match fact {
        Fact::CreateIndex { table, index } if index.unique => Some((table, &index.columns)),
        Fact::AddConstraint { table, constraint } => {
            let is_key = matches!(constraint.kind, Kind::Unique | Kind::PrimaryKey);
            (is_key && !constraint.using_index).then_some((table, &constraint.columns))
        }
        _ => None,
    }
}
