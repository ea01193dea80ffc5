//! A struct that is mapped to one table.

use orm_schema::{
    Fact, Table, TableName,
    lower::{FieldType, Target, lower},
};

use crate::{
    column_value::{ColumnValue, Scalar},
    error::Result,
    expr::{Assigns, Column, Expr, Kind, Plain},
    query::{Delete, Insert, Insertable, Patch, Query, RowBuilder, Update},
    reader::Reader,
    value::Value,
};

/// The columns of a model, as a closure of a query gets them: `fn adult(u: Columns<User>) -> Cond`.
pub type Columns<M, K = Plain> = <M as Model>::Columns<K>;

/// A struct that is mapped to one table: derive it.
///
/// Its methods start every query.
pub trait Model: Item<Model = Self> {
    /// The generated struct of columns and relations.
    type Columns<K: Kind>: Copy;

    /// The table, as constants.
    const TABLE: &'static TableFacts;

    /// The columns, bound to a source of a query.
    #[doc(hidden)]
    fn columns<K: Kind>(source: u32) -> Self::Columns<K>;

    /// Reads a row whose columns are those of the table, in order.
    #[doc(hidden)]
    fn decode(reader: &mut Reader<'_>) -> Result<Self>;

    /// Writes every column, for an insert of the struct itself.
    #[doc(hidden)]
    fn write(self, row: &mut RowBuilder);

    /// Writes the columns that the program makes when an insert leaves them out (`default_with`).
    #[doc(hidden)]
    fn fill(row: &mut RowBuilder) {
        let _ = row;
    }

    /// The table as the nouns of a schema say it.
    fn table() -> Table {
        Self::TABLE.table()
    }

    /// All rows, to be narrowed down.
    fn query() -> Query<Self> {
        Query::new()
    }

    /// The row with that key: a tuple where several fields are the key.
    fn find(key: impl IntoKey<Self::Key>) -> Query<Self>
    where
        Self: Keyed,
    {
        Query::by_key(key.into_key().values())
    }

    /// Inserts one row: a `New…`, the model itself, or any struct with `#[derive(Insert)]`.
    fn insert(row: impl Insertable<Self>) -> Insert<Self> {
        Insert::one(row)
    }

    /// Inserts many rows by as few statements as the database allows.
    fn insert_many<R: Insertable<Self>>(rows: impl IntoIterator<Item = R>) -> crate::query::InsertMany<Self> {
        crate::query::InsertMany::new(rows)
    }

    /// Changes this row, found by its key.
    fn update<A: Assigns>(&self, assign: impl FnOnce(Columns<Self>) -> A) -> Update<Self>
    where
        Self: Keyed,
    {
        Update::by_key(self.key().values(), assign)
    }

    /// Changes those columns of this row that the patch holds.
    fn patch<P: Patch<Self>>(&self, patch: P) -> Update<Self>
    where
        Self: Keyed,
    {
        Update::patch(self.key().values(), patch)
    }

    /// Deletes this row, found by its key.
    fn delete(&self) -> Delete<Self>
    where
        Self: Keyed,
    {
        Delete::by_key(self.key().values())
    }
}

/// A model with a primary key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no primary key",
    label = "this needs a primary key",
    note = "name a field `id`, or say which fields are the key: `#[orm(primary_key)]`",
    note = "without a key, rows are read, inserted, updated and deleted through `{Self}::query()`"
)]
pub trait Keyed: Model {
    /// The type of the key: a tuple where several fields are the key.
    type Key: KeyValue;
    /// The columns of the key, in order.
    const KEY: &'static [&'static str];

    /// The key of this row.
    fn key(&self) -> Self::Key;
}

/// What rows of a model can be read as: the model itself, or a [`Projection`](crate::Projection).
#[diagnostic::on_unimplemented(
    message = "rows cannot be read as `{Self}`",
    label = "neither a model nor a projection",
    note = "derive it: `#[derive(Projection)] #[orm(model = …)]`"
)]
pub trait Item: Sized + Clone + Send + 'static {
    /// The model whose rows they are.
    type Model: Model;

    /// What to select, how to decode it and what to load beside it.
    #[doc(hidden)]
    fn reading(source: u32) -> crate::query::Reading;
}

/// A table, as constants that the derive writes.
#[derive(Debug)]
pub struct TableFacts {
    /// The name of the struct.
    pub model: &'static str,
    /// What PostgreSQL calls a schema.
    pub namespace: Option<&'static str>,
    /// The name of the table.
    pub name: &'static str,
    /// The columns, in the order of the fields.
    pub columns: &'static [ColumnFacts],
    /// The columns of the key, in order; empty without one.
    pub key: &'static [&'static str],
    /// What the struct says, as JSON of an [`orm_schema::Declaration`].
    pub declaration: &'static str,
    /// Where its foreign keys lead, in the order of their declaration.
    pub targets: &'static [fn() -> Target],
}

/// A column, as constants that the derive writes.
#[derive(Debug)]
pub struct ColumnFacts {
    /// The name of the field.
    pub field: &'static str,
    /// The name of the column.
    pub name: &'static str,
    /// What the compiler knows of the field's type.
    pub fact: Fact,
    /// Whether an insert must give it: it takes no NULL, has no default and is not counted up.
    pub required: bool,
}

