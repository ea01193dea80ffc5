//! Tables, with their columns and what constraints can stand inside.
//!
//! A partition is made as a table of its own and attached, so that its constraints and indexes keep their names. Defaults
//! and checks are parts: one that needs what needs the table is said later.

use std::collections::BTreeMap;

use orm_core::{Connection, Reader, Result};

use super::{
    super::catalog::{flag, list, optional, text},
    SPACES, of_kind,
};
use crate::baseline::{Definition, Item, Part};

/// The name, what stands before and after the parentheses, and what follows.
const TABLES: &str = "
SELECT 'pg_class:' || c.oid, format('%I.%I', s.nspname, c.relname),
  format('CREATE %sTABLE %I.%I%s ', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, s.nspname, c.relname,
    CASE WHEN c.reloftype <> 0 THEN ' OF ' || format_type(c.reloftype, NULL) ELSE '' END),
  concat(
    ' INHERITS (' || (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i
      WHERE i.inhrelid = c.oid AND NOT c.relispartition) || ')',
    CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) END,
    (SELECT format(' USING %I', m.amname) FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'),
    ' WITH (' || (SELECT string_agg(format('%s = %L', o.name, o.value), ', ') FROM (
      SELECT quote_ident(split_part(o, '=', 1)), substr(o, strpos(o, '=') + 1) FROM unnest(c.reloptions) AS o
      UNION ALL SELECT 'toast.' || quote_ident(split_part(o, '=', 1)), substr(o, strpos(o, '=') + 1)
      FROM pg_class t, unnest(t.reloptions) AS o WHERE t.oid = c.reltoastrelid) AS o(name, value)) || ')'),
  (SELECT json_agg(format('ALTER TABLE %s%I.%I %s', CASE WHEN c.relkind = 'p' THEN 'ONLY ' ELSE '' END, s.nspname, c.relname, what))
   FROM unnest(ARRAY[
     CASE WHEN c.relrowsecurity THEN 'ENABLE ROW LEVEL SECURITY' END,
     CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW LEVEL SECURITY' END,
     CASE c.relreplident WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' WHEN 'f' THEN 'REPLICA IDENTITY FULL' END
   ]) AS what WHERE what IS NOT NULL)::text
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relname !~ '^_orm_'
  AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)";

/// A column: its table, whether it stands inside, what it is, its default, that it takes no NULL, and what follows.
///
/// One that is only inherited does not stand inside, unless its parents do not agree on its default; one that does says
/// that it has none where its parents have one (ddl-inherit.html, sql-createtable.html, "INHERITS").
///
/// From PostgreSQL 17 on a partition has the identity of its parent, from 18 on NOT NULL has a name.
const COLUMNS: &str = "
SELECT 'pg_class:' || c.oid, format('%I.%I', s.nspname, c.relname), quote_ident(a.attname),
  own.stands, concat(
    CASE WHEN c.reloftype = 0 THEN ' ' || format_type(a.atttypid, a.atttypmod) ELSE ' WITH OPTIONS' END,
    CASE to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN ' COMPRESSION pglz' WHEN 'l' THEN ' COMPRESSION lz4' END,
    CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || (SELECT k.name FROM collations k WHERE k.oid = a.attcollation) END,
    CASE a.attgenerated WHEN 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
      WHEN 'v' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')' END,
    CASE WHEN a.attidentity <> '' AND NOT (c.relispartition AND current_setting('server_version_num')::int >= 170000)
      THEN format(' GENERATED %s AS IDENTITY%s', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
        ' (' || nullif(concat_ws(' ',
          CASE WHEN q.relnamespace <> c.relnamespace OR q.relname <> c.relname || '_' || a.attname || '_seq'
            THEN 'SEQUENCE NAME ' || q.oid::regclass END,
          CASE WHEN o.seqincrement <> 1 THEN 'INCREMENT BY ' || o.seqincrement END,
          CASE WHEN o.seqmin <> b.least THEN 'MINVALUE ' || o.seqmin END, CASE WHEN o.seqmax <> b.most THEN 'MAXVALUE ' || o.seqmax END,
          CASE WHEN o.seqstart <> CASE WHEN o.seqincrement > 0 THEN o.seqmin ELSE o.seqmax END THEN 'START WITH ' || o.seqstart END,
          CASE WHEN o.seqcache <> 1 THEN 'CACHE ' || o.seqcache END, CASE WHEN o.seqcycle THEN 'CYCLE' END), '') || ')') END),
  CASE WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid),
    CASE WHEN NOT c.relispartition AND up.said IS NOT NULL THEN 'NULL' END) END, 'pg_attrdef:' || coalesce(d.oid, 0),
  CASE WHEN a.attnotnull THEN coalesce((SELECT format(' CONSTRAINT %I', k.conname) || said.so FROM pg_constraint k,
      LATERAL (SELECT ' NOT NULL' || CASE WHEN k.connoinherit THEN ' NO INHERIT' ELSE '' END) AS said(so)
    WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey[1] = a.attnum
      AND (k.connoinherit OR k.conname <> c.relname || '_' || a.attname || '_not_null')), ' NOT NULL') END,
  (SELECT json_agg(format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I %s', s.nspname, c.relname, a.attname, what)) FROM unnest(ARRAY[
    CASE WHEN NOT own.stands AND a.attnotnull AND NOT up.not_null THEN 'SET NOT NULL' END,
    CASE WHEN a.attstorage <> t.typstorage THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
      WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
    CASE WHEN coalesce(a.attstattarget, -1) >= 0 THEN 'SET STATISTICS ' || a.attstattarget END,
    'SET (' || (SELECT string_agg(format('%I = %s', split_part(o, '=', 1), split_part(o, '=', 2)), ', ') FROM unnest(a.attoptions) AS o)
      || ')'
  ]) AS what WHERE what IS NOT NULL)::text,
  NOT own.stands AND a.attgenerated = '' AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM up.said
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN spaces s ON s.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_depend p ON p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND p.refobjid = a.attrelid
  AND p.refobjsubid = a.attnum AND p.deptype = 'i' AND a.attidentity <> ''
