//! Functions, procedures and aggregates.

/// Each query with the catalog of its objects.
pub(super) const QUERIES: &[(&str, &str)] = &[("pg_proc", ROUTINES), ("pg_proc", AGGREGATES)];

/// Those of a range type come with it.
const ROUTINES: &str = "
SELECT p.oid, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
  format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), pg_get_functiondef(p.oid), NULL
FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
WHERE p.prokind <> 'a' AND NOT EXISTS (SELECT FROM pg_depend d
  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')";

/// `finalfunc_modify` is `s` for ordered-set aggregates unless told otherwise, `r` for all others.
const AGGREGATES: &str = "
SELECT p.oid, 'aggregate', format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
  format('CREATE AGGREGATE %I.%I(%s) (%s)', s.nspname, p.proname,
    CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END, concat_ws(', ',
      'SFUNC = ' || a.aggtransfn, 'STYPE = ' || format_type(a.aggtranstype, NULL),
      CASE WHEN a.aggtransspace <> 0 THEN 'SSPACE = ' || a.aggtransspace END,
      CASE WHEN a.aggfinalfn::oid <> 0 THEN 'FINALFUNC = ' || a.aggfinalfn END,
      CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
      CASE WHEN a.aggfinalmodify <> u.usual THEN 'FINALFUNC_MODIFY = ' || (m.words ->> a.aggfinalmodify::text) END,
      CASE WHEN a.aggcombinefn::oid <> 0 THEN 'COMBINEFUNC = ' || a.aggcombinefn END,
      CASE WHEN a.aggserialfn::oid <> 0 THEN 'SERIALFUNC = ' || a.aggserialfn END,
      CASE WHEN a.aggdeserialfn::oid <> 0 THEN 'DESERIALFUNC = ' || a.aggdeserialfn END,
      'INITCOND = ' || quote_literal(a.agginitval),
      CASE WHEN a.aggmtransfn::oid <> 0 THEN 'MSFUNC = ' || a.aggmtransfn END,
      CASE WHEN a.aggminvtransfn::oid <> 0 THEN 'MINVFUNC = ' || a.aggminvtransfn END,
      CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END,
      CASE WHEN a.aggmtransspace <> 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
      CASE WHEN a.aggmfinalfn::oid <> 0 THEN 'MFINALFUNC = ' || a.aggmfinalfn END,
      CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
      CASE WHEN a.aggmfinalfn::oid <> 0 AND a.aggmfinalmodify <> u.usual
        THEN 'MFINALFUNC_MODIFY = ' || (m.words ->> a.aggmfinalmodify::text) END,
      'MINITCOND = ' || quote_literal(a.aggminitval),
      (SELECT format('SORTOP = OPERATOR(%s.%s)', o.oprnamespace::regnamespace, o.oprname) FROM pg_operator o WHERE o.oid = a.aggsortop),
      CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
      CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END)), NULL
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN spaces s ON s.oid = p.pronamespace,
  LATERAL (SELECT CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 's' END) AS u(usual),
  LATERAL (SELECT '{\"r\": \"READ_ONLY\", \"s\": \"SHAREABLE\", \"w\": \"READ_WRITE\"}'::json) AS m(words)";
