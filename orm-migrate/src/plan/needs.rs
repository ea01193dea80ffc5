//! What each change needs, makes and ends.

use orm_schema::{Column, ColumnName, ForeignKey, Table, TableName};

use super::{
    context::Context,
    mentions::{of_constraint, of_index},
    order::{Fact, Node, Thing},
};
use crate::{
    change::{Change, Constraint},
    names::{TableNames, constraints},
    normalise::enum_of,
    step::Step,
};

/// The step with its place.
pub(crate) fn place(context: &Context<'_>, step: Step, changes: &[&Change]) -> Node {
    let mut node = Node::new(step);
    for change in changes {
        node.place(context, change);
    }
    node
}

impl Node {
    fn needs_new(&mut self, thing: Thing) {
        self.needs.push(Fact::New(thing));
    }

    fn needs_old(&mut self, thing: Thing) {
        self.needs.push(Fact::Old(thing));
    }

    fn makes_new(&mut self, thing: Thing) {
        self.makes.push(Fact::New(thing));
    }

    fn ends_old(&mut self, thing: Thing) {
        self.ends.push(Fact::Old(thing));
    }

    fn takes(&mut self, name: String) {
        self.needs.push(Fact::Free(name));
    }

    fn frees(&mut self, name: String) {
        self.makes.push(Fact::Free(name));
    }

    fn place(&mut self, context: &Context<'_>, change: &Change) {
        match change {
            Change::CreateEnum { enum_type } => {
                self.takes(format!("type {}", enum_type.name));
                self.makes_new(Thing::Enum(enum_type.name.clone()));
            }
            Change::DropEnum { enum_type } => {
                self.frees(format!("type {}", enum_type.name));
                self.ends_old(Thing::Enum(enum_type.name.clone()));
            }
            Change::RenameEnum { from, to } => {
                self.takes(format!("type {to}"));
                self.frees(format!("type {from}"));
                self.makes_new(Thing::Enum(to.clone()));
            }
            Change::AddEnumValue { enum_name, .. }
            | Change::RenameEnumValue { enum_name, .. }
            | Change::ReplaceEnum { enum_name, .. } => {
                self.needs_new(Thing::Enum(enum_name.clone()));
                self.makes_new(Thing::Labels(enum_name.clone()));
                self.renamed_columns(context, change);
            }
            Change::CreateTable { table } => self.create_table(context, table),
            Change::DropTable { table } => self.drop_table(context, table),
            Change::RenameTable { from, to } => {
                self.takes(relation(to, &to.name));
                self.frees(relation(from, &from.name));
                self.makes_new(Thing::Table(to.clone()));
            }
            Change::AlterTable { table, .. } => self.needs_new(Thing::Table(table.clone())),
            Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::RenameColumn { .. }
            | Change::AlterColumn { .. } => self.place_column(change),
            Change::AddConstraint { table, name, constraint } => {
                self.takes(constraint_place(table, name.as_str(), constraint));
                if matches!(constraint, Constraint::PrimaryKey(_)) {
                    self.takes(key_place(table));
                }
                self.needs_columns(context, table, |table| of_constraint(context.dialect, table, constraint));
                self.add_constraint(context, table, constraint);
            }
            Change::DropConstraint { table, name, constraint } => {
                self.frees(constraint_place(table, name.as_str(), constraint));
                if matches!(constraint, Constraint::PrimaryKey(_)) {
                    self.frees(key_place(table));
                }
                self.leaves_columns(context, table, |table| {
                    of_constraint(context.dialect, table, constraint)
                });
                self.drop_constraint(context, table, constraint);
            }
            Change::RenameConstraint { table, from, to, constraint } => {
                self.needs_new(Thing::Table(table.clone()));
                self.follows_labels(context, table);
                self.takes(constraint_place(table, to.as_str(), constraint));
                self.frees(constraint_place(table, from.as_str(), constraint));
            }
            Change::AddIndex { table, name, index } => {
                self.takes(relation(table, name.as_str()));
                self.needs_columns(context, table, |table| of_index(context.dialect, table, index));
                if index.unique {
                    self.makes_new(Thing::Key(table.clone(), index.columns()));
                }
            }
            Change::DropIndex { table, name, index } => {
                self.frees(relation(table, name.as_str()));
                self.leaves_columns(context, table, |table| of_index(context.dialect, table, index));
                if index.unique {
                    self.drop_key(table, &index.columns());
                }
            }
            Change::RenameIndex { table, from, to, .. } => {
                self.needs_new(Thing::Table(table.clone()));
                self.follows_labels(context, table);
                self.takes(relation(table, to.as_str()));
                self.frees(relation(table, from.as_str()));
            }
        }
    }

