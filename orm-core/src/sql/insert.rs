//! INSERT: one row, or many.

use orm_schema::ValueType;
use sea_query::{Alias, Expr, InsertStatement, OnConflict as Clause, Query, SelectStatement};

use super::{
    cache,
    render::{Renderer, bind, table_ref},
    shape::Shape,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    facts::{ColumnFacts, TableFacts},
    query::OnConflict,
    statement::{Access, Statement},
    value::Value,
};

/// How many rows one statement inserts where there are no arrays; a multiple of it shares one text.
const ROWS_PER_STATEMENT: usize = 128;

/// How many rows one statement of arrays inserts.
const ROWS_PER_ARRAY: usize = 5_000;

/// One row, or some rows of the same columns.
pub(crate) struct InsertSql<'a> {
    pub table: &'static TableFacts,
    pub source: u32,
    pub columns: &'a [&'static ColumnFacts],
    pub rows: usize,
    pub conflict: Option<&'a OnConflict>,
    pub returning: bool,
}

impl InsertSql<'_> {
    fn shape<'v>(&'v self, dialect: Dialect, values: &'v [Value]) -> Result<Shape<'v>> {
        let mut shape = Shape::new(dialect, 4);
        shape.byte(u8::from(self.returning));
        shape.source(self.source, self.table);
        shape.count(self.rows);
        shape.count(self.columns.len());
        self.columns.iter().for_each(|facts| shape.column_facts(facts));
        for (at, value) in values.iter().enumerate() {
            shape.param(value).map_err(|error| {
                let facts = self.columns[at % self.columns.len()];
                error.context(format_args!("`{}.{}`", self.table.model, facts.field))
            })?;
        }
        match self.conflict {
            None => shape.byte(0),
            Some(OnConflict::Nothing(target)) => {
                shape.byte(1);
                shape.count(target.len());
                target.iter().for_each(|facts| shape.column_facts(facts));
            }
            Some(OnConflict::Update(target, assigns)) => {
                shape.byte(2);
                shape.count(target.len());
                target.iter().for_each(|facts| shape.column_facts(facts));
                shape.count(assigns.len());
                for assign in assigns {
                    shape.column_facts(assign.column.facts);
                    shape.node(&assign.value)?;
                }
            }
        }
        Ok(shape)
    }

    fn render(&self, renderer: &mut Renderer, values: &[Value]) -> Result<InsertStatement> {
        let mut statement = self.head(renderer);
        if self.columns.is_empty() {
            statement.or_default_values();
        }
        for row in values.chunks(self.columns.len().max(1)) {
            let row = row.iter().map(|value| renderer.param(value)).collect::<Result<Vec<_>>>()?;
            statement.values(row).map_err(|error| Error::invalid_query(error.to_string()))?;
        }
        if let Some(conflict) = self.conflict {
            statement.on_conflict(conflict_clause(renderer, conflict)?);
        }
        Ok(statement)
    }

    /// INSERT INTO, the columns and RETURNING.
    fn head(&self, renderer: &mut Renderer) -> InsertStatement {
        let name = renderer.open(self.source, self.table);
        let mut statement = InsertStatement::new();
        statement.into_table(table_ref(self.table, &name));
        statement.columns(self.columns.iter().map(|facts| Alias::new(facts.name)));
        if self.returning {
            let columns = self.table.columns.iter().map(|facts| Alias::new(facts.name));
            statement.returning(Query::returning().columns(columns));
        }
        statement
    }
}

fn conflict_clause(renderer: &mut Renderer, conflict: &OnConflict) -> Result<Clause> {
    let (OnConflict::Nothing(target) | OnConflict::Update(target, _)) = conflict;
    let mut clause = Clause::columns(target.iter().map(|facts| Alias::new(facts.name)));
    match conflict {
        OnConflict::Nothing(_) => {
            clause.do_nothing();
        }
        OnConflict::Update(_, assigns) => {
            for assign in assigns {
                clause.value(Alias::new(assign.column.facts.name), renderer.node(&assign.value)?);
            }
        }
    }
    Ok(clause)
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
        renderer.finish(&statement, Access::WriteByKey)
    })?;
    let params = bind(dialect, &rendered, &shape.params)?;
    Ok(Statement::new(std::sync::Arc::clone(&rendered.sql), params))
}

