//! The untyped tree. Only this enum is rendered; nothing here knows a dialect.

use std::{borrow::Cow, sync::Arc};

use orm_schema::ValueType;

use super::{Column, Expr, Function, OrderBy, OutputColumn, PRESENCE, Repr, Window};
use crate::{
    facts::{ColumnFacts, TableFacts},
    query::{Plan, Source},
    value::Value,
};

/// One node of an expression.
#[derive(Debug, Clone)]
pub enum Node {
    Column(Column),
    /// A column of the rows of a query.
    Output(OutputColumn),
    Param(Value),
    /// A value whose type nothing beside it says.
    Literal(Value),
    Bool(bool),
    Binary(BinaryOp, Box<Node>, Box<Node>),
    Not(Box<Node>),
    IsNull(Box<Node>),
    IsNotNull(Box<Node>),
    /// The type decides the form of the function.
    Call(Function, ValueType, Vec<Node>),
    /// The value of the first branch whose condition is true.
    Case {
        branches: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    },
    /// SQL by hand; each `?` outside of quotes is an argument.
    Raw {
        text: Cow<'static, str>,
        of: ValueType,
        arguments: Vec<Node>,
    },
    /// The texts of a group in one.
    StringAgg {
        text: Box<Node>,
        between: &'static str,
        orders: Vec<OrderBy>,
    },
    /// A function over a window.
    Over(Box<Node>, Box<Window>),
    /// The nodes, as a tuple, are among the keys; each key has as many values as there are nodes.
    InKeys(Vec<Node>, Vec<Vec<Value>>),
    /// A condition whose NULL counts as false.
    OrFalse(Box<Node>),
    Exists(Box<Subquery>),
    /// The one value of a subquery.
    Scalar(Box<Subquery>),
    /// A node that stands in several places.
    Shared(Arc<Node>),
    /// A whole query inside an expression.
    Nested(Nesting, Arc<Plan>),
    /// The node is among the rows of a query.
    InNested(Box<Node>, Arc<Plan>),
    /// What the row of an upsert would have held.
    Excluded(&'static ColumnFacts),
    /// What makes no sense, and why: the query is an error before anything is sent.
    Invalid(&'static str),
}

/// What a query inside an expression stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// Whether it has rows.
    Exists,
    /// Its one value.
    Value,
    /// On the right of a comparison: that it is true of one of its values.
    Any,
    /// On the right of a comparison: that it is true of all of its values.
    All,
}

/// An operator between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    And,
    Or,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Like,
}

impl BinaryOp {
    /// Whether it says which of two values is larger, or whether they are equal.
    pub(crate) const fn compares(self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }
}

/// A query inside an expression.
#[derive(Debug, Clone)]
pub struct Subquery {
    pub sources: Vec<Source>,
    pub filters: Vec<Node>,
    pub pick: Node,
}

impl Node {
    pub(crate) fn binary(op: BinaryOp, left: Self, right: Self) -> Self {
        Self::Binary(op, Box::new(left), Box::new(right))
    }

    /// A function, called on an expression.
    pub(crate) fn call<T, L, R: Repr>(
        function: Function,
        of: ValueType,
        subject: Expr<T, L, R>,
        further: Vec<Self>,
    ) -> Self {
        let mut arguments = vec![subject.node()];
        arguments.extend(further);
        Self::Call(function, of, arguments)
    }

    pub(crate) fn and(left: Self, right: Self) -> Self {
        Self::binary(BinaryOp::And, left, right)
    }

    /// All of the nodes; true when there are none.
    pub(crate) fn all(nodes: impl IntoIterator<Item = Self>) -> Self {
        nodes.into_iter().reduce(Self::and).unwrap_or(Self::Bool(true))
    }

    /// `column = value`, for every column of a key.
    pub(crate) fn key_is(table: &'static TableFacts, source: u32, key: Vec<Value>) -> Self {
        Self::all(
            table.key_columns().zip(key).map(|(facts, value)| Self::is(Column { source, facts }, value)),
        )
    }

    /// `column = value`
    pub(crate) fn is(column: Column, value: Value) -> Self {
        Self::binary(BinaryOp::Eq, Self::Column(column), Self::Param(value))
    }
}

