//! Database → models → scan: the diff against the database is empty, whatever the names.

use std::{path::Path, process::Command};

use orm_core::Connection;
use orm_migrate::{
    Change, Dialect, DiffOptions, Inspected, diff, inspect,
    introspect::{self, GeneratedFile, Options},
    normalise,
    scratch::{self, Scratch, schema_of_file, schema_of_sql},
    source,
};

use crate::support::{connect, datasets, mariadb_url, memory, postgres_url};

/// What the models of a database say beyond it; empty by law.
fn round_trip(dialect: Dialect, inspected: &Inspected) -> (Vec<GeneratedFile>, Vec<Change>) {
    let files = introspect::models(dialect, inspected, &Options::default()).unwrap();
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("models");
    introspect::write(&folder, &files, false).unwrap();
    let scan = source::scan(&source::Options { paths: vec![folder], ..source::Options::default() });
    let errors: Vec<_> = scan
        .errors
        .iter()
        .chain(&scan.warnings)
        .map(|e| format!("{}: {} | {}", e.location, e.message, e.source_line))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert_formatted(&root.path().join("models/mod.rs"));
    let models = normalise(dialect, scan.schema);
    let database = normalise(dialect, inspected.schema.clone());
    let found = diff(dialect, &database, &models, &DiffOptions::default());
    (files, found.changes)
}

/// Generated files are as rustfmt would have them.
pub(crate) fn assert_formatted(file: &Path) {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--check", "--edition", "2024", "--config-path", "/dev/null"]).arg(file);
    let Ok(output) = rustfmt.output() else {
        eprintln!("rustfmt left out: it is not installed");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

async fn sqlite(sql: &str) -> (Vec<GeneratedFile>, Vec<Change>) {
    let inspected = schema_of_sql(Scratch::Memory, sql, "test.sql").await.unwrap();
    round_trip(Dialect::Sqlite, &inspected)
}

fn text<'a>(files: &'a [GeneratedFile], path: &str) -> &'a str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path} in {files:?}")).text
}

async fn chinook_sqlite(folder: &Path) -> Connection {
    let mut connection = memory().await;
    let sql = std::fs::read_to_string(folder.join("chinook/chinook_sqlite.sql")).unwrap();
    connection.batch(sql.trim_start_matches('\u{feff}')).await.unwrap();
    connection
}

#[tokio::test]
async fn chinook_on_sqlite_comes_back_without_a_difference() {
    let Some(folder) = datasets() else { return };
    let mut connection = chinook_sqlite(&folder).await;
    let inspected = inspect(&mut connection).await.unwrap();
    assert_eq!(inspected.schema.tables.len(), 11);
    let (files, changes) = round_trip(Dialect::Sqlite, &inspected);
    assert_eq!(changes, []);
    insta::assert_snapshot!("chinook_sqlite_track", text(&files, "track.rs"));
    insta::assert_snapshot!("chinook_sqlite_employee", text(&files, "employee.rs"));
    insta::assert_snapshot!("chinook_sqlite_playlist", text(&files, "playlist.rs"));
    insta::assert_snapshot!("chinook_sqlite_mod", text(&files, "mod.rs"));
}

#[tokio::test]
async fn chinook_on_postgres_comes_back_without_a_difference() {
    let (Some(url), Some(folder)) = (postgres_url(), datasets()) else { return };
    let sql = std::fs::read_to_string(folder.join("chinook/chinook_postgres.sql")).unwrap();
    let own_database =
        |line: &&str| !["DROP DATABASE", "CREATE DATABASE", "\\c "].iter().any(|word| line.starts_with(word));
    let sql: Vec<_> = sql.lines().filter(own_database).collect();
    let inspected = scratch::with(Scratch::Server(&url), async |url: &str| {
        connect(url).await.batch(&sql.join("\n")).await?;
        inspect(&mut connect(url).await).await
    });
    let inspected = inspected.await.unwrap();
    assert_eq!(inspected.schema.tables.len(), 11);
    let (files, changes) = round_trip(Dialect::Postgres, &inspected);
    assert_eq!(changes, []);
    insta::assert_snapshot!("chinook_postgres_invoice_line", text(&files, "invoice_line.rs"));
    insta::assert_snapshot!("chinook_postgres_customer", text(&files, "customer.rs"));
}

