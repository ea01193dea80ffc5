//! What a server prints for expressions that somebody wrote, where their text leaves it open whether they are those that it
//! has: it is asked on a temporary table, never on the real one.

use std::collections::BTreeMap;

use orm_core::Connection;
use orm_schema::{ColumnDefault, IndexKey, Schema, Table};

use crate::{
    dialect::Dialect,
    error::Result,
    normalise::{Columns, tidy},
};

/// What a server said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// What it prints for an expression: for [`DiffOptions::printed`](crate::DiffOptions).
    pub printed: BTreeMap<String, String>,
    /// Why it could not be asked, as on a server that nobody may write to: equal expressions may then look different.
    pub warnings: Vec<String>,
}

/// Asks the server of a live database how it prints those expressions of `written` that its own text does not show to be
/// the same. Both schemas are normalised. SQLite prints what was written, so it is never asked.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{Asked, ask};
/// use orm_schema::Schema;
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let asked = ask(&mut connection, &Schema::default(), &Schema::default()).await;
/// assert_eq!(asked, Asked::default());
/// # Ok(())
/// # }
/// ```
pub async fn ask(connection: &mut Connection, live: &Schema, written: &Schema) -> Asked {
    let dialect = Dialect::of(connection);
    let mut asked = Asked::default();
    for table in &live.tables {
        let Some(other) = written.table(&table.name) else { continue };
        let doubts = doubts(dialect, table, other);
        if doubts.is_empty() {
            continue;
        }
        match dialect.print(connection, &table.name, &doubts).await {
            Ok(printed) => asked.printed.extend(printed),
            Err(error) => {
                let why = format!(
                    "the server cannot be asked how it prints expressions of `{}`: {error}",
                    table.name
                );
                asked.warnings.push(why);
                return asked;
            }
        }
    }
    asked
}

/// What the server prints for each of the expressions that it takes: in the order of the list.
pub(crate) type Printed = Result<Vec<(String, String)>>;

/// The expressions of one table that the other has not, as far as their text tells, if the other has such as well.
fn doubts(dialect: Dialect, live: &Table, written: &Table) -> Vec<String> {
    let lacking = |of: &Table, from: &Table| -> Vec<String> {
        let known: Vec<String> =
            expressions(from).iter().map(|text| dialect.expression_key(text, &Columns::of(from))).collect();
        let found = expressions(of).into_iter();
        found.filter(|text| !known.contains(&dialect.expression_key(text, &Columns::of(of)))).collect()
    };
    if lacking(live, written).is_empty() { Vec::new() } else { lacking(written, live) }
}

/// Every expression of a table.
fn expressions(table: &Table) -> Vec<String> {
    let checks = table.checks.iter().map(|check| &check.expression);
    let parts = table.indexes.iter().flat_map(|index| &index.parts).filter_map(|part| match &part.key {
        IndexKey::Expression(text) => Some(text),
        IndexKey::Column(_) => None,
    });
    let predicates = table.indexes.iter().filter_map(|index| index.predicate.as_ref());
    let generated = table.columns.iter().filter_map(|column| column.generated.as_ref());
    let generated = generated.map(|generated| &generated.expression);
    let defaults = table.columns.iter().filter_map(|column| match &column.default {
        Some(ColumnDefault::Expression(text)) => Some(text),
        Some(
            ColumnDefault::Bool(_) | ColumnDefault::Number(_) | ColumnDefault::Text(_) | ColumnDefault::Now,
        )
        | None => None,
    });
    let mut all: Vec<String> =
        checks.chain(parts).chain(predicates).chain(generated).chain(defaults).cloned().collect();
    all.sort();
    all.dedup();
    all
}

/// The condition that any expression can be part of, whatever its type.
pub(crate) fn condition(expression: &str) -> String {
    format!("({expression}) IS NOT NULL")
}

/// The expression in such a condition, as it was printed.
pub(crate) fn in_condition(dialect: Dialect, printed: &str) -> Option<String> {
    let text = tidy(dialect, printed);
    let at = text.len().checked_sub(" is not null".len())?;
    let (expression, rest) = text.split_at_checked(at)?;
    rest.eq_ignore_ascii_case(" is not null").then(|| expression.to_owned())
}
