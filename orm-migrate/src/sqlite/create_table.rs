//! What only the text of a `CREATE TABLE` or `CREATE INDEX` says.
//!
//! SQLite's pragmas do not tell the names of constraints, the checks, AUTOINCREMENT, collations, generated columns,
//! deferrable or the expressions of an index. They stand in `sqlite_schema.sql`, which SQLite itself has parsed, so
//! this reader needs no errors: what it does not know it goes past.

use orm_schema::{Column, Deferrable, Generated, IndexKey, IndexPart, ReferentialAction, SortOrder};

use super::split::RULES;
use crate::{cursor::Cursor, dialect::Dialect};

/// A table as its text says it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CreateTable {
    /// What the text says of its columns beyond the pragmas, in order.
    pub(crate) columns: Vec<ColumnText>,
    /// The primary key.
    pub(crate) primary_key: Option<KeyText>,
    /// The unique constraints.
    pub(crate) uniques: Vec<KeyText>,
    /// The checks.
    pub(crate) checks: Vec<CheckText>,
    /// The foreign keys.
    pub(crate) foreign_keys: Vec<ForeignKeyText>,
    /// Whether the key is `AUTOINCREMENT`.
    pub(crate) autoincrement: bool,
}

/// A column as the text says it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ColumnText {
    pub(crate) name: String,
    /// The name behind `COLLATE`.
    pub(crate) collation: Option<String>,
    pub(crate) generated: Option<Generated>,
}

/// A primary key or a unique constraint.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyText {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<String>,
    /// `INTEGER PRIMARY KEY DESC` on a column is no alias of the rowid (lang_createtable.html, "ROWIDs").
    pub(crate) column_desc: bool,
}

/// A check.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CheckText {
    pub(crate) name: Option<String>,
    /// The column it stands on; none for a check of the table.
    pub(crate) column: Option<String>,
    pub(crate) expression: String,
}

/// A foreign key.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ForeignKeyText {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) table: String,
    /// Empty: the primary key of the other table.
    pub(crate) references: Vec<String>,
    pub(crate) on_delete: ReferentialAction,
    pub(crate) on_update: ReferentialAction,
    pub(crate) deferrable: Deferrable,
}

fn walk(sql: &str) -> Cursor<'_> {
    Cursor::new(Dialect::Sqlite, sql, &RULES)
}

