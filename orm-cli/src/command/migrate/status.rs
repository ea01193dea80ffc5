//! `orm migrate status`: where a database stands, and what to do.

use std::path::Path;

use orm_migrate::{Change, Dialect, Status, executor::drift, status};
use serde_json::{Value, json};

use crate::{
    args,
    exit::Exit,
    failure::{Failure, Report, tidy},
    output::{Outcome, count, report_json},
    session::Session,
    settings::Target,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &args::Status) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let mut connection = session.look_or_empty(&target).await?;
    let migrations = session.migrations_or_none(Dialect::of(&connection))?;
    let mut status = status(&mut connection, &migrations).await?;
    let ignored = session.settings.ignored_drift();
    status.drift.retain(|change| !ignored.contains(&drift::object(change)));
    show(session, &status);
    let folder = session.settings.migrations();
    let exit = if words.exit_code { exit(&status, &folder) } else { Exit::Done };
    let outcome = Outcome::done(object(&target, &status)).exit(exit);
    if migrations.list().is_empty() && status.is_clean() {
        let folder = tidy(&folder);
        return Ok(outcome
            .next(format!("there are no migrations in `{folder}` yet: `orm migrate dev` makes the first")));
    }
    Ok(last(outcome, &status))
}

fn show(session: &Session, status: &Status) {
    let output = &session.output;
    for applied in &status.applied {
        output.product(&format!("applied  {}  ({})\n", applied.name, applied.finished_at));
    }
    for pending in &status.pending {
        output.product(&format!("pending  {pending}\n"));
    }
    for change in &status.drift {
        output.product(&format!("drift    {}\n", drift::describe(change)));
    }
    for problem in &status.problems {
        output.problem(&Report::from(problem));
    }
}

/// What a script asks for: the worst that was found. A folder that is not there may have been misspelled.
fn exit(status: &Status, folder: &Path) -> Exit {
    if !folder.exists() || !status.problems.is_empty() || !status.drift.is_empty() {
        Exit::Precondition
    } else if status.pending.is_empty() {
        Exit::Done
    } else {
        Exit::Decision
    }
}

fn last(outcome: Outcome, status: &Status) -> Outcome {
    let pending = count(status.pending.len(), "migration");
    let drift =
        "the database differs from its history: `orm migrate dev --drift adopt`, `revert` or `ignore`";
    match (status.problems.is_empty(), status.pending.is_empty(), status.drift.is_empty()) {
        (false, _, _) => outcome.next("mend what is named above, then run `orm migrate status` again"),
        (true, true, true) => outcome.nothing_to_do("the database is up to date"),
        (true, false, true) => outcome.next(format!("`orm migrate deploy` applies {pending}")),
        (true, true, false) => outcome.next(drift),
        (true, false, false) => outcome.next(format!("{drift}; `orm migrate deploy` applies {pending}")),
    }
}

fn object(target: &Target, status: &Status) -> Value {
    let applied = status.applied.iter();
    let applied = applied.map(|applied| json!({ "name": applied.name, "finished_at": applied.finished_at }));
    let problems = status.problems.iter().map(|problem| report_json(&Report::from(problem)));
    json!({
        "database": target.options.to_string(),
        "applied": applied.collect::<Vec<_>>(),
        "pending": status.pending,
        "problems": problems.collect::<Vec<_>>(),
        "drift": status.drift.iter().map(described).collect::<Vec<_>>(),
        "clean": status.is_clean(),
    })
}

/// A difference, and the words for it.
pub(super) fn described(change: &Change) -> Value {
    json!({ "description": drift::describe(change), "change": change })
}
