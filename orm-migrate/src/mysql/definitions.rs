//! What makes a MariaDB or MySQL database anew: what SHOW CREATE prints, without what belongs to this one server.
//!
//! Routines, triggers, events and views remember the session that made them, so theirs is set before them and set back
//! after; tables with a default of zeros need a session that takes one.

mod cleaned;
mod loose;
mod table;
pub(super) mod views;

use std::collections::{BTreeMap, BTreeSet};

use orm_core::{Connection, ErrorKind, Reader};

use crate::{
    baseline::{Definition, Definitions},
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    inspect::{NotOwned, OWN_PREFIX},
    token::{Rules, significant},
};
use cleaned::Cleaner;

use super::{shown, split::rules_of};

/// Keeps what is set for a statement; a deploy that goes on after a crash sets it again.
pub(crate) const KEEP_SESSION: &str = "\
SET @orm_kept_sql_mode = @@SESSION.sql_mode, @orm_kept_client = @@SESSION.character_set_client, \
@orm_kept_collation = @@SESSION.collation_connection, @orm_kept_time_zone = @@SESSION.time_zone, \
@orm_kept_checks = @@SESSION.foreign_key_checks";

/// Sets the session to what was kept.
pub(crate) const RESTORE_SESSION: &str = "\
SET SESSION sql_mode = @orm_kept_sql_mode, character_set_client = @orm_kept_client, \
collation_connection = @orm_kept_collation, time_zone = @orm_kept_time_zone, foreign_key_checks = @orm_kept_checks";

/// Without checks the server takes a foreign key that leads nowhere.
const NO_CHECKS: &str = "foreign_key_checks = 0";

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

/// Every object, triggers in the order in which they fire.
const OBJECTS: &str = "\
SELECT CASE table_type WHEN 'SEQUENCE' THEN 'sequence' WHEN 'VIEW' THEN 'view' ELSE 'table' END, CAST(table_name AS CHAR)
FROM information_schema.tables WHERE table_schema = DATABASE()
UNION ALL SELECT CAST(lower(routine_type) AS CHAR), CAST(routine_name AS CHAR) FROM information_schema.routines
WHERE routine_schema = DATABASE()
UNION ALL SELECT 'event', CAST(event_name AS CHAR) FROM information_schema.events WHERE event_schema = DATABASE()
UNION ALL (SELECT 'trigger', CAST(trigger_name AS CHAR) FROM information_schema.triggers WHERE trigger_schema = DATABASE()
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
    let writer = Writer {
        cleaner: Cleaner { database: here, names },
        mode: mode.to_owned(),
        known: known(&objects),
        loose: loose::foreign_keys(connection).await?,
    };
    let dead = views::dead(connection).await?;
    let mut list = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        list.push(match dead.get(&object.name).filter(|_| object.kind == "view") {
            Some(why) => {
                Definition { unwritten: true, why: Some(why.clone()), ..of(object.kind, &object.name) }
            }
            None => writer.definition(place, object, show(connection, object).await?),
        });
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
    if object.kind == "table" {
        let sql = shown::create_table(connection, &object.name).await;
        return Ok(Shown { sql: sql.map_err(|error| no_text(object, error))?, ..Shown::default() });
    }
    let sql = format!("SHOW CREATE {} {}", object.kind.to_uppercase(), Dialect::MariaDb.quote(&object.name));
    let read: fn(&mut Reader<'_>) -> orm_core::Result<Shown> = match object.kind {
        "sequence" => |row| Ok(Shown { sql: nth(row, 1)?, ..Shown::default() }),
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
        Err(error) => Err(no_text(object, error)),
    }
}

fn no_text(object: &Object, error: orm_core::Error) -> MigrateError {
    if error.kind() != ErrorKind::InvalidValue {
        return error.into();
    }
    let why = format!("the definition of {} `{}` holds bytes that are no text", object.kind, object.name);
    MigrateError::new(Code::Unsupported, why)
        .fix("make it again with these bytes as `X'…'`, or drop it for the time of the baseline")
        .with_source(error)
}

