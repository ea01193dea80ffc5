//! How one database spells SQL, as far as migrations need it: the one place where the choice is made.
//!
//! Each method is a line per dialect that leads into the folder of its name. No other module asks which dialect it is.

use std::{fmt, str::FromStr};

use orm_schema::{ColumnType, EnumName, Identity, Schema, Table, TableName};
use serde::{Deserialize, Serialize};

use crate::{
    change::TableOptions,
    mysql,
    normalise::{Columns, Unsupported, UnsupportedType, normalise},
    plan::{context::Context, order::Node},
    postgres,
    split::{self, Body as _, SplitError, Statement},
    sqlite,
    step::Step,
    token,
};

/// A database's SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// SQLite 3.35 or later.
    Sqlite,
    /// PostgreSQL 12 or later.
    Postgres,
    /// MariaDB 10.6 or later.
    MariaDb,
    /// MySQL 8.0.19 or later.
    MySql,
}

/// A word that names no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown dialect `{0}`: expected `sqlite`, `postgres`, `mariadb` or `mysql`")]
pub struct UnknownDialect(String);

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::Postgres, Self::MariaDb, Self::MySql];

    /// Whether a URL of this database may lead to a server of the other one: `mysql://` is both.
    #[must_use]
    pub const fn shares_urls_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::MariaDb | Self::MySql, Self::MariaDb | Self::MySql)
            | (Self::Sqlite, Self::Sqlite)
            | (Self::Postgres, Self::Postgres) => true,
            (Self::Sqlite | Self::Postgres | Self::MariaDb | Self::MySql, _) => false,
        }
    }

    /// Whether a URL alone tells that it is this database.
    #[must_use]
    pub const fn is_told_by_its_url(self) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            Self::MariaDb | Self::MySql => false,
        }
    }

    /// What to say of a database whose SQL is written, but was not run on a server of its own.
    #[must_use]
    pub const fn preview(self) -> Option<&'static str> {
        match self {
            Self::Sqlite | Self::Postgres | Self::MariaDb => None,
            Self::MySql => Some("MySQL is a preview: its SQL is tested as text, not on a server"),
        }
    }

    /// A name between quotes; the only way by which a name reaches SQL.
    ///
    /// ```
    /// use orm_migrate::Dialect;
    /// assert_eq!(Dialect::Sqlite.quote("or\"der"), "\"or\"\"der\"");
    /// ```
    #[must_use]
    pub fn quote(self, name: &str) -> String {
        orm_core::Dialect::from(self).quote(name)
    }

    /// A table's name between quotes, with its namespace.
    #[must_use]
    pub fn quote_table(self, table: &TableName) -> String {
        self.qualified(table.namespace.as_deref(), &table.name)
    }

    /// An enum type's name between quotes, with its namespace.
    #[must_use]
    pub fn quote_enum(self, name: &EnumName) -> String {
        self.qualified(name.namespace.as_deref(), &name.name)
    }

    fn qualified(self, namespace: Option<&str>, name: &str) -> String {
        match namespace {
            Some(namespace) => format!("{}.{}", self.quote(namespace), self.quote(name)),
            None => self.quote(name),
        }
    }

    /// A text as a literal.
    #[must_use]
    pub fn text(self, value: &str) -> String {
        match self {
            // standard_conforming_strings is on since PostgreSQL 9.1: a backslash is a backslash.
            Self::Sqlite | Self::Postgres => format!("'{}'", value.replace('\'', "''")),
            Self::MariaDb | Self::MySql => mysql::text::literal(value),
        }
    }

    /// The statements of a text, a comment with the statement after it.
    ///
    /// # Errors
    /// When a text, a quoted name, a comment or a trigger's body never ends.
    pub fn split(self, sql: &str) -> Result<Vec<Statement>, SplitError> {
        match self {
            Self::Sqlite => split::split::<sqlite::split::TriggerBody>(sql, &sqlite::split::RULES),
            Self::Postgres => split::split::<postgres::split::RoutineBody>(sql, &postgres::split::RULES),
            Self::MariaDb | Self::MySql => {
                split::split::<mysql::split::RoutineBody>(sql, &mysql::split::RULES)
            }
        }
    }

    /// Whether a name in an expression is that name of the schema.
    pub(crate) fn same_name(self, name: &str, written: &str, quoted: bool) -> bool {
        match self {
            Self::Sqlite => name.eq_ignore_ascii_case(written),
            Self::Postgres if quoted => name == written,
            Self::Postgres => name == written.to_lowercase(),
            // Columns know no case ("Identifier Case Sensitivity").
            Self::MariaDb | Self::MySql => name.to_lowercase() == written.to_lowercase(),
        }
    }

    /// A name without quotes, as the database keeps it.
    pub(crate) fn stored_name(self, written: &str) -> String {
        match self {
            Self::Sqlite | Self::MariaDb | Self::MySql => written.to_owned(),
            Self::Postgres => written.to_lowercase(),
        }
    }

    /// What the linter looks for.
    pub(crate) const fn lint_rules(self) -> &'static [&'static crate::lint::Rule] {
        match self {
            Self::Sqlite => sqlite::lint::RULES,
            Self::Postgres => postgres::lint::RULES,
            Self::MariaDb => mysql::lint::RULES,
            Self::MySql => mysql::lint::RULES_OF_MYSQL,
        }
    }

    /// Whether a name before a parenthesis is that of a function.
    pub(crate) const fn is_call(self, quoted: bool) -> bool {
        match self {
            Self::Sqlite | Self::Postgres => true,
            // `name`(10) is the beginning of a column, in an index ("CREATE INDEX", index prefixes).
            Self::MariaDb | Self::MySql => !quoted,
        }
    }

    /// What a table has of which nobody says anything.
    pub(crate) fn usual_options(self) -> TableOptions {
        let table = TableOptions::from(&Table::new(""));
        match self {
            Self::Sqlite | Self::Postgres => table,
            Self::MariaDb | Self::MySql => TableOptions {
                engine: Some("InnoDB".to_owned()),
                collation: Some(mysql::types::collation(self).to_owned()),
                ..table
            },
        }
    }

    /// Whether a constraint has a name that can be altered alone.
    pub(crate) const fn can_rename_constraints(self) -> bool {
        match self {
            Self::Sqlite => false,
            Self::Postgres | Self::MariaDb | Self::MySql => true,
        }
    }

    /// Whether a foreign key needs its target to be there when it is declared.
    pub(crate) const fn needs_targets(self) -> bool {
        match self {
            // The target is looked for when a row is written (foreignkeys.html §3).
            Self::Sqlite => false,
            Self::Postgres | Self::MariaDb | Self::MySql => true,
        }
    }

    /// A condition that holds for texts that a column of that length refuses.
    pub(crate) fn too_long(self, name: &str, length: u32) -> Option<String> {
        match self {
            // It takes any length (datatype3.html §3.1).
            Self::Sqlite => None,
            Self::Postgres | Self::MariaDb | Self::MySql => Some(format!("char_length({name}) > {length}")),
        }
    }

    /// A condition that holds for texts of a column that are no value of the type.
    pub(crate) fn unreadable(self, to: &ColumnType, name: &str) -> Option<String> {
        match self {
            Self::Sqlite => sqlite::fit::unreadable(to, name),
            Self::Postgres => postgres::fit::unreadable(to, name),
            Self::MariaDb | Self::MySql => mysql::fit::unreadable(to, name),
        }
    }

    /// Whether two columns can be kept the same for a while, for writers who know only one.
    pub(crate) const fn keeps_twins(self) -> bool {
        match self {
            Self::Postgres | Self::MariaDb => true,
            // SQLite's triggers cannot change the row that is being written, and has one writer at a time; MySQL has no
            // block outside of a routine that could fill the rows.
            Self::Sqlite | Self::MySql => false,
        }
    }

    /// What comes before all other steps.
    pub(crate) fn beforehand(self, context: &Context<'_>) -> Vec<Step> {
        match self {
            // Neither has schemas inside a database, nor extensions of types.
            Self::Sqlite | Self::MariaDb | Self::MySql => Vec::new(),
            Self::Postgres => postgres::besides::beforehand(context),
        }
    }

    pub(crate) fn nodes(self, context: &Context<'_>) -> Vec<Node> {
        match self {
            Self::Sqlite => sqlite::plan::nodes(context),
            Self::Postgres => postgres::plan::nodes(context),
            Self::MariaDb | Self::MySql => mysql::plan::nodes(context),
        }
    }

    /// Keeps what the session is set to, for `restore_session`; empty where nothing sets it for one statement.
    pub(crate) const fn keep_session(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "",
            Self::MariaDb | Self::MySql => mysql::definitions::KEEP_SESSION,
        }
    }

    /// Sets the session to what was kept.
    pub(crate) const fn restore_session(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "",
            Self::MariaDb | Self::MySql => mysql::definitions::RESTORE_SESSION,
        }
    }

    pub(crate) const fn rules(self) -> &'static token::Rules {
        match self {
            Self::Sqlite => &sqlite::split::RULES,
            Self::Postgres => &postgres::split::RULES,
            Self::MariaDb | Self::MySql => &mysql::split::RULES,
        }
    }

    /// How what comes after a statement is read: a session may be told to read otherwise.
    pub(crate) fn rules_after(self, statement: &str, rules: token::Rules) -> token::Rules {
        match self {
            Self::Sqlite => sqlite::split::TriggerBody::rules_after(statement, rules),
            Self::Postgres => postgres::split::RoutineBody::rules_after(statement, rules),
            Self::MariaDb | Self::MySql => mysql::split::RoutineBody::rules_after(statement, rules),
        }
    }

    /// The schema with every type, default and condition in the dialect's one spelling.
    pub(crate) fn spell(self, schema: Schema) -> Schema {
        match self {
            Self::Sqlite => sqlite::normalise::schema(schema),
            Self::Postgres => postgres::normalise::schema(schema),
            Self::MariaDb | Self::MySql => mysql::normalise::schema(self, schema),
        }
    }

    /// A live schema as models say it: normal, but for what normalising takes from models or adds to them.
    pub(crate) fn as_models_say(self, live: &Schema) -> Schema {
        let normal = normalise(self, live.clone());
        match self {
            Self::Sqlite | Self::Postgres => normal,
            Self::MariaDb | Self::MySql => mysql::normalise::as_models_say(self, normal, live),
        }
    }

    /// Everything in the schema that the database cannot do.
    pub(crate) fn unsupported(self, schema: &Schema) -> Vec<Unsupported> {
        match self {
            Self::Sqlite => sqlite::normalise::unsupported(schema),
            Self::Postgres => postgres::normalise::unsupported(schema),
            Self::MariaDb | Self::MySql => mysql::unsupported::unsupported(self, schema),
        }
    }

    /// The database's own, canonical spelling of a type; `identity` is given where the column is its table's only key
    /// column and counted up.
    ///
    /// # Errors
    /// When the database has no such type.
    pub fn native(
        self,
        column_type: &ColumnType,
        identity: Option<Identity>,
    ) -> Result<String, UnsupportedType> {
        match self {
            Self::Sqlite => sqlite::types::native(column_type, identity),
            Self::Postgres => postgres::types::native(column_type, identity),
            Self::MariaDb | Self::MySql => mysql::types::native(self, column_type, identity),
        }
    }

    /// The one spelling of a type that the database may spell in several ways.
    #[must_use]
    pub fn canonical(self, native: &str) -> String {
        match self {
            Self::Sqlite => sqlite::types::canonical(native),
            Self::Postgres => postgres::types::canonical(native),
            Self::MariaDb | Self::MySql => mysql::types::canonical(native),
        }
    }

    /// What a column of this type holds in Rust: the inverse of [`native`](Self::native). Where `native` of the answer is
    /// another spelling, the type of the model's field is ambiguous and needs `type = "…"`.
    #[must_use]
    pub fn rust_type(self, native: &str) -> Option<ColumnType> {
        match self {
            Self::Sqlite => sqlite::types::rust_type(native),
            Self::Postgres => postgres::types::rust_type(native),
            Self::MariaDb | Self::MySql => mysql::types::rust_type(self, native),
        }
    }

    /// The one spelling of a collation's name, as SQL; `None` for the one that columns have anyway.
    pub(crate) fn collation(self, name: &str) -> Option<String> {
        match self {
            Self::Sqlite => sqlite::types::collation(name),
            Self::Postgres => postgres::types::collation(name),
            Self::MariaDb | Self::MySql => Some(name.trim().to_ascii_lowercase()),
        }
    }

    /// Whether an enum type has a name of its own, or lives in the columns that hold it.
    pub(crate) const fn has_enum_types(self) -> bool {
        match self {
            // On SQLite it is a text and a check, and nothing is found in a database that could be made one.
            Self::Sqlite | Self::Postgres => true,
            Self::MariaDb | Self::MySql => false,
        }
    }

    /// The labels of a type that lists them itself.
    pub(crate) fn labels(self, native: &str) -> Option<Vec<String>> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::MariaDb | Self::MySql => mysql::types::labels(native),
        }
    }

    /// A form of a condition or a default in which equal ones are equal texts: for comparing, not for running.
    #[must_use]
    pub fn expression_key(self, expression: &str, columns: &Columns<'_>) -> String {
        match self {
            Self::Sqlite => sqlite::normalise::expression_key(expression, columns),
            Self::Postgres => postgres::normalise::expression_key(expression, columns),
            Self::MariaDb | Self::MySql => mysql::normalise::expression_key(self, expression, columns),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
            Self::MySql => "mysql",
        })
    }
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.to_string() == word)
            .ok_or_else(|| UnknownDialect(word.to_owned()))
    }
}
