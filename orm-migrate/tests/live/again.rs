//! Models that a person has edited, and a database that has changed since: one folder for each case in `tests/reintrospect`.
//!
//! `before/` holds the models, `setup.sql` makes their database, `change.sql` changes it; `after/` is what the models then
//! are and `said.txt` what is told of it. Where there is a `back.sql`, it takes the change back, and the models are those of
//! `before/` again. With ORM_UPDATE_GOLDEN=1 the goldens are written.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use orm_core::Connection;
use orm_migrate::{
    Change, Dialect, DiffOptions, Inspected, diff, inspect,
    introspect::{self, Options, Rewritten},
    normalise,
    scratch::{self, Scratch, schema_of_file},
    source,
};

use crate::{
    introspect::{assert_formatted, load},
    support::{connect, datasets, mariadb_url, memory, postgres_url},
};

pub(crate) type Files = BTreeMap<String, String>;

/// A case and the folder in which its models are edited.
struct Case {
    name: String,
    folder: PathBuf,
    root: tempfile::TempDir,
}

impl Case {
    fn new(folder: &Path) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files(&folder.join("before")) {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        Self { name, folder: folder.to_owned(), root }
    }

    fn models(&self) -> PathBuf {
        self.root.path().join("models")
    }

    fn source(&self) -> source::Options {
        let beside = self.root.path().join("models.rs");
        let path = if beside.is_file() { beside } else { self.models() };
        source::Options { paths: vec![path], ..source::Options::default() }
    }

    fn scan(&self) -> source::Scan {
        let scan = source::scan(&self.source());
        assert_eq!(scan.errors, [], "{}", self.name);
        assert_eq!(scan.warnings, [], "{}", self.name);
        scan
    }

    fn sql(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    async fn run(&self, connection: &mut Connection) {
        connection.batch(&self.sql("setup.sql").unwrap()).await.unwrap();
        assert_eq!(self.differences(connection).await, [], "{}: before/ fits setup.sql", self.name);
        let untouched = self.update(connection).await;
        assert_eq!((untouched.files, untouched.noted), (vec![], vec![]), "{}: nothing to do", self.name);

        connection.batch(&self.sql("change.sql").unwrap()).await.unwrap();
        let rewritten = self.update(connection).await;
        introspect::rewrite(&rewritten).unwrap();
        let after = files(self.root.path());
        self.compare("after", &after);
        self.compare_said(&rewritten);
        for change in self.differences(connection).await {
            assert!(is_more(&change), "{}: {change}", self.name);
        }
        let again = self.update(connection).await;
        assert_eq!(
            (again.files, again.noted),
            (vec![], vec![]),
            "{}: a second run changes nothing",
            self.name
        );

        if let Some(back) = self.sql("back.sql") {
            connection.batch(&back).await.unwrap();
            introspect::rewrite(&self.update(connection).await).unwrap();
            assert_eq!(files(self.root.path()), files(&self.folder.join("before")), "{}: back", self.name);
        }
    }

    async fn update(&self, connection: &mut Connection) -> Rewritten {
        let inspected = inspect(connection).await.unwrap();
        let (scan, source) = (self.scan(), self.source());
        let dialect = Dialect::of(connection);
        let models = self.models();
        introspect::update(dialect, &models, &scan, &source, &inspected, &Options::default())
            .unwrap_or_else(|error| panic!("{}: {error} {:?}", self.name, error))
    }

    async fn differences(&self, connection: &mut Connection) -> Vec<Change> {
        let dialect = Dialect::of(connection);
        let database = normalise(dialect, inspect(connection).await.unwrap().schema);
        diff(dialect, &database, &normalise(dialect, self.scan().schema), &DiffOptions::default()).changes
    }

    fn compare(&self, golden: &str, found: &Files) {
        let folder = self.folder.join(golden);
        if is_update() {
            let _ = fs::remove_dir_all(&folder);
            for (path, text) in found {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        let expected = files(&folder);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "{}: the files",
            self.name
        );
        for (path, text) in found {
            assert!(*text == expected[path], "{}/{golden}/{path} is now:\n{text}", self.name);
        }
    }

    fn compare_said(&self, rewritten: &Rewritten) {
        let said: String = rewritten.noted.iter().map(|noted| format!("{noted}\n")).collect();
        let path = self.folder.join("said.txt");
        if is_update() {
            fs::write(&path, &said).unwrap();
        }
        assert_eq!(said, fs::read_to_string(&path).unwrap(), "{}/said.txt", self.name);
    }
}

fn is_update() -> bool {
    std::env::var_os("ORM_UPDATE_GOLDEN").is_some()
}

/// What the models have more than the database.
fn is_more(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateTable { .. }
            | Change::CreateEnum { .. }
            | Change::AddColumn { .. }
            | Change::AddConstraint { .. }
            | Change::AddIndex { .. }
            | Change::AddEnumValue { .. }
            | Change::ReplaceEnum { .. }
    )
}

/// The files below a folder, by their paths in it.
pub(crate) fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.is_file() {
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    found
}

fn cases(of: impl Fn(&str) -> bool) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reintrospect");
    let mut folders: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let wanted = folders.iter().filter(|path| of(&path.file_name().unwrap().to_string_lossy()));
    wanted.map(|path| Case::new(path)).collect()
}

