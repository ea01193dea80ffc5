//! What can go wrong, split by what the caller can do about it.

use std::{borrow::Cow, error::Error as StdError, fmt};

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of orm. Ask [`kind`](Error::kind), or a predicate such as [`is_unique_violation`](Error::is_unique_violation).
///
/// ```
/// use orm_core::{Error, ErrorKind};
/// let error = Error::not_found("User");
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// assert!(error.is_not_found());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    violation: Option<Violation>,
    /// How many columns of a row were read before it was found.
    position: Option<usize>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No row where one was asked for.
    NotFound,
    /// More than one row where one was asked for.
    TooMany,
    /// A unique constraint, or the primary key.
    UniqueViolation,
    /// A foreign key.
    ForeignKeyViolation,
    /// A check.
    CheckViolation,
    /// NULL in a column that does not take it.
    NotNullViolation,
    /// Two transactions got in each other's way: run the whole transaction again.
    Serialization,
    /// A lock was not to be had in time.
    LockTimeout,
    /// The statement ran for longer than it may.
    StatementTimeout,
    /// No connection could be made, or it broke.
    Connection,
    /// All connections of the pool are in use.
    PoolTimeout,
    /// The database cannot do it; nothing was sent.
    Unsupported,
    /// The query makes no sense; nothing was sent.
    InvalidQuery,
    /// A value cannot be stored, or one that came back cannot be read.
    InvalidValue,
    /// The transaction is over, or busy.
    Transaction,
    /// The URL or an option is wrong.
    Configuration,
    /// Anything else that the database says.
    Database,
}

/// Which constraint a statement violated, as far as the database tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violation {
    /// The model whose table it is.
    pub model: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The fields (or columns, where no model is known); for a foreign key on SQLite, the candidates.
    pub fields: Vec<String>,
    /// The name of the constraint.
    pub constraint: Option<String>,
}

impl Error {
    /// An error with a message of its own.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), violation: None, position: None, source: None }))
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds which constraint was violated.
    #[must_use]
    pub fn with_violation(mut self, violation: Violation) -> Self {
        self.0.violation = Some(violation);
        self
    }

    /// Puts where it happened before the message.
    #[must_use]
    pub fn context(mut self, place: impl fmt::Display) -> Self {
        self.0.message = Cow::Owned(format!("{place}: {}", self.0.message));
        self
    }

    /// Adds how far a row was read, for who knows what its columns are.
    pub(crate) fn in_row(mut self, position: usize) -> Self {
        self.0.position = Some(position);
        self
    }

    /// Takes how far a row was read.
    pub(crate) fn take_position(&mut self) -> Option<usize> {
        self.0.position.take()
    }

    /// No row of the model was found.
    #[must_use]
    pub fn not_found(model: &str) -> Self {
        Self::new(ErrorKind::NotFound, format!("no `{model}` matches"))
    }

    /// More than one row of the model was found.
    #[must_use]
    pub fn too_many(model: &str) -> Self {
        Self::new(ErrorKind::TooMany, format!("more than one `{model}` matches where one was asked for"))
    }

    /// The database cannot do it.
    pub fn unsupported(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unsupported, what)
    }

    /// The query makes no sense.
    pub fn invalid_query(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidQuery, what)
    }

    /// A value that cannot be stored or read.
    pub fn invalid_value(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidValue, what)
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Which constraint was violated, if one was.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        self.0.violation.as_ref()
    }

    /// The violation, to be completed by who knows the model.
    pub(crate) fn violation_mut(&mut self) -> Option<&mut Violation> {
        self.0.violation.as_mut()
    }

    /// Whether no row was found where one was asked for.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether a unique constraint or the primary key was violated.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.kind() == ErrorKind::UniqueViolation
    }

    /// Whether a foreign key was violated.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        self.kind() == ErrorKind::ForeignKeyViolation
    }

    /// Whether running the whole transaction again may succeed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.kind(), ErrorKind::Serialization | ErrorKind::LockTimeout)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        if let Some(violation) = &self.0.violation {
            debug.field("violation", violation);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