    /// An enum type that is made anew takes its columns along, under their new names, and makes the conditions on them
    /// again, but for those that are dropped.
    fn renamed_columns(&mut self, context: &Context<'_>, change: &Change) {
        let Change::ReplaceEnum { enum_name, .. } = change else { return };
        for dropped in context.changes {
            match dropped {
                Change::DropConstraint { table, name, constraint } => {
                    self.takes(constraint_place(table, name.as_str(), constraint));
                }
                Change::DropIndex { table, name, .. } => self.takes(relation(table, name.as_str())),
                _ => {}
            }
        }
        for table in &context.before.tables {
            for column in
                table.columns.iter().filter(|column| enum_of(&column.column_type) == Some(enum_name))
            {
                self.needs_new(Thing::Table(table.name.clone()));
                if context.column_now(&table.name, &column.name).as_ref() != Some(&column.name) {
                    self.needs_new(Thing::Column(table.name.clone(), column.name.clone()));
                }
            }
        }
    }

    /// Conditions keep their old names while an enum type of their table is made anew.
    fn follows_labels(&mut self, context: &Context<'_>, table: &TableName) {
        let columns = context.before.table(table).map(|table| table.columns.as_slice()).unwrap_or_default();
        for name in columns.iter().filter_map(|column| enum_of(&column.column_type)) {
            self.needs_new(Thing::Labels(name.clone()));
        }
    }

    fn place_column(&mut self, change: &Change) {
        match change {
            Change::AddColumn { table, column } => {
                self.needs_new(Thing::Table(table.clone()));
                self.takes(column_place(table, &column.name));
                self.makes_new(Thing::Column(table.clone(), column.name.clone()));
                self.uses_enum_of(column);
            }
            Change::DropColumn { table, column } => {
                self.needs_new(Thing::Table(table.clone()));
                self.frees(column_place(table, &column.name));
                self.ends_old(Thing::Column(table.clone(), column.name.clone()));
                self.leaves_enum_of(column);
            }
            Change::RenameColumn { table, from, to } => {
                self.needs_new(Thing::Table(table.clone()));
                self.takes(column_place(table, to));
                self.frees(column_place(table, from));
                self.makes_new(Thing::Column(table.clone(), to.clone()));
            }
            Change::AlterColumn { table, from, to } => {
                self.needs_new(Thing::Table(table.clone()));
                self.needs_new(Thing::Column(table.clone(), to.name.clone()));
                self.ends_old(Thing::Type(table.clone(), to.name.clone()));
                self.makes_new(Thing::Type(table.clone(), to.name.clone()));
                self.leaves_enum_of(from);
                self.uses_enum_of(to);
            }
            _ => {}
        }
    }

    fn uses_enum_of(&mut self, column: &Column) {
        if let Some(name) = enum_of(&column.column_type) {
            self.needs_new(Thing::Enum(name.clone()));
            self.needs_new(Thing::Labels(name.clone()));
        }
    }

    fn leaves_enum_of(&mut self, column: &Column) {
        if let Some(name) = enum_of(&column.column_type) {
            self.needs_old(Thing::Enum(name.clone()));
            self.needs_new(Thing::Labels(name.clone()));
        }
    }

    fn create_table(&mut self, context: &Context<'_>, table: &Table) {
        self.makes_new(Thing::Table(table.name.clone()));
        self.takes(relation(&table.name, &table.name.name));
        for name in relation_names(table) {
            self.takes(relation(&table.name, &name));
        }
        for column in &table.columns {
            self.makes_new(Thing::Column(table.name.clone(), column.name.clone()));
            self.uses_enum_of(column);
        }
        for (_, constraint) in constraints(table) {
            self.add_constraint(context, &table.name, &constraint);
        }
        for index in table.indexes.iter().filter(|index| index.unique) {
            self.makes_new(Thing::Key(table.name.clone(), index.columns()));
        }
    }

    fn drop_table(&mut self, context: &Context<'_>, table: &Table) {
        self.ends_old(Thing::Table(table.name.clone()));
        self.frees(relation(&table.name, &table.name.name));
        for name in relation_names(table) {
            self.frees(relation(&table.name, &name));
        }
        for column in &table.columns {
            self.leaves_enum_of(column);
        }
        for (_, constraint) in constraints(table) {
            self.drop_constraint(context, &table.name, &constraint);
        }
    }

