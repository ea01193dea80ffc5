//! When a baseline is refused, and what a run that was killed leaves behind.

use super::{SMALL, deployed_elsewhere, introspect};
use crate::support::{Database, Project, on_every_database};

/// As a process leaves it that is killed after the folder was written and before the journal says so.
fn killed_before_recording(project: &Project) {
    project.sql(SMALL);
    introspect(project);
    project.orm("migrate baseline first").done();
    project.sql("DELETE FROM _orm_migration");
}

#[test]
fn models_that_differ_are_a_decision_and_nothing_is_written() {
    on_every_database(|project| {
        project.sql("CREATE TABLE users (id INT NOT NULL PRIMARY KEY, extra INT)");
        let ran = project.orm("migrate baseline first").ends(2).says("error[M036]").says("orm introspect");
        ran.says("extra");
        assert!(!project.path("migrations").exists());
        let ran = project.orm("migrate baseline first --json").ends(2);
        assert_eq!(ran.json()["error"]["code"], "M036");
    });
}

#[test]
fn a_folder_with_migrations_is_refused() {
    on_every_database(|project| {
        project.orm("migrate dev --name one").done();
        project.orm("migrate baseline first").ends(3).says("error[M029]");
        project.sql("DELETE FROM _orm_migration");
        project.orm("migrate baseline first").ends(3).says("the folder has migrations already");
        assert_eq!(project.migrations().len(), 1);
    });
}

#[test]
fn a_database_with_a_history_is_refused() {
    on_every_database(|project| {
        project.orm("migrate dev --name one").done();
        project.orm("migrate baseline first --migrations other").ends(3).says("has a history of migrations");
        assert!(!project.path("other").exists());
    });
}

#[test]
fn a_baseline_that_was_not_recorded_is_explained_and_recorded_by_running_again() {
    on_every_database(|project| {
        killed_before_recording(&project);
        let before = project.files("migrations");
        project.orm("migrate status --exit-code").ends(3);
        project.orm("migrate deploy").ends(3).says("error[M027]");
        let ran = project.orm("migrate baseline first --json").done();
        assert_eq!(ran.json()["migration"]["resumed"], true);
        project.orm("migrate status --exit-code").done();
        assert_eq!(project.files("migrations"), before);
        deployed_elsewhere(&project);
    });
}

#[test]
fn a_baseline_that_the_lock_file_does_not_list_yet_is_listed_by_running_again() {
    on_every_database(|project| {
        killed_before_recording(&project);
        let word = project.database.word();
        project.write("migrations/orm.lock", &format!("format 1\ndialect {word}\nhead -\n"));
        project.orm("migrate baseline first").done();
        project.orm("migrate status --exit-code").done();
        deployed_elsewhere(&project);
    });
}

#[test]
fn a_baseline_that_the_database_has_outgrown_is_not_recorded() {
    on_every_database(|project| {
        killed_before_recording(&project);
        project.sql("CREATE VIEW another AS SELECT 1 AS one");
        project
            .orm("migrate baseline first")
            .ends(3)
            .says("the database is not what it says")
            .says("remove its folder");
    });
}

#[test]
fn a_baseline_meets_a_database_that_is_not_empty_and_stops() {
    on_every_database(|project| {
        project.sql(SMALL);
        introspect(&project);
        project.orm("migrate baseline first").done();
        let other = Project::on(project.database).unwrap();
        other.sql("CREATE TABLE posts (id INT NOT NULL PRIMARY KEY)");
        let folder = project.path("migrations").display().to_string();
        other.words(&["migrate", "deploy", "--migrations", &folder]).ends(3).says("error[M027]");
    });
}

#[test]
fn who_may_not_record_it_is_told_so_before_anything_is_written() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    project.sql(SMALL);
    introspect(&project);
    project.sql(&format!("ALTER DATABASE \"{}\" SET default_transaction_read_only = on", project.name()));
    project.orm("migrate baseline first").ends(1).says("read-only");
    assert!(!project.path("migrations").exists());
}
