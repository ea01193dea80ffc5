//! A table that is copied.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A table is made anew, with all its rows.
pub(crate) const RULE: Rule = Rule {
    code: "L231",
    name: "rebuild-copies",
    level: Level::Hint,
    title: "a table is made anew, with all its rows",
    why: "SQLite alters little in place: all rows are copied, and nobody else writes to the database \
        meanwhile. A table of millions of rows takes seconds to minutes, and the file grows by as much.",
    fix: "nothing is wrong with it; deploy it when few people write, and keep room on the disk",
    silent: "of what SQLite alters in place: names, new columns with a constant default, columns that go",
    sources: &["https://sqlite.org/lang_altertable.html#otheralter"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite"],
    before: "CREATE TABLE users (id INTEGER PRIMARY KEY, age INT);",
    bad: "CREATE TABLE new_users (id INTEGER PRIMARY KEY, age INT NOT NULL); INSERT INTO new_users SELECT \
        * FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;",
    good: "ALTER TABLE users ADD COLUMN bio TEXT;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::Rebuild { table, .. } = fact else { return None };
    Some(Hit::new(format!("`{table}` is made anew: all its rows are copied while nobody else writes")))
}
