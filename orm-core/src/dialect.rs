//! Which database it is, how it spells names, and what it can do.
//!
//! Pure: no connection and no feature of Cargo takes part. The choice is made once, from the URL; after that, code
//! asks [`Capabilities`], never "is it SQLite?".

use std::fmt;

/// The database that a URL, a migration folder or a statement is for.
///
/// ```
/// # use orm_core::Dialect;
/// assert_eq!(Dialect::Sqlite.name(), "SQLite");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// SQLite, embedded.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB.
    MariaDb,
    /// MySQL.
    MySql,
}

/// What a database can do, as data.
///
/// ```
/// # use orm_core::Dialect;
/// let sqlite = Dialect::Sqlite.capabilities();
/// assert!(sqlite.returning.update && !sqlite.concurrent_writers);
/// ```
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Which statements hand back rows by `RETURNING`.
    pub returning: Returning,
    /// A column may hold an array.
    pub arrays: bool,
    /// An enum is a type of its own; elsewhere it is text with a check.
    pub native_enums: bool,
    /// Tables live in namespaces (PostgreSQL: schemas).
    pub namespaces: bool,
    /// How many parameters a statement takes at most.
    pub parameter_limit: usize,
    /// A list is bound as one array parameter (`= ANY ($1)`), so its length is no part of the SQL.
    pub array_parameters: bool,
    /// `RIGHT JOIN`
    pub right_join: bool,
    /// `FULL JOIN`
    pub full_join: bool,
    /// A subquery in FROM may refer to what stands before it: `LATERAL`.
    pub lateral: bool,
    /// `= ANY (SELECT …)`
    pub quantified: bool,
    /// HAVING knows a group key that is computed.
    pub computed_keys_in_having: bool,
    /// `DISTINCT ON (…)`
    pub distinct_on: bool,
    /// `FOR UPDATE` and its relatives; elsewhere a write transaction locks the whole database anyway.
    pub row_locks: bool,
    /// `FILTER (WHERE …)` on an aggregate.
    pub aggregate_filter: bool,
    /// `NULLS FIRST` and `NULLS LAST`
    pub nulls_order: bool,
    /// Where an order does not say where NULLs go, they stand where the smallest values do; elsewhere where the largest do.
    pub null_is_smallest: bool,
    /// Whether a frame of a window may count groups of equal rows.
    pub group_frames: bool,
    /// `ILIKE`
    pub ilike: bool,
    /// `DEFAULT` may stand for a value in `VALUES (…)`.
    pub default_in_values: bool,
    /// `INSERT … ON CONFLICT (…)` says by which columns a row may be there. Elsewhere a conflict that is to be ignored is
    /// the error of a plain insert.
    pub on_conflict: bool,
    /// An upsert may update the row of whichever unique key.
    pub update_on_any_conflict: bool,
    /// `WITH … AS MATERIALIZED` and data-modifying statements inside `WITH`.
    pub writing_cte: bool,
    /// DDL takes part in transactions.
    pub transactional_ddl: bool,
    /// A constraint can be added to, and dropped from, a table that is there.
    pub alter_constraints: bool,
    /// There is a type for UUIDs, which reads and writes them as text.
    pub uuids: bool,
    /// The assignments of an update see the row as it was, whatever stands before them.
    pub assigns_at_once: bool,
    /// A statement that fails leaves its transaction good for nothing but a rollback.
    pub error_aborts_transaction: bool,
    /// Several transactions may write at a time.
    pub concurrent_writers: bool,
    /// A transaction may be weaker than serializable.
    pub isolation_levels: bool,
    /// How many bytes of an identifier count; more are cut off by the database itself.
    pub identifier_bytes: Option<usize>,
}

/// Which statements hand back rows by `RETURNING`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returning {
    /// `INSERT`
    pub insert: bool,
    /// `UPDATE`
    pub update: bool,
    /// `DELETE`
    pub delete: bool,
}

impl Returning {
    pub(crate) const ALL: Self = Self { insert: true, update: true, delete: true };
}

impl Dialect {
    /// What the database can do.
    ///
    /// ```
    /// use orm_core::Dialect;
    /// assert!(Dialect::Postgres.capabilities().arrays);
    /// assert!(!Dialect::Sqlite.capabilities().arrays);
    /// ```
    #[must_use]
    pub const fn capabilities(self) -> &'static Capabilities {
        match self {
            Self::Sqlite => &crate::sqlite::capabilities::CAPABILITIES,
            Self::Postgres => &crate::postgres::capabilities::CAPABILITIES,
            Self::MariaDb => &crate::mysql::capabilities::MARIADB,
            Self::MySql => &crate::mysql::capabilities::MYSQL,
        }
    }

    /// A name, quoted so that any text is taken literally.
    ///
    /// ```
    /// use orm_core::Dialect;
    /// assert_eq!(Dialect::Sqlite.quote(r#"order "old""#), r#""order ""old""""#);
    /// ```
    #[must_use]
    pub fn quote(self, name: &str) -> String {
        let mut out = String::with_capacity(name.len() + 2);
        self.write_quoted(&mut out, name);
        out
    }

    /// Appends a name, quoted so that any text is taken literally.
    ///
    /// All double the quote (lang_keywords.html; PostgreSQL §4.1.1; MariaDB "Identifier Names"). None has a way to write NUL, so a
    /// statement that holds one is refused before anything is sent.
    ///
    /// ```
    /// # use orm_core::Dialect;
    /// let mut sql = String::from("SELECT * FROM ");
    /// Dialect::Postgres.write_quoted(&mut sql, "Users");
    /// assert_eq!(sql, r#"SELECT * FROM "Users""#);
    /// ```
    pub fn write_quoted(self, out: &mut String, name: &str) {
        let quote = match self {
            Self::Sqlite | Self::Postgres => '"',
            Self::MariaDb | Self::MySql => '`',
        };
        out.push(quote);
        for (i, part) in name.split(quote).enumerate() {
            if i > 0 {
                out.push(quote);
                out.push(quote);
            }
            out.push_str(part);
        }
        out.push(quote);
    }

    /// The name of the database, as its makers spell it.
    ///
    /// ```
    /// assert_eq!(orm_core::Dialect::Postgres.to_string(), "PostgreSQL");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::MariaDb => "MariaDB",
            Self::MySql => "MySQL",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
