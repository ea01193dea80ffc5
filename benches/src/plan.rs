//! From source to plan with many models: what `orm migrate diff` takes, without a build.
//!
//! Two cases: all models are new, and ten of a thousand have a new field since the last snapshot. Wall time is the median of
//! the rounds; memory is the largest resident set of a run (getrusage(2), `ru_maxrss`).

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use nix::sys::resource::{UsageWho, getrusage};

use crate::{Result, ratio::median};

/// What `plan` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many models
    #[arg(long, default_value_t = 1000)]
    models: usize,
    /// How many rounds
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// The program; `cargo build --release -p orm-cli` makes it
    #[arg(long, default_value = "target/release/orm")]
    orm: PathBuf,
}

/// Models in one file.
const IN_A_FILE: usize = 10;

/// Measures and prints.
///
/// # Errors
/// When the program is not there or fails.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let orm =
        fs::canonicalize(&arguments.orm).map_err(|error| format!("{}: {error}", arguments.orm.display()))?;
    let folder = tempfile::tempdir()?;
    let package = Package { orm: &orm, folder: folder.path(), models: arguments.models };
    package.write(0)?;
    let new = package.measure(arguments.rounds, "empty")?;
    package.orm(&["migrate", "dev", "--create-only"])?;
    package.write(10)?;
    let changed = package.measure(arguments.rounds, "migrations")?;
    println!("| {} models | ms |\n| --- | --- |", arguments.models);
    println!("| all new | {new:.0} |\n| ten changed | {changed:.0} |");
    let kilobytes = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    println!("| largest resident set | {} MB |", kilobytes / 1024);
    Ok(())
}

struct Package<'a> {
    orm: &'a Path,
    folder: &'a Path,
    models: usize,
}

impl Package<'_> {
    /// The models; the first so many have one field more.
    fn write(&self, more: usize) -> Result<()> {
        let source = self.folder.join("src/models");
        fs::create_dir_all(&source)?;
        fs::write(
            self.folder.join("Cargo.toml"),
            "[package]\nname = \"many\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\norm = \"1\"\n",
        )?;
        fs::write(self.folder.join("src/lib.rs"), "pub mod models;\n")?;
        let files = self.models.div_ceil(IN_A_FILE);
        let modules: String = (0..files).map(|file| format!("pub mod m{file};\n")).collect();
        fs::write(source.join("mod.rs"), modules)?;
        for file in 0..files {
            let models =
                (file * IN_A_FILE..((file + 1) * IN_A_FILE).min(self.models)).map(|at| model(at, at < more));
            let text = format!("use orm::prelude::*;\n{}", models.collect::<String>());
            fs::write(source.join(format!("m{file}.rs")), text)?;
        }
        Ok(())
    }

    /// The median milliseconds of a diff to the models.
    fn measure(&self, rounds: usize, from: &str) -> Result<f64> {
        let mut figures = Vec::new();
        for _ in 0..rounds {
            let begun = Instant::now();
            self.orm(&["migrate", "diff", "--from", from, "--to", "models", "--sql"])?;
            figures.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        median(&figures).ok_or_else(|| "no rounds".into())
    }

    fn orm(&self, words: &[&str]) -> Result<()> {
        let mut command = Command::new(self.orm);
        command
            .args(words)
            .current_dir(self.folder)
            .env("DATABASE_URL", "sqlite:app.db")
            .stdout(Stdio::null());
        let status = command.stderr(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
    }
}

/// Fourteen columns, a unique one, an index, a check, and a key to the model before it.
fn model(at: usize, more: bool) -> String {
    let parent = at.checked_sub(1).map(|parent| {
        let path = format!("super::m{}::Model{parent}", parent / IN_A_FILE);
        format!("    #[orm(belongs_to(parent: {path}))]\n    pub parent_id: i64,\n")
    });
    let types = ["String", "i64", "Option<String>"];
    let fields: String =
        (0..11).map(|field| format!("    pub field{field}: {},\n", types[field % 3])).collect();
    let more = if more { "    pub more: Option<i32>,\n" } else { "" };
    format!(
        "\n#[derive(Model)]\n#[orm(check(\"field1 >= 0\", name = \"positive{at}\"))]\npub struct Model{at} {{\n    pub id: i64,\n    \
         #[orm(unique)]\n    pub code: String,\n{}{fields}    #[orm(index)]\n    pub rank: i32,\n{more}}}\n",
        parent.unwrap_or_default()
    )
}
