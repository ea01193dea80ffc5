//! `-- orm: allow L203 the table has ten rows`: findings that a person has decided on.
//!
//! Stands on the lines before a statement, and holds for that statement; `-- orm: allow-file` holds for the whole file.

use super::{
    Finding, Hit,
    file::Reading,
    finding::Source,
    rules,
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

/// A code that a comment allows.
struct Allowance<'a> {
    code: &'a str,
    /// The line of the comment.
    said: usize,
    /// The line of the statement that it stands before; `None` where it is for the whole file.
    line: Option<usize>,
    used: bool,
}

/// Takes out what is decided on, and tells of comments that decide nothing.
pub(super) fn decide(source: &Source<'_>, findings: Vec<Finding>, readings: &[Reading]) -> Vec<Finding> {
    let mut allowances: Vec<_> = readings.iter().flat_map(allowances).collect();
    let is_open = |finding: &Finding| !is_allowed(finding, &mut allowances);
    let mut kept: Vec<_> = findings.into_iter().filter(is_open).collect();
    let markers = readings.iter().flat_map(|reading| &reading.markers);
    kept.extend(markers.flat_map(|marker| wrong(source, marker)));
    kept.extend(allowances.iter().filter(|allowance| !allowance.used).map(|unused| useless(source, unused)));
    kept
}

/// The codes that the comments before a statement allow.
fn allowances(reading: &Reading) -> Vec<Allowance<'_>> {
    let mut found = Vec::new();
    for marker in &reading.markers {
        let Says::Allow { codes, whole_file, .. } = &marker.says else { continue };
        let line = (!whole_file).then_some(reading.line);
        let known = codes.iter().filter(|code| rules::of(code).is_some());
        found.extend(known.map(|code| Allowance { code, said: marker.line, line, used: false }));
    }
    found
}

fn is_allowed(finding: &Finding, allowances: &mut [Allowance<'_>]) -> bool {
    let mut allowed = false;
    for allowance in allowances.iter_mut() {
        let is_meant = allowance.line.is_none_or(|line| line == finding.line);
        if allowance.code == finding.code && is_meant {
            (allowance.used, allowed) = (true, true);
        }
    }
    allowed
}

/// What is wrong with a comment itself.
fn wrong(source: &Source<'_>, marker: &Marker) -> Vec<Finding> {
    let text = &marker.text;
    let told = |rule, message: String| source.finding(marker.line, rule, Hit::new(message));
    let Says::Allow { codes, reason, .. } = &marker.says else {
        return vec![told(&ALLOW_UNKNOWN, format!("`{text}` says nothing that orm knows"))];
    };
    if codes.is_empty() {
        return vec![told(&ALLOW_UNKNOWN, format!("`{text}` names no code"))];
    }
    let unknown = codes.iter().filter(|code| rules::of(code).is_none());
    let mut wrong: Vec<_> =
        unknown.map(|code| told(&ALLOW_UNKNOWN, format!("there is no rule `{code}`"))).collect();
    if reason.is_empty() {
        wrong.push(told(&ALLOW_WITHOUT_REASON, format!("`{text}` gives no reason")));
    }
    wrong
}

fn useless(source: &Source<'_>, allowance: &Allowance<'_>) -> Finding {
    let code = allowance.code;
    let name = rules::of(code).map_or("it", |rule| rule.name);
    let message = format!("`{code}` is allowed, but nothing here is `{name}`");
    source.finding(allowance.said, &ALLOW_UNUSED, Hit::new(message))
}
