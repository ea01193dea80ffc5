//! The linter on whole files: what it says of everything at once, of generated migrations, of schemas of real projects, and
//! of texts that nobody would write. And its page.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use orm_migrate::{
    Dialect,
    lint::{Subject, lint, page::page},
    plan,
    plan::plan_online,
};
use proptest::prelude::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The findings of a file, a line each.
fn told(dialect: Dialect, sql: &str) -> String {
    let mut text = String::new();
    for found in lint(&Subject::new(dialect, sql, "up.sql")).unwrap() {
        let fix = found.fix.replace('\n', "\n          ");
        let _ = writeln!(
            text,
            "{:>3} {} {}: {}\n          {fix}",
            found.line, found.level, found.code, found.message
        );
    }
    text
}

#[test]
fn a_file_with_everything_in_it_is_read_statement_by_statement() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::MariaDb, Dialect::MySql] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan/lint");
        let name = if dialect == Dialect::MySql { "mariadb".to_owned() } else { dialect.to_string() };
        let sql = fs::read_to_string(folder.join(format!("{name}.sql"))).unwrap();
        insta::with_settings!({ snapshot_path => folder, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(dialect.to_string(), told(dialect, &sql));
        });
    }
}

#[test]
fn the_page_says_what_the_rules_say() {
    let path = root().join("docs/lint.md");
    if std::env::var_os("ORM_UPDATE_GOLDEN").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/lint.md is not what the rules say: run this test with ORM_UPDATE_GOLDEN=1"
    );
}

#[test]
fn a_first_migration_and_a_baseline_are_quiet() {
    let files = sql_files(&root().join("examples"));
    let ups: Vec<_> = files.iter().filter(|file| file.ends_with("up.sql")).collect();
    assert!(!ups.is_empty());
    for file in ups {
        let sql = fs::read_to_string(file).unwrap();
        assert_eq!(told(Dialect::Sqlite, &sql), "", "{}", file.display());
    }
}

/// What is said of a schema that somebody has really written: none of it may be unread, and nothing is said of the use of
/// tables that the file itself makes.
#[test]
fn schemas_of_real_projects_are_read_to_the_last_statement() {
    let Some(datasets) = datasets() else { return };
    let mut looked_at = 0;
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::MariaDb] {
        for file in sql_files(&datasets.join("schemas").join(dialect.to_string())) {
            let sql = fs::read_to_string(&file).unwrap();
            let found = lint(&Subject::new(dialect, &sql, "schema.sql")).unwrap();
            let loud =
                found.iter().filter(|found| found.code == "L004" || ("L200".."L500").contains(&found.code));
            // A dump takes the time to wait for a lock away.
            let loud: Vec<_> = loud.filter(|found| found.code != "L211").collect();
            assert!(loud.is_empty(), "{}: {loud:#?}", file.display());
            looked_at += 1;
        }
    }
    assert!(looked_at > 5, "only {looked_at} schemas were found");
}

