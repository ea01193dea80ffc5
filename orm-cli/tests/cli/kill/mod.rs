//! A deploy that is killed at any moment and run again ends where an undisturbed one does.
//!
//! The moments are those before each statement (`ORM_KILLS=all`; else every tenth) and random ones, drawn from
//! `ORM_KILLS_SEED`, which a run prints. The server may still be running the statement when the next deploy comes.
//! The commands that make migrations, and a push, are killed in the same ways ([`commands`]).

mod back;
mod called;
pub(crate) mod child;
mod commands;
mod held;
pub(crate) mod history;
pub(crate) mod moments;
pub(crate) mod outcome;
mod wire;
mod words;

use std::{
    collections::BTreeSet,
    sync::OnceLock,
    time::{Duration, Instant},
};

use child::{End, Running};
use history::{History, Size, history};
use moments::Moments;
use outcome::outcome;
use wire::{Stop, Wire};

use crate::support::{Database, Project, Ran, tell};

/// A deploy that nobody disturbs.
pub(crate) struct Undisturbed {
    pub(crate) outcome: String,
    pub(crate) time: Duration,
    /// Each statement, as migration and place, in the order in which they ran.
    statements: Vec<Place>,
}

type Place = (String, String);

/// What became of the kills of one test.
#[derive(Default)]
struct Counts {
    /// The process died by it.
    killed: usize,
    /// It had ended already.
    late: usize,
    /// The next deploy had to wait for what the server still ran.
    waited: usize,
    /// The next deploy found a statement that had no end in the journal, and asked the database.
    doubts: usize,
}

/// What the history ends in, on that database; it is run when it is first asked for.
pub(crate) fn undisturbed(database: Database, history: &History, size: Size) -> &'static Undisturbed {
    static RAN: [OnceLock<Undisturbed>; 6] = [const { OnceLock::new() }; 6];
    RAN[history::place(database, size)].get_or_init(|| {
        let project = Project::on(database).unwrap();
        let start = Instant::now();
        let ran = Running::deploy(&project, history).ended().done();
        let time = start.elapsed();
        let mut reader = Reader::default();
        let statements = ran.stderr.lines().filter_map(|line| reader.statement(line)).collect();
        Undisturbed { outcome: outcome(&project), time, statements }
    })
}

/// Reads what `-v` prints.
#[derive(Default)]
struct Reader {
    migration: String,
}

impl Reader {
    /// The statement that begins with this line.
    fn statement(&mut self, line: &str) -> Option<Place> {
        if let Some(name) = line.strip_prefix("migration ") {
            name.clone_into(&mut self.migration);
        }
        let (place, _) = line.strip_prefix("  statement ")?.split_once(" of ")?;
        Some((self.migration.clone(), place.to_owned()))
    }
}

impl Counts {
    fn killed(&mut self, end: &End) {
        match end {
            End::Killed(_) => self.killed += 1,
            End::Done(_) => self.late += 1,
        }
    }

    fn said(&mut self, log: &str) {
        self.waited += usize::from(log.contains("waiting for "));
        self.doubts += log.matches("no end is recorded").count();
    }

    fn tell(&self, what: &str, database: Database, start: Instant, moments: &Moments) {
        tell(&format!(
            "{} kills {what} on {}: {} came too late, {} times the next deploy waited, {} statements were in doubt and settled; \
             {:.1} s, {}",
            self.killed + self.late,
            database.word(),
            self.late,
            self.waited,
            self.doubts,
            start.elapsed().as_secs_f64(),
            moments.seed(),
        ));
    }
}

/// Both must be the same to the last character.
#[track_caller]
pub(crate) fn same(expected: &str, found: &str, how: &dyn Fn() -> String) {
    if let Some((expected, found)) = expected.lines().zip(found.lines()).find(|(one, other)| one != other) {
        panic!(
            "an undisturbed deploy ends in\n    {expected}\nbut this one in\n    {found}\nafter {}",
            how()
        );
    }
    assert_eq!(expected.lines().count(), found.lines().count(), "after {}", how());
}

/// Kills one deploy after the other before a statement, each where the one before has come to, on one database.
fn before_statements(database: Database) {
    let start = Instant::now();
    let mut moments = Moments::new("before statements");
    let Some(history) = history(database, moments.size) else { return };
    let undisturbed = undisturbed(database, history, moments.size);
    let mut left: BTreeSet<_> = moments.some(undisturbed.statements.clone()).into_iter().collect();
    let (project, mut counts) = (Project::on(database).unwrap(), Counts::default());
    let mut story = String::new();
    loop {
        let mut reader = Reader::default();
        let is_next = |line: &str| reader.statement(line).is_some_and(|place| left.remove(&place));
        let end = Running::deploy(&project, history).killed_at(is_next);
        match &end {
            End::Done(ran) => {
                story.push_str(&ran.stderr);
                counts.said(&ran.stderr);
                assert_eq!(ran.exit, 0, "{story}");
                break;
            }
            End::Killed(log) => {
                story.push_str(log);
                story.push_str("-- killed\n");
                counts.said(log);
                counts.killed(&end);
            }
        }
    }
    // What a deploy got through before the kill reached it, it does not come to again.
    assert!(counts.killed > left.len(), "nearly all kills came too late: {left:?}\n{story}");
    counts.late = left.len();
    same(&undisturbed.outcome, &outcome(&project), &|| story.clone());
    counts.tell("before statements", database, start, &moments);
}

