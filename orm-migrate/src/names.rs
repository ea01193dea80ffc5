//! The names that a table's constraints and indexes have in the database, derived ones resolved.
//!
//! Two checks on one column would derive the same name; the second gets a number, as PostgreSQL gives it. The order of
//! declaration does not matter, so that moving a field renames nothing.

use std::collections::BTreeSet;

use orm_schema::{
    ColumnName, ConstraintName, Table,
    naming::{Suffix, constraint_name, fit},
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
    /// Decides who gets the number.
    order: String,
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
            order: String::new(),
        });
        let foreign_keys = table.foreign_keys.iter().map(|key| Named {
            written: key.name.as_ref(),
            derived: derive(&key.columns, Suffix::ForeignKey),
            order: format!("{} {:?}", key.table, key.references),
        });
        let checks = table.checks.iter().map(|check| Named {
            written: check.name.as_ref(),
            derived: derive(&check.columns, Suffix::Check),
            order: check.expression.clone(),
        });
        let indexes = table.indexes.iter().map(|index| Named {
            written: index.name.as_ref(),
            derived: derive(&index.columns(), Suffix::Index),
            order: format!("{:?} {:?} {}", index.parts, index.predicate, index.unique),
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

fn resolve(items: &[Named<'_>]) -> Vec<ConstraintName> {
    let mut taken: BTreeSet<String> =
        items.iter().filter_map(|item| item.written).map(|name| name.as_str().to_owned()).collect();
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&at| (&items[at].derived, &items[at].order));
    let mut names: Vec<ConstraintName> = items
        .iter()
        .map(|item| item.written.cloned().unwrap_or_else(|| item.derived.clone().into()))
        .collect();
    for at in order.into_iter().filter(|&at| items[at].written.is_none()) {
        let name = free(&items[at].derived, &taken);
        taken.insert(name.clone());
        names[at] = name.into();
    }
    names
}

/// The name, or the name with the first number that nobody has.
fn free(derived: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (1..).map(|number: u32| fit(&format!("{derived}{number}")));
    std::iter::once(derived.to_owned()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use orm_schema::Check;

    use super::*;

    fn check(expression: &str) -> Check {
        Check { name: None, columns: vec!["age".into()], expression: expression.to_owned() }
    }

    #[test]
    fn two_checks_on_one_column_get_names_that_do_not_depend_on_their_order() {
        let mut table = Table::new("t");
        table.checks = vec![check("age > 1"), check("age < 9")];
        let names = TableNames::of(&table).checks;
        assert_eq!(names, [ConstraintName::from("t_age_check1"), ConstraintName::from("t_age_check")]);
        table.checks.reverse();
        assert_eq!(TableNames::of(&table).checks, [names[1].clone(), names[0].clone()]);
    }
}
