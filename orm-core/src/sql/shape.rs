//! The shape of a query: everything but the values, as bytes that can be compared, and the values beside it.

use orm_schema::{NullsOrder, SortOrder, ValueType};
use smallvec::SmallVec;

use super::select::Select;
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::{Bound, Column, Frame, FrameUnit, Node, OrderBy, OutputColumn, Subquery, Window},
    facts::{ColumnFacts, TableFacts},
    query::{Common, Origin, Plan, Source},
    value::Value,
};

/// A value of a shape, as the plan holds it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Param<'a> {
    Value(&'a Value),
    Keys(&'a [Vec<Value>]),
}

impl Param<'_> {
    /// A value is known by where it is, so that the text and the shape cannot disagree on the order of values.
    pub(super) fn address(self) -> usize {
        match self {
            Self::Value(value) => std::ptr::from_ref(value).addr(),
            Self::Keys(keys) => keys.as_ptr().addr(),
        }
    }
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
    /// The common table expressions that were written already.
    commons: SmallVec<[u32; 1]>,
    /// Whether a part of it is shared, so that a value may be met twice.
    shares: bool,
    /// Whether a function may look at other rows here.
    ranks: bool,
    /// Whether the statement can begin with common table expressions.
    pub takes_commons: bool,
    dialect: Dialect,
}

