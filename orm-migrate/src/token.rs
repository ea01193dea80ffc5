//! SQL text → tokens, by the rules of a dialect.
//!
//! It knows where a text, a quoted name or a comment ends, and nothing of grammar. Every byte of the input is in exactly
//! one token, so that a text can be put together again.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// White space.
    Space,
    /// `-- …` or `/* … */`
    Comment,
    /// A keyword or a name without quotes.
    Word,
    /// `"name"`, `` `name` `` or `[name]`
    Quoted,
    /// `'text'`, with its prefix, or `$$text$$`
    Text,
    /// `12`, `0.5`, `1e3`, `0xff`
    Number,
    /// An operator or punctuation.
    Symbol,
}

/// A piece of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// The input's own text.
    pub(crate) text: &'a str,
    /// The byte where it begins.
    pub(crate) start: usize,
}

impl Token<'_> {
    /// The byte after it.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is that keyword, in any case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that a word or a quoted name stands for, as written.
    pub(crate) fn name(&self) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(self.text.to_owned()),
            TokenKind::Quoted => Some(unquoted(self.text)),
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::Text
            | TokenKind::Number
            | TokenKind::Symbol => None,
        }
    }
}

/// How a dialect's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// `/* /* */ */` is one comment.
    pub(crate) nested_comments: bool,
    /// `$tag$ … $tag$`
    pub(crate) dollar_quotes: bool,
    /// A backslash escapes in `E'…'`.
    pub(crate) escape_texts: bool,
    /// A backslash escapes in every text.
    pub(crate) backslashes: bool,
    /// `"text"` is a text and no name.
    pub(crate) double_quoted_texts: bool,
    /// `` `name` `` is a quoted name.
    pub(crate) backquotes: bool,
    /// `[name]` is a quoted name.
    pub(crate) brackets: bool,
    /// `# …` is a comment; `--` begins one only before a space; `/*! … */` is none.
    pub(crate) hash_comments: bool,
    /// `DELIMITER $$` on a line says what ends a statement.
    pub(crate) delimiters: bool,
}

/// Something that begins and never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LexError {
    /// Where it begins.
    pub(crate) offset: usize,
    /// What it is.
    pub(crate) what: &'static str,
}

/// Operators of more than one character, longest first.
const OPERATORS: [&str; 33] = [
    "!~~*", "!~~", "!~*", "->>", "#>>", "~~*", "<=>", "<->", "<#>", "->", "#>", "#-", "@>", "<@", "~~", "!~",
    "~*", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "::", ":=", "=>", "&&", "?|", "?&", "@@", "@?",
];

/// Reads the whole text.
pub(crate) fn tokens<'a>(sql: &'a str, rules: &Rules) -> Result<Vec<Token<'a>>, LexError> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < sql.len() {
        let token = token_at(sql, start, rules)?;
        tokens.push(token);
        start = token.end();
    }
    Ok(tokens)
}

/// The token that begins at a byte of the text.
pub(crate) fn token_at<'a>(sql: &'a str, start: usize, rules: &Rules) -> Result<Token<'a>, LexError> {
    let (kind, length) = next(&sql[start..], rules).map_err(|what| LexError { offset: start, what })?;
    Ok(Token { kind, text: &sql[start..start + length], start })
}

/// The tokens that carry meaning.
pub(crate) fn significant<'a>(sql: &'a str, rules: &Rules) -> Result<Vec<Token<'a>>, LexError> {
    let mut tokens = tokens(sql, rules)?;
    tokens.retain(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment));
    Ok(tokens)
}

/// So many of the tokens that carry meaning, or those up to what never ends: what comes later may be read by other rules.
pub(crate) fn beginning<'a>(sql: &'a str, rules: &Rules, count: usize) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < sql.len() && tokens.len() < count {
        let Ok(token) = token_at(sql, start, rules) else { break };
        start = token.end();
        if !matches!(token.kind, TokenKind::Space | TokenKind::Comment) {
            tokens.push(token);
        }
    }
    tokens
}

/// The name inside quotes, its doubled quotes made single.
pub(crate) fn unquoted(text: &str) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    match text.as_bytes().first() {
        Some(b'"') => inner.replace("\"\"", "\""),
        Some(b'`') => inner.replace("``", "`"),
        Some(b'[') | Some(_) | None => inner.to_owned(),
    }
}

/// The value of `'text'`, its doubled quotes made single; `None` for other forms.
pub(crate) fn text_value(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.replace("''", "'"))
}

