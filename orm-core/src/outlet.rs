//! Where rows leave a statement while it still reads others.

use std::any::Any;

use tokio::sync::mpsc;

use crate::error::{Error, ErrorKind, Result};

/// Some rows on their way out of a sink.
pub(crate) type Rows = Box<dyn Any + Send>;

/// The way of rows out of a sink to whoever reads them, with room for a few of them.
#[derive(Debug)]
pub struct Outlet {
    to: mpsc::Sender<Rows>,
    /// What has to leave before more rows are taken.
    full: Option<Rows>,
    is_broken: bool,
}

impl Outlet {
    pub(crate) fn new(to: mpsc::Sender<Rows>) -> Self {
        Self { to, full: None, is_broken: false }
    }

    /// Rows that are to leave.
    pub(crate) fn put(&mut self, rows: Rows) {
        self.full = Some(rows);
    }

    /// The statement runs again from the start, but what has left does not come back.
    pub(crate) fn break_off(&mut self) {
        self.is_broken = true;
    }

    /// Whether rows may go on.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_broken {
            return Err(Error::new(
                ErrorKind::Connection,
                "the statement broke off after some of its rows were read, so it cannot run again by itself",
            ));
        }
        Ok(())
    }

    /// Waits until what has to leave has left.
    ///
    /// # Errors
    /// When nobody reads the rows any more.
    pub async fn flush(&mut self) -> Result<()> {
        match self.full.take() {
            Some(rows) => self.to.send(rows).await.map_err(|_| nobody_reads()),
            None => Ok(()),
        }
    }

    /// The same on a thread that may block.
    ///
    /// # Errors
    /// When nobody reads the rows any more.
    pub fn flush_blocking(&mut self) -> Result<()> {
        match self.full.take() {
            Some(rows) => self.to.blocking_send(rows).map_err(|_| nobody_reads()),
            None => Ok(()),
        }
    }
}

pub(crate) fn nobody_reads() -> Error {
    Error::new(ErrorKind::Transaction, "the stream was dropped before its end")
}
