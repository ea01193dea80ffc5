//! CPU seconds of `cargo check` on the same hundred models, against other ORMs.
//!
//! [`shape`] says what the models are, one module for each library how they are written there; [`project`] lays them out
//! as a package and edits it. Measured are a full check with all dependencies there, the check after an edited query, and
//! the check after a new field: user and system time of cargo and everything it starts ([`cpu`]).

use crate::{
    Result,
    ratio::{Ratio, median},
    report::{self, Comparison, Row, Table},
};

mod cpu;
mod diesel;
mod orm;
mod project;
mod sea_orm;
mod shape;
mod toasty;

use project::{Library, Project};
use shape::Edit;

/// What `compile` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// One round instead of three
    #[arg(long)]
    quick: bool,
    /// One JSON object on stdout
    #[arg(long)]
    json: bool,
    /// Only this peer, and ours; may be repeated
    #[arg(long, value_name = "NAME", value_parser = find)]
    peer: Vec<&'static Library>,
}

static THEIRS: [Library; 4] = [sea_orm::DENSE, sea_orm::COMPACT, diesel::LIBRARY, toasty::LIBRARY];

const CASES: [&str; 3] = ["full check", "query edited", "field added"];

fn find(name: &str) -> std::result::Result<&'static Library, String> {
    let found = THEIRS.iter().find(|library| library.name == name);
    found.ok_or_else(|| "expected sea-orm, sea-orm-compact, diesel or toasty".to_owned())
}

/// A library's package, and CPU seconds for each case, one figure for each round.
struct Contestant {
    project: Project,
    figures: [Vec<f64>; 3],
}

/// Measures and prints.
///
/// # Errors
/// When a package does not compile.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut contestants = vec![Contestant::prepare(&orm::LIBRARY)?];
    for library in &THEIRS {
        if arguments.peer.is_empty() || arguments.peer.iter().any(|named| named.name == library.name) {
            contestants.push(Contestant::prepare(library)?);
        }
    }
    for round in 1..=if arguments.quick { 1 } else { 3 } {
        for contestant in &mut contestants {
            contestant.play(round)?;
        }
    }
    print(arguments, &table(&contestants)?)
}

impl Contestant {
    /// Checks the package once, so that all its dependencies are there.
    fn prepare(library: &'static Library) -> Result<Self> {
        eprintln!("{}: dependencies", library.name);
        let project = Project::lay_out(library)?;
        project.check()?;
        Ok(Self { project, figures: Default::default() })
    }

    fn play(&mut self, round: u32) -> Result<()> {
        eprintln!("{}: round {round}", self.project.name());
        self.project.edit(Edit::None)?;
        self.project.forget()?;
        self.figures[0].push(self.project.check()?);
        self.project.edit(Edit::Query(round))?;
        self.figures[1].push(self.project.check()?);
        self.project.edit(Edit::Field(round))?;
        self.figures[2].push(self.project.check()?);
        Ok(())
    }
}

fn table(contestants: &[Contestant]) -> Result<Table> {
    let (ours, theirs) = contestants.split_first().ok_or("nobody takes part")?;
    let mut rows = Vec::new();
    for (place, case) in CASES.iter().enumerate() {
        let seconds = median(&ours.figures[place]).ok_or("there was no round")?;
        let mut comparisons = Vec::new();
        for peer in theirs {
            let ratio = Ratio::of(&ours.figures[place], &peer.figures[place]).ok_or("there was no round")?;
            comparisons.push(Comparison::new(None, (*case).to_owned(), peer.project.name(), ratio));
        }
        rows.push(Row { case: (*case).to_owned(), ours: format!("{seconds:.2} s"), comparisons });
    }
    Ok(Table { title: "100 models", rows })
}

fn print(arguments: &Arguments, table: &Table) -> Result<()> {
    let text = report::markdown(table);
    if arguments.json {
        eprintln!("\n{text}");
        println!("{}", report::json(std::slice::from_ref(table))?);
    } else {
        println!("{text}");
    }
    Ok(())
}
