//! Every mistake of one item, in the order in which it was found.

use proc_macro2::Span;

use super::source::Parsed;

/// The mistakes so far.
#[derive(Default)]
pub(super) struct Problems(Vec<syn::Error>);

impl Problems {
    /// Notes a mistake.
    pub(super) fn say(&mut self, span: Span, message: impl std::fmt::Display) {
        self.0.push(syn::Error::new(span, message));
    }

    /// Keeps what could be read; a mistake is noted.
    pub(super) fn keep<T>(&mut self, read: syn::Result<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.extend(error);
                None
            }
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// What a parse hands out.
    pub(super) fn parsed<T>(self, source: Option<T>) -> Parsed<T> {
        Parsed { source, errors: self.0 }
    }
}

/// The candidate that was probably meant: at most a third of the letters are wrong, as rustc has it.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = written.len().max(3) / 3;
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(written, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// `: did you mean …?` for the end of a message, or nothing.
pub(crate) fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(written, candidates).map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_with_the_fewest_wrong_letters() {
        assert_eq!(nearest("uniqe", ["index", "unique"]), Some("unique"));
        assert_eq!(nearest("emial", ["name", "email"]), Some("email"));
        assert_eq!(nearest("zebra", ["name", "email"]), None);
        assert_eq!(did_you_mean("colunm", ["column"]), ": did you mean `column`?");
        assert_eq!(did_you_mean("x", ["column"]), "");
    }
}
