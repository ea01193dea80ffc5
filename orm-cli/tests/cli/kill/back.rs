//! The way back, killed on its way: running it again goes on, as a deploy does.

use super::{
    child::{End, Running},
    history::{History, there_and_back},
    moments::Moments,
    outcome::outcome,
    same,
    wire::{Stop, Wire},
};
use crate::support::{Database, Project, Ran, on_every_database, tell};

/// A database with all of the history.
fn there(database: Database, history: &History) -> Project {
    let project = Project::on(database).unwrap();
    Running::deploy(&project, history).ended().done();
    project
}

/// Starts the way back to the first migration.
fn back(project: &Project, history: &History, first: &str, url: &str) -> Running {
    let folder = history.folder.display().to_string();
    let words = ["migrate", "down", "-v", "--to", first, "--accept-data-loss", "--migrations", &folder];
    Running::run(project, &words, url)
}

#[test]
fn a_way_back_that_is_killed_goes_on_where_it_was() {
    on_every_database(|project| {
        let database = project.database;
        let history = there_and_back(&project);
        let migrations = orm_migrate::Migrations::read(&history.folder).unwrap();
        let first = migrations.list()[0].name.to_string();
        let undisturbed = there(database, &history);
        back(&undisturbed, &history, &first, &undisturbed.url).ended().done();
        let undisturbed = outcome(&undisturbed);

        let mut moments = Moments::new("back");
        let (project, mut story, mut kills) = (there(database, &history), String::new(), 0);
        loop {
            // More than the statements of any one migration.
            let mut left = 1 + moments.below(12);
            let end = if database == Database::Sqlite {
                let running = back(&project, &history, &first, &project.url);
                running.killed_at(|line| {
                    left -= u64::from(line.contains("  statement "));
                    left == 0
                })
            } else {
                let wire = Wire::new(&project.url, Stop::at(30 + moments.below(90), moments.below(2) == 0));
                back(&project, &history, &first, &wire.url).killed_by(&wire)
            };
            let (End::Killed(log) | End::Done(Ran { stderr: log, .. })) = &end;
            story.push_str(&format!("{log}-- killed\n"));
            if let End::Done(ran) = &end {
                assert_eq!(ran.exit, 0, "{}\n{story}", moments.seed());
                break;
            }
            kills += 1;
            assert!(kills < 500, "it never ends:\n{story}");
        }
        same(&undisturbed, &outcome(&project), &|| format!("{}\n{story}", moments.seed()));
        tell(&format!("{kills} kills of a way back on {}; {}", database.word(), moments.seed()));
    });
}
