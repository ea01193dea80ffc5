//! Colors, or none.

use crate::{args::When, environment::Environment};

/// How words stand out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    colored: bool,
}

impl Style {
    /// As the words and the environment want it.
    pub(super) fn new(when: When, environment: &Environment) -> Self {
        let colored = match when {
            When::Auto => environment.stderr_is_terminal && !environment.no_color,
            When::Always => true,
            When::Never => false,
        };
        Self { colored }
    }

    /// A mistake.
    pub(super) fn error(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// What may be one.
    pub(super) fn warning(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    /// What to do, and where.
    pub(super) fn hint(self, text: &str) -> String {
        self.paint("1;36", text)
    }

    fn paint(self, color: &str, text: &str) -> String {
        if self.colored { format!("\u{1b}[{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
