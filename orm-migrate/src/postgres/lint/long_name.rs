//! A name that is cut.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A name of more than 63 bytes is cut.
pub(crate) const RULE: Rule = Rule {
    code: "L507",
    name: "long-name",
    level: Level::Caution,
    title: "a name of more than 63 bytes is cut",
    why: "The server cuts it with a notice that nobody sees. The name that programs and later migrations \
        look for is not there, and two long names may become one.",
    fix: "choose a name of at most 63 bytes",
    silent: "up to 63 bytes",
    sources: &["https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "",
    bad: "CREATE TABLE a_name_that_is_so_long_that_nobody_will_read_it_to_the_end_of_it (id bigint);",
    good: "CREATE TABLE a_short_name (id bigint);",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let name = made(fact).into_iter().find(|name| name.len() > 63)?;
    Some(Hit::new(format!("`{name}` has {} bytes, and is cut at 63", name.len())))
}

/// The names that a fact brings into the world.
fn made(fact: &Fact) -> Vec<&str> {
    match fact {
        Fact::CreateTable { table, columns, constraints, .. } => {
            let names = constraints.iter().filter_map(|constraint| constraint.name.as_deref());
            let columns = columns.iter().map(|column| column.name.as_str());
            std::iter::once(table.name.as_str()).chain(columns).chain(names).collect()
        }
        Fact::AddColumn { column, .. } => vec![&column.name],
        Fact::RenameColumn { to, .. } => vec![to],
        Fact::RenameTable { to, .. } => vec![&to.name],
        Fact::AddConstraint { constraint, .. } => constraint.name.iter().map(String::as_str).collect(),
        Fact::CreateIndex { index, .. } => index.name.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}