#[tokio::test]
async fn edited_models_keep_up_with_sqlite() {
    let cases = cases(|name| !name.ends_with("_postgres") && !name.ends_with("_mariadb"));
    assert!(cases.len() > 11);
    for case in cases {
        case.run(&mut memory().await).await;
    }
}

#[tokio::test]
async fn edited_models_keep_up_with_postgres() {
    let Some(url) = postgres_url() else { return };
    for case in cases(|name| name.ends_with("_postgres")) {
        on_server(&url, &case).await;
    }
}

#[tokio::test]
async fn edited_models_keep_up_with_mariadb() {
    let Some(url) = mariadb_url() else { return };
    for case in cases(|name| name.ends_with("_mariadb")) {
        on_server(&url, &case).await;
    }
}

async fn on_server(url: &str, case: &Case) {
    let run = async |url: &str| {
        case.run(&mut connect(url).await).await;
        Ok::<_, orm_migrate::MigrateError>(())
    };
    scratch::with(Scratch::Server(url), run).await.unwrap();
}

/// Two real versions of one schema: the models of the first, kept up with the second.
const PAIRS: [(&str, &str); 4] = [
    ("postgres", "crates_io_2023__head"),
    ("postgres", "danbooru_2022__2026"),
    ("mariadb", "temporal_v1_17_0__head"),
    ("sqlite", "temporal_v1_17_0__head"),
];

#[tokio::test]
async fn models_of_one_version_keep_up_with_the_next() {
    let Some(folder) = datasets() else { return };
    for (engine, pair) in PAIRS {
        let url = match engine {
            "postgres" => postgres_url(),
            "mariadb" => mariadb_url(),
            _ => Some(String::new()),
        };
        let Some(url) = url else { continue };
        let (dialect, scratch) = match engine {
            "postgres" => (Dialect::Postgres, Scratch::Server(&url)),
            "mariadb" => (Dialect::MariaDb, Scratch::Server(&url)),
            _ => (Dialect::Sqlite, Scratch::Memory),
        };
        let file = |side: &str| folder.join(format!("pairs/{engine}/{pair}/{side}.sql"));
        let from = side(scratch, &file("from")).await;
        let to = side(scratch, &file("to")).await;
        next_version(pair, dialect, &from, &to);
    }
}

async fn side(scratch: Scratch<'_>, file: &Path) -> Inspected {
    match scratch {
        Scratch::Server(url) if url.starts_with("postgres") => {
            let run = async |url: &str| {
                load(url, file);
                inspect(&mut connect(url).await).await
            };
            scratch::with(scratch, run).await.unwrap()
        }
        _ => schema_of_file(scratch, file).await.unwrap(),
    }
}

fn next_version(pair: &str, dialect: Dialect, from: &Inspected, to: &Inspected) {
    let root = tempfile::tempdir().unwrap();
    let models = root.path().join("models");
    let options = Options::default();
    introspect::write(&models, &introspect::models(dialect, from, &options).unwrap(), false).unwrap();
    let source = source::Options { paths: vec![models.clone()], ..source::Options::default() };
    let update = |inspected: &Inspected| {
        let scan = source::scan(&source);
        assert_eq!(scan.errors, [], "{pair}");
        introspect::update(dialect, &models, &scan, &source, inspected, &options)
            .unwrap_or_else(|error| panic!("{pair}: {error:?}"))
    };
    assert_eq!(update(from), Rewritten::default(), "{pair}: nothing to do");
    let rewritten = update(to);
    assert!(rewritten.noted.len() > 10, "{pair}: {}", rewritten.noted.len());
    introspect::rewrite(&rewritten).unwrap();
    assert_formatted(&models.join("mod.rs"));
    assert_eq!(update(to), Rewritten::default(), "{pair}: a second run changes nothing");
}