/// The text after so many columns.
pub(super) fn nth(row: &mut Reader<'_>, skipped: usize) -> orm_core::Result<Option<String>> {
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
    Ok(Object { kind, name: nth(row, 0)?.unwrap_or_default() })
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
    /// The foreign keys that only a session without `foreign_key_checks` makes.
    loose: BTreeMap<loose::Named, String>,
}

impl Writer {
    fn definition(&self, place: usize, object: &Object, shown: Shown) -> Definition {
        let mut definition = of(object.kind, &object.name);
        if object.kind == "trigger" {
            definition.rank += place;
        }
        let Some(sql) = &shown.sql else { return Definition { unwritten: true, ..definition } };
        let rules = rules_of(shown.mode.as_deref().unwrap_or_default());
        let sql = self.cleaner.cleaned(sql, &rules);
        match object.kind {
            "sequence" => definition.head = sql,
            "table" => {
                table::fill(&mut definition, &sql);
                self.set_session_of_table(&mut definition, &sql);
            }
            "view" => {
                definition.needs = self.needs(&sql, &rules);
                // A view may group as it likes, whatever our own sessions ask of queries.
                let mode = self.mode_without(&["ONLY_FULL_GROUP_BY", "NO_ZERO_IN_DATE", "NO_ZERO_DATE"]);
                definition.session = Some(session(&Shown { mode: Some(mode), ..shown }, &sql));
                definition.head = sql;
            }
            // What its body names is looked for when it runs.
            "trigger" => {
                definition.needs = self.needs(&sql, &rules);
                definition.needs.retain(|need| need.starts_with("table "));
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

    /// A session that takes what ours refuses: dates that no calendar has, and foreign keys that lead nowhere.
    fn set_session_of_table(&self, definition: &mut Definition, sql: &str) {
        let mut settings: Vec<String> = self.mode_for(table::dates(sql)).into_iter().collect();
        let name = &definition.name;
        if self.loose.iter().any(|((table, _), target)| table == name || target == name) {
            settings.push(NO_CHECKS.to_owned());
            self.loosen(definition);
        }
        definition.session = (!settings.is_empty()).then(|| format!("SET SESSION {}", settings.join(", ")));
    }

    /// A table with a foreign key that leads nowhere comes before the target, and is never altered with checks.
    fn loosen(&self, definition: &mut Definition) {
        for part in definition.items.iter_mut().filter_map(|item| item.part.as_mut()) {
            let is_loose = |(table, key): &loose::Named| part.apart.name == format!("{table}.{key}");
            if self.loose.keys().any(is_loose) {
                part.apart.needs = [definition.key.clone()].into();
            }
            part.apart.session = Some(format!("SET SESSION {NO_CHECKS}"));
        }
        let targets = self.loose.iter().filter(|(_, target)| **target == definition.name);
        let before = targets.map(|((table, _), _)| key("table", table));
        definition.needs.extend(before.filter(|table| *table != definition.key));
    }

    fn mode_for(&self, dates: table::Dates) -> Option<String> {
        let mut mode = self.mode_without(&["NO_ZERO_IN_DATE", "NO_ZERO_DATE"]);
        if dates.invalid {
            mode.push_str(",ALLOW_INVALID_DATES");
        }
        (dates.zero || dates.invalid).then(|| format!("sql_mode = {}", Dialect::MariaDb.text(&mode)))
    }

    fn mode_without(&self, modes: &[&str]) -> String {
        self.mode.split(',').filter(|mode| !modes.contains(mode)).collect::<Vec<_>>().join(",")
    }

    /// What a view or a trigger names.
    fn needs(&self, sql: &str, rules: &Rules) -> BTreeSet<String> {
        let tokens = significant(sql, rules).unwrap_or_default();
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
