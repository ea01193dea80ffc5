//! SQLite's catalogs → [`Schema`].
//!
//! Columns come from `pragma_table_xinfo`, everything else from the text in `sqlite_schema` ([`CreateTable`]).

use orm_core::{Connection, Reader};
use orm_schema::{
    Check, Column, ColumnDefault, ColumnName, ColumnType, ForeignKey, Identity, Index, PrimaryKey, Schema,
    Table, TableName, Unique,
};

use super::create_table::{CreateTable, ForeignKeyText, KeyText, index_parts};
use crate::{
    error::Result,
    inspect::{Inspected, NotOwned, OWN_PREFIX},
};

/// Everything in `sqlite_schema`, with what kind of table it is and its options.
const OBJECTS: &str = "\
    SELECT s.type, s.name, s.tbl_name, s.sql, coalesce(l.type, ''), coalesce(l.wr, 0), coalesce(l.strict, 0) \
    FROM sqlite_schema AS s LEFT JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = s.name \
    ORDER BY s.rowid";

/// The columns of all tables. Virtual tables are left out: asking for their columns needs their module.
const COLUMNS: &str = "\
    SELECT l.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk \
    FROM pragma_table_list AS l JOIN pragma_table_xinfo(l.name, 'main') AS c \
    WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, c.cid";

/// A row of `sqlite_schema`.
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: Option<String>,
    table_kind: String,
    without_rowid: bool,
    strict: bool,
}

/// A row of `pragma_table_xinfo`.
struct ColumnRow {
    table: String,
    name: String,
    declared: String,
    not_null: bool,
    default: Option<String>,
    in_key: bool,
}

/// Reads the main database.
pub(crate) async fn inspect(connection: &mut Connection) -> Result<Inspected> {
    let objects = connection.rows(OBJECTS, Vec::new(), read_object).await?;
    let columns = connection.rows(COLUMNS, Vec::new(), read_column).await?;
    let mut tables = tables(&objects, &columns);
    complete_references(&mut tables);
    let not_owned = objects.iter().filter_map(not_owned).collect();
    Ok(Inspected { schema: Schema { tables, enums: Vec::new() }, not_owned, ..Inspected::default() })
}

fn read_object(row: &mut Reader<'_>) -> orm_core::Result<Object> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()));
    let (kind, name, table, sql, table_kind) = (text()?, text()?, text()?, text()?, text()?);
    Ok(Object {
        kind: kind.unwrap_or_default(),
        name: name.unwrap_or_default(),
        table: table.unwrap_or_default(),
        sql,
        table_kind: table_kind.unwrap_or_default(),
        without_rowid: row.i64()? == Some(1),
        strict: row.i64()? == Some(1),
    })
}

fn read_column(row: &mut Reader<'_>) -> orm_core::Result<ColumnRow> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()));
    let (table, name, declared) = (text()?, text()?, text()?);
    Ok(ColumnRow {
        table: table.unwrap_or_default(),
        name: name.unwrap_or_default(),
        declared: declared.unwrap_or_default(),
        not_null: row.i64()? == Some(1),
        default: row.text()?.map(|text| text.into_owned()),
        in_key: row.i64()?.is_some_and(|position| position > 0),
    })
}

impl Object {
    fn is_internal(&self) -> bool {
        let table = self.table.to_ascii_lowercase();
        table.starts_with("sqlite_") || table.starts_with(OWN_PREFIX)
    }

    fn is_owned_table(&self) -> bool {
        self.kind == "table" && self.table_kind == "table" && !self.is_internal()
    }
}

fn not_owned(object: &Object) -> Option<NotOwned> {
    let kind = match (object.kind.as_str(), object.table_kind.as_str()) {
        _ if object.is_internal() => return None,
        ("table", "virtual") => "virtual table",
        ("table", "shadow") => "shadow table",
        ("view", _) => "view",
        ("trigger", _) => {
            return Some(NotOwned { kind: "trigger", name: format!("{} on {}", object.name, object.table) });
        }
        _ => return None,
    };
    Some(NotOwned { kind, name: object.name.clone() })
}

fn tables(objects: &[Object], columns: &[ColumnRow]) -> Vec<Table> {
    objects
        .iter()
        .filter(|object| object.is_owned_table())
        .map(|object| {
            let columns: Vec<_> = columns.iter().filter(|column| column.table == object.name).collect();
            let text = CreateTable::parse(object.sql.as_deref().unwrap_or_default());
            let mut table = table(object, &columns, text);
            table.indexes = indexes(objects, &object.name, &table.columns);
            table
        })
        .collect()
}

