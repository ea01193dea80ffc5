//! Pages from a place in the order on: the database goes there by the values of a row, not by counting.

use std::{any::Any, borrow::Cow};

use orm_schema::{NullsOrder, SortOrder, ValueType, naming::fnv1a};
use serde::Serialize;

use super::{
    Cursor, JoinKind, Output, Plan, Query, Readable, Reading, Scope, cursor::has_form, downcast,
    page::check_size, row_count, run,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::{Executor, Handle},
    expr::{BinaryOp, Node, OrderBy},
    reader::Reader,
    sql::{self, Select},
    statement::{Sink, Statement, given_back},
    value::Value,
};

/// Some rows of a query, and the places before and behind them; see [`Query::page_after`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let page: CursorPage<Tag> = Tag::query().order_by(|t| t.name.asc()).page_after(None, 1).fetch(&db).await?;
/// assert_eq!(page.items[0].name, "rust");
/// assert!(page.has_next && !page.has_previous);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CursorPage<T> {
    /// The rows, in the order of the query, whichever way they were reached.
    pub items: Vec<T>,
    /// The place of the first row; `None` without rows.
    pub start: Option<Cursor>,
    /// The place of the last row. What is added behind it later is found from here.
    pub end: Option<Cursor>,
    /// Whether there are rows before the first. On the way forward: whether a cursor led here.
    pub has_previous: bool,
    /// Whether there are rows behind the last. On the way back: whether a cursor led here.
    pub has_next: bool,
}

impl<T> CursorPage<T> {
    /// From where [`page_after`](Query::page_after) goes on, if there are more rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let mut page = Post::query().page_after(None, 2).fetch(&db).await?;
    /// let mut titles = Vec::new();
    /// loop {
    ///     titles.extend(page.items.iter().map(|post| post.title.clone()));
    ///     let Some(next) = page.next() else { break };
    ///     page = Post::query().page_after(Some(next), 2).fetch(&db).await?;
    /// }
    /// assert_eq!(titles, ["Hello", "On joins", "Tables"]);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn next(&self) -> Option<&Cursor> {
        self.end.as_ref().filter(|_| self.has_next)
    }

    /// From where [`page_before`](Query::page_before) goes back, if there are rows before.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let last = Post::query().page_before(None, 2).fetch(&db).await?;
    /// let first = Post::query().page_before(last.previous(), 2).fetch(&db).await?;
    /// assert_eq!((first.items.len(), first.previous()), (1, None));
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn previous(&self) -> Option<&Cursor> {
        self.start.as_ref().filter(|_| self.has_previous)
    }
}

