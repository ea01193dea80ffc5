//! Where a database stands: what ran, what will, and what is not as it should be, each with what to do.

use orm_core::Connection;

use crate::{
    change::Change,
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    executor::{drift, half_back, misfits},
    folder::Migrations,
    journal::{Entry, Journal},
    moment::Moment,
};

/// Where a database stands.
#[derive(Debug, Default)]
pub struct Status {
    /// The migrations that are done, in order.
    pub applied: Vec<Applied>,
    /// The migrations that are not, in order.
    pub pending: Vec<String>,
    /// What is not as it should be: edited, missing, out of order, half done, in doubt.
    pub problems: Vec<MigrateError>,
    /// What the live database has that the history does not explain; [`describe`](drift::describe) says it for a person.
    pub drift: Vec<Change>,
}

/// A migration that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its name.
    pub name: String,
    /// When it was done: `2026-11-20T11:40:00Z`.
    pub finished_at: String,
}

impl Status {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.pending.is_empty() && self.problems.is_empty() && self.drift.is_empty()
    }

    /// What to do next: the command, and why.
    #[must_use]
    pub fn next(&self) -> Option<&'static str> {
        if self.problems.is_empty() && !self.pending.is_empty() {
            return Some("orm migrate deploy");
        }
        (self.problems.is_empty() && !self.drift.is_empty()).then_some("orm migrate dev")
    }
}

/// Looks at folder, journal and database; writes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn status(connection: &mut Connection, migrations: &Migrations) -> Result<Status> {
    let journal = Journal::read(connection).await?.of_folder(migrations);
    let mut problems: Vec<_> =
        migrations.irregularities().iter().map(|found| migrations.explain(found)).collect();
    problems.extend(misfits(migrations, &journal));
    problems.extend(journal.unfinished().map(|entry| unfinished(migrations, entry)));
    problems.extend(half_back(migrations, &journal));
    let is_done = |name: &str| journal.entry(name).is_some_and(|entry| entry.finished_at.is_some());
    let names = migrations.list().iter().map(|migration| migration.name.to_string());
    Ok(Status {
        applied: journal.finished().map(applied).collect(),
        pending: names.filter(|name| !is_done(name)).collect(),
        drift: live_drift(connection, migrations, &journal).await?,
        problems,
    })
}

fn applied(entry: &Entry) -> Applied {
    let printed = entry.finished_at.clone().unwrap_or_default();
    // Each database prints it in a form of its own.
    let seconds =
        Moment::DateTime.text(&printed).and_then(|text| Some(text.get(..19)?.replace(' ', "T") + "Z"));
    Applied { name: entry.name.clone(), finished_at: seconds.unwrap_or(printed) }
}

async fn live_drift(
    connection: &mut Connection,
    migrations: &Migrations,
    journal: &Journal,
) -> Result<Vec<Change>> {
    // While a migration is half done nothing can be told apart from it; one that is lost has taken its snapshot along.
    let last_is_known =
        journal.finished().next_back().is_none_or(|entry| migrations.get(&entry.name).is_some());
    if journal.unfinished().or(journal.going_down.as_ref()).is_some() || !last_is_known {
        return Ok(Vec::new());
    }
    let live = crate::inspect(connection).await?.schema;
    Ok(drift::between(Dialect::of(connection), drift::expected(migrations, journal), live))
}

fn unfinished(migrations: &Migrations, entry: &Entry) -> MigrateError {
    let name = &entry.name;
    let error = match entry.in_doubt() {
        Some(statement) => MigrateError::new(
            Code::InDoubt,
            format!("statement {} of migration `{name}` was started and has not ended", statement.position),
        )
        .fix("if no deploy is running, run `orm migrate deploy`: it finds out whether the statement ran, and goes on"),
        None => {
            let ran = match entry.statements.len() {
                1 => "1 statement has run".to_owned(),
                ran => format!("{ran} statements have run"),
            };
            MigrateError::new(Code::Unfinished, format!("migration `{name}` is half done: {ran}"))
                .fix("if no deploy is running, run `orm migrate deploy`: it goes on there")
        }
    };
    match migrations.get(name) {
        Some(migration) => error.at(Place::file(&migration.file)),
        None => error,
    }
}