fn table(object: &Object, rows: &[&ColumnRow], text: CreateTable) -> Table {
    let identity = identity(object, rows, &text);
    let columns: Vec<_> = rows.iter().map(|row| column(row, &text, identity)).collect();
    let spelled = |names: Vec<String>| spelled_like(&columns, names);
    Table {
        primary_key: text.primary_key.map(|key| PrimaryKey {
            name: key.name.map(Into::into),
            columns: spelled(key.columns),
            ..PrimaryKey::default()
        }),
        uniques: text
            .uniques
            .into_iter()
            .map(|KeyText { name, columns, .. }| Unique {
                name: name.map(Into::into),
                columns: spelled(columns),
                ..Unique::default()
            })
            .collect(),
        foreign_keys: text.foreign_keys.into_iter().map(|key| foreign_key(key, spelled)).collect(),
        checks: text
            .checks
            .into_iter()
            .map(|check| Check {
                name: check.name.map(Into::into),
                columns: spelled(check.column.into_iter().collect()),
                expression: check.expression,
                ..Check::default()
            })
            .collect(),
        strict: object.strict,
        without_rowid: object.without_rowid,
        columns,
        ..Table::new(object.name.as_str())
    }
}

/// Whether the key is an alias of the rowid: a single column declared exactly INTEGER (lang_createtable.html, "ROWIDs").
fn identity(object: &Object, rows: &[&ColumnRow], text: &CreateTable) -> Option<Identity> {
    let key = text.primary_key.as_ref()?;
    let mut key_rows = rows.iter().filter(|row| row.in_key);
    let (only, second) = (key_rows.next()?, key_rows.next());
    let is_alias = second.is_none()
        && only.declared.eq_ignore_ascii_case("INTEGER")
        && !object.without_rowid
        && !key.column_desc;
    is_alias.then_some(if text.autoincrement { Identity::Autoincrement } else { Identity::ByDefault })
}

fn column(row: &ColumnRow, text: &CreateTable, identity: Option<Identity>) -> Column {
    let said = text.columns.iter().find(|column| column.name.eq_ignore_ascii_case(&row.name));
    let identity = identity.filter(|_| row.in_key);
    Column {
        name: row.name.as_str().into(),
        column_type: ColumnType::Native(declared(row).to_owned()),
        // A key that takes NULL is an old bug kept for compatibility (lang_createtable.html §3.5); no model can say it.
        nullable: !row.not_null && !row.in_key,
        default: row.default.as_deref().and_then(default),
        identity,
        generated: said.and_then(|column| column.generated.clone()),
        collation: said.and_then(|column| column.collation.clone()),
        comment: None,
        renamed_from: None,
    }
}

/// A column without a type is one of BLOB's affinity (datatype3.html §3.1).
fn declared(row: &ColumnRow) -> &str {
    if row.declared.is_empty() { "BLOB" } else { &row.declared }
}

/// `DEFAULT NULL` is what a column without a default does.
fn default(text: &str) -> Option<ColumnDefault> {
    (!text.eq_ignore_ascii_case("NULL")).then(|| ColumnDefault::Expression(text.to_owned()))
}

fn foreign_key(text: ForeignKeyText, spelled: impl Fn(Vec<String>) -> Vec<ColumnName>) -> ForeignKey {
    ForeignKey {
        name: text.name.map(Into::into),
        columns: spelled(text.columns),
        table: TableName::new(text.table),
        references: text.references.into_iter().map(ColumnName::from).collect(),
        on_delete: text.on_delete,
        on_update: text.on_update,
        deferrable: text.deferrable,
        ..ForeignKey::default()
    }
}

fn indexes(objects: &[Object], table: &str, columns: &[Column]) -> Vec<Index> {
    objects
        .iter()
        .filter(|object| object.kind == "index" && object.table == table)
        .filter_map(|object| {
            // An index that belongs to a constraint has no text.
            let sql = object.sql.as_deref()?;
            let (parts, predicate) = index_parts(sql, columns);
            let name = Some(object.name.as_str().into());
            Some(Index { name, parts, unique: is_unique(sql), predicate, ..Index::default() })
        })
        .collect()
}

/// SQLite stores the text as `CREATE [UNIQUE] INDEX …`, whatever blanks were written.
fn is_unique(sql: &str) -> bool {
    sql.split_whitespace().nth(1).is_some_and(|word| word.eq_ignore_ascii_case("UNIQUE"))
}

/// Names are case-insensitive here: a constraint may spell a column otherwise than the column itself.
fn spelled_like(columns: &[Column], names: Vec<String>) -> Vec<ColumnName> {
    names
        .into_iter()
        .map(|name| match columns.iter().find(|column| column.name.as_str().eq_ignore_ascii_case(&name)) {
            Some(column) => column.name.clone(),
            None => ColumnName::from(name),
        })
        .collect()
}

/// Gives each foreign key the other table's spelling, and its primary key where no columns are written.
fn complete_references(tables: &mut [Table]) {
    let known: Vec<(TableName, Vec<Column>, Vec<ColumnName>)> = tables
        .iter()
        .map(|table| {
            let key = table.primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
            (table.name.clone(), table.columns.clone(), key)
        })
        .collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        let target = known.iter().find(|(name, ..)| name.name.eq_ignore_ascii_case(&key.table.name));
        let Some((name, columns, primary_key)) = target else { continue };
        key.table = name.clone();
        key.references = match key.references.is_empty() {
            true => primary_key.clone(),
            false => spelled_like(columns, key.references.iter().map(ToString::to_string).collect()),
        };
    }
}
