//! What makes a MariaDB or MySQL database anew: what SHOW CREATE prints, without what belongs to this one server.
//!
//! Routines, triggers, events and views remember the session that made them, so theirs is set before them and set back
//! after; tables with a default of zeros need a session that takes one.

mod cleaned;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use orm_core::{Connection, ErrorKind, Reader};

use crate::{
    baseline::{Definition, Definitions},
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    inspect::{NotOwned, OWN_PREFIX},
    token::significant,
};
use cleaned::Cleaner;

use super::split::RULES;

/// Keeps what is set for a statement; a deploy that goes on after a crash sets it again.
pub(crate) const KEEP_SESSION: &str = "\
SET @orm_kept_sql_mode = @@SESSION.sql_mode, @orm_kept_client = @@SESSION.character_set_client, \
@orm_kept_collation = @@SESSION.collation_connection, @orm_kept_time_zone = @@SESSION.time_zone";

/// Sets the session to what was kept.
pub(crate) const RESTORE_SESSION: &str = "\
SET SESSION sql_mode = @orm_kept_sql_mode, character_set_client = @orm_kept_client, \
collation_connection = @orm_kept_collation, time_zone = @orm_kept_time_zone";

/// Kinds in their order. The body of a routine is looked at when it runs; a view needs the functions that it calls.
const KINDS: [&str; 10] = [
    "sequence",
    "table",
    "foreign key",
    "package",
    "package body",
    "function",
    "procedure",
    "view",
    "trigger",
    "event",
];

/// Every object, triggers in the order in which they fire. A view that leads nowhere can be made by nothing.
const OBJECTS: &str = "\
SELECT CASE table_type WHEN 'SEQUENCE' THEN 'sequence' WHEN 'VIEW' THEN 'view' ELSE 'table' END, CAST(table_name AS CHAR),
  CASE WHEN table_type = 'VIEW' AND table_comment <> 'VIEW' THEN 1 ELSE 0 END
FROM information_schema.tables WHERE table_schema = DATABASE()
UNION ALL SELECT CAST(lower(routine_type) AS CHAR), CAST(routine_name AS CHAR), 0 FROM information_schema.routines
WHERE routine_schema = DATABASE()
UNION ALL SELECT 'event', CAST(event_name AS CHAR), 0 FROM information_schema.events WHERE event_schema = DATABASE()
UNION ALL (SELECT 'trigger', CAST(trigger_name AS CHAR), 0 FROM information_schema.triggers WHERE trigger_schema = DATABASE()
ORDER BY event_object_table, action_timing, event_manipulation, action_order LIMIT 1000000)";

/// Who made what, and who may do what.
const LEFT_OUT: &str = "\
SELECT 'definer', CAST(concat(definer, ' of ', count(*), ' objects') AS CHAR) FROM (
  SELECT definer FROM information_schema.views WHERE table_schema = DATABASE()
  UNION ALL SELECT definer FROM information_schema.routines WHERE routine_schema = DATABASE()
  UNION ALL SELECT definer FROM information_schema.triggers WHERE trigger_schema = DATABASE()
  UNION ALL SELECT definer FROM information_schema.events WHERE event_schema = DATABASE()) AS d
WHERE definer <> CURRENT_USER() GROUP BY definer
UNION ALL SELECT 'grants', CAST(concat(lower(group_concat(DISTINCT privilege_type ORDER BY privilege_type SEPARATOR ', ')),
  ' to ', grantee) AS CHAR) FROM (
  SELECT grantee, privilege_type FROM information_schema.schema_privileges WHERE DATABASE() LIKE table_schema
  UNION ALL SELECT grantee, privilege_type FROM information_schema.table_privileges WHERE table_schema = DATABASE()
  UNION ALL SELECT grantee, privilege_type FROM information_schema.column_privileges WHERE table_schema = DATABASE()) AS g
GROUP BY grantee";

struct Object {
    kind: &'static str,
    name: String,
    is_dead: bool,
}

