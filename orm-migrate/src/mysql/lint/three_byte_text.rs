//! utf8 that is none.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A character set that holds no emoji.
pub(crate) const RULE: Rule = Rule {
    code: "L510",
    name: "three-byte-text",
    level: Level::Caution,
    title: "a character set that holds no emoji",
    why: "`utf8` means `utf8mb3` here, which takes no character of four bytes: an INSERT with one fails, \
        or is cut where the server is not strict.",
    fix: "use `utf8mb4`",
    silent: "of `utf8mb4`",
    sources: &[
        "https://mariadb.com/kb/en/unicode/",
        "https://dev.mysql.com/doc/refman/8.0/en/charset-unicode-utf8mb3.html",
    ],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: "",
    bad: "CREATE TABLE t (a varchar(10)) CHARACTER SET utf8;",
    good: "CREATE TABLE t (a varchar(10)) CHARACTER SET utf8mb4;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let of_table = match fact {
        Fact::CreateTable { table, options, .. } => Some((table, options.as_str())),
        Fact::ConvertTable { table, how } => Some((table, how.as_str())),
        _ => None,
    };
    if let Some((table, _)) =
        of_table.filter(|(_, words)| charset(words).is_some_and(|charset| is_short(&charset)))
    {
        return Some(Hit::new(format!("texts of `{table}` take no character of four bytes")));
    }
    let columns = fact.new_columns_where(|column| column.charset.as_deref().is_some_and(is_short))?;
    Some(Hit::new(format!("texts of {columns} take no character of four bytes")))
}

fn is_short(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf8") || charset.eq_ignore_ascii_case("utf8mb3")
}

/// The word behind `CHARSET`, `CHARACTER SET`.
fn charset(options: &str) -> Option<String> {
    let options = options.to_ascii_lowercase().replace('=', " ");
    let words: Vec<&str> = options.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "charset" || *word == "set")?;
    words.get(at + 1).map(|word| word.trim_matches(['\'', '"', ';']).to_owned())
}
