//! Questions to a person at a terminal. Whoever asks has made sure that there is one.

use std::io::{self, BufRead};

use tokio::sync::oneshot;

use crate::output::Output;

/// Asks a question whose answer is yes or no, and again until it is one; `None` at the end of the input.
pub(crate) async fn yes_or_no(output: &Output, question: &str) -> Option<bool> {
    loop {
        output.question(&format!("{question} [y/n] "));
        let answer = on_a_thread(line).await.ok().flatten()?;
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => return Some(true),
            "n" | "no" => return Some(false),
            _ => {}
        }
    }
}

/// Asks which one of several, by a word or its first letter; `None` for none of them.
pub(crate) async fn one_of<T: Copy>(output: &Output, question: &str, words: &[(&str, T)]) -> Option<T> {
    let names = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("/");
    output.question(&format!("{question} [{names}/later] "));
    let answer = on_a_thread(line).await.ok().flatten()?.trim().to_lowercase();
    let meant = |word: &str| !answer.is_empty() && word.starts_with(&answer);
    words.iter().find(|(word, _)| meant(word)).map(|(_, choice)| *choice)
}

/// All of stdin.
pub(crate) async fn stdin() -> io::Result<String> {
    on_a_thread(|| io::read_to_string(io::stdin().lock())).await
}

fn line() -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    Ok((read > 0).then_some(line))
}

/// Reads on a thread of its own that nobody waits for, so that a signal ends the wait and the process.
async fn on_a_thread<T: Send + 'static>(
    read: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        // The receiver is gone when a signal has ended the command.
        let _ = sender.send(read());
    });
    receiver.await.unwrap_or_else(|_| Err(io::Error::other("the input was not read")))
}
