//! A transaction of the executor on SQLite.
//!
//! Foreign keys are switched off before it begins, because inside of one the pragma does nothing (pragma.html) and
//! dropping a table would delete its children's rows; so the whole database is checked before and after. A rebuilt
//! table keeps its triggers, the indexes that are not the models' own and its AUTOINCREMENT counter, and views that
//! name it survive the moment in which it is not there (lang_altertable.html §7).

use std::collections::BTreeSet;

use orm_core::{Connection, ErrorKind, Reader, Value};

use crate::{
    baseline::is_baseline,
    error::{Code, MigrateError, Result},
    executor::script::{Rebuilt, Statement},
    token::significant,
};

/// An open transaction.
pub(crate) struct Scope {
    foreign_keys: bool,
    broken: BTreeSet<Broken>,
    /// A baseline makes what was there, foreign keys that lead to no key too.
    is_baseline: bool,
    rebuilding: Option<Rebuilding>,
    /// Indexes to make again at the end, unless the migration did.
    indexes: Vec<Kept>,
}

/// What is wrong with the foreign keys of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Broken {
    /// One leads to columns that are no key, or to no table, so that none can be checked (foreignkeys.html §3).
    Mismatch { table: String, why: String },
    /// A row refers to a row that is not there.
    Row { table: String, row: Option<i64>, parent: String },
}

/// A rebuild between its first statement and the moment when the table is back.
struct Rebuilding {
    table: String,
    triggers: Vec<Kept>,
    counter: Option<i64>,
    is_gone: bool,
}

/// An object that goes with a table that is dropped.
struct Kept {
    name: String,
    sql: String,
}

impl Scope {
    pub(crate) async fn open(connection: &mut Connection) -> Result<Self> {
        let foreign_keys = number(connection, "PRAGMA foreign_keys", None).await? == Some(1);
        connection.batch("PRAGMA foreign_keys = OFF").await?;
        let begun = connection.batch("BEGIN IMMEDIATE").await;
        let mut scope = Self {
            foreign_keys,
            broken: BTreeSet::new(),
            is_baseline: false,
            rebuilding: None,
            indexes: Vec::new(),
        };
        if let Err(error) = begun {
            scope.restore(connection).await?;
            return Err(error.into());
        }
        scope.broken = broken(connection).await?;
        Ok(scope)
    }

    pub(crate) async fn run(
        &mut self,
        connection: &mut Connection,
        statement: &Statement,
    ) -> orm_core::Result<()> {
        self.is_baseline |= is_baseline(&statement.text);
        if let Some(rebuilt) = &statement.rebuild {
            self.begin_rebuild(connection, rebuilt).await?;
        }
        connection.batch(&statement.text).await?;
        self.follow_rebuild(connection).await
    }

    pub(crate) async fn commit(mut self, connection: &mut Connection) -> Result<()> {
        let finished = self.finish(connection).await;
        if let Err(error) = finished {
            self.roll_back(connection).await?;
            return Err(error);
        }
        connection.batch("COMMIT").await?;
        self.restore(connection).await
    }

    pub(crate) async fn roll_back(self, connection: &mut Connection) -> Result<()> {
        // An error such as a full disk has rolled back already (lang_transaction.html §2.3).
        let rolled_back = connection.batch("ROLLBACK").await;
        self.restore(connection).await?;
        match rolled_back {
            Err(error) if !error.to_string().contains("no transaction is active") => Err(error.into()),
            _ => Ok(()),
        }
    }

    async fn finish(&mut self, connection: &mut Connection) -> Result<()> {
        for index in std::mem::take(&mut self.indexes) {
            if !exists(connection, "index", &index.name).await? {
                connection.batch(&index.sql).await?;
            }
        }
        let mut after = broken(connection).await?;
        after.retain(|broken| !self.broken.contains(broken));
        if self.is_baseline {
            after.retain(|broken| matches!(broken, Broken::Row { .. }));
        }
        refuse(&after)
    }

    async fn restore(&self, connection: &mut Connection) -> Result<()> {
        connection.batch("PRAGMA legacy_alter_table = OFF").await?;
        if self.foreign_keys {
            connection.batch("PRAGMA foreign_keys = ON").await?;
        }
        Ok(())
    }

