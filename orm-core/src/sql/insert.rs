//! INSERT: one row, or many.

use orm_schema::ValueType;
use sea_query::{Alias, Expr, InsertStatement, SelectStatement};

use super::{
    cache, conflict,
    render::{Renderer, bind, reordered, returned, table_ref},
    select,
    shape::Shape,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    facts::{ColumnFacts, TableFacts},
    query::{Conflicting, OnConflict, Plan},
    statement::{Access, Statement},
    value::Value,
};

/// How many rows one statement inserts where there are no arrays; a multiple of it shares one text.
const ROWS_PER_STATEMENT: usize = 128;

/// How many bytes of values one statement inserts, unless a single row has more: MariaDB takes packets of 16 MiB, where
/// nobody has raised `max_allowed_packet`.
const BYTES_PER_STATEMENT: usize = 4 << 20;

/// How many rows one statement of arrays inserts.
const ROWS_PER_ARRAY: usize = 5_000;

/// One row, or some rows of the same columns.
pub(crate) struct InsertSql<'a> {
    pub table: &'static TableFacts,
    pub source: u32,
    pub columns: &'a [&'static ColumnFacts],
    pub conflict: Option<&'a OnConflict>,
    pub returning: bool,
}

impl InsertSql<'_> {
    fn shape<'v>(&'v self, dialect: Dialect, values: &'v [Value]) -> Result<Shape<'v>> {
        let mut shape = Shape::new(dialect, 4);
        shape.byte(u8::from(self.returning));
        shape.source(self.source, self.table);
        shape.count(values.len() / self.columns.len().max(1));
        shape.stored(self.table, self.columns, values)?;
        self.conflict_shape(&mut shape)?;
        Ok(shape)
    }

    fn conflict_shape<'v>(&'v self, shape: &mut Shape<'v>) -> Result<()> {
        match self.conflict {
            None => shape.byte(0),
            Some(OnConflict::Nothing(key)) => {
                shape.byte(1);
                conflicting_shape(shape, key);
            }
            Some(OnConflict::Update { key, assigns, only_if }) => {
                shape.byte(2 + u8::from(only_if.is_some()));
                conflicting_shape(shape, key);
                shape.count(assigns.len());
                for assign in assigns {
                    shape.column_facts(assign.column.facts);
                    shape.node(&assign.value)?;
                }
                only_if.iter().try_for_each(|condition| shape.node(condition))?;
            }
        }
        Ok(())
    }

    fn add_conflict(&self, renderer: &mut Renderer, statement: &mut InsertStatement) -> Result<()> {
        let clause = self.conflict.map(|to| conflict::clause(renderer, self.table, self.columns, to));
        if let Some(clause) = clause.transpose()?.flatten() {
            statement.on_conflict(clause);
        }
        Ok(())
    }

    fn render(&self, renderer: &mut Renderer, values: &[Value]) -> Result<InsertStatement> {
        let mut statement = self.head(renderer);
        if self.columns.is_empty() {
            statement.or_default_values();
        }
        for row in values.chunks(self.columns.len().max(1)) {
            let row = row.iter().zip(self.columns).map(|(value, facts)| renderer.stored(facts, value));
            let row = row.collect::<Result<Vec<_>>>()?;
            statement.values(row).map_err(|error| Error::invalid_query(error.to_string()))?;
        }
        self.add_conflict(renderer, &mut statement)?;
        Ok(statement)
    }

    /// INSERT INTO and the columns.
    fn head(&self, renderer: &mut Renderer) -> InsertStatement {
        let name = renderer.open(self.source, self.table);
        let mut statement = InsertStatement::new();
        statement.into_table(table_ref(self.table, &name));
        statement.columns(self.columns.iter().map(|facts| Alias::new(facts.name)));
        statement
    }

    fn returned(&self, dialect: Dialect) -> Vec<String> {
        let columns = if self.returning { self.table.columns } else { &[] };
        columns.iter().map(|facts| returned(dialect, facts, dialect.quote(facts.name))).collect()
    }
}

