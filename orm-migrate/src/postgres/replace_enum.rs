//! An enum type made anew: a label cannot be taken away or moved (sql-altertype.html).
//!
//! A new type takes the old one's name, and then its columns. Conditions that speak of such a column hold the old type
//! fast, so they are dropped before and made again after.

use orm_schema::{ColumnDefault, ColumnType, ConstraintName, EnumName, Table, TableName, naming::fit};

use super::{ddl, steps::create_enum};
use crate::{
    change::{Change, Constraint},
    dialect::Dialect,
    names::{TableNames, constraints},
    normalise::enum_of,
    plan::{clause, context::Context, mentions},
};

const DIALECT: Dialect = Dialect::Postgres;

/// The statements that give the type these labels.
pub(super) fn sql(context: &Context<'_>, name: &EnumName, labels: &[String]) -> Vec<String> {
    let old = EnumName { namespace: name.namespace.clone(), name: fit(&format!("_orm_old_{}", name.name)) };
    let conditions = conditions(context, name);
    let mut sql = vec![
        format!("ALTER TYPE {} RENAME TO {}", DIALECT.quote_enum(name), DIALECT.quote(&old.name)),
        create_enum(name, labels),
    ];
    sql.extend(conditions.iter().map(|condition| condition.drop.clone()));
    for table in &context.before.tables {
        sql.extend(convert_columns(table, name, labels));
    }
    sql.extend(conditions.into_iter().map(|condition| condition.create));
    sql.push(format!("DROP TYPE {}", DIALECT.quote_enum(&old)));
    sql
}

fn convert_columns(table: &Table, name: &EnumName, labels: &[String]) -> Vec<String> {
    let mut sql = Vec::new();
    for column in table.columns.iter().filter(|column| enum_of(&column.column_type) == Some(name)) {
        let alter = |action: &str| ddl::alter_column(&table.name, &column.name, action);
        let (quoted, ty) = (DIALECT.quote(column.name.as_str()), ddl::type_name(&column.column_type));
        let through = if matches!(column.column_type, ColumnType::Array(_)) { "text[]" } else { "text" };
        if column.default.is_some() {
            sql.push(alter("DROP DEFAULT"));
        }
        sql.push(alter(&format!("TYPE {ty} USING {quoted}::{through}::{ty}")));
        if let Some(default) = column.default.as_ref().filter(|default| has_label(default, labels)) {
            sql.push(alter(&format!("SET DEFAULT {}", ddl::default(default, &column.column_type))));
        }
    }
    sql
}

/// Whether the default is still a label; the change of the column sets another one.
pub(super) fn has_label(default: &ColumnDefault, labels: &[String]) -> bool {
    match default {
        ColumnDefault::Text(text) => labels.contains(text) || text.starts_with('{'),
        ColumnDefault::Bool(_)
        | ColumnDefault::Number(_)
        | ColumnDefault::Now
        | ColumnDefault::Expression(_) => true,
    }
}

/// A check, or an index with a condition or an expression.
struct Condition {
    drop: String,
    create: String,
}

/// Those that speak of a column of the type; what the plan drops is gone by then.
fn conditions(context: &Context<'_>, name: &EnumName) -> Vec<Condition> {
    let mut found = Vec::new();
    for table in &context.before.tables {
        let is_of_type = |columns: &[orm_schema::ColumnName]| {
            let mut columns = columns.iter().filter_map(|column| table.column(column));
            columns.any(|column| enum_of(&column.column_type) == Some(name))
        };
        let is_kept = |name: &ConstraintName| !is_dropped(context, &table.name, name);
        for (name, constraint) in constraints(table) {
            let is_check = matches!(constraint, Constraint::Check(_));
            if is_check && is_kept(&name) && is_of_type(&mentions::of_constraint(DIALECT, table, &constraint))
            {
                found.push(of_check(&table.name, &name, &constraint));
            }
        }
        for (name, index) in TableNames::of(table).indexes.into_iter().zip(&table.indexes) {
            if is_kept(&name) && is_of_type(&mentions::in_texts_of_index(DIALECT, table, index)) {
                found.push(Condition {
                    drop: clause::drop_index(DIALECT, &table.name, &name),
                    create: clause::create_index(DIALECT, &table.name, &name, index),
                });
            }
        }
    }
    found
}

fn of_check(table: &TableName, name: &ConstraintName, constraint: &Constraint) -> Condition {
    Condition {
        drop: ddl::alter_table(table, &format!("DROP CONSTRAINT {}", DIALECT.quote(name.as_str()))),
        create: ddl::alter_table(
            table,
            &format!("ADD {}", clause::constraint(DIALECT, Some(name), constraint)),
        ),
    }
}

fn is_dropped(context: &Context<'_>, table: &TableName, name: &ConstraintName) -> bool {
    context.changes.iter().any(|change| match change {
        Change::DropConstraint { table: of, name: dropped, .. }
        | Change::DropIndex { table: of, name: dropped, .. } => of == table && dropped == name,
        _ => false,
    })
}