    async fn begin_rebuild(
        &mut self,
        connection: &mut Connection,
        rebuilt: &Rebuilt,
    ) -> orm_core::Result<()> {
        let table = rebuilt.table.name.clone();
        let triggers = kept(connection, "trigger", &table).await?;
        let is_owned = |index: &Kept| rebuilt.owned.iter().any(|name| name.as_str() == index.name);
        let indexes = kept(connection, "index", &table).await?;
        self.indexes.extend(indexes.into_iter().filter(|index| !is_owned(index)));
        let counter = counter(connection, &table).await?;
        // Views that name the table must not be parsed while it is not there.
        connection.batch("PRAGMA legacy_alter_table = ON").await?;
        self.rebuilding = Some(Rebuilding { table, triggers, counter, is_gone: false });
        Ok(())
    }

    /// Once the table was gone and is back, it gets back what it lost.
    async fn follow_rebuild(&mut self, connection: &mut Connection) -> orm_core::Result<()> {
        let Some(rebuilding) = &mut self.rebuilding else { return Ok(()) };
        let is_there = exists(connection, "table", &rebuilding.table).await?;
        let is_back = rebuilding.is_gone && is_there;
        rebuilding.is_gone |= !is_there;
        if !is_back {
            return Ok(());
        }
        connection.batch("PRAGMA legacy_alter_table = OFF").await?;
        for trigger in &rebuilding.triggers {
            connection.batch(&trigger.sql).await?;
        }
        if let Some(counter) = rebuilding.counter {
            restore_counter(connection, &rebuilding.table, counter).await?;
        }
        self.rebuilding = None;
        Ok(())
    }
}

/// Takes back what earlier scripts set for the session.
pub(crate) async fn begin_script(connection: &mut Connection) -> Result<()> {
    const SQL: &str = "PRAGMA ignore_check_constraints = OFF; PRAGMA recursive_triggers = OFF; PRAGMA writable_schema = OFF";
    Ok(connection.batch(SQL).await?)
}

/// Whether the statement sets what the session knows, or what is as good set twice: a deploy that goes on where another
/// one stopped needs it again.
pub(crate) fn sets_session(statement: &str) -> bool {
    let tokens = significant(statement, &super::split::RULES).unwrap_or_default();
    tokens.first().is_some_and(|first| ["ATTACH", "DETACH", "PRAGMA"].iter().any(|word| first.is_word(word)))
}

/// Pragmas that are refused inside a transaction, or do nothing there (pragma.html).
const OUTSIDE_PRAGMAS: &[&str] =
    &["foreign_keys", "journal_mode", "synchronous", "temp_store", "wal_checkpoint", "incremental_vacuum"];

/// No statement does: there are no procedures.
pub(crate) fn may_commit(_statement: &str) -> bool {
    false
}

/// Whether SQLite refuses the statement inside a transaction, or a transaction makes it do nothing.
pub(crate) fn refuses_transaction(statement: &str) -> bool {
    let tokens = significant(statement, &super::split::RULES).unwrap_or_default();
    let is = |place: usize, words: &[&str]| {
        tokens.get(place).is_some_and(|token| words.iter().any(|word| token.is_word(word)))
    };
    is(0, &["VACUUM", "ATTACH", "DETACH"]) || (is(0, &["PRAGMA"]) && is(1, OUTSIDE_PRAGMAS))
}

async fn number(
    connection: &mut Connection,
    sql: &str,
    param: Option<&str>,
) -> orm_core::Result<Option<i64>> {
    let params = param.map(|text| Value::Text(text.to_owned())).into_iter().collect();
    let rows = connection.rows(sql, params, |row| row.i64()).await?;
    Ok(rows.first().copied().flatten())
}

async fn exists(connection: &mut Connection, kind: &str, name: &str) -> orm_core::Result<bool> {
    let sql =
        format!("SELECT count(*) FROM sqlite_schema WHERE type = '{kind}' AND name = ?1 COLLATE NOCASE");
    Ok(number(connection, &sql, Some(name)).await?.unwrap_or(0) > 0)
}

async fn kept(connection: &mut Connection, kind: &str, table: &str) -> orm_core::Result<Vec<Kept>> {
    let sql = format!(
        "SELECT name, sql FROM sqlite_schema \
         WHERE type = '{kind}' AND tbl_name = ?1 COLLATE NOCASE AND sql IS NOT NULL ORDER BY rowid"
    );
    let read = |row: &mut Reader<'_>| Ok(Kept { name: text(row)?, sql: text(row)? });
    connection.rows(&sql, vec![Value::Text(table.to_owned())], read).await
}

