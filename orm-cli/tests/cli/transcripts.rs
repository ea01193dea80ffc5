//! Every transcript of `docs/migrations.md` is what the program says: each block is run, and held against the page.
//!
//! ```text
//! <!-- project -->                       a new project on SQLite
//! <!-- edit: A => B -->                  an edit of the models
//! <!-- file: PATH: TEXT -->              a file; `\n` is a line break
//! <!-- sql: STATEMENT -->                what somebody does to the database
//! ```
//!
//! `ORM_UPDATE_GOLDEN=1` writes the page anew.

use std::{env, fs, path::Path, process::Command};

use crate::support::Project;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/migrations.md");

#[test]
fn the_transcripts_of_the_page_are_what_the_program_says() {
    let page = fs::read_to_string(PAGE).unwrap();
    let written = Page::default().run(&page);
    assert!(page.matches("```console").count() > 8, "the page has lost its transcripts");
    if env::var_os("ORM_UPDATE_GOLDEN").is_some() {
        fs::write(PAGE, &written).unwrap();
        return;
    }
    let differ = page.lines().zip(written.lines()).find(|(page, written)| page != written);
    assert_eq!(differ, None, "ORM_UPDATE_GOLDEN=1 writes the page anew; read it then");
    assert_eq!(page.lines().count(), written.lines().count());
}

/// A page while it is run.
#[derive(Default)]
struct Page {
    project: Option<Project>,
    /// The names of migrations, each with the time that the page gives it.
    times: Vec<String>,
}

impl Page {
    fn run(mut self, page: &str) -> String {
        let mut written = String::new();
        let mut block: Option<Vec<String>> = None;
        for line in page.lines() {
            if let Some(commands) = &mut block {
                if line == "```" {
                    let commands = std::mem::take(commands);
                    block = None;
                    commands.iter().for_each(|command| written.push_str(&self.command(command)));
                    written.push_str("```\n");
                } else if let Some(command) = line.strip_prefix("$ ") {
                    commands.push(command.to_owned());
                }
                continue;
            }
            written.push_str(line);
            written.push('\n');
            if line == "```console" {
                block = Some(Vec::new());
            } else if let Some(directive) =
                line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"))
            {
                self.directive(directive);
            }
        }
        written
    }

    fn directive(&mut self, text: &str) {
        if text == "project" {
            *self = Self { project: Some(Project::new()), times: Vec::new() };
            return;
        }
        let project = self.project.as_ref().expect("a project comes first");
        let (word, rest) = text.split_once(": ").unwrap_or((text, ""));
        let rest = rest.replace("\\n", "\n");
        match word {
            "edit" => {
                let (from, to) = rest.split_once(" => ").unwrap();
                project.edit("src/models.rs", from, to);
            }
            "file" => {
                let (path, text) = rest.split_once(": ").unwrap();
                project.write(&self.real(path), text);
            }
            "sql" => project.sql(&self.real(&rest)),
            other => panic!("no directive: {other}"),
        }
    }

    /// Runs a command as somebody at a terminal would, with stdout and stderr in their order.
    fn command(&mut self, command: &str) -> String {
        let project = self.project.as_ref().expect("a project comes first");
        let program = Path::new(env!("CARGO_BIN_EXE_orm"));
        let path =
            format!("{}:{}", program.parent().unwrap().display(), env::var("PATH").unwrap_or_default());
        let output = Command::new("sh")
            .args(["-c", &format!("{} 2>&1", self.real(command))])
            .current_dir(project.path("."))
            .env("PATH", path)
            .env("DATABASE_URL", &project.url)
            .env_remove("NO_COLOR")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let said = said.replace(&format!("{}/", project.path(".").display()), "");
        let said = self.with_stable_times(&said);
        let ended = match output.status.code() {
            Some(0) => String::new(),
            code => format!("[exit code {}]\n", code.unwrap_or(-1)),
        };
        format!("$ {command}\n{said}{ended}")
    }

    /// The times of names, which begin with them, in the order in which they turned up.
    fn with_stable_times(&mut self, text: &str) -> String {
        let mut stable = text.to_owned();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            let is_time = word.len() == 14 && word.bytes().all(|byte| byte.is_ascii_digit());
            if is_time && !self.times.iter().any(|time| time == word) {
                self.times.push(word.to_owned());
            }
        }
        for (at, time) in self.times.iter().enumerate() {
            stable = stable.replace(time, &told(at));
        }
        without_moments(&stable)
    }

    /// What the page says, with the times that the folder has.
    fn real(&self, text: &str) -> String {
        let times = self.times.iter().enumerate();
        times.fold(text.to_owned(), |text, (at, time)| text.replace(&told(at), time))
    }
}

/// The time that the page gives to the migration at that place.
fn told(at: usize) -> String {
    format!("202611201140{at:02}")
}

/// `2026-11-20T11:40:00Z` is another moment each time.
fn without_moments(text: &str) -> String {
    let is_moment = |word: &str| {
        word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T' && word.starts_with("20")
    };
    let mut stable = text.to_owned();
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == ':')) {
        if is_moment(word) {
            stable = stable.replace(word, "2026-11-20T11:40:00Z");
        }
    }
    stable
}
