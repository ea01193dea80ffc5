//! The names that a table's constraints and indexes have in the database, derived ones resolved.
//!
//! Two checks on one column would derive the same name; each then also bears a hash of its condition. A number, as
//! PostgreSQL gives it, would depend on the order of declaration, and moving a field would rename constraints.

use std::collections::BTreeMap;

use orm_schema::{
    ColumnName, ConstraintName, Index, Table,
    naming::{Suffix, constraint_name, distinct},
};

use crate::change::Constraint;

/// One name for each constraint and index of a table, in the table's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableNames {
    /// Of the primary key.
    pub primary_key: Option<ConstraintName>,
    /// Of the unique constraints.
    pub uniques: Vec<ConstraintName>,
    /// Of the foreign keys.
    pub foreign_keys: Vec<ConstraintName>,
    /// Of the checks.
    pub checks: Vec<ConstraintName>,
    /// Of the indexes.
    pub indexes: Vec<ConstraintName>,
}

/// The constraints of a table with their names: primary key, unique, foreign keys, checks.
pub(crate) fn constraints(table: &Table) -> Vec<(ConstraintName, Constraint)> {
    let names = TableNames::of(table);
    let key =
        names.primary_key.into_iter().zip(table.primary_key.iter().cloned().map(Constraint::PrimaryKey));
    let uniques = names.uniques.into_iter().zip(table.uniques.iter().cloned().map(Constraint::Unique));
    let foreign =
        names.foreign_keys.into_iter().zip(table.foreign_keys.iter().cloned().map(Constraint::ForeignKey));
    let checks = names.checks.into_iter().zip(table.checks.iter().cloned().map(Constraint::Check));
    key.chain(uniques).chain(foreign).chain(checks).collect()
}

/// Something that has a name or gets one.
struct Named<'a> {
    written: Option<&'a ConstraintName>,
    derived: String,
    /// What tells it apart from others of the same derived name.
    purpose: String,
}

impl TableNames {
    /// The names of that table.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        let derive = |columns: &[ColumnName], suffix| constraint_name(&table.name, columns, suffix);
        let primary_key = table
            .primary_key
            .as_ref()
            .map(|key| key.name.clone().unwrap_or_else(|| derive(&key.columns, Suffix::PrimaryKey).into()));
        let uniques = table.uniques.iter().map(|unique| Named {
            written: unique.name.as_ref(),
            derived: derive(&unique.columns, Suffix::Unique),
            purpose: String::new(),
        });
        let foreign_keys = table.foreign_keys.iter().map(|key| Named {
            written: key.name.as_ref(),
            derived: derive(&key.columns, Suffix::ForeignKey),
            purpose: format!("{} {:?}", key.table, key.references),
        });
        let checks = table.checks.iter().map(|check| Named {
            written: check.name.as_ref(),
            derived: derive(&check.columns, Suffix::Check),
            purpose: check.expression.clone(),
        });
        let indexes = table.indexes.iter().map(|index| Named {
            written: index.name.as_ref(),
            derived: derive(&index.columns(), Suffix::Index),
            purpose: purpose(index),
        });
        Self {
            primary_key,
            uniques: resolve(&uniques.collect::<Vec<_>>()),
            foreign_keys: resolve(&foreign_keys.collect::<Vec<_>>()),
            checks: resolve(&checks.collect::<Vec<_>>()),
            indexes: resolve(&indexes.collect::<Vec<_>>()),
        }
    }
}

fn purpose(index: &Index) -> String {
    let method = index.method.as_ref().map(|method| format!(" {method}")).unwrap_or_default();
    format!("{:?} {:?} {}{method}", index.parts, index.predicate, index.unique)
}

fn resolve(items: &[Named<'_>]) -> Vec<ConstraintName> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        let name = item.written.map_or(item.derived.as_str(), ConstraintName::as_str);
        *taken.entry(name.to_owned()).or_default() += 1;
    }
    let name = |item: &Named<'_>| match item.written {
        Some(name) => name.clone(),
        None if taken.get(&item.derived) == Some(&1) => item.derived.clone().into(),
        None => distinct(&item.derived, &item.purpose).into(),
    };
    items.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use orm_schema::{Check, IndexPart};

    use super::*;

    fn check(expression: &str) -> Check {
        Check { columns: vec!["age".into()], expression: expression.to_owned(), ..Check::default() }
    }

    #[test]
    fn two_checks_on_one_column_get_names_that_do_not_depend_on_their_order() {
        let mut table = Table::new("t");
        table.checks = vec![check("age > 1"), check("age < 9")];
        let names = TableNames::of(&table).checks;
        assert!(names.iter().all(|name| name.as_str().starts_with("t_age_check_")), "{names:?}");
        assert_ne!(names[0], names[1]);
        table.checks.reverse();
        assert_eq!(TableNames::of(&table).checks, [names[1].clone(), names[0].clone()]);
        table.checks.truncate(1);
        assert_eq!(TableNames::of(&table).checks, [ConstraintName::from("t_age_check")]);
    }

    #[test]
    fn indexes_that_differ_by_their_method_have_names_of_their_own() {
        let index = |method: Option<&str>| Index {
            parts: vec![IndexPart::column("age")],
            method: method.map(str::to_owned),
            ..Index::default()
        };
        let mut table = Table::new("t");
        table.indexes = vec![index(None), index(Some("hash"))];
        let names = TableNames::of(&table).indexes;
        assert_ne!(names[0], names[1]);
    }
}
