//! The tables and enum types that belong together.

use serde::{Deserialize, Serialize};

use crate::{
    enum_type::EnumType,
    name::{EnumName, TableName},
    table::Table,
};

/// A schema, in canonical order once [`sorted`](Schema::sorted).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The tables.
    #[serde(default)]
    pub tables: Vec<Table>,
    /// The enum types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enums: Vec<EnumType>,
}

impl Schema {
    /// Puts tables and enums in the order of their names, so that equal schemas print alike.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.tables.sort_by(|a, b| a.name.cmp(&b.name));
        self.enums.sort_by(|a, b| a.name.cmp(&b.name));
        self.enums.dedup();
        self
    }

    /// The table of that name.
    #[must_use]
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }

    /// The enum type of that name.
    #[must_use]
    pub fn enum_type(&self, name: &EnumName) -> Option<&EnumType> {
        self.enums.iter().find(|enum_type| enum_type.name == *name)
    }
}
