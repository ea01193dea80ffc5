//! The type map of PostgreSQL, both directions. The canonical spelling is what `format_type` prints.

use orm_schema::{ColumnType, Identity};

use crate::{dialect::Dialect, normalise::UnsupportedType, suffix};

/// PostgreSQL's type. An enum type is its name; whoever writes SQL quotes it.
///
/// # Errors
/// For `u64`.
pub fn native(column_type: &ColumnType, _identity: Option<Identity>) -> Result<String, UnsupportedType> {
    let word = match column_type {
        ColumnType::Bool => "boolean",
        ColumnType::I8 | ColumnType::I16 | ColumnType::U8 => "smallint",
        ColumnType::I32 | ColumnType::U16 => "integer",
        ColumnType::I64 | ColumnType::U32 => "bigint",
        ColumnType::U64 => return Err(no_u64()),
        ColumnType::F32 => "real",
        ColumnType::F64 => "double precision",
        ColumnType::Text => "text",
        ColumnType::Varchar(length) => return Ok(format!("character varying({length})")),
        ColumnType::Bytes => "bytea",
        ColumnType::Date => "date",
        ColumnType::Time => "time without time zone",
        ColumnType::DateTime => "timestamp without time zone",
        ColumnType::Timestamp => "timestamp with time zone",
        ColumnType::Uuid => "uuid",
        ColumnType::Decimal => "numeric",
        ColumnType::DecimalOf(precision, scale) => return Ok(format!("numeric({precision},{scale})")),
        ColumnType::Json => "jsonb",
        // The server keeps no number of dimensions: integer[][] is integer[] (arrays.html §8.15.1).
        ColumnType::Array(element) => {
            let element = native(element, None)?;
            return Ok(if element.ends_with("[]") { element } else { format!("{element}[]") });
        }
        ColumnType::Enum(name) => return Ok(name.to_string()),
        ColumnType::Native(text) => return Ok(canonical(text)),
    };
    Ok(word.to_owned())
}

fn no_u64() -> UnsupportedType {
    UnsupportedType {
        why: "PostgreSQL's integers have a sign, a `u64` does not fit".to_owned(),
        fix: "use `i64` or `u32`, or `Decimal`".to_owned(),
    }
}

/// The spelling of `format_type`: aliases resolved, lower case but in quotes, modifiers without spaces.
#[must_use]
pub fn canonical(native: &str) -> String {
    let (native, suffix) = suffix::split(native);
    let text = tidy(native);
    let (element, array) = strip_array(&text);
    let (word, modifiers) = split_modifiers(element);
    let element = named(&word, modifiers.as_deref());
    suffix::join(if array { format!("{element}[]") } else { element }, suffix)
}

/// Lower case outside of quotes, one space between words.
fn tidy(native: &str) -> String {
    let mut quoted = false;
    let lower: String = native
        .chars()
        .map(|c| {
            quoted ^= c == '"';
            if quoted { c } else { c.to_ascii_lowercase() }
        })
        .collect();
    if lower.contains('"') {
        return lower.trim().to_owned();
    }
    lower
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")")
}

/// `x[]`, `x[3]`, `x[][]` and `x array` are all arrays of x.
fn strip_array(text: &str) -> (&str, bool) {
    let text = text.trim();
    if let Some(element) = text.strip_suffix(" array") {
        return (element, true);
    }
    match text.find('[') {
        Some(at) if text.ends_with(']') => (text[..at].trim_end(), true),
        Some(_) | None => (text, false),
    }
}

/// `timestamp(3) with time zone` → `timestamp with time zone`, `3`.
fn split_modifiers(text: &str) -> (String, Option<String>) {
    match (text.find('('), text.find(')')) {
        (Some(open), Some(close)) if open < close && !text.contains('"') => {
            let word = format!("{} {}", &text[..open], text[close + 1..].trim());
            (word.trim().to_owned(), Some(text[open + 1..close].replace(' ', "")))
        }
        _ => (text.to_owned(), None),
    }
}

fn named(word: &str, modifiers: Option<&str>) -> String {
    let with = |name: &str| match modifiers {
        Some(modifiers) => format!("{name}({modifiers})"),
        None => name.to_owned(),
    };
    match word {
        "int2" | "smallserial" | "serial2" => "smallint".to_owned(),
        "int" | "int4" | "serial" | "serial4" => "integer".to_owned(),
        "int8" | "bigserial" | "serial8" => "bigint".to_owned(),
        "bool" => "boolean".to_owned(),
        "float4" => "real".to_owned(),
        "float8" => "double precision".to_owned(),
        "float" => float(modifiers).to_owned(),
        "varchar" | "character varying" | "char varying" => with("character varying"),
        "bpchar" if modifiers.is_none() => "bpchar".to_owned(),
        "char" | "character" | "bpchar" => format!("character({})", modifiers.unwrap_or("1")),
        "decimal" | "numeric" | "dec" => numeric(modifiers),
        "varbit" | "bit varying" => with("bit varying"),
        "bit" => format!("bit({})", modifiers.unwrap_or("1")),
        "timestamptz" | "timestamp with time zone" => format!("{} with time zone", with("timestamp")),
        "timestamp" | "timestamp without time zone" => format!("{} without time zone", with("timestamp")),
        "timetz" | "time with time zone" => format!("{} with time zone", with("time")),
        "time" | "time without time zone" => format!("{} without time zone", with("time")),
        _ => with(word),
    }
}

