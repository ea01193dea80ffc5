//! Migrations that are checked against what they say, and many that become one.

use crate::{
    baseline::facts::definitions,
    support::{Database, Project, on_every_database},
};

const NAME: &str = "    pub name: String,\n";

/// Three migrations; the second one makes a view, too.
fn three(project: &Project) -> Vec<String> {
    project.orm("migrate dev --name users").done();
    project.edit("src/models.rs", NAME, &format!("{NAME}    pub bio: Option<String>,\n"));
    project.orm("migrate dev --name bio --create-only").done();
    let up = format!("migrations/{}/up.sql", project.migrations()[1]);
    project.write(&up, &(project.read(&up) + "CREATE VIEW bios AS SELECT id, bio FROM users;\n"));
    let down = format!("migrations/{}/down.sql", project.migrations()[1]);
    project.write(&down, &format!("DROP VIEW bios;\n{}", project.read(&down)));
    project.edit("src/models.rs", NAME, &format!("{NAME}    pub age: Option<i32>,\n"));
    project.orm("migrate dev --name age").done();
    project.migrations()
}

#[test]
fn a_replay_holds_every_migration_against_its_snapshot_there_and_back() {
    on_every_database(|project| {
        let names = three(&project);
        project.orm("migrate check").done().says("3 migrations as orm.lock says");
        let json = project.orm("migrate check --replay --json").done().json();
        assert_eq!(json["migrations"][1], names[1]);
        assert_eq!(json["replayed"], true);
        // A way back that forgets something, and then a way there that does something else.
        let down = format!("migrations/{}/down.sql", names[2]);
        let was = project.read(&down);
        project.write(&down, "SELECT 1;\n");
        project.orm("migrate dev").done();
        let ran = project.orm("migrate check --replay").ends(3).says("error[M017]");
        ran.says(&format!("after the way back of migration `{}`", names[2])).says("`users.age` is there");
        project.write(&down, &was);
        let up = format!("migrations/{}/up.sql", names[2]);
        project.write(&up, &(project.read(&up) + "CREATE TABLE more (id int);\n"));
        project.orm("migrate check").ends(3).says("error[M007]");
    });
}

#[test]
fn models_without_a_migration_are_a_decision_for_ci() {
    on_every_database(|project| {
        three(&project);
        project.edit("src/models.rs", NAME, &format!("{NAME}    pub more: Option<String>,\n"));
        let ran = project.orm("migrate check").ends(2).says("error[M036]");
        ran.says("the models have 1 change that no migration makes").says("add column `users.more`");
    });
}

#[test]
fn many_migrations_become_one_that_makes_the_same_database() {
    on_every_database(|project| {
        let names = three(&project);
        let before = definitions(&project);
        let json = project.orm("migrate squash start --json").done().json();
        assert_eq!(json["replaced"].as_array().unwrap().len(), 3);
        let squashed = project.migrations();
        assert_eq!(squashed, [format!("{}_start", &names[2][..14])]);
        project.orm("migrate check --replay").done();
        // Where all have run, there is nothing to do; where nothing has, the one makes all.
        project.orm("migrate status --exit-code").done().says("up to date");
        project.orm("migrate deploy").done().says("no migration is pending");
        project.orm("migrate status --exit-code").done();
        assert_eq!(project.text("SELECT name FROM _orm_migration"), squashed[0]);
        let other = Project::on(project.database).unwrap();
        let folder = project.path("migrations").display().to_string();
        other.words(&["migrate", "deploy", "--migrations", &folder]).done();
        assert_eq!(definitions(&other), before);
        // Work goes on.
        project.edit("src/models.rs", NAME, &format!("{NAME}    pub more: Option<String>,\n"));
        project.orm("migrate dev --name more").done();
        project.orm("migrate check --replay").done();
    });
}

#[test]
fn the_first_ones_alone_become_one_and_the_others_stay() {
    on_every_database(|project| {
        let names = three(&project);
        project.words(&["migrate", "squash", "start", "--to", &names[1]]).done();
        assert_eq!(project.migrations(), [format!("{}_start", &names[1][..14]), names[2].clone()]);
        project.orm("migrate check --replay").done();
        project.orm("migrate deploy").done();
        project.orm("migrate status --exit-code").done();
        project.orm("migrate down").done();
        project.orm("migrate squash again --to nothing").ends(1).says("error[M011]");
    });
}

#[test]
fn a_database_that_has_run_some_of_them_is_told_to_run_the_others_first() {
    on_every_database(|project| {
        let names = three(&project);
        let other = Project::on(project.database).unwrap();
        let folder = project.path("migrations").display().to_string();
        other.words(&["migrate", "deploy", "--migrations", &folder]).done();
        other.sql("DROP VIEW bios");
        other.sql("CREATE VIEW bios AS SELECT id, bio FROM users");
        other.words(&["migrate", "down", "--accept-data-loss", "--migrations", &folder]).done();
        project.orm("migrate squash start").done();
        for words in
            [["migrate", "deploy", "--migrations", &folder], ["migrate", "down", "--migrations", &folder]]
        {
            other.words(&words).ends(3).says("error[M015]").says(&names[0]);
        }
        // All of them, but one of them otherwise.
        let third = Project::on(project.database).unwrap();
        third.words(&["migrate", "deploy", "--migrations", &folder]).done();
        third.sql("DELETE FROM _orm_migration");
        for name in &names {
            third.sql(&journal_row(&third, name));
        }
        third.words(&["migrate", "deploy", "--migrations", &folder]).ends(3).says("error[M015]");
    });
}

/// A migration that ran with other SQL.
fn journal_row(project: &Project, name: &str) -> String {
    let is_mariadb = project.database == Database::MariaDb;
    let now = if is_mariadb { "utc_timestamp(6)" } else { "CURRENT_TIMESTAMP" };
    format!(
        "INSERT INTO _orm_migration (name, fingerprint, format, started_at, finished_at) VALUES ('{name}', 'x', 1, {now}, {now})"
    )
}

#[test]
fn rows_that_migrations_write_are_no_part_of_a_schema() {
    on_every_database(|project| {
        project.orm("migrate dev --name users").done();
        project.edit("src/models.rs", NAME, &format!("{NAME}    pub bio: Option<String>,\n"));
        project.orm("migrate dev --name bio --create-only").done();
        let up = format!("migrations/{}/up.sql", project.migrations()[1]);
        project.write(&up, &(project.read(&up) + "INSERT INTO users (name) VALUES ('Ann');\n"));
        project.orm("migrate dev").done();
        let before = project.migrations();
        project.orm("migrate squash start").ends(2).says("error[M034]").says("`users`: 1 rows");
        assert_eq!(project.migrations(), before);
        project.orm("migrate squash start --accept-data-loss").done();
        project.orm("migrate squash start").ends(3).says("error[M016]");
    });
}

#[test]
fn a_scratch_database_is_needed_where_a_server_makes_the_schema() {
    let Some(project) = Project::on(Database::Postgres) else { return };
    three(&project);
    project
        .words(&["migrate", "check", "--replay", "--scratch-url", "sqlite::memory:"])
        .ends(1)
        .says("error[M041]");
}
