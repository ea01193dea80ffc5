//! A deploy in a process of its own, which is killed.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use super::{history::History, wire::Wire};
use crate::support::{Project, Ran};

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(90);

/// A deploy that runs.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    /// What it has said so far.
    log: String,
    start: Instant,
}

/// How a deploy ended that was to be killed.
pub(crate) enum End {
    /// By the kill, after this was said.
    Killed(String),
    /// On its own: the kill came too late.
    Done(Ran),
}

impl End {
    /// What it said.
    pub(crate) fn log(&self) -> &str {
        let (Self::Killed(log) | Self::Done(Ran { stderr: log, .. })) = self;
        log
    }
}

impl Running {
    /// Starts a deploy of the history.
    pub(crate) fn deploy(project: &Project, history: &History) -> Self {
        Self::at(project, history, &project.url)
    }

    /// Starts a deploy of the history to the database of that URL.
    pub(crate) fn at(project: &Project, history: &History, url: &str) -> Self {
        Self::start(project, &history.folder, url)
    }

    /// Starts a deploy of that folder to the database of that URL.
    pub(crate) fn start(project: &Project, folder: &Path, url: &str) -> Self {
        Self::run(project, &["migrate", "deploy", "-v", "--migrations", &folder.display().to_string()], url)
    }

    /// Starts the program on the database of that URL.
    pub(crate) fn run(project: &Project, words: &[&str], url: &str) -> Self {
        let mut command = project.command(words);
        command.env("DATABASE_URL", url);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (told, lines) = channel();
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| told.send(line)));
        Self { child, lines, log: String::new(), start: Instant::now() }
    }

    /// The next line, within a time; `None` when it is over, or when nothing more comes.
    pub(crate) fn line(&mut self, within: Duration) -> Option<String> {
        match self.lines.recv_timeout(within) {
            Ok(line) => {
                self.log.push_str(&line);
                self.log.push('\n');
                Some(line)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Waits for a line with one of these words.
    pub(crate) fn says(&mut self, words: &[&str]) {
        let has_them = |line: String| words.iter().any(|words| line.contains(words));
        while let Some(line) = self.line(PATIENCE) {
            if has_them(line) {
                return;
            }
        }
        panic!("it said none of {words:?}, but\n{}", self.log);
    }

    /// Kills it when it says such a line.
    pub(crate) fn killed_at(mut self, mut is_it: impl FnMut(&str) -> bool) -> End {
        while let Some(line) = self.line(PATIENCE) {
            if is_it(&line) {
                return self.killed();
            }
        }
        End::Done(self.ended())
    }

    /// Kills it when the wire stops.
    pub(crate) fn killed_by(mut self, wire: &Wire) -> End {
        while self.start.elapsed() < PATIENCE && self.child.try_wait().unwrap().is_none() {
            if wire.has_stopped(Duration::from_millis(20)) {
                return self.killed();
            }
        }
        End::Done(self.ended())
    }

    /// Kills it that long after its start.
    pub(crate) fn killed_after(self, time: Duration) -> End {
        thread::sleep(time.saturating_sub(self.start.elapsed()));
        self.killed()
    }

    /// Kills it now: SIGKILL, of which no process hears.
    pub(crate) fn killed(mut self) -> End {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        if status.code().is_some() {
            return End::Done(self.ended());
        }
        while self.line(PATIENCE).is_some() {}
        End::Killed(self.log)
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ran {
        while self.start.elapsed() < PATIENCE && self.child.try_wait().unwrap().is_none() {
            self.line(Duration::from_millis(20));
        }
        if self.child.try_wait().unwrap().is_none() {
            self.child.kill().unwrap();
            panic!("it hangs, after it said:\n{}", self.log);
        }
        while self.line(PATIENCE).is_some() {}
        let mut stdout = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        Ran { exit: self.child.wait().unwrap().code().unwrap_or(-1), stdout, stderr: self.log }
    }
}
