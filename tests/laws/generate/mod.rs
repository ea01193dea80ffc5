//! Schemas that nobody would think of.
//!
//! A recipe is plain numbers, and any numbers are a recipe: so proptest can make it smaller in every direction, and what is
//! left is short. Building is a pure function of the recipe. Names are numbered, so that no two are equal in any case.

mod column;
mod constraint;
pub(crate) mod features;
pub(crate) mod fitted;
mod mutate;
mod names;

use std::collections::BTreeSet;

use orm_migrate::Dialect;
use orm_schema::{
    Column, ColumnName, ColumnType, EnumName, EnumType, Identity, PrimaryKey, ReferentialAction, Schema,
    Table,
};
use proptest::{collection::vec, prelude::*};

pub(crate) use mutate::{Mutation, mutate};
use names::Names;

/// How to make a schema.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    tables: Vec<TableRecipe>,
}

/// How to make a table.
#[derive(Debug, Clone)]
pub(crate) struct TableRecipe {
    name: u8,
    key: u8,
    options: u8,
    columns: Vec<ColumnRecipe>,
    parts: Vec<Part>,
}

/// How to make a column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnRecipe {
    name: u8,
    kind: u8,
    nullable: bool,
    default: u8,
}

/// How to make a constraint or an index: what, and of what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    kind: u8,
    a: u8,
    b: u8,
    c: u8,
}

/// Any recipe.
pub(crate) fn recipes() -> impl Strategy<Value = Recipe> {
    vec(tables(), 1..5).prop_map(|tables| Recipe { tables })
}

fn tables() -> impl Strategy<Value = TableRecipe> {
    let columns = vec(columns(), 1..8);
    (any::<u8>(), any::<u8>(), any::<u8>(), columns, vec(parts(), 0..7))
        .prop_map(|(name, key, options, columns, parts)| TableRecipe { name, key, options, columns, parts })
}

fn columns() -> impl Strategy<Value = ColumnRecipe> {
    (any::<u8>(), any::<u8>(), any::<bool>(), any::<u8>())
        .prop_map(|(name, kind, nullable, default)| ColumnRecipe { name, kind, nullable, default })
}

fn parts() -> impl Strategy<Value = Part> {
    any::<[u8; 4]>().prop_map(|[kind, a, b, c]| Part { kind, a, b, c })
}

/// A few changes of a schema.
pub(crate) fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    vec((any::<u8>(), parts(), columns()).prop_map(Mutation::new), 1..9)
}

/// A schema while it is made.
pub(crate) struct Maker {
    pub(crate) dialect: Dialect,
    pub(crate) names: Names,
    pub(crate) schema: Schema,
}

/// Makes the schema.
pub(crate) fn make(dialect: Dialect, recipe: &Recipe) -> Maker {
    let mut maker = Maker { dialect, names: Names::default(), schema: Schema::default() };
    maker.schema.enums = vec![
        enum_type("mood", &["sad", "so so", "it's \"ok\""]),
        enum_type("Order State", &["Öffen", "IN TRANSIT", "done", "select"]),
    ];
    for table in &recipe.tables {
        maker.add_table(table);
    }
    for (at, table) in recipe.tables.iter().enumerate() {
        for part in &table.parts {
            maker.add_part(at, *part);
        }
    }
    maker.tidied()
}

fn enum_type(name: &str, labels: &[&str]) -> EnumType {
    EnumType { name: name.into(), labels: labels.iter().map(|label| (*label).to_owned()).collect() }
}

impl Maker {
    /// Adds a table, its constraints aside.
    pub(crate) fn add_table(&mut self, recipe: &TableRecipe) {
        let mut table = Table::new(self.names.next(recipe.name).as_str());
        for column in &recipe.columns {
            table.columns.push(column::make(self, *column));
        }
        self.add_key(&mut table, recipe.key);
        if self.dialect == Dialect::Sqlite {
            table.strict = recipe.options.is_multiple_of(5);
            let counted = table.columns.iter().any(|column| column.identity.is_some());
            table.without_rowid = recipe.options.is_multiple_of(7) && table.primary_key.is_some() && !counted;
        }
        self.schema.tables.push(table);
    }

    /// None, counted up, natural, or of several columns.
    fn add_key(&mut self, table: &mut Table, key: u8) {
        let columns = match key % 7 {
            0 => return,
            1..=3 => {
                let mut id = Column::new(self.names.next(key / 7).as_str(), ColumnType::I64);
                id.identity = Some(self.identity(key));
                table.columns.insert(0, id);
                vec![table.columns[0].name.clone()]
            }
            several => {
                let count = if several == 4 { 1 } else { 2 };
                let fit = table.columns.iter_mut().filter(|column| column::may_be_key(&column.column_type));
                fit.take(count)
                    .map(|column| {
                        column.nullable = false;
                        column.name.clone()
                    })
                    .collect()
            }
        };
        if !columns.is_empty() {
            let name = key.is_multiple_of(5).then(|| self.names.next(key / 5).as_str().into());
            table.primary_key = Some(PrimaryKey { name, columns, ..PrimaryKey::default() });
        }
    }

    fn identity(&self, key: u8) -> Identity {
        match (self.dialect, key % 3) {
            (Dialect::Sqlite, 0) => Identity::Autoincrement,
            (Dialect::Postgres, 0) => Identity::Always,
            (Dialect::Postgres, 1) => Identity::Serial,
            (Dialect::Sqlite | Dialect::Postgres | Dialect::MariaDb | Dialect::MySql, _) => {
                Identity::ByDefault
            }
        }
    }

    /// What no model says is taken away.
    pub(crate) fn tidied(mut self) -> Self {
        self.schema.tables.iter_mut().for_each(no_null_where_none_may_be);
        self.without_unused_enums()
    }

    /// Models bring along the enum types that they use, and no others.
    fn without_unused_enums(mut self) -> Self {
        let columns = self.schema.tables.iter().flat_map(|table| &table.columns);
        let used: BTreeSet<EnumName> =
            columns.filter_map(|column| enum_of(&column.column_type)).cloned().collect();
        self.schema.enums.retain(|found| used.contains(&found.name));
        self
    }
}

/// `set_null` needs an `Option`.
fn no_null_where_none_may_be(table: &mut Table) {
    let required: BTreeSet<ColumnName> =
        table.columns.iter().filter(|column| !column.nullable).map(|column| column.name.clone()).collect();
    for key in &mut table.foreign_keys {
        let is_required = key.columns.iter().any(|column| required.contains(column));
        for action in [&mut key.on_delete, &mut key.on_update] {
            if is_required && *action == ReferentialAction::SetNull {
                *action = ReferentialAction::NoAction;
            }
        }
    }
}

fn enum_of(column_type: &ColumnType) -> Option<&EnumName> {
    match column_type {
        ColumnType::Enum(name) => Some(name),
        ColumnType::Array(element) => enum_of(element),
        _ => None,
    }
}

/// One of several, by any number.
pub(crate) fn pick<T>(items: &[T], by: u8) -> Option<&T> {
    items.get(usize::from(by).checked_rem(items.len())?)
}
