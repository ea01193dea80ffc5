//! Inserting rows.

use std::marker::PhantomData;

use super::{Query, downcast, output::Items, run};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::Executor,
    expr::{Assign, Assigns, Column, Expr, Node},
    facts::{ColumnFacts, TableFacts},
    model::{Columns, Model},
    sql::{self, InsertSql},
    statement::Statement,
    value::Value,
};

/// What can be inserted as a row of `M`: the generated `New…`, the model itself, a `#[derive(Insert)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn add<R: Insertable<Tag>>(row: R) -> Insert<Tag> {
///     Tag::insert(row)
/// }
/// add(NewTag { name: "web".into() }).exec(&db).await?;
/// add(Tag { id: 9, name: "cli".into() }).exec(&db).await?;
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row of `{M}`",
    label = "not a row of `{M}`",
    note = "insert the generated struct of required fields, the model itself, or a struct with `#[derive(Insert)] #[orm(model = {M})]`"
)]
pub trait Insertable<M: Model> {
    /// Writes its columns.
    fn write(self, row: &mut RowBuilder);
}

impl<M: Model> Insertable<M> for M {
    fn write(self, row: &mut RowBuilder) {
        Model::write(self, row);
    }
}

/// A row on its way into a table: a value for some of its columns.
#[derive(Debug, Clone)]
pub struct RowBuilder {
    table: &'static TableFacts,
    values: Vec<Option<Value>>,
}

impl RowBuilder {
    fn new(table: &'static TableFacts) -> Self {
        Self { table, values: vec![None; table.columns.len()] }
    }

    /// Writes a column of the model.
    pub fn set_column<T: crate::ColumnValue>(
        &mut self,
        column: Expr<T, crate::expr::Rows, Column>,
        value: impl crate::expr::Assignable<T>,
    ) {
        if let (Some(place), Node::Param(value)) =
            (self.table.position(column.facts().facts.name), value.assigned())
        {
            self.set(place, value);
        }
    }

    /// Writes the column at that place of the table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// struct Named(&'static str);
    ///
    /// impl Insertable<Tag> for Named {
    ///     fn write(self, row: &mut RowBuilder) {
    ///         row.set(1, Value::Text(self.0.to_owned())); // by hand, what `#[derive(Insert)]` writes
    ///     }
    /// }
    /// assert_eq!(Tag::insert(Named("web")).exec(&db).await?.name, "web");
    /// # Ok(()) }) }
    /// ```
    pub fn set(&mut self, place: usize, value: Value) {
        if let Some(slot) = self.values.get_mut(place) {
            *slot = Some(value);
        }
    }

    /// Writes the column at that place of the table, unless it is written already.
    pub fn set_default(&mut self, place: usize, value: impl FnOnce() -> Value) {
        if let Some(slot @ None) = self.values.get_mut(place) {
            *slot = Some(value());
        }
    }

    /// The columns that are written.
    fn columns(&self, table: &'static TableFacts) -> Vec<&'static ColumnFacts> {
        self.values
            .iter()
            .zip(table.columns)
            .filter(|(value, _)| value.is_some())
            .map(|(_, facts)| facts)
            .collect()
    }

    fn into_values(self) -> impl Iterator<Item = Value> {
        self.values.into_iter().flatten()
    }
}

/// What an insert does when a row with the same unique columns is there.
#[derive(Debug, Clone)]
pub(crate) enum OnConflict {
    /// The row is left as it is.
    Nothing(Conflicting),
    /// What is written.
    Update(Conflicting, Vec<Assign>),
}

/// By what a row is there already.
#[derive(Debug, Clone)]
pub(crate) enum Conflicting {
    /// The columns of a unique key.
    Columns(Vec<&'static ColumnFacts>),
    /// Any unique key.
    Anything,
}

impl OnConflict {
    pub(crate) fn key(&self) -> &Conflicting {
        match self {
            Self::Nothing(key) | Self::Update(key, _) => key,
        }
    }

