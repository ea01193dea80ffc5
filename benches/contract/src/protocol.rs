//! What is asked of a peer's process, and what it answers: one line each.

use std::{fmt, str::FromStr, time::Duration};

use crate::{case::Case, measure::Measured};

/// A line on the peer's standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Makes the tables and fills them.
    Fill,
    /// Runs one statement: how databases are created and dropped.
    Batch(String),
    /// Does a case some times.
    Measure {
        /// What.
        case: Case,
        /// Chooses the keys.
        round: u32,
        /// How often.
        count: u32,
    },
}

/// A line on the peer's standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// It was measured.
    Measured(Measured),
    /// It failed.
    Failed(String),
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fill => f.write_str("fill"),
            Self::Batch(sql) => write!(f, "batch {sql}"),
            Self::Measure { case, round, count } => write!(f, "measure {case} {round} {count}"),
        }
    }
}

impl FromStr for Request {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let wrong = || format!("`{line}` is no request");
        if line == "fill" {
            return Ok(Self::Fill);
        }
        if let Some(sql) = line.strip_prefix("batch ") {
            return Ok(Self::Batch(sql.to_owned()));
        }
        let words: Vec<&str> = line.split(' ').collect();
        let ["measure", case, round, count] = words[..] else { return Err(wrong()) };
        let number = |word: &str| word.parse().map_err(|_| wrong());
        Ok(Self::Measure { case: case.parse()?, round: number(round)?, count: number(count)? })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Measured(Measured { elapsed, digest }) => {
                write!(f, "measured {} {digest}", elapsed.as_nanos())
            }
            Self::Failed(why) => write!(f, "failed {}", why.replace('\n', " ")),
        }
    }
}

impl FromStr for Answer {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let wrong = || format!("`{line}` is no answer");
        if line == "done" {
            return Ok(Self::Done);
        }
        if let Some(why) = line.strip_prefix("failed ") {
            return Ok(Self::Failed(why.to_owned()));
        }
        let words: Vec<&str> = line.split(' ').collect();
        let ["measured", nanoseconds, digest] = words[..] else { return Err(wrong()) };
        Ok(Self::Measured(Measured {
            elapsed: Duration::from_nanos(nanoseconds.parse().map_err(|_| wrong())?),
            digest: digest.parse().map_err(|_| wrong())?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let requests = [
            Request::Fill,
            Request::Batch("CREATE DATABASE bench".into()),
            Request::Measure { case: Case::Insert(100), round: 7, count: 12 },
        ];
        for request in requests {
            assert_eq!(request.to_string().parse(), Ok(request));
        }
    }

    #[test]
    fn an_answer_is_one_line_and_read_as_it_was_written() {
        let measured = Answer::Measured(Measured { elapsed: Duration::from_nanos(12), digest: u64::MAX });
        for answer in [Answer::Done, measured, Answer::Failed("no such table".into())] {
            assert_eq!(answer.to_string().parse(), Ok(answer));
        }
        assert_eq!(Answer::Failed("two\nlines".into()).to_string(), "failed two lines");
    }
}
