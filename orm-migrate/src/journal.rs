//! The database's own record of what ran: `_orm_migration` and `_orm_statement`.
//!
//! A statement is `started` when its row is there and `done` when it has an end. Where a transaction can hold both and
//! the statement, it does, so that a row without an end means exactly one thing: nobody knows whether it ran.

use orm_core::{Connection, Reader, Value};

use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    folder::{Migration, Migrations, Replaced},
};

/// The version of the format that this release writes.
pub const FORMAT: i64 = 1;

/// How a dialect spells the journal.
pub(crate) struct JournalSql {
    /// Counts the journal's first table.
    pub(crate) exists: &'static str,
    /// Makes the tables where they are not there; the one that is counted comes last, so that where it is, all are.
    pub(crate) create: &'static [&'static str],
    /// The time, as an expression.
    pub(crate) now: &'static str,
    /// What stands before the names of the tables, as a query; `None` where nothing has to.
    pub(crate) home: Option<&'static str>,
    /// What CAST calls a text.
    pub(crate) text: &'static str,
    /// What CAST calls an integer.
    pub(crate) number: &'static str,
    /// The parameter at a place, from 1. SQLite numbers `$1` by its first appearance (c3ref/bind_blob.html), so parameters
    /// appear in their order.
    pub(crate) parameter: fn(usize) -> String,
    /// What an INSERT does instead where the key is there already: its columns, and assignments.
    pub(crate) upsert: fn(&str, &str) -> String,
    /// The value that such an INSERT brought for a column.
    pub(crate) excluded: fn(&str) -> String,
}

/// `$1`
pub(crate) fn numbered(place: usize) -> String {
    format!("${place}")
}

/// `ON CONFLICT (name) DO UPDATE SET …`
pub(crate) fn on_conflict(key: &str, assignments: &str) -> String {
    format!("ON CONFLICT ({key}) DO UPDATE SET {assignments}")
}

/// `excluded.name`
pub(crate) fn excluded(column: &str) -> String {
    format!("excluded.{column}")
}

/// What a database says of the migrations that ran on it, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// Whether the database has a journal at all.
    pub exists: bool,
    /// The migrations.
    pub entries: Vec<Entry>,
    /// The migration that began to be taken back, with what ran of its `down.sql`; it is among the others, too.
    pub going_down: Option<Entry>,
}

/// Which file of a migration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

impl Direction {
    /// What follows a name, which holds no colon.
    const DOWN: &'static str = ":down";

    /// What the journal calls a migration that goes this way.
    pub(crate) fn key(self, name: &str) -> String {
        match self {
            Self::Up => name.to_owned(),
            Self::Down => format!("{name}{}", Self::DOWN),
        }
    }
}

/// A migration that ran, or began to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The fingerprint of the SQL that ran.
    pub fingerprint: String,
    /// When it began.
    pub started_at: String,
    /// When it was done; `None` while it is not.
    pub finished_at: Option<String>,
    /// Its statements.
    pub statements: Vec<StatementEntry>,
}

/// A statement that ran, or began to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementEntry {
    /// Its place in the file, from 1.
    pub position: i64,
    /// The fingerprint of its text.
    pub fingerprint: String,
    /// The fingerprint of the schema before it, for a statement that may be in doubt.
    pub before: Option<String>,
    /// Whether it is done; else it is in doubt.
    pub done: bool,
}

impl Entry {
    /// The statement that may or may not have run.
    #[must_use]
    pub fn in_doubt(&self) -> Option<&StatementEntry> {
        self.statements.iter().find(|statement| !statement.done)
    }

    /// What is known of the statement at that place, from 1.
    #[must_use]
    pub fn statement(&self, position: i64) -> Option<&StatementEntry> {
        self.statements.iter().find(|statement| statement.position == position)
    }
}

