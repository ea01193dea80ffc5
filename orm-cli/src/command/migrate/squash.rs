//! `orm migrate squash`: one migration in the place of many.

use orm_migrate::{
    scratch::Scratch,
    squash::{Squash, Squashed, squash},
};
use serde_json::json;

use crate::{
    args,
    failure::{Failure, tidy},
    output::{Outcome, count},
    session::Session,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &args::Squash) -> Result<Outcome, Failure> {
    let mut migrations = session.migrations()?;
    let server = session.scratch_server(&words.scratch)?;
    let scratch = Scratch::of(migrations.dialect(), server.as_deref())?;
    let folder = session.settings.migrations();
    let how = Squash {
        folder: &folder,
        name: &words.name,
        to: words.to.as_deref(),
        without_rows: words.accept_data_loss,
    };
    let squashed = squash(scratch, &mut migrations, &how).await?;
    for object in &squashed.left_out {
        session.output.say(&format!("left out: {} {}", object.kind, object.name));
    }
    let path = tidy(&folder.join(&squashed.name));
    session.output.product(&format!("{path}\n"));
    Ok(outcome(&squashed, &path))
}

fn outcome(squashed: &Squashed, path: &str) -> Outcome {
    let left_out = squashed.left_out.iter().map(|object| json!({ "kind": object.kind, "name": object.name }));
    let json = json!({
        "migration": { "name": squashed.name, "folder": path, "objects": squashed.objects },
        "replaced": squashed.replaced,
        "left_out": left_out.collect::<Vec<_>>(),
    });
    let replaced = count(squashed.replaced.len(), "migration");
    Outcome::done(json).next(format!(
        "commit it once every database has run the {replaced} that it replaces; `orm migrate check --replay` tries it out"
    ))
}
