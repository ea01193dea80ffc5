//! What can go wrong between models, files and a database.
//!
//! One structured error: a stable code, why, what to do, and where. Only the command line prints it and turns its
//! [`Class`] into an exit code. Errors that can be found together are reported together.

use std::{error::Error as StdError, fmt};

/// The result of everything in this crate that can fail.
pub type Result<T, E = MigrateError> = std::result::Result<T, E>;

/// One error.
///
/// ```
/// use orm_migrate::error::{Class, Code, MigrateError};
/// let error = MigrateError::new(Code::NoMigrations, "there is no folder `migrations`").fix("run `orm init`");
/// assert_eq!(error.code().text(), "M001");
/// assert_eq!(error.class(), Class::Error);
/// assert_eq!(error.to_string(), "there is no folder `migrations`");
/// ```
pub struct MigrateError(Box<Inner>);

struct Inner {
    code: Code,
    why: String,
    fix: Option<String>,
    place: Option<Place>,
    notes: Vec<String>,
    others: Vec<MigrateError>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Where an error is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The text of that line.
    pub text: Option<String>,
}

impl Place {
    /// A file.
    pub fn file(file: impl fmt::Display) -> Self {
        Self { file: file.to_string(), line: None, text: None }
    }

    /// A line of a file.
    #[must_use]
    pub fn line(mut self, line: usize, text: impl Into<String>) -> Self {
        self.line = Some(line);
        self.text = Some(text.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// What the caller can do about an error; the command line's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Something is wrong: exit 1.
    Error,
    /// A decision is needed: exit 2.
    Decision,
    /// A precondition does not hold (drift in the way, checksum, history): exit 3.
    Precondition,
    /// A lock was not to be had in time: exit 4.
    LockTimeout,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $class:ident;)*) => {
        /// The kinds of error. A code is never used again for something else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, for the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as users see and search it.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What the caller can do.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }
        }
    };
}

codes! {
    /// There is no migrations folder.
    NoMigrations = "M001", Error;
    /// The folder is there, but it is no migrations folder.
    NotMigrations = "M002", Error;
    /// A file cannot be read or written.
    File = "M003", Error;
    /// `orm.lock` is not readable.
    LockFile = "M004", Error;
    /// `orm.lock` holds a merge conflict.
    LockConflict = "M005", Precondition;
    /// The folder belongs to another dialect.
    OtherDialect = "M006", Precondition;
    /// A file of a migration is not what `orm.lock` says.
    Edited = "M007", Precondition;
    /// `orm.lock` lists a migration that the folder does not have.
    Missing = "M008", Precondition;
    /// The folder has a migration that `orm.lock` does not list.
    Unlisted = "M009", Precondition;
    /// A migration lacks a file, or one is not readable.
    BadMigration = "M010", Error;
    /// The name of a migration is not usable.
    BadName = "M011", Error;
    /// The lines of `orm.lock` are not those that were sealed together.
    Unsealed = "M012", Precondition;
    /// Migrations of two branches change the same thing.
    Collision = "M014", Precondition;
    /// A database has run some of the migrations that another replaces.
    HalfReplaced = "M015", Precondition;
    /// There are not two migrations to make one of.
    NothingToSquash = "M016", Precondition;
    /// A migration does something else than its snapshot says.
    Snapshot = "M017", Precondition;
    /// There is nothing that a person has to decide of a migration.
    NothingToResolve = "M018", Precondition;
    /// A migration cannot be taken back.
    NoWayBack = "M019", Precondition;

    /// A migration was edited after it ran.
    AppliedEdited = "M020", Precondition;
    /// The database has run a migration that the folder does not have.
    AppliedMissing = "M021", Precondition;
    /// A pending migration comes before one that has run.
    OutOfOrder = "M022", Precondition;
    /// A statement may or may not have run.
    InDoubt = "M023", Precondition;
    /// A statement was edited after it ran, in a migration that has not finished.
    StatementEdited = "M024", Precondition;
    /// The journal was written by a later release.
    JournalTooNew = "M025", Precondition;
    /// The database has a journal, so it is no place for `db push`.
    HasJournal = "M026", Precondition;
    /// The live database is not what a pending migration expects.
    Drift = "M027", Precondition;
    /// A migration is half done.
    Unfinished = "M028", Precondition;
    /// A baseline is the first migration, but there is a history.
    NotFirst = "M029", Precondition;

    /// A statement failed.
    StatementFailed = "M030", Error;
    /// After a migration, rows refer to rows that are not there.
    BrokenReferences = "M031", Error;
    /// Another deploy holds the lock.
    Locked = "M032", LockTimeout;
    /// A statement did not get a lock on its table.
    TableLocked = "M033", LockTimeout;
    /// A change would lose data.
    DataLoss = "M034", Decision;
    /// Rows would make a change fail.
    RowsInTheWay = "M035", Error;
    /// The models and the database say different things.
    ModelsDiffer = "M036", Decision;

    /// The database refuses or fails a query of ours.
    Database = "M040", Error;
    /// No scratch database can be made.
    Scratch = "M041", Error;
    /// The SQL cannot be taken apart into statements.
    BadSql = "M042", Error;
    /// The database cannot do what the schema asks.
    Unsupported = "M043", Error;
    /// Objects of the database need each other, so that none can be made first.
    Circular = "M044", Error;
    /// An object that no model can say is in the way of a change.
    InTheWay = "M045", Decision;
    /// A migration calls a Rust function that the program does not have.
    NoFunction = "M046", Precondition;
    /// The session of a deploy has lost its lock.
    LostLock = "M047", Precondition;

    /// A file that is there would be overwritten.
    WouldOverwrite = "M050", Error;
    /// The generated code cannot be written.
    BadCode = "M051", Error;
}

