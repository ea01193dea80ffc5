//! A struct that is mapped to one table.

use orm_schema::Table;

use crate::{
    column_value::{ColumnValue, Scalar},
    error::Result,
    expr::{Assigns, Column, Expr, Kind, Plain},
    facts::{ColumnFacts, TableFacts},
    query::{Delete, Insert, Insertable, Patch, Query, RowBuilder, Update},
    reader::Reader,
    value::Value,
};

/// The columns of a model, as a closure of a query gets them: `fn adult(u: Columns<User>) -> Cond`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn adult(u: Columns<User>) -> Cond {
///     u.age.ge(18)
/// }
/// assert_eq!(User::query().filter(adult).count(&db).await?, 2);
/// # Ok(()) }) }
/// ```
pub type Columns<M, K = Plain> = <M as Model>::Columns<K>;

/// A struct that is mapped to one table: derive it.
///
/// Its methods start every query.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// # mod shown { use orm_core::*; use orm_macros::Model;
/// #[derive(Debug, Clone, Model)]
/// # #[orm(crate = orm_core)]
/// pub struct Note {
///     pub id: i64,
///     pub text: String,
/// }
/// # }
/// # use shown::*;
///
/// assert_eq!(Note::table().name.name, "notes");
/// # Ok(()) }) }
/// ```
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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::table().columns.len(), 5);
    /// # Ok(()) }) }
    /// ```
    fn table() -> Table {
        Self::TABLE.table()
    }

    /// All rows, to be narrowed down.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().all(&db).await?.len(), 2);
    /// # Ok(()) }) }
    /// ```
    fn query() -> Query<Self> {
        Query::new()
    }

    /// The row with that key: a tuple where several fields are the key.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).one(&db).await?.name, "Ann");
    /// assert!(PostTag::find((1, 2)).optional(&db).await?.is_none());
    /// # Ok(()) }) }
    /// ```
    fn find(key: impl IntoKey<Self::Key>) -> Query<Self>
    where
        Self: Keyed,
    {
        Query::by_key(key.into_key().values())
    }

    /// Inserts one row: a `New…`, the model itself, or any struct with `#[derive(Insert)]`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let cy = User::insert(NewUser { email: "cy@x".into(), name: "Cy".into() }).exec(&db).await?;
    /// assert_eq!((cy.id, cy.age), (3, 18));
    /// # Ok(()) }) }
    /// ```
    fn insert(row: impl Insertable<Self>) -> Insert<Self> {
        Insert::one(row)
    }

    /// Inserts many rows by as few statements as the database allows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = (1..=3).map(|n| NewPost { author_id: 1, title: format!("Part {n}") });
    /// assert_eq!(Post::insert_many(rows).exec(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    fn insert_many<R: Insertable<Self>>(rows: impl IntoIterator<Item = R>) -> crate::query::InsertMany<Self> {
        crate::query::InsertMany::new(rows)
    }

    /// Inserts the rows of a query: what it picks goes into these columns, in their order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let copies = Post::query().filter(|p| p.author_id.eq(2)).select(|p| (value(1_i64), p.title));
    /// assert_eq!(Post::insert_from(copies, |p| (p.author_id, p.title)).exec(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    fn insert_from<S, X, C: crate::query::Targets<X>>(
        query: Query<S, crate::query::Picked<X>>,
        columns: impl FnOnce(Columns<Self>) -> C,
    ) -> crate::query::InsertFrom<Self> {
        crate::query::InsertFrom::new(query, columns(Self::columns(crate::query::next_source())))
    }

    /// Changes many rows, each to values of its own: pairs of a key and what goes into these columns, in their order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = [(1, ("One".to_owned(), 5)), (2, ("Two".to_owned(), 7))];
    /// assert_eq!(Post::update_many(rows, |p| (p.title, p.views)).exec(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    fn update_many<K: IntoKey<Self::Key>, X, C: crate::query::Targets<X>>(
        rows: impl IntoIterator<Item = (K, X)>,
        columns: impl FnOnce(Columns<Self>) -> C,
    ) -> crate::query::UpdateMany<Self>
    where
        Self: Keyed,
    {
        crate::query::UpdateMany::new(rows, columns)
    }

    /// Changes this row, found by its key.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// ann.update(|u| (u.name.set("Anna"), u.age.set(u.age + 1))).exec(&db).await?;
    /// # Ok(()) }) }
    /// ```
    fn update<A: Assigns>(&self, assign: impl FnOnce(Columns<Self>) -> A) -> Update<Self>
    where
        Self: Keyed,
    {
        Update::by_key(self.key().values(), assign)
    }

    /// Changes those columns of this row that the patch holds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// #[derive(Patch)]
    /// #[orm(model = User)]
    /// # #[orm(crate = orm_core)]
    /// struct Rename { name: Option<String> }
    ///
    /// let ann = User::find(1).one(&db).await?;
    /// ann.patch(Rename { name: Some("Anna".into()) }).exec(&db).await?;
    /// assert_eq!(User::find(1).one(&db).await?.name, "Anna");
    /// # Ok(()) }) }
    /// ```
    fn patch<P: Patch<Self>>(&self, patch: P) -> Update<Self>
    where
        Self: Keyed,
    {
        Update::patch(self.key().values(), patch)
    }

    /// Deletes this row, found by its key.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let link = PostTag::find((1, 1)).one(&db).await?;
    /// assert_eq!(link.delete().exec(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    fn delete(&self) -> Delete<Self>
    where
        Self: Keyed,
    {
        Delete::by_key(self.key().values())
    }
}

/// A model with a primary key.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn name<M: Keyed<Key = i64>>(row: &M) -> String {
///     format!("{}/{}", M::table().name.name, row.key())
/// }
/// assert_eq!(name(&User::find(1).one(&db).await?), "users/1");
/// # Ok(()) }) }
/// ```
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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).one(&db).await?.key(), 1);
    /// assert_eq!(PostTag::find((2, 1)).one(&db).await?.key(), (2, 1));
    /// # Ok(()) }) }
    /// ```
    fn key(&self) -> Self::Key;
}

/// What rows of a model can be read as: the model itself, or a [`Projection`](crate::Projection).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// async fn youngest<T: Item<Model = User>>(db: &Db) -> Result<Option<T>> {
///     User::query().order_by(|u| u.age.asc()).load::<T>().first(db).await
/// }
/// assert_eq!(youngest::<User>(&db).await?.unwrap().name, "Bob");
/// # Ok(()) }) }
/// ```
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

/// Makes the typed column of a columns struct; for the derive.
#[doc(hidden)]
pub const fn column<T, L>(source: u32, facts: &'static ColumnFacts) -> Expr<T, L, Column> {
    Expr::column(Column { source, facts })
}