fn conflicting_shape(shape: &mut Shape<'_>, key: &Conflicting) {
    match key {
        Conflicting::Anything => shape.count(usize::MAX),
        Conflicting::Columns(columns) => {
            shape.count(columns.len());
            columns.iter().for_each(|facts| shape.column_facts(facts));
        }
    }
}

/// The statement of an INSERT of rows that are given one after another.
pub(crate) fn insert(dialect: Dialect, insert: &InsertSql<'_>, values: Vec<Value>) -> Result<Statement> {
    if insert.returning && !dialect.capabilities().returning.insert {
        return super::spelling::unsupported(dialect, "returns no rows of an insert");
    }
    let shape = insert.shape(dialect, &values)?;
    let rendered = cache::get_or_render(&shape.bytes, || {
        let mut renderer = Renderer::new(dialect, &shape.params);
        let statement = insert.render(&mut renderer, &values)?;
        renderer.finish_returning(&statement, Access::WriteByKey, &insert.returned(dialect))
    })?;
    let reordered = reordered(dialect, &rendered, &shape.params, values.len())?;
    drop(shape);
    Ok(rendered.statement(reordered.unwrap_or(values)))
}

/// The rows of a query.
pub(crate) struct InsertFromSql<'a> {
    pub table: &'static TableFacts,
    pub columns: &'a [&'static ColumnFacts],
    pub plan: &'a Plan,
    pub returning: bool,
}

/// The statement of an INSERT of the rows of a query.
pub(crate) fn insert_from(dialect: Dialect, insert: &InsertFromSql<'_>) -> Result<Statement> {
    if insert.returning && !dialect.capabilities().returning.insert {
        return super::spelling::unsupported(dialect, "returns no rows of an insert");
    }
    let mut shape = Shape::new(dialect, 7);
    shape.byte(u8::from(insert.returning));
    shape.table(insert.table);
    shape.count(insert.columns.len());
    insert.columns.iter().for_each(|facts| shape.column_facts(facts));
    shape.plan(insert.plan)?;
    let rendered = cache::get_or_render(&shape.bytes, || {
        let mut renderer = Renderer::new(dialect, &shape.params);
        let rows = select::inside(&mut renderer, insert.plan)?;
        let mut statement = InsertStatement::new();
        statement.into_table(table_ref(insert.table, insert.table.name));
        statement.columns(insert.columns.iter().map(|facts| Alias::new(facts.name)));
        statement.select_from(rows).map_err(|error| Error::invalid_query(error.to_string()))?;
        let columns = if insert.returning { insert.table.columns } else { &[] };
        let columns: Vec<_> =
            columns.iter().map(|facts| returned(dialect, facts, dialect.quote(facts.name))).collect();
        renderer.finish_returning(&statement, Access::Write, &columns)
    })?;
    Ok(rendered.statement(bind(dialect, &rendered, &shape.params)?))
}

/// The statements of an INSERT of many rows, each with values for the same columns.
pub(crate) fn insert_many(
    dialect: Dialect,
    sql: &InsertSql<'_>,
    rows: Vec<Vec<Value>>,
) -> Result<Vec<Statement>> {
    if by_arrays(dialect, sql.columns) && rows.len() > 1 {
        return in_arrays(rows).map(|rows| unnested(dialect, sql, rows)).collect();
    }
    let chunks = in_lists(dialect, sql.columns.len(), rows).into_iter();
    chunks.map(|chunk| insert(dialect, sql, chunk.into_iter().flatten().collect())).collect()
}

