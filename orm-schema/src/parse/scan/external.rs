//! The types and macros of other crates that the scan knows, by their usual paths.

use super::resolve::Space;
use crate::ColumnType;

/// A type of another crate that a field can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// A type without parameters.
    Plain(ColumnType),
    /// `Option<T>`
    Option,
    /// `Vec<T>`
    Vec,
    /// `DateTime<Utc>`
    DateTime,
    /// The parameter of `DateTime`.
    Utc,
    /// `Json<T>`
    Json,
}

/// Our own crate.
pub(super) const ORM: &str = "orm";

const DERIVES: [&str; 6] = ["Model", "Enum", "Value", "Projection", "Insert", "Patch"];

const CRATES: [&str; 7] = ["std", "core", "alloc", "chrono", "uuid", "rust_decimal", "serde_json"];

/// The type at an absolute path. Modules on the way don't matter: `chrono::naive::NaiveDate` is `NaiveDate`.
pub(super) fn known(path: &[String]) -> Option<Known> {
    let (first, rest) = path.split_first()?;
    let last = rest.last()?.as_str();
    match first.as_str() {
        "std" | "core" | "alloc" => standard(last),
        "chrono" => chrono(last),
        "uuid" => (last == "Uuid").then_some(Known::Plain(ColumnType::Uuid)),
        "rust_decimal" => (last == "Decimal").then_some(Known::Plain(ColumnType::Decimal)),
        "serde_json" => (last == "Value").then_some(Known::Plain(ColumnType::Json)),
        ORM => match last {
            "Json" => Some(Known::Json),
            "Uuid" => Some(Known::Plain(ColumnType::Uuid)),
            "Decimal" => Some(Known::Plain(ColumnType::Decimal)),
            _ if CRATES.contains(&rest[0].as_str()) => known(rest),
            _ => chrono(last),
        },
        _ => None,
    }
}

/// What every module of Rust has without a `use`.
pub(super) fn prelude(name: &str) -> Option<Vec<String>> {
    standard(name).map(|_| vec!["std".to_owned(), name.to_owned()])
}

/// Whether a glob import of that module brings the name, as far as we know the crate.
pub(super) fn exports(module: &[String], name: &str, space: Space) -> bool {
    match space {
        Space::Types => known(&join(module, name)).is_some(),
        Space::Macros => module.first().is_some_and(|first| first == ORM) && DERIVES.contains(&name),
    }
}

/// Whether the path may be a derive; the crates that have types for us have none by such names.
pub(super) fn may_be_derive(path: &[String]) -> bool {
    path.first().is_some_and(|first| !CRATES.contains(&first.as_str()))
}

/// A path and one more segment.
pub(super) fn join(path: &[String], name: &str) -> Vec<String> {
    path.iter().map(String::as_str).chain([name]).map(str::to_owned).collect()
}

fn standard(name: &str) -> Option<Known> {
    Some(match name {
        "Option" => Known::Option,
        "Vec" => Known::Vec,
        "String" => Known::Plain(ColumnType::Text),
        "bool" => Known::Plain(ColumnType::Bool),
        "i8" => Known::Plain(ColumnType::I8),
        "i16" => Known::Plain(ColumnType::I16),
        "i32" => Known::Plain(ColumnType::I32),
        "i64" => Known::Plain(ColumnType::I64),
        "u8" => Known::Plain(ColumnType::U8),
        "u16" => Known::Plain(ColumnType::U16),
        "u32" => Known::Plain(ColumnType::U32),
        "u64" => Known::Plain(ColumnType::U64),
        "f32" => Known::Plain(ColumnType::F32),
        "f64" => Known::Plain(ColumnType::F64),
        _ => return None,
    })
}

fn chrono(name: &str) -> Option<Known> {
    Some(match name {
        "NaiveDate" => Known::Plain(ColumnType::Date),
        "NaiveTime" => Known::Plain(ColumnType::Time),
        "NaiveDateTime" => Known::Plain(ColumnType::DateTime),
        "DateTime" => Known::DateTime,
        "Utc" => Known::Utc,
        _ => return None,
    })
}
