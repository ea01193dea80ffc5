//! Times are cut to microseconds on their way out, on every database alike.

#[cfg(feature = "postgres")]
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono::{NaiveTime, Timelike};

/// Cuts a time to microseconds. A leap second becomes the last microsecond before it, since no database has one.
pub(crate) fn cut(time: NaiveTime) -> NaiveTime {
    let microseconds = (time.nanosecond() / 1_000).min(999_999);
    time.with_nanosecond(microseconds * 1_000).unwrap_or(time)
}

/// Cuts a date with a time to microseconds.
#[cfg(feature = "postgres")]
pub(crate) fn cut_date_time(value: NaiveDateTime) -> NaiveDateTime {
    value.date().and_time(cut(value.time()))
}

/// Cuts a moment to microseconds.
#[cfg(feature = "postgres")]
pub(crate) fn cut_timestamp(value: DateTime<Utc>) -> DateTime<Utc> {
    cut_date_time(value.naive_utc()).and_utc()
}
