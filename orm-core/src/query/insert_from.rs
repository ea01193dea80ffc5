//! Inserting the rows of a query.

use std::marker::PhantomData;

use super::{Picked, Plan, Query, downcast, output::Items, run};
use crate::{
    column_value::ColumnValue,
    dialect::Dialect,
    error::{Error, Result},
    executor::Executor,
    expr::{Assignable, Column, Expr, Rows, for_tuples},
    facts::ColumnFacts,
    model::Model,
    sql::{self, InsertFromSql},
    statement::Statement,
    value::Value,
};

/// The columns that the values of a query, or of given rows, go into.
#[diagnostic::on_unimplemented(
    message = "rows of `{X}` do not fit into these columns",
    label = "other columns than what there is for them",
    note = "name as many columns as there are values, in the same order and of the same types: `|p| (p.author_id, p.title)`"
)]
pub trait Targets<X> {
    #[doc(hidden)]
    fn append_to(self, columns: &mut Vec<&'static ColumnFacts>);

    #[doc(hidden)]
    fn append_values(values: X, to: &mut Vec<Value>);
}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue, X: ColumnValue> Targets<X> for Expr<T, Rows, Column>
where
    Expr<X>: Assignable<T>,
{
    fn append_to(self, columns: &mut Vec<&'static ColumnFacts>) {
        columns.push(self.facts().facts);
    }

    fn append_values(values: X, to: &mut Vec<Value>) {
        to.push(values.encode());
    }
}

macro_rules! target_tuple {
    ($($name:ident $at:tt),+) => {
        target_tuple!(@ $($name $at),+; A1 B1 C1 D1 E1 F1 G1 H1 I1 J1 K1 M1);
    };
    (@ $($name:ident $at:tt),+; $($other:ident)+) => {
        target_tuple!(% [] [$($name $at),+] [$($other)+]);
    };
    (% [$($done:tt)*] [$name:ident $at:tt $(, $names:ident $ats:tt)*] [$other:ident $($others:ident)*]) => {
        target_tuple!(% [$($done)* ($name $at $other)] [$($names $ats),*] [$($others)*]);
    };
    (% [$(($name:ident $at:tt $other:ident))+] [] [$($rest:ident)*]) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Targets<$other>, $other),+> Targets<($($other,)+)> for ($($name,)+) {
            fn append_to(self, columns: &mut Vec<&'static ColumnFacts>) {
                $(self.$at.append_to(columns);)+
            }

            fn append_values(values: ($($other,)+), to: &mut Vec<Value>) {
                $(<$name as Targets<$other>>::append_values(values.$at, to);)+
            }
        }
    };
}
for_tuples!(target_tuple);

/// An insert of the rows of a query: see [`Model::insert_from`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let tags = Tag::insert_from(User::query().select(|u| u.name), |t| t.name);
/// assert_eq!(tags.exec(&db).await?, 2);
/// # Ok(()) }) }
/// ```
#[must_use = "an insert does nothing until it is run: `.exec(&db).await`"]
pub struct InsertFrom<M> {
    plan: Plan,
    columns: Vec<&'static ColumnFacts>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> InsertFrom<M> {
    pub(crate) fn new<S, X, C: Targets<X>>(query: Query<S, Picked<X>>, columns: C) -> Self {
        let mut targets = Vec::new();
        columns.append_to(&mut targets);
        Self { plan: query.into_plan(), columns: targets, marker: PhantomData }
    }

    /// Runs it; gives how many rows were inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let popular = Post::query().filter(|p| p.views.gt(5)).select(|p| (p.author_id, p.title.concat(" (again)")));
    /// assert_eq!(Post::insert_from(popular, |p| (p.author_id, p.title)).exec(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a required column is missing, when the query makes no sense, and what the database says.
    pub async fn exec(self, executor: &impl Executor) -> Result<u64> {
        let handle = executor.handle();
        let statement = self.statement(handle.dialect(), false)?;
        run::execute_all(handle, vec![statement], M::TABLE).await
    }

    /// Runs it; gives the rows as the database has made them, in no order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = Tag::insert_from(User::query().select(|u| u.name), |t| t.name).returning(&db).await?;
    /// assert_eq!(tags.len(), 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub async fn returning(self, executor: &impl Executor) -> Result<Vec<M>> {
        let handle = executor.handle();
        let statement = self.statement(handle.dialect(), true)?;
        downcast(run::returning(handle, statement, M::TABLE, Items::batch(M::decode)).await?)
    }

    /// The SQL that it becomes, without sending it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let sql = Tag::insert_from(User::query().select(|u| u.name), |t| t.name).to_sql(Dialect::Sqlite)?;
    /// assert!(sql.starts_with(r#"INSERT INTO "tags" ("name") SELECT"#));
    /// # let _ = db;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        Ok(self.statement(dialect, false)?.sql.text().to_string())
    }

    pub(super) fn statement(&self, dialect: Dialect, returning: bool) -> Result<Statement> {
        let is_given = |facts: &&ColumnFacts| self.columns.iter().any(|column| column.name == facts.name);
        if let Some(missing) = M::TABLE.columns.iter().find(|facts| facts.required && !is_given(facts)) {
            return Err(Error::invalid_query(format!(
                "`{}.{}` has no default, so the query has to give it a value",
                M::TABLE.model,
                missing.field
            )));
        }
        let insert = InsertFromSql { table: M::TABLE, columns: &self.columns, plan: &self.plan, returning };
        sql::insert_from(dialect, &insert)
    }
}
