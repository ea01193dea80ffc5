//! A connection of sqlx: how it is opened, and how a statement runs on it.

use std::{borrow::Cow, sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection, PgConnection,
    postgres::{PgArguments, PgConnectOptions, PgQueryResult},
};

use super::{bind, error, interrupt};
use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    options::{ConnectOptions, Place},
    reader::Row,
    server::{self, Aftermath, Failure, connecting_took_too_long, read_all},
    statement::{Sink, Statement},
    transaction::{Isolation, TxOptions},
    value::Value,
};

/// An open connection.
pub(crate) struct Raw {
    sqlx: PgConnection,
    keeps_statements: bool,
}

impl server::Raw for Raw {
    type Arguments = PgArguments;

    const SPOILED: &'static str = error::FAILED_TRANSACTION;

    async fn open(options: &ConnectOptions) -> Result<Self> {
        let address = address(options)?;
        let connecting = async {
            let mut sqlx = address.connect().await?;
            interrupt::prepare_session(&mut sqlx, options).await?;
            Ok(sqlx)
        };
        match tokio::time::timeout(options.connect_timeout, connecting).await {
            Ok(Ok(sqlx)) => Ok(Self { sqlx, keeps_statements: options.statement_cache_capacity > 0 }),
            Ok(Err(error)) => Err(error::cannot_connect(options, error)),
            Err(_) => Err(connecting_took_too_long(options)),
        }
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn is_alive(&mut self, patience: Duration) -> bool {
        matches!(tokio::time::timeout(patience, self.sqlx.ping()).await, Ok(Ok(())))
    }

    async fn forget_statements(&mut self) -> Result<(), Failure> {
        Ok(self.sqlx.clear_cached_statements().await?)
    }

    async fn close(self) {
        const GOODBYE: Duration = Duration::from_secs(1);
        if let Ok(Err(error)) = tokio::time::timeout(GOODBYE, self.sqlx.close()).await {
            tracing::debug!(%error, "closing a connection");
        }
    }

    /// The server looks whether we are still there (`interrupt.rs`).
    fn abandon(self) {
        drop(self);
    }

    fn encode(&self, to: &mut PgArguments, value: &Value) -> Result<()> {
        bind::add(to, value)
    }

    async fn run(
        &mut self,
        statement: &Statement,
        arguments: PgArguments,
        sink: &mut dyn Sink,
    ) -> Result<(u64, u64), Failure> {
        let sql = AssertSqlSafe(Arc::clone(statement.sql.text()));
        let keep = self.keeps_statements && statement.sql.is_cacheable();
        let results =
            sqlx::Executor::fetch_many(&mut self.sqlx, sqlx::query_with(sql, arguments).persistent(keep));
        read_all(results, statement, sink, PgQueryResult::rows_affected, |row| Row::Postgres(row)).await
    }

    /// In the simple protocol.
    async fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.sqlx).await?;
        Ok(())
    }

    fn begin(options: TxOptions) -> Cow<'static, str> {
        let isolation = match options.isolation {
            None => "",
            Some(Isolation::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
            Some(Isolation::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
            Some(Isolation::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
        };
        match (isolation, options.read_only) {
            ("", false) => "BEGIN".into(),
            (_, read_only) => format!("BEGIN{isolation}{}", if read_only { " READ ONLY" } else { "" }).into(),
        }
    }

    fn explain(&self, error: sqlx::Error) -> (Error, Aftermath) {
        error::from_sqlx(error)
    }

    fn is_stale_statement(error: &sqlx::Error) -> bool {
        error::is_stale_statement(error)
    }
}

fn address(options: &ConnectOptions) -> Result<PgConnectOptions> {
    let Place::Server(url) = &options.place else {
        return Err(Error::new(ErrorKind::Configuration, format!("`{options}` is no URL of PostgreSQL")));
    };
    let address: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| {
        Error::new(ErrorKind::Configuration, format!("`{options}` is no valid URL: {error}"))
    })?;
    Ok(address.statement_cache_capacity(options.statement_cache_capacity).disable_statement_logging())
}
