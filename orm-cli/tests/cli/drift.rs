//! A database that is not as its history says: told, never reset.

use crate::support::{Database, on_every_database};

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