/// Reads the database that the connection is in.
pub(crate) async fn definitions(connection: &mut Connection) -> Result<Definitions> {
    let mode = one(connection, "SELECT CAST(@@SESSION.sql_mode AS CHAR)").await?;
    // Under our own mode the server takes a view that groups as it likes for one that leads nowhere.
    connection.batch("SET SESSION sql_quote_show_create = 1, SESSION sql_mode = ''").await?;
    let read = read(connection, &mode).await;
    let restored =
        connection.batch(&format!("SET SESSION sql_mode = {}", Dialect::MariaDb.text(&mode))).await;
    read.and_then(|read| restored.map(|()| read).map_err(Into::into))
}

async fn read(connection: &mut Connection, mode: &str) -> Result<Definitions> {
    let objects = connection.rows(OBJECTS, Vec::new(), object).await?;
    let objects: Vec<_> = objects.into_iter().filter(|object| !object.name.starts_with(OWN_PREFIX)).collect();
    let left_out = connection.rows(LEFT_OUT, Vec::new(), left_out).await?;
    let here = one(connection, "SELECT CAST(DATABASE() AS CHAR)").await?;
    let names = objects.iter().map(|object| object.name.to_lowercase()).collect();
    let writer =
        Writer { cleaner: Cleaner { database: here, names }, mode: mode.to_owned(), known: known(&objects) };
    let mut list = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        let shown = if object.is_dead { Shown::default() } else { show(connection, object).await? };
        list.push(writer.definition(place, object, shown));
    }
    Ok(Definitions { list, left_out, ..Definitions::default() })
}

/// What a view or a trigger may need, by its name.
fn known(objects: &[Object]) -> BTreeMap<String, Vec<String>> {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in objects
        .iter()
        .filter(|object| ["table", "sequence", "view", "function", "package"].contains(&object.kind))
    {
        known.entry(object.name.to_lowercase()).or_default().push(key(object.kind, &object.name));
    }
    known
}

fn key(kind: &str, name: &str) -> String {
    format!("{kind} {name}")
}

/// What SHOW CREATE says.
#[derive(Default)]
struct Shown {
    /// `None` where the user may not see it.
    sql: Option<String>,
    mode: Option<String>,
    time_zone: Option<String>,
    client: Option<String>,
    collation: Option<String>,
}

async fn show(connection: &mut Connection, object: &Object) -> Result<Shown> {
    let sql = format!("SHOW CREATE {} {}", object.kind.to_uppercase(), Dialect::MariaDb.quote(&object.name));
    let read: fn(&mut Reader<'_>) -> orm_core::Result<Shown> = match object.kind {
        "table" | "sequence" => |row| Ok(Shown { sql: nth(row, 1)?, ..Shown::default() }),
        "view" => |row| {
            Ok(Shown { sql: nth(row, 1)?, client: nth(row, 0)?, collation: nth(row, 0)?, ..Shown::default() })
        },
        "event" => |row| {
            let (mode, time_zone, sql) = (nth(row, 1)?, nth(row, 0)?, nth(row, 0)?);
            Ok(Shown { sql, mode, time_zone, client: nth(row, 0)?, collation: nth(row, 0)? })
        },
        _ => |row| {
            let (mode, sql) = (nth(row, 1)?, nth(row, 0)?);
            Ok(Shown { sql, mode, time_zone: None, client: nth(row, 0)?, collation: nth(row, 0)? })
        },
    };
    match connection.rows(&sql, Vec::new(), read).await {
        Ok(shown) => Ok(shown.into_iter().next().unwrap_or_default()),
        Err(error) if error.kind() == ErrorKind::InvalidValue => Err(MigrateError::new(
            Code::Unsupported,
            format!("the definition of {} `{}` holds bytes that are no text", object.kind, object.name),
        )
        .fix("write them as `X'…'`, for instance the default of a column of bytes")
        .with_source(error)),
        Err(error) => Err(error.into()),
    }
}

/// The text after so many columns.
fn nth(row: &mut Reader<'_>, skipped: usize) -> orm_core::Result<Option<String>> {
    for _ in 0..skipped {
        row.text()?;
    }
    Ok(row.text()?.map(|text| text.into_owned()))
}

async fn one(connection: &mut Connection, query: &str) -> Result<String> {
    let texts = connection.rows(query, Vec::new(), |row| nth(row, 0)).await?;
    Ok(texts.into_iter().flatten().next().unwrap_or_default())
}

