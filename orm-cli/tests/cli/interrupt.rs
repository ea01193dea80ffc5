//! SIGINT and SIGTERM: the running statement is rolled back, the lock is free, and deploying again goes on.
//!
//! On MariaDB the statements of data definition before it stay, and are not run again.

#![cfg(unix)]

use std::{
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::support::{Database, Project, Ran, on_every_database, ran};

/// A project with a pending migration that runs for a long time.
fn with_a_long_migration(project: &Project) {
    project.orm("migrate dev").done();
    project.edit(
        "src/models.rs",
        "    pub name: String,\n",
        "    pub name: String,\n    pub bio: Option<String>,\n",
    );
    project.orm("migrate dev --create-only --name long").done();
    let up = format!("migrations/{}/up.sql", project.migrations()[1]);
    let long = match project.database {
        Database::Sqlite => {
            "INSERT INTO users (name) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) \
             SELECT 'x' FROM n WHERE x < 0"
        }
        Database::Postgres => "SELECT pg_sleep(60)",
        Database::MariaDb => "INSERT INTO users (name) SELECT 'x' FROM (SELECT sleep(60)) AS s",
    };
    project.write(&up, &format!("{}{long};\n", project.read(&up)));
}

/// Begins the long migration, and waits until its long statement runs.
fn begun(project: &Project) -> Child {
    let mut command = project.command(&["migrate", "dev", "-v"]);
    let log = project.path("stderr.log");
    command.stdout(Stdio::piped()).stderr(std::fs::File::create(&log).unwrap());
    let child = command.spawn().unwrap();
    until(|| std::fs::read_to_string(&log).unwrap().contains("statement 2 of 2"));
    sleep(Duration::from_millis(200));
    child
}

/// Sends the signal, and waits for the end.
fn interrupted(project: &Project, mut child: Child, signal: &str) -> Ran {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    until(|| has_ended(&mut child));
    let mut ran = ran(child.wait_with_output().unwrap());
    ran.stderr = project.read("stderr.log");
    ran
}

fn has_ended(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_some()
}

fn until(mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "it took too long");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_signal_rolls_back_frees_the_lock_and_loses_nothing() {
    for (signal, exit) in [("INT", 130), ("TERM", 143)] {
        on_every_database(|project| {
            with_a_long_migration(&project);
            interrupted(&project, begun(&project), signal).ends(exit).says("error[C020]: interrupted");
            if project.is_postgres() {
                assert_eq!(project.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"), 0);
            }
            assert_eq!(project.number("SELECT count(*) FROM users"), 0);
            // The first statement of the migration was rolled back with the second, where it can be.
            let is_undone = project.database.rolls_definitions_back();
            assert_eq!(!project.orm("introspect").done().stdout.contains("bio"), is_undone);
            project.orm("migrate status --exit-code").ends(if is_undone { 2 } else { 3 });
            let up = format!("migrations/{}/up.sql", project.migrations()[1]);
            let mended: Vec<_> = project.read(&up).lines().take(2).map(str::to_owned).collect();
            project.write(&up, &(mended.join("\n") + "\n"));
            project.orm("migrate dev").done();
            project.orm("migrate status --exit-code").done();
        });
    }
}

#[test]
fn a_second_deploy_waits_for_the_first_and_gives_up_with_4() {
    on_every_database(|project| {
        with_a_long_migration(&project);
        let first = begun(&project);
        let ran = project.orm("migrate deploy --lock-timeout 0.5");
        interrupted(&project, first, "TERM").ends(143);
        let ran = ran.ends(4).says("fix: ");
        assert!(ran.stderr.contains("error[M032]") || ran.stderr.contains("error[M033]"), "{}", ran.stderr);
    });
}
