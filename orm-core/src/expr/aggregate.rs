//! Aggregates: from rows to one value of a group.

use orm_schema::ValueType;

use super::{Cond, Expr, Function, Grouped, Groups, Node, Number, Orders, Repr, Rows};
use crate::{column_value::ColumnValue, value::Value};

/// The level of an expression that an aggregate can take up.
#[diagnostic::on_unimplemented(
    message = "an aggregate cannot be taken of an aggregate",
    label = "this is already one value of its group"
)]
pub trait Aggregable {}

impl Aggregable for Rows {}
impl Aggregable for Grouped {}

/// How many rows there are.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// assert_eq!(User::query().aggregate(|_| count()).one(&db).await?, 2);
/// # Ok(()) }) }
/// ```
pub fn count() -> Expr<i64, Groups> {
    Expr::from_node(Node::Call(Function::CountRows, ValueType::I64, Vec::new()))
}

impl<T: ColumnValue, L: Aggregable, R: Repr> Expr<T, L, R> {
    fn aggregate<U>(self, function: Function) -> Expr<U, Groups> {
        Expr::from_node(Node::Call(function, T::FACT.value, vec![self.node()]))
    }

    /// How many of the values are not NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().aggregate(|u| (count(), u.bio.count())).one(&db).await?, (2, 1));
    /// # Ok(()) }) }
    /// ```
    pub fn count(self) -> Expr<i64, Groups> {
        self.aggregate(Function::Count)
    }

    /// How many different values there are, NULL aside.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(Post::query().aggregate(|p| p.author_id.count_distinct()).one(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn count_distinct(self) -> Expr<i64, Groups> {
        self.aggregate(Function::CountDistinct)
    }

    /// The smallest value; NULL when there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let youngest: Option<i32> = User::query().aggregate(|u| u.age.min()).one(&db).await?;
    /// assert_eq!(youngest, Some(20));
    /// # Ok(()) }) }
    /// ```
    pub fn min(self) -> Expr<T::Nullable, Groups> {
        self.aggregate(Function::Min)
    }

    /// The largest value; NULL when there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let last: Option<String> = Post::query().aggregate(|p| p.title.max()).one(&db).await?;
    /// assert_eq!(last.as_deref(), Some("Tables"));
    /// # Ok(()) }) }
    /// ```
    pub fn max(self) -> Expr<T::Nullable, Groups> {
        self.aggregate(Function::Max)
    }

    /// The sum of the values; NULL when there is none. Integers add up to `i64`; an overflow is an error.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let views: Option<i64> = Post::query().aggregate(|p| p.views.sum()).one(&db).await?;
    /// assert_eq!(views, Some(35));
    /// # Ok(()) }) }
    /// ```
    pub fn sum(self) -> Expr<Option<<T::Base as Number>::Sum>, Groups>
    where
        T::Base: Number,
    {
        self.aggregate(Function::Sum)
    }

    /// The average of the values; NULL when there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let age: Option<f64> = User::query().aggregate(|u| u.age.avg()).one(&db).await?;
    /// assert_eq!(age, Some(25.5));
    /// # Ok(()) }) }
    /// ```
    pub fn avg(self) -> Expr<Option<<T::Base as Number>::Avg>, Groups>
    where
        T::Base: Number,
    {
        self.aggregate(Function::Avg)
    }
}

impl<T: ColumnValue, R: Repr> Expr<T, Groups, R> {
    /// Only of the rows that meet the condition; belongs right behind the aggregate.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let counts = User::query().aggregate(|u| (count(), count().filter(u.age.ge(21)), u.age.max().filter(u.age.lt(21))));
    /// assert_eq!(counts.one(&db).await?, (2, 1, Some(20)));
    /// # Ok(()) }) }
    /// ```
    pub fn filter<L: Aggregable>(self, condition: Cond<L>) -> Expr<T, Groups> {
        let (condition, all) = (condition.node(), self.node());
        let only = |value| Node::Case { branches: vec![(condition, value)], otherwise: None };
        Expr::from_node(match all {
            Node::Call(Function::CountRows, of, _) => {
                Node::Call(Function::Count, of, vec![only(Node::Param(Value::I32(1)))])
            }
            Node::StringAgg { text, between, orders } => {
                Node::StringAgg { text: Box::new(only(*text)), between, orders }
            }
            Node::Call(function, of, mut arguments) if function.is_aggregate() => {
                let values = arguments.pop().map(only);
                Node::Call(function, of, values.into_iter().collect())
            }
            _ => Node::Invalid("`.filter(..)` belongs right behind an aggregate"),
        })
    }
}

impl<T: ColumnValue<Base = String>, L: Aggregable, R: Repr> Expr<T, L, R> {
    /// The texts in one, NULLs left out, with something between them, in an order; NULL when there is none.
    ///
    /// What stands between is a part of the program.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let names = User::query().aggregate(|u| u.name.string_agg(", ", u.age.asc()));
    /// assert_eq!(names.one(&db).await?.as_deref(), Some("Bob, Ann"));
    /// # Ok(()) }) }
    /// ```
    pub fn string_agg(self, between: &'static str, order: impl Orders<L>) -> Expr<T::Nullable, Groups> {
        let mut orders = Vec::new();
        order.append_to(&mut orders);
        Expr::from_node(Node::StringAgg { text: Box::new(self.node()), between, orders })
    }
}
