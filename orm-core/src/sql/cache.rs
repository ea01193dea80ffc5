//! SQL that was rendered before, found by the shape of its query.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::spelling::KeyParam;
use crate::{
    error::Result,
    statement::{Sql, Statement},
    value::Value,
};

/// How many shapes are kept; programs have some hundred.
const CAPACITY: usize = 4096;

/// SQL with the order in which its parameters take the values of a shape.
#[derive(Debug)]
pub(super) struct Rendered {
    pub sql: Arc<Sql>,
    pub slots: Vec<Slot>,
}

impl Rendered {
    /// The statement with its values, in the order of the text.
    pub(super) fn statement(&self, params: Vec<Value>) -> Statement {
        Statement::new(Arc::clone(&self.sql), params)
    }

    /// Whether the parameters are so many values of the shape, one after another.
    pub(super) fn takes_in_order(&self, values: usize) -> bool {
        let in_order = |(at, slot): (usize, &Slot)| slot.param == at && slot.part.is_none();
        self.slots.len() == values && self.slots.iter().enumerate().all(in_order)
    }
}

/// Where a parameter takes its value from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The place among the values of the shape.
    pub param: usize,
    /// Which part of it, when it is a list of keys.
    pub part: Option<KeyParam>,
}

/// The cache of the process: the texts depend on nothing but the shape, which names its dialect.
static CACHE: RwLock<BTreeMap<Box<[u8]>, Arc<Rendered>>> = RwLock::new(BTreeMap::new());

/// The SQL of a shape: kept from before, or rendered now.
pub(super) fn get_or_render(
    shape: &[u8],
    render: impl FnOnce() -> Result<Rendered>,
) -> Result<Arc<Rendered>> {
    if let Some(found) = CACHE.read().unwrap_or_else(PoisonError::into_inner).get(shape) {
        return Ok(Arc::clone(found));
    }
    let rendered = Arc::new(render()?);
    let mut cache = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= CAPACITY {
        cache.clear();
    }
    cache.insert(shape.into(), Arc::clone(&rendered));
    Ok(rendered)
}
