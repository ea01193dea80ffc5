//! What follows a type in the text of a column: what no noun says.
//!
//! Inspection keeps it with the type ([`ColumnType::Native`](orm_schema::ColumnType::Native)):
//! nothing is lost by a change of the column, and no comparison misses it. Types have spellings; this is somebody's SQL and stays as
//! it is written.

/// The words with which it begins; each stands outside of quotes.
const WORDS: [&str; 7] = [
    " COLLATE ",
    " CHARACTER SET ",
    " GENERATED ALWAYS AS ",
    " ON UPDATE ",
    " CHECK ",
    " INVISIBLE",
    " COMMENT ",
];

/// Splits a column's text into its type and what follows, each trimmed.
pub(crate) fn split(native: &str) -> (&str, &str) {
    let upper = native.to_ascii_uppercase();
    let is_outside = |at: &usize| upper[..*at].matches('\'').count().is_multiple_of(2);
    let starts = WORDS.iter().filter_map(|word| upper.match_indices(word).map(|(at, _)| at).find(is_outside));
    let (base, suffix) = native.split_at(starts.min().unwrap_or(native.len()));
    (base.trim(), suffix.trim())
}

/// The attribute that says what stands behind the type, where there is one.
pub(crate) fn word_of_its_own(native: &str) -> Option<&'static str> {
    let rest = split(native).1.to_ascii_uppercase();
    let words = [("COLLATE ", "collate"), ("GENERATED ALWAYS AS ", "generated"), ("COMMENT ", "comment")];
    words.into_iter().find(|(start, _)| rest.starts_with(start)).map(|(_, word)| word)
}

/// The type in another spelling, with what follows it.
pub(crate) fn join(base: String, suffix: &str) -> String {
    if suffix.is_empty() { base } else { format!("{base} {suffix}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;

    #[test]
    fn only_the_type_is_respelled() {
        let generated = "int4 GENERATED ALWAYS AS (length('It''s' || name)) STORED";
        assert_eq!(split(generated), ("int4", "GENERATED ALWAYS AS (length('It''s' || name)) STORED"));
        let canonical = Dialect::Postgres.canonical(generated);
        assert_eq!(canonical, "integer GENERATED ALWAYS AS (length('It''s' || name)) STORED");
        assert_eq!(Dialect::Postgres.canonical(&canonical), canonical);
        assert_eq!(Dialect::Sqlite.canonical("varchar( 20 ) COLLATE nocase"), "VARCHAR(20) COLLATE nocase");
        assert_eq!(split("text"), ("text", ""));
        assert_eq!(split("enum('no comment yet') COLLATE a"), ("enum('no comment yet')", "COLLATE a"));
    }
}