#[tokio::test]
async fn odd_names_come_back_without_a_difference() {
    let (files, changes) = sqlite(
        r#"
        CREATE TABLE "Order Details" ("2fa" TEXT, "reply-to" TEXT NOT NULL, "type" INT NOT NULL, "self" TEXT, "Größe" REAL,
            Name TEXT, name2 TEXT, "NAME 2" TEXT, "a""b" TEXT, "unique" INT, id INT);
        CREATE INDEX "i ""x" ON "Order Details" ("unique", "a""b" DESC);
        CREATE TABLE "option" ("type" INTEGER PRIMARY KEY, "order" TEXT UNIQUE);
        CREATE TABLE "enum" (id INTEGER PRIMARY KEY, option_type INTEGER REFERENCES "option");
        CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE "user" (id INTEGER PRIMARY KEY);
        CREATE TABLE "日本" (a TEXT);
        "#,
    )
    .await;
    assert_eq!(changes, []);
    insta::assert_snapshot!("odd_names_order_details", text(&files, "order_detail.rs"));
    insta::assert_snapshot!("odd_names_enum_row", text(&files, "enum_row.rs"));
    insta::assert_snapshot!("odd_names_mod", text(&files, "mod.rs"));
}

#[tokio::test]
async fn keys_and_relations_of_every_shape_come_back_without_a_difference() {
    let (files, changes) = sqlite(
        r#"
        CREATE TABLE employee (id INTEGER PRIMARY KEY AUTOINCREMENT, reports_to INTEGER REFERENCES employee,
            parent_id INTEGER REFERENCES employee (id) ON DELETE SET NULL);
        CREATE TABLE post (code VARCHAR(10) NOT NULL PRIMARY KEY, author_id INT NOT NULL CONSTRAINT "by" REFERENCES employee,
            editor INTEGER REFERENCES employee (id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED, UNIQUE (author_id, code));
        CREATE TABLE tag (a INT, b INT, note TEXT CHECK (length(note) > 1), PRIMARY KEY (b, a), CHECK (a < b), CONSTRAINT c CHECK (b > 0));
        CREATE TABLE post_tag (post_code VARCHAR(10) REFERENCES post, tag_b INT, tag_a INT,
            PRIMARY KEY (post_code, tag_b, tag_a), FOREIGN KEY (tag_b, tag_a) REFERENCES tag (b, a)) WITHOUT ROWID;
        CREATE TABLE profile (employee_id INTEGER PRIMARY KEY REFERENCES employee ON DELETE CASCADE, small INT UNIQUE);
        CREATE TABLE small (id INT PRIMARY KEY, other TEXT REFERENCES post (code)) STRICT;
        CREATE TABLE log (line TEXT, twice INTEGER CHECK (twice > 0) CHECK (twice < 9) REFERENCES employee, gone INT REFERENCES nowhere, other INT REFERENCES log (line));
        "#,
    )
    .await;
    assert_eq!(changes, []);
    for path in ["employee.rs", "post.rs", "tag.rs", "post_tag.rs", "profile.rs"] {
        insta::assert_snapshot!(format!("keys_{path}"), text(&files, path));
    }
}

#[tokio::test]
async fn defaults_and_types_come_back_without_a_difference() {
    let (files, changes) = sqlite(
        r#"
        CREATE TABLE t (a INT NOT NULL DEFAULT 18, b TEXT DEFAULT 'it''s "x" \n', c REAL DEFAULT -0.5, d BOOLEAN DEFAULT true,
            e TIMESTAMP DEFAULT CURRENT_TIMESTAMP, f NUMERIC(10, 2) DEFAULT 0, g DECIMAL_TEXT(10,2) DEFAULT 9.5, h DECIMAL_TEXT(30,4),
            i UUID_TEXT, j JSON_TEXT DEFAULT '{}', k BLOB, l NVARCHAR(20) COLLATE NOCASE, m GEOMETRY, n, o BIGINT DEFAULT (1 + 1),
            p DATE DEFAULT '2020-01-01', q INTEGER GENERATED ALWAYS AS (a * 2) STORED, r VARCHAR(3) DEFAULT x'00', s DATE DEFAULT 0);
        CREATE UNIQUE INDEX u ON t (lower(b), a DESC) WHERE c > 0; CREATE INDEX t_a_idx ON t (a); CREATE UNIQUE INDEX t_c_idx ON t (c);
        "#,
    )
    .await;
    assert_eq!(changes, []);
    insta::assert_snapshot!("types_sqlite", text(&files, "t.rs"));
}

#[tokio::test]
async fn postgres_types_enums_and_namespaces_come_back_without_a_difference() {
    let Some(url) = postgres_url() else { return };
    let sql = r#"
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'so so', 'SO SO', '2nd');
        CREATE SCHEMA shop; CREATE TYPE shop.mood AS ENUM ('a');
        CREATE TABLE users (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok', moods shop.mood[],
            tags text[] NOT NULL DEFAULT '{}', codes varchar(3)[], at timestamptz NOT NULL DEFAULT now(), on_day date DEFAULT CURRENT_DATE,
            price numeric(10,2) DEFAULT 9.50, small smallint, ip inet, name varchar(40) DEFAULT 'x'::character varying, free varchar,
            uid uuid DEFAULT gen_random_uuid(), doc jsonb DEFAULT '{}', body bytea, flag boolean DEFAULT false, c char(3) COLLATE "C",
            CONSTRAINT odd CHECK (price > 0 AND name IN ('a', 'b')), CHECK (small BETWEEN 1 AND 3));
        CREATE TABLE shop.users (id serial, other bigint REFERENCES public.users ON DELETE CASCADE, n int GENERATED ALWAYS AS IDENTITY,
            CONSTRAINT my_key PRIMARY KEY (id), UNIQUE (other));
        CREATE INDEX ON users (name DESC NULLS LAST, lower(name)) WHERE price > 3; CREATE INDEX by_tags ON users USING gin (tags);
    "#;
    let inspected = schema_of_sql(Scratch::Server(&url), sql, "test.sql").await.unwrap();
    let (files, changes) = round_trip(Dialect::Postgres, &inspected);
    assert_eq!(changes, []);
    for path in ["mod.rs", "user.rs", "shop/user.rs", "enums.rs", "shop/enums.rs"] {
        insta::assert_snapshot!(format!("types_postgres_{}", path.replace('/', "_")), text(&files, path));
    }
}

