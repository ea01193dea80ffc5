//! The golden plans run on SQLite, with rows in place.

use std::collections::BTreeMap;

use orm_migrate::{Dialect, DiffOptions, Plan, Step, diff, normalise, plan, step::Reverse};
use orm_schema::{Column, ColumnDefault, ColumnType, Schema, Table};
use rusqlite::{Connection, types::Value};

use crate::golden::{Case, cases, cases_of_sqlite};

/// A row by its rowid, or by its place where there is none.
type Rows = Vec<BTreeMap<String, String>>;

fn open() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    connection
}

/// Runs statements as whoever deploys runs them: foreign keys off before the transaction begins.
fn run<'a>(connection: &Connection, statements: impl Iterator<Item = &'a String>) {
    connection.execute_batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE").unwrap();
    for sql in statements {
        connection.execute_batch(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
    connection.execute_batch("COMMIT; PRAGMA foreign_keys = ON").unwrap();
}

pub(crate) fn up(connection: &Connection, plan: &Plan) {
    run(connection, plan.steps.iter().flat_map(|step| &step.sql));
    let broken = texts(connection, "SELECT \"table\" FROM pragma_foreign_key_check");
    assert!(broken.is_empty(), "foreign keys broken in {broken:?}");
}

/// The rows of a dropped table do not come back, so nothing is said of foreign keys here.
pub(crate) fn down(connection: &Connection, plan: &Plan) {
    let undo = plan.steps.iter().rev().map(|step| match &step.reverse {
        Reverse::By(undo) => &undo.sql,
        Reverse::Never { why } => panic!("{why}"),
    });
    run(connection, undo.flatten());
}

pub(crate) fn plan_between(from: &Schema, to: &Schema) -> Plan {
    let changes = diff(Dialect::Sqlite, from, to, &DiffOptions::default()).changes;
    plan(Dialect::Sqlite, from, to, &changes).unwrap()
}

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn tables(connection: &Connection) -> Vec<String> {
    texts(
        connection,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
}

/// What the database knows of its tables, without the order of columns and the names that SQLite gives away.
pub(crate) fn facts(connection: &Connection) -> Vec<String> {
    let queries = [
        "SELECT format('table %s strict %d wr %d', name, strict, wr) FROM pragma_table_list \
         WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
        "SELECT format('column %s.%s %s %d %s %d', t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk) \
         FROM sqlite_schema t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
        "SELECT format('key %s %s.%s %s %s %s', t.name, k.\"table\", k.\"to\", k.\"from\", k.on_delete, k.on_update) \
         FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'",
        "SELECT format('index %s %s %d %s %s %d', t.name, iif(i.origin = 'c', i.name, i.origin), i.\"unique\", \
         x.seqno, x.name, x.\"desc\") FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) x \
         WHERE t.type = 'table' AND x.key",
    ];
    let mut facts: Vec<String> = queries.iter().flat_map(|query| texts(connection, query)).collect();
    let checks = texts(connection, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL");
    facts.extend(checks.iter().flat_map(|sql| checks_in(sql)));
    facts.sort();
    facts
}

/// The CHECK clauses of a CREATE TABLE, wherever they stand in it.
fn checks_in(sql: &str) -> Vec<String> {
    let mut checks = Vec::new();
    for (at, _) in sql.match_indices("CHECK (") {
        let mut depth = 0;
        let end = sql[at..].find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ')' && depth == 0
        });
        // A rename writes quotes around the name.
        checks.push(sql[at..at + end.unwrap()].replace('"', ""));
    }
    checks
}

fn rows(connection: &Connection, table: &str) -> Rows {
    let quoted = Dialect::Sqlite.quote(table);
    let with_rowid = format!("SELECT rowid AS \"(rowid)\", * FROM {quoted} ORDER BY 1");
    let mut statement = match connection.prepare(&with_rowid) {
        Ok(statement) => statement,
        Err(_) => connection.prepare(&format!("SELECT * FROM {quoted} ORDER BY 1")).unwrap(),
    };
    let names: Vec<String> = statement.column_names().iter().map(|name| (*name).to_owned()).collect();
    let found = statement.query_map([], |row| {
        let value = |at| row.get::<_, Value>(at).map(|value| format!("{value:?}"));
        names.iter().enumerate().map(|(at, name)| Ok((name.clone(), value(at)?))).collect()
    });
    found.unwrap().map(Result::unwrap).collect()
}

/// A database made at once, without rows.
pub(crate) fn made(schema: &Schema) -> Connection {
    let connection = open();
    up(&connection, &plan_between(&Schema::default(), schema));
    connection
}

fn all_rows(connection: &Connection) -> BTreeMap<String, Rows> {
    tables(connection).into_iter().map(|name| (name.clone(), rows(connection, &name))).collect()
}

/// The database before the change, with its rows.
fn prepared(case: &Case) -> (Connection, Schema, Schema) {
    let (before, after) = case.schemas(Dialect::Sqlite);
    let connection = made(&before);
    connection.execute_batch(&case.rows()).unwrap_or_else(|error| panic!("{}: {error}", case.name()));
    (connection, before, after)
}

#[test]
fn a_plan_that_ran_leaves_what_a_fresh_start_makes_and_the_way_back_leads_back() {
    for case in cases_of_sqlite() {
        let (connection, before, after) = prepared(&case);
        let start = facts(&connection);
        let plan = case.plan(Dialect::Sqlite);
        up(&connection, &plan);
        assert_eq!(facts(&connection), facts(&made(&after)), "{}: up", case.name());
        // What does not come back may be in the way of going back, so that is tried without rows.
        let empty = made(&before);
        up(&empty, &plan);
        down(&empty, &plan);
        assert_eq!(facts(&empty), start, "{}: down", case.name());
    }
}

#[test]
fn the_way_back_that_loses_nothing_leads_back_to_the_same_rows() {
    let mut tried = 0;
    for case in cases_of_sqlite() {
        let (connection, _, _) = prepared(&case);
        let plan = case.plan(Dialect::Sqlite);
        let loses = |step: &Step| matches!(&step.reverse, Reverse::By(undo) if undo.loses.is_some());
        if plan.steps.iter().any(loses) {
            continue;
        }
        let start = all_rows(&connection);
        up(&connection, &plan);
        down(&connection, &plan);
        assert_eq!(all_rows(&connection), start, "{}", case.name());
        tried += usize::from(start.values().any(|rows| !rows.is_empty()));
    }
    assert!(tried > 10, "only {tried} plans with rows lose nothing");
}

#[test]
fn tables_with_rows_in_a_circle_are_dropped_on_the_way_back() {
    let case = cases().into_iter().find(|case| case.name() == "create_tables_in_a_circle").unwrap();
    let (connection, _, _) = prepared(&case);
    let plan = case.plan(Dialect::Sqlite);
    up(&connection, &plan);
    connection
        .execute_batch(
            "INSERT INTO a (id) VALUES (1); INSERT INTO c (id, a_id) VALUES (1, 1); INSERT INTO b (id, c_id) VALUES (1, 1);
             UPDATE a SET b_id = 1",
        )
        .unwrap();
    down(&connection, &plan);
    assert!(tables(&connection).is_empty());
}

#[test]
fn the_text_of_a_plan_runs_as_its_steps_do() {
    for case in cases_of_sqlite() {
        let (one, _, _) = prepared(&case);
        let (other, _, _) = prepared(&case);
        let plan = case.plan(Dialect::Sqlite);
        up(&one, &plan);
        let statements = Dialect::Sqlite.split(&plan.up_sql()).unwrap();
        run(&other, statements.iter().map(|statement| &statement.text));
        assert_eq!(facts(&one), facts(&other), "{}", case.name());
    }
}

#[test]
fn values_that_no_change_concerns_stay_what_they_were() {
    for case in cases_of_sqlite() {
        let (connection, _, _) = prepared(&case);
        let before = all_rows(&connection);
        up(&connection, &case.plan(Dialect::Sqlite));
        for (table, old) in before {
            if !tables(&connection).contains(&table) {
                continue;
            }
            let new = rows(&connection, &table);
            assert_eq!(new.len(), old.len(), "{}: {table}", case.name());
            for (old, new) in old.iter().zip(&new) {
                let changed =
                    old.iter().filter(|(column, value)| new.get(*column).is_some_and(|now| now != *value));
                let changed: Vec<_> =
                    changed.filter(|(column, _)| !is_retyped(&case, &table, column)).collect();
                assert!(changed.is_empty(), "{}: {table}: {changed:?} in {new:?}", case.name());
            }
        }
    }
}

fn is_retyped(case: &Case, table: &str, column: &str) -> bool {
    let (before, after) = case.schemas(Dialect::Sqlite);
    let key = |schema: &Schema| schema.table(&table.into()).map(|table| table.primary_key.clone());
    if column == "(rowid)" {
        return key(&before) != key(&after);
    }
    let ty = |schema: &Schema| {
        let found = schema.table(&table.into())?.column(&column.into())?;
        Some((found.column_type.clone(), found.generated.clone()))
    };
    ty(&before) != ty(&after)
}

#[test]
fn the_autoincrement_counter_survives_a_rebuild() {
    let case = cases().into_iter().find(|case| case.name() == "autoincrement_is_kept").unwrap();
    let (connection, _, _) = prepared(&case);
    let plan = case.plan(Dialect::Sqlite);
    assert!(plan.steps[0].rebuild.is_some());
    up(&connection, &plan);
    connection.execute_batch("INSERT INTO users (email) VALUES ('new@x')").unwrap();
    assert_eq!(connection.last_insert_rowid(), 8, "the key 7 was given once and its row is gone");
}

#[test]
fn a_rebuild_deletes_no_children_and_leaves_other_tables_views_alone() {
    let case = cases().into_iter().find(|case| case.name() == "many_changes_of_one_table").unwrap();
    let (connection, _, _) = prepared(&case);
    connection.execute_batch("CREATE VIEW mails AS SELECT email FROM users").unwrap();
    up(&connection, &case.plan(Dialect::Sqlite));
    assert_eq!(rows(&connection, "kids").len(), 1, "ON DELETE CASCADE did not run");
    assert_eq!(texts(&connection, "SELECT email FROM mails ORDER BY 1"), ["ann@x", "bob@x"]);
    let referenced = texts(&connection, "SELECT \"table\" FROM pragma_foreign_key_list('kids')");
    assert_eq!(referenced, ["users"], "the foreign key did not follow the old table");
}

#[test]
fn default_now_writes_the_form_that_binding_writes() {
    let case = cases().into_iter().find(|case| case.name() == "add_column_with_default_now").unwrap();
    let (connection, _, _) = prepared(&case);
    up(&connection, &case.plan(Dialect::Sqlite));
    connection.execute_batch("INSERT INTO users (email) VALUES ('new@x')").unwrap();
    let shapes = texts(
        &connection,
        "SELECT length(created_at) || ' ' || length(born) || ' ' || length(at) || ' ' || length(local) FROM users",
    );
    assert!(shapes.iter().all(|shape| shape == "26 10 15 26"), "{shapes:?}");
    let pattern = "____-__-__ __:__:__.______";
    let query = format!(
        "SELECT count(*) || '' FROM users WHERE created_at LIKE '{pattern}' AND typeof(created_at) = 'text'"
    );
    assert_eq!(texts(&connection, &query), ["3"]);
}

#[test]
fn checks_before_a_step_count_the_rows_in_its_way() {
    let case = cases().into_iter().find(|case| case.name() == "add_required_column").unwrap();
    let (connection, _, _) = prepared(&case);
    connection.execute_batch("INSERT INTO users VALUES (1, 'ann@x'), (2, 'bob@x')").unwrap();
    let plan = case.plan(Dialect::Sqlite);
    let check = &plan.steps[0].prechecks[0];
    let count: i64 = connection.query_row(&check.count, [], |row| row.get(0)).unwrap();
    assert_eq!(
        check.message_for(count.unsigned_abs()),
        "column `name` is NOT NULL but has no default, and `users` holds 2 rows"
    );
}

#[test]
fn every_query_that_counts_can_be_asked_before_the_plan_runs() {
    for case in cases_of_sqlite() {
        let (connection, _, _) = prepared(&case);
        for step in case.plan(Dialect::Sqlite).steps {
            let queries = step
                .prechecks
                .iter()
                .map(|check| &check.count)
                .chain(step.data_loss.iter().map(|loss| &loss.count));
            for query in queries {
                let count: Result<i64, _> = connection.query_row(query, [], |row| row.get(0));
                assert!(count.is_ok(), "{}: {query}: {count:?}", case.name());
            }
        }
    }
}

#[test]
fn normalising_once_more_changes_nothing() {
    for case in cases_of_sqlite() {
        for dialect in Dialect::ALL {
            let (before, after) = case.schemas(dialect);
            assert_eq!(normalise(dialect, before.clone()), before, "{}", case.name());
            assert_eq!(normalise(dialect, after.clone()), after, "{}", case.name());
        }
    }
}

#[test]
fn a_default_that_the_database_hands_back_is_no_difference() {
    use ColumnDefault as D;
    use ColumnType as T;
    let defaults = [
        (T::Bool, D::Bool(true)),
        (T::I32, D::Number("-3".into())),
        (T::F64, D::Number("0.50".into())),
        (T::Decimal, D::Number("9.90".into())),
        (T::DecimalOf(10, 2), D::Number("9.90".into())),
        (T::Text, D::Text("it's".into())),
        (T::Varchar(9), D::Text("5".into())),
        (T::Date, D::Now),
        (T::Time, D::Now),
        (T::DateTime, D::Now),
        (T::Timestamp, D::Now),
        (T::Text, D::Now),
        (T::Json, D::Text("{}".into())),
        (T::Text, D::Expression("lower(hex(randomblob(16)))".into())),
        (T::DateTime, D::Expression("datetime('now')".into())),
    ];
    for strict in [false, true] {
        let mut table = Table::new("t");
        table.strict = strict;
        table.columns = defaults
            .iter()
            .enumerate()
            .map(|(at, (ty, default))| Column {
                default: Some(default.clone()),
                ..Column::new(format!("c{at}").as_str(), ty.clone())
            })
            .collect();
        let schema = normalise(Dialect::Sqlite, Schema { tables: vec![table], enums: vec![] });
        let connection = made(&schema);
        let mut found = schema.clone();
        let written = texts(&connection, "SELECT dflt_value FROM pragma_table_info('t') ORDER BY cid");
        for (column, default) in found.tables[0].columns.iter_mut().zip(written) {
            column.default = Some(D::Expression(default));
        }
        let found = normalise(Dialect::Sqlite, found);
        let diff = diff(Dialect::Sqlite, &found, &schema, &DiffOptions::default());
        assert!(diff.changes.is_empty(), "{:?}", diff.changes);
    }
}
