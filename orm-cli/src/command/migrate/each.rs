//! One deploy over many databases: each by itself, with a summary; what failed does not stop the others.

use std::{fs, path::Path};

use orm_migrate::{DeployOptions, Migrations, deploy, executor::Event, tenants::tenants};
use serde_json::{Value, json};

use crate::{
    args::Deploy,
    exit::Exit,
    failure::{Code, Failure, Report},
    output::{Outcome, count, failure_json},
    prompt,
    session::Session,
    settings::{self, Target},
};

/// Runs the command; the next run goes on with those that failed, since the others have nothing to do.
pub(crate) async fn run(
    session: &Session,
    words: &Deploy,
    options: &DeployOptions,
) -> Result<Outcome, Failure> {
    let migrations = session.migrations()?.verified()?;
    let mut done = Vec::new();
    for (name, target) in targets(session, words).await? {
        let ended = one(session, &target, &migrations, options).await;
        if let Err(failure) = &ended
            && failure.is_interruption()
        {
            return ended.map(|_| Outcome::done(Value::Null));
        }
        say(session, &name, &ended);
        done.push((name, target, ended));
    }
    Ok(outcome(&done))
}

type Ended = Result<orm_migrate::Deployed, Failure>;

async fn targets(session: &Session, words: &Deploy) -> Result<Vec<(String, Target)>, Failure> {
    let targets = match (&words.each, &words.schemas) {
        (Some(file), _) => of_file(file).await?,
        (None, Some(pattern)) => {
            let target = session.target()?;
            let mut connection = session.look(&target).await?;
            let found = tenants(&mut connection, &target.url, pattern).await?;
            let named = found.into_iter().map(|tenant| {
                Ok((tenant.name.clone(), settings::target(&tenant.url, "--schemas", Path::new(""))?))
            });
            named.collect::<Result<_, Failure>>()?
        }
        (None, None) => Vec::new(),
    };
    if targets.is_empty() {
        let report = Report::new(Code::NoDatabase, "there is no database to deploy to")
            .fix("`--each` takes a file with a URL on each line, `--schemas` a pattern such as `tenant_%`")
            .file("the command line");
        return Err(Failure::of(report));
    }
    Ok(targets)
}

/// A URL on each line; what begins with `#` is a comment.
async fn of_file(path: &Path) -> Result<Vec<(String, Target)>, Failure> {
    let file = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    let text = if path == Path::new("-") { prompt::stdin().await } else { fs::read_to_string(path) };
    let text = text.map_err(|error| Failure::input("read", &file, &error))?;
    let lines = text
        .lines()
        .map(str::trim)
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let named = lines.map(|(at, url)| {
        let target = settings::target(url, &format!("{file}:{}", at + 1), Path::new(""))?;
        Ok((target.options.to_string(), target))
    });
    named.collect()
}

async fn one(session: &Session, target: &Target, migrations: &Migrations, options: &DeployOptions) -> Ended {
    let mut connection = session.open(target).await?;
    let mut observe = |event: Event<'_>| session.output.event(&event);
    Ok(deploy(&mut connection, migrations, options, &mut observe).await?)
}

fn say(session: &Session, name: &str, ended: &Ended) {
    match ended {
        Ok(deployed) if deployed.applied.is_empty() => session.output.say(&format!("{name}: up to date")),
        Ok(deployed) => {
            session.output.say(&format!("{name}: {} applied", count(deployed.applied.len(), "migration")));
        }
        Err(failure) => {
            session.output.say(&format!("{name}: failed"));
            failure.reports.iter().for_each(|report| session.output.problem(report));
        }
    }
}

fn outcome(done: &[(String, Target, Ended)]) -> Outcome {
    let failed: Vec<_> = done.iter().filter_map(|(.., ended)| ended.as_ref().err()).collect();
    let applied =
        done.iter().filter(|(.., ended)| ended.as_ref().is_ok_and(|deployed| !deployed.applied.is_empty()));
    let (all, applied) = (done.len(), applied.count());
    let databases = done.iter().map(|(name, target, ended)| match ended {
        Ok(deployed) => json!({
            "name": name, "database": target.options.to_string(),
            "applied": deployed.applied, "warnings": deployed.warnings, "error": null,
        }),
        Err(failure) => json!({
            "name": name, "database": target.options.to_string(),
            "applied": [], "warnings": [], "error": failure_json(failure)["error"],
        }),
    });
    let json = json!({ "databases": databases.collect::<Vec<_>>(), "failed": failed.len() });
    let summary = format!(
        "{}: {applied} brought up to date, {} already were, {} failed",
        count(all, "database"),
        all - applied - failed.len(),
        failed.len()
    );
    match failed.first() {
        None => Outcome::done(json).over(summary),
        Some(first) => {
            Outcome::done(json).exit(if first.exit == Exit::Done { Exit::Error } else { first.exit }).next(
                format!("{summary}; mend what is named above and run the same again: it goes on with those"),
            )
        }
    }
}
