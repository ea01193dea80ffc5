//! A table that is copied for a foreign key.

use crate::{
    lint::{
        Example, Hit, Level, Look, Rule, Scene,
        facts::{Fact, Kind},
    },
    mysql::lint::is_off,
};

/// The whole table is copied for a foreign key while writes wait.
pub(crate) const RULE: Rule = Rule {
    code: "L222",
    name: "foreign-key-copies",
    level: Level::Caution,
    title: "the whole table is copied for a foreign key while writes wait",
    why: "With `foreign_key_checks` on the server makes a copy of all rows and looks each of them up; \
        writes wait until it is done. One row that refers to nothing makes it fail.",
    fix: "look for rows that refer to nothing, then add it with `SET foreign_key_checks = 0` before and `= \
        1` after: it is done in place",
    silent: "with `foreign_key_checks` off, and of a table that the same file has made",
    sources: &[
        "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/",
        "https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html#online-ddl-foreign-key-operations",
    ],
    lock: Some("SHARED"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: "CREATE TABLE users (id bigint AUTO_INCREMENT PRIMARY KEY, email varchar(100), name text, age \
        int, mood enum('sad', 'ok')); CREATE TABLE posts (id bigint AUTO_INCREMENT PRIMARY KEY, author_id \
        bigint);",
    bad: "ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users (id);",
    good: "SET foreign_key_checks = 0; ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY \
        (author_id) REFERENCES users (id); SET foreign_key_checks = 1;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::AddConstraint { table, constraint } = fact else { return None };
    let is_unchecked = scene.known.setting("foreign_key_checks").is_some_and(is_off);
    if constraint.kind != Kind::ForeignKey || is_unchecked {
        return None;
    }
    let fix = match &constraint.references {
        Some(to) if constraint.columns.len() == 1 => {
            let (from, to) = (scene.quote_table(table), scene.quote_table(to));
            let name = scene.quote_all(&constraint.columns);
            format!(
                "look for rows that refer to nothing, then add it between `SET foreign_key_checks = 0` and `= 1`:\n\
                 SELECT count(*) FROM {from} WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT … FROM {to});"
            )
        }
        _ => RULE.fix.to_owned(),
    };
    Some(Hit::new(format!("`{table}` is copied for a foreign key while writes to it wait")).fix(fix))
}
