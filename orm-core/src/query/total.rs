//! An order that leaves nothing open: what a plan says, and behind it what tells equal rows apart.

use orm_schema::SortOrder;

use super::{
    plan::Plan,
    source::{Combination, Origin, Source},
};
use crate::expr::{Column, Node, OrderBy};

impl Plan {
    /// Adds to the order what tells rows apart that are equal in it: the primary keys of the tables, the keys of groups, and all that
    /// is selected of distinct rows. Gives whether nothing is left open.
    pub(super) fn order_totally(&mut self) -> bool {
        if self.aggregate {
            return true;
        }
        let (nodes, total) = self.identity();
        for node in nodes {
            if !self.orders.iter().any(|order| order.node.is_same_column(&node)) {
                self.orders.push(OrderBy { node, direction: SortOrder::Asc, nulls: None });
            }
        }
        total
    }

    /// What no two rows have in common, and whether that is so.
    fn identity(&self) -> (Vec<Node>, bool) {
        if !self.groups.is_empty() {
            return (self.groups.clone(), true);
        }
        match &self.reading.picks {
            Some(picks) if self.distinct => (picks.clone(), true),
            _ => {
                let keys = self.sources.iter().flat_map(key);
                (keys.collect(), self.sources.iter().all(has_key))
            }
        }
    }
}

/// The columns of a source's primary key.
fn key(source: &Source) -> impl Iterator<Item = Node> + '_ {
    source.table.key_columns().map(|facts| Node::Column(Column { source: source.id, facts }))
}

/// Whether each row of a source has a key of its own: rows of two queries may be there twice.
fn has_key(source: &Source) -> bool {
    let is_once = !matches!(source.origin, Origin::Combined(Combination::UnionAll, _));
    is_once && !source.table.key.is_empty()
}
