//! Values on their way out of PostgreSQL, one function for each method of the reader.
//!
//! Read from the bytes of the binary format by the type that the server names: what fits is taken (an `int4` where an
//! `i64` is expected), the rest is an error that says what was found.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use orm_schema::ValueType;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use sqlx::{
    Column, Row, TypeInfo,
    postgres::{PgRow, PgTypeInfo, PgTypeKind, PgValueFormat},
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    lossless, reader,
    value::Value,
};

/// The numbers of the built-in types, from `pg_type.dat`.
mod oid {
    pub(super) const BOOL: u32 = 16;
    pub(super) const BYTEA: u32 = 17;
    pub(super) const CHAR: u32 = 18;
    pub(super) const NAME: u32 = 19;
    pub(super) const INT8: u32 = 20;
    pub(super) const INT2: u32 = 21;
    pub(super) const INT4: u32 = 23;
    pub(super) const TEXT: u32 = 25;
    pub(super) const OID: u32 = 26;
    pub(super) const JSON: u32 = 114;
    pub(super) const XML: u32 = 142;
    pub(super) const FLOAT4: u32 = 700;
    pub(super) const FLOAT8: u32 = 701;
    pub(super) const UNKNOWN: u32 = 705;
    pub(super) const BPCHAR: u32 = 1042;
    pub(super) const VARCHAR: u32 = 1043;
    pub(super) const DATE: u32 = 1082;
    pub(super) const TIME: u32 = 1083;
    pub(super) const TIMESTAMP: u32 = 1114;
    pub(super) const TIMESTAMPTZ: u32 = 1184;
    pub(super) const NUMERIC: u32 = 1700;
    pub(super) const UUID: u32 = 2950;
    pub(super) const JSONB: u32 = 3802;
}

/// The bytes of a value that is not NULL, and their type.
#[derive(Clone, Copy)]
struct Cell<'a> {
    bytes: &'a [u8],
    info: &'a PgTypeInfo,
    oid: u32,
}

/// What the columns are called.
pub(crate) fn columns(row: &PgRow) -> Vec<&str> {
    row.columns().iter().map(Column::name).collect()
}

pub(crate) fn bool(row: &PgRow, at: usize) -> Result<Option<bool>> {
    read(row, at, "a boolean", Cell::bool)
}

pub(crate) fn i16(row: &PgRow, at: usize) -> Result<Option<i16>> {
    read(row, at, "an integer of 16 bits", Cell::integer)
}

pub(crate) fn i32(row: &PgRow, at: usize) -> Result<Option<i32>> {
    read(row, at, "an integer of 32 bits", Cell::integer)
}

pub(crate) fn i64(row: &PgRow, at: usize) -> Result<Option<i64>> {
    read(row, at, "an integer of 64 bits", Cell::integer)
}

pub(crate) fn u64(row: &PgRow, at: usize) -> Result<Option<u64>> {
    read(row, at, "an integer from 0", Cell::unsigned)
}

pub(crate) fn f32(row: &PgRow, at: usize) -> Result<Option<f32>> {
    read(row, at, "a number of 32 bits", Cell::f32)
}

pub(crate) fn f64(row: &PgRow, at: usize) -> Result<Option<f64>> {
    read(row, at, "a number", Cell::f64)
}

pub(crate) fn text<'a>(row: &'a PgRow, at: usize) -> Result<Option<Cow<'a, str>>> {
    read(row, at, "a text", |cell| cell.text().map(Cow::Borrowed))
}

pub(crate) fn bytes<'a>(row: &'a PgRow, at: usize) -> Result<Option<Cow<'a, [u8]>>> {
    read(row, at, "bytes", |cell| cell.of(oid::BYTEA).map(Cow::Borrowed))
}

pub(crate) fn date(row: &PgRow, at: usize) -> Result<Option<NaiveDate>> {
    read(row, at, "a finite date", Cell::date)
}

pub(crate) fn time(row: &PgRow, at: usize) -> Result<Option<NaiveTime>> {
    read(row, at, "a time before 24:00", Cell::time)
}

