//! The atoms of an expression: literals, columns, calls, `CASE`, and casts.

use super::{expression::Parser, text};
use crate::{
    expression::{Grammar, Node, Parsed, Unknown},
    normalise::number,
    token::{Token, TokenKind, unquoted},
};

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed<Node> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Text => self.texts(&token),
            TokenKind::Number => Ok(Node::Number(number(token.text))),
            TokenKind::Quoted => self.name(unquoted(token.text)),
            TokenKind::Word => self.word(&token),
            TokenKind::Symbol if token.text == "(" => self.parenthesis(),
            TokenKind::Symbol | TokenKind::Space | TokenKind::Comment => Err(Unknown),
        }
    }

    /// Texts that stand beside each other are one.
    fn texts(&mut self, first: &Token<'_>) -> Parsed<Node> {
        let Some(mut value) = text::value(first.text) else {
            return Ok(Node::Word(first.text.to_ascii_lowercase()));
        };
        while let Some(next) = self.peek().copied().filter(|token| token.kind == TokenKind::Text) {
            self.next()?;
            value.push_str(&text::value(next.text).ok_or(Unknown)?);
        }
        Ok(Node::Text(value))
    }

    /// One expression in parentheses is itself; several are a row.
    fn parenthesis(&mut self) -> Parsed<Node> {
        let mut items = self.list(")")?;
        if items.len() == 1 { Ok(items.remove(0)) } else { Ok(Node::of("row", items)) }
    }

    fn word(&mut self, token: &Token<'_>) -> Parsed<Node> {
        let word = token.text.to_lowercase();
        let follows = |kind: TokenKind| self.peek().is_some_and(|next| next.kind == kind);
        match word.as_str() {
            "true" => Ok(Node::Number("1".to_owned())),
            "false" => Ok(Node::Number("0".to_owned())),
            "null" => Ok(Node::Word(word)),
            "case" => self.case(),
            "cast" => self.cast(),
            "convert" => self.convert(),
            "binary" if self.peek().is_none_or(|next| next.text != "(") => {
                let value = self.primary()?;
                Ok(cast(value, "char charset binary"))
            }
            "interval" => self.interval(),
            "select" | "exists" | "row" | "distinct" | "match" => Err(Unknown),
            // `_utf8mb4'…'`, and `DATE'…'`: both sides of a comparison are of that type anyway.
            _ if follows(TokenKind::Text) && (word.starts_with('_') || is_moment(&word)) => self.primary(),
            _ => self.name(word),
        }
    }

    /// A column or a call.
    fn name(&mut self, first: String) -> Parsed<Node> {
        let mut last = first;
        while self.take(".") {
            last = self.next()?.name().ok_or(Unknown)?;
        }
        if self.take("(") {
            return self.call(&last.to_lowercase());
        }
        match clock(&last.to_lowercase()) {
            Some(function) if self.columns().named(&last).is_none() => Ok(Node::of(function, Vec::new())),
            // Conditions of a table know only its own columns, so the qualifier says nothing; columns know no case.
            _ => Ok(Node::Column(last.to_lowercase())),
        }
    }

    fn call(&mut self, name: &str) -> Parsed<Node> {
        match name {
            "trim" => return self.trim(),
            "position" => return Ok(Node::of("locate()", self.position()?)),
            _ => {}
        }
        let mut arguments = Vec::new();
        while !self.take(")") {
            arguments.push(self.expression(0)?);
            let more = self.take(",") || self.take_word("from") || self.take_word("for");
            if !more {
                self.expect(")")?;
                break;
            }
        }
        Ok(called(name, arguments))
    }

    fn trim(&mut self) -> Parsed<Node> {
        let side = ["both", "leading", "trailing"].into_iter().find(|word| self.take_word(word));
        let mut arguments = vec![Node::Word(side.unwrap_or("both").to_owned()), self.expression(0)?];
        if self.take_word("from") {
            arguments.push(self.expression(0)?);
        }
        self.expect(")")?;
        Ok(Node::of("trim()", arguments))
    }

    fn case(&mut self) -> Parsed<Node> {
        let mut parts = Vec::new();
        if !self.peek().is_some_and(|token| token.is_word("when")) {
            parts.push(Node::of("of", vec![self.expression(0)?]));
        }
        while self.take_word("when") {
            let condition = self.expression(0)?;
            self.expect_word("then")?;
            parts.push(Node::of("when", vec![condition, self.expression(0)?]));
        }
        if self.take_word("else") {
            parts.push(Node::of("else", vec![self.expression(0)?]));
        }
        self.expect_word("end")?;
        Ok(Node::of("case", parts))
    }

    /// `interval 1 day`
    fn interval(&mut self) -> Parsed<Node> {
        let value = self.expression(0)?;
        let unit = self.next()?.text.to_ascii_lowercase();
        Ok(Node::of("interval", vec![value, Node::Word(unit)]))
    }

    fn cast(&mut self) -> Parsed<Node> {
        self.expect("(")?;
        let value = self.expression(0)?;
        self.expect_word("as")?;
        let target = self.target()?;
        Ok(cast(value, &target))
    }

    fn convert(&mut self) -> Parsed<Node> {
        self.expect("(")?;
        let value = self.expression(0)?;
        if self.take_word("using") {
            let target = self.target()?;
            return Ok(Node::of("convert using", vec![value, Node::Word(target)]));
        }
        self.expect(",")?;
        let target = self.target()?;
        Ok(cast(value, &target))
    }

    /// The words of a type, up to and with the closing parenthesis.
    fn target(&mut self) -> Parsed<String> {
        let mut text = String::new();
        let mut depth = 0_usize;
        loop {
            let token = self.next()?;
            match token.text {
                ")" if depth == 0 => return Ok(text),
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if !text.is_empty() && token.kind == TokenKind::Word {
                text.push(' ');
            }
            text.push_str(&token.text.to_ascii_lowercase());
        }
    }
}

