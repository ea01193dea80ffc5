//! Many deploys of one history at once: each migration runs once, and nobody fails.

use crate::{
    kill::{
        child::{End, Running},
        history::{History, Size, history},
        moments::Moments,
        outcome::outcome,
        same, undisturbed,
    },
    support::{Database, Project, Ran, tell},
};

/// Starts so many deploys at once.
fn together(project: &Project, history: &History, count: usize) -> Vec<Running> {
    (0..count).map(|_| Running::deploy(project, history)).collect()
}

/// How many of these migrations each deploy says that it applied.
fn applied(ran: &[Ran]) -> usize {
    ran.iter().map(|ran| ran.stderr.matches("\napplied ").count()).sum()
}

fn eight_at_once(database: Database) {
    let Some(history) = history(database, Size::Small) else { return };
    let undisturbed = undisturbed(database, history, Size::Small);
    let project = Project::on(database).unwrap();
    let deploys = together(&project, history, 8);
    let ran: Vec<_> = deploys.into_iter().map(|deploy| deploy.ended().done()).collect();
    assert_eq!(applied(&ran), history.length);
    same(&undisturbed.outcome, &outcome(&project), &|| "eight deploys at once".to_owned());
}

fn eight_at_once_of_which_three_are_killed(database: Database) {
    let Some(history) = history(database, Size::Small) else { return };
    let undisturbed = undisturbed(database, history, Size::Small);
    let mut moments = Moments::new("race");
    let project = Project::on(database).unwrap();
    let mut deploys = together(&project, history, 8);
    // Whoever has the lock is killed first, when it has it.
    let mut killed = 0;
    for deploy in deploys.drain(..3) {
        killed +=
            usize::from(matches!(deploy.killed_after(moments.within(undisturbed.time)), End::Killed(_)));
    }
    let ran: Vec<_> = deploys.into_iter().map(|deploy| deploy.ended().done()).collect();
    assert!(applied(&ran) <= history.length);
    same(&undisturbed.outcome, &outcome(&project), &|| moments.seed());
    tell(&format!("{killed} of eight deploys at once killed on {}; {}", database.word(), moments.seed()));
}

#[test]
fn eight_deploys_at_once_run_each_migration_once_on_sqlite() {
    eight_at_once(Database::Sqlite);
}

#[test]
fn eight_deploys_at_once_run_each_migration_once_on_postgres() {
    eight_at_once(Database::Postgres);
}

#[test]
fn eight_deploys_at_once_run_each_migration_once_on_mariadb() {
    eight_at_once(Database::MariaDb);
}

#[test]
fn five_deploys_end_well_when_three_beside_them_are_killed_on_sqlite() {
    eight_at_once_of_which_three_are_killed(Database::Sqlite);
}

#[test]
fn five_deploys_end_well_when_three_beside_them_are_killed_on_postgres() {
    eight_at_once_of_which_three_are_killed(Database::Postgres);
}

#[test]
fn five_deploys_end_well_when_three_beside_them_are_killed_on_mariadb() {
    eight_at_once_of_which_three_are_killed(Database::MariaDb);
}
