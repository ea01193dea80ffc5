//! What must hold between the folder and the journal before anything runs. Pure.

use super::{
    run::Record,
    script::{Script, place},
};
use crate::{
    error::{Code, MigrateError, Place, Result},
    folder::{Migration, Migrations},
    functions::Functions,
    journal::{Entry, Journal},
};

/// The pending migrations, in order, the one that began and is not done first.
///
/// # Errors
/// Everything that does not fit, together.
pub(crate) fn preflight<'a>(migrations: &'a Migrations, journal: &Journal) -> Result<Vec<&'a Migration>> {
    let half_back = half_back(migrations, journal);
    MigrateError::all(misfits(migrations, journal).into_iter().chain(half_back).collect())?;
    let is_done = |migration: &&Migration| {
        journal.entry(migration.name.as_str()).is_some_and(|entry| entry.finished_at.is_some())
    };
    Ok(migrations.list().iter().filter(|migration| !is_done(migration)).collect())
}

/// Everything that does not fit.
pub(crate) fn misfits(migrations: &Migrations, journal: &Journal) -> Vec<MigrateError> {
    let late = migrations.list().iter().filter_map(|migration| out_of_order(migration, journal));
    strangers(migrations, journal).into_iter().chain(late).collect()
}

/// What ran here and is not what the folder has.
pub(super) fn strangers(migrations: &Migrations, journal: &Journal) -> Vec<MigrateError> {
    journal.entries.iter().filter_map(|entry| misfit(migrations, entry)).collect()
}

fn misfit(migrations: &Migrations, entry: &Entry) -> Option<MigrateError> {
    let name = &entry.name;
    let Some(migration) = migrations.get(name) else {
        if let Some(squashed) =
            migrations.list().iter().find(|one| one.replaces().iter().any(|old| old.name == *name))
        {
            return Some(half_replaced(squashed, entry));
        }
        return Some(
            MigrateError::new(
                Code::AppliedMissing,
                format!("the database has run migration `{name}`, but the folder does not have it"),
            )
            .fix(
                "get it from version control (another branch?): there `orm migrate down` takes it back; or name the right \
                 folder with `--migrations DIR`",
            ),
        );
    };
    // One that is not done may be mended; its statements that ran are checked one by one.
    let is_edited = entry.finished_at.is_some() && entry.fingerprint != migration.fingerprint();
    is_edited.then(|| {
        MigrateError::new(Code::AppliedEdited, format!("migration `{name}` was edited after it ran on this database"))
            .fix("restore `up.sql` from version control, and put the change into a new migration: `orm migrate dev`")
            .at(Place::file(&migration.file))
    })
}

/// Who has run some of what another replaces, or something else under their names, has run neither these nor that.
fn half_replaced(squashed: &Migration, entry: &Entry) -> MigrateError {
    let why = format!(
        "migration `{}` replaces `{}`, which has run here, but others that it replaces have not, or ran otherwise",
        squashed.name, entry.name
    );
    MigrateError::new(Code::HalfReplaced, why)
        .fix("deploy the release before the squash first; `orm migrate status` of that release shows what is missing")
        .at(Place::file(&squashed.file))
}

/// One that did not run, although others behind it did. A new name is for what ran nowhere: whoever has run it knows it
/// by the old one.
fn out_of_order(migration: &Migration, journal: &Journal) -> Option<MigrateError> {
    let name = migration.name.as_str();
    let behind: Vec<_> = journal.finished().filter(|entry| entry.name.as_str() > name).collect();
    let last = behind.last().filter(|_| journal.entry(name).is_none())?;
    let why = format!("migration `{name}` comes before `{}`, which has run here already", last.name);
    let fix = format!(
        "if it ran nowhere yet, rename its folder so that it comes last, check that it still fits, and run `orm migrate \
         dev`; else take back what ran here before its turn, `orm migrate down --steps {}`, and run `orm migrate deploy`",
        behind.len()
    );
    Some(MigrateError::new(Code::OutOfOrder, why).fix(fix).at(Place::file(&migration.file)))
}

/// Refuses a script that was edited before the point that it had reached.
pub(super) fn refuse_edited_statements(
    record: &Record<'_>,
    script: &Script,
    entry: Option<&Entry>,
) -> Result<()> {
    for ran in entry.map(|entry| entry.statements.as_slice()).unwrap_or_default() {
        let now = script.statements().find(|statement| statement.position == ran.position);
        if now.is_some_and(|statement| statement.fingerprint == ran.fingerprint) {
            continue;
        }
        let (position, what) = (ran.position, record.what());
        let why = format!("statement {position} of {what} was edited, but it has run on this database");
        let line = now.map_or(1, |statement| statement.line);
        return Err(MigrateError::new(Code::StatementEdited, why)
            .fix("restore it; statements after it may be mended")
            .at(place(record.sql(), &record.file(), line)));
    }
    Ok(())
}

/// Refuses a script that calls what the program does not have, before anything runs.
pub(super) fn refuse_unknown_functions(
    record: &Record<'_>,
    script: &Script,
    functions: &Functions,
) -> Result<()> {
    let unknown = script.statements().filter_map(|statement| {
        let name = statement.function.as_ref().filter(|name| !functions.has(name))?;
        let why = format!("{} calls the Rust function `{name}`, which this program does not have", record.what());
        let fix = format!(
            "deploy with the program that has it: `orm::migrate!(\"migrations\").with(\"{name}\", {name}).deploy(&db)`"
        );
        let place = place(record.sql(), &record.file(), statement.line);
        Some(MigrateError::new(Code::NoFunction, why).fix(fix).at(place))
    });
    MigrateError::all(unknown.collect())
}

/// A migration that was half taken back: it neither is nor is not.
pub(crate) fn half_back(migrations: &Migrations, journal: &Journal) -> Option<MigrateError> {
    let entry = journal.going_down.as_ref()?;
    let ran = match entry.statements.len() {
        1 => "1 statement".to_owned(),
        ran => format!("{ran} statements"),
    };
    let why = format!("migration `{}` is half taken back: {ran} of its down.sql ran or began", entry.name);
    let error =
        MigrateError::new(Code::Unfinished, why).fix("run `orm migrate down` again: it goes on there");
    Some(match migrations.get(&entry.name) {
        Some(migration) => error.at(Place::file(migration.down_file())),
        None => error,
    })
}
