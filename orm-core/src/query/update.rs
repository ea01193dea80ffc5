//! Changing rows: one by its key, or those of a query.

use std::marker::PhantomData;

use super::{Plan, Reading, downcast, output::Items, run};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::{Executor, Handle},
    expr::{Assign, Assigns, Column, Expr, Node, Rows},
    model::{Columns, Keyed, Model},
    sql::{self, WriteSql},
    statement::Statement,
    value::Value,
};

/// Changes rows.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let ann = User::find(1).one(&db).await?;
/// let update: Update<User> = ann.update(|u| u.name.set("Anna"));
/// assert_eq!(update.exec(&db).await?, 1);
/// # Ok(()) }) }
/// ```
#[must_use = "an update does nothing until it is run: `.exec(&db).await`"]
pub struct Update<M> {
    plan: Plan,
    assigns: Vec<Assign>,
    by_key: bool,
    all_rows: bool,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> Update<M> {
    pub(crate) fn of_query<A: Assigns>(plan: Plan, assigns: A) -> Self {
        let mut list = Vec::new();
        assigns.append_to(&mut list);
        Self { plan, assigns: list, by_key: false, all_rows: false, marker: PhantomData }
    }

    pub(crate) fn by_key<A: Assigns>(key: Vec<Value>, assign: impl FnOnce(Columns<M>) -> A) -> Self {
        let plan = keyed_plan::<M>(key);
        let assigns = assign(M::columns(plan.root().id));
        Self { by_key: true, ..Self::of_query(plan, assigns) }
    }

    pub(crate) fn patch<P: Patch<M>>(key: Vec<Value>, patch: P) -> Self {
        let plan = keyed_plan::<M>(key);
        let mut builder = PatchBuilder { assigns: Vec::new() };
        patch.write(M::columns(plan.root().id), &mut builder);
        Self { by_key: true, ..Self::of_query(plan, builder.assigns) }
    }

    /// Says that an update without a filter is meant.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let forgotten = Post::query().update(|p| p.views.set(0)).exec(&db).await;
    /// assert_eq!(forgotten.unwrap_err().kind(), ErrorKind::InvalidQuery);
    /// assert_eq!(Post::query().update(|p| p.views.set(0)).all_rows().exec(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    pub fn all_rows(mut self) -> Self {
        self.all_rows = true;
        self
    }

    /// Changes the rows and counts them. By key it is one row, and an error when that is gone.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let of_ann = Post::query().filter(|p| p.author_id.eq(1));
    /// assert_eq!(of_ann.update(|p| p.views.set(p.views * 2)).exec(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a constraint is violated, the query makes no sense, or the database refuses it; `NotFound` by key.
    pub async fn exec(self, executor: &impl Executor) -> Result<u64> {
        if self.assigns.is_empty() {
            return Ok(0);
        }
        let handle = executor.handle();
        let statement = self.statement(handle.dialect())?;
        let changed = run::execute(handle, statement, M::TABLE).await?;
        if self.by_key && changed == 0 { Err(Error::not_found(M::TABLE.model)) } else { Ok(changed) }
    }

    /// Changes the rows and gives them back as they are now, in no particular order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let changed = Post::query().filter(|p| p.id.eq(3)).update(|p| p.views.set(p.views + 1)).returning(&db).await?;
    /// assert_eq!(changed[0].views, 6);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Update::exec). Where the database returns no rows of an update, they are locked and read by their
    /// keys, in one transaction; `Unsupported` then for a model without a key, and for a change of the key.
    pub async fn returning(self, executor: &impl Executor) -> Result<Vec<M>> {
        if self.assigns.is_empty() {
            return Err(Error::invalid_query("an update that changes nothing returns nothing"));
        }
        let handle = executor.handle();
        if !handle.dialect().capabilities().returning.update {
            return Box::pin(self.exec_and_read(handle)).await;
        }
        let statement = sql::update(handle.dialect(), &self.write(true)?, &self.assigns)?;
        let rows = run::returning(handle, statement, M::TABLE, Items::batch(M::decode)).await?;
        downcast(rows)
    }

