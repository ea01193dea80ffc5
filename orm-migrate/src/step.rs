//! A step: the SQL of one change, and what whoever runs it must know before.
//!
//! A step is plain data. It names its reverse, the transaction it needs, the lock it takes, what would stop it and
//! what it would lose; counting the rows is the business of whoever holds a connection.

use orm_schema::TableName;
use serde::Serialize;

/// SQL for one change (or, on SQLite, for all changes that one rebuild of a table makes).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it does, for a person: "add column `bio` to `users`".
    pub summary: String,
    /// The statements, in order, without a final semicolon.
    pub sql: Vec<String>,
    /// How to go back.
    pub reverse: Reverse,
    /// The transaction it needs.
    pub transaction: TransactionNeed,
    /// The strongest lock it takes on a table that others may be using; `None` where that table is new, or on SQLite,
    /// where every writer locks the whole database.
    pub lock: Option<LockLevel>,
    /// What it would lose.
    pub data_loss: Vec<DataLoss>,
    /// What would make it fail.
    pub prechecks: Vec<PreCheck>,
    /// Whether its table is made by the same plan: no rows are there, nobody waits.
    pub fresh_table: bool,
    /// The tables it changes.
    pub touches: Vec<TableName>,
    /// The table it makes anew and swaps in, where SQLite cannot alter it.
    pub rebuild: Option<Rebuild>,
}

/// How to go back from a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reverse {
    /// By these statements.
    By(Undo),
    /// Not at all.
    Never {
        /// Why not, for a person.
        why: String,
    },
}

/// The statements that take a step back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undo {
    /// The statements, in order, without a final semicolon.
    pub sql: Vec<String>,
    /// The transaction they need.
    pub transaction: TransactionNeed,
    /// The table they rebuild.
    pub rebuild: Option<Rebuild>,
    /// What does not come back with the schema: rows that the step itself had thrown away, or that going back loses.
    pub loses: Option<String>,
}

/// The transaction that a step needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionNeed {
    /// All its statements or none.
    Inside,
    /// No transaction, or one of its own that is committed before the next step: PostgreSQL's new enum value cannot be
    /// used in the transaction that adds it (sql-altertype.html), and CONCURRENTLY refuses any.
    Outside,
    /// It does not care.
    Either,
    /// One that began with `PRAGMA foreign_keys = OFF`, which is a no-op once a transaction runs (pragma.html).
    SqliteRebuild,
}

/// PostgreSQL's table locks (explicit-locking.html), weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockLevel {
    /// Stops neither reads nor writes.
    ShareUpdateExclusive,
    /// Stops writes.
    Share,
    /// Stops writes, and itself.
    ShareRowExclusive,
    /// Stops reads and writes.
    AccessExclusive,
}

/// Something that a step throws away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataLoss {
    /// What, for a person: "the values of `users.bio`".
    pub what: String,
    /// A query of one row and one number: how many there are.
    pub count: String,
}

/// Something that would make a step fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreCheck {
    /// The stable code of the error.
    pub code: &'static str,
    /// What is wrong when the count is not zero; `{rows}` and `{values}` stand for so many of them.
    pub message: String,
    /// A query of one row and one number: how many rows offend.
    pub count: String,
    /// What to do.
    pub fix: String,
}

impl PreCheck {
    /// The message for so many offending rows.
    #[must_use]
    pub fn message_for(&self, count: u64) -> String {
        let of = |noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        self.message.replace("{rows}", &of("row")).replace("{values}", &of("value"))
    }
}

/// A table that a step makes anew and swaps in.
///
/// The step's SQL makes the new table, copies the rows, drops the old one, renames the new one and makes its indexes.
/// Dropping a table drops its triggers: whoever runs the step reads them from `sqlite_schema` before and makes them
/// again after, and compares `PRAGMA foreign_key_check` of before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rebuild {
    /// The table, under the name it has before and after.
    pub table: TableName,
    /// The name it has meanwhile.
    pub temporary: TableName,
    /// The indexes that the step makes again itself; any other of the table is not the models' own and is carried over
    /// like a trigger.
    pub indexes: Vec<String>,
}

impl Step {
    /// A step with nothing to fear, to start from.
    pub(crate) fn new(summary: impl Into<String>, sql: Vec<String>, reverse: Reverse) -> Self {
        Self {
            summary: summary.into(),
            sql,
            reverse,
            transaction: TransactionNeed::Inside,
            lock: None,
            data_loss: Vec::new(),
            prechecks: Vec::new(),
            fresh_table: false,
            touches: Vec::new(),
            rebuild: None,
        }
    }
}

impl Undo {
    /// A way back with nothing to fear, to start from.
    pub(crate) const fn new(sql: Vec<String>, transaction: TransactionNeed) -> Self {
        Self { sql, transaction, rebuild: None, loses: None }
    }
}

impl Reverse {
    /// The statements, where there are any.
    #[must_use]
    pub fn sql(&self) -> Option<&[String]> {
        match self {
            Self::By(undo) => Some(&undo.sql),
            Self::Never { .. } => None,
        }
    }

    /// What does not come back, or is lost on the way.
    pub(crate) fn loses(&self) -> Option<&str> {
        match self {
            Self::By(undo) => undo.loses.as_deref(),
            Self::Never { .. } => None,
        }
    }
}
