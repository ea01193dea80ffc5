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
        Constraint::PrimaryKey(key) => format!(
            "PRIMARY KEY ({}){}{}",
            columns(dialect, &key.columns),
            include(dialect, &key.include),
            deferrable(key.deferrable)
        ),
        Constraint::Unique(unique) => format!(
            "UNIQUE {}({}){}{}",
            if unique.nulls_not_distinct { "NULLS NOT DISTINCT " } else { "" },
            columns(dialect, &unique.columns),
            include(dialect, &unique.include),
            deferrable(unique.deferrable)
        ),
        Constraint::ForeignKey(key) => {
            let columns = columns(dialect, &key.columns);
            format!("FOREIGN KEY ({columns}) {}{}", references(dialect, key), not_valid(key.not_valid))
        }
        Constraint::Check(check) => format!(
            "CHECK ({}){}{}",
            check.expression,
            if check.no_inherit { " NO INHERIT" } else { "" },
            not_valid(check.not_valid)
        ),
    };
    named(dialect, name, &body)
}

/// ` INCLUDE ("a")`
fn include(dialect: Dialect, names: &[ColumnName]) -> String {
    if names.is_empty() { String::new() } else { format!(" INCLUDE ({})", columns(dialect, names)) }
}

pub(crate) const fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::Never => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

const fn not_valid(not_valid: bool) -> &'static str {
    if not_valid { " NOT VALID" } else { "" }
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
    if key.match_full {
        text.push_str(" MATCH FULL");
    }
    let sets = match key.on_delete_sets.as_slice() {
        [] => String::new(),
        names => format!(" ({})", columns(dialect, names)),
    };
    for (event, action, sets) in [("DELETE", key.on_delete, sets.as_str()), ("UPDATE", key.on_update, "")] {
        if let Some(words) = action_words(action) {
            text.push_str(&format!(" ON {event} {words}{sets}"));
        }
    }
    text + deferrable(key.deferrable)
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
    let nulls = if index.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let parameters = index.parameters.as_ref().map(|text| format!(" WITH ({text})")).unwrap_or_default();
    let predicate = index.predicate.as_ref().map(|text| format!(" WHERE {text}")).unwrap_or_default();
    format!(
        "CREATE {unique}INDEX {} ON {}{method} ({}){}{nulls}{parameters}{predicate}",
        dialect.quote(name.as_str()),
        dialect.quote_table(table),
        parts.join(", "),
        include(dialect, &index.include)
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
    let collation = part.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    let class = part.operator_class.as_ref().map(|class| format!(" {class}")).unwrap_or_default();
    format!("{key}{collation}{class}{order}{nulls}")
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
