//! What stands beside tables: constraints, partitions, indexes, views, rules, triggers, policies, statistics.
//!
//! Keys of a partitioned table and of its partitions are statements of their own, each with its own name, and so are
//! indexes: made on the parent alone (`ON ONLY`), they take their parts up one by one.

/// Each query with the catalog of its objects.
pub(super) const QUERIES: &[(&str, &str)] = &[
    ("pg_constraint", CONSTRAINTS),
    ("pg_inherits", PARTITIONS),
    ("pg_index", INDEX_PARTITIONS),
    ("pg_class", INDEXES),
    ("pg_constraint", FOREIGN_KEYS),
    ("pg_class", VIEWS),
    ("pg_rewrite", RULES),
    ("pg_trigger", TRIGGERS),
    ("pg_policy", POLICIES),
    ("pg_statistic_ext", STATISTICS),
    ("pg_event_trigger", EVENT_TRIGGERS),
];

/// Those that cannot stand inside their table: keys with partitions, and checks that hold only from now on.
const CONSTRAINTS: &str = "
SELECT k.oid, CASE k.contype WHEN 'c' THEN 'check' ELSE 'constraint' END, format('%I.%I.%I', s.nspname, c.relname, k.conname),
  format('ALTER TABLE %s%I.%I ADD CONSTRAINT %I %s', CASE k.contype WHEN 'c' THEN '' ELSE 'ONLY ' END, s.nspname, c.relname,
    k.conname, pg_get_constraintdef(k.oid)), NULL
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN spaces s ON s.oid = c.relnamespace
WHERE c.relname !~ '^_orm_' AND ((k.contype IN ('p', 'u', 'x') AND (c.relkind = 'p' OR c.relispartition))
  OR (k.contype = 'c' AND NOT k.convalidated AND k.conislocal))";

const PARTITIONS: &str = "
SELECT c.oid, 'partition', format('%I.%I', s.nspname, c.relname), format('ALTER TABLE ONLY %s ATTACH PARTITION %I.%I %s',
  i.inhparent::regclass, s.nspname, c.relname, pg_get_expr(c.relpartbound, c.oid)), NULL
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relispartition AND c.relkind IN ('r', 'p')";

const INDEX_PARTITIONS: &str = "
SELECT c.oid, 'partition of an index', format('%I.%I', s.nspname, c.relname), format('ALTER INDEX %s ATTACH PARTITION %I.%I',
  i.inhparent::regclass, s.nspname, c.relname), NULL
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relispartition AND c.relkind IN ('i', 'I')";

/// Those that belong to no constraint. One that was never finished is nothing to be made again.
const INDEXES: &str = "
SELECT x.oid, CASE WHEN NOT i.indisvalid AND x.relkind = 'i' THEN 'invalid index' WHEN c.relkind = 'm' THEN 'index of a view'
    ELSE 'index' END,
  format('%I.%I', s.nspname, x.relname), CASE WHEN i.indisvalid OR x.relkind = 'I' THEN pg_get_indexdef(x.oid) END, NULL
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN spaces s ON s.oid = c.relnamespace
WHERE c.relname !~ '^_orm_' AND NOT EXISTS (SELECT FROM pg_constraint k
  WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))";

/// That of a partition comes with its parent's, unless it has a name of its own.
const FOREIGN_KEYS: &str = "
SELECT k.oid, 'foreign key', format('%I.%I.%I', s.nspname, c.relname, k.conname), format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s',
  s.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)), NULL
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN spaces s ON s.oid = c.relnamespace
LEFT JOIN pg_constraint p ON p.oid = k.conparentid
WHERE k.contype = 'f' AND (p.oid IS NULL OR (p.conrelid <> k.conrelid AND p.conname <> k.conname))";

const VIEWS: &str = "
SELECT c.oid, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, format('%I.%I', s.nspname, c.relname),
  format(E'CREATE %s %I.%I%s%s AS\\n%s%s', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, s.nspname, c.relname,
    CASE WHEN m.amname <> 'heap' THEN format(' USING %I', m.amname) ELSE '' END,
    ' WITH (' || (SELECT string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ')
      FROM unnest(c.reloptions) AS o) || ')',
    rtrim(pg_get_viewdef(c.oid), ';'), CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN E'\\nWITH NO DATA' ELSE '' END),
  (SELECT json_agg(format('ALTER VIEW %I.%I ALTER COLUMN %I SET DEFAULT %s', s.nspname, c.relname, a.attname,
       pg_get_expr(d.adbin, d.adrelid)) ORDER BY a.attnum)
   FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = c.oid)
FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace LEFT JOIN pg_am m ON m.oid = c.relam
WHERE c.relkind IN ('v', 'm')";

const RULES: &str = "
SELECT r.oid, 'rule', format('%I on %I.%I', r.rulename, s.nspname, c.relname), rtrim(pg_get_ruledef(r.oid), ';'),
  CASE WHEN r.ev_enabled <> 'O' THEN json_build_array(format('ALTER TABLE %I.%I %s RULE %I', s.nspname, c.relname,
    CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, r.rulename)) END
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN spaces s ON s.oid = c.relnamespace
WHERE r.rulename <> '_RETURN'";

/// That of a partition comes with its parent's (`tgparentid`, since PostgreSQL 13; internal before).
const TRIGGERS: &str = "
SELECT t.oid, 'trigger', format('%I on %I.%I', t.tgname, s.nspname, c.relname), pg_get_triggerdef(t.oid),
  CASE WHEN t.tgenabled <> 'O' THEN json_build_array(format('ALTER TABLE %I.%I %s TRIGGER %I', s.nspname, c.relname,
    CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)) END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN spaces s ON s.oid = c.relnamespace
WHERE NOT t.tgisinternal AND coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0'";

const POLICIES: &str = "
SELECT p.oid, 'policy', format('%I on %I.%I', p.polname, s.nspname, c.relname), concat_ws(' ',
  format('CREATE POLICY %I ON %I.%I', p.polname, s.nspname, c.relname), CASE WHEN NOT p.polpermissive THEN 'AS RESTRICTIVE' END,
  CASE p.polcmd WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE' WHEN 'd' THEN 'FOR DELETE' END,
  'TO ' || (SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)),
  'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'), NULL
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN spaces s ON s.oid = c.relnamespace";

const STATISTICS: &str = "
SELECT e.oid, 'statistics', format('%I.%I', s.nspname, e.stxname), pg_get_statisticsobjdef(e.oid),
  CASE WHEN (to_jsonb(e) ->> 'stxstattarget')::int >= 0 THEN json_build_array(format('ALTER STATISTICS %I.%I SET STATISTICS %s',
    s.nspname, e.stxname, to_jsonb(e) ->> 'stxstattarget')) END
FROM pg_statistic_ext e JOIN spaces s ON s.oid = e.stxnamespace";

const EVENT_TRIGGERS: &str = "
SELECT t.oid, 'event trigger', quote_ident(t.evtname), concat_ws(' ', format('CREATE EVENT TRIGGER %I ON %s', t.evtname, t.evtevent),
    'WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ') FROM unnest(t.evttags) AS tag) || ')',
    format('EXECUTE FUNCTION %s()', t.evtfoid::regproc)),
  CASE WHEN t.evtenabled <> 'O' THEN json_build_array(format('ALTER EVENT TRIGGER %I %s', t.evtname,
    CASE t.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END)) END
FROM pg_event_trigger t";
