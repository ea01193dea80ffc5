//! A value that the running version leaves to the database.

use orm_schema::TableName;

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS_WITH_DEFAULTS, facts::Fact};

/// A column that is NOT NULL loses its default.
pub(crate) const RULE: Rule = Rule {
    code: "L405",
    name: "default-dropped",
    level: Level::Danger,
    title: "a column that is NOT NULL loses its default",
    why: "The version of the program that is running may leave the column out of its inserts: each of them \
        fails, until the new version has replaced it everywhere.",
    fix: "drop the default in a later release, once every version that runs gives the value itself",
    silent: "where the file gives it another default, where the column takes NULL, where nobody says \
        whether it does, and of a table that the same file has made",
    sources: &[
        "https://www.postgresql.org/docs/current/ddl-default.html",
        "https://mariadb.com/kb/en/alter-table/",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: USERS_WITH_DEFAULTS,
        bad: "ALTER TABLE users ALTER COLUMN name DROP DEFAULT;",
        good: "ALTER TABLE users ALTER COLUMN name DROP DEFAULT; ALTER TABLE users ALTER COLUMN name SET \
            DEFAULT 'x';",
    },
    Example {
        dialects: &["mariadb"],
        before: USERS_WITH_DEFAULTS,
        bad: "ALTER TABLE users MODIFY COLUMN name varchar(50) NOT NULL;",
        good: "ALTER TABLE users MODIFY COLUMN name varchar(50) NOT NULL DEFAULT 'x';",
    },
    Example {
        dialects: &["sqlite"],
        before: USERS_WITH_DEFAULTS,
        bad: "CREATE TABLE new_users (id bigint PRIMARY KEY, name varchar(50) NOT NULL, age int NOT NULL); \
            INSERT INTO new_users SELECT * FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO \
            users;",
        good: "CREATE TABLE new_users (id bigint PRIMARY KEY, name varchar(50) NOT NULL DEFAULT 'x', age \
            int NOT NULL); INSERT INTO new_users SELECT * FROM users; DROP TABLE users; ALTER TABLE \
            new_users RENAME TO users;",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column) = dropped(fact)?;
    let known = scene.column(table, column)?;
    if known.nullable || !known.optional || is_given_again(scene, table, column) {
        return None;
    }
    Some(Hit::new(format!("`{table}.{column}` loses its default, and no INSERT may leave it out any more")))
}

fn dropped(fact: &Fact) -> Option<(&TableName, &str)> {
    match fact {
        Fact::DropDefault { table, column } => Some((table, column)),
        Fact::Redefine { table, column, to } => {
            let given = to.default.is_some() || to.counted || to.stored || to.computed;
            (to.not_null && !given).then_some((table, column))
        }
        _ => None,
    }
}

/// A default that does not fit a new type has to go before it, and comes again after it.
fn is_given_again(scene: &Scene<'_>, table: &TableName, column: &str) -> bool {
    let is_same = |fact: &Fact| matches!(fact, Fact::SetDefault { table: of, column: name } if of == table && name == column);
    let in_statement = scene.statement.facts.iter().any(is_same);
    in_statement || scene.later.iter().flat_map(|later| &later.facts).any(is_same)
}
