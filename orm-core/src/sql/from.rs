//! FROM: tables, queries, what is put together of them, and how they are joined.

use orm_schema::naming::fit;
use sea_query::{
    Alias, Asterisk, CommonTableExpression, Expr, IntoIden, IntoTableRef, JoinType, Order, SelectStatement,
    TableRef, UnionType, WithClause,
};

use super::{
    render::{Renderer, lost, table_ref},
    select,
    spelling::unsupported,
};
use crate::{
    error::{Error, Result},
    expr::{Node, OrderBy, PRESENCE},
    query::{Combination, Common, JoinKind, Origin, Plan, RowLock, Source},
};

impl Renderer {
    /// Opens the scope of some sources and writes them into FROM; close it with the count that this gives.
    pub(super) fn from(&mut self, select: &mut SelectStatement, sources: &[Source]) -> Result<usize> {
        let before = self.scope.len();
        for source in sources {
            let table = self.source(source)?;
            match &source.join {
                None => {
                    select.from(table);
                }
                Some(join) => {
                    let (on, kind) = (self.node(&join.on)?, self.join(join.kind)?);
                    match (&source.origin, table) {
                        (Origin::Lateral(_), TableRef::SubQuery(query, alias)) => {
                            select.join_lateral(kind, *query, alias, on)
                        }
                        (_, table) => select.join(kind, table, on),
                    };
                }
            }
        }
        Ok(before)
    }

    fn join(&self, kind: JoinKind) -> Result<JoinType> {
        Ok(match kind {
            JoinKind::Inner => JoinType::InnerJoin,
            JoinKind::Left => JoinType::LeftJoin,
            JoinKind::Right => JoinType::RightJoin,
            JoinKind::Full if self.dialect.capabilities().full_join => JoinType::FullOuterJoin,
            JoinKind::Full => return unsupported(self.dialect, "has no FULL JOIN"),
        })
    }

    /// The rows of a source, with the mark of their presence where somebody asks for it.
    fn source(&mut self, source: &Source) -> Result<TableRef> {
        let rows = self.origin(source)?;
        let Some((_, name)) = self.scope.last().filter(|_| source.is_marked) else { return Ok(rows) };
        let mut marked = SelectStatement::new();
        marked.column(Asterisk).expr_as(Expr::cust("1"), Alias::new(PRESENCE.name)).from(rows);
        Ok(TableRef::SubQuery(Box::new(marked), Alias::new(name).into_iden()))
    }

    /// The rows of a source, under a name of their own.
    fn origin(&mut self, source: &Source) -> Result<TableRef> {
        let query = match &source.origin {
            Origin::Table => {
                self.tables.push(source.table.name);
                let name = self.open(source.id, source.table);
                return Ok(table_ref(source.table, &name));
            }
            Origin::Common(common) => self.common(common)?,
            Origin::Found(id) => self.common_name(*id)?,
            Origin::Lateral(_) if !self.dialect.capabilities().lateral => {
                return unsupported(self.dialect, "has no LATERAL");
            }
            Origin::Query(plan) | Origin::Lateral(plan) => {
                let query = select::inside(self, plan)?;
                return Ok(self.derived(source, query));
            }
            Origin::Combined(combination, plans) => {
                let query = self.combined(*combination, plans)?;
                return Ok(self.derived(source, query));
            }
        };
        let name = self.open(source.id, source.table);
        Ok(Alias::new(query).into_table_ref().alias(Alias::new(name)))
    }

    /// The rows of a query, which did not see the source itself.
    fn derived(&mut self, source: &Source, query: SelectStatement) -> TableRef {
        let name = self.open(source.id, source.table);
        TableRef::SubQuery(Box::new(query), Alias::new(name).into_iden())
    }

    /// Two queries as one, whose columns have the names of the first.
    fn combined(&mut self, combination: Combination, [first, second]: &[Plan; 2]) -> Result<SelectStatement> {
        let mut query = select::inside(self, first)?;
        let how = match combination {
            Combination::Union => UnionType::Distinct,
            Combination::UnionAll => UnionType::All,
            Combination::Intersect => UnionType::Intersect,
            Combination::Except => UnionType::Except,
        };
        query.union(how, select::inside(self, second)?);
        Ok(query)
    }

