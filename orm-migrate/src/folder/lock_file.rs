//! `orm.lock`: which migrations a folder has, in order, with their checksums.
//!
//! ```text
//! format 1
//! dialect sqlite
//! head 9c1185a5c5e9fc54612808977ee8f548b2258d31
//! 20261120114000_add_bio 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12
//! ```
//!
//! `head` seals all lines below it. Two branches that both add a migration both change it, so git reports a conflict
//! even where it could merge the added lines.

use super::{LOCK_FILE, MigrationName, checksum::combined};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
};

/// The version of the format that this release writes.
const FORMAT: u32 = 1;

const HEADER: &str = "\
# Written by orm: the migrations of this folder, in order, with the checksums of their files.
# A conflict here means that two branches added a migration: remove git's markers and nothing else, check that the
# migrations fit in the order of their names, and run `orm migrate dev`.
";

/// The file as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockFile {
    pub(crate) dialect: Dialect,
    pub(crate) head: String,
    /// name, checksum
    pub(crate) lines: Vec<(MigrationName, String)>,
}

impl LockFile {
    /// Seals a list of migrations.
    pub(crate) fn seal(dialect: Dialect, lines: Vec<(MigrationName, String)>) -> Self {
        Self { dialect, head: head(&lines), lines }
    }

    /// Whether the lines are those that were sealed.
    pub(crate) fn is_sealed(&self) -> bool {
        self.head == head(&self.lines)
    }

    /// The text of the file.
    pub(crate) fn print(&self) -> String {
        let lines: String =
            self.lines.iter().map(|(name, checksum)| format!("{name} {checksum}\n")).collect();
        format!("{HEADER}format {FORMAT}\ndialect {}\nhead {}\n{lines}", self.dialect, self.head)
    }

    /// Reads the text of the file; `path` is for messages.
    pub(crate) fn parse(text: &str, path: &str) -> Result<Self> {
        let mut found = Found::default();
        for (index, line) in text.lines().enumerate() {
            found.line(line.trim()).map_err(|error| error.at(Place::file(path).line(index + 1, line)))?;
        }
        let dialect =
            found.dialect.ok_or_else(|| unreadable("the line `dialect` is missing").at(Place::file(path)))?;
        if found.heads.is_empty() {
            return Err(unreadable("the line `head` is missing").at(Place::file(path)));
        }
        found.lines.sort();
        Ok(Self { dialect, head: found.heads.join(" "), lines: found.lines })
    }
}

/// What the lines said so far.
#[derive(Default)]
struct Found {
    dialect: Option<Dialect>,
    /// Two after a merge whose markers were removed.
    heads: Vec<String>,
    lines: Vec<(MigrationName, String)>,
}

impl Found {
    fn line(&mut self, line: &str) -> Result<()> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| line.starts_with(marker)) {
            return Err(conflict());
        }
        match line.split_once(' ') {
            Some(("format", version)) => check_format(version),
            Some(("dialect", word)) => {
                self.dialect = Some(word.parse().map_err(|error| unreadable(&format!("{error}")))?);
                Ok(())
            }
            Some(("head", head)) => {
                self.heads.push(head.to_owned());
                Ok(())
            }
            Some((name, checksum)) => self.migration(name, checksum),
            None => Err(unreadable("expected a name and a checksum")),
        }
    }

    fn migration(&mut self, name: &str, checksum: &str) -> Result<()> {
        let parsed = MigrationName::parse(name);
        let name = parsed.ok_or_else(|| unreadable(&format!("`{name}` is no name of a migration")))?;
        match self.lines.iter().find(|(other, _)| *other == name) {
            // git repeats what both sides of a conflict have in common.
            Some((_, other)) if other == checksum => {}
            Some(_) => return Err(unreadable(&format!("`{name}` is listed twice, with two checksums"))),
            None => self.lines.push((name, checksum.to_owned())),
        }
        Ok(())
    }
}

/// A checksum over everything that was listed, each line with the ones before it.
fn head(lines: &[(MigrationName, String)]) -> String {
    let start = "-".to_owned();
    lines
        .iter()
        .fold(start, |head, (name, sum)| combined([("head", head.as_str()), (name.as_str(), sum.as_str())]))
}

