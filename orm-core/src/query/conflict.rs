//! What an insert does with a row that is there already.

use super::{insert::Insert, insert_many::InsertMany};
use crate::{
    error::{Error, Result},
    executor::Executor,
    expr::{Assign, Assigns, Column, Cond, Expr, Node},
    facts::ColumnFacts,
    model::{Columns, Model},
};

/// What an insert does when a row with the same unique columns is there.
#[derive(Debug, Clone)]
pub(crate) enum OnConflict {
    /// The row is left as it is.
    Nothing(Conflicting),
    /// What is written, if a condition is met.
    Update { key: Conflicting, assigns: Vec<Assign>, only_if: Option<Node> },
}

/// By what a row is there already.
#[derive(Debug, Clone)]
pub(crate) enum Conflicting {
    /// The columns of a unique key.
    Columns(Vec<&'static ColumnFacts>),
    /// Any unique key.
    Anything,
}

impl Conflicting {
    pub(super) fn by(target: impl ConflictTarget) -> Self {
        let mut columns = Vec::new();
        target.append_to(&mut columns);
        Self::Columns(columns.into_iter().map(|column| column.facts).collect())
    }
}

impl OnConflict {
    pub(crate) fn key(&self) -> &Conflicting {
        match self {
            Self::Nothing(key) | Self::Update { key, .. } => key,
        }
    }

    /// What the closures say of the row that is there, and of the one that would have been inserted.
    fn update<M: Model, A: Assigns>(
        key: Conflicting,
        source: u32,
        only_if: impl FnOnce(Columns<M>, Columns<M>) -> Option<Cond>,
        assign: impl FnOnce(Columns<M>, Columns<M>) -> A,
    ) -> Self {
        let new = super::next_source();
        let mut assigns = Vec::new();
        assign(M::columns(source), M::columns(new)).append_to(&mut assigns);
        assigns.iter_mut().for_each(|assign| assign.value.replace_source(new));
        let mut only_if = only_if(M::columns(source), M::columns(new)).map(Cond::node);
        only_if.iter_mut().for_each(|condition| condition.replace_source(new));
        Self::Update { key, assigns, only_if }
    }

    /// Whether the error of a plain insert is the conflict that is to be ignored, where the database has no clause that
    /// says so.
    pub(super) fn ignores(&self, error: &Error) -> bool {
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
        let source = self.insert.source;
        self.insert.conflict = Some(OnConflict::update::<M, _>(self.key, source, |_, _| None, assign));
        self.insert
    }

    /// Changes the row if a condition is met, else leaves it as it is; the insert then gives `None`. Both closures get its columns
    /// as they are, and as they would have been inserted. Not on MariaDB and MySQL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let older = User::insert(NewUser { email: "ann@x".into(), name: "Anna".into() }).set(|u| u.age.set(30));
    /// let upsert = older.on_conflict(|u| u.email).do_update_if(|old, new| old.age.lt(new.age), |old, new| old.age.set(new.age));
    /// assert!(upsert.exec(&db).await?.is_none());
    /// # Ok(()) }) }
    /// ```
    pub fn do_update_if<A: Assigns>(
        mut self,
        only_if: impl FnOnce(Columns<M>, Columns<M>) -> Cond,
        assign: impl FnOnce(Columns<M>, Columns<M>) -> A,
    ) -> InsertIgnoring<M> {
        let only_if = |old, new| Some(only_if(old, new));
        self.insert.conflict =
            Some(OnConflict::update::<M, _>(self.key, self.insert.source, only_if, assign));
        InsertIgnoring(self.insert)
    }
}

/// An insert of many rows that knows by which columns some may already be there.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let tags = ["rust", "web"].map(|name| NewTag { name: name.into() });
/// assert_eq!(Tag::insert_many(tags).on_conflict(|t| t.name).do_nothing().exec(&db).await?, 1);
/// # Ok(()) }) }
/// ```
#[must_use = "say what happens then: `.do_update(|old, new| ..)` or `.do_nothing()`"]
pub struct ConflictMany<M> {
    pub(super) insert: InsertMany<M>,
    pub(super) key: Conflicting,
}

impl<M: Model> ConflictMany<M> {
    /// Leaves those rows as they are: they are neither counted nor given back. MariaDB and MySQL are sent one row after another.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = ["rust", "web"].map(|name| NewTag { name: name.into() });
    /// let new = Tag::insert_many(tags).on_conflict(|t| t.name).do_nothing().returning(&db).await?;
    /// assert_eq!(new[0].name, "web");
    /// # Ok(()) }) }
    /// ```
    pub fn do_nothing(mut self) -> InsertMany<M> {
        self.insert.conflict = Some(OnConflict::Nothing(self.key));
        self.insert
    }

    /// Changes those rows: the closure gets the columns of each as they are, and as they would have been inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let users = [("ann@x", "Anna"), ("cy@x", "Cy")].map(|(email, name)| NewUser { email: email.into(), name: name.into() });
    /// let upsert = User::insert_many(users).on_conflict(|u| u.email).do_update(|old, new| old.name.set(new.name));
    /// assert_eq!(upsert.exec(&db).await?, 2);
    /// assert_eq!(User::find(1).one(&db).await?.name, "Anna");
    /// # Ok(()) }) }
    /// ```
    pub fn do_update<A: Assigns>(
        mut self,
        assign: impl FnOnce(Columns<M>, Columns<M>) -> A,
    ) -> InsertMany<M> {
        let source = self.insert.source;
        self.insert.conflict = Some(OnConflict::update::<M, _>(self.key, source, |_, _| None, assign));
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
