//! SQL text and its bound values: what a driver gets.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    error::{Error, Result},
    outlet::Outlet,
    reader::Reader,
    value::Value,
};

/// SQL text, made once for a shape of query and shared by every run of it.
#[derive(Debug)]
pub struct Sql {
    text: Arc<str>,
    access: Access,
    cacheable: bool,
    holds_nul: bool,
    slow: AtomicBool,
}

/// What a statement does to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Only reads.
    Read,
    /// Writes one row by its key: short, whatever the table's size.
    WriteByKey,
    /// Writes.
    Write,
}

impl Sql {
    /// SQL that may be kept prepared.
    pub fn new(text: impl Into<Arc<str>>, access: Access) -> Self {
        let text = text.into();
        let holds_nul = text.as_bytes().contains(&0);
        Self { text, access, cacheable: true, holds_nul, slow: AtomicBool::new(false) }
    }

    /// SQL that will not be seen again, so that keeping it prepared would only push out others.
    pub fn once(text: impl Into<Arc<str>>, access: Access) -> Self {
        Self { cacheable: false, ..Self::new(text, access) }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What it does to the database.
    #[must_use]
    pub fn access(&self) -> Access {
        self.access
    }

    /// SQL ends at the first NUL for every database, so what follows would be lost.
    pub(crate) fn refuse_nul(&self) -> Result<()> {
        if self.holds_nul {
            return Err(Error::invalid_query(
                "the SQL holds a NUL character, which no name and no text of SQL can",
            ));
        }
        Ok(())
    }

    /// Whether it may be kept prepared.
    #[must_use]
    pub fn is_cacheable(&self) -> bool {
        self.cacheable
    }

    /// Whether a run of it exceeded the budget of an inline read (SQLite).
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.slow.load(Ordering::Relaxed)
    }

    /// Remembers that a run of it exceeded the budget of an inline read.
    pub fn mark_slow(&self) {
        self.slow.store(true, Ordering::Relaxed);
    }
}

/// SQL with the values of its parameters, in the order of the text.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text, shared.
    pub sql: Arc<Sql>,
    /// One value for each parameter.
    pub params: Vec<Value>,
}

impl Statement {
    /// SQL and its values.
    #[must_use]
    pub fn new(sql: Arc<Sql>, params: Vec<Value>) -> Self {
        Self { sql, params }
    }
}

/// Takes the rows of a statement, one after another.
///
/// It is handed to the driver as `Box<dyn Sink>` and comes back the same way; [`into_any`](Sink::into_any) leads
/// back to the concrete type.
///
/// A sink moves to the thread that reads the rows, so it owns what it collects.
pub trait Sink: Send + 'static {
    /// Takes one row.
    ///
    /// # Errors
    /// When the row cannot be decoded; the statement is then given up.
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()>;

    /// Forgets all rows: the statement runs again from the start.
    fn clear(&mut self);

    /// Where it sends rows on while others are read; `None` for a sink that keeps them.
    ///
    /// After every row the driver waits until the outlet has room. A sink that has one is never given rows on a thread of the async
    /// runtime that waits by blocking.
    fn outlet(&mut self) -> Option<&mut Outlet> {
        None
    }

    /// The way back to the concrete type: `fn into_any(self: Box<Self>) -> Box<dyn Any + Send> { self }`.
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

/// A sink that the driver gave back, as what it is.
pub(crate) fn given_back<T: Sink>(sink: Box<dyn Sink>) -> Result<T> {
    let sink = sink.into_any().downcast::<T>().map(|sink| *sink);
    sink.map_err(|_| Error::invalid_query("the driver gave back another sink than it got"))
}
