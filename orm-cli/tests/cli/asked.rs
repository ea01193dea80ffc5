//! Expressions that the server prints otherwise than anybody would write them: it is asked, on a table of the session's own.

use crate::support::{Database, Project};

fn model(check: &str, generated: &str) -> String {
    format!(
        "use orm::prelude::*;\n\n#[derive(Model)]\n#[orm(check({check:?}, name = \"odd\"))]\npub struct User {{\n    pub id: i64,\n    \
         pub name: Option<String>,\n    pub age: Option<i32>,\n    #[orm(generated = {generated:?})]\n    pub sum: Option<i32>,\n}}\n"
    )
}

fn is_equal_once_made(project: &Project, check: &str, generated: &str) {
    project.write("src/models.rs", &model(check, generated));
    project.orm("db push --accept-data-loss").done();
    for sides in ["--from database --to models", "--from models --to database"] {
        let ran = project.orm(&format!("migrate diff {sides} --exit-code"));
        assert_eq!((ran.exit, ran.stdout.as_str()), (0, ""), "{check}: {}", ran.stderr);
    }
    let again = project.orm("db push --json").done().json();
    assert_eq!(again["steps"], serde_json::json!([]), "{check}");
}

#[test]
fn what_postgresql_prints_in_its_own_way_is_no_difference() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    for check in [
        "name is nfc normalized",
        "(now(), now()) overlaps (now(), now()) or age > 1",
        "name similar to 'a%' escape '#'",
        "row(age, 1) is distinct from row(1, age)",
        "char_length(overlay(name placing 'y' from 1 for 1)) > age",
        "age between symmetric 9 and 1",
        "age operator(pg_catalog.>) all (array[1, 2]) and (array[1,2])[1:1] is not null",
        "extract(epoch from interval '1' hour) > age",
    ] {
        is_equal_once_made(&project, check, "greatest(age, 1 + 1)");
    }
}

#[test]
fn what_mariadb_prints_in_its_own_way_is_no_difference() {
    let Some(project) = Project::on(Database::MariaDb) else { return };
    for check in [
        "name sounds like 'x'",
        "timestampdiff(day, '2020-01-01', '2021-01-01') > age",
        "weight_string(name as char(3)) <> ''",
        "adddate('2020-01-01', age) > '2020-01-01'",
        "(age, name) in ((1, 'a'), (3, 'b'))",
        "regexp_replace(name, 'a', binary 'b') <> ''",
    ] {
        is_equal_once_made(&project, check, "age * (2 + 1)");
    }
}

#[test]
fn what_differs_stays_different_and_nothing_is_left_behind() {
    for database in [Database::Postgres, Database::MariaDb] {
        let Some(project) = Project::on(database) else { continue };
        project.write("src/models.rs", &model("char_length(name) > age", "age + 1"));
        project.orm("db push").done();
        project.write("src/models.rs", &model("char_length(name) >= age", "age + 2"));
        let ran = project.orm("migrate diff --from database --to models --exit-code").ends(2);
        assert!(ran.stdout.contains("check") && ran.stdout.contains("users.sum"), "{}", ran.stdout);
        assert_eq!(
            project
                .number("SELECT count(*) FROM information_schema.tables WHERE table_name LIKE '%orm_asked%'"),
            0
        );
    }
}

/// A standby takes no table, not even one of a session's own; the session's own setting is another way to be refused.
#[test]
fn a_server_that_cannot_be_asked_is_told_and_no_failure() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project.write("src/models.rs", &model("age between symmetric 9 and 1", "age + 1"));
    project.orm("db push").done();
    let role = format!("asks_{}", std::process::id());
    project.sql(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'pw';
         DO $$ BEGIN EXECUTE 'REVOKE TEMPORARY ON DATABASE \"' || current_database() || '\" FROM public'; END $$"
    ));
    let (scheme, rest) = project.url.split_once("//").unwrap();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let url = format!("{scheme}//{role}:pw@{host}");
    let ran = project.words(&["migrate", "diff", "--from", &url, "--to", "models"]);
    project.sql(&format!("DROP ROLE {role}"));
    ran.done().says("the server cannot be asked how it prints expressions of `users`");
}
