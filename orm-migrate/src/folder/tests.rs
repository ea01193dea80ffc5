//! The folder on a real disk.

use std::fs;

use chrono::DateTime;
use orm_schema::{Schema, Table};

use super::*;

fn draft(what_for: &str, table: &str) -> Draft {
    Draft {
        what_for: what_for.to_owned(),
        now: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        up: format!("CREATE TABLE \"{table}\" (\n    \"id\" INTEGER\n);\n"),
        down: Some(format!("DROP TABLE \"{table}\";\n")),
        schema: Schema { tables: vec![Table::new(table)], enums: Vec::new() },
    }
}

fn folder_with_two() -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("migrations");
    let mut migrations = Migrations::create(&folder, Dialect::Sqlite).unwrap();
    migrations.add(&folder, &draft("first", "a")).unwrap();
    migrations.add(&folder, &draft("second", "b")).unwrap();
    (root, folder)
}

fn code(result: Result<Migrations>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn what_was_added_is_read_again_in_order() {
    let (_root, folder) = folder_with_two();
    let migrations = Migrations::read(&folder).unwrap().verified().unwrap();
    let names: Vec<_> = migrations.list().iter().map(|migration| migration.name.as_str()).collect();
    assert_eq!(names, ["20231114221320_first", "20231114221321_second"]);
    assert_eq!(migrations.schema().tables[0].name.name, "b");
    let hidden = fs::read_dir(&folder)
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "no temporary file is left");
}

#[test]
fn line_endings_and_a_byte_order_mark_are_no_edit() {
    let (_root, folder) = folder_with_two();
    let up = folder.join("20231114221320_first/up.sql");
    let text = fs::read_to_string(&up).unwrap();
    fs::write(&up, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert!(Migrations::read(&folder).unwrap().verified().is_ok());
}

#[test]
fn line_ends_that_somebody_means_are_kept_and_count() {
    let (_root, folder) = folder_with_two();
    let up = folder.join("20231114221320_first/up.sql");
    fs::write(&up, "SELECT 'a\r\nb';\n").unwrap();
    let migrations = Migrations::read(&folder).unwrap();
    assert_eq!(migrations.list()[0].up, "SELECT 'a\r\nb';\n");
    let meant = migrations.list()[0].fingerprint();
    fs::write(&up, "SELECT 'a\nb';\n").unwrap();
    assert_ne!(Migrations::read(&folder).unwrap().list()[0].fingerprint(), meant);
}

#[test]
fn edited_missing_and_unlisted_migrations_are_told_together() {
    let (_root, folder) = folder_with_two();
    fs::write(folder.join("20231114221320_first/up.sql"), "SELECT 1;").unwrap();
    fs::rename(folder.join("20231114221321_second"), folder.join("20231114221322_third")).unwrap();
    let migrations = Migrations::read(&folder).unwrap();
    let error = migrations.clone().verified().unwrap_err();
    let codes: Vec<_> = std::iter::once(&error).chain(error.others()).map(MigrateError::code).collect();
    assert_eq!(codes, [Code::Edited, Code::Missing, Code::Unlisted]);

    let mut migrations = migrations;
    migrations.relock(&folder).unwrap();
    assert!(Migrations::read(&folder).unwrap().verified().is_ok());
}

#[test]
fn a_folder_that_is_no_migrations_folder_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(code(Migrations::read(&root.path().join("none"))), Code::NoMigrations);
    assert_eq!(code(Migrations::read(root.path())), Code::NoMigrations);
    fs::write(root.path().join("main.rs"), "").unwrap();
    assert_eq!(code(Migrations::read(root.path())), Code::NotMigrations);
    assert_eq!(code(Migrations::create(root.path(), Dialect::Sqlite)), Code::NotMigrations);
    assert_eq!(code(Migrations::read(&root.path().join("main.rs"))), Code::NotMigrations);
}

#[test]
fn a_folder_of_folders_names_one_to_use() {
    let (root, folder) = folder_with_two();
    let error = Migrations::read(root.path()).unwrap_err();
    assert_eq!(error.code(), Code::NotMigrations);
    assert!(error.what_to_do().unwrap().contains(&folder.display().to_string()));
}

#[test]
fn a_folder_of_another_dialect_is_refused() {
    let (_root, folder) = folder_with_two();
    assert_eq!(code(Migrations::create(&folder, Dialect::Postgres)), Code::OtherDialect);
}

#[test]
fn a_folder_for_another_dialect_may_stand_inside() {
    let (_root, folder) = folder_with_two();
    let inner = folder.join("postgres");
    Migrations::create(&inner, Dialect::Postgres).unwrap();
    assert_eq!(Migrations::read(&folder).unwrap().verified().unwrap().list().len(), 2);
    assert!(Migrations::read(&inner).unwrap().list().is_empty());
}

#[test]
fn what_a_killed_write_left_is_swept_up_once_it_is_old() {
    let (_root, folder) = folder_with_two();
    let (young, old) = (folder.join(".20231114221322_x.7.tmp"), folder.join(".orm.lock.7.tmp"));
    fs::create_dir(&young).unwrap();
    fs::write(&old, "half").unwrap();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    fs::File::options().write(true).open(&old).unwrap().set_modified(long_ago).unwrap();
    let mut migrations = Migrations::read(&folder).unwrap();
    migrations.add(&folder, &draft("third", "c")).unwrap();
    assert!(young.exists() && !old.exists());
}

#[test]
fn a_lost_lock_file_is_not_made_anew() {
    let (_root, folder) = folder_with_two();
    fs::remove_file(folder.join(LOCK_FILE)).unwrap();
    assert_eq!(code(Migrations::read(&folder)), Code::LockFile);
    assert_eq!(code(Migrations::create(&folder, Dialect::Sqlite)), Code::LockFile);
}

#[test]
fn an_embedded_folder_is_held_to_the_same_checks() {
    let (_root, folder) = folder_with_two();
    let mut files = Vec::new();
    for path in ["orm.lock", "20231114221320_first/up.sql", "20231114221320_first/schema.json"] {
        files.push((path, fs::read_to_string(folder.join(path)).unwrap()));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let error = Migrations::embedded(&files).unwrap_err();
    let codes: Vec<_> = std::iter::once(&error).chain(error.others()).map(MigrateError::code).collect();
    assert_eq!(codes, [Code::Edited, Code::Missing], "down.sql and the second migration are not embedded");
}

#[test]
fn a_line_that_a_merge_added_is_told_until_the_folder_is_locked_again() {
    let (_root, folder) = folder_with_two();
    let lock = folder.join(LOCK_FILE);
    let text = fs::read_to_string(&lock).unwrap();
    let head = text.lines().find(|line| line.starts_with("head ")).unwrap();
    fs::write(&lock, text.replace(head, "head 0")).unwrap();
    let mut migrations = Migrations::read(&folder).unwrap();
    assert_eq!(migrations.irregularities(), [Irregularity::Unsealed]);
    assert_eq!(code(migrations.clone().verified()), Code::Unsealed);
    migrations.relock(&folder).unwrap();
    assert!(Migrations::read(&folder).unwrap().verified().is_ok());
}
