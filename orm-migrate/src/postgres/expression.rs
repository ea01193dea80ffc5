//! A condition or default → a tree in which what PostgreSQL prints equals what was written.
//!
//! The server keeps a parse tree and prints it in its own way (`pg_get_expr`): `IN` as `= ANY (ARRAY[…])`, `BETWEEN` as
//! two comparisons, `LIKE` as `~~`, casts that it added itself, parentheses everywhere. The tree undoes that. It is for
//! comparing only; what it cannot read is compared by its tokens.

use std::ops::{Deref, DerefMut};

use super::{cast, split::RULES};
use crate::{
    expression::{Cursor, Grammar, Node, Parsed, Unknown, comparison, one_of},
    normalise::{Columns, number},
    token::TokenKind,
};

/// Reads a whole expression.
pub(super) fn parse(expression: &str, columns: Columns<'_>) -> Parsed<Node> {
    let mut parser = Parser { cursor: Cursor::new(expression, &RULES)?, columns };
    let node = parser.expression(0)?;
    if parser.is_at_end() { Ok(node) } else { Err(Unknown) }
}

/// How tightly operators bind (sql-syntax-lexical.html §4.1.6), loosest first.
mod binding {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const IS: u8 = 4;
    pub(super) const COMPARISON: u8 = 5;
    pub(super) const LIKE: u8 = 6;
    pub(super) const OTHER: u8 = 7;
    pub(super) const SUM: u8 = 8;
    pub(super) const PRODUCT: u8 = 9;
    pub(super) const POWER: u8 = 10;
    pub(super) const AT: u8 = 11;
    pub(super) const COLLATE: u8 = 12;
    pub(super) const SIGN: u8 = 13;
    pub(super) const SUBSCRIPT: u8 = 14;
    pub(super) const CAST: u8 = 15;
}

pub(super) struct Parser<'a> {
    cursor: Cursor<'a>,
    columns: Columns<'a>,
}

impl<'a> Deref for Parser<'a> {
    type Target = Cursor<'a>;

    fn deref(&self) -> &Cursor<'a> {
        &self.cursor
    }
}

impl<'a> DerefMut for Parser<'a> {
    fn deref_mut(&mut self) -> &mut Cursor<'a> {
        &mut self.cursor
    }
}

impl<'a> Grammar<'a> for Parser<'a> {
    fn prefix(&mut self) -> Parsed<Node> {
        if self.take_word("not") {
            return Ok(Node::of("not", vec![self.expression(binding::NOT - 1)?]));
        }
        if self.take("-") {
            return Ok(match self.expression(binding::SIGN - 1)? {
                Node::Number(digits) => Node::Number(number(&format!("-{digits}"))),
                other => Node::of("-", vec![other]),
            });
        }
        if self.take("+") {
            return self.expression(binding::SIGN - 1);
        }
        self.primary()
    }

    fn infix(&mut self, left: Node, strength: u8) -> Parsed<Node> {
        let token = self.next()?;
        if token.kind == TokenKind::Word {
            return self.infix_word(left, &token.text.to_ascii_lowercase());
        }
        match token.text {
            "::" => {
                let target = self.type_name()?;
                Ok(cast::cast(left, &target, &self.columns))
            }
            "[" => self.subscript(left),
            operator => self.operator(left, operator, strength),
        }
    }

    fn symbol_strength(symbol: &str) -> Option<u8> {
        Some(match symbol {
            "(" | ")" | "," | ";" | "]" | "." | ":" | ":=" | "=>" => return None,
            "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => binding::COMPARISON,
            "+" | "-" => binding::SUM,
            "*" | "/" | "%" => binding::PRODUCT,
            "^" => binding::POWER,
            "[" => binding::SUBSCRIPT,
            "::" => binding::CAST,
            _ => binding::OTHER,
        })
    }

    fn word_strength(word: &str) -> Option<u8> {
        Some(match word {
            "or" => binding::OR,
            "and" => binding::AND,
            "is" | "isnull" | "notnull" => binding::IS,
            "in" | "between" | "like" | "ilike" | "similar" => binding::LIKE,
            "at" => binding::AT,
            "collate" => binding::COLLATE,
            _ => return None,
        })
    }
}

impl<'a> Parser<'a> {
    fn infix_word(&mut self, left: Node, word: &str) -> Parsed<Node> {
        match word {
            "or" => Ok(Node::flat("or", left, self.expression(binding::OR)?)),
            "and" => Ok(Node::flat("and", left, self.expression(binding::AND)?)),
            "is" => self.is(left),
            "isnull" => Ok(Node::of("is null", vec![left])),
            "notnull" => Ok(Node::of("is not null", vec![left])),
            "at" => self.at_time_zone(left),
            "collate" => {
                let name = self.next()?.name().ok_or(Unknown)?;
                Ok(Node::of("collate", vec![left, Node::Word(name)]))
            }
            "not" => {
                let word = self.next()?.text.to_ascii_lowercase();
                self.matching(left, &word, true)
            }
            _ => self.matching(left, word, false),
        }
    }