    /// Whether the error of a plain insert is the conflict that is to be ignored, where the database has no clause that
    /// says so.
    fn ignores(&self, error: &Error) -> bool {
        let Self::Nothing(key) = self else { return false };
        let fields =
            error.violation().filter(|_| error.is_unique_violation()).map(|violation| &violation.fields);
        match (key, fields) {
            (_, None) => false,
            (Conflicting::Anything, Some(_)) => true,
            (Conflicting::Columns(columns), Some(fields)) => {
                fields.len() == columns.len()
                    && columns.iter().all(|facts| fields.iter().any(|f| f == facts.field))
            }
        }
    }
}

/// Inserts one row and gives it back as the database holds it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let cy: User = User::insert(NewUser { email: "cy@x".into(), name: "Cy".into() }).exec(&db).await?;
/// assert_eq!((cy.id, cy.age), (3, 18));
/// # Ok(()) }) }
/// ```
#[must_use = "an insert does nothing until it is run: `.exec(&db).await`"]
pub struct Insert<M> {
    source: u32,
    row: RowBuilder,
    conflict: Option<OnConflict>,
    error: Option<String>,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for Insert<M> {
    fn clone(&self) -> Self {
        Self {
            source: self.source,
            row: self.row.clone(),
            conflict: self.conflict.clone(),
            error: self.error.clone(),
            marker: PhantomData,
        }
    }
}

impl<M: Model> Insert<M> {
    pub(crate) fn one(row: impl Insertable<M>) -> Self {
        let mut builder = RowBuilder::new(M::TABLE);
        row.write(&mut builder);
        Self { source: super::next_source(), row: builder, conflict: None, error: None, marker: PhantomData }
    }

    /// Writes further columns: those that the row leaves out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let cy = User::insert(NewUser { email: "cy@x".into(), name: "Cy".into() }).set(|u| (u.age.set(47), u.bio.set("Sings.")));
    /// assert_eq!(cy.exec(&db).await?.age, 47);
    /// # Ok(()) }) }
    /// ```
    pub fn set<A: Assigns>(mut self, assign: impl FnOnce(Columns<M>) -> A) -> Self {
        let mut assigns = Vec::new();
        assign(M::columns(self.source)).append_to(&mut assigns);
        for Assign { column, value } in assigns {
            match (value, M::TABLE.position(column.facts.name)) {
                (Node::Param(value), Some(place)) if column.source == self.source => {
                    self.row.set(place, value)
                }
                _ => {
                    self.error = Some(format!(
                        "`{}` is not set to a value: an insert writes no expressions, and no columns of another query",
                        column.facts.field
                    ))
                }
            }
        }
        self
    }

    /// Names the columns by which a row may already be there: those of a unique constraint of the model, of its key
    /// or of a unique index. Others are an error before anything is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let again = User::insert(NewUser { email: "ann@x".into(), name: "Anna".into() });
    /// let ann = again.on_conflict(|u| u.email).do_update(|old, new| old.name.set(new.name)).exec(&db).await?;
    /// assert_eq!((ann.id, ann.name.as_str()), (1, "Anna"));
    /// # Ok(()) }) }
    /// ```
    pub fn on_conflict<K: ConflictTarget>(self, target: impl FnOnce(Columns<M>) -> K) -> Conflict<M> {
        let mut columns = Vec::new();
        target(M::columns(self.source)).append_to(&mut columns);
        let columns = columns.into_iter().map(|column| column.facts).collect();
        Conflict { insert: self, key: Conflicting::Columns(columns) }
    }

    /// A row may already be there by whichever unique key.
    ///
    /// For `do_update`, PostgreSQL wants to know which: `Unsupported` there. MariaDB and MySQL cannot be told, so where
    /// several keys may be in conflict this is how to say that any of their rows may be updated.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tag = Tag::insert(NewTag { name: "rust".into() });
    /// assert!(tag.on_any_conflict().do_nothing().exec(&db).await?.is_none());
    /// # Ok(()) }) }
    /// ```
    pub fn on_any_conflict(self) -> Conflict<M> {
        Conflict { insert: self, key: Conflicting::Anything }
    }

    /// Inserts the row and gives it back.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let web = Tag::insert(NewTag { name: "web".into() }).exec(&db).await?;
    /// assert_eq!(web.id, 3);
    /// let twice = Tag::insert(NewTag { name: "web".into() }).exec(&db).await;
    /// assert!(twice.unwrap_err().is_unique_violation());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a constraint is violated, a value cannot be stored, or the database refuses it.
    pub async fn exec(self, executor: &impl Executor) -> Result<M> {
        let model = M::TABLE.model;
        self.run(executor).await?.ok_or_else(|| Error::not_found(model))
    }

    /// The SQL that inserts the row on a database, without sending it and without what gives the row back.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = Tag::insert(NewTag { name: "rust".into() }).to_sql(Dialect::Sqlite)?;
    /// assert_eq!(sql, r#"INSERT INTO "tags" ("name") VALUES (?)"#);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the insert makes no sense, or the database cannot do it.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        Ok(self.plain_statement(dialect)?.sql.text().to_string())
    }

