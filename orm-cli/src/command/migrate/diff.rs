//! `orm migrate diff`: what turns one schema into another.

use orm_migrate::{Change, Plan, carry_over::carry_over};
use serde_json::json;

use crate::{
    args::Diff,
    command::{
        changes::Comparison,
        side::{Sides, dialect},
    },
    exit::Exit,
    failure::Failure,
    output::Outcome,
    session::Session,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Diff) -> Result<Outcome, Failure> {
    let dialect = dialect(session, &[&words.from, &words.to]).await?;
    session.output.detail(&format!("comparing as {dialect}"));
    let sides =
        Sides { session, dialect, features: &words.features, scratch: &words.scratch, whole: words.sql };
    let (from, to) = (sides.read(&words.from).await?, sides.read(&words.to).await?);
    let printed = sides.printed((&words.from, &from.schema), (&words.to, &to.schema)).await?;
    let comparison = Comparison { dialect, from: &from.schema, to: &to.schema, printed, models: &to.models };
    let changes = comparison.changes(session, &words.renames.rename).await?;
    let changes = comparison.spelled(changes, to.definitions.as_ref());
    let plan = if words.sql { comparison.plan(&changes)? } else { Plan::default() };
    let origin = comparison.origin(&changes, to.definitions.as_ref());
    let plan = match sides.connect(&words.from).await? {
        Some(mut live) if words.sql => carry_over(&mut live, plan, &origin).await?,
        Some(_) | None => plan,
    };
    show(session, words, &changes, &plan);
    let exit = if words.exit_code && !changes.is_empty() { Exit::Decision } else { Exit::Done };
    let json = json!({
        "dialect": dialect,
        "equal": changes.is_empty(),
        "changes": changes.iter().map(|change| json!({ "description": change.to_string(), "change": change })).collect::<Vec<_>>(),
        "sql": words.sql.then(|| plan.up_sql()),
    });
    Ok(last(Outcome::done(json).exit(exit), words, &changes))
}

fn show(session: &Session, words: &Diff, changes: &[Change], plan: &Plan) {
    if words.sql {
        session.output.product(&plan.up_sql());
        return;
    }
    for change in changes {
        session.output.product(&format!("{change}\n"));
    }
}

fn last(outcome: Outcome, words: &Diff, changes: &[Change]) -> Outcome {
    match (changes.is_empty(), words.sql) {
        (true, _) => outcome.nothing_to_do("both are equal"),
        (false, true) => outcome.next(
            "`orm db execute --file FILE` runs this SQL; `orm migrate dev` makes a migration of the models",
        ),
        (false, false) => {
            outcome.next("`--sql` shows how; `orm migrate dev` makes a migration of the models")
        }
    }
}
