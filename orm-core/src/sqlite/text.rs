//! The texts by which SQLite stores what it has no type of its own for.
//!
//! Times are texts of fixed width, so that they sort; decimals and UUIDs are texts, so that they are exact.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::{
    error::{Error, Result},
    microseconds,
    value::Value,
};

/// The text of a value that is stored as text.
pub(super) fn text(value: &Value) -> Result<String> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Enum(_, label) => Ok((*label).to_owned()),
        Value::Date(date) => date_text(*date),
        Value::Time(time) => Ok(time_text(*time)),
        Value::DateTime(value) => date_time_text(*value),
        // In UTC.
        Value::Timestamp(value) => date_time_text(value.naive_utc()),
        Value::Uuid(uuid) => Ok(uuid.hyphenated().to_string()),
        Value::Decimal(decimal) => Ok(decimal.to_string()),
        Value::Json(json) => Ok(json.to_string()),
        Value::Invalid(why) => Err(Error::invalid_value(why.clone())),
        Value::Null(_)
        | Value::Bool(_)
        | Value::I16(_)
        | Value::I32(_)
        | Value::I64(_)
        | Value::U64(_)
        | Value::F32(_)
        | Value::F64(_)
        | Value::Bytes(_)
        | Value::Array(..) => Err(Error::invalid_value(format!("{value:?} is not stored as text"))),
    }
}

/// `YYYY-MM-DD`
fn date_text(date: NaiveDate) -> Result<String> {
    let year = date.year();
    if !(0..=9999).contains(&year) {
        return Err(Error::invalid_value(format!(
            "{date} cannot be stored: a date on SQLite is a text of fixed width, for the years 0000 to 9999"
        )));
    }
    Ok(format!("{year:04}-{:02}-{:02}", date.month(), date.day()))
}

/// `HH:MM:SS.ffffff`, cut to microseconds.
fn time_text(time: NaiveTime) -> String {
    let time = microseconds::cut(time);
    let fraction = time.nanosecond() / 1_000;
    format!("{:02}:{:02}:{:02}.{fraction:06}", time.hour(), time.minute(), time.second())
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`
fn date_time_text(value: NaiveDateTime) -> Result<String> {
    let mut text = date_text(value.date())?;
    text.push(' ');
    text.push_str(&time_text(value.time()));
    Ok(text)
}
