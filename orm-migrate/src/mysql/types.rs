//! The type map of MariaDB and MySQL, both directions.
//!
//! The canonical spelling is what `COLUMN_TYPE` of `information_schema.columns` prints, without the display widths that a
//! server adds on its own, and `json` where MariaDB says it by a check.

use orm_schema::{ColumnType, Identity};

use super::split::RULES;
use crate::{
    dialect::Dialect,
    normalise::UnsupportedType,
    suffix,
    token::{TokenKind, significant},
};

/// The database's type.
///
/// # Errors
/// For arrays, and for decimals that are too wide.
pub fn native(
    dialect: Dialect,
    column_type: &ColumnType,
    _identity: Option<Identity>,
) -> Result<String, UnsupportedType> {
    let word = match column_type {
        ColumnType::Bool => "tinyint(1)",
        ColumnType::I8 => "tinyint",
        ColumnType::I16 => "smallint",
        ColumnType::I32 => "int",
        ColumnType::I64 => "bigint",
        ColumnType::U8 => "tinyint unsigned",
        ColumnType::U16 => "smallint unsigned",
        ColumnType::U32 => "int unsigned",
        ColumnType::U64 => "bigint unsigned",
        ColumnType::F32 => "float",
        ColumnType::F64 => "double",
        // Long enough for most, and short enough for a key ("InnoDB Limitations": 3072 bytes).
        ColumnType::Text => "varchar(255)",
        ColumnType::Varchar(length) => return Ok(format!("varchar({length})")),
        ColumnType::Bytes => "longblob",
        ColumnType::Date => "date",
        ColumnType::Time => "time(6)",
        // A TIMESTAMP ends in 2038.
        ColumnType::DateTime | ColumnType::Timestamp => "datetime(6)",
        ColumnType::Uuid => uuid(dialect),
        ColumnType::Decimal => "decimal(38,10)",
        ColumnType::DecimalOf(precision, scale) => return decimal(*precision, *scale),
        ColumnType::Json => "json",
        ColumnType::Array(_) => return Err(no_arrays(dialect)),
        // Its labels are known only beside its schema: `normalise` spells it.
        ColumnType::Enum(name) => return Ok(format!("enum {name}")),
        ColumnType::Native(text) => return Ok(canonical(text)),
    };
    Ok(word.to_owned())
}

/// MySQL has no type of its own for it.
const fn uuid(dialect: Dialect) -> &'static str {
    if matches!(dialect, Dialect::MariaDb) { "uuid" } else { "binary(16)" }
}

/// "DECIMAL": 65 digits, 38 of them after the point.
fn decimal(precision: u32, scale: u32) -> Result<String, UnsupportedType> {
    if precision <= 65 && scale <= 30 && scale <= precision {
        return Ok(format!("decimal({precision},{scale})"));
    }
    Err(UnsupportedType {
        why: format!("a decimal of {precision} digits, {scale} of them after the point, is too wide"),
        fix: "take at most 65 digits, at most 30 of them after the point".to_owned(),
    })
}

fn no_arrays(dialect: Dialect) -> UnsupportedType {
    UnsupportedType {
        why: format!("{} has no arrays", orm_core::Dialect::from(dialect)),
        fix: "use `Json<Vec<_>>`, or a table of its own".to_owned(),
    }
}

/// An ENUM of these labels.
pub(crate) fn enumeration(labels: &[String]) -> String {
    let labels: Vec<_> = labels.iter().map(|label| quoted(label)).collect();
    format!("enum({})", labels.join(","))
}

/// As `COLUMN_TYPE` prints it: quotes are doubled.
fn quoted(label: &str) -> String {
    format!("'{}'", label.replace('\\', "\\\\").replace('\'', "''"))
}

/// The labels of an ENUM; a SET holds several of its labels at a time.
pub(crate) fn labels(native: &str) -> Option<Vec<String>> {
    let base = suffix::split(native).0;
    let inside = base.get(..5).filter(|word| word.eq_ignore_ascii_case("enum("))?;
    let tokens = significant(base.get(inside.len()..)?.strip_suffix(')')?, &RULES).ok()?;
    let texts = tokens.iter().filter(|token| token.text != ",");
    texts.map(|token| super::text::value(token.text)).collect()
}

/// The one spelling of a type.
#[must_use]
pub fn canonical(native: &str) -> String {
    let (base, suffix) = suffix::split(native);
    suffix::join(canonical_base(base), suffix)
}

fn canonical_base(base: &str) -> String {
    if let Some(labels) = labels(base) {
        return enumeration(&labels);
    }
    let Some(written) = Written::of(base) else { return base.trim().to_owned() };
    let word = named(&written);
    let sign = if written.unsigned { " unsigned" } else { "" };
    let fill = if written.zerofill { " zerofill" } else { "" };
    format!("{word}{sign}{fill}")
}

/// A type taken apart: `int(10) unsigned`.
struct Written {
    word: String,
    /// Between the parentheses, without spaces.
    arguments: Option<String>,
    unsigned: bool,
    zerofill: bool,
}

