//! The relations of a model and the foreign keys under them.

use proc_macro2::Ident;
use syn::Attribute;

use super::{
    columns::Columns,
    field::ReadField,
    relation::{BelongsTo, BelongsToOptions, SET_NULL_OR_FAIL},
    table::RelationSaid,
};
use crate::{
    constraint::ReferentialAction,
    declaration::ForeignKeyDeclaration,
    name::ColumnName,
    parse::{
        item::{path_text, plain},
        problems::Problems,
        source::{RelationKind, RelationSource},
    },
};

/// What a model's relations come to.
#[derive(Default)]
pub(super) struct Relations {
    pub(super) sources: Vec<RelationSource>,
    pub(super) foreign_keys: Vec<ForeignKeyDeclaration>,
}

/// Those of the fields first, then those of the struct.
pub(super) fn relations(
    columns: Columns<'_>,
    on_struct: Vec<RelationSaid>,
    problems: &mut Problems,
) -> Relations {
    let mut relations = Relations::default();
    for field in columns.fields {
        for said in &field.said.belongs_to {
            relations.belongs_to(said, &[(field, field.ident.clone())], problems);
        }
    }
    for said in on_struct {
        match said {
            RelationSaid::BelongsTo(said) => {
                if let Some(fields) = local_fields(&said, columns, problems) {
                    relations.belongs_to(&said, &fields, problems);
                }
            }
            RelationSaid::Inverse(said) => {
                relations.sources.push(RelationSource {
                    ident: said.name,
                    kind: said.kind,
                    docs: Vec::new(),
                });
            }
        }
    }
    names_differ(&relations.sources, columns, problems);
    relations
}

impl Relations {
    /// Whether a relation leads over the field.
    pub(super) fn use_field(&self, ident: &Ident) -> bool {
        self.sources.iter().any(|relation| match &relation.kind {
            RelationKind::BelongsTo { fields, .. } => fields.contains(ident),
            RelationKind::HasMany { .. } | RelationKind::HasOne { .. } | RelationKind::Through { .. } => {
                false
            }
        })
    }

    fn belongs_to(&mut self, said: &BelongsTo, fields: &[(&ReadField<'_>, Ident)], problems: &mut Problems) {
        actions_fit(&said.said, fields, problems);
        let foreign_key = self.foreign_key(said, fields, problems);
        self.sources.push(RelationSource {
            ident: said.name.clone(),
            kind: RelationKind::BelongsTo {
                target: said.target.clone(),
                fields: fields.iter().map(|(_, ident)| ident.clone()).collect(),
                references: said.references.clone(),
                optional: fields.iter().any(|(field, _)| field.optional),
                foreign_key,
            },
            docs: if said.local.is_empty() { docs(fields) } else { Vec::new() },
        });
    }

    fn foreign_key(
        &mut self,
        said: &BelongsTo,
        fields: &[(&ReadField<'_>, Ident)],
        problems: &mut Problems,
    ) -> Option<usize> {
        let options = &said.said;
        if let Some(span) = options.no_foreign_key {
            if options.needs_foreign_key() {
                problems.say(span, "`foreign_key = false` leaves no constraint for the other options");
            }
            return None;
        }
        let sets = columns_set(options, fields, problems);
        self.foreign_keys.push(ForeignKeyDeclaration {
            name: options.name.as_ref().map(|name| name.value().into()),
            columns: fields.iter().map(|(field, _)| field.column.clone()).collect(),
            target: path_text(&said.target),
            references: said.references.as_ref().map(|references| references.iter().map(plain).collect()),
            on_delete: action(options.on_delete.as_ref()),
            on_update: action(options.on_update.as_ref()),
            deferrable: options.deferrable.unwrap_or_default(),
            on_delete_sets: sets,
            match_full: options.match_full,
            not_valid: options.not_valid,
        });
        Some(self.foreign_keys.len() - 1)
    }
}

impl BelongsToOptions {
    fn needs_foreign_key(&self) -> bool {
        self.on_delete.is_some()
            || self.on_update.is_some()
            || self.deferrable.is_some()
            || self.match_full
            || self.not_valid
            || self.name.is_some()
    }
}

fn docs(fields: &[(&ReadField<'_>, Ident)]) -> Vec<Attribute> {
    fields.iter().flat_map(|(field, _)| field.docs.clone()).collect()
}

fn action(said: Option<&(Ident, ReferentialAction)>) -> ReferentialAction {
    said.map(|(_, action)| *action).unwrap_or_default()
}

/// The fields of a `belongs_to` on the struct: each with the name to write in Rust, on the attribute's span.
fn local_fields<'a>(
    said: &BelongsTo,
    columns: Columns<'a>,
    problems: &mut Problems,
) -> Option<Vec<(&'a ReadField<'a>, Ident)>> {
    columns.columns(&said.local, problems)?;
    said.local
        .iter()
        .map(|name| {
            let field = columns.field(name, problems)?;
            let mut ident = field.ident.clone();
            ident.set_span(name.span());
            Some((field, ident))
        })
        .collect()
}

/// The columns of `on_delete = set_null(a)`, which are some of the relation's own.
fn columns_set(
    options: &BelongsToOptions,
    fields: &[(&ReadField<'_>, Ident)],
    problems: &mut Problems,
) -> Vec<ColumnName> {
    if let (Some((word, action)), false) = (&options.on_delete, options.on_delete_sets.is_empty())
        && !matches!(action, ReferentialAction::SetNull | ReferentialAction::SetDefault)
    {
        problems.say(word.span(), format!("`{word}` sets no columns"));
    }
    let mut columns = Vec::new();
    for name in &options.on_delete_sets {
        match fields.iter().find(|(field, _)| field.name() == plain(name)) {
            Some((field, _)) => columns.push(field.column.clone()),
            None => problems.say(name.span(), format!("`{}` is no field of this relation", plain(name))),
        }
    }
    columns
}

fn actions_fit(options: &BelongsToOptions, fields: &[(&ReadField<'_>, Ident)], problems: &mut Problems) {
    let sets = |field: &ReadField<'_>| options.on_delete_sets.iter().any(|name| plain(name) == field.name());
    let all = options.on_delete_sets.is_empty();
    for (word, action) in [&options.on_delete, &options.on_update].into_iter().flatten() {
        let required = fields.iter().find(|(field, _)| !field.optional && (all || sets(field)));
        if let (ReferentialAction::SetNull, Some((required, _))) = (action, required)
            && word != SET_NULL_OR_FAIL
        {
            let name = required.name();
            let message = format!("`set_null` needs a column that takes NULL: make `{name}` an `Option`");
            problems.say(word.span(), message);
        }
    }
}

/// Relations stand beside the columns, so no two of these may share a name.
fn names_differ(relations: &[RelationSource], columns: Columns<'_>, problems: &mut Problems) {
    for (place, relation) in relations.iter().enumerate() {
        let name = plain(&relation.ident);
        if columns.fields.iter().any(|field| field.name() == name) {
            problems.say(relation.ident.span(), format!("the relation `{name}` is named like a field"));
        }
        if relations[..place].iter().any(|first| plain(&first.ident) == name) {
            problems.say(relation.ident.span(), format!("two relations are named `{name}`"));
        }
    }
}
