//! A query as plain data and function pointers: what is run, whatever its types were.

use std::{any::Any, fmt, sync::Arc};

use orm_schema::ValueType;
use smallvec::{SmallVec, smallvec};

use super::{
    output::{Batch, Parts},
    source::{DERIVED, JoinKind, Origin, Source, next_source},
};
use crate::{
    error::{Error, Result},
    expr::{Column, Node, OrderBy, OutputColumn, PickField},
    facts::{ColumnFacts, TableFacts},
    model::{Columns, Model},
    relation::{LoadField, LoadPlan, Path, tie},
    value::Value,
};

/// A query. Most have one table and one condition, which cost no allocation.
#[derive(Clone)]
pub struct Plan {
    /// The tables, the root first.
    pub(crate) sources: SmallVec<[Source; 1]>,
    /// The one whose columns are read where nothing is picked.
    pub(crate) whole: u32,
    /// Those of them that the closures see.
    pub(crate) scope: SmallVec<[u32; 2]>,
    pub(crate) filters: SmallVec<[Node; 1]>,
    pub(crate) groups: Vec<Node>,
    pub(crate) having: Vec<Node>,
    pub(crate) orders: Vec<OrderBy>,
    pub(crate) limit: Option<Value>,
    pub(crate) offset: Option<Value>,
    pub(crate) distinct: bool,
    /// Of the rows that are equal in these columns, only the first.
    pub(crate) distinct_on: Vec<Node>,
    /// What the rows are locked for, until the transaction ends.
    pub(crate) lock: Option<RowLock>,
    /// Whether the filters hold a whole primary key, so that there is one row at most.
    pub(crate) by_key: bool,
    /// Whether it reads one row of aggregates.
    pub(crate) aggregate: bool,
    pub(crate) reading: Reading,
    /// What is wrong with it, found while it was built.
    pub(crate) error: Option<String>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("sources", &self.sources)
            .field("filters", &self.filters)
            .finish_non_exhaustive()
    }
}

/// What the rows of a query are locked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowLock {
    pub strength: LockStrength,
    pub wait: LockWait,
}

impl RowLock {
    /// To change them.
    pub(crate) const UPDATE: Self = Self { strength: LockStrength::Update, wait: LockWait::Wait };
}

/// Whom a lock keeps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockStrength {
    Update,
    Share,
}

/// What to do about rows that somebody else has locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockWait {
    Wait,
    Skip,
    Refuse,
}

impl LockWait {
    /// What stands behind the lock.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Wait => "",
            Self::Skip => " SKIP LOCKED",
            Self::Refuse => " NOWAIT",
        }
    }
}

/// What is read from each row, and what is loaded beside it.
#[derive(Clone)]
pub struct Reading {
    /// What is selected; `None` is all columns of the `whole` source.
    pub(crate) picks: Option<Vec<Node>>,
    /// Makes the place for the rows of one statement.
    pub(crate) batch: fn() -> Box<dyn Batch>,
    pub(crate) loads: Vec<LoadPlan>,
    /// Puts rows and relations together; `None` when the rows are the result.
    pub(crate) finish: Option<Finish>,
}

/// Puts rows and relations together.
pub(crate) type Finish = fn(Box<dyn Any + Send>, Parts) -> Result<Box<dyn Any + Send>>;

impl Reading {
    pub(crate) fn new(picks: Option<Vec<Node>>, batch: fn() -> Box<dyn Batch>) -> Self {
        Self { picks, batch, loads: Vec::new(), finish: None }
    }

    /// Adds a relation that fills a field of type `F`; for the derive of a projection.
    #[doc(hidden)]
    pub fn load<F, M: Model, R: LoadField<F, Owner = M>>(
        &mut self,
        columns: Columns<M>,
        relation: impl FnOnce(Columns<M>) -> R,
    ) {
        self.loads.push(relation(columns).load_field());
    }

    /// Adds an expression that fills a field of type `F`; for the derive of a projection.
    #[doc(hidden)]
    pub fn expr<F, M: Model, E: PickField<F>>(
        &mut self,
        columns: Columns<M>,
        expr: impl FnOnce(Columns<M>) -> E,
    ) {
        self.pick::<F, E>(expr(columns));
    }

