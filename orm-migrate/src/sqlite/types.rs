//! The type map of SQLite, both directions.
//!
//! SQLite keeps the declared text and derives only an affinity from it (datatype3.html §3.1). We declare what we mean, so
//! that introspection finds it again, and never give values encoded as text a type of NUMERIC affinity that could turn
//! `'007'` into `7`: `UUID`, `DECIMAL` and `JSON` have it, `UUID_TEXT`, `DECIMAL_TEXT` and `JSON_TEXT` do not.

use orm_schema::{ColumnType, Identity};

use crate::{dialect::Dialect, normalise::UnsupportedType, suffix, token};

/// SQLite's declared type.
///
/// # Errors
/// For arrays and `u64`.
pub fn native(column_type: &ColumnType, identity: Option<Identity>) -> Result<String, UnsupportedType> {
    // Only the exact word INTEGER makes a key the rowid (lang_createtable.html §5).
    if identity.is_some() && column_type.is_integer() {
        return Ok("INTEGER".to_owned());
    }
    let word = match column_type {
        ColumnType::Bool => "BOOLEAN",
        ColumnType::I8 => "TINYINT",
        ColumnType::I16 | ColumnType::U8 => "SMALLINT",
        ColumnType::I32 | ColumnType::U16 => "INT",
        ColumnType::I64 | ColumnType::U32 => "INTEGER",
        ColumnType::U64 => return Err(no_u64()),
        ColumnType::F32 => "FLOAT",
        ColumnType::F64 => "REAL",
        ColumnType::Text | ColumnType::Enum(_) => "TEXT",
        ColumnType::Varchar(length) => return Ok(format!("VARCHAR({length})")),
        ColumnType::Bytes => "BLOB",
        ColumnType::Date => "DATE",
        ColumnType::Time => "TIME",
        ColumnType::DateTime => "DATETIME",
        ColumnType::Timestamp => "TIMESTAMP",
        ColumnType::Uuid => "UUID_TEXT",
        ColumnType::Decimal => "DECIMAL_TEXT",
        ColumnType::DecimalOf(precision, scale) => {
            return Ok(format!("DECIMAL_TEXT({precision},{scale})"));
        }
        ColumnType::Json => "JSON_TEXT",
        ColumnType::Array(_) => return Err(no_arrays()),
        ColumnType::Native(text) => return Ok(canonical(text)),
    };
    Ok(word.to_owned())
}

fn no_u64() -> UnsupportedType {
    UnsupportedType {
        why: "SQLite's integers have 64 bits with a sign, a `u64` does not fit".to_owned(),
        fix: "use `i64` or `u32`, or `Decimal`".to_owned(),
    }
}

fn no_arrays() -> UnsupportedType {
    UnsupportedType {
        why: "SQLite has no arrays".to_owned(),
        fix: "use `Json<Vec<_>>`, or a table of its own".to_owned(),
    }
}

/// Upper case, one space between words, none inside parentheses: type names know no case (datatype3.html §3.1).
#[must_use]
pub fn canonical(native: &str) -> String {
    let (native, suffix) = suffix::split(native);
    let mut out = String::with_capacity(native.len());
    for word in native.split_whitespace() {
        let glued = out.ends_with(['(', ',']) || word.starts_with(['(', ')', ',']);
        if !out.is_empty() && !glued {
            out.push(' ');
        }
        out.push_str(&word.to_ascii_uppercase());
    }
    suffix::join(out.replace(" (", "(").replace(", ", ","), suffix)
}

/// The one spelling of a collation's name (datatype3.html §7.1): case does not count.
pub(crate) fn collation(name: &str) -> Option<String> {
    let name = name.trim();
    let is_quoted = name.starts_with(['"', '`', '[', '\'']);
    let name = if is_quoted { token::unquoted(name) } else { name.to_owned() };
    let upper = name.to_ascii_uppercase();
    match upper.as_str() {
        "BINARY" => None,
        "NOCASE" | "RTRIM" => Some(upper),
        _ => Some(Dialect::Sqlite.quote(&name)),
    }
}

