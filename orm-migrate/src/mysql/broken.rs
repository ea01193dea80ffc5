//! Views that a plan would leave broken: the server changes a table under them, and only says so when they are read.
//!
//! A temporary table hides the one of its name from its session, so what a view says can be prepared against the columns
//! that will be there ("CREATE TABLE", TEMPORARY).

use std::collections::{BTreeMap, BTreeSet};

use orm_core::Connection;
use orm_schema::{ColumnName, TableName};

use super::{
    asked::with_own_tables,
    definitions::views::{all, refused},
    split::RULES,
};
use crate::{
    carry_over::Broken, dialect::Dialect, error::Result, plan::context::Context, token::significant,
};

/// Those that can be read now, and not afterwards.
pub(crate) async fn broken(connection: &mut Connection, context: &Context<'_>) -> Result<Vec<Broken>> {
    let gone = context.gone_tables();
    let altered: BTreeSet<TableName> = context.gone_columns().into_iter().map(|(table, _)| table).collect();
    if gone.is_empty() && altered.is_empty() {
        return Ok(Vec::new());
    }
    let mut views = BTreeMap::new();
    for (view, says) in all(connection).await? {
        if refused(connection, &says).await?.is_none() {
            views.insert(view, says);
        }
    }
    let mut broken: Vec<Broken> = views
        .iter()
        .filter_map(|(view, says)| {
            let table = gone.iter().find(|table| reads(says, table))?;
            Some(Broken { what: format!("view {view}"), why: format!("it reads `{table}`") })
        })
        .collect();
    if !views.is_empty() && !altered.is_empty() {
        let tried = with_own_tables(context.dialect, connection, async |connection| {
            try_out(connection, context, &views, &altered).await
        });
        broken.extend(tried.await??);
    }
    Ok(broken)
}

/// What the server says of each view while temporary tables hide the real ones; nothing where it may not make any.
async fn try_out(
    connection: &mut Connection,
    context: &Context<'_>,
    views: &BTreeMap<String, String>,
    altered: &BTreeSet<TableName>,
) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    if hide(connection, context, altered).await.is_ok() {
        for (view, says) in views {
            let why = refused(connection, says).await?;
            broken.extend(why.map(|why| Broken { what: format!("view {view}"), why }));
        }
    }
    for table in altered {
        let drop = format!("DROP TEMPORARY TABLE IF EXISTS {}", context.dialect.quote_table(table));
        connection.batch(&drop).await?;
    }
    Ok(broken)
}

/// Whether a view reads a table: `information_schema` writes each with its database before it.
fn reads(says: &str, table: &TableName) -> bool {
    let tokens = significant(says, &RULES).unwrap_or_default();
    tokens
        .windows(2)
        .any(|pair| pair[0].text == "." && pair[1].name().as_deref() == Some(table.name.as_str()))
}

/// Temporary tables with the columns that will be there.
async fn hide(
    connection: &mut Connection,
    context: &Context<'_>,
    tables: &BTreeSet<TableName>,
) -> Result<()> {
    for table in tables {
        let columns: Vec<String> = kept(context, table)
            .into_iter()
            .map(|(now, then)| format!("{} AS {}", quote(&now), quote(&then)))
            .collect();
        let name = context.dialect.quote_table(table);
        connection
            .batch(&format!(
                "CREATE TEMPORARY TABLE {name} AS SELECT {} FROM {name} LIMIT 0",
                columns.join(", ")
            ))
            .await?;
    }
    Ok(())
}

fn quote(name: &ColumnName) -> String {
    Dialect::MariaDb.quote(name.as_str())
}

/// The columns that stay, with their names of now and then.
fn kept(context: &Context<'_>, table: &TableName) -> Vec<(ColumnName, ColumnName)> {
    let then = context.to.tables.iter().find(|found| context.table_now(&found.name) == Some(table));
    let columns =
        then.into_iter().flat_map(|found| found.columns.iter().map(move |column| (&found.name, column)));
    columns
        .filter_map(|(name, column)| Some((context.column_now(name, &column.name)?, column.name.clone())))
        .collect()
}
