//! A condition or default → a tree in which what MariaDB and MySQL print equals what was written.
//!
//! The server keeps a parse tree and prints that: names between backquotes, as few parentheses as it takes (MySQL: as
//! many as it can), one of several names of a function, `NOT` moved into the comparisons, `IN` of one value as `=`, `TRUE`
//! as 1, texts with the introducer of their character set. The tree undoes that.

use std::ops::{Deref, DerefMut};

use super::{negate, split::RULES};
use crate::{
    expression::{Cursor, Grammar, Node, Parsed, Unknown, one_of},
    normalise::{Columns, number},
    token::TokenKind,
};

/// Reads a whole expression.
pub(super) fn parse(expression: &str, columns: Columns<'_>) -> Parsed<Node> {
    let mut parser = Parser { cursor: Cursor::new(expression, &RULES)?, columns };
    let node = parser.expression(0)?;
    if parser.is_at_end() { Ok(node) } else { Err(Unknown) }
}

/// How tightly operators bind ("Operator Precedence"), loosest first.
mod binding {
    pub(super) const OR: u8 = 1;
    pub(super) const XOR: u8 = 2;
    pub(super) const AND: u8 = 3;
    pub(super) const NOT: u8 = 4;
    pub(super) const COMPARISON: u8 = 5;
    pub(super) const BIT_OR: u8 = 6;
    pub(super) const BIT_AND: u8 = 7;
    pub(super) const SHIFT: u8 = 8;
    pub(super) const SUM: u8 = 9;
    pub(super) const PRODUCT: u8 = 10;
    pub(super) const BIT_XOR: u8 = 11;
    pub(super) const SIGN: u8 = 12;
    pub(super) const COLLATE: u8 = 13;
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
            return Ok(negate::not(self.expression(binding::NOT - 1)?));
        }
        if self.take("!") {
            return Ok(negate::not(self.expression(binding::SIGN - 1)?));
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
        if self.take("~") {
            return Ok(Node::of("~", vec![self.expression(binding::SIGN - 1)?]));
        }
        self.primary()
    }

    fn infix(&mut self, left: Node, strength: u8) -> Parsed<Node> {
        let token = self.next()?;
        if token.kind == TokenKind::Word {
            return self.infix_word(left, &token.text.to_ascii_lowercase());
        }
        match token.text {
            "&&" => Ok(joined("and", left, self.expression(binding::AND)?)),
            // As long as sql_mode has no PIPES_AS_CONCAT, which ours never has.
            "||" => Ok(joined("or", left, self.expression(binding::OR)?)),
            "!=" => Ok(Node::of("<>", vec![left, self.expression(strength)?])),
            "%" => Ok(Node::of("mod", vec![left, self.expression(strength)?])),
            operator => Ok(Node::of(operator, vec![left, self.expression(strength)?])),
        }
    }

    fn symbol_strength(symbol: &str) -> Option<u8> {
        Some(match symbol {
            "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" | "<=>" => binding::COMPARISON,
            "&&" => binding::AND,
            "||" => binding::OR,
            "|" => binding::BIT_OR,
            "&" => binding::BIT_AND,
            "<<" | ">>" => binding::SHIFT,
            "+" | "-" => binding::SUM,
            "*" | "/" | "%" => binding::PRODUCT,
            "^" => binding::BIT_XOR,
            _ => return None,
        })
    }

    fn word_strength(word: &str) -> Option<u8> {
        Some(match word {
            "or" => binding::OR,
            "xor" => binding::XOR,
            "and" => binding::AND,
            "is" | "in" | "between" | "like" | "regexp" | "rlike" => binding::COMPARISON,
            "div" | "mod" => binding::PRODUCT,
            "collate" => binding::COLLATE,
            _ => return None,
        })
    }
}

impl<'a> Parser<'a> {
    pub(super) fn columns(&self) -> Columns<'a> {
        self.columns
    }

    fn infix_word(&mut self, left: Node, word: &str) -> Parsed<Node> {
        match word {
            "or" => Ok(joined("or", left, self.expression(binding::OR)?)),
            "and" => Ok(joined("and", left, self.expression(binding::AND)?)),
            "xor" => Ok(Node::of("xor", vec![left, self.expression(binding::XOR)?])),
            "div" | "mod" => Ok(Node::of(word, vec![left, self.expression(binding::PRODUCT)?])),
            "is" => self.is(left),
            "collate" => {
                let name = self.next()?.name().ok_or(Unknown)?.to_lowercase();
                Ok(Node::of("collate", vec![left, Node::Word(name)]))
            }
            "not" => {
                let word = self.next()?.text.to_ascii_lowercase();
                Ok(negate::not(self.matching(left, &word)?))
            }
            _ => self.matching(left, word),
        }
    }

    /// `IN`, `BETWEEN`, `LIKE` and `REGEXP`.
    fn matching(&mut self, left: Node, word: &str) -> Parsed<Node> {
        match word {
            "in" => {
                self.expect("(")?;
                Ok(one_of(left, self.list(")")?, false))
            }
            "between" => {
                let low = self.expression(binding::COMPARISON)?;
                self.expect_word("and")?;
                let high = self.expression(binding::COMPARISON)?;
                Ok(Node::of("between", vec![left, low, high]))
            }
            "like" => {
                let mut operands = vec![left, self.expression(binding::COMPARISON)?];
                if self.take_word("escape") {
                    operands.push(self.expression(binding::COMPARISON)?);
                }
                Ok(Node::of("like", operands))
            }
            "regexp" | "rlike" => Ok(Node::of("regexp", vec![left, self.expression(binding::COMPARISON)?])),
            _ => Err(Unknown),
        }
    }

    fn is(&mut self, left: Node) -> Parsed<Node> {
        let negated = self.take_word("not");
        let word = self.next()?.text.to_ascii_lowercase();
        let positive = match word.as_str() {
            "null" | "unknown" => Node::of("is null", vec![left]),
            "true" | "false" => Node::of(&format!("is {word}"), vec![left]),
            _ => return Err(Unknown),
        };
        Ok(if negated { negate::not(positive) } else { positive })
    }

    /// `position(part IN whole)`: here IN is no operator.
    pub(super) fn position(&mut self) -> Parsed<Vec<Node>> {
        let part = self.expression(binding::COMPARISON)?;
        self.expect_word("in")?;
        let whole = self.expression(binding::COMPARISON)?;
        self.expect(")")?;
        Ok(vec![part, whole])
    }
}

/// An operand of AND and OR is a truth value: a bare column is printed as `column <> 0`.
fn joined(operator: &str, left: Node, right: Node) -> Node {
    Node::flat(operator, truth(left), truth(right))
}

fn truth(node: Node) -> Node {
    match node {
        Node::Column(_) => Node::of("<>", vec![node, Node::Number("0".to_owned())]),
        other => other,
    }
}
