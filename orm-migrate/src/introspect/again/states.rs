//! A table on its way from what its model says to what the database has: one step for each difference.
//!
//! What is gone from the database stays in the table, as it stays in the model. So the words of two neighbouring states
//! differ in just those words that the step is about.

use orm_schema::{Column, ColumnName, ConstraintName, Identity, Index, Table, TableName};

use crate::change::{Change, Constraint};

/// A constraint or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    Constraint(Constraint),
    Index(Index),
}

/// One difference.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) what: What,
    pub(super) before: Table,
    pub(super) after: Table,
}

/// What a step is about.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// SQLite's words at the end of a table.
    Options,
    NewColumn(ColumnName),
    GoneColumn(ColumnName),
    OtherColumn(ColumnName),
    New {
        name: ConstraintName,
        object: Object,
    },
    Gone {
        name: ConstraintName,
        object: Object,
    },
    /// The same object with something else in it; the name is that in the model.
    Other {
        name: ConstraintName,
        from: Object,
        to: Object,
    },
}

/// The way of one table.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// The table as the model says it.
    pub(super) start: Table,
    pub(super) steps: Vec<Step>,
    /// The table at the end: as in the database, with all that is gone from there.
    pub(super) end: Table,
}

/// The steps from the table of a model to that of the database; `changes` lead from the database to the model.
pub(super) fn way(model: &Table, database: &Table, changes: &[Change]) -> Way {
    let changes: Vec<_> =
        changes.iter().map(Change::inverse).filter(|change| is_of(change, &database.name)).collect();
    let whats = whats(&changes, database);
    let is_key_gone = whats.iter().any(is_gone_key);
    let start = start(model, database, &whats);
    let mut state = start.clone();
    let mut steps = Vec::new();
    for what in whats {
        let before = state.clone();
        go(&mut state, &what, database);
        steps.push(Step { what, before, after: state.clone() });
    }
    keep_key(&mut state, is_key_gone);
    leave_counting_to_keys(&mut state);
    Way { start, steps, end: state }
}

/// AUTOINCREMENT is for a primary key of one column, which a column that is gone may have been.
fn leave_counting_to_keys(table: &mut Table) {
    let key = table.primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
    for column in &mut table.columns {
        let is_key = key == [column.name.clone()];
        column.identity = column.identity.filter(|identity| is_key || *identity != Identity::Autoincrement);
    }
}

/// A key that stays although it is gone: what it is made of is never NULL in a model.
fn keep_key(table: &mut Table, is_gone: bool) {
    let Some(key) = table.primary_key.as_ref().filter(|_| is_gone) else { return };
    for column in table.columns.iter_mut().filter(|column| key.columns.contains(&column.name)) {
        column.nullable = false;
    }
}

fn is_gone_key(what: &What) -> bool {
    matches!(what, What::Gone { object: Object::Constraint(Constraint::PrimaryKey(_)), .. })
}

fn is_of(change: &Change, table: &TableName) -> bool {
    change.table() == Some(table)
}

