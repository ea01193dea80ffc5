//! What is wrong, for a person.
//!
//! ```text
//! error[S011]: `Instant` is no type of a column
//!   --> src/models/user.rs:12:16
//!    | 12 |     pub since: Instant,
//!    |    |                ^^^^^^^
//!   fix: use `DateTime<Utc>`
//! ```

use super::style::Style;
use crate::failure::{Place, Report};

/// A report as text, with a line break at its end.
pub(super) fn text(style: Style, severity: &str, report: &Report) -> String {
    let head = format!("{severity}[{}]", report.code);
    let head = match severity {
        "error" | "danger" => style.error(&head),
        "hint" => style.hint(&head),
        _ => style.warning(&head),
    };
    let mut text = format!("{head}: {}\n", indented(&report.message));
    if let Some(place) = &report.place {
        text.push_str(&source(style, place));
    }
    // A message that ends with its reason says it once.
    if let Some(why) = report.why.as_ref().filter(|why| !report.message.contains(why.as_str())) {
        text.push_str(&format!("  why: {}\n", indented(why)));
    }
    for note in &report.notes {
        text.push_str(&format!("  note: {}\n", indented(note)));
    }
    if let Some(fix) = &report.fix {
        text.push_str(&format!("  {}: {}\n", style.hint("fix"), indented(fix)));
    }
    text
}

fn source(style: Style, place: &Place) -> String {
    let mut text = format!("  {} {}\n", style.hint("-->"), shown(place));
    let (Some(line), Some(source)) = (place.line, &place.text) else { return text };
    let number = line.to_string();
    text.push_str(&format!("   | {number} | {}\n", source.trim_end()));
    if let Some(column) = place.column {
        // A tab stays a tab, so that the marks stand below what they mean.
        let before = source.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' });
        let marks = style.error(&"^".repeat(place.length.max(1)));
        text.push_str(&format!(
            "   | {} | {}{marks}\n",
            " ".repeat(number.len()),
            before.collect::<String>()
        ));
    }
    text
}

/// `src/models.rs:12:5`
pub(super) fn shown(place: &Place) -> String {
    match (place.line, place.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", place.file),
        (Some(line), None) => format!("{}:{line}", place.file),
        (None, _) => place.file.clone(),
    }
}

/// The lines of a text after its first stand below it.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n       ")
}
