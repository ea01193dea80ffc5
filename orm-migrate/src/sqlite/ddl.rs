//! SQLite's data definition language, clause by clause.

use orm_schema::{Column, ColumnDefault, Generated, Identity, Table, TableName};

use crate::{
    change::Constraint,
    dialect::Dialect,
    names::{TableNames, constraints},
    plan::clause,
};

const DIALECT: Dialect = Dialect::Sqlite;

/// The expression that gives the time of the statement in the very form that binding writes: UTC, six digits after the
/// point. `%f` gives three of them (lang_datefunc.html §2).
pub(crate) fn now(declared: &str) -> &'static str {
    match declared {
        "DATE" => "strftime('%Y-%m-%d', 'now')",
        "TIME" => "strftime('%H:%M:%f000', 'now')",
        _ => "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
    }
}

fn default(default: &ColumnDefault, declared: &str) -> String {
    match default {
        ColumnDefault::Bool(true) => "TRUE".to_owned(),
        ColumnDefault::Bool(false) => "FALSE".to_owned(),
        ColumnDefault::Number(digits) => digits.clone(),
        ColumnDefault::Text(text) => DIALECT.text(text),
        ColumnDefault::Now => format!("({})", now(declared)),
        ColumnDefault::Expression(expression) => format!("({expression})"),
    }
}

/// A column of CREATE TABLE or ADD COLUMN, without what makes it the rowid.
pub(super) fn column(column: &Column) -> String {
    let declared = column.column_type.to_string();
    let mut text = DIALECT.quote(column.name.as_str());
    if !declared.is_empty() {
        text.push_str(&format!(" {declared}"));
    }
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(Generated { expression, is_virtual }) = &column.generated {
        let kind = if *is_virtual { "VIRTUAL" } else { "STORED" };
        text.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
    }
    if !column.nullable && column.identity.is_none() {
        text.push_str(" NOT NULL");
    }
    if let Some(written) = &column.default {
        text.push_str(&format!(" DEFAULT {}", default(written, &declared)));
    }
    text
}

/// The key's column, where it is the rowid: PRIMARY KEY must stand beside INTEGER (lang_createtable.html §5).
fn rowid_column(table: &Table, written: &Column) -> Option<String> {
    let identity = written.identity.filter(|_| table.is_key(&written.name))?;
    let key = table.primary_key.as_ref()?;
    let counter = match identity {
        Identity::Autoincrement => " AUTOINCREMENT",
        Identity::ByDefault | Identity::Always | Identity::Serial => "",
    };
    let clause = clause::named(DIALECT, key.name.as_ref(), &format!("PRIMARY KEY{counter}"));
    Some(format!("{} {clause}", column(written)))
}

/// Whether one of the columns is the rowid.
pub(super) fn has_rowid_column(table: &Table) -> bool {
    table.columns.iter().any(|column| rowid_column(table, column).is_some())
}

/// CREATE TABLE of a table under a name that may be another.
pub(super) fn create_table(table: &Table, name: &TableName) -> String {
    let columns =
        table.columns.iter().map(|written| rowid_column(table, written).unwrap_or_else(|| column(written)));
    let mut lines: Vec<String> = columns.collect();
    let has_rowid_column = has_rowid_column(table);
    for (derived, constraint) in constraints(table) {
        match &constraint {
            Constraint::PrimaryKey(_) if has_rowid_column => {}
            // A failed check is reported by its name, the others by their columns (result codes, `sqlite3_errmsg`).
            Constraint::Check(_) => lines.push(clause::constraint(DIALECT, Some(&derived), &constraint)),
            Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::ForeignKey(_) => {
                lines.push(clause::constraint(DIALECT, constraint.name(), &constraint));
            }
        }
    }
    clause::create_table(DIALECT, name, &lines, options(table))
}

const fn options(table: &Table) -> &'static str {
    match (table.strict, table.without_rowid) {
        (true, true) => " STRICT, WITHOUT ROWID",
        (true, false) => " STRICT",
        (false, true) => " WITHOUT ROWID",
        (false, false) => "",
    }
}

/// The table's indexes.
pub(super) fn create_indexes(table: &Table) -> Vec<String> {
    let names = TableNames::of(table).indexes;
    let indexes = names.iter().zip(&table.indexes);
    indexes.map(|(name, index)| clause::create_index(DIALECT, &table.name, name, index)).collect()
}