    /// Without what gives the row back.
    pub(super) fn plain_statement(&self, dialect: Dialect) -> Result<Statement> {
        self.statement(self.row.clone(), dialect, false)
    }

    /// The row that an insert of this one would meet.
    pub(super) fn found_by(&self, key: &Conflicting) -> Result<Query<M>> {
        let Conflicting::Columns(columns) = key else {
            return Err(Error::invalid_query(
                "to read the row that is there, say by which columns: `.on_conflict(|u| u.email)`",
            ));
        };
        let mut row = self.row.clone();
        M::fill(&mut row);
        let mut query = Query::new();
        for facts in columns {
            let place = M::TABLE.position(facts.name);
            let Some(value) = place.and_then(|place| row.values.get(place).cloned().flatten()) else {
                return Err(Error::invalid_query(format!(
                    "`{}` has no value in the insert, so the row that is there cannot be found by it",
                    facts.field
                )));
            };
            query.keep_equal(facts, value);
        }
        Ok(query)
    }

    fn statement(&self, mut row: RowBuilder, dialect: Dialect, returning: bool) -> Result<Statement> {
        if let Some(message) = &self.error {
            return Err(Error::invalid_query(message.clone()));
        }
        M::fill(&mut row);
        let columns = row.columns(M::TABLE);
        let insert = InsertSql {
            table: M::TABLE,
            source: self.source,
            columns: &columns,
            rows: 1,
            conflict: self.conflict.as_ref(),
            returning,
        };
        sql::insert(dialect, &insert, row.into_values().collect())
    }

    async fn run(mut self, executor: &impl Executor) -> Result<Option<M>> {
        let handle = executor.handle();
        let row = std::mem::replace(&mut self.row, RowBuilder { table: M::TABLE, values: Vec::new() });
        let statement = self.statement(row, handle.dialect(), true)?;
        let targeted = handle.dialect().capabilities().on_conflict;
        match run::returning(handle, statement, M::TABLE, Items::batch(M::decode)).await {
            Ok(rows) => Ok(downcast::<M>(rows)?.pop()),
            Err(error) if !targeted && self.conflict.is_some_and(|conflict| conflict.ignores(&error)) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// An insert that knows by which columns a row may already be there.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let rust = Tag::insert(NewTag { name: "rust".into() }).on_conflict(|t| t.name).do_nothing().exec(&db).await?;
/// assert!(rust.is_none());
/// # Ok(()) }) }
/// ```
#[must_use = "say what happens then: `.do_update(|old, new| ..)` or `.do_nothing()`"]
pub struct Conflict<M> {
    pub(super) insert: Insert<M>,
    pub(super) key: Conflicting,
}

impl<M: Model> Conflict<M> {
    /// Leaves the row as it is; the insert then gives `None`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rust = Tag::insert(NewTag { name: "rust".into() }).on_conflict(|t| t.name).do_nothing().exec(&db).await?;
    /// assert!(rust.is_none());
    /// let web = Tag::insert(NewTag { name: "web".into() }).on_conflict(|t| t.name).do_nothing().exec(&db).await?;
    /// assert!(web.is_some());
    /// # Ok(()) }) }
    /// ```
    pub fn do_nothing(mut self) -> InsertIgnoring<M> {
        self.insert.conflict = Some(OnConflict::Nothing(self.key));
        InsertIgnoring(self.insert)
    }

    /// Changes the row: the closure gets its columns as they are, and as they would have been inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let again = User::insert(NewUser { email: "ann@x".into(), name: "Anna".into() }).set(|u| u.age.set(1));
    /// let upsert = again.on_conflict(|u| u.email).do_update(|old, new| (old.name.set(new.name), old.age.set(old.age + new.age)));
    /// assert_eq!(upsert.exec(&db).await?.age, 32);
    /// # Ok(()) }) }
    /// ```
    pub fn do_update<A: Assigns>(mut self, assign: impl FnOnce(Columns<M>, Columns<M>) -> A) -> Insert<M> {
        let (old, new) = (self.insert.source, super::next_source());
        let mut assigns = Vec::new();
        assign(M::columns(old), M::columns(new)).append_to(&mut assigns);
        for assign in &mut assigns {
            assign.value.replace_source(new);
        }
        self.insert.conflict = Some(OnConflict::Update(self.key, assigns));
        self.insert
    }
}

/// An insert that leaves a row alone that is already there.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let ignoring: InsertIgnoring<Tag> = Tag::insert(NewTag { name: "sql".into() }).on_conflict(|t| t.name).do_nothing();
/// assert!(ignoring.exec(&db).await?.is_none());
/// # Ok(()) }) }
/// ```
#[must_use = "an insert does nothing until it is run: `.exec(&db).await`"]
pub struct InsertIgnoring<M>(pub(super) Insert<M>);

impl<M: Model> InsertIgnoring<M> {
    /// Inserts the row and gives it back; `None` when one was there.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let new = PostTag::insert(NewPostTag { post_id: 3, tag_id: 2 }).on_conflict(|l| (l.post_id, l.tag_id)).do_nothing();
    /// assert!(new.exec(&db).await?.is_some());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When another constraint is violated, a value cannot be stored, or the database refuses it.
    pub async fn exec(self, executor: &impl Executor) -> Result<Option<M>> {
        self.0.run(executor).await
    }
}

/// What `on_conflict` takes: a column, or a tuple of them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let link = PostTag::insert(NewPostTag { post_id: 1, tag_id: 1 }).on_conflict(|l| (l.post_id, l.tag_id));
/// assert!(link.do_nothing().exec(&db).await?.is_none());
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no column",
    label = "expected a column, or a tuple of them",
    note = "name the columns of a unique constraint: `.on_conflict(|u| u.email)`"
)]
pub trait ConflictTarget {
    #[doc(hidden)]
    fn append_to(self, columns: &mut Vec<Column>);
}

impl<T: crate::column_value::ColumnValue> ConflictTarget for Expr<T, crate::expr::Rows, Column> {
    fn append_to(self, columns: &mut Vec<Column>) {
        columns.push(self.facts());
    }
}

macro_rules! target_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: ConflictTarget),+> ConflictTarget for ($($name,)+) {
            fn append_to(self, columns: &mut Vec<Column>) {
                $(self.$at.append_to(columns);)+
            }
        }
    };
}
crate::expr::for_tuples!(target_tuple);

