//! Rows handed to those they belong to, for the peers that have no relations of their own.

#![allow(
    clippy::disallowed_types,
    reason = "the order of the parents is kept; nothing iterates over the map"
)]

use std::collections::HashMap;

/// Each parent with its children, in the order of the parents.
pub fn children_of<P, C>(
    parents: Vec<P>,
    id: impl Fn(&P) -> i64,
    children: Vec<C>,
    parent: impl Fn(&C) -> i64,
) -> Vec<(P, Vec<C>)> {
    let places: HashMap<i64, usize> =
        parents.iter().enumerate().map(|(place, row)| (id(row), place)).collect();
    let mut families: Vec<(P, Vec<C>)> = parents.into_iter().map(|row| (row, Vec::new())).collect();
    for child in children {
        if let Some(place) = places.get(&parent(&child)) {
            families[*place].1.push(child);
        }
    }
    families
}