    fn add_constraint(&mut self, context: &Context<'_>, table: &TableName, constraint: &Constraint) {
        match constraint {
            Constraint::PrimaryKey(key) => self.makes_new(Thing::Key(table.clone(), key.columns.clone())),
            Constraint::Unique(unique) => self.makes_new(Thing::Key(table.clone(), unique.columns.clone())),
            Constraint::ForeignKey(key) if context.dialect.needs_targets() => {
                self.takes(target_place(&key.table, &key.references));
                self.needs_target(key);
            }
            Constraint::ForeignKey(_) | Constraint::Check(_) => {}
        }
    }

    fn needs_target(&mut self, key: &ForeignKey) {
        self.needs_new(Thing::Table(key.table.clone()));
        self.needs_new(Thing::Key(key.table.clone(), key.references.clone()));
        for column in &key.references {
            self.needs_new(Thing::Column(key.table.clone(), column.clone()));
            self.needs_new(Thing::Type(key.table.clone(), column.clone()));
        }
    }

    fn drop_constraint(&mut self, context: &Context<'_>, table: &TableName, constraint: &Constraint) {
        match constraint {
            Constraint::PrimaryKey(key) => self.drop_key(table, &key.columns),
            Constraint::Unique(unique) => self.drop_key(table, &unique.columns),
            Constraint::ForeignKey(key) => {
                self.needs_old(Thing::Table(key.table.clone()));
                if context.dialect.needs_targets() {
                    self.needs_old_target(key);
                }
            }
            Constraint::Check(_) => {}
        }
    }

    fn drop_key(&mut self, table: &TableName, columns: &[ColumnName]) {
        self.ends_old(Thing::Key(table.clone(), columns.to_vec()));
        self.frees(target_place(table, columns));
    }

    fn needs_old_target(&mut self, key: &ForeignKey) {
        self.needs_old(Thing::Key(key.table.clone(), key.references.clone()));
        for column in &key.references {
            self.needs_old(Thing::Column(key.table.clone(), column.clone()));
            self.needs_old(Thing::Type(key.table.clone(), column.clone()));
        }
    }

    /// Something new on columns of the table.
    fn needs_columns(
        &mut self,
        context: &Context<'_>,
        table: &TableName,
        of: impl Fn(&Table) -> Vec<ColumnName>,
    ) {
        self.needs_new(Thing::Table(table.clone()));
        let Some(table) = context.to.table(table) else { return };
        for name in of(table) {
            self.needs_new(Thing::Column(table.name.clone(), name.clone()));
            self.needs_new(Thing::Type(table.name.clone(), name.clone()));
            if let Some(name) = table.column(&name).and_then(|column| enum_of(&column.column_type)) {
                self.needs_new(Thing::Labels(name.clone()));
            }
        }
    }

    /// Something old on columns of the table.
    fn leaves_columns(
        &mut self,
        context: &Context<'_>,
        table: &TableName,
        of: impl Fn(&Table) -> Vec<ColumnName>,
    ) {
        self.needs_new(Thing::Table(table.clone()));
        let Some(table) = context.before.table(table) else { return };
        for name in of(table) {
            self.needs_old(Thing::Column(table.name.clone(), name.clone()));
            self.needs_old(Thing::Type(table.name.clone(), name));
        }
    }
}

/// Tables, indexes and the indexes behind keys share their names within a namespace.
fn relation(table: &TableName, name: &str) -> String {
    format!("relation {}.{name}", table.namespace.as_deref().unwrap_or_default())
}

fn relation_names(table: &Table) -> Vec<String> {
    let names = TableNames::of(table);
    let all = names.primary_key.into_iter().chain(names.uniques).chain(names.indexes);
    all.map(|name| name.as_str().to_owned()).collect()
}

/// The name of a constraint, as something that is free or taken.
pub(crate) fn constraint_place(table: &TableName, name: &str, constraint: &Constraint) -> String {
    match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => relation(table, name),
        Constraint::ForeignKey(_) | Constraint::Check(_) => format!("constraint {name} of {table}"),
    }
}

/// A foreign key binds to one of the keys on these columns, which then cannot go (sql-altertable.html): what is dropped goes
/// first.
fn target_place(table: &TableName, columns: &[ColumnName]) -> String {
    let mut columns: Vec<&str> = columns.iter().map(ColumnName::as_str).collect();
    columns.sort_unstable();
    format!("target {columns:?} of {table}")
}

/// A table has one primary key, whatever it is called.
fn key_place(table: &TableName) -> String {
    format!("primary key of {table}")
}

fn column_place(table: &TableName, column: &ColumnName) -> String {
    format!("column {column} of {table}")
}
