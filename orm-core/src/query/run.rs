//! Runs a plan: one statement for its rows, one more for each relation. Nothing here is generic.

use std::{any::Any, pin::Pin};

use super::{
    key::{Capture, Groups, Key},
    output::{Batch, Parts},
    plan::{Plan, RowLock},
    row_count,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    executor::{Executor, Handle},
    expr::{Column, Node},
    facts::TableFacts,
    reader::Reader,
    relation::{LoadPlan, Part},
    sql::{self, Limit, Purpose, Select},
    statement::{Sink, Statement, given_back},
    unique_key::unique_keys,
    value::Value,
};

/// How many keys one statement looks up.
pub(super) const KEYS_PER_STATEMENT: usize = 10_000;

/// A `Vec` of a plan's output.
pub(super) type Rows = Box<dyn Any + Send>;

pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// All rows of a plan, with their relations: a `Vec` of the plan's output.
pub(super) async fn rows(handle: Handle<'_>, plan: &Plan) -> Result<Rows> {
    plan.check()?;
    let fetched = fetch(handle, plan, None, plan.limit.as_ref()).await?;
    complete(handle, plan, fetched).await
}

/// The first rows of a plan, with their relations.
pub(super) async fn at_most(handle: Handle<'_>, plan: &Plan, most: u64) -> Result<Rows> {
    plan.check()?;
    let most = row_count(most);
    let limit = match &plan.limit {
        None if plan.by_key => None,
        Some(limit) if number(limit) <= number(&most) => Some(limit),
        _ => Some(&most),
    };
    let fetched = fetch(handle, plan, None, limit).await?;
    complete(handle, plan, fetched).await
}

pub(super) fn number(value: &Value) -> i64 {
    if let Value::I64(number) = value { *number } else { i64::MAX }
}

/// How many rows a plan has.
pub(super) async fn count(handle: Handle<'_>, plan: &Plan) -> Result<i64> {
    let counted = single(handle, plan, Purpose::Count).await?;
    Ok(counted.unwrap_or_default())
}

/// How many rows a plan has without its limit.
pub(super) async fn count_all(handle: Handle<'_>, plan: &Plan) -> Result<i64> {
    let plan = Plan { limit: None, offset: None, orders: Vec::new(), ..plan.clone() };
    count(handle, &plan).await
}

/// Whether a plan has rows.
pub(super) async fn exists(handle: Handle<'_>, plan: &Plan) -> Result<bool> {
    Ok(single(handle, plan, Purpose::Exists).await?.is_some())
}

/// The first column of the first row.
async fn single(handle: Handle<'_>, plan: &Plan, purpose: Purpose) -> Result<Option<i64>> {
    let statement = statement(handle.dialect(), plan, purpose)?;
    let batch = super::output::Items::batch(|reader| reader.i64());
    let collector = collect(handle, statement, Names::Rows(plan.root().table), batch, Vec::new()).await?;
    let rows = super::downcast::<Option<i64>>(collector.batch.into_any())?;
    Ok(rows.into_iter().next().flatten())
}

/// The keys of a plan's rows, each once; the rows are locked until the transaction ends.
pub(super) async fn locked_keys(handle: Handle<'_>, plan: &Plan) -> Result<Vec<Vec<Value>>> {
    let root = plan.root();
    let column = |facts| Node::Column(Column { source: root.id, facts });
    let picks: Vec<Node> = root.table.key_columns().map(column).collect();
    let select = Select { picks: Some(&picks), lock: Some(RowLock::UPDATE), ..Select::of(plan) };
    let statement = sql::select(handle.dialect(), &select)?;
    let types = root.table.key_columns().map(|facts| facts.fact.value);
    let capture = Capture::new(types.enumerate().collect());
    let nothing = super::output::Items::batch(|_| Ok(()));
    let collector = collect(handle, statement, Names::Rows(root.table), nothing, vec![capture]).await?;
    let keys = collector.captures.into_iter().flat_map(|capture| capture.keys).collect();
    Ok(Groups::new(keys).keys)
}

/// The statement that asks something of the rows of a plan.
pub(super) fn statement(dialect: Dialect, plan: &Plan, purpose: Purpose) -> Result<Statement> {
    plan.check()?;
    let mut extra = Vec::new();
    if purpose == Purpose::Rows {
        for load in &plan.reading.loads {
            plan.places(load, &mut extra);
        }
    }
    sql::select(dialect, &Select { extra: &extra, purpose, ..Select::of(plan) })
}

