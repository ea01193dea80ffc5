//! What is known of the schema at a statement: what was there before the file, and what the file has done so far.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{Check, Schema, Table, TableName};

use super::facts::{Fact, Kind, NewColumn, NewConstraint, not_null_of};
use crate::dialect::Dialect;

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KnownTable {
    pub(crate) name: TableName,
    pub(crate) columns: Vec<KnownColumn>,
    /// The columns of each key and each unique constraint or index.
    pub(crate) keys: Vec<Vec<String>>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KnownColumn {
    pub(crate) name: String,
    /// Its type, as the database spells it.
    pub(crate) native: String,
    pub(crate) nullable: bool,
    /// Whether an INSERT may leave it out.
    pub(crate) optional: bool,
    /// Whether its values are computed and kept.
    pub(crate) stored: bool,
}

impl KnownTable {
    /// The column of that name.
    pub(crate) fn column(&self, name: &str) -> Option<&KnownColumn> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    fn column_mut(&mut self, name: &str) -> Option<&mut KnownColumn> {
        self.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Whether no two rows have the same values in those columns.
    pub(crate) fn is_unique_in(&self, columns: &[String]) -> bool {
        let is_among = |name: &String| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
        self.keys.iter().any(|key| !key.is_empty() && key.iter().all(is_among))
    }
}

/// A check that a column is not NULL.
#[derive(Debug, Clone)]
struct NotNullCheck {
    table: TableName,
    column: String,
    name: Option<String>,
    holds: bool,
}

/// What is known.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    dialect: Dialect,
    tables: Vec<KnownTable>,
    /// Tables that the file has made.
    made: BTreeSet<TableName>,
    /// Indexes that the file has made.
    made_indexes: BTreeSet<String>,
    /// Columns that the file has given values.
    filled: BTreeSet<(TableName, String)>,
    not_null_checks: Vec<NotNullCheck>,
    settings: BTreeMap<String, String>,
    unit: Unit,
}

/// What the transaction has done so far that the statement is in.
#[derive(Debug, Clone, Default)]
struct Unit {
    number: usize,
    altered: BTreeSet<TableName>,
    not_valid: BTreeSet<(TableName, String)>,
    labels: BTreeSet<String>,
}

impl Known {
    /// Before the first statement.
    pub(crate) fn new(dialect: Dialect, before: Option<&Schema>) -> Self {
        let tables =
            before.map(|schema| schema.tables.iter().map(|table| known_table(dialect, table)).collect());
        Self {
            dialect,
            tables: tables.unwrap_or_default(),
            made: BTreeSet::new(),
            made_indexes: BTreeSet::new(),
            filled: BTreeSet::new(),
            not_null_checks: before.map(checked).unwrap_or_default(),
            settings: BTreeMap::new(),
            unit: Unit::default(),
        }
    }

    /// What is there is there before, whoever made it.
    #[cfg(test)]
    pub(crate) fn settled(mut self) -> Self {
        self.settings.clear();
        self.made.clear();
        self.made_indexes.clear();
        self.filled.clear();
        self.unit = Unit::default();
        self
    }

    /// The table of that name, if anybody says what it is like.
    pub(crate) fn table(&self, name: &TableName) -> Option<&KnownTable> {
        self.tables.iter().find(|table| same(&table.name, name))
    }

    /// Whether the file has made the table, so that nobody uses it yet.
    pub(crate) fn is_made(&self, name: &TableName) -> bool {
        self.made.iter().any(|made| same(made, name))
    }

    /// Whether the file has made the index.
    pub(crate) fn is_made_index(&self, name: &str) -> bool {
        self.made_indexes.contains(&name.to_ascii_lowercase())
    }

    /// Whether the file has given the column values.
    pub(crate) fn is_filled(&self, table: &TableName, column: &str) -> bool {
        self.filled.iter().any(|(of, name)| same(of, table) && name.eq_ignore_ascii_case(column))
    }

    /// Whether a check that holds for all rows says that the column is not NULL.
    pub(crate) fn is_checked_not_null(&self, table: &TableName, column: &str) -> bool {
        self.not_null_checks.iter().any(|check| {
            check.holds && same(&check.table, table) && check.column.eq_ignore_ascii_case(column)
        })
    }

    /// Whether this transaction has altered the table already.
    pub(crate) fn is_altered_here(&self, table: &TableName) -> bool {
        self.unit.altered.iter().any(|altered| same(altered, table))
    }

    /// Whether this transaction has added the constraint as NOT VALID.
    pub(crate) fn is_added_here(&self, table: &TableName, name: &str) -> bool {
        self.unit.not_valid.iter().any(|(of, added)| same(of, table) && added.eq_ignore_ascii_case(name))
    }

    /// The labels that this transaction has added to enum types.
    pub(crate) fn labels_added_here(&self) -> impl Iterator<Item = &String> {
        self.unit.labels.iter()
    }

    /// What the file has set.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    /// Goes to the transaction of the next statement.
    pub(crate) fn enter(&mut self, unit: usize) {
        if unit != self.unit.number {
            self.unit = Unit { number: unit, ..Unit::default() };
        }
    }

    /// Takes what a statement has done.
    pub(crate) fn apply(&mut self, fact: &Fact) {
        if let Some(table) = fact.table().filter(|_| fact.alters()) {
            self.unit.altered.insert(table.clone());
        }
        match fact {
            Fact::CreateTable { table, columns, constraints, .. } => self.make(table, columns, constraints),
            Fact::DropTable { table, .. } => self.tables.retain(|known| !same(&known.name, table)),
            Fact::RenameTable { table, to } => self.rename(table, to),
            Fact::Rebuild { table, columns, keys } => self.remake(table, columns, keys),
            Fact::AddColumn { table, column } => self.add_column(table, column),
            Fact::DropColumn { table, column, .. } => {
                self.change(table, |known| {
                    known.columns.retain(|old| !old.name.eq_ignore_ascii_case(column))
                });
            }
            Fact::RenameColumn { table, column, to } => {
                self.change_column(table, column, |known| known.name.clone_from(to));
            }
            Fact::AlterType { table, column, to, .. } => {
                let native = self.dialect.canonical(to);
                self.change_column(table, column, |known| known.native = native);
            }
            Fact::Redefine { table, column, to } => {
                let new = self.column_of(to);
                self.change_column(table, column, |known| *known = new);
            }
            Fact::SetNotNull { table, column } => {
                self.change_column(table, column, |known| known.nullable = false)
            }
            Fact::DropNotNull { table, column } => {
                self.change_column(table, column, |known| known.nullable = true)
            }
            Fact::AddConstraint { table, constraint } => self.constrain(table, constraint),
            Fact::ValidateConstraint { table, name } => self.validate(table, name),
            Fact::CreateIndex { table, index } => {
                self.made_indexes.extend(index.name.as_ref().map(|name| name.to_ascii_lowercase()));
                if index.unique && !index.partial {
                    self.change(table, |known| known.keys.push(index.columns.clone()));
                }
            }
            Fact::Update { table, columns, .. } => {
                self.filled.extend(columns.iter().map(|column| (table.clone(), column.clone())));
            }
            Fact::AddLabel { label } => drop(self.unit.labels.insert(label.clone())),
            Fact::Set { name, value } => drop(self.settings.insert(name.clone(), value.clone())),
            Fact::DropDefault { .. }
            | Fact::SetDefault { .. }
            | Fact::DropConstraint { .. }
            | Fact::DropIndex { .. }
            | Fact::ConvertTable { .. }
            | Fact::AttachPartition { .. }
            | Fact::DetachPartition { .. }
            | Fact::AlterTable { .. }
            | Fact::DropNamespace { .. }
            | Fact::RenameNamespace { .. }
            | Fact::DropCascade { .. }
            | Fact::RenameLabel { .. }
            | Fact::Truncate { .. }
            | Fact::Delete { .. }
            | Fact::Block { .. }
            | Fact::Transaction { .. }
            | Fact::Other
            | Fact::Unread => {}
        }
    }

    fn change(&mut self, table: &TableName, change: impl FnOnce(&mut KnownTable)) {
        self.tables.iter_mut().find(|known| same(&known.name, table)).map(change);
    }

    fn change_column(&mut self, table: &TableName, column: &str, change: impl FnOnce(&mut KnownColumn)) {
        self.change(table, |known| {
            known.column_mut(column).map(change);
        });
    }

    fn make(&mut self, table: &TableName, columns: &[NewColumn], constraints: &[NewConstraint]) {
        self.tables.retain(|known| !same(&known.name, table));
        self.made.insert(table.clone());
        let keys = columns.iter().filter(|column| column.unique || column.primary_key);
        let mut known = KnownTable {
            name: table.clone(),
            columns: columns.iter().map(|column| self.column_of(column)).collect(),
            keys: keys.map(|column| vec![column.name.clone()]).collect(),
        };
        known.keys.extend(
            constraints.iter().filter(|constraint| is_key(constraint)).map(|key| key.columns.clone()),
        );
        for key in constraints.iter().filter(|constraint| constraint.kind == Kind::PrimaryKey) {
            for name in &key.columns {
                known.column_mut(name).into_iter().for_each(|column| column.nullable = false);
            }
        }
        self.tables.push(known);
    }

    /// Its indexes are made anew, too.
    fn remake(&mut self, table: &TableName, columns: &[NewColumn], keys: &[NewConstraint]) {
        let columns = columns.iter().map(|column| self.column_of(column)).collect();
        self.change(table, |known| {
            known.columns = columns;
            known.keys.extend(keys.iter().map(|key| key.columns.clone()));
        });
    }

    fn rename(&mut self, table: &TableName, to: &TableName) {
        self.change(table, |known| known.name = to.clone());
        if self.is_made(table) {
            self.made.insert(to.clone());
        }
    }

    fn add_column(&mut self, table: &TableName, column: &NewColumn) {
        let new = self.column_of(column);
        self.change(table, |known| known.columns.push(new));
        if column.default.is_some() || column.counted || column.stored || column.computed {
            self.filled.insert((table.clone(), column.name.clone()));
        }
    }

    fn constrain(&mut self, table: &TableName, constraint: &NewConstraint) {
        if is_key(constraint) {
            self.change(table, |known| known.keys.push(constraint.columns.clone()));
        }
        if let Some(column) = &constraint.not_null_of {
            let (table, column, name) = (table.clone(), column.clone(), constraint.name.clone());
            self.not_null_checks.push(NotNullCheck { table, column, name, holds: !constraint.not_valid });
        }
        if let (true, Some(name)) = (constraint.not_valid, &constraint.name) {
            self.unit.not_valid.insert((table.clone(), name.clone()));
        }
    }

    fn validate(&mut self, table: &TableName, name: &str) {
        let validated = |check: &&mut NotNullCheck| {
            same(&check.table, table) && check.name.as_deref().is_some_and(|of| of.eq_ignore_ascii_case(name))
        };
        self.not_null_checks.iter_mut().filter(validated).for_each(|check| check.holds = true);
    }

    fn column_of(&self, column: &NewColumn) -> KnownColumn {
        let given = column.default.is_some() || column.counted || column.stored || column.computed;
        KnownColumn {
            name: column.name.clone(),
            native: self.dialect.canonical(&column.native),
            nullable: !column.not_null,
            optional: given || !column.not_null,
            stored: column.stored,
        }
    }
}

/// The columns that a check of the schema says are not NULL.
fn checked(schema: &Schema) -> Vec<NotNullCheck> {
    let checks =
        schema.tables.iter().flat_map(|table| table.checks.iter().map(move |check| (&table.name, check)));
    let not_null = |(table, check): (&TableName, &Check)| {
        Some(NotNullCheck {
            table: table.clone(),
            column: not_null_of(&check.expression)?,
            name: check.name.as_ref().map(|name| name.as_str().to_owned()),
            holds: !check.not_valid,
        })
    };
    checks.filter_map(not_null).collect()
}

fn is_key(constraint: &NewConstraint) -> bool {
    matches!(constraint.kind, Kind::PrimaryKey | Kind::Unique) && !constraint.columns.is_empty()
}

/// Whether two names may mean one table: a namespace that is not said may be any.
fn same(one: &TableName, other: &TableName) -> bool {
    let namespaces = one.namespace.as_ref().zip(other.namespace.as_ref());
    one.name.eq_ignore_ascii_case(&other.name)
        && namespaces.is_none_or(|(one, other)| one.eq_ignore_ascii_case(other))
}

fn known_table(dialect: Dialect, table: &Table) -> KnownTable {
    let texts =
        |columns: &[orm_schema::ColumnName]| columns.iter().map(|name| name.as_str().to_owned()).collect();
    let uniques = table.uniques.iter().map(|unique| texts(&unique.columns));
    let indexes = table.indexes.iter().filter(|index| index.unique && index.predicate.is_none());
    let indexes = indexes.filter_map(|index| {
        index.parts.iter().map(|part| part.key.column().map(|name| name.as_str().to_owned())).collect()
    });
    let key = table.primary_key.iter().map(|key| texts(&key.columns));
    KnownTable {
        name: table.name.clone(),
        columns: table.columns.iter().map(|column| known_column(dialect, column)).collect(),
        keys: key.chain(uniques).chain(indexes).collect(),
    }
}

fn known_column(dialect: Dialect, column: &orm_schema::Column) -> KnownColumn {
    let native = dialect.native(&column.column_type, None).unwrap_or_else(|_| column.column_type.to_string());
    KnownColumn {
        name: column.name.as_str().to_owned(),
        native: dialect.canonical(&native),
        nullable: column.nullable,
        optional: column.nullable
            || column.default.is_some()
            || column.identity.is_some()
            || column.generated.is_some(),
        stored: column.generated.as_ref().is_some_and(|generated| !generated.is_virtual),
    }
}
