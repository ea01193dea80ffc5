//! Rows with rows below them: level by level, as few statements as there are relations, in one transaction.
//!
//! A row below others takes their key. That is known where the program gives it; a key that the database counts up is read back,
//! and goes by the order of the rows, since one statement counts up in the order in which they stand. Any other key that only the
//! database knows is read back row by row.

use std::any::TypeId;

use orm_schema::ValueType;

use super::{
    key::{Capture, Key},
    output::{Batch, Items},
    row::RowBuilder,
    run::{self, Boxed},
};
use crate::{
    error::{Error, Result},
    executor::Handle,
    facts::{ColumnFacts, TableFacts},
    model::Model,
    relation::{Cardinality, JoinTable, Link, Many, Path, Relation},
    statement::Statement,
    value::Value,
};

/// Why an upsert is inserted by itself.
pub(super) const UPSERT: &str =
    "a row that may be there already is inserted without rows below it: insert those when you have its key";

/// The rows below one row, along one relation.
#[derive(Debug, Clone)]
pub(super) struct Below {
    relation: &'static str,
    /// The row belongs to those, so they would have to be there before it.
    is_above: bool,
    /// It leads to more than one row.
    is_many: bool,
    path: Path,
    table: &'static TableFacts,
    rows: Vec<RowBuilder>,
}

impl Below {
    pub(super) fn new<M: Model, T: Model, C: Cardinality>(
        relation: Relation<M, T, C>,
        rows: Vec<RowBuilder>,
    ) -> Self {
        Self {
            relation: relation.name(),
            is_above: matches!(relation.link(), Link::Forward(_)),
            is_many: TypeId::of::<C>() == TypeId::of::<Many>(),
            path: relation.path(),
            table: T::TABLE,
            rows,
        }
    }

    fn check(&self, owner: &TableFacts) -> Result<()> {
        if self.is_above {
            return Err(Error::invalid_query(format!(
                "`{}` is what a `{}` belongs to: insert that first, and give its key",
                self.relation, owner.model
            )));
        }
        if !self.is_many && self.rows.len() > 1 {
            return Err(Error::invalid_query(format!(
                "`{}` of `{}` leads to one row at most, and {} are given",
                self.relation,
                owner.model,
                self.rows.len()
            )));
        }
        let Some(through) = &self.path.through else { return Ok(()) };
        let is_given = |facts: &&ColumnFacts| {
            through.owner.iter().chain(&through.target).any(|given| given.name == facts.name)
        };
        match through.table.columns.iter().find(|facts| facts.required && !is_given(facts)) {
            None => Ok(()),
            Some(facts) => Err(Error::invalid_query(format!(
                "`{}.{}` has no default, so rows of `{}` cannot be made through `{}`: insert those of both by hand",
                through.table.model, facts.field, self.table.model, self.relation
            ))),
        }
    }
}

/// The rows below those of one level.
pub(super) struct Level {
    table: &'static TableFacts,
    branches: Vec<Branch>,
}

/// What is below the rows of one level along one relation.
struct Branch {
    relation: &'static str,
    path: Path,
    table: &'static TableFacts,
    /// The rows, with the place of the row that they are below.
    below: Vec<(usize, Vec<RowBuilder>)>,
}

impl Level {
    /// Takes what is below the rows out of them.
    pub(super) fn of(table: &'static TableFacts, rows: &mut [RowBuilder]) -> Result<Self> {
        let mut branches: Vec<Branch> = Vec::new();
        for (place, row) in rows.iter_mut().enumerate() {
            for Below { relation, path, table: target, rows, .. } in row.checked_below(table)? {
                if rows.is_empty() {
                    continue;
                }
                // Not every row need have the same relations, and one may have rows along a relation twice.
                let of_others = |branch: &&mut Branch| {
                    branch.relation == relation && branch.below.last().is_none_or(|(last, _)| *last != place)
                };
                match branches.iter_mut().find(of_others) {
                    Some(branch) => branch.below.push((place, rows)),
                    None => {
                        branches.push(Branch { relation, path, table: target, below: vec![(place, rows)] });
                    }
                }
            }
        }
        Ok(Self { table, branches })
    }

    /// What reads the columns of the rows that those below them refer to, from all columns of the table.
    pub(super) fn captures(&self) -> Vec<Capture> {
        self.branches.iter().map(|branch| capture(self.table, &branch.path.owner)).collect()
    }

    /// Inserts what is below the rows: for each relation the keys of the rows.
    pub(super) async fn insert(self, handle: Handle<'_>, keys: Vec<Vec<Option<Key>>>) -> Result<()> {
        for (branch, keys) in self.branches.into_iter().zip(keys) {
            along(handle, self.table, branch, &keys).await?;
        }
        Ok(())
    }
}

