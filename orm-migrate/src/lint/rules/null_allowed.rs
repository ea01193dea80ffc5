//! NULLs that the running version does not expect.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS_WITH_DEFAULTS, facts::Fact};

/// A column takes NULL from now on.
pub(crate) const RULE: Rule = Rule {
    code: "L406",
    name: "null-allowed",
    level: Level::Hint,
    title: "a column takes NULL from now on",
    why: "The version of the program that is running reads the column as a value that is always there: the \
        first NULL that the new version writes makes its reads fail.",
    fix: "write no NULL before the new version runs everywhere",
    silent: "where the column took NULL before, and of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: USERS_WITH_DEFAULTS,
        bad: "ALTER TABLE users ALTER COLUMN age DROP NOT NULL;",
        good: "ALTER TABLE users ALTER COLUMN age SET DEFAULT 3;",
    },
    Example {
        dialects: &["mariadb"],
        before: USERS_WITH_DEFAULTS,
        bad: "ALTER TABLE users MODIFY COLUMN age int;",
        good: "ALTER TABLE users MODIFY COLUMN age int NOT NULL DEFAULT 3;",
    },
    Example {
        dialects: &["sqlite"],
        before: USERS_WITH_DEFAULTS,
        bad: "CREATE TABLE new_users (id bigint PRIMARY KEY, name varchar(50) NOT NULL, age int); INSERT \
            INTO new_users SELECT * FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;",
        good: "ALTER TABLE users ADD COLUMN bio text;",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column) = match fact {
        Fact::DropNotNull { table, column } => (table, column),
        Fact::Redefine { table, column, to } if !to.not_null => (table, column),
        _ => return None,
    };
    let is_new = match scene.column(table, column) {
        Some(known) => !known.nullable,
        // MODIFY says the whole column: nothing tells that this is new.
        None => matches!(fact, Fact::DropNotNull { .. }),
    };
    is_new.then(|| {
        Hit::new(format!("`{table}.{column}` takes NULL from now on, which the running version cannot read"))
    })
}
