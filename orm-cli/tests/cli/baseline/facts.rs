//! What the vendors' own tools say of a database.

use std::process::Command;

use super::tool;
use crate::support::{Database, Project, datasets};

/// The facts of the catalogs that models say, one a line, by the script beside the datasets.
pub(crate) fn catalog_facts(project: &Project) -> Option<String> {
    let script = datasets()?.join("../catalog_facts.py");
    let python = tool("python3").filter(|_| script.is_file())?;
    let (url, password) = without_password(&project.absolute_url());
    let mut command = Command::new(python);
    command.arg(script);
    match project.database {
        Database::Sqlite | Database::Postgres => command.arg(project.absolute_url()),
        Database::MariaDb => command.arg(url).env("MYSQL_PWD", password),
    };
    let facts = said(&mut command);
    let mut lines: Vec<_> = facts.lines().filter(|line| !line.contains("_orm_")).collect();
    lines.sort_unstable();
    Some(without_name(project, &lines.join("\n")))
}

/// The definitions of everything.
pub(crate) fn definitions(project: &Project) -> Option<String> {
    match project.database {
        // Blanks behind a statement are kept by SQLite, though they are no part of it.
        Database::Sqlite => Some(project.text(
            "SELECT group_concat(sql, char(10)) FROM (SELECT rtrim(sql, char(10, 13, 32)) AS sql FROM sqlite_schema WHERE sql IS NOT NULL \
             AND name NOT LIKE '\\_orm%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name)",
        )),
        Database::Postgres => dump_of_postgres(project),
        Database::MariaDb => dump_of_mariadb(project),
    }
}

/// Statements only: what follows `--` says when and by which version, `\restrict` has a word of its own each time.
fn dump_of_postgres(project: &Project) -> Option<String> {
    let mut command = Command::new(tool("pg_dump")?);
    command.args(["--schema-only", "--no-owner", "--no-privileges", "--exclude-table=_orm_*", &project.url]);
    let text = said(&mut command);
    let is_statement = |line: &&str| {
        !line.is_empty() && !["--", "\\restrict", "\\unrestrict"].iter().any(|word| line.starts_with(word))
    };
    Some(text.lines().filter(is_statement).collect::<Vec<_>>().join("\n"))
}

fn dump_of_mariadb(project: &Project) -> Option<String> {
    let (url, password) = without_password(&project.url);
    let address = url.split_once("://")?.1;
    let (user, rest) = address.split_once('@')?;
    let (host, port) = rest.split('/').next()?.split_once(':')?;
    let name = project.name();
    let mut command = Command::new(tool("mariadb-dump")?);
    command.args([
        "--no-defaults",
        "--no-data",
        "--routines",
        "--triggers",
        "--events",
        "--skip-comments",
        "-u",
        user,
    ]);
    command.args(["-h", host, "-P", port]).env("MYSQL_PWD", password);
    command.args(["_orm_migration", "_orm_statement"].map(|table| format!("--ignore-table={name}.{table}")));
    let text = without_name(project, &said(command.arg(&name)));
    Some(text.lines().map(without_counter).collect::<Vec<_>>().join("\n"))
}

/// Rows count it up; a comment that speaks of one stays.
fn without_counter(line: &str) -> String {
    match line.split_once(") ENGINE=InnoDB AUTO_INCREMENT=") {
        Some(("", rest)) => {
            format!(") ENGINE=InnoDB {}", rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start())
        }
        Some(_) | None => line.to_owned(),
    }
}

/// A name of its own is what the other database has in the same place.
fn without_name(project: &Project, text: &str) -> String {
    if project.database != Database::MariaDb {
        return text.to_owned();
    }
    let name = project.name();
    text.replace(&format!("`{name}`."), "").replace(&format!("{name}."), "")
}

fn without_password(url: &str) -> (String, String) {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let Some(end) = url[begin..].find('@').map(|at| begin + at) else {
        return (url.to_owned(), String::new());
    };
    match url[begin..end].split_once(':') {
        Some((user, password)) => (format!("{}{user}{}", &url[..begin], &url[end..]), password.to_owned()),
        None => (url.to_owned(), String::new()),
    }
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    // The default of a column of bytes stands in a dump as it is.
    let chunks = output.stdout.utf8_chunks();
    chunks.map(|chunk| format!("{}{}", chunk.valid(), chunk.invalid().escape_ascii())).collect()
}
