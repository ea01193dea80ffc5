//! A file as statements with their facts, in the units in which they run.

use super::{
    allow::{self, Marker},
    facts::{Fact, facts},
    rebuild,
};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    executor::script::markers,
    split::Statement,
    token::{Rules, TokenKind, tokens},
};

/// A statement that was read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its text, with the comments before it.
    pub(crate) text: String,
    pub(crate) rules: Rules,
    pub(crate) facts: Vec<Fact>,
    /// Whether it runs in a transaction of the file.
    pub(crate) in_transaction: bool,
    /// What runs at once has one number.
    pub(crate) unit: usize,
    /// What the comments before it say to the linter.
    pub(crate) markers: Vec<Marker>,
}

/// Takes a file apart.
pub(super) fn read(dialect: Dialect, sql: &str, file: &str) -> Result<Vec<Reading>> {
    let statements = dialect.split(sql).map_err(|error| {
        let text = sql.lines().nth(error.line - 1).unwrap_or_default();
        MigrateError::new(Code::BadSql, format!("{} never ends", error.what))
            .fix("close it; statements end with `;`")
            .at(Place::file(file).line(error.line, text))
    })?;
    let mut readings = Vec::new();
    let mut in_transaction = true;
    let mut unit = 0;
    let mut was_alone = false;
    for statement in statements {
        let said = markers(&statement).transaction;
        in_transaction = said.unwrap_or(in_transaction);
        let alone = !in_transaction || dialect.commits_implicitly(&statement.text);
        unit += usize::from(said.is_some() || alone || was_alone);
        was_alone = alone;
        readings.push(reading(dialect, sql, statement, (in_transaction, unit)));
    }
    rebuild::name_rebuilds(&mut readings);
    Ok(readings)
}

fn reading(
    dialect: Dialect,
    sql: &str,
    statement: Statement,
    (in_transaction, unit): (bool, usize),
) -> Reading {
    let markers = spoken(sql, &statement);
    Reading {
        line: statement.line,
        facts: facts(dialect, &statement.text, &statement.rules),
        rules: statement.rules,
        text: statement.text,
        in_transaction,
        unit,
        markers,
    }
}

/// The comments before a statement that speak to the linter.
fn spoken(sql: &str, statement: &Statement) -> Vec<Marker> {
    let tokens = tokens(&statement.text, &statement.rules).unwrap_or_default();
    let comments = tokens
        .iter()
        .take_while(|token| matches!(token.kind, TokenKind::Space | TokenKind::Comment))
        .filter(|token| token.kind == TokenKind::Comment);
    let line = |start: usize| 1 + sql[..statement.range.start + start].matches('\n').count();
    comments.filter_map(|token| allow::marker(token.text, || line(token.start))).collect()
}
