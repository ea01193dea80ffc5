//! Typed words → meaning. What a word means to a command is in its doc comment, which is also its help text.

use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use orm_migrate::Rename;

/// Models, migrations and databases.
///
/// Annotated structs are the source of truth: `orm migrate dev` turns their changes into
/// migrations, `orm migrate deploy` brings a database up to date, `orm introspect` makes
/// models of a database that is already there.
#[derive(Debug, Parser)]
#[command(name = "orm", version, disable_help_subcommand = true, verbatim_doc_comment)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The database; else DATABASE_URL, then `.env`, then orm.toml
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// The database of that name in orm.toml
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "database_url")]
    pub(crate) database: Option<String>,
    /// A file, folder or package with models, instead of the package here; may be repeated
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) models: Vec<PathBuf>,
    /// The migrations folder [default: migrations]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) migrations: Option<PathBuf>,
    /// Print one JSON object to stdout, errors included
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to color what is said
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: where settings come from, every statement
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// When to color.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    #[default]
    #[value(help = "On a terminal, unless NO_COLOR is set")]
    Auto,
    #[value(help = "Wherever it goes")]
    Always,
    #[value(help = "Not even on a terminal")]
    Never,
}

/// A command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    #[command(subcommand)]
    Migrate(Migrate),
    Introspect(Introspect),
    #[command(subcommand)]
    Db(Db),
    #[command(hide = true, disable_help_flag = true)]
    Schema(Later),
}

/// Set a project up: orm.toml, .env.example, a first model, the migrations folder, a test
///
/// What is there already is left as it is.
#[derive(Debug, Args)]
pub(crate) struct Init {}

/// Make migrations from the models, and bring databases up to date
#[derive(Debug, Subcommand)]
pub(crate) enum Migrate {
    Dev(Dev),
    Deploy(Deploy),
    Status(Status),
    Reset(Reset),
    Diff(Diff),
    Baseline(Baseline),
    Down(Down),
    Resolve(Resolve),
    Squash(Squash),
    Check(Check),
    #[command(hide = true, disable_help_flag = true)]
    Lint(Later),
}

/// While developing: apply what is pending, turn changes of the models into a migration, apply it
#[derive(Debug, Args)]
pub(crate) struct Dev {
    /// What the migration is for, in a few words [default: derived from the changes]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Write the migration, so that it can be edited, and don't apply it
    #[arg(long)]
    pub(crate) create_only: bool,
    /// What becomes of differences between the database and its history [default: asked, or left]
    #[arg(long, value_name = "HOW")]
    pub(crate) drift: Option<Repair>,
    #[command(flatten)]
    pub(crate) consent: Consent,
    #[command(flatten)]
    pub(crate) features: Features,
}

/// What becomes of drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Repair {
    #[value(help = "Taken into a migration, which is recorded as applied here")]
    Adopt,
    #[value(help = "Undone in the database")]
    Revert,
    #[value(help = "Written into orm.toml, and never told again")]
    Ignore,
}

/// In production: check history and database, then apply what is pending, under a lock
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    /// Only print what would run
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Every database of a file with a URL on each line (`-` is stdin); those that fail don't stop the others
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "schemas"])]
    pub(crate) each: Option<PathBuf>,
    /// Every schema of a PostgreSQL database, or every database of a MariaDB server, whose name is LIKE this
    #[arg(long, value_name = "PATTERN", conflicts_with = "dry_run")]
    pub(crate) schemas: Option<String>,
    /// Stop at any drift, not only where a pending migration touches it
    #[arg(long)]
    pub(crate) strict: bool,
    /// How long to try for a lock
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) lock_timeout: Duration,
}

/// Show what is applied, pending, half done, edited or missing, and drift
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Exit with 2 if migrations are pending, with 3 if anything is not as it should be
    #[arg(long)]
    pub(crate) exit_code: bool,
}

/// Delete everything in the database, then apply all migrations
#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// Don't ask
    #[arg(long)]
    pub(crate) force: bool,
    /// Leave the seeds of orm.toml out
    #[arg(long)]
    pub(crate) no_seed: bool,
}

