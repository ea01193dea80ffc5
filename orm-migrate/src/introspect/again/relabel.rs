//! Enums that the database knows only as a check: which labels does it allow now?

use orm_schema::{ColumnType, EnumName, EnumType, Schema};

use crate::{
    dialect::Dialect,
    diff::{DiffOptions, diff},
    normalise::normalise,
    token::{TokenKind, significant},
};

/// The enums of the models with the labels that the database's checks list, where these differ from the models'. That the
/// labels are right is told by the diff: with them it is shorter.
pub(super) fn relabelled(dialect: Dialect, models: &Schema, live: &Schema) -> Vec<EnumType> {
    // A database with enum types, or with labels in its columns, tells them itself.
    let are_checks = dialect.has_enum_types() && normalise(dialect, models.clone()).enums.is_empty();
    let mut schema = models.clone();
    let mut found = Vec::new();
    for old in models.enums.iter().filter(|_| are_checks) {
        let candidates = candidates(dialect, models, live, &old.name).into_iter();
        let better = candidates.map(|labels| EnumType { labels, ..old.clone() }).find_map(|new| {
            let with = relabel(&schema, &new);
            (differences(dialect, &with, live) < differences(dialect, &schema, live)).then_some((new, with))
        });
        if let Some((new, with)) = better {
            schema = with;
            found.push(new);
        }
    }
    found
}

/// The schema with other labels.
pub(super) fn relabel(schema: &Schema, new: &EnumType) -> Schema {
    let mut schema = schema.clone();
    schema.enums.iter_mut().filter(|one| one.name == new.name).for_each(|one| one.clone_from(new));
    schema
}

fn differences(dialect: Dialect, models: &Schema, live: &Schema) -> usize {
    diff(dialect, live, &normalise(dialect, models.clone()), &DiffOptions::default()).changes.len()
}

/// The texts in the checks of tables in which a column holds the enum.
fn candidates(dialect: Dialect, models: &Schema, live: &Schema, name: &EnumName) -> Vec<Vec<String>> {
    let holds = |table: &&orm_schema::Table| {
        table
            .columns
            .iter()
            .any(|column| matches!(&column.column_type, ColumnType::Enum(other) if other == name))
    };
    let tables = models.tables.iter().filter(holds).filter_map(|table| live.table(&table.name));
    let checks = tables.flat_map(|table| &table.checks);
    checks.filter_map(|check| texts(dialect, &check.expression)).collect()
}

fn texts(dialect: Dialect, expression: &str) -> Option<Vec<String>> {
    let tokens = significant(expression, dialect.rules()).ok()?;
    let texts = tokens.iter().filter(|token| token.kind == TokenKind::Text);
    texts.map(|token| Some(token.text.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))).collect()
}
