//! What a person is asked at a terminal: each answer does what it says, and no answer does nothing.

#![cfg(unix)]

use crate::{
    support::{Project, Ran, on_every_database},
    terminal::{CTRL_C, CTRL_D, Terminal},
};

const DRIFT: &str = "table users differs from its history: adopt it into a migration, revert it, or ignore it? \
                     [adopt/revert/ignore/later] ";
const OWN: &str = "table own differs from its history";
const RENAME: &str = "is column `users.full_name` the former `users.name`? [y/n] ";
const LOSS: &str = "this loses data; go on? [y/n] ";

/// A column that no migration made, with a value.
fn with_drift(project: &Project) {
    project.orm("migrate dev").done();
    project.sql("ALTER TABLE users ADD COLUMN by_hand int");
    project.sql("INSERT INTO users (name, by_hand) VALUES ('Ann', 3)");
}

/// Neither the database nor the folder nor the settings have changed.
#[track_caller]
fn drift_is_left(project: &Project) {
    assert_eq!(project.number("SELECT by_hand FROM users"), 3);
    assert_eq!(project.migrations().len(), 1);
    assert!(!project.path("orm.toml").exists());
    project.orm("migrate status --exit-code").ends(3).says("the database differs from its history");
}

/// Answers the question of drift.
fn answered(project: &Project, answer: &str) -> Ran {
    Terminal::of(project, "migrate dev").asks(DRIFT).answers(answer).ended()
}

#[test]
fn adopt_writes_a_migration_that_is_applied_here() {
    on_every_database(|project| {
        with_drift(&project);
        answered(&project, "adopt").done().says("say table users in the models, too");
        assert_eq!(project.migrations().len(), 2);
        assert_eq!(project.number("SELECT by_hand FROM users"), 3);
        project.orm("migrate status --exit-code").done();
        project.edit(
            "src/models.rs",
            "    pub name: String,\n",
            "    pub name: String,\n    pub by_hand: Option<i32>,\n",
        );
        project.orm("migrate check --replay").done();
    });
}

#[test]
fn revert_puts_the_database_back_once_the_loss_is_accepted() {
    on_every_database(|project| {
        with_drift(&project);
        let mut terminal = Terminal::of(&project, "migrate dev");
        terminal.asks(DRIFT).answers("revert").asks("the values of `users.by_hand`: 1");
        terminal.asks(LOSS).answers("y").ended().done().says("reverted table users");
        assert_eq!(project.text("SELECT name FROM users"), "Ann");
        assert_eq!(project.migrations().len(), 1);
        project.orm("migrate status --exit-code").done();
        project.orm("migrate diff --from database --to models --exit-code").done();
    });
}

#[test]
fn revert_does_nothing_when_the_loss_is_not_accepted() {
    on_every_database(|project| {
        with_drift(&project);
        for (keys, exit, code) in
            [("n\n", 2, "error[M034]"), (CTRL_D, 2, "error[M034]"), (CTRL_C, 130, "error[C020]")]
        {
            let mut terminal = Terminal::of(&project, "migrate dev");
            terminal.asks(DRIFT).answers("revert").asks(LOSS).presses(keys).ended().ends(exit).says(code);
            drift_is_left(&project);
        }
    });
}

#[test]
fn ignore_is_written_down_and_nobody_is_asked_again() {
    on_every_database(|project| {
        with_drift(&project);
        answered(&project, "ignore").done().says("column users.by_hand is ignored from now on (orm.toml)");
        assert!(project.read("orm.toml").contains("\"column users.by_hand\""));
        assert_eq!(project.number("SELECT by_hand FROM users"), 3);
        project.orm("migrate status --exit-code").done();
        Terminal::of(&project, "migrate dev").ended().done().says("nothing to do");
    });
}

#[test]
fn later_leaves_the_drift_and_says_so() {
    on_every_database(|project| {
        with_drift(&project);
        for answer in ["later", "L"] {
            answered(&project, answer).done().says("table users stays as it is");
            drift_is_left(&project);
        }
    });
}

#[test]
fn what_is_no_answer_is_asked_again() {
    on_every_database(|project| {
        with_drift(&project);
        let mut terminal = Terminal::of(&project, "migrate dev");
        for answer in ["", "  ", "yes", "adopted", "revert it"] {
            terminal.asks(DRIFT).answers(answer);
        }
        terminal.asks(DRIFT).presses(CTRL_D).ended().done().says("table users stays as it is");
        drift_is_left(&project);
    });
}

