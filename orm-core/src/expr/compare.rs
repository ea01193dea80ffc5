//! Comparisons: of any expression with a value or an expression of the same base type.

use super::{BinaryOp, Cond, Expr, Function, ListValue, Node, NullableOperand, Operand, Repr};
use crate::column_value::ColumnValue;

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    fn compare<O: Operand<T::Base, L>>(self, op: BinaryOp, other: O) -> Cond<L> {
        Cond::from_node(Node::binary(op, self.node(), other.operand()))
    }

    /// Equal.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ann = User::query().filter(|u| u.email.eq("ann@x")).one(&db).await?;
    /// assert_eq!(ann.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn eq(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Eq, other)
    }

    /// Not equal; NULL is neither equal nor unequal to anything.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let others = User::query().filter(|u| u.name.ne("Ann")).one(&db).await?;
    /// assert_eq!(others.name, "Bob");
    /// // Bob says nothing: that is neither "Reads." nor anything else.
    /// assert_eq!(User::query().filter(|u| u.bio.ne("Reads.")).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn ne(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Ne, other)
    }

    /// Less than.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().filter(|u| u.age.lt(31)).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn lt(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Lt, other)
    }

    /// Less than or equal.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().filter(|u| u.age.le(31)).count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn le(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Le, other)
    }

    /// Greater than.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().filter(|u| u.age.gt(20)).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn gt(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Gt, other)
    }

    /// Greater than or equal.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().filter(|u| u.age.ge(20)).count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn ge(self, other: impl Operand<T::Base, L>) -> Cond<L> {
        self.compare(BinaryOp::Ge, other)
    }

    /// Between two bounds, both included.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().filter(|u| u.age.between(20, 31)).count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn between(self, low: impl Operand<T::Base, L>, high: impl Operand<T::Base, L>) -> Cond<L> {
        let value = self.node();
        Cond::from_node(Node::and(
            Node::binary(BinaryOp::Ge, value.clone(), low.operand()),
            Node::binary(BinaryOp::Le, value, high.operand()),
        ))
    }

    /// Equal, where NULL equals NULL: never NULL itself.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let bio: Option<String> = None;
    /// let silent = User::query().filter(|u| u.bio.is(bio)).one(&db).await?;
    /// assert_eq!(silent.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn is(self, other: impl NullableOperand<T::Base, L>) -> Cond<L> {
        Cond::from_node(other.equals(self.node()))
    }

    /// NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let silent = User::query().filter(|u| u.bio.is_null()).one(&db).await?;
    /// assert_eq!(silent.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn is_null(self) -> Cond<L> {
        Cond::from_node(Node::IsNull(Box::new(self.node())))
    }

    /// Not NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let talker = User::query().filter(|u| u.bio.is_not_null()).one(&db).await?;
    /// assert_eq!(talker.name, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn is_not_null(self) -> Cond<L> {
        Cond::from_node(Node::IsNotNull(Box::new(self.node())))
    }

    /// Among the values; false when there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::query().filter(|u| u.id.is_in([1, 2, 7])).count(&db).await?, 2);
    /// let none: &[i64] = &[];
    /// assert_eq!(User::query().filter(|u| u.id.is_in(none)).count(&db).await?, 0);
    /// # Ok(()) }) }
    /// ```
    pub fn is_in<V: ListValue<T::Base>>(self, values: impl IntoIterator<Item = V>) -> Cond<L> {
        let keys: Vec<_> = values.into_iter().map(|value| vec![value.listed()]).collect();
        if keys.is_empty() {
            return Cond::from_node(Node::Bool(false));
        }
        Cond::from_node(Node::InKeys(vec![self.node()], keys))
    }

    /// Not among the values; true when there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let other = User::query().filter(|u| u.name.is_not_in(["Ann", "Cy"])).one(&db).await?;
    /// assert_eq!(other.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn is_not_in<V: ListValue<T::Base>>(self, values: impl IntoIterator<Item = V>) -> Cond<L> {
        self.is_in(values).not()
    }

    /// This, or the other where this is NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let bios = User::query().order_by(|u| u.id.asc()).select(|u| u.bio.or("nothing"));
    /// assert_eq!(bios.all(&db).await?, ["Writes.", "nothing"]);
    /// # Ok(()) }) }
    /// ```
    pub fn or<O: Operand<T::Base, L>>(self, other: O) -> Expr<O::Value, L> {
        Expr::from_node(Node::Call(Function::Coalesce, T::FACT.value, vec![self.node(), other.operand()]))
    }

    /// The same expression with a type that may be NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let age: Option<i32> = User::find(1).select(|u| u.age.nullable()).one(&db).await?;
    /// assert_eq!(age, Some(31));
    /// # Ok(()) }) }
    /// ```
    pub fn nullable(self) -> Expr<T::Nullable, L> {
        Expr::from_node(self.node())
    }

    /// Not equal, where NULL equals NULL and nothing else: never NULL itself.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// // Bob says nothing, and that is something else than "Writes.".
    /// let others = User::query().filter(|u| u.bio.is_not("Writes.")).one(&db).await?;
    /// assert_eq!(others.name, "Bob");
    /// # Ok(()) }) }
    /// ```
    pub fn is_not(self, other: impl NullableOperand<T::Base, L>) -> Cond<L> {
        self.is(other).not()
    }

    /// NULL where it is this value, else as it is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.name.null_if("Ann")).one(&db).await?, None);
    /// # Ok(()) }) }
    /// ```
    pub fn null_if(self, value: impl Operand<T::Base, L>) -> Expr<T::Nullable, L> {
        let value = value.operand();
        Expr::from_node(Node::call(Function::NullIf, T::FACT.value, self, vec![value]))
    }

    /// The smaller one of two; NULL where either is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.age.least(40)).one(&db).await?, 31);
    /// # Ok(()) }) }
    /// ```
    pub fn least<O: Operand<T::Base, L>>(self, other: O) -> Expr<T::Keep<O::Value>, L> {
        let other = other.operand();
        Expr::from_node(Node::call(Function::Least, T::FACT.value, self, vec![other]))
    }

    /// The larger one of two; NULL where either is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.age.greatest(40)).one(&db).await?, 40);
    /// # Ok(()) }) }
    /// ```
    pub fn greatest<O: Operand<T::Base, L>>(self, other: O) -> Expr<T::Keep<O::Value>, L> {
        let other = other.operand();
        Expr::from_node(Node::call(Function::Greatest, T::FACT.value, self, vec![other]))
    }
}
