//! The crate that introspection's models are compiled in.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::law::Failure;

/// It depends on this crate too, so that every dependency has the features with which it is compiled already.
const MANIFEST: &str = r#"[package]
name = "NAME"
version = "0.0.0"
edition = "2024"
publish = false

[lib]
name = "chinook"

[dependencies]
chrono = "*"
orm = { path = "ROOT", features = ["sqlite", "postgres", "mysql", "migrate"] }
orm-tests = { path = "ROOT/tests" }
rust_decimal = "*"
tokio = "*"

[profile.dev]
debug = "line-tables-only"

[workspace]
"#;

/// What the models get: a column and an index, and a table of its own.
const REVIEW: &str = r#"use orm::prelude::*;

use super::Track;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(index(track_id, stars desc))]
pub struct Review {
    pub id: i64,
    #[orm(belongs_to(track: Track, on_delete = cascade))]
    pub track_id: KEY,
    #[orm(default = 3, check = "stars BETWEEN 1 AND 5")]
    pub stars: i32,
    pub words: Option<String>,
}
"#;

/// A crate in the folder that Cargo keeps for tests: the next run compiles no more than what differs.
pub(super) struct Package(PathBuf);

impl Package {
    pub(super) fn new(name: &str) -> io::Result<Self> {
        let package = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        if package.path("src").exists() {
            fs::remove_dir_all(package.path("src"))?;
        }
        fs::create_dir_all(package.path("src"))?;
        let manifest = MANIFEST.replace("NAME", name).replace("ROOT", &workspace().display().to_string());
        fs::write(package.path("Cargo.toml"), manifest)?;
        fs::copy(workspace().join("Cargo.lock"), package.path("Cargo.lock"))?;
        fs::write(package.root(), "//! Chinook.\n#![deny(warnings)]\npub mod models;\n")?;
        fs::write(package.path("src/main.rs"), include_str!("queries.rs.in"))?;
        fs::write(package.path("src/composed.rs"), include_str!("composed.rs.in"))?;
        Ok(package)
    }

    fn path(&self, of: &str) -> PathBuf {
        self.0.join(of)
    }

    /// Its `lib.rs`.
    pub(super) fn root(&self) -> PathBuf {
        self.path("src/lib.rs")
    }

    /// The folder of its models.
    pub(super) fn models(&self) -> PathBuf {
        self.path("src/models")
    }

    /// Compiles it, where a warning is an error, and runs the queries.
    pub(super) fn run(&self, url: &str) -> Result<String, Failure> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["run", "--quiet", "--offline", "--manifest-path"]).arg(self.path("Cargo.toml"));
        // Flags of the environment would have every dependency compiled anew.
        let command = command.arg("--").arg(url).env("CARGO_TARGET_DIR", target_folder());
        let output = command.output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(format!("the generated crate: {}", String::from_utf8_lossy(&output.stderr)));
        }
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    }

    /// Adds a column, a table and an index, as one would by hand.
    pub(super) fn edit(&self) -> io::Result<()> {
        let track = fs::read_to_string(self.models().join("track.rs"))?;
        let key = track.split("pub track_id: ").nth(1).and_then(|rest| rest.split(',').next());
        let review = REVIEW.replace("KEY", key.unwrap_or("i64"));
        fs::write(self.models().join("review.rs"), review)?;
        let track = track.replace(
            "pub struct Track {\n",
            "#[orm(index(name))]\npub struct Track {\n    #[orm(default = 0, check = \"rating >= 0\")]\n    pub rating: i32,\n",
        );
        fs::write(self.models().join("track.rs"), track)?;
        let list = fs::read_to_string(self.models().join("mod.rs"))?;
        fs::write(self.models().join("mod.rs"), format!("{list}mod review;\npub use review::Review;\n"))
    }
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where this very test was compiled: `target/debug/deps/laws-…`.
fn target_folder() -> PathBuf {
    let own = std::env::current_exe().ok();
    let folder = own.as_deref().and_then(|path| path.ancestors().nth(3));
    folder.map_or_else(|| workspace().join("target"), Path::to_path_buf)
}