/// A query for the rows behind or before a place; see [`Query::page_after`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let first: Keyset<User> = User::query().page_after(None, 1);
/// assert_eq!(first.fetch(&db).await?.items[0].name, "Ann");
/// # Ok(()) }) }
/// ```
#[must_use = "a page does nothing until it is read: `.fetch(&db).await`"]
pub struct Keyset<S, O = super::Whole<S>> {
    query: Query<S, O>,
    cursor: Option<Cursor>,
    way: Way,
    size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

impl<S, O> Clone for Keyset<S, O> {
    fn clone(&self) -> Self {
        Self { query: self.query.clone(), cursor: self.cursor.clone(), ..*self }
    }
}

impl<S: Scope, O> Query<S, O>
where
    Self: Readable,
{
    /// The rows behind a place, so many at most; without a place, the first ones.
    ///
    /// The order may have any number of parts, in both directions, over columns that may be NULL; the primary key is added as its
    /// last part, so that every row has a place of its own. Rows that come and go while somebody turns the pages shift nothing, and a
    /// page far behind costs what the first one does, if an index has the order.
    ///
    /// It reads whole models, with relations, projections, picks and groups. The filters may be others than those that the cursor was made
    /// with; the order may not.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let best = Post::query().order_by(|p| p.rating.desc().nulls_last()).with(|p| p.author);
    /// let first = best.clone().page_after(None, 1).fetch(&db).await?;
    /// let rest = best.page_after(first.next(), 10).fetch(&db).await?;
    /// let titles: Vec<_> = rest.items.iter().map(|(post, author)| (post.title.as_str(), author.name.as_str())).collect();
    /// assert_eq!(titles, [("On joins", "Ann"), ("Tables", "Bob")]);
    /// # Ok(()) }) }
    /// ```
    pub fn page_after(self, cursor: Option<&Cursor>, size: u64) -> Keyset<S, O> {
        Keyset { query: self, cursor: cursor.cloned(), way: Way::Forward, size }
    }

    /// The rows before a place, so many at most and next to it; without a place, the last ones. They come in the order of the
    /// query. See [`page_after`](Self::page_after).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let titles = Post::query().order_by(|p| p.title.asc()).select(|p| p.title);
    /// let last = titles.clone().page_before(None, 1).fetch(&db).await?;
    /// assert_eq!(last.items, ["Tables"]);
    /// let before = titles.page_before(last.previous(), 2).fetch(&db).await?;
    /// assert_eq!(before.items, ["Hello", "On joins"]);
    /// # Ok(()) }) }
    /// ```
    pub fn page_before(self, cursor: Option<&Cursor>, size: u64) -> Keyset<S, O> {
        Keyset { query: self, cursor: cursor.cloned(), way: Way::Back, size }
    }
}

impl<S: Scope, O: Output> Keyset<S, O> {
    /// Reads the page, by one statement, and one for each relation.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let seen = Post::query().filter(|p| p.views.ge(10)).order_by(|p| p.views.asc());
    /// let page = seen.page_after(None, 10).fetch(&db).await?;
    /// assert_eq!((page.items.len(), page.has_next), (2, false));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`InvalidCursor`](crate::ErrorKind::InvalidCursor) when the cursor was changed or belongs to another order; `InvalidQuery`
    /// where rows have no key or no place of their own (`distinct`, aggregates, rows of a query), or the query has a `limit`;
    /// `Unsupported` for an order by JSON or arrays; and as [`all`](Query::all).
    pub async fn fetch(self, executor: &impl Executor) -> Result<CursorPage<O::Item>> {
        let (way, led_here) = (self.way, self.cursor.is_some());
        let handle = executor.handle();
        let scan = self.scan(handle.dialect())?;
        let Found { rows, first, last, is_more } = scan.run(handle).await?;
        let mut items = downcast::<O::Item>(rows)?;
        let (mut start, mut end) = (scan.cursor(first)?, scan.cursor(last)?);
        let (mut has_previous, mut has_next) = (led_here, is_more);
        if way == Way::Back {
            items.reverse();
            std::mem::swap(&mut start, &mut end);
            std::mem::swap(&mut has_previous, &mut has_next);
        }
        Ok(CursorPage { items, start, end, has_previous, has_next })
    }

    /// The SQL that reads the page on a database, without sending it. A cursor is a cursor of one database, so that is the one to ask
    /// for.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let tags = Tag::query().order_by(|t| t.name.asc()).select(|t| t.name);
    /// let first = tags.clone().page_after(None, 1).fetch(&db).await?;
    /// let sql = tags.page_after(first.next(), 1).to_sql(Dialect::Sqlite)?;
    /// assert!(sql.contains(r#""tags"."name" > ? OR ("tags"."name" = ? AND "tags"."id" > ?)"#), "{sql}");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query makes no sense, or the database cannot do it.
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        Ok(self.clone().into_statement(dialect)?.sql.text().to_string())
    }

    pub(super) fn into_statement(self, dialect: Dialect) -> Result<Statement> {
        Ok(self.scan(dialect)?.statement(dialect, &mut Vec::new())?.0)
    }

    fn scan(self, dialect: Dialect) -> Result<Scan> {
        let mut scan = Scan::new(dialect, self.query.into_plan(), self.size, "use `page`")?;
        let types: Vec<ValueType> = scan.keys.iter().map(Key::value_type).collect();
        if !types.iter().all(|value_type| has_form(*value_type)) {
            return Err(Error::unsupported("rows in the order of JSON or of arrays have no cursors"));
        }
        scan.order = fingerprint(dialect, &scan.plan, &scan.keys)?;
        if self.way == Way::Back {
            scan.turn();
        }
        if let Some(cursor) = &self.cursor {
            scan.go_on_from(cursor.values(scan.order, &types)?);
        }
        Ok(scan)
    }
}

/// Refuses rows that are made of others, without a place of their own.
fn check_places(plan: &Plan, instead: &str) -> Result<()> {
    if plan.aggregate || plan.is_cut() {
        return Err(Error::invalid_query(format!(
            "aggregates and distinct rows have no places of their own: group by what is to differ, or {instead}"
        )));
    }
    Ok(())
}

/// What the order is of, and what it is: the same for all pages, and after a restart.
fn fingerprint(dialect: Dialect, plan: &Plan, keys: &[Key]) -> Result<u32> {
    let keys = keys.iter().map(|key| key.node.clone()).collect();
    let reading = Reading::new(Some(keys), plan.reading.batch);
    let bare = Plan {
        reading,
        filters: Default::default(),
        having: Vec::new(),
        limit: None,
        lock: None,
        ..plan.clone()
    };
    let statement = sql::select(dialect, &Select::of(&bare))?;
    Ok(fnv1a(format!("{} {:?}", statement.sql.text(), statement.params).as_bytes()))
}

