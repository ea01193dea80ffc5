//! What makes a SQLite database anew: the texts of `sqlite_schema`, as they are.

use orm_core::{Connection, Reader};

use crate::{
    baseline::{Definition, Definitions},
    error::Result,
    inspect::{NotOwned, OWN_PREFIX},
};

/// Kinds in their order. Views and the bodies of triggers are resolved when they are used (lang_createview.html), foreign
/// keys when rows are written; a trigger needs its table or view.
const KINDS: [&str; 5] = ["table", "virtual table", "index", "view", "trigger"];

/// Everything with a text, but what is SQLite's own and what a virtual table makes itself. Objects in the order in which
/// they were made.
const OBJECTS: &str = "\
    SELECT CASE WHEN l.type = 'virtual' THEN 'virtual table' ELSE s.type END, s.name, s.tbl_name, s.sql \
    FROM sqlite_schema AS s LEFT JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = s.name AND s.type = 'table' \
    WHERE s.sql IS NOT NULL AND s.tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
      AND s.tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow') \
    ORDER BY s.rowid";

/// Numbers in the head of the file that programs set for themselves (fileformat2.html).
const NUMBERS: &str = "\
    SELECT 'user_version', user_version FROM pragma_user_version WHERE user_version <> 0 \
    UNION ALL SELECT 'application_id', application_id FROM pragma_application_id WHERE application_id <> 0";

struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

/// Reads the main database.
pub(crate) async fn definitions(connection: &mut Connection) -> Result<Definitions> {
    let objects = connection.rows(OBJECTS, Vec::new(), object).await?;
    let numbers = connection.rows(NUMBERS, Vec::new(), number).await?;
    let is_ours = |object: &Object| object.table.to_ascii_lowercase().starts_with(OWN_PREFIX);
    let kept: Vec<_> = objects.into_iter().filter(|object| !is_ours(object)).collect();
    let of_kind = |kind: &'static str| kept.iter().filter(move |object| object.kind == kind);
    let list = KINDS.into_iter().flat_map(|kind| of_kind(kind).map(move |object| (kind, object)));
    let list = list.enumerate().map(|(rank, (kind, object))| definition(rank, kind, object));
    Ok(Definitions { list: list.collect(), left_out: numbers, ..Definitions::default() })
}

fn definition(rank: usize, kind: &'static str, object: &Object) -> Definition {
    Definition {
        key: format!("{kind} {}", object.name),
        kind,
        name: object.name.clone(),
        rank,
        head: object.sql.clone(),
        ..Definition::default()
    }
}

fn object(row: &mut Reader<'_>) -> orm_core::Result<Object> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    Ok(Object { kind: text()?, name: text()?, table: text()?, sql: text()? })
}

fn number(row: &mut Reader<'_>) -> orm_core::Result<NotOwned> {
    let name = row.text()?.map(|text| text.into_owned()).unwrap_or_default();
    Ok(NotOwned { kind: "number of the file", name: format!("{name} = {}", row.i64()?.unwrap_or_default()) })
}