/// A cast to text is printed with the character set of the session.
fn cast(value: Node, target: &str) -> Node {
    let target = target.replace("character set", "charset").replace(" integer", "");
    let target = target.strip_suffix(" charset utf8mb4 binary").unwrap_or(&target);
    let target = target.strip_suffix(" charset utf8mb4").unwrap_or(target);
    Node::of("cast", vec![value, Node::Word(target.to_owned())])
}

fn is_moment(word: &str) -> bool {
    matches!(word, "date" | "time" | "timestamp")
}

/// The functions that may stand without parentheses.
fn clock(word: &str) -> Option<&'static str> {
    Some(match word {
        "current_timestamp" | "localtime" | "localtimestamp" => "current_timestamp()",
        "current_date" => "curdate()",
        "current_time" => "curtime()",
        "current_user" => "current_user()",
        "utc_date" => "utc_date()",
        "utc_time" => "utc_time()",
        "utc_timestamp" => "utc_timestamp()",
        _ => return None,
    })
}

/// A call under the name that the server prints.
fn called(name: &str, mut arguments: Vec<Node>) -> Node {
    match (name, arguments.len()) {
        ("instr", 2) => arguments.reverse(),
        ("isnull", 1) => return Node::of("is null", arguments),
        ("mod", 2) => return Node::of("mod", arguments),
        ("date", 1) => return cast(arguments.remove(0), "date"),
        ("date_add" | "adddate", 2) => return Node::of("+", arguments),
        ("date_sub" | "subdate", 2) => return Node::of("-", arguments),
        _ => {}
    }
    let name = match name {
        "length" => "octet_length",
        "lower" => "lcase",
        "upper" => "ucase",
        "substring" | "mid" => "substr",
        "character_length" => "char_length",
        "power" => "pow",
        "ceil" => "ceiling",
        "instr" => "locate",
        "now" | "current_timestamp" | "localtime" | "localtimestamp" => "current_timestamp",
        "current_date" => "curdate",
        "current_time" => "curtime",
        "day" => "dayofmonth",
        other => other,
    };
    Node::of(&format!("{name}()"), arguments)
}
