//! What the rules claim of locks, asked of the servers: PostgreSQL shows the lock that an example holds, and MariaDB refuses
//! `LOCK = NONE` where writes would have to wait.

use orm_core::Connection;
use orm_migrate::{
    Dialect, MigrateError,
    lint::{Example, Rule, Subject, all_rules, lint},
    scratch::{self, Scratch},
};

use crate::support::{connect, mariadb_url, postgres_url, texts};

/// A rule that claims a lock, by one of its examples.
struct Claim {
    rule: &'static Rule,
    lock: &'static str,
    example: &'static Example,
}

/// Puts every claim on a database to the test, each in a database of its own.
async fn on_each_claim(
    dialect: Dialect,
    server: Option<String>,
    test: impl AsyncFn(&Claim, &mut Connection),
) {
    let Some(server) = server else { return };
    let of = |rule: &'static Rule| {
        let examples = rule.examples.iter().filter(move |example| example.is_on(dialect));
        examples.filter_map(move |example| Some(Claim { rule, lock: rule.lock?, example }))
    };
    let claims: Vec<_> = all_rules().into_iter().flat_map(of).collect();
    assert!(claims.len() > 4, "{dialect}: {}", claims.len());
    for claim in claims {
        let run = async |url: &str| {
            let mut connection = connect(url).await;
            connection.batch(claim.example.before).await.unwrap();
            test(&claim, &mut connection).await;
            Ok::<_, MigrateError>(())
        };
        scratch::with(Scratch::Server(&server), run).await.unwrap();
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
const HELD: &str = "SELECT DISTINCT l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
                    WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') \
                    AND c.relnamespace = 'public'::regnamespace ORDER BY 1";

#[tokio::test]
async fn an_example_takes_the_lock_that_its_rule_claims_on_postgres() {
    on_each_claim(Dialect::Postgres, postgres_url(), async |claim, connection| {
        connection.batch(&format!("BEGIN; {}", claim.example.bad)).await.unwrap();
        let modes = texts(connection, HELD).await;
        connection.batch("ROLLBACK").await.unwrap();
        let strongest = STRENGTH.iter().rev().find(|mode| modes.iter().any(|held| held == *mode));
        assert_eq!(strongest, Some(&claim.lock), "{} holds {modes:?}", claim.rule.code);
    })
    .await;
}

/// What a rule gives to copy is SQL that runs, and that the rule has nothing to say of.
#[tokio::test]
async fn the_safe_form_of_an_example_runs_on_postgres() {
    let ran = std::cell::Cell::new(0);
    let server = postgres_url();
    let is_there = server.is_some();
    on_each_claim(Dialect::Postgres, server, async |claim, connection| {
        let code = claim.rule.code;
        let Some(safe) = safe_form(code, claim.example.bad) else { return };
        for statement in Dialect::Postgres.split(&safe).unwrap() {
            let done = connection.batch(&statement.text).await;
            assert!(done.is_ok(), "{code}: {done:?} in {safe}");
        }
        let again = lint(&Subject::new(Dialect::Postgres, &safe, "up.sql")).unwrap();
        assert!(again.iter().all(|found| found.code != code), "{code}: {safe}");
        ran.set(ran.get() + 1);
    })
    .await;
    assert!(ran.get() >= 9 || !is_there, "only {} gave a form to copy", ran.get());
}

/// The SQL of a fix, which begins on a line of its own.
fn safe_form(code: &str, bad: &str) -> Option<String> {
    let found = lint(&Subject::new(Dialect::Postgres, bad, "up.sql")).unwrap();
    let fix = &found.iter().find(|found| found.code == code)?.fix;
    let begins = |line: &str| ["-- orm:", "ALTER ", "CREATE "].iter().any(|word| line.starts_with(word));
    let first = fix.lines().position(begins)?;
    Some(fix.lines().skip(first).collect::<Vec<_>>().join("\n"))
}

#[tokio::test]
async fn an_example_lets_nobody_write_where_its_rule_claims_it_on_mariadb() {
    on_each_claim(Dialect::MariaDb, mariadb_url(), async |claim, connection| {
        let (rule, example) = (claim.rule, claim.example);
        assert_eq!(claim.lock, "SHARED");
        let bad = refusal(connection, example.bad).await;
        assert!(bad.as_ref().is_some_and(|error| error.contains("LOCK=NONE")), "{}: {bad:?}", rule.code);
        assert_eq!(refusal(connection, example.good).await, None, "{}: {}", rule.code, example.good);
    })
    .await;
}

/// What the server says to a file whose alterations all have to let others write.
async fn refusal(connection: &mut Connection, sql: &str) -> Option<String> {
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

/// The rows of an example are those that are in the way.
#[tokio::test]
async fn an_example_fails_on_its_rows_where_its_rule_says_so() {
    let servers = [
        (Dialect::Sqlite, Some(String::new())),
        (Dialect::Postgres, postgres_url()),
        (Dialect::MariaDb, mariadb_url()),
    ];
    for (dialect, server) in servers {
        let Some(server) = server else { continue };
        let place = || if dialect == Dialect::Sqlite { Scratch::Memory } else { Scratch::Server(&server) };
        let rules = all_rules().into_iter().filter(|rule| rule.code.starts_with("L3"));
        let mut examples =
            rules.flat_map(|rule| rule.examples.iter().map(move |example| (rule.code, example)));
        let mut tried = 0;
        while let Some((code, example)) = examples.by_ref().find(|(_, example)| example.is_on(dialect)) {
            let bad = fails(place(), dialect, example.before, example.bad).await;
            assert!(bad.is_some(), "{code} on {dialect}: {} does not fail", example.bad);
            let good = fails(place(), dialect, example.before, example.good).await;
            assert_eq!(good, None, "{code} on {dialect}: {}", example.good);
            tried += 1;
        }
        assert!(tried >= 3, "{dialect}: {tried}");
    }
}

/// What the database says to a file after another one.
async fn fails(place: Scratch<'_>, dialect: Dialect, before: &str, sql: &str) -> Option<String> {
    let run = async |url: &str| {
        let mut connection = connect(url).await;
        connection.batch(before).await.unwrap();
        for statement in dialect.split(sql).unwrap() {
            if let Err(error) = connection.batch(&statement.text).await {
                return Ok::<_, MigrateError>(Some(error.to_string()));
            }
        }
        Ok(None)
    };
    scratch::with(place, run).await.unwrap()
}