/// Take the last migrations back, by their down.sql
///
/// What would be lost is counted first, and needs `--accept-data-loss`. The files stay.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Down {
    /// How many
    #[arg(long, value_name = "COUNT", default_value = "1", value_parser = at_least_one)]
    pub(crate) steps: usize,
    /// All after this one, which stays
    #[arg(long, value_name = "NAME", conflicts_with = "steps")]
    pub(crate) to: Option<String>,
    /// Go on although rows or values are lost
    #[arg(long)]
    pub(crate) accept_data_loss: bool,
    /// Only show what would run, and what it would lose
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Tell the journal what only a person knows of a migration; nothing of it runs
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub(crate) struct Resolve {
    /// The database has all of it: record it as applied
    #[arg(long, value_name = "NAME", group = "what")]
    pub(crate) applied: Option<String>,
    /// The database has nothing of it: forget that it began
    #[arg(long, value_name = "NAME", group = "what")]
    pub(crate) rolled_back: Option<String>,
    /// Its statement that is in doubt ran
    #[arg(long, value_name = "NAME", group = "what")]
    pub(crate) ran: Option<String>,
    /// Its statement that is in doubt did not run
    #[arg(long, value_name = "NAME", group = "what")]
    pub(crate) not_run: Option<String>,
    /// Although the database looks otherwise
    #[arg(long)]
    pub(crate) force: bool,
}

/// For CI: check that the folder is whole, and that the models have no change without a migration
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Run all migrations in a scratch database, there and back, and hold each against its snapshot
    #[arg(long)]
    pub(crate) replay: bool,
    #[command(flatten)]
    pub(crate) scratch: ScratchUrl,
    #[command(flatten)]
    pub(crate) features: Features,
}

/// Make one migration of the first ones: what they make is run in a scratch database and written down anew
///
/// A database that has run all of them has run the new one.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Squash {
    /// What the new migration is called
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The last migration that goes into it [default: the last]
    #[arg(long, value_name = "MIGRATION")]
    pub(crate) to: Option<String>,
    /// Go on although rows that migrations write are no part of it
    #[arg(long)]
    pub(crate) accept_data_loss: bool,
    #[command(flatten)]
    pub(crate) scratch: ScratchUrl,
}

/// Show what turns one schema into another
///
/// A schema is `models`, `migrations` (their last snapshot), `database` (the configured
/// one), `empty`, the URL of a database, or a `.sql` file.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Diff {
    /// The schema before
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) from: Side,
    /// The schema after
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) to: Side,
    /// Print the SQL instead of the changes
    #[arg(long)]
    pub(crate) sql: bool,
    /// Exit with 2 if there are differences
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) renames: Renames,
    #[command(flatten)]
    pub(crate) scratch: ScratchUrl,
    #[command(flatten)]
    pub(crate) features: Features,
}

/// Take over an existing database: a first migration that makes all of it anew
///
/// The migration is recorded as applied on this database; on an empty one
/// `orm migrate deploy` makes everything. The models must be equal to the database:
/// `orm introspect` writes them.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Baseline {
    /// What the migration is called
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) features: Features,
}

/// Make models of a database
#[derive(Debug, Args)]
pub(crate) struct Introspect {
    /// Write the models into this folder; models that are there keep up with the database, and what a person wrote stays
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Print the models [default without --output]
    #[arg(long)]
    pub(crate) print: bool,
    /// Show what would be written, as a patch, and write nothing
    #[arg(long, requires = "output", conflicts_with = "print")]
    pub(crate) dry_run: bool,
    /// Write the models anew, over files that are there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// Another derive for each model, such as `serde::Serialize`; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(crate) derive: Vec<String>,
}

/// Work on a database without migrations
#[derive(Debug, Subcommand)]
pub(crate) enum Db {
    Push(Push),
    Execute(Execute),
    Seed(Seed),
}

/// Make a database equal to the models, without a migration
///
/// For prototypes and tests: a database that has run migrations is refused.
#[derive(Debug, Args)]
pub(crate) struct Push {
    /// The schema to make, instead of the models: see `orm migrate diff --help`
    #[arg(long, value_name = "SCHEMA", default_value = "models")]
    pub(crate) to: Side,
    #[command(flatten)]
    pub(crate) consent: Consent,
    #[command(flatten)]
    pub(crate) scratch: ScratchUrl,
    #[command(flatten)]
    pub(crate) features: Features,
}

