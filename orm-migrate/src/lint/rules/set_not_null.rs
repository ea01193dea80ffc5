//! NULLs in the way of NOT NULL.

use orm_schema::TableName;

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS_WITH_ROWS, facts::Fact};

/// A column with NULLs becomes NOT NULL.
pub(crate) const RULE: Rule = Rule {
    code: "L301",
    name: "not-null-on-rows",
    level: Level::Caution,
    title: "a column with NULLs becomes NOT NULL",
    why: "One row with a NULL makes the migration fail. And the version that is running may still write \
        NULLs.",
    fix: "write the value of old rows first: `UPDATE … SET … WHERE … IS NULL`",
    silent: "where the file has filled the column or checked it before, and where it is known to be NOT \
        NULL already",
    sources: &[
        "https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-CONSTRAINT",
        "https://mariadb.com/kb/en/alter-table/",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: USERS_WITH_ROWS,
        bad: "ALTER TABLE users ALTER COLUMN age SET NOT NULL;",
        good: "UPDATE users SET age = 0 WHERE age IS NULL; ALTER TABLE users ALTER COLUMN age SET NOT NULL;",
    },
    Example {
        dialects: &["mariadb"],
        before: USERS_WITH_ROWS,
        bad: "ALTER TABLE users MODIFY COLUMN age int NOT NULL;",
        good: "UPDATE users SET age = 0 WHERE age IS NULL; ALTER TABLE users MODIFY COLUMN age int NOT NULL;",
    },
    Example {
        dialects: &["sqlite"],
        before: USERS_WITH_ROWS,
        bad: "CREATE TABLE new_users (id bigint PRIMARY KEY, email varchar(100), name text NOT NULL, age \
            int NOT NULL); INSERT INTO new_users SELECT * FROM users; DROP TABLE users; ALTER TABLE \
            new_users RENAME TO users;",
        good: "UPDATE users SET age = 0 WHERE age IS NULL; CREATE TABLE new_users (id bigint PRIMARY KEY, \
            email varchar(100), name text NOT NULL, age int NOT NULL); INSERT INTO new_users SELECT * FROM \
            users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, column) = demanded(fact)?;
    let known = scene.column(table, column);
    let is_sure = scene.known.is_filled(table, column) || scene.known.is_checked_not_null(table, column);
    if is_sure || known.is_some_and(|known| !known.nullable) {
        return None;
    }
    // MODIFY says the whole column: without a look at the one before, nothing tells that NOT NULL is new.
    if known.is_none() && matches!(fact, Fact::Redefine { .. }) {
        return None;
    }
    let (from, name) = (scene.quote_table(table), scene.quote(column));
    let fix = format!("give the old rows a value first:\nUPDATE {from} SET {name} = … WHERE {name} IS NULL;");
    Some(Hit::new(format!("`{table}.{column}` becomes NOT NULL: rows that hold NULL make it fail")).fix(fix))
}

/// The column that a fact makes NOT NULL.
fn demanded(fact: &Fact) -> Option<(&TableName, &str)> {
    match fact {
        Fact::SetNotNull { table, column } => Some((table, column)),
        Fact::Redefine { table, column, to } if to.not_null => Some((table, column)),
        _ => None,
    }
}
