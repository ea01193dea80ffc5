//! The program at a terminal: a pseudo-terminal, of which the test holds the end that a person would have.

#![cfg(unix)]

use std::{
    io::{Read as _, Write as _},
    process::Child,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use pty_process::blocking::{Command, Pty, open};

use crate::support::{Project, Ran};

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// What Ctrl-C sends: the terminal makes SIGINT of it.
pub(crate) const CTRL_C: &str = "\u{3}";

/// What Ctrl-D sends: at the beginning of a line, the end of the input.
pub(crate) const CTRL_D: &str = "\u{4}";

/// A program that runs at a terminal.
pub(crate) struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    shown: Receiver<String>,
    /// All that the terminal has shown: what the program says, and the echo of what was typed.
    text: String,
    /// How much of it was waited for.
    read: usize,
}

impl Terminal {
    /// Runs the program on the project's database; words are split at blanks.
    pub(crate) fn of(project: &Project, words: &str) -> Self {
        let words: Vec<_> = words.split_whitespace().collect();
        let mut command = project.command(&words);
        command.env("NO_COLOR", "1");
        let (pty, pts) = open().unwrap();
        let child = Command::from(command).spawn(pts).unwrap();
        let (pty, (showing, shown)) = (Arc::new(pty), channel());
        let screen = Arc::clone(&pty);
        thread::spawn(move || show(&screen, |text| showing.send(text).is_ok()));
        Self { pty, child, shown, text: String::new(), read: 0 }
    }

    /// Waits until it asks this.
    #[track_caller]
    pub(crate) fn asks(&mut self, question: &str) -> &mut Self {
        while !self.text[self.read..].contains(question) {
            let Ok(more) = self.shown.recv_timeout(PATIENCE) else {
                panic!("no {question:?} in:\n{}", &self.text[self.read..])
            };
            self.text.push_str(&more);
        }
        let at = self.text[self.read..].find(question).unwrap_or_default();
        self.read += at + question.len();
        self
    }

    /// Types a line.
    pub(crate) fn answers(&mut self, line: &str) -> &mut Self {
        self.presses(&format!("{line}\n"))
    }

    /// Presses keys.
    pub(crate) fn presses(&mut self, keys: &str) -> &mut Self {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
        self
    }

    /// Waits for its end; a terminal does not tell stdout from stderr.
    pub(crate) fn ended(&mut self) -> Ran {
        // The terminal closes with its last program.
        loop {
            match self.shown.recv_timeout(PATIENCE) {
                Ok(more) => self.text.push_str(&more),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it hangs, after it said:\n{}", self.text),
            }
        }
        let exit = self.child.wait().unwrap().code();
        Ran { exit: exit.unwrap_or(-1), stdout: String::new(), stderr: self.text.clone() }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands on what comes, with line ends as a program writes them.
fn show(screen: &Pty, mut told: impl FnMut(String) -> bool) {
    let mut buffer = [0; 4096];
    let mut screen = screen;
    // Linux gives an error, others the end, once no program has the terminal any more.
    while let Ok(length @ 1..) = screen.read(&mut buffer) {
        if !told(String::from_utf8_lossy(&buffer[..length]).replace('\r', "")) {
            return;
        }
    }
}
