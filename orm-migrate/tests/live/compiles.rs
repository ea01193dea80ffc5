//! The models of every dataset are a crate that the compiler takes without a warning.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use orm_migrate::{
    Dialect, Inspected, inspect,
    introspect::{self, Options},
    scratch::{self, Scratch, schema_of_file, schema_of_sql},
};

use crate::{
    again::files,
    introspect::load,
    support::{connect, datasets, mariadb_url, postgres_url},
};

const SQLITE: [&str; 3] = ["sakila", "northwind", "temporal"];
const MARIADB: [&str; 2] = ["sakila", "temporal"];
const POSTGRES: [&str; 7] =
    ["pagila", "northwind", "crates_io", "temporal", "danbooru", "adventureworks", "supabase_auth"];

/// What no dataset has: a table without a key, names that clash or are none, many-to-many of a table with itself.
const ODD: &str = r#"
    CREATE TABLE log (line TEXT NOT NULL, level INT);
    CREATE TABLE "Order Details" ("2fa" TEXT, "reply-to" TEXT NOT NULL, "type" INT NOT NULL, "self" TEXT, Name TEXT,
        "NAME 2" TEXT, "unique" INT, id INT);
    CREATE TABLE users (id INTEGER PRIMARY KEY, boss_id INTEGER REFERENCES users (id));
    CREATE TABLE new_users (id INTEGER PRIMARY KEY, user_id INTEGER UNIQUE REFERENCES users (id));
    CREATE TABLE "user" (id INTEGER PRIMARY KEY, crate_id INTEGER REFERENCES crates (id));
    CREATE TABLE follow (follower_id INTEGER NOT NULL REFERENCES users (id), followed_id INTEGER NOT NULL REFERENCES users (id),
        since DATE, PRIMARY KEY (follower_id, followed_id));
    CREATE TABLE crates (id INTEGER PRIMARY KEY, "crate" TEXT);
    CREATE TABLE "日本" ("値" TEXT PRIMARY KEY NOT NULL); CREATE TABLE "option" (id INTEGER PRIMARY KEY, "fn" TEXT);
"#;

/// A crate with a module for each database.
struct Generated {
    folder: PathBuf,
    modules: Vec<String>,
    /// The models of `tests/reintrospect`, as they are after the change.
    kept_up: Vec<String>,
}

impl Generated {
    fn add(&mut self, dialect: Dialect, name: &str, inspected: &Inspected) {
        let files = introspect::models(dialect, inspected, &Options::default()).unwrap();
        let module = format!("{dialect}_{name}");
        introspect::write(&self.folder.join("src").join(&module), &files, true).unwrap();
        self.modules.push(module);
    }

