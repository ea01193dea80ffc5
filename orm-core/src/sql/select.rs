//! SELECT.

use orm_schema::ValueType;
use sea_query::{Alias, Expr, ExprTrait, SelectStatement};

use super::{
    cache,
    render::{Renderer, bind},
    shape::Shape,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::{Column, Node, OrderBy},
    facts::TableFacts,
    query::{Origin, Plan, RowLock, Source},
    statement::{Access, Statement},
    value::Value,
};

/// What is asked of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The rows themselves.
    Rows,
    /// How many there are.
    Count,
    /// Whether there is one.
    Exists,
}

/// How many rows, and from which on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limit<'a> {
    pub rows: Option<&'a Value>,
    pub offset: Option<&'a Value>,
    /// Whether it holds for the rows of each key of `extra`, not for all together.
    pub per_key: bool,
}

/// A plan, and what one statement adds to it.
pub(crate) struct Select<'a> {
    pub plan: &'a Plan,
    /// Selected instead of what the plan picks.
    pub picks: Option<&'a [Node]>,
    pub purpose: Purpose,
    /// Selected behind what the plan picks.
    pub extra: &'a [Node],
    /// Must be met beside the plan's filters.
    pub condition: Option<&'a Node>,
    pub limit: Limit<'a>,
    /// Locks the rows until the transaction ends.
    pub lock: Option<RowLock>,
}

impl<'a> Limit<'a> {
    /// The limit and offset of all rows together.
    pub(crate) fn of(plan: &'a Plan) -> Self {
        Self { rows: plan.limit.as_ref(), offset: plan.offset.as_ref(), per_key: false }
    }

    /// OFFSET without LIMIT is PostgreSQL's own; the largest number says the same everywhere.
    fn most(self) -> Option<&'a Value> {
        match self.offset {
            Some(_) if !self.per_key => self.rows.or(Some(&NO_LIMIT)),
            _ => self.rows,
        }
    }

    pub(super) fn shape(self, shape: &mut Shape<'a>) -> Result<()> {
        for value in [self.most(), self.offset] {
            match value {
                None => shape.byte(0),
                Some(value) => shape.param(value)?,
            }
        }
        Ok(())
    }
}

impl<'a> Select<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        Self {
            plan,
            picks: None,
            purpose: Purpose::Rows,
            extra: &[],
            condition: None,
            limit: Limit::of(plan),
            lock: None,
        }
    }

    fn has_limit(&self) -> bool {
        self.limit.rows.is_some() || self.limit.offset.is_some()
    }

    /// Whether counting must look at the rows as they are selected.
    fn counts_selected(&self) -> bool {
        self.plan.is_cut()
            || self.plan.aggregate
            || self.has_limit()
            || !self.plan.groups.is_empty()
            || !self.plan.having.is_empty()
    }

    fn is_ranked(&self) -> bool {
        self.limit.per_key && self.has_limit()
    }

    fn root(&self) -> &'a Source {
        self.plan.root()
    }

    fn table(&self) -> &'static TableFacts {
        self.root().table
    }

    /// Everything but the values; in any order, since a value is known by where it is.
    fn shape(&self, dialect: Dialect) -> Result<Shape<'a>> {
        let mut shape = Shape::new(dialect, 1);
        shape.takes_commons = true;
        self.check_lock()?;
        self.write(&mut shape)?;
        Ok(shape)
    }

    /// Writes it into the shape that it is a part of.
    pub(super) fn write(&self, shape: &mut Shape<'a>) -> Result<()> {
        let plan = self.plan;
        shape.byte(self.purpose as u8);
        shape.byte(
            u8::from(plan.distinct) | u8::from(self.limit.per_key) << 1 | u8::from(plan.aggregate) << 2,
        );
        shape.byte(self.lock().map_or(0, |lock| 1 + lock.strength as u8 + 2 * lock.wait as u8));
        let before = shape.sources(&plan.sources)?;
        match self.picks.or(plan.reading.picks.as_deref()) {
            None => {
                shape.byte(0);
                shape.count(
                    plan.sources.iter().position(|source| source.id == plan.whole).unwrap_or_default(),
                );
            }
            Some(picks) => {
                shape.byte(1);
                shape.ranking(|shape| shape.nodes(picks))?;
            }
        }
        shape.nodes(self.extra)?;
        shape.nodes(&plan.filters)?;
        for part in [&plan.groups, &plan.having, &plan.distinct_on] {
            shape.nodes(part)?;
        }
        shape.ranking(|shape| shape.orders(&plan.orders))?;
        match self.condition {
            None => shape.byte(0),
            Some(condition) => shape.node(condition)?,
        }
        self.limit.shape(shape)?;
        shape.close(before);
        Ok(())
    }

    fn lock(&self) -> Option<RowLock> {
        self.lock.or(self.plan.lock).filter(|_| self.purpose == Purpose::Rows)
    }

    /// Only rows that are there as they are read can be locked.
    fn check_lock(&self) -> Result<()> {
        let plan = self.plan;
        let is_made = plan.distinct
            || plan.aggregate
            || !plan.groups.is_empty()
            || !plan.distinct_on.is_empty()
            || plan.root().is_marked
            || !matches!(plan.root().origin, Origin::Table);
        match self.lock() {
            Some(_) if is_made => Err(Error::invalid_query(
                "only rows of a table can be locked: no groups, no distinct ones, no other query's",
            )),
            Some(_) | None => Ok(()),
        }
    }
}

