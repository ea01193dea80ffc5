//! Generated files to disk: all of them or none, and never over something that a person may have written.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{GeneratedFile, Rewritten};
use crate::{
    error::{Code, MigrateError, Place, Result},
    folder::{portable, write as whole},
};

/// What a write did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The files that are new or different now.
    pub written: Vec<String>,
    /// The files that were so already.
    pub unchanged: Vec<String>,
}

/// Writes generated files into a folder, which is made where it is not there.
///
/// Every file is first written beside its place; only when all are on the disk are they renamed.
///
/// # Errors
/// When a file is there with another text and `force` is not given, and when the disk refuses.
pub fn write(folder: &Path, files: &[GeneratedFile], force: bool) -> Result<Written> {
    let mut result = Written::default();
    let mut differing = Vec::new();
    for file in files {
        match existing(&folder.join(&file.path))? {
            Some(text) if portable(&text) == file.text => result.unchanged.push(file.path.clone()),
            Some(_) if !force => differing.push(file.path.clone()),
            Some(_) | None => result.written.push(file.path.clone()),
        }
    }
    refuse(folder, &differing)?;
    let new: Vec<_> = files.iter().filter(|file| result.written.contains(&file.path)).collect();
    if !folder.exists() && !new.is_empty() {
        whole_folder(folder, &new)?;
    } else {
        replace(folder, &new)?;
    }
    Ok(result)
}

/// Writes what has become of models that were there: all files or none.
///
/// # Errors
/// When the disk refuses.
pub fn rewrite(rewritten: &Rewritten) -> Result<()> {
    let files: Vec<_> = rewritten.files.iter().map(|(path, _, text)| (path.clone(), text.as_str())).collect();
    rename_all(&files)
}

fn existing(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        // A folder that is not there, or a file where the folder would be: the write says so.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(MigrateError::file("read", path, error)),
    }
}

fn refuse(folder: &Path, differing: &[String]) -> Result<()> {
    let Some(first) = differing.first() else { return Ok(()) };
    let others = match differing.len() {
        1 => String::new(),
        count => format!(" and {} other files", count - 1),
    };
    let path = folder.join(first).display().to_string();
    let error = MigrateError::new(Code::WouldOverwrite, format!("`{path}`{others} would be overwritten"))
        .fix("name another folder with `--output DIR`, or give `--force` if nothing in these files is needed")
        .at(Place::file(path));
    Err(differing
        .iter()
        .skip(1)
        .fold(error, |error, path| error.note(folder.join(path).display().to_string())))
}

/// A folder that was not there appears whole.
fn whole_folder(folder: &Path, files: &[&GeneratedFile]) -> Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(|error| MigrateError::file("make", parent, error))?;
    }
    let files: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    whole::whole_folder(folder, &files)
}

/// `mod.rs`, which names the others, comes last.
fn replace(folder: &Path, files: &[&GeneratedFile]) -> Result<()> {
    let files: Vec<_> =
        files.iter().rev().map(|file| (folder.join(&file.path), file.text.as_str())).collect();
    rename_all(&files)
}

/// Stages every file beside its place, then renames them all.
fn rename_all(files: &[(PathBuf, &str)]) -> Result<()> {
    let staged: Vec<_> = files.iter().map(|(path, text)| (whole::hidden_beside(path), path, text)).collect();
    let written = staged.iter().try_for_each(|(temporary, path, text)| {
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let staged = folder.and_then(|()| whole::synced(temporary, text));
        staged.map_err(|error| MigrateError::file("write", path, error))
    });
    let renamed = written.and_then(|()| {
        staged.iter().try_for_each(|(temporary, path, _)| {
            fs::rename(temporary, path).map_err(|error| MigrateError::file("write", path, error))
        })
    });
    if renamed.is_err() {
        for (temporary, ..) in &staged {
            let _ = fs::remove_file(temporary);
        }
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> GeneratedFile {
        GeneratedFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_file_that_differs_is_only_overwritten_by_force() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("src/models");
        let files = [file("mod.rs", "mod a;\n"), file("a.rs", "// a\n")];
        assert_eq!(write(&folder, &files, false).unwrap().written, ["mod.rs", "a.rs"]);
        assert_eq!(write(&folder, &files, false).unwrap().unchanged, ["mod.rs", "a.rs"]);

        fs::write(folder.join("a.rs"), "// mine\n").unwrap();
        let more = [file("mod.rs", "mod a;\nmod b;\n"), file("a.rs", "// a\n"), file("b.rs", "// b\n")];
        let error = write(&folder, &more, false).unwrap_err();
        assert_eq!(error.code(), Code::WouldOverwrite);
        assert!(!folder.join("b.rs").exists(), "nothing was written");
        assert_eq!(fs::read_to_string(folder.join("a.rs")).unwrap(), "// mine\n");

        assert_eq!(write(&folder, &more, true).unwrap().written, ["mod.rs", "a.rs", "b.rs"]);
        assert_eq!(fs::read_to_string(folder.join("a.rs")).unwrap(), "// a\n");
        let left = fs::read_dir(&folder).unwrap().count();
        assert_eq!(left, 3, "no temporary file is left");
    }
}
