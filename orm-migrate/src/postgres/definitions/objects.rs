//! Schemas, extensions, types, operators, text search, sequences.

/// Each query with the catalog of its objects.
pub(super) const QUERIES: &[(&str, &str)] = &[
    ("pg_namespace", SCHEMAS),
    ("pg_extension", EXTENSIONS),
    ("pg_collation", COLLATIONS),
    ("pg_type", TYPES),
    ("pg_type", DOMAINS),
    ("pg_type", COMPOSITES),
    ("pg_type", RANGES),
    ("pg_operator", OPERATORS),
    ("pg_cast", CASTS),
    ("pg_ts_dict", DICTIONARIES),
    ("pg_ts_config", CONFIGURATIONS),
    ("pg_class", SEQUENCES),
    ("pg_opclass", "SELECT o.oid, 'operator class', format('%I.%I', s.nspname, o.opcname), NULL, NULL
       FROM pg_opclass o JOIN spaces s ON s.oid = o.opcnamespace"),
    ("pg_opfamily", "SELECT o.oid, 'operator family', format('%I.%I', s.nspname, o.opfname), NULL, NULL
       FROM pg_opfamily o JOIN spaces s ON s.oid = o.opfnamespace"),
    ("pg_ts_parser", "SELECT p.oid, 'text search parser', format('%I.%I', s.nspname, p.prsname), NULL, NULL
       FROM pg_ts_parser p JOIN spaces s ON s.oid = p.prsnamespace"),
    ("pg_ts_template", "SELECT t.oid, 'text search template', format('%I.%I', s.nspname, t.tmplname), NULL, NULL
       FROM pg_ts_template t JOIN spaces s ON s.oid = t.tmplnamespace"),
    ("pg_conversion", "SELECT c.oid, 'conversion', format('%I.%I', s.nspname, c.conname), NULL, NULL
       FROM pg_conversion c JOIN spaces s ON s.oid = c.connamespace"),
    ("pg_language", "SELECT l.oid, 'language', quote_ident(l.lanname), NULL, NULL FROM pg_language l WHERE l.oid >= 16384"),
    ("pg_transform", "SELECT t.oid, 'transform', format('of %s for %I', format_type(t.trftype, NULL), l.lanname), NULL, NULL
       FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang"),
    ("pg_am", "SELECT a.oid, 'access method', quote_ident(a.amname), format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname,
       CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, a.amhandler), NULL FROM pg_am a WHERE a.oid >= 16384"),
    ("pg_foreign_data_wrapper", "SELECT w.oid, 'foreign data wrapper', quote_ident(w.fdwname), NULL, NULL
       FROM pg_foreign_data_wrapper w"),
    ("pg_foreign_server", "SELECT v.oid, 'foreign server', quote_ident(v.srvname), NULL, NULL FROM pg_foreign_server v"),
    ("pg_user_mapping", "SELECT m.umid, 'user mapping', format('of %I for %I', m.usename, m.srvname), NULL, NULL
       FROM pg_user_mappings m"),
    ("pg_class", "SELECT c.oid, 'foreign table', format('%I.%I', s.nspname, c.relname), NULL, NULL
       FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace WHERE c.relkind = 'f'"),
    ("pg_publication", "SELECT p.oid, 'publication', quote_ident(p.pubname), NULL, NULL FROM pg_publication p"),
];

/// Every database begins with `public` and its comment; with another comment it is an object like any.
const SCHEMAS: &str = "
SELECT s.oid, 'schema', quote_ident(s.nspname), format('CREATE SCHEMA IF NOT EXISTS %I', s.nspname), NULL
FROM spaces s WHERE s.nspname <> 'public' OR obj_description(s.oid, 'pg_namespace') <> 'standard public schema'";

/// Not those that every database begins with. An extension that makes its schema itself takes no other.
const EXTENSIONS: &str = "
SELECT x.oid, 'extension', quote_ident(x.extname), format('CREATE EXTENSION IF NOT EXISTS %I%s', x.extname,
  CASE WHEN EXISTS (SELECT FROM spaces s WHERE s.oid = x.extnamespace) AND NOT EXISTS (SELECT FROM extended e
    WHERE e.classid = 'pg_namespace'::regclass AND e.objid = x.extnamespace) THEN format(' WITH SCHEMA %s', x.extnamespace::regnamespace)
  ELSE '' END), NULL
FROM pg_extension x WHERE x.oid >= 16384";

/// The columns of the locale have another name in each of PostgreSQL 14, 15 and 17.
const COLLATIONS: &str = "
SELECT c.oid, 'collation', format('%I.%I', s.nspname, c.collname), format('CREATE COLLATION %I.%I (%s)', s.nspname, c.collname,
  concat_ws(', ', 'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
    CASE WHEN c.collprovider <> 'c' THEN 'locale = '
      || quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'collcollate'))
    ELSE format('lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype) END,
    'rules = ' || quote_literal(to_jsonb(c) ->> 'collicurules'),
    CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END)), NULL
FROM pg_collation c JOIN spaces s ON s.oid = c.collnamespace";

/// Enums, and what only C can make; the array of a type comes with it.
const TYPES: &str = "
SELECT t.oid, CASE t.typtype WHEN 'e' THEN 'type' ELSE 'base type' END, format('%I.%I', s.nspname, t.typname),
  CASE t.typtype WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s)', s.nspname, t.typname,
    (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)) END,
  NULL
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace
WHERE t.typtype = 'e' OR (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type o WHERE o.typarray = t.oid))";

/// A check that holds only from now on cannot stand inside.
const DOMAINS: &str = "
SELECT t.oid, 'domain', format('%I.%I', s.nspname, t.typname), concat_ws(' ',
    format('CREATE DOMAIN %I.%I AS %s', s.nspname, t.typname, format_type(t.typbasetype, t.typtypmod)),
    CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || (SELECT k.name FROM collations k WHERE k.oid = t.typcollation) END,
    'DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault), CASE WHEN t.typnotnull THEN 'NOT NULL' END,
    (SELECT string_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ' ' ORDER BY k.conname)
     FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated)),
  (SELECT json_agg(format('ALTER DOMAIN %I.%I ADD CONSTRAINT %I %s', s.nspname, t.typname, k.conname,
       pg_get_constraintdef(k.oid)) ORDER BY k.conname)
   FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND NOT k.convalidated)
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd'";

const COMPOSITES: &str = "
SELECT t.oid, 'composite type', format('%I.%I', s.nspname, t.typname), format('CREATE TYPE %I.%I AS (%s)', s.nspname, t.typname,
  (SELECT string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || (SELECT k.name FROM collations k WHERE k.oid = a.attcollation) ELSE '' END), ', ' ORDER BY a.attnum)
   FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
   WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)), NULL
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'";

/// A range with a function that makes its values canonical needs the range before it is there.
const RANGES: &str = "
SELECT t.oid, 'range type', format('%I.%I', s.nspname, t.typname), CASE WHEN r.rngcanonical::oid = 0 THEN
  format('CREATE TYPE %I.%I AS RANGE (%s)', s.nspname, t.typname, concat_ws(', ',
    'subtype = ' || format_type(r.rngsubtype, NULL),
    CASE WHEN NOT o.opcdefault THEN format('subtype_opclass = %s.%I', o.opcnamespace::regnamespace, o.opcname) END,
    CASE WHEN r.rngcollation <> b.typcollation THEN 'collation = ' || (SELECT k.name FROM collations k WHERE k.oid = r.rngcollation) END,
    CASE WHEN r.rngsubdiff::oid <> 0 THEN 'subtype_diff = ' || r.rngsubdiff END,
    (SELECT format('multirange_type_name = %s.%I', m.typnamespace::regnamespace, m.typname)
     FROM pg_type m WHERE m.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid))) END, NULL
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN spaces s ON s.oid = t.typnamespace
JOIN pg_opclass o ON o.oid = r.rngsubopc JOIN pg_type b ON b.oid = r.rngsubtype";

/// A commutator or negator that is not there yet is made by its name, and filled later (sql-createoperator.html).
const OPERATORS: &str = "
SELECT o.oid, 'operator', format('%I.%s(%s)', s.nspname, o.oprname, concat_ws(', ', l, r)),
  format('CREATE OPERATOR %I.%s (%s)', s.nspname, o.oprname, concat_ws(', ', 'FUNCTION = ' || o.oprcode,
    'LEFTARG = ' || l, 'RIGHTARG = ' || r,
    (SELECT format('COMMUTATOR = OPERATOR(%s.%s)', p.oprnamespace::regnamespace, p.oprname) FROM pg_operator p WHERE p.oid = o.oprcom),
    (SELECT format('NEGATOR = OPERATOR(%s.%s)', p.oprnamespace::regnamespace, p.oprname) FROM pg_operator p WHERE p.oid = o.oprnegate),
    CASE WHEN o.oprrest::oid <> 0 THEN 'RESTRICT = ' || o.oprrest END, CASE WHEN o.oprjoin::oid <> 0 THEN 'JOIN = ' || o.oprjoin END,
    CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END)), NULL
FROM pg_operator o JOIN spaces s ON s.oid = o.oprnamespace, LATERAL (SELECT
  CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END, CASE WHEN o.oprright <> 0 THEN format_type(o.oprright, NULL) END
) AS arguments(l, r)
WHERE o.oprcode::oid <> 0";

/// That of a range to its multirange comes with the range.
const CASTS: &str = "
SELECT c.oid, 'cast', format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)),
  format('CREATE CAST (%s AS %s) %s%s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL),
    CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
    CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END), NULL
