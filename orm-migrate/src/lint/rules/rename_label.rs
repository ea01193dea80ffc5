//! A label that the running version still writes.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A label of an enum type gets another name.
pub(crate) const RULE: Rule = Rule {
    code: "L404",
    name: "rename-label",
    level: Level::Danger,
    title: "a label of an enum type gets another name",
    why: "The version of the program that is running still writes the old label, which is an error, and \
        cannot read the new one.",
    fix: "keep the label and rename only the variant: `#[orm(label = \"…\")]`; or add a label beside it, \
        write it, and change old rows later",
    silent: "",
    sources: &["https://www.postgresql.org/docs/current/sql-altertype.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "CREATE TYPE mood AS ENUM ('sad', 'ok');",
    bad: "ALTER TYPE mood RENAME VALUE 'sad' TO 'low';",
    good: "ALTER TYPE mood ADD VALUE 'low';",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::RenameLabel { of, label, to } = fact else { return None };
    Some(Hit::new(format!(
        "label `{label}` of `{of}` becomes `{to}`: the running version writes the old one"
    )))
}
