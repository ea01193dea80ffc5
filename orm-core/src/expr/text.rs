//! What can be asked of text.

use super::{BinaryOp, Cond, Expr, Function, Node, Operand, Repr};
use orm_schema::ValueType;

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
        Expr::from_node(Node::Call(Function::Lower, ValueType::Text, vec![self.node()]))
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
        Expr::from_node(Node::Call(Function::Upper, ValueType::Text, vec![self.node()]))
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
        Expr::from_node(Node::Call(Function::Length, ValueType::Text, vec![self.node()]))
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
        Cond::from_node(Node::Call(Function::Contains, ValueType::Text, vec![self.node(), text.operand()]))
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
        Cond::from_node(Node::Call(Function::StartsWith, ValueType::Text, vec![self.node(), text.operand()]))
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
        Cond::from_node(Node::Call(Function::EndsWith, ValueType::Text, vec![self.node(), text.operand()]))
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

    /// Matches a pattern of `%` and `_`, whatever the case of its letters, by the rules of the database.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let titles = Post::query().filter(|p| p.title.like_any_case("HELL_")).select(|p| p.title);
    /// assert_eq!(titles.all(&db).await?, ["Hello"]);
    /// # Ok(()) }) }
    /// ```
    pub fn like_any_case(self, pattern: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(self.text(Function::LikeAnyCase, vec![pattern.operand()]))
    }

    /// Followed by another text; NULL where either is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let shown = User::find(1).select(|u| u.name.concat(" <").concat(u.email).concat(">"));
    /// assert_eq!(shown.one(&db).await?, "Ann <ann@x>");
    /// # Ok(()) }) }
    /// ```
    pub fn concat<O: Operand<String, L>>(self, other: O) -> Expr<T::Keep<O::Value>, L> {
        Expr::from_node(self.text(Function::Concat, vec![other.operand()]))
    }

    /// Without spaces at both ends.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.name.concat("  ").trim()).one(&db).await?, "Ann");
    /// # Ok(()) }) }
    /// ```
    pub fn trim(self) -> Expr<T, L> {
        Expr::from_node(self.text(Function::Trim, Vec::new()))
    }

    /// Without spaces at the beginning.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.name.replace("A", " ").trim_start()).one(&db).await?, "nn");
    /// # Ok(()) }) }
    /// ```
    pub fn trim_start(self) -> Expr<T, L> {
        Expr::from_node(self.text(Function::TrimStart, Vec::new()))
    }

    /// Without spaces at the end.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.name.replace("n", " ").trim_end()).one(&db).await?, "A");
    /// # Ok(()) }) }
    /// ```
    pub fn trim_end(self) -> Expr<T, L> {
        Expr::from_node(self.text(Function::TrimEnd, Vec::new()))
    }

    /// A part: so many characters from that place on, where the first one has place 1. Places and counts below that are the
    /// database's own business.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.email.substring(1, 3)).one(&db).await?, "ann");
    /// assert_eq!(User::find(1).select(|u| u.email.substring(u.email.position("@") + 1, 9)).one(&db).await?, "x");
    /// # Ok(()) }) }
    /// ```
    pub fn substring(self, place: impl Operand<i64, L>, count: impl Operand<i64, L>) -> Expr<T, L> {
        Expr::from_node(self.text(Function::Substring, vec![place.operand(), count.operand()]))
    }

    /// With every occurrence of a text replaced by another one; case-sensitive.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| u.email.replace("@", " at ")).one(&db).await?, "ann at x");
    /// # Ok(()) }) }
    /// ```
    pub fn replace(self, from: impl Operand<String, L>, to: impl Operand<String, L>) -> Expr<T, L> {
        Expr::from_node(self.text(Function::Replace, vec![from.operand(), to.operand()]))
    }

    /// The place of the first occurrence, in characters from 1; 0 where there is none. Case-sensitive.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// assert_eq!(User::find(1).select(|u| (u.email.position("@"), u.email.position("#"))).one(&db).await?, (4, 0));
    /// # Ok(()) }) }
    /// ```
    pub fn position(self, part: impl Operand<String, L>) -> Expr<T::Keep<i64>, L> {
        Expr::from_node(self.text(Function::Position, vec![part.operand()]))
    }

    fn text(self, function: Function, further: Vec<Node>) -> Node {
        Node::call(function, ValueType::Text, self, further)
    }
}
