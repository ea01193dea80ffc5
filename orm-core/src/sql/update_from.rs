//! UPDATE of each row by a row of its own, which comes from a query or is given.

use sea_query::{Alias, Expr, ExprTrait, IntoIden, SelectStatement, TableRef, UnionType, UpdateStatement};

use super::{
    cache,
    insert::{by_arrays, transposed},
    render::{Renderer, bind, table_ref},
    select,
    shape::Shape,
};
use crate::{
    dialect::Dialect,
    error::Result,
    expr::{Assign, Column},
    facts::{ColumnFacts, TableFacts},
    query::{DERIVED, Plan, next_source},
    statement::{Access, Statement},
    value::Value,
};

/// The rows of a query with joins, each written with what the query reads beside it. Where several of the query's rows are for one
/// row of the table, it is one of them that is taken.
pub(super) fn by_query(renderer: &mut Renderer, plan: &Plan, assigns: &[Assign]) -> Result<UpdateStatement> {
    let root = plan.root();
    let rows = renderer.nested(|renderer| {
        select::computed(renderer, plan, |renderer| {
            let key = |facts| renderer.own_column(Column { source: root.id, facts });
            let mut values = root.table.key_columns().map(key).collect::<Result<Vec<_>>>()?;
            for assign in assigns {
                values.push(renderer.assigned(assign)?);
            }
            Ok(values)
        })
    })?;
    let written: Vec<_> = assigns.iter().map(|assign| assign.column.facts).collect();
    Ok(joined(renderer, root.id, root.table, rows, &written))
}

/// Rows whose first columns are the key, and the next ones what is written.
fn joined(
    renderer: &mut Renderer,
    id: u32,
    table: &TableFacts,
    rows: SelectStatement,
    written: &[&'static ColumnFacts],
) -> UpdateStatement {
    let name = renderer.open(id, table);
    let given = renderer.open(next_source(), &DERIVED);
    let value = |place: usize| Expr::col((Alias::new(&given), Alias::new(format!("c{place}"))));
    let mut statement = UpdateStatement::new();
    statement.table(table_ref(table, &name));
    statement.from(TableRef::SubQuery(Box::new(rows), Alias::new(&given).into_iden()));
    for (place, facts) in written.iter().enumerate() {
        statement.value(Alias::new(facts.name), value(table.key.len() + place));
    }
    for (place, column) in table.key.iter().enumerate() {
        statement.and_where(Expr::col((Alias::new(&name), Alias::new(*column))).eq(value(place)));
    }
    statement
}

/// The statements that write rows, each with values of its own: first those of its key, then those of the columns.
pub(crate) fn update_many(
    dialect: Dialect,
    table: &'static TableFacts,
    written: &[&'static ColumnFacts],
    rows: Vec<Vec<Value>>,
) -> Result<Vec<Statement>> {
    let columns: Vec<_> = table.key_columns().chain(written.iter().copied()).collect();
    let many = Many { table, columns: &columns, written };
    if by_arrays(dialect, &columns) {
        return super::insert::in_arrays(rows).map(|rows| many.of_arrays(dialect, rows)).collect();
    }
    super::insert::in_lists(dialect, columns.len(), rows)
        .into_iter()
        .map(|rows| many.of_lists(dialect, rows))
        .collect()
}

/// Which columns are given, and which of them are written.
struct Many<'a> {
    table: &'static TableFacts,
    columns: &'a [&'static ColumnFacts],
    written: &'a [&'static ColumnFacts],
}

impl Many<'_> {
    fn shape<'v>(
        &self,
        dialect: Dialect,
        statement: u8,
        rows: usize,
        values: &'v [Value],
    ) -> Result<Shape<'v>> {
        let mut shape = Shape::new(dialect, statement);
        shape.table(self.table);
        shape.count(rows);
        shape.stored(self.table, self.columns, values)?;
        Ok(shape)
    }

    /// One array for each column: the same text for any number of rows.
    fn of_arrays(&self, dialect: Dialect, rows: Vec<Vec<Value>>) -> Result<Statement> {
        let arrays = transposed(self.table, self.columns, rows)?;
        let shape = self.shape(dialect, 9, 0, &arrays)?;
        self.statement(dialect, &shape, |renderer| {
            let params = arrays.iter().map(|array| renderer.param(array)).collect::<Result<Vec<Expr>>>()?;
            let mut rows = SelectStatement::new();
            rows.exprs(renderer.spelling.unnest(self.columns, params));
            Ok(rows)
        })
    }

    /// The types are those of the columns, or of the fields where a column takes another: so says a first row that is never there.
    fn of_lists(&self, dialect: Dialect, rows: Vec<Vec<Value>>) -> Result<Statement> {
        let (count, values) = (rows.len(), rows.concat());
        let shape = self.shape(dialect, 8, count, &values)?;
        self.statement(dialect, &shape, |renderer| {
            let mut rows = SelectStatement::new();
            for (place, facts) in self.columns.iter().enumerate() {
                rows.expr_as(renderer.typed_as_given(facts), Alias::new(format!("c{place}")));
            }
            rows.from(table_ref(self.table, self.table.name)).and_where(renderer.spelling.bool(false));
            for values in values.chunks(self.columns.len()) {
                let values =
                    self.columns.iter().zip(values).map(|(facts, value)| renderer.stored(facts, value));
                let mut row = SelectStatement::new();
                row.exprs(values.collect::<Result<Vec<_>>>()?);
                rows.union(UnionType::All, row);
            }
            Ok(rows)
        })
    }

    fn statement(
        &self,
        dialect: Dialect,
        shape: &Shape<'_>,
        rows: impl FnOnce(&mut Renderer) -> Result<SelectStatement>,
    ) -> Result<Statement> {
        let rendered = cache::get_or_render(&shape.bytes, || {
            let mut renderer = Renderer::new(dialect, &shape.params);
            let rows = rows(&mut renderer)?;
            let statement = joined(&mut renderer, next_source(), self.table, rows, self.written);
            renderer.finish(&statement, Access::Write)
        })?;
        Ok(rendered.statement(bind(dialect, &rendered, &shape.params)?))
    }
}
