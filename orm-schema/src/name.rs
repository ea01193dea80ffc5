//! Identifiers of the database, one type each, so that a table's name is never taken for a column's.
//!
//! Raw strings stop here. Quoting is the dialect's business, not the name's.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is spelled in the database, unquoted.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text as it is spelled in the database, unquoted.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

identifier! {
    /// The name of a column, unique within its table.
    ColumnName
}
identifier! {
    /// The name of a constraint or an index.
    ConstraintName
}

/// Declares a name that may be qualified by a namespace.
macro_rules! qualified {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name {
            /// What PostgreSQL calls a schema; `None` is the connection's default.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub namespace: Option<String>,
            /// The name within its namespace, unquoted.
            pub name: String,
        }

        impl $name {
            /// A name in the connection's default namespace.
            pub fn new(name: impl Into<String>) -> Self {
                Self { namespace: None, name: name.into() }
            }

            /// A name in a namespace of its own.
            pub fn in_namespace(namespace: impl Into<String>, name: impl Into<String>) -> Self {
                Self { namespace: Some(namespace.into()), name: name.into() }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if let Some(namespace) = &self.namespace {
                    write!(f, "{namespace}.")?;
                }
                f.write_str(&self.name)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self::new(name)
            }
        }
    };
}

qualified! {
    /// The name of a table, which may carry a namespace.
    TableName
}
qualified! {
    /// The name of an enum type, which may carry a namespace.
    EnumName
}
