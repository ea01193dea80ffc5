//! Runs the units of one script.

use std::time::Duration;

use orm_core::{Connection, ErrorKind};

use super::{
    Event, Observer, doubt,
    script::{Script, Statement, Unit, place},
};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    folder::Migration,
    inspect,
    journal::{self, Entry, Journal, StatementEntry, Writer},
    live::Scope,
    lock::Patience,
};

/// How long one statement waits for a lock before everyone behind it is let through.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// The pause before a unit that met a lock is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs scripts, with or without a journal.
pub(super) struct Runner<'r, 'o> {
    connection: &'r mut Connection,
    observer: &'r mut Observer<'o>,
    patience: Duration,
    /// Where the journal is.
    home: String,
}

/// What a script is, for the journal and for messages.
struct Job<'a> {
    script: &'a Script,
    /// `None` for a plan that no journal records.
    migration: Option<&'a Migration>,
    sql: &'a str,
    file: &'a str,
}

/// How an attempt at a unit ended well.
#[derive(PartialEq, Eq)]
enum Outcome {
    Ran,
    /// Somebody else has finished the migration meanwhile.
    Already,
}

impl<'r, 'o> Runner<'r, 'o> {
    /// For a script that finds the session as the first one did.
    pub(super) async fn new(
        connection: &'r mut Connection,
        observer: &'r mut Observer<'o>,
        patience: Duration,
    ) -> Result<Self> {
        Dialect::of(connection).begin_script(connection, LOCK_TIMEOUT.min(patience)).await?;
        let home = journal::home(connection).await?;
        Ok(Self { connection, observer, patience, home })
    }

    /// Runs what is left of a migration; `false` if somebody else did.
    pub(super) async fn migration(&mut self, migration: &Migration, script: &Script) -> Result<bool> {
        let job = Job { script, migration: Some(migration), sql: &migration.up, file: &migration.file };
        Ok(self.job(&job).await? == Outcome::Ran)
    }

    /// Runs SQL that no journal records.
    pub(super) async fn plain(&mut self, script: &Script, sql: &str, file: &str) -> Result<()> {
        let job = Job { script, migration: None, sql, file };
        self.job(&job).await?;
        Ok(())
    }

