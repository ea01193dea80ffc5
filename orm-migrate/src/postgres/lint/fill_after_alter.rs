//! Rows are filled under the lock of ALTER TABLE.

use super::USERS_BY_NAME;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    plan::TRANSACTION,
};

/// Rows are changed in the transaction that altered their table.
pub(crate) const RULE: Rule = Rule {
    code: "L604",
    name: "fill-after-alter",
    level: Level::Caution,
    title: "rows are changed in the transaction that altered their table",
    why: "ALTER TABLE keeps everybody off the table to the end of its transaction, and an UPDATE of many \
        rows takes long.",
    fix: "put `-- orm: transaction` on the line before the UPDATE, and change rows in portions",
    silent: "in another transaction, and of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "ALTER TABLE users ADD COLUMN bio text;
UPDATE users SET bio = '' WHERE bio IS NULL;",
    good: "ALTER TABLE users ADD COLUMN bio text;
-- orm: transaction
UPDATE users SET bio = '' WHERE bio IS NULL;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (Fact::Update { table, .. } | Fact::Delete { table, .. }) = fact else { return None };
    let is_held = scene.known.is_altered_here(table) && !scene.known.is_made(table);
    is_held.then(|| {
        let message = format!("rows of `{table}` are changed while ALTER TABLE keeps everybody off it");
        Hit::new(message).fix(format!("put the line `{TRANSACTION}` before it, and change rows in portions"))
    })
}