#[tokio::test]
async fn every_sqlite_schema_of_the_datasets_comes_back_without_a_difference() {
    let Some(folder) = datasets() else { return };
    for file in ["sakila", "northwind", "temporal"] {
        let path = folder.join(format!("schemas/sqlite/{file}.sql"));
        let inspected = schema_of_file(Scratch::Memory, &path).await.unwrap();
        assert!(inspected.schema.tables.len() > 5, "{file}");
        let (files, changes) = round_trip(Dialect::Sqlite, &inspected);
        assert_eq!(changes, [], "{file}");
        golden(&format!("sqlite_{file}"), &files);
    }
}

#[tokio::test]
async fn every_mariadb_schema_of_the_datasets_comes_back_without_a_difference() {
    let (Some(url), Some(folder)) = (mariadb_url(), datasets()) else { return };
    for file in ["sakila", "temporal"] {
        let path = folder.join(format!("schemas/mariadb/{file}.sql"));
        let inspected = schema_of_file(Scratch::Server(&url), &path).await.unwrap();
        assert!(inspected.schema.tables.len() > 10, "{file}");
        let (files, changes) = round_trip(Dialect::MariaDb, &inspected);
        assert_eq!(changes, [], "{file}");
        golden(&format!("mariadb_{file}"), &files);
    }
}

#[tokio::test]
async fn every_postgres_schema_of_the_datasets_comes_back_without_a_difference() {
    let (Some(url), Some(folder)) = (postgres_url(), datasets()) else { return };
    for file in
        ["pagila", "northwind", "crates_io", "temporal", "danbooru", "adventureworks", "supabase_auth"]
    {
        let path = folder.join(format!("schemas/postgres/{file}.sql"));
        let inspected = scratch::with(Scratch::Server(&url), async |url: &str| {
            load(url, &path);
            inspect(&mut connect(url).await).await
        });
        let inspected = inspected.await.unwrap();
        assert!(inspected.schema.tables.len() > 10, "{file}");
        let (files, changes) = round_trip(Dialect::Postgres, &inspected);
        assert_eq!(changes, [], "{file}");
        golden(&format!("postgres_{file}"), &files);
    }
}

