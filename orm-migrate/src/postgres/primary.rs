//! The atoms of an expression: literals, columns, calls, `CASE`, and the names of types.

use super::{cast, expression::Parser, literal::text_node, types::canonical};
use crate::{
    expression::{Grammar, Node, Parsed, Unknown},
    normalise::number,
    token::{Token, TokenKind, unquoted},
};

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed<Node> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Text => Ok(text_node(&token)),
            TokenKind::Number => Ok(Node::Number(number(token.text))),
            TokenKind::Quoted => self.name(unquoted(token.text)),
            TokenKind::Word => self.word(&token),
            TokenKind::Symbol if token.text == "(" => self.parenthesis(),
            TokenKind::Symbol | TokenKind::Space | TokenKind::Comment => Err(Unknown),
        }
    }

    /// One expression in parentheses is itself; several are a row.
    fn parenthesis(&mut self) -> Parsed<Node> {
        let mut items = self.list(")")?;
        if items.len() == 1 { Ok(items.remove(0)) } else { Ok(Node::of("row", items)) }
    }

    fn word(&mut self, token: &Token<'_>) -> Parsed<Node> {
        let word = token.text.to_lowercase();
        match word.as_str() {
            "null" | "true" | "false" | "current_date" | "current_time" | "localtime" | "localtimestamp"
            | "current_user" | "session_user" => Ok(Node::Word(word)),
            "current_timestamp" => Ok(Node::of("now()", Vec::new())),
            "case" => self.case(),
            "cast" => self.cast_call(),
            "array" => {
                self.expect("[")?;
                Ok(Node::Array(self.list("]")?))
            }
            "select" | "exists" | "operator" | "row" | "distinct" => Err(Unknown),
            _ => self.name(word),
        }
    }

    /// A column, a call, or a literal after the name of its type: `interval '1 day'`.
    fn name(&mut self, first: String) -> Parsed<Node> {
        let (mut name, mut last) = (first.clone(), first);
        while self.take(".") {
            last = self.next()?.name().ok_or(Unknown)?;
            name = if name == "pg_catalog" { last.clone() } else { format!("{name}.{last}") };
        }
        if self.take("(") {
            return self.call(&name);
        }
        if let Some(literal) = self.peek().copied().filter(|token| token.kind == TokenKind::Text) {
            self.next()?;
            return Ok(cast::cast(text_node(&literal), &canonical(&name), &self.columns()));
        }
        // Conditions of a table know only its own columns, so the qualifier says nothing.
        Ok(Node::Column(last))
    }

    fn call(&mut self, name: &str) -> Parsed<Node> {
        match name {
            "trim" => return self.trim(),
            "position" => return self.position(),
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
        Ok(Node::of(&format!("{name}()"), arguments))
    }

    /// `trim(name)` is printed as `TRIM(BOTH FROM name)`, and means `btrim(name)`.
    fn trim(&mut self) -> Parsed<Node> {
        let sides = [("both", "btrim()"), ("leading", "ltrim()"), ("trailing", "rtrim()")];
        let side = sides.into_iter().find(|(word, _)| self.take_word(word));
        let function = side.map_or("btrim()", |(_, function)| function);
        if self.take_word("from") {
            return Ok(Node::of(function, self.list(")")?));
        }
        let first = self.expression(0)?;
        if self.take_word("from") {
            let mut arguments = self.list(")")?;
            arguments.push(first);
            return Ok(Node::of(function, arguments));
        }
        let mut arguments = vec![first];
        if self.take(",") {
            arguments.extend(self.list(")")?);
        } else {
            self.expect(")")?;
        }
        Ok(Node::of(function, arguments))
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
            // The server prints an ELSE NULL that nobody wrote.
            let otherwise = self.expression(0)?;
            if otherwise != Node::Word("null".to_owned()) {
                parts.push(Node::of("else", vec![otherwise]));
            }
        }
        self.expect_word("end")?;
        Ok(Node::of("case", parts))
    }

    fn cast_call(&mut self) -> Parsed<Node> {
        self.expect("(")?;
        let value = self.expression(0)?;
        self.expect_word("as")?;
        let target = self.type_name()?;
        self.expect(")")?;
        Ok(cast::cast(value, &target, &self.columns()))
    }

    /// The canonical name of the type that stands here.
    pub(super) fn type_name(&mut self) -> Parsed<String> {
        let mut name = self.type_word()?;
        while self.take(".") {
            let part = self.type_word()?;
            name = if name == "pg_catalog" { part } else { format!("{name}.{part}") };
        }
        for second in ["varying", "precision"] {
            if self.take_word(second) {
                name = format!("{name} {second}");
            }
        }
        if self.take("(") {
            name.push_str(&self.modifiers()?);
        }
        for zone in ["with", "without"] {
            if self.take_word(zone) {
                self.expect_word("time")?;
                self.expect_word("zone")?;
                name = format!("{name} {zone} time zone");
            }
        }
        while self.take("[") {
            self.expect("]")?;
            name.push_str("[]");
        }
        Ok(canonical(&name))
    }

    fn type_word(&mut self) -> Parsed<String> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Word => Ok(token.text.to_lowercase()),
            TokenKind::Quoted => Ok(token.text.to_owned()),
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::Text
            | TokenKind::Number
            | TokenKind::Symbol => Err(Unknown),
        }
    }

    fn modifiers(&mut self) -> Parsed<String> {
        let mut text = String::from("(");
        loop {
            let token = self.next()?;
            text.push_str(token.text);
            if token.text == ")" {
                return Ok(text);
            }
        }
    }
}