const TABLE_CONSTRAINTS: &[&str] = &["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
const COLUMN_CONSTRAINTS: &[&str] = &[
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
    ",",
];

impl CreateTable {
    /// Reads the text of a table.
    pub(crate) fn parse(sql: &str) -> Self {
        let mut cursor = walk(sql);
        while !cursor.at_end() && !cursor.is("(") {
            cursor.next();
        }
        let mut table = Self::default();
        let body = cursor.parenthesised().unwrap_or_default();
        let mut cursor = walk(body);
        while !cursor.at_end() {
            // SQLite takes table constraints without a comma between them.
            if cursor.is_any(TABLE_CONSTRAINTS) {
                table.read_table_constraint(&mut cursor);
            } else {
                table.read_column(&mut cursor);
            }
            cursor.eat(",");
        }
        table
    }

    fn read_column(&mut self, cursor: &mut Cursor<'_>) {
        let name = cursor.name().unwrap_or_default();
        cursor.skip_to(|cursor| cursor.is_any(COLUMN_CONSTRAINTS));
        let mut column = ColumnText { name, ..ColumnText::default() };
        let mut constraint = None;
        while !cursor.at_end() && !cursor.is(",") {
            if cursor.eat("CONSTRAINT") {
                constraint = cursor.name();
            } else {
                self.read_column_constraint(cursor, &mut column, constraint.take());
            }
        }
        self.columns.push(column);
    }

    fn read_column_constraint(
        &mut self,
        cursor: &mut Cursor<'_>,
        column: &mut ColumnText,
        name: Option<String>,
    ) {
        let word = cursor.next().unwrap_or_default().to_ascii_uppercase();
        let columns = || vec![column.name.clone()];
        match word.as_str() {
            "PRIMARY" => {
                cursor.eat("KEY");
                let key = KeyText { name, columns: columns(), column_desc: cursor.is("DESC") };
                self.primary_key = Some(key);
            }
            "AUTOINCREMENT" => self.autoincrement = true,
            "UNIQUE" => self.uniques.push(KeyText { name, columns: columns(), column_desc: false }),
            "CHECK" => {
                let expression = cursor.parenthesised().unwrap_or_default().to_owned();
                self.checks.push(CheckText { name, column: Some(column.name.clone()), expression });
            }
            "REFERENCES" => {
                let columns = columns();
                self.foreign_keys.push(references(cursor, name, columns));
            }
            "COLLATE" => column.collation = cursor.name(),
            "DEFAULT" => skip_default(cursor),
            "AS" => {
                let expression = cursor.parenthesised().unwrap_or_default().to_owned();
                column.generated = Some(Generated { expression, is_virtual: !cursor.eat("STORED") });
            }
            "ON" => {
                cursor.next();
                cursor.next();
            }
            _ => {}
        }
    }

    fn read_table_constraint(&mut self, cursor: &mut Cursor<'_>) {
        let name = if cursor.eat("CONSTRAINT") { cursor.name() } else { None };
        let word = cursor.next().unwrap_or_default().to_ascii_uppercase();
        match word.as_str() {
            "PRIMARY" => {
                cursor.eat("KEY");
                let inside = cursor.parenthesised().unwrap_or_default();
                self.autoincrement |= inside.to_ascii_uppercase().ends_with("AUTOINCREMENT");
                self.primary_key = Some(KeyText { name, columns: key_columns(inside), column_desc: false });
            }
            "UNIQUE" => {
                let columns = key_columns(cursor.parenthesised().unwrap_or_default());
                self.uniques.push(KeyText { name, columns, column_desc: false });
            }
            "CHECK" => {
                let expression = cursor.parenthesised().unwrap_or_default().to_owned();
                self.checks.push(CheckText { name, column: None, expression });
            }
            "FOREIGN" => {
                cursor.eat("KEY");
                let columns = key_columns(cursor.parenthesised().unwrap_or_default());
                cursor.eat("REFERENCES");
                self.foreign_keys.push(references(cursor, name, columns));
            }
            _ => {}
        }
        while !cursor.at_end() && !cursor.is(",") && !cursor.is_any(TABLE_CONSTRAINTS) {
            cursor.next();
        }
    }
}

/// The columns in the parentheses of a key, without COLLATE and the direction.
fn key_columns(inside: &str) -> Vec<String> {
    let mut cursor = walk(inside);
    let mut columns = Vec::new();
    while !cursor.at_end() {
        columns.extend(cursor.name());
        cursor.skip_to(|cursor| cursor.is(","));
        cursor.next();
    }
    columns
}

/// Goes past `DEFAULT`'s value: the pragma tells it.
fn skip_default(cursor: &mut Cursor<'_>) {
    if cursor.parenthesised().is_none() {
        while cursor.is_any(&["+", "-"]) {
            cursor.next();
        }
        cursor.next();
    }
}

/// What follows `REFERENCES`.
fn references(cursor: &mut Cursor<'_>, name: Option<String>, columns: Vec<String>) -> ForeignKeyText {
    let table = cursor.name().unwrap_or_default();
    let references = cursor.parenthesised().map(key_columns).unwrap_or_default();
    let mut key = ForeignKeyText { name, columns, table, references, ..ForeignKeyText::default() };
    loop {
        if cursor.eat("ON") {
            let event = cursor.next().unwrap_or_default();
            let action = action(cursor);
            match event.eq_ignore_ascii_case("DELETE") {
                true => key.on_delete = action,
                false => key.on_update = action,
            }
        } else if cursor.eat("MATCH") {
            cursor.next();
        } else if cursor.is("DEFERRABLE") {
            cursor.next();
            key.deferrable = Deferrable::InitiallyImmediate;
        } else if cursor.eat("INITIALLY") {
            let deferred = cursor.next().unwrap_or_default().eq_ignore_ascii_case("DEFERRED");
            if deferred && !key.deferrable.is_never() {
                key.deferrable = Deferrable::InitiallyDeferred;
            }
        } else if !cursor.eat("NOT DEFERRABLE") {
            // A `NOT NULL` that follows belongs to the column.
            return key;
        }
    }
}

fn action(cursor: &mut Cursor<'_>) -> ReferentialAction {
    let first = cursor.next().unwrap_or_default().to_ascii_uppercase();
    match first.as_str() {
        "CASCADE" => ReferentialAction::Cascade,
        "RESTRICT" => ReferentialAction::Restrict,
        "SET" if cursor.eat("NULL") => ReferentialAction::SetNull,
        "SET" => {
            cursor.next();
            ReferentialAction::SetDefault
        }
        _ => {
            cursor.next();
            ReferentialAction::NoAction
        }
    }
}

/// The parts and the condition of an index on these columns as its text says them.
pub(crate) fn index_parts(sql: &str, columns: &[Column]) -> (Vec<IndexPart>, Option<String>) {
    let mut cursor = walk(sql);
    while !cursor.at_end() && !cursor.eat("ON") {
        cursor.next();
    }
    cursor.next();
    let mut inside = walk(cursor.parenthesised().unwrap_or_default());
    let mut parts = Vec::new();
    while !inside.at_end() {
        parts.push(index_part(inside.skip_to(|cursor| cursor.is(",")), columns));
        inside.next();
    }
    let predicate = cursor.eat("WHERE").then(|| cursor.rest().to_owned());
    (parts, predicate)
}

/// One part: a name or an expression, then its collation and its direction. `"x"` that names no column is a text
/// (quirks.html §8).
fn index_part(text: &str, columns: &[Column]) -> IndexPart {
    let mut words = walk(text);
    let expression = words.skip_to(|words| words.is_any(&["COLLATE", "ASC", "DESC"]));
    let collation = if words.eat("COLLATE") { words.name() } else { None };
    let order = if words.is("DESC") { SortOrder::Desc } else { SortOrder::Asc };
    let mut single = walk(expression);
    let name = if single.is_name() { single.name().filter(|_| single.at_end()) } else { None };
    let named = |name: String| columns.iter().find(|one| one.name.as_str().eq_ignore_ascii_case(&name));
    let key = match name.and_then(named) {
        Some(column) => IndexKey::Column(column.name.clone()),
        None => IndexKey::Expression(expression.to_owned()),
    };
    IndexPart { order, collation, ..IndexPart::new(key) }
}

#[cfg(test)]
mod tests {
    use orm_schema::ColumnType;

    use super::*;

    #[test]
    fn every_kind_of_constraint_is_read_with_its_name() {
        let table = CreateTable::parse(
            r#"CREATE TABLE "a,b" (
                [id] INTEGER CONSTRAINT pk PRIMARY KEY ASC AUTOINCREMENT, -- the key, (really)
                name VARCHAR(20, 3) DEFAULT 'x, (y' NOT NULL ON CONFLICT IGNORE COLLATE NOCASE
                    CONSTRAINT short CHECK (length(name) < 20) UNIQUE,
                other REFERENCES [o t] ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT NULL,
                total GENERATED ALWAYS AS (id * 2) STORED,
                CONSTRAINT "u k" UNIQUE (name COLLATE NOCASE DESC, "other") ON CONFLICT REPLACE
                CHECK (id > 0),
                CONSTRAINT fk FOREIGN KEY (name, other) REFERENCES t (x, y) ON UPDATE CASCADE NOT DEFERRABLE
            ) STRICT"#,
        );
        assert_eq!(table.primary_key.as_ref().and_then(|key| key.name.as_deref()), Some("pk"));
        assert!(table.autoincrement);
        let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["id", "name", "other", "total"]);
        assert_eq!(table.columns[1].collation.as_deref(), Some("NOCASE"));
        let total = Generated { expression: "id * 2".to_owned(), is_virtual: false };
        assert_eq!(table.columns[3].generated, Some(total));
        assert_eq!(table.uniques[0].columns, ["name"]);
        assert_eq!(table.uniques[1].name.as_deref(), Some("u k"));
        assert_eq!(table.uniques[1].columns, ["name", "other"]);
        assert_eq!(table.checks[0].expression, "length(name) < 20");
        assert_eq!(table.checks[0].name.as_deref(), Some("short"));
        assert_eq!(table.checks[1].column, None);
        let (first, second) = (&table.foreign_keys[0], &table.foreign_keys[1]);
        assert_eq!((first.table.as_str(), first.on_delete), ("o t", ReferentialAction::SetNull));
        assert_eq!(first.deferrable, Deferrable::InitiallyDeferred);
        assert_eq!(
            (second.references.join(","), second.on_update),
            ("x,y".into(), ReferentialAction::Cascade)
        );
        assert_eq!((second.name.as_deref(), second.deferrable), (Some("fk"), Deferrable::Never));
    }

    #[test]
    fn an_index_keeps_expressions_directions_and_its_condition() {
        let columns = ["A", "b c", "d", "e"].map(|name| Column::new(name, ColumnType::Text));
        let (parts, predicate) = index_parts(
            r#"CREATE UNIQUE INDEX i ON "t" (a, "b c" DESC, lower(d), e COLLATE NOCASE, "no") WHERE a > (1)"#,
            &columns,
        );
        let keys: Vec<_> = parts.iter().map(|part| part.key.clone()).collect();
        assert_eq!(
            keys,
            [
                IndexKey::Column("A".into()),
                IndexKey::Column("b c".into()),
                IndexKey::Expression("lower(d)".into()),
                IndexKey::Column("e".into()),
                IndexKey::Expression("\"no\"".into())
            ]
        );
        assert_eq!(parts[1].order, SortOrder::Desc);
        assert_eq!(parts[3].collation.as_deref(), Some("NOCASE"));
        assert_eq!(predicate.as_deref(), Some("a > (1)"));
    }
}
