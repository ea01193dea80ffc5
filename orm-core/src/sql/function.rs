//! How functions are said: a template for each, in which `{0}` stands for the first argument.

use orm_schema::ValueType;
use sea_query::Expr;

use super::spelling::Spelling;
use crate::expr::Function;

/// The form of a function that most databases share; `None` where each has its own: see [`Spelling::function`].
pub(crate) const fn standard(function: Function, of: ValueType) -> Option<&'static str> {
    Some(match function {
        Function::Lower => "lower({0})",
        Function::Upper => "upper({0})",
        Function::Length => "char_length({0})",
        Function::Concat => "({0} || {1})",
        Function::Trim => "trim({0})",
        Function::TrimStart => "ltrim({0})",
        Function::TrimEnd => "rtrim({0})",
        Function::Substring => "substr({0}, {1}, {2})",
        Function::Replace => "replace({0}, {1}, {2})",
        Function::LikeAnyCase => "(lower({0}) LIKE lower({1}))",
        Function::Abs => "abs({0})",
        Function::Floor => "floor({0})",
        Function::Ceil => "ceil({0})",
        // Away from zero; round() of a float takes the nearest even number on some.
        Function::Round => match of {
            ValueType::F32 | ValueType::F64 => "(sign({0}) * floor(abs({0}) + 0.5))",
            _ => "round({0})",
        },
        Function::RoundTo => "round({0}, {1})",
        Function::Coalesce => "coalesce({0}, {1})",
        Function::NullIf => "nullif({0}, {1})",
        // NULL where one of them is, which least() and greatest() do not agree on.
        Function::Least => "(CASE WHEN {0} <= {1} THEN {0} WHEN {0} > {1} THEN {1} END)",
        Function::Greatest => "(CASE WHEN {0} >= {1} THEN {0} WHEN {0} < {1} THEN {1} END)",
        Function::CountRows => "count(*)",
        Function::Count => "count({0})",
        Function::CountDistinct => "count(DISTINCT {0})",
        Function::Min => "min({0})",
        Function::Max => "max({0})",
        Function::Sum => "sum({0})",
        Function::Avg => "avg({0})",
        Function::RowNumber => "row_number()",
        Function::Rank => "rank()",
        Function::DenseRank => "dense_rank()",
        Function::PercentRank => "percent_rank()",
        Function::CumeDist => "cume_dist()",
        Function::Ntile => "ntile({0})",
        Function::Lag => "lag({0}, {1})",
        Function::Lead => "lead({0}, {1})",
        Function::FirstValue => "first_value({0})",
        Function::LastValue => "last_value({0})",
        Function::NthValue => "nth_value({0}, {1})",
        Function::Year => "extract(YEAR FROM {0})",
        Function::Month => "extract(MONTH FROM {0})",
        Function::Day => "extract(DAY FROM {0})",
        Function::Hour => "extract(HOUR FROM {0})",
        Function::Minute => "extract(MINUTE FROM {0})",
        Function::Second => "extract(SECOND FROM {0})",
        Function::Contains
        | Function::StartsWith
        | Function::EndsWith
        | Function::Position
        | Function::Cast
        | Function::CastToInteger
        | Function::Now
        | Function::Weekday
        | Function::DayOfYear
        | Function::StartOfYear
        | Function::StartOfMonth
        | Function::StartOfWeek
        | Function::StartOfDay
        | Function::StartOfHour
        | Function::StartOfMinute
        | Function::StartOfSecond
        | Function::ToDate
        | Function::PlusMicroseconds
        | Function::PlusDays
        | Function::PlusMonths
        | Function::MicrosecondsSince
        | Function::DaysSince => return None,
    })
}

/// The window of a function: the text behind it, and what stands for each `?` in that.
#[derive(Default)]
pub(crate) struct Over {
    pub text: String,
    pub arguments: Vec<Expr>,
}

/// The template with its arguments, each as often as it stands there. The window stands where the template says `{over}`, else
/// behind it.
pub(crate) fn fill(spelling: &dyn Spelling, template: &str, arguments: &[Expr], over: &Over) -> Expr {
    let (mut text, mut taken, mut rest) = (String::with_capacity(template.len()), Vec::new(), template);
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (place, after) = after.split_once('}').unwrap_or_default();
        if let Some(argument) = place.parse().ok().and_then(|place: usize| arguments.get(place)) {
            let is_one = !matches!(argument, Expr::Binary(..) | Expr::Unary(..));
            let stands_alone = before.ends_with(['(', ',']) || before.ends_with(", ");
            let ends_alone = after.starts_with([')', ',']);
            text.push_str(if is_one || (stands_alone && ends_alone) { "?" } else { "(?)" });
            taken.push(argument.clone());
        } else {
            text.push_str(&over.text);
            taken.extend(over.arguments.iter().cloned());
        }
        rest = after;
    }
    text.push_str(rest);
    if !template.contains("{over}") {
        text.push_str(&over.text);
        taken.extend(over.arguments.iter().cloned());
    }
    spelling.template(&text, taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    /// A function without a form would be an error of a query that compiles.
    #[test]
    fn every_database_has_a_form_of_every_function() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::MariaDb, Dialect::MySql] {
            for function in Function::ALL {
                for of in
                    [ValueType::I64, ValueType::F64, ValueType::Text, ValueType::Date, ValueType::Timestamp]
                {
                    assert!(
                        dialect.spelling().function(*function, of).is_ok(),
                        "{function:?} of {of:?} on {dialect}"
                    );
                }
            }
        }
    }
}