impl MigrateError {
    /// An error with its reason: lower case, no full stop, names in backticks.
    pub fn new(code: Code, why: impl Into<String>) -> Self {
        let why = why.into();
        Self(Box::new(Inner {
            code,
            why,
            fix: None,
            place: None,
            notes: Vec::new(),
            others: Vec::new(),
            source: None,
        }))
    }

    /// Adds what to do.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.0.fix = Some(fix.into());
        self
    }

    /// Adds where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.0.place = Some(place);
        self
    }

    /// Adds a line that helps to understand it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the caller can do.
    #[must_use]
    pub fn class(&self) -> Class {
        self.0.code.class()
    }

    /// Why.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.0.why
    }

    /// What to do, if it is known.
    #[must_use]
    pub fn what_to_do(&self) -> Option<&str> {
        self.0.fix.as_deref()
    }

    /// Where it is, if that is a file.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// Lines that help to understand it.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.0.notes
    }

    /// Errors that were found together with it.
    #[must_use]
    pub fn others(&self) -> &[MigrateError] {
        &self.0.others
    }

    /// `Ok` where there is none, else the first with the others inside.
    ///
    /// # Errors
    /// When there is at least one.
    pub fn all(errors: Vec<MigrateError>) -> Result<()> {
        let mut errors = errors.into_iter();
        let Some(mut first) = errors.next() else { return Ok(()) };
        first.0.others.extend(errors);
        Err(first)
    }

    /// A file that could not be read or written.
    #[must_use]
    pub fn file(doing: &str, path: &std::path::Path, error: std::io::Error) -> Self {
        Self::new(Code::File, format!("cannot {doing} `{}`: {error}", path.display()))
            .at(Place::file(path.display()))
            .with_source(error)
    }
}

impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.why)
    }
}

impl fmt::Debug for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MigrateError")
            .field("code", &self.0.code.text())
            .field("why", &self.0.why)
            .field("fix", &self.0.fix)
            .field("place", &self.0.place)
            .field("notes", &self.0.notes)
            .field("others", &self.0.others)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for MigrateError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

impl From<orm_core::Error> for MigrateError {
    fn from(error: orm_core::Error) -> Self {
        let code = match error.kind() {
            orm_core::ErrorKind::LockTimeout => Code::TableLocked,
            orm_core::ErrorKind::Unsupported => Code::Unsupported,
            _ => Code::Database,
        };
        Self::new(code, error.to_string()).with_source(error)
    }
}

/// So that `?` works where a program migrates and queries in one function.
impl From<MigrateError> for orm_core::Error {
    fn from(error: MigrateError) -> Self {
        let kind = match error.class() {
            Class::LockTimeout => orm_core::ErrorKind::LockTimeout,
            Class::Error | Class::Decision | Class::Precondition => orm_core::ErrorKind::Database,
        };
        Self::new(kind, format!("{}: {error}", error.code().text())).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        let texts: Vec<_> = Code::ALL.iter().map(|code| code.text()).collect();
        assert!(texts.windows(2).all(|pair| pair[0] < pair[1]), "{texts:?}");
    }

    #[test]
    fn errors_found_together_are_reported_together() {
        let errors = vec![MigrateError::new(Code::Edited, "a"), MigrateError::new(Code::Missing, "b")];
        let error = MigrateError::all(errors).unwrap_err();
        assert_eq!(error.code(), Code::Edited);
        assert_eq!(error.others().len(), 1);
        assert!(MigrateError::all(Vec::new()).is_ok());
    }
}