pub(crate) fn date_time(row: &PgRow, at: usize) -> Result<Option<NaiveDateTime>> {
    read(row, at, "a finite timestamp", Cell::moment)
}

pub(crate) fn timestamp(row: &PgRow, at: usize) -> Result<Option<DateTime<Utc>>> {
    read(row, at, "a finite timestamp", |cell| cell.moment().map(|moment| moment.and_utc()))
}

pub(crate) fn uuid(row: &PgRow, at: usize) -> Result<Option<Uuid>> {
    read(row, at, "a UUID", Cell::uuid)
}

pub(crate) fn decimal(row: &PgRow, at: usize) -> Result<Option<Decimal>> {
    read(row, at, "a decimal number of at most 28 digits", Cell::decimal)
}

pub(crate) fn json(row: &PgRow, at: usize) -> Result<Option<serde_json::Value>> {
    read(row, at, "JSON", Cell::json)
}

pub(crate) fn array(row: &PgRow, at: usize, element: &'static ValueType) -> Result<Option<Vec<Value>>> {
    read(row, at, "an array of one dimension, its elements of the right type", |cell| cell.array(element))
}

/// Reads a column: NULL, or what `take` makes of it.
#[inline]
fn read<'a, T>(
    row: &'a PgRow,
    at: usize,
    expected: &'static str,
    take: impl FnOnce(Cell<'a>) -> Option<T>,
) -> Result<Option<T>> {
    let value = row.try_get_raw(at).map_err(|_| reader::no_column(at, row.len()))?;
    let Ok(bytes) = value.as_bytes() else { return Ok(None) };
    let Some(column) = row.columns().get(at) else { return Err(reader::no_column(at, row.len())) };
    let info = column.type_info();
    let cell = Cell { bytes, info, oid: number(info) };
    match take(cell).filter(|_| value.format() == PgValueFormat::Binary) {
        Some(taken) => Ok(Some(taken)),
        None => Err(mismatch(row, at, expected)),
    }
}

fn number(info: &PgTypeInfo) -> u32 {
    info.oid().map_or(0, |oid| oid.0)
}

#[cold]
fn mismatch(row: &PgRow, at: usize, expected: &str) -> Error {
    let (name, found) =
        row.columns().get(at).map_or(("?", "?"), |column| (column.name(), column.type_info().name()));
    reader::mismatch(at, name, found, expected)
}

