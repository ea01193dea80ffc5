//! How SQLite says functions (lang_corefunc.html, lang_datefunc.html, windowfunctions.html).
//!
//! Dates and times are texts of a fixed width, so their parts are taken out by place: what `strftime` knows of fractions
//! ends at milliseconds, and rounds. Its mathematical functions are not in every build.

use orm_schema::ValueType;

use crate::{
    error::{Error, Result},
    expr::Function,
    sql::standard,
};

/// Digits of a date or a time, as a number.
macro_rules! digits {
    ($from:literal, $count:literal) => {
        concat!("CAST(substr({0}, ", $from, ", ", $count, ") AS INTEGER)")
    };
}

/// The first characters, and what stands for the rest.
macro_rules! start_of {
    ($kept:literal, $date:literal, $time:literal, $of:expr) => {
        match $of {
            ValueType::Date => concat!("(substr({0}, 1, ", $kept, ") || '", $date, "')"),
            _ => concat!("(substr({0}, 1, ", $kept, ") || '", $date, $time, "')"),
        }
    };
}

/// Microseconds since 1970.
macro_rules! microseconds {
    ($moment:literal) => {
        concat!(
            "(CAST(strftime('%s', substr(",
            $moment,
            ", 1, 19)) AS INTEGER) * 1000000 + CAST(substr(",
            $moment,
            ", 21, 6) AS INTEGER))"
        )
    };
}

/// A date, changed by a modifier; what is behind it stays.
macro_rules! moved {
    ($modifier:literal, $of:expr) => {
        match $of {
            ValueType::Date => concat!("date({0}, ", $modifier, ")"),
            _ => concat!("(date(substr({0}, 1, 10), ", $modifier, ") || substr({0}, 11))"),
        }
    };
}

/// The template of a function of a value of that type.
pub(super) fn function(function: Function, of: ValueType) -> Result<&'static str> {
    Ok(match function {
        Function::Length => "length({0})",
        Function::Contains => "(instr({0}, {1}) > 0)",
        Function::StartsWith => "(instr({0}, {1}) = 1)",
        // In bytes, since the length of a text ends at its first NUL (lang_corefunc.html), and an end of a text in UTF-8 is one of
        // its bytes. What substr takes from an empty blob is NULL, and what it takes from 0 on is all.
        Function::EndsWith => {
            "(CASE length(CAST({1} AS BLOB)) WHEN 0 THEN {0} = {0} \
             ELSE length(CAST({0} AS BLOB)) >= length(CAST({1} AS BLOB)) \
             AND substr(CAST({0} AS BLOB), -length(CAST({1} AS BLOB))) = CAST({1} AS BLOB) END)"
        }
        Function::Position => "instr({0}, {1})",
        Function::Floor => {
            "(CASE WHEN abs({0}) >= 9007199254740992.0 THEN {0} \
             WHEN {0} < CAST({0} AS INTEGER) THEN CAST(CAST({0} AS INTEGER) - 1 AS REAL) \
             ELSE CAST(CAST({0} AS INTEGER) AS REAL) END)"
        }
        Function::Ceil => {
            "(CASE WHEN abs({0}) >= 9007199254740992.0 THEN {0} \
             WHEN {0} > CAST({0} AS INTEGER) THEN CAST(CAST({0} AS INTEGER) + 1 AS REAL) \
             ELSE CAST(CAST({0} AS INTEGER) AS REAL) END)"
        }
        Function::Round => "round({0})",
        Function::Cast => match of {
            ValueType::I16 | ValueType::I32 | ValueType::I64 => "CAST({0} AS INTEGER)",
            ValueType::F32 | ValueType::F64 => "CAST({0} AS REAL)",
            _ => "CAST({0} AS TEXT)",
        },
        Function::CastToInteger => "CAST({0} AS INTEGER)",
        Function::Now => "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
        Function::Year => digits!(1, 4),
        Function::Month => digits!(6, 2),
        Function::Day => digits!(9, 2),
        Function::Hour if of == ValueType::Time => digits!(1, 2),
        Function::Minute if of == ValueType::Time => digits!(4, 2),
        Function::Second if of == ValueType::Time => digits!(7, 2),
        Function::Hour => digits!(12, 2),
        Function::Minute => digits!(15, 2),
        Function::Second => digits!(18, 2),
        Function::Weekday => "((CAST(strftime('%w', substr({0}, 1, 10)) AS INTEGER) + 6) % 7 + 1)",
        Function::DayOfYear => "CAST(strftime('%j', substr({0}, 1, 10)) AS INTEGER)",
        Function::StartOfYear => start_of!(4, "-01-01", " 00:00:00.000000", of),
        Function::StartOfMonth => start_of!(7, "-01", " 00:00:00.000000", of),
        // The next Sunday, or this one, less six days.
        Function::StartOfWeek => match of {
            ValueType::Date => "date({0}, 'weekday 0', '-6 days')",
            _ => "(date(substr({0}, 1, 10), 'weekday 0', '-6 days') || ' 00:00:00.000000')",
        },
        Function::StartOfDay => start_of!(10, "", " 00:00:00.000000", of),
        Function::StartOfHour => start_of!(13, "", ":00:00.000000", of),
        Function::StartOfMinute => start_of!(16, "", ":00.000000", of),
        Function::StartOfSecond => start_of!(19, "", ".000000", of),
        Function::ToDate => "substr({0}, 1, 10)",
        Function::PlusMicroseconds => concat!(
            "(SELECT strftime('%Y-%m-%d %H:%M:%S', (t - m) / 1000000, 'unixepoch') || printf('.%06d', m) \
             FROM (SELECT t, ((t % 1000000) + 1000000) % 1000000 AS m FROM (SELECT ",
            microseconds!("{0}"),
            " + {1} AS t)))"
        ),
        Function::PlusDays => moved!("{1} || ' days'", of),
        // The last day of a month that has no such day: without 'floor' it would be one of the next month.
        Function::PlusMonths => moved!("{1} || ' months', 'floor'", of),
        Function::MicrosecondsSince => concat!("(", microseconds!("{0}"), " - ", microseconds!("{1}"), ")"),
        Function::DaysSince => "CAST(julianday({0}) - julianday({1}) AS INTEGER)",
        other => standard(other, of).ok_or_else(|| Error::unsupported(format!("SQLite has no {other:?}")))?,
    })
}