/// Kills the first words of a deploy one by one, when there is no journal yet, half a one, or an empty one.
fn at_the_beginning(database: Database) {
    let Some(history) = history(database, Size::Small) else { return };
    let project = Project::on(database).unwrap();
    let folder = history.folder.display().to_string();
    for turn in 1.. {
        let wire = Wire::new(&project.url, Stop::at(turn, false));
        let End::Killed(log) = Running::at(&project, history, &wire.url).killed_by(&wire) else { break };
        let status = project.words(&["migrate", "status", "--exit-code", "--migrations", &folder]);
        assert!([2, 3].contains(&status.exit), "at {turn}: {}", status.stderr);
        project.words(&["migrate", "deploy", "--dry-run", "--migrations", &folder]).done();
        if log.contains("  statement 1") {
            break;
        }
    }
    Running::deploy(&project, history).ended().done();
    same(&undisturbed(database, history, Size::Small).outcome, &outcome(&project), &String::new);
}

/// How often a deploy speaks at most before it is killed: more often than any migration needs, with what comes before.
const STRIDE: u64 = 150;

/// Kills one deploy after the other where it speaks to its server, each some way behind where the one before has come to.
fn on_the_wire(database: Database) {
    let start = Instant::now();
    let mut moments = Moments::new("on the wire");
    let Some(history) = history(database, Size::Small) else { return };
    let undisturbed = undisturbed(database, history, Size::Small);
    let mut counts = Counts::default();
    for _ in 0..moments.chains() {
        let project = Project::on(database).unwrap();
        let mut story = String::new();
        loop {
            let stop = Stop::at(1 + moments.below(STRIDE), moments.below(2) == 0);
            let wire = Wire::new(&project.url, stop);
            let end = Running::at(&project, history, &wire.url).killed_by(&wire);
            let (End::Killed(log) | End::Done(Ran { stderr: log, .. })) = &end;
            counts.said(log);
            story.push_str(&format!("{log}-- killed at {stop:?}\n"));
            if let End::Done(ran) = &end {
                assert_eq!(ran.exit, 0, "{}\n{story}", moments.seed());
                break;
            }
            counts.killed(&end);
        }
        same(&undisturbed.outcome, &outcome(&project), &|| format!("{}\n{story}", moments.seed()));
    }
    counts.tell("on the wire", database, start, &moments);
}

/// Kills a deploy of its own database at each moment, once in three times the next one as well.
fn at_any_moment(database: Database) {
    let start = Instant::now();
    let mut moments = Moments::new("at any moment");
    let Some(history) = history(database, moments.size) else { return };
    let undisturbed = undisturbed(database, history, moments.size);
    let mut counts = Counts::default();
    while counts.killed < moments.random {
        assert!(counts.late <= 5 * moments.random, "all kills come too late");
        let project = Project::on(database).unwrap();
        let mut story = String::new();
        for _ in 0..=usize::from(moments.below(3) == 0) {
            let moment = moments.within(undisturbed.time);
            let end = Running::deploy(&project, history).killed_after(moment);
            counts.killed(&end);
            let (End::Killed(log) | End::Done(Ran { stderr: log, .. })) = &end;
            counts.said(log);
            story.push_str(&format!("{log}-- killed after {} us\n", moment.as_micros()));
        }
        let ran = Running::deploy(&project, history).ended();
        counts.said(&ran.stderr);
        story.push_str(&ran.stderr);
        assert_eq!(ran.exit, 0, "{}\n{story}", moments.seed());
        same(&undisturbed.outcome, &outcome(&project), &|| format!("{}\n{story}", moments.seed()));
    }
    counts.tell("at any moment", database, start, &moments);
}

#[test]
fn a_deploy_that_is_killed_before_a_statement_goes_on_there_on_sqlite() {
    before_statements(Database::Sqlite);
}

#[test]
fn a_deploy_that_is_killed_before_a_statement_goes_on_there_on_postgres() {
    before_statements(Database::Postgres);
}

#[test]
fn a_deploy_that_is_killed_before_a_statement_goes_on_there_on_mariadb() {
    before_statements(Database::MariaDb);
}

#[test]
fn what_a_deploy_leaves_that_is_killed_at_its_beginning_can_be_looked_at_on_postgres() {
    at_the_beginning(Database::Postgres);
}

#[test]
fn what_a_deploy_leaves_that_is_killed_at_its_beginning_can_be_looked_at_on_mariadb() {
    at_the_beginning(Database::MariaDb);
}

#[test]
fn a_deploy_that_is_killed_where_it_speaks_to_postgres_goes_on_there() {
    on_the_wire(Database::Postgres);
}

#[test]
fn a_deploy_that_is_killed_where_it_speaks_to_mariadb_goes_on_there() {
    on_the_wire(Database::MariaDb);
}

#[test]
fn a_deploy_that_is_killed_at_any_moment_goes_on_where_it_was_on_sqlite() {
    at_any_moment(Database::Sqlite);
}

#[test]
fn a_deploy_that_is_killed_at_any_moment_goes_on_where_it_was_on_postgres() {
    at_any_moment(Database::Postgres);
}

#[test]
fn a_deploy_that_is_killed_at_any_moment_goes_on_where_it_was_on_mariadb() {
    at_any_moment(Database::MariaDb);
}
