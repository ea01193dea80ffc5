//! The one spelling of what SQLite may spell in several ways.

use orm_schema::{
    Check, Column, ColumnType, Deferrable, EnumType, Identity, NullsOrder, Schema, SortOrder, Table,
    TableName,
};

use super::{default, split::RULES, types};
use crate::{
    dialect::Dialect,
    normalise::{Columns, Unsupported, extras, same_but_for_case, tidy, tidy_table},
    token::{Token, TokenKind, significant, text_value, unquoted},
};

/// Every type declared, every default and condition in its one spelling; enum types become checks.
pub(crate) fn schema(mut schema: Schema) -> Schema {
    let enums = std::mem::take(&mut schema.enums);
    for table in &mut schema.tables {
        normalise_table(table, &enums);
    }
    schema
}

fn normalise_table(table: &mut Table, enums: &[EnumType]) {
    strip_main(&mut table.name);
    keep_one_of_equal_uniques(table);
    // SQLite keeps no comments but those in its text, and has one engine.
    (table.comment, table.engine, table.collation) = (None, None, None);
    for column in &mut table.columns {
        column.comment = None;
    }
    let checks: Vec<Check> = table.columns.iter().filter_map(|column| enum_check(column, enums)).collect();
    table.checks.extend(checks);
    let key = key_column(table);
    let (strict, without_rowid) = (table.strict, table.without_rowid);
    for column in &mut table.columns {
        let is_only_key = key.as_ref() == Some(&column.name);
        normalise_column(column, is_only_key && !without_rowid, strict);
    }
    if without_rowid {
        require_key(table);
    }
    for key in &mut table.foreign_keys {
        strip_main(&mut key.table);
        // Nothing in SQLite can put such a check off later (foreignkeys.html §4.2), so it is none.
        if key.deferrable == Deferrable::InitiallyImmediate {
            key.deferrable = Deferrable::Never;
        }
        // MATCH is parsed and does nothing (foreignkeys.html §6).
        key.match_full = false;
    }
    tidy_table(Dialect::Sqlite, table);
    for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
        // NULLs are smaller than any value (datatype3.html §4.1).
        let own = if part.order == SortOrder::Asc { NullsOrder::First } else { NullsOrder::Last };
        part.nulls = part.nulls.filter(|nulls| *nulls != own);
    }
}

/// Two constraints on the same columns share one index; without names nothing tells them apart.
fn keep_one_of_equal_uniques(table: &mut Table) {
    let mut seen = Vec::new();
    table.uniques.retain(|unique| {
        let is_new = unique.name.is_some() || !seen.contains(&unique.columns);
        seen.push(unique.columns.clone());
        is_new
    });
}

/// `main` is the database that the connection opened.
fn strip_main(name: &mut TableName) {
    name.namespace = name.namespace.take().filter(|namespace| !namespace.eq_ignore_ascii_case("main"));
}

