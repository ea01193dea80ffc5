//! A definition without what belongs to one server: who defined it, and the name of the database itself.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    mysql::split::RULES,
    token::{Rules, Token, TokenKind, significant},
};

/// Takes out of a definition what ties it to its database.
pub(super) struct Cleaner {
    /// The database.
    pub(super) database: String,
    /// What it holds, in lower case.
    pub(super) names: BTreeSet<String>,
}

impl Cleaner {
    /// The definition for a database of any name, and whoever runs it.
    pub(super) fn cleaned(&self, sql: &str, rules: &Rules) -> String {
        let Ok(tokens) = significant(sql, rules) else { return sql.to_owned() };
        let mut out: Vec<Range<usize>> = definer(&tokens).into_iter().collect();
        out.extend(self.qualifiers(&tokens));
        without(sql, &out)
    }

    /// `database`.`table` becomes `table`. An alias or a record of that name is followed by what is no object here.
    fn qualifiers(&self, tokens: &[Token<'_>]) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut after_dot = false;
        for (at, token) in tokens.iter().enumerate() {
            let is_here = token.name().is_some_and(|name| name == self.database);
            if is_here && !after_dot && self.leads_to_an_object(&tokens[at + 1..]) {
                out.push(token.start..tokens[at + 2].start);
            }
            after_dot = token.text == ".";
        }
        out
    }

    fn leads_to_an_object(&self, rest: &[Token<'_>]) -> bool {
        let [dot, name, ..] = rest else { return false };
        let is_deeper = rest.get(2).is_some_and(|next| next.text == "." || next.text == "(");
        dot.text == "."
            && name.name().is_some_and(|name| is_deeper || self.names.contains(&name.to_lowercase()))
    }
}

/// `DEFINER=`user`@`host` ` in the head of a definition.
fn definer(tokens: &[Token<'_>]) -> Option<Range<usize>> {
    const HEAD: usize = 12;
    let mut head = tokens.windows(2).take(HEAD);
    let at = head.position(|pair| pair[0].is_word("DEFINER") && pair[1].text == "=")?;
    let host = tokens.get(at + 3).is_some_and(|token| token.text == "@");
    let next = at + if host { 5 } else { 3 };
    Some(tokens[at].start..tokens.get(next)?.start)
}

/// The text without ranges of it, which don't overlap and come in order.
fn without(sql: &str, ranges: &[Range<usize>]) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut at = 0;
    for range in ranges {
        text.push_str(&sql[at..range.start]);
        at = range.end;
    }
    text + &sql[at..]
}

/// `AUTO_INCREMENT=n` of a table's options: rows count it up, and they are no part of the schema.
pub(super) fn without_counter(options: &str) -> String {
    let tokens = significant(options, &RULES).unwrap_or_default();
    let counter = tokens.windows(3).find(|three| {
        three[0].is_word("AUTO_INCREMENT") && three[1].text == "=" && three[2].kind == TokenKind::Number
    });
    let Some([word, _, number]) = counter else { return options.to_owned() };
    let next = tokens.iter().find(|token| token.start > number.start);
    let end = next.map_or(number.end(), |next| next.start);
    format!("{}{}", &options[..word.start], &options[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(sql: &str) -> String {
        let names = ["t".to_owned(), "v".to_owned()].into();
        Cleaner { database: "shop".to_owned(), names }.cleaned(sql, &RULES)
    }

    #[test]
    fn the_definer_goes_and_nothing_else_of_that_word() {
        assert_eq!(
            cleaned("CREATE ALGORITHM=MERGE DEFINER=`a``b`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1"),
            "CREATE ALGORITHM=MERGE SQL SECURITY DEFINER VIEW `v` AS select 1"
        );
        assert_eq!(cleaned("CREATE DEFINER=role PROCEDURE p() SELECT 1"), "CREATE PROCEDURE p() SELECT 1");
    }

    #[test]
    fn the_name_of_the_database_goes_where_it_qualifies_an_object() {
        assert_eq!(
            cleaned(
                "select `shop`.`t`.`a`, `shop`.`f`(1), 'shop.t' from `shop`.`t` join `other`.`t` join shop.T"
            ),
            "select `t`.`a`, `f`(1), 'shop.t' from `t` join `other`.`t` join T"
        );
    }

    #[test]
    fn an_alias_or_a_column_named_like_the_database_stays() {
        for sql in ["select `shop`.`id` from `t` `shop`", "select `t`.`shop` from `t`", "select other.shop.x"]
        {
            assert_eq!(cleaned(sql), sql);
        }
    }

    #[test]
    fn a_counter_goes_and_a_comment_that_speaks_of_one_stays() {
        assert_eq!(
            without_counter(") ENGINE=InnoDB AUTO_INCREMENT=17 COMMENT='AUTO_INCREMENT=5'"),
            ") ENGINE=InnoDB COMMENT='AUTO_INCREMENT=5'"
        );
        assert_eq!(without_counter(") ENGINE=InnoDB AUTO_INCREMENT=17"), ") ENGINE=InnoDB ");
        assert_eq!(without_counter(") COMMENT='AUTO_INCREMENT=5'"), ") COMMENT='AUTO_INCREMENT=5'");
    }
}
