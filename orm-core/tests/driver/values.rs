//! Every type there and back, at its limits.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_core::{Db, Dialect, ErrorKind, Value};
use orm_schema::{EnumFact, ValueType};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::support::{databases, read, reading, run};

static MOOD: EnumFact = EnumFact { namespace: None, name: "mood", labels: &["sad", "it's ok"] };

/// A type, how each database declares it, and values of it.
struct Case {
    value_type: ValueType,
    postgres: &'static str,
    sqlite: &'static str,
    mariadb: &'static str,
    values: Vec<Value>,
}

fn case(value_type: ValueType, postgres: &'static str, sqlite: &'static str, values: Vec<Value>) -> Case {
    Case { value_type, postgres, sqlite, mariadb: mariadb(value_type), values }
}

fn mariadb(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Bool => "tinyint(1)",
        ValueType::I8 => "tinyint",
        ValueType::I16 => "smallint",
        ValueType::I32 => "int",
        ValueType::I64 => "bigint",
        ValueType::U8 => "tinyint unsigned",
        ValueType::U16 => "smallint unsigned",
        ValueType::U32 => "int unsigned",
        ValueType::U64 => "bigint unsigned",
        ValueType::F32 => "float",
        ValueType::F64 => "double",
        ValueType::Decimal => "decimal(65,28)",
        ValueType::Text => "longtext",
        ValueType::Bytes => "longblob",
        ValueType::Date => "date",
        ValueType::Time => "time(6)",
        ValueType::DateTime | ValueType::Timestamp => "datetime(6)",
        ValueType::Uuid => "uuid",
        ValueType::Json => "json",
        ValueType::Enum(_) => "enum('sad','it''s ok')",
        ValueType::Array(_) => "none",
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn numbers() -> Vec<Case> {
    vec![
        case(ValueType::Bool, "boolean", "BOOLEAN", vec![Value::Bool(true), Value::Bool(false)]),
        case(ValueType::I16, "smallint", "SMALLINT", [i16::MIN, 0, i16::MAX].map(Value::I16).to_vec()),
        case(ValueType::I32, "integer", "INT", [i32::MIN, 0, i32::MAX].map(Value::I32).to_vec()),
        case(ValueType::I64, "bigint", "INTEGER", [i64::MIN, 0, i64::MAX].map(Value::I64).to_vec()),
        case(ValueType::U64, "bigint", "INTEGER", [0, i64::MAX.unsigned_abs()].map(Value::U64).to_vec()),
        case(
            ValueType::F32,
            "real",
            "FLOAT",
            [f32::MIN, f32::MIN_POSITIVE, 0.1, f32::INFINITY].map(Value::F32).to_vec(),
        ),
        case(
            ValueType::F64,
            "double precision",
            "REAL",
            [f64::MIN, 0.1, f64::MAX, f64::NEG_INFINITY].map(Value::F64).to_vec(),
        ),
        case(
            ValueType::Decimal,
            "numeric",
            "DECIMAL_TEXT",
            [
                Decimal::MIN,
                Decimal::MAX,
                Decimal::new(1, 28),
                Decimal::new(-12_3400, 4),
                Decimal::new(10_000, 0),
                Decimal::ZERO,
            ]
            .map(Value::Decimal)
            .to_vec(),
        ),
    ]
}

fn texts_and_bytes() -> Vec<Case> {
    let all_bytes: Vec<u8> = (0..=255).collect();
    let long = "ä".repeat(100_000);
    let json = serde_json::json!({"a": [1, 2.5, null, "ü\"\\"], "b": {"c": true}, "big": u64::MAX});
    vec![
        case(
            ValueType::Text,
            "text",
            "TEXT",
            vec![Value::Text(String::new()), Value::Text("ä'\"\\\n😀".to_owned()), Value::Text(long)],
        ),
        case(ValueType::Bytes, "bytea", "BLOB", vec![Value::Bytes(vec![]), Value::Bytes(all_bytes)]),
        case(ValueType::Uuid, "uuid", "UUID_TEXT", [Uuid::nil(), Uuid::max()].map(Value::Uuid).to_vec()),
        case(
            ValueType::Json,
            "jsonb",
            "JSON_TEXT",
            vec![Value::Json(json), Value::Json(serde_json::Value::Null)],
        ),
        case(
            ValueType::Enum(&MOOD),
            "mood",
            "TEXT",
            vec![Value::Enum(&MOOD, "sad"), Value::Enum(&MOOD, "it's ok")],
        ),
    ]
}

fn times() -> Vec<Case> {
    let moments = [
        "0000-01-01T00:00:00",
        "1969-12-31T23:59:59.999999",
        "1999-12-31T23:59:59.999999",
        "9999-12-31T23:59:59.999999",
    ];
    vec![
        case(
            ValueType::Date,
            "date",
            "DATE",
            ["0000-01-01", "2000-01-01", "9999-12-31"].map(|d| Value::Date(date(d))).to_vec(),
        ),
        case(
            ValueType::Time,
            "time",
            "TIME",
            vec![
                Value::Time(NaiveTime::MIN),
                Value::Time(NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap()),
            ],
        ),
        case(
            ValueType::DateTime,
            "timestamp",
            "DATETIME",
            moments.map(|m| Value::DateTime(moment(m))).to_vec(),
        ),
        case(
            ValueType::Timestamp,
            "timestamptz",
            "TIMESTAMP",
            moments.map(|m| Value::Timestamp(moment(m).and_utc())).to_vec(),
        ),
    ]
}

/// What the database holds after the value was stored.
async fn there_and_back(db: &Db, declared: &str, cast: &str, value_type: ValueType, value: Value) -> Value {
    // One type for each text: statements are prepared by their text.
    let table = db.dialect().quote(&format!("v {declared}"));
    run(db, &format!("CREATE TABLE {table} (x {declared})"), vec![]).await.unwrap();
    assert_eq!(run(db, &format!("INSERT INTO {table} VALUES ($1{cast})"), vec![value]).await.unwrap(), 1);
    let sql = reading(&format!("SELECT x FROM {table}"));
    let rows = read(db, &sql, vec![], move |reader| reader.value(value_type)).await.unwrap();
    run(db, &format!("DROP TABLE {table}"), vec![]).await.unwrap();
    rows.into_iter().next().unwrap()
}

#[tokio::test]
async fn every_type_comes_back_as_it_went_at_its_limits_and_as_null() {
    for db in databases("values").await {
        if db.dialect() == Dialect::Postgres {
            run(&db, "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')", vec![]).await.unwrap();
        }
        for mut case in numbers().into_iter().chain(texts_and_bytes()).chain(times()) {
            case.values.push(Value::Null(case.value_type));
            let declared = match db.dialect() {
                Dialect::Sqlite => case.sqlite,
                Dialect::Postgres => case.postgres,
                Dialect::MariaDb | Dialect::MySql => case.mariadb,
            };
            if db.dialect() == Dialect::MariaDb {
                let infinite = |value: &Value| match value {
                    Value::F32(value) => value.is_infinite(),
                    Value::F64(value) => value.is_infinite(),
                    _ => false,
                };
                case.values.retain(|value| !infinite(value));
            }
            let cast = if declared == "mood" { "::mood" } else { "" };
            for value in case.values {
                let back = there_and_back(&db, declared, cast, case.value_type, value.clone()).await;
                assert_eq!(back, value, "{declared} on {}", db.dialect());
            }
        }
    }
}

#[tokio::test]
async fn times_are_cut_to_microseconds_and_leap_seconds_to_the_one_before() {
    let nanoseconds = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap();
    let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_999_999_999).unwrap();
    let cut = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
    for db in databases("cut").await {
        for time in [nanoseconds, leap] {
            let [clock, moment] = match db.dialect() {
                Dialect::MariaDb | Dialect::MySql => ["time(6)", "datetime(6)"],
                Dialect::Sqlite | Dialect::Postgres => ["time", "timestamp"],
            };
            let back = there_and_back(&db, clock, "", ValueType::Time, Value::Time(time)).await;
            assert_eq!(back, Value::Time(cut));
            // Before 2000, where PostgreSQL counts from, cutting must not round up.
            let before = date("1999-12-31").and_time(time);
            let expected = date("1999-12-31").and_time(cut);
            let back = there_and_back(&db, moment, "", ValueType::DateTime, Value::DateTime(before)).await;
            assert_eq!(back, Value::DateTime(expected));
            let declared = if db.dialect() == Dialect::Postgres { "timestamptz" } else { moment };
            let back =
                there_and_back(&db, declared, "", ValueType::Timestamp, Value::Timestamp(before.and_utc()))
                    .await;
            assert_eq!(back, Value::Timestamp(expected.and_utc()));
        }
    }
}

