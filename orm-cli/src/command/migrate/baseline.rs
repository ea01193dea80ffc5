//! `orm migrate baseline`: a database that is there becomes the first migration.
//!
//! ```text
//! models ─┬→ equal? → definitions from the catalogs → write → record as applied
//! database┘
//! ```

use chrono::Utc;
use orm_core::Connection;
use orm_migrate::{
    Dialect, DiffOptions,
    baseline::{Baseline, Taken, refuse_history, take_over},
    diff,
    error::{Code, MigrateError},
    inspect_steadily, normalise,
};
use orm_schema::Schema;
use serde_json::json;

use crate::{
    args,
    command::{changes::refuse_unsupported, models::Models},
    failure::{Failure, tidy},
    output::{Outcome, count},
    session::Session,
    settings::Target,
};

/// More differences than this are counted, not listed.
const LISTED: usize = 20;

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &args::Baseline) -> Result<Outcome, Failure> {
    let target = session.target()?;
    let models = Models::read(session, &words.features)?;
    let mut connection = session.open(&target).await?;
    let dialect = Dialect::of(&connection);
    // A history is refused before the models are held against the database.
    refuse_history(&mut connection, &session.migrations_or_none(dialect)?).await?;
    refuse_unsupported(dialect, &models.schema(), &models)?;
    let schema = settled(session, &mut connection, &models).await?;
    let folder = session.settings.migrations();
    let baseline = Baseline { folder: &folder, name: &words.name, now: Utc::now(), schema };
    let taken = take_over(&mut connection, &baseline, &mut |event| session.output.event(&event)).await?;
    Ok(outcome(session, &target, &taken))
}

/// What the models say, with the names that the database has: only if that is what the database says.
async fn settled(session: &Session, connection: &mut Connection, models: &Models) -> Result<Schema, Failure> {
    let dialect = Dialect::of(connection);
    let live = normalise(dialect, inspect_steadily(connection).await?.schema);
    let wanted = normalise(dialect, models.schema());
    let printed = session.ask(connection, &live, &wanted).await;
    let found = diff(dialect, &live, &wanted, &DiffOptions { printed, ..DiffOptions::default() });
    if found.changes.is_empty() {
        return Ok(found.settled);
    }
    let many = count(found.changes.len(), "difference");
    let error = MigrateError::new(Code::ModelsDiffer, format!("the models are not what the database is: {many}"))
        .fix("`orm introspect --output DIR` writes models of the database; or edit them until `orm migrate diff --from \
              database --to models` is empty");
    let noted = found.changes.iter().take(LISTED).fold(error, |error, change| error.note(change.to_string()));
    let more = found.changes.len().saturating_sub(LISTED);
    Err(if more == 0 { noted } else { noted.note(format!("and {more} more")) }.into())
}

fn outcome(session: &Session, target: &Target, taken: &Taken) -> Outcome {
    let output = &session.output;
    for object in &taken.left_out {
        output.say(&format!("left out: {} {}", object.kind, object.name));
    }
    let folder = tidy(&session.settings.migrations().join(&taken.name));
    output.product(&format!("{folder}\n"));
    let written = if taken.resumed { "was written before" } else { "makes" };
    output.say(&format!(
        "`{folder}/up.sql` {written}{}, and is recorded as applied here",
        if taken.resumed { String::new() } else { format!(" {}", count(taken.objects, "object")) }
    ));
    let left_out = taken.left_out.iter().map(|object| json!({ "kind": object.kind, "name": object.name }));
    let json = json!({
        "database": target.options.to_string(),
        "migration": {
            "name": taken.name,
            "folder": folder,
            "objects": taken.objects,
            "resumed": taken.resumed,
        },
        "left_out": left_out.collect::<Vec<_>>(),
    });
    Outcome::done(json).next(format!(
        "commit `{folder}` and `orm.lock`; `orm migrate deploy` makes the same database elsewhere"
    ))
}
