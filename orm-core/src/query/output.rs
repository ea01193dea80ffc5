//! What a query gives for each row, and how it is put together from what the statements brought.

use std::{any::Any, marker::PhantomData};

use super::{Plan, Query, Reading};
use crate::{
    error::{Error, Result},
    model::{Item, Model},
    reader::Reader,
    relation::Part,
};

/// A query that says what to read of its rows.
#[diagnostic::on_unimplemented(
    message = "this query does not say what to read",
    label = "say what to read",
    note = "a query over several models picks columns, or whole rows: `.select(|(u, p)| (u.name, p))`"
)]
pub trait Readable {
    /// The type of a row.
    type Item: Send + 'static;
}

/// The type of a query's rows.
pub(crate) type Row<Q> = <Q as Readable>::Item;

/// One implementation for each output, not one for all: the compiler then finds fault with the query, and not with a part of its type.
macro_rules! readable {
    ($($output:ident),+) => {
        $(impl<S, T> Readable for Query<S, $output<T>>
        where
            $output<T>: Output,
        {
            type Item = <$output<T> as Output>::Item;
        })+
    };
}
readable!(Whole, Loaded, Picked, Projected);

/// What a query gives for each row.
#[diagnostic::on_unimplemented(
    message = "this query does not say what to read",
    label = "say what to read",
    note = "a query over several models picks columns, or whole rows: `.select(|(u, p)| (u.name, p))`"
)]
pub trait Output: 'static {
    /// The type of a row.
    type Item: Send + 'static;
    /// The output with one relation more.
    type With<X: Clone + Send + 'static>: Output;

    #[doc(hidden)]
    fn attach(plan: &mut Plan);
}

/// The model itself.
#[derive(Debug)]
pub struct Whole<M>(PhantomData<fn() -> M>);

/// The model and loaded relations, as a tuple.
#[derive(Debug)]
pub struct Loaded<T>(PhantomData<fn() -> T>);

/// What `select` picked.
#[derive(Debug)]
pub struct Picked<T>(PhantomData<fn() -> T>);

/// A projection.
#[derive(Debug)]
pub struct Projected<P>(PhantomData<fn() -> P>);

/// Nothing yet: a query over several models before its `select`.
#[derive(Debug)]
pub struct Unselected;

/// What `with` makes of an output that has no place for relations.
#[derive(Debug)]
pub struct NotLoadable;

impl<M: Model> Output for Whole<M> {
    type Item = M;
    type With<X: Clone + Send + 'static> = Loaded<(M, X)>;

    fn attach(_: &mut Plan) {}
}

impl<T: Send + 'static> Output for Picked<T> {
    type Item = T;
    type With<X: Clone + Send + 'static> = NotLoadable;

    fn attach(_: &mut Plan) {}
}

impl<P: Item> Output for Projected<P> {
    type Item = P;
    type With<X: Clone + Send + 'static> = NotLoadable;

    fn attach(_: &mut Plan) {}
}

impl Output for NotLoadable {
    type Item = ();
    type With<X: Clone + Send + 'static> = Self;

    fn attach(plan: &mut Plan) {
        plan.fail("`with` loads relations beside whole models: put it before `select`, or name the relation in the projection");
    }
}

/// The parts of one kind of rows: one for each relation that was loaded, in order.
pub struct Parts(pub(crate) Vec<Box<dyn Part>>);

impl Parts {
    /// The next row's share of the relation at that place.
    ///
    /// # Errors
    /// Never for what this crate puts together: every relation gives one share for each row.
    pub fn take<X: 'static>(&mut self, place: usize) -> Result<X> {
        let mut slot: Option<X> = None;
        if let Some(part) = self.0.get_mut(place) {
            part.next_share(&mut slot);
        }
        slot.ok_or_else(|| Error::invalid_query("a loaded relation has another type or length than its rows"))
    }
}

