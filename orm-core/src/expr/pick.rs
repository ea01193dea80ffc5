//! What a `select` picks: an expression, or a tuple of picks.

use super::{Expr, Groups, Node, Repr, Rows};
use crate::{column_value::ColumnValue, error::Result, reader::Reader};

/// What `select`, `aggregate` and a grouped `select` take, at the level `L`.
///
/// A row's columns as a whole are its model: an `Option` of it where a join need not have found it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let row: (String, (Option<String>, i32)) = User::find(1).select(|u| (u.name, (u.bio, u.age + 1))).one(&db).await?;
/// assert_eq!(row, ("Ann".to_owned(), (Some("Writes.".to_owned()), 32)));
///
/// let rows: Vec<(Post, Option<User>)> = Post::query().left_join(|p| p.editor).select(|(p, u)| (p, u)).all(&db).await?;
/// assert_eq!(rows.iter().filter(|(_, editor)| editor.is_none()).count(), 2);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected here",
    label = "cannot be selected here",
    note = "select a column, an expression, a whole row (`u` itself), or a tuple of them",
    note = "of a group, select its keys and aggregates: `.select(|author, p| (author, p.views.sum()))`",
    note = "a condition is selected with `.or_false()` or `.nullable()`; a relation is loaded by `.with(..)`"
)]
pub trait Picks<L> {
    /// What one row becomes.
    type Out: Send + 'static;

    #[doc(hidden)]
    fn append_to(self, list: &mut PickList);

    #[doc(hidden)]
    fn decode(reader: &mut Reader<'_>) -> Result<Self::Out>;
}

/// What was picked so far.
#[derive(Debug, Default)]
pub struct PickList {
    pub(crate) nodes: Vec<Node>,
}

/// Which levels may be picked where.
#[diagnostic::on_unimplemented(
    message = "a column of a row and an aggregate cannot be selected together",
    label = "columns and aggregates are mixed here",
    note = "`.select(|u| ..)` reads rows: pick columns; aggregates go into `.aggregate(|u| (count(), u.age.max()))`",
    note = "beside an aggregate, a column must be a key of its group: `.group_by(|u| u.age).select(|age, u| (age, count()))`, or be inside an aggregate such as `.max()`",
    note = "a window function needs its window: `row_number().over(window().order_by(u.id.asc()))`"
)]
pub trait SelectableIn<L> {}

impl SelectableIn<Rows> for Rows {}
impl SelectableIn<Groups> for Groups {}

impl<T: ColumnValue, L, M: SelectableIn<L>, R: Repr> Picks<L> for Expr<T, M, R> {
    type Out = T;

    fn append_to(self, list: &mut PickList) {
        list.nodes.push(self.node());
    }

    fn decode(reader: &mut Reader<'_>) -> Result<T> {
        T::decode(reader)
    }
}

macro_rules! pick_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<Level, $($name: Picks<Level>),+> Picks<Level> for ($($name,)+) {
            type Out = ($($name::Out,)+);

            fn append_to(self, list: &mut PickList) {
                $(self.$at.append_to(list);)+
            }

            fn decode(reader: &mut Reader<'_>) -> Result<Self::Out> {
                Ok(($($name::decode(reader)?,)+))
            }
        }
    };
}

/// Calls a macro for tuples of one to twelve.
macro_rules! for_tuples {
    ($macro:ident) => {
        $macro!(A 0);
        $macro!(A 0, B 1);
        $macro!(A 0, B 1, C 2);
        $macro!(A 0, B 1, C 2, D 3);
        $macro!(A 0, B 1, C 2, D 3, E 4);
        $macro!(A 0, B 1, C 2, D 3, E 4, F 5);
        $macro!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
        $macro!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
        $macro!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
        $macro!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
        $macro!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
        $macro!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11);
    };
}
pub(crate) use for_tuples;

for_tuples!(pick_tuple);

/// What fills a field of type `F` in a projection: an expression of a row, of that very type.
#[diagnostic::on_unimplemented(
    message = "this field is a `{F}`, but what fills it is `{Self}`",
    label = "of another type than what fills it",
    note = "give the field the type of the model's field or of the expression; a relation is loaded with `#[orm(with = |u| u.posts)]`"
)]
pub trait PickField<F> {
    #[doc(hidden)]
    fn picked(self) -> Node;
}

impl<F: ColumnValue, R: Repr> PickField<F> for Expr<F, Rows, R> {
    fn picked(self) -> Node {
        self.node()
    }
}

/// What `group_by` takes: an expression of a row, or a tuple of them.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let groups = Post::query().group_by(|p| (p.author_id, p.rating.is_null().or_false()));
/// assert_eq!(groups.select(|(author, unrated), _| (author, unrated, count())).all(&db).await?.len(), 3);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be grouped by",
    label = "not an expression of a row",
    note = "group by a column, an expression, or a tuple of them"
)]
pub trait GroupKeys {
    /// The keys, as expressions of the group.
    type Keys: Clone;

    #[doc(hidden)]
    fn group(self, nodes: &mut Vec<Node>) -> Self::Keys;
}

impl<T: ColumnValue, R: Repr> GroupKeys for Expr<T, Rows, R> {
    type Keys = Expr<T, Groups, R>;

    fn group(self, nodes: &mut Vec<Node>) -> Self::Keys {
        let repr = self.repr.shared();
        nodes.push(repr.clone().into_node());
        Expr { repr, marker: std::marker::PhantomData }
    }
}

macro_rules! group_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: GroupKeys),+> GroupKeys for ($($name,)+) {
            type Keys = ($($name::Keys,)+);

            fn group(self, nodes: &mut Vec<Node>) -> Self::Keys {
                ($(self.$at.group(nodes),)+)
            }
        }
    };
}
for_tuples!(group_tuple);
