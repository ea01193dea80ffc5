//! Values on their way out of MariaDB or MySQL, one function for each method of the reader.
//!
//! Read from the bytes of the binary protocol by the type that the server names: what fits is taken (an `int` where an
//! `i64` is expected), the rest is an error that says what was found.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use sqlx::{
    Column, Decode, MySql, Row, Type, TypeInfo,
    mysql::{MySqlRow, MySqlTypeInfo},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    lossless, reader,
};

/// The bytes of a value that is not NULL, and their type.
#[derive(Clone, Copy)]
struct Cell<'a> {
    bytes: &'a [u8],
    info: &'a MySqlTypeInfo,
}

/// What the columns are called.
pub(crate) fn columns(row: &MySqlRow) -> Vec<&str> {
    row.columns().iter().map(Column::name).collect()
}

pub(crate) fn bool(row: &MySqlRow, at: usize) -> Result<Option<bool>> {
    read(row, at, "a boolean", Cell::bool)
}

pub(crate) fn i16(row: &MySqlRow, at: usize) -> Result<Option<i16>> {
    read(row, at, "an integer of 16 bits", Cell::integer)
}

pub(crate) fn i32(row: &MySqlRow, at: usize) -> Result<Option<i32>> {
    read(row, at, "an integer of 32 bits", Cell::integer)
}

pub(crate) fn i64(row: &MySqlRow, at: usize) -> Result<Option<i64>> {
    read(row, at, "an integer of 64 bits", Cell::integer)
}

pub(crate) fn u64(row: &MySqlRow, at: usize) -> Result<Option<u64>> {
    read(row, at, "an integer from 0", Cell::integer)
}

pub(crate) fn f32(row: &MySqlRow, at: usize) -> Result<Option<f32>> {
    read(row, at, "a number of 32 bits", Cell::f32)
}

pub(crate) fn f64(row: &MySqlRow, at: usize) -> Result<Option<f64>> {
    read(row, at, "a number", Cell::f64)
}

pub(crate) fn text<'a>(row: &'a MySqlRow, at: usize) -> Result<Option<Cow<'a, str>>> {
    read(row, at, "a text", |cell| cell.text().map(Cow::Borrowed))
}

pub(crate) fn bytes<'a>(row: &'a MySqlRow, at: usize) -> Result<Option<Cow<'a, [u8]>>> {
    read(row, at, "bytes", |cell| cell.binary().map(Cow::Borrowed))
}

pub(crate) fn date(row: &MySqlRow, at: usize) -> Result<Option<NaiveDate>> {
    read(row, at, "a date", |cell| cell.of(&["DATE"]).and_then(fields).and_then(day))
}

pub(crate) fn time(row: &MySqlRow, at: usize) -> Result<Option<NaiveTime>> {
    read(row, at, "a time before 24:00", |cell| cell.of(&["TIME"]).and_then(fields).and_then(time_of_day))
}

pub(crate) fn date_time(row: &MySqlRow, at: usize) -> Result<Option<NaiveDateTime>> {
    read(row, at, "a date with a time", Cell::moment)
}

pub(crate) fn timestamp(row: &MySqlRow, at: usize) -> Result<Option<DateTime<Utc>>> {
    read(row, at, "a date with a time", |cell| cell.moment().map(|moment| moment.and_utc()))
}

pub(crate) fn uuid(row: &MySqlRow, at: usize) -> Result<Option<Uuid>> {
    read(row, at, "a UUID", Cell::uuid)
}

pub(crate) fn decimal(row: &MySqlRow, at: usize) -> Result<Option<Decimal>> {
    read(row, at, "a decimal number of at most 28 digits", Cell::decimal)
}

pub(crate) fn json(row: &MySqlRow, at: usize) -> Result<Option<serde_json::Value>> {
    read(row, at, "JSON", |cell| serde_json::from_str(cell.text()?).ok())
}

