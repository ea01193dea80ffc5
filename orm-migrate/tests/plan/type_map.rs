//! The type map of `docs/attributes.md` is the one that the dialects have.

use orm_migrate::Dialect;
use orm_schema::{ColumnType, EnumName};

const PAGE: &str = include_str!("../../../docs/attributes.md");

/// The types of the map that can be said without a name, by the word of the page.
fn column_type(word: &str) -> Option<ColumnType> {
    Some(match word {
        "bool" => ColumnType::Bool,
        "i8" => ColumnType::I8,
        "i16" => ColumnType::I16,
        "i32" => ColumnType::I32,
        "i64" => ColumnType::I64,
        "u8" => ColumnType::U8,
        "u16" => ColumnType::U16,
        "u32" => ColumnType::U32,
        "f32" => ColumnType::F32,
        "f64" => ColumnType::F64,
        "String" => ColumnType::Text,
        "max_len = n" => ColumnType::Varchar(7),
        "Vec<u8>" => ColumnType::Bytes,
        "NaiveDate" => ColumnType::Date,
        "NaiveTime" => ColumnType::Time,
        "NaiveDateTime" => ColumnType::DateTime,
        "DateTime<Utc>" => ColumnType::Timestamp,
        "Uuid" => ColumnType::Uuid,
        "Decimal" => ColumnType::Decimal,
        "decimal(p, s)" => ColumnType::DecimalOf(30, 4),
        "serde_json::Value" | "Json<T>" => ColumnType::Json,
        _ => return None,
    })
}

/// The words of a cell: what stands in it before brackets, separated by commas or semicolons.
fn words(cell: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut depth = 0;
    for c in cell.split(" (").next().unwrap_or_default().chars() {
        match c {
            '(' | '<' => depth += 1,
            ')' | '>' => depth -= 1,
            _ => {}
        }
        match (c, words.last_mut()) {
            (',' | ';', _) if depth == 0 => words.push(String::new()),
            ('`', _) | (_, None) => {}
            (_, Some(word)) => word.push(c),
        }
    }
    words.iter().map(|word| word.trim().to_owned()).collect()
}

#[test]
fn the_page_and_the_dialects_have_one_type_map() {
    let table = PAGE.split("\n## ").find(|part| part.starts_with("Type map")).expect("the section is there");
    let mut held = 0;
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let rust = cells[0].replace("`; `", "`, `");
        for (dialect, cell) in [
            (Dialect::Postgres, cells[1]),
            (Dialect::MariaDb, cells[2]),
            (Dialect::MySql, cells[2]),
            (Dialect::Sqlite, cells[3]),
        ] {
            let natives = match cell.split_once("(MySQL ").filter(|_| dialect == Dialect::MySql) {
                Some((_, only)) => words(only.strip_suffix(')').unwrap_or(only)),
                None => words(cell),
            };
            for (at, word) in words(&rust).iter().enumerate() {
                let Some(ty) = column_type(word) else { continue };
                let Some(expected) = natives.get(at.min(natives.len() - 1)) else { continue };
                if expected.starts_with("like PostgreSQL") {
                    continue;
                }
                let native = dialect.native(&ty, None).expect("the map has it");
                let shown = native.replace("(7)", "(n)").replace("(30,4)", "(p,s)");
                let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
                let alias = matches!(
                    (shown.as_str(), expected.as_str()),
                    ("timestamp with time zone", "timestamptz")
                        | ("character varying(n)", "varchar(n)")
                        | ("timestamp without time zone", "timestamp")
                        | ("time without time zone", "time")
                );
                assert!(
                    same(&shown, expected) || alias,
                    "{dialect}: `{word}` is {native}, the page says {expected}"
                );
                held += 1;
            }
        }
    }
    assert!(held >= 72, "only {held} cells were held: has the table changed its form?");
}

#[test]
fn what_the_page_calls_unsupported_is() {
    let array = ColumnType::Array(Box::new(ColumnType::I64));
    assert!(Dialect::Sqlite.native(&array, None).is_err());
    assert_eq!(Dialect::Postgres.native(&array, None).expect("it has arrays"), "bigint[]");
    let enumeration = ColumnType::Enum(EnumName::new("status"));
    assert_eq!(Dialect::Sqlite.native(&enumeration, None).expect("as text"), "TEXT");
}
