//! What the rules claim of locks, asked of the servers: PostgreSQL shows the lock that an example holds, and MariaDB refuses
//! `LOCK = NONE` where writes would have to wait.

use orm_core::Connection;
use orm_migrate::{
    Dialect,
    lint::{Example, Rule, Subject, all_rules, lint},
};

use crate::support::{connect, mariadb_url, number, postgres_url, texts};

/// The rules that claim a lock, with their examples on a database.
fn claims(dialect: Dialect) -> Vec<(&'static Rule, &'static str, &'static Example)> {
    let of = |rule: &'static Rule| {
        let examples = rule.examples.iter().filter(move |example| example.dialect == dialect.to_string());
        examples.filter_map(move |example| Some((rule, rule.lock?, example)))
    };
    let claims: Vec<_> = all_rules().into_iter().flat_map(of).collect();
    assert!(claims.len() > 4, "{dialect}: {}", claims.len());
    claims
}

#[tokio::test]
async fn an_example_takes_the_lock_that_its_rule_claims_on_postgres() {
    let Some(url) = postgres_url() else { return };
    for (rule, claimed, example) in claims(Dialect::Postgres) {
        let mut connection = connect(&url).await;
        let (namespace, locks) =
            (format!("lint_{}", rule.code.to_lowercase()), held(&rule.code.to_lowercase()));
        let before = format!(
            "DROP SCHEMA IF EXISTS {namespace} CASCADE; CREATE SCHEMA {namespace}; SET search_path = {namespace}; {}",
            example.before
        );
        connection.batch(&before).await.unwrap();
        connection.batch(&format!("BEGIN; {}", example.bad)).await.unwrap();
        let modes = texts(&mut connection, &locks).await;
        connection.batch(&format!("ROLLBACK; DROP SCHEMA {namespace} CASCADE")).await.unwrap();
        let strongest = STRENGTH.iter().rev().find(|mode| modes.iter().any(|held| held == *mode));
        assert_eq!(strongest, Some(&claimed), "{} holds {modes:?}", rule.code);
    }
}

/// The modes of locks, each stronger than the one before it (explicit-locking.html §13.3.1).
const STRENGTH: [&str; 8] = [
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

/// The locks that this session holds on tables of the example.
fn held(code: &str) -> String {
    format!(
        "SELECT DISTINCT l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') AND n.nspname = 'lint_{code}' ORDER BY 1"
    )
}

/// What a rule gives to copy is SQL that runs, and that the rule has nothing to say of.
#[tokio::test]
async fn the_safe_form_of_an_example_runs_on_postgres() {
    let Some(url) = postgres_url() else { return };
    let mut ran = Vec::new();
    for (rule, _, example) in claims(Dialect::Postgres) {
        let Some(safe) = safe_form(rule.code, example.bad) else { continue };
        let mut connection = connect(&url).await;
        let namespace = format!("lint_safe_{}", rule.code.to_lowercase());
        let before = format!(
            "DROP SCHEMA IF EXISTS {namespace} CASCADE; CREATE SCHEMA {namespace}; SET search_path = {namespace}; {}",
            example.before
        );
        connection.batch(&before).await.unwrap();
        for statement in Dialect::Postgres.split(&safe).unwrap() {
            let done = connection.batch(&statement.text).await;
            assert!(done.is_ok(), "{}: {done:?} in {safe}", rule.code);
        }
        connection.batch(&format!("DROP SCHEMA {namespace} CASCADE")).await.unwrap();
        let again = lint(&Subject::new(Dialect::Postgres, &safe, "up.sql")).unwrap();
        assert!(again.iter().all(|found| found.code != rule.code), "{}: {safe}", rule.code);
        ran.push(rule.code);
    }
    assert!(ran.len() >= 9, "only {ran:?} gave a form to copy");
}

/// The SQL of a fix, which begins on a line of its own.
fn safe_form(code: &str, bad: &str) -> Option<String> {
    let found = lint(&Subject::new(Dialect::Postgres, bad, "up.sql")).unwrap();
    let fix = &found.iter().find(|found| found.code == code)?.fix;
    let begins = |line: &&str| ["-- orm:", "ALTER ", "CREATE "].iter().any(|word| line.starts_with(word));
    let first = fix.lines().position(|line| begins(&line))?;
    Some(fix.lines().skip(first).collect::<Vec<_>>().join("\n"))
}

#[tokio::test]
async fn an_example_lets_nobody_write_where_its_rule_claims_it_on_mariadb() {
    let Some(url) = mariadb_url() else { return };
    let mut connection = connect(&url).await;
    for (rule, claimed, example) in claims(Dialect::MariaDb) {
        assert_eq!(claimed, "SHARED");
        let name = format!("hl_lint_{}", rule.code.to_lowercase());
        let bad = refusal(&mut connection, &name, example.before, example.bad).await;
        assert!(bad.as_ref().is_some_and(|error| error.contains("LOCK=NONE")), "{}: {bad:?}", rule.code);
        let good = refusal(&mut connection, &name, example.before, example.good).await;
        assert_eq!(good, None, "{}: {}", rule.code, example.good);
        connection.batch(&format!("DROP DATABASE {name}")).await.unwrap();
    }
}

/// What the server says to a file whose alterations all have to let others write.
async fn refusal(connection: &mut Connection, database: &str, before: &str, sql: &str) -> Option<String> {
    let fresh = format!("CREATE OR REPLACE DATABASE {database}; USE {database}; {before}");
    connection.batch(&fresh).await.unwrap();
    let made = format!("SELECT count(*) FROM information_schema.tables WHERE table_schema = '{database}'");
    assert!(number(connection, &made).await > 0, "{before}");
    for statement in Dialect::MariaDb.split(sql).unwrap() {
        let text = statement.text;
        let nobody_waits = match text.split_whitespace().next() {
            Some("ALTER") => format!("{text}, LOCK = NONE"),
            Some("CREATE") => format!("{text} LOCK = NONE"),
            _ => text,
        };
        if let Err(error) = connection.batch(&nobody_waits).await {
            return Some(error.to_string());
        }
    }
    None
}
