//! Conditions on a temporary table, in a transaction that is rolled back.

use orm_core::{Connection, Reader};
use orm_schema::TableName;

use super::printers;
use crate::{
    asked::{Printed, condition, in_condition},
    dialect::Dialect,
};

const DIALECT: Dialect = Dialect::Postgres;

/// What the server prints for the expressions; one that it does not take is left out.
pub(crate) async fn print(connection: &mut Connection, table: &TableName, expressions: &[String]) -> Printed {
    connection.batch(printers::TRY_OUT).await?;
    let printed = in_transaction(connection, table, expressions).await;
    connection.batch("ROLLBACK").await?;
    printed
}

async fn in_transaction(connection: &mut Connection, table: &TableName, expressions: &[String]) -> Printed {
    connection
        .batch(&format!("CREATE TEMPORARY TABLE orm_asked (LIKE {})", DIALECT.quote_table(table)))
        .await?;
    for (at, expression) in expressions.iter().enumerate() {
        let check = format!(
            "SAVEPOINT asked; ALTER TABLE pg_temp.orm_asked ADD CONSTRAINT \"{at}\" CHECK ({})",
            condition(expression)
        );
        if connection.batch(&check).await.is_err() {
            connection.batch("ROLLBACK TO SAVEPOINT asked").await?;
        }
    }
    let sql = "SELECT conname::text, pg_get_expr(conbin, conrelid) FROM pg_constraint \
               WHERE conrelid = 'pg_temp.orm_asked'::regclass AND contype = 'c' ORDER BY conname::text::int";
    let rows = connection.rows(sql, Vec::new(), read).await?;
    let found = rows.into_iter().filter_map(|(name, printed)| {
        let expression = expressions.get(name.parse::<usize>().ok()?)?;
        Some((expression.clone(), in_condition(DIALECT, &printed)?))
    });
    Ok(found.collect())
}

fn read(row: &mut Reader<'_>) -> orm_core::Result<(String, String)> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    Ok((text()?, text()?))
}
