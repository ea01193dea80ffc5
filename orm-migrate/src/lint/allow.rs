//! `-- orm: allow L203 the table has ten rows`: findings that a person has decided on.
//!
//! Stands on the lines before a statement, and holds for that statement; `-- orm: allow-file` holds for the whole file.

use super::{
    Finding, rules,
    rules::{ALLOW_UNKNOWN, ALLOW_UNUSED, ALLOW_WITHOUT_REASON},
};
use crate::{
    baseline::MARKER,
    folder::REPLACES,
    plan::{NO_TRANSACTION, TRANSACTION, parse_rebuild},
};

/// The beginning of everything that a comment says to us.
const PREFIX: &str = "-- orm:";

/// A comment that speaks to the linter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) line: usize,
    /// The comment's own text.
    pub(crate) text: String,
    pub(crate) says: Says,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Says {
    /// These codes are decided on.
    Allow { codes: Vec<String>, whole_file: bool, reason: String },
    /// Nothing that anybody here knows.
    Nonsense,
}

/// What a comment says to the linter, if it speaks to it.
pub(super) fn marker(comment: &str, line: impl FnOnce() -> usize) -> Option<Marker> {
    let comment = comment.trim();
    let words = comment.strip_prefix(PREFIX)?.trim();
    let (verb, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let says = match verb {
        "allow" => allowed(rest, false),
        "allow-file" => allowed(rest, true),
        _ if is_executors(comment) => return None,
        _ => Says::Nonsense,
    };
    Some(Marker { line: line(), text: comment.to_owned(), says })
}

/// What is read elsewhere: by the executor, and where baselines and squashed migrations are.
fn is_executors(comment: &str) -> bool {
    [TRANSACTION, NO_TRANSACTION, MARKER].contains(&comment)
        || comment.starts_with(REPLACES)
        || parse_rebuild(comment).is_some()
}

/// Codes, with commas or blanks between them, then the reason.
fn allowed(rest: &str, whole_file: bool) -> Says {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let count = words.iter().take_while(|word| is_code(word)).count();
    let (codes, reason) = words.split_at(count);
    let codes = codes.iter().flat_map(|word| word.split([',', ':'])).filter(|code| !code.is_empty());
    let reason = reason.join(" ").trim_start_matches([':', '-', '—']).trim().to_owned();
    Says::Allow { codes: codes.map(str::to_owned).collect(), whole_file, reason }
}

/// Whether a word is a code or several: `L203`, `L203,L301,`.
fn is_code(word: &str) -> bool {
    let is_one = |code: &str| {
        code.strip_prefix('L')
            .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    word.trim_end_matches([',', ':']).split(',').all(is_one)
}

/// A marker and the lines for which it holds.
struct Allowance<'a> {
    marker: &'a Marker,
    /// The line of its statement.
    line: usize,
    code: &'a str,
    whole_file: bool,
    used: bool,
}

/// Takes out what is decided on, and tells of decisions that decide nothing.
pub(super) fn decide(
    findings: Vec<Finding>,
    markers: &[(usize, Marker)],
    told: impl Fn(usize, &'static rules::Rule, String) -> Finding,
) -> Vec<Finding> {
    let mut kept = Vec::new();
    let mut allowances = Vec::new();
    for (line, marker) in markers {
        let Says::Allow { codes, whole_file, reason } = &marker.says else {
            kept.push(told(
                marker.line,
                &ALLOW_UNKNOWN,
                format!("`{}` says nothing that orm knows", marker.text),
            ));
            continue;
        };
        if codes.is_empty() {
            kept.push(told(marker.line, &ALLOW_UNKNOWN, format!("`{}` names no code", marker.text)));
        } else if reason.is_empty() {
            kept.push(told(marker.line, &ALLOW_WITHOUT_REASON, format!("`{}` gives no reason", marker.text)));
        }
        for code in codes {
            match rules::of(code) {
                Some(_) => allowances.push(Allowance {
                    marker,
                    line: *line,
                    code,
                    whole_file: *whole_file,
                    used: false,
                }),
                None => kept.push(told(marker.line, &ALLOW_UNKNOWN, format!("there is no rule `{code}`"))),
            }
        }
    }
    kept.extend(findings.into_iter().filter(|finding| !is_allowed(finding, &mut allowances)));
    for allowance in allowances.iter().filter(|allowance| !allowance.used) {
        let message =
            format!("`{}` is allowed, but nothing here is {}", allowance.code, named(allowance.code));
        kept.push(told(allowance.marker.line, &ALLOW_UNUSED, message));
    }
    kept
}

fn named(code: &str) -> String {
    rules::of(code).map(|rule| format!("`{}`", rule.name)).unwrap_or_default()
}

fn is_allowed(finding: &Finding, allowances: &mut [Allowance<'_>]) -> bool {
    let mut allowed = false;
    for allowance in allowances.iter_mut() {
        if allowance.code == finding.code && (allowance.whole_file || allowance.line == finding.line) {
            allowance.used = true;
            allowed = true;
        }
    }
    allowed
}
