//! Conditions on a temporary table, which the session alone sees and which ends no transaction: there is none.

use orm_core::{Connection, Reader};
use orm_schema::TableName;

use super::split::RULES;
use crate::{
    asked::{Printed, condition, in_condition},
    dialect::Dialect,
    token::significant,
};

const TABLE: &str = "`_orm_asked`";

/// What the server prints for the expressions; one that it does not take is left out.
pub(crate) async fn print(
    dialect: Dialect,
    connection: &mut Connection,
    table: &TableName,
    expressions: &[String],
) -> Printed {
    with_own_tables(dialect, connection, async |connection| {
        like(dialect, connection, table, expressions).await
    })
    .await?
}

/// Runs a function that makes temporary tables. A session that only reads may make tables of its own, and not alter or drop
/// them ("SET TRANSACTION").
pub(super) async fn with_own_tables<T>(
    dialect: Dialect,
    connection: &mut Connection,
    f: impl AsyncFnOnce(&mut Connection) -> T,
) -> orm_core::Result<T> {
    let reads_only = if dialect == Dialect::MySql { "transaction_read_only" } else { "tx_read_only" };
    let begin = format!("SET @orm_asked = @@SESSION.{reads_only}; SET SESSION {reads_only} = 0");
    connection.batch(&begin).await?;
    let result = f(connection).await;
    connection.batch(&format!("SET SESSION {reads_only} = @orm_asked")).await?;
    Ok(result)
}

async fn like(
    dialect: Dialect,
    connection: &mut Connection,
    table: &TableName,
    expressions: &[String],
) -> Printed {
    let like = dialect.quote_table(table);
    connection.batch(&format!("CREATE TEMPORARY TABLE {TABLE} LIKE {like}")).await?;
    let printed = on_table(dialect, connection, expressions).await;
    connection.batch(&format!("DROP TEMPORARY TABLE {TABLE}")).await?;
    printed
}

async fn on_table(dialect: Dialect, connection: &mut Connection, expressions: &[String]) -> Printed {
    let mut found = Vec::new();
    for expression in expressions {
        let add = format!("ALTER TABLE {TABLE} ADD CONSTRAINT `_orm_one` CHECK ({})", condition(expression));
        if connection.batch(&add).await.is_err() {
            continue;
        }
        let shown = connection.rows(&format!("SHOW CREATE TABLE {TABLE}"), Vec::new(), second).await?;
        let printed = shown.first().and_then(|text| check(text)).and_then(|text| in_condition(dialect, text));
        found.extend(printed.map(|printed| (expression.clone(), printed)));
        connection.batch(&format!("ALTER TABLE {TABLE} DROP CONSTRAINT `_orm_one`")).await?;
    }
    Ok(found)
}

fn second(row: &mut Reader<'_>) -> orm_core::Result<String> {
    row.text()?;
    Ok(row.text()?.map(|text| text.into_owned()).unwrap_or_default())
}

/// What stands between the parentheses of our check.
fn check(text: &str) -> Option<&str> {
    let rest = &text[text.rfind("CONSTRAINT `_orm_one` CHECK ")?..];
    let tokens = significant(rest, &RULES).ok()?;
    let open = tokens.iter().position(|token| token.text == "(")?;
    let mut depth = 0_usize;
    for token in &tokens[open..] {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(tokens[open].end()..token.start);
        }
    }
    None
}
