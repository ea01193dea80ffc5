//! What the databases on a server have in common: a pool without pings, and a connection that knows whether it is clean.
//!
//! Of sqlx we take the connection alone. Pool, transactions, binding and reading are ours: no ping, one round trip for a
//! statement that is prepared. What differs between servers is behind [`Raw`], whose implementations live in the folders
//! of the dialects; nothing here knows which of them it is.

mod failure;
pub(crate) mod pool;
pub(crate) mod pooled;
mod rows;

use std::{borrow::Cow, time::Duration};

pub(crate) use failure::{Aftermath, Failure, connecting_took_too_long};
pub(crate) use rows::read_all;

use crate::{
    dialect::Dialect,
    error::{Error, Result},
    options::ConnectOptions,
    statement::{Sink, Statement},
    transaction::TxOptions,
    value::Value,
};

/// An open connection to a server.
pub(crate) trait Raw: Sized + Send + 'static {
    /// The values of a statement as the server takes them.
    type Arguments: Default + Send;

    /// Why nothing is sent any more in a transaction that is good for nothing but a rollback.
    const SPOILED: &'static str;

    /// Connects, and prepares the session.
    fn open(options: &ConnectOptions) -> impl Future<Output = Result<Self>> + Send;

    /// What the server says it is.
    fn dialect(&self) -> Dialect;

    /// Whether the server still answers.
    fn is_alive(&mut self, patience: Duration) -> impl Future<Output = bool> + Send;

    /// Forgets all prepared statements, here and on the server.
    fn forget_statements(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Says goodbye and closes.
    fn close(self) -> impl Future<Output = ()> + Send;

    /// Closes a connection whose statement nobody waits for any more, and ends that statement if the server does not by
    /// itself.
    fn abandon(self);

    /// Encodes a value behind those before it.
    fn encode(&self, to: &mut Self::Arguments, value: &Value) -> Result<()>;

    /// Runs a statement; gives how many rows it wrote and how many it read.
    fn run(
        &mut self,
        statement: &Statement,
        arguments: Self::Arguments,
        sink: &mut dyn Sink,
    ) -> impl Future<Output = Result<(u64, u64), Failure>> + Send;

    /// Runs statements without parameters.
    fn batch(&mut self, sql: &str) -> impl Future<Output = Result<(), Failure>> + Send;

    /// The statements that begin a transaction.
    fn begin(options: TxOptions) -> Cow<'static, str>;

    /// Turns an error of sqlx into ours, and says what is left of the connection.
    fn explain(&self, error: sqlx::Error) -> (Error, Aftermath);

    /// Whether a prepared statement is out of date: a table changed, or something discarded our statements.
    fn is_stale_statement(error: &sqlx::Error) -> bool;
}
