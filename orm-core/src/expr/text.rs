//! What can be asked of text.

use super::{BinaryOp, Cond, Expr, Function, Node, Operand, Repr};
use crate::column_value::ColumnValue;

impl<T: ColumnValue<Base = String>, L, R: Repr> Expr<T, L, R> {
    /// In lower case, by the rules of the database.
    pub fn lower(self) -> Expr<T, L> {
        Expr::from_node(Node::Call(Function::Lower, vec![self.node()]))
    }

    /// In upper case, by the rules of the database.
    pub fn upper(self) -> Expr<T, L> {
        Expr::from_node(Node::Call(Function::Upper, vec![self.node()]))
    }

    /// The length in characters.
    pub fn length(self) -> Expr<T::Keep<i64>, L> {
        Expr::from_node(Node::Call(Function::Length, vec![self.node()]))
    }

    /// Holds the text somewhere; case-sensitive, nothing in it is special.
    pub fn contains(self, text: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::Call(Function::Contains, vec![self.node(), text.operand()]))
    }

    /// Starts with the text; case-sensitive, nothing in it is special.
    pub fn starts_with(self, text: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::Call(Function::StartsWith, vec![self.node(), text.operand()]))
    }

    /// Ends with the text; case-sensitive, nothing in it is special.
    pub fn ends_with(self, text: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::Call(Function::EndsWith, vec![self.node(), text.operand()]))
    }

    /// Matches a pattern of `%` and `_`, as the database's own `LIKE` does.
    pub fn like(self, pattern: impl Operand<String, L>) -> Cond<L> {
        Cond::from_node(Node::binary(BinaryOp::Like, self.node(), pattern.operand()))
    }
}