/// Reads a column: NULL, or what `take` makes of it.
#[inline]
fn read<'a, T>(
    row: &'a MySqlRow,
    at: usize,
    expected: &'static str,
    take: impl FnOnce(Cell<'a>) -> Option<T>,
) -> Result<Option<T>> {
    let value = row.try_get_raw(at).map_err(|_| reader::no_column(at, row.len()))?;
    // The bytes of any type, as they are: it fails for NULL alone. sqlx takes a zero date for NULL, too; here it is a
    // date that cannot be read.
    let Ok(bytes) = <&[u8] as Decode<MySql>>::decode(value) else { return Ok(None) };
    let Some(column) = row.columns().get(at) else { return Err(reader::no_column(at, row.len())) };
    match take(Cell { bytes, info: column.type_info() }) {
        Some(taken) => Ok(Some(taken)),
        None => Err(mismatch(row, at, expected)),
    }
}

#[cold]
fn mismatch(row: &MySqlRow, at: usize, expected: &str) -> Error {
    let (name, found) =
        row.columns().get(at).map_or(("?", "?"), |column| (column.name(), type_name(column.type_info())));
    reader::mismatch(at, name, found, expected)
}

/// The name of a type as it is declared: see [`Cell::is_text`].
fn type_name(info: &MySqlTypeInfo) -> &str {
    let is_text = <str as Type<MySql>>::compatible(info);
    match info.name() {
        "VARBINARY" if is_text => "VARCHAR",
        "BINARY" if is_text => "CHAR",
        "TINYBLOB" if is_text => "TINYTEXT",
        "BLOB" if is_text => "TEXT",
        "MEDIUMBLOB" if is_text => "MEDIUMTEXT",
        "LONGBLOB" if is_text => "LONGTEXT",
        name => name,
    }
}

