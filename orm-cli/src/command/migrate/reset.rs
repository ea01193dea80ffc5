//! `orm migrate reset`: everything deleted, every migration applied again.

use orm_migrate::{
    DeployOptions, Dialect, MigrateError, Migrations, clear, deploy, error::Code as MigrateCode,
    executor::Event,
};
use serde_json::json;

use crate::{
    args::Reset,
    command::db::seed,
    failure::{Code, Failure, Report},
    output::{Outcome, count},
    prompt,
    session::Session,
    settings::Target,
};

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Reset) -> Result<Outcome, Failure> {
    let target = session.target()?;
    // What cannot be deployed afterwards is refused before anything is deleted.
    let migrations = session.migrations()?.verified()?;
    let mut connection = session.open(&target).await?;
    refuse_other_dialect(&migrations, Dialect::of(&connection))?;
    let contents = clear::contents(&mut connection).await?;
    for table in &contents {
        session.output.say(&format!("  {}: {}", table.name, count(table.rows, "row")));
    }
    consent(session, &target, words.force, contents.len()).await?;
    clear::clear(&mut connection).await?;
    session.output.say("deleted everything");
    let mut observe = |event: Event<'_>| session.output.event(&event);
    let deployed = deploy(&mut connection, &migrations, &DeployOptions::default(), &mut observe).await?;
    if !words.no_seed && seed::is_configured(session) {
        seed::fill(session, &target, &mut connection, &[]).await?;
    }
    let deleted = contents.iter().map(|table| json!({ "table": table.name.to_string(), "rows": table.rows }));
    let json = json!({
        "database": target.options.to_string(),
        "deleted": deleted.collect::<Vec<_>>(),
        "applied": deployed.applied,
    });
    Ok(Outcome::done(json).over(format!("{} applied", count(deployed.applied.len(), "migration"))))
}

fn refuse_other_dialect(migrations: &Migrations, dialect: Dialect) -> Result<(), Failure> {
    if migrations.dialect() == dialect {
        return Ok(());
    }
    let why = format!("the migrations are for {}, the database is {dialect}", migrations.dialect());
    let fix = "name the folder of this database with `--migrations DIR`, or another database";
    Err(MigrateError::new(MigrateCode::OtherDialect, why).fix(fix).into())
}

async fn consent(session: &Session, target: &Target, force: bool, tables: usize) -> Result<(), Failure> {
    if force {
        return Ok(());
    }
    let question = format!("delete everything in `{}`?", target.options);
    if session.settings.can_ask() && prompt::yes_or_no(&session.output, &question).await == Some(true) {
        return Ok(());
    }
    let report = Report::new(Code::Consent, format!("a reset deletes everything in `{}`", target.options))
        .why(format!("it holds {}, whose rows do not come back", count(tables, "table")))
        .fix("give `--force` if they may go")
        .file(&target.options);
    Err(Failure::of(report))
}
