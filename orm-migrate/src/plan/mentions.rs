//! Which columns a constraint or an index speaks of.

use orm_schema::{ColumnName, Index, IndexKey, Table};

use crate::{
    change::Constraint,
    dialect::Dialect,
    token::{TokenKind, significant},
};

/// Whether a name stands in an expression; one that cannot be read may speak of anything.
pub(crate) fn mentions(dialect: Dialect, expression: &str, name: &ColumnName) -> bool {
    let Ok(tokens) = significant(expression, dialect.rules()) else { return true };
    tokens.iter().any(|token| {
        let is_quoted = token.kind == TokenKind::Quoted;
        token.name().is_some_and(|word| dialect.same_name(name.as_str(), &word, is_quoted))
    })
}

/// The columns of the table that a constraint speaks of.
pub(crate) fn of_constraint(dialect: Dialect, table: &Table, constraint: &Constraint) -> Vec<ColumnName> {
    match constraint {
        Constraint::Check(check) => of_texts(dialect, table, &[&check.expression]),
        Constraint::PrimaryKey(key) => [key.columns.as_slice(), &key.include].concat(),
        Constraint::Unique(unique) => [unique.columns.as_slice(), &unique.include].concat(),
        Constraint::ForeignKey(key) => key.columns.clone(),
    }
}

/// The columns of the table that an index speaks of.
pub(crate) fn of_index(dialect: Dialect, table: &Table, index: &Index) -> Vec<ColumnName> {
    let plain = index.parts.iter().filter_map(|part| match &part.key {
        IndexKey::Column(name) => Some(name.clone()),
        IndexKey::Expression(_) => None,
    });
    plain.chain(index.include.iter().cloned()).chain(in_texts_of_index(dialect, table, index)).collect()
}

/// The columns of the table that the condition and the expressions of an index speak of.
pub(crate) fn in_texts_of_index(dialect: Dialect, table: &Table, index: &Index) -> Vec<ColumnName> {
    let expressions = index.parts.iter().filter_map(|part| match &part.key {
        IndexKey::Column(_) => None,
        IndexKey::Expression(text) => Some(text),
    });
    of_texts(dialect, table, &expressions.chain(&index.predicate).collect::<Vec<_>>())
}

fn of_texts(dialect: Dialect, table: &Table, texts: &[&String]) -> Vec<ColumnName> {
    let names = table.columns.iter().map(|column| &column.name);
    names.filter(|name| texts.iter().any(|text| mentions(dialect, text, name))).cloned().collect()
}
