//! Primary keys of every form, and none.

use orm::prelude::*;
use uuid::Uuid;

#[derive(Debug, Clone, Model)]
pub(crate) struct Minimal {
    pub(crate) id: i64,
}

#[derive(Debug, Clone, Model)]
#[orm(primary_key(tenant, no, name = "composite_pk"))]
pub(crate) struct Composite {
    pub(crate) no: i32,
    pub(crate) tenant: Uuid,
    pub(crate) id: i64,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Marked {
    #[orm(primary_key)]
    pub(crate) year: i16,
    pub(crate) note: String,
    #[orm(primary_key)]
    pub(crate) week: i16,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Without {
    pub(crate) line: String,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct ByName {
    #[orm(primary_key, column = "ID")]
    pub(crate) key: u32,
    pub(crate) id: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub(crate) struct Key(pub(crate) i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[orm(crate = ::orm)]
pub(crate) struct Named {
    pub(crate) raw: i32,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct ByNewtype {
    pub(crate) id: Key,
    pub(crate) other: Option<Named>,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct CountedNewtype {
    #[orm(identity = true)]
    pub(crate) id: Key,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Always {
    #[orm(identity = always)]
    pub(crate) id: i64,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Serial {
    #[orm(identity = serial)]
    pub(crate) id: i32,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Autoincrement {
    #[orm(identity = autoincrement)]
    pub(crate) id: i64,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Uncounted {
    #[orm(identity = false)]
    pub(crate) id: i64,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct WithDefault {
    #[orm(default = 7)]
    pub(crate) id: i64,
}
