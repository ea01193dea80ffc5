//! What can be asked of dates and times. Everything is in UTC.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use orm_schema::ValueType;

use super::{Expr, Function, Node, Operand, Repr};
use crate::{
    column_value::{ColumnValue, Scalar},
    value::Value,
};

/// A type with a date.
#[diagnostic::on_unimplemented(message = "`{Self}` has no date", label = "this needs a column with a date")]
pub trait Calendar: Scalar {}

impl Calendar for NaiveDate {}
impl Calendar for NaiveDateTime {}
impl Calendar for DateTime<Utc> {}

/// A type with a time of the day.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time of the day",
    label = "this needs a column with a time of the day"
)]
pub trait Clock: Scalar {}

impl Clock for NaiveTime {}
impl Clock for NaiveDateTime {}
impl Clock for DateTime<Utc> {}

/// The moment at which the database runs the statement; PostgreSQL: at which its transaction began.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// let year = User::find(1).select(|_| now().year()).one(&db).await?;
/// assert!(year > 2000);
/// # Ok(()) }) }
/// ```
pub fn now() -> Expr<DateTime<Utc>> {
    Expr::from_node(Node::Call(Function::Now, ValueType::Timestamp, Vec::new()))
}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    fn moment(self, function: Function, further: Vec<Node>) -> Node {
        Node::call(function, T::FACT.value, self, further)
    }
}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// The year.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).year()).one(&db).await?;
    /// assert_eq!(found, 2024);
    /// # Ok(()) }) }
    /// ```
    pub fn year(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::Year, Vec::new()))
    }

    /// The month, from 1 to 12.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).month()).one(&db).await?;
    /// assert_eq!(found, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn month(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::Month, Vec::new()))
    }

    /// The day of the month, from 1.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).day()).one(&db).await?;
    /// assert_eq!(found, 29);
    /// # Ok(()) }) }
    /// ```
    pub fn day(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::Day, Vec::new()))
    }

    /// The day of the week, from Monday, 1, to Sunday, 7.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).weekday()).one(&db).await?;
    /// assert_eq!(found, 4);
    /// # Ok(()) }) }
    /// ```
    pub fn weekday(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::Weekday, Vec::new()))
    }

    /// The day of the year, from 1.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).day_of_year()).one(&db).await?;
    /// assert_eq!(found, 60);
    /// # Ok(()) }) }
    /// ```
    pub fn day_of_year(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::DayOfYear, Vec::new()))
    }

    /// The beginning of its year.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).start_of_year()).one(&db).await?;
    /// assert_eq!(found, "2024-01-01T00:00:00Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn start_of_year(self) -> Expr<T, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::StartOfYear, Vec::new()))
    }

    /// The beginning of its month.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).start_of_month()).one(&db).await?;
    /// assert_eq!(found, "2024-02-01T00:00:00Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn start_of_month(self) -> Expr<T, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::StartOfMonth, Vec::new()))
    }

    /// The beginning of its week, a Monday.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).start_of_week()).one(&db).await?;
    /// assert_eq!(found, "2024-02-26T00:00:00Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn start_of_week(self) -> Expr<T, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::StartOfWeek, Vec::new()))
    }

    /// So many days later, or earlier.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).plus_days(-1)).one(&db).await?;
    /// assert_eq!(found, "2024-02-28T13:14:15.5Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn plus_days(self, days: impl Operand<i64, L>) -> Expr<T, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::PlusDays, vec![days.operand()]))
    }

    /// So many months later, or earlier, on the same day of the month or, where that month has no such day, on its last one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).plus_months(12)).one(&db).await?;
    /// assert_eq!(found, "2025-02-28T13:14:15.5Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn plus_months(self, months: impl Operand<i64, L>) -> Expr<T, L>
    where
        T::Base: Calendar,
    {
        Expr::from_node(self.moment(Function::PlusMonths, vec![months.operand()]))
    }
}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// The hour, from 0 to 23.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).hour()).one(&db).await?;
    /// assert_eq!(found, 13);
    /// # Ok(()) }) }
    /// ```
    pub fn hour(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Clock,
    {
        Expr::from_node(self.moment(Function::Hour, Vec::new()))
    }

    /// The minute, from 0 to 59.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).minute()).one(&db).await?;
    /// assert_eq!(found, 14);
    /// # Ok(()) }) }
    /// ```
    pub fn minute(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Clock,
    {
        Expr::from_node(self.moment(Function::Minute, Vec::new()))
    }

    /// The second, without its fraction.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).second()).one(&db).await?;
    /// assert_eq!(found, 15);
    /// # Ok(()) }) }
    /// ```
    pub fn second(self) -> Expr<T::Keep<i32>, L>
    where
        T::Base: Clock,
    {
        Expr::from_node(self.moment(Function::Second, Vec::new()))
    }
}

impl<T: ColumnValue, L, R: Repr> Expr<T, L, R> {
    /// The beginning of its day.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).start_of_day()).one(&db).await?;
    /// assert_eq!(found, "2024-02-29T00:00:00Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn start_of_day(self) -> Expr<T, L>
    where
        T::Base: Calendar + Clock,
    {
        Expr::from_node(self.moment(Function::StartOfDay, Vec::new()))
    }

    /// The beginning of its hour.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).start_of_hour()).one(&db).await?;
    /// assert_eq!(found, "2024-02-29T13:00:00Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn start_of_hour(self) -> Expr<T, L>
    where
        T::Base: Calendar + Clock,
    {
        Expr::from_node(self.moment(Function::StartOfHour, Vec::new()))
    }

    /// The beginning of its minute.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).start_of_minute()).one(&db).await?;
    /// assert_eq!(found, "2024-02-29T13:14:00Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn start_of_minute(self) -> Expr<T, L>
    where
        T::Base: Calendar + Clock,
    {
        Expr::from_node(self.moment(Function::StartOfMinute, Vec::new()))
    }

    /// The beginning of its second.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).start_of_second()).one(&db).await?;
    /// assert_eq!(found, "2024-02-29T13:14:15Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn start_of_second(self) -> Expr<T, L>
    where
        T::Base: Calendar + Clock,
    {
        Expr::from_node(self.moment(Function::StartOfSecond, Vec::new()))
    }

    /// The date alone.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::NaiveDate;
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).date()).one(&db).await?;
    /// assert_eq!(found, "2024-02-29".parse::<NaiveDate>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn date(self) -> Expr<T::Keep<NaiveDate>, L>
    where
        T::Base: Calendar + Clock,
    {
        Expr::from_node(self.moment(Function::ToDate, Vec::new()))
    }

    /// So much later, or earlier where it is negative; what is less than a microsecond is cut off.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::TimeDelta;
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).plus(TimeDelta::milliseconds(-15_600))).one(&db).await?;
    /// assert_eq!(found, "2024-02-29T13:13:59.9Z".parse::<DateTime<Utc>>()?);
    /// # Ok(()) }) }
    /// ```
    pub fn plus(self, time: TimeDelta) -> Expr<T, L>
    where
        T::Base: Calendar + Clock,
    {
        let time = match time.num_microseconds() {
            Some(count) => Node::Param(Value::I64(count)),
            None => Node::Invalid("a time of more than 292 000 years is no number of microseconds"),
        };
        Expr::from_node(self.moment(Function::PlusMicroseconds, vec![time]))
    }

    /// How many microseconds after another moment it is; negative where it is before it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::{DateTime, Utc};
    /// let moment: DateTime<Utc> = "2024-02-29T13:14:15.5Z".parse()?;
    /// let found = User::find(1).select(|_| value(moment).microseconds_since(moment)).one(&db).await?;
    /// assert_eq!(found, 0);
    /// # Ok(()) }) }
    /// ```
    pub fn microseconds_since<O: Operand<T::Base, L>>(
        self,
        other: O,
    ) -> Expr<<T::Keep<O::Value> as ColumnValue>::Keep<i64>, L>
    where
        T::Base: Calendar + Clock,
    {
        Expr::from_node(self.moment(Function::MicrosecondsSince, vec![other.operand()]))
    }
}

impl<T: ColumnValue<Base = NaiveDate>, L, R: Repr> Expr<T, L, R> {
    /// How many days after another date it is; negative where it is before it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// use chrono::NaiveDate;
    /// let (one, other): (NaiveDate, NaiveDate) = ("2024-03-01".parse()?, "2024-02-28".parse()?);
    /// assert_eq!(User::find(1).select(|_| value(one).days_since(other)).one(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn days_since<O: Operand<NaiveDate, L>>(
        self,
        other: O,
    ) -> Expr<<T::Keep<O::Value> as ColumnValue>::Keep<i64>, L> {
        Expr::from_node(self.moment(Function::DaysSince, vec![other.operand()]))
    }
}