impl Journal {
    /// Reads the journal; a database without one has an empty journal.
    ///
    /// # Errors
    /// When a query fails, or when a later release wrote the journal.
    pub async fn read(connection: &mut Connection) -> Result<Self> {
        let sql = Dialect::of(connection).journal();
        let counts = connection.rows(sql.exists, Vec::new(), |row| row.i64()).await?;
        if counts.first().copied().flatten().unwrap_or(0) == 0 {
            return Ok(Self::default());
        }
        let formats =
            connection.rows("SELECT max(format) FROM _orm_migration", Vec::new(), |row| row.i64()).await?;
        refuse_later(formats.first().copied().flatten().unwrap_or(FORMAT))?;
        let mut entries: Vec<Entry> = connection.rows(&entries_query(sql), Vec::new(), read_entry).await?;
        let statements = connection.rows(&statements_query(sql), Vec::new(), read_statement).await?;
        for (migration, statement) in statements {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.name == migration) {
                entry.statements.push(statement);
            }
        }
        let (down, entries) =
            entries.into_iter().partition(|entry: &Entry| entry.name.ends_with(Direction::DOWN));
        Ok(Self { exists: true, entries, going_down: down.into_iter().next().map(without_direction) })
    }

    /// What it says of the folder's migrations: who has run all that one replaces has run that one.
    #[must_use]
    pub(crate) fn of_folder(mut self, migrations: &Migrations) -> Self {
        for migration in migrations.list() {
            let replaced = migration.replaces();
            let Some(last) = replaced.last().and_then(|last| self.entry(&last.name)).cloned() else {
                continue;
            };
            let has_run = |replaced: &Replaced| {
                let entry = self.entry(&replaced.name);
                entry.is_some_and(|entry| {
                    entry.finished_at.is_some() && entry.fingerprint == replaced.fingerprint
                })
            };
            if replaced.iter().all(has_run) {
                self.entries.retain(|entry| replaced.iter().all(|replaced| replaced.name != entry.name));
                let (name, fingerprint) = (migration.name.to_string(), migration.fingerprint());
                self.entries.push(Entry { name, fingerprint, statements: Vec::new(), ..last });
                self.entries.sort_by(|one, other| one.name.cmp(&other.name));
            }
        }
        self
    }

    /// What is known of a migration.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The migrations that are done.
    pub fn finished(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.finished_at.is_some())
    }

    /// The migration that began and is not done.
    #[must_use]
    pub fn unfinished(&self) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.finished_at.is_none())
    }
}

fn without_direction(entry: Entry) -> Entry {
    let name = entry.name.trim_end_matches(Direction::DOWN).to_owned();
    Entry { name, ..entry }
}

fn entries_query(sql: &JournalSql) -> String {
    let text = sql.text;
    format!(
        "SELECT name, fingerprint, CAST(started_at AS {text}), CAST(finished_at AS {text}) FROM _orm_migration ORDER BY name"
    )
}

fn statements_query(sql: &JournalSql) -> String {
    let number = sql.number;
    format!(
        "SELECT migration, position, fingerprint, before_schema, \
         CAST(CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END AS {number}) FROM _orm_statement ORDER BY migration, position"
    )
}

fn refuse_later(found: i64) -> Result<()> {
    if found <= FORMAT {
        return Ok(());
    }
    let why = format!("the database's journal has format {found}, this release reads up to {FORMAT}");
    Err(MigrateError::new(Code::JournalTooNew, why).fix("update orm"))
}

fn text(row: &mut Reader<'_>) -> orm_core::Result<String> {
    Ok(row.text()?.map(|text| text.into_owned()).unwrap_or_default())
}

fn read_entry(row: &mut Reader<'_>) -> orm_core::Result<Entry> {
    Ok(Entry {
        name: text(row)?,
        fingerprint: text(row)?,
        started_at: text(row)?,
        finished_at: row.text()?.map(|text| text.into_owned()),
        statements: Vec::new(),
    })
}

