//! Values on their way out of SQLite, one function for each method of the reader.
//!
//! What we wrote has one form; databases of others hold others, so reading takes what is meant without doubt.

use std::{borrow::Cow, str::FromStr};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rusqlite::{Row, types::ValueRef};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    lossless, reader,
};

/// What the columns are called.
pub(crate) fn columns<'a>(row: &'a Row<'_>) -> Vec<&'a str> {
    row.as_ref().column_names()
}

pub(crate) fn bool(row: &Row<'_>, at: usize) -> Result<Option<bool>> {
    read(row, at, "a boolean (0 or 1)", |value| match value {
        ValueRef::Integer(0) => Some(false),
        ValueRef::Integer(1) => Some(true),
        _ => None,
    })
}

pub(crate) fn i16(row: &Row<'_>, at: usize) -> Result<Option<i16>> {
    read(row, at, "an integer of 16 bits", integer)
}

pub(crate) fn i32(row: &Row<'_>, at: usize) -> Result<Option<i32>> {
    read(row, at, "an integer of 32 bits", integer)
}

#[inline]
pub(crate) fn i64(row: &Row<'_>, at: usize) -> Result<Option<i64>> {
    read(row, at, "an integer", integer)
}

pub(crate) fn u64(row: &Row<'_>, at: usize) -> Result<Option<u64>> {
    read(row, at, "an integer from 0", integer)
}

pub(crate) fn f32(row: &Row<'_>, at: usize) -> Result<Option<f32>> {
    read(row, at, "a number of 32 bits", |value| real(value).and_then(lossless::single))
}

pub(crate) fn f64(row: &Row<'_>, at: usize) -> Result<Option<f64>> {
    read(row, at, "a number", real)
}

#[inline]
pub(crate) fn text<'a>(row: &'a Row<'a>, at: usize) -> Result<Option<Cow<'a, str>>> {
    read(row, at, "a text in UTF-8", |value| match value {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        _ => None,
    })
}

pub(crate) fn bytes<'a>(row: &'a Row<'a>, at: usize) -> Result<Option<Cow<'a, [u8]>>> {
    read(row, at, "bytes", |value| match value {
        ValueRef::Blob(bytes) => Some(Cow::Borrowed(bytes)),
        _ => None,
    })
}

pub(crate) fn date(row: &Row<'_>, at: usize) -> Result<Option<NaiveDate>> {
    read(row, at, "a date such as `2026-11-20`", |value| {
        let (moment, _) = parse_moment(as_text(value)?)?;
        (moment.time() == NaiveTime::MIN).then(|| moment.date())
    })
}

pub(crate) fn time(row: &Row<'_>, at: usize) -> Result<Option<NaiveTime>> {
    read(row, at, "a time such as `12:30:00`", |value| parse_time(as_text(value)?))
}

pub(crate) fn date_time(row: &Row<'_>, at: usize) -> Result<Option<NaiveDateTime>> {
    read(row, at, "a date with a time such as `2026-11-20 12:30:00`", |value| utc(as_text(value)?))
}

pub(crate) fn timestamp(row: &Row<'_>, at: usize) -> Result<Option<DateTime<Utc>>> {
    Ok(date_time(row, at)?.map(|moment| moment.and_utc()))
}

pub(crate) fn uuid(row: &Row<'_>, at: usize) -> Result<Option<Uuid>> {
    read(row, at, "a UUID, as text or as 16 bytes", |value| match value {
        ValueRef::Text(bytes) => Uuid::try_parse_ascii(bytes).ok(),
        ValueRef::Blob(bytes) => Uuid::from_slice(bytes).ok(),
        _ => None,
    })
}

pub(crate) fn decimal(row: &Row<'_>, at: usize) -> Result<Option<Decimal>> {
    read(row, at, "a decimal number of at most 28 digits", |value| match value {
        ValueRef::Integer(value) => Some(Decimal::from(value)),
        // The shortest text that reads as the same number: 0.1 and not 0.1000000000000000055.
        ValueRef::Real(value) => Decimal::from_str_exact(&value.to_string()).ok(),
        ValueRef::Text(_) => parse_decimal(as_text(value)?),
        ValueRef::Null | ValueRef::Blob(_) => None,
    })
}

pub(crate) fn json(row: &Row<'_>, at: usize) -> Result<Option<serde_json::Value>> {
    read(row, at, "JSON", |value| serde_json::from_str(as_text(value)?).ok())
}

/// Reads a column: NULL, or what `take` makes of it.
#[inline]
fn read<'a, T>(
    row: &'a Row<'_>,
    at: usize,
    expected: &'static str,
    take: impl FnOnce(ValueRef<'a>) -> Option<T>,
) -> Result<Option<T>> {
    match row.get_ref(at) {
        Ok(ValueRef::Null) => Ok(None),
        Ok(value) => match take(value) {
            Some(taken) => Ok(Some(taken)),
            None => Err(mismatch(row, at, expected, value)),
        },
        Err(_) => Err(reader::no_column(at, row.as_ref().column_count())),
    }
}

#[cold]
fn mismatch(row: &Row<'_>, at: usize, expected: &str, value: ValueRef<'_>) -> Error {
    let name = row.as_ref().column_name(at).unwrap_or("?");
    let mut found = value.data_type().to_string().to_ascii_uppercase();
    if matches!(value, ValueRef::Integer(_)) && expected.starts_with("an integer") {
        found.push_str(", out of range,");
    }
    reader::mismatch(at, name, &found, expected)
}

fn integer<T: TryFrom<i64>>(value: ValueRef<'_>) -> Option<T> {
    match value {
        ValueRef::Integer(value) => T::try_from(value).ok(),
        _ => None,
    }
}

