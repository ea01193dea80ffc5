//! Tables whose engine knows no transactions: what was written to them stays when the transaction is rolled back
//! ("Rollback Failure for Nontransactional Tables"), so a statement that writes to one is recorded before and after, and is in
//! doubt if its deploy is killed.

use std::collections::BTreeSet;

use orm_core::{Connection, Reader};

use super::split::RULES;
use crate::{
    error::Result,
    executor::script::Script,
    token::{beginning, significant},
};

const TABLES: &str = "\
SELECT CAST(t.table_name AS CHAR) FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine
WHERE t.table_schema = DATABASE() AND coalesce(e.transactions, 'NO') <> 'YES'";

const WRITING: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD"];

/// Puts such statements apart.
pub(crate) async fn set_apart(connection: &mut Connection, script: &mut Script) -> Result<()> {
    if !script.statements().any(|statement| may_write(&statement.text)) {
        return Ok(());
    }
    let read = |row: &mut Reader<'_>| Ok(row.text()?.map(|text| text.to_lowercase()).unwrap_or_default());
    let tables: BTreeSet<String> = connection.rows(TABLES, Vec::new(), read).await?.into_iter().collect();
    if !tables.is_empty() {
        script.set_apart(|sql| writes(sql, &tables));
    }
    Ok(())
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
