//! NOT VALID and VALIDATE in one transaction.

use super::USERS_BY_NAME;
use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    plan::TRANSACTION,
};

/// A constraint is validated in the transaction that added it.
pub(crate) const RULE: Rule = Rule {
    code: "L214",
    name: "validated-at-once",
    level: Level::Caution,
    title: "a constraint is validated in the transaction that added it",
    why: "Adding it took a lock that is held to the end of the transaction, so writes wait while all rows \
        are looked at: `NOT VALID` has won nothing.",
    fix: "put `-- orm: transaction` on the line before VALIDATE: it begins a transaction of its own",
    silent: "in another transaction, and of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: USERS_BY_NAME,
    bad: "ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT adult;",
    good: "ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT VALID;
-- orm: transaction
ALTER TABLE users VALIDATE CONSTRAINT adult;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::ValidateConstraint { table, name } = fact else { return None };
    scene.known.is_added_here(table, name).then(|| {
        let message = format!("`{name}` is validated under the lock that adding it took on `{table}`");
        Hit::new(message)
            .fix(format!("put the line `{TRANSACTION}` before VALIDATE: it begins a transaction of its own"))
    })
}
