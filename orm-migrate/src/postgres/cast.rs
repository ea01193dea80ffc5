//! Casts that the server adds or keeps where the user wrote none.

use crate::{
    expression::Node,
    normalise::{Columns, is_number, number},
};

/// `value::target`, without the cast where it says nothing that the types do not say already.
pub(super) fn cast(value: Node, target: &str, columns: &Columns<'_>) -> Node {
    match value {
        Node::Text(text) => literal(text, target),
        Node::Number(_) | Node::Array(_) => value,
        Node::Word(word) => Node::Word(word),
        Node::Column(name) if is_implicit(columns.native_type(&name), target) => Node::Column(name),
        Node::Of(operator, operands) if added_to_results(target) => Node::Of(operator, operands),
        Node::Column(_) | Node::Of(..) => Node::of("::", vec![value, Node::Word(target.to_owned())]),
    }
}

/// `'-1'::integer` is how the server prints `-1`.
fn literal(text: String, target: &str) -> Node {
    if let Some(items) = array_items(&text, target) {
        return Node::Array(items);
    }
    if rank(target).is_some() && is_number(&text) {
        return Node::Number(number(&text));
    }
    match (target, text.as_str()) {
        ("boolean", "t" | "true") => Node::Word("true".to_owned()),
        ("boolean", "f" | "false") => Node::Word("false".to_owned()),
        _ => Node::Text(text),
    }
}

/// `'{a,b}'::text[]` is the same array as `ARRAY['a', 'b']`; one with quotes in it stays a text.
fn array_items(text: &str, target: &str) -> Option<Vec<Node>> {
    let element = target.strip_suffix("[]")?;
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['"', '\\', '{']) {
        return None;
    }
    let items = inner.split(',').filter(|item| !item.is_empty());
    Some(items.map(|item| literal(item.to_owned(), element)).collect())
}

/// Whether the server casts a column of type `from` to `to` on its own (pg_cast, context `i`).
fn is_implicit(from: Option<&str>, to: &str) -> bool {
    let Some(from) = from else { return false };
    match (rank(from), rank(to)) {
        (Some(narrow), Some(wide)) => narrow <= wide,
        (None, None) => is_text(from) && is_text(to) || is_moment(from) && is_moment(to),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The result of a call has a type we do not know; these are the casts that the server adds most.
fn added_to_results(target: &str) -> bool {
    is_text(target) || matches!(target, "numeric" | "double precision" | "text[]")
}

fn is_text(ty: &str) -> bool {
    matches!(ty, "text" | "bpchar" | "name" | "citext") || ty.starts_with("character")
}

fn is_moment(ty: &str) -> bool {
    ty == "date" || ty.starts_with("timestamp")
}

/// The order in which numbers are cast to one another.
fn rank(ty: &str) -> Option<u8> {
    let word = ty.split('(').next().unwrap_or(ty);
    ["smallint", "integer", "bigint", "numeric", "real", "double precision"]
        .iter()
        .position(|number| *number == word)
        .and_then(|rank| u8::try_from(rank).ok())
}