/// Columns first, so that every constraint finds its own.
fn whats(changes: &[Change], database: &Table) -> Vec<What> {
    let mut columns = Vec::new();
    let (mut new, mut gone, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes.iter().cloned() {
        match change {
            Change::AlterTable { .. } => columns.push(What::Options),
            Change::AddColumn { column, .. } => columns.push(What::NewColumn(column.name)),
            Change::DropColumn { column, .. } => columns.push(What::GoneColumn(column.name)),
            Change::AlterColumn { to, .. } => columns.push(What::OtherColumn(to.name)),
            Change::AddConstraint { name, constraint, .. } => {
                new.push((name, Object::Constraint(constraint)))
            }
            Change::AddIndex { name, index, .. } => new.push((name, Object::Index(index))),
            Change::DropConstraint { name, constraint, .. } => {
                gone.push((name, Object::Constraint(constraint)))
            }
            Change::DropIndex { name, index, .. } => gone.push((name, Object::Index(index))),
            Change::RenameConstraint { from, to, constraint, .. } => {
                let object = Object::Constraint(constraint);
                other.push(What::Other { from: object.called(&from), to: object.called(&to), name: from });
            }
            Change::RenameIndex { from, to, index, .. } => {
                let object = Object::Index(index);
                other.push(What::Other { from: object.called(&from), to: object.called(&to), name: from });
            }
            // No decision on a rename is given to this comparison.
            Change::RenameColumn { .. } | Change::RenameTable { .. } | Change::CreateTable { .. } => {}
            Change::DropTable { .. } | Change::CreateEnum { .. } | Change::DropEnum { .. } => {}
            Change::RenameEnum { .. } | Change::AddEnumValue { .. } => {}
            Change::RenameEnumValue { .. } | Change::ReplaceEnum { .. } => {}
        }
    }
    // What normalising adds, the index of a foreign key on MariaDB, no model says.
    new.retain(|(_, object)| object.place(database).is_some());
    for (name, object) in gone {
        match new.iter().position(|(other, to)| object.is_rival(&name, to, other)) {
            Some(at) => {
                let (_, to) = new.remove(at);
                other.push(What::Other { name, from: object, to });
            }
            None => columns.push(What::Gone { name, object }),
        }
    }
    columns.extend(other);
    columns.extend(new.into_iter().map(|(name, object)| What::New { name, object }));
    columns
}

/// The table of the database as the model would say it: nothing new yet, what is other as it was.
fn start(model: &Table, database: &Table, whats: &[What]) -> Table {
    let mut table = database.clone();
    for what in whats {
        match what {
            What::Options => take_options(&mut table, model),
            // A field that is not there yet has no words either.
            What::NewColumn(_) => {}
            What::GoneColumn(name) => table.columns.extend(model.column(name).cloned()),
            What::OtherColumn(name) => swap_column(&mut table, model.column(name)),
            What::New { object, .. } => object.leave(&mut table),
            What::Gone { object, .. } => object.join(&mut table),
            What::Other { from, to, .. } => {
                to.leave(&mut table);
                from.join(&mut table);
            }
        }
    }
    table
}

fn take_options(table: &mut Table, of: &Table) {
    (table.strict, table.without_rowid) = (of.strict, of.without_rowid);
    (table.engine, table.collation) = (of.engine.clone(), of.collation.clone());
    table.comment.clone_from(&of.comment);
}

fn go(table: &mut Table, what: &What, database: &Table) {
    match what {
        What::Options => take_options(table, database),
        What::NewColumn(_) | What::GoneColumn(_) | What::Gone { .. } => {}
        What::OtherColumn(name) => swap_column(table, database.column(name)),
        What::New { object, .. } => object.join(table),
        What::Other { from, to, .. } => {
            from.leave(table);
            to.join(table);
        }
    }
}

fn swap_column(table: &mut Table, column: Option<&Column>) {
    let Some(column) = column else { return };
    if let Some(place) = table.columns.iter_mut().find(|other| other.name == column.name) {
        place.clone_from(column);
    }
}

impl Object {
    /// Whether the other one stands in its place: the same name, or the same columns. A foreign key is a relation of its
    /// columns, whatever it is called.
    fn is_rival(&self, name: &ConstraintName, other: &Self, other_name: &ConstraintName) -> bool {
        match (self, other) {
            (Self::Constraint(Constraint::PrimaryKey(_)), Self::Constraint(Constraint::PrimaryKey(_))) => {
                true
            }
            (Self::Constraint(Constraint::Unique(one)), Self::Constraint(Constraint::Unique(other))) => {
                name == other_name || one.columns == other.columns
            }
            (
                Self::Constraint(Constraint::ForeignKey(one)),
                Self::Constraint(Constraint::ForeignKey(other)),
            ) => one.columns == other.columns,
            (Self::Constraint(Constraint::Check(one)), Self::Constraint(Constraint::Check(other))) => {
                name == other_name || one.columns.len() == 1 && one.columns == other.columns
            }
            (Self::Index(one), Self::Index(other)) => {
                name == other_name || one.columns() == other.columns() && one.unique == other.unique
            }
            (Self::Constraint(_) | Self::Index(_), _) => false,
        }
    }

    fn called(&self, name: &ConstraintName) -> Self {
        let mut object = self.clone();
        *object.name() = Some(name.clone());
        object
    }

    fn name(&mut self) -> &mut Option<ConstraintName> {
        match self {
            Self::Constraint(Constraint::PrimaryKey(key)) => &mut key.name,
            Self::Constraint(Constraint::Unique(unique)) => &mut unique.name,
            Self::Constraint(Constraint::ForeignKey(key)) => &mut key.name,
            Self::Constraint(Constraint::Check(check)) => &mut check.name,
            Self::Index(index) => &mut index.name,
        }
    }

    /// Its place among those of its kind, whatever its name.
    fn place(&self, table: &Table) -> Option<usize> {
        match self {
            Self::Constraint(Constraint::PrimaryKey(key)) => {
                table.primary_key.as_ref().filter(|other| other.columns == key.columns).map(|_| 0)
            }
            Self::Constraint(Constraint::Unique(unique)) => at(&table.uniques, unique, |one, other| {
                one.columns == other.columns && same_name(one.name.as_ref(), other.name.as_ref())
            }),
            Self::Constraint(Constraint::ForeignKey(key)) => at(&table.foreign_keys, key, |one, other| {
                let mut other = other.clone();
                other.name.clone_from(&one.name);
                *one == other
            }),
            Self::Constraint(Constraint::Check(check)) => at(&table.checks, check, |one, other| {
                one.expression == other.expression && same_name(one.name.as_ref(), other.name.as_ref())
            }),
            Self::Index(index) => at(&table.indexes, index, |one, other| {
                let is_named = same_name(one.name.as_ref(), other.name.as_ref());
                let mut other = other.clone();
                other.name.clone_from(&one.name);
                is_named && *one == other
            }),
        }
    }

    fn leave(&self, table: &mut Table) {
        let Some(place) = self.place(table) else { return };
        match self {
            Self::Constraint(Constraint::PrimaryKey(_)) => table.primary_key = None,
            Self::Constraint(Constraint::Unique(_)) => drop(table.uniques.remove(place)),
            Self::Constraint(Constraint::ForeignKey(_)) => drop(table.foreign_keys.remove(place)),
            Self::Constraint(Constraint::Check(_)) => drop(table.checks.remove(place)),
            Self::Index(_) => drop(table.indexes.remove(place)),
        }
    }

    fn join(&self, table: &mut Table) {
        match self.clone() {
            // What the database has now comes before what it had.
            Self::Constraint(Constraint::PrimaryKey(key)) => table.primary_key = Some(key),
            Self::Constraint(Constraint::Unique(unique)) => table.uniques.push(unique),
            Self::Constraint(Constraint::ForeignKey(key)) => table.foreign_keys.push(key),
            Self::Constraint(Constraint::Check(check)) => table.checks.push(check),
            Self::Index(index) => table.indexes.push(index),
        }
    }
}

fn at<T>(all: &[T], wanted: &T, same: impl Fn(&T, &T) -> bool) -> Option<usize> {
    all.iter().position(|other| same(wanted, other))
}

/// A name that is not written says nothing.
fn same_name(one: Option<&ConstraintName>, other: Option<&ConstraintName>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => true,
    }
}

/// What a person calls it: `index "users_email_idx"`.
pub(super) fn describe(name: &ConstraintName, object: &Object) -> String {
    let kind = match object {
        Object::Constraint(Constraint::PrimaryKey(_)) => return "primary key".to_owned(),
        Object::Constraint(Constraint::Unique(_)) => "unique constraint",
        Object::Constraint(Constraint::ForeignKey(_)) => "foreign key",
        Object::Constraint(Constraint::Check(_)) => "check",
        Object::Index(_) => "index",
    };
    format!("{kind} {:?}", name.as_str())
}