/// Inserts rows, and all that is below them.
pub(super) async fn insert_all(
    handle: Handle<'_>,
    table: &'static TableFacts,
    rows: Vec<RowBuilder>,
) -> Result<()> {
    insert(handle, table, rows, Vec::new()).await.map(drop)
}

/// Inserts rows and all that is below them; gives the columns of each row that were asked for. Boxed, because there may be rows below.
fn insert<'a>(
    handle: Handle<'a>,
    table: &'static TableFacts,
    mut rows: Vec<RowBuilder>,
    wanted: ColumnList,
) -> Boxed<'a, Vec<Option<Key>>> {
    Box::pin(async move {
        let level = Level::of(table, &mut rows)?;
        let mut columns: Vec<ColumnList> =
            level.branches.iter().map(|branch| branch.path.owner.clone()).collect();
        columns.push(wanted);
        let mut keys = insert_level(handle, table, rows, &columns).await?;
        let wanted = keys.pop().unwrap_or_default();
        level.insert(handle, keys).await?;
        Ok(wanted)
    })
}

/// Inserts rows below others along one relation; `keys` are those of the rows above.
async fn along(handle: Handle<'_>, owner: &TableFacts, branch: Branch, keys: &[Option<Key>]) -> Result<()> {
    let Branch { path, table, below, .. } = branch;
    let mut rows = Vec::new();
    let mut above = Vec::new();
    for (place, below) in below {
        let key = known(owner, &path.owner, keys.get(place).and_then(Option::as_ref))?;
        above.extend(below.iter().map(|_| key));
        rows.extend(below);
    }
    let Some(through) = path.through else {
        for (row, key) in rows.iter_mut().zip(above) {
            row.set_key(&path.target, key)?;
        }
        return insert_all(handle, table, rows).await;
    };
    let keys = insert(handle, table, rows, path.target.clone()).await?;
    let keys = keys.iter().map(|key| known(table, &path.target, key.as_ref())).collect::<Result<Vec<_>>>()?;
    link(handle, &through, above, keys).await
}

/// Inserts the rows of a join table.
async fn link(handle: Handle<'_>, through: &JoinTable, owners: Vec<&Key>, targets: Vec<&Key>) -> Result<()> {
    let mut links = Vec::with_capacity(targets.len());
    for (owner, target) in owners.into_iter().zip(targets) {
        let mut row = RowBuilder::new(through.table);
        row.set_key(&through.owner, owner)?;
        row.set_key(&through.target, target)?;
        (through.fill)(&mut row);
        links.push(row);
    }
    insert_all(handle, through.table, links).await
}

/// Inserts rows without what is below them; gives for each list of columns what the rows have there.
async fn insert_level(
    handle: Handle<'_>,
    table: &'static TableFacts,
    rows: Vec<RowBuilder>,
    wanted: &[ColumnList],
) -> Result<Vec<Vec<Option<Key>>>> {
    let mut keys: Vec<Vec<Option<Key>>> = wanted.iter().map(|_| Vec::new()).collect();
    for rows in RowBuilder::alike(rows) {
        let more = insert_alike(handle, table, rows, wanted).await?;
        keys.iter_mut().zip(more).for_each(|(keys, more)| keys.extend(more));
    }
    Ok(keys)
}

/// The same for rows that write the same columns.
async fn insert_alike(
    handle: Handle<'_>,
    table: &'static TableFacts,
    rows: Vec<RowBuilder>,
    wanted: &[ColumnList],
) -> Result<Vec<Vec<Option<Key>>>> {
    let Some(first) = rows.first() else { return Ok(wanted.iter().map(|_| Vec::new()).collect()) };
    let maker = maker_of(table, &first.columns(), wanted);
    let insert = |rows, returning| {
        RowBuilder::statements(handle.dialect(), super::next_source(), None, rows, returning)
    };
    match maker {
        Maker::Program => {
            let keys = wanted.iter().map(|wanted| rows.iter().map(|row| row.key(wanted)).collect()).collect();
            for statement in insert(rows, false)? {
                run::execute(handle, statement, table).await?;
            }
            Ok(keys)
        }
        Maker::Counter(identity) => {
            let statements = insert(rows, true)?;
            read_back(handle, table, statements, wanted, Some(identity)).await
        }
        Maker::Database => {
            let each = rows.into_iter().map(|row| insert(vec![row], true)).collect::<Result<Vec<_>>>()?;
            read_back(handle, table, each.into_iter().flatten().collect(), wanted, None).await
        }
    }
}

/// Columns that somebody asks for.
type ColumnList = Vec<&'static ColumnFacts>;

