//! A plan for a person: what will be done, and what it would lose.

use orm_migrate::{
    Plan,
    evidence::{Evidence, Loss},
};

use super::Output;

impl Output {
    /// Shows the steps of a plan, each with what it would lose.
    pub(crate) fn plan(&self, plan: &Plan, evidence: &Evidence) {
        for (place, step) in plan.steps.iter().enumerate() {
            self.say(&format!("  {}", step.summary));
            for loss in evidence.losses.iter().filter(|loss| loss.step == place) {
                self.say(&format!("    {}", self.style.warning(&format!("loses {}", counted(loss)))));
            }
        }
    }
}

/// `the values of users.bio: 12`
pub(crate) fn counted(loss: &Loss) -> String {
    match loss.count {
        Some(count) => format!("{}: {count}", loss.what),
        None => format!("{}: not counted", loss.what),
    }
}
