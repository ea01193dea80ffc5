//! A deploy that dies while its statement waits for somebody else: the server still has it, and may run it yet.

use std::{sync::mpsc::channel, thread, time::Duration};

use orm_core::{ConnectOptions, Connection};

use super::child::{End, Running};
use crate::support::{Database, Project, block_on, on_every_database};

/// A project with a pending migration of one statement, about a table with rows.
fn with_a_pending_statement(project: &Project) {
    project.orm("migrate dev").done();
    project.sql("INSERT INTO users (id, name) VALUES (1, 'Ann')");
    let name = "    pub name: String,\n";
    match project.database {
        Database::Sqlite | Database::MariaDb => {
            project.edit("src/models.rs", name, "    pub name: String,\n    pub bio: Option<String>,\n");
            project.orm("migrate dev --create-only --name pending").done();
        }
        Database::Postgres => {
            project.edit("src/models.rs", "pub struct", "#[orm(index(name))]\npub struct");
            project.orm("migrate dev --create-only --name pending").done();
            let up = format!("migrations/{}/up.sql", project.migrations()[1]);
            project.edit(&up, "CREATE INDEX", "-- orm: no transaction\nCREATE INDEX CONCURRENTLY");
            // Sealing the edit would apply it.
            let folder = project.path("migrations");
            orm_migrate::Migrations::read(&folder).unwrap().relock(&folder).unwrap();
        }
    }
}

/// Somebody who holds what the statement needs, until told to let go.
struct Holder {
    let_go: std::sync::mpsc::Sender<()>,
    thread: thread::JoinHandle<()>,
}

impl Holder {
    fn of(project: &Project) -> Self {
        let (url, database) = (project.absolute_url(), project.database);
        let ((has_it, told), (let_go, may_go)) = (channel(), channel());
        let thread = thread::spawn(move || {
            block_on(async {
                let mut connection = Connection::open(&ConnectOptions::parse(&url).unwrap()).await.unwrap();
                let begin = match database {
                    Database::Sqlite => "BEGIN IMMEDIATE",
                    Database::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM users",
                    Database::MariaDb => "BEGIN; SELECT count(*) FROM users",
                };
                connection.batch(begin).await.unwrap();
                has_it.send(()).unwrap();
                may_go.recv().unwrap();
                connection.batch("ROLLBACK").await.unwrap();
            });
        });
        told.recv().unwrap();
        Self { let_go, thread }
    }

    fn lets_go(self) {
        self.let_go.send(()).unwrap();
        self.thread.join().unwrap();
    }
}

/// Waits until the deploy has come to its statement, and the server says that it waits.
fn until_it_waits(project: &Project, deploy: &mut Running) {
    deploy.says(&["migration "]);
    let waiting = match project.database {
        // Who begins a transaction there waits inside the process.
        Database::Sqlite => return,
        Database::Postgres => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%INDEX CONCURRENTLY%' \
             AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'"
        }
        Database::MariaDb => {
            "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE '%metadata lock%'"
        }
    };
    for _ in 0..500 {
        if project.number(waiting) > 0 {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("no statement waits");
}

#[test]
fn a_statement_that_waits_when_its_deploy_dies_runs_once() {
    on_every_database(|project| {
        with_a_pending_statement(&project);
        let holder = Holder::of(&project);
        let mut dying = Running::start(&project, &project.path("migrations"), &project.url);
        until_it_waits(&project, &mut dying);
        let End::Killed(log) = dying.killed() else { panic!("it did not wait") };
        let mut next = Running::start(&project, &project.path("migrations"), &project.url);
        next.says(&["waiting for ", "migration "]);
        holder.lets_go();
        let ran = next.ended();
        assert_eq!(ran.exit, 0, "{log}-- killed\n{}", ran.stderr);
        project.orm("migrate status --exit-code").done();
    });
}

#[test]
fn deploys_that_give_up_say_who_holds_the_lock() {
    on_every_database(|project| {
        with_a_pending_statement(&project);
        let holder = Holder::of(&project);
        let mut first = Running::start(&project, &project.path("migrations"), &project.url);
        until_it_waits(&project, &mut first);
        thread::scope(|scope| {
            let give_up = || project.orm("migrate deploy --lock-timeout 1").ends(4);
            for ran in [scope.spawn(give_up), scope.spawn(give_up)].map(|deploy| deploy.join().unwrap()) {
                match project.database {
                    Database::Sqlite => ran.says("error[M033]"),
                    Database::Postgres | Database::MariaDb => ran
                        .says("error[M032]: another deploy held the lock for 1 s: process ")
                        .says(" of user `"),
                };
            }
        });
        holder.lets_go();
        assert_eq!(first.ended().exit, 0);
        project.orm("migrate status --exit-code").done();
    });
}
