//! What cannot run in a transaction.

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, examples::USERS, facts::Fact},
    plan::{NO_TRANSACTION, TRANSACTION},
};

/// A statement that cannot run in a transaction.
pub(crate) const RULE: Rule = Rule {
    code: "L603",
    name: "refuses-transaction",
    level: Level::Caution,
    title: "a statement that cannot run in a transaction",
    why: "The server refuses it inside a transaction, and a migration runs in one unless it says \
        otherwise: `orm migrate deploy` refuses the file.",
    fix: "put `-- orm: no transaction` on the line before it, and `-- orm: transaction` after it",
    silent: "behind `-- orm: no transaction`",
    sources: &[
        "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
        "https://sqlite.org/lang_vacuum.html",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[
    Example {
        dialects: &["postgres"],
        before: USERS,
        bad: "CREATE INDEX CONCURRENTLY users_age ON users (age);",
        good: "-- orm: no transaction
CREATE INDEX CONCURRENTLY users_age ON users (age);",
    },
    Example {
        dialects: &["sqlite"],
        before: USERS,
        bad: "VACUUM;",
        good: "-- orm: no transaction
VACUUM;",
    },
];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let statement = scene.statement;
    // One finding for a statement, whatever it does.
    let refused = statement.in_transaction
        && scene.dialect.refuses_transaction(&statement.text)
        && statement.facts.first() == Some(fact);
    refused.then(|| {
        Hit::new("this statement cannot run inside a transaction")
            .fix(format!("put the line `{NO_TRANSACTION}` before it, and `{TRANSACTION}` after it"))
    })
}
