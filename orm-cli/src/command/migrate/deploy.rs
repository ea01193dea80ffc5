//! `orm migrate deploy`: what is pending, under the lock.

use std::time::Duration;

use orm_migrate::{DeployOptions, Deployed, deploy, lint::Finding};
use serde_json::json;

use super::{each, lint};
use crate::{
    args::Deploy,
    command::{consent, models::Models},
    failure::Failure,
    output::{Outcome, count},
    session::Session,
    settings::Target,
};

/// How long one statement waits for a lock at most; then everyone behind it is let through, and it is tried again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs the command.
pub(crate) async fn run(session: &Session, words: &Deploy) -> Result<Outcome, Failure> {
    if words.each.is_some() || words.schemas.is_some() {
        let options = DeployOptions { own_namespaces: words.schemas.is_some(), ..options(session, words) };
        return each::run(session, words, &options).await;
    }
    let mut target = session.target()?;
    target.options = target.options.lock_timeout(words.lock_timeout.min(PATIENCE));
    let migrations = session.migrations()?;
    let mut connection =
        if words.dry_run { session.look_or_empty(&target).await? } else { session.open(&target).await? };
    let options = options(session, words);
    let mut observe = |event: orm_migrate::executor::Event<'_>| session.output.event(&event);
    let deployed = deploy(&mut connection, &migrations, &options, &mut observe).await?;
    if !words.dry_run {
        return Ok(done(session, &target, &deployed));
    }
    let is_pending = |name: &str| deployed.pending.iter().any(|pending| pending.name == name);
    let findings = lint::of_migrations(session, &migrations, is_pending)?;
    Ok(preview(session, &target, &deployed, &findings))
}

fn options(session: &Session, words: &Deploy) -> DeployOptions {
    DeployOptions {
        dry_run: words.dry_run,
        strict: words.strict,
        lock_timeout: words.lock_timeout,
        ignore: session.settings.ignored_drift().to_vec(),
        ..DeployOptions::default()
    }
}

fn done(session: &Session, target: &Target, deployed: &Deployed) -> Outcome {
    let outcome = Outcome::done(object(target, deployed, &[], false));
    match deployed.applied.len() {
        0 => outcome.nothing_to_do("no migration is pending"),
        applied => {
            session.output.say(&format!("{} applied", count(applied, "migration")));
            outcome.next("start the application; `orm migrate status` shows where the database stands")
        }
    }
}

fn preview(session: &Session, target: &Target, deployed: &Deployed, findings: &[Finding]) -> Outcome {
    for warning in &deployed.warnings {
        session.output.warn_line(warning);
    }
    session.output.plan(&deployed.plan, &deployed.evidence);
    for report in consent::obstacles(&deployed.evidence, &deployed.plan, &Models::default()) {
        session.output.warn(&report);
    }
    for pending in &deployed.pending {
        session.output.product(&format!("-- {}\n", pending.name));
        for statement in &pending.statements {
            session.output.product(&format!("{statement};\n"));
        }
    }
    session.output.lint(findings);
    let outcome = Outcome::done(object(target, deployed, findings, true));
    match deployed.pending.len() {
        0 => outcome.nothing_to_do("no migration is pending"),
        pending => outcome.next(format!("`orm migrate deploy` applies {}", count(pending, "migration"))),
    }
}

fn object(target: &Target, deployed: &Deployed, findings: &[Finding], dry_run: bool) -> serde_json::Value {
    let pending = deployed.pending.iter();
    let pending = pending.map(|pending| json!({ "name": pending.name, "statements": pending.statements }));
    json!({
        "database": target.options.to_string(),
        "dry_run": dry_run,
        "applied": deployed.applied,
        "pending": pending.collect::<Vec<_>>(),
        "warnings": deployed.warnings,
        "losses": deployed.evidence.losses,
        "obstacles": deployed.evidence.obstacles,
        "lint": findings,
    })
}
