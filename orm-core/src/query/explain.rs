//! What a statement would be and do, told without running it: its SQL, and the plan that the database makes of it.

use std::any::Any;

use super::{
    Delete, Insert, InsertFrom, InsertIgnoring, InsertMany, Keyset, Output, Paged, Query, Readable, Scope,
    Update, UpdateMany, run,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::{Executor, Handle},
    model::{Keyed, Model},
    raw_sql::RawSql,
    reader::Reader,
    sql::{PlanRows, Purpose},
    statement::{Access, Sink, Sql, Statement, given_back},
};

impl<S: Scope, O> Query<S, O>
where
    Self: Readable,
{
    /// How the database would find the rows, in its own words: `EXPLAIN QUERY PLAN` on SQLite, `EXPLAIN` on PostgreSQL,
    /// `EXPLAIN FORMAT=JSON` on MariaDB. The query itself does not run. Of relations, each is a statement more, which is not told.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let plan = User::query().filter(|u| u.email.eq("ann@x")).explain(&db).await?;
    /// assert_eq!(plan, "SEARCH users USING INDEX sqlite_autoindex_users_1 (email=?)");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, or the database refuses it.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, run::statement(handle.dialect(), &self.into_plan(), Purpose::Rows)?).await
    }
}

impl<S: Scope, O> Query<S, O> {
    /// The SQL of [`count`](Query::count), without sending it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = User::query().filter(|u| u.age.ge(18)).count_sql(Dialect::Postgres)?;
    /// assert_eq!(sql, r#"SELECT count(*) FROM "users" WHERE "users"."age" >= $1"#);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, or the database cannot do it.
    pub fn count_sql(&self, dialect: Dialect) -> Result<String> {
        run::sql(dialect, &self.plan, Purpose::Count)
    }

    /// The SQL of [`exists`](Query::exists), without sending it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = Tag::query().exists_sql(Dialect::Sqlite)?;
    /// assert_eq!(sql, r#"SELECT 1 WHERE EXISTS(SELECT 1 FROM "tags")"#);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, or the database cannot do it.
    pub fn exists_sql(&self, dialect: Dialect) -> Result<String> {
        run::sql(dialect, &self.plan, Purpose::Exists)
    }
}

impl<S: Scope, O: Output> Paged<S, O> {
    /// How the database would find the rows of the page; see [`Query::explain`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let page = Post::query().order_by(|p| p.views.desc()).page(3, 20);
    /// assert_eq!(page.explain(&db).await?, "SCAN posts\nUSE TEMP B-TREE FOR ORDER BY"); // no index has the order
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, or the database refuses it.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, run::statement(handle.dialect(), &self.into_plan()?, Purpose::Rows)?).await
    }
}

impl<S: Scope, O: Output> Keyset<S, O> {
    /// How the database would find the rows of the page; see [`Query::explain`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = Tag::query().order_by(|t| t.name.asc());
    /// let first = tags.clone().page_after(None, 1).fetch(&db).await?;
    /// let plan = tags.page_after(first.next(), 20).explain(&db).await?;
    /// assert_eq!(plan, "SEARCH tags USING COVERING INDEX sqlite_autoindex_tags_1 (name>?)");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`fetch`](Keyset::fetch).
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, self.into_statement(handle.dialect())?).await
    }
}

impl<M: Model> Update<M> {
    /// How the database would find and change the rows; see [`Query::explain`]. Nothing is changed.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let plan = Post::query().update(|p| p.views.set(0)).all_rows().explain(&db).await?;
    /// assert_eq!(plan, "SCAN posts");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the update makes no sense, or the database refuses it.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, self.statement(handle.dialect())?).await
    }
}

impl<M: Model> Delete<M> {
    /// How the database would find and delete the rows; see [`Query::explain`]. Nothing is deleted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let plan = Tag::query().filter(|t| t.name.eq("sql")).delete().explain(&db).await?;
    /// assert!(plan.contains("SEARCH tags USING"), "{plan}");
    /// assert_eq!(Tag::query().count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the delete makes no sense, or the database refuses it.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, self.statement(handle.dialect())?).await
    }
}

impl<M: Model> Insert<M> {
    /// How the database would insert the row; see [`Query::explain`]. Nothing is inserted. SQLite has nothing to say of a plain
    /// insert.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let plan = Tag::insert(NewTag { name: "web".into() }).explain(&db).await?;
    /// assert_eq!(plan, "");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the insert makes no sense, or the database refuses it.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, self.plain_statement(handle.dialect())?).await
    }
}

