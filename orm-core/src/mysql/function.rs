//! How MariaDB and MySQL say functions ("Built-in Functions").

use orm_schema::ValueType;

use crate::{
    error::{Error, Result},
    expr::Function,
    sql::standard,
};

/// A text in the encoding and order of bytes, whatever its column's: `LOCATE` and `=` follow the collation.
macro_rules! bytewise {
    ($text:literal) => {
        concat!("CONVERT(", $text, " USING utf8mb4) COLLATE utf8mb4_bin")
    };
}

/// The beginning of a year, and so on: what stands behind is written in its place.
macro_rules! start_of {
    ($date:literal, $time:literal, $of:expr) => {
        match $of {
            ValueType::Date => concat!("CAST(date_format({0}, '", $date, "') AS DATE)"),
            _ => concat!("CAST(date_format({0}, '", $date, " ", $time, "') AS DATETIME(6))"),
        }
    };
}

/// The template of a function of a value of that type.
pub(super) fn function(function: Function, of: ValueType) -> Result<&'static str> {
    Ok(match function {
        Function::Contains => concat!("(LOCATE({1}, ", bytewise!("{0}"), ") > 0)"),
        // By `LOCATE`, because `=` takes no notice of spaces at the end ("utf8mb4_bin" pads).
        Function::StartsWith => concat!("(LOCATE({1}, ", bytewise!("{0}"), ") = 1)"),
        // As bytes, because `=` of texts takes no notice of spaces at the end.
        Function::EndsWith => {
            "(CAST(CONVERT(RIGHT({0}, CHAR_LENGTH({1})) USING utf8mb4) AS BINARY) = \
             CAST(CONVERT({1} USING utf8mb4) AS BINARY))"
        }
        Function::Position => concat!("LOCATE({1}, ", bytewise!("{0}"), ")"),
        Function::Concat => "concat({0}, {1})",
        // The average of integers is a decimal of four more digits.
        Function::Avg => match of {
            ValueType::Decimal | ValueType::F32 | ValueType::F64 => "avg({0})",
            _ => "(CAST(sum({0}){over} AS DOUBLE) / count({0}){over})",
        },
        Function::Cast => match of {
            ValueType::I16 | ValueType::I32 | ValueType::I64 => "CAST({0} AS SIGNED)",
            ValueType::F32 => "CAST({0} AS FLOAT)",
            ValueType::F64 => "CAST({0} AS DOUBLE)",
            ValueType::Decimal => "CAST({0} AS DECIMAL(65, 10))",
            // CAST AS CHAR has the collation of the session as a column has its own, so that it mixes with no column of another one
            // ("Coercibility"); what concat makes of a number takes the column's.
            _ => "concat({0}, '')",
        },
        Function::CastToInteger => "CAST(truncate({0}, 0) AS SIGNED)",
        // The session's time zone is UTC, but it need not be that of a function that somebody else calls.
        Function::Now => "UTC_TIMESTAMP(6)",
        Function::Weekday => "(weekday({0}) + 1)",
        Function::DayOfYear => "dayofyear({0})",
        Function::StartOfYear => start_of!("%Y-01-01", "00:00:00", of),
        Function::StartOfMonth => start_of!("%Y-%m-01", "00:00:00", of),
        Function::StartOfWeek if of == ValueType::Date => "subdate({0}, weekday({0}))",
        Function::StartOfWeek => "CAST(subdate(date({0}), weekday({0})) AS DATETIME(6))",
        Function::StartOfDay => start_of!("%Y-%m-%d", "00:00:00", of),
        Function::StartOfHour => start_of!("%Y-%m-%d", "%H:00:00", of),
        Function::StartOfMinute => start_of!("%Y-%m-%d", "%H:%i:00", of),
        Function::StartOfSecond => start_of!("%Y-%m-%d", "%H:%i:%s", of),
        Function::ToDate => "date({0})",
        Function::PlusMicroseconds => "date_add({0}, INTERVAL {1} MICROSECOND)",
        Function::PlusDays => "date_add({0}, INTERVAL {1} DAY)",
        Function::PlusMonths => "date_add({0}, INTERVAL {1} MONTH)",
        Function::MicrosecondsSince => "timestampdiff(MICROSECOND, {1}, {0})",
        Function::DaysSince => "datediff({0}, {1})",
        other => standard(other, of)
            .ok_or_else(|| Error::unsupported(format!("MariaDB and MySQL have no {other:?}")))?,
    })
}