/// The statement of a SELECT.
pub(crate) fn select(dialect: Dialect, select: &Select<'_>) -> Result<Statement> {
    let shape = select.shape(dialect)?;
    let rendered = cache::get_or_render(&shape.bytes, || {
        let mut renderer = Renderer::new(dialect, &shape.params);
        let mut statement = render(&mut renderer, select)?;
        while renderer.hides_a_table() {
            let first_common = renderer.first_common + renderer.commons.len();
            renderer = Renderer::new(dialect, &shape.params);
            renderer.first_common = first_common;
            statement = render(&mut renderer, select)?;
        }
        renderer.with_commons(&mut statement);
        renderer.finish(&statement, Access::Read)
    })?;
    Ok(rendered.statement(bind(dialect, &rendered, &shape.params)?))
}

fn render(renderer: &mut Renderer, select: &Select<'_>) -> Result<SelectStatement> {
    match select.purpose {
        Purpose::Rows if select.is_ranked() => ranked(renderer, select),
        Purpose::Rows => rows(renderer, select),
        Purpose::Count if select.counts_selected() => {
            let inner = numbered(renderer, select)?;
            let mut outer = SelectStatement::new();
            outer.expr(renderer.spelling.template("count(*)", Vec::new()));
            outer.from_subquery(inner, Alias::new("counted"));
            Ok(outer)
        }
        Purpose::Count => {
            let mut statement = body(renderer, select)?;
            statement.expr(renderer.spelling.template("count(*)", Vec::new()));
            Ok(statement)
        }
        Purpose::Exists => {
            let mut inner =
                if select.counts_selected() { rows(renderer, select)? } else { body(renderer, select)? };
            if !select.counts_selected() {
                inner.expr(Expr::cust("1"));
            }
            let mut outer = SelectStatement::new();
            outer.expr(Expr::cust("1"));
            outer.and_where(Expr::exists(inner));
            Ok(outer)
        }
    }
}

/// FROM, WHERE, GROUP BY and HAVING.
fn body(renderer: &mut Renderer, select: &Select<'_>) -> Result<SelectStatement> {
    let plan = select.plan;
    let mut statement = SelectStatement::new();
    renderer.from(&mut statement, &plan.sources)?;
    for filter in plan.filters.iter().chain(select.condition) {
        statement.and_where(renderer.node(filter)?);
    }
    statement.add_group_by(renderer.nodes(&plan.groups)?);
    for condition in &plan.having {
        statement.and_having(renderer.having(condition)?);
    }
    if plan.distinct {
        statement.distinct();
    }
    renderer.distinct_on(&mut statement, &plan.distinct_on)?;
    Ok(statement)
}

