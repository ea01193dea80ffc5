//! Where the files of modules are.

use std::path::{Component, Path, PathBuf};

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// `#[path = "…"]`
pub(super) fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        Meta::NameValue(_) | Meta::Path(_) | Meta::List(_) => None,
    })
}

/// Whether an attribute is `#[path = "…"]`.
pub(super) fn is_path(attribute: &Attribute) -> bool {
    attribute.path().is_ident("path")
}

/// The file of `mod name;`, of the two that it can be.
pub(super) fn module_file(folder: &Path, name: &str) -> Option<PathBuf> {
    candidates(folder, name).into_iter().find(|file| file.is_file())
}

/// `name.rs` and `name/mod.rs`.
pub(super) fn candidates(folder: &Path, name: &str) -> [PathBuf; 2] {
    [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")]
}

/// Where the modules of a file are: beside `mod.rs` and root files, else in a folder of the file's name.
pub(super) fn child_folder(file: &Path, owns_folder: bool) -> PathBuf {
    if owns_folder || file.file_name().is_some_and(|name| name == "mod.rs") {
        return parent(file);
    }
    file.with_extension("")
}

/// The folder of a file.
pub(super) fn parent(file: &Path) -> PathBuf {
    file.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The path without `.` and, where they cancel out, `..`; so that one file has one path.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                tidy.push(component);
            }
        }
    }
    tidy
}

/// The `.rs` files of a folder and the `mod.rs` of its folders, by the name of the module.
pub(super) fn files_of(folder: &Path) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(stem) = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) else { continue };
        if path.is_dir() && path.join("mod.rs").is_file() {
            files.push((stem, path.join("mod.rs")));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push((stem, path));
        }
    }
    files.sort();
    Ok(files)
}
