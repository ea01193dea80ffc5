//! Models that say everything a model can say: compiled as a module, and scanned as source.

#![allow(clippy::duplicated_attributes, reason = "two indexes may begin with the same column")]

pub(crate) mod attributes;
pub(crate) mod enums;
pub(crate) mod keys;
pub(crate) mod names;
pub(crate) mod paths;
pub(crate) mod relations;
pub(crate) mod types;

use orm::TableFacts;
use orm::prelude::Model as _;

/// All of them; the test counts.
pub(crate) const ALL: &[&TableFacts] = &[
    attributes::Everything::TABLE,
    attributes::Indexed::TABLE,
    attributes::Compact::TABLE,
    attributes::Beyond::TABLE,
    enums::Order::TABLE,
    keys::Minimal::TABLE,
    keys::Composite::TABLE,
    keys::Marked::TABLE,
    keys::Without::TABLE,
    keys::ByName::TABLE,
    keys::ByNewtype::TABLE,
    keys::CountedNewtype::TABLE,
    keys::Always::TABLE,
    keys::Serial::TABLE,
    keys::Autoincrement::TABLE,
    keys::Uncounted::TABLE,
    keys::WithDefault::TABLE,
    names::Select::TABLE,
    names::Spaced::TABLE,
    names::Übung::TABLE,
    names::HTTPLog::TABLE,
    names::Category::TABLE,
    names::LongName::TABLE,
    paths::Aliased::TABLE,
    paths::Renamed::TABLE,
    paths::Qualified::TABLE,
    paths::Globbed::TABLE,
    paths::Converted::TABLE,
    paths::outer::Middle::TABLE,
    paths::outer::inner::Deep::TABLE,
    relations::Author::TABLE,
    relations::Profile::TABLE,
    relations::Book::TABLE,
    relations::Tag::TABLE,
    relations::BookTag::TABLE,
    relations::OrderLine::TABLE,
    relations::Shipment::TABLE,
    relations::Chicken::TABLE,
    relations::Egg::TABLE,
    types::Plain::TABLE,
    types::Nullable::TABLE,
    types::Lists::TABLE,
    types::Bounded::TABLE,
    types::Defaults::TABLE,
];