/// The models of a dataset that are worth reading, one after the other.
fn golden(dataset: &str, files: &[GeneratedFile]) {
    let worth: &[&str] = match dataset {
        "sqlite_sakila" => &["film.rs", "language.rs", "staff.rs"],
        "sqlite_northwind" => &["mod.rs", "employee.rs", "order_detail.rs"],
        "mariadb_sakila" => &["mod.rs", "enums.rs", "film.rs", "language.rs", "staff.rs", "film_text.rs"],
        "postgres_adventureworks" => &[
            "mod.rs",
            "person/mod.rs",
            "person/address.rs",
            "person/person.rs",
            "sales/sales_order_header.rs",
            "production/bill_of_material.rs",
        ],
        _ => return,
    };
    let texts: Vec<_> = worth.iter().map(|path| format!("// {path}\n{}", text(files, path))).collect();
    insta::assert_snapshot!(dataset, texts.join("\n"));
}

/// Loads a dump with the vendor's own client: dumps hold its meta-commands.
pub(crate) fn load(url: &str, path: &Path) {
    let mut psql = Command::new("psql");
    psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-d", url, "-f"]).arg(path);
    assert!(psql.status().unwrap().success(), "{}", path.display());
}

#[tokio::test]
async fn relations_are_called_as_a_person_would() {
    let (files, changes) = sqlite(
        r#"
        CREATE TABLE users (id INTEGER PRIMARY KEY, boss_id INTEGER REFERENCES users (id));
        CREATE TABLE teams (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES teams (id));
        CREATE TABLE matches (id INTEGER PRIMARY KEY, home_team_id INTEGER REFERENCES teams (id), away_team_id INTEGER REFERENCES teams (id));
        CREATE TABLE people (personid INTEGER PRIMARY KEY, "CustomerID" INTEGER REFERENCES customers (id), billtoaddress INTEGER REFERENCES addresses (id));
        CREATE TABLE customers (id INTEGER PRIMARY KEY, id_user INTEGER UNIQUE REFERENCES users (id));
        CREATE TABLE addresses (id INTEGER PRIMARY KEY);
        CREATE TABLE posts (id INTEGER PRIMARY KEY, created_by INTEGER REFERENCES users (id), updated_by INTEGER REFERENCES users (id), personid INTEGER REFERENCES people (personid));
        CREATE TABLE favorites (user_id INTEGER NOT NULL REFERENCES users (id), post_id INTEGER NOT NULL REFERENCES posts (id), since DATE, PRIMARY KEY (user_id, post_id));
        CREATE TABLE votes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), post_id INTEGER NOT NULL REFERENCES posts (id), UNIQUE (post_id, user_id));
        CREATE TABLE tags (id INTEGER PRIMARY KEY); CREATE TABLE post_tags (post_id INTEGER NOT NULL REFERENCES posts (id), tag_id INTEGER NOT NULL REFERENCES tags (id), PRIMARY KEY (post_id, tag_id));
        CREATE TABLE follows (follower_id INTEGER NOT NULL REFERENCES users (id), followed_id INTEGER NOT NULL REFERENCES users (id), PRIMARY KEY (follower_id, followed_id));
        "#,
    )
    .await;
    assert_eq!(changes, []);
    let relations = files.iter().flat_map(|file| {
        let words = file.text.split("#[orm(").skip(1).flat_map(|text| {
            let starts = ["belongs_to(", "has_many(", "has_one("].into_iter();
            starts.filter_map(|start| Some(text.split(start).nth(1)?.split(')').next()?.to_owned()))
        });
        words.map(|word| format!("{}: {word}\n", file.path)).collect::<Vec<_>>()
    });
    insta::assert_snapshot!("relations", relations.collect::<String>());
}

/// A table more changes no name of the others.
#[tokio::test]
async fn a_table_more_leaves_the_names_of_the_others() {
    let some = "CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));";
    let more = r#"CREATE TABLE "user" (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts (id)); CREATE TABLE new_posts (id INTEGER PRIMARY KEY);
        CREATE TABLE comments (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));"#;
    let ((before, _), (after, _)) = (sqlite(some).await, sqlite(&format!("{some}{more}")).await);
    for path in ["user.rs", "post.rs"] {
        for line in text(&before, path).lines().filter(|line| !line.starts_with("use super")) {
            // Words may share an attribute now.
            let word = line.trim().trim_start_matches("#[orm(").trim_end_matches(")]");
            let after = text(&after, path);
            assert!(after.contains(word), "{path} has no `{word}` any more:\n{after}");
        }
    }
}
