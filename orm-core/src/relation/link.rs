//! Which columns a relation joins.
//!
//! The derive writes one [`BelongsTo`] for each foreign key. An inverse relation reads it through the other
//! model's columns struct, by a function pointer, so that two models may lead to each other.

use super::Relation;
use crate::{
    expr::{BinaryOp, Column, Node},
    facts::{ColumnFacts, TableFacts},
    model::Model,
    query::{JoinKind, RowBuilder, Source, next_source},
};

/// The columns by which a row belongs to another.
#[derive(Debug)]
pub struct BelongsTo {
    /// The columns of the model that holds them.
    pub columns: &'static [&'static str],
    /// The *fields* of the target; `None` is its primary key.
    pub references: Option<&'static [&'static str]>,
}

/// The two halves of a many-to-many relation, and the join table between them.
#[derive(Debug, Clone, Copy)]
pub struct Through {
    /// The join table.
    pub table: &'static TableFacts,
    /// Writes the columns of a row of it that the program makes.
    pub fill: fn(&mut RowBuilder),
    /// From the join table to the owner.
    pub owner: &'static BelongsTo,
    /// From the join table to the target.
    pub target: &'static BelongsTo,
}

/// How a relation is found.
#[derive(Debug, Clone, Copy)]
pub enum Link {
    /// The owner holds the columns.
    Forward(&'static BelongsTo),
    /// The target holds the columns.
    Inverse(fn() -> &'static BelongsTo),
    /// A join table holds both.
    Through(fn() -> Through),
}

/// The columns of a relation of the model `O` to `T`; only a `belongs_to` has them.
///
/// The types make sure that an inverse relation names a relation that leads back.
#[doc(hidden)]
#[must_use]
pub fn belongs_to_of<O: Model, T: Model, C>(relation: Relation<O, T, C>) -> &'static BelongsTo {
    match relation.link() {
        Link::Forward(belongs_to) => belongs_to,
        Link::Inverse(_) | Link::Through(_) => &BelongsTo { columns: &[], references: Some(&[]) },
    }
}

/// A relation with its columns looked up.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub owner: Vec<&'static ColumnFacts>,
    pub target: Vec<&'static ColumnFacts>,
    pub through: Option<JoinTable>,
}

/// The join table of a many-to-many relation.
#[derive(Debug, Clone)]
pub(crate) struct JoinTable {
    pub table: &'static TableFacts,
    pub fill: fn(&mut RowBuilder),
    pub owner: Vec<&'static ColumnFacts>,
    pub target: Vec<&'static ColumnFacts>,
}

impl Link {
    pub(crate) fn path(self, owner: &'static TableFacts, target: &'static TableFacts) -> Path {
        match self {
            Self::Forward(link) => {
                Path { owner: link.own(owner), target: link.referenced(target), through: None }
            }
            Self::Inverse(link) => {
                let link = link();
                Path { owner: link.referenced(owner), target: link.own(target), through: None }
            }
            Self::Through(through) => {
                let Through { table, fill, owner: to_owner, target: to_target } = through();
                Path {
                    owner: to_owner.referenced(owner),
                    target: to_target.referenced(target),
                    through: Some(JoinTable {
                        table,
                        fill,
                        owner: to_owner.own(table),
                        target: to_target.own(table),
                    }),
                }
            }
        }
    }
}

impl BelongsTo {
    fn own(&self, table: &'static TableFacts) -> Vec<&'static ColumnFacts> {
        self.columns
            .iter()
            .filter_map(|name| table.columns.iter().find(|facts| facts.name == *name))
            .collect()
    }

    fn referenced(&self, table: &'static TableFacts) -> Vec<&'static ColumnFacts> {
        match self.references {
            None => table.key_columns().collect(),
            Some(fields) => fields
                .iter()
                .filter_map(|field| table.columns.iter().find(|facts| facts.field == *field))
                .collect(),
        }
    }
}

impl Path {
    /// The sources that lead from the owner's source to the target's, target last, and the condition that ties
    /// the first of them to the owner.
    pub(crate) fn sources(&self, owner: u32, target: u32, table: &'static TableFacts) -> (Vec<Source>, Node) {
        match &self.through {
            None => (vec![Source::root(target, table)], tie(&self.owner, owner, &self.target, target)),
            Some(through) => {
                let between = next_source();
                let on = tie(&through.target, between, &self.target, target);
                let join = Source::joined(target, table, JoinKind::Inner, on);
                let first = Source::root(between, through.table);
                (vec![join, first], tie(&self.owner, owner, &through.owner, between))
            }
        }
    }
}

/// `a.x = b.y` for every pair of columns.
pub(crate) fn tie(left: &[&'static ColumnFacts], a: u32, right: &[&'static ColumnFacts], b: u32) -> Node {
    Node::all(left.iter().zip(right).map(|(&x, &y)| {
        Node::binary(
            BinaryOp::Eq,
            Node::Column(Column { source: a, facts: x }),
            Node::Column(Column { source: b, facts: y }),
        )
    }))
}
