//! What is wrong, for scripts: `{"error": {"code", "message", "why", "fix", "where"}}`.

use orm_migrate::RenameQuestion;
use serde_json::{Value, json};

use super::report::shown;
use crate::failure::{Failure, Place, Report};

/// A failure as the one object of stdout.
pub(crate) fn failure(failure: &Failure) -> Value {
    let mut all = failure.reports.iter().map(report);
    let mut error = all.next().unwrap_or_else(|| json!({}));
    error["others"] = all.collect();
    if !failure.questions.is_empty() {
        error["questions"] = failure.questions.iter().map(question).collect();
    }
    json!({ "error": error })
}

/// A report. `why` is never missing: where the message is the reason, it is the message.
pub(crate) fn report(report: &Report) -> Value {
    json!({
        "code": report.code,
        "message": report.message,
        "why": report.why.as_ref().unwrap_or(&report.message),
        "fix": report.fix,
        "where": report.place.as_ref().map(place),
        "notes": report.notes,
    })
}

fn place(place: &Place) -> Value {
    json!({
        "place": shown(place),
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "source": place.text,
    })
}

fn question(question: &RenameQuestion) -> Value {
    json!({
        "kind": question.kind,
        "from": question.from,
        "to": question.to,
        "question": question.to_string(),
        "rename": question.yes().to_string(),
        "drop_and_add": question.no().to_string(),
    })
}
