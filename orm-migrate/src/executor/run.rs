//! Runs the units of one script.

use std::time::Duration;

use orm_core::{Connection, ErrorKind};

use super::{
    DeployOptions, Event, Observer, doubt,
    script::{Script, Statement, Unit, place},
};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    folder::Migration,
    functions::Functions,
    inspect,
    journal::{self, Direction, Entry, Journal, StatementEntry, Writer},
    live::Scope,
    lock::{self, Patience},
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
    functions: &'r Functions,
    /// Where the journal is.
    home: String,
}

/// What a script is, for the journal and for messages.
struct Job<'a> {
    script: &'a Script,
    /// `None` for a plan that no journal records.
    record: Option<Record<'a>>,
    sql: &'a str,
    file: &'a str,
}

/// How the journal knows a script.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) migration: &'a Migration,
    pub(super) direction: Direction,
}

impl<'a> Record<'a> {
    fn key(&self) -> String {
        self.direction.key(self.migration.name.as_str())
    }

    pub(super) fn sql(&self) -> &'a str {
        match self.direction {
            Direction::Up => &self.migration.up,
            Direction::Down => self.migration.down.as_deref().unwrap_or_default(),
        }
    }

    /// Where it stands.
    pub(super) fn file(&self) -> String {
        match self.direction {
            Direction::Up => self.migration.file.clone(),
            Direction::Down => self.migration.down_file(),
        }
    }

    /// What it is, for messages.
    pub(super) fn what(&self) -> String {
        match self.direction {
            Direction::Up => format!("migration `{}`", self.migration.name),
            Direction::Down => format!("the way back of migration `{}`", self.migration.name),
        }
    }

    /// Whether there is nothing to do any more.
    fn is_over(&self, journal: &Journal) -> bool {
        let entry = journal.entry(self.migration.name.as_str());
        match self.direction {
            Direction::Up => entry.is_some_and(|entry| entry.finished_at.is_some()),
            Direction::Down => entry.is_none(),
        }
    }
}