FROM pg_cast c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
  WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')";

const DICTIONARIES: &str = "
SELECT d.oid, 'text search dictionary', format('%I.%I', s.nspname, d.dictname),
  format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %s.%I%s)', s.nspname, d.dictname, t.tmplnamespace::regnamespace,
    t.tmplname, coalesce(', ' || d.dictinitoption, '')), NULL
FROM pg_ts_dict d JOIN spaces s ON s.oid = d.dictnamespace JOIN pg_ts_template t ON t.oid = d.dicttemplate";

const CONFIGURATIONS: &str = "
SELECT c.oid, 'text search configuration', format('%I.%I', s.nspname, c.cfgname),
  format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %s.%I)', s.nspname, c.cfgname, p.prsnamespace::regnamespace, p.prsname),
  (SELECT json_agg(format('ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %s WITH %s', s.nspname, c.cfgname, m.tokens,
       m.dictionaries) ORDER BY m.tokens)
   FROM (SELECT string_agg(t.alias, ', ' ORDER BY t.tokid) AS tokens, one.dictionaries
     FROM (SELECT maptokentype, string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno) AS dictionaries
       FROM pg_ts_config_map WHERE mapcfg = c.oid GROUP BY maptokentype) AS one
     JOIN ts_token_type(c.cfgparser) AS t ON t.tokid = one.maptokentype GROUP BY one.dictionaries) AS m)