/// The AUTOINCREMENT counter: the largest rowid that the table ever had, which dropping it forgets.
async fn counter(connection: &mut Connection, table: &str) -> orm_core::Result<Option<i64>> {
    if !exists(connection, "table", "sqlite_sequence").await? {
        return Ok(None);
    }
    number(connection, "SELECT seq FROM sqlite_sequence WHERE name = ?1 COLLATE NOCASE", Some(table)).await
}

async fn restore_counter(connection: &mut Connection, table: &str, counter: i64) -> orm_core::Result<()> {
    if !exists(connection, "table", "sqlite_sequence").await? {
        return Ok(());
    }
    let params = || vec![Value::Text(table.to_owned()), Value::I64(counter)];
    let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1 COLLATE NOCASE";
    let updated = connection.execute(sql, params()).await?;
    let is_counted = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE \
                      AND sql LIKE '%AUTOINCREMENT%'";
    if updated == 0 && number(connection, is_counted, Some(table)).await?.unwrap_or(0) > 0 {
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", params()).await?;
    }
    Ok(())
}

/// One mismatch makes the check of all tables fail, so where there is one each table is checked for itself.
async fn broken(connection: &mut Connection) -> orm_core::Result<BTreeSet<Broken>> {
    let all = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check";
    match connection.rows(all, Vec::new(), broken_row).await {
        Ok(rows) => Ok(rows.into_iter().collect()),
        Err(_) => broken_by_table(connection).await,
    }
}

async fn broken_by_table(connection: &mut Connection) -> orm_core::Result<BTreeSet<Broken>> {
    let having = "SELECT DISTINCT s.name FROM sqlite_schema s, pragma_foreign_key_list(s.name) \
                  WHERE s.type = 'table' ORDER BY s.name";
    let of_table = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check(?1)";
    let mut broken = BTreeSet::new();
    for table in connection.rows(having, Vec::new(), text).await? {
        match connection.rows(of_table, vec![Value::Text(table.clone())], broken_row).await {
            Ok(rows) => broken.extend(rows),
            Err(error) if error.kind() == ErrorKind::Database => {
                broken.insert(Broken::Mismatch { table, why: error.to_string() });
            }
            Err(error) => return Err(error),
        }
    }
    Ok(broken)
}

fn broken_row(row: &mut Reader<'_>) -> orm_core::Result<Broken> {
    Ok(Broken::Row { table: text(row)?, row: row.i64()?, parent: text(row)? })
}

fn text(row: &mut Reader<'_>) -> orm_core::Result<String> {
    Ok(row.text()?.map(|text| text.into_owned()).unwrap_or_default())
}

fn refuse(broken: &BTreeSet<Broken>) -> Result<()> {
    let Some(first) = broken.first() else { return Ok(()) };
    let (why, fix) = match first {
        Broken::Mismatch { table, why } => (
            format!("after this migration, no row of `{table}` could be written: {why}"),
            "make the columns that the foreign key leads to a primary key, or unique",
        ),
        Broken::Row { table, parent, .. } => (
            format!(
                "after this migration, {} rows would refer to rows that are not there, first in `{table}` to \
                 `{parent}`",
                broken.len()
            ),
            "mend these rows in the migration, before the statement that breaks them",
        ),
    };
    let error = MigrateError::new(Code::BrokenReferences, why).fix(fix);
    Err(broken.iter().take(10).filter_map(note).fold(error, MigrateError::note))
}

fn note(broken: &Broken) -> Option<String> {
    let Broken::Row { table, row, parent } = broken else { return None };
    let row = row.map_or_else(|| "a row".to_owned(), |rowid| format!("row {rowid}"));
    Some(format!("{row} of `{table}` refers to `{parent}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_refuse_a_transaction_are_known() {
        assert!(refuses_transaction("-- why\nvacuum"));
        assert!(refuses_transaction("PRAGMA journal_mode = WAL"));
        assert!(!refuses_transaction("CREATE TABLE vacuum (a)"));
        assert!(!refuses_transaction("PRAGMA legacy_alter_table = ON"));
    }
}
