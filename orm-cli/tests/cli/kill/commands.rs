//! The commands that make a migration or none, killed on their way: the same words again end where an undisturbed run does,
//! in the database, in its journal and in the folder.

use std::{
    fmt::Write as _,
    path::Component,
    time::{Duration, Instant},
};

use super::{
    Counts,
    child::{End, Running},
    history::begun::{DECIDED, to_adopt, to_migrate, to_push, to_take_over},
    moments::Moments,
    outcome::outcome,
    same,
    wire::{Stop, Wire},
};
use crate::support::{Database, Project, Ran, on_every_server};

/// A command, and the project that it finds.
struct Job {
    words: Vec<&'static str>,
    prepare: fn(&Project),
}

/// How one run of it was to end.
#[derive(Debug, Clone, Copy)]
enum Kill {
    /// When it has said so many lines.
    Line(usize),
    /// Where it speaks to its server.
    Word(Stop),
    /// After that time.
    Moment(Duration),
}

/// What the command does when nobody disturbs it.
struct Undisturbed {
    state: String,
    time: Duration,
    lines: usize,
    /// How often it speaks to its server.
    turns: u64,
}

impl Job {
    fn dev() -> Self {
        Self {
            words: [&["migrate", "dev", "-v", "--name", "next"][..], &DECIDED].concat(),
            prepare: to_migrate,
        }
    }

    fn dev_of_what_is_there() -> Self {
        Self { words: vec!["migrate", "dev", "-v", "--name", "next"], prepare: to_adopt }
    }

    fn adoption() -> Self {
        Self { words: vec!["migrate", "dev", "-v", "--drift", "adopt"], prepare: to_adopt }
    }

    fn push() -> Self {
        Self { words: [&["db", "push", "-v"][..], &DECIDED].concat(), prepare: to_push }
    }

    fn baseline() -> Self {
        Self { words: vec!["migrate", "baseline", "first", "-v"], prepare: to_take_over }
    }

    fn project(&self, database: Database) -> Project {
        let project = Project::on(database).unwrap();
        (self.prepare)(&project);
        project
    }

    fn run(&self, project: &Project, url: &str) -> Running {
        Running::run(project, &self.words, url)
    }

    fn undisturbed(&self, database: Database) -> Undisturbed {
        let project = self.project(database);
        let start = Instant::now();
        let (ran, turns) = if database == Database::Sqlite {
            (self.run(&project, &project.url).ended(), 0)
        } else {
            let wire = Wire::new(&project.url, Stop::NEVER);
            (self.run(&project, &wire.url).ended(), wire.turns())
        };
        let (time, ran) = (start.elapsed(), ran.done());
        Undisturbed { state: state(&project), time, lines: ran.stderr.lines().count(), turns }
    }

    /// Types what the message says, where a person has to look.
    fn looked_at(&self, project: &Project, ran: &Ran, story: &dyn Fn() -> String) {
        assert_eq!(ran.exit, 3, "{}", story());
        if ran.stderr.contains("error[M029]") {
            // All was done: there is nothing to go on with.
            let status = ran.advised("migrate status");
            project.orm(status.trim_start_matches("orm ")).done().says("up to date");
            return;
        }
        assert!(ran.stderr.contains("error[M027]"), "{}", story());
        project.orm(ran.advised("migrate resolve --applied").trim_start_matches("orm ")).done();
        self.run(project, &project.url).ended().done();
    }

    fn killed(&self, project: &Project, kill: Kill) -> End {
        match kill {
            Kill::Line(line) => {
                let mut left = line;
                self.run(project, &project.url).killed_at(|_| {
                    left -= 1;
                    left == 0
                })
            }
            Kill::Word(stop) => {
                let wire = Wire::new(&project.url, stop);
                self.run(project, &wire.url).killed_by(&wire)
            }
            Kill::Moment(moment) => self.run(project, &project.url).killed_after(moment),
        }
    }
}

impl Undisturbed {
    /// Some of all the places where it can be killed, and some moments between them.
    fn kills(&self, moments: &mut Moments) -> Vec<Kill> {
        let lines = (1..=self.lines).map(Kill::Line);
        let words =
            (1..=self.turns).flat_map(|turn| [true, false].map(|heard| Kill::Word(Stop::at(turn, heard))));
        let (lines, words) = (moments.handful(lines.collect()), moments.handful(words.collect()));
        let random = (0..moments.handful_at_random()).map(|_| Kill::Moment(moments.within(self.time)));
        lines.into_iter().chain(words).chain(random.collect::<Vec<_>>()).collect()
    }
}

/// The database, its journal, and the migrations, but for the times in names, and what depends on them.
fn state(project: &Project) -> String {
    let mut text = outcome(project);
    for (path, file) in project.files("migrations") {
        // A hidden name is what a write has that did not come to its end: it is never read.
        let is_hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().ends_with(".tmp");
        if path.components().any(is_hidden) {
            continue;
        }
        let _ = write!(text, "\n== {}\n{}", path.display(), without_checksums(&file));
    }
    project.stable(&text)
}

/// Checksums of what holds a time; `migrate check` holds them against the files.
fn without_checksums(file: &str) -> String {
    let is_checksum = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let line =
        |line: &str| line.split(' ').filter(|word| !is_checksum(word)).collect::<Vec<_>>().join(" ") + "\n";
    file.lines().map(line).collect()
}

