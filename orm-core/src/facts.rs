//! A table as the constants that the derive writes: what the runtime knows of a model without its type.

use orm_schema::{
    Fact, Table, TableName,
    lower::{FieldType, Target, lower},
};

/// A table, as constants that the derive writes.
#[derive(Debug)]
pub struct TableFacts {
    /// The name of the struct.
    pub model: &'static str,
    /// What PostgreSQL calls a schema.
    pub namespace: Option<&'static str>,
    /// The name of the table.
    pub name: &'static str,
    /// The columns, in the order of the fields.
    pub columns: &'static [ColumnFacts],
    /// The columns of the key, in order; empty without one.
    pub key: &'static [&'static str],
    /// What the struct says, as JSON of an [`orm_schema::Declaration`].
    pub declaration: &'static str,
    /// Where its foreign keys lead, in the order of their declaration.
    pub targets: &'static [fn() -> Target],
}

/// A column, as constants that the derive writes.
#[derive(Debug)]
pub struct ColumnFacts {
    /// The name of the field.
    pub field: &'static str,
    /// The name of the column.
    pub name: &'static str,
    /// What the compiler knows of the field's type.
    pub fact: Fact,
    /// Whether an insert must give it: it takes no NULL, has no default and is not counted up.
    pub required: bool,
    /// The type in the database's own words, where an attribute says it.
    pub native: Option<&'static str>,
}

impl TableFacts {
    /// The table as the nouns of a schema say it.
    ///
    /// # Panics
    /// Never for constants that the derive wrote: it made the JSON from a declaration.
    #[must_use]
    pub fn table(&self) -> Table {
        let declaration = serde_json::from_str(self.declaration)
            .unwrap_or_else(|error| unreachable!("the derive writes its own format: {error}"));
        let types: Vec<FieldType> = self.columns.iter().map(|column| FieldType::from(column.fact)).collect();
        let targets: Vec<Target> = self.targets.iter().map(|target| target()).collect();
        lower(declaration, &types, &targets)
    }

    /// The name as a noun.
    #[must_use]
    pub fn table_name(&self) -> TableName {
        TableName { namespace: self.namespace.map(str::to_owned), name: self.name.to_owned() }
    }

    /// The place of a column.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|facts| facts.name == column)
    }

    /// The columns of the key.
    pub(crate) fn key_columns(&self) -> impl Iterator<Item = &'static ColumnFacts> + '_ {
        self.key.iter().filter_map(|name| self.columns.iter().find(|facts| facts.name == *name))
    }
}

/// Where a foreign key leads; for the derive.
#[doc(hidden)]
#[must_use]
pub fn target(table: &'static TableFacts, fields: Option<&[&str]>) -> Target {
    let named = |facts: &ColumnFacts| facts.name.into();
    let columns = match fields {
        None => table.key_columns().map(named).collect(),
        Some(fields) => fields
            .iter()
            .filter_map(|field| table.columns.iter().find(|c| c.field == *field))
            .map(named)
            .collect(),
    };
    Target { table: table.table_name(), columns }
}
