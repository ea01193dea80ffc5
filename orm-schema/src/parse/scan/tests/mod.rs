//! What a scan finds in folders of source files.

mod conditions;
mod files;
mod links;
mod names;
mod types;

use std::{fs, path::Path};

use tempfile::TempDir;

use super::{Options, Root, Scan, ScannedModel, SourceError, scan};
use crate::{ColumnType, Table};

/// A folder of files.
struct Folder(TempDir);

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Scans `lib.rs` as the crate `app`.
    fn scan(&self) -> Scan {
        self.scan_with(&[])
    }

    fn scan_with(&self, features: &[&str]) -> Scan {
        let mut root = Root::of_crate("app", self.path().join("lib.rs"));
        root.features = features.iter().map(|&feature| feature.to_owned()).collect();
        scan(&Options { roots: vec![root] })
    }

    /// What was said, with paths inside of the folder.
    fn said(&self, errors: &[SourceError]) -> Vec<String> {
        let folder = format!("{}/", self.path().display());
        errors.iter().map(|error| format!("{} {error}", error.code).replace(&folder, "")).collect()
    }
}

/// Scans files that have nothing wrong.
fn clean(files: &[(&str, &str)]) -> Scan {
    let folder = Folder::of(files);
    let scan = folder.scan();
    assert_eq!((folder.said(&scan.errors), folder.said(&scan.warnings)), (vec![], vec![]));
    scan
}

/// What is said of files, errors and warnings.
fn said(files: &[(&str, &str)]) -> Vec<String> {
    let folder = Folder::of(files);
    let scan = folder.scan();
    let mut said = folder.said(&scan.errors);
    said.extend(folder.said(&scan.warnings));
    said
}

fn paths(scan: &Scan) -> Vec<&str> {
    scan.models.iter().map(|model| model.path.as_str()).collect()
}

fn model<'a>(scan: &'a Scan, path: &str) -> &'a ScannedModel {
    scan.models.iter().find(|model| model.path == path).expect("a model of that path")
}

fn table<'a>(scan: &'a Scan, name: &str) -> &'a Table {
    scan.schema.table(&name.into()).expect("a table of that name")
}

fn column(scan: &Scan, table_name: &str, name: &str) -> (ColumnType, bool) {
    let column = table(scan, table_name).column(&name.into()).expect("a column of that name");
    (column.column_type.clone(), column.nullable)
}