FROM pg_ts_config c JOIN spaces s ON s.oid = c.cfgnamespace JOIN pg_ts_parser p ON p.oid = c.cfgparser";

/// Those of identity columns come with their tables; those that belong to another column are known by their kind.
const SEQUENCES: &str = "
SELECT c.oid, CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
    AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a') THEN 'sequence of a column' ELSE 'sequence' END, format('%I.%I', s.nspname, c.relname), concat_ws(' ',
    format('CREATE %sSEQUENCE %I.%I', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, s.nspname, c.relname),
    CASE WHEN q.seqtypid <> 'bigint'::regtype THEN 'AS ' || format_type(q.seqtypid, NULL) END,
    CASE WHEN q.seqincrement <> 1 THEN 'INCREMENT BY ' || q.seqincrement END,
    CASE WHEN q.seqmin <> b.least THEN 'MINVALUE ' || q.seqmin END, CASE WHEN q.seqmax <> b.most THEN 'MAXVALUE ' || q.seqmax END,
    CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END THEN 'START WITH ' || q.seqstart END,
    CASE WHEN q.seqcache <> 1 THEN 'CACHE ' || q.seqcache END, CASE WHEN q.seqcycle THEN 'CYCLE' END), NULL
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = c.oid,
  LATERAL (SELECT CASE q.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647
    ELSE 9223372036854775807 END AS top) AS t,
  LATERAL (SELECT CASE WHEN q.seqincrement > 0 THEN 1 ELSE -t.top - 1 END, CASE WHEN q.seqincrement > 0 THEN t.top ELSE -1 END)
    AS b(least, most)
WHERE NOT EXISTS (SELECT FROM pg_depend d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i')";