const fn opposite(direction: SortOrder) -> SortOrder {
    match direction {
        SortOrder::Asc => SortOrder::Desc,
        SortOrder::Desc => SortOrder::Asc,
    }
}

/// Turns an order round. Where NULLs stand by themselves turns with it.
fn turn(order: &mut OrderBy) {
    order.direction = opposite(order.direction);
    order.nulls = order.nulls.map(|nulls| match nulls {
        NullsOrder::First => NullsOrder::Last,
        NullsOrder::Last => NullsOrder::First,
    });
}

/// A part of the order, as rows are compared by it.
struct Key {
    node: Node,
    direction: SortOrder,
    /// Where NULLs stand; `None` where there are none.
    nulls_first: Option<bool>,
}

impl Key {
    fn new(dialect: Dialect, plan: &Plan, order: &OrderBy) -> Self {
        let node = match order.node.value_type().and_then(|of| dialect.spelling().sort_key(of)) {
            Some(text) if matches!(order.node, Node::Column(_) | Node::Output(_)) => Node::Raw {
                text: Cow::Borrowed(text),
                of: ValueType::I64,
                arguments: vec![order.node.clone()],
            },
            Some(_) | None => order.node.clone(),
        };
        let nulls_first = match order.nulls {
            Some(nulls) => nulls == NullsOrder::First,
            None => dialect.capabilities().null_is_smallest == (order.direction == SortOrder::Asc),
        };
        let nulls_first = may_be_null(plan, &order.node).then_some(nulls_first);
        Self { node, direction: order.direction, nulls_first }
    }

    /// What has no type of its own is a condition.
    fn value_type(&self) -> ValueType {
        self.node.value_type().unwrap_or(ValueType::Bool)
    }

    fn turn(&mut self) {
        self.direction = opposite(self.direction);
        self.nulls_first = self.nulls_first.map(|first| !first);
    }

    fn compare(&self, op: BinaryOp, value: &Value) -> Node {
        let value = match self.node {
            Node::Column(_) | Node::Output(_) => Node::Param(value.clone()),
            _ => Node::Literal(value.clone()),
        };
        Node::binary(op, self.node.clone(), value)
    }

    fn is_null(&self) -> Node {
        Node::IsNull(Box::new(self.node.clone()))
    }

    /// That a row stands behind the value.
    fn is_behind(&self, value: &Value) -> Node {
        if value.is_null() {
            return match self.nulls_first {
                Some(true) => Node::IsNotNull(Box::new(self.node.clone())),
                Some(false) | None => Node::Bool(false),
            };
        }
        let op = if self.direction == SortOrder::Asc { BinaryOp::Gt } else { BinaryOp::Lt };
        match self.nulls_first {
            Some(false) => Node::binary(BinaryOp::Or, self.compare(op, value), self.is_null()),
            Some(true) | None => self.compare(op, value),
        }
    }

    fn equals(&self, value: &Value) -> Node {
        if value.is_null() { self.is_null() } else { self.compare(BinaryOp::Eq, value) }
    }

    /// What an index can begin with: that a row does not stand before the value.
    fn bound(&self, value: &Value) -> Option<Node> {
        let op = if self.direction == SortOrder::Asc { BinaryOp::Ge } else { BinaryOp::Le };
        self.nulls_first.is_none().then(|| self.compare(op, value))
    }
}

/// That a row stands behind those values: behind the first one, or beside it and behind the rest.
fn behind(keys: &[Key], values: Vec<Value>) -> Node {
    let mut pairs = keys.iter().zip(&values).rev();
    let Some((last, value)) = pairs.next() else { return Node::Bool(true) };
    let condition = pairs.fold(last.is_behind(value), |rest, (key, value)| {
        let beside = Node::and(key.equals(value), rest);
        Node::binary(BinaryOp::Or, key.is_behind(value), beside)
    });
    let bound = keys.first().zip(values.first()).filter(|_| keys.len() > 1);
    match bound.and_then(|(key, value)| key.bound(value)) {
        Some(bound) => Node::and(bound, condition),
        None => condition,
    }
}

