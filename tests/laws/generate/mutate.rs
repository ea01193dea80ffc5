//! The next version of a schema, as somebody would make it whose tables hold rows.

use std::collections::BTreeSet;

use orm_migrate::{Dialect, Rename};
use orm_schema::{
    Check, Column, ColumnName, ColumnType, ForeignKey, Index, IndexKey, PrimaryKey, Schema, Table, TableName,
};

use super::{ColumnRecipe, Maker, Part, TableRecipe, column, pick};
use crate::rows::quote;

/// One change: what, and of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mutation {
    kind: u8,
    part: Part,
    column: ColumnRecipe,
}

impl Mutation {
    pub(super) fn new((kind, part, column): (u8, Part, ColumnRecipe)) -> Self {
        Self { kind, part, column }
    }
}

/// Changes a schema; what was renamed comes back.
pub(crate) fn mutate(maker: Maker, mutations: &[Mutation]) -> (Schema, Vec<Rename>) {
    let mut next = Next {
        before: maker.schema.clone(),
        maker,
        tables: Vec::new(),
        columns: Vec::new(),
        fresh: BTreeSet::new(),
        fresh_tables: BTreeSet::new(),
    };
    for mutation in mutations {
        next.apply(*mutation);
    }
    let renames = next.renames();
    (next.maker.tidied().schema, renames)
}

/// The next version while it is made.
struct Next {
    before: Schema,
    maker: Maker,
    /// Renamed tables: the name before, the name now.
    tables: Vec<(TableName, TableName)>,
    /// Renamed columns: the table's name before, the column's, and the column's now.
    columns: Vec<(TableName, ColumnName, ColumnName)>,
    /// Columns whose rows have one value, or none, or values of another type.
    fresh: BTreeSet<ColumnName>,
    /// Tables without rows.
    fresh_tables: BTreeSet<TableName>,
}

impl Next {
    fn apply(&mut self, mutation: Mutation) {
        let Mutation { kind, part, column } = mutation;
        let count = self.maker.schema.tables.len();
        if kind.is_multiple_of(28) || count == 0 {
            return self.add_table(part, column);
        }
        let at = usize::from(part.a) % count;
        match kind % 28 {
            1 | 2 => self.add_column(at, column),
            3 | 4 => self.drop_column(at, part),
            5 | 6 => self.rename_column(at, part),
            7 => self.rename_table(at, part),
            8 => self.drop_table(at),
            9 | 10 => self.widen(at, part),
            11 | 24 => self.change_nullability(at, part),
            12 | 25 => self.change_default(at, part),
            13 => self.add_unique(at, part),
            14 => self.drop_unique(at, part),
            15 => self.add_index(at, part),
            16 => self.drop_index(at, part),
            17 => self.add_foreign_key(at, part),
            18 => self.drop_foreign_key(at, part),
            19 => self.maker.add_check(at, part),
            20 => self.drop_check(at, part),
            21 => self.change_key(at, part),
            22 => self.add_label(part),
            26 => self.turn_labels(part),
            27 => self.change_options(at, part),
            _ => self.change_action(at, part),
        }
    }

    fn table(&mut self, at: usize) -> &mut Table {
        &mut self.maker.schema.tables[at]
    }

    fn add_table(&mut self, part: Part, column: ColumnRecipe) {
        let columns = vec![column, ColumnRecipe { kind: part.b, ..column }];
        let recipe = TableRecipe { name: part.c, key: part.a, options: part.b, columns, parts: Vec::new() };
        self.maker.add_table(&recipe);
        let Some(table) = self.maker.schema.tables.last() else { return };
        self.fresh_tables.insert(table.name.clone());
        let at = self.maker.schema.tables.len() - 1;
        // No circle: the rows of the other table would lead nowhere.
        let kind = if part.kind % 9 == 3 { 1 } else { part.kind };
        self.maker.add_part(at, Part { kind, ..part });
    }

    /// Optional, or with a default: there are rows.
    fn add_column(&mut self, at: usize, recipe: ColumnRecipe) {
        let mut column = column::make(&mut self.maker, recipe);
        column.nullable |= column.default.is_none();
        self.fresh.insert(column.name.clone());
        self.table(at).columns.push(column);
    }

