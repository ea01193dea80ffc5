//! What makes a PostgreSQL database anew, through the server's own printers.
//!
//! While the catalogs are read, names lead nowhere without their schema (`search_path = ''`), so that everything is printed
//! with it and means the same under whatever search path it is run. The bodies of functions are texts that nobody parses
//! before they run (`check_function_bodies`), so nothing has to be there for them but what the catalogs know.
//!
//! | what | module |
//! |---|---|
//! | schemas, extensions, types, operators, text search, sequences | [`objects`] |
//! | functions, procedures, aggregates | [`routines`] |
//! | tables with what stands inside their parentheses | [`tables`] |
//! | what stands beside tables: constraints, indexes, partitions, views, triggers, policies | [`relations`] |
//! | comments and settings of what is made elsewhere | [`further`] |
//! | what must be there before | [`needs`] |
//! | what is not written | [`left_out`] |

mod further;
mod left_out;
mod needs;
mod objects;
mod relations;
mod routines;
mod tables;

use std::collections::BTreeMap;

use orm_core::{Connection, Reader};

use super::catalog::{list, optional, text};
use crate::{
    baseline::{Definition, Definitions},
    dialect::Dialect,
    error::Result,
};

/// Every object takes a lock, and a server has about 6400 of them (`max_locks_per_transaction`, 64 for each of 100
/// connections).
const MOST_IN_A_TRANSACTION: usize = 1000;

/// The user's schemas, what extensions own, and collations by their names; every query begins with it.
const SPACES: &str = "\
WITH spaces AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_'
), extended AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'), collations AS (
  SELECT c.oid, CASE n.nspname WHEN 'pg_catalog' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.collname) AS name
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
)";

/// Kinds, those that come first first. Functions come before tables, whose defaults may use them through another function;
/// foreign keys when all partitions and their keys are there, since nothing waits for what comes behind them.
const KINDS: &[&str] = &[
    "schema",
    "extension",
    "access method",
    "language",
    "foreign data wrapper",
    "foreign server",
    "user mapping",
    "collation",
    "conversion",
    "base type",
    "type",
    "domain",
    "range type",
    "composite type",
    "function",
    "procedure",
    "aggregate",
    "operator",
    "operator family",
    "operator class",
    "cast",
    "transform",
    "text search parser",
    "text search template",
    "text search dictionary",
    "text search configuration",
    "sequence",
    "sequence of a column",
    "table",
    "foreign table",
    "partition",
    "constraint",
    "index",
    "invalid index",
    "partition of an index",
    "default",
    "check",
    "view",
    "materialized view",
    "index of a view",
    "statistics",
    "rule",
    "foreign key",
    "trigger",
    "policy",
    "publication",
    "event trigger",
];

/// Reads the database.
pub(crate) async fn definitions(connection: &mut Connection) -> Result<Definitions> {
    Dialect::Postgres.at_one_moment(connection, read).await
}

async fn read(connection: &mut Connection) -> Result<Definitions> {
    connection.batch("SET LOCAL search_path = ''").await?;
    let mut found = Found::default();
    for (class, body) in objects::QUERIES.iter().chain(routines::QUERIES).chain(relations::QUERIES) {
        found.add(connection.rows(&of_class(class, body), Vec::new(), definition).await?);
    }
    found.add(tables::definitions(connection).await?);
    needs::fill(connection, &mut found).await?;
    further::fill(connection, &mut found).await?;
    Ok(Definitions {
        list: found.objects.into_values().collect(),
        left_out: left_out::read(connection).await?,
        preamble: vec!["SET LOCAL check_function_bodies = off".to_owned()],
        most_in_a_transaction: Some(MOST_IN_A_TRANSACTION),
    })
}

/// The objects of a catalog that no extension owns. A body gives their oid, kind, name, statement (NULL where nothing
/// writes them), and a JSON list of further statements.
fn of_class(class: &str, body: &str) -> String {
    format!(
        "{SPACES}, found (oid, kind, name, statement, further) AS ({body}) \
         SELECT '{class}:' || f.oid, f.kind, f.name, f.statement, f.further::text FROM found f \
         WHERE NOT EXISTS (SELECT FROM extended e WHERE e.classid = '{class}'::regclass AND e.objid = f.oid)"
    )
}

fn definition(row: &mut Reader<'_>) -> orm_core::Result<Definition> {
    let (key, kind, name, statement) = (text(row)?, text(row)?, text(row)?, optional(row)?);
    let of_kind = of_kind(&kind);
    Ok(Definition {
        key,
        name,
        unwritten: statement.is_none(),
        head: statement.unwrap_or_default(),
        further: list(row)?,
        ..of_kind
    })
}

/// A definition of that kind, with its rank.
fn of_kind(kind: &str) -> Definition {
    let rank = KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len());
    Definition { kind: KINDS.get(rank).copied().unwrap_or("object"), rank, ..Definition::default() }
}

/// The objects by their keys, `catalog:oid`.
#[derive(Default)]
struct Found {
    objects: BTreeMap<String, Definition>,
    /// The object that each part stands in.
    parts: BTreeMap<String, String>,
}

impl Found {
    fn add(&mut self, definitions: Vec<Definition>) {
        for definition in &definitions {
            let parts = definition.items.iter().filter_map(|item| item.part.as_ref());
            self.parts.extend(parts.map(|part| (part.apart.key.clone(), definition.key.clone())));
        }
        self.objects.extend(definitions.into_iter().map(|found| (found.key.clone(), found)));
    }
}
