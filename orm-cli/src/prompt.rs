//! Questions to a person at a terminal. Whoever asks has made sure that there is one.

use std::io::{self, BufRead};

use tokio::sync::oneshot;

use crate::output::Output;

/// Asks a question whose answer is yes or no, and again until it is one; `None` at the end of the input.
pub(crate) async fn yes_or_no(output: &Output, question: &str) -> Option<bool> {
    loop {
        match answer(output, &format!("{question} [y/n] ")).await?.as_str() {
            "y" | "yes" => return Some(true),
            "n" | "no" => return Some(false),
            _ => {}
        }
    }
}

/// Asks which one of several, by a word or its first letters, and again until it is one; `None` for later, and at the end of
/// the input.
pub(crate) async fn one_of<T: Copy>(output: &Output, question: &str, words: &[(&str, T)]) -> Option<T> {
    let names = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("/");
    loop {
        let answer = answer(output, &format!("{question} [{names}/later] ")).await?;
        let is_meant = |word: &str| !answer.is_empty() && word.starts_with(&answer);
        if let Some((_, choice)) = words.iter().find(|(word, _)| is_meant(word)) {
            return Some(*choice);
        }
        if is_meant("later") {
            return None;
        }
    }
}

/// A line in lower case, without blanks around it; `None` at the end of the input.
async fn answer(output: &Output, question: &str) -> Option<String> {
    output.question(question);
    let line = on_a_thread(line).await.ok().flatten()?;
    output.answered();
    Some(line.trim().to_lowercase())
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
