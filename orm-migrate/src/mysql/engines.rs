//! Tables whose engine knows no transactions: what was written to them stays when the transaction is rolled back
//! ("Rollback Failure for Nontransactional Tables"), so a statement that writes to one is recorded before and after, and is in
//! doubt if its deploy is killed.

use std::collections::BTreeSet;

use orm_core::{Connection, Reader};

use super::split::RULES;
use crate::{
    cursor::Cursor,
    dialect::Dialect,
    error::Result,
    executor::script::Script,
    token::{beginning, significant, text_value},
};

const TABLES: &str = "\
SELECT CAST(t.table_name AS CHAR) FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine
WHERE t.table_schema = DATABASE() AND coalesce(e.transactions, 'NO') <> 'YES'";

/// An empty name where that is the engine of a table that says none.
const ENGINES: &str = "\
SELECT CAST(engine AS CHAR) FROM information_schema.engines WHERE coalesce(transactions, 'NO') <> 'YES'
UNION ALL SELECT '' FROM information_schema.engines
WHERE engine = @@default_storage_engine AND coalesce(transactions, 'NO') <> 'YES'";

const WRITING: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD"];

/// Puts such statements apart.
pub(crate) async fn set_apart(connection: &mut Connection, script: &mut Script) -> Result<()> {
    if !script.statements().any(|statement| may_write(&statement.text)) {
        return Ok(());
    }
    let own = names(connection, TABLES).await?;
    let made = made(script, &names(connection, ENGINES).await?);
    let tables: BTreeSet<String> = own.into_iter().chain(made).collect();
    if !tables.is_empty() {
        script.set_apart(|sql| writes(sql, &tables));
    }
    Ok(())
}

/// The first column, in lower case.
async fn names(connection: &mut Connection, query: &str) -> Result<BTreeSet<String>> {
    let read = |row: &mut Reader<'_>| Ok(row.text()?.map(|text| text.to_lowercase()).unwrap_or_default());
    Ok(connection.rows(query, Vec::new(), read).await?.into_iter().collect())
}

/// The tables that the script itself gives one of the engines; an empty name among these stands for a table of which none is
/// said.
fn made(script: &Script, engines: &BTreeSet<String>) -> BTreeSet<String> {
    let of_table = |sql: &str| {
        let mut words = Cursor::new(Dialect::MariaDb, sql, &RULES);
        let is_new = words.eat("CREATE TABLE") || words.eat("CREATE OR REPLACE TABLE");
        if !is_new && !words.eat("ALTER TABLE") {
            return None;
        }
        words.if_exists();
        let name = words.table()?.name.to_lowercase();
        let engine = engine(sql).or_else(|| is_new.then(String::new))?;
        engines.contains(&engine).then_some(name)
    };
    script.statements().filter_map(|statement| of_table(&statement.text)).collect()
}

/// `ENGINE [=] name`, in lower case.
fn engine(sql: &str) -> Option<String> {
    let tokens = significant(sql, &RULES).unwrap_or_default();
    let at = tokens.iter().position(|token| token.is_word("ENGINE"))?;
    let mut after = tokens[at + 1..].iter().filter(|token| token.text != "=");
    let name = after.next()?;
    Some(name.name().or_else(|| text_value(name.text))?.to_lowercase())
}

fn may_write(sql: &str) -> bool {
    let first = beginning(sql, &RULES, 1);
    first.first().is_some_and(|token| WRITING.iter().any(|word| token.is_word(word)))
}

fn writes(sql: &str, tables: &BTreeSet<String>) -> bool {
    let tokens = significant(sql, &RULES).unwrap_or_default();
    may_write(sql)
        && tokens.iter().filter_map(|token| token.name()).any(|name| tables.contains(&name.to_lowercase()))
}
