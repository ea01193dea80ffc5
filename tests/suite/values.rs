//! Values with a story: defaults, NULL, times between microseconds, numbers that do not fit, texts that cannot be.

use std::{
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use orm::{Dialect, Enum, Error, ErrorKind, Json, Result, Value, prelude::*};
use orm_schema::Schema;
use orm_tests::recorded;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

orm_tests::portable!(values:
    defaults_fill_what_an_insert_leaves_out,
    a_default_that_the_program_makes,
    now_has_the_form_of_a_bound_moment,
    times_are_cut_to_microseconds,
    a_json_null_is_not_a_missing_value,
    json_is_patched_and_set_null,
    infinities_are_stored_or_refused,
    not_a_number_is_stored_or_refused,
    a_float_keeps_every_bit,
    a_number_that_does_not_fit_is_an_error_naming_the_field,
    a_value_of_another_type_is_an_error_naming_the_field,
    null_where_the_model_has_none_is_an_error_naming_the_field,
    a_type_of_another_crate_is_stored_by_way_of_one_of_ours,
    a_stored_value_that_does_not_convert_back_is_an_error,
    a_newtype_is_compared_and_computed_with,
    an_enum_is_compared_and_grouped_by,
    a_label_that_is_unknown_is_an_error,
    a_text_of_a_megabyte_comes_back_or_is_refused,
    decimals_keep_their_scale,
    a_decimal_is_kept_exactly_or_refused,
    decimals_are_not_ordered_where_they_are_texts,
    hostile_texts_are_values_and_nothing_else,
);

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[orm(name = "mood")]
pub enum Mood {
    Happy,
    #[orm(label = "not so happy")]
    Sad,
}

/// A type that orm knows nothing of, stored as a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Color(u8, u8, u8);

impl From<Color> for String {
    fn from(Color(r, g, b): Color) -> Self {
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

impl TryFrom<String> for Color {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let part = |at: usize| text.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (part(1), part(3), part(5)) {
            (Some(r), Some(g), Some(b)) => Ok(Self(r, g, b)),
            _ => Err(format!("`{text}` is no color")),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Value)]
pub struct Cents(pub i64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    theme: String,
    size: u8,
}

/// A key that the program makes.
fn next_uuid() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(0, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// One of nearly everything, each with a default, so that an insert needs nothing.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Thing {
    pub id: i64,
    #[orm(default_with = next_uuid)]
    pub uuid: Uuid,
    #[orm(default = true)]
    pub flag: bool,
    #[orm(default = -7)]
    pub number: i32,
    #[orm(default = 0)]
    pub small: u8,
    #[orm(default = 0.25)]
    pub real: f64,
    #[orm(default = "it's \"quoted\" \\ 🦀")]
    pub text: String,
    #[orm(default = "not so happy")]
    pub mood: Mood,
    #[orm(default = now)]
    pub at: DateTime<Utc>,
    #[orm(default = 100)]
    pub cents: Cents,
    #[orm(default = "#ff8000", via = String)]
    pub color: Color,
    #[orm(via = String)]
    pub other_color: Option<Color>,
    pub document: Option<serde_json::Value>,
    pub settings: Option<Json<Settings>>,
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub local: Option<NaiveDateTime>,
    pub single: Option<f32>,
    pub decimal: Option<Decimal>,
    pub bytes: Option<Vec<u8>>,
}

fn values() -> Schema {
    orm_tests::schema_of(&[Thing::TABLE])
}

async fn thing(db: &Db) -> Result<Thing> {
    Thing::insert(NewThing {}).exec(db).await
}

async fn defaults_fill_what_an_insert_leaves_out(db: Db) -> Result<()> {
    let thing = thing(&db).await?;
    assert_eq!((thing.flag, thing.number, thing.real), (true, -7, 0.25));
    assert_eq!(thing.text, "it's \"quoted\" \\ 🦀");
    assert_eq!((thing.mood, thing.cents, thing.color), (Mood::Sad, Cents(100), Color(255, 128, 0)));
    assert!((Utc::now() - thing.at).abs() < TimeDelta::hours(1));
    assert_eq!((thing.document, thing.date, thing.decimal, thing.other_color), (None, None, None, None));
    Ok(())
}

async fn a_default_that_the_program_makes(db: Db) -> Result<()> {
    let (first, second) = (thing(&db).await?, thing(&db).await?);
    assert_ne!(first.uuid, second.uuid);
    let given = Thing::insert(NewThing {}).set(|t| t.uuid.set(Uuid::nil())).exec(&db).await?;
    assert_eq!(given.uuid, Uuid::nil());
    Thing::insert_many([NewThing {}, NewThing {}]).exec(&db).await?;
    let uuids = Thing::query().select(|t| t.uuid).distinct().count(&db).await?;
    assert_eq!(uuids, 5);
    Ok(())
}

async fn now_has_the_form_of_a_bound_moment(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    let (before, after) = (made.at - TimeDelta::microseconds(1), made.at + TimeDelta::microseconds(1));
    assert_eq!(Thing::query().filter(|t| t.at.eq(made.at)).count(&db).await?, 1);
    assert_eq!(Thing::query().filter(|t| t.at.gt(before).and(t.at.lt(after))).count(&db).await?, 1);
    assert_eq!(Thing::query().filter(|t| t.at.is_in([made.at])).count(&db).await?, 1);
    Ok(())
}

async fn times_are_cut_to_microseconds(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let between = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap();
    let cut = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
    let local = date.and_time(between);
    let write = made.update(|t| (t.time.set(between), t.local.set(local), t.at.set(local.and_utc())));
    write.exec(&db).await?;
    let read = Thing::find(made.id).one(&db).await?;
    assert_eq!(
        (read.time, read.local, read.at),
        (Some(cut), Some(date.and_time(cut)), date.and_time(cut).and_utc())
    );
    assert_eq!(
        Thing::query().filter(|t| t.time.eq(between).and(t.at.eq(local.and_utc()))).count(&db).await?,
        1
    );
    let leap_second = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
    made.update(|t| t.time.set(leap_second)).exec(&db).await?;
    assert_eq!(Thing::find(made.id).one(&db).await?.time.map(|time| time.second()), Some(59));
    Ok(())
}

async fn a_json_null_is_not_a_missing_value(db: Db) -> Result<()> {
    let (missing, null) = (thing(&db).await?, thing(&db).await?);
    null.update(|t| t.document.set(serde_json::Value::Null)).exec(&db).await?;
    assert_eq!(Thing::find(missing.id).one(&db).await?.document, None);
    assert_eq!(Thing::find(null.id).one(&db).await?.document, Some(serde_json::Value::Null));
    assert_eq!(Thing::query().filter(|t| t.document.is_null()).one(&db).await?.id, missing.id);
    Ok(())
}

async fn json_is_patched_and_set_null(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    let settings = Json(Settings { theme: "it's dark".into(), size: 255 });
    made.update(|t| t.settings.set(settings.clone())).exec(&db).await?;
    assert_eq!(Thing::find(made.id).one(&db).await?.settings, Some(settings.clone()));
    assert_eq!(Thing::query().filter(|t| t.settings.eq(settings)).count(&db).await?, 1);
    made.update(|t| t.settings.set_null()).exec(&db).await?;
    assert_eq!(Thing::find(made.id).one(&db).await?.settings, None);
    Ok(())
}

async fn infinities_are_stored_or_refused(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    for (infinity, single) in [(f64::INFINITY, f32::INFINITY), (f64::NEG_INFINITY, f32::NEG_INFINITY)] {
        match made.update(|t| (t.real.set(infinity), t.single.set(single))).exec(&db).await {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
                assert_eq!(Thing::find(made.id).one(&db).await?, made);
                continue;
            }
        }
        let read = Thing::find(made.id).one(&db).await?;
        assert_eq!((read.real, read.single), (infinity, Some(single)));
        assert_eq!(Thing::query().filter(|t| t.real.eq(infinity)).count(&db).await?, 1);
        assert_eq!(Thing::query().filter(|t| t.real.is_in([0.0, infinity])).count(&db).await?, 1);
        assert_eq!(Thing::query().filter(|t| t.real.gt(1e300)).count(&db).await?, i64::from(infinity > 0.0));
    }
    Ok(())
}

/// SQLite would store NULL, so it is an error there; nowhere is it lost.
async fn not_a_number_is_stored_or_refused(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    match made.update(|t| (t.real.set(f64::NAN), t.single.set(f32::NAN))).exec(&db).await {
        Ok(_) => {
            let read = Thing::find(made.id).one(&db).await?;
            assert!(read.real.is_nan() && read.single.is_some_and(f32::is_nan));
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
            assert_eq!(Thing::find(made.id).one(&db).await?.real, 0.25);
        }
    }
    Ok(())
}

async fn a_float_keeps_every_bit(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    for real in [0.1 + 0.2, 1.0 / 3.0, f64::from_bits(1), 5e-324, 1.7976931348623157e308, 9007199254740993.0]
    {
        made.update(|t| t.real.set(real)).exec(&db).await?;
        assert_eq!(Thing::find(made.id).one(&db).await?.real.to_bits(), real.to_bits(), "{real:e}");
    }
    for single in [0.1_f32, 1.0 / 3.0, f32::from_bits(1), 3.4028235e38] {
        made.update(|t| t.single.set(single)).exec(&db).await?;
        assert_eq!(
            Thing::find(made.id).one(&db).await?.single.map(f32::to_bits),
            Some(single.to_bits()),
            "{single:e}"
        );
    }
    Ok(())
}

/// Writes by hand what the model's type does not hold, and reads it through the model.
async fn read_after(db: &Db, sql: &str) -> Error {
    thing(db).await.unwrap();
    db.connection().await.unwrap().batch(sql).await.unwrap();
    Thing::query().all(db).await.unwrap_err()
}

async fn a_number_that_does_not_fit_is_an_error_naming_the_field(db: Db) -> Result<()> {
    for number in [-1, 256] {
        let sql = format!("UPDATE things SET small = {number}");
        thing(&db).await?;
        if let Err(error) = db.connection().await?.batch(&sql).await {
            // The column itself is as narrow as the field.
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
            continue;
        }
        let error = read_after(&db, &sql).await;
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert!(error.to_string().contains("`Thing.small`"), "{error}");
        assert!(error.to_string().contains(&number.to_string()), "{error}");
    }
    Ok(())
}

async fn a_value_of_another_type_is_an_error_naming_the_field(db: Db) -> Result<()> {
    let sql = "UPDATE things SET document = '{\"theme\": 1}', settings = '{\"theme\": 1}'";
    let error = read_after(&db, sql).await;
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(error.to_string().contains("`Thing.settings`"), "{error}");
    assert!(error.to_string().contains("Settings"), "{error}");
    Ok(())
}

async fn null_where_the_model_has_none_is_an_error_naming_the_field(db: Db) -> Result<()> {
    thing(&db).await?;
    let sql = "ALTER TABLE things RENAME COLUMN number TO old; ALTER TABLE things ADD COLUMN number INT";
    db.connection().await?.batch(sql).await?;
    let error = Thing::query().all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(error.to_string().contains("`Thing.number`") && error.to_string().contains("NULL"), "{error}");
    Ok(())
}

async fn a_type_of_another_crate_is_stored_by_way_of_one_of_ours(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    made.update(|t| (t.color.set(String::from(Color(1, 2, 3))), t.other_color.set("#040506")))
        .exec(&db)
        .await?;
    let read = Thing::find(made.id).one(&db).await?;
    assert_eq!((read.color, read.other_color), (Color(1, 2, 3), Some(Color(4, 5, 6))));
    let twin = Thing { id: made.id + 1, uuid: Uuid::nil(), ..read };
    assert_eq!(Thing::insert(twin.clone()).exec(&db).await?, twin);
    assert_eq!(Thing::query().filter(|t| t.color.starts_with("#01")).count(&db).await?, 2);
    Ok(())
}

async fn a_stored_value_that_does_not_convert_back_is_an_error(db: Db) -> Result<()> {
    let error = read_after(&db, "UPDATE things SET color = 'mauve'").await;
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(error.to_string().contains("`Thing.color`") && error.to_string().contains("`mauve`"), "{error}");
    Ok(())
}

async fn a_newtype_is_compared_and_computed_with(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    made.update(|t| t.cents.set(Cents(i64::MAX))).exec(&db).await?;
    assert_eq!(Thing::query().filter(|t| t.cents.eq(Cents(i64::MAX))).count(&db).await?, 1);
    assert_eq!(
        Thing::query()
            .filter(|t| t.cents.gt(Cents(5)).and(t.cents.is_in([Cents(1)]).not()))
            .count(&db)
            .await?,
        1
    );
    let largest: Option<Cents> = Thing::query().aggregate(|t| t.cents.max()).one(&db).await?;
    assert_eq!(largest, Some(Cents(i64::MAX)));
    Ok(())
}

async fn an_enum_is_compared_and_grouped_by(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    thing(&db).await?;
    made.update(|t| t.mood.set(Mood::Happy)).exec(&db).await?;
    assert_eq!(Thing::query().filter(|t| t.mood.eq(Mood::Sad)).count(&db).await?, 1);
    assert_eq!(Thing::query().filter(|t| t.mood.is_in([Mood::Sad, Mood::Happy])).count(&db).await?, 2);
    let moods = Thing::query().group_by(|t| t.mood).select(|mood, _| (mood, count()));
    let mut moods: Vec<(Mood, i64)> = moods.all(&db).await?;
    moods.sort_by_key(|(mood, _)| *mood == Mood::Sad);
    assert_eq!(moods, [(Mood::Happy, 1), (Mood::Sad, 1)]);
    Ok(())
}

async fn a_label_that_is_unknown_is_an_error(db: Db) -> Result<()> {
    thing(&db).await?;
    let mut session = db.connection().await?;
    assert!(session.batch("UPDATE things SET mood = 'angry'").await.is_err(), "the database refuses it");
    Ok(())
}

async fn a_text_of_a_megabyte_comes_back_or_is_refused(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    let (text, bytes) = ("🦀".repeat(300_000), vec![0xff; 1_000_000]);
    made.update(|t| t.bytes.set(bytes.clone())).exec(&db).await?;
    assert_eq!(Thing::find(made.id).one(&db).await?.bytes, Some(bytes));
    if let Err(error) = made.update(|t| t.text.set(text.clone())).exec(&db).await {
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
        assert_eq!(Thing::find(made.id).one(&db).await?.text, made.text);
        return Ok(());
    }
    assert!(Thing::find(made.id).one(&db).await?.text == text);
    assert_eq!(Thing::query().select(|t| t.text.length()).one(&db).await?, 300_000);
    Ok(())
}

async fn decimals_keep_their_scale(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    for text in ["1.10", "-0.50", "100", "0.0000000001000"] {
        let decimal = Decimal::from_str(text).unwrap();
        made.update(|t| t.decimal.set(decimal)).exec(&db).await?;
        let read = Thing::find(made.id).one(&db).await?.decimal.unwrap();
        assert_eq!(read, decimal);
        if db.dialect() != Dialect::MariaDb {
            assert_eq!(read.to_string(), text);
        }
    }
    Ok(())
}

/// 28 digits are what `Decimal` holds of any number; a column may hold fewer of them.
async fn a_decimal_is_kept_exactly_or_refused(db: Db) -> Result<()> {
    let made = thing(&db).await?;
    for decimal in [Decimal::MIN, Decimal::MAX, Decimal::new(1, 28), Decimal::new(-12_345, 11)] {
        let updated = made.update(|t| t.decimal.set(decimal)).exec(&db).await;
        let inserted = Thing::insert(NewThing {}).set(|t| t.decimal.set(decimal)).exec(&db).await;
        for error in updated.as_ref().err().into_iter().chain(inserted.as_ref().err()) {
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
        }
        if updated.is_ok() {
            assert_eq!(Thing::find(made.id).one(&db).await?.decimal, Some(decimal));
        }
        if let Ok(inserted) = inserted {
            assert_eq!(inserted.decimal, Some(decimal));
        }
    }
    Ok(())
}

/// Either they sort by number, or it is said before anything is sent.
async fn decimals_are_not_ordered_where_they_are_texts(db: Db) -> Result<()> {
    for text in ["9", "10", "-1"] {
        Thing::insert(NewThing {}).set(|t| t.decimal.set(Decimal::from_str(text).unwrap())).exec(&db).await?;
    }
    let sorted = Thing::query().order_by(|t| t.decimal.asc()).select(|t| t.decimal);
    match recorded(sorted.all(&db)).await {
        (Ok(rows), _) => {
            let texts: Vec<String> =
                rows.into_iter().flatten().map(|decimal| decimal.normalize().to_string()).collect();
            assert_eq!(texts, ["-1", "9", "10"]);
            let ten = Decimal::from(10);
            assert_eq!(Thing::query().filter(|t| t.decimal.lt(ten)).count(&db).await?, 2);
            let sum = Thing::query().aggregate(|t| (t.decimal.sum(), t.decimal.avg(), t.decimal.max()));
            assert_eq!(sum.one(&db).await?, (Some(18.into()), Some(6.into()), Some(ten)));
        }
        (Err(error), statements) => {
            assert_eq!((error.kind(), statements.len()), (ErrorKind::Unsupported, 0), "{error}");
            let unsupported = [
                Thing::query().filter(|t| t.decimal.lt(Decimal::ONE)).count(&db).await.unwrap_err(),
                Thing::query()
                    .filter(|t| t.decimal.between(Decimal::ONE, Decimal::TEN))
                    .count(&db)
                    .await
                    .unwrap_err(),
                Thing::query().aggregate(|t| t.decimal.sum()).one(&db).await.unwrap_err(),
                Thing::query().aggregate(|t| t.decimal.avg()).one(&db).await.unwrap_err(),
                Thing::query().aggregate(|t| t.decimal.max()).one(&db).await.unwrap_err(),
            ];
            assert!(
                unsupported.iter().all(|error| error.kind() == ErrorKind::Unsupported),
                "{unsupported:?}"
            );
        }
    }
    Ok(())
}

async fn hostile_texts_are_values_and_nothing_else(db: Db) -> Result<()> {
    for text in [
        "'; DROP TABLE things; --",
        "\\'; SELECT 1; --",
        "$1",
        "?1",
        ":x",
        "%s",
        "\u{202e}",
        "\u{0}".trim_matches('\0'),
    ] {
        let made = Thing::insert(NewThing {}).set(|t| t.text.set(text)).exec(&db).await?;
        assert_eq!(made.text, text);
        let found =
            Thing::query().filter(|t| t.text.eq(text).and(t.id.eq(made.id)).and(t.text.contains(text)));
        assert_eq!(found.count(&db).await?, 1);
    }
    Ok(())
}

/// What only PostgreSQL has: arrays. And what it alone cannot hold: NUL in a text.
mod on_postgres {
    use chrono::NaiveDate;
    use orm::{Enum, ErrorKind, Result, prelude::*};
    use orm_schema::Schema;
    use orm_tests::recorded;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    use super::{NewThing, Thing};

    orm_tests::on_database!(postgres, Postgres, arrays:
        arrays_hold_every_kind_of_element,
        arrays_are_empty_null_and_long,
        arrays_are_compared,
        many_rows_with_arrays_are_inserted,
        an_array_with_null_inside_is_an_error_naming_the_field,
        a_text_with_nul_is_refused_before_anything_is_sent,
        moments_that_only_postgres_has_are_errors,
    );

    #[derive(Debug, Clone, Copy, PartialEq, Enum)]
    pub enum Level {
        Low,
        #[orm(label = "very \"high\", {really}")]
        High,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct List {
        pub id: i64,
        pub texts: Vec<String>,
        pub numbers: Vec<i64>,
        pub small: Option<Vec<i16>>,
        pub reals: Option<Vec<f64>>,
        pub flags: Option<Vec<bool>>,
        pub dates: Option<Vec<NaiveDate>>,
        pub uuids: Option<Vec<Uuid>>,
        pub decimals: Option<Vec<Decimal>>,
        pub documents: Option<Vec<serde_json::Value>>,
        pub levels: Option<Vec<Level>>,
    }

    fn arrays() -> Schema {
        orm_tests::schema_of(&[List::TABLE, Thing::TABLE])
    }

    fn full() -> List {
        let texts = ["", "NULL", "a,b", "{c}", "it's \"quoted\" \\", "🦀"];
        List {
            id: 1,
            texts: texts.map(String::from).to_vec(),
            numbers: vec![i64::MIN, 0, i64::MAX],
            small: Some(vec![i16::MIN, i16::MAX]),
            reals: Some(vec![f64::MIN, 0.1, f64::INFINITY]),
            flags: Some(vec![true, false]),
            dates: NaiveDate::from_ymd_opt(2024, 2, 29).map(|date| vec![date]),
            uuids: Some(vec![Uuid::nil(), Uuid::max()]),
            decimals: Some(vec![Decimal::MAX, Decimal::new(110, 2)]),
            documents: Some(vec![serde_json::json!(null), serde_json::json!({"a": [1]})]),
            levels: Some(vec![Level::High, Level::Low, Level::High]),
        }
    }

    async fn arrays_hold_every_kind_of_element(db: Db) -> Result<()> {
        assert_eq!(List::insert(full()).exec(&db).await?, full());
        assert_eq!(List::find(1).one(&db).await?, full());
        full()
            .update(|l| (l.levels.set(vec![Level::High]), l.texts.set(vec!["x".to_owned()])))
            .exec(&db)
            .await?;
        let read = List::find(1).one(&db).await?;
        assert_eq!((read.levels, read.texts), (Some(vec![Level::High]), vec!["x".to_owned()]));
        Ok(())
    }

    async fn arrays_are_empty_null_and_long(db: Db) -> Result<()> {
        let empty = List::insert(NewList { texts: vec![], numbers: vec![] }).exec(&db).await?;
        assert_eq!((empty.texts.len(), empty.small, empty.levels), (0, None, None));
        let numbers: Vec<i64> = (0..10_000).collect();
        let long = List::insert(NewList { texts: vec![String::new(); 1000], numbers: numbers.clone() });
        assert_eq!(long.set(|l| l.levels.set(vec![])).exec(&db).await?.numbers, numbers);
        Ok(())
    }

    async fn arrays_are_compared(db: Db) -> Result<()> {
        List::insert(full()).exec(&db).await?;
        let found =
            List::query().filter(|l| l.numbers.eq(full().numbers).and(l.texts.ne(vec!["x".to_owned()])));
        assert_eq!(found.count(&db).await?, 1);
        let levels = List::query().filter(|l| l.levels.eq(full().levels.unwrap_or_default()));
        assert_eq!(levels.count(&db).await?, 1);
        Ok(())
    }

    async fn many_rows_with_arrays_are_inserted(db: Db) -> Result<()> {
        let rows = (0..1_000).map(|n| NewList { texts: vec![format!("{n}")], numbers: vec![n; 3] });
        assert_eq!(List::insert_many(rows).exec(&db).await?, 1_000);
        let last = List::query().order_by(|l| l.id.desc()).first(&db).await?.unwrap();
        assert_eq!((last.texts, last.numbers), (vec!["999".to_owned()], vec![999; 3]));
        Ok(())
    }

    async fn an_array_with_null_inside_is_an_error_naming_the_field(db: Db) -> Result<()> {
        List::insert(full()).exec(&db).await?;
        db.connection().await?.batch("UPDATE lists SET numbers = ARRAY[1, NULL]").await?;
        let error = List::query().all(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert!(error.to_string().contains("`List.numbers`"), "{error}");
        Ok(())
    }

    async fn a_text_with_nul_is_refused_before_anything_is_sent(db: Db) -> Result<()> {
        let made = Thing::insert(NewThing {}).exec(&db).await?;
        let refused = [
            recorded(Thing::insert(NewThing {}).set(|t| t.text.set("a\0b")).exec(&db)).await.0.err(),
            recorded(made.update(|t| t.text.set("a\0b")).exec(&db)).await.0.err(),
        ];
        for error in refused.into_iter().map(Option::unwrap) {
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
            assert!(error.to_string().contains("`Thing.text`"), "{error}");
            assert!(error.to_string().contains("NUL"), "{error}");
        }
        assert_eq!(Thing::query().count(&db).await?, 1);
        Ok(())
    }

    async fn moments_that_only_postgres_has_are_errors(db: Db) -> Result<()> {
        Thing::insert(NewThing {}).exec(&db).await?;
        for (column, value) in [("at", "infinity"), ("date", "-infinity"), ("time", "24:00:00")] {
            let mut session = db.connection().await?;
            session.batch(&format!("UPDATE things SET \"{column}\" = '{value}'")).await?;
            let error = Thing::query().all(&db).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue);
            assert!(error.to_string().contains(&format!("`Thing.{column}`")), "{error}");
            session.batch("UPDATE things SET \"at\" = now(), \"date\" = NULL, \"time\" = NULL").await?;
        }
        Ok(())
    }
}