fn object(row: &mut Reader<'_>) -> orm_core::Result<Object> {
    let kind = nth(row, 0)?.unwrap_or_default();
    let kind = KINDS.iter().find(|known| **known == kind).copied().unwrap_or("procedure");
    Ok(Object { kind, name: nth(row, 0)?.unwrap_or_default(), is_dead: row.i64()? == Some(1) })
}

fn left_out(row: &mut Reader<'_>) -> orm_core::Result<NotOwned> {
    let kind = nth(row, 0)?.unwrap_or_default();
    let kind = if kind == "grants" { "grants" } else { "definer" };
    Ok(NotOwned { kind, name: nth(row, 0)?.unwrap_or_default() })
}

struct Writer {
    cleaner: Cleaner,
    /// The `sql_mode` of a session of ours.
    mode: String,
    known: BTreeMap<String, Vec<String>>,
}

impl Writer {
    fn definition(&self, place: usize, object: &Object, shown: Shown) -> Definition {
        let mut definition = of(object.kind, &object.name);
        if object.kind == "trigger" {
            definition.rank += place;
        }
        let Some(sql) = &shown.sql else { return Definition { unwritten: true, ..definition } };
        let sql = self.cleaner.cleaned(sql);
        match object.kind {
            "sequence" => definition.head = sql,
            "table" => {
                definition.session =
                    table::has_zero_date(&sql).then(|| self.without(&["NO_ZERO_IN_DATE", "NO_ZERO_DATE"]));
                table::fill(&mut definition, &sql);
            }
            "view" => {
                definition.needs = self.needs(&sql);
                // A view may group as it likes, whatever our own sessions ask of queries.
                let mode = self.mode_without(&["ONLY_FULL_GROUP_BY", "NO_ZERO_IN_DATE", "NO_ZERO_DATE"]);
                definition.session = Some(session(&Shown { mode: Some(mode), ..shown }, &sql));
                definition.head = sql;
            }
            "trigger" | "event" => {
                definition.needs = self.needs(&sql);
                definition.session = Some(session(&shown, &sql));
                definition.head = sql;
            }
            _ => {
                definition.session = Some(session(&shown, &sql));
                definition.head = sql;
            }
        }
        definition
    }

    fn without(&self, modes: &[&str]) -> String {
        format!("SET SESSION sql_mode = {}", Dialect::MariaDb.text(&self.mode_without(modes)))
    }

    fn mode_without(&self, modes: &[&str]) -> String {
        self.mode.split(',').filter(|mode| !modes.contains(mode)).collect::<Vec<_>>().join(",")
    }

    /// What a view or a trigger names.
    fn needs(&self, sql: &str) -> BTreeSet<String> {
        let tokens = significant(sql, &RULES).unwrap_or_default();
        let names = tokens.iter().filter_map(|token| token.name());
        names.filter_map(|name| self.known.get(&name.to_lowercase())).flatten().cloned().collect()
    }
}

fn of(kind: &'static str, name: &str) -> Definition {
    // So many triggers that their places don't reach the next kind.
    const PLACES: usize = 10_000_000;
    let rank = KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len()) * PLACES;
    Definition { key: key(kind, name), kind, name: name.to_owned(), rank, ..Definition::default() }
}

/// The session that made it. A text that is not ASCII is sent as our session's character set, whatever made it.
fn session(shown: &Shown, sql: &str) -> String {
    let text = |value: &str| Dialect::MariaDb.text(value);
    let mut settings = vec![format!("sql_mode = {}", text(shown.mode.as_deref().unwrap_or_default()))];
    let sendable = |client: &&String| sql.is_ascii() || client.starts_with("utf8");
    match (shown.client.as_ref().filter(sendable), &shown.collation) {
        (Some(client), Some(collation)) => {
            settings.push(format!("character_set_client = {}", text(client)));
            settings.push(format!("collation_connection = {}", text(collation)));
        }
        _ => settings.push(
            "character_set_client = @orm_kept_client, collation_connection = @orm_kept_collation".to_owned(),
        ),
    }
    let time_zone = shown.time_zone.as_deref().map_or("@orm_kept_time_zone".to_owned(), text);
    settings.push(format!("time_zone = {time_zone}"));
    format!("SET SESSION {}", settings.join(", "))
}
