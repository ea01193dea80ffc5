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

/// What symbols are called where nothing else tells labels apart.
const SYMBOLS: &[(char, &str)] = &[
    ('+', "plus"),
    ('-', "minus"),
    ('*', "star"),
    ('/', "slash"),
    ('=', "equal"),
    ('<', "less"),
    ('>', "greater"),
    ('!', "not"),
    ('?', "question"),
    ('&', "and"),
    ('|', "or"),
    ('%', "percent"),
    ('#', "hash"),
    ('@', "at"),
    ('.', "dot"),
    ('~', "tilde"),
    ('$', "dollar"),
    ('€', "euro"),
];

/// Names that are devices on Windows, whatever their ending ("Naming Files, Paths, and Namespaces").
const DEVICES: &[&str] = &["aux", "con", "nul", "prn"];

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
    // What is left out in a word is no end of it: `it's` is `its`.
    let letters = name.chars().filter(|c| !['\'', '’'].contains(c));
    let plain: String = letters.map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    // A name in capitals only is not one word a letter.
    let snaked = if plain.chars().any(char::is_lowercase) {
        plain.split('_').map(|part| snake_case(&with_plural_capitals(part))).collect::<Vec<_>>().join("_")
    } else {
        plain.to_lowercase()
    };
    snaked.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// `UserIDs` → `UserIds`: the `s` of a plural belongs to the capitals before it.
fn with_plural_capitals(part: &str) -> String {
    let Some(start) = part.strip_suffix('s') else { return part.to_owned() };
    let capitals = start.chars().rev().take_while(|c| c.is_uppercase()).count();
    if capitals < 2 {
        return part.to_owned();
    }
    let head = start.chars().count() - capitals;
    let word: String = start.chars().skip(head + 1).flat_map(char::to_lowercase).collect();
    let start: String = start.chars().take(head + 1).collect();
    format!("{start}{word}s")
}

/// An identifier as it is written in code: `type` → `r#type`.
pub(super) fn written(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// Whether the name is a keyword, and so no name of a file that a person would like.
pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name) || NEVER_RAW.contains(&name) || DEVICES.contains(&name)
}

/// A label as the name of a variant: `PG-13` → `Pg13`, `` → `Empty`.
fn variant(label: &str) -> String {
    match pascal(label) {
        _ if label.is_empty() => "Empty".to_owned(),
        unnamed if unnamed == "Unnamed" => pascal(&spelled(label)),
        named => named,
    }
}

/// The variants of an enum: labels that differ in nothing but symbols have them as words, `A+` → `APlus`.
pub(super) fn variants(labels: &[String]) -> Vec<String> {
    let plain: Vec<_> = labels.iter().map(|label| variant(label)).collect();
    let mut taken = Taken::default();
    let wishes = labels.iter().zip(&plain).map(|(label, own)| {
        let is_alone = plain.iter().filter(|other| *other == own).count() == 1;
        if is_alone { own.clone() } else { pascal(&spelled(label)) }
    });
    wishes.map(|wish| taken.give(&[wish])).collect()
}

/// `>=` → `greater equal`
fn spelled(label: &str) -> String {
    let word = |c| SYMBOLS.iter().find(|(symbol, _)| *symbol == c).map(|(_, word)| format!(" {word} "));
    label.chars().map(|c| word(c).unwrap_or_else(|| c.to_string())).collect()
}

/// By this rustfmt sorts names: numbers by their value, `_` before all else (style guide, "Sorting").
pub(super) fn sort_key(name: &str) -> String {
    let mut key = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (part, after) = rest.split_at(if digits == 0 { first.len_utf8() } else { digits });
        match part {
            "_" => key.push('\u{1}'),
            _ if digits == 0 => key.push_str(part),
            _ => key.push_str(&format!("{:0>20}", part.trim_start_matches('0'))),
        }
        rest = after;
    }
    key
}

/// Names that are given out once.
#[derive(Debug, Default, Clone)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// Names that nobody gets.
    pub(super) fn with(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Takes a name that is somebody's already.
    pub(super) fn keep(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// The first wish that is free, else the first one with a number.
    pub(super) fn give(&mut self, wishes: &[String]) -> String {
        let free = wishes.iter().find(|wish| self.is_free(wish)).cloned();
        let name = free.unwrap_or_else(|| self.numbered(wishes.first().map_or("unnamed", String::as_str)));
        self.0.insert(name.clone());
        name
    }

    fn numbered(&self, wish: &str) -> String {
        let separator = if wish.starts_with(char::is_uppercase) || wish.ends_with('_') { "" } else { "_" };
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
            ("HTTPServer", "http_server"),
            ("CustomerID", "customer_id"),
            ("UserIDs", "user_ids"),
            ("UserIDs_old", "user_ids_old"),
            ("ID", "id"),
            ("SKU2", "sku2"),
            ("camelCase", "camel_case"),
            ("rowguid", "rowguid"),
            ("status", "status"),
            ("boss", "boss"),
            ("it's", "its"),
        ];
        for (name, expected) in snakes {
            assert_eq!(snake(name), expected, "{name}");
        }
        assert_eq!(pascal("order_details"), "OrderDetails");
        assert_eq!(pascal("2fa"), "N2fa");
    }

    #[test]
    fn labels_become_variants_that_can_be_read() {
        let of =
            |labels: &[&str]| variants(&labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["PG-13", "in progress", "", "2nd"]), ["Pg13", "InProgress", "Empty", "N2nd"]);
        assert_eq!(of(&["A+", "A-", "O"]), ["APlus", "AMinus", "O"]);
        assert_eq!(
            of(&["so so", "SO SO", "<", ">=", "§"]),
            ["SoSo", "SoSo2", "Less", "GreaterEqual", "Unnamed"]
        );
    }

    #[test]
    fn names_are_sorted_as_rustfmt_sorts_them() {
        let mut names = ["film2", "film10", "film_actor", "film", "films"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["film", "film_actor", "film2", "film10", "films"]);
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
