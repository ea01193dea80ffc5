//! Deleting rows: one by its key, or those of a query.

use std::marker::PhantomData;

use super::{Plan, downcast, output::Items, run, update::keyed_plan};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::Executor,
    model::Model,
    sql::{self, WriteSql},
    statement::Statement,
    value::Value,
};

/// Deletes rows.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let delete: Delete<Post> = Post::query().filter(|p| p.views.lt(10)).delete();
/// assert_eq!(delete.exec(&db).await?, 1);
/// # Ok(()) }) }
/// ```
#[must_use = "a delete does nothing until it is run: `.exec(&db).await`"]
pub struct Delete<M> {
    plan: Plan,
    by_key: bool,
    all_rows: bool,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> Delete<M> {
    pub(crate) fn of_query(plan: Plan) -> Self {
        Self { plan, by_key: false, all_rows: false, marker: PhantomData }
    }

    pub(crate) fn by_key(key: Vec<Value>) -> Self {
        Self { by_key: true, ..Self::of_query(keyed_plan::<M>(key)) }
    }

    /// Says that a delete without a filter is meant.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert!(PostTag::query().delete().exec(&db).await.is_err());
    /// assert_eq!(PostTag::query().delete().all_rows().exec(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    pub fn all_rows(mut self) -> Self {
        self.all_rows = true;
        self
    }

    /// Deletes the rows and counts them. By key it is one row, and an error when that is gone.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tables = Post::find(3).one(&db).await?;
    /// assert_eq!(tables.delete().exec(&db).await?, 1);
    /// assert!(tables.delete().exec(&db).await.unwrap_err().is_not_found());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a constraint is violated, the query makes no sense, or the database refuses it; `NotFound` by key.
    pub async fn exec(self, executor: &impl Executor) -> Result<u64> {
        let handle = executor.handle();
        let statement = self.statement(handle.dialect())?;
        let deleted = run::execute(handle, statement, M::TABLE).await?;
        if self.by_key && deleted == 0 { Err(Error::not_found(M::TABLE.model)) } else { Ok(deleted) }
    }

    /// Deletes the rows and gives them back, in no particular order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let gone = Post::query().filter(|p| p.author_id.eq(2)).delete().returning(&db).await?;
    /// assert_eq!(gone[0].title, "Tables");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Delete::exec); `Unsupported` where the database cannot return rows of a delete.
    pub async fn returning(self, executor: &impl Executor) -> Result<Vec<M>> {
        let handle = executor.handle();
        let statement = sql::delete(handle.dialect(), &self.write(true)?)?;
        downcast(run::returning(handle, statement, M::TABLE, Items::batch(M::decode)).await?)
    }

    /// The SQL that deletes the rows on a database, without sending it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = User::query().filter(|u| u.age.lt(18)).delete().to_sql(Dialect::Postgres)?;
    /// assert_eq!(sql, r#"DELETE FROM "users" WHERE "users"."age" < $1"#);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the delete makes no sense, or the database cannot do it.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        Ok(self.statement(dialect)?.sql.text().to_string())
    }

    pub(super) fn statement(&self, dialect: Dialect) -> Result<Statement> {
        sql::delete(dialect, &self.write(false)?)
    }

    fn write(&self, returning: bool) -> Result<WriteSql<'_>> {
        WriteSql::new(&self.plan, self.by_key, self.all_rows, returning)
    }
}