impl TableFacts {
    /// The table as the nouns of a schema say it.
    ///
    /// # Panics
    /// Never for constants that the derive wrote: it made the JSON from a declaration.
    #[must_use]
    pub fn table(&self) -> Table {
        let declaration = serde_json::from_str(self.declaration)
            .unwrap_or_else(|error| unreachable!("the derive writes its own format: {error}"));
        let types: Vec<FieldType> = self.columns.iter().map(|column| FieldType::from(column.fact)).collect();
        let targets: Vec<Target> = self.targets.iter().map(|target| target()).collect();
        lower(declaration, &types, &targets)
    }

    /// The name as a noun.
    #[must_use]
    pub fn table_name(&self) -> TableName {
        TableName { namespace: self.namespace.map(str::to_owned), name: self.name.to_owned() }
    }

    /// The place of a column.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|facts| facts.name == column)
    }

    /// The columns of the key.
    pub(crate) fn key_columns(&self) -> impl Iterator<Item = &'static ColumnFacts> + '_ {
        self.key.iter().filter_map(|name| self.columns.iter().find(|facts| facts.name == *name))
    }
}

/// The type of a key: one value, or a tuple of them.
pub trait KeyValue: Sized + 'static {
    /// The values in the order of the key.
    fn values(self) -> Vec<Value>;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> KeyValue for T {
    fn values(self) -> Vec<Value> {
        vec![Scalar::encode(self)]
    }
}

macro_rules! key_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: ColumnValue),+> KeyValue for ($($name,)+) {
            fn values(self) -> Vec<Value> {
                vec![$(self.$at.encode()),+]
            }
        }
    };
}
key_tuple!(A 0, B 1);
key_tuple!(A 0, B 1, C 2);
key_tuple!(A 0, B 1, C 2, D 3);
key_tuple!(A 0, B 1, C 2, D 3, E 4);
key_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// What `find` takes: the key, or `&str` for a key of text.
#[diagnostic::on_unimplemented(
    message = "the key is a `{K}`, found `{Self}`",
    label = "expected the key: `{K}`"
)]
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

impl<K> IntoKey<K> for K {
    fn into_key(self) -> K {
        self
    }
}

impl IntoKey<String> for &str {
    fn into_key(self) -> String {
        self.to_owned()
    }
}

/// Where a foreign key leads; for the derive.
#[doc(hidden)]
#[must_use]
pub fn target(table: &'static TableFacts, fields: Option<&[&str]>) -> Target {
    let named = |facts: &ColumnFacts| facts.name.into();
    let columns = match fields {
        None => table.key_columns().map(named).collect(),
        Some(fields) => fields
            .iter()
            .filter_map(|field| table.columns.iter().find(|c| c.field == *field))
            .map(named)
            .collect(),
    };
    Target { table: table.table_name(), columns }
}

/// The type of a foreign key is that of the key that it refers to.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot refer to a key of type `{K}`",
    label = "the key that it refers to is a `{K}`",
    note = "give the field the type of the key that it refers to, or an `Option` of it"
)]
pub trait References<K> {}

impl<K> References<K> for K {}

/// Checks the fields of a foreign key against the target's primary key; for the derive.
#[doc(hidden)]
pub const fn references_key<F: References<K>, K>() {}

/// Checks the field of a foreign key against a column of the target; for the derive.
#[doc(hidden)]
pub fn references_column<F: ColumnValue, T: ColumnValue>(_: Expr<T, crate::expr::Rows, Column>)
where
    F::Base: References<T::Base>,
{
}

/// Checks that a `#[derive(Insert)]` gives every required field; for the derive.
///
/// # Panics
/// When one is missing, while the program is compiled.
#[doc(hidden)]
pub const fn check_required(table: &TableFacts, given: &[&str]) {
    let mut at = 0;
    while at < table.columns.len() {
        let facts = &table.columns[at];
        if facts.required && !contains(given, facts.field) {
            let message = Message::new()
                .add("the required field `")
                .add(facts.field)
                .add("` is missing: add it to the struct");
            panic!("{}", message.text());
        }
        at += 1;
    }
}

const fn contains(list: &[&str], wanted: &str) -> bool {
    let mut at = 0;
    while at < list.len() {
        if crate::models::same_text(list[at], wanted) {
            return true;
        }
        at += 1;
    }
    false
}

/// A message put together while the program is compiled.
struct Message {
    bytes: [u8; 200],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; 200], length: 0 }
    }

    /// Appends a text; what does not fit is cut between characters.
    const fn add(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= self.bytes.len() {
            let mut at = 0;
            while at < text.len() {
                self.bytes[self.length + at] = text[at];
                at += 1;
            }
            self.length += text.len();
        }
        self
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "a required field is missing",
        }
    }
}

/// Makes the typed column of a columns struct; for the derive.
#[doc(hidden)]
pub const fn column<T: ColumnValue, K: Kind>(
    source: u32,
    facts: &'static ColumnFacts,
) -> Expr<K::Val<T>, K::Level, Column> {
    Expr::column(Column { source, facts })
}