/// `float(1)` to `float(24)` is real (datatype-numeric.html §8.1.3).
fn float(modifiers: Option<&str>) -> &'static str {
    match modifiers.and_then(|bits| bits.parse::<u32>().ok()) {
        Some(..25) => "real",
        Some(_) | None => "double precision",
    }
}

/// `numeric(10)` is `numeric(10,0)`.
fn numeric(modifiers: Option<&str>) -> String {
    match modifiers {
        None => "numeric".to_owned(),
        Some(both) if both.contains(',') => format!("numeric({both})"),
        Some(precision) => format!("numeric({precision},0)"),
    }
}

/// The one spelling of a collation's name, as SQL. Without quotes it is one name, as `C.utf8` and `en-x-icu` are.
pub(crate) fn collation(name: &str) -> Option<String> {
    let name = name.trim();
    let quoted = if name.contains('"') { name.to_owned() } else { Dialect::Postgres.quote(name) };
    (quoted != "\"default\"").then_some(quoted)
}

/// What a column of the type holds; `None` where the map has no Rust type for it.
#[must_use]
pub fn rust_type(native: &str) -> Option<ColumnType> {
    let native = canonical(suffix::split(native).0);
    if let Some(element) = native.strip_suffix("[]") {
        // What is no type of ours travels as text, as the elements of an array do.
        return Some(ColumnType::Array(Box::new(rust_type(element).unwrap_or(ColumnType::Text))));
    }
    let (word, modifiers) = split_modifiers(&native);
    Some(match word.as_str() {
        "boolean" => ColumnType::Bool,
        "smallint" => ColumnType::I16,
        "integer" => ColumnType::I32,
        "bigint" => ColumnType::I64,
        "real" => ColumnType::F32,
        "double precision" => ColumnType::F64,
        "text" | "character" | "bpchar" | "citext" | "name" | "\"char\"" => ColumnType::Text,
        "character varying" => match modifiers.and_then(|length| length.parse().ok()) {
            Some(length) => ColumnType::Varchar(length),
            None => ColumnType::Text,
        },
        "bytea" => ColumnType::Bytes,
        "date" => ColumnType::Date,
        "time without time zone" => ColumnType::Time,
        "timestamp without time zone" => ColumnType::DateTime,
        "timestamp with time zone" => ColumnType::Timestamp,
        "uuid" => ColumnType::Uuid,
        "money" => ColumnType::Decimal,
        "numeric" => match modifiers.as_deref().and_then(precision_and_scale) {
            Some((precision, scale)) => ColumnType::DecimalOf(precision, scale),
            None => ColumnType::Decimal,
        },
        "json" | "jsonb" => ColumnType::Json,
        _ => return None,
    })
}

/// `10,2`; a negative scale (since 15) has no place in the map.
fn precision_and_scale(modifiers: &str) -> Option<(u32, u32)> {
    let (precision, scale) = modifiers.split_once(',')?;
    Some((precision.parse().ok()?, scale.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_become_what_format_type_prints() {
        let pairs = [
            ("int4", "integer"),
            ("VARCHAR( 20 )", "character varying(20)"),
            ("bpchar(3)", "character(3)"),
            ("char", "character(1)"),
            ("decimal(10, 2)", "numeric(10,2)"),
            ("numeric(10)", "numeric(10,0)"),
            ("float(24)", "real"),
            ("float", "double precision"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("int[]", "integer[]"),
            ("text[3][3]", "text[]"),
            ("int array", "integer[]"),
            ("bigserial", "bigint"),
            ("vector(3)", "vector(3)"),
            ("\"Mixed Case\"", "\"Mixed Case\""),
            ("\"char\"", "\"char\""),
        ];
        for (alias, canon) in pairs {
            assert_eq!(canonical(alias), canon);
            assert_eq!(canonical(canon), canon, "twice is once");
        }
    }

    #[test]
    fn every_type_of_the_map_comes_back() {
        use ColumnType as T;
        let own = [
            T::Bool,
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
            T::Json,
            T::Array(Box::new(T::Text)),
        ];
        for ty in own {
            let native = native(&ty, None).unwrap();
            assert_eq!(rust_type(&native), Some(ty), "{native}");
        }
    }

    #[test]
    fn an_ambiguous_type_is_told_by_another_way_back() {
        for text in ["character varying", "character(3)", "json", "timestamp(3) with time zone", "citext"] {
            let ty = rust_type(text).unwrap();
            assert_ne!(Dialect::Postgres.native(&ty, None).unwrap(), text);
        }
        assert_eq!(rust_type("inet"), None);
    }
}
