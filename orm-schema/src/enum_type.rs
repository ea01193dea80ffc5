//! An enum type: a name and its labels in order.

use serde::{Deserialize, Serialize};

use crate::{column_type::EnumFact, name::EnumName};

/// An enum type of the schema; on PostgreSQL a type of its own, elsewhere part of the column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: EnumName,
    /// Its labels, in the order in which they sort.
    pub labels: Vec<String>,
}

impl From<&EnumFact> for EnumType {
    fn from(fact: &EnumFact) -> Self {
        Self { name: fact.enum_name(), labels: fact.labels.iter().map(|&label| label.to_owned()).collect() }
    }
}
