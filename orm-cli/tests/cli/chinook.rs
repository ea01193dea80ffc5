//! A real schema: introspected, its models are equal to the database they were made of.

use std::{fs, path::Path};

use crate::support::{Database, Project, datasets};

/// The file without what changes the database or the client: `db execute` is one transaction in one database.
pub(crate) fn load(project: &Project, file: &Path) {
    let text = fs::read_to_string(file).unwrap();
    let is_ours = |line: &&str| {
        let line = line.trim_start().to_uppercase();
        !["DROP DATABASE", "CREATE DATABASE", "USE ", "\\C ", "\\CONNECT", "BEGIN", "COMMIT", "PRAGMA"]
            .iter()
            .any(|word| line.starts_with(word))
    };
    let sql: Vec<_> = text.trim_start_matches('\u{feff}').lines().filter(is_ours).collect();
    project.write("chinook.sql", &sql.join("\n"));
    project.orm("db execute --file chinook.sql").done();
}

fn is_equal_after_introspection(project: &Project) {
    let url = project.url.clone();
    project.orm(&format!("introspect --database-url {url} --output found")).done();
    let ran =
        project.orm(&format!("migrate diff --from {url} --to models --models found --exit-code")).done();
    assert_eq!(ran.stdout, "");
    let back =
        project.orm(&format!("migrate diff --from models --to {url} --models found --exit-code")).done();
    assert_eq!(back.stdout, "");
    assert_eq!(project.files("found").len(), 12);
}

#[test]
fn chinook_on_sqlite_is_equal_to_the_models_made_of_it() {
    let Some(datasets) = datasets() else { return };
    let project = Project::new();
    load(&project, &datasets.join("chinook/chinook_sqlite.sql"));
    is_equal_after_introspection(&project);
}

#[test]
fn chinook_on_postgresql_is_equal_to_the_models_made_of_it() {
    let Some(datasets) = datasets() else { return };
    let Some(project) = Project::on(Database::Postgres) else { return };
    load(&project, &datasets.join("chinook/chinook_postgres.sql"));
    is_equal_after_introspection(&project);
}

#[test]
fn chinook_on_mariadb_is_equal_to_the_models_made_of_it() {
    let Some(datasets) = datasets() else { return };
    let Some(project) = Project::on(Database::MariaDb) else { return };
    load(&project, &datasets.join("chinook/chinook_mysql.sql"));
    is_equal_after_introspection(&project);
}
