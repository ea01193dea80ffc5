//! The rows of a query as a source of another one.

use std::marker::PhantomData;

use orm_schema::ValueType;

use super::{Output, Picked, Sourced, Whole};
use crate::{
    column_value::ColumnValue,
    expr::{Expr, Kind, OutputColumn, for_tuples},
    model::Model,
};

/// The rows of a query that gives an `X` for each.
#[derive(Debug)]
pub struct Derived<X>(PhantomData<fn() -> X>);

/// What rows of a query can be read as columns again: a value, or a tuple.
pub trait Derivable: Send + 'static {
    /// The columns: an expression for each value, in the same tuples.
    type Columns<K: Kind>: Copy;

    #[doc(hidden)]
    fn columns<K: Kind>(source: u32, place: &mut usize) -> Self::Columns<K>;

    #[doc(hidden)]
    fn append_types(types: &mut Vec<ValueType>);
}

impl<T: ColumnValue> Derivable for T {
    type Columns<K: Kind> = Expr<K::Val<T>, K::Level, OutputColumn>;

    fn columns<K: Kind>(source: u32, place: &mut usize) -> Self::Columns<K> {
        *place += 1;
        Expr::output(OutputColumn::new(source, *place - 1, T::FACT.value))
    }

    fn append_types(types: &mut Vec<ValueType>) {
        types.push(T::FACT.value);
    }
}

macro_rules! derivable_tuple {
    ($($name:ident $at:tt),+) => {
        impl<$($name: Derivable),+> Derivable for ($($name,)+) {
            type Columns<Side: Kind> = ($($name::Columns<Side>,)+);

            fn columns<Side: Kind>(source: u32, place: &mut usize) -> Self::Columns<Side> {
                ($($name::columns::<Side>(source, place),)+)
            }

            fn append_types(types: &mut Vec<ValueType>) {
                $($name::append_types(types);)+
            }
        }
    };
}
for_tuples!(derivable_tuple);

impl<X: Derivable> Sourced for Derived<X> {
    type Columns<K: Kind> = X::Columns<K>;

    fn columns<K: Kind>(source: u32) -> Self::Columns<K> {
        X::columns(source, &mut 0)
    }
}

/// The types of the values, in order.
pub(super) fn types<X: Derivable>() -> Vec<ValueType> {
    let mut types = Vec::new();
    X::append_types(&mut types);
    types
}

/// An output whose rows can be a source: whole models, or what was picked.
#[diagnostic::on_unimplemented(
    message = "the rows of this query cannot be read by another one",
    label = "neither whole models nor picks",
    note = "pick what is read: `.select(|u| (u.id, u.name))`; relations are loaded by the query around it"
)]
pub trait AsSource: Output {
    /// What has the columns.
    type Source: Sourced;
}

impl<M: Model> AsSource for Whole<M> {
    type Source = M;
}

impl<X: Derivable> AsSource for Picked<X> {
    type Source = Derived<X>;
}
