//! UPDATE and DELETE.

use sea_query::{Alias, DeleteStatement, Expr, SelectStatement, UpdateStatement};

use super::{
    cache,
    render::{Renderer, bind, returned, table_ref},
    select::Limit,
    shape::Shape,
    update_from,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::{Assign, Column, Node},
    facts::TableFacts,
    query::{JoinKind, Origin, Plan, Source},
    statement::{Access, Statement},
};

/// The rows that a statement writes.
pub(crate) struct WriteSql<'a> {
    plan: &'a Plan,
    /// The key columns by which the rows are found, when a clause of the query says more than conditions.
    by_subquery: bool,
    access: Access,
    returning: bool,
}

impl<'a> WriteSql<'a> {
    /// Checks that no clause of the query would be ignored.
    pub(crate) fn new(plan: &'a Plan, by_key: bool, all_rows: bool, returning: bool) -> Result<Self> {
        plan.check()?;
        let table = plan.root().table;
        let says_more = plan.limit.is_some()
            || plan.offset.is_some()
            || plan.sources.len() > 1
            || plan.distinct
            || !plan.distinct_on.is_empty()
            || !plan.orders.is_empty();
        if !matches!(plan.root().origin, Origin::Table) {
            return Err(Error::invalid_query(
                "rows that a query made are in no table: update or delete with a filter such as `u.id.is_in_query(..)`",
            ));
        }
        if plan.aggregate || !plan.groups.is_empty() || !plan.having.is_empty() {
            return Err(Error::invalid_query(
                "groups and aggregates are no rows of a table: update or delete with a filter such as `u.id.is_in_query(..)`",
            ));
        }
        if plan.lock.is_some() {
            return Err(Error::invalid_query(
                "an update or delete locks its rows by itself: leave out the lock, or read the rows with it and write them by \
                 their keys",
            ));
        }
        if !plan.reading.loads.is_empty() {
            return Err(Error::invalid_query("an update or delete loads no relations: leave out `with`"));
        }
        if says_more && table.key.is_empty() {
            return Err(Error::invalid_query(format!(
                "`{}` has no primary key, so an update or delete cannot pick its rows by limit, order, join or distinct",
                table.model
            )));
        }
        let joins = |source: &Source| source.join.as_ref().is_some_and(|join| join.kind == JoinKind::Inner);
        let narrows = plan.limit.is_some() || plan.offset.is_some() || plan.sources.iter().any(joins);
        if plan.filters.is_empty() && !narrows && !all_rows {
            return Err(Error::invalid_query(format!(
                "this would write every row of `{}`: add a filter, or say `.all_rows()`",
                table.model
            )));
        }
        let access = if by_key { Access::WriteByKey } else { Access::Write };
        Ok(Self { plan, by_subquery: says_more, access, returning })
    }

    /// Whether what is written may be read from other tables than the one that is written.
    fn reads_joined(&self, assigns: &[Assign]) -> bool {
        let is_given = |assign: &Assign| matches!(assign.value, Node::Param(_) | Node::Literal(_));
        self.plan.sources.len() > 1 && !assigns.iter().all(is_given)
    }

    fn table(&self) -> &'static TableFacts {
        self.plan.root().table
    }

    fn shape(&self, dialect: Dialect, statement: u8) -> Result<Shape<'a>> {
        let plan = self.plan;
        let mut shape = Shape::new(dialect, statement);
        shape.byte(u8::from(self.returning) | u8::from(self.by_subquery) << 1 | u8::from(plan.distinct) << 2);
        shape.sources(&plan.sources)?;
        shape.nodes(&plan.filters)?;
        shape.nodes(&plan.distinct_on)?;
        shape.ranking(|shape| shape.orders(&plan.orders))?;
        Limit::of(plan).shape(&mut shape)?;
        Ok(shape)
    }

    /// The conditions of WHERE.
    fn conditions(&self, renderer: &mut Renderer) -> Result<Vec<Expr>> {
        if self.by_subquery {
            return Ok(vec![self.key_subquery(renderer)?]);
        }
        renderer.nodes(&self.plan.filters)
    }

    /// The key is among those of the query with all its clauses, wrapped once more: MariaDB takes no LIMIT
    /// directly inside IN, and no subquery that reads the table being written unless it is materialised.
    fn key_subquery(&self, renderer: &mut Renderer) -> Result<Expr> {
        let table = self.table();
        let root = self.plan.root().id;
        let columns: Vec<Expr> =
            table.key.iter().map(|name| Expr::col((Alias::new(table.name), Alias::new(*name)))).collect();
        let keys: Vec<Node> =
            table.key_columns().map(|facts| Node::Column(Column { source: root, facts })).collect();
        let inner = renderer.nested(|renderer| super::select::columns(renderer, self.plan, &keys))?;
        let mut outer = SelectStatement::new();
        for name in table.key {
            outer.column((Alias::new("picked"), Alias::new(*name)));
        }
        outer.from_subquery(inner, Alias::new("picked"));
        let left = if columns.len() == 1 { columns.into_iter().next() } else { Some(Expr::Tuple(columns)) };
        left.map(|left| sea_query::ExprTrait::in_subquery(left, outer))
            .ok_or_else(|| Error::invalid_query("a model without a key has no key subquery"))
    }

    fn returned(&self, dialect: Dialect) -> Vec<String> {
        let table = self.table();
        let columns = if self.returning { table.columns } else { &[] };
        let quoted = |name: &str| format!("{}.{}", dialect.quote(table.name), dialect.quote(name));
        columns.iter().map(|facts| returned(dialect, facts, quoted(facts.name))).collect()
    }

    fn check_returning(&self, dialect: Dialect, can: bool, what: &str) -> Result<()> {
        if self.returning && !can {
            return super::spelling::unsupported(dialect, what);
        }
        Ok(())
    }
}

