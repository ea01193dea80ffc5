//! From plans to SQL text.
//!
//! A walk over the plan writes its *shape*: everything but the values. The text is rendered once for a shape and
//! kept, with the order in which its parameters take the values. What differs between databases is asked of a
//! [`Spelling`], whose implementations live in the folders of the dialects.

mod by_hand;
mod cache;
mod conflict;
mod from;
mod function;
mod insert;
mod render;
mod select;
mod shape;
mod spelling;
mod update_from;
mod window;
mod write;

pub(crate) use by_hand::{by_hand, trusted};
pub(crate) use cache::Slot;
pub(crate) use function::standard;
pub(crate) use insert::{InsertFromSql, InsertSql, insert, insert_from, insert_many};
pub(crate) use select::{Limit, Purpose, Select, select};
pub(crate) use spelling::{BuildStatement, Explain, KeyParam, PlanRows, Spelling};
pub(crate) use update_from::update_many;
pub(crate) use write::{WriteSql, delete, update};