impl<'a> Cell<'a> {
    /// The bytes, if they are of that type.
    fn of(self, oid: u32) -> Option<&'a [u8]> {
        (self.oid == oid).then_some(self.bytes)
    }

    /// The bytes of a type that has a fixed length.
    fn fixed<const N: usize>(self) -> Option<[u8; N]> {
        self.bytes.try_into().ok()
    }

    fn bool(self) -> Option<bool> {
        self.of(oid::BOOL).and_then(|bytes| bytes.first()).map(|byte| *byte != 0)
    }

    fn wide(self) -> Option<i128> {
        match self.oid {
            oid::INT2 => self.fixed().map(|bytes| i16::from_be_bytes(bytes).into()),
            oid::INT4 => self.fixed().map(|bytes| i32::from_be_bytes(bytes).into()),
            oid::INT8 => self.fixed().map(|bytes| i64::from_be_bytes(bytes).into()),
            oid::OID => self.fixed().map(|bytes| u32::from_be_bytes(bytes).into()),
            // The sum of bigints is one.
            oid::NUMERIC => self.decimal().filter(Decimal::is_integer).and_then(|decimal| decimal.to_i128()),
            _ => None,
        }
    }

    fn integer<T: TryFrom<i64>>(self) -> Option<T> {
        let wide = if self.oid == oid::INT8 {
            i64::from_be_bytes(self.fixed()?)
        } else {
            self.wide()?.try_into().ok()?
        };
        wide.try_into().ok()
    }

    fn unsigned(self) -> Option<u64> {
        self.wide()?.try_into().ok()
    }

    fn f32(self) -> Option<f32> {
        self.f64().and_then(lossless::single)
    }

    fn f64(self) -> Option<f64> {
        match self.oid {
            oid::FLOAT4 => self.fixed().map(|bytes| f32::from_be_bytes(bytes).into()),
            oid::FLOAT8 => self.fixed().map(f64::from_be_bytes),
            oid::INT2 | oid::INT4 | oid::INT8 => self.integer().and_then(lossless::float),
            _ => None,
        }
    }

    fn text(self) -> Option<&'a str> {
        let is_text = match self.oid {
            oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::NAME | oid::CHAR | oid::XML | oid::UNKNOWN => true,
            _ => self.is_labelled(),
        };
        if is_text { std::str::from_utf8(self.bytes).ok() } else { None }
    }

    /// Whether it is of an enum type, or of the extension `citext`.
    fn is_labelled(self) -> bool {
        // The built-in types end at 16383; asking one of them for its kind would be in vain.
        const FIRST_OF_USER: u32 = 16_384;
        self.oid >= FIRST_OF_USER
            && (matches!(self.info.kind(), PgTypeKind::Enum(_))
                || self.info.name().eq_ignore_ascii_case("citext"))
    }

    /// Days since 2000-01-01; the ends of the range are the infinities.
    fn date(self) -> Option<NaiveDate> {
        let days = i32::from_be_bytes(Cell { bytes: self.of(oid::DATE)?, ..self }.fixed()?);
        epoch()?.checked_add_signed(TimeDelta::try_days(days.into())?)
    }

    /// Microseconds since midnight; 24:00:00 is one, too, which chrono has not.
    fn time(self) -> Option<NaiveTime> {
        let microseconds = u64::from_be_bytes(Cell { bytes: self.of(oid::TIME)?, ..self }.fixed()?);
        let seconds = u32::try_from(microseconds / 1_000_000).ok()?;
        let nanosecond = u32::try_from(microseconds % 1_000_000).ok()? * 1_000;
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanosecond)
    }

    /// Microseconds since 2000-01-01, in UTC if there is a time zone; the ends of the range are the infinities.
    fn moment(self) -> Option<NaiveDateTime> {
        if !matches!(self.oid, oid::TIMESTAMP | oid::TIMESTAMPTZ) {
            return None;
        }
        let microseconds = i64::from_be_bytes(self.fixed()?);
        if microseconds == i64::MAX || microseconds == i64::MIN {
            return None;
        }
        epoch()?.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::microseconds(microseconds))
    }

    fn uuid(self) -> Option<Uuid> {
        self.of(oid::UUID).and_then(|bytes| Uuid::from_slice(bytes).ok())
    }

    fn json(self) -> Option<serde_json::Value> {
        match self.oid {
            oid::JSON => serde_json::from_slice(self.bytes).ok(),
            // A version comes first, and there is but one.
            oid::JSONB => serde_json::from_slice(self.bytes.strip_prefix(&[1])?).ok(),
            _ => None,
        }
    }

    fn decimal(self) -> Option<Decimal> {
        match self.oid {
            oid::NUMERIC => numeric(self.bytes),
            oid::INT2 | oid::INT4 | oid::INT8 => self.integer::<i64>().map(Decimal::from),
            _ => None,
        }
    }

    /// The value as the model's type, for an element of an array.
    fn value(self, value_type: ValueType) -> Option<Value> {
        match value_type {
            ValueType::Bool => self.bool().map(Value::Bool),
            ValueType::I8 | ValueType::I16 | ValueType::U8 => self.integer().map(Value::I16),
            ValueType::I32 | ValueType::U16 => self.integer().map(Value::I32),
            ValueType::I64 | ValueType::U32 => self.integer().map(Value::I64),
            ValueType::U64 => self.unsigned().map(Value::U64),
            ValueType::F32 => self.f32().map(Value::F32),
            ValueType::F64 => self.f64().map(Value::F64),
            ValueType::Text => self.text().map(|text| Value::Text(text.to_owned())),
            ValueType::Bytes => self.of(oid::BYTEA).map(|bytes| Value::Bytes(bytes.to_vec())),
            ValueType::Date => self.date().map(Value::Date),
            ValueType::Time => self.time().map(Value::Time),
            ValueType::DateTime => self.moment().map(Value::DateTime),
            ValueType::Timestamp => self.moment().map(|moment| Value::Timestamp(moment.and_utc())),
            ValueType::Uuid => self.uuid().map(Value::Uuid),
            ValueType::Decimal => self.decimal().map(Value::Decimal),
            ValueType::Json => self.json().map(Value::Json),
            ValueType::Enum(fact) => Some(Value::Enum(fact, reader::label(fact, self.text()?).ok()?)),
            ValueType::Array(_) => None,
        }
    }

    /// The binary form of arrays (`array_send` in arrayfuncs.c): dimensions, flags, type of the elements, then for each
    /// dimension its length and lower bound, then for each element its length (-1 is NULL) and bytes.
    fn array(self, element: &'static ValueType) -> Option<Vec<Value>> {
        let PgTypeKind::Array(info) = self.info.kind() else { return None };
        let mut rest = self.bytes;
        let dimensions = take_i32(&mut rest)?;
        let _flags = take_i32(&mut rest)?;
        let _oid = take_i32(&mut rest)?;
        if dimensions == 0 {
            return Some(Vec::new());
        }
        let length = usize::try_from(take_i32(&mut rest).filter(|_| dimensions == 1)?).ok()?;
        let _lower_bound = take_i32(&mut rest)?;
        let mut items = Vec::with_capacity(length.min(rest.len() / 4));
        for _ in 0..length {
            items.push(match usize::try_from(take_i32(&mut rest)?) {
                Err(_) => Value::Null(*element),
                Ok(length) => {
                    let (bytes, after) = rest.split_at_checked(length)?;
                    rest = after;
                    Cell { bytes, info, oid: number(info) }.value(*element)?
                }
            });
        }
        Some(items)
    }
}

