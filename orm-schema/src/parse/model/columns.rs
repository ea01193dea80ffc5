//! From the names of fields, as attributes write them, to columns.

use proc_macro2::Span;
use syn::Ident;

use super::field::ReadField;
use crate::{
    name::ColumnName,
    parse::{
        item::plain,
        problems::{Problems, did_you_mean},
    },
};

/// The fields of a model, by name.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    model: &'a Ident,
    pub(super) fields: &'a [ReadField<'a>],
}

impl<'a> Columns<'a> {
    /// Two fields with one column are a mistake.
    pub(super) fn of(model: &'a Ident, fields: &'a [ReadField<'a>], problems: &mut Problems) -> Self {
        for (place, field) in fields.iter().enumerate() {
            if let Some(first) = fields[..place].iter().find(|first| first.column == field.column) {
                let (column, name, first) = (&field.column, field.name(), first.name());
                problems.say(
                    field.column_span(),
                    format!("`{name}` and `{first}` both have the column `{column}`"),
                );
            }
        }
        Self { model, fields }
    }

    /// The field of that name; none is a mistake.
    pub(super) fn field(self, name: &Ident, problems: &mut Problems) -> Option<&'a ReadField<'a>> {
        let text = plain(name);
        let found = self.fields.iter().find(|field| field.name() == text);
        if found.is_none() {
            let names: Vec<String> = self.fields.iter().map(ReadField::name).collect();
            let hint = did_you_mean(&text, names.iter().map(String::as_str));
            problems.say(name.span(), format!("no field `{text}` in `{}`{hint}", self.model));
        }
        found
    }

    /// The columns of the fields; a field named twice is a mistake. `None` if one of them is not there.
    pub(super) fn columns(self, names: &[Ident], problems: &mut Problems) -> Option<Vec<ColumnName>> {
        let mut columns: Vec<ColumnName> = Vec::new();
        for name in names {
            let field = self.field(name, problems)?;
            if columns.contains(&field.column) {
                said_twice(name.span(), &plain(name), problems);
            } else {
                columns.push(field.column.clone());
            }
        }
        Some(columns)
    }
}

fn said_twice(span: Span, name: &str, problems: &mut Problems) {
    problems.say(span, format!("`{name}` is named twice"));
}
