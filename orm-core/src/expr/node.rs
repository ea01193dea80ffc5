//! The untyped tree. Only this enum is rendered; nothing here knows a dialect.

use orm_schema::ValueType;

use super::Column;
use crate::{
    facts::{ColumnFacts, TableFacts},
    query::Source,
    value::Value,
};

/// One node of an expression.
#[derive(Debug, Clone)]
pub enum Node {
    Column(Column),
    Param(Value),
    Bool(bool),
    Binary(BinaryOp, Box<Node>, Box<Node>),
    Not(Box<Node>),
    IsNull(Box<Node>),
    IsNotNull(Box<Node>),
    Call(Function, Vec<Node>),
    /// The nodes, as a tuple, are among the keys; each key has as many values as there are nodes.
    InKeys(Vec<Node>, Vec<Vec<Value>>),
    /// A condition whose NULL counts as false.
    OrFalse(Box<Node>),
    Exists(Box<Subquery>),
    /// The one value of a subquery.
    Scalar(Box<Subquery>),
    /// The first node is among the rows of a subquery.
    InSubquery(Box<Node>, Box<Subquery>),
    /// What the row of an upsert would have held.
    Excluded(&'static ColumnFacts),
    /// What makes no sense, and why: the query is an error before anything is sent.
    Invalid(&'static str),
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

/// A function that every dialect has in some form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Lower,
    Upper,
    Length,
    Contains,
    StartsWith,
    EndsWith,
    Coalesce,
    CountRows,
    Count,
    CountDistinct,
    Min,
    Max,
    /// The type of the argument decides the type of the sum.
    Sum(ValueType),
    Avg(ValueType),
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

    pub(crate) fn and(left: Self, right: Self) -> Self {
        Self::binary(BinaryOp::And, left, right)
    }

    /// All of the nodes; true when there are none.
    pub(crate) fn all(nodes: impl IntoIterator<Item = Self>) -> Self {
        nodes.into_iter().reduce(Self::and).unwrap_or(Self::Bool(true))
    }

    /// `column = value`, for every column of a key.
    pub(crate) fn key_is(table: &'static TableFacts, source: u32, key: Vec<Value>) -> Self {
        Self::all(table.key_columns().zip(key).map(|(facts, value)| {
            Self::binary(BinaryOp::Eq, Self::Column(Column { source, facts }), Self::Param(value))
        }))
    }
}

impl Node {
    /// In an upsert, columns of the row that would have been inserted become `excluded.…`.
    pub(crate) fn replace_source(&mut self, excluded: u32) {
        match self {
            Self::Column(column) if column.source == excluded => *self = Self::Excluded(column.facts),
            Self::Column(_) | Self::Param(_) | Self::Bool(_) | Self::Excluded(_) | Self::Invalid(_) => {}
            Self::Binary(_, left, right) => {
                left.replace_source(excluded);
                right.replace_source(excluded);
            }
            Self::Not(node) | Self::IsNull(node) | Self::IsNotNull(node) | Self::OrFalse(node) => {
                node.replace_source(excluded);
            }
            Self::Call(_, nodes) | Self::InKeys(nodes, _) => {
                nodes.iter_mut().for_each(|node| node.replace_source(excluded));
            }
            Self::Exists(_) | Self::Scalar(_) | Self::InSubquery(..) => {}
        }
    }

    /// Whether the value depends on a column of its own row. What stands in subqueries is taken to do so.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        match self {
            Self::Column(column) => column.facts.name == name,
            Self::Binary(_, left, right) => left.mentions(name) || right.mentions(name),
            Self::Not(node) | Self::IsNull(node) | Self::IsNotNull(node) | Self::OrFalse(node) => {
                node.mentions(name)
            }
            Self::Call(_, nodes) | Self::InKeys(nodes, _) => nodes.iter().any(|node| node.mentions(name)),
            Self::Exists(_) | Self::Scalar(_) | Self::InSubquery(..) => true,
            Self::Param(_) | Self::Bool(_) | Self::Excluded(_) | Self::Invalid(_) => false,
        }
    }

    /// The type of the value, where the node itself says it.
    /// The column, if it is nothing else.
    pub(crate) const fn column_facts(&self) -> Option<&'static ColumnFacts> {
        match self {
            Self::Column(column) => Some(column.facts),
            _ => None,
        }
    }

    pub(crate) fn value_type(&self) -> Option<ValueType> {
        match self {
            Self::Column(column) => Some(column.facts.fact.value),
            Self::Excluded(facts) => Some(facts.fact.value),
            Self::Scalar(subquery) => subquery.pick.value_type(),
            Self::Param(value) => value.value_type(),
            Self::Call(Function::Min | Function::Max | Function::Coalesce, nodes) => {
                nodes.first().and_then(Self::value_type)
            }
            Self::Call(Function::Sum(value_type), _) => Some(*value_type),
            Self::Call(Function::Avg(ValueType::Decimal), _) => Some(ValueType::Decimal),
            Self::Call(Function::Avg(_), _) => Some(ValueType::F64),
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
            | Self::Call(..)
            | Self::InKeys(..)
            | Self::OrFalse(_)
            | Self::Exists(_)
            | Self::InSubquery(..)
            | Self::Invalid(_) => None,
        }
    }
}
