//! SHOW CREATE TABLE, taken apart: foreign keys may have to be said later.

use chrono::NaiveDate;

use super::{cleaned::without_counter, key, of};
use crate::{
    baseline::{Definition, Item, Part},
    dialect::Dialect,
    mysql::split::RULES,
    token::{Token, TokenKind, significant},
};

/// What is odd in the dates that are defaults ("SQL_MODE").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Dates {
    /// One has a month or a day of zero, such as `'0000-00-00 …'` and `'2010-00-15'`: NO_ZERO_DATE, NO_ZERO_IN_DATE.
    pub(super) zero: bool,
    /// One is in no calendar, such as `'2010-02-31'`: only ALLOW_INVALID_DATES takes it.
    pub(super) invalid: bool,
}

/// The dates that our own sessions refuse as defaults.
pub(super) fn dates(sql: &str) -> Dates {
    let tokens = significant(sql, &RULES).unwrap_or_default();
    let mut found = Dates::default();
    for pair in tokens.windows(2).filter(|pair| pair[0].is_word("DEFAULT") && pair[1].kind == TokenKind::Text)
    {
        if let Some((year, month, day)) = date(pair[1].text) {
            let has_zero = month == 0 || day == 0;
            found.zero |= has_zero;
            found.invalid |= !has_zero && NaiveDate::from_ymd_opt(year, month, day).is_none();
        }
    }
    found
}

/// Year, month and day with which a literal begins.
fn date(literal: &str) -> Option<(i32, u32, u32)> {
    let parts: Vec<_> = literal.trim_matches('\'').splitn(3, '-').collect();
    let [year, month, rest] = parts.as_slice() else { return None };
    let day = rest.get(..2).unwrap_or(rest);
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// Takes the text apart; one that has no list of columns stays whole.
pub(super) fn fill(table: &mut Definition, sql: &str) {
    let Some((head, items, tail)) = apart(sql) else {
        sql.clone_into(&mut table.head);
        return;
    };
    head.clone_into(&mut table.head);
    table.tail = without_counter(tail).trim_end().to_owned();
    let (name, own) = (table.name.clone(), table.key.clone());
    table.items = items.into_iter().map(|text| item(&name, &own, text)).collect();
}

/// The text up to its parenthesis, the items inside, and the text from the closing one on.
fn apart(sql: &str) -> Option<(&str, Vec<&str>, &str)> {
    let tokens = significant(sql, &RULES).ok()?;
    let open = tokens.iter().position(|token| token.text == "(")?;
    let (mut depth, mut items, mut start) = (0_usize, Vec::new(), tokens[open].end());
    for token in &tokens[open..] {
        match token.text {
            "(" => depth += 1,
            ")" if depth == 1 => {
                items.push(sql[start..token.start].trim());
                return Some((&sql[..tokens[open].end()], items, &sql[token.start..]));
            }
            ")" => depth -= 1,
            "," if depth == 1 => {
                items.push(sql[start..token.start].trim());
                start = token.end();
            }
            _ => {}
        }
    }
    None
}

/// A foreign key can be said later; it needs its target.
fn item(table: &str, own: &str, text: &str) -> Item {
    let tokens = significant(text, &RULES).unwrap_or_default();
    let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is_word(word));
    if !(is(0, "CONSTRAINT") && is(2, "FOREIGN")) {
        return Item::of(text);
    }
    let name = tokens.get(1).and_then(Token::name).unwrap_or_default();
    let mut apart = of("foreign key", &format!("{table}.{name}"));
    apart.head = format!("ALTER TABLE {} ADD {text}", Dialect::MariaDb.quote(table));
    apart.needs = [own.to_owned()].into();
    apart.needs.extend(target(&tokens));
    let part = Part { apart: Box::new(apart), text: text.to_owned() };
    Item { part: Some(part), ..Item::default() }
}

/// The table that a foreign key leads to; one of another database is there already.
fn target(tokens: &[Token<'_>]) -> Option<String> {
    let at = tokens.iter().position(|token| token.is_word("REFERENCES"))?;
    let is_elsewhere = tokens.get(at + 2).is_some_and(|token| token.text == ".");
    let name = tokens.get(at + 1).and_then(Token::name).filter(|_| !is_elsewhere)?;
    Some(key("table", &name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_our_sessions_refuse_are_known_and_other_texts_are_not() {
        let of = |default: &str| {
            let found = dates(&format!("`a` datetime DEFAULT {default}"));
            (found.zero, found.invalid)
        };
        for default in ["'0000-00-00'", "'0000-00-00 00:00:00'", "'2010-00-15'", "'2010-01-00 10:00:00.000'"]
        {
            assert_eq!(of(default), (true, false), "{default}");
        }
        for default in ["'2010-02-31'", "'2011-02-29 10:00:00'", "'2010-04-31 00:00:00.5'"] {
            assert_eq!(of(default), (false, true), "{default}");
        }
        for default in ["'2010-01-10'", "'2012-02-29'", "'a-00-00'", "'00'", "''", "'10-00'", "'é-é-é'"] {
            assert_eq!(of(default), (false, false), "{default}");
        }
        assert_eq!(dates("`a` int COMMENT '0000-00-00'"), Dates::default());
    }

    #[test]
    fn a_foreign_key_is_a_part_and_its_target_a_need() {
        let sql = "CREATE TABLE `a` (\n  `id` int COMMENT 'x, (y',\n  KEY `k` (`id`),\n  \
                   CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `b` (`id`)\n) ENGINE=InnoDB AUTO_INCREMENT=3";
        let mut table = of("table", "a");
        fill(&mut table, sql);
        assert_eq!(table.items.len(), 3);
        assert_eq!(table.tail, ") ENGINE=InnoDB");
        let part = table.items[2].part.as_ref().unwrap();
        assert_eq!(
            part.apart.head,
            "ALTER TABLE `a` ADD CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `b` (`id`)"
        );
        assert!(part.apart.needs.contains("table b"));
    }
}