    /// Adds a column that fills a field of type `F`; for the derive of a projection.
    #[doc(hidden)]
    pub fn pick<F, E: PickField<F>>(&mut self, expr: E) {
        self.picks.get_or_insert_default().push(expr.picked());
    }
}

impl Plan {
    pub(crate) fn new(table: &'static TableFacts, reading: impl FnOnce(u32) -> Reading) -> Self {
        let root = next_source();
        Self {
            sources: smallvec![Source::root(root, table)],
            whole: root,
            scope: smallvec![root],
            filters: SmallVec::new(),
            groups: Vec::new(),
            having: Vec::new(),
            orders: Vec::new(),
            limit: None,
            offset: None,
            distinct: false,
            distinct_on: Vec::new(),
            lock: None,
            by_key: false,
            aggregate: false,
            reading: reading(root),
            error: None,
        }
    }

    /// The rows of an origin that gives values of those types, one column for each.
    pub(crate) fn derived(origin: Origin, types: &[ValueType], batch: fn() -> Box<dyn Batch>) -> Self {
        let mut plan = Self::new(&DERIVED, |_| Reading::new(None, batch));
        plan.set_origin(origin);
        plan.read_outputs(types.iter().copied());
        plan
    }

    /// Reads the columns of the first source, which is a query.
    pub(crate) fn read_outputs(&mut self, types: impl Iterator<Item = ValueType>) {
        let source = self.root().id;
        let output = |(place, value)| Node::Output(OutputColumn::new(source, place, value));
        self.reading.picks = Some(types.enumerate().map(output).collect());
    }