impl Written {
    fn of(base: &str) -> Option<Self> {
        let tokens = significant(base, &RULES).ok()?;
        let mut written = Self { word: String::new(), arguments: None, unsigned: false, zerofill: false };
        let mut words = Vec::new();
        let mut depth = 0_usize;
        for token in tokens {
            match token.text {
                "(" if depth == 0 => {
                    depth += 1;
                    written.arguments.get_or_insert_default();
                }
                ")" if depth == 1 => depth -= 1,
                inside if depth > 0 => written.arguments.get_or_insert_default().push_str(inside),
                _ if token.is_word("unsigned") => written.unsigned = true,
                // A ZEROFILL column is UNSIGNED ("ZEROFILL").
                _ if token.is_word("zerofill") => (written.unsigned, written.zerofill) = (true, true),
                _ if token.is_word("signed") => {}
                word if token.kind == TokenKind::Word => words.push(word.to_ascii_lowercase()),
                _ => return None,
            }
        }
        written.word = words.join(" ");
        Some(written)
    }
}

fn named(written: &Written) -> String {
    let arguments = written.arguments.as_deref();
    let with = |name: &str| match arguments {
        Some(arguments) => format!("{name}({arguments})"),
        None => name.to_owned(),
    };
    let or = |name: &str, usual: &str| format!("{name}({})", arguments.unwrap_or(usual));
    match written.word.as_str() {
        "bool" | "boolean" => "tinyint(1)".to_owned(),
        "tinyint" | "int1" => integer("tinyint", written, "4", "3"),
        "smallint" | "int2" => integer("smallint", written, "6", "5"),
        "mediumint" | "int3" | "middleint" => integer("mediumint", written, "9", "8"),
        "int" | "integer" | "int4" => integer("int", written, "11", "10"),
        "bigint" | "int8" => integer("bigint", written, "20", "20"),
        "decimal" | "dec" | "numeric" | "fixed" => decimal_of(arguments),
        "float" => float(arguments),
        "float4" => "float".to_owned(),
        "double" | "double precision" | "real" | "float8" => with("double"),
        "varchar" | "character varying" | "char varying" | "varcharacter" => with("varchar"),
        "char" | "character" => or("char", "1"),
        "binary" => or("binary", "1"),
        "bit" => or("bit", "1"),
        "year" => "year".to_owned(),
        "datetime" | "timestamp" | "time" if arguments == Some("0") => written.word.clone(),
        "long" | "long varchar" => "mediumtext".to_owned(),
        other => with(other),
    }
}

/// A width that says nothing is left out: MySQL prints none since 8.0.19, MariaDB the usual one.
fn integer(name: &str, written: &Written, signed: &str, unsigned: &str) -> String {
    let usual = if written.unsigned { unsigned } else { signed };
    // A width fills up with zeros where it is asked to, so there it counts.
    match written.arguments.as_deref() {
        Some(width) if width != usual || (written.zerofill && width != "10") => format!("{name}({width})"),
        Some(_) | None => name.to_owned(),
    }
}

fn decimal_of(arguments: Option<&str>) -> String {
    match arguments {
        None => "decimal(10,0)".to_owned(),
        Some(both) if both.contains(',') => format!("decimal({both})"),
        Some(precision) => format!("decimal({precision},0)"),
    }
}

/// `float(25)` to `float(53)` is double ("FLOAT"); `float(7,4)` is its own.
fn float(arguments: Option<&str>) -> String {
    match arguments {
        None => "float".to_owned(),
        Some(both) if both.contains(',') => format!("float({both})"),
        Some(bits) if bits.parse().is_ok_and(|bits: u32| bits > 24) => "double".to_owned(),
        Some(_) => "float".to_owned(),
    }
}

