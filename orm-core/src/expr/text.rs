//! What can be asked of text.

use super::{BinaryOp, Cond, Expr, Function, Node, Operand, Repr};
use crate::column_value::ColumnValue;

impl<T: ColumnValue<Base = String>, L, R: Repr> Expr<T, L, R> {
    /// In lower case, by the rules of the database.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert!(User::query().filter(|u| u.name.lower().eq("ann")).exists(&db).await?);
    /// # Ok(()) }) }
    /// ```
    pub fn lower(self) -> Expr<T, L> {
        Expr::from_node(Node::Call(Function::Lower, vec![self.node()]))
    }

    /// In upper case, by the rules of the database.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.name.upper()).one(&db).await?, "ANN");
    /// # Ok(()) }) }
    /// ```
    pub fn upper(self) -> Expr<T, L> {
        Expr::from_node(Node::Call(Function::Upper, vec![self.node()]))
    }

    /// The length in characters.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let (name, bio): (i64, Option<i64>) = User::find(2).select(|u| (u.name.length(), u.bio.length())).one(&db).await?;
    /// assert_eq!((name, bio), (3, None));
    /// # Ok(()) }) }
    /// ```
    pub fn length(self) -> Expr<T::Keep<i64>, L> {
        Expr::from_node(Node::Call(Function::Length, vec![self.node()]))
    }

    /// Holds the text somewhere; case-sensitive, nothing in it is special.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let titles = Post::query().filter(|p| p.title.contains("join")).select(|p| p.title);
    /// assert_eq!(titles.all(&db).await?, ["On joins"]);
    /// # Ok(()) }) }
    /// ```
    pub fn contains(self, text: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::Call(Function::Contains, vec![self.node(), text.operand()]))
    }

    /// Starts with the text; case-sensitive, nothing in it is special.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let titles = Post::query().filter(|p| p.title.starts_with("On ")).select(|p| p.title);
    /// assert_eq!(titles.all(&db).await?, ["On joins"]);
    /// # Ok(()) }) }
    /// ```
    pub fn starts_with(self, text: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::Call(Function::StartsWith, vec![self.node(), text.operand()]))
    }

    /// Ends with the text; case-sensitive, nothing in it is special.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let titles = Post::query().filter(|p| p.title.ends_with("lo")).select(|p| p.title);
    /// assert_eq!(titles.all(&db).await?, ["Hello"]);
    /// # Ok(()) }) }
    /// ```
    pub fn ends_with(self, text: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::Call(Function::EndsWith, vec![self.node(), text.operand()]))
    }

    /// Matches a pattern of `%` and `_`, as the database's own `LIKE` does.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let titles = Post::query().filter(|p| p.title.like("%ll_")).select(|p| p.title);
    /// assert_eq!(titles.all(&db).await?, ["Hello"]);
    /// # Ok(()) }) }
    /// ```
    pub fn like(self, pattern: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::binary(BinaryOp::Like, self.node(), pattern.operand()))
    }
}
