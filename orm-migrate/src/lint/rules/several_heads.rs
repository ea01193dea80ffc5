//! Two branches that have met: `lint/history.rs` finds it.

use crate::lint::{Level, Look, Rule};

/// A migration made without the one that now comes before it.
pub(crate) const RULE: Rule = Rule {
    code: "L601",
    name: "several-heads",
    level: Level::Caution,
    title: "a migration made without the one that now comes before it",
    why: "Two branches each added a migration that knows nothing of the other. Its snapshot, and a rebuild \
        in it, may undo what the other one did.",
    fix: "check that the migrations fit in this order, then run `orm migrate dev`: it writes the later \
        snapshot anew",
    silent: "once `orm migrate dev` has sealed the folder",
    sources: &[],
    lock: None,
    examples: &[],
    look: Look::Elsewhere,
};