/// Kills the command on a project of its own each time, and runs it again.
fn goes_on(name: &str, job: &Job, database: Database) {
    if Project::on(database).is_none() {
        return;
    }
    let mut moments = Moments::new(name);
    let undisturbed = job.undisturbed(database);
    let kills = undisturbed.kills(&mut moments);
    goes_on_after(kills, (name, job, database), &undisturbed, &moments);
}

fn goes_on_after(
    kills: Vec<Kill>,
    (name, job, database): (&str, &Job, Database),
    undisturbed: &Undisturbed,
    moments: &Moments,
) {
    let start = Instant::now();
    let (mut counts, mut looked) = (Counts::default(), 0);
    for kill in kills {
        let project = job.project(database);
        let end = job.killed(&project, kill);
        counts.killed(&end);
        // What is left can be read.
        let status = project.orm("migrate status --exit-code");
        assert!([0, 2, 3].contains(&status.exit), "{kill:?}\n{}", status.stderr);
        let ran = job.run(&project, &project.url).ended();
        counts.said(&ran.stderr);
        let story = || format!("{kill:?}; {}\n{}-- again\n{}", moments.seed(), end.log(), ran.stderr);
        if ran.exit != 0 {
            looked += 1;
            job.looked_at(&project, &ran, &story);
        }
        same(&undisturbed.state, &state(&project), &story);
    }
    assert!(counts.killed > 0, "all kills came too late; {}", moments.seed());
    counts.tell(&format!("{name}, {looked} of which a person looked at,"), database, start, moments);
}

#[test]
fn a_migration_is_made_once_though_its_dev_is_killed_on_sqlite() {
    goes_on("of `migrate dev`", &Job::dev(), Database::Sqlite);
}

#[test]
fn a_migration_is_made_once_though_its_dev_is_killed_on_postgres() {
    goes_on("of `migrate dev`", &Job::dev(), Database::Postgres);
}

#[test]
fn a_migration_is_made_once_though_its_dev_is_killed_on_mariadb() {
    goes_on("of `migrate dev`", &Job::dev(), Database::MariaDb);
}

#[test]
fn what_is_there_already_is_recorded_though_the_dev_is_killed_on_sqlite() {
    goes_on("of a `migrate dev` that records", &Job::dev_of_what_is_there(), Database::Sqlite);
}

#[test]
fn what_is_there_already_is_recorded_though_the_dev_is_killed_on_postgres() {
    goes_on("of a `migrate dev` that records", &Job::dev_of_what_is_there(), Database::Postgres);
}

#[test]
fn what_is_there_already_is_recorded_though_the_dev_is_killed_on_mariadb() {
    goes_on("of a `migrate dev` that records", &Job::dev_of_what_is_there(), Database::MariaDb);
}

#[test]
fn drift_is_adopted_once_though_the_dev_is_killed_on_sqlite() {
    goes_on("of an adoption", &Job::adoption(), Database::Sqlite);
}

#[test]
fn drift_is_adopted_once_though_the_dev_is_killed_on_postgres() {
    goes_on("of an adoption", &Job::adoption(), Database::Postgres);
}

#[test]
fn drift_is_adopted_once_though_the_dev_is_killed_on_mariadb() {
    goes_on("of an adoption", &Job::adoption(), Database::MariaDb);
}

#[test]
fn a_push_that_is_killed_ends_equal_to_the_models_on_sqlite() {
    goes_on("of `db push`", &Job::push(), Database::Sqlite);
}

#[test]
fn a_push_that_is_killed_ends_equal_to_the_models_on_postgres() {
    goes_on("of `db push`", &Job::push(), Database::Postgres);
}

#[test]
fn a_push_that_is_killed_ends_equal_to_the_models_on_mariadb() {
    goes_on("of `db push`", &Job::push(), Database::MariaDb);
}

#[test]
fn a_baseline_that_is_killed_is_written_and_recorded_once_on_sqlite() {
    goes_on("of `migrate baseline`", &Job::baseline(), Database::Sqlite);
}

#[test]
fn a_baseline_that_is_killed_is_written_and_recorded_once_on_postgres() {
    goes_on("of `migrate baseline`", &Job::baseline(), Database::Postgres);
}

#[test]
fn a_baseline_that_is_killed_is_written_and_recorded_once_on_mariadb() {
    goes_on("of `migrate baseline`", &Job::baseline(), Database::MariaDb);
}

/// Between the two words of a record there is nothing: who finds half of it would run what is there already.
#[test]
fn what_is_recorded_without_being_run_is_recorded_whole() {
    on_every_server(|project| {
        let jobs = [
            ("a record", Job::dev_of_what_is_there()),
            ("an adoption", Job::adoption()),
            ("a baseline", Job::baseline()),
        ];
        for (name, job) in jobs {
            let undisturbed = job.undisturbed(project.database);
            let kills = [true, false].map(|is_heard| Kill::Word(Stop::words("SET finished_at", is_heard)));
            let name = format!("within {name}");
            goes_on_after(kills.into(), (&name, &job, project.database), &undisturbed, &Moments::new(&name));
        }
    });
}