impl<M: Model> InsertIgnoring<M> {
    /// The SQL that inserts the row on a database, without sending it and without what gives the row back.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ignoring = Tag::insert(NewTag { name: "rust".into() }).on_conflict(|t| t.name).do_nothing();
    /// let sql = ignoring.to_sql(Dialect::Sqlite)?;
    /// assert_eq!(sql, r#"INSERT INTO "tags" ("name") VALUES (?) ON CONFLICT ("name") DO NOTHING"#);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the insert makes no sense, or the database cannot do it.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        self.0.to_sql(dialect)
    }

    /// How the database would insert the row; see [`Insert::explain`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ignoring = Tag::insert(NewTag { name: "web".into() }).on_conflict(|t| t.name).do_nothing();
    /// ignoring.explain(&db).await?;
    /// assert_eq!(Tag::query().count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`Insert::explain`].
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        self.0.explain(executor).await
    }
}

impl<M: Model> InsertMany<M> {
    /// The SQL that inserts the rows on a database, without sending it: one text for each statement, none without rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = Tag::insert_many(["web", "cli"].map(|name| NewTag { name: name.into() }));
    /// assert_eq!(tags.to_sql(Dialect::MariaDb)?, ["INSERT INTO `tags` (`name`) VALUES (?), (?)"]);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a value cannot be stored on the database.
    pub fn to_sql(&self, dialect: Dialect) -> Result<Vec<String>> {
        let statements = self.statements(dialect)?;
        Ok(statements.iter().map(|statement| statement.sql.text().to_string()).collect())
    }
}

impl<M: Model> InsertFrom<M> {
    /// How the database would find and insert the rows; see [`Query::explain`]. Nothing is inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = Tag::insert_from(User::find(1).select(|u| u.name), |t| t.name);
    /// assert!(tags.explain(&db).await?.contains("SEARCH users USING INTEGER PRIMARY KEY (rowid=?)"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](InsertFrom::exec), as far as that is known before.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, self.statement(handle.dialect(), false)?).await
    }
}

impl<M: Keyed> UpdateMany<M> {
    /// How the database would run the first of its statements, which are alike; see [`Query::explain`]. Nothing is changed.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let plan = Post::update_many([(1, 5), (2, 7)], |p| p.views).explain(&db).await?;
    /// assert!(plan.contains("SEARCH posts USING INTEGER PRIMARY KEY (rowid=?)"));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](UpdateMany::exec), as far as that is known before; without rows there is no statement.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        let first = self.statements(handle.dialect())?.into_iter().next();
        let none = || Error::invalid_query("without rows there is no statement to explain");
        explain(handle, first.ok_or_else(none)?).await
    }
}

impl RawSql {
    /// How the database would run it; see [`Query::explain`]. It does not run.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let id = 1;
    /// let plan = sql!("SELECT name FROM users WHERE id = {id}").explain(&db).await?;
    /// assert_eq!(plan, "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the database refuses it, or has no plans of such a statement.
    pub async fn explain(self, executor: &impl Executor) -> Result<String> {
        let handle = executor.handle();
        explain(handle, self.into_statement(handle.dialect())?).await
    }
}

/// The plan of a statement, which does not run.
async fn explain(handle: Handle<'_>, statement: Statement) -> Result<String> {
    let explain = handle.dialect().spelling().explain();
    let text = format!("{}{}", explain.before, statement.sql.text());
    let asked = Statement::new(Sql::once(text, Access::Read).into(), statement.params);
    let sink =
        handle.fetch(asked, Box::new(Lines { rows: explain.rows, parents: Vec::new(), lines: Vec::new() }));
    Ok(given_back::<Lines>(sink.await?)?.lines.join("\n"))
}

/// The lines of a plan.
struct Lines {
    rows: PlanRows,
    /// The steps that the last one is inside of, outermost first.
    parents: Vec<i64>,
    lines: Vec<String>,
}

impl Sink for Lines {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        if self.rows == PlanRows::Tree {
            let (id, parent) = (reader.i64()?.unwrap_or_default(), reader.i64()?.unwrap_or_default());
            let depth = self.parents.iter().position(|step| *step == parent).map_or(0, |at| at + 1);
            self.parents.truncate(depth);
            self.parents.push(id);
            reader.seek(3);
        }
        let depth = self.parents.len().saturating_sub(1);
        let text = reader.text()?.unwrap_or_default();
        self.lines.push(format!("{}{text}", "  ".repeat(depth)));
        Ok(())
    }

    fn clear(&mut self) {
        self.parents.clear();
        self.lines.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