impl Node {
    /// The nodes that it is made of; those of subqueries are not among them.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Binary(_, left, right) => vec![left, right],
            Self::Not(node) | Self::IsNull(node) | Self::IsNotNull(node) | Self::OrFalse(node) => vec![node],
            Self::Call(.., nodes) | Self::InKeys(nodes, _) | Self::Raw { arguments: nodes, .. } => {
                nodes.iter().collect()
            }
            Self::Case { branches, otherwise } => {
                let branches = branches.iter().flat_map(|(condition, value)| [condition, value]);
                branches.chain(otherwise.as_deref()).collect()
            }
            Self::Over(call, window) => {
                let orders = window.orders.iter().map(|order| &order.node);
                std::iter::once(&**call).chain(&window.partition).chain(orders).collect()
            }
            Self::StringAgg { text, orders, .. } => {
                std::iter::once(&**text).chain(orders.iter().map(|order| &order.node)).collect()
            }
            Self::InNested(value, _) => vec![value],
            Self::Shared(node) => vec![node],
            Self::Column(_)
            | Self::Output(_)
            | Self::Nested(..)
            | Self::Param(_)
            | Self::Literal(_)
            | Self::Bool(_)
            | Self::Exists(_)
            | Self::Scalar(_)
            | Self::Excluded(_)
            | Self::Invalid(_) => Vec::new(),
        }
    }

    /// The same, to be changed.
    fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Binary(_, left, right) => vec![left, right],
            Self::Not(node) | Self::IsNull(node) | Self::IsNotNull(node) | Self::OrFalse(node) => vec![node],
            Self::Call(.., nodes) | Self::InKeys(nodes, _) | Self::Raw { arguments: nodes, .. } => {
                nodes.iter_mut().collect()
            }
            Self::Case { branches, otherwise } => {
                let branches = branches.iter_mut().flat_map(|(condition, value)| [condition, value]);
                branches.chain(otherwise.as_deref_mut()).collect()
            }
            Self::Over(call, window) => {
                let orders = window.orders.iter_mut().map(|order| &mut order.node);
                std::iter::once(&mut **call).chain(&mut window.partition).chain(orders).collect()
            }
            Self::StringAgg { text, orders, .. } => {
                std::iter::once(&mut **text).chain(orders.iter_mut().map(|order| &mut order.node)).collect()
            }
            Self::InNested(value, _) => vec![value],
            Self::Shared(node) => vec![Arc::make_mut(node)],
            Self::Column(_)
            | Self::Output(_)
            | Self::Nested(..)
            | Self::Param(_)
            | Self::Literal(_)
            | Self::Bool(_)
            | Self::Exists(_)
            | Self::Scalar(_)
            | Self::Excluded(_)
            | Self::Invalid(_) => Vec::new(),
        }
    }

    /// In an upsert, columns of the row that would have been inserted become `excluded.…`.
    pub(crate) fn replace_source(&mut self, excluded: u32) {
        match self {
            Self::Column(column) if column.source == excluded => *self = Self::Excluded(column.facts),
            _ => self.parts_mut().into_iter().for_each(|part| part.replace_source(excluded)),
        }
    }

    /// Whether the value depends on a column of its own row. What stands in subqueries is taken to do so.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        match self {
            Self::Column(column) => column.facts.name == name,
            Self::Exists(_) | Self::Scalar(_) | Self::Nested(..) | Self::InNested(..) => true,
            _ => self.parts().into_iter().any(|part| part.mentions(name)),
        }
    }

    /// The source whose mark of presence it is.
    pub(crate) fn presence_of(&self) -> Option<u32> {
        match self {
            Self::IsNotNull(node) => match **node {
                Self::Column(column) if std::ptr::eq(column.facts, &PRESENCE) => Some(column.source),
                _ => None,
            },
            _ => None,
        }
    }

    /// The column, if it is nothing else.
    pub(crate) const fn column_facts(&self) -> Option<&'static ColumnFacts> {
        match self {
            Self::Column(column) => Some(column.facts),
            _ => None,
        }
    }

    /// Whether both are the same column.
    pub(crate) fn is_same_column(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Column(one), Self::Column(other)) => {
                one.source == other.source && one.facts.name == other.facts.name
            }
            (Self::Output(one), Self::Output(other)) => {
                (one.source, one.place) == (other.source, other.place)
            }
            _ => false,
        }
    }

    /// The type of the value, where the node itself says it.
    pub(crate) fn value_type(&self) -> Option<ValueType> {
        match self {
            Self::Column(column) => Some(column.facts.fact.value),
            Self::Excluded(facts) => Some(facts.fact.value),
            Self::Shared(node) => node.value_type(),
            Self::Output(column) => Some(column.value),
            Self::Scalar(subquery) => subquery.pick.value_type(),
            Self::Nested(_, plan) => plan.reading.picks.as_ref()?.first()?.value_type(),
            Self::Param(value) | Self::Literal(value) => value.value_type(),
            Self::Call(function, of, _) => Some(function.result(*of)),
            Self::Raw { of, .. } => Some(*of),
            Self::StringAgg { .. } => Some(ValueType::Text),
            Self::Over(call, _) => call.value_type(),
            Self::Case { branches, otherwise } => {
                let values = branches.iter().map(|(_, value)| value);
                values.chain(otherwise.as_deref()).find_map(Self::value_type)
            }
            Self::Binary(
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem,
                left,
                right,
            ) => left.value_type().or_else(|| right.value_type()),
            Self::Binary(..)
            | Self::Bool(_)
            | Self::Not(_)
            | Self::IsNull(_)
            | Self::IsNotNull(_)
            | Self::InKeys(..)
            | Self::OrFalse(_)
            | Self::Exists(_)
            | Self::InNested(..)
            | Self::Invalid(_) => None,
        }
    }
}
