//! Lints migrations: what their SQL would lose, whom it would keep waiting, and where it would fail.
//!
//! ```text
//! up.sql ─ split → statements ─ facts → [Fact] ─┐
//! schema.json of the migration before ─ known ──┴→ rules → [Finding] ─ allow → what a person has to look at
//! ```
//!
//! Rules look at the statements of a file and never at a plan, so that what was generated and what was written by hand are
//! held to the same. They see what was there before, what the file has done so far and which transaction a statement is in:
//! nothing is said of a table that the file has made itself, since nobody uses it yet.
//!
//! ```
//! use orm_migrate::{Dialect, lint::{Subject, lint}};
//!
//! let found = lint(&Subject::new(Dialect::Postgres, "DROP TABLE users;", "up.sql"))?;
//! assert_eq!(found[0].code, "L101");
//! let fresh = "CREATE TABLE users (id bigint); CREATE INDEX users_id ON users (id);";
//! assert!(lint(&Subject::new(Dialect::Postgres, fresh, "up.sql"))?.is_empty());
//! # Ok::<(), orm_migrate::MigrateError>(())
//! ```
//!
//! | question | module |
//! |---|---|
//! | what does a statement do? | `facts` |
//! | what is there when it runs? | `known` |
//! | what is wrong with it? | `rules`, and `lint` in each dialect's folder: one file each |
//! | who has decided on it? | `allow` |
//! | which branches have met? | `history` |
//! | what do people read? | [`page`] |

mod allow;
pub(crate) mod examples;
pub(crate) mod facts;
mod file;
mod finding;
mod history;
mod known;
pub mod page;
mod rebuild;
mod rule;
pub(crate) mod rules;
mod scene;

use orm_schema::Schema;

pub use finding::{Finding, Level};
pub use history::lint_migrations;
pub use rule::{Example, Rule};
pub(crate) use rule::{Hit, Look};
pub(crate) use scene::Scene;

use crate::{baseline::is_baseline, dialect::Dialect, error::Result};
use file::Reading;
use finding::Source;
use known::Known;

/// A file to look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Whose SQL it is.
    pub dialect: Dialect,
    /// Its text.
    pub sql: &'a str,
    /// Its name, for messages.
    pub file: &'a str,
    /// The schema before it, where it is known.
    pub before: Option<&'a Schema>,
}

impl<'a> Subject<'a> {
    /// A file of which nobody knows what was there before.
    #[must_use]
    pub const fn new(dialect: Dialect, sql: &'a str, file: &'a str) -> Self {
        Self { dialect, sql, file, before: None }
    }
}

/// Every rule of every database, by code.
///
/// ```
/// assert!(orm_migrate::lint::all_rules().iter().any(|rule| rule.name == "drop-table"));
/// ```
#[must_use]
pub fn all_rules() -> Vec<&'static Rule> {
    rules::all()
}

/// The rule of that code.
///
/// ```
/// assert_eq!(orm_migrate::lint::rule("L101").map(|rule| rule.name), Some("drop-table"));
/// assert!(orm_migrate::lint::rule("L999").is_none());
/// ```
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules::of(code)
}

/// Looks at a file: its findings in the order of its lines.
///
/// A baseline runs on an empty database, so that nothing is said of it.
///
/// # Errors
/// When it cannot be taken apart: a text, a quoted name or a comment never ends.
pub fn lint(subject: &Subject<'_>) -> Result<Vec<Finding>> {
    let readings = file::read(subject.dialect, subject.sql, subject.file)?;
    Ok(look(subject, Known::new(subject.dialect, subject.before), &readings))
}

fn look(subject: &Subject<'_>, mut known: Known, readings: &[Reading]) -> Vec<Finding> {
    let source = Source::new(subject.file, subject.sql);
    let looked_at = if is_baseline(subject.sql) { &[] } else { readings };
    let mut findings = Vec::new();
    for (at, statement) in looked_at.iter().enumerate() {
        let hits = look_at(subject.dialect, &mut known, statement, &readings[at + 1..]);
        findings.extend(hits.into_iter().map(|(rule, hit)| source.finding(statement.line, rule, hit)));
    }
    let mut findings = allow::decide(&source, findings, readings);
    findings.sort_by(|one, other| (one.line, one.code).cmp(&(other.line, other.code)));
    findings
}

/// Everything that the rules say of one statement.
fn look_at(
    dialect: Dialect,
    known: &mut Known,
    statement: &Reading,
    later: &[Reading],
) -> Vec<(&'static Rule, Hit)> {
    let mut hits: Vec<(&'static Rule, Hit)> = Vec::new();
    known.enter(statement.unit);
    let facts = statement.facts.iter().flat_map(|fact| rebuild::dissected(dialect, fact, known));
    for fact in &facts.collect::<Vec<_>>() {
        let is_new = fact.table().is_some_and(|table| known.is_made(table));
        let scene = Scene { dialect, known, statement, later };
        for rule in dialect.lint_rules().iter().filter(|rule| !(is_new && rule.is_about_use())) {
            let Look::Fact(look) = rule.look else { continue };
            let is_told = |hit: &Hit| hits.iter().any(|(of, told)| of.code == rule.code && told == hit);
            hits.extend(look(&scene, fact).filter(|hit| !is_told(hit)).map(|hit| (*rule, hit)));
        }
        known.apply(fact);
    }
    hits
}

#[cfg(test)]
mod tests;
