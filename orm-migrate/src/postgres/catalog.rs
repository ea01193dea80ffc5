//! The queries on PostgreSQL's catalogs, and their rows.
//!
//! Everything is cast to text, bigint or boolean, lists to JSON text, so that no type of the catalogs crosses the
//! border. Objects that belong to an extension are left out.

use orm_core::{Connection, Reader, Result};

/// The schemas that are the user's, with `None` for the search path's first, and what extensions own.
const SCHEMAS: &str = r#"
WITH spaces AS (
  SELECT oid, nspname, nullif(nspname, current_schema())::text AS namespace FROM pg_namespace
  WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_'
), extended AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), bases AS (
  WITH RECURSIVE of AS (
    SELECT oid AS domain, typbasetype AS base, typtypmod AS modifier FROM pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT o.domain, t.typbasetype, t.typtypmod FROM of o JOIN pg_type t ON t.oid = o.base AND t.typtype = 'd'
  )
  SELECT o.domain, format_type(o.base, o.modifier) AS printed FROM of o JOIN pg_type t ON t.oid = o.base
  WHERE t.typtype <> 'd'
), collations AS (
  SELECT k.oid, CASE WHEN n.nspname IN ('pg_catalog', current_schema()) THEN '' ELSE quote_ident(n.nspname) || '.' END
    || '"' || replace(k.collname, '"', '""') || '"' AS name
  FROM pg_collation k JOIN pg_namespace n ON n.oid = k.collnamespace
)"#;

/// Tables; partitions are part of theirs.
const TABLES: &str = "
SELECT c.oid::bigint, s.namespace, c.relname::text, obj_description(c.oid, 'pg_class')
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)";

/// An enum without labels is a type like any: a Rust enum without variants would have no values.
const COLUMNS: &str = "
SELECT a.attrelid::bigint, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
  EXISTS (SELECT FROM pg_depend o JOIN pg_class q ON q.oid = o.objid AND q.relkind = 'S'
    WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
      AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND o.deptype = 'a'),
  CASE WHEN a.attcollation <> t.typcollation THEN
    (SELECT o.name FROM collations o WHERE o.oid = a.attcollation) END,
  col_description(a.attrelid, a.attnum),
  es.namespace, en.typname::text, t.typelem <> 0 AND en.oid IS NOT NULL,
  (SELECT b.printed FROM bases b WHERE b.domain = CASE WHEN t.typtype = 'd' THEN t.oid ELSE t.typelem END)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN spaces s ON s.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_type en ON en.typtype = 'e' AND en.oid = CASE WHEN t.typtype = 'e' THEN t.oid ELSE t.typelem END
  AND EXISTS (SELECT FROM spaces o WHERE o.oid = en.typnamespace)
  AND EXISTS (SELECT FROM pg_enum v WHERE v.enumtypid = en.oid)
LEFT JOIN spaces es ON es.oid = en.typnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum";

const CONSTRAINTS: &str = "
SELECT k.conrelid::bigint, k.contype::text, k.conname::text,
  (SELECT to_json(array_agg(a.attname ORDER BY p.place)) FROM unnest(k.conkey) WITH ORDINALITY AS p(number, place)
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number AND a.attnum > 0)::text,
  fs.namespace, f.relname::text,
  (SELECT to_json(array_agg(a.attname ORDER BY p.place)) FROM unnest(k.confkey) WITH ORDINALITY AS p(number, place)
     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number)::text,
  k.confdeltype::text, k.confupdtype::text, k.condeferrable, k.condeferred, pg_get_expr(k.conbin, k.conrelid),
  (SELECT to_json(array_agg(a.attname ORDER BY p.place))
     FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS p(number, place)
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number
     WHERE k.contype IN ('p', 'u') AND i.indexrelid = k.conindid AND i.indrelid = a.attrelid
       AND p.place > i.indnkeyatts)::text,
  pg_get_constraintdef(k.oid) LIKE 'UNIQUE NULLS NOT DISTINCT%',
  (SELECT to_json(array_agg(a.attname ORDER BY p.place))
     FROM jsonb_array_elements_text(CASE jsonb_typeof(to_jsonb(k) -> 'confdelsetcols')
       WHEN 'array' THEN to_jsonb(k) -> 'confdelsetcols' END) WITH ORDINALITY AS p(number, place)
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number::int)::text,
  k.confmatchtype = 'f', NOT k.convalidated, k.connoinherit AND k.contype = 'c'
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid AND NOT c.relispartition
JOIN spaces s ON s.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid
LEFT JOIN spaces fs ON fs.oid = f.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'c') AND k.conparentid = 0
  AND (k.contype <> 'f' OR (k.confdeltype IN ('a', 'r', 'c', 'n', 'd') AND k.confupdtype IN ('a', 'r', 'c', 'n', 'd')))