/// What is selected, in order: the picks of the plan, then the extra ones.
fn picks(renderer: &mut Renderer, select: &Select<'_>) -> Result<Vec<Expr>> {
    let mut picks = match select.picks.or(select.plan.reading.picks.as_deref()) {
        Some(picks) => renderer.nodes(picks)?,
        None => renderer.nodes(&whole(select.plan, select.table()))?,
    };
    picks.extend(renderer.nodes(select.extra)?);
    Ok(picks)
}

/// All columns of the source that is read as a whole.
fn whole(plan: &Plan, table: &'static TableFacts) -> Vec<Node> {
    table.columns.iter().map(|facts| Node::Column(Column { source: plan.whole, facts })).collect()
}

/// The form in which rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ordered {
    /// What is ordered by has to be among what is selected or grouped by, in the same form.
    AsSelected,
    /// Every column in its own type: what is selected is so, too.
    InOwnTypes,
}

/// A SELECT whose columns are added while its sources are in scope.
fn assembled(
    renderer: &mut Renderer,
    select: &Select<'_>,
    ordered: Ordered,
    add_columns: impl FnOnce(&mut Renderer, &mut SelectStatement) -> Result<()>,
) -> Result<SelectStatement> {
    let mut statement = body(renderer, select)?;
    add_columns(renderer, &mut statement)?;
    cut(renderer, select, statement, ordered)
}

fn rows(renderer: &mut Renderer, select: &Select<'_>) -> Result<SelectStatement> {
    assembled(renderer, select, Ordered::AsSelected, |renderer, statement| {
        statement.exprs(picks(renderer, select)?);
        Ok(())
    })
}

/// Columns of the rows under their own names and in their own types, for the statement around them.
pub(super) fn columns(renderer: &mut Renderer, plan: &Plan, columns: &[Node]) -> Result<SelectStatement> {
    assembled(renderer, &Select::of(plan), Ordered::InOwnTypes, |renderer, statement| {
        statement.exprs(renderer.in_own_types(|renderer| renderer.nodes(columns))?);
        Ok(())
    })
}

/// The rows under names that differ, as MariaDB wants the columns of a subquery in FROM.
fn numbered(renderer: &mut Renderer, select: &Select<'_>) -> Result<SelectStatement> {
    assembled(renderer, select, Ordered::AsSelected, |renderer, statement| {
        name_columns(statement, picks(renderer, select)?);
        Ok(())
    })
}

/// What is computed from the rows of a query, under names like those of a query inside another one.
pub(super) fn computed(
    renderer: &mut Renderer,
    plan: &Plan,
    values: impl FnOnce(&mut Renderer) -> Result<Vec<Expr>>,
) -> Result<SelectStatement> {
    assembled(renderer, &Select::of(plan), Ordered::InOwnTypes, |renderer, statement| {
        name_columns(statement, values(renderer)?);
        Ok(())
    })
}

fn name_columns(statement: &mut SelectStatement, values: impl IntoIterator<Item = Expr>) {
    for (place, value) in values.into_iter().enumerate() {
        statement.expr_as(value, Alias::new(format!("c{place}")));
    }
}

/// A query inside another one, with names for what it gives: those of its columns, if it gives whole models.
pub(super) fn inside(renderer: &mut Renderer, plan: &Plan) -> Result<SelectStatement> {
    let select = Select::of(plan);
    renderer.nested(|renderer| match plan.reading.picks {
        Some(_) => numbered(renderer, &select),
        None => columns(renderer, plan, &whole(plan, select.table())),
    })
}