/// Refuses an assignment that would see what another has written, where assignments happen one after another.
pub(super) fn check_assigns(dialect: Dialect, assigns: &[Assign]) -> Result<()> {
    if dialect.capabilities().assigns_at_once {
        return Ok(());
    }
    for (at, later) in assigns.iter().enumerate() {
        let earlier = assigns[..at].iter().find(|earlier| later.value.mentions(earlier.column.facts.name));
        if let Some(earlier) = earlier {
            return Err(Error::unsupported(format!(
                "{dialect} writes columns one after another, so `{}` would see the new value of `{}`: write them the \
                 other way round, or in two updates",
                later.column.facts.field, earlier.column.facts.field
            )));
        }
    }
    Ok(())
}

/// The statement of an UPDATE.
pub(crate) fn update(dialect: Dialect, write: &WriteSql<'_>, assigns: &[Assign]) -> Result<Statement> {
    let returning = dialect.capabilities().returning;
    write.check_returning(dialect, returning.update, "returns no rows of an update")?;
    let mut shape = write.shape(dialect, 2)?;
    let reads_joined = write.reads_joined(assigns);
    shape.byte(u8::from(reads_joined));
    if !reads_joined {
        // What is written may speak of the table itself only.
        shape.close(1);
    }
    shape.count(assigns.len());
    for assign in assigns {
        if assign.column.source != write.plan.root().id {
            return Err(not_written(write, assign));
        }
        shape.column_facts(assign.column.facts);
        let stored = match &assign.value {
            Node::Param(value) => dialect.spelling().check_stored(write.table(), assign.column.facts, value),
            _ => Ok(()),
        };
        stored.and_then(|()| shape.node(&assign.value)).map_err(|error| match error.kind() {
            crate::ErrorKind::InvalidValue => {
                error.context(format_args!("`{}.{}`", write.table().model, assign.column.facts.field))
            }
            _ => error,
        })?;
    }
    let rendered = cache::get_or_render(&shape.bytes, || {
        check_assigns(dialect, assigns)?;
        let mut renderer = Renderer::new(dialect, &shape.params);
        if reads_joined {
            let statement = update_from::by_query(&mut renderer, write.plan, assigns)?;
            return renderer.finish_returning(&statement, write.access, &write.returned(dialect));
        }
        let name = renderer.open(write.plan.root().id, write.table());
        let mut statement = UpdateStatement::new();
        statement.table(table_ref(write.table(), &name));
        for assign in assigns {
            statement.value(Alias::new(assign.column.facts.name), renderer.assigned(assign)?);
        }
        for condition in write.conditions(&mut renderer)? {
            statement.and_where(condition);
        }
        renderer.finish_returning(&statement, write.access, &write.returned(dialect))
    })?;
    Ok(rendered.statement(bind(dialect, &rendered, &shape.params)?))
}

/// Why that column is none that the statement writes.
fn not_written(write: &WriteSql<'_>, assign: &Assign) -> Error {
    let field = assign.column.facts.field;
    let joined = write.plan.sources.iter().find(|source| source.id == assign.column.source);
    Error::invalid_query(match joined {
        Some(source) => format!(
            "`{}.{field}` belongs to a joined row, which is only read: an update writes the first model, `{}`",
            source.table.model,
            write.table().model
        ),
        None => {
            format!("the column `{field}` belongs to another query: use the columns that the closure gets")
        }
    })
}

/// The statement of a DELETE.
pub(crate) fn delete(dialect: Dialect, write: &WriteSql<'_>) -> Result<Statement> {
    let returning = dialect.capabilities().returning;
    write.check_returning(dialect, returning.delete, "returns no rows of a delete")?;
    let shape = write.shape(dialect, 3)?;
    let rendered = cache::get_or_render(&shape.bytes, || {
        let mut renderer = Renderer::new(dialect, &shape.params);
        let name = renderer.open(write.plan.root().id, write.table());
        let mut statement = DeleteStatement::new();
        statement.from_table(table_ref(write.table(), &name));
        for condition in write.conditions(&mut renderer)? {
            statement.and_where(condition);
        }
        renderer.finish_returning(&statement, write.access, &write.returned(dialect))
    })?;
    Ok(rendered.statement(bind(dialect, &rendered, &shape.params)?))
}