#[tokio::test]
async fn what_a_database_cannot_store_is_refused_before_anything_is_sent() {
    let too_far = DateTime::<Utc>::MAX_UTC;
    for db in databases("refused").await {
        let mut values = Vec::new();
        match db.dialect() {
            Dialect::Sqlite => {
                values.push(Value::U64(u64::MAX));
                values.extend([Value::F64(f64::NAN), Value::Date(NaiveDate::MAX), Value::Timestamp(too_far)]);
            }
            Dialect::Postgres => values.extend([Value::U64(u64::MAX), Value::Text("a\0b".to_owned())]),
            Dialect::MariaDb | Dialect::MySql => values.extend([
                Value::F64(f64::NAN),
                Value::F32(f32::INFINITY),
                Value::Date(NaiveDate::MAX),
                Value::Timestamp(too_far),
            ]),
        }
        for value in values {
            let error = run(&db, "SELECT $1", vec![value]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
        }
    }
}

#[tokio::test]
async fn a_column_of_another_type_is_an_error_and_never_a_panic() {
    let types = [
        ValueType::Bool,
        ValueType::I16,
        ValueType::I32,
        ValueType::I64,
        ValueType::U64,
        ValueType::F32,
        ValueType::F64,
        ValueType::Text,
        ValueType::Bytes,
        ValueType::Date,
        ValueType::Time,
        ValueType::DateTime,
        ValueType::Timestamp,
        ValueType::Uuid,
        ValueType::Decimal,
        ValueType::Json,
        ValueType::Enum(&MOOD),
        ValueType::Array(&ValueType::I32),
    ];
    for db in databases("mismatch").await {
        let mut expressions = vec!["'x'", "7", "70000", "-1", "1.5e300", "NULL", "'2026-13-45'"];
        if db.dialect() == Dialect::Postgres {
            expressions.extend([
                "'{1,2}'::int[]",
                "'{{1},{2}}'::int[]",
                "'\\x00'::bytea",
                "now()",
                "'infinity'::timestamp",
            ]);
            expressions.extend([
                "'NaN'::numeric",
                "1e40::numeric",
                "'24:00'::time",
                "row(1, 2)",
                "'[1,2]'::int4range",
                "true",
            ]);
            expressions.extend([
                "'{}'::json",
                "'infinity'::date",
                "'sad'::name",
                "1::oid",
                "'{a,NULL}'::text[]",
                "'1 day'::interval",
            ]);
        } else if db.dialect() == Dialect::Sqlite {
            expressions.extend(["x''", "x'ff'", "CAST(x'ff' AS TEXT)", "9e999"]);
        } else {
            expressions.extend([
                "x''",
                "x'ff'",
                "CAST('-838:59:59' AS TIME)",
                "CAST('2026-01-02' AS DATE)",
                "NOW(6)",
                "1e40 + 0.0",
                "CAST(1 AS DECIMAL(65,0)) * 1e30",
                "18446744073709551615",
                "b'101'",
                "UUID()",
                "JSON_OBJECT()",
                "YEAR('2026-01-01')",
                "POINT(1, 2)",
            ]);
        }
        for expression in expressions {
            for value_type in types {
                let sql = reading(&format!("SELECT {expression} AS c"));
                let result = read(&db, &sql, vec![], move |reader| reader.value(value_type)).await;
                if let Err(error) = result {
                    let expected = [ErrorKind::InvalidValue, ErrorKind::Unsupported];
                    assert!(expected.contains(&error.kind()), "{expression}: {error}");
                }
            }
        }
        let error =
            read(&db, &reading("SELECT 'secret' AS c"), vec![], |reader| reader.i64()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            match db.dialect() {
                Dialect::Sqlite => "column 1 (`c`) holds TEXT where an integer was expected",
                Dialect::Postgres => "column 1 (`c`) holds TEXT where an integer of 64 bits was expected",
                Dialect::MariaDb | Dialect::MySql => {
                    "column 1 (`c`) holds VARCHAR where an integer of 64 bits was expected"
                }
            }
        );
        let one = reading("SELECT 1");
        let beyond = read(&db, &one, vec![], |reader| {
            reader.seek(3);
            reader.i64()
        });
        assert_eq!(beyond.await.unwrap_err().to_string(), "the row has 1 columns, no column 4");
    }
}

#[tokio::test]
async fn narrower_integers_are_read_as_wider_ones() {
    for db in databases("wider").await {
        let sql = reading("SELECT CAST(7 AS INTEGER)");
        assert_eq!(read(&db, &sql, vec![], |reader| reader.i64()).await.unwrap(), [Some(7)]);
        assert_eq!(read(&db, &sql, vec![], |reader| reader.i16()).await.unwrap(), [Some(7)]);
        assert_eq!(
            read(&db, &sql, vec![], |reader| reader.decimal()).await.unwrap(),
            [Some(Decimal::from(7))]
        );
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn arrays_come_back_with_their_nulls() {
    let Some(options) = super::support::postgres_options("arrays").await else { return };
    let db = Db::connect_with(options).await.unwrap();
    run(&db, "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')", vec![]).await.unwrap();
    for case in numbers().into_iter().chain(texts_and_bytes()).chain(times()) {
        let element: &'static ValueType = Box::leak(Box::new(case.value_type));
        let declared = format!("{}[]", case.postgres);
        let cast = if case.postgres == "mood" { "::mood[]" } else { "" };
        let mut items = case.values;
        items.push(Value::Null(case.value_type));
        let array_type = ValueType::Array(element);
        for value in [Value::Array(element, items), Value::Array(element, vec![]), Value::Null(array_type)] {
            let back = there_and_back(&db, &declared, cast, array_type, value.clone()).await;
            assert_eq!(back, value, "{declared}");
        }
    }
    let nested = Value::Array(&ValueType::Array(&ValueType::I32), vec![]);
    assert_eq!(run(&db, "SELECT $1", vec![nested]).await.unwrap_err().kind(), ErrorKind::Unsupported);
    let mixed = Value::Array(&ValueType::I32, vec![Value::Bool(true)]);
    assert_eq!(run(&db, "SELECT $1", vec![mixed]).await.unwrap_err().kind(), ErrorKind::InvalidValue);
}

#[tokio::test]
async fn a_nul_character_is_stored_or_refused_but_never_cut() {
    for db in databases("nul").await {
        let text = Value::Text("a\0b".to_owned());
        if db.dialect() != Dialect::Postgres {
            assert_eq!(there_and_back(&db, "text", "", ValueType::Text, text.clone()).await, text);
        } else {
            let error = run(&db, "SELECT $1", vec![text]).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                "parameter 1: the text holds a NUL character, which PostgreSQL cannot store"
            );
        }
    }
}
