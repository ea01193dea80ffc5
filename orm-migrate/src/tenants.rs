//! Many databases of the same shape: the schemas of a PostgreSQL database, the databases of a MariaDB or MySQL server.

use orm_core::{Connection, Reader, Value};

use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// The URL that leads there.
    pub url: String,
}

/// How a dialect finds them.
pub(crate) struct TenantSql {
    /// Their names, LIKE the one parameter.
    pub(crate) names: &'static str,
    /// The URL of one, from that of another.
    pub(crate) url: fn(&str, &str) -> String,
}

/// Those whose names are LIKE a pattern, in the order of their names; `url` is that of the connection.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let error = orm_migrate::tenants::tenants(&mut connection, "sqlite::memory:", "tenant_%").await.unwrap_err();
/// assert!(error.why().contains("SQLite"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// On SQLite, which has no schemas; and what the database says.
pub async fn tenants(connection: &mut Connection, url: &str, pattern: &str) -> Result<Vec<Tenant>> {
    let Some(sql) = Dialect::of(connection).tenants() else {
        return Err(MigrateError::new(Code::Unsupported, "SQLite has no schemas in one database")
            .fix("name the files with `--each FILE`, a URL on each line"));
    };
    let read = |row: &mut Reader<'_>| Ok(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    let names = connection.rows(sql.names, vec![Value::Text(pattern.to_owned())], read).await?;
    Ok(names.into_iter().map(|name| Tenant { url: (sql.url)(url, &name), name }).collect())
}