fn real(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Real(value) => Some(value),
        ValueRef::Integer(value) => lossless::float(value),
        _ => None,
    }
}

fn as_text(value: ValueRef<'_>) -> Option<&str> {
    match value {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// Exact, or not at all.
fn parse_decimal(text: &str) -> Option<Decimal> {
    match text.split_once(['e', 'E']) {
        Some((base, _)) => {
            Decimal::from_str_exact(base).ok().and_then(|_| Decimal::from_scientific(text).ok())
        }
        None => Decimal::from_str_exact(text).ok(),
    }
}

/// A date with a time, moved to UTC if it says where it is.
fn utc(text: &str) -> Option<NaiveDateTime> {
    let (moment, offset) = parse_moment(text)?;
    match offset {
        Some(offset) => moment.checked_sub_offset(offset),
        None => Some(moment),
    }
}

/// `2026-11-20`, `2026-11-20 12:30`, `2026-11-20T12:30:00.123456Z`, `2026-11-20 12:30:00+02:00` (lang_datefunc.html §2)
fn parse_moment(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let date = NaiveDate::from_ymd_opt(
        digits(text, 0, 4).and_then(|year| i32::try_from(year).ok()).filter(|_| has(text, 4, b'-'))?,
        digits(text, 5, 2).filter(|_| has(text, 7, b'-'))?,
        digits(text, 8, 2)?,
    )?;
    if text.len() == 10 {
        return Some((date.and_time(NaiveTime::MIN), None));
    }
    let clock = text.get(11..).filter(|_| has(text, 10, b' ') || has(text, 10, b'T'))?;
    let (clock, offset) = match clock.find(['Z', 'z', '+', '-']) {
        Some(zone) => (&clock[..zone], Some(parse_offset(&clock[zone..])?)),
        None => (clock, None),
    };
    Some((date.and_time(parse_time(clock.trim_end())?), offset))
}

/// `12:30`, `12:30:00`, `12:30:00.123456`
fn parse_time(text: &str) -> Option<NaiveTime> {
    let hour = digits(text, 0, 2).filter(|_| has(text, 2, b':'))?;
    let minute = digits(text, 3, 2)?;
    if text.len() == 5 {
        return NaiveTime::from_hms_opt(hour, minute, 0);
    }
    let second = digits(text, 6, 2).filter(|_| has(text, 5, b':'))?;
    let nanosecond = match text.get(8..)? {
        "" => 0,
        fraction => parse_fraction(fraction.strip_prefix('.')?)?,
    };
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond)
}

/// `5` is half a second; digits after the ninth are cut.
fn parse_fraction(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = &text[..text.len().min(9)];
    let scale = 10_u32.pow(9 - u32::try_from(kept.len()).ok()?);
    Some(u32::from_str(kept).ok()? * scale)
}

/// `Z`, `+02`, `+0200`, `+02:00`
fn parse_offset(text: &str) -> Option<FixedOffset> {
    if text.eq_ignore_ascii_case("z") {
        return FixedOffset::east_opt(0);
    }
    let minutes_at = if has(text, 3, b':') { 4 } else { 3 };
    let minutes = if text.len() == 3 { 0 } else { digits(text, minutes_at, 2)? };
    if text.len() > 3 && text.len() != minutes_at + 2 {
        return None;
    }
    let seconds = i32::try_from(digits(text, 1, 2)? * 3600 + minutes * 60).ok()?;
    if has(text, 0, b'-') { FixedOffset::west_opt(seconds) } else { FixedOffset::east_opt(seconds) }
}

/// So many digits from a place on, as a number.
fn digits(text: &str, from: usize, count: usize) -> Option<u32> {
    let mut number = 0;
    for byte in text.as_bytes().get(from..from + count)? {
        number = number * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    Some(number)
}

fn has(text: &str, at: usize, byte: u8) -> bool {
    text.as_bytes().get(at) == Some(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_form_that_sqlite_writes() {
        let noon = "2009-01-02 12:30:00".parse::<NaiveDateTime>().ok();
        let noon = noon.or_else(|| NaiveDate::from_ymd_opt(2009, 1, 2)?.and_hms_opt(12, 30, 0)).unwrap();
        for text in [
            "2009-01-02 12:30:00",
            "2009-01-02 12:30",
            "2009-01-02T12:30:00Z",
            "2009-01-02 12:30:00.000000",
            "2009-01-02 14:30:00+02:00",
            "2009-01-02 14:30:00.0+02",
            "2009-01-02T07:00:00-0530",
        ] {
            assert_eq!(utc(text), Some(noon), "{text}");
        }
        assert_eq!(
            utc("2009-01-02"),
            NaiveDate::from_ymd_opt(2009, 1, 2).map(|d| d.and_time(NaiveTime::MIN))
        );
        assert_eq!(
            utc("2009-01-02 00:00:00.5").map(|moment| moment.and_utc().timestamp_subsec_micros()),
            Some(500_000)
        );
    }

    #[test]
    fn what_is_no_moment_is_refused_and_never_panics() {
        for text in [
            "",
            "2009",
            "2009-13-01",
            "2009-01-02 25:00",
            "2009-01-02x10:00",
            "2009-01-02 10:00:00.",
            "now",
            "2009-01-02 10:00:00.1é",
            "2009-01-02 10:00:00+",
            "2009-01-02 10:00:00+2",
            "2009-01-02 10:00:00+99:99",
            "éééééééééé",
            "2009-01-0é",
            "2009-01-02 ",
            "+009-01-02",
            "2009-01-02 10:00:00Zx",
            "2009-01-02 10:00:00+02:0",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }
}