fn read_statement(row: &mut Reader<'_>) -> orm_core::Result<(String, StatementEntry)> {
    let migration = text(row)?;
    let statement = StatementEntry {
        position: row.i64()?.unwrap_or_default(),
        fingerprint: text(row)?,
        before: row.text()?.map(|text| text.into_owned()),
        done: row.i64()?.is_some_and(|done| done != 0),
    };
    Ok((migration, statement))
}

/// What to write before the names of the journal's tables, so that they are found after a migration has set another search
/// path, as every dump of PostgreSQL does.
pub(crate) async fn home(connection: &mut Connection) -> Result<String> {
    let Some(query) = Dialect::of(connection).journal().home else { return Ok(String::new()) };
    let homes = connection.rows(query, Vec::new(), text).await?;
    Ok(homes.into_iter().next().unwrap_or_default())
}

/// Writes to the journal, each method one row.
pub(crate) struct Writer<'a> {
    connection: &'a mut Connection,
    sql: &'static JournalSql,
    home: &'a str,
}

impl<'a> Writer<'a> {
    /// Writes where names without a namespace lead.
    pub(crate) fn new(connection: &'a mut Connection) -> Self {
        Self::at(connection, "")
    }

    /// Writes where [`home`] said, wherever names without a namespace lead by now.
    pub(crate) fn at(connection: &'a mut Connection, home: &'a str) -> Self {
        let sql = Dialect::of(connection).journal();
        Self { connection, sql, home }
    }

    /// A migration begins; one that began before goes on, with the SQL that it has now.
    pub(crate) async fn begin(&mut self, name: &str, fingerprint: &str) -> Result<()> {
        let assignments = self.taken_over(&["fingerprint"]);
        let sql = format!(
            "INSERT INTO {}_orm_migration (name, fingerprint, format, started_at) VALUES ({}, {FORMAT}, {}) {}",
            self.home,
            self.parameters(2),
            self.sql.now,
            (self.sql.upsert)("name", &assignments)
        );
        self.execute(&sql, vec![Value::Text(name.to_owned()), Value::Text(fingerprint.to_owned())]).await
    }

    /// A migration is done.
    pub(crate) async fn finish(&mut self, name: &str) -> Result<()> {
        let (now, name_given) = (self.sql.now, self.parameters(1));
        let sql =
            format!("UPDATE {}_orm_migration SET finished_at = {now} WHERE name = {name_given}", self.home);
        self.execute(&sql, vec![Value::Text(name.to_owned())]).await
    }

    /// A migration never ran, or was taken back.
    pub(crate) async fn forget(&mut self, name: &str) -> Result<()> {
        let (home, first, second) = (&self.home, (self.sql.parameter)(1), (self.sql.parameter)(2));
        let of = |table: &str, column: &str| {
            format!("DELETE FROM {home}{table} WHERE {column} = {first} OR {column} = {second}")
        };
        let (statements, migrations) = (of("_orm_statement", "migration"), of("_orm_migration", "name"));
        let keys = || vec![Value::Text(name.to_owned()), Value::Text(Direction::Down.key(name))];
        self.execute(&statements, keys()).await?;
        self.execute(&migrations, keys()).await
    }

    /// A statement will run now.
    pub(crate) async fn started(
        &mut self,
        name: &str,
        position: i64,
        fingerprint: &str,
        before: &str,
    ) -> Result<()> {
        let assignments = self.taken_over(&["fingerprint", "before_schema"]);
        let sql = format!(
            "INSERT INTO {}_orm_statement (migration, position, fingerprint, before_schema, started_at) \
             VALUES ({}, {}) {}",
            self.home,
            self.parameters(4),
            self.sql.now,
            (self.sql.upsert)("migration, position", &assignments)
        );
        let params = vec![
            Value::Text(name.to_owned()),
            Value::I64(position),
            Value::Text(fingerprint.to_owned()),
            Value::Text(before.to_owned()),
        ];
        self.execute(&sql, params).await
    }

