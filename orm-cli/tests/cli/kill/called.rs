//! A procedure that commits: what a kill around it leaves is the one thing that a person has to look at. The message says
//! what to type, and that is what the test types.

use super::{
    child::Running,
    history::with_a_call,
    outcome::outcome,
    same,
    wire::{Stop, Wire},
};
use crate::support::{Project, on_every_server};

#[test]
fn a_call_in_doubt_goes_on_by_what_the_message_says() {
    on_every_server(|project| {
        let history = with_a_call(&project);
        let undisturbed = Project::on(project.database).unwrap();
        Running::deploy(&undisturbed, &history).ended().done();
        let undisturbed = outcome(&undisturbed);
        let mut decisions = Vec::new();
        for is_heard in [true, false] {
            let project = Project::on(project.database).unwrap();
            let wire = Wire::new(&project.url, Stop::words("CALL add_one", is_heard));
            Running::at(&project, &history, &wire.url).killed_by(&wire);
            let ran = Running::deploy(&project, &history).ended();
            if ran.exit != 0 {
                let message = ran.ends(3).says("error[M023]: ");
                let has_run = project.number("SELECT count(*) FROM marks WHERE note = 'called'") > 0;
                let words = message.advised(if has_run { "resolve --ran" } else { "resolve --not-run" });
                let folder = history.folder.display().to_string();
                let words: Vec<_> = words.split(' ').skip(1).chain(["--migrations", &folder]).collect();
                project.words(&words).done();
                decisions.push(has_run);
                Running::deploy(&project, &history).ended().done();
            }
            same(&undisturbed, &outcome(&project), &|| format!("killed at the call, heard: {is_heard}"));
        }
        // On MariaDB a call that committed nothing is gone with what says that it began.
        let expected: &[bool] = if project.is_postgres() { &[true, false] } else { &[true] };
        assert_eq!(decisions, expected, "{}", project.database.word());
    });
}