/// What a column of the declared type holds.
///
/// A type that is not ours is read by its affinity. `None` where the affinity is NUMERIC and the name says nothing, or
/// where nothing is declared.
#[must_use]
pub fn rust_type(native: &str) -> Option<ColumnType> {
    let native = canonical(suffix::split(native).0);
    let (word, arguments) = match native.split_once('(') {
        Some((word, arguments)) => (word, numbers(arguments)),
        None => (native.as_str(), Vec::new()),
    };
    named(word, &arguments).or_else(|| by_affinity(word))
}

fn named(word: &str, arguments: &[u32]) -> Option<ColumnType> {
    Some(match (word, arguments) {
        ("BOOLEAN" | "BOOL", []) => ColumnType::Bool,
        ("TINYINT", []) => ColumnType::I8,
        ("SMALLINT", []) => ColumnType::I16,
        ("INT", []) => ColumnType::I32,
        ("FLOAT", []) => ColumnType::F32,
        ("VARCHAR", [length]) => ColumnType::Varchar(*length),
        ("DATE", []) => ColumnType::Date,
        ("TIME", []) => ColumnType::Time,
        ("DATETIME", []) => ColumnType::DateTime,
        ("TIMESTAMP", []) => ColumnType::Timestamp,
        ("UUID_TEXT" | "UUID_BLOB", []) => ColumnType::Uuid,
        ("DECIMAL_TEXT", []) => ColumnType::Decimal,
        ("DECIMAL_TEXT", [precision, scale]) => ColumnType::DecimalOf(*precision, *scale),
        ("JSON_TEXT", []) => ColumnType::Json,
        // What such a column holds is a number of SQLite's own; our decimals are text.
        ("NUMERIC" | "DECIMAL" | "NUMBER", _) => ColumnType::F64,
        _ => return None,
    })
}

/// The five rules of datatype3.html §3.1, in their order.
fn by_affinity(word: &str) -> Option<ColumnType> {
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["INT"]) {
        Some(ColumnType::I64)
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        Some(ColumnType::Text)
    } else if has(&["BLOB"]) {
        Some(ColumnType::Bytes)
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Some(ColumnType::F64)
    } else {
        None
    }
}

fn numbers(arguments: &str) -> Vec<u32> {
    arguments.trim_end_matches(')').split(',').filter_map(|number| number.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn declared_types_know_no_case_and_no_spaces() {
        assert_eq!(canonical("nvarchar ( 160 )"), "NVARCHAR(160)");
        assert_eq!(canonical("decimal(10, 2)"), "DECIMAL(10,2)");
        assert_eq!(canonical("Double  precision"), "DOUBLE PRECISION");
    }

    #[test]
    fn every_type_of_the_map_comes_back() {
        use ColumnType as T;
        let own = [
            T::Bool,
            T::I8,
            T::I16,
            T::I32,
            T::I64,
            T::F32,
            T::F64,
            T::Text,
            T::Varchar(80),
            T::Bytes,
            T::Date,
            T::Time,
            T::DateTime,
            T::Timestamp,
            T::Uuid,
            T::Decimal,
            T::DecimalOf(10, 2),
            T::DecimalOf(30, 4),
            T::Json,
        ];
        for ty in own {
            let native = native(&ty, None).unwrap();
            assert_eq!(rust_type(&native), Some(ty), "{native}");
        }
    }

    #[test]
    fn an_ambiguous_type_is_told_by_another_way_back() {
        for text in ["NVARCHAR(160)", "NUMERIC(10,2)", "UUID_BLOB", "BIGINT"] {
            let ty = rust_type(text).unwrap();
            assert_ne!(Dialect::Sqlite.native(&ty, None).unwrap(), text);
        }
        assert_eq!(rust_type("GEOMETRY"), None);
        assert_eq!(rust_type(""), None);
    }

    #[test]
    fn a_counted_key_is_the_rowid_whatever_its_width() {
        assert_eq!(native(&ColumnType::I32, Some(Identity::ByDefault)).unwrap(), "INTEGER");
    }
}
