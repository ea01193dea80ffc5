//! The type map, plain, as an `Option` and as a list; defaults of every kind.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::prelude::*;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) dark: bool,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Plain {
    pub(crate) id: i64,
    pub(crate) a_bool: bool,
    pub(crate) a_i8: i8,
    pub(crate) a_i16: i16,
    pub(crate) a_i32: i32,
    pub(crate) a_u8: u8,
    pub(crate) a_u16: u16,
    pub(crate) a_u32: u32,
    pub(crate) a_u64: u64,
    pub(crate) a_f32: f32,
    pub(crate) a_f64: f64,
    pub(crate) a_text: String,
    pub(crate) a_blob: Vec<u8>,
    pub(crate) a_date: NaiveDate,
    pub(crate) a_time: NaiveTime,
    pub(crate) a_date_time: NaiveDateTime,
    pub(crate) a_timestamp: DateTime<Utc>,
    pub(crate) a_uuid: Uuid,
    pub(crate) a_decimal: Decimal,
    pub(crate) a_json: serde_json::Value,
    pub(crate) a_typed_json: Json<Settings>,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Nullable {
    pub(crate) id: i64,
    pub(crate) a_bool: Option<bool>,
    pub(crate) a_i8: Option<i8>,
    pub(crate) a_i16: Option<i16>,
    pub(crate) a_i32: Option<i32>,
    pub(crate) a_i64: Option<i64>,
    pub(crate) a_u8: Option<u8>,
    pub(crate) a_u16: Option<u16>,
    pub(crate) a_u32: Option<u32>,
    pub(crate) a_u64: Option<u64>,
    pub(crate) a_f32: Option<f32>,
    pub(crate) a_f64: Option<f64>,
    pub(crate) a_text: Option<String>,
    pub(crate) a_blob: Option<Vec<u8>>,
    pub(crate) a_date: Option<NaiveDate>,
    pub(crate) a_time: Option<NaiveTime>,
    pub(crate) a_date_time: Option<NaiveDateTime>,
    pub(crate) a_timestamp: Option<DateTime<Utc>>,
    pub(crate) a_uuid: Option<Uuid>,
    pub(crate) a_decimal: Option<Decimal>,
    pub(crate) a_json: Option<serde_json::Value>,
    pub(crate) a_typed_json: Option<Json<Settings>>,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Lists {
    pub(crate) id: i64,
    pub(crate) flags: Vec<bool>,
    pub(crate) numbers: Vec<i32>,
    pub(crate) names: Option<Vec<String>>,
    pub(crate) moments: Vec<DateTime<Utc>>,
    pub(crate) keys: Vec<Uuid>,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Bounded {
    pub(crate) id: i64,
    #[orm(max_len = 80)]
    pub(crate) name: String,
    #[orm(max_len = 1)]
    pub(crate) initial: Option<String>,
    #[orm(decimal(10, 2))]
    pub(crate) price: Decimal,
    #[orm(decimal(30, 0))]
    pub(crate) huge: Option<Decimal>,
    #[orm(type = "UUID_BLOB")]
    pub(crate) binary: Uuid,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Defaults {
    pub(crate) id: i64,
    #[orm(default = true)]
    pub(crate) on: bool,
    #[orm(default = -1)]
    pub(crate) below: i32,
    #[orm(default = 0.25)]
    pub(crate) share: f64,
    #[orm(default = "")]
    pub(crate) empty: String,
    #[orm(default = "it's \"so\"")]
    pub(crate) quoted: Option<String>,
    #[orm(default = 'x')]
    pub(crate) letter: String,
    #[orm(default = 1.5, decimal(6, 2))]
    pub(crate) price: Decimal,
    #[orm(default = now)]
    pub(crate) day: NaiveDate,
    #[orm(default = now)]
    pub(crate) clock: NaiveTime,
    #[orm(default = now)]
    pub(crate) local: NaiveDateTime,
    #[orm(default = now)]
    pub(crate) at: DateTime<Utc>,
    #[orm(default_sql = "1 + 2")]
    pub(crate) sum: i64,
    #[orm(default_with = Uuid::nil)]
    pub(crate) key: Uuid,
}
