//! The functions that every database has in some form.

use orm_schema::ValueType;

/// A function. How a database says it is its own business: see `sql/function.rs` and the `spelling.rs` of each.
///
/// Beside it stands the [`ValueType`] that decides the form: that of what it is called on; for a cast, the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    // Texts.
    Lower,
    Upper,
    Length,
    Contains,
    StartsWith,
    EndsWith,
    Concat,
    Trim,
    TrimStart,
    TrimEnd,
    Substring,
    Replace,
    Position,
    LikeAnyCase,
    // Numbers.
    Abs,
    Floor,
    Ceil,
    Round,
    RoundTo,
    // Any values.
    Coalesce,
    NullIf,
    Least,
    Greatest,
    Cast,
    /// Without what stands behind the point.
    CastToInteger,
    // Dates and times.
    Now,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Weekday,
    DayOfYear,
    StartOfYear,
    StartOfMonth,
    StartOfWeek,
    StartOfDay,
    StartOfHour,
    StartOfMinute,
    StartOfSecond,
    ToDate,
    PlusMicroseconds,
    PlusDays,
    PlusMonths,
    MicrosecondsSince,
    DaysSince,
    // Aggregates.
    CountRows,
    Count,
    CountDistinct,
    Min,
    Max,
    Sum,
    Avg,
    // Window functions.
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    NthValue,
}

impl Function {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: &[Self] = &[
        Self::Lower,
        Self::Upper,
        Self::Length,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Concat,
        Self::Trim,
        Self::TrimStart,
        Self::TrimEnd,
        Self::Substring,
        Self::Replace,
        Self::Position,
        Self::LikeAnyCase,
        Self::Abs,
        Self::Floor,
        Self::Ceil,
        Self::Round,
        Self::RoundTo,
        Self::Coalesce,
        Self::NullIf,
        Self::Least,
        Self::Greatest,
        Self::Cast,
        Self::CastToInteger,
        Self::Now,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Hour,
        Self::Minute,
        Self::Second,
        Self::Weekday,
        Self::DayOfYear,
        Self::StartOfYear,
        Self::StartOfMonth,
        Self::StartOfWeek,
        Self::StartOfDay,
        Self::StartOfHour,
        Self::StartOfMinute,
        Self::StartOfSecond,
        Self::ToDate,
        Self::PlusMicroseconds,
        Self::PlusDays,
        Self::PlusMonths,
        Self::MicrosecondsSince,
        Self::DaysSince,
        Self::CountRows,
        Self::Count,
        Self::CountDistinct,
        Self::Min,
        Self::Max,
        Self::Sum,
        Self::Avg,
        Self::RowNumber,
        Self::Rank,
        Self::DenseRank,
        Self::PercentRank,
        Self::CumeDist,
        Self::Ntile,
        Self::Lag,
        Self::Lead,
        Self::FirstValue,
        Self::LastValue,
        Self::NthValue,
    ];

    /// The type of what it gives, where `of` is the type that decides its form.
    pub(crate) const fn result(self, of: ValueType) -> ValueType {
        match self {
            Self::Contains | Self::StartsWith | Self::EndsWith | Self::LikeAnyCase => ValueType::Bool,
            Self::Year
            | Self::Month
            | Self::Day
            | Self::Hour
            | Self::Minute
            | Self::Second
            | Self::Weekday
            | Self::DayOfYear => ValueType::I32,
            Self::Length
            | Self::Position
            | Self::CastToInteger
            | Self::MicrosecondsSince
            | Self::DaysSince
            | Self::CountRows
            | Self::Count
            | Self::CountDistinct
            | Self::RowNumber
            | Self::Rank
            | Self::DenseRank
            | Self::Ntile => ValueType::I64,
            Self::PercentRank | Self::CumeDist => ValueType::F64,
            Self::Now => ValueType::Timestamp,
            Self::ToDate => ValueType::Date,
            Self::Sum => match of {
                ValueType::Decimal => of,
                ValueType::F32 | ValueType::F64 => ValueType::F64,
                _ => ValueType::I64,
            },
            Self::Avg => match of {
                ValueType::Decimal => of,
                _ => ValueType::F64,
            },
            Self::Lower
            | Self::Upper
            | Self::Concat
            | Self::Trim
            | Self::TrimStart
            | Self::TrimEnd
            | Self::Substring
            | Self::Replace
            | Self::Abs
            | Self::Floor
            | Self::Ceil
            | Self::Round
            | Self::RoundTo
            | Self::Coalesce
            | Self::NullIf
            | Self::Least
            | Self::Greatest
            | Self::Cast
            | Self::StartOfYear
            | Self::StartOfMonth
            | Self::StartOfWeek
            | Self::StartOfDay
            | Self::StartOfHour
            | Self::StartOfMinute
            | Self::StartOfSecond
            | Self::PlusMicroseconds
            | Self::PlusDays
            | Self::PlusMonths
            | Self::Min
            | Self::Max
            | Self::Lag
            | Self::Lead
            | Self::FirstValue
            | Self::LastValue
            | Self::NthValue => of,
        }
    }

    /// Whether it says which of several values is the largest.
    pub(crate) const fn compares(self) -> bool {
        matches!(self, Self::Min | Self::Max | Self::Least | Self::Greatest)
    }

    /// Whether it makes one value of a group of rows.
    pub(crate) const fn is_aggregate(self) -> bool {
        matches!(
            self,
            Self::CountRows
                | Self::Count
                | Self::CountDistinct
                | Self::Min
                | Self::Max
                | Self::Sum
                | Self::Avg
        )
    }

    /// Whether a window can be put over it.
    pub(crate) const fn takes_window(self) -> bool {
        self.is_aggregate()
            || matches!(
                self,
                Self::RowNumber
                    | Self::Rank
                    | Self::DenseRank
                    | Self::PercentRank
                    | Self::CumeDist
                    | Self::Ntile
                    | Self::Lag
                    | Self::Lead
                    | Self::FirstValue
                    | Self::LastValue
                    | Self::NthValue
            )
    }
}
