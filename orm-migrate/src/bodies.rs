//! Functions, procedures and the like whose bodies speak of what a plan drops or renames.
//!
//! PostgreSQL keeps most bodies as text that it reads when they run (sql-createfunction.html), and so does MariaDB: neither
//! refuses the plan, nor can anybody tell for sure what a body reads. So it is told, and stops nothing. SQLite has triggers
//! only, and those are tried out.

use std::collections::BTreeSet;

use orm_core::{Connection, Reader};
use orm_schema::{ColumnName, TableName};

use crate::{
    carry_over::Origin,
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    plan::context::Context,
    token::significant,
};

/// What may be broken once the changes are made, as warnings.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use orm_core::{ConnectOptions, Connection};
/// use orm_migrate::{bodies, carry_over::Origin};
/// use orm_schema::Schema;
///
/// let mut connection = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
/// let (from, to) = (Schema::default(), Schema::default());
/// let origin = Origin { from: &from, to: &to, changes: &[], target: None };
/// assert!(bodies::warnings(&mut connection, &origin).await?.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// What the database says.
pub async fn warnings(connection: &mut Connection, origin: &Origin<'_>) -> Result<Vec<MigrateError>> {
    let dialect = Dialect::of(connection);
    let context = Context::new(dialect, origin.from, origin.to, origin.changes);
    let columns =
        context.gone_columns().into_iter().map(|(table, column)| Gone { table, column: Some(column) });
    let tables = context.gone_tables().into_iter().map(|table| Gone { table, column: None });
    let goes: Vec<Gone> = columns.chain(tables).collect();
    let Some(query) = dialect.bodies().filter(|_| !goes.is_empty()) else { return Ok(Vec::new()) };
    let bodies = connection.rows(query, Vec::new(), body).await?;
    Ok(bodies.iter().filter_map(|body| warning(dialect, body, &goes)).collect())
}

/// A function, or what else runs statements.
struct Body {
    /// What it is, for a person.
    what: String,
    says: String,
    /// The tables whose rows it sees without naming them: those that it is a trigger of.
    tables: String,
}

fn body(row: &mut Reader<'_>) -> orm_core::Result<Body> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    Ok(Body { what: text()?, says: text()?, tables: text()? })
}

/// What is not there afterwards, by the names of now.
struct Gone {
    table: TableName,
    column: Option<ColumnName>,
}

impl Gone {
    fn said(&self) -> String {
        match &self.column {
            Some(column) => format!("`{}.{column}`", self.table),
            None => format!("`{}`", self.table),
        }
    }
}

fn warning(dialect: Dialect, body: &Body, goes: &[Gone]) -> Option<MigrateError> {
    let tokens = significant(&body.says, dialect.rules()).unwrap_or_default();
    let mut names: BTreeSet<String> =
        tokens.iter().filter_map(|token| token.name()).map(|name| name.to_lowercase()).collect();
    let of_column = names.clone();
    names.extend(body.tables.split(',').map(str::to_lowercase));
    let speaks = |gone: &&Gone| {
        let column =
            gone.column.as_ref().is_none_or(|column| of_column.contains(&column.as_str().to_lowercase()));
        column && names.contains(&gone.table.name.to_lowercase())
    };
    let gone = goes.iter().find(speaks)?;
    let why =
        format!("{} seems to speak of {}, which goes: it may fail when it runs", body.what, gone.said());
    Some(MigrateError::new(Code::InTheWay, why).fix("look into it, and change it in a migration of your own"))
}
