//! English: one and many. `orm_schema::naming` has the frozen rule for names of tables; this one only makes names of
//! structs and relations pleasant, and may get better.

/// Words of which the plural does not follow from the rules: many and one. The end of a longer word counts as well, so
/// `grandchildren` is one `grandchild`.
const IRREGULAR: &[(&str, &str)] = &[
    ("people", "person"),
    ("children", "child"),
    ("women", "woman"),
    ("feet", "foot"),
    ("mice", "mouse"),
    ("geese", "goose"),
    ("teeth", "tooth"),
    ("indices", "index"),
    ("vertices", "vertex"),
    ("matrices", "matrix"),
    ("appendices", "appendix"),
    ("analyses", "analysis"),
    ("diagnoses", "diagnosis"),
    ("hypotheses", "hypothesis"),
    ("theses", "thesis"),
    ("crises", "crisis"),
    ("criteria", "criterion"),
    ("quizzes", "quiz"),
    ("leaves", "leaf"),
    ("shelves", "shelf"),
    ("halves", "half"),
    ("wolves", "wolf"),
    ("knives", "knife"),
    ("wives", "wife"),
    ("thieves", "thief"),
    ("movies", "movie"),
    ("cookies", "cookie"),
    ("calories", "calorie"),
    ("zombies", "zombie"),
    ("aliases", "alias"),
    ("biases", "bias"),
    ("canvases", "canvas"),
    ("atlases", "atlas"),
    ("caches", "cache"),
    ("niches", "niche"),
    ("headaches", "headache"),
    ("shoes", "shoe"),
    ("canoes", "canoe"),
    ("menus", "menu"),
    ("lenses", "lens"),
    ("excuses", "excuse"),
];

/// As [`IRREGULAR`], but only for the whole word: their letters end other words, too.
const WHOLE: &[(&str, &str)] = &[
    ("men", "man"),
    ("workmen", "workman"),
    ("salesmen", "salesman"),
    ("axes", "axis"),
    ("lives", "life"),
    ("selves", "self"),
    ("gases", "gas"),
    ("uses", "use"),
    ("fuses", "fuse"),
    ("toes", "toe"),
    ("apis", "api"),
    ("wikis", "wiki"),
    ("taxis", "taxi"),
    ("emojis", "emoji"),
    ("ids", "id"),
    ("ips", "ip"),
    ("ads", "ad"),
    ("pies", "pie"),
    ("ties", "tie"),
    ("lies", "lie"),
];

/// Words that are one and many.
const BOTH: &[&str] = &[
    "aircraft",
    "analytics",
    "chassis",
    "data",
    "equipment",
    "feedback",
    "fish",
    "hardware",
    "headquarters",
    "information",
    "logistics",
    "media",
    "metadata",
    "money",
    "news",
    "police",
    "series",
    "sheep",
    "software",
    "species",
    "staff",
    "stuff",
    "traffic",
    "weather",
];

/// Words that end in `s` and are one.
const ONE: &[&str] =
    &["alias", "atlas", "bias", "canvas", "chaos", "cosmos", "gas", "lens", "pos", "sms", "dns"];

/// The last word in the singular: `order_lines` → `order_line`.
pub(super) fn singular(snake: &str) -> String {
    with_last(snake, one)
}

/// The last word in the plural: `order_line` → `order_lines`.
pub(super) fn plural(snake: &str) -> String {
    with_last(snake, many)
}

fn with_last(snake: &str, change: impl Fn(&str) -> String) -> String {
    match snake.rsplit_once('_') {
        Some((start, last)) => format!("{start}_{}", change(last)),
        None => change(snake),
    }
}

fn one(word: &str) -> String {
    if BOTH.contains(&word) || ONE.contains(&word) {
        return word.to_owned();
    }
    let whole = WHOLE.iter().find(|(many, _)| *many == word).map(|(_, one)| (*one).to_owned());
    whole.or_else(|| swapped(word, IRREGULAR)).unwrap_or_else(|| one_by_rule(word))
}

