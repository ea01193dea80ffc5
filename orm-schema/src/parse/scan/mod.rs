//! Rust source files → models, types and the [`Schema`], without a compiler.
//!
//! The scan follows `mod` from the roots it is given, evaluates `cfg`, resolves `use` and types across all of
//! them, and ends in [`lower`](crate::lower::lower) as the derive does. What it cannot see is an error, never
//! a model less. It reads files, and this is the only module of the crate that does; which files are the roots
//! of a package is for the caller to know.
//!
//! ```text
//! roots → load → tree of modules → resolve → derives → types ┐
//!                                                            ├→ link → Schema
//!                                  parse → declarations ─────┘
//! ```

mod attributes;
mod cfg;
pub mod code;
mod declared;
mod derive;
mod doubt;
mod external;
mod hidden;
mod imports;
mod link;
mod load;
mod macros;
mod paths;
mod report;
mod resolve;
mod targets;
mod tree;
mod types;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

pub use report::{Location, SourceError};

use crate::{Schema, TableName, lower::FieldType};

/// Where the scan starts: the root file of a crate, or a file or folder of models.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Root {
    /// The name of the crate in Rust code, so that other roots can name it.
    pub name: String,
    /// Its root file; or a folder, of which all files are read.
    pub path: PathBuf,
    /// The features that `cfg(feature = "…")` finds on.
    pub features: BTreeSet<String>,
    /// Crates that go by another name here: `db = { package = "orm" }` is `db` → `orm`.
    pub renamed_crates: BTreeMap<String, String>,
    /// Whether the path is part of a crate whose root is not read: paths that lead outside are then followed by
    /// their last names.
    pub loose: bool,
}

impl Root {
    /// The root file of a crate.
    ///
    /// ```
    /// let root = orm_schema::parse::scan::Root::of_crate("my_app", "src/lib.rs");
    /// assert!(!root.loose);
    /// ```
    pub fn of_crate(name: impl Into<String>, file: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: file.into(), ..Self::default() }
    }

    /// A file, or a folder: its `mod.rs` or `lib.rs` if it has one, else all its files.
    ///
    /// ```
    /// let root = orm_schema::parse::scan::Root::of_path("src/models.rs");
    /// assert!(root.loose);
    /// ```
    pub fn of_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let entry = ["mod.rs", "lib.rs"].iter().map(|name| path.join(name)).find(|file| file.is_file());
        Self { path: entry.unwrap_or(path), loose: true, ..Self::default() }
    }

    /// The roots that Cargo would find in a package's folder by itself: `src/lib.rs` and `src/main.rs`.
    ///
    /// ```
    /// assert!(orm_schema::parse::scan::Root::of_folder("no/such/folder").is_empty());
    /// ```
    #[must_use]
    pub fn of_folder(folder: impl AsRef<Path>) -> Vec<Self> {
        let folder = folder.as_ref();
        let name =
            folder.file_name().map(|name| name.to_string_lossy().replace('-', "_")).unwrap_or_default();
        let roots = [("src/lib.rs", name), ("src/main.rs", String::new())];
        let found = roots.into_iter().filter(|(file, _)| folder.join(file).is_file());
        found.map(|(file, name)| Self::of_crate(name, folder.join(file))).collect()
    }
}

/// What to scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Where to start. Names are resolved across all of them.
    pub roots: Vec<Root>,
}

/// What the source says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// All tables, and the enum types that their columns use. Without the models that have errors.
    pub schema: Schema,
    /// The models in the schema, in the order in which they were found.
    pub models: Vec<ScannedModel>,
    /// Every file that was read, in that order.
    pub files: Vec<PathBuf>,
    /// What may be a mistake. Where there is one, a table that is gone must not be dropped.
    pub warnings: Vec<SourceError>,
    /// Mistakes. Where there is one, the schema is not whole.
    pub errors: Vec<SourceError>,
}

/// A model and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannedModel {
    /// Its path within its crate: `crate::models::User`.
    pub path: String,
    /// The name of that crate, as its root has it; empty for a binary and for a loose path.
    pub crate_name: String,
    /// Its table.
    pub table: TableName,
    /// The types of its fields, as the compiler knows them: without what attributes say of the column.
    pub types: Vec<FieldType>,
    /// Where its name stands.
    pub location: Location,
    /// Where the names of its fields stand.
    pub fields: Vec<(String, Location)>,
}

/// Reads the models.
///
/// Inside a procedural macro the compiler's spans have no lines of other files: call
/// `proc_macro2::fallback::force()` before, and `unforce()` after.
///
/// ```
/// use orm_schema::parse::scan::{Options, Root, scan};
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("lib.rs");
/// std::fs::write(&file, "#[derive(orm::Model)] struct User { id: i64 }")?;
/// let scan = scan(&Options { roots: vec![Root::of_crate("app", file)] });
/// assert!(scan.errors.is_empty());
/// assert_eq!(scan.models[0].path, "crate::User");
/// assert_eq!(scan.schema.tables[0].name.name, "users");
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn scan(options: &Options) -> Scan {
    scan_drafts(options, &BTreeMap::new())
}

/// Reads the models as [`scan`] does, but for files that somebody is about to write: those are read from here.
///
/// ```
/// use orm_schema::parse::scan::{Options, Root, scan_drafts};
///
/// let file = std::path::PathBuf::from("not/written/yet.rs");
/// let text = "#[derive(orm::Model)] struct User { id: i64 }".to_owned();
/// let scan = scan_drafts(&Options { roots: vec![Root::of_path(&file)] }, &[(file, text)].into());
/// assert_eq!(scan.models[0].path, "crate::User");
/// ```
#[must_use]
pub fn scan_drafts(options: &Options, drafts: &BTreeMap<PathBuf, String>) -> Scan {
    let mut report = report::Report::default();
    let tree = load::load(&options.roots, drafts, &mut report);
    let declared = declared::find(&tree, &mut report);
    let (schema, models) = link::link(&tree, &declared, &mut report);
    report.into_scan(schema, models)
}

#[cfg(test)]
mod tests;
