//! The shape of a query: everything but the values, as bytes that can be compared, and the values beside it.

use orm_schema::{NullsOrder, SortOrder, ValueType};

use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::{Column, Function, Node, OrderBy, Subquery},
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
    pub bytes: Vec<u8>,
    pub params: Vec<Param<'a>>,
    /// The sources that an expression may speak of, outermost first.
    scope: Vec<(u32, &'static TableFacts)>,
    dialect: Dialect,
}

impl<'a> Shape<'a> {
    pub(super) fn new(dialect: Dialect, statement: u8) -> Self {
        Self { bytes: vec![dialect as u8, statement], params: Vec::new(), scope: Vec::new(), dialect }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn address<T>(&mut self, constant: &'static T) {
        self.bytes.extend(std::ptr::from_ref(constant).addr().to_le_bytes());
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
            Node::Call(function, arguments) => {
                self.byte(9);
                self.function(*function);
                self.nodes(arguments)
                    .map_err(|error| arguments.iter().fold(error, |error, node| self.blame(error, node)))
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

    fn function(&mut self, function: Function) {
        let tag = match function {
            Function::Lower => 1,
            Function::Upper => 2,
            Function::Length => 3,
            Function::Contains => 4,
            Function::StartsWith => 5,
            Function::EndsWith => 6,
            Function::Coalesce => 7,
            Function::CountRows => 8,
            Function::Count => 9,
            Function::CountDistinct => 10,
            Function::Min => 11,
            Function::Max => 12,
            Function::Sum(_) => 13,
            Function::Avg(_) => 14,
        };
        self.byte(tag);
        if let Function::Sum(value_type) | Function::Avg(value_type) = function {
            self.value_type(value_type);
        }
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
