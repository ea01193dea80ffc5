//! The clauses that all dialects write alike; only names and quotes differ.

use orm_schema::{
    ColumnName, ConstraintName, Deferrable, ForeignKey, Index, IndexKey, IndexPart, NullsOrder,
    ReferentialAction, SortOrder, TableName,
};

use crate::{change::Constraint, dialect::Dialect};

/// `"a", "b"`
pub(crate) fn columns(dialect: Dialect, names: &[ColumnName]) -> String {
    names.iter().map(|name| dialect.quote(name.as_str())).collect::<Vec<_>>().join(", ")
}

/// `CONSTRAINT "name" UNIQUE ("a", "b")`
pub(crate) fn constraint(dialect: Dialect, name: Option<&ConstraintName>, constraint: &Constraint) -> String {
    let body = match constraint {
        Constraint::PrimaryKey(key) => format!("PRIMARY KEY ({})", columns(dialect, &key.columns)),
        Constraint::Unique(unique) => format!("UNIQUE ({})", columns(dialect, &unique.columns)),
        Constraint::ForeignKey(key) => {
            format!("FOREIGN KEY ({}) {}", columns(dialect, &key.columns), references(dialect, key))
        }
        Constraint::Check(check) => format!("CHECK ({})", check.expression),
    };
    named(dialect, name, &body)
}

/// `CONSTRAINT "name" …`
pub(crate) fn named(dialect: Dialect, name: Option<&ConstraintName>, body: &str) -> String {
    match name {
        Some(name) => format!("CONSTRAINT {} {body}", dialect.quote(name.as_str())),
        None => body.to_owned(),
    }
}

/// `REFERENCES "users" ("id") ON DELETE CASCADE`
pub(crate) fn references(dialect: Dialect, key: &ForeignKey) -> String {
    let mut text =
        format!("REFERENCES {} ({})", dialect.quote_table(&key.table), columns(dialect, &key.references));
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        if let Some(words) = action_words(action) {
            text.push_str(&format!(" ON {event} {words}"));
        }
    }
    match key.deferrable {
        Deferrable::Never => {}
        Deferrable::InitiallyImmediate => text.push_str(" DEFERRABLE"),
        Deferrable::InitiallyDeferred => text.push_str(" DEFERRABLE INITIALLY DEFERRED"),
    }
    text
}

const fn action_words(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("RESTRICT"),
        ReferentialAction::Cascade => Some("CASCADE"),
        ReferentialAction::SetNull => Some("SET NULL"),
        ReferentialAction::SetDefault => Some("SET DEFAULT"),
    }
}

/// `CREATE UNIQUE INDEX "name" ON "table" ("a" DESC) WHERE …`
pub(crate) fn create_index(
    dialect: Dialect,
    table: &TableName,
    name: &ConstraintName,
    index: &Index,
) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let method =
        index.method.as_ref().map(|method| format!(" USING {}", dialect.quote(method))).unwrap_or_default();
    let parts: Vec<_> = index.parts.iter().map(|part| index_part(dialect, part)).collect();
    let predicate = index.predicate.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default();
    format!(
        "CREATE {unique}INDEX {} ON {}{method} ({}){predicate}",
        dialect.quote(name.as_str()),
        dialect.quote_table(table),
        parts.join(", ")
    )
}

fn index_part(dialect: Dialect, part: &IndexPart) -> String {
    let key = match &part.key {
        IndexKey::Column(name) => dialect.quote(name.as_str()),
        IndexKey::Expression(text) => format!("({text})"),
    };
    let order = match part.order {
        SortOrder::Asc => "",
        SortOrder::Desc => " DESC",
    };
    let nulls = match part.nulls {
        None => "",
        Some(NullsOrder::First) => " NULLS FIRST",
        Some(NullsOrder::Last) => " NULLS LAST",
    };
    format!("{key}{order}{nulls}")
}

/// `DROP INDEX "name"`; an index lives in the namespace of its table.
pub(crate) fn drop_index(dialect: Dialect, table: &TableName, name: &ConstraintName) -> String {
    format!("DROP INDEX {}", dialect.quote_table(&beside(table, name)))
}

/// A name in the namespace of a table.
pub(crate) fn beside(table: &TableName, name: &ConstraintName) -> TableName {
    TableName { namespace: table.namespace.clone(), name: name.as_str().to_owned() }
}

/// The lines of a CREATE TABLE.
pub(crate) fn create_table(dialect: Dialect, table: &TableName, lines: &[String], options: &str) -> String {
    let name = dialect.quote_table(table);
    if lines.is_empty() {
        return format!("CREATE TABLE {name} (){options}");
    }
    format!("CREATE TABLE {name} (\n    {}\n){options}", lines.join(",\n    "))
}