/// Who makes the values of columns.
enum Maker {
    /// The program gives all of them.
    Program,
    /// One of them is a number that the database counts up from row to row.
    Counter(&'static ColumnFacts),
    /// The database makes them in ways of its own.
    Database,
}

fn maker_of(table: &TableFacts, given: &[&'static ColumnFacts], wanted: &[ColumnList]) -> Maker {
    let is_given = |facts: &&&ColumnFacts| given.iter().any(|given| given.name == facts.name);
    let mut unknown = wanted.iter().flatten().filter(|facts| !is_given(facts));
    let Some(first) = unknown.next() else { return Maker::Program };
    let is_one = unknown.all(|other| other.name == first.name);
    if is_one && is_counted_up(table, first) { Maker::Counter(first) } else { Maker::Database }
}

/// Whether the database gives the column of one row after another a larger number.
fn is_counted_up(table: &TableFacts, column: &ColumnFacts) -> bool {
    let declared = table.table();
    declared.columns.iter().any(|of| of.name.as_str() == column.name && of.identity.is_some())
}

/// Runs inserts that return their rows, and reads the keys in the order in which the rows were given.
async fn read_back(
    handle: Handle<'_>,
    table: &'static TableFacts,
    statements: Vec<Statement>,
    wanted: &[ColumnList],
    identity: Option<&'static ColumnFacts>,
) -> Result<Vec<Vec<Option<Key>>>> {
    let mut keys: Vec<Vec<Option<Key>>> = wanted.iter().map(|_| Vec::new()).collect();
    for statement in statements {
        let mut captures: Vec<Capture> = wanted.iter().map(|columns| capture(table, columns)).collect();
        captures.push(capture(table, identity.as_slice()));
        let (_, mut captured) = run::returning_keys(handle, statement, table, nothing(), captures).await?;
        let numbers = captured.pop().unwrap_or_default();
        if let Some(identity) = identity
            && !numbers.is_sorted_by_key(|number| number.as_ref().and_then(counted))
        {
            // The order of RETURNING is no promise, and where it is another one than that of the numbers, one of both is not that of
            // the rows: SQLite counts no further once the largest number is taken, and a sequence may count down.
            return Err(Error::unsupported(format!(
                "the database has not counted `{}.{}` up from row to row, so which key is whose is unknown: insert the rows one by one",
                table.model, identity.field
            )));
        }
        keys.iter_mut().zip(captured).for_each(|(keys, captured)| keys.extend(captured));
    }
    Ok(keys)
}

/// The number of a key that is counted up.
fn counted(key: &Key) -> Option<i128> {
    match key.values().as_slice() {
        [Value::I64(number)] => Some(i128::from(*number)),
        [Value::U64(number)] => Some(i128::from(*number)),
        _ => None,
    }
}

fn nothing() -> Box<dyn Batch> {
    Items::batch(|_| Ok(()))
}

/// Reads those columns from rows that have all columns of the table.
fn capture(table: &TableFacts, columns: &[&'static ColumnFacts]) -> Capture {
    let place = |facts: &&ColumnFacts| -> Option<(usize, ValueType)> {
        Some((table.position(facts.name)?, facts.fact.value))
    };
    Capture::new(columns.iter().filter_map(place).collect())
}

/// A key that others refer to, of which nothing may be NULL.
fn known<'a>(table: &TableFacts, columns: &[&ColumnFacts], key: Option<&'a Key>) -> Result<&'a Key> {
    key.ok_or_else(|| {
        let fields: Vec<_> =
            columns.iter().map(|facts| format!("`{}.{}`", table.model, facts.field)).collect();
        Error::invalid_query(format!(
            "{} is NULL in a row that others are inserted below, so they cannot refer to it",
            fields.join(" or ")
        ))
    })
}

impl RowBuilder {
    /// Takes out what is below it.
    fn checked_below(&mut self, table: &TableFacts) -> Result<Vec<Below>> {
        let below = self.take_below();
        below.iter().try_for_each(|below| below.check(table))?;
        Ok(below)
    }

    /// The values of those columns; `None` where one is missing or NULL.
    pub(super) fn key(&self, columns: &[&'static ColumnFacts]) -> Option<Key> {
        let values = columns.iter().map(|facts| self.value(facts).filter(|value| !value.is_null()).cloned());
        values.collect::<Option<Vec<Value>>>().map(|values| Key::of(&values))
    }

    /// Writes a key of another row into columns that refer to it.
    fn set_key(&mut self, columns: &[&'static ColumnFacts], key: &Key) -> Result<()> {
        for (facts, value) in columns.iter().zip(key.values()) {
            let value = run::fit(&value, facts).ok_or_else(|| {
                Error::invalid_value(format!("the key of the row above does not fit into `{}`", facts.field))
            })?;
            self.set_named(facts, value);
        }
        Ok(())
    }
}