fn check_format(version: &str) -> Result<()> {
    match version.parse::<u32>() {
        Ok(version) if version <= FORMAT => Ok(()),
        Ok(version) => {
            Err(unreadable(&format!("it has format {version}, this release reads up to {FORMAT}"))
                .fix("update orm"))
        }
        Err(_) => Err(unreadable("the format is no number")),
    }
}

fn unreadable(why: &str) -> MigrateError {
    MigrateError::new(Code::LockFile, format!("`{LOCK_FILE}` is not readable: {why}"))
        .fix("restore it from version control")
}

fn conflict() -> MigrateError {
    MigrateError::new(Code::LockConflict, format!("`{LOCK_FILE}` holds a merge conflict: two branches added a migration"))
        .fix(
            "remove git's markers and nothing else, check that the migrations fit in the order of their names, and run \
             `orm migrate dev`",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str) -> (MigrationName, String) {
        (MigrationName::parse(name).unwrap(), "c0ffee".to_owned())
    }

    #[test]
    fn a_lock_file_reads_back_as_it_was_written() {
        let lock = LockFile::seal(Dialect::Sqlite, vec![line("20260101000000_a"), line("20260102000000_b")]);
        assert_eq!(LockFile::parse(&lock.print(), "orm.lock").unwrap(), lock);
        assert_eq!(LockFile::parse(&lock.print().replace('\n', "\r\n"), "orm.lock").unwrap(), lock);
        assert!(lock.is_sealed());
    }

    #[test]
    fn a_line_that_was_taken_out_breaks_the_seal() {
        let mut lock =
            LockFile::seal(Dialect::Sqlite, vec![line("20260101000000_a"), line("20260102000000_b")]);
        lock.lines.remove(0);
        assert!(!lock.is_sealed());
    }

    #[test]
    fn two_branches_that_add_a_migration_change_the_same_line() {
        let base = LockFile::seal(Dialect::Sqlite, vec![line("20260101000000_a")]);
        let one = LockFile::seal(Dialect::Sqlite, vec![line("20260101000000_a"), line("20260102000000_b")]);
        let two = LockFile::seal(Dialect::Sqlite, vec![line("20260101000000_a"), line("20260103000000_c")]);
        assert!(base.head != one.head && base.head != two.head && one.head != two.head);
    }

    #[test]
    fn a_conflict_without_its_markers_is_the_lines_of_both_sides_and_not_sealed() {
        let one = LockFile::seal(Dialect::Sqlite, vec![line("20260101000000_a"), line("20260102000000_b")]);
        let two = LockFile::seal(Dialect::Sqlite, vec![line("20260101000000_a"), line("20260103000000_c")]);
        let (_, theirs) =
            two.print().split_once("dialect sqlite\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let merged = LockFile::parse(&(one.print() + &theirs), "orm.lock").unwrap();
        let names: Vec<_> = merged.lines.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["20260101000000_a", "20260102000000_b", "20260103000000_c"]);
        assert!(!merged.is_sealed());
    }

    #[test]
    fn one_migration_with_two_checksums_is_refused() {
        let text = "format 1\ndialect sqlite\nhead -\n20260101000000_a c0ffee\n20260101000000_a decaf\n";
        let error = LockFile::parse(text, "orm.lock").unwrap_err();
        assert!(error.why().contains("with two checksums"), "{error}");
    }

    #[test]
    fn what_is_wrong_names_the_line() {
        let error = LockFile::parse("format 1\ndialect oracle\n", "m/orm.lock").unwrap_err();
        assert_eq!(error.place().unwrap().to_string(), "m/orm.lock:2");
        assert!(error.why().contains("unknown dialect `oracle`"), "{error}");
        let error = LockFile::parse("format 1\n<<<<<<< HEAD\n", "m/orm.lock").unwrap_err();
        assert_eq!(error.code(), Code::LockConflict);
        let error = LockFile::parse("format 2\n", "m/orm.lock").unwrap_err();
        assert_eq!(error.what_to_do(), Some("update orm"));
    }
}