    async fn job(&mut self, job: &Job<'_>) -> Result<Outcome> {
        let last = job.script.units.len().saturating_sub(1);
        for (index, unit) in job.script.units.iter().enumerate() {
            let outcome = match (unit.alone, unit.statements.first()) {
                (true, Some(statement)) => self.alone(job, statement).await?,
                _ => self.unit(job, unit, index == last).await?,
            };
            if outcome == Outcome::Already {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Ran)
    }

    /// A unit in its transaction, again and again while a lock is in the way and patience lasts.
    async fn unit(&mut self, job: &Job<'_>, unit: &Unit, is_last: bool) -> Result<Outcome> {
        let patience = Patience::new(self.patience);
        loop {
            match self.attempt(job, unit, is_last).await {
                Err(error) if error.code() == Code::TableLocked && !patience.is_over() => {
                    (self.observer)(Event::Retry(error.why()));
                    tokio::time::sleep(PAUSE).await;
                }
                result => return result,
            }
        }
    }

    async fn attempt(&mut self, job: &Job<'_>, unit: &Unit, is_last: bool) -> Result<Outcome> {
        let mut scope =
            Scope::open(self.connection, LOCK_TIMEOUT.min(self.patience)).await.map_err(locked)?;
        match self.inside(&mut scope, job, unit, is_last).await {
            Ok(Outcome::Ran) => {
                scope.commit(self.connection).await.map_err(|error| at_the_end(job, error))?;
                Ok(Outcome::Ran)
            }
            Ok(Outcome::Already) => {
                scope.roll_back(self.connection).await?;
                Ok(Outcome::Already)
            }
            Err(error) => {
                // If the connection is gone, so is the transaction; the first error is the one to tell.
                let _ = scope.roll_back(self.connection).await;
                Err(error)
            }
        }
    }

    async fn inside(
        &mut self,
        scope: &mut Scope,
        job: &Job<'_>,
        unit: &Unit,
        is_last: bool,
    ) -> Result<Outcome> {
        let entry = match job.migration {
            Some(migration) => self.begin(migration).await?,
            None => None,
        };
        if entry.as_ref().is_some_and(|entry| entry.finished_at.is_some()) {
            return Ok(Outcome::Already);
        }
        for statement in &unit.statements {
            let ran = entry.as_ref().and_then(|entry| entry.statement(statement.position));
            if self.has_run(job, statement, ran).await? {
                continue;
            }
            self.begin_if_it_may_commit(job, statement).await?;
            self.announce(job, statement);
            scope
                .run(self.connection, statement)
                .await
                .map_err(|error| failed(job, unit, statement, error))?;
            if !Dialect::of(self.connection).sets_session(&statement.text) {
                self.done(job, statement).await?;
            }
        }
        if let (true, Some(migration)) = (is_last, job.migration) {
            Writer::at(self.connection, &self.home).finish(migration.name.as_str()).await?;
        }
        Ok(Outcome::Ran)
    }

    /// What the journal says of the migration now; it is begun where nobody has.
    async fn begin(&mut self, migration: &Migration) -> Result<Option<Entry>> {
        let name = migration.name.as_str();
        let entry = Journal::read(self.connection).await?.entry(name).cloned();
        if entry.as_ref().is_none_or(|entry| entry.finished_at.is_none()) {
            Writer::at(self.connection, &self.home).begin(name, &migration.fingerprint()).await?;
        }
        Ok(entry)
    }

    /// Whether the journal says that the statement has run, or, where it does not know, the database.
    async fn has_run(
        &mut self,
        job: &Job<'_>,
        statement: &Statement,
        ran: Option<&StatementEntry>,
    ) -> Result<bool> {
        let (Some(ran), Some(migration)) = (ran, job.migration) else { return Ok(false) };
        if ran.done {
            return Ok(true);
        }
        let has_run = doubt::has_run(self.connection, migration, statement, ran).await?;
        (self.observer)(Event::Settled { position: statement.position, has_run });
        if has_run {
            self.done(job, statement).await?;
        }
        Ok(has_run)
    }

    /// What begins inside the transaction shows, if it stays without an end, that the statement has committed a part.
    async fn begin_if_it_may_commit(&mut self, job: &Job<'_>, statement: &Statement) -> Result<()> {
        let Some(migration) = job.migration else { return Ok(()) };
        if !Dialect::of(self.connection).may_commit_inside(&statement.text) {
            return Ok(());
        }
        let mut writer = Writer::at(self.connection, &self.home);
        writer.started(migration.name.as_str(), statement.position, &statement.fingerprint, "").await
    }

    async fn done(&mut self, job: &Job<'_>, statement: &Statement) -> Result<()> {
        let Some(migration) = job.migration else { return Ok(()) };
        let mut writer = Writer::at(self.connection, &self.home);
        writer.done(migration.name.as_str(), statement.position, &statement.fingerprint).await
    }

    /// A statement without a transaction, again and again while a lock is in the way and patience lasts.
    async fn alone(&mut self, job: &Job<'_>, statement: &Statement) -> Result<Outcome> {
        let patience = Patience::new(self.patience);
        loop {
            match self.attempt_alone(job, statement).await {
                Err(error) if error.code() == Code::TableLocked && !patience.is_over() => {
                    (self.observer)(Event::Retry(error.why()));
                    tokio::time::sleep(PAUSE).await;
                }
                result => return result,
            }
        }
    }

    /// A statement that refuses a transaction: recorded before and after, unless it is the session's.
    async fn attempt_alone(&mut self, job: &Job<'_>, statement: &Statement) -> Result<Outcome> {
        let dialect = Dialect::of(self.connection);
        dialect.reset_session(self.connection).await?;
        let recorded = job.migration.filter(|_| !dialect.sets_session(&statement.text));
        let entry = match job.migration {
            Some(migration) => self.begin(migration).await?,
            None => None,
        };
        if entry.as_ref().is_some_and(|entry| entry.finished_at.is_some()) {
            return Ok(Outcome::Already);
        }
        let ran = entry.as_ref().and_then(|entry| entry.statement(statement.position));
        if self.has_run(job, statement, ran).await? {
            return Ok(Outcome::Ran);
        }
        if let Some(migration) = recorded {
            let before = dialect.fingerprint(self.connection, &statement.text).await?;
            let mut writer = Writer::at(self.connection, &self.home);
            writer
                .started(migration.name.as_str(), statement.position, &statement.fingerprint, &before)
                .await?;
        }
        self.announce(job, statement);
        let unit = Unit { statements: vec![statement.clone()], alone: true };
        if let Err(error) = self.connection.batch(&statement.text).await {
            self.refused(job, statement, &error).await;
            return Err(failed(job, &unit, statement, error));
        }
        if recorded.is_some() {
            self.done(job, statement).await?;
        }
        Ok(Outcome::Ran)
    }

    /// What the server refused as a whole is in no doubt, and may be mended. The error itself is the one to tell.
    async fn refused(&mut self, job: &Job<'_>, statement: &Statement, error: &orm_core::Error) {
        let Some(migration) = job.migration else { return };
        let is_told = error.kind() != ErrorKind::Connection;
        if is_told && Dialect::of(self.connection).is_atomic(&statement.text) {
            let mut writer = Writer::at(self.connection, &self.home);
            let _ = writer.refused(migration.name.as_str(), statement.position).await;
        }
    }

    fn announce(&mut self, job: &Job<'_>, statement: &Statement) {
        let Statement { position, line, .. } = *statement;
        (self.observer)(Event::Statement { position, total: job.script.total, line });
    }
}

/// The whole schema, as a fingerprint.
pub(crate) async fn schema_fingerprint(connection: &mut Connection) -> Result<String> {
    let dialect = Dialect::of(connection);
    let schema = crate::normalise(dialect, inspect(connection).await?.schema);
    let text = serde_json::to_string(&schema).map_err(|error| {
        MigrateError::new(
            Code::Database,
            format!("the schema of the database cannot be written down: {error}"),
        )
    })?;
    Ok(crate::folder::fingerprint(&text))
}

fn locked(error: MigrateError) -> MigrateError {
    match error.code() {
        Code::TableLocked => {
            error.fix("find out who holds the lock and deploy again: nothing of this migration ran")
        }
        _ => error,
    }
}

/// A check that was put off to the end, or the end itself.
fn at_the_end(job: &Job<'_>, error: MigrateError) -> MigrateError {
    let error = match job.migration {
        Some(migration) if error.code() == Code::Database => MigrateError::new(
            Code::StatementFailed,
            format!("migration `{}` failed at its end: {error}", migration.name),
        )
        .with_source(error),
        Some(_) | None => error,
    };
    error.at(Place::file(job.file)).note("nothing of this transaction was applied")
}

fn failed(job: &Job<'_>, unit: &Unit, statement: &Statement, error: orm_core::Error) -> MigrateError {
    let code = match error.kind() {
        ErrorKind::LockTimeout => Code::TableLocked,
        _ => Code::StatementFailed,
    };
    let what = match job.migration {
        Some(migration) => {
            format!("migration `{}` failed at statement {}", migration.name, statement.position)
        }
        None => format!("statement {} failed", statement.position),
    };
    let kept = unit.statements.first().map_or(0, |first| first.position - 1);
    let stays = match kept {
        0 => "nothing of it was applied".to_owned(),
        1 => "statement 1 before it was applied and stays".to_owned(),
        kept => format!("statements 1 to {kept} were applied and stay"),
    };
    let fix = match job.migration {
        Some(_) => "mend the data or the statement, then deploy again: it goes on there",
        None => "mend the data or the statement, then run it again",
    };
    MigrateError::new(code, format!("{what}: {error}"))
        .fix(fix)
        .at(place(job.sql, job.file, statement.line))
        .note(stays)
        .with_source(error)
}