    /// What has the columns of its rows, where these are a source.
    pub(crate) fn table(&self) -> &'static TableFacts {
        if self.reading.picks.is_some() { &DERIVED } else { self.root().table }
    }

    /// The same rows without an order or a limit of its own: with these it stands in a query of its own, since beside others they
    /// would be taken for those of the whole, and MariaDB takes no limit right behind IN.
    pub(crate) fn uncut(self) -> Self {
        if self.orders.is_empty() && self.limit.is_none() && self.offset.is_none() {
            return self;
        }
        let reading = self.reading.clone();
        let mut outer = Self::new(self.table(), |_| reading);
        if let Some(picks) = &self.reading.picks {
            outer.read_outputs(picks.iter().map(|pick| pick.value_type().unwrap_or(ValueType::Text)));
        }
        outer.error.clone_from(&self.error);
        outer.set_origin(Origin::Query(Arc::new(self)));
        outer
    }

    /// Reads all columns of a source, under their own names.
    pub(crate) fn read_whole(&mut self, source: u32) {
        self.whole = source;
    }

    /// Gives those sources a mark of presence that a pick asks for one.
    pub(crate) fn mark_presence(&mut self, picks: &[Node]) {
        for pick in picks {
            if let Some(asked) = pick.presence_of()
                && let Some(source) = self.sources.iter_mut().find(|source| source.id == asked)
            {
                source.is_marked = true;
            }
        }
    }

    /// Says where the rows of the first source come from.
    pub(crate) fn set_origin(&mut self, origin: Origin) {
        self.sources[0].origin = origin;
    }

    /// The first table.
    pub(crate) fn root(&self) -> &Source {
        &self.sources[0]
    }

    /// The rows of the first table that have one of the keys, whatever else the plan says of them.
    pub(crate) fn of_keys(&self, keys: &[Vec<Value>]) -> Self {
        let root = self.root().clone();
        Self {
            scope: smallvec![root.id],
            sources: smallvec![root],
            filters: smallvec![self.key_among(keys)],
            orders: Vec::new(),
            limit: None,
            offset: None,
            distinct: false,
            distinct_on: Vec::new(),
            ..self.clone()
        }
    }

    /// Those of its rows whose key, in the first table, is one of the keys. The first rows of all are the first of those, too: a limit
    /// says which of the rows that are joined to one is meant.
    pub(crate) fn among_keys(&self, keys: &[Vec<Value>]) -> Self {
        let mut plan = self.clone();
        plan.filters.push(self.key_among(keys));
        plan
    }

    fn key_among(&self, keys: &[Vec<Value>]) -> Node {
        let root = self.root();
        let columns = root.table.key_columns();
        let columns = columns.map(|facts| Node::Column(Column { source: root.id, facts })).collect();
        Node::InKeys(columns, keys.to_vec())
    }

    /// Remembers the first thing that is wrong.
    pub(crate) fn fail(&mut self, message: impl Into<String>) {
        self.error.get_or_insert_with(|| message.into());
    }

    /// Fails unless it describes rows of the tables as they are: nothing may put rows together that were cut before.
    pub(crate) fn check_uncut(&mut self, what: &str) {
        if self.is_cut() {
            self.fail(format!(
                "{what} takes all rows: `limit`, `offset` and `distinct` before it would be ignored"
            ));
        }
    }

    /// Fails where a clause before a join would be taken for one behind it.
    pub(crate) fn check_join(&mut self, kind: JoinKind) {
        self.check_uncut("a join");
        if matches!(kind, JoinKind::Right | JoinKind::Full) && !self.filters.is_empty() {
            self.fail(
                "a filter before this join would drop rows that the join adds: put it behind the join, or join the filtered \
                 rows with `join_query`",
            );
        }
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.limit.is_some() || self.offset.is_some() || self.distinct || !self.distinct_on.is_empty()
    }

    /// The error that was remembered, if any.
    pub(crate) fn check(&self) -> Result<()> {
        self.error.as_ref().map_or(Ok(()), |message| Err(Error::invalid_query(message.clone())))
    }

    /// Joins the target of a relation whose owner is one of the sources; gives the target's identity.
    pub(crate) fn join(
        &mut self,
        owner: u32,
        path: &Path,
        table: &'static TableFacts,
        kind: JoinKind,
    ) -> u32 {
        let target = next_source();
        self.by_key = false;
        if !self.sources.iter().any(|source| source.id == owner) {
            self.fail("the relation of a join belongs to another query");
        }
        if let Some(through) = &path.through {
            let between = next_source();
            let on = tie(&path.owner, owner, &through.owner, between);
            self.sources.push(Source::joined(between, through.table, kind, on));
            let on = tie(&through.target, between, &path.target, target);
            self.sources.push(Source::joined(target, table, kind, on));
        } else {
            let on = tie(&path.owner, owner, &path.target, target);
            self.sources.push(Source::joined(target, table, kind, on));
        }
        self.scope.push(target);
        target
    }

    /// Joins nothing where the sources behind the first so many are joined; the condition stays, so that an index finds that quickly.
    pub(crate) fn empty_joins(&mut self, before: usize) {
        for join in self.sources.iter_mut().skip(before).filter_map(|source| source.join.as_mut()) {
            join.on = Node::and(join.on.clone(), Node::Bool(false));
        }
    }

    /// The columns, and their source, that say to whom a row of this plan is to be given; through a join table
    /// that is joined to it, where the relation has one.
    pub(crate) fn reach_through(&mut self, path: &Path) -> (Vec<&'static ColumnFacts>, u32) {
        let root = self.root().id;
        let Some(through) = &path.through else {
            return (path.target.clone(), root);
        };
        let between = next_source();
        let on = tie(&through.target, between, &path.target, root);
        self.sources.push(Source::joined(between, through.table, JoinKind::Inner, on));
        (through.owner.clone(), between)
    }

    /// Where an expression stands among what is selected; adds it to `extra` if it is not there.
    pub(crate) fn place(&self, node: &Node, extra: &mut Vec<Node>) -> usize {
        let table = self.root().table;
        let found = match (&self.reading.picks, node) {
            (None, Node::Column(column)) if column.source == self.whole => table.position(column.facts.name),
            (None, _) => None,
            (Some(picks), _) => picks.iter().position(|pick| pick.is_same_column(node)),
        };
        found.unwrap_or_else(|| {
            extra.push(node.clone());
            self.reading.picks.as_ref().map_or(table.columns.len(), Vec::len) + extra.len() - 1
        })
    }

    /// Where the columns of a load's owner stand among what is selected; adds those that are not there to `extra`.
    pub(crate) fn places(&self, load: &LoadPlan, extra: &mut Vec<Node>) -> Vec<usize> {
        let column = |facts: &&'static ColumnFacts| Node::Column(Column { source: load.source, facts });
        load.owner.iter().map(|facts| self.place(&column(facts), extra)).collect()
    }
}