/// Whether an expression may be NULL: of a column it is known, if its row is there.
fn may_be_null(plan: &Plan, node: &Node) -> bool {
    let Node::Column(column) = node else { return true };
    let kind = |id| plan.sources.iter().find(|source| source.id == id)?.join.as_ref().map(|join| join.kind);
    let adds = plan.sources.iter().any(|source| {
        source.join.as_ref().is_some_and(|join| matches!(join.kind, JoinKind::Right | JoinKind::Full))
    });
    let is_there = matches!(kind(column.source), None | Some(JoinKind::Inner)) && !adds;
    column.facts.fact.nullable || !is_there
}

/// What is run for a page.
pub(super) struct Scan {
    plan: Plan,
    /// The parts of the order.
    keys: Vec<Key>,
    /// The number that stands for the order.
    order: u32,
    most: usize,
}

/// What a page found: the rows, and the values of the first and the last of them.
pub(super) struct Found {
    pub rows: run::Rows,
    first: Option<Vec<Value>>,
    pub last: Option<Vec<Value>>,
    pub is_more: bool,
}

impl Scan {
    /// For the first so many rows; `instead` is what to do with rows that have no places.
    pub(super) fn new(dialect: Dialect, mut plan: Plan, size: u64, instead: &str) -> Result<Self> {
        plan.check()?;
        check_size(&plan, size)?;
        check_places(&plan, instead)?;
        if !plan.order_totally() {
            return Err(Error::invalid_query(format!(
                "rows that have no primary key, or are rows of another query, have no places of their own: {instead}"
            )));
        }
        let keys = plan.orders.iter().map(|order| Key::new(dialect, &plan, order)).collect();
        // One more, which tells whether there are more.
        plan.limit = Some(row_count(size.saturating_add(1)));
        Ok(Self { plan, keys, order: 0, most: usize::try_from(size).unwrap_or(usize::MAX) })
    }

    /// The other way round.
    fn turn(&mut self) {
        self.plan.orders.iter_mut().for_each(turn);
        self.keys.iter_mut().for_each(Key::turn);
    }

    /// Only the rows behind those values.
    pub(super) fn go_on_from(&mut self, values: Vec<Value>) {
        let condition = behind(&self.keys, values);
        if self.plan.groups.is_empty() {
            self.plan.filters.push(condition);
        } else {
            self.plan.having.push(condition);
        }
    }

    /// Without the first rows.
    pub(super) fn skip(&mut self, rows: Option<Value>) {
        self.plan.offset = rows;
    }

    /// The statement, what collects its rows, and where the parts of the order stand in a row.
    fn statement(
        &self,
        dialect: Dialect,
        extra: &mut Vec<Node>,
    ) -> Result<(Statement, run::Collector, Vec<usize>)> {
        let collector = run::Collector::of(&self.plan, extra);
        let places = self.keys.iter().map(|key| self.plan.place(&key.node, extra)).collect();
        let statement = sql::select(dialect, &Select { extra, ..Select::of(&self.plan) })?;
        Ok((statement, collector, places))
    }

    pub(super) async fn run(&self, handle: Handle<'_>) -> Result<Found> {
        let (statement, collector, places) = self.statement(handle.dialect(), &mut Vec::new())?;
        let places = places.into_iter().zip(self.keys.iter().map(Key::value_type)).collect();
        let slice = Slice { collector, places, most: self.most, count: 0, first: None, last: None };
        let sink = handle.fetch(statement, Box::new(slice)).await;
        let sink = sink.map_err(|error| run::Names::of(&self.plan).blame(error))?;
        let slice: Slice = given_back(sink)?;
        let rows = run::with_relations(handle, &self.plan, slice.collector).await?;
        Ok(Found { rows, first: slice.first, last: slice.last, is_more: slice.count > self.most })
    }

    fn cursor(&self, values: Option<Vec<Value>>) -> Result<Option<Cursor>> {
        values.map(|values| Cursor::new(self.order, &values)).transpose()
    }
}

/// Collects so many rows, the places of the first and the last of them, and whether there are more.
struct Slice {
    collector: run::Collector,
    places: Vec<(usize, ValueType)>,
    most: usize,
    count: usize,
    first: Option<Vec<Value>>,
    last: Option<Vec<Value>>,
}

impl Sink for Slice {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.count += 1;
        if self.count > self.most {
            return Ok(());
        }
        self.collector.row(reader)?;
        let values = self.places.iter().map(|(place, value_type)| {
            reader.seek(*place);
            reader.value(*value_type)
        });
        let values = values.collect::<Result<Vec<_>>>()?;
        if self.first.is_none() {
            self.first = Some(values.clone());
        }
        self.last = Some(values);
        Ok(())
    }

    fn clear(&mut self) {
        self.collector.clear();
        (self.count, self.first, self.last) = (0, None, None);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