/// Whether rows of these columns are one array for each column.
pub(super) fn by_arrays(dialect: Dialect, columns: &[&'static ColumnFacts]) -> bool {
    let is_array = |facts: &&ColumnFacts| matches!(facts.fact.value, ValueType::Array(_));
    dialect.spelling().bulk_arrays() && !columns.is_empty() && !columns.iter().any(is_array)
}

/// The rows of one statement each, where they are written by arrays.
pub(super) fn in_arrays(rows: Vec<Vec<Value>>) -> impl Iterator<Item = Vec<Vec<Value>>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<_> = rows.by_ref().take(ROWS_PER_ARRAY).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// The rows of one statement each, where every value is a parameter.
pub(super) fn in_lists(dialect: Dialect, columns: usize, rows: Vec<Vec<Value>>) -> Vec<Vec<Vec<Value>>> {
    // A row without columns is `DEFAULT VALUES`, of which a statement holds one.
    let most = match columns {
        0 => 1,
        _ => (dialect.capabilities().parameter_limit / columns).clamp(1, ROWS_PER_STATEMENT),
    };
    chunks(rows, most)
}

/// The rows in lists of at most so many, and of not much more than so many bytes.
fn chunks(rows: Vec<Vec<Value>>, most: usize) -> Vec<Vec<Vec<Value>>> {
    let mut chunks: Vec<Vec<Vec<Value>>> = Vec::new();
    let mut bytes = BYTES_PER_STATEMENT;
    for row in rows {
        let size = row.iter().map(size).sum::<usize>();
        match chunks.last_mut().filter(|chunk| chunk.len() < most && bytes + size <= BYTES_PER_STATEMENT) {
            Some(chunk) => {
                bytes += size;
                chunk.push(row);
            }
            None => {
                bytes = size;
                chunks.push(vec![row]);
            }
        }
    }
    chunks
}

/// About how many bytes a value is on its way.
fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Json(json) => json.to_string().len(),
        _ => 16,
    }
}

/// One array for each column: the same text for any number of rows.
fn unnested(dialect: Dialect, sql: &InsertSql<'_>, rows: Vec<Vec<Value>>) -> Result<Statement> {
    let arrays = transposed(sql.table, sql.columns, rows)?;
    let mut shape = Shape::new(dialect, 5);
    shape.byte(u8::from(sql.returning));
    shape.source(sql.source, sql.table);
    shape.stored(sql.table, sql.columns, &arrays)?;
    sql.conflict_shape(&mut shape)?;
    let rendered = cache::get_or_render(&shape.bytes, || {
        let mut renderer = Renderer::new(dialect, &shape.params);
        let mut statement = sql.head(&mut renderer);
        let params = arrays.iter().map(|array| renderer.param(array)).collect::<Result<Vec<Expr>>>()?;
        let mut body = SelectStatement::new();
        body.exprs(renderer.spelling.unnest(sql.columns, params));
        statement.select_from(body).map_err(|error| Error::invalid_query(error.to_string()))?;
        sql.add_conflict(&mut renderer, &mut statement)?;
        renderer.finish_returning(&statement, Access::Write, &sql.returned(dialect))
    })?;
    let reordered = reordered(dialect, &rendered, &shape.params, arrays.len())?;
    drop(shape);
    Ok(rendered.statement(reordered.unwrap_or(arrays)))
}

/// One array for each column.
pub(super) fn transposed(
    table: &'static TableFacts,
    columns: &[&'static ColumnFacts],
    rows: Vec<Vec<Value>>,
) -> Result<Vec<Value>> {
    let mut lists: Vec<Vec<Value>> = columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for ((list, facts), value) in lists.iter_mut().zip(columns).zip(row) {
            list.push(checked(table, facts, value)?);
        }
    }
    let arrays = columns.iter().zip(lists);
    Ok(arrays.map(|(facts, list)| Value::Array(&facts.fact.value, list)).collect())
}

fn checked(table: &'static TableFacts, facts: &'static ColumnFacts, value: Value) -> Result<Value> {
    match value {
        Value::Invalid(why) => {
            Err(Error::invalid_value(why).context(format_args!("`{}.{}`", table.model, facts.field)))
        }
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_into_statements_by_their_number_and_their_bytes() {
        let lengths = |rows: Vec<Vec<Value>>, most: usize| -> Vec<usize> {
            chunks(rows, most).iter().map(Vec::len).collect()
        };
        let short = || vec![Value::I64(1)];
        let long = || vec![Value::Bytes(vec![0; BYTES_PER_STATEMENT / 2 + 1])];
        assert_eq!(lengths(vec![short(), short(), short()], 2), [2, 1]);
        assert_eq!(lengths(vec![long(), long(), short()], 128), [1, 2]);
        assert!(lengths(Vec::new(), 128).is_empty());
    }
}