    fn drop_column(&mut self, at: usize, part: Part) {
        let schema = &self.maker.schema;
        let table = &schema.tables[at];
        let may = |column: &&Column| {
            !table.is_key(&column.name)
                && !is_target(schema, &table.name, &column.name)
                && table.columns.len() > 1
        };
        let columns: Vec<ColumnName> =
            table.columns.iter().filter(may).map(|column| column.name.clone()).collect();
        let Some(name) = pick(&columns, part.b) else { return };
        let table = self.table(at);
        table.columns.retain(|column| column.name != *name);
        table.foreign_keys.retain(|key| !key.columns.contains(name));
        table.uniques.retain(|unique| !unique.columns.contains(name));
        table.uniques.iter_mut().for_each(|unique| unique.include.retain(|other| other != name));
        table.indexes.iter_mut().for_each(|index| index.include.retain(|other| other != name));
        table.checks.retain(|check| !check.expression.contains(&quote(name.as_str())));
        table.indexes.retain(|index| !speaks_of(index, name));
    }

    fn rename_column(&mut self, at: usize, part: Part) {
        let Some(from) =
            pick(&self.maker.schema.tables[at].columns, part.b).map(|column| column.name.clone())
        else {
            return;
        };
        let to = ColumnName::from(self.maker.names.next(part.c));
        let table = self.maker.schema.tables[at].name.clone();
        for other in &mut self.maker.schema.tables {
            rename_in(other, &table, &from, &to);
        }
        if self.fresh.contains(&from) {
            self.fresh.insert(to.clone());
        }
        self.note_rename(&table, &from, &to);
    }

    /// Renames of renamed columns are one rename; columns that are new have none.
    fn note_rename(&mut self, table: &TableName, from: &ColumnName, to: &ColumnName) {
        let before = self.table_before(table);
        if let Some(known) = self.columns.iter_mut().find(|(table, _, now)| *table == before && now == from) {
            known.2 = to.clone();
        } else if self.before.table(&before).is_some_and(|table| table.column(from).is_some()) {
            self.columns.push((before, from.clone(), to.clone()));
        }
    }

    fn rename_table(&mut self, at: usize, part: Part) {
        let from = self.maker.schema.tables[at].name.clone();
        let to = TableName::new(self.maker.names.next(part.c));
        self.table(at).name = to.clone();
        let keys = self.maker.schema.tables.iter_mut().flat_map(|table| &mut table.foreign_keys);
        keys.filter(|key| key.table == from).for_each(|key| key.table = to.clone());
        if self.fresh_tables.remove(&from) {
            self.fresh_tables.insert(to);
        } else {
            let before = self.table_before(&from);
            self.tables.retain(|(known, _)| *known != before);
            self.tables.push((before, to));
        }
    }

    fn table_before(&self, now: &TableName) -> TableName {
        let known = self.tables.iter().find(|(_, to)| to == now);
        known.map_or_else(|| now.clone(), |(from, _)| from.clone())
    }

    fn drop_table(&mut self, at: usize) {
        let name = self.maker.schema.tables.remove(at).name;
        for table in &mut self.maker.schema.tables {
            table.foreign_keys.retain(|key| key.table != name);
        }
        let before = self.table_before(&name);
        self.tables.retain(|(known, _)| *known != before);
        self.columns.retain(|(known, ..)| *known != before);
    }

    /// A type that holds every value of the one before.
    fn widen(&mut self, at: usize, part: Part) {
        let schema = &self.maker.schema;
        let table = &schema.tables[at];
        let in_key = |column: &Column| {
            is_target(schema, &table.name, &column.name)
                || table.foreign_keys.iter().any(|key| key.columns.contains(&column.name))
        };
        let may = |column: &&Column| {
            column.identity.is_none() && !in_key(column) && wider(&column.column_type).is_some()
        };
        let columns: Vec<ColumnName> =
            table.columns.iter().filter(may).map(|column| column.name.clone()).collect();
        let Some(name) = pick(&columns, part.b) else { return };
        for column in self.table(at).columns.iter_mut().filter(|column| column.name == *name) {
            column.column_type = wider(&column.column_type).unwrap_or_else(|| column.column_type.clone());
        }
        self.fresh.insert(name.clone());
        // Conditions on two columns of one type would speak of two types.
        self.table(at).checks.retain(|check| !check.columns.is_empty());
    }

    fn change_nullability(&mut self, at: usize, part: Part) {
        let fresh = self.fresh.clone();
        let table = self.table(at);
        let keys = table.primary_key.clone().map(|key| key.columns).unwrap_or_default();
        let may = |column: &&mut Column| {
            !keys.contains(&column.name) && column.identity.is_none() && !fresh.contains(&column.name)
        };
        let columns: Vec<&mut Column> = table.columns.iter_mut().filter(may).collect();
        let count = columns.len();
        if let Some(column) =
            columns.into_iter().nth(usize::from(part.b).checked_rem(count).unwrap_or_default())
        {
            column.nullable = !column.nullable;
        }
    }

