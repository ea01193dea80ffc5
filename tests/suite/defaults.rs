//! Defaults that the database fills in: every type, at its limits, in the very form that binding writes.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::{Enum, Models, Result, Value, migrate::Verify, prelude::*};
use orm_schema::Schema;
use rust_decimal::Decimal;
use uuid::Uuid;

orm_tests::portable!(defaults:
    the_least_of_every_type_is_a_default,
    the_most_of_every_type_is_a_default,
    a_default_is_found_by_the_value_that_it_stands_for,
    a_default_that_the_database_prints_in_its_own_way_is_no_difference,
);

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
pub enum Level {
    Low,
    #[orm(label = "it's \"high\" \\ ☃")]
    High,
}

#[derive(Debug, Clone, PartialEq, Value)]
pub struct Count(u32);

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Least {
    pub id: i64,
    #[orm(default = false)]
    pub boolean: bool,
    #[orm(default = -128)]
    pub byte: i8,
    #[orm(default = -32768)]
    pub small: i16,
    #[orm(default = -2147483648)]
    pub int: i32,
    #[orm(default = -9223372036854775808)]
    pub big: i64,
    #[orm(default = 0)]
    pub unsigned_byte: u8,
    #[orm(default = 0)]
    pub unsigned_small: u16,
    #[orm(default = 0)]
    pub unsigned: u32,
    #[orm(default = -0.1)]
    pub single: f32,
    #[orm(default = -1e300)]
    pub double: f64,
    #[orm(default = "")]
    pub text: String,
    #[orm(default = "", max_len = 3)]
    pub short: String,
    #[orm(default = "0001-01-01")]
    pub date: NaiveDate,
    #[orm(default = "00:00")]
    pub time: NaiveTime,
    #[orm(default = "0001-01-01 00:00:00")]
    pub local: NaiveDateTime,
    #[orm(default = "2024-02-29 12:30:00+00")]
    pub moment: DateTime<Utc>,
    #[orm(default = "00000000-0000-0000-0000-000000000000")]
    pub uuid: Uuid,
    #[orm(default = -7.5)]
    pub decimal: Decimal,
    #[orm(default = -99999999.99, decimal(10, 2))]
    pub price: Decimal,
    #[orm(default = "low")]
    pub level: Level,
    #[orm(default = 0)]
    pub count: Count,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Most {
    pub id: i64,
    #[orm(default = true)]
    pub boolean: bool,
    #[orm(default = 127)]
    pub byte: i8,
    #[orm(default = 32767)]
    pub small: i16,
    #[orm(default = 2147483647)]
    pub int: i32,
    #[orm(default = 9223372036854775807)]
    pub big: i64,
    #[orm(default = 255)]
    pub unsigned_byte: u8,
    #[orm(default = 65535)]
    pub unsigned_small: u16,
    #[orm(default = 4294967295)]
    pub unsigned: u32,
    #[orm(default = 0.000123456)]
    pub single: f32,
    #[orm(default = 1e300)]
    pub double: f64,
    #[orm(default = "it's \"quoted\" \\ %s 🦀\n")]
    pub text: String,
    #[orm(default = "🦀ß\\", max_len = 3)]
    pub short: String,
    #[orm(default = "9999-12-31")]
    pub date: NaiveDate,
    #[orm(default = "23:59:59.999999")]
    pub time: NaiveTime,
    #[orm(default = "9999-12-31 23:59:59.999999")]
    pub local: NaiveDateTime,
    #[orm(default = "2038-01-19T03:14:08.000001Z")]
    pub moment: DateTime<Utc>,
    #[orm(default = "FFFFFFFF-ffff-ffff-ffff-ffffffffffff")]
    pub uuid: Uuid,
    #[orm(default = "123456789012.3456789")]
    pub decimal: Decimal,
    #[orm(default = "99999999.90", decimal(10, 2))]
    pub price: Decimal,
    #[orm(default = "it's \"high\" \\ ☃")]
    pub level: Level,
    #[orm(default = 4294967295)]
    pub count: Count,
}

fn defaults() -> Schema {
    orm_tests::schema_of(&[Least::TABLE, Most::TABLE])
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn least(id: i64) -> Least {
    Least {
        id,
        boolean: false,
        byte: i8::MIN,
        small: i16::MIN,
        int: i32::MIN,
        big: i64::MIN,
        unsigned_byte: 0,
        unsigned_small: 0,
        unsigned: 0,
        single: -0.1,
        double: -1e300,
        text: String::new(),
        short: String::new(),
        date: date(1, 1, 1),
        time: NaiveTime::MIN,
        local: date(1, 1, 1).and_time(NaiveTime::MIN),
        moment: date(2024, 2, 29).and_hms_opt(12, 30, 0).unwrap().and_utc(),
        uuid: Uuid::nil(),
        decimal: Decimal::new(-75, 1),
        price: Decimal::new(-9_999_999_999, 2),
        level: Level::Low,
        count: Count(0),
    }
}

fn most(id: i64) -> Most {
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
    Most {
        id,
        boolean: true,
        byte: i8::MAX,
        small: i16::MAX,
        int: i32::MAX,
        big: i64::MAX,
        unsigned_byte: u8::MAX,
        unsigned_small: u16::MAX,
        unsigned: u32::MAX,
        single: 0.000_123_456,
        double: 1e300,
        text: "it's \"quoted\" \\ %s 🦀\n".into(),
        short: "🦀ß\\".into(),
        date: date(9999, 12, 31),
        time: last,
        local: date(9999, 12, 31).and_time(last),
        moment: date(2038, 1, 19).and_hms_micro_opt(3, 14, 8, 1).unwrap().and_utc(),
        uuid: Uuid::max(),
        decimal: "123456789012.3456789".parse().unwrap(),
        price: Decimal::new(9_999_999_990, 2),
        level: Level::High,
        count: Count(u32::MAX),
    }
}

async fn the_least_of_every_type_is_a_default(db: Db) -> Result<()> {
    let inserted = Least::insert(NewLeast {}).exec(&db).await?;
    assert_eq!(inserted, least(inserted.id));
    assert_eq!(Least::find(inserted.id).one(&db).await?, inserted);
    Ok(())
}

async fn the_most_of_every_type_is_a_default(db: Db) -> Result<()> {
    let inserted = Most::insert(NewMost {}).exec(&db).await?;
    assert_eq!(inserted, most(inserted.id));
    assert_eq!(Most::find(inserted.id).one(&db).await?, inserted);
    Ok(())
}

/// A text that stands for a moment must be the text that binding the moment writes, where texts are compared.
async fn a_default_is_found_by_the_value_that_it_stands_for(db: Db) -> Result<()> {
    Least::insert(NewLeast {}).exec(&db).await?;
    Most::insert(NewMost {}).exec(&db).await?;
    let mut lost = Vec::new();
    macro_rules! found {
        ($($field:ident)*) => {$(
            let (low, high) = (least(0).$field, most(0).$field);
            let low = Least::query().filter(|x| x.$field.eq(&low)).exists(&db).await?;
            let high = Most::query().filter(|x| x.$field.eq(&high)).exists(&db).await?;
            if !low || !high {
                lost.push(stringify!($field));
            }
        )*};
    }
    found!(boolean byte small int big unsigned_byte unsigned_small unsigned single double text short);
    found!(date time local moment uuid decimal price level count);
    assert!(lost.is_empty(), "not found: {lost:?}");
    Ok(())
}

async fn a_default_that_the_database_prints_in_its_own_way_is_no_difference(db: Db) -> Result<()> {
    db.verify(Models::new(&[Least::TABLE, Most::TABLE])).await.expect("no difference");
    Ok(())
}
