//! Law 3 and 4 on live databases: apply a plan and inspect, it equals the target; go back, it equals the start.
//!
//! Every golden folder of `tests/plan`, with its rows, through the executor that users run.

use std::{fs, path::Path};

use orm_core::Connection;
use orm_migrate::{
    Dialect, DiffOptions, Plan, apply_plan, diff,
    error::Code,
    executor::{DeployOptions, drift, execute, execute_from},
    inspect, normalise, plan,
    scratch::{self, Scratch},
    step::Reverse,
    unsupported,
};
use orm_schema::Schema;

use crate::support::{connect, mariadb_url, postgres_url};

/// A folder of `tests/plan/golden`.
struct Case {
    name: String,
    before: Schema,
    after: Schema,
    rows: String,
    options: DiffOptions,
    /// The dialects whose words are used; none is all.
    dialects: String,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan/golden");
    let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.iter().map(|folder| case(folder)).collect()
}

fn case(folder: &Path) -> Case {
    let text = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
    let schema = |file: &str| serde_json::from_str(&text(file)).unwrap();
    let renames = text("renames.txt").lines().map(|line| line.parse().unwrap()).collect();
    Case {
        name: folder.file_name().unwrap().to_string_lossy().into_owned(),
        before: schema("before.json"),
        after: schema("after.json"),
        rows: text("rows.sql"),
        options: DiffOptions { renames, ..DiffOptions::default() },
        dialects: text("dialects.txt"),
    }
}

fn plan_between(dialect: Dialect, from: &Schema, to: &Schema, options: &DiffOptions) -> Plan {
    let changes = diff(dialect, from, to, options).changes;
    plan(dialect, from, to, &changes).unwrap()
}

/// What is wrong with a case on a database; nothing by law.
async fn broken(dialect: Dialect, connection: &mut Connection, case: &Case) -> Option<String> {
    if !case.dialects.is_empty() && case.dialects.lines().all(|name| name != dialect.to_string()) {
        return None;
    }
    let (before, after) = (normalise(dialect, case.before.clone()), normalise(dialect, case.after.clone()));
    if !unsupported(dialect, &before).is_empty() || !unsupported(dialect, &after).is_empty() {
        return None;
    }
    let options = DeployOptions::default();
    let first = plan_between(dialect, &Schema::default(), &before, &DiffOptions::default());
    let made = execute(connection, &first.up_sql(), "before", &options, &mut |_| {}).await;
    if let Err(error) = made {
        return Some(format!("before: {error:?}"));
    }
    if !case.rows.is_empty() && connection.batch(&rows_for(dialect, case)).await.is_err() {
        return None; // rows of another dialect's types
    }
    let plan = plan_between(dialect, &before, &after, &case.options);
    match apply_plan(connection, &plan, &before, true, &options, &mut |_| {}).await {
        Err(error) if error.code() == Code::RowsInTheWay => return None,
        Err(error) => return Some(format!("up: {error:?}\n{}", plan.up_sql())),
        Ok(_) => {}
    }
    let live = inspect(connection).await.unwrap().schema;
    let differences = drift::between(dialect, after.clone(), live);
    if !differences.is_empty() {
        return Some(format!("after: {differences:?}\n{}", plan.up_sql()));
    }
    back(dialect, connection, &plan, before, &after).await
}

/// The rows have names between double quotes.
fn rows_for(dialect: Dialect, case: &Case) -> String {
    if dialect != Dialect::MariaDb {
        return case.rows.clone();
    }
    format!(
        "SET @mode = @@sql_mode; SET sql_mode = concat(@mode, ',ANSI_QUOTES'); {}; SET sql_mode = @mode",
        case.rows.trim().trim_end_matches(';')
    )
}

/// The way back, unless the plan says that there is none or that rows are lost, which may be in the way.
async fn back(
    dialect: Dialect,
    connection: &mut Connection,
    plan: &Plan,
    before: Schema,
    after: &Schema,
) -> Option<String> {
    let loses = |reverse: &Reverse| match reverse {
        Reverse::By(undo) => undo.loses.is_some(),
        Reverse::Never { .. } => true,
    };
    let options = DeployOptions::default();
    if let Err(error) = execute_from(connection, &plan.down_sql(), "down", after, &options, &mut |_| {}).await
    {
        if plan.steps.iter().any(|step| loses(&step.reverse)) {
            return None;
        }
        return Some(format!("down: {error:?}\n{}", plan.down_sql()));
    }
    if plan.steps.iter().any(|step| matches!(step.reverse, Reverse::Never { .. })) {
        return None;
    }
    let live = inspect(connection).await.unwrap().schema;
    let differences = drift::between(dialect, before, live);
    (!differences.is_empty()).then(|| format!("before again: {differences:?}\n{}", plan.down_sql()))
}

#[tokio::test]
async fn every_golden_plan_leads_to_its_target_and_back_on_sqlite() {
    let mut found = Vec::new();
    for case in cases() {
        let mut connection = connect("sqlite::memory:").await;
        found.extend(
            broken(Dialect::Sqlite, &mut connection, &case).await.map(|why| format!("{}: {why}", case.name)),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[tokio::test]
async fn every_golden_plan_leads_to_its_target_and_back_on_postgres() {
    let Some(server) = postgres_url() else { return };
    all_on(Dialect::Postgres, &server).await;
}

#[tokio::test]
async fn every_golden_plan_leads_to_its_target_and_back_on_mariadb() {
    let Some(server) = mariadb_url() else { return };
    all_on(Dialect::MariaDb, &server).await;
}

async fn all_on(dialect: Dialect, server: &str) {
    let mut found = Vec::new();
    for case in cases() {
        let why = scratch::with(Scratch::Server(server), async |url: &str| {
            Ok(broken(dialect, &mut connect(url).await, &case).await)
        });
        found.extend(why.await.unwrap().map(|why| format!("{}: {why}", case.name)));
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