impl<'a> Cell<'a> {
    /// The bytes, if they are of one of the types.
    fn of(self, names: &[&str]) -> Option<&'a [u8]> {
        names.contains(&self.info.name()).then_some(self.bytes)
    }

    /// The bytes of a type that has a fixed length.
    fn fixed<const N: usize>(self) -> Option<[u8; N]> {
        self.bytes.try_into().ok()
    }

    /// A boolean is a `tinyint(1)`; a condition is an integer that is 0 or 1.
    fn bool(self) -> Option<bool> {
        match self.wide()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn integer<T: TryFrom<i128>>(self) -> Option<T> {
        self.wide()?.try_into().ok()
    }

    fn wide(self) -> Option<i128> {
        match self.info.name() {
            "BIGINT" => self.fixed().map(|bytes| i64::from_le_bytes(bytes).into()),
            "INT" | "MEDIUMINT" => self.fixed().map(|bytes| i32::from_le_bytes(bytes).into()),
            "SMALLINT" => self.fixed().map(|bytes| i16::from_le_bytes(bytes).into()),
            // sqlx calls a `tinyint(1)` so.
            "BOOLEAN" | "TINYINT" => self.fixed().map(|bytes| i8::from_le_bytes(bytes).into()),
            "BIGINT UNSIGNED" => self.fixed().map(|bytes| u64::from_le_bytes(bytes).into()),
            "INT UNSIGNED" | "MEDIUMINT UNSIGNED" => {
                self.fixed().map(|bytes| u32::from_le_bytes(bytes).into())
            }
            "SMALLINT UNSIGNED" | "YEAR" => self.fixed().map(|bytes| u16::from_le_bytes(bytes).into()),
            "TINYINT UNSIGNED" => self.fixed().map(|bytes| u8::from_le_bytes(bytes).into()),
            // The sum of integers is one.
            "DECIMAL" => self.decimal().filter(Decimal::is_integer).and_then(|decimal| decimal.to_i128()),
            _ => None,
        }
    }

    fn f32(self) -> Option<f32> {
        self.f64().and_then(lossless::single)
    }

    fn f64(self) -> Option<f64> {
        match self.info.name() {
            "FLOAT" => self.fixed().map(|bytes| f32::from_le_bytes(bytes).into()),
            "DOUBLE" => self.fixed().map(f64::from_le_bytes),
            "DECIMAL" => self.ascii()?.parse().ok(),
            _ => self.integer().and_then(lossless::float),
        }
    }

    /// Text of any kind, and the labels of an enum; never bytes. MySQL's JSON is sent as bytes.
    fn text(self) -> Option<&'a str> {
        let is_text = self.is_text() || self.info.name() == "JSON";
        if is_text { std::str::from_utf8(self.bytes).ok() } else { None }
    }

    /// Whether it has a character set. Its name doesn't tell: a text whose collation sorts by bytes is called
    /// `VARBINARY`, too.
    fn is_text(self) -> bool {
        <str as Type<MySql>>::compatible(self.info)
    }

    /// Bytes; a text never, but where the server sends as one what is none: SHOW CREATE TABLE does.
    fn binary(self) -> Option<&'a [u8]> {
        if self.is_text() {
            return std::str::from_utf8(self.bytes).is_err().then_some(self.bytes);
        }
        // A geometry and bits come as the server keeps them ("Binary Protocol Value", BINARY and BIT).
        self.of(&["VARBINARY", "BINARY", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "BIT", "GEOMETRY"])
    }

    fn moment(self) -> Option<NaiveDateTime> {
        let fields = self.of(&["DATETIME", "TIMESTAMP"]).and_then(fields)?;
        let (date, clock) = fields.split_at_checked(4)?;
        Some(day(date)?.and_time(if clock.is_empty() { NaiveTime::MIN } else { clock_time(clock)? }))
    }

    /// As text of MariaDB's type, or as 16 bytes.
    fn uuid(self) -> Option<Uuid> {
        match self.text() {
            Some(text) => Uuid::try_parse(text).ok(),
            None => self.binary().and_then(|bytes| Uuid::from_slice(bytes).ok()),
        }
    }

    /// Exact or not at all; zeros at the end don't count.
    fn decimal(self) -> Option<Decimal> {
        if self.info.name() != "DECIMAL" {
            return self.integer::<i64>().map(Decimal::from);
        }
        let text = self.ascii()?;
        let exact = Decimal::from_str_exact(text).ok();
        exact
            .or_else(|| Decimal::from_str_exact(text.split_once('.')?.0).ok().filter(|_| ends_in_zeros(text)))
            .or_else(|| {
                Decimal::from_str_exact(text.trim_end_matches('0')).ok().filter(|_| text.contains('.'))
            })
    }

    fn ascii(self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes).ok()
    }
}

fn ends_in_zeros(number: &str) -> bool {
    number.split_once('.').is_some_and(|(_, fraction)| fraction.bytes().all(|digit| digit == b'0'))
}

/// A date or time begins with the count of its bytes ("Binary Protocol Value"); zeros at the end are left out.
fn fields(bytes: &[u8]) -> Option<&[u8]> {
    let (length, fields) = bytes.split_first()?;
    (usize::from(*length) == fields.len()).then_some(fields)
}

/// Year, month, day.
fn day(fields: &[u8]) -> Option<NaiveDate> {
    let [low, high, month, day, ..] = fields else { return None };
    NaiveDate::from_ymd_opt(u16::from_le_bytes([*low, *high]).into(), (*month).into(), (*day).into())
}

/// Hour, minute, second, microseconds.
fn clock_time(fields: &[u8]) -> Option<NaiveTime> {
    let ([hour, minute, second], fraction) = fields.split_first_chunk()?;
    let microseconds = match fraction {
        [] => 0,
        fraction => u32::from_le_bytes(fraction.try_into().ok()?),
    };
    NaiveTime::from_hms_micro_opt((*hour).into(), (*minute).into(), (*second).into(), microseconds)
}

/// Sign, days, then the clock. A `time` may be negative, or longer than a day: then it is no time of day.
fn time_of_day(fields: &[u8]) -> Option<NaiveTime> {
    if fields.is_empty() {
        return Some(NaiveTime::MIN);
    }
    let ([0, 0, 0, 0, 0], clock) = fields.split_first_chunk()? else { return None };
    clock_time(clock)
}
