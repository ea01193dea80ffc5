//! What is loaded beside the rows of a query: one statement for each relation.

use std::any::Any;

use super::{Cardinality, Many, Maybe, One, Relation, RelationQuery};
use crate::{
    error::Result,
    facts::ColumnFacts,
    model::{Item, Model},
    query::{Output, Plan, Query, Whole},
};

/// What `with` takes: a relation, or one narrowed down.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let row: (Post, User, Option<User>, Vec<Tag>) =
///     Post::find(1).with(|p| p.author).with(|p| p.editor).with(|p| p.tags.limit(3)).one(&db).await?;
/// assert_eq!(row.3[0].name, "rust");
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation",
    label = "`with` loads a relation",
    note = "give it a relation of the model: `.with(|u| u.posts)`; to read columns use `.select(..)`",
    note = "relations are declared by `belongs_to(..)` on a field, `has_many(..)` and `has_one(..)` on the struct"
)]
pub trait Load {
    /// The model whose relation it is.
    type Owner: Model;
    /// What it gives for one row.
    type Out: Clone + Send + 'static;

    #[doc(hidden)]
    fn load(self) -> LoadPlan;
}

impl<O: Model, T: Model, C: Cardinality> Load for Relation<O, T, C> {
    type Owner = O;
    type Out = C::Of<T>;

    fn load(self) -> LoadPlan {
        plan::<O, T, C, Whole<T>>(self, Query::new())
    }
}

/// What a field of a projection with `with = …` may be: `Vec<Item>`, `Option<Item>` or `Item`, as the relation is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what the relation gives",
    label = "a relation to many rows is a `Vec`, to at most one an `Option`, to exactly one the item itself",
    note = "the item is a model, or a projection of the relation's model"
)]
pub trait LoadInto<T: Model, C> {
    /// The model or projection.
    type Item: Item<Model = T>;
}

impl<T: Model, I: Item<Model = T>> LoadInto<T, Many> for Vec<I> {
    type Item = I;
}

impl<T: Model, I: Item<Model = T>> LoadInto<T, Maybe> for Option<I> {
    type Item = I;
}

impl<T: Model, I: Item<Model = T>> LoadInto<T, One> for I {
    type Item = I;
}

/// What `with = …` in a projection may give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation that this field can be loaded from",
    label = "`with` loads a relation",
    note = "write `with = |u| u.posts`, narrowed down where needed: `with = |u| u.posts.order_by(|p| p.id.desc()).limit(3)`"
)]
pub trait LoadField<F> {
    /// The model whose relation it is.
    type Owner: Model;

    #[doc(hidden)]
    fn load_field(self) -> LoadPlan;
}

impl<O: Model, T: Model, C: Cardinality, F: LoadInto<T, C>> LoadField<F> for Relation<O, T, C> {
    type Owner = O;

    fn load_field(self) -> LoadPlan {
        RelationQuery::<O, T, C>::new(self).read_as::<F::Item>().load()
    }
}

impl<O: Model, T: Model, C: Cardinality, F: LoadInto<T, C>> LoadField<F> for RelationQuery<O, T, C> {
    type Owner = O;

    fn load_field(self) -> LoadPlan {
        self.read_as::<F::Item>().load()
    }
}

/// One relation to load: whose keys to look up, what to run, and how to hand it out.
#[derive(Clone)]
pub struct LoadPlan {
    pub(crate) relation: &'static str,
    /// The source whose rows ask.
    pub(crate) source: u32,
    /// The columns of the asking row.
    pub(crate) owner: Vec<&'static ColumnFacts>,
    /// The columns that hold the same values in the loaded rows, and their source.
    pub(crate) key: Vec<&'static ColumnFacts>,
    pub(crate) key_source: u32,
    pub(crate) plan: Box<Plan>,
    /// From the items and their groups to one result for each asking row.
    pub(crate) hand_out: HandOut,
    /// Puts the items of a second statement behind those of the first.
    pub(crate) append: Append,
}

/// Turns `Vec<Item>` into `Vec<Of<Item>>`, one for each asking row.
pub(crate) type HandOut = fn(
    items: Option<Box<dyn Any + Send>>,
    groups: &[u32],
    parents: &[Option<u32>],
    relation: &'static str,
) -> Result<Box<dyn Part>>;

/// Joins two `Vec<Item>`.
pub(crate) type Append = fn(Box<dyn Any + Send>, Box<dyn Any + Send>) -> Result<Box<dyn Any + Send>>;

/// What one relation gave, row by row.
pub(crate) trait Part: Send {
    /// Writes the next one into `slot`, an `Option<X>`.
    fn next_share(&mut self, slot: &mut dyn Any);
}

impl<X: Send + 'static> Part for std::vec::IntoIter<X> {
    fn next_share(&mut self, slot: &mut dyn Any) {
        if let Some(slot) = slot.downcast_mut::<Option<X>>() {
            *slot = Iterator::next(self);
        }
    }
}

pub(super) fn plan<O: Model, T: Model, C: Cardinality, Out: Output>(
    relation: Relation<O, T, C>,
    query: Query<T, Out>,
) -> LoadPlan
where
    Out::Item: Clone,
{
    let (path, mut plan) = (relation.path(), Box::new(query.into_plan()));
    let (key, key_source) = plan.reach_through(&path);
    LoadPlan {
        relation: relation.name(),
        source: relation.source(),
        owner: path.owner,
        key,
        key_source,
        plan,
        hand_out: hand_out::<C, Out::Item>,
        append: append::<Out::Item>,
    }
}

fn append<X: Send + 'static>(
    before: Box<dyn Any + Send>,
    after: Box<dyn Any + Send>,
) -> Result<Box<dyn Any + Send>> {
    let mut items = crate::query::downcast::<X>(before)?;
    items.extend(crate::query::downcast::<X>(after)?);
    Ok(Box::new(items))
}

fn hand_out<C: Cardinality, X: Clone + Send + 'static>(
    items: Option<Box<dyn Any + Send>>,
    groups: &[u32],
    parents: &[Option<u32>],
    relation: &'static str,
) -> Result<Box<dyn Part>> {
    let items = items.map_or(Ok(Vec::new()), crate::query::downcast::<X>)?;
    Ok(Box::new(C::distribute(items, groups, parents, relation)?.into_iter()))
}
