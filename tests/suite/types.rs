//! Every type of a column, at its limits: as a column, in filters, and as a key.
//!
//! Each type gets the same tests, over models of its own in a module of its own.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::{Enum, Json, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Tests one type by values that all differ; `sorted` when the databases sort them, and they are given in that order.
macro_rules! column_type {
    ($name:ident: $ty:ident $(#[$attribute:meta])?, $sorted:ident, $values:expr) => {
        column_type!($name: $ty $(#[$attribute])?, $sorted, portable, $values);
    };
    ($name:ident: $ty:ident $(#[$attribute:meta])?, $sorted:ident, $keys:ident, $values:expr) => {
        mod $name {
            use orm::{Result, prelude::*};
            use orm_schema::Schema;

            #[allow(unused_imports, reason = "the types under test")]
            use super::*;

            #[derive(Debug, Clone, PartialEq, Model)]
            pub struct Holder {
                pub id: i64,
                $(#[$attribute])?
                pub value: $ty,
                $(#[$attribute])?
                pub maybe: Option<$ty>,
            }

            #[derive(Debug, Clone, PartialEq, Model)]
            #[orm(has_many(children: Child.parent))]
            pub struct Parent {
                #[orm(primary_key, identity = false)]
                $(#[$attribute])?
                pub key: $ty,
                pub note: String,
            }

            #[derive(Debug, Clone, PartialEq, Model)]
            pub struct Child {
                pub id: i64,
                $(#[$attribute])?
                #[orm(belongs_to(parent: Parent))]
                pub parent_key: $ty,
            }

            fn holders() -> Schema {
                orm_tests::schema_of(&[Holder::TABLE])
            }

            fn families() -> Schema {
                orm_tests::schema_of(&[Parent::TABLE, Child::TABLE])
            }

            fn values() -> Vec<$ty> {
                $values
            }

            fn how_many() -> i64 {
                values().iter().map(|_| 1).sum()
            }

            fn holder(value: $ty) -> NewHolder {
                NewHolder { value }
            }

            orm_tests::portable!(holders: as_a_column, in_filters);

            mod key {
                use super::{as_a_key, families};

                column_type!(@keys $keys);
            }

            /// What is written one way is read every way.
            async fn as_a_column(db: Db) -> Result<()> {
                for value in values() {
                    let set = Holder::insert(holder(value.clone())).set(|h| h.maybe.set(value.clone())).exec(&db).await?;
                    assert_eq!((&set.value, &set.maybe), (&value, &Some(value.clone())));
                    assert_eq!(Holder::find(set.id).one(&db).await?, set);
                    set.update(|h| (h.maybe.set_null(), h.value.set(values()[0].clone()))).exec(&db).await?;
                    let changed = Holder::find(set.id).one(&db).await?;
                    assert_eq!((changed.value, changed.maybe), (values()[0].clone(), None));
                    let swapped = set.update(|h| (h.maybe.set(h.value), h.value.set(value.clone())));
                    let swapped = swapped.returning(&db).await?.remove(0);
                    assert_eq!((swapped.value, swapped.maybe), (value, Some(values()[0].clone())));
                }
                Holder::query().delete().all_rows().exec(&db).await?;
                let inserted = Holder::insert_many(values().into_iter().map(holder)).exec(&db).await?;
                assert_eq!(inserted.cast_signed(), how_many());
                let read = Holder::query().order_by(|h| h.id.asc()).select(|h| (h.value, h.maybe)).all(&db).await?;
                assert_eq!(read, values().into_iter().map(|value| (value, None)).collect::<Vec<_>>());
                Ok(())
            }

            /// A value is found by itself, alone and among others, and nothing else is.
            async fn in_filters(db: Db) -> Result<()> {
                Holder::insert_many(values().into_iter().map(holder)).exec(&db).await?;
                let all = || Holder::query().order_by(|h| h.id.asc());
                for value in values() {
                    assert_eq!(all().filter(|h| h.value.eq(&value)).one(&db).await?.value, value);
                    assert_eq!(all().filter(|h| h.value.is(Some(value.clone()))).one(&db).await?.value, value);
                    assert_eq!(all().filter(|h| h.value.is_in([value.clone()])).one(&db).await?.value, value);
                    let others = all().filter(|h| h.value.ne(&value)).count(&db).await?;
                    assert_eq!(others, how_many() - 1);
                    assert!(!all().filter(|h| h.maybe.eq(&value)).exists(&db).await?);
                }
                assert_eq!(all().filter(|h| h.value.is_in(values())).count(&db).await?, how_many());
                // So many that they are no longer parameters of their own.
                let many: Vec<_> = values().into_iter().skip(1).cycle().take(1_100).collect();
                assert_eq!(all().filter(|h| h.value.is_in(many.clone())).count(&db).await?, how_many() - 1);
                assert_eq!(all().filter(|h| h.value.is_not_in(many.clone())).count(&db).await?, 1);
                assert_eq!(all().filter(|h| h.maybe.is(None)).count(&db).await?, how_many());
                column_type!(@$sorted db);
                Ok(())
            }

            /// Rows are found, written and related by it.
            async fn as_a_key(db: Db) -> Result<()> {
                let parents = values().into_iter().map(|key| NewParent { key, note: String::new() });
                Parent::insert_many(parents).exec(&db).await?;
                Child::insert_many(values().into_iter().map(|parent_key| NewChild { parent_key })).exec(&db).await?;
                for key in values() {
                    let parent = Parent::find(key.clone()).one(&db).await?;
                    assert_eq!(parent.key(), key);
                    parent.update(|p| p.note.set("seen")).exec(&db).await?;
                }
                assert_eq!(Parent::query().filter(|p| p.note.eq("seen")).count(&db).await?, how_many());
                for (parent, children) in Parent::query().with(|p| p.children).all(&db).await? {
                    assert_eq!((children.len(), &children[0].parent_key), (1, &parent.key));
                    let found = Child::query().filter(|c| c.parent.any(|p| p.key.eq(&parent.key)));
                    assert_eq!(found.with(|c| c.parent).one(&db).await?, (children[0].clone(), parent));
                }
                let last = Parent::query().limit(1).update(|p| p.note.set("one"));
                assert_eq!(last.exec(&db).await?, 1);
                Child::query().delete().all_rows().exec(&db).await?;
                Parent::find(values()[0].clone()).one(&db).await?.delete().exec(&db).await?;
                assert_eq!(Parent::query().count(&db).await?, how_many() - 1);
                Ok(())
            }
        }
    };
    (@sorted $db:ident) => {
        let sorted = Holder::query().order_by(|h| h.value.asc()).select(|h| h.value).all(&$db).await?;
        assert_eq!(sorted, values());
        for (at, value) in (0_i64..).zip(values()) {
            assert_eq!(Holder::query().filter(|h| h.value.lt(&value)).count(&$db).await?, at);
        }
    };
    (@unsorted $db:ident) => {};
    (@keys portable) => {
        orm_tests::portable!(families: as_a_key);
    };
    // MariaDB takes no key on a column without a bound.
    (@keys unbounded) => {
        orm_tests::on_database!(sqlite, Sqlite, families: as_a_key);
        orm_tests::on_database!(postgres, Postgres, families: as_a_key);
    };
}

column_type!(booleans: bool, sorted, vec![false, true]);
column_type!(bytes_with_a_sign: i8, sorted, vec![i8::MIN, -1, 0, 1, i8::MAX]);
column_type!(small_integers: i16, sorted, vec![i16::MIN, -1, 0, 1, i16::MAX]);
column_type!(integers: i32, sorted, vec![i32::MIN, -1, 0, 1, i32::MAX]);
column_type!(big_integers: i64, sorted, vec![i64::MIN, -1, 0, 1, 1 << 53, (1 << 53) + 1, i64::MAX]);
column_type!(bytes_without_a_sign: u8, sorted, vec![0, 1, u8::MAX]);
column_type!(small_integers_without_a_sign: u16, sorted, vec![0, 1, u16::MAX]);
column_type!(integers_without_a_sign: u32, sorted, vec![0, 1, u32::MAX]);
column_type!(floats: f32, sorted, vec![f32::MIN, -0.1, 0.0, f32::MIN_POSITIVE, 0.1, 1.5, 16_777_217.0, f32::MAX]);
column_type!(doubles: f64, sorted, vec![f64::MIN, -0.1, 0.0, f64::MIN_POSITIVE, f64::EPSILON, 0.1, 1e15 + 0.3, f64::MAX]);
column_type!(texts: String, sorted, texts_in_order());
column_type!(short_texts: String #[orm(max_len = 5)], sorted, ["", "a", "abcde", "äöüßé", "🦀🦀🦀🦀🦀"].map(String::from).to_vec());
column_type!(bytes: Bytes, sorted, unbounded, vec![vec![], vec![0], vec![0, 0], b"a'b\"c\\".to_vec(), (0..=255).rev().collect()]);
column_type!(dates: NaiveDate, sorted, vec![date(1, 1, 1), date(1969, 12, 31), date(2024, 2, 29), date(9999, 12, 31)]);
column_type!(times: NaiveTime, sorted, vec![time(0, 0, 0, 0), time(0, 0, 0, 1), time(12, 0, 0, 500_000), time(23, 59, 59, 999_999)]);
column_type!(dates_with_a_time: NaiveDateTime, sorted, moments());
column_type!(moments_in_utc: Moment, sorted, moments().into_iter().map(|moment| moment.and_utc()).collect());
column_type!(uuids: Uuid, sorted, vec![Uuid::nil(), Uuid::from_u128(0x0123_4567_89ab_cdef), Uuid::max()]);
column_type!(decimals: Decimal, unsorted, decimals());
column_type!(prices: Decimal #[orm(decimal(10, 2))], unsorted, ["-99999999.99", "0.00", "0.01", "99999999.99"].map(decimal).to_vec());
column_type!(json: Document, unsorted, unbounded, documents());
column_type!(json_of_a_type: Shape, unsorted, unbounded, shapes());
column_type!(enums: Status, unsorted, vec![Status::Draft, Status::InReview, Status::Odd, Status::Empty]);
column_type!(newtypes_of_integers: Number, sorted, vec![Number(i64::MIN), Number(0), Number(i64::MAX)]);
column_type!(newtypes_of_texts: Slug, sorted, ["", "a'b", "🦀"].map(|text| Slug { text: text.into() }).to_vec());
column_type!(newtypes_of_newtypes: Outer, sorted, vec![Outer(Number(-1)), Outer(Number(7))]);

type Bytes = Vec<u8>;
type Moment = DateTime<Utc>;
type Document = serde_json::Value;
type Shape = Json<Polygon>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Polygon {
    name: String,
    points: Vec<(i32, i32)>,
    color: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
pub enum Status {
    Draft,
    InReview,
    #[orm(label = "it's \"odd\" \\ ☃")]
    Odd,
    #[orm(label = " -")]
    Empty,
}

#[derive(Debug, Clone, PartialEq, Value)]
pub struct Number(i64);

#[derive(Debug, Clone, PartialEq, Value)]
pub struct Slug {
    text: String,
}

#[derive(Debug, Clone, PartialEq, Value)]
pub struct Outer(Number);

fn texts_in_order() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "  ",
        "\u{1}",
        "\t\r\n",
        "'",
        "''",
        "\"",
        "\\",
        "\\'",
        "%",
        "$1",
        "?",
        ":a",
        "--",
        "0",
        "007",
        "1e3",
        "NULL",
        "null",
        "true",
        "{}",
        "[]",
        "ä",
        "ß",
        "€",
        "日本語",
        "🦀",
        "👩‍👩‍👧‍👦",
        "e\u{301}",
        "é",
        "\u{feff}x",
    ]
    .map(String::from)
    .to_vec();
    // As long as a text may be that has no length of its own, on every database.
    texts.push("long ".repeat(51));
    texts.sort();
    texts
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn time(hour: u32, minute: u32, second: u32, microsecond: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(hour, minute, second, microsecond).unwrap()
}

fn moments() -> Vec<NaiveDateTime> {
    vec![
        date(1, 1, 1).and_time(NaiveTime::MIN),
        date(1969, 12, 31).and_time(time(23, 59, 59, 999_999)),
        date(1970, 1, 1).and_time(NaiveTime::MIN),
        date(2024, 2, 29).and_time(time(12, 30, 0, 1)),
        date(2024, 2, 29).and_time(time(12, 30, 0, 10)),
        date(2038, 1, 19).and_time(time(3, 14, 8, 0)),
        date(9999, 12, 31).and_time(time(23, 59, 59, 999_999)),
    ]
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// What a decimal without a bound of its own holds on every database.
fn decimals() -> Vec<Decimal> {
    ["0", "-1", "0.1", "1.10", "1234567890123456.78", "0.0000000001", "9999999999999999999999999999"]
        .map(decimal)
        .to_vec()
}

fn documents() -> Vec<Document> {
    use serde_json::json;
    vec![
        json!(null),
        json!(false),
        json!(0),
        json!(i64::MAX),
        json!(-0.5),
        json!(""),
        json!("it's \"quoted\" \\ 🦀"),
        json!([]),
        json!({}),
        json!({"b": [1, {"a": null}], "": "x", "ü": 1e300}),
    ]
}

fn shapes() -> Vec<Shape> {
    let polygon = |name: &str, points: &[(i32, i32)], color: Option<&str>| {
        Json(Polygon { name: name.into(), points: points.to_vec(), color: color.map(str::to_owned) })
    };
    vec![polygon("", &[], None), polygon("a'b", &[(i32::MIN, i32::MAX)], Some("🦀"))]
}