/// The key's column, where it is only one.
fn key_column(table: &Table) -> Option<orm_schema::ColumnName> {
    match table.primary_key.as_ref()?.columns.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// A key of a table without rowids is NOT NULL (withoutrowid.html §2).
fn require_key(table: &mut Table) {
    let key = table.primary_key.clone().map(|key| key.columns).unwrap_or_default();
    for column in table.columns.iter_mut().filter(|column| key.contains(&column.name)) {
        column.nullable = false;
    }
}

/// `"status" IN ('on', 'off')`
fn enum_check(column: &Column, enums: &[EnumType]) -> Option<Check> {
    let ColumnType::Enum(name) = &column.column_type else { return None };
    let enum_type = enums.iter().find(|enum_type| enum_type.name == *name)?;
    let labels: Vec<_> = enum_type.labels.iter().map(|label| Dialect::Sqlite.text(label)).collect();
    let expression = format!("{} IN ({})", Dialect::Sqlite.quote(column.name.as_str()), labels.join(", "));
    Some(Check { columns: vec![column.name.clone()], expression, ..Check::default() })
}

fn normalise_column(column: &mut Column, may_be_rowid: bool, strict: bool) {
    let identity = column.identity.filter(|_| may_be_rowid);
    // What the database does not have is reported by `unsupported` and left alone.
    let Ok(native) = types::native(&column.column_type, identity) else { return };
    let declared = if strict { strict_type(&native).to_owned() } else { native.clone() };
    column.default =
        column.default.take().and_then(|written| default::normal(written, &native, &declared, strict));
    column.identity = match identity {
        Some(Identity::Autoincrement) => identity,
        // INTEGER PRIMARY KEY is the rowid and counts itself up (lang_createtable.html §5), a BOOLEAN of a STRICT table too.
        Some(_) | None => (may_be_rowid && declared == "INTEGER").then_some(Identity::ByDefault),
    };
    column.nullable &= column.identity.is_none();
    // A rowid that is left out is counted up, whatever default it has (lang_createtable.html §5).
    column.default = column.default.take().filter(|_| column.identity.is_none());
    column.column_type = ColumnType::Native(declared);
}

/// A STRICT table takes six types (stricttables.html §2); each of ours goes to the one that holds its values.
fn strict_type(native: &str) -> &str {
    let word = native.split('(').next().unwrap_or(native);
    match word {
        "INT" | "INTEGER" | "REAL" | "TEXT" | "BLOB" | "ANY" => word,
        "BOOLEAN" | "BOOL" => "INTEGER",
        "DATE" | "TIME" | "DATETIME" | "TIMESTAMP" => "TEXT",
        "UUID_BLOB" => "BLOB",
        _ if word.contains("INT") => "INTEGER",
        _ if word.contains("CHAR") || word.contains("TEXT") || word.contains("CLOB") => "TEXT",
        _ if word.contains("REAL") || word.contains("FLOA") || word.contains("DOUB") => "REAL",
        _ => native,
    }
}

/// The token stream with names and keywords in one spelling; parentheses around all of it do not count.
pub(crate) fn expression_key(expression: &str, columns: &Columns<'_>) -> String {
    let text = tidy(Dialect::Sqlite, expression);
    let Ok(tokens) = significant(&text, &RULES) else { return text };
    tokens.iter().map(|token| token_key(token, columns)).collect::<Vec<_>>().join(" ")
}

fn token_key(token: &Token<'_>, columns: &Columns<'_>) -> String {
    match token.kind {
        TokenKind::Word => token.text.to_ascii_lowercase(),
        TokenKind::Quoted => quoted_key(token.text, columns),
        TokenKind::Text => {
            text_value(token.text).map_or_else(|| token.text.to_ascii_lowercase(), |text| format!("{text:?}"))
        }
        TokenKind::Symbol if token.text == "==" => "=".to_owned(),
        TokenKind::Symbol if token.text == "!=" => "<>".to_owned(),
        TokenKind::Number | TokenKind::Symbol | TokenKind::Space | TokenKind::Comment => {
            token.text.to_ascii_lowercase()
        }
    }
}

/// `"x"` that names no column is a text (quirks.html §8).
fn quoted_key(quoted: &str, columns: &Columns<'_>) -> String {
    let name = unquoted(quoted);
    if quoted.starts_with('"') && columns.named(&name).is_none() {
        format!("{name:?}")
    } else {
        name.to_ascii_lowercase()
    }
}

/// What SQLite cannot do.
pub(crate) fn unsupported(schema: &Schema) -> Vec<Unsupported> {
    schema.tables.iter().flat_map(|table| table_faults(schema, table)).collect()
}

fn table_faults(schema: &Schema, table: &Table) -> Vec<Unsupported> {
    let report = |why: &str, fix: &str| Unsupported {
        table: table.name.clone(),
        column: None,
        why: why.to_owned(),
        fix: fix.to_owned(),
    };
    let mut faults = Vec::new();
    if table.name.namespace.as_deref().is_some_and(|namespace| !namespace.eq_ignore_ascii_case("main")) {
        faults.push(report("SQLite has no namespaces", "leave the namespace out"));
    }
    // lang_createtable.html §2
    if table.name.name.to_ascii_lowercase().starts_with("sqlite_") {
        faults.push(report(
            "names of tables that begin with `sqlite_` are SQLite's own",
            "give it another name by `#[orm(table = \"…\")]`",
        ));
    }
    if table.without_rowid && table.primary_key.is_none() {
        faults.push(report("a table WITHOUT ROWID needs a primary key", "name one by `#[orm(primary_key)]`"));
    }
    for index in &table.indexes {
        if index.method.as_deref().is_some_and(|method| !method.eq_ignore_ascii_case("btree")) {
            faults.push(report("SQLite has one kind of index only", "leave `method` out"));
        }
        if index.parts.iter().any(|part| part.nulls.is_some_and(|nulls| !is_own_order(part.order, nulls))) {
            faults.push(report("SQLite's indexes cannot say where NULLs go", "leave `nulls` out"));
        }
    }
    for (what, word) in extras(table) {
        faults.push(report(&format!("SQLite has no {what}"), &format!("leave `{word}` out")));
    }
    if table.indexes.iter().flat_map(|index| &index.parts).any(|part| part.prefix.is_some()) {
        faults.push(report("SQLite indexes no beginnings of texts", "leave `prefix` out"));
    }
    faults.extend(same_but_for_case(table));
    faults.extend(table.columns.iter().filter_map(|column| column_fault(schema, table, column)));
    faults
}

fn is_own_order(order: SortOrder, nulls: NullsOrder) -> bool {
    matches!((order, nulls), (SortOrder::Asc, NullsOrder::First) | (SortOrder::Desc, NullsOrder::Last))
}

fn column_fault(schema: &Schema, table: &Table, column: &Column) -> Option<Unsupported> {
    let report = |why: String, fix: String| {
        Some(Unsupported { table: table.name.clone(), column: Some(column.name.clone()), why, fix })
    };
    let may_be_rowid = key_column(table).as_ref() == Some(&column.name) && !table.without_rowid;
    match (&column.column_type, column.identity) {
        (_, Some(Identity::Always)) => report(
            "SQLite cannot refuse a key that an INSERT gives".to_owned(),
            "leave `identity = always` out".to_owned(),
        ),
        (_, Some(_)) if !may_be_rowid => report(
            "SQLite counts up only a table's single integer key".to_owned(),
            "give the value yourself, or make it the only key column".to_owned(),
        ),
        (ColumnType::Enum(name), _) if schema.enum_type(name).is_none() => report(
            format!("the enum type `{name}` is not part of the schema"),
            format!("give `{name}` to the scan, or use `String`"),
        ),
        (other, identity) => {
            let error = types::native(other, identity).err()?;
            report(error.why, error.fix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::normalise;

    fn table() -> Table {
        let mut table = Table::new("t");
        table.columns = vec![Column::new("age", ColumnType::I32), Column::new("status", ColumnType::Text)];
        table
    }

    #[test]
    fn spelling_of_a_condition_is_no_difference() {
        let table = table();
        let key = |text| expression_key(text, &Columns::of(&table));
        assert_eq!(key("age >= 0"), key("((\"AGE\">=0))"));
        assert_eq!(key("status in ('a','b')"), key("[status] IN ( 'a', 'b' ) -- both"));
        assert_eq!(key("status != ''"), key("`status` <> ''"));
        assert_eq!(key("status = \"on\""), key("status = 'on'"));
        assert_ne!(key("status = 'on'"), key("status = 'ON'"));
        assert_ne!(key("(age) OR (status)"), key("age) OR (status"));
    }

    #[test]
    fn an_enum_becomes_a_text_with_a_check() {
        let mut table = Table::new("t");
        table.columns = vec![Column::new("status", ColumnType::Enum("status".into()))];
        let enums = vec![EnumType { name: "status".into(), labels: vec!["on".into(), "it's".into()] }];
        let once = normalise(Dialect::Sqlite, Schema { tables: vec![table], enums });
        assert_eq!(once.tables[0].columns[0].column_type, ColumnType::Native("TEXT".into()));
        assert_eq!(once.tables[0].checks[0].expression, "\"status\" IN ('on', 'it''s')");
        assert_eq!(normalise(Dialect::Sqlite, once.clone()), once);
    }

    #[test]
    fn strict_tables_keep_to_the_six_types() {
        let mut table = table();
        table.strict = true;
        table.columns.push(Column::new("at", ColumnType::Timestamp));
        table.columns.push(Column::new("on", ColumnType::Bool));
        let schema = normalise(Dialect::Sqlite, Schema { tables: vec![table], enums: vec![] });
        let types: Vec<_> = schema.tables[0].columns.iter().map(|c| c.column_type.to_string()).collect();
        assert_eq!(types, ["INT", "TEXT", "TEXT", "INTEGER"]);
    }
}