#[allow(clippy::print_stderr, reason = "a test that looked at nothing says so")]
fn datasets() -> Option<PathBuf> {
    let named = std::env::var_os("ORM_DATASETS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| root().join("../shared/datasets"));
    let found = folder.is_dir().then_some(folder);
    if found.is_none() {
        eprintln!("datasets left out: set ORM_DATASETS to their folder");
    }
    found
}

fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sql_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Words that statements are made of, in any order.
const WORDS: [&str; 62] = [
    "ALTER",
    "TABLE",
    "ADD",
    "DROP",
    "COLUMN",
    "CONSTRAINT",
    "CREATE",
    "INDEX",
    "UNIQUE",
    "CONCURRENTLY",
    "ON",
    "users",
    "\"a b\"",
    "id",
    "int",
    "varchar(10)",
    "enum('a', 'b')",
    "(",
    ")",
    ",",
    ";",
    ".",
    "NOT",
    "NULL",
    "DEFAULT",
    "CHECK",
    "PRIMARY",
    "KEY",
    "FOREIGN",
    "REFERENCES",
    "RENAME",
    "TO",
    "SET",
    "TYPE",
    "USING",
    "MODIFY",
    "CHANGE",
    "VALIDATE",
    "UPDATE",
    "DELETE",
    "FROM",
    "WHERE",
    "TRUNCATE",
    "=",
    "1",
    "'text'",
    "IF",
    "EXISTS",
    "SCHEMA",
    "AS",
    "GENERATED",
    "IDENTITY",
    "STORED",
    "VALUE",
    "LOCK",
    "REINDEX",
    "BEGIN",
    "FULLTEXT",
    "COMMENT",
    "\n-- orm: allow L101 why\n",
    "\n-- orm: no transaction\n",
    "$$",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}") {
        for dialect in Dialect::ALL {
            let _ = lint(&Subject::new(dialect, &text, "up.sql"));
        }
    }

    #[test]
    fn no_words_in_any_order_make_it_panic_or_say_another_thing_twice(
        words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..40)
    ) {
        let sql = words.join(" ");
        for dialect in Dialect::ALL {
            let first = lint(&Subject::new(dialect, &sql, "up.sql")).ok();
            prop_assert_eq!(first, lint(&Subject::new(dialect, &sql, "up.sql")).ok());
        }
    }
}

/// The codes of each generated migration, where the schema before it is known, as a migration's is.
#[test]
fn generated_migrations_are_understood_and_their_losses_are_found() {
    let mut text = String::new();
    for case in crate::golden::cases() {
        for dialect in Dialect::ALL {
            let Ok(plan) = case.try_plan(dialect) else { continue };
            let (before, _) = case.schemas(dialect);
            let sql = plan.up_sql();
            let subject = Subject { before: Some(&before), ..Subject::new(dialect, &sql, "up.sql") };
            let mut codes: Vec<_> = lint(&subject).unwrap().iter().map(|found| found.code).collect();
            codes.dedup();
            assert!(!codes.contains(&"L004"), "{} on {dialect}: {sql}", case.name());
            let loses = plan.steps.iter().any(|step| !step.data_loss.is_empty());
            let told = codes.iter().any(|code| ["L101", "L102", "L107", "L303"].contains(code));
            assert!(told || !loses, "{} on {dialect}: a loss is not told: {sql}", case.name());
            let _ = writeln!(text, "{:<45} {:<9} {}", case.name(), dialect.to_string(), codes.join(" "));
        }
    }
    insta::assert_snapshot!(text);
}

/// What is planned to stop nobody for long is what the linter asks for.
#[test]
fn a_plan_that_stops_nobody_has_none_of_the_locks_that_have_a_safe_form() {
    let have_one = ["L201", "L202", "L203", "L204", "L205", "L206", "L207", "L213", "L214"];
    let dialect = Dialect::Postgres;
    let mut safer = 0;
    for case in crate::golden::cases() {
        let (before, after) = case.schemas(dialect);
        let changes = case.diff(dialect).changes;
        let codes = |sql: &str| -> Vec<_> {
            let subject = Subject { before: Some(&before), ..Subject::new(dialect, sql, "up.sql") };
            lint(&subject)
                .unwrap()
                .iter()
                .map(|found| found.code)
                .filter(|code| have_one.contains(code))
                .collect()
        };
        let Ok(usual) = plan(dialect, &before, &after, &changes) else { continue };
        let online = plan_online(dialect, &before, &after, &changes, &[]).unwrap().up_sql();
        // Labels that go are a new type, and its columns are written anew with all that stands on them: no form is safe.
        if online.contains("DROP TYPE \"_orm_old_") {
            continue;
        }
        assert_eq!(codes(&online), [""; 0], "{}: {online}", case.name());
        safer += usize::from(!codes(&usual.up_sql()).is_empty());
    }
    assert!(safer > 10, "{safer}");
}
