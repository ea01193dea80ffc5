//! The process of a peer: built with the others, started, asked, ended.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio},
};

use contract::{Answer, Database, Measured, Request};

use super::registry::{ADMINISTRATOR, OURS, Peer};
use crate::Result;

/// A peer that waits for requests. Dropped, it is told that there are no more, and waited for.
pub(crate) struct Child {
    name: &'static str,
    process: Process,
    /// `None` once there are no more requests.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Child {
    /// Starts a peer and waits until it has connected.
    pub(crate) fn start(peer: &Peer, database: Database, url: &str) -> Result<Self> {
        let program = target_folder()?.join("release").join(peer.package());
        let mut process = Command::new(&program)
            .args([database.name(), url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start `{}`: {error}", program.display()))?;
        let (Some(requests), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the process has no pipes".into());
        };
        let mut child =
            Self { name: peer.name, process, requests: Some(requests), answers: BufReader::new(answers) };
        child.answer().map_err(|error| format!("on {database}, {error}"))?;
        Ok(child)
    }

    /// Asks for something that has no figure.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<()> {
        self.send(request)?;
        match self.answer()? {
            Answer::Done => Ok(()),
            other => Err(self.unexpected(&other).into()),
        }
    }

    /// Asks for a figure.
    pub(crate) fn measure(&mut self, request: &Request) -> Result<Measured> {
        self.send(request)?;
        match self.answer()? {
            Answer::Measured(measured) => Ok(measured),
            other => Err(self.unexpected(&other).into()),
        }
    }

    fn send(&mut self, request: &Request) -> Result<()> {
        let requests = self.requests.as_mut().ok_or("the process has ended")?;
        writeln!(requests, "{request}")?;
        Ok(requests.flush()?)
    }

    fn answer(&mut self) -> Result<Answer> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(format!("{} ended before it answered", self.name).into());
        }
        match line.trim_end().parse()? {
            Answer::Failed(why) => Err(format!("{} failed: {why}", self.name).into()),
            answer => Ok(answer),
        }
    }

    fn unexpected(&self, answer: &Answer) -> String {
        format!("{} gave an answer that was not asked for: {answer}", self.name)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.requests = None;
        // It ends by itself; how it does is of no interest any more.
        let _status = self.process.wait();
    }
}

/// Builds the programs of the peers that take part.
pub(crate) fn build(peers: &[&Peer]) -> Result<()> {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("peers/Cargo.toml");
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--release", "--manifest-path"]).arg(manifest);
    command.arg("--target-dir").arg(target_folder()?);
    for peer in [&OURS, ADMINISTRATOR].iter().chain(peers) {
        command.args(["--package", &peer.package()]);
    }
    // Cargo speaks to people on stderr; stdout is for the figures.
    if command.stdout(Stdio::null()).status()?.success() {
        return Ok(());
    }
    Err("the peers could not be built; cargo says above why".into())
}

/// `target/peers`, beside the profile's folder that this program is in.
fn target_folder() -> Result<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("this program is not in a target folder")?;
    Ok(target.join("peers"))
}
