//! The tree of an expression, the text in which equal trees are equal, and the tokens that a dialect's grammar reads.
//!
//! A server prints conditions and defaults in its own way. Each dialect reads what was written and what is printed into
//! one tree, for comparing only; what it cannot read is compared by its tokens.

use std::ops::DerefMut;

use crate::token::{Rules, Token, TokenKind, significant};

/// Nested deeper than this, an expression is compared by its tokens.
const MAX_DEPTH: usize = 100;

/// What a grammar does not know; the reason does not matter, since tokens are compared instead.
#[derive(Debug)]
pub(crate) struct Unknown;

/// What a grammar has read.
pub(crate) type Parsed<T> = Result<T, Unknown>;

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A text literal's value.
    Text(String),
    /// A number in its one spelling.
    Number(String),
    /// `null`, `true`, `current_date`, …
    Word(String),
    /// A column's name.
    Column(String),
    /// `ARRAY[…]`
    Array(Vec<Node>),
    /// An operator, function or construct, and its operands.
    Of(String, Vec<Node>),
}

impl Node {
    pub(crate) fn of(operator: &str, operands: Vec<Self>) -> Self {
        Self::Of(operator.to_owned(), operands)
    }

    /// The text in which equal trees are equal.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Text(text) => format!("{:?}", moment(text)),
            Self::Number(text) | Self::Word(text) => text.clone(),
            Self::Column(name) => format!("`{name}`"),
            Self::Array(items) => format!("[{}]", keys(items)),
            Self::Of(operator, operands) => format!("({operator} {})", keys(operands)),
        }
    }

    /// `AND` and `OR` of several are flat, as the server prints them.
    pub(crate) fn flat(operator: &str, left: Self, right: Self) -> Self {
        let mut operands = Vec::new();
        for side in [left, right] {
            match side {
                Self::Of(inner, nested) if inner == operator => operands.extend(nested),
                other => operands.push(other),
            }
        }
        Self::of(operator, operands)
    }
}

/// `2020-01-01 00:00:00+00`, as the server prints a moment, is `2020-01-01`, as it may be written.
fn moment(text: &str) -> &str {
    let is_moment = text.len() > 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            0..10 => byte.is_ascii_digit(),
            _ => byte.is_ascii_digit() || b" :.+T".contains(&byte),
        });
    if !is_moment {
        return text;
    }
    let local = text.strip_suffix("+00").unwrap_or(text);
    let minutes = if local.len() == 19 { local.strip_suffix(":00").unwrap_or(local) } else { local };
    minutes.strip_suffix(" 00:00").unwrap_or(minutes)
}

fn keys(nodes: &[Node]) -> String {
    nodes.iter().map(Node::key).collect::<Vec<_>>().join(" ")
}

/// Two rows are equal when all their parts are, and printed so.
pub(crate) fn comparison(left: Node, operator: &str, right: Node) -> Node {
    match (left, right) {
        (Node::Of(row, left), Node::Of(other, right))
            if operator == "=" && row == "row" && other == "row" && left.len() == right.len() =>
        {
            let pairs = left.into_iter().zip(right);
            Node::of("and", pairs.map(|(left, right)| Node::of("=", vec![left, right])).collect())
        }
        (left, right) => Node::of(operator, vec![left, right]),
    }
}

/// `IN` of one item is printed as a comparison.
pub(crate) fn one_of(left: Node, mut items: Vec<Node>, negated: bool) -> Node {
    match (items.len(), negated) {
        (1, false) => Node::of("=", vec![left, items.remove(0)]),
        (1, true) => Node::of("<>", vec![left, items.remove(0)]),
        (_, false) => Node::of("in", vec![left, Node::Array(items)]),
        (_, true) => Node::of("not in", vec![left, Node::Array(items)]),
    }
}

/// What a dialect reads by precedence climbing: its operands, its operators, and how tightly they bind.
pub(crate) trait Grammar<'a>: DerefMut<Target = Cursor<'a>> {
    /// An operand, with the operators before it.
    fn prefix(&mut self) -> Parsed<Node>;

    /// What an operator, which is next, makes of what stands before it.
    fn infix(&mut self, left: Node, strength: u8) -> Parsed<Node>;

    /// How tightly a symbol binds; `None` for one that is no operator.
    fn symbol_strength(symbol: &str) -> Option<u8>;

    /// How tightly a word in lower case binds.
    fn word_strength(word: &str) -> Option<u8>;

    /// An expression of operators that bind more tightly than the weakest.
    fn expression(&mut self, weakest: u8) -> Parsed<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Unknown);
        }
        let mut left = self.prefix()?;
        while let Some(strength) = self.infix_strength().filter(|strength| *strength > weakest) {
            left = self.infix(left, strength)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// How tightly the next token binds to what stands before it: `NOT` as the word behind it.
    fn infix_strength(&self) -> Option<u8> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Symbol => Self::symbol_strength(token.text),
            TokenKind::Word => {
                let negated = self.peek_second().filter(|_| token.is_word("not"));
                Self::word_strength(&negated.unwrap_or(token).text.to_ascii_lowercase())
            }
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::Quoted
            | TokenKind::Text
            | TokenKind::Number => None,
        }
    }

    /// Expressions between commas, up to and with the closing symbol.
    fn list(&mut self, close: &str) -> Parsed<Vec<Node>> {
        let mut items = Vec::new();
        if self.take(close) {
            return Ok(items);
        }
        loop {
            items.push(self.expression(0)?);
            if self.take(close) {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }
}

/// The tokens of an expression, and the place that a grammar has reached.
pub(crate) struct Cursor<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(expression: &'a str, rules: &Rules) -> Parsed<Self> {
        Ok(Self { tokens: significant(expression, rules).map_err(|_| Unknown)?, at: 0, depth: 0 })
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.tokens.len()
    }

    pub(crate) fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at)
    }

    /// The token after the next one.
    pub(crate) fn peek_second(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at + 1)
    }

    pub(crate) fn next(&mut self) -> Parsed<Token<'a>> {
        let token = *self.peek().ok_or(Unknown)?;
        self.at += 1;
        Ok(token)
    }

    pub(crate) fn take(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == TokenKind::Symbol && token.text == symbol);
        self.at += usize::from(found);
        found
    }

    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is_word(word));
        self.at += usize::from(found);
        found
    }

    pub(crate) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.take(symbol) { Ok(()) } else { Err(Unknown) }
    }

    pub(crate) fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.take_word(word) { Ok(()) } else { Err(Unknown) }
    }
}