/// The text of that statement.
pub(super) fn sql(dialect: Dialect, plan: &Plan, purpose: Purpose) -> Result<String> {
    Ok(statement(dialect, plan, purpose)?.sql.text().to_string())
}

/// The rows of one statement, and the keys that were read beside them.
struct Fetched {
    rows: Rows,
    /// The keys by which the rows are handed out, when they were loaded for others.
    own: Vec<Option<Key>>,
    /// For each relation of the plan, the keys that ask.
    asking: Vec<Vec<Option<Key>>>,
}

/// Which rows are loaded for others: those whose columns hold one of the keys.
struct Keyed<'a> {
    load: &'a LoadPlan,
    condition: Node,
}

async fn fetch(
    handle: Handle<'_>,
    plan: &Plan,
    keyed: Option<&Keyed<'_>>,
    limit: Option<&Value>,
) -> Result<Fetched> {
    let mut extra = Vec::new();
    let own = keyed.map(|keyed| own_key(plan, keyed.load, &mut extra));
    let mut captures = Vec::from_iter(own);
    captures.extend(asking(plan, &mut extra));
    let statement = {
        let select = Select {
            extra: &extra,
            condition: keyed.map(|keyed| &keyed.condition),
            limit: Limit { rows: limit, offset: plan.offset.as_ref(), per_key: keyed.is_some() },
            ..Select::of(plan)
        };
        sql::select(handle.dialect(), &select)?
    };
    let collector = collect(handle, statement, Names::of(plan), (plan.reading.batch)(), captures).await?;
    let mut keys = collector.captures.into_iter().map(|capture| capture.keys);
    let own = if keyed.is_some() { keys.next().unwrap_or_default() } else { Vec::new() };
    Ok(Fetched { rows: collector.batch.into_any(), own, asking: keys.collect() })
}

/// Reads the keys by which the rows ask for the relations of the plan.
fn asking(plan: &Plan, extra: &mut Vec<Node>) -> Vec<Capture> {
    let capture = |load: &LoadPlan| {
        let types = load.owner.iter().map(|facts| facts.fact.value);
        Capture::new(plan.places(load, extra).into_iter().zip(types).collect())
    };
    plan.reading.loads.iter().map(capture).collect()
}

/// Loads the relations of rows that were collected, and puts both together.
pub(super) async fn with_relations(handle: Handle<'_>, plan: &Plan, collector: Collector) -> Result<Rows> {
    let asking = collector.captures.into_iter().map(|capture| capture.keys).collect();
    complete(handle, plan, Fetched { rows: collector.batch.into_any(), own: Vec::new(), asking }).await
}

/// Selects the columns by which a loaded row finds those that asked for it: always first among the extra ones.
fn own_key(plan: &Plan, load: &LoadPlan, extra: &mut Vec<Node>) -> Capture {
    let width = plan.reading.picks.as_ref().map_or(plan.root().table.columns.len(), Vec::len);
    let places = load
        .key
        .iter()
        .map(|facts| {
            extra.push(Node::Column(Column { source: load.key_source, facts }));
            (width + extra.len() - 1, facts.fact.value)
        })
        .collect();
    Capture::new(places)
}

/// Loads the relations and puts rows together.
async fn complete(handle: Handle<'_>, plan: &Plan, fetched: Fetched) -> Result<Rows> {
    let mut parts = Vec::with_capacity(plan.reading.loads.len());
    for (load, keys) in plan.reading.loads.iter().zip(fetched.asking) {
        parts.push(load_relation(handle, load, keys).await?);
    }
    match plan.reading.finish {
        None => Ok(fetched.rows),
        Some(finish) => finish(fetched.rows, Parts(parts)),
    }
}

/// Boxed, because a relation may have relations of its own.
fn load_relation<'a>(
    handle: Handle<'a>,
    load: &'a LoadPlan,
    keys: Vec<Option<Key>>,
) -> Boxed<'a, Box<dyn Part>> {
    Box::pin(async move {
        let groups = Groups::new(keys);
        load.plan.check()?;
        let mut items: Option<Rows> = None;
        let mut numbers = Vec::new();
        for chunk in groups.keys.chunks(KEYS_PER_STATEMENT) {
            let keyed = Keyed { load, condition: key_condition(load, chunk) };
            let fetched = fetch(handle, &load.plan, Some(&keyed), load.plan.limit.as_ref()).await?;
            numbers.extend(fetched.own.iter().map(|key| groups.of(key.as_ref())));
            let rows = complete(handle, &load.plan, fetched).await?;
            items = Some(match items.take() {
                None => rows,
                Some(before) => (load.append)(before, rows)?,
            });
        }
        (load.hand_out)(items, &numbers, &groups.parents, load.relation)
    })
}