    /// A statement has run.
    pub(crate) async fn done(&mut self, name: &str, position: i64, fingerprint: &str) -> Result<()> {
        let now = self.sql.now;
        let sql = format!(
            "INSERT INTO {}_orm_statement (migration, position, fingerprint, started_at, finished_at) \
             VALUES ({}, {now}, {now}) {}",
            self.home,
            self.parameters(3),
            (self.sql.upsert)("migration, position", &format!("finished_at = {now}"))
        );
        let params =
            vec![Value::Text(name.to_owned()), Value::I64(position), Value::Text(fingerprint.to_owned())];
        self.execute(&sql, params).await
    }

    /// A statement was refused as a whole: nothing of it ran.
    pub(crate) async fn refused(&mut self, name: &str, position: i64) -> Result<()> {
        let (home, first, second) = (&self.home, (self.sql.parameter)(1), (self.sql.parameter)(2));
        let statement =
            format!("DELETE FROM {home}_orm_statement WHERE migration = {first} AND position = {second}");
        // A migration of which nothing ran is pending, as it is where its begin is rolled back with it.
        let migration = format!(
            "DELETE FROM {home}_orm_migration WHERE name = {first} AND finished_at IS NULL \
             AND NOT EXISTS (SELECT 1 FROM {home}_orm_statement WHERE migration = {second})"
        );
        let name = || Value::Text(name.to_owned());
        self.execute(&statement, vec![name(), Value::I64(position)]).await?;
        self.execute(&migration, vec![name(), name()]).await
    }

    /// So many parameters, from the first.
    fn parameters(&self, count: usize) -> String {
        (1..=count).map(self.sql.parameter).collect::<Vec<_>>().join(", ")
    }

    /// Assignments of what the INSERT brought.
    fn taken_over(&self, columns: &[&str]) -> String {
        let assignments = columns.iter().map(|column| format!("{column} = {}", (self.sql.excluded)(column)));
        assignments.collect::<Vec<_>>().join(", ")
    }

    async fn execute(&mut self, sql: &str, params: Vec<Value>) -> Result<()> {
        self.connection.execute(sql, params).await?;
        Ok(())
    }
}

/// Makes the journal where it is not there.
pub(crate) async fn create(connection: &mut Connection) -> Result<()> {
    for statement in Dialect::of(connection).journal().create {
        connection.batch(statement).await?;
    }
    Ok(())
}

/// Writes down what [`Journal::of_folder`] says: the replaced go, all or none.
pub(crate) async fn take_squashed_over(connection: &mut Connection, migrations: &Migrations) -> Result<()> {
    let journal = Journal::read(connection).await?;
    let known = journal.clone().of_folder(migrations);
    for migration in migrations.list() {
        let name = migration.name.as_str();
        if journal.entry(name).is_some() || known.entry(name).is_none() {
            continue;
        }
        connection.batch("BEGIN").await?;
        let written = replace(connection, name, migration).await;
        end(connection, written).await?;
    }
    Ok(())
}

/// Ends a transaction by how it went.
async fn end(connection: &mut Connection, written: Result<()>) -> Result<()> {
    connection.batch(if written.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    written
}

async fn replace(connection: &mut Connection, name: &str, migration: &Migration) -> Result<()> {
    let mut writer = Writer::new(connection);
    writer.begin(name, &migration.fingerprint()).await?;
    writer.finish(name).await?;
    for replaced in migration.replaces() {
        writer.forget(&replaced.name).await?;
    }
    Ok(())
}

/// Marks a migration as applied without running it, whatever was known of it: the database has all of it already.
///
/// All or none is written: one that began and has no end would be run.
///
/// # Errors
/// When the journal cannot be written.
pub async fn mark_applied(connection: &mut Connection, name: &str, fingerprint: &str) -> Result<()> {
    create(connection).await?;
    connection.batch("BEGIN").await?;
    let written = applied(connection, name, fingerprint).await;
    end(connection, written).await
}

async fn applied(connection: &mut Connection, name: &str, fingerprint: &str) -> Result<()> {
    let mut writer = Writer::new(connection);
    writer.forget(name).await?;
    writer.begin(name, fingerprint).await?;
    writer.finish(name).await
}
