//! Names of the database → identifiers of Rust.

use std::collections::BTreeSet;

use orm_schema::naming::snake_case;

/// Identifiers that cannot be written raw (reference, "Raw identifiers").
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate", "_"];

/// Strict and reserved keywords of all editions.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words whose singular does not follow from their ending.
const SINGULARS: &[(&str, &str)] = &[
    ("people", "person"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("feet", "foot"),
    ("mice", "mouse"),
    ("geese", "goose"),
    ("teeth", "tooth"),
    ("indices", "index"),
    ("vertices", "vertex"),
    ("matrices", "matrix"),
    ("analyses", "analysis"),
    ("bases", "base"),
    ("caches", "cache"),
    ("aliases", "alias"),
    ("statuses", "status"),
    ("movies", "movie"),
    ("cookies", "cookie"),
    ("series", "series"),
    ("species", "species"),
    ("news", "news"),
    ("data", "data"),
    ("metadata", "metadata"),
    ("leaves", "leaf"),
    ("shelves", "shelf"),
    ("wolves", "wolf"),
];

/// `Order Details` → `order_details`, `ArtistId` → `artist_id`, `2fa` → `_2fa`, `` → `unnamed`.
pub(super) fn snake(name: &str) -> String {
    let words: Vec<_> = words(name).into_iter().map(|word| word.to_lowercase()).collect();
    let joined = words.join("_");
    let usable = match joined.as_str() {
        "" => "unnamed".to_owned(),
        word if NEVER_RAW.contains(&word) => format!("{word}_"),
        _ => joined,
    };
    if usable.starts_with(|c: char| c.is_numeric()) { format!("_{usable}") } else { usable }
}

/// `order_details` → `OrderDetails`.
pub(super) fn pascal(name: &str) -> String {
    let joined: String = snake(name).split('_').map(capitalised).collect();
    if joined.starts_with(|c: char| c.is_numeric()) { format!("N{joined}") } else { joined }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The words of a name: at blanks and punctuation, and where capitals begin.
fn words(name: &str) -> Vec<String> {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    // A name in capitals only is not one word a letter.
    let snaked =
        if plain.chars().any(char::is_lowercase) { snake_case(&plain) } else { plain.to_lowercase() };
    snaked.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The last word in the singular: `order_lines` → `order_line`.
pub(super) fn singular(snake: &str) -> String {
    let (start, last) = snake.rsplit_once('_').map_or(("", snake), |(start, last)| (start, last));
    let last = singular_word(last);
    if start.is_empty() { last } else { format!("{start}_{last}") }
}

fn singular_word(word: &str) -> String {
    if let Some((_, singular)) = SINGULARS.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    let cut = |count: usize| word.chars().take(word.chars().count() - count).collect::<String>();
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    match () {
        () if word.chars().count() < 4 || ends(&["ss", "us", "is", "os"]) => word.to_owned(),
        () if ends(&["ies"]) => format!("{}y", cut(3)),
        () if ends(&["sses", "shes", "ches", "xes", "zzes"]) => cut(2),
        () if ends(&["s"]) => cut(1),
        () => word.to_owned(),
    }
}

/// An identifier as it is written in code: `type` → `r#type`.
pub(super) fn written(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// Whether the name is a keyword, and so no name of a file that a person would like.
pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name) || NEVER_RAW.contains(&name)
}

/// Names that are given out once.
#[derive(Debug, Default, Clone)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// Names that nobody gets.
    pub(super) fn with(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// The first wish that is free, else the first one with a number.
    pub(super) fn give(&mut self, wishes: &[String]) -> String {
        let free = wishes.iter().find(|wish| self.is_free(wish)).cloned();
        let name = free.unwrap_or_else(|| self.numbered(wishes.first().map_or("unnamed", String::as_str)));
        self.0.insert(name.clone());
        name
    }

    fn numbered(&self, wish: &str) -> String {
        let separator = if wish.starts_with(char::is_uppercase) { "" } else { "_" };
        let numbered = (2_u64..).map(|number| format!("{wish}{separator}{number}"));
        numbered.into_iter().find(|name| self.is_free(name)).unwrap_or_default()
    }

    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.0.contains(name) && !NEVER_RAW.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_become_usable_ones() {
        let snakes = [
            ("Order Details", "order_details"),
            ("ArtistId", "artist_id"),
            ("reply-to", "reply_to"),
            ("2fa", "_2fa"),
            ("", "unnamed"),
            ("\"", "unnamed"),
            ("HTTP_LOG", "http_log"),
            ("Größe", "größe"),
            ("__a__b", "a_b"),
            ("self", "self_"),
        ];
        for (name, expected) in snakes {
            assert_eq!(snake(name), expected, "{name}");
        }
        assert_eq!(pascal("order_details"), "OrderDetails");
        assert_eq!(pascal("2fa"), "N2fa");
    }

    #[test]
    fn the_last_word_is_made_singular() {
        let singulars = [
            ("users", "user"),
            ("order_lines", "order_line"),
            ("categories", "category"),
            ("addresses", "address"),
            ("boxes", "box"),
            ("branches", "branch"),
            ("status", "status"),
            ("news", "news"),
            ("people", "person"),
            ("Album", "Album"),
            ("bus", "bus"),
            ("analysis", "analysis"),
            ("houses", "house"),
            ("sales", "sale"),
        ];
        for (plural, expected) in singulars {
            assert_eq!(singular(plural), expected, "{plural}");
        }
    }

    #[test]
    fn what_cannot_be_raw_gets_another_name() {
        assert_eq!(written("type"), "r#type");
        let mut taken = Taken::default();
        assert_eq!(taken.give(&["self".to_owned()]), "self_2");
        assert_eq!(taken.give(&["a".to_owned()]), "a");
        assert_eq!(taken.give(&["a".to_owned(), "b".to_owned()]), "b");
        assert_eq!(taken.give(&["a".to_owned()]), "a_2");
        assert_eq!(taken.give(&["User".to_owned()]), "User");
        assert_eq!(taken.give(&["User".to_owned()]), "User2");
    }
}
