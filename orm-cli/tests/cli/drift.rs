//! A database that is not as its history says: told, never reset.

use crate::support::{Database, Project, on_every_database};

const FIELD: (&str, &str) =
    ("    pub name: String,\n", "    pub name: String,\n    pub bio: Option<String>,\n");

#[test]
fn drift_is_told_and_does_not_stop_what_it_does_not_concern() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.sql("CREATE TABLE own (x int)");
        let told = "the database differs from its history: table `own` is there, but no migration made it";
        project.orm("migrate status").done().says("the database differs from its history");
        project.orm("migrate status --exit-code").ends(3);
        project.edit("src/models.rs", FIELD.0, FIELD.1);
        project.orm("migrate dev").done().says(told);
        project.orm("migrate deploy --strict").ends(3).says("error[M027]");
    });
}

#[test]
fn drift_where_the_models_change_stops_dev_before_anything_is_written() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.sql("ALTER TABLE users ADD COLUMN by_hand int");
        project.edit("src/models.rs", FIELD.0, FIELD.1);
        let ran = project.orm("migrate dev").ends(3).says("error[M027]");
        assert!(ran.stderr.contains("`users.by_hand` is there, but no migration made it"), "{}", ran.stderr);
        assert_eq!(project.migrations().len(), 1);
    });
}

#[test]
fn a_change_that_somebody_made_by_hand_is_recorded_when_the_models_say_it_too() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        // What a `String` is there; `text` is another type on MariaDB.
        let text = if project.database == Database::MariaDb { "varchar(255)" } else { "text" };
        project.sql(&format!(
            "INSERT INTO users (name) VALUES ('Ann'); ALTER TABLE users ADD COLUMN bio {text}"
        ));
        project.sql("UPDATE users SET bio = 'x'");
        project.edit("src/models.rs", FIELD.0, FIELD.1);
        project.orm("migrate dev").done().says("recorded as applied");
        assert_eq!(project.text("SELECT bio FROM users"), "x");
        project.orm("migrate status --exit-code").done();
        project.orm("migrate dev").done().says("nothing to do");
    });
}

#[test]
fn drift_is_adopted_into_a_migration_that_makes_it_elsewhere() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.sql("ALTER TABLE users ADD COLUMN by_hand int");
        project.sql("CREATE INDEX users_by_hand ON users (by_hand)");
        project.sql("INSERT INTO users (name, by_hand) VALUES ('Ann', 3)");
        let ran = project.orm("migrate dev --drift adopt").done();
        ran.says("say table users in the models, too");
        project.orm("migrate status --exit-code").done();
        assert_eq!(project.migrations().len(), 2);
        project.edit(
            "src/models.rs",
            "pub name: String,",
            "pub name: String,\n    #[orm(index)]\n    pub by_hand: Option<i32>,",
        );
        project.orm("migrate dev --json").done();
        assert_eq!(project.number("SELECT by_hand FROM users"), 3);
        let other = Project::on(project.database).unwrap();
        let folder = project.path("migrations").display().to_string();
        other.words(&["migrate", "deploy", "--migrations", &folder]).done();
        assert_eq!(other.number("SELECT count(by_hand) FROM users"), 0);
    });
}

#[test]
fn drift_is_reverted_with_consent_to_what_is_lost() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.sql("ALTER TABLE users ADD COLUMN by_hand int");
        project.sql("INSERT INTO users (name, by_hand) VALUES ('Ann', 3)");
        project.sql("CREATE TABLE own (x int)");
        project
            .orm("migrate dev --drift revert")
            .ends(2)
            .says("error[M034]")
            .says("the values of `users.by_hand`: 1");
        let ran = project.orm("migrate dev --drift revert --accept-data-loss").done();
        ran.says("reverted table users").says("reverted table own").says("nothing to do");
        project.orm("migrate status --exit-code").done();
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
    });
}

#[test]
fn drift_is_ignored_from_then_on_and_the_file_keeps_what_it_says() {
    on_every_database(|project| {
        project.write("orm.toml", "# ours\nmigrations = \"migrations\" # here\n");
        project.orm("migrate dev").done();
        project.sql("ALTER TABLE users ADD COLUMN by_hand int");
        project.sql("CREATE TABLE own (x int)");
        project
            .orm("migrate dev --drift ignore")
            .done()
            .says("column users.by_hand is ignored from now on (orm.toml)");
        let file = project.read("orm.toml");
        assert!(file.starts_with("# ours\nmigrations = \"migrations\" # here\n"), "{file}");
        assert!(file.contains("\"table own\"") && file.contains("\"column users.by_hand\""), "{file}");
        project.orm("migrate status --exit-code").done().says("up to date");
        project.orm("migrate deploy --strict").done();
        project.edit("src/models.rs", FIELD.0, FIELD.1);
        project.orm("migrate dev").done();
        project.orm("migrate status --exit-code").done();
        project.sql("CREATE TABLE more (x int)");
        project.orm("migrate status --exit-code").ends(3);
    });
}

/// A rebuild copies the columns that the models know.
#[test]
fn what_is_ignored_is_not_lost_in_a_rebuild() {
    let project = Project::on(Database::Sqlite).unwrap();
    project.orm("migrate dev").done();
    project.sql("ALTER TABLE users ADD COLUMN by_hand int");
    project.orm("migrate dev --drift ignore").done();
    project.edit("src/models.rs", "name: String", "name: Option<String>");
    project.orm("migrate dev").ends(3).says("error[M027]").says("`users.by_hand`");
    project.number("SELECT count(by_hand) FROM users");
}