/// The statements of an INSERT of many rows, each with values for the same columns.
pub(crate) fn insert_many(
    dialect: Dialect,
    table: &'static TableFacts,
    columns: &[&'static ColumnFacts],
    rows: Vec<Vec<Value>>,
    returning: bool,
) -> Result<Vec<Statement>> {
    let arrays = dialect.spelling().bulk_arrays()
        && !columns.is_empty()
        && columns.iter().all(|facts| !matches!(facts.fact.value, ValueType::Array(_)));
    if arrays && rows.len() > 1 {
        return rows
            .chunks(ROWS_PER_ARRAY)
            .map(|rows| unnested(dialect, table, columns, rows, returning))
            .collect();
    }
    let most = (dialect.capabilities().parameter_limit / columns.len().max(1)).clamp(1, ROWS_PER_STATEMENT);
    // A row without columns is `DEFAULT VALUES`, of which a statement holds one.
    let most = if columns.is_empty() { 1 } else { most };
    let mut statements = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(most).collect();
        let sql = InsertSql {
            table,
            source: crate::query::next_source(),
            columns,
            rows: chunk.len(),
            conflict: None,
            returning,
        };
        statements.push(insert(dialect, &sql, chunk.into_iter().flatten().collect())?);
    }
    Ok(statements)
}

/// One array for each column: the same text for any number of rows.
fn unnested(
    dialect: Dialect,
    table: &'static TableFacts,
    columns: &[&'static ColumnFacts],
    rows: &[Vec<Value>],
    returning: bool,
) -> Result<Statement> {
    let arrays = transpose(table, columns, rows)?;
    let sql =
        InsertSql { table, source: crate::query::next_source(), columns, rows: 0, conflict: None, returning };
    let mut shape = Shape::new(dialect, 5);
    shape.byte(u8::from(returning));
    shape.source(sql.source, table);
    shape.count(columns.len());
    for (facts, array) in columns.iter().zip(&arrays) {
        shape.column_facts(facts);
        shape
            .param(array)
            .map_err(|error| error.context(format_args!("`{}.{}`", table.model, facts.field)))?;
    }
    let rendered = cache::get_or_render(&shape.bytes, || {
        let mut renderer = Renderer::new(dialect, &shape.params);
        let mut statement = sql.head(&mut renderer);
        let params = arrays.iter().map(|array| renderer.param(array)).collect::<Result<Vec<Expr>>>()?;
        let types: Vec<ValueType> = columns.iter().map(|facts| facts.fact.value).collect();
        let mut body = SelectStatement::new();
        body.exprs(renderer.spelling.unnest(&types, params));
        statement.select_from(body).map_err(|error| Error::invalid_query(error.to_string()))?;
        renderer.finish(&statement, Access::Write)
    })?;
    let params = bind(dialect, &rendered, &shape.params)?;
    Ok(Statement::new(std::sync::Arc::clone(&rendered.sql), params))
}

fn transpose(
    table: &'static TableFacts,
    columns: &[&'static ColumnFacts],
    rows: &[Vec<Value>],
) -> Result<Vec<Value>> {
    columns
        .iter()
        .enumerate()
        .map(|(at, facts)| {
            let items = rows.iter().filter_map(|row| row.get(at).cloned());
            let items = items.map(|value| checked(table, facts, value)).collect::<Result<_>>()?;
            Ok(Value::Array(&facts.fact.value, items))
        })
        .collect()
}

fn checked(table: &'static TableFacts, facts: &'static ColumnFacts, value: Value) -> Result<Value> {
    match value {
        Value::Invalid(why) => {
            Err(Error::invalid_value(why).context(format_args!("`{}.{}`", table.model, facts.field)))
        }
        value => Ok(value),
    }
}
