//! The rules by which names are derived. Frozen: changing one would rename objects in every user's database.

use crate::name::{ColumnName, TableName};

/// The longest identifier that all databases take, in bytes (PostgreSQL: `NAMEDATALEN - 1`).
pub const MAX_IDENTIFIER_BYTES: usize = 63;

/// What kind of object a derived name is for; it becomes the suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suffix {
    /// A primary key: `{table}_pkey`, without the columns, as PostgreSQL names it.
    PrimaryKey,
    /// A unique constraint: `{table}_{columns}_key`.
    Unique,
    /// A foreign key: `{table}_{columns}_fkey`.
    ForeignKey,
    /// A check: `{table}_{columns}_check`.
    Check,
    /// An index: `{table}_{columns}_idx`.
    Index,
}

impl Suffix {
    const fn text(self) -> &'static str {
        match self {
            Self::PrimaryKey => "pkey",
            Self::Unique => "key",
            Self::ForeignKey => "fkey",
            Self::Check => "check",
            Self::Index => "idx",
        }
    }
}

/// `OrderLine` → `order_line`; digits stay with the word before them, a run of capitals is one word.
#[must_use]
pub fn snake_case(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if c.is_uppercase() {
            let after_word = i > 0 && (chars[i - 1].is_lowercase() || chars[i - 1].is_numeric());
            let before_word = i > 0
                && chars[i - 1].is_uppercase()
                && chars.get(i + 1).is_some_and(|next| next.is_lowercase());
            if after_word || before_word {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// The frozen plural rule: consonant + `y` → `ies`; `s`, `x`, `ch`, `sh` → + `es`; else + `s`.
#[must_use]
pub fn plural(word: &str) -> String {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|s| word.ends_with(s));
    match word.strip_suffix('y') {
        Some(stem) if stem.chars().next_back().is_some_and(|c| !"aeiou".contains(c)) => format!("{stem}ies"),
        _ if ends(&["s", "x", "ch", "sh"]) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// The table of a model: snake_case of the struct's name, its last word in the plural.
#[must_use]
pub fn table_name(struct_name: &str) -> String {
    plural(&snake_case(struct_name))
}

/// `{table}_{columns}_{suffix}`, cut at [`MAX_IDENTIFIER_BYTES`] with a hash of the whole.
#[must_use]
pub fn constraint_name(table: &TableName, columns: &[ColumnName], suffix: Suffix) -> String {
    let mut parts = vec![table.name.as_str()];
    if suffix != Suffix::PrimaryKey {
        parts.extend(columns.iter().map(ColumnName::as_str));
    }
    parts.push(suffix.text());
    fit(&parts.join("_"))
}

/// A name that tells itself apart from others of the same derivation, by eight hexadecimal digits of what it is for.
#[must_use]
pub fn distinct(name: &str, purpose: &str) -> String {
    fit(&format!("{name}_{:08x}", fnv1a(purpose.as_bytes())))
}

/// Cuts a name that is too long, keeping it unique by eight hexadecimal digits of its hash.
#[must_use]
pub fn fit(name: &str) -> String {
    if name.len() <= MAX_IDENTIFIER_BYTES {
        return name.to_owned();
    }
    let hash = format!("_{:08x}", fnv1a(name.as_bytes()));
    let mut end = MAX_IDENTIFIER_BYTES - hash.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{hash}", &name[..end])
}

/// FNV-1a, 32 bits: fixed for ever, unlike the standard library's hasher.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_named_by_the_frozen_plural_rule() {
        let names = [
            "User",
            "OrderLine",
            "Category",
            "Day",
            "Box",
            "Branch",
            "Dish",
            "Address",
            "HTTPLog",
            "Utf8Text",
        ];
        let tables: Vec<_> = names.iter().map(|n| table_name(n)).collect();
        assert_eq!(
            tables,
            [
                "users",
                "order_lines",
                "categories",
                "days",
                "boxes",
                "branches",
                "dishes",
                "addresses",
                "http_logs",
                "utf8_texts"
            ]
        );
    }

    #[test]
    fn constraint_names_follow_table_columns_suffix() {
        let columns = [ColumnName::from("a"), ColumnName::from("b")];
        let name = |suffix| constraint_name(&TableName::new("t"), &columns, suffix);
        assert_eq!(name(Suffix::PrimaryKey), "t_pkey");
        assert_eq!(name(Suffix::Unique), "t_a_b_key");
        assert_eq!(name(Suffix::ForeignKey), "t_a_b_fkey");
        assert_eq!(name(Suffix::Check), "t_a_b_check");
        assert_eq!(name(Suffix::Index), "t_a_b_idx");
    }

    #[test]
    fn long_names_are_cut_at_63_bytes_and_stay_different() {
        let long = "ä".repeat(40);
        let (one, two) = (fit(&format!("{long}_one")), fit(&format!("{long}_two")));
        assert!(one.len() <= MAX_IDENTIFIER_BYTES && two.len() <= MAX_IDENTIFIER_BYTES);
        assert_ne!(one, two);
        assert_eq!(fit("short"), "short");
    }
}