ORDER BY k.conrelid, k.conname";

/// Indexes that belong to no constraint. What the rule would choose is not told: an operator class of its own type, the
/// column's own collation.
const INDEXES: &str = "
SELECT i.indrelid::bigint, x.relname::text, m.amname::text, i.indisunique, pg_get_expr(i.indpred, i.indrelid),
  (SELECT json_agg(json_build_object('column', a.attname, 'definition', d.text, 'option', p.option,
       'collation', CASE
         WHEN a.attcollation IS DISTINCT FROM p.sorted AND a.attname IS NOT NULL THEN o.name
         WHEN a.attname IS NULL AND strpos(pg_get_indexdef(i.indexrelid), d.text || ' COLLATE ') > 0 THEN o.name END,
       'class', CASE WHEN NOT oc.opcdefault OR own.attoptions IS NOT NULL THEN
         CASE WHEN pg_opclass_is_visible(oc.oid) THEN '' ELSE quote_ident(cs.nspname) || '.' END
           || quote_ident(oc.opcname) || coalesce('(' || array_to_string(own.attoptions, ', ') || ')', '') END
       ) ORDER BY p.place)
     FROM unnest(i.indkey::int2[], i.indoption::int2[], i.indclass::oid[], i.indcollation::oid[])
       WITH ORDINALITY AS p(number, option, class, sorted, place)
     CROSS JOIN LATERAL (SELECT pg_get_indexdef(i.indexrelid, p.place::int, false)) AS d(text)
     JOIN pg_opclass oc ON oc.oid = p.class JOIN pg_namespace cs ON cs.oid = oc.opcnamespace
     JOIN pg_attribute own ON own.attrelid = i.indexrelid AND own.attnum = p.place
     LEFT JOIN collations o ON o.oid = p.sorted
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number
     WHERE p.place <= i.indnkeyatts)::text,
  (SELECT json_agg(a.attname ORDER BY p.place)
     FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS p(number, place)
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number WHERE p.place > i.indnkeyatts)::text,
  pg_get_indexdef(i.indexrelid) LIKE '% NULLS NOT DISTINCT%', array_to_string(x.reloptions, ', '), i.indisvalid
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
JOIN pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN spaces s ON s.oid = c.relnamespace
WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, x.relname";

const ENUMS: &str = "
SELECT s.namespace, t.typname::text, (SELECT coalesce(to_json(array_agg(e.enumlabel ORDER BY e.enumsortorder)), '[]')
  FROM pg_enum e WHERE e.enumtypid = t.oid)::text
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
WHERE t.typtype = 'e'
  AND NOT EXISTS (SELECT FROM extended e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)";

/// A table.
pub(crate) struct TableRow {
    pub(crate) oid: i64,
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
}

/// A column.
pub(crate) struct ColumnRow {
    pub(crate) table: i64,
    pub(crate) name: String,
    pub(crate) printed: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) identity: String,
    pub(crate) generated: String,
    pub(crate) owns_sequence: bool,
    pub(crate) collation: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) enum_namespace: Option<String>,
    pub(crate) enum_name: Option<String>,
    pub(crate) enum_array: bool,
    /// What the domain is made of, where the type is one or an array of one.
    pub(crate) base: Option<String>,
}

/// A constraint.
pub(crate) struct ConstraintRow {
    pub(crate) table: i64,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) target_namespace: Option<String>,
    pub(crate) target: String,
    pub(crate) references: Vec<String>,
    pub(crate) on_delete: String,
    pub(crate) on_update: String,
    pub(crate) deferrable: bool,
    pub(crate) deferred: bool,
    pub(crate) expression: Option<String>,
    pub(crate) include: Vec<String>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) on_delete_sets: Vec<String>,
    pub(crate) match_full: bool,
    pub(crate) not_valid: bool,
    pub(crate) no_inherit: bool,
}

/// An index.
pub(crate) struct IndexRow {
    pub(crate) table: i64,
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) unique: bool,
    pub(crate) predicate: Option<String>,
    pub(crate) parts: Vec<PartRow>,
    pub(crate) include: Vec<String>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) parameters: Option<String>,
    pub(crate) valid: bool,
}

/// A part of an index.
#[derive(serde::Deserialize)]
pub(crate) struct PartRow {
    pub(crate) column: Option<String>,
    pub(crate) definition: String,
    /// `indoption`
    pub(crate) option: i64,
    pub(crate) collation: Option<String>,
    pub(crate) class: Option<String>,
}

/// An enum type.
pub(crate) struct EnumRow {
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
}