    /// `IN`, `BETWEEN`, `LIKE` and their kind.
    fn matching(&mut self, left: Node, word: &str, negated: bool) -> Parsed<Node> {
        let pick = |plain, negative| if negated { negative } else { plain };
        match word {
            "in" => {
                self.expect("(")?;
                let items = self.list(")")?;
                Ok(one_of(left, items, negated))
            }
            "between" => self.between(left, negated),
            "like" => self.like(left, pick("~~", "!~~")),
            "ilike" => self.like(left, pick("~~*", "!~~*")),
            "similar" => {
                self.expect_word("to")?;
                let pattern = self.expression(binding::LIKE)?;
                Ok(Node::of(pick("~", "!~"), vec![left, Node::of("similar_to_escape()", vec![pattern])]))
            }
            _ => Err(Unknown),
        }
    }

    /// `a BETWEEN x AND y` is `a >= x AND a <= y` (functions-comparison.html).
    fn between(&mut self, left: Node, negated: bool) -> Parsed<Node> {
        let low = self.expression(binding::LIKE)?;
        self.expect_word("and")?;
        let high = self.expression(binding::LIKE)?;
        let (join, below, above) = if negated { ("or", "<", ">") } else { ("and", ">=", "<=") };
        Ok(Node::flat(join, Node::of(below, vec![left.clone(), low]), Node::of(above, vec![left, high])))
    }

    fn like(&mut self, left: Node, operator: &str) -> Parsed<Node> {
        let mut pattern = self.expression(binding::LIKE)?;
        if self.take_word("escape") {
            let escape = self.expression(binding::LIKE)?;
            pattern = Node::of("like_escape()", vec![pattern, escape]);
        }
        Ok(Node::of(operator, vec![left, pattern]))
    }

    fn is(&mut self, left: Node) -> Parsed<Node> {
        let not = if self.take_word("not") { "not " } else { "" };
        if self.take_word("distinct") {
            self.expect_word("from")?;
            let right = self.expression(binding::IS)?;
            return Ok(Node::of(&format!("is {not}distinct from"), vec![left, right]));
        }
        let word = self.next()?.text.to_ascii_lowercase();
        match word.as_str() {
            "null" | "true" | "false" | "unknown" => Ok(Node::of(&format!("is {not}{word}"), vec![left])),
            _ => Err(Unknown),
        }
    }

    /// Printed as written since 14, as `timezone(zone, value)` before.
    fn at_time_zone(&mut self, left: Node) -> Parsed<Node> {
        self.expect_word("time")?;
        self.expect_word("zone")?;
        let zone = self.expression(binding::AT)?;
        Ok(Node::of("timezone()", vec![zone, left]))
    }

    fn operator(&mut self, left: Node, operator: &str, strength: u8) -> Parsed<Node> {
        let operator = if operator == "!=" { "<>" } else { operator };
        for quantifier in ["any", "some", "all"] {
            if self.take_word(quantifier) {
                return self.quantified(left, operator, quantifier == "all");
            }
        }
        let right = self.expression(strength)?;
        Ok(comparison(left, operator, right))
    }

    /// `x = ANY (ARRAY[…])` is how `x IN (…)` is printed.
    fn quantified(&mut self, left: Node, operator: &str, all: bool) -> Parsed<Node> {
        self.expect("(")?;
        let right = self.expression(0)?;
        self.expect(")")?;
        match (right, operator, all) {
            (Node::Array(items), "=", false) => Ok(one_of(left, items, false)),
            (Node::Array(items), "<>", true) => Ok(one_of(left, items, true)),
            (right, _, true) => Ok(Node::of(&format!("{operator} all"), vec![left, right])),
            (right, _, false) => Ok(Node::of(&format!("{operator} any"), vec![left, right])),
        }
    }

    fn subscript(&mut self, left: Node) -> Parsed<Node> {
        let index = self.expression(0)?;
        self.expect("]")?;
        Ok(Node::of("[]", vec![left, index]))
    }

    /// `position(part IN whole)`: here IN is no operator.
    pub(super) fn position(&mut self) -> Parsed<Node> {
        let part = self.expression(binding::LIKE)?;
        self.expect_word("in")?;
        let whole = self.expression(binding::LIKE)?;
        self.expect(")")?;
        Ok(Node::of("position()", vec![part, whole]))
    }

    pub(super) fn columns(&self) -> Columns<'a> {
        self.columns
    }
}
