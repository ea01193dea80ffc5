//! One version of a real schema becomes another: `db push --to`, and the vendor's own client sees no difference.

use crate::{
    baseline::{facts::catalog_facts, load, same},
    support::{Database, Project},
};

/// Pushes `to` onto `from`; each question of a rename is answered by a drop and an addition.
fn becomes(database: Database, pair: &str) {
    let (Some(from), Some(to)) = (Project::on(database), Project::on(database)) else { return };
    if load(&from, &format!("{pair}/from")).and_then(|()| load(&to, &format!("{pair}/to"))).is_none() {
        return;
    }
    let target = to.absolute_url();
    let mut words = vec!["db", "push", "--to", &target, "--accept-data-loss", "--json"];
    let asked = from.words(&words);
    let answers: Vec<String> = match asked.exit {
        2 => asked.json()["error"]["questions"].as_array().unwrap().iter().map(different).collect(),
        _ => Vec::new(),
    };
    words.extend(answers.iter().flat_map(|answer| ["--rename", answer]));
    from.words(&words).done();
    same("facts of the catalogs", &catalog_facts(&from), &catalog_facts(&to));
    from.words(&["migrate", "diff", "--from", "database", "--to", &target, "--exit-code"]).done();
}

fn different(question: &serde_json::Value) -> String {
    let side = |name: &str| question[name].as_str().unwrap().to_owned();
    format!("{}!={}", side("from"), side("to"))
}

#[test]
fn crates_io_of_2023_becomes_that_of_today() {
    becomes(Database::Postgres, "crates_io_2023__head");
}

#[test]
fn danbooru_of_2022_becomes_that_of_2026() {
    becomes(Database::Postgres, "danbooru_2022__2026");
}

#[test]
fn temporal_on_mariadb_becomes_that_of_today() {
    becomes(Database::MariaDb, "temporal_v1_17_0__head");
}

#[test]
fn temporal_on_sqlite_becomes_that_of_today() {
    becomes(Database::Sqlite, "temporal_v1_17_0__head");
}
