//! A new label that cannot be used yet.

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    plan::TRANSACTION,
    token::{significant, text_value},
};

/// A new label of an enum type is used in the transaction that added it.
pub(crate) const RULE: Rule = Rule {
    code: "L605",
    name: "label-used-at-once",
    level: Level::Caution,
    title: "a new label of an enum type is used in the transaction that added it",
    why: "The server refuses it: a new label can be used only once it is committed.",
    fix: "put `-- orm: transaction` on the line before the statement that uses it",
    silent: "in another transaction",
    sources: &["https://www.postgresql.org/docs/current/sql-altertype.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE notes (mood mood);",
    bad: "ALTER TYPE mood ADD VALUE 'low';
UPDATE notes SET mood = 'low' WHERE mood IS NULL;",
    good: "ALTER TYPE mood ADD VALUE 'low';
-- orm: transaction
UPDATE notes SET mood = 'low' WHERE mood IS NULL;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    if matches!(fact, Fact::AddLabel { .. } | Fact::RenameLabel { .. }) {
        return None;
    }
    let tokens = significant(&scene.statement.text, &scene.statement.rules).unwrap_or_default();
    let texts: Vec<String> = tokens.iter().filter_map(|token| text_value(token.text)).collect();
    let label = scene.known.labels_added_here().find(|label| texts.contains(label))?;
    let message =
        format!("label `{label}` is used in the transaction that added it, which the server refuses");
    Some(Hit::new(message).fix(format!("put the line `{TRANSACTION}` before this statement")))
}