/// What a column of the type holds; `None` where the map has no Rust type for it.
#[must_use]
pub fn rust_type(dialect: Dialect, native: &str) -> Option<ColumnType> {
    let base = canonical_base(suffix::split(native).0);
    if labels(&base).is_some() {
        return Some(ColumnType::Text);
    }
    let written = Written::of(&base)?;
    let arguments = written.arguments.as_deref();
    let sized = |signed, unsigned| if written.unsigned { unsigned } else { signed };
    Some(match (written.word.as_str(), arguments) {
        ("tinyint", Some("1")) if !written.unsigned => ColumnType::Bool,
        ("tinyint", _) => sized(ColumnType::I8, ColumnType::U8),
        ("smallint", _) => sized(ColumnType::I16, ColumnType::U16),
        ("mediumint" | "int", _) => sized(ColumnType::I32, ColumnType::U32),
        ("bigint", _) => sized(ColumnType::I64, ColumnType::U64),
        ("float", _) => ColumnType::F32,
        ("double", _) => ColumnType::F64,
        ("varchar", Some("255")) => ColumnType::Text,
        ("varchar", Some(length)) => length.parse().map_or(ColumnType::Text, ColumnType::Varchar),
        ("char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "set", _) => ColumnType::Text,
        ("inet6" | "inet4", _) => ColumnType::Text,
        ("binary", Some("16")) if dialect == Dialect::MySql => ColumnType::Uuid,
        ("binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob", _) => ColumnType::Bytes,
        // As the server keeps them: the number of the reference system and well-known binary; bits from the highest on.
        ("geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring", _)
        | ("multipolygon" | "geometrycollection" | "geomcollection" | "bit", _) => ColumnType::Bytes,
        ("date", _) => ColumnType::Date,
        ("time", _) => ColumnType::Time,
        ("datetime" | "timestamp", _) => ColumnType::DateTime,
        ("uuid", _) => ColumnType::Uuid,
        ("decimal", Some("38,10")) => ColumnType::Decimal,
        ("decimal", Some(arguments)) => {
            let (precision, scale) = arguments.split_once(',')?;
            ColumnType::DecimalOf(precision.parse().ok()?, scale.parse().ok()?)
        }
        ("json", _) => ColumnType::Json,
        ("year", _) => ColumnType::I16,
        _ => return None,
    })
}

/// Whether values of the type are numbers.
pub(crate) fn is_number(native: &str) -> bool {
    let base = suffix::split(native).0;
    let word = base.split(['(', ' ']).next().unwrap_or_default();
    word.ends_with("int") || matches!(word, "decimal" | "float" | "double" | "year")
}

/// The collation of the texts of a new table: that of their bytes, where every space counts. `utf8mb4_bin` pads, so that
/// `'a'` would equal `'a '` ("Trailing spaces in string comparisons").
pub(crate) const fn collation(dialect: Dialect) -> &'static str {
    if matches!(dialect, Dialect::MariaDb) { "utf8mb4_nopad_bin" } else { "utf8mb4_0900_bin" }
}

/// Whether values of the type are text, which has a collation.
pub(crate) fn is_character(native: &str) -> bool {
    let base = suffix::split(native).0.to_ascii_lowercase();
    let word = base.split(['(', ' ']).next().unwrap_or_default();
    matches!(word, "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set")
}

/// Whether values of the type stand outside of the row, so that a key takes only a prefix of them.
pub(crate) fn is_long(native: &str) -> bool {
    let base = suffix::split(native).0.to_ascii_lowercase();
    let word = base.split(['(', ' ']).next().unwrap_or_default();
    word.ends_with("text") || word.ends_with("blob") || word == "json"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_become_what_the_server_prints() {
        let pairs = [
            ("INTEGER", "int"),
            ("int(11)", "int"),
            ("int(10) unsigned", "int unsigned"),
            ("int(5)", "int(5)"),
            ("bigint(20)", "bigint"),
            ("tinyint(4)", "tinyint"),
            ("bool", "tinyint(1)"),
            ("numeric( 10 , 2 )", "decimal(10,2)"),
            ("decimal(10)", "decimal(10,0)"),
            ("double precision", "double"),
            ("float(53)", "double"),
            ("character varying(20)", "varchar(20)"),
            ("datetime(0)", "datetime"),
            ("ENUM( 'a', 'b''c', \"d,e\" )", "enum('a','b''c','d,e')"),
            ("int(5) zerofill", "int(5) unsigned zerofill"),
            ("year(4)", "year"),
            ("varchar(20)  COLLATE latin1_bin", "varchar(20) COLLATE latin1_bin"),
        ];
        for (alias, canon) in pairs {
            assert_eq!(canonical(alias), canon);
            assert_eq!(canonical(canon), canon, "twice is once");
        }
    }

    #[test]
    fn every_type_of_the_map_comes_back() {
        use ColumnType as T;
        for dialect in [Dialect::MariaDb, Dialect::MySql] {
            let own = [
                T::Bool,
                T::I8,
                T::I16,
                T::I32,
                T::I64,
                T::U8,
                T::U16,
                T::U32,
                T::U64,
                T::F32,
                T::F64,
                T::Text,
                T::Varchar(80),
                T::Bytes,
                T::Date,
                T::Time,
                T::DateTime,
                T::Uuid,
                T::Decimal,
                T::DecimalOf(10, 2),
                T::Json,
            ];
            for ty in own {
                let native = native(dialect, &ty, None).unwrap();
                assert_eq!(rust_type(dialect, &native), Some(ty), "{native}");
            }
        }
    }

    #[test]
    fn an_ambiguous_type_is_told_by_another_way_back() {
        for text in ["char(3)", "longtext", "timestamp", "mediumint", "int(5)", "binary(8)", "enum('a')"] {
            let ty = rust_type(Dialect::MariaDb, text).unwrap();
            assert_ne!(native(Dialect::MariaDb, &ty, None).unwrap(), text);
        }
        assert_eq!(rust_type(Dialect::MariaDb, "vector(3)"), None);
    }

    #[test]
    fn labels_are_told_as_they_are() {
        assert_eq!(labels("enum('a','it''s','d,e') COLLATE latin1_bin").unwrap(), ["a", "it's", "d,e"]);
        assert_eq!(labels("set('a')"), None);
        assert_eq!(labels("enum"), None);
    }
}