fn one_by_rule(word: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let cut = |count: usize| {
        let kept = word.chars().count().saturating_sub(count);
        word.chars().take(kept).collect::<String>()
    };
    match () {
        () if word.chars().count() < 4 || !ends(&["s"]) || ends(&["ss", "us", "is"]) => word.to_owned(),
        () if ends(&["ies"]) => format!("{}y", cut(3)),
        () if ends(&["sses", "shes", "ches", "xes", "zzes", "oes"]) => cut(2),
        // `houses`, `clauses`, `causes`; but `statuses`, `buses`, `bonuses`.
        () if ends(&["uses"]) && !ends(&["ouses", "auses"]) => cut(2),
        () => cut(1),
    }
}

fn many(word: &str) -> String {
    // What ends like a verb has no plural: `following`, `followed`.
    if BOTH.contains(&word) || word.len() > 4 && (word.ends_with("ing") && is_gerund(word)) {
        return word.to_owned();
    }
    let irregular = WHOLE.iter().find(|(_, one)| *one == word).map(|(many, _)| (*many).to_owned());
    irregular.or_else(|| plural_of_irregular(word)).unwrap_or_else(|| many_by_rule(word))
}

/// Of `-ing` these are no things of which there are several.
fn is_gerund(word: &str) -> bool {
    ["following", "pending", "incoming", "outgoing"].contains(&word)
}

fn plural_of_irregular(word: &str) -> Option<String> {
    // `indexes` is what databases call them.
    if word.ends_with("index") {
        return Some(format!("{word}es"));
    }
    IRREGULAR.iter().find_map(|(many, one)| word.strip_suffix(one).map(|start| format!("{start}{many}")))
}

fn many_by_rule(word: &str) -> String {
    let stem = |count: usize| word.get(..word.len() - count).unwrap_or(word);
    match word {
        _ if word.ends_with("ed") && word.len() > 4 && !word.ends_with("eed") => word.to_owned(),
        _ if ["hero", "potato", "tomato", "echo", "veto"].contains(&word) => format!("{word}es"),
        _ if word.ends_with("sis") => format!("{}es", stem(2)),
        _ => orm_schema::naming::plural(word),
    }
}

/// `grandchildren` → `grandchild`
fn swapped(word: &str, pairs: &[(&str, &str)]) -> Option<String> {
    pairs.iter().find_map(|(many, one)| word.strip_suffix(many).map(|start| format!("{start}{one}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_made_one() {
        let pairs = [
            ("users", "user"),
            ("order_lines", "order_line"),
            ("categories", "category"),
            ("addresses", "address"),
            ("emailaddresses", "emailaddress"),
            ("boxes", "box"),
            ("branches", "branch"),
            ("caches", "cache"),
            ("status", "status"),
            ("statuses", "status"),
            ("news", "news"),
            ("reviews", "review"),
            ("people", "person"),
            ("salespeople", "salesperson"),
            ("bus", "bus"),
            ("buses", "bus"),
            ("bonuses", "bonus"),
            ("analysis", "analysis"),
            ("analyses", "analysis"),
            ("houses", "house"),
            ("clauses", "clause"),
            ("databases", "database"),
            ("purchases", "purchase"),
            ("exercises", "exercise"),
            ("sales", "sale"),
            ("photos", "photo"),
            ("heroes", "hero"),
            ("archives", "archive"),
            ("leaves", "leaf"),
            ("series", "series"),
            ("data", "data"),
            ("metadata", "metadata"),
            ("media", "media"),
            ("ids", "id"),
            ("menus", "menu"),
            ("specimen", "specimen"),
            ("indices", "index"),
            ("indexes", "index"),
            ("class", "class"),
            ("tbl_users", "tbl_user"),
        ];
        for (plural, expected) in pairs {
            assert_eq!(singular(plural), expected, "{plural}");
        }
    }

    #[test]
    fn the_last_word_is_made_many() {
        let pairs = [
            ("child", "children"),
            ("person", "people"),
            ("sales_person", "sales_people"),
            ("staff", "staff"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("index", "indexes"),
            ("analysis", "analyses"),
            ("history", "histories"),
            ("day", "days"),
            ("news", "news"),
            ("man", "men"),
            ("german", "germans"),
            ("hero", "heroes"),
            ("photo", "photos"),
            ("followed", "followed"),
            ("following", "following"),
            ("building", "buildings"),
            ("feed", "feeds"),
            ("invoice_line", "invoice_lines"),
            ("quiz", "quizzes"),
            ("half", "halves"),
        ];
        for (single, expected) in pairs {
            assert_eq!(plural(single), expected, "{single}");
        }
    }
}
