//! Finds the models in Rust source, without building it.
//!
//! Which files are the roots of a package, and which features it has, is in its manifest: that is asked of Cargo
//! here. What the files say is read by [`orm_schema::parse::scan`], which a macro uses as well.

mod features;
mod package;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use orm_schema::parse::scan::{self as source, Root};
pub use orm_schema::parse::scan::{Location, Scan, ScannedModel, SourceError, code};

use self::package::{Found, Problem};

/// What to scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// A folder in a package, or in a workspace: then those of its packages are read that depend on orm.
    pub package: PathBuf,
    /// Files, folders or packages that are read instead.
    pub paths: Vec<PathBuf>,
    /// Features to switch on.
    pub features: Vec<String>,
    /// Whether all are on.
    pub all_features: bool,
    /// Whether `default` is off.
    pub no_default_features: bool,
}

/// Reads the models of a package, or of the paths that are given.
///
/// What is wrong with the manifest is among the errors, too.
///
/// ```
/// use orm_migrate::source::{Options, scan};
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("models.rs");
/// std::fs::write(&file, "use orm::prelude::*; #[derive(Model)] struct User { id: i64 }")?;
/// let scan = scan(&Options { paths: vec![file], ..Options::default() });
/// assert_eq!(scan.models.len(), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn scan(options: &Options) -> Scan {
    scan_drafts(options, &BTreeMap::new())
}

/// Reads the models as [`scan`] does, but for files that somebody is about to write: those are read from here.
#[must_use]
pub fn scan_drafts(options: &Options, drafts: &BTreeMap<PathBuf, String>) -> Scan {
    let found = find(options);
    let mut scan = source::scan_drafts(&source::Options { roots: found.roots }, drafts);
    scan.errors.splice(0..0, found.problems.into_iter().map(error));
    scan
}

fn find(options: &Options) -> Found {
    let mut found = if options.paths.is_empty() {
        package::of_folder(&options.package, options)
    } else {
        options.paths.iter().map(|path| of_path(path, options)).fold(Found::default(), Found::and)
    };
    found.unknown_features(&options.features);
    found
}

/// A package by its folder; anything else by itself, with the features of the package that it is in.
fn of_path(path: &Path, options: &Options) -> Found {
    if path.join("Cargo.toml").is_file() {
        return package::of_folder(path, options);
    }
    let (settings, known_features) = package::around(path, options);
    let root =
        Root { features: settings.features, renamed_crates: settings.renamed_crates, ..Root::of_path(path) };
    Found { roots: vec![root], known_features, problems: Vec::new() }
}

fn error(problem: Problem) -> SourceError {
    SourceError {
        code: problem.code,
        message: problem.message,
        location: Location { file: problem.file, line: 1, column: 1 },
        source_line: String::new(),
        label: 1,
        fix: problem.fix,
    }
}