/// Where a script stands when a unit of it begins.
enum Begun {
    /// Somebody else has finished it meanwhile.
    Already,
    /// What has run of it.
    Goes(Option<Entry>),
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
        options: &'r DeployOptions,
    ) -> Result<Self> {
        Dialect::of(connection).begin_script(connection, LOCK_TIMEOUT.min(options.lock_timeout)).await?;
        let home = journal::home(connection).await?;
        Ok(Self { connection, observer, patience: options.lock_timeout, functions: &options.functions, home })
    }

    /// Runs what is left of a migration; `false` if somebody else did.
    pub(super) async fn recorded(&mut self, record: Record<'_>, script: &Script) -> Result<bool> {
        lock::refuse_lost(self.connection).await?;
        let job = Job { script, record: Some(record), sql: record.sql(), file: &record.file() };
        Ok(self.job(&job).await? == Outcome::Ran)
    }

    /// Runs SQL that no journal records.
    pub(super) async fn plain(&mut self, script: &Script, sql: &str, file: &str) -> Result<()> {
        let job = Job { script, record: None, sql, file };
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
        let entry = match &job.record {
            Some(record) => match self.begin(record).await? {
                Begun::Already => return Ok(Outcome::Already),
                Begun::Goes(entry) => entry,
            },
            None => None,
        };
        for statement in &unit.statements {
            let ran = entry.as_ref().and_then(|entry| entry.statement(statement.position));
            if self.has_run(job, statement, ran).await? {
                continue;
            }
            self.begin_if_it_may_commit(job, statement).await?;
            self.announce(job, statement);
            let ran = match &statement.function {
                Some(name) => self.functions.run(self.connection, name).await,
                None => scope.run(self.connection, statement).await,
            };
            ran.map_err(|error| failed(job, unit, statement, error))?;
            if !Dialect::of(self.connection).sets_session(&statement.text) {
                self.done(job, statement).await?;
            }
        }
        if let (true, Some(record)) = (is_last, &job.record) {
            self.end(record).await?;
        }
        Ok(Outcome::Ran)
    }

    /// All of it has run.
    async fn end(&mut self, record: &Record<'_>) -> Result<()> {
        let (mut writer, name) = (Writer::at(self.connection, &self.home), record.migration.name.as_str());
        match record.direction {
            Direction::Up => writer.finish(name).await,
            Direction::Down => writer.forget(name).await,
        }
    }

    /// What the journal says of it now; it is begun where nobody has.
    async fn begin(&mut self, record: &Record<'_>) -> Result<Begun> {
        let journal = Journal::read(self.connection).await?;
        if record.is_over(&journal) {
            return Ok(Begun::Already);
        }
        let name = record.migration.name.as_str();
        let entry = match record.direction {
            Direction::Up => journal.entry(name).cloned(),
            Direction::Down => journal.going_down.filter(|entry| entry.name == name),
        };
        let mut writer = Writer::at(self.connection, &self.home);
        writer.begin(&record.key(), &crate::folder::fingerprint(record.sql())).await?;
        Ok(Begun::Goes(entry))
    }

    /// Whether the journal says that the statement has run, or, where it does not know, the database.
    async fn has_run(
        &mut self,
        job: &Job<'_>,
        statement: &Statement,
        ran: Option<&StatementEntry>,
    ) -> Result<bool> {
        let (Some(ran), Some(record)) = (ran, &job.record) else { return Ok(false) };
        if ran.done {
            return Ok(true);
        }
        let has_run = doubt::has_run(self.connection, record, statement, ran).await?;
        (self.observer)(Event::Settled { position: statement.position, has_run });
        if has_run {
            self.done(job, statement).await?;
        }
        Ok(has_run)
    }

    /// What begins inside the transaction shows, if it stays without an end, that the statement has committed a part.
    async fn begin_if_it_may_commit(&mut self, job: &Job<'_>, statement: &Statement) -> Result<()> {
        let Some(record) = &job.record else { return Ok(()) };
        if !Dialect::of(self.connection).may_commit_inside(&statement.text) {
            return Ok(());
        }
        let mut writer = Writer::at(self.connection, &self.home);
        writer.started(&record.key(), statement.position, &statement.fingerprint, "").await
    }

    async fn done(&mut self, job: &Job<'_>, statement: &Statement) -> Result<()> {
        let Some(record) = &job.record else { return Ok(()) };
        let mut writer = Writer::at(self.connection, &self.home);
        writer.done(&record.key(), statement.position, &statement.fingerprint).await
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
        let recorded = job.record.as_ref().filter(|_| !dialect.sets_session(&statement.text));
        let entry = match &job.record {
            Some(record) => match self.begin(record).await? {
                Begun::Already => return Ok(Outcome::Already),
                Begun::Goes(entry) => entry,
            },
            None => None,
        };
        let ran = entry.as_ref().and_then(|entry| entry.statement(statement.position));
        if self.has_run(job, statement, ran).await? {
            return Ok(Outcome::Ran);
        }
        if let Some(record) = recorded {
            let before = dialect.fingerprint(self.connection, &statement.text).await?;
            let mut writer = Writer::at(self.connection, &self.home);
            writer.started(&record.key(), statement.position, &statement.fingerprint, &before).await?;
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
        let Some(record) = &job.record else { return };
        let is_told = error.kind() != ErrorKind::Connection;
        if is_told && Dialect::of(self.connection).is_atomic(&statement.text) {
            let mut writer = Writer::at(self.connection, &self.home);
            let _ = writer.refused(&record.key(), statement.position).await;
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
    let error = match &job.record {
        Some(record) if error.code() == Code::Database => {
            MigrateError::new(Code::StatementFailed, format!("{} failed at its end: {error}", record.what()))
                .with_source(error)
        }
        Some(_) | None => error,
    };
    error.at(Place::file(job.file)).note("nothing of this transaction was applied")
}

fn failed(job: &Job<'_>, unit: &Unit, statement: &Statement, error: orm_core::Error) -> MigrateError {
    let code = match error.kind() {
        ErrorKind::LockTimeout => Code::TableLocked,
        _ => Code::StatementFailed,
    };
    let what = match &job.record {
        Some(record) => format!("{} failed at statement {}", record.what(), statement.position),
        None => format!("statement {} failed", statement.position),
    };
    let kept = unit.statements.first().map_or(0, |first| first.position - 1);
    let stays = match kept {
        0 => "nothing of it was applied".to_owned(),
        1 => "statement 1 before it was applied and stays".to_owned(),
        kept => format!("statements 1 to {kept} were applied and stay"),
    };
    let fix = match job.record.map(|record| record.direction) {
        Some(Direction::Up) => "mend the data or the statement, then deploy again: it goes on there",
        Some(Direction::Down) => "mend the data, then run `orm migrate down` again: it goes on there",
        None => "mend the data or the statement, then run it again",
    };
    MigrateError::new(code, format!("{what}: {error}"))
        .fix(fix)
        .at(place(job.sql, job.file, statement.line))
        .note(stays)
        .with_source(error)
}
