//! Changing many rows, each to values of its own.

use std::marker::PhantomData;

use super::{
    Targets,
    key::{Groups, Key},
    run,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::Executor,
    facts::ColumnFacts,
    model::{Columns, IntoKey, KeyValue as _, Keyed},
    sql,
    statement::Statement,
    value::Value,
};

/// An update of many rows: see [`Model::update_many`](crate::Model::update_many).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let update: UpdateMany<Post> = Post::update_many([(1, 5), (2, 7)], |p| p.views);
/// assert_eq!(update.exec(&db).await?, 2);
/// # Ok(()) }) }
/// ```
#[must_use = "an update does nothing until it is run: `.exec(&db).await`"]
pub struct UpdateMany<M> {
    columns: Vec<&'static ColumnFacts>,
    /// Of each row the key, then the values of the columns.
    rows: Vec<Vec<Value>>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Keyed> UpdateMany<M> {
    pub(crate) fn new<K: IntoKey<M::Key>, X, C: Targets<X>>(
        rows: impl IntoIterator<Item = (K, X)>,
        columns: impl FnOnce(Columns<M>) -> C,
    ) -> Self {
        let mut targets = Vec::new();
        columns(M::columns(super::next_source())).append_to(&mut targets);
        let row = |(key, values): (K, X)| {
            let mut row = key.into_key().values();
            C::append_values(values, &mut row);
            row
        };
        Self { columns: targets, rows: rows.into_iter().map(row).collect(), marker: PhantomData }
    }

    /// Changes the rows and counts those that are there; without rows nothing is sent.
    ///
    /// Some hundred rows are one statement; more than one are one transaction. A key that no row has is left out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let rows = [(1, ("One".to_owned(), Some(4.5))), (2, ("Two".to_owned(), None)), (9, ("No such row".to_owned(), None))];
    /// assert_eq!(Post::update_many(rows, |p| (p.title, p.rating)).exec(&db).await?, 2);
    /// assert_eq!(Post::find(2).one(&db).await?.title, "Two");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a constraint is violated or the database refuses it, and then no row is changed; when two rows have the same key.
    pub async fn exec(self, executor: &impl Executor) -> Result<u64> {
        let handle = executor.handle();
        self.check()?;
        let statements = sql::update_many(handle.dialect(), M::TABLE, &self.columns, self.rows)?;
        run::execute_all(handle, statements, M::TABLE).await
    }

    /// The SQL of its statements, without sending it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = Post::update_many([(1, 5), (2, 7)], |p| p.views).to_sql(Dialect::Sqlite)?;
    /// assert!(sql[0].starts_with(r#"UPDATE "posts" SET "views" = "derived"."c1" FROM (SELECT"#));
    /// # let _ = db;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Self::exec), as far as that is known before.
    pub fn to_sql(&self, dialect: Dialect) -> Result<Vec<String>> {
        Ok(self.statements(dialect)?.iter().map(|statement| statement.sql.text().to_string()).collect())
    }

    pub(super) fn statements(&self, dialect: Dialect) -> Result<Vec<Statement>> {
        self.check()?;
        sql::update_many(dialect, M::TABLE, &self.columns, self.rows.clone())
    }

    /// One of two rows with the same key would win, and nobody knows which.
    fn check(&self) -> Result<()> {
        let table = M::TABLE;
        if let Some(facts) = self.columns.iter().find(|facts| table.key.contains(&facts.name)) {
            return Err(Error::invalid_query(format!(
                "`{}.{}` is part of the key by which the rows are found: change it row by row",
                table.model, facts.field
            )));
        }
        let key = |row: &Vec<Value>| Some(Key::of(&row[..table.key.len()]));
        let groups = Groups::new(self.rows.iter().map(key).collect());
        if groups.keys.len() < self.rows.len() {
            return Err(Error::invalid_query(format!(
                "two of the rows are for one row of `{}`: one key may stand in the list once",
                table.model
            )));
        }
        Ok(())
    }
}