/// The columns of the key hold one of the keys.
fn key_condition(load: &LoadPlan, keys: &[Vec<Value>]) -> Node {
    let columns =
        load.key.iter().map(|facts| Node::Column(Column { source: load.key_source, facts })).collect();
    let fitting =
        |key: &Vec<Value>| key.iter().zip(&load.key).map(|(value, facts)| fit(value, facts)).collect();
    let keys: Vec<Vec<Value>> = keys.iter().filter_map(fitting).collect();
    if keys.is_empty() { Node::Bool(false) } else { Node::InKeys(columns, keys) }
}

/// An integer in the width of the column, so that the parameter has the column's type; `None` when the column
/// cannot hold it, and so no row does.
pub(super) fn fit(value: &Value, facts: &crate::facts::ColumnFacts) -> Option<Value> {
    use orm_schema::ValueType;
    let Value::I64(number) = value else { return Some(value.clone()) };
    match facts.fact.value {
        ValueType::I8 | ValueType::I16 | ValueType::U8 => i16::try_from(*number).ok().map(Value::I16),
        ValueType::I32 | ValueType::U16 => i32::try_from(*number).ok().map(Value::I32),
        _ => Some(Value::I64(*number)),
    }
}

/// Collects the rows of a statement and the keys beside them.
pub(super) struct Collector {
    batch: Box<dyn Batch>,
    captures: Vec<Capture>,
}

impl Collector {
    /// For the rows of a plan, and the keys by which they ask for its relations.
    pub(super) fn of(plan: &Plan, extra: &mut Vec<Node>) -> Self {
        Self { batch: (plan.reading.batch)(), captures: asking(plan, extra) }
    }

    /// The rows so far; the next ones begin a batch of their own.
    pub(super) fn take_rows(&mut self, next: Box<dyn Batch>) -> Rows {
        std::mem::replace(&mut self.batch, next).into_any()
    }
}

impl Sink for Collector {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.batch.push(reader).map_err(|error| error.in_row(reader.position()))?;
        for capture in &mut self.captures {
            capture.read(reader)?;
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.batch.clear();
        for capture in &mut self.captures {
            capture.keys.clear();
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// What the columns of a row are called, for messages.
#[derive(Clone, Copy)]
pub(super) enum Names<'a> {
    /// Those of a whole row of the table.
    Rows(&'static TableFacts),
    /// What a query picked.
    Picks(&'a Plan, &'a [Node]),
}

impl<'a> Names<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        match &plan.reading.picks {
            None => Self::Rows(plan.root().table),
            Some(picks) => Self::Picks(plan, picks),
        }
    }

    /// Says which column could not be read.
    #[cold]
    pub(super) fn blame(self, mut error: Error) -> Error {
        let Some(place) = error.take_position().and_then(|position| position.checked_sub(1)) else {
            return error;
        };
        match self {
            Self::Rows(table) => match table.columns.get(place) {
                Some(facts) => error.context(format_args!("`{}.{}`", table.model, facts.field)),
                None => error.context(format_args!("`{}`", table.model)),
            },
            Self::Picks(plan, picks) => match picks.get(place).and_then(|pick| picked(plan, pick)) {
                Some((model, field)) => error.context(format_args!("`{model}.{field}`")),
                None => error.context(format_args!(
                    "`{}`, value {} of the row",
                    plan.root().table.model,
                    place + 1
                )),
            },
        }
    }
}

/// Model and field of a pick that is a column as it is.
fn picked(plan: &Plan, pick: &Node) -> Option<(&'static str, &'static str)> {
    let Node::Column(column) = pick else { return None };
    let source = plan.sources.iter().find(|source| source.id == column.source)?;
    Some((source.table.model, column.facts.field))
}

async fn collect(
    handle: Handle<'_>,
    statement: Statement,
    names: Names<'_>,
    batch: Box<dyn Batch>,
    captures: Vec<Capture>,
) -> Result<Collector> {
    let sink = handle.fetch(statement, Box::new(Collector { batch, captures })).await;
    given_back(sink.map_err(|error| names.blame(error))?)
}