impl<'a> Shape<'a> {
    pub(super) fn new(dialect: Dialect, statement: u8) -> Self {
        Self {
            bytes: SmallVec::from_slice(&[dialect as u8, statement]),
            params: SmallVec::new(),
            scope: SmallVec::new(),
            commons: SmallVec::new(),
            shares: false,
            ranks: false,
            takes_commons: false,
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

    pub(super) fn column_facts(&mut self, facts: &'static ColumnFacts) {
        self.address(facts);
    }

    /// Columns, and the values that are written into them: row after row.
    pub(super) fn stored(
        &mut self,
        table: &'static TableFacts,
        columns: &[&'static ColumnFacts],
        values: &'a [Value],
    ) -> Result<()> {
        self.count(columns.len());
        columns.iter().for_each(|facts| self.column_facts(facts));
        for (facts, value) in columns.iter().cycle().zip(values) {
            let stored = self.dialect.spelling().check_stored(table, facts, value);
            stored
                .and_then(|()| self.param(value))
                .map_err(|error| error.context(format_args!("`{}.{}`", table.model, facts.field)))?;
        }
        Ok(())
    }

    /// A value that stands in several places is one parameter, and that it is so is a part of the shape.
    pub(super) fn param(&mut self, value: &'a Value) -> Result<()> {
        if self.is_shared(Param::Value(value)) {
            return Ok(());
        }
        self.value(value)?;
        self.params.push(Param::Value(value));
        Ok(())
    }

    /// Whether the parameter is there already; then its place is written.
    fn is_shared(&mut self, param: Param<'a>) -> bool {
        if !self.shares {
            return false;
        }
        let place = self.params.iter().position(|other| other.address() == param.address());
        if let Some(place) = place {
            self.byte(u8::MAX);
            self.count(place);
        }
        place.is_some()
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
            self.origin(&source.origin, before)?;
            self.byte(u8::from(source.is_marked));
            self.source(source.id, source.table);
            if let Some(join) = &source.join {
                self.byte(1 + join.kind as u8);
                self.node(&join.on)?;
            }
        }
        Ok(before)
    }

    /// Writes where the rows of a source come from. A query among the sources does not see the others, unless it is lateral.
    fn origin(&mut self, origin: &'a Origin, before: usize) -> Result<()> {
        let seen = match origin {
            Origin::Lateral(_) => self.scope.len(),
            Origin::Common(_) => 0,
            Origin::Table | Origin::Query(_) | Origin::Combined(..) | Origin::Found(_) => before,
        };
        let hidden: SmallVec<[_; 2]> = self.scope.drain(seen..).collect();
        let written = match origin {
            Origin::Table => {
                self.byte(0);
                Ok(())
            }
            Origin::Query(plan) => self.tagged_plan(1, plan),
            Origin::Lateral(plan) => self.tagged_plan(2, plan),
            Origin::Combined(combination, plans) => {
                self.byte(3 + *combination as u8);
                plans.iter().try_for_each(|plan| self.plan(plan))
            }
            Origin::Common(common) => self.common(common),
            Origin::Found(id) => {
                self.byte(8);
                self.common_place(*id)
            }
        };
        self.scope.extend(hidden);
        written
    }

    /// A common table expression is written where it is used first.
    fn common(&mut self, common: &'a Common) -> Result<()> {
        if !self.takes_commons {
            return Err(Error::invalid_query(
                "a change of rows cannot speak of a common table expression: use `subquery` in its place",
            ));
        }
        if self.commons.contains(&common.id) {
            self.byte(8);
            return self.common_place(common.id);
        }
        self.commons.push(common.id);
        self.tagged_plan(7, &common.first)?;
        match &common.next {
            None => self.byte(0),
            Some(next) => self.tagged_plan(1 + u8::from(common.repeats), next)?,
        }
        Ok(())
    }

    fn common_place(&mut self, id: u32) -> Result<()> {
        let Some(place) = self.commons.iter().position(|other| *other == id) else {
            return Err(Error::invalid_query("the rows of a recursive query are used outside of it"));
        };
        self.count(place);
        Ok(())
    }

    fn tagged_plan(&mut self, tag: u8, plan: &'a Plan) -> Result<()> {
        self.byte(tag);
        self.plan(plan)
    }

    /// A query inside this one.
    pub(super) fn plan(&mut self, plan: &'a Plan) -> Result<()> {
        plan.check()?;
        if !plan.reading.loads.is_empty() {
            return Err(Error::invalid_query(
                "a query inside another one loads no relations: leave out `with`",
            ));
        }
        if plan.lock.is_some() {
            return Err(Error::invalid_query("only the outermost query locks rows"));
        }
        self.shares = true;
        self.ranked(false, |shape| Select::of(plan).write(shape))
    }

    /// What may look at other rows of the result: what is read of each, and what they are ordered by.
    pub(super) fn ranking(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.ranked(true, write)
    }

    fn ranked(&mut self, ranks: bool, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let before = std::mem::replace(&mut self.ranks, ranks);
        let written = write(self);
        self.ranks = before;
        written
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
        check_frame(unit, start, end, window.orders.len())?;
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

    fn output(&mut self, column: OutputColumn) -> Result<()> {
        let Some(place) = self.scope.iter().rposition(|(id, _)| *id == column.source) else {
            return Err(Error::invalid_query(
                "a column of the rows of a query belongs to another one: use the columns that the closure gets",
            ));
        };
        self.count(place);
        self.count(column.place);
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
                let ranks = self.ranks && !function.is_aggregate();
                self.ranked(ranks, |shape| shape.nodes(arguments))
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
            Node::Raw { text, of, arguments } => {
                self.byte(16);
                self.value_type(*of);
                self.count(text.len());
                self.bytes.extend_from_slice(text.as_bytes());
                self.nodes(arguments)
            }
            Node::StringAgg { text, between, orders } => {
                self.byte(22);
                self.count(between.len());
                self.bytes.extend_from_slice(between.as_bytes());
                self.ranked(false, |shape| {
                    shape.node(text)?;
                    shape.orders(orders)
                })
            }
            Node::Over(..) if !self.ranks => Err(Error::invalid_query(
                "a window looks at rows that are filtered and grouped already: select it, and go on with `.subquery()`",
            )),
            Node::Over(call, window) => self.ranked(false, |shape| {
                shape.tagged(17, call)?;
                shape.window(window)
            }),
            Node::Shared(node) => {
                self.shares = true;
                self.node(node)
            }
            Node::InKeys(columns, keys) => {
                self.byte(10);
                self.nodes(columns)?;
                self.keys(keys)
                    .map_err(|error| columns.iter().fold(error, |error, node| self.blame(error, node)))
            }
            Node::Output(column) => {
                self.byte(19);
                self.output(*column)
            }
            Node::Nested(nesting, plan) => {
                self.byte(20);
                self.tagged_plan(*nesting as u8, plan)
            }
            Node::InNested(value, plan) => {
                self.tagged(21, value)?;
                self.plan(plan)
            }
            Node::Exists(subquery) => self.subquery(11, subquery),
            Node::Scalar(subquery) => self.subquery(12, subquery),
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
        if self.is_shared(Param::Keys(keys)) {
            return Ok(());
        }
        self.byte(0);
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

/// What every database refuses, each in other words.
fn check_frame(unit: FrameUnit, start: Bound, end: Bound, orders: usize) -> Result<()> {
    let place = |bound| match bound {
        Bound::First => i64::MIN,
        Bound::Before(rows) => -i64::from(rows),
        Bound::Current => 0,
        Bound::After(rows) => i64::from(rows),
        Bound::Last => i64::MAX,
    };
    let counts = |bound| matches!(bound, Bound::Before(_) | Bound::After(_));
    if place(start) > place(end) || start == Bound::Last || end == Bound::First {
        return Err(Error::invalid_query("a frame of a window ends before it begins"));
    }
    if unit == FrameUnit::Range && (counts(start) || counts(end)) && orders != 1 {
        return Err(Error::invalid_query("a frame of values needs a window with one order"));
    }
    Ok(())
}

fn invalid(value: &Value) -> Error {
    match value {
        Value::Invalid(why) => Error::invalid_value(why.clone()),
        other => Error::invalid_value(format!("{other:?} has no type")),
    }
}
