//! Texts of dates and times as defaults, in one form of fixed width.
//!
//! It is the form by which SQLite sorts and compares them, and so the one that binding writes; for the others it is one of
//! the many that they read, while each prints its own.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

/// What such a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// Both; moved to UTC where the text says its place.
    DateTime,
}

impl Moment {
    /// The text in that form; `None` for one that is no date or time.
    pub(crate) fn text(self, text: &str) -> Option<String> {
        Some(match self {
            Self::Date => date_time(text)?.date().format("%Y-%m-%d").to_string(),
            Self::Time => time(text)?.format("%H:%M:%S%.6f").to_string(),
            Self::DateTime => date_time(text)?.format("%Y-%m-%d %H:%M:%S%.6f").to_string(),
        })
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

fn date_time(text: &str) -> Option<NaiveDateTime> {
    let text = text.replacen('T', " ", 1);
    let placed = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z"];
    let placed = placed.iter().find_map(|form| DateTime::parse_from_str(&text, form).ok());
    let local = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let local = || local.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    let date = || NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    placed.map(|moment| moment.naive_utc()).or_else(local).or_else(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_text() {
        let noon = Some("2024-02-29 12:30:00.000000".to_owned());
        for text in
            ["2024-02-29 12:30", "2024-02-29T12:30:00Z", "2024-02-29 14:30:00+02", "2024-02-29 07:00-0530"]
        {
            assert_eq!(Moment::DateTime.text(text), noon, "{text}");
        }
        assert_eq!(Moment::DateTime.text("0001-01-01").as_deref(), Some("0001-01-01 00:00:00.000000"));
        assert_eq!(Moment::Date.text("2024-02-29 00:00").as_deref(), Some("2024-02-29"));
        assert_eq!(Moment::Time.text("09:30").as_deref(), Some("09:30:00.000000"));
        for text in ["now", "infinity", "", "2024-02-30", "24:00", "2024-02-29 12"] {
            assert_eq!((Moment::DateTime.text(text), Moment::Time.text(text)), (None, None), "{text}");
        }
    }
}