/// The first day of PostgreSQL's calendar.
fn epoch() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2000, 1, 1)
}

fn take_i32(bytes: &mut &[u8]) -> Option<i32> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(i32::from_be_bytes(*first))
}

fn take_i16(bytes: &mut &[u8]) -> Option<i16> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(i16::from_be_bytes(*first))
}

/// The binary form of `numeric` (`numeric_send` in numeric.c): count of digits, weight, sign and scale, then digits to
/// the base of 10 000. Exact or not at all.
fn numeric(mut bytes: &[u8]) -> Option<Decimal> {
    const NEGATIVE: i16 = 0x4000;
    let count = take_i16(&mut bytes)?;
    let weight = take_i16(&mut bytes)?;
    let sign = take_i16(&mut bytes)?;
    let scale = take_i16(&mut bytes)?;
    if sign != 0 && sign != NEGATIVE {
        return None; // NaN or an infinity
    }
    let mut number: i128 = 0;
    for _ in 0..count {
        number = number.checked_mul(10_000)?.checked_add(take_i16(&mut bytes)?.into())?;
    }
    // Shift the point from behind the last digit to where the scale wants it.
    let shift = 4 * (i32::from(weight) - i32::from(count) + 1) + i32::from(scale);
    number = if count == 0 { 0 } else { shifted(number, shift)? };
    let mut scale = u32::try_from(scale).ok()?;
    // `numeric(50, 40)` has more zeros behind the point than a Decimal; without them it may well fit.
    while scale > Decimal::MAX_SCALE {
        number = shifted(number, -1)?;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(if sign == NEGATIVE { -number } else { number }, scale).ok()
}

/// Multiplies by a power of ten, or divides by one if nothing is lost.
fn shifted(number: i128, by: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(by.unsigned_abs())?;
    if by >= 0 { number.checked_mul(factor) } else { (number % factor == 0).then(|| number / factor) }
}
