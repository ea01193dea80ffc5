//! What files of SQL amount to: the steps between the schema before them and the one after, for their counts.

use std::collections::BTreeSet;

use orm_schema::Schema;

use crate::{
    dialect::Dialect,
    diff::{DiffOptions, Rename, RenameQuestion, diff},
    normalise::normalise,
    plan::{Plan, PlanError, plan},
    split::Statement,
    token::significant,
};

/// The steps from the one schema to the other; what the files rename is the same thing.
pub(super) fn amounts_to(
    dialect: Dialect,
    before: &Schema,
    after: &Schema,
    files: &[&str],
) -> Result<Plan, PlanError> {
    let (before, after) = (normalise(dialect, before.clone()), normalise(dialect, after.clone()));
    let mut options = DiffOptions::default();
    loop {
        let found = diff(dialect, &before, &after, &options);
        let Some(question) = found.questions.first() else {
            return plan(dialect, &before, &after, &found.changes);
        };
        options.renames.push(decided(question, dialect, files));
    }
}

/// A name that a RENAME speaks of is the same thing.
fn decided(question: &RenameQuestion, dialect: Dialect, files: &[&str]) -> Rename {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let (from, to) = (last(&question.from), last(&question.to));
    let mut statements = files.iter().flat_map(|sql| dialect.split(sql).unwrap_or_default());
    if statements.any(|statement| renames(&statement, &from, &to)) { question.yes() } else { question.no() }
}

fn renames(statement: &Statement, from: &str, to: &str) -> bool {
    let tokens = significant(&statement.text, &statement.rules).unwrap_or_default();
    let name = |token: &crate::token::Token<'_>| {
        token.name().unwrap_or_else(|| token.text.trim_matches('\'').to_owned())
    };
    let names: BTreeSet<String> = tokens.iter().map(name).collect();
    let is_rename = tokens.iter().any(|token| token.is_word("RENAME") || token.is_word("CHANGE"));
    is_rename && names.contains(from) && names.contains(to)
}