    /// The SQL that changes the rows on a database, without sending it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = User::find(7).update(|u| u.name.set("Ann")).to_sql(Dialect::MariaDb)?;
    /// assert_eq!(sql, "UPDATE `users` SET `name` = ? WHERE `users`.`id` = ?");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the update makes no sense, or the database cannot do it.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        Ok(self.statement(dialect)?.sql.text().to_string())
    }

    pub(super) fn statement(&self, dialect: Dialect) -> Result<Statement> {
        sql::update(dialect, &self.write(false)?, &self.assigns)
    }

    /// Finds and locks the rows, changes them by their keys, and reads them.
    async fn exec_and_read(&self, handle: Handle<'_>) -> Result<Vec<M>> {
        // Every error that the update by itself would be.
        self.write(false)?;
        self.check_keeps_key(handle.dialect())?;
        handle
            .atomically(async |tx| {
                let handle = tx.handle();
                let mut changed = Vec::new();
                let locked = run::locked_keys(handle, &self.plan).await?;
                self.check_finds_again(handle.dialect(), locked.len())?;
                for keys in locked.chunks(run::KEYS_PER_STATEMENT) {
                    let plan = self.plan.of_keys(keys);
                    let joined = (self.plan.sources.len() > 1).then(|| self.plan.among_keys(keys));
                    let write = WriteSql::new(joined.as_ref().unwrap_or(&plan), self.by_key, false, false)?;
                    let statement = sql::update(handle.dialect(), &write, &self.assigns)?;
                    run::execute(handle, statement, M::TABLE).await?;
                    changed.extend(downcast::<M>(run::rows(handle, &plan).await?)?);
                }
                Ok(changed)
            })
            .await
    }

    /// Changed rows are found again by their keys.
    fn check_keeps_key(&self, dialect: Dialect) -> Result<()> {
        let table = M::TABLE;
        if table.key.is_empty() {
            return Err(Error::unsupported(format!(
                "{dialect} returns no rows of an update, and `{}` has no primary key by which to read them",
                table.model
            )));
        }
        match self.assigns.iter().find(|assign| table.key.contains(&assign.column.facts.name)) {
            None => Ok(()),
            Some(assign) => Err(Error::unsupported(format!(
                "{dialect} returns no rows of an update, and `{}` is changed, by which they would be read",
                assign.column.facts.field
            ))),
        }
    }

    /// Which of the rows that are joined to a row is read depends on what was cut off.
    fn check_finds_again(&self, dialect: Dialect, rows: usize) -> Result<()> {
        let plan = &self.plan;
        let is_cut = plan.offset.as_ref().is_some_and(|offset| run::number(offset) > 0)
            || (plan.limit.is_some() && rows > run::KEYS_PER_STATEMENT);
        if plan.sources.len() > 1 && is_cut {
            return Err(Error::unsupported(format!(
                "{dialect} returns no rows of an update, and those of a joined query with an offset, or with a limit of more than {} \
                 rows, cannot be found again: leave it out, or use `exec`",
                run::KEYS_PER_STATEMENT
            )));
        }
        Ok(())
    }

    fn write(&self, returning: bool) -> Result<WriteSql<'_>> {
        WriteSql::new(&self.plan, self.by_key, self.all_rows, returning)
    }
}

/// The row with that key.
pub(super) fn keyed_plan<M: Model>(key: Vec<Value>) -> Plan {
    let mut plan = Plan::new(M::TABLE, |_| Reading::whole::<M>());
    let condition = Node::key_is(M::TABLE, plan.root().id, key);
    plan.filters.push(condition);
    plan
}

/// Which columns of a row to change: `#[derive(Patch)]` on a struct of `Option`s.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// #[derive(Default, Patch)]
/// #[orm(model = User)]
/// # #[orm(crate = orm_core)]
/// struct UserPatch { name: Option<String>, bio: Option<Option<String>> }
///
/// let ann = User::find(1).one(&db).await?;
/// ann.patch(UserPatch { bio: Some(None), ..UserPatch::default() }).exec(&db).await?;
/// assert_eq!(User::find(1).one(&db).await?.bio, None);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no patch of `{M}`",
    label = "not a patch of `{M}`",
    note = "derive it on a struct of options: `#[derive(Patch)] #[orm(model = {M})]`"
)]
pub trait Patch<M: Model> {
    /// Writes the columns that it holds.
    fn write(self, columns: Columns<M>, patch: &mut PatchBuilder);
}

/// The columns that a patch holds.
#[derive(Debug)]
pub struct PatchBuilder {
    assigns: Vec<Assign>,
}

impl PatchBuilder {
    /// Writes a column when there is a value.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// struct Rename(Option<String>);
    ///
    /// impl Patch<User> for Rename {
    ///     fn write(self, columns: Columns<User>, patch: &mut PatchBuilder) {
    ///         patch.set(columns.name, self.0); // by hand, what `#[derive(Patch)]` writes
    ///     }
    /// }
    /// let ann = User::find(1).one(&db).await?;
    /// assert_eq!(ann.patch(Rename(Some("Anna".into()))).exec(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn set<T: crate::column_value::ColumnValue>(
        &mut self,
        column: Expr<T, Rows, Column>,
        value: Option<T>,
    ) {
        self.assigns.extend(value.map(|value| column.set(value)));
    }
}

impl<M: Keyed> std::fmt::Debug for Update<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Update").field("assigns", &self.assigns).finish_non_exhaustive()
    }
}