LEFT JOIN pg_sequence o ON o.seqrelid = p.objid LEFT JOIN pg_class q ON q.oid = o.seqrelid
LEFT JOIN LATERAL (SELECT CASE o.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647
  ELSE 9223372036854775807 END AS top) AS e ON true
LEFT JOIN LATERAL (SELECT CASE WHEN o.seqincrement > 0 THEN 1 ELSE -e.top - 1 END, CASE WHEN o.seqincrement > 0 THEN e.top ELSE -1 END)
  AS b(least, most) ON true
LEFT JOIN LATERAL (SELECT min(pg_get_expr(pd.adbin, pd.adrelid)) AS said,
    count(DISTINCT pg_get_expr(pd.adbin, pd.adrelid)) > 1 AS differ, coalesce(bool_or(pa.attnotnull), false) AS not_null
  FROM pg_inherits i JOIN pg_attribute pa ON pa.attrelid = i.inhparent AND pa.attname = a.attname
  LEFT JOIN pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum WHERE i.inhrelid = c.oid) AS up ON true
CROSS JOIN LATERAL (SELECT a.attislocal OR c.relispartition OR c.reloftype <> 0 OR up.differ) AS own(stands)
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum";

/// What stands inside: all but keys with partitions, checks that hold only from now on, and what is inherited.
const CONSTRAINTS: &str = "
SELECT 'pg_class:' || c.oid, format('%I.%I', s.nspname, c.relname), quote_ident(k.conname), 'pg_constraint:' || k.oid,
  pg_get_constraintdef(k.oid), k.contype = 'c'
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN spaces s ON s.oid = c.relnamespace
WHERE (k.contype IN ('p', 'u', 'x') AND c.relkind = 'r' AND NOT c.relispartition)
  OR (k.contype = 'c' AND k.convalidated AND (k.conislocal OR c.relispartition))
ORDER BY k.conrelid, position(k.contype::text IN 'puxc'), k.conname";

/// Reads the tables; what they and their parts need comes later.
pub(super) async fn definitions(connection: &mut Connection) -> Result<Vec<Definition>> {
    let tables = connection.rows(&format!("{SPACES}{TABLES}"), Vec::new(), table).await?;
    let columns = connection.rows(&format!("{SPACES}{COLUMNS}"), Vec::new(), column).await?;
    let constraints = connection.rows(&format!("{SPACES}{CONSTRAINTS}"), Vec::new(), constraint).await?;
    let mut tables: BTreeMap<String, Definition> =
        tables.into_iter().map(|table| (table.key.clone(), table)).collect();
    for (table, item, further) in columns.into_iter().chain(constraints) {
        if let Some(table) = tables.get_mut(&table) {
            table.items.extend(item);
            table.further.extend(further);
        }
    }
    Ok(tables.into_values().map(closed).collect())
}

/// A table of a type may have nothing to say in parentheses.
fn closed(mut table: Definition) -> Definition {
    if !table.items.is_empty() || !table.head.contains(" OF ") {
        table.head.push('(');
        table.tail.insert(0, ')');
    }
    table
}

fn table(row: &mut Reader<'_>) -> Result<Definition> {
    Ok(Definition {
        key: text(row)?,
        name: text(row)?,
        head: text(row)?,
        tail: text(row)?,
        further: list(row)?,
        ..of_kind("table")
    })
}

/// An item of a table, by the table's key, and statements after it.
type OfTable = (String, Option<Item>, Vec<String>);

fn column(row: &mut Reader<'_>) -> Result<OfTable> {
    let (key, table, name, stands_inside) = (text(row)?, text(row)?, text(row)?, flag(row)?);
    let (what, default, default_key, after) = (text(row)?, optional(row)?, text(row)?, text(row)?);
    let (mut further, overrides) = (list(row)?, flag(row)?);
    let set = |default: &str| format!("ALTER TABLE ONLY {table} ALTER COLUMN {name} SET DEFAULT {default}");
    if !stands_inside {
        further.extend(default.filter(|_| overrides).map(|default| set(&default)));
        return Ok((key, None, further));
    }
    let part = default.map(|default| Part {
        apart: Box::new(Definition {
            key: default_key,
            name: format!("{table}.{name}"),
            head: set(&default),
            needs: [key.clone()].into(),
            ..of_kind("default")
        }),
        text: format!(" DEFAULT {default}"),
    });
    Ok((key, Some(Item { before: format!("{name}{what}"), part, after }), further))
}

fn constraint(row: &mut Reader<'_>) -> Result<OfTable> {
    let (key, table, name, constraint_key) = (text(row)?, text(row)?, text(row)?, text(row)?);
    let said = format!("CONSTRAINT {name} {}", text(row)?);
    if !flag(row)? {
        return Ok((key, Some(Item::of(said)), Vec::new()));
    }
    let apart = Definition {
        key: constraint_key,
        name: format!("{table}.{name}"),
        head: format!("ALTER TABLE {table} ADD {said}"),
        needs: [key.clone()].into(),
        ..of_kind("check")
    };
    let part = Part { apart: Box::new(apart), text: said };
    Ok((key, Some(Item { part: Some(part), ..Item::default() }), Vec::new()))
}
