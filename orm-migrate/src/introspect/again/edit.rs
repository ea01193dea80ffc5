//! Edits of files: what to put where, and the texts that come of it.

use std::{
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
};

use crate::error::{Code, MigrateError, Place, Result};

/// One edit: the text that a range gives way to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    range: Range<usize>,
    text: String,
}

/// The edits of all files.
#[derive(Debug, Default)]
pub(super) struct Edits(BTreeMap<PathBuf, Vec<Edit>>);

impl Edits {
    /// Puts a text where nothing was; several at one place stand in the order of the calls.
    pub(super) fn insert(&mut self, file: &Path, at: usize, text: impl Into<String>) {
        self.replace(file, at..at, text);
    }

    /// Puts a text in the place of another.
    pub(super) fn replace(&mut self, file: &Path, range: Range<usize>, text: impl Into<String>) {
        let edit = Edit { range, text: text.into() };
        let edits = self.0.entry(file.to_owned()).or_default();
        // Two keys of one column may take the same word away.
        if edit.range.is_empty() || !edits.contains(&edit) {
            edits.push(edit);
        }
    }

    /// The text of a file once its edits are made.
    pub(super) fn applied(&self, file: &Path, text: &str) -> Result<String> {
        let mut edits: Vec<&Edit> = self.0.get(file).into_iter().flatten().collect();
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for edit in edits {
            let before = text.get(at..edit.range.start).ok_or_else(|| meet(file, text, edit.range.start))?;
            out.push_str(before);
            out.push_str(&edit.text.replace('\n', newline));
            at = edit.range.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Ok(out)
    }
}

fn meet(file: &Path, text: &str, at: usize) -> MigrateError {
    let line = text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    MigrateError::new(Code::BadCode, "two changes would be made to the same words")
        .fix("make one of them by hand, or give `--force` to write the models anew")
        .at(Place::file(file.display()).line(line, text.lines().nth(line - 1).unwrap_or_default()))
}

/// The start of the line that holds the place.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The start of the line after the one that holds the place.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The blanks with which the line begins that holds the place.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_from_the_front_and_keep_the_line_ends_of_the_file() {
        let file = Path::new("a.rs");
        let mut edits = Edits::default();
        edits.replace(file, 3..4, "B");
        edits.insert(file, 0, "1\n");
        edits.insert(file, 0, "2\n");
        assert_eq!(edits.applied(file, "a\r\nb\r\nc").unwrap(), "1\r\n2\r\na\r\nB\r\nc");
        assert_eq!(edits.applied(Path::new("b.rs"), "x").unwrap(), "x");
        edits.replace(file, 2..4, "");
        assert_eq!(edits.applied(file, "a\r\nb\r\nc").unwrap_err().code(), Code::BadCode);
    }

    #[test]
    fn a_place_knows_its_line() {
        let text = "a\n    b, c\nd";
        assert_eq!((line_start(text, 9), line_end(text, 9)), (2, 11));
        assert_eq!(indent(text, 9), "    ");
        assert_eq!(line_end(text, 11), 12);
    }
}