    fn change_default(&mut self, at: usize, part: Part) {
        let (dialect, schema) = (self.maker.dialect, self.maker.schema.clone());
        let fresh = self.fresh.clone();
        let columns = self.table(at).columns.iter_mut();
        let columns: Vec<&mut Column> =
            columns.filter(|column| column.identity.is_none() && !fresh.contains(&column.name)).collect();
        let count = columns.len();
        if let Some(column) =
            columns.into_iter().nth(usize::from(part.b).checked_rem(count).unwrap_or_default())
        {
            column.default = column::default(dialect, &schema, &column.column_type, part.c);
            column.comment = column::comment(part.a);
        }
    }

    fn add_unique(&mut self, at: usize, part: Part) {
        let fresh = self.fresh.clone();
        self.maker.add_unique(at, part, &|column| !fresh.contains(&column.name));
    }

    fn drop_unique(&mut self, at: usize, part: Part) {
        let schema = &self.maker.schema;
        let table = &schema.tables[at];
        let count = table.uniques.len();
        let Some(place) = usize::from(part.b).checked_rem(count) else { return };
        let columns = &table.uniques[place].columns;
        let keys = schema.tables.iter().flat_map(|table| &table.foreign_keys);
        if !keys.clone().any(|key| key.table == table.name && key.references == *columns) {
            self.table(at).uniques.remove(place);
        }
    }

    fn add_index(&mut self, at: usize, part: Part) {
        let fresh = self.fresh.clone();
        self.maker.add_index(at, part, &|column| !fresh.contains(&column.name));
    }

    fn drop_index(&mut self, at: usize, part: Part) {
        remove(&mut self.table(at).indexes, part.b);
    }

    fn drop_check(&mut self, at: usize, part: Part) {
        remove(&mut self.table(at).checks, part.b);
    }

    fn drop_foreign_key(&mut self, at: usize, part: Part) {
        remove(&mut self.table(at).foreign_keys, part.b);
    }

    /// Its columns are new, and so NULL in the rows that are there.
    fn add_foreign_key(&mut self, at: usize, part: Part) {
        let before: BTreeSet<ColumnName> = names(&self.maker.schema.tables[at]);
        self.maker.add_foreign_key(at, part, true, &|_| true);
        let now = names(&self.maker.schema.tables[at]);
        self.fresh.extend(now.difference(&before).cloned());
    }

    fn change_action(&mut self, at: usize, part: Part) {
        let keys = &mut self.table(at).foreign_keys;
        let Some(place) = usize::from(part.b).checked_rem(keys.len()) else { return };
        let key = &mut keys[place];
        std::mem::swap(&mut key.on_delete, &mut key.on_update);
    }

    /// To none, or to one of several columns, where no foreign key leads to it.
    fn change_key(&mut self, at: usize, part: Part) {
        let schema = &self.maker.schema;
        let table = &schema.tables[at];
        let columns = table.primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
        let in_use = columns.iter().any(|column| is_target(schema, &table.name, column));
        let counted = table.columns.iter().any(|column| column.identity.is_some());
        if in_use || counted || table.without_rowid {
            return;
        }
        let may =
            |column: &&Column| column::may_be_key(&column.column_type) && !self.fresh.contains(&column.name);
        let columns: Vec<ColumnName> =
            table.columns.iter().filter(may).map(|column| column.name.clone()).collect();
        let columns: Vec<ColumnName> = columns.into_iter().skip(usize::from(part.b % 2)).take(2).collect();
        let table = self.table(at);
        for column in table.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
            column.nullable = false;
        }
        let key = PrimaryKey { columns, ..PrimaryKey::default() };
        table.primary_key = (!part.b.is_multiple_of(3) && !key.columns.is_empty()).then_some(key);
    }

    /// In front, between or at the end.
    fn add_label(&mut self, part: Part) {
        let label = self.maker.names.next(part.c);
        let enums = &mut self.maker.schema.enums;
        let Some(at) = usize::from(part.a).checked_rem(enums.len()) else { return };
        let labels = &mut enums[at].labels;
        // A reserved word is both a name and a label.
        if !labels.contains(&label) {
            labels.insert(usize::from(part.b) % (labels.len() + 1), label);
        }
    }

    /// Another order: the type is made anew.
    fn turn_labels(&mut self, part: Part) {
        let enums = &mut self.maker.schema.enums;
        if let Some(at) = usize::from(part.a).checked_rem(enums.len()) {
            enums[at].labels.rotate_left(1);
        }
    }

    fn change_options(&mut self, at: usize, part: Part) {
        if self.maker.dialect == Dialect::Sqlite {
            let table = self.table(at);
            table.strict = !table.strict;
            table.without_rowid &= part.b.is_multiple_of(2);
        }
    }

    fn renames(&self) -> Vec<Rename> {
        let after = &self.maker.schema;
        let tables = self.tables.iter().map(|(from, to)| same(from.to_string(), to.to_string()));
        let columns = self.columns.iter().filter_map(|(table, from, to)| {
            let now = self.tables.iter().find(|(before, _)| before == table);
            let now = now.map_or(table, |(_, now)| now);
            after.table(now)?.column(to)?;
            (from != to).then(|| same(format!("{table}.{from}"), format!("{now}.{to}")))
        });
        tables.filter(|rename| rename.from != rename.to).chain(columns).collect()
    }
}

