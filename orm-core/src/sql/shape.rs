//! The shape of a query: everything but the values, as bytes that can be compared, and the values beside it.

use orm_schema::{NullsOrder, SortOrder, ValueType};
use smallvec::SmallVec;

use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::{Bound, Column, Frame, Node, OrderBy, Subquery, Window},
    facts::TableFacts,
    query::{JoinKind, Source},
    value::Value,
};

/// A value of a shape, as the plan holds it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Param<'a> {
    Value(&'a Value),
    Keys(&'a [Vec<Value>]),
}

/// Writes the shape of a query.
///
/// Tables and columns are written as the addresses of their constants: two columns with one address are one
/// column, and a constant that the compiler put into two places costs an entry more, nothing else.
pub(super) struct Shape<'a> {
    pub bytes: SmallVec<[u8; 128]>,
    pub params: SmallVec<[Param<'a>; 4]>,
    /// The sources that an expression may speak of, outermost first.
    scope: SmallVec<[(u32, &'static TableFacts); 2]>,
    dialect: Dialect,
}

impl<'a> Shape<'a> {
    pub(super) fn new(dialect: Dialect, statement: u8) -> Self {
        Self {
            bytes: SmallVec::from_slice(&[dialect as u8, statement]),
            params: SmallVec::new(),
            scope: SmallVec::new(),
            dialect,
        }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A byte, since most counts are 0 or 1; larger ones follow behind the largest byte.
    pub(super) fn count(&mut self, count: usize) {
        match u8::try_from(count) {
            Ok(small) if small < u8::MAX => self.byte(small),
            _ => {
                self.byte(u8::MAX);
                self.bytes.extend_from_slice(&count.to_le_bytes());
            }
        }
    }

    fn address<T>(&mut self, constant: &'static T) {
        self.bytes.extend_from_slice(&std::ptr::from_ref(constant).addr().to_le_bytes());
    }

    pub(super) fn table(&mut self, table: &'static TableFacts) {
        self.address(table);
    }

    pub(super) fn column_facts(&mut self, facts: &'static crate::facts::ColumnFacts) {
        self.address(facts);
    }

    pub(super) fn param(&mut self, value: &'a Value) -> Result<()> {
        self.value(value)?;
        self.params.push(Param::Value(value));
        Ok(())
    }

    /// Writes the type of a value, and refuses one that the database cannot take.
    fn value(&mut self, value: &Value) -> Result<()> {
        let value_type = value.value_type().ok_or_else(|| invalid(value))?;
        self.value_type(value_type);
        self.dialect.spelling().check_value(value)
    }

    /// The type of a parameter is part of the shape: a cast may depend on it.
    fn value_type(&mut self, value_type: ValueType) {
        match value_type {
            ValueType::Enum(fact) => {
                self.byte(1);
                self.address(fact);
            }
            ValueType::Array(element) => {
                self.byte(2);
                self.value_type(*element);
            }
            ValueType::Bool => self.byte(3),
            ValueType::I8 | ValueType::I16 | ValueType::U8 => self.byte(4),
            ValueType::I32 | ValueType::U16 => self.byte(5),
            ValueType::I64 | ValueType::U32 => self.byte(6),
            ValueType::U64 => self.byte(7),
            ValueType::F32 => self.byte(8),
            ValueType::F64 => self.byte(9),
            ValueType::Text => self.byte(10),
            ValueType::Bytes => self.byte(11),
            ValueType::Date => self.byte(12),
            ValueType::Time => self.byte(13),
            ValueType::DateTime => self.byte(14),
            ValueType::Timestamp => self.byte(15),
            ValueType::Uuid => self.byte(16),
            ValueType::Decimal => self.byte(17),
            ValueType::Json => self.byte(18),
        }
    }

    /// Opens the scope of some sources; close it with the count that this gives.
    pub(super) fn sources(&mut self, sources: &'a [Source]) -> Result<usize> {
        let before = self.scope.len();
        self.count(sources.len());
        for source in sources {
            self.source(source.id, source.table);
            if let Some(join) = &source.join {
                self.byte(match join.kind {
                    JoinKind::Inner => 1,
                    JoinKind::Left => 2,
                });
                self.node(&join.on)?;
            }
        }
        Ok(before)
    }

    /// Opens the scope of one table without joins.
    pub(super) fn source(&mut self, id: u32, table: &'static TableFacts) {
        self.table(table);
        self.scope.push((id, table));
    }

    pub(super) fn close(&mut self, before: usize) {
        self.scope.truncate(before);
    }

    pub(super) fn nodes(&mut self, nodes: &'a [Node]) -> Result<()> {
        self.count(nodes.len());
        nodes.iter().try_for_each(|node| self.node(node))
    }

    pub(super) fn orders(&mut self, orders: &'a [OrderBy]) -> Result<()> {
        self.count(orders.len());
        for order in orders {
            self.node(&order.node)?;
            self.byte(match order.direction {
                SortOrder::Asc => 0,
                SortOrder::Desc => 1,
            });
            self.byte(match order.nulls {
                None => 0,
                Some(NullsOrder::First) => 1,
                Some(NullsOrder::Last) => 2,
            });
        }
        Ok(())
    }

    fn window(&mut self, window: &'a Window) -> Result<()> {
        self.nodes(&window.partition)?;
        self.orders(&window.orders)?;
        let Some(Frame { unit, start, end }) = window.frame else {
            self.byte(0);
            return Ok(());
        };
        self.byte(1 + unit as u8);
        for bound in [start, end] {
            let (tag, rows) = match bound {
                Bound::First => (0, 0),
                Bound::Before(rows) => (1, rows),
                Bound::Current => (2, 0),
                Bound::After(rows) => (3, rows),
                Bound::Last => (4, 0),
            };
            self.byte(tag);
            self.bytes.extend_from_slice(&rows.to_le_bytes());
        }
        Ok(())
    }

    fn column(&mut self, column: Column) -> Result<()> {
        let Some(place) = self.scope.iter().rposition(|(id, _)| *id == column.source) else {
            return Err(Error::invalid_query(format!(
                "the column `{}` belongs to another query: use the columns that the closure gets",
                column.facts.field
            )));
        };
        self.count(place);
        self.column_facts(column.facts);
        Ok(())
    }

    pub(super) fn node(&mut self, node: &'a Node) -> Result<()> {
        match node {
            Node::Column(column) => {
                self.byte(1);
                self.column(*column)
            }
            Node::Param(value) => {
                self.byte(2);
                self.param(value)
            }
            Node::Literal(value) => {
                self.byte(18);
                self.param(value)
            }
            Node::Bool(value) => {
                self.byte(3);
                self.byte(u8::from(*value));
                Ok(())
            }
            Node::Binary(op, left, right) => {
                self.byte(4);
                self.byte(*op as u8);
                self.node(left)?;
                self.node(right).map_err(|error| self.blame(error, left))
            }
            Node::Not(inner) => self.tagged(5, inner),
            Node::IsNull(inner) => self.tagged(6, inner),
            Node::IsNotNull(inner) => self.tagged(7, inner),
            Node::OrFalse(inner) => self.tagged(8, inner),
            Node::Call(function, of, arguments) => {
                self.byte(9);
                self.byte(*function as u8);
                self.value_type(*of);
                self.nodes(arguments)
                    .map_err(|error| arguments.iter().fold(error, |error, node| self.blame(error, node)))
            }
            Node::Case { branches, otherwise } => {
                self.byte(15);
                self.count(branches.len());
                for (condition, value) in branches {
                    self.node(condition)?;
                    self.node(value)?;
                }
                match otherwise {
                    None => self.byte(0),
                    Some(otherwise) => self.node(otherwise)?,
                }
                Ok(())
            }
            Node::Raw { text, arguments, .. } => {
                self.byte(16);
                self.count(text.len());
                self.bytes.extend_from_slice(text.as_bytes());
                self.nodes(arguments)
            }
            Node::Over(call, window) => {
                self.tagged(17, call)?;
                self.window(window)
            }
            Node::InKeys(columns, keys) => {
                self.byte(10);
                self.nodes(columns)?;
                self.keys(keys)
                    .map_err(|error| columns.iter().fold(error, |error, node| self.blame(error, node)))
            }
            Node::Exists(subquery) => self.subquery(11, subquery),
            Node::Scalar(subquery) => self.subquery(12, subquery),
            Node::InSubquery(value, subquery) => {
                self.tagged(13, value)?;
                self.subquery(13, subquery)
            }
            Node::Invalid(why) => Err(Error::invalid_query(*why)),
            Node::Excluded(facts) => {
                self.byte(14);
                self.column_facts(facts);
                Ok(())
            }
        }
    }

    /// Says for which column a value was meant.
    #[cold]
    fn blame(&self, error: Error, node: &Node) -> Error {
        match node {
            Node::Column(column) if error.kind() == crate::ErrorKind::InvalidValue => {
                let model =
                    self.scope.iter().find(|(id, _)| *id == column.source).map(|(_, table)| table.model);
                error.context(format_args!("`{}.{}`", model.unwrap_or("?"), column.facts.field))
            }
            _ => error,
        }
    }

    fn tagged(&mut self, tag: u8, node: &'a Node) -> Result<()> {
        self.byte(tag);
        self.node(node)
    }

    fn keys(&mut self, keys: &'a [Vec<Value>]) -> Result<()> {
        let places = self.dialect.spelling().key_places(keys.len(), &super::render::key_types(keys));
        self.count(places.unwrap_or_default());
        for value in keys.first().into_iter().flatten() {
            self.value(value)?;
        }
        for value in keys.iter().skip(1).flatten() {
            self.dialect.spelling().check_value(value)?;
        }
        self.params.push(Param::Keys(keys));
        Ok(())
    }

    fn subquery(&mut self, tag: u8, subquery: &'a Subquery) -> Result<()> {
        self.byte(tag);
        let before = self.sources(&subquery.sources)?;
        self.nodes(&subquery.filters)?;
        self.node(&subquery.pick)?;
        self.close(before);
        Ok(())
    }
}

fn invalid(value: &Value) -> Error {
    match value {
        Value::Invalid(why) => Error::invalid_value(why.clone()),
        other => Error::invalid_value(format!("{other:?} has no type")),
    }
}
