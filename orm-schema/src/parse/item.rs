//! Reading one attribute's value, and lists of attributes that go on after a mistake.

use proc_macro2::{Span, TokenTree};
use syn::{
    Ident, LitInt, LitStr, Path, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    token::Paren,
};

use super::problems::{Problems, did_you_mean};

/// An attribute whose word has been read.
pub(super) struct Item<'a> {
    /// Its word.
    pub(super) word: &'a Ident,
    /// What follows the word.
    pub(super) input: ParseStream<'a>,
    /// Where mistakes go that don't make the whole attribute unreadable.
    pub(super) problems: &'a mut Problems,
}

impl Item<'_> {
    /// A word that stands alone.
    pub(super) fn flag(&self) -> syn::Result<Span> {
        self.flag_or("")
    }

    /// A word that stands alone; `instead` says what to write when it does not.
    pub(super) fn flag_or(&self, instead: &str) -> syn::Result<Span> {
        if at_end(self.input) {
            return Ok(self.word.span());
        }
        Err(syn::Error::new(self.input.span(), format!("`{}` takes nothing here{instead}", self.word)))
    }

    /// `word = value`.
    pub(super) fn value<V: Parse>(&self, example: &str) -> syn::Result<V> {
        self.equals(example)?;
        self.input.parse().map_err(|error| {
            syn::Error::new(error.span(), format!("{error}: write `{} = {example}`", self.word))
        })
    }

    /// `word = "text"`, not empty.
    pub(super) fn text(&self) -> syn::Result<LitStr> {
        let text: LitStr = self.value("\"…\"")?;
        if text.value().is_empty() {
            return Err(syn::Error::new(text.span(), format!("`{}` is empty", self.word)));
        }
        Ok(text)
    }

    /// `word = path::to::it`.
    pub(super) fn path(&self, example: &str) -> syn::Result<Path> {
        self.equals(example)?;
        self.input.call(Path::parse_mod_style)
    }

    /// `word = field`.
    pub(super) fn member(&self, example: &str) -> syn::Result<Ident> {
        self.equals(example)?;
        member(self.input)
    }

    /// `word = 12`.
    pub(super) fn number(&self) -> syn::Result<u32> {
        self.value::<LitInt>("100").and_then(|number| positive(&number))
    }

    /// `word = one_of_these`.
    pub(super) fn choice<C: Copy>(&self, choices: &[(&str, C)]) -> syn::Result<(Ident, C)> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.equals(&names.join("|"))?;
        let word = self.input.call(Ident::parse_any).map_err(|error| one_of(error.span(), &names))?;
        match choices.iter().find(|(name, _)| word == name) {
            Some(&(_, choice)) => Ok((word, choice)),
            None => {
                let text = word.to_string();
                let hint = did_you_mean(&text, names.iter().copied());
                let hint = if hint.is_empty() { format!(": one of {}", list(&names)) } else { hint };
                Err(syn::Error::new(word.span(), format!("unknown value `{text}`{hint}")))
            }
        }
    }

    /// `word(…)`: `read` gets what is between the parentheses.
    pub(super) fn arguments(
        &mut self,
        example: &str,
        read: impl FnOnce(ParseStream<'_>, &mut Problems) -> syn::Result<()>,
    ) -> syn::Result<()> {
        if !self.input.peek(Paren) {
            return Err(syn::Error::new(self.word.span(), format!("write `{}({example})`", self.word)));
        }
        let content;
        syn::parenthesized!(content in self.input);
        let result = read(&content, self.problems).and_then(|()| finished(&content));
        while !content.is_empty() && content.parse::<TokenTree>().is_ok() {}
        result
    }

    fn equals(&self, example: &str) -> syn::Result<()> {
        if self.input.peek(Token![=]) {
            return self.input.parse::<Token![=]>().map(drop);
        }
        Err(syn::Error::new(self.word.span(), format!("`{0}` needs a value: `{0} = {example}`", self.word)))
    }
}

/// A number above zero.
pub(super) fn positive(number: &LitInt) -> syn::Result<u32> {
    match number.base10_parse() {
        Ok(value) if value > 0 => Ok(value),
        Ok(_) => Err(syn::Error::new(number.span(), "expected a number above zero")),
        Err(error) => Err(error),
    }
}

/// The name of a field or relation; a keyword comes back as a raw identifier.
pub(super) fn member(input: ParseStream<'_>) -> syn::Result<Ident> {
    let ident = input
        .call(Ident::parse_any)
        .map_err(|error| syn::Error::new(error.span(), "expected the name of a field"))?;
    as_member(&ident)
}

/// The identifier as one may write it in Rust: `type` → `r#type`.
pub(super) fn as_member(ident: &Ident) -> syn::Result<Ident> {
    let text = ident.to_string();
    if syn::parse_str::<Ident>(&text).is_ok() {
        return Ok(ident.clone());
    }
    if ["self", "Self", "super", "crate", "_"].contains(&text.as_str()) {
        return Err(syn::Error::new(ident.span(), format!("`{text}` cannot be the name of a field")));
    }
    Ok(Ident::new_raw(&text, ident.span()))
}

/// The name as the database knows it: `r#type` → `type`.
pub(super) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// A path as it was written, without spaces.
pub(super) fn path_text(path: &Path) -> String {
    let leading = if path.leading_colon.is_some() { "::" } else { "" };
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    format!("{leading}{}", segments.join("::"))
}

/// The mistake, unless reading has said why nothing is there.
pub(super) fn nothing_there<T>(
    item: &Item<'_>,
    before: usize,
    span: Span,
    message: &str,
) -> syn::Result<Option<T>> {
    if item.problems.count() > before { Ok(None) } else { Err(syn::Error::new(span, message)) }
}

/// Reads a list between commas. A mistake costs one element; reading goes on after the next comma.
pub(super) fn each(
    input: ParseStream<'_>,
    problems: &mut Problems,
    mut read: impl FnMut(ParseStream<'_>, &mut Problems) -> syn::Result<()>,
) {
    while !input.is_empty() {
        let element = read(input, problems).and_then(|()| element_ends(input));
        if problems.keep(element).is_none() {
            skip_element(input);
        }
        if input.parse::<Option<Token![,]>>().is_err() {
            break;
        }
    }
}

/// `true` before a comma and at the end of the list.
pub(super) fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Leaves the rest of an element unread.
pub(super) fn skip_element(input: ParseStream<'_>) {
    while !at_end(input) && input.parse::<TokenTree>().is_ok() {}
}

fn element_ends(input: ParseStream<'_>) -> syn::Result<()> {
    if at_end(input) { Ok(()) } else { Err(syn::Error::new(next_span(input), "expected `,`")) }
}

fn finished(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { Err(syn::Error::new(next_span(input), "expected `)`")) }
}

/// The next token whole: `input.span()` is only its opening delimiter.
fn next_span(input: ParseStream<'_>) -> Span {
    input.fork().parse::<TokenTree>().map_or_else(|_| input.span(), |token| token.span())
}

fn one_of(span: Span, names: &[&str]) -> syn::Error {
    syn::Error::new(span, format!("expected one of {}", list(names)))
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
