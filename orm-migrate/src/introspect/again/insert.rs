//! Where in a model new text goes, and how a person's own words give way to others.

use std::collections::BTreeMap;

use syn::{Fields, Visibility};

use super::{
    edit::{indent, line_end, line_start},
    rewrite::Model,
    words::{Place, UserWord, start},
};
use crate::introspect::layout::attribute;

impl Model<'_, '_> {
    /// Puts a field after another one, else first: as `text` in lines of its own, as `flat` in a line with others.
    pub(super) fn put_field(&mut self, before: Option<&syn::Field>, text: &str, flat: &str) {
        let (all, path) = (&self.file.text, &self.model.file);
        let flat = || flat.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_rest = |at: usize| {
            let rest = all[at..line_end(all, at)].trim();
            rest.is_empty() || rest.starts_with("//")
        };
        let first = self.model.item.fields.iter().next();
        match (before, first, &self.model.item.fields) {
            (Some(field), _, _) => {
                let end = self.file.range_of(field).end;
                let gap = all[end..].len() - all[end..].trim_start().len();
                let comma = all[end + gap..].starts_with(',').then_some(end + gap + 1);
                match (comma, is_rest(comma.unwrap_or(end))) {
                    (Some(at), true) => self.on.edits.insert(path, line_end(all, at), text),
                    (None, true) => {
                        // Several fields may follow the one that had no comma.
                        if self.commas.insert(end) {
                            self.on.edits.insert(path, end, ",");
                        }
                        self.on.edits.insert(path, line_end(all, end), text);
                    }
                    (Some(at), false) => self.on.edits.insert(path, at, format!(" {}", flat())),
                    (None, false) => {
                        self.on.edits.insert(path, end, format!(", {}", flat().trim_end_matches(',')));
                    }
                }
            }
            (None, Some(field), _) => {
                let at = start(self.file, field);
                let line = line_start(all, at);
                if all[line..at].trim().is_empty() {
                    self.on.edits.insert(path, line, text);
                } else {
                    self.on.edits.insert(path, at, format!("{} ", flat()));
                }
            }
            (None, None, Fields::Named(fields)) => {
                let at = self.file.range(fields.brace_token.span.open()).end;
                self.on.edits.insert(path, at, format!("\n{text}"));
            }
            (None, None, Fields::Unnamed(_) | Fields::Unit) => {}
        }
    }

    /// Puts a word on the struct or on a field, in an attribute of its own.
    pub(super) fn insert(&mut self, place: &Place, text: &str) {
        let text = self.named(text, false);
        let path = &self.model.file;
        let all = &self.file.text;
        let (attrs, at) = match place {
            Place::Table => (&self.model.item.attrs, self.start_of_item()),
            Place::Field(column) => match self.field(column) {
                Some(field) => (&field.attrs, self.start_of_field(field)),
                None => return,
            },
        };
        let last = attrs.iter().rfind(|attribute| attribute.path().is_ident("orm"));
        let line = line_start(all, at);
        match last.map(|attribute| self.file.range_of(attribute).end) {
            Some(end) if all[end..line_end(all, end)].trim().is_empty() => {
                let text = attribute(&text, indent(all, end));
                self.on.edits.insert(path, line_end(all, end), text);
            }
            _ if all[line..at].trim().is_empty() => {
                let text = attribute(&text, indent(all, at));
                self.on.edits.insert(path, line, text);
            }
            _ => self.on.edits.insert(path, at, format!("#[orm({text})] ")),
        }
    }

    fn start_of_item(&self) -> usize {
        match &self.model.item.vis {
            Visibility::Inherited => self.file.range_of(&self.model.item.struct_token).start,
            vis => self.file.range_of(vis).start,
        }
    }

    fn start_of_field(&self, field: &syn::Field) -> usize {
        match (&field.vis, &field.ident) {
            (Visibility::Inherited, Some(ident)) => self.file.range_of(ident).start,
            (Visibility::Inherited, None) => self.file.range_of(&field.ty).start,
            (vis, _) => self.file.range_of(vis).start,
        }
    }

    /// Writes what becomes of the person's own words.
    pub(super) fn finish(mut self) {
        let mut attributes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, word) in self.model.words.iter().enumerate() {
            attributes.entry(word.attribute.start).or_default().push(at);
        }
        for members in attributes.into_values() {
            let taken = members.iter().filter(|at| matches!(self.changed.get(at), Some(None))).count();
            match taken {
                0 => self.replace_words(&members),
                _ if taken == members.len() => self.remove_attribute(&self.model.words[members[0]]),
                _ => self.rebuild_attribute(&members),
            }
        }
    }

    fn replace_words(&mut self, members: &[usize]) {
        for at in members {
            if let Some(Some(text)) = self.changed.get(at) {
                let range = self.model.words[*at].range.clone();
                self.on.edits.replace(&self.model.file, range, text.clone());
            }
        }
    }

    fn remove_attribute(&mut self, word: &UserWord) {
        let (all, range) = (&self.file.text, word.attribute.clone());
        let (line, end) = (line_start(all, range.start), line_end(all, range.end));
        let is_alone = all[line..range.start].trim().is_empty() && all[range.end..end].trim().is_empty();
        let blanks = all[range.end..].len() - all[range.end..].trim_start_matches(' ').len();
        let whole = if is_alone { line..end } else { range.start..range.end + blanks };
        self.on.edits.replace(&self.model.file, whole, "");
    }

    fn rebuild_attribute(&mut self, members: &[usize]) {
        let word = |at: &usize| match self.changed.get(at) {
            Some(new) => new.clone(),
            None => Some(self.model.words[*at].text.clone()),
        };
        let words: Vec<_> = members.iter().filter_map(word).collect();
        let range = self.model.words[members[0]].attribute.clone();
        self.on.edits.replace(&self.model.file, range, format!("#[orm({})]", words.join(", ")));
    }
}
