//! A plan for a person: what will be done, whom it keeps waiting, and what it would lose.

use orm_migrate::{
    Plan, Step,
    evidence::{Evidence, Loss},
    step::{LockLevel, TransactionNeed},
};
use serde_json::{Value, json};

use super::Output;

impl Output {
    /// Shows the steps of a plan, each with what it would lose; to whoever wants to know more, with its SQL and locks.
    pub(crate) fn plan(&self, plan: &Plan, evidence: &Evidence) {
        for (place, step) in plan.steps.iter().enumerate() {
            self.say(&format!("  {}", step.summary));
            for loss in evidence.losses.iter().filter(|loss| loss.step == place) {
                self.say(&format!("    {}", self.style.warning(&format!("loses {}", counted(loss)))));
            }
            self.detail(&format!("    {}", conditions(step)));
            for line in step.sql.iter().flat_map(|sql| sql.lines()) {
                self.detail(&format!("    {line}"));
            }
        }
    }
}

/// The transaction and the lock of a step: "in the transaction, stops writes".
fn conditions(step: &Step) -> String {
    let transaction = match step.transaction {
        TransactionNeed::Inside | TransactionNeed::Either => "in the transaction",
        TransactionNeed::Outside => "by itself",
        TransactionNeed::SqliteRebuild => "in the transaction, with foreign keys off",
    };
    let lock = match step.lock {
        _ if step.fresh_table => "on a table that is new",
        None => "stops nobody",
        Some(LockLevel::ShareUpdateExclusive) => "stops neither reads nor writes",
        Some(LockLevel::Share | LockLevel::ShareRowExclusive) => "stops writes",
        Some(LockLevel::AccessExclusive) => "stops reads and writes",
    };
    format!("{transaction}, {lock}")
}

/// A step for scripts.
pub(crate) fn step_json(step: &Step) -> Value {
    json!({
        "summary": step.summary,
        "sql": step.sql,
        "transaction": step.transaction,
        "lock": step.lock,
        "fresh_table": step.fresh_table,
        "touches": step.touches.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// `the values of users.bio: 12`
pub(crate) fn counted(loss: &Loss) -> String {
    match loss.count {
        Some(count) => format!("{}: {count}", loss.what),
        None => format!("{}: not counted", loss.what),
    }
}