#[test]
fn ctrl_c_undoes_the_answers_before_it() {
    on_every_database(|project| {
        with_drift(&project);
        project.sql("CREATE TABLE own (x int)");
        let mut terminal = Terminal::of(&project, "migrate dev");
        terminal.asks(OWN).answers("ignore").asks(DRIFT).presses(CTRL_C);
        terminal.ended().ends(130).says("\nerror[C020]: interrupted");
        drift_is_left(&project);
        project.orm("migrate deploy --lock-timeout 1").done();
    });
}

#[test]
fn each_thing_that_differs_is_decided_for_itself() {
    on_every_database(|project| {
        with_drift(&project);
        project.sql("CREATE TABLE own (x int)");
        let mut terminal = Terminal::of(&project, "migrate dev");
        terminal.asks(OWN).answers("r").asks(DRIFT).answers("a").ended().done().says("reverted table own");
        assert_eq!(project.number("SELECT by_hand FROM users"), 3);
        project.orm("migrate status --exit-code").done();
        let tables = project.orm("introspect --print").done().stdout;
        assert!(!tables.contains("own"), "{tables}");
    });
}

/// A row under a name, which the models call otherwise from now on.
fn with_a_new_name(project: &Project) {
    project.orm("migrate dev").done();
    project.sql("INSERT INTO users (name) VALUES ('Ann')");
    project.edit("src/models.rs", "name: String", "full_name: Option<String>");
}

/// Neither the database nor the folder has changed.
#[track_caller]
fn name_is_left(project: &Project) {
    assert_eq!(project.text("SELECT name FROM users"), "Ann");
    assert_eq!(project.migrations().len(), 1);
    project.orm("migrate status --exit-code").done();
}

#[test]
fn a_rename_keeps_the_values() {
    on_every_database(|project| {
        with_a_new_name(&project);
        Terminal::of(&project, "migrate dev").asks(RENAME).answers("yes").ended().done();
        assert_eq!(project.text("SELECT full_name FROM users"), "Ann");
        project.orm("migrate check --replay").done();
    });
}

#[test]
fn no_rename_is_a_loss_that_is_asked_for() {
    on_every_database(|project| {
        with_a_new_name(&project);
        let mut terminal = Terminal::of(&project, "migrate dev");
        terminal.asks(RENAME).answers("n").asks("the values of `users.name`: 1").asks(LOSS).answers("n");
        terminal.ended().ends(2).says("error[M034]");
        name_is_left(&project);

        let mut terminal = Terminal::of(&project, "migrate dev");
        terminal.asks(RENAME).answers("No").asks(LOSS).answers("Y").ended().done();
        assert_eq!(project.number("SELECT count(*) FROM users WHERE full_name IS NULL"), 1);
    });
}

#[test]
fn a_rename_that_nobody_decides_changes_nothing() {
    on_every_database(|project| {
        with_a_new_name(&project);
        let mut terminal = Terminal::of(&project, "migrate dev");
        for answer in ["", "maybe"] {
            terminal.asks(RENAME).answers(answer);
        }
        terminal.asks(RENAME).presses(CTRL_D).ended().ends(2).says("\nerror[C010]").says("--rename");
        name_is_left(&project);
        let mut terminal = Terminal::of(&project, "migrate dev");
        terminal.asks(RENAME).presses(CTRL_C).ended().ends(130).says("\nerror[C020]: interrupted");
        name_is_left(&project);
    });
}

/// A push and a reset ask as well.
#[test]
fn a_database_without_a_history_is_kept_until_somebody_says_yes() {
    on_every_database(|project| {
        project.orm("db push").done();
        project.sql("INSERT INTO users (name) VALUES ('Ann')");
        project.edit("src/models.rs", "    pub name: String,\n", "");
        for keys in ["n\n", CTRL_D, CTRL_C] {
            let ran = Terminal::of(&project, "db push").asks(LOSS).presses(keys).ended();
            assert!([2, 130].contains(&ran.exit), "{}", ran.stderr);
            assert_eq!(project.text("SELECT name FROM users"), "Ann");
        }
        Terminal::of(&project, "db push").asks(LOSS).answers("y").ended().done();
        project.orm("migrate diff --from database --to models --exit-code").done();
    });
}

#[test]
fn a_reset_deletes_nothing_until_somebody_says_yes() {
    on_every_database(|project| {
        project.orm("migrate dev").done();
        project.sql("INSERT INTO users (name) VALUES ('Ann')");
        for (keys, exit) in [("n\n", 2), (CTRL_D, 2), (CTRL_C, 130)] {
            Terminal::of(&project, "migrate reset")
                .asks("delete everything in")
                .presses(keys)
                .ended()
                .ends(exit);
            assert_eq!(project.text("SELECT name FROM users"), "Ann");
        }
        Terminal::of(&project, "migrate reset").asks("delete everything in").answers("y").ended().done();
        assert_eq!(project.number("SELECT count(*) FROM users"), 0);
    });
}
