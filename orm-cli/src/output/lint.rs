//! What the linter has found, for a person.

use std::path::Path;

use orm_migrate::lint::{Finding, Level};

use super::{Output, count, report};
use crate::failure::{Report, tidy};

impl Output {
    /// The findings with reason and fix: the product of a command that looks for them.
    pub(crate) fn findings(&self, findings: &[Finding]) {
        for finding in findings {
            self.product(&report::text(self.style, &finding.level.to_string(), &Report::from(finding)));
        }
    }

    /// What a person has to decide on, a line each, beside what a command does.
    pub(crate) fn lint(&self, findings: &[Finding]) {
        let found: Vec<&Finding> = findings.iter().filter(|finding| finding.level.needs_decision()).collect();
        for finding in &found {
            let head = format!("{}[{}]", finding.level, finding.code);
            let head = if finding.level == Level::Danger {
                self.style.error(&head)
            } else {
                self.style.warning(&head)
            };
            let file = tidy(Path::new(&finding.file));
            self.say(&format!("{head}: {} ({file}:{})", finding.message, finding.line));
        }
        if !found.is_empty() {
            self.say("  `orm migrate lint` says why, and what to do instead");
        }
    }
}

/// `1 danger, 2 cautions`
pub(crate) fn counted(findings: &[Finding]) -> String {
    let of = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    let counts = [Level::Danger, Level::Caution, Level::Hint].map(|level| (of(level), level));
    let some = counts.into_iter().filter(|(number, _)| *number > 0);
    some.map(|(number, level)| count(number, &level.to_string())).collect::<Vec<_>>().join(", ")
}