/// The rows that a writing statement returns.
pub(super) async fn returning(
    handle: Handle<'_>,
    statement: Statement,
    table: &'static TableFacts,
    batch: Box<dyn Batch>,
) -> Result<Rows> {
    Ok(returning_keys(handle, statement, table, batch, Vec::new()).await?.0)
}

/// The rows that a writing statement returns, and the keys that were read beside them.
pub(super) async fn returning_keys(
    handle: Handle<'_>,
    statement: Statement,
    table: &'static TableFacts,
    batch: Box<dyn Batch>,
    captures: Vec<Capture>,
) -> Result<(Rows, Vec<Vec<Option<Key>>>)> {
    let collector = collect(handle, statement, Names::Rows(table), batch, captures)
        .await
        .map_err(|error| name_fields(error, table))?;
    let keys = collector.captures.into_iter().map(|capture| capture.keys).collect();
    Ok((collector.batch.into_any(), keys))
}

/// The number of rows that a writing statement changed.
pub(super) async fn execute(
    handle: Handle<'_>,
    statement: Statement,
    table: &'static TableFacts,
) -> Result<u64> {
    handle.execute(statement).await.map_err(|error| name_fields(error, table))
}

/// Runs the statements of one write, all or none, and counts the rows.
pub(super) async fn execute_all(
    handle: Handle<'_>,
    statements: Vec<Statement>,
    table: &'static TableFacts,
) -> Result<u64> {
    let mut changed = 0;
    let transaction = if statements.len() > 1 { Some(handle.begin().await?) } else { None };
    for statement in statements {
        changed += execute(transaction.as_ref().map_or(handle, Executor::handle), statement, table).await?;
    }
    if let Some(transaction) = transaction {
        transaction.commit().await?;
    }
    Ok(changed)
}

/// Runs the statements of one write, all or none, and gives the rows of each.
pub(super) async fn returning_all(
    handle: Handle<'_>,
    statements: Vec<Statement>,
    table: &'static TableFacts,
    batch: fn() -> Box<dyn Batch>,
) -> Result<Vec<Rows>> {
    let mut rows = Vec::with_capacity(statements.len());
    let transaction = if statements.len() > 1 { Some(handle.begin().await?) } else { None };
    for statement in statements {
        let on = transaction.as_ref().map_or(handle, Executor::handle);
        rows.push(returning(on, statement, table, batch()).await?);
    }
    if let Some(transaction) = transaction {
        transaction.commit().await?;
    }
    Ok(rows)
}

/// Adds model and fields to a violation, where the database named columns or nothing.
pub(super) fn name_fields(mut error: Error, table: &'static TableFacts) -> Error {
    let (unique, foreign_key) = (error.is_unique_violation(), error.is_foreign_key_violation());
    if let Some(violation) = error.violation_mut() {
        let ours = violation.table.as_deref().is_none_or(|name| name == table.name);
        if ours {
            violation.model = Some(table.model.to_owned());
            if !foreign_key {
                violation.table.get_or_insert_with(|| table.name.to_owned());
            }
            if violation.fields.is_empty()
                && let Some(name) = violation.constraint.as_deref().filter(|_| unique)
            {
                violation.fields = unique_key_columns(table, name);
            }
            if violation.fields.is_empty() && foreign_key {
                violation.fields = foreign_key_columns(table);
            }
            for name in &mut violation.fields {
                if let Some(facts) = table.columns.iter().find(|facts| facts.name == *name) {
                    facts.field.clone_into(name);
                }
            }
            // Of several foreign keys it is one, and nobody knows which.
            if violation.fields.len() == 1 || (!violation.fields.is_empty() && !foreign_key) {
                let named = violation.fields.iter().map(|field| format!("`{}.{field}`", table.model));
                let place = named.collect::<Vec<_>>().join(", ");
                return error.context(place);
            }
        }
    }
    error
}

/// The columns of a unique key, where the database says its name alone (MariaDB).
fn unique_key_columns(table: &TableFacts, name: &str) -> Vec<String> {
    let table = table.table();
    let key = unique_keys(&table).into_iter().find(|key| key.name == name);
    key.into_iter().flat_map(|key| key.columns).map(str::to_owned).collect()
}

/// The columns of all foreign keys: the candidates, where the database does not say which was violated (SQLite).
fn foreign_key_columns(table: &TableFacts) -> Vec<String> {
    let keys = table.table().foreign_keys;
    keys.iter().flat_map(|key| &key.columns).map(|column| column.as_str().to_owned()).collect()
}
