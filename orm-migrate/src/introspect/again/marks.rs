//! Marks of what is gone from the database: one comment line above it. Nothing of a person's is deleted.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::edit::{Edits, indent, line_end, line_start};

/// How such a line begins.
pub(super) const MARK: &str = "// orm: not in the database any more: ";

/// The marks that ought to stand, by file: where that starts which is gone, and what it is.
#[derive(Debug, Default)]
pub(super) struct Marks(BTreeMap<PathBuf, Vec<Mark>>);

/// A mark that ought to stand.
#[derive(Debug, PartialEq, Eq)]
struct Mark {
    /// Where that starts which is gone.
    at: usize,
    what: String,
    /// The table or enum that it belongs to.
    place: String,
}

/// What became of the marks of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    /// The marks that were not there, each after what it belongs to.
    pub(super) new: Vec<(String, String)>,
    /// The marks whose object is in the database again.
    pub(super) back: Vec<String>,
}

impl Marks {
    /// Wants a mark above what starts there.
    pub(super) fn want(&mut self, file: &Path, at: usize, place: &str, what: &str) {
        let wanted = self.0.entry(file.to_owned()).or_default();
        let mark = Mark { at, what: what.to_owned(), place: place.to_owned() };
        if !wanted.contains(&mark) {
            wanted.push(mark);
        }
    }

    /// Sets the marks that are missing and takes those away that mark nothing.
    pub(super) fn edit(&self, file: &Path, text: &str, edits: &mut Edits) -> Marked {
        let wanted = self.0.get(file).into_iter().flatten();
        let mut wanted: Vec<_> = wanted.map(|mark| (line_start(text, mark.at), mark)).collect();
        let mut marked = Marked::default();
        for (at, what) in there(text) {
            let below = below(text, at);
            match wanted.iter().position(|(at, mark)| *at == below && mark.what == what) {
                Some(place) => drop(wanted.remove(place)),
                None => {
                    edits.replace(file, at..line_end(text, at), "");
                    marked.back.push(what.to_owned());
                }
            }
        }
        for (at, Mark { what, place, .. }) in wanted {
            edits.insert(file, at, format!("{}{MARK}{what}\n", indent(text, at)));
            marked.new.push((place.clone(), what.clone()));
        }
        marked
    }
}

/// The marks of a file: where each line starts, and what it says.
fn there(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(what) = line.trim().strip_prefix(MARK.trim_end()) {
            found.push((at, what.trim()));
        }
        at += line.len();
    }
    found
}

/// The start of the first line below that is no mark.
fn below(text: &str, at: usize) -> usize {
    let mut at = line_end(text, at);
    while at < text.len() && text[at..line_end(text, at)].trim().starts_with(MARK.trim_end()) {
        at = line_end(text, at);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, wanted: &[(usize, &str)]) -> (String, Marked) {
        let (file, mut marks, mut edits) = (Path::new("a.rs"), Marks::default(), Edits::default());
        wanted.iter().for_each(|(at, what)| marks.want(file, *at, "t", what));
        let marked = marks.edit(file, text, &mut edits);
        (edits.applied(file, text).unwrap(), marked)
    }

    #[test]
    fn a_mark_is_set_once_and_taken_away_when_its_object_is_back() {
        let text = "struct A {\n    pub b: i32,\n}\n";
        let (marked, said) = run(text, &[(15, "column \"b\"")]);
        let line = "    // orm: not in the database any more: column \"b\"\n";
        assert_eq!(marked, format!("struct A {{\n{line}    pub b: i32,\n}}\n"));
        assert_eq!(said.new, [("t".to_owned(), "column \"b\"".to_owned())]);
        let at = marked.find("pub").unwrap();
        assert_eq!(run(&marked, &[(at, "column \"b\"")]), (marked.clone(), Marked::default()));
        let (back, said) = run(&marked, &[]);
        assert_eq!(back, text);
        assert_eq!(said.back, ["column \"b\""]);
    }
}