/// Run the statements of a file, all or none
#[derive(Debug, Args)]
pub(crate) struct Execute {
    /// The file; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Fill the database with what `[seed]` of orm.toml names: files of SQL, each all or none, then a program
///
/// The program finds the database in DATABASE_URL. Nothing remembers what ran: seeds are
/// written so that they may run again.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Seed {
    /// A file instead of those of orm.toml; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Vec<PathBuf>,
}

/// Decisions that a person makes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Consent {
    /// Go on although rows or values are lost
    #[arg(long)]
    pub(crate) accept_data_loss: bool,
    #[command(flatten)]
    pub(crate) renames: Renames,
}

/// Decisions on renames.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Renames {
    /// A rename, as in `users.name=users.full_name`; with `!=` it is none; may be repeated
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) rename: Vec<Rename>,
}

/// Where a `.sql` file is run to know what it makes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ScratchUrl {
    /// The server for the scratch database of a `.sql` file [default: that of the database]
    #[arg(long, value_name = "URL")]
    pub(crate) scratch_url: Option<String>,
}

/// Features of the package that the models are in.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Features {
    /// Features of the package that are on, as for cargo
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    /// All features are on
    #[arg(long)]
    pub(crate) all_features: bool,
    /// The feature `default` is off
    #[arg(long)]
    pub(crate) no_default_features: bool,
}

/// A command that a later release has.
#[derive(Debug, Args)]
pub(crate) struct Later {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<OsString>,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    /// The models in the source.
    Models,
    /// The snapshot of the last migration.
    Migrations,
    /// The configured database.
    Database,
    /// Nothing.
    Empty,
    /// A database by its URL.
    Url(String),
    /// A file of SQL.
    Sql(PathBuf),
}

impl std::str::FromStr for Side {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let is_sql = |word: &str| word.to_ascii_lowercase().ends_with(".sql");
        match word {
            "models" => Ok(Self::Models),
            "migrations" => Ok(Self::Migrations),
            "database" => Ok(Self::Database),
            "empty" => Ok(Self::Empty),
            url if url.contains(':') && !is_sql(url) => Ok(Self::Url(url.to_owned())),
            file if is_sql(file) => Ok(Self::Sql(PathBuf::from(file))),
            _ => {
                Err("expected `models`, `migrations`, `database`, `empty`, a database URL, or a `.sql` file"
                    .into())
            }
        }
    }
}

/// Words that are no command to run.
#[derive(Debug)]
pub(crate) enum Words {
    /// Help or the version was asked for.
    Text(clap::Error),
    /// They make no sense.
    Wrong {
        /// Why.
        error: clap::Error,
        /// Whether the answer is to be JSON.
        json: bool,
    },
    /// A later release has that command.
    NotYet {
        /// The command.
        command: &'static str,
        /// Whether the answer is to be JSON.
        json: bool,
    },
}

/// Reads the words of a command line, the name of the program first.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, Box<Words>> {
    let words: Vec<OsString> = words.into_iter().collect();
    let json =
        words.iter().take_while(|word| *word != OsStr::new("--")).any(|word| word == OsStr::new("--json"));
    let arguments = Arguments::try_parse_from(&words).map_err(|error| {
        let is_text = !error.use_stderr();
        Box::new(if is_text { Words::Text(error) } else { Words::Wrong { error, json } })
    })?;
    match arguments.command.later() {
        Some(command) => Err(Box::new(Words::NotYet { command, json })),
        None => Ok(arguments),
    }
}

impl Command {
    /// Its name, if a later release has it.
    fn later(&self) -> Option<&'static str> {
        match self {
            Self::Schema(Later { .. }) => Some("orm schema"),
            Self::Migrate(Migrate::Lint(_)) => Some("orm migrate lint"),
            Self::Init(_)
            | Self::Introspect(_)
            | Self::Db(Db::Push(_) | Db::Execute(_) | Db::Seed(_))
            | Self::Migrate(
                Migrate::Dev(_)
                | Migrate::Deploy(_)
                | Migrate::Status(_)
                | Migrate::Reset(_)
                | Migrate::Down(_)
                | Migrate::Resolve(_)
                | Migrate::Check(_)
                | Migrate::Squash(_)
                | Migrate::Diff(_)
                | Migrate::Baseline(_),
            ) => None,
        }
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "expected a number from 1".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 =
        text.parse().map_err(|_| "expected a number of seconds, such as `5` or `0.5`".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "expected a number of seconds from 0".to_owned())
}