fn same(from: String, to: String) -> Rename {
    Rename { from, to, same: true }
}

fn names(table: &Table) -> BTreeSet<ColumnName> {
    table.columns.iter().map(|column| column.name.clone()).collect()
}

fn remove<T>(items: &mut Vec<T>, by: u8) {
    if let Some(place) = usize::from(by).checked_rem(items.len()) {
        items.remove(place);
    }
}

/// Whether a foreign key leads to the column.
fn is_target(schema: &Schema, table: &TableName, column: &ColumnName) -> bool {
    let keys = schema.tables.iter().flat_map(|table| &table.foreign_keys);
    keys.clone().any(|key| key.table == *table && key.references.contains(column))
}

fn wider(column_type: &ColumnType) -> Option<ColumnType> {
    match column_type {
        ColumnType::I8 => Some(ColumnType::I16),
        ColumnType::I16 | ColumnType::U8 | ColumnType::U16 => Some(ColumnType::I32),
        ColumnType::I32 | ColumnType::U32 => Some(ColumnType::I64),
        ColumnType::F32 => Some(ColumnType::F64),
        ColumnType::Varchar(length) if *length < 100 => Some(ColumnType::Varchar(length * 10)),
        ColumnType::Varchar(_) => Some(ColumnType::Text),
        _ => None,
    }
}

fn speaks_of(index: &Index, column: &ColumnName) -> bool {
    let quoted = quote(column.as_str());
    index.predicate.as_ref().is_some_and(|predicate| predicate.contains(&quoted))
        || index.parts.iter().any(|part| match &part.key {
            IndexKey::Column(name) => name == column,
            IndexKey::Expression(sql) => sql.contains(&quoted),
        })
}

/// Renames a column of one table wherever another, or the same, speaks of it.
fn rename_in(table: &mut Table, renamed: &TableName, from: &ColumnName, to: &ColumnName) {
    let replace = |names: &mut Vec<ColumnName>| {
        names.iter_mut().filter(|name| **name == *from).for_each(|name| *name = to.clone());
    };
    for key in table.foreign_keys.iter_mut().filter(|key| key.table == *renamed) {
        replace(&mut key.references);
    }
    if table.name != *renamed {
        return;
    }
    let (old, new) = (quote(from.as_str()), quote(to.as_str()));
    table
        .columns
        .iter_mut()
        .filter(|column| column.name == *from)
        .for_each(|column| column.name = to.clone());
    table.primary_key.iter_mut().for_each(|key| replace(&mut key.columns));
    for unique in &mut table.uniques {
        replace(&mut unique.columns);
        replace(&mut unique.include);
    }
    table.foreign_keys.iter_mut().for_each(|ForeignKey { columns, .. }| replace(columns));
    for Check { columns, expression, .. } in &mut table.checks {
        replace(columns);
        *expression = expression.replace(&old, &new);
    }
    for index in &mut table.indexes {
        replace(&mut index.include);
        index.predicate.iter_mut().for_each(|predicate| *predicate = predicate.replace(&old, &new));
        for part in &mut index.parts {
            match &mut part.key {
                IndexKey::Column(name) if name == from => *name = to.clone(),
                IndexKey::Column(_) => {}
                IndexKey::Expression(sql) => *sql = sql.replace(&old, &new),
            }
        }
    }
}
