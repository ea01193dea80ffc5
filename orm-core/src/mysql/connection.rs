//! A connection of sqlx: how it is opened, and how a statement runs on it.

use std::{borrow::Cow, sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection, MySqlConnection,
    mysql::{MySqlArguments, MySqlConnectOptions, MySqlQueryResult},
};

use super::{
    bind, error,
    interrupt::{self, Session},
};
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
    sqlx: MySqlConnection,
    session: Session,
    address: MySqlConnectOptions,
    keeps_statements: bool,
}

impl server::Raw for Raw {
    type Arguments = MySqlArguments;

    const SPOILED: &'static str = "the transaction has failed: the database rolled it back to end a deadlock or a wait \
        for a lock; run it again";

    async fn open(options: &ConnectOptions) -> Result<Self> {
        let address = address(options)?;
        let connecting = async {
            let mut sqlx = address.connect().await?;
            let session = interrupt::prepare_session(&mut sqlx, options).await?;
            let keeps_statements = options.statement_cache_capacity > 0;
            Ok(Self { sqlx, session, address, keeps_statements })
        };
        match tokio::time::timeout(options.connect_timeout, connecting).await {
            Ok(result) => result.map_err(|error| error::cannot_connect(options, error)),
            Err(_) => Err(connecting_took_too_long(options)),
        }
    }

    fn dialect(&self) -> Dialect {
        self.session.dialect
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

    fn abandon(self) {
        let Self { sqlx, session, address, .. } = self;
        drop(sqlx);
        interrupt::kill_soon(address, session.id);
    }

    fn encode(&self, to: &mut MySqlArguments, value: &Value) -> Result<()> {
        bind::add(self.session.dialect, to, value)
    }

    async fn run(
        &mut self,
        statement: &Statement,
        arguments: MySqlArguments,
        sink: &mut dyn Sink,
    ) -> Result<(u64, u64), Failure> {
        let sql = AssertSqlSafe(Arc::clone(statement.sql.text()));
        // Even what will not be seen again is kept: to close it at once is a packet of its own, which waits for 40 ms,
        // since sqlx leaves Nagle's algorithm on (sqlx issue 4335).
        let query = sqlx::query_with(sql, arguments).persistent(self.keeps_statements);
        let results = sqlx::Executor::fetch_many(&mut self.sqlx, query);
        read_all(results, statement, sink, MySqlQueryResult::rows_affected, |row| Row::MySql(row)).await
    }

    /// In the text protocol.
    async fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        match sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.sqlx).await {
            Err(error) if error::is_empty_statement(&error) && !runs_text(sql) => Ok(()),
            result => Ok(result.map(drop)?),
        }
    }

    /// `SET TRANSACTION` holds for the next transaction alone.
    fn begin(options: TxOptions) -> Cow<'static, str> {
        let isolation = match options.isolation {
            None => "",
            Some(Isolation::ReadCommitted) => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ",
            Some(Isolation::RepeatableRead) => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; ",
            Some(Isolation::Serializable) => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; ",
        };
        match (isolation, options.read_only) {
            ("", false) => "START TRANSACTION".into(),
            (_, false) => format!("{isolation}START TRANSACTION").into(),
            (_, true) => format!("{isolation}START TRANSACTION READ ONLY").into(),
        }
    }

    fn explain(&self, error: sqlx::Error) -> (Error, Aftermath) {
        error::from_sqlx(error, &self.session)
    }

    /// Never: the server prepares anew by itself when a table changes.
    fn is_stale_statement(_: &sqlx::Error) -> bool {
        false
    }
}

/// Where the server is, without the round trip in which sqlx would set up the session.
fn address(options: &ConnectOptions) -> Result<MySqlConnectOptions> {
    let Place::Server(url) = &options.place else {
        return Err(Error::new(
            ErrorKind::Configuration,
            format!("`{options}` is no URL of MariaDB or MySQL"),
        ));
    };
    let address: MySqlConnectOptions = url.parse().map_err(|error: sqlx::Error| {
        Error::new(ErrorKind::Configuration, format!("`{options}` is no valid URL: {error}"))
    })?;
    Ok(address
        .statement_cache_capacity(options.statement_cache_capacity)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false)
        .disable_statement_logging())
}

/// Whether a statement may run a text of its own, which may be empty with other statements after it.
fn runs_text(sql: &str) -> bool {
    let sql = sql.to_ascii_uppercase();
    ["PREPARE", "EXECUTE", "CALL"].iter().any(|word| sql.contains(word))
}
