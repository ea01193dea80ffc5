//! A kill at every single word that a deploy speaks to its server, each on a database of its own: before it begins a
//! statement, while the server runs it, and before it records the end.

use std::time::Instant;

use super::{
    Counts,
    child::Running,
    history::{History, short},
    moments::Moments,
    outcome::outcome,
    same,
    wire::{Stop, Wire},
};
use crate::support::{Database, Project};

/// Deploys through a wire that never stops: what it ends in, and how often it speaks.
fn spoken(project: &Project, history: &History) -> (String, u64) {
    let wire = Wire::new(&project.url, Stop::NEVER);
    Running::at(project, history, &wire.url).ended().done();
    (outcome(project), wire.turns())
}

fn at_every_word(database: Database) {
    let start = Instant::now();
    let Some(project) = Project::on(database) else { return };
    let mut moments = Moments::new("at every word");
    let history = short(&project);
    let (undisturbed, turns) = spoken(&Project::on(database).unwrap(), &history);
    let stops = (1..=turns).flat_map(|turn| [true, false].map(|is_heard| Stop::at(turn, is_heard)));
    let mut counts = Counts::default();
    for stop in moments.few(stops.collect()) {
        let project = Project::on(database).unwrap();
        let wire = Wire::new(&project.url, stop);
        let end = Running::at(&project, &history, &wire.url).killed_by(&wire);
        counts.killed(&end);
        let ran = Running::deploy(&project, &history).ended();
        counts.said(&ran.stderr);
        assert_eq!(ran.exit, 0, "killed at {stop:?}, then\n{}", ran.stderr);
        same(&undisturbed, &outcome(&project), &|| format!("{stop:?}\n{}", ran.stderr));
    }
    counts.tell("at every word", database, start, &moments);
}

#[test]
fn a_deploy_that_is_killed_at_any_word_to_postgres_goes_on_where_it_was() {
    at_every_word(Database::Postgres);
}

#[test]
fn a_deploy_that_is_killed_at_any_word_to_mariadb_goes_on_where_it_was() {
    at_every_word(Database::MariaDb);
}