    /// The name of a common table expression, which is written in front of all where it is used first.
    fn common(&mut self, common: &Common) -> Result<String> {
        if let Ok(name) = self.common_name(common.id) {
            return Ok(name);
        }
        let number = self.first_common + self.common_names.len();
        let name = fit(&format!("{}_rows{number}", common.first.root().table.name));
        self.common_names.push((common.id, name.clone()));
        let query = match &common.next {
            None => select::inside(self, &common.first)?,
            Some(next) => {
                let mut query = select::anchor(self, &common.first)?;
                let how = if common.repeats { UnionType::All } else { UnionType::Distinct };
                query.union(how, select::inside(self, next)?);
                query
            }
        };
        let mut expression = CommonTableExpression::new();
        expression.table_name(Alias::new(&name)).query(query);
        self.commons.push(expression.to_owned());
        Ok(name)
    }

    fn common_name(&self, id: u32) -> Result<String> {
        let found = self.common_names.iter().find(|(other, _)| *other == id);
        found.map(|(_, name)| name.clone()).ok_or_else(lost)
    }

    /// Whether one of them has the name of a table that is read, which it would hide.
    pub(super) fn hides_a_table(&self) -> bool {
        let is_read = |name: &str| self.tables.iter().any(|table| table.eq_ignore_ascii_case(name));
        self.common_names.iter().any(|(_, name)| is_read(name))
    }

    /// The common table expressions, in the order in which one needs the other.
    pub(super) fn with_commons(&mut self, statement: &mut SelectStatement) {
        if self.commons.is_empty() {
            return;
        }
        let mut with = WithClause::new();
        for common in self.commons.drain(..) {
            with.cte(common);
        }
        // That one may speak of itself; it need not.
        with.recursive(true);
        statement.with_cte(with);
    }

    /// Of rows that are equal in these columns, the first in the order.
    pub(super) fn distinct_on(&mut self, select: &mut SelectStatement, nodes: &[Node]) -> Result<()> {
        if nodes.is_empty() {
            return Ok(());
        }
        if !self.dialect.capabilities().distinct_on {
            return unsupported(
                self.dialect,
                "has no DISTINCT ON: number the rows with `row_number()`, and take the first",
            );
        }
        let column = |node: &Node| match node {
            Node::Column(column) => self.own_column(*column),
            Node::Output(column) => self.output(*column),
            _ => Err(Error::invalid_query("`distinct_on` takes columns")),
        };
        let columns = nodes.iter().map(column).collect::<Result<Vec<_>>>()?;
        let columns = columns.into_iter().filter_map(|expr| match expr {
            Expr::Column(column) => Some(column),
            _ => None,
        });
        select.distinct_on(columns.collect::<Vec<_>>());
        Ok(())
    }

    /// The columns of DISTINCT ON come first in the order (sql-select.html, "DISTINCT Clause").
    pub(super) fn first_orders(&mut self, select: &mut SelectStatement, plan: &Plan) -> Result<()> {
        let is_column =
            |order: &&OrderBy| plan.distinct_on.iter().any(|node| node.is_same_column(&order.node));
        let said = plan.orders.iter().take_while(is_column).count();
        if said < plan.distinct_on.len() {
            for node in &plan.distinct_on {
                let column = self.node(node)?;
                select.order_by_expr(column, Order::Asc);
            }
        }
        Ok(())
    }

    /// Locks the rows of the statement's first source: PostgreSQL refuses to lock rows of an outer join.
    pub(super) fn lock(&mut self, lock: RowLock, root: u32) {
        let name = self.scope.iter().find(|(id, _)| *id == root).map(|(_, name)| self.dialect.quote(name));
        self.suffix = self.spelling.row_lock(lock, &name.unwrap_or_default());
    }
}
