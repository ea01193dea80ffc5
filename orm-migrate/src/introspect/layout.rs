//! Attributes laid out as rustfmt would.
//!
//! rustfmt lays out what is written like an ordinary attribute (reference, "Meta item attribute syntax"): words,
//! literals, `word = literal` and lists of them. Everything else, `belongs_to(author: User)` say, it leaves as it is.

use syn::{
    Ident, Lit, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    token::Paren,
};

/// What rustfmt lets a list have on one line (`attr_fn_like_width`).
const LIST_WIDTH: usize = 70;

/// What a line may have (`max_width`).
const LINE_WIDTH: usize = 100;

/// A word that rustfmt lays out.
enum Node {
    /// A word, a literal or `word = literal`.
    Leaf(String),
    /// `word(…)`
    List(String, Vec<Node>),
}

/// One `#[orm(…)]` where it is short, else one for each word.
pub(super) fn attributes(words: &[String], indent: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let joined = words.join(", ");
    if joined.chars().count() <= LIST_WIDTH {
        return format!("{indent}#[orm({joined})]\n");
    }
    words.iter().map(|word| attribute(word, indent)).collect()
}

/// An attribute of its own for a word.
pub(super) fn attribute(word: &str, indent: &str) -> String {
    match node.parse_str(word) {
        Ok(node) => {
            let whole = Node::List("orm".to_owned(), vec![node]);
            format!("{indent}#[{}]\n", whole.laid_out(indent, indent.len() + "#[".len(), "]".len()))
        }
        Err(_) => format!("{indent}#[orm({word})]\n"),
    }
}

fn node(input: ParseStream<'_>) -> syn::Result<Node> {
    // `true` and `false` are literals and words.
    if input.peek(Lit) && !input.peek(Ident::peek_any) {
        return Ok(Node::Leaf(text(&input.parse::<Lit>()?)));
    }
    let word = input.call(Ident::parse_any)?.to_string();
    if input.peek(Paren) {
        let inside;
        syn::parenthesized!(inside in input);
        let nodes = Punctuated::<Node, Token![,]>::parse_terminated_with(&inside, node)?;
        return Ok(Node::List(word, nodes.into_iter().collect()));
    }
    if input.parse::<Option<Token![=]>>()?.is_some() {
        return Ok(Node::Leaf(format!("{word} = {}", text(&input.parse::<Lit>()?))));
    }
    Ok(Node::Leaf(word))
}

fn text(literal: &Lit) -> String {
    quote::ToTokens::to_token_stream(literal).to_string()
}

impl Node {
    fn on_one_line(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::List(word, nodes) => {
                let nodes: Vec<_> = nodes.iter().map(Self::on_one_line).collect();
                format!("{word}({})", nodes.join(", "))
            }
        }
    }

    /// Whether rustfmt would have it on one line, were the line endless.
    fn is_short(&self) -> bool {
        let Self::List(_, nodes) = self else { return true };
        let inside = nodes.iter().map(|node| node.on_one_line().chars().count() + 2).sum::<usize>();
        nodes.iter().all(Self::is_short) && (nodes.len() < 2 || inside <= LIST_WIDTH + 2)
    }

    /// Its text, where `before` stands before it on the line and `after` behind it.
    fn laid_out(&self, indent: &str, before: usize, after: usize) -> String {
        let line = self.on_one_line();
        let fits = before + line.chars().count() + after <= LINE_WIDTH;
        match self {
            Self::Leaf(_) => line,
            Self::List(..) if self.is_short() && fits => line,
            // A list in a list alone begins on its line.
            Self::List(word, nodes) if matches!(nodes.as_slice(), [Self::List(..)]) => {
                let inside =
                    nodes.iter().map(|node| node.laid_out(indent, before + word.len() + 1, after + 1));
                format!("{word}({})", inside.collect::<String>())
            }
            Self::List(word, nodes) => {
                let deeper = format!("{indent}    ");
                let lines: Vec<_> = nodes
                    .iter()
                    .map(|node| format!("{deeper}{}", node.laid_out(&deeper, deeper.len(), 1)))
                    .collect();
                format!("{word}(\n{}\n{indent})", lines.join(",\n"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_broken_where_rustfmt_breaks_them() {
        let long = "x".repeat(80);
        assert_eq!(attribute("index(a, b desc)", "    "), "    #[orm(index(a, b desc))]\n");
        assert_eq!(attribute(&format!("type = \"{long}\""), ""), format!("#[orm(type = \"{long}\")]\n"));
        assert_eq!(
            attribute(&format!("type = \"{long}{long}\""), "    "),
            format!("    #[orm(\n        type = \"{long}{long}\"\n    )]\n")
        );
        assert_eq!(
            attribute(&format!("check(\"{long}\", name = \"c\")"), ""),
            format!("#[orm(check(\n    \"{long}\",\n    name = \"c\"\n))]\n")
        );
        assert_eq!(
            attribute(&format!("index(expr(\"{long}\"), unique, where = \"true\")"), ""),
            format!("#[orm(index(\n    expr(\"{long}\"),\n    unique,\n    where = \"true\"\n))]\n")
        );
        // What is no ordinary attribute stays on its line.
        let relation = format!("belongs_to(author: User, name = \"{long}\")");
        assert_eq!(attribute(&relation, ""), format!("#[orm({relation})]\n"));
    }
}
