//! Inserting a row.

use std::marker::PhantomData;

use super::{
    Conflict, Query,
    conflict::ConflictTarget,
    conflict::{Conflicting, OnConflict},
    downcast, nested,
    output::Items,
    row::{Insertable, RowBuilder},
    run,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::{Executor, Handle},
    expr::{Assign, Assigns, Node},
    model::{Columns, Model},
    relation::{Cardinality, Relation},
    sql::{self, InsertSql},
    statement::Statement,
};

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
    pub(super) source: u32,
    row: RowBuilder,
    pub(super) conflict: Option<OnConflict>,
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
        Self::of(super::next_source(), builder, None)
    }

    pub(super) fn of(source: u32, row: RowBuilder, conflict: Option<OnConflict>) -> Self {
        Self { source, row, conflict, error: None, marker: PhantomData }
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

    /// With rows below this one, along a relation: they are inserted with it in one transaction, by one statement for each relation, and
    /// refer to it.
    ///
    /// Structs with `#[derive(Insert)]` may hold such rows themselves, to any depth.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// #[derive(Insert)]
    /// #[orm(model = Post, under(author_id))] // the user's key, which is not known yet
    /// # #[orm(crate = orm_core)]
    /// struct Draft {
    ///     title: String,
    ///     #[orm(with = |p| p.tags)]
    ///     tags: Vec<NewTag>,
    /// }
    ///
    /// let draft = Draft { title: "Nested".into(), tags: vec![NewTag { name: "web".into() }] };
    /// let cy = User::insert(NewUser { email: "cy@x".into(), name: "Cy".into() }).with(|u| u.posts, [draft]);
    /// let cy = cy.exec(&db).await?;
    /// let (_, posts) = User::find(cy.id).with(|u| u.posts.with(|p| p.tags)).one(&db).await?;
    /// assert_eq!((posts[0].0.author_id, posts[0].1[0].name.as_str()), (cy.id, "web"));
    /// # Ok(()) }) }
    /// ```
    pub fn with<T: Model, C: Cardinality, R: Insertable<T>>(
        mut self,
        relation: impl FnOnce(Columns<M>) -> Relation<M, T, C>,
        rows: impl IntoIterator<Item = R>,
    ) -> Self {
        self.row.with(relation, rows);
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
        let key = Conflicting::by(target(M::columns(self.source)));
        Conflict { insert: self, key }
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
            let Some(value) = row.value(facts).cloned() else {
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
        let columns = row.columns();
        let insert = InsertSql {
            table: M::TABLE,
            source: self.source,
            columns: &columns,
            conflict: self.conflict.as_ref(),
            returning,
        };
        sql::insert(dialect, &insert, row.into_values().collect())
    }

    pub(super) async fn run(mut self, executor: &impl Executor) -> Result<Option<M>> {
        let handle = executor.handle();
        if self.row.has_below() {
            return Box::pin(self.run_nested(handle)).await.map(Some);
        }
        let row = std::mem::replace(&mut self.row, RowBuilder::empty(M::TABLE));
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

    /// Inserts the row and all that is below it.
    async fn run_nested(mut self, handle: Handle<'_>) -> Result<M> {
        if self.conflict.is_some() {
            return Err(Error::invalid_query(nested::UPSERT));
        }
        let mut row = std::mem::replace(&mut self.row, RowBuilder::empty(M::TABLE));
        let level = nested::Level::of(M::TABLE, std::slice::from_mut(&mut row))?;
        let statement = self.statement(row, handle.dialect(), true)?;
        handle
            .atomically(async |tx| {
                let handle = tx.handle();
                let batch = Items::batch(M::decode);
                let (rows, keys) =
                    run::returning_keys(handle, statement, M::TABLE, batch, level.captures()).await?;
                level.insert(handle, keys).await?;
                downcast::<M>(rows)?.pop().ok_or_else(|| Error::not_found(M::TABLE.model))
            })
            .await
    }
}