/// The rows with which a recursion begins: what they give has the type of all rows that are found.
pub(super) fn anchor(renderer: &mut Renderer, plan: &Plan) -> Result<SelectStatement> {
    let Some(nodes) = &plan.reading.picks else { return inside(renderer, plan) };
    let select = Select::of(plan);
    let add_columns = |renderer: &mut Renderer, statement: &mut SelectStatement| {
        let values = picks(renderer, &select)?.into_iter().zip(nodes);
        let values = values.map(|(value, node)| match node.value_type() {
            Some(ValueType::Text) => renderer.spelling.any_text(value),
            _ => value,
        });
        name_columns(statement, values);
        Ok(())
    };
    renderer.nested(|renderer| assembled(renderer, &select, Ordered::AsSelected, add_columns))
}

/// Orders the rows, and takes some of them.
fn cut(
    renderer: &mut Renderer,
    select: &Select<'_>,
    mut statement: SelectStatement,
    ordered: Ordered,
) -> Result<SelectStatement> {
    let plan = select.plan;
    let is_bound =
        ordered == Ordered::AsSelected && (plan.distinct || plan.aggregate || !plan.groups.is_empty());
    renderer.first_orders(&mut statement, plan)?;
    renderer.orders(&mut statement, &plan.orders, !is_bound)?;
    if let Some(rows) = select.limit.most() {
        statement.limit(renderer.value_number(rows)?);
    }
    if let Some(offset) = select.limit.offset {
        statement.offset(renderer.value_number(offset)?);
    }
    if let Some(lock) = select.lock().filter(|_| renderer.dialect.capabilities().row_locks) {
        renderer.lock(lock, select.root().id);
    }
    Ok(statement)
}

/// So many rows that no table holds more.
static NO_LIMIT: Value = Value::I64(i64::MAX);

/// The first rows of each key: the rows are numbered within their key, and the outer query picks by number.
fn ranked(renderer: &mut Renderer, select: &Select<'_>) -> Result<SelectStatement> {
    let mut inner = body(renderer, select)?;
    let picks = picks(renderer, select)?;
    let mut outer = SelectStatement::new();
    for (place, pick) in picks.into_iter().enumerate() {
        let name = Alias::new(format!("c{place}"));
        inner.expr_as(pick, name.clone());
        outer.column((Alias::new(RANKED), name));
    }
    let keys = &select.extra[..key_count(select)];
    let by_key = key_order(select);
    let orders = if select.plan.orders.is_empty() { &by_key } else { &select.plan.orders };
    inner.expr_as(renderer.row_number(keys, orders)?, Alias::new(RANK));
    outer.from_subquery(inner, Alias::new(RANKED));
    let rank = || Expr::col((Alias::new(RANKED), Alias::new(RANK)));
    if let Some(offset) = select.limit.offset {
        outer.and_where(rank().gt(renderer.param(offset)?));
    }
    match (select.limit.rows, select.limit.offset) {
        (Some(rows), None) => {
            outer.and_where(rank().lte(renderer.param(rows)?));
        }
        (Some(rows), Some(offset)) => {
            let (rows, offset) = (renderer.param(rows)?, renderer.param(offset)?);
            outer.and_where(rank().lte(rows.add(offset)));
        }
        (None, _) => {}
    }
    outer.order_by_expr(rank(), sea_query::Order::Asc);
    Ok(outer)
}

const RANKED: &str = "ranked";
const RANK: &str = "rank_in_key";

/// The columns of the key are the first of the extra ones; their number is that of the condition's columns.
fn key_count(select: &Select<'_>) -> usize {
    match select.condition {
        Some(Node::InKeys(columns, _)) => columns.len(),
        _ => 0,
    }
}

/// The order of the primary key, so that the same rows are picked every time.
fn key_order(select: &Select<'_>) -> Vec<OrderBy> {
    let by = |facts| OrderBy {
        node: Node::Column(Column { source: select.root().id, facts }),
        direction: orm_schema::SortOrder::Asc,
        nulls: None,
    };
    select.table().key_columns().map(by).collect()
}
