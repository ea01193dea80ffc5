//! A foreign key that is read and forgotten.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// REFERENCES behind a column does nothing.
pub(crate) const RULE: Rule = Rule {
    code: "L509",
    name: "inline-references",
    level: Level::Caution,
    title: "REFERENCES behind a column does nothing",
    why: "MySQL reads `REFERENCES` behind a column and makes no foreign key, without a word. (MySQL 9 and \
        MariaDB 10.5 make one.)",
    fix: "write it as a constraint: `FOREIGN KEY (…) REFERENCES … (…)`",
    silent: "of `FOREIGN KEY` as an item of its own",
    sources: &["https://dev.mysql.com/doc/refman/8.0/en/create-table-foreign-keys.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mysql"],
    before: "CREATE TABLE users (id bigint PRIMARY KEY);",
    bad: "CREATE TABLE posts (author_id bigint REFERENCES users (id));",
    good: "CREATE TABLE posts (author_id bigint, FOREIGN KEY (author_id) REFERENCES users (id));",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, columns) = fact.new_columns()?;
    let column = columns.iter().find(|column| column.references.is_some())?;
    let to = column.references.as_ref().map(|to| scene.quote_table(to)).unwrap_or_default();
    let fix =
        format!("write it as a constraint:\nFOREIGN KEY ({}) REFERENCES {to} (…)", scene.quote(&column.name));
    Some(Hit::new(format!("`{table}.{}` gets no foreign key: MySQL forgets it", column.name)).fix(fix))
}
