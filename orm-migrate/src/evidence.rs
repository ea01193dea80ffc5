//! What a plan would lose, and what would stop it: the counts behind its steps, from the live database.

use orm_core::Connection;
use serde::Serialize;

use crate::{
    error::Result,
    plan::Plan,
    step::{PreCheck, Step},
};

/// What the counts say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Data that would be lost; what is empty is left out.
    pub losses: Vec<Loss>,
    /// Rows that would make a step fail.
    pub obstacles: Vec<Obstacle>,
}

/// Data that a step would lose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// The step, by its place in the plan, from 0.
    pub step: usize,
    /// What, for a person.
    pub what: String,
    /// How many; `None` where it cannot be counted before the steps in front have run.
    pub count: Option<u64>,
}

/// Rows that would make a step fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// The step, by its place in the plan, from 0.
    pub step: usize,
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, with the count.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// How many rows.
    pub count: u64,
}

impl Evidence {
    /// Whether nothing is lost and nothing is in the way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.losses.is_empty() && self.obstacles.is_empty()
    }
}

/// Counts. Tables that the plan itself makes are empty and not asked.
///
/// # Errors
/// When the connection is lost.
pub async fn count(connection: &mut Connection, plan: &Plan) -> Result<Evidence> {
    let mut evidence = Evidence::default();
    for (place, step) in plan.steps.iter().enumerate().filter(|(_, step)| !step.fresh_table) {
        count_losses(connection, place, step, &mut evidence).await?;
        for check in &step.prechecks {
            if let Some(found) = number(connection, &check.count).await?.filter(|count| *count > 0) {
                evidence.obstacles.push(obstacle(place, check, found));
            }
        }
    }
    Ok(evidence)
}

async fn count_losses(
    connection: &mut Connection,
    place: usize,
    step: &Step,
    evidence: &mut Evidence,
) -> Result<()> {
    for loss in &step.data_loss {
        let count = number(connection, &loss.count).await?;
        if count != Some(0) {
            evidence.losses.push(Loss { step: place, what: loss.what.clone(), count });
        }
    }
    Ok(())
}

fn obstacle(step: usize, check: &PreCheck, count: u64) -> Obstacle {
    Obstacle { step, code: check.code, why: check.message_for(count), fix: check.fix.clone(), count }
}

/// The one number of a query; `None` where the query does not fit the database as it is now (its table is renamed by a
/// step in front, say).
async fn number(connection: &mut Connection, sql: &str) -> Result<Option<u64>> {
    match connection.rows(sql, Vec::new(), |row| row.i64()).await {
        Ok(rows) => Ok(rows.first().copied().flatten().and_then(|count| u64::try_from(count).ok())),
        Err(error) if error.kind() == orm_core::ErrorKind::Connection => Err(error.into()),
        Err(_) => Ok(None),
    }
}
