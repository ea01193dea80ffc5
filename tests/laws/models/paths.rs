//! Types by other names, and models by other words: the scan resolves what the compiler resolves.

use chrono::NaiveDate as Day;
use orm as toolkit;
use orm::Model as Stored;
use serde_json as json;

/// An alias, one with a parameter, and one of another.
pub(crate) type Money = rust_decimal::Decimal;
pub(crate) type Maybe<T> = Option<T>;
pub(crate) type Price = Maybe<Money>;

#[derive(Debug, Clone, Stored)]
pub(crate) struct Aliased {
    pub(crate) id: i64,
    #[orm(decimal(8, 2))]
    pub(crate) price: Money,
    pub(crate) list_price: Maybe<Money>,
    pub(crate) old_price: self::Price,
    pub(crate) day: Maybe<Day>,
    pub(crate) document: json::Value,
}

#[derive(Debug, Clone, toolkit::Model)]
pub(crate) struct Renamed {
    pub(crate) id: i64,
    pub(crate) key: uuid::Uuid,
    pub(crate) settings: toolkit::Json<Vec<i32>>,
    pub(crate) flag: core::primitive::bool,
    pub(crate) text: std::string::String,
    pub(crate) maybe: ::std::option::Option<::std::vec::Vec<u8>>,
}

#[derive(Debug, Clone, ::orm::Model)]
pub(crate) struct Qualified {
    pub(crate) id: i64,
    pub(crate) at: ::chrono::DateTime<::chrono::Utc>,
    pub(crate) name: crate::models::paths::outer::Name,
    pub(crate) grade: outer::inner::Grade,
    #[orm(belongs_to(deep: crate::models::paths::outer::inner::Deep))]
    pub(crate) deep_id: i64,
}

mod everything {
    pub(crate) use super::outer::inner::*;
    pub(crate) use super::outer::*;
}

use everything::*;

#[derive(Debug, Clone, Stored)]
pub(crate) struct Globbed {
    pub(crate) id: i64,
    pub(crate) name: Name,
    pub(crate) grade: Maybe<Grade>,
}

/// Of another crate, as far as orm knows.
#[derive(Debug, Clone)]
pub(crate) struct Url(pub(crate) String);

impl From<Url> for String {
    fn from(url: Url) -> Self {
        url.0
    }
}

impl From<String> for Url {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[derive(Debug, Clone, Stored)]
pub(crate) struct Converted {
    pub(crate) id: i64,
    #[orm(via = String)]
    pub(crate) site: Url,
    #[orm(via = String, max_len = 200)]
    pub(crate) feed: Option<Url>,
}

pub(crate) mod outer {
    use orm::prelude::*;

    #[derive(Debug, Clone, PartialEq, Value)]
    pub(crate) struct Name(pub(crate) String);

    #[derive(Debug, Clone, Model)]
    pub(crate) struct Middle {
        pub(crate) id: i64,
        #[orm(belongs_to(deep: inner::Deep))]
        pub(crate) deep_id: i64,
    }

    pub(crate) mod inner {
        use super::{super::Maybe, Name};
        use orm::prelude::{Enum, Model};

        #[derive(Debug, Clone, Copy, PartialEq, Enum)]
        pub(crate) enum Grade {
            Good,
            Bad,
        }

        #[derive(Debug, Clone, Model)]
        #[orm(has_many(middles: super::Middle.deep))]
        pub(crate) struct Deep {
            pub(crate) id: i64,
            pub(crate) name: Maybe<Name>,
        }
    }
}