/// Everything that a model can say, in five queries.
pub(crate) struct Catalog {
    pub(crate) tables: Vec<TableRow>,
    pub(crate) columns: Vec<ColumnRow>,
    pub(crate) constraints: Vec<ConstraintRow>,
    pub(crate) indexes: Vec<IndexRow>,
    pub(crate) enums: Vec<EnumRow>,
}

/// Asks the catalogs.
pub(crate) async fn read(connection: &mut Connection) -> Result<Catalog> {
    Ok(Catalog {
        tables: ask(connection, TABLES, read_table).await?,
        columns: ask(connection, COLUMNS, read_column).await?,
        constraints: ask(connection, CONSTRAINTS, read_constraint).await?,
        indexes: ask(connection, INDEXES, read_index).await?,
        enums: ask(connection, ENUMS, read_enum).await?,
    })
}

pub(super) async fn ask<T: Send + 'static>(
    connection: &mut Connection,
    query: &str,
    read: fn(&mut Reader<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    connection.rows(&format!("{SCHEMAS}{query}"), Vec::new(), read).await
}

pub(super) fn text(row: &mut Reader<'_>) -> Result<String> {
    Ok(optional(row)?.unwrap_or_default())
}

pub(super) fn optional(row: &mut Reader<'_>) -> Result<Option<String>> {
    Ok(row.text()?.map(|text| text.into_owned()))
}

pub(super) fn flag(row: &mut Reader<'_>) -> Result<bool> {
    Ok(row.bool()?.unwrap_or_default())
}

fn number(row: &mut Reader<'_>) -> Result<i64> {
    Ok(row.i64()?.unwrap_or_default())
}

pub(super) fn list<T: serde::de::DeserializeOwned>(row: &mut Reader<'_>) -> Result<Vec<T>> {
    let Some(json) = row.text()? else { return Ok(Vec::new()) };
    serde_json::from_str(&json).map_err(|error| {
        orm_core::Error::invalid_value("a list of the catalogs is not readable").with_source(error)
    })
}

fn read_table(row: &mut Reader<'_>) -> Result<TableRow> {
    Ok(TableRow { oid: number(row)?, namespace: optional(row)?, name: text(row)?, comment: optional(row)? })
}

fn read_column(row: &mut Reader<'_>) -> Result<ColumnRow> {
    Ok(ColumnRow {
        table: number(row)?,
        name: text(row)?,
        printed: text(row)?,
        not_null: flag(row)?,
        default: optional(row)?,
        identity: text(row)?,
        generated: text(row)?,
        owns_sequence: flag(row)?,
        collation: optional(row)?,
        comment: optional(row)?,
        enum_namespace: optional(row)?,
        enum_name: optional(row)?,
        enum_array: flag(row)?,
        base: optional(row)?,
    })
}

fn read_constraint(row: &mut Reader<'_>) -> Result<ConstraintRow> {
    Ok(ConstraintRow {
        table: number(row)?,
        kind: text(row)?,
        name: text(row)?,
        columns: list(row)?,
        target_namespace: optional(row)?,
        target: text(row)?,
        references: list(row)?,
        on_delete: text(row)?,
        on_update: text(row)?,
        deferrable: flag(row)?,
        deferred: flag(row)?,
        expression: optional(row)?,
        include: list(row)?,
        nulls_not_distinct: flag(row)?,
        on_delete_sets: list(row)?,
        match_full: flag(row)?,
        not_valid: flag(row)?,
        no_inherit: flag(row)?,
    })
}

fn read_index(row: &mut Reader<'_>) -> Result<IndexRow> {
    Ok(IndexRow {
        table: number(row)?,
        name: text(row)?,
        method: text(row)?,
        unique: flag(row)?,
        predicate: optional(row)?,
        parts: list(row)?,
        include: list(row)?,
        nulls_not_distinct: flag(row)?,
        parameters: optional(row)?,
        valid: flag(row)?,
    })
}

fn read_enum(row: &mut Reader<'_>) -> Result<EnumRow> {
    Ok(EnumRow { namespace: optional(row)?, name: text(row)?, labels: list(row)? })
}

/// Functions whose body is a text; what belongs to an extension is its own business. A new body of SQL's standard is read
/// when it is made, and known by what it needs.
pub(crate) const BODIES: &str = "\
SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || p.oid::regprocedure, p.prosrc,
  coalesce((SELECT string_agg(DISTINCT t.relname, ',') FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE g.tgfoid = p.oid), '')
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE l.lanname NOT IN ('c', 'internal') AND p.prosqlbody IS NULL AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND p.proname NOT LIKE '\\_orm\\_sync\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1";
