//! The loop of a peer's process.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the answers go to stdout, what is said to people to stderr"
)]

use std::{
    env,
    io::{Write, stdout},
    pin::pin,
    process::ExitCode,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use crate::{
    database::Database,
    measure::measure,
    peer::{Peer, Result},
    protocol::{Answer, Request},
    requests::Requests,
    tables,
};

/// The `main` of a peer: reads `DATABASE URL` from the command line and says what went wrong.
pub fn run(serve: impl FnOnce(Database, &str) -> Result<()>) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [database, url] = &arguments[..] else {
        eprintln!("a peer is started by orm-bench, with a database and its URL");
        return ExitCode::from(64);
    };
    let served = database.parse().map_err(Into::into).and_then(|database| serve(database, url));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}", Answer::Failed(error.to_string()));
            ExitCode::FAILURE
        }
    }
}

/// Answers requests until there are no more.
///
/// # Errors
/// When the database cannot be reached or stdin and stdout are gone; a request that fails is an answer.
pub async fn serve<P: Peer>(database: Database, url: &str) -> Result<()> {
    let mut peer = P::connect(database, url).await?;
    answer(&Answer::Done)?;
    let mut requests = Requests::read();
    while let Some(line) = requests.next().await {
        let answered = match line?.parse() {
            Ok(request) => attend(&mut peer, database, request).await,
            Err(error) => Err(error.into()),
        };
        answer(&answered.unwrap_or_else(|error| Answer::Failed(error.to_string())))?;
    }
    Ok(())
}

async fn attend<P: Peer>(peer: &mut P, database: Database, request: Request) -> Result<Answer> {
    match request {
        Request::Fill => {
            for sql in tables::fill(database) {
                peer.batch(&sql).await?;
            }
            Ok(Answer::Done)
        }
        Request::Batch(sql) => {
            peer.batch(&sql).await?;
            Ok(Answer::Done)
        }
        Request::Measure { case, round, count } => {
            Ok(Answer::Measured(measure(peer, database, case, round, count).await?))
        }
    }
}

fn answer(answer: &Answer) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{answer}")?;
    out.flush()?;
    Ok(())
}

/// Runs the future of a peer that has no runtime: it waits only for requests.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        thread::park();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
