//! Reading and writing rows, against other libraries on the same database.
//!
//! Each library is a process of its own ([`child`]), which says how long it took and what it read; [`rounds`] asks them
//! in turn and holds their answers against each other; [`place`] makes the databases and removes them.

use contract::{Case, Database};

use crate::{
    Result,
    report::{self, Table},
};

mod child;
mod place;
mod registry;
mod rounds;

use place::Place;
use registry::Peer;
use rounds::{Contestant, Effort};

/// What `peers` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Fewer and shorter rounds: about right, in a tenth of the time
    #[arg(long)]
    quick: bool,
    /// One JSON object on stdout
    #[arg(long)]
    json: bool,
    /// Only this database: sqlite, postgres or mariadb; may be repeated
    #[arg(long, value_name = "NAME")]
    database: Vec<Database>,
    /// Only this case; may be repeated
    #[arg(long, value_name = "NAME")]
    case: Vec<Case>,
    /// Only this peer, and ours; may be repeated
    #[arg(long, value_name = "NAME", value_parser = registry::find)]
    peer: Vec<&'static Peer>,
}

/// Measures and prints.
///
/// # Errors
/// When a peer cannot be built or fails, when peers read different rows, or when a database that was asked for is missing.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let places = places(arguments)?;
    child::build(&chosen(arguments))?;
    let mut tables = Vec::new();
    for (database, url) in places {
        let table = measure(arguments, database, url.as_deref())?;
        tell(arguments, &table);
        tables.push(table);
    }
    if arguments.json {
        println!("{}", report::json(&tables)?);
    }
    Ok(())
}

/// Those that were named and can be reached; without a name, those that can be reached.
fn places(arguments: &Arguments) -> Result<Vec<(Database, Option<String>)>> {
    let mut places = Vec::new();
    for database in Database::ALL {
        let asked = arguments.database.contains(&database);
        if !asked && !arguments.database.is_empty() {
            continue;
        }
        match place::server(database) {
            Ok(url) => places.push((database, url)),
            Err(missing) if asked => return Err(missing.into()),
            Err(missing) => eprintln!("{database} is left out: {missing}"),
        }
    }
    Ok(places)
}

fn chosen(arguments: &Arguments) -> Vec<&'static Peer> {
    let named = |peer: &&Peer| arguments.peer.is_empty() || arguments.peer.contains(peer);
    registry::THEIRS.iter().filter(named).collect()
}

fn measure(arguments: &Arguments, database: Database, url: Option<&str>) -> Result<Table> {
    let effort = if arguments.quick { Effort::QUICK } else { Effort::FULL };
    let place = Place::make(database, url)?;
    let peers = chosen(arguments).into_iter().filter(|peer| peer.databases.contains(&database));
    let mut contestants = vec![Contestant::enter(&registry::OURS, &place)?];
    for peer in peers {
        contestants.push(Contestant::enter(peer, &place)?);
    }
    let mut rows = Vec::new();
    for case in Case::ALL {
        if arguments.case.is_empty() || arguments.case.contains(&case) {
            eprintln!("{database}: {case}");
            rows.push(rounds::run(&mut contestants, database, case, effort)?);
        }
    }
    Ok(Table { title: database.name(), rows })
}

fn tell(arguments: &Arguments, table: &Table) {
    let text = report::markdown(table);
    if arguments.json { eprintln!("\n{text}\n") } else { println!("\n{text}\n") }
}
