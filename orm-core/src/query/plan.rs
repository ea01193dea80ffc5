//! A query as plain data and function pointers: what is run, whatever its types were.

use std::any::Any;

use smallvec::{SmallVec, smallvec};

use super::{
    output::{Batch, Parts},
    source::{Join, JoinKind, Source, next_source},
};
use crate::{
    error::{Error, Result},
    expr::{Column, Node, OrderBy, PickField},
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
    /// Those of them that the closures see.
    pub(crate) scope: SmallVec<[u32; 2]>,
    pub(crate) filters: SmallVec<[Node; 1]>,
    pub(crate) groups: Vec<Node>,
    pub(crate) having: Vec<Node>,
    pub(crate) orders: Vec<OrderBy>,
    pub(crate) limit: Option<Value>,
    pub(crate) offset: Option<Value>,
    pub(crate) distinct: bool,
    /// Whether the filters hold a whole primary key, so that there is one row at most.
    pub(crate) by_key: bool,
    /// Whether it reads one row of aggregates.
    pub(crate) aggregate: bool,
    pub(crate) reading: Reading,
    /// What is wrong with it, found while it was built.
    pub(crate) error: Option<String>,
}

/// What is read from each row, and what is loaded beside it.
#[derive(Clone)]
pub struct Reading {
    /// What is selected; `None` is all columns of the root's table.
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
            scope: smallvec![root],
            filters: SmallVec::new(),
            groups: Vec::new(),
            having: Vec::new(),
            orders: Vec::new(),
            limit: None,
            offset: None,
            distinct: false,
            by_key: false,
            aggregate: false,
            reading: reading(root),
            error: None,
        }
    }

    /// The first table.
    pub(crate) fn root(&self) -> &Source {
        &self.sources[0]
    }

    /// The rows of the first table that have one of the keys, whatever else the plan says of them.
    pub(crate) fn of_keys(&self, keys: &[Vec<Value>]) -> Self {
        let root = self.root();
        let columns = root.table.key_columns();
        let columns = columns.map(|facts| Node::Column(Column { source: root.id, facts })).collect();
        Self {
            sources: smallvec![root.clone()],
            scope: smallvec![root.id],
            filters: smallvec![Node::InKeys(columns, keys.to_vec())],
            orders: Vec::new(),
            limit: None,
            offset: None,
            distinct: false,
            ..self.clone()
        }
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

    pub(crate) fn is_cut(&self) -> bool {
        self.limit.is_some() || self.offset.is_some() || self.distinct
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
            self.sources.push(Source { id: between, table: through.table, join: Some(Join { kind, on }) });
            let on = tie(&through.target, between, &path.target, target);
            self.sources.push(Source { id: target, table, join: Some(Join { kind, on }) });
        } else {
            let on = tie(&path.owner, owner, &path.target, target);
            self.sources.push(Source { id: target, table, join: Some(Join { kind, on }) });
        }
        self.scope.push(target);
        target
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
        let join = Some(Join { kind: JoinKind::Inner, on });
        self.sources.push(Source { id: between, table: through.table, join });
        (through.owner.clone(), between)
    }

    /// Where the columns of a load's owner stand among what is selected; adds those that are not there to `extra`.
    pub(crate) fn places(&self, load: &LoadPlan, extra: &mut Vec<Node>) -> Vec<usize> {
        let table = self.root().table;
        let own = self.reading.picks.is_none() && load.source == self.root().id;
        let width = self.reading.picks.as_ref().map_or(table.columns.len(), Vec::len);
        load.owner
            .iter()
            .map(|facts| match table.position(facts.name) {
                Some(place) if own => place,
                _ => {
                    extra.push(Node::Column(Column { source: load.source, facts }));
                    width + extra.len() - 1
                }
            })
            .collect()
    }
}
