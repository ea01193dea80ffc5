//! What can go wrong, split by what the caller can do about it.

use std::{borrow::Cow, error::Error as StdError, fmt};

/// The result of everything in this crate that can fail.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// async fn name(db: &Db, id: i64) -> Result<String> {
///     User::find(id).select(|u| u.name).one(db).await
/// }
/// assert_eq!(name(&db, 1).await?, "Ann");
/// # Ok(()) }) }
/// ```
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
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn status(error: &Error) -> u16 {
///     match error.kind() {
///         ErrorKind::NotFound => 404,
///         ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => 409,
///         ErrorKind::CheckViolation | ErrorKind::InvalidValue => 422,
///         ErrorKind::PoolTimeout | ErrorKind::LockTimeout => 503,
///         _ => 500,
///     }
/// }
/// assert_eq!(status(&User::find(7).one(&db).await.unwrap_err()), 404);
/// # Ok(()) }) }
/// ```
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
    /// A cursor was cut or changed, or belongs to another query.
    InvalidCursor,
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
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let ann = User::find(1).one(&db).await?;
/// let error = ann.update(|u| u.age.set(-1)).exec(&db).await.unwrap_err();
/// let violation = error.violation().unwrap();
/// assert_eq!((violation.model.as_deref(), violation.constraint.as_deref()), (Some("User"), Some("users_age_check")));
/// # Ok(()) }) }
/// ```
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
    ///
    /// ```
    /// # use orm_core::{Error, ErrorKind};
    /// let error = Error::new(ErrorKind::Serialization, "try again");
    /// assert!(error.is_retryable());
    /// ```
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), violation: None, position: None, source: None }))
    }

    /// Adds what caused it.
    ///
    /// ```
    /// # use orm_core::Error;
    /// let error = Error::invalid_value("not a number").with_source("x".parse::<i32>().unwrap_err());
    /// assert!(std::error::Error::source(&error).is_some());
    /// ```
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds which constraint was violated.
    ///
    /// ```
    /// # use orm_core::{Error, ErrorKind, Violation};
    /// let violation = Violation { fields: vec!["email".into()], ..Violation::default() };
    /// let error = Error::new(ErrorKind::UniqueViolation, "taken").with_violation(violation);
    /// assert_eq!(error.violation().unwrap().fields, ["email"]);
    /// ```
    #[must_use]
    pub fn with_violation(mut self, violation: Violation) -> Self {
        self.0.violation = Some(violation);
        self
    }

    /// Puts where it happened before the message.
    ///
    /// ```
    /// # use orm_core::Error;
    /// assert_eq!(Error::not_found("User").context("at log-in").to_string(), "at log-in: no `User` matches");
    /// ```
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
    ///
    /// ```
    /// # use orm_core::Error;
    /// assert_eq!(Error::not_found("User").to_string(), "no `User` matches");
    /// ```
    #[must_use]
    pub fn not_found(model: &str) -> Self {
        Self::new(ErrorKind::NotFound, format!("no `{model}` matches"))
    }

    /// More than one row of the model was found.
    ///
    /// ```
    /// # use orm_core::{Error, ErrorKind};
    /// assert_eq!(Error::too_many("User").kind(), ErrorKind::TooMany);
    /// ```
    #[must_use]
    pub fn too_many(model: &str) -> Self {
        Self::new(ErrorKind::TooMany, format!("more than one `{model}` matches where one was asked for"))
    }

    /// The database cannot do it.
    ///
    /// ```
    /// # use orm_core::{Error, ErrorKind};
    /// assert_eq!(Error::unsupported("no arrays").kind(), ErrorKind::Unsupported);
    /// ```
    pub fn unsupported(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unsupported, what)
    }

    /// The query makes no sense.
    ///
    /// ```
    /// # use orm_core::{Error, ErrorKind};
    /// assert_eq!(Error::invalid_query("no columns").kind(), ErrorKind::InvalidQuery);
    /// ```
    pub fn invalid_query(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidQuery, what)
    }

    /// A value that cannot be stored or read.
    ///
    /// ```
    /// # use orm_core::{Error, ErrorKind};
    /// assert_eq!(Error::invalid_value("too long").kind(), ErrorKind::InvalidValue);
    /// ```
    pub fn invalid_value(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidValue, what)
    }

    /// What kind of error it is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let error = User::query().one(&db).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TooMany);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Which constraint was violated, if one was.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let error = Tag::insert(NewTag { name: "sql".into() }).exec(&db).await.unwrap_err();
    /// assert_eq!(error.violation().map(|v| v.fields.clone()), Some(vec!["name".to_owned()]));
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        self.0.violation.as_ref()
    }

    /// The violation, to be completed by who knows the model.
    pub(crate) fn violation_mut(&mut self) -> Option<&mut Violation> {
        self.0.violation.as_mut()
    }

    /// Whether no row was found where one was asked for.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let error = User::find(7).one(&db).await.unwrap_err();
    /// assert!(error.is_not_found());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether a unique constraint or the primary key was violated.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let error = Tag::insert(NewTag { name: "sql".into() }).exec(&db).await.unwrap_err();
    /// assert!(error.is_unique_violation());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.kind() == ErrorKind::UniqueViolation
    }

    /// Whether a foreign key was violated.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// assert!(ann.delete().exec(&db).await.unwrap_err().is_foreign_key_violation());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        self.kind() == ErrorKind::ForeignKeyViolation
    }

    /// Whether a check was violated.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// assert!(ann.update(|u| u.age.set(-1)).exec(&db).await.unwrap_err().is_check_violation());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn is_check_violation(&self) -> bool {
        self.kind() == ErrorKind::CheckViolation
    }

    /// Whether running the whole transaction again may succeed.
    ///
    /// ```
    /// # use orm_core::{Error, ErrorKind};
    /// assert!(Error::new(ErrorKind::Serialization, "again").is_retryable());
    /// assert!(!Error::not_found("User").is_retryable());
    /// ```
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