/// The kind and length of the token that `rest` begins with.
fn next(rest: &str, rules: &Rules) -> Result<(TokenKind, usize), &'static str> {
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_whitespace() {
        return Ok((TokenKind::Space, span(rest, char::is_whitespace)));
    }
    if begins_line_comment(rest, rules) {
        return Ok((TokenKind::Comment, rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        // What stands in it is run, so it is a statement's (MariaDB "Comment Syntax").
        let is_run = rules.hash_comments && (rest.starts_with("/*!") || rest.starts_with("/*M!"));
        let kind = if is_run { TokenKind::Symbol } else { TokenKind::Comment };
        return Ok((kind, block_comment(rest, rules)?));
    }
    if let Some(length) = text(rest, rules)? {
        return Ok((TokenKind::Text, length));
    }
    if let Some(length) = quoted(rest, rules)? {
        return Ok((TokenKind::Quoted, length));
    }
    Ok(plain(rest, first))
}

fn begins_line_comment(rest: &str, rules: &Rules) -> bool {
    match rest.strip_prefix("--") {
        Some(after) => !rules.hash_comments || after.is_empty() || after.starts_with(char::is_whitespace),
        None => rules.hash_comments && rest.starts_with('#'),
    }
}

fn plain(rest: &str, first: char) -> (TokenKind, usize) {
    let after_dot = rest[first.len_utf8()..].chars().next().is_some_and(|c| c.is_ascii_digit());
    if first.is_ascii_digit() || (first == '.' && after_dot) {
        return (TokenKind::Number, number(rest));
    }
    if is_word_start(first) {
        return (TokenKind::Word, span(rest, |c| is_word_start(c) || c.is_ascii_digit() || c == '$'));
    }
    let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
    (TokenKind::Symbol, operator.map_or(first.len_utf8(), |operator| operator.len()))
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || !c.is_ascii()
}

fn span(rest: &str, inside: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !inside(c)).unwrap_or(rest.len())
}

/// Digits, a point, an exponent; letters too, for `0xff`.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let exponent_sign =
            matches!(byte, b'+' | b'-') && matches!(bytes[end - 1], b'e' | b'E') && !rest.starts_with("0x");
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || exponent_sign {
            end += 1;
        } else {
            break;
        }
    }
    end
}

fn block_comment(rest: &str, rules: &Rules) -> Result<usize, &'static str> {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") && (depth == 0 || rules.nested_comments) {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Ok(at);
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    Err("the comment")
}

/// `'…'` with any prefix of letters that the dialects know, or a dollar quote.
fn text(rest: &str, rules: &Rules) -> Result<Option<usize>, &'static str> {
    if rules.dollar_quotes && rest.starts_with('$') {
        return dollar_quote(rest);
    }
    let bytes = rest.as_bytes();
    let prefix = match (bytes.first(), bytes.get(1), bytes.get(2)) {
        (Some(b'\''), _, _) => 0,
        (Some(b'"'), _, _) if rules.double_quoted_texts => 0,
        (Some(b'e' | b'E' | b'b' | b'B' | b'x' | b'X' | b'n' | b'N'), Some(b'\''), _) => 1,
        (Some(b'u' | b'U'), Some(b'&'), Some(b'\'')) => 2,
        _ => return Ok(None),
    };
    let backslash = rules.backslashes || (rules.escape_texts && matches!(bytes[0], b'e' | b'E'));
    closing(&bytes[prefix..], bytes[prefix], backslash).map(|length| Some(prefix + length)).ok_or("the text")
}

fn quoted(rest: &str, rules: &Rules) -> Result<Option<usize>, &'static str> {
    let bytes = rest.as_bytes();
    let close = match bytes.first() {
        Some(b'"') => b'"',
        Some(b'`') if rules.backquotes => b'`',
        Some(b'[') if rules.brackets => {
            return rest.find(']').map(|at| Some(at + 1)).ok_or("the quoted name");
        }
        _ => return Ok(None),
    };
    closing(bytes, close, false).map(Some).ok_or("the quoted name")
}

/// The length up to and with the closing quote; a doubled one does not close.
fn closing(bytes: &[u8], quote: u8, backslash: bool) -> Option<usize> {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        let is_doubled = byte == quote && bytes.get(at + 1) == Some(&quote);
        if is_doubled || (backslash && byte == b'\\') {
            at += 2;
        } else if byte == quote {
            return Some(at + 1);
        } else {
            at += 1;
        }
    }
    None
}

/// `$tag$ … $tag$`; `$1` is none.
fn dollar_quote(rest: &str) -> Result<Option<usize>, &'static str> {
    let tag_length = span(&rest[1..], |c| is_word_start(c) || c.is_ascii_digit());
    let starts_with_digit = rest[1..].starts_with(|c: char| c.is_ascii_digit());
    if starts_with_digit || !rest[1 + tag_length..].starts_with('$') {
        return Ok(None);
    }
    let tag = &rest[..tag_length + 2];
    rest[tag.len()..].find(tag).map(|at| Some(tag.len() * 2 + at)).ok_or("the dollar-quoted text")
}
