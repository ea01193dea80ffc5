//! The tree of an expression, and the text in which equal trees are equal.

use crate::token::{Token, text_value};

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
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
    pub(super) fn of(operator: &str, operands: Vec<Self>) -> Self {
        Self::Of(operator.to_owned(), operands)
    }

    /// The text in which equal trees are equal.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Text(text) => format!("{:?}", moment(text)),
            Self::Number(text) | Self::Word(text) => text.clone(),
            Self::Column(name) => format!("`{name}`"),
            Self::Array(items) => format!("[{}]", keys(items)),
            Self::Of(operator, operands) => format!("({operator} {})", keys(operands)),
        }
    }

    /// `AND` and `OR` of several are flat, as the server prints them.
    pub(super) fn flat(operator: &str, left: Self, right: Self) -> Self {
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
pub(super) fn comparison(left: Node, operator: &str, right: Node) -> Node {
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
pub(super) fn one_of(left: Node, mut items: Vec<Node>, negated: bool) -> Node {
    match (items.len(), negated) {
        (1, false) => Node::of("=", vec![left, items.remove(0)]),
        (1, true) => Node::of("<>", vec![left, items.remove(0)]),
        (_, false) => Node::of("in", vec![left, Node::Array(items)]),
        (_, true) => Node::of("not in", vec![left, Node::Array(items)]),
    }
}

/// The text of a literal; one whose form we do not read stays as it is written.
pub(super) fn text_node(token: &Token<'_>) -> Node {
    Node::Text(literal_value(token.text).unwrap_or_else(|| token.text.to_owned()))
}

/// The value of `'…'`, of `B'…'`, and of `E'…'` with the escapes of one letter.
pub(super) fn literal_value(text: &str) -> Option<String> {
    match text.as_bytes().first() {
        Some(b'b' | b'B') => text_value(&text[1..]),
        Some(b'e' | b'E') => unescaped(&text_value(&text[1..])?),
        Some(_) | None => text_value(text),
    }
}

/// Escapes of one letter (sql-syntax-lexical.html §4.1.2.2).
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                plain @ ('\\' | '\'' | '"') => plain,
                _ => return None,
            },
            other => other,
        });
    }
    Some(out)
}