macro_rules! loaded {
    ($with:ty; $count:literal; $($name:ident $at:tt),+) => {
        impl<M: Model, $($name: Clone + Send + 'static),+> Output for Loaded<(M, $($name),+)> {
            type Item = (M, $($name),+);
            type With<X: Clone + Send + 'static> = $with;

            fn attach(plan: &mut Plan) {
                plan.reading.finish = Some(|items, mut parts| {
                    let models = downcast::<M>(items)?;
                    let rows = models
                        .into_iter()
                        .map(|model| Ok((model, $(parts.take::<$name>($at)?),+)))
                        .collect::<Result<Vec<Self::Item>>>()?;
                    Ok(Box::new(rows))
                });
            }
        }
    };
}
loaded!(Loaded<(M, A, X)>; 1; A 0);
loaded!(Loaded<(M, A, B, X)>; 2; A 0, B 1);
loaded!(Loaded<(M, A, B, C, X)>; 3; A 0, B 1, C 2);
loaded!(Loaded<(M, A, B, C, D, X)>; 4; A 0, B 1, C 2, D 3);
loaded!(Loaded<(M, A, B, C, D, E, X)>; 5; A 0, B 1, C 2, D 3, E 4);
loaded!(NotLoadable; 6; A 0, B 1, C 2, D 3, E 4, F 5);

/// The rows of a statement, decoded.
pub(crate) trait Batch: Send {
    fn push(&mut self, reader: &mut Reader<'_>) -> Result<()>;
    fn clear(&mut self);
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

/// Rows of one type.
pub(crate) struct Items<T> {
    items: Vec<T>,
    decode: fn(&mut Reader<'_>) -> Result<T>,
}

impl<T: Send + 'static> Items<T> {
    pub(crate) fn batch(decode: fn(&mut Reader<'_>) -> Result<T>) -> Box<dyn Batch> {
        Box::new(Self { items: Vec::new(), decode })
    }
}

impl<T: Send + 'static> Batch for Items<T> {
    fn push(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.items.push((self.decode)(reader)?);
        Ok(())
    }

    fn clear(&mut self) {
        self.items.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// The rows back under their type, as one statement brought them or as they were put together.
pub(crate) fn downcast<T: 'static>(rows: Box<dyn Any + Send>) -> Result<Vec<T>> {
    let put_together = match rows.downcast::<Items<T>>() {
        Ok(brought) => return Ok(brought.items),
        Err(rows) => rows,
    };
    put_together
        .downcast::<Vec<T>>()
        .map(|rows| *rows)
        .map_err(|_| Error::invalid_query("rows were decoded as another type than the query's output"))
}

/// What a projection's derive says: its scalars, and how it is put together with its relations.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// #[derive(Clone, Projection)]
/// #[orm(model = User)]
/// # #[orm(crate = orm_core)]
/// struct Card {
///     name: String,
///     #[orm(expr = |u| u.posts.count())]
///     post_count: i64,
/// }
///
/// let card = User::find(1).load::<Card>().one(&db).await?;
/// assert_eq!((card.name.as_str(), card.post_count), ("Ann", 2));
/// # Ok(()) }) }
/// ```
pub trait Projection: Item {
    /// The fields that are read from the row itself, as a tuple.
    type Scalars: Send + 'static;

    /// Reads them.
    ///
    /// # Errors
    /// When a column holds something else.
    fn decode(reader: &mut Reader<'_>) -> Result<Self::Scalars>;

    /// Puts one row together.
    ///
    /// # Errors
    /// When a relation did not give its share.
    fn assemble(scalars: Self::Scalars, parts: &mut Parts) -> Result<Self>;
}

impl Reading {
    /// All columns of the model's table.
    #[must_use]
    pub fn whole<M: Model>() -> Self {
        Self::new(None, || Items::batch(M::decode))
    }

    /// What a projection picks; loads are added by [`Reading::load`].
    #[must_use]
    pub fn projection<P: Projection>() -> Self {
        let mut reading = Self::new(Some(Vec::new()), || Items::batch(P::decode));
        reading.finish = Some(|items, mut parts| {
            let scalars = downcast::<P::Scalars>(items)?;
            let rows =
                scalars.into_iter().map(|row| P::assemble(row, &mut parts)).collect::<Result<Vec<P>>>()?;
            Ok(Box::new(rows))
        });
        reading
    }
}
