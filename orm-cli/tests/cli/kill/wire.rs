//! The wire between a deploy and its server, which knows every moment at which the deploy speaks: there it stops, before
//! or behind what is said. So a kill comes between a statement and its record, too, where a clock hardly ever is.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

/// Where the wire stops.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    /// How often the deploy has spoken by then, from 1.
    pub(crate) turn: u64,
    /// Whether the server still hears what is said there.
    pub(crate) is_heard: bool,
    /// Words at which it stops, too, wherever they are spoken.
    pub(crate) words: Option<&'static str>,
}

impl Stop {
    /// Nowhere.
    pub(crate) const NEVER: Self = Self { turn: u64::MAX, is_heard: true, words: None };

    /// At that turn.
    pub(crate) fn at(turn: u64, is_heard: bool) -> Self {
        Self { turn, is_heard, ..Self::NEVER }
    }

    /// Where these words are spoken.
    pub(crate) fn words(words: &'static str, is_heard: bool) -> Self {
        Self { is_heard, words: Some(words), ..Self::NEVER }
    }
}

/// A wire to a server.
pub(crate) struct Wire {
    /// The URL that leads through it.
    pub(crate) url: String,
    stopped: Receiver<()>,
    own: SocketAddr,
    turns: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
}

/// What both directions of a connection know.
#[derive(Clone)]
struct State {
    turns: Arc<AtomicU64>,
    /// Whether the server has answered since the deploy spoke last.
    answered: Arc<AtomicBool>,
    stop: Stop,
    stopping: Sender<()>,
}

impl Wire {
    /// A wire to the server of this URL.
    pub(crate) fn new(url: &str, stop: Stop) -> Self {
        let (begin, end) = address_in(url);
        let mut servers = url[begin..end].to_socket_addrs().expect("a server with a host and a port");
        let server = servers.next().expect("a host that is known");
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let own = listener.local_addr().unwrap();
        let (stopping, stopped) = channel();
        let (turns, answered) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(true)));
        let state = State { turns: turns.clone(), answered, stop, stopping };
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        thread::spawn(move || listen(&listener, server, &state, &over));
        Self { url: format!("{}{own}{}", &url[..begin], &url[end..]), stopped, own, turns, is_over }
    }

    /// Whether the deploy has come to where the wire stops.
    pub(crate) fn has_stopped(&self, within: Duration) -> bool {
        self.stopped.recv_timeout(within).is_ok()
    }

    /// How often the deploy has spoken.
    pub(crate) fn turns(&self) -> u64 {
        self.turns.load(Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Who listens wakes up by being called.
        let _ = TcpStream::connect(self.own);
    }
}

/// Where the address stands in a URL.
fn address_in(url: &str) -> (usize, usize) {
    let begin = url.find('@').map_or_else(|| url.find("://").unwrap() + 3, |at| at + 1);
    let end = url[begin..].find('/').map_or(url.len(), |at| begin + at);
    (begin, end)
}

fn listen(listener: &TcpListener, server: SocketAddr, state: &State, is_over: &AtomicBool) {
    for client in listener.incoming().take_while(|_| !is_over.load(Ordering::SeqCst)) {
        let (Ok(client), Ok(server)) = (client, TcpStream::connect(server)) else { return };
        for stream in [&client, &server] {
            stream.set_nodelay(true).unwrap();
        }
        let (from_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let answering = state.answered.clone();
        thread::spawn(move || {
            pass(from_server, to_client, |_| {
                answering.store(true, Ordering::SeqCst);
                true
            });
        });
        let state = state.clone();
        thread::spawn(move || speak(client, server, &state));
    }
}

/// From the deploy to the server, up to where the wire stops; from there on nothing is heard any more.
fn speak(client: TcpStream, server: TcpStream, state: &State) {
    let mut last_word = server.try_clone().unwrap();
    let mut has_stopped = false;
    pass(client, server, |said| {
        if !has_stopped && state.is_stop(said) {
            has_stopped = true;
            if state.stop.is_heard {
                let _ = last_word.write_all(said);
            }
            let _ = state.stopping.send(());
        }
        !has_stopped
    });
}

impl State {
    /// Whether it is here that the wire stops: the deploy speaks when the server has answered.
    fn is_stop(&self, said: &[u8]) -> bool {
        let speaks = self.answered.swap(false, Ordering::SeqCst);
        let is_turn = speaks && self.turns.fetch_add(1, Ordering::SeqCst) + 1 == self.stop.turn;
        let is_said = |words: &str| said.windows(words.len()).any(|found| found == words.as_bytes());
        is_turn || self.stop.words.is_some_and(is_said)
    }
}

/// Passes on what is to be heard, until one side is gone: then the other hears of it.
fn pass(mut from: TcpStream, mut to: TcpStream, mut is_heard: impl FnMut(&[u8]) -> bool) {
    let mut buffer = [0; 65_536];
    while let Ok(length) = from.read(&mut buffer) {
        let said = &buffer[..length];
        if length == 0 || (is_heard(said) && to.write_all(said).is_err()) {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
