//! How PostgreSQL says functions (functions.html). Moments are taken apart in UTC, whatever the session's time zone.

use orm_schema::ValueType;

use crate::{
    error::{Error, Result},
    expr::Function,
    sql::standard,
};

/// A field of a date or a time.
macro_rules! field {
    ($field:literal, $of:expr) => {
        match $of {
            ValueType::Timestamp => {
                concat!("CAST(extract(", $field, " FROM {0} AT TIME ZONE 'UTC') AS integer)")
            }
            _ => concat!("CAST(extract(", $field, " FROM {0}) AS integer)"),
        }
    };
}

/// The beginning of a year, and so on.
macro_rules! start_of {
    ($unit:literal, $of:expr) => {
        match $of {
            ValueType::Timestamp => concat!("date_trunc('", $unit, "', {0}, 'UTC')"),
            ValueType::Date => concat!("CAST(date_trunc('", $unit, "', CAST({0} AS timestamp)) AS date)"),
            _ => concat!("date_trunc('", $unit, "', {0})"),
        }
    };
}

/// So many days or months later.
macro_rules! plus {
    ($unit:literal, $of:expr) => {
        match $of {
            ValueType::Timestamp => concat!(
                "(({0} AT TIME ZONE 'UTC' + make_interval(",
                $unit,
                " => CAST({1} AS integer))) AT TIME ZONE 'UTC')"
            ),
            ValueType::Date => {
                concat!("CAST({0} + make_interval(", $unit, " => CAST({1} AS integer)) AS date)")
            }
            _ => concat!("({0} + make_interval(", $unit, " => CAST({1} AS integer)))"),
        }
    };
}

/// The template of a function of a value of that type.
pub(super) fn function(function: Function, of: ValueType) -> Result<&'static str> {
    Ok(match function {
        Function::Contains => "(strpos({0}, {1}) > 0)",
        Function::StartsWith => "starts_with({0}, {1})",
        Function::EndsWith => "(right({0}, length({1})) = {1})",
        Function::Substring => "substr({0}, CAST({1} AS integer), CAST({2} AS integer))",
        Function::Position => "strpos({0}, {1})",
        Function::LikeAnyCase => "({0} ILIKE {1})",
        // floor() and sign() of a real are double precision.
        Function::Floor if of == ValueType::F32 => "CAST(floor({0}) AS real)",
        Function::Ceil if of == ValueType::F32 => "CAST(ceil({0}) AS real)",
        Function::Round if of == ValueType::F32 => "CAST(sign({0}) * floor(abs({0}) + 0.5) AS real)",
        Function::RoundTo => "round({0}, CAST({1} AS integer))",
        // sum(bigint) is a numeric and sum(real) a real (functions-aggregate.html); ours are `i64` and `f64`.
        Function::Sum => match of {
            ValueType::Decimal | ValueType::F64 => "sum({0})",
            ValueType::F32 => "CAST(sum({0}){over} AS double precision)",
            _ => "CAST(sum({0}){over} AS bigint)",
        },
        Function::Avg if of != ValueType::Decimal => "CAST(avg({0}){over} AS double precision)",
        Function::Cast => cast(of),
        Function::CastToInteger => "CAST(trunc({0}) AS bigint)",
        Function::Now => "now()",
        Function::Year => field!("YEAR", of),
        Function::Month => field!("MONTH", of),
        Function::Day => field!("DAY", of),
        Function::Hour => field!("HOUR", of),
        Function::Minute => field!("MINUTE", of),
        // With its fraction: the cast rounds.
        Function::Second => match of {
            ValueType::Timestamp => "CAST(floor(extract(SECOND FROM {0} AT TIME ZONE 'UTC')) AS integer)",
            _ => "CAST(floor(extract(SECOND FROM {0})) AS integer)",
        },
        Function::Weekday => field!("ISODOW", of),
        Function::DayOfYear => field!("DOY", of),
        Function::StartOfYear => start_of!("year", of),
        Function::StartOfMonth => start_of!("month", of),
        Function::StartOfWeek => start_of!("week", of),
        Function::StartOfDay => start_of!("day", of),
        Function::StartOfHour => start_of!("hour", of),
        Function::StartOfMinute => start_of!("minute", of),
        Function::StartOfSecond => start_of!("second", of),
        Function::ToDate if of == ValueType::Timestamp => "CAST({0} AT TIME ZONE 'UTC' AS date)",
        Function::ToDate => "CAST({0} AS date)",
        Function::PlusMicroseconds => "({0} + {1} * interval '1 microsecond')",
        Function::PlusDays => plus!("days", of),
        Function::PlusMonths => plus!("months", of),
        Function::MicrosecondsSince => "CAST(extract(EPOCH FROM {0} - {1}) * 1000000 AS bigint)",
        Function::DaysSince => "CAST({0} - {1} AS bigint)",
        Function::Ntile => "ntile(CAST({0} AS integer))",
        Function::Lag => "lag({0}, CAST({1} AS integer))",
        Function::Lead => "lead({0}, CAST({1} AS integer))",
        Function::NthValue => "nth_value({0}, CAST({1} AS integer))",
        other => {
            standard(other, of).ok_or_else(|| Error::unsupported(format!("PostgreSQL has no {other:?}")))?
        }
    })
}

const fn cast(to: ValueType) -> &'static str {
    match to {
        ValueType::I16 => "CAST({0} AS smallint)",
        ValueType::I32 => "CAST({0} AS integer)",
        ValueType::I64 => "CAST({0} AS bigint)",
        ValueType::F32 => "CAST({0} AS real)",
        ValueType::F64 => "CAST({0} AS double precision)",
        ValueType::Decimal => "CAST({0} AS numeric)",
        _ => "CAST({0} AS text)",
    }
}