/// Inserts many rows in one transaction.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let tags: InsertMany<Tag> = Tag::insert_many(["web", "cli"].map(|name| NewTag { name: name.into() }));
/// assert_eq!(tags.exec(&db).await?, 2);
/// # Ok(()) }) }
/// ```
#[must_use = "an insert does nothing until it is run: `.exec(&db).await`"]
pub struct InsertMany<M> {
    rows: Vec<RowBuilder>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> InsertMany<M> {
    pub(crate) fn new<R: Insertable<M>>(rows: impl IntoIterator<Item = R>) -> Self {
        let rows = rows
            .into_iter()
            .map(|row| {
                let mut builder = RowBuilder::new(M::TABLE);
                row.write(&mut builder);
                M::fill(&mut builder);
                builder
            })
            .collect();
        Self { rows, marker: PhantomData }
    }

    pub(super) fn statements(&self, dialect: Dialect) -> Result<Vec<Statement>> {
        bulk(dialect, M::TABLE, self.rows.clone(), false)
    }

    /// Inserts the rows and counts them; without rows nothing is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let added = Tag::insert_many(["web", "cli"].map(|name| NewTag { name: name.into() })).exec(&db).await?;
    /// assert_eq!(added, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As for one row; then none is inserted.
    pub async fn exec(self, executor: &impl Executor) -> Result<u64> {
        let handle = executor.handle();
        let statements = bulk(handle.dialect(), M::TABLE, self.rows, false)?;
        run::execute_all(handle, statements, M::TABLE).await
    }

    /// Inserts the rows and gives them back, in no particular order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = Tag::insert_many(["web", "cli"].map(|name| NewTag { name: name.into() })).returning(&db).await?;
    /// assert!(tags.iter().any(|tag| tag.name == "cli"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As for one row; then none is inserted.
    pub async fn returning(self, executor: &impl Executor) -> Result<Vec<M>> {
        let handle = executor.handle();
        let statements = bulk(handle.dialect(), M::TABLE, self.rows, true)?;
        let batches = run::returning_all(handle, statements, M::TABLE, || Items::batch(M::decode)).await?;
        let mut rows = Vec::new();
        for batch in batches {
            rows.extend(downcast::<M>(batch)?);
        }
        Ok(rows)
    }
}

/// The statements for many rows. All rows come from one type, so they write the same columns.
fn bulk(
    dialect: Dialect,
    table: &'static TableFacts,
    rows: Vec<RowBuilder>,
    returning: bool,
) -> Result<Vec<Statement>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let columns = first.columns(table);
    let values = rows.into_iter().map(|row| row.into_values().collect()).collect();
    sql::insert_many(dialect, table, &columns, values, returning)
}