    fn add_kept_up(&mut self) {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reintrospect");
        for entry in fs::read_dir(cases).unwrap() {
            let case = entry.unwrap().path();
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            for (path, text) in files(&case.join("after")) {
                let path = self.folder.join("src").join(&name).join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            self.kept_up.push(name);
        }
        self.kept_up.sort();
    }

    /// The library and its manifest; its dependencies are those of the workspace, to the version.
    fn finish(&self) {
        let modules: String = self.modules.iter().map(|name| format!("pub mod {name};\n")).collect();
        // What a person wrote may hold what nobody reads.
        let kept_up = self
            .kept_up
            .iter()
            .map(|name| format!("#[allow(dead_code)]\npub mod {name} {{\n    pub mod models;\n}}\n"));
        let kept_up: String = kept_up.collect();
        let library = format!("//! Generated models.\n#![deny(warnings)]\n\n{modules}{kept_up}");
        fs::write(self.folder.join("src/lib.rs"), library).unwrap();
        let workspace = workspace();
        let manifest = format!(
            "[package]\nname = \"orm-generated-models\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             chrono = \"0.4\"\norm = {{ path = {:?}, default-features = false }}\nrust_decimal = {{ version = \"1\", \
             default-features = false }}\nserde_json = \"1\"\nuuid = \"1\"\n\n[profile.dev]\ndebug = \"line-tables-only\"\n",
            workspace.display().to_string()
        );
        fs::write(self.folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(workspace.join("Cargo.lock"), self.folder.join("Cargo.lock")).unwrap();
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[tokio::test]
async fn generated_models_compile_without_a_warning() {
    // Beside the workspace's own artefacts, so that nothing that it depends on is built again.
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut generated =
        Generated { folder: temporary.join("generated-models"), modules: Vec::new(), kept_up: Vec::new() };
    let _ = fs::remove_dir_all(generated.folder.join("src"));
    add_odd(&mut generated).await;
    if let Some(folder) = datasets() {
        add_datasets(&mut generated, &folder).await;
    }
    generated.add_kept_up();
    generated.finish();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--quiet", "--offline", "--target-dir"]).arg(temporary.parent().unwrap());
    let output = cargo.current_dir(&generated.folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The tables of Chinook, without its rows and the database that it would make.
fn chinook(folder: &Path, engine: &str) -> String {
    let text = fs::read_to_string(folder.join(format!("chinook/chinook_{engine}.sql"))).unwrap();
    let is_left_out = |line: &&str| {
        !["DROP DATABASE", "CREATE DATABASE", "USE ", "\\c "].iter().any(|start| line.starts_with(start))
    };
    let text: Vec<_> = text.trim_start_matches('\u{feff}').lines().filter(is_left_out).collect();
    let text = text.join("\n");
    text.find("INSERT INTO").map_or(text.clone(), |at| text[..at].to_owned())
}

/// Everything that is hard about each database, which the tests of baselines take over.
async fn add_odd(generated: &mut Generated) {
    let odd = schema_of_sql(Scratch::Memory, ODD, "odd.sql").await.unwrap();
    generated.add(Dialect::Sqlite, "odd", &odd);
    let servers = [
        (Dialect::Postgres, postgres_url(), include_str!("../../../orm-cli/tests/cli/baseline/postgres.sql")),
        (Dialect::MariaDb, mariadb_url(), include_str!("../../../orm-cli/tests/cli/baseline/mariadb.sql")),
    ];
    for (dialect, url, sql) in servers {
        let Some(url) = url else { continue };
        let sql = sql.replace("{database}.", "");
        let inspected = schema_of_sql(Scratch::Server(&url), &sql, "odd.sql").await.unwrap();
        generated.add(dialect, "odd", &inspected);
    }
}

async fn add_datasets(generated: &mut Generated, folder: &Path) {
    let sql = chinook(folder, "sqlite");
    generated.add(
        Dialect::Sqlite,
        "chinook",
        &schema_of_sql(Scratch::Memory, &sql, "chinook.sql").await.unwrap(),
    );
    for name in SQLITE {
        let path = folder.join(format!("schemas/sqlite/{name}.sql"));
        generated.add(Dialect::Sqlite, name, &schema_of_file(Scratch::Memory, &path).await.unwrap());
    }
    if let Some(url) = mariadb_url() {
        let sql = chinook(folder, "mysql");
        let inspected = schema_of_sql(Scratch::Server(&url), &sql, "chinook.sql").await.unwrap();
        generated.add(Dialect::MariaDb, "chinook", &inspected);
        for name in MARIADB {
            let path = folder.join(format!("schemas/mariadb/{name}.sql"));
            generated.add(
                Dialect::MariaDb,
                name,
                &schema_of_file(Scratch::Server(&url), &path).await.unwrap(),
            );
        }
    }
    if let Some(url) = postgres_url() {
        let sql = chinook(folder, "postgres");
        let inspected = schema_of_sql(Scratch::Server(&url), &sql, "chinook.sql").await.unwrap();
        generated.add(Dialect::Postgres, "chinook", &inspected);
        for name in POSTGRES {
            let path = folder.join(format!("schemas/postgres/{name}.sql"));
            let inspected = scratch::with(Scratch::Server(&url), async |url: &str| {
                load(url, &path);
                inspect(&mut connect(url).await).await
            });
            generated.add(Dialect::Postgres, name, &inspected.await.unwrap());
        }
    }
}
