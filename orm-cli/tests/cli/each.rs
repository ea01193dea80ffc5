//! Seeds, migrations by hand, and one deploy over many databases.

use crate::support::{Database, Project, on_every_database, on_every_server};

#[test]
fn a_migration_is_made_for_statements_by_hand() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.orm("migrate dev --create-only").done().says("nothing to do");
        project.orm("migrate dev --create-only --name names").done();
        let names = project.migrations();
        let up = format!("migrations/{}/up.sql", names[1]);
        assert!(project.read(&up).starts_with("-- Statements of this migration"), "{}", project.read(&up));
        project.write(&up, "INSERT INTO users (name) VALUES ('Ann');\n");
        project.orm("migrate dev").done();
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
        project.orm("migrate check --replay").done().says("has no down.sql");
    });
}

#[test]
fn a_migration_that_nobody_has_written_yet_does_nothing() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.orm("migrate dev --create-only --name empty").done();
        project.orm("migrate deploy").done().says("1 migration applied");
        project.orm("migrate status --exit-code").done();
    });
}

#[test]
fn seeds_are_files_all_or_none_and_a_program() {
    on_every_database(|project| {
        project.orm("db seed").ends(1).says("error[C006]").says("nothing says what the seeds are");
        let config = "[seed]\nfiles = [\"seeds/one.sql\"]\ncommand = [\"sh\", \"-c\", \"echo from $PWD; test -n \\\"$DATABASE_URL\\\"\"]\n";
        project.write("orm.toml", config);
        project.write("seeds/one.sql", "DELETE FROM users;\nINSERT INTO users (name) VALUES ('Ann');\n");
        project.orm("migrate dev").done();
        let ran = project.orm("db seed").done().says("seeded from seeds/one.sql").says("from /");
        assert_eq!(ran.stdout, "");
        project.orm("db seed --json").done().json();
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
        project.orm("migrate reset --force --no-seed").done();
        assert_eq!(project.number("SELECT count(*) FROM users"), 0);
        project.orm("migrate reset --force").done();
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
        project.write(
            "other.sql",
            "INSERT INTO users (name) VALUES ('Ben');\nINSERT INTO nothing VALUES (1);\n",
        );
        project.orm("db seed --file other.sql").ends(1).says("error[M030]").says("other.sql:2");
        assert_eq!(project.number("SELECT count(*) FROM users"), 1);
        project.write("orm.toml", "[seed]\ncommand = [\"false\"]\n");
        project.orm("db seed").ends(1).says("error[C017]").says("the seed program `false` failed");
    });
}

#[test]
fn a_deploy_over_many_databases_goes_on_after_one_that_fails_and_again_later() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        let others: Vec<Project> = (0..2).map(|_| Project::on(project.database).unwrap()).collect();
        others[0].sql("CREATE TABLE users (x int)");
        let urls: Vec<String> = others.iter().map(Project::absolute_url).collect();
        project.write("tenants", &format!("# ours\n{}\n\n{}\n", urls[0], urls[1]));
        let ran = project.orm("migrate deploy --each tenants");
        assert_ne!(ran.exit, 0);
        let ran = ran
            .says("2 databases: 1 brought up to date, 0 already were, 1 failed")
            .says("run the same again");
        assert!(ran.stderr.contains("error[M0"), "{}", ran.stderr);
        others[0].sql("DROP TABLE users");
        let json = project.orm("migrate deploy --each tenants --json").done().json();
        assert_eq!(json["failed"], 0);
        assert_eq!(json["databases"][0]["applied"].as_array().unwrap().len(), 1);
        assert_eq!(json["databases"][1]["applied"].as_array().unwrap().len(), 0);
        project.write("none", "# nobody\n");
        project.orm("migrate deploy --each none").ends(1).says("error[C003]");
    });
}

#[test]
fn every_schema_of_a_server_has_a_history_of_its_own() {
    on_every_server(|project| {
        project.orm("migrate dev").done();
        let (first, second) = (format!("{}_a", project.name()), format!("{}_b", project.name()));
        for name in [&first, &second] {
            project.sql(&format!("CREATE SCHEMA {name}"));
        }
        let pattern = format!("{}\\__", project.name().replace('_', "\\_"));
        let words = ["migrate", "deploy", "--strict", "--schemas", &pattern];
        let ran = project.words(&words).done();
        ran.says(&format!("{first}: 1 migration applied")).says("2 databases: 2 brought up to date");
        project.words(&words).done().says("2 databases: 0 brought up to date, 2 already were");
        for name in [&first, &second] {
            assert_eq!(project.number(&format!("SELECT count(*) FROM {name}._orm_migration")), 1);
            assert_eq!(project.number(&format!("SELECT count(*) FROM {name}.users")), 0);
            project
                .sql(&format!("DROP SCHEMA {name}{}", if project.is_postgres() { " CASCADE" } else { "" }));
        }
    });
}

#[test]
fn sqlite_has_no_schemas_to_deploy_to() {
    let project = Project::on(Database::Sqlite).unwrap();
    project.orm("migrate dev").done();
    project.words(&["migrate", "deploy", "--schemas", "t%"]).ends(1).says("error[M043]").says("--each FILE");
}
