//! Where foreign keys lead: the model, its table, its columns and their types.

use proc_macro2::{Ident, Span};
use syn::{Path, Type, spanned::Spanned};

use super::{
    super::{
        item::{path_text, plain},
        problems::did_you_mean,
        shape,
        source::{ModelSource, RelationKind, RelationSource},
    },
    code,
    declared::{Declared, FoundModel},
    link::Typed,
    report::{At, Report},
    resolve::{Named, Space},
    tree::{ItemId, ItemKind, ModuleId, Tree},
};
use crate::{ColumnName, ColumnType, lower::Target};

/// Finds targets.
pub(super) struct Targets<'a> {
    pub(super) tree: &'a Tree,
    pub(super) declared: &'a Declared,
    pub(super) typed: &'a [Option<Typed<'a>>],
}

/// A foreign key, as written.
struct Key<'a> {
    target: &'a Path,
    fields: &'a [Ident],
    references: Option<&'a [Ident]>,
}

impl Targets<'_> {
    /// The targets of a model's foreign keys, in their order; `None` when one cannot be found.
    pub(super) fn of(&self, typed: &Typed<'_>, report: &mut Report) -> Option<Vec<Target>> {
        let keys = typed.model.source.relations.iter().filter_map(|relation| match &relation.kind {
            RelationKind::BelongsTo { target, fields, references, foreign_key: Some(_), .. } => {
                Some(Key { target, fields, references: references.as_deref() })
            }
            RelationKind::BelongsTo { .. }
            | RelationKind::HasMany { .. }
            | RelationKind::HasOne { .. }
            | RelationKind::Through { .. } => None,
        });
        let targets: Vec<Option<Target>> = keys.map(|key| self.target(typed, &key, report)).collect();
        targets.into_iter().collect()
    }

    /// Reports relations that lead back from a model, or a relation of one, that is not there.
    pub(super) fn check_inverses(&self, here: &FoundModel, report: &mut Report) {
        for relation in &here.source.relations {
            match &relation.kind {
                RelationKind::BelongsTo { .. } => {}
                RelationKind::HasMany { target, relation } | RelationKind::HasOne { target, relation } => {
                    self.check_inverse(here, target, &[relation], report);
                }
                RelationKind::Through { target, join, first, second } => {
                    self.check_inverse(here, target, &[], report);
                    self.check_inverse(here, join, &[first, second], report);
                }
            }
        }
    }

    fn check_inverse(&self, here: &FoundModel, path: &Path, relations: &[&Ident], report: &mut Report) {
        let item = self.tree.item(here.item);
        let Some(model) = self.model(here, path) else {
            return self.no_model(item.module, path, item.at(path.span()), report);
        };
        for relation in relations {
            let named = |known: &&RelationSource| plain(&known.ident) == plain(relation);
            if model.whole && !model.source.relations.iter().any(|known| named(&known)) {
                let names: Vec<String> = model.source.relations.iter().map(|r| plain(&r.ident)).collect();
                let hint = did_you_mean(&plain(relation), names.iter().map(String::as_str));
                let message = format!("no relation `{}` in `{}`{hint}", plain(relation), model.source.ident);
                report.error(code::NO_TARGET_FIELD, item.at(relation.span()), message, None);
            }
        }
    }

    fn target(&self, typed: &Typed<'_>, key: &Key<'_>, report: &mut Report) -> Option<Target> {
        let item = self.tree.item(typed.model.item);
        let at = |span: Span| item.at(span);
        let Some(model) = self.model(typed.model, key.target) else {
            self.no_model(item.module, key.target, at(key.target.span()), report);
            return None;
        };
        let columns = self.columns(model, key, &at, report)?;
        if columns.len() != key.fields.len() {
            let (ours, theirs) = (key.fields.len(), columns.len());
            let message = format!("{ours} of {theirs} fields of the key of `{}`", model.source.ident);
            let fix = "name the fields of both sides: `(a, b) = (c, d)`";
            report.error(code::NO_TARGET_FIELD, at(key.target.span()), message, Some(fix));
            return None;
        }
        self.types_agree(typed, model, key, &columns, report);
        Some(Target { table: model.source.declaration.table.clone(), columns })
    }

    /// The model that a path means where another stands. `Self` is that one.
    fn model(&self, here: &FoundModel, path: &Path) -> Option<&FoundModel> {
        if path.is_ident("Self") {
            return self.declared.model(here.item);
        }
        let mut module = self.tree.item(here.item).module;
        let mut path = path;
        for _ in 0..=self.tree.items.len() {
            let Some(Named::Item(item)) = self.tree.resolve(module, path, Space::Types) else { return None };
            match &self.tree.item(item).kind {
                ItemKind::Declared(_) => return self.declared.model(item),
                ItemKind::Alias { ty, .. } => {
                    let Type::Path(alias) = shape::bare(ty) else { return None };
                    (module, path) = (self.tree.item(item).module, &alias.path);
                }
            }
        }
        None
    }

    fn no_model(&self, module: ModuleId, path: &Path, at: At, report: &mut Report) {
        let written = path_text(path);
        let name = path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
        let named = |id: ItemId| plain(&self.tree.item(id).ident);
        let same = self.declared.models.iter().find(|model| named(model.item) == name);
        let (message, fix) = match same {
            Some(model) => {
                (format!("no model `{written}` here"), format!("write `{}`", self.tree.path_of(model.item)))
            }
            None if self.tree.resolve(module, path, Space::Types).is_some() => {
                (format!("`{written}` is no model"), format!("derive `orm::Model` on `{name}`"))
            }
            None => {
                let names: Vec<String> = self.declared.models.iter().map(|model| named(model.item)).collect();
                let hint = did_you_mean(&name, names.iter().map(String::as_str));
                let fix = "if it is in another package, add that to `models` in orm.toml";
                (format!("no model `{written}`{hint}"), fix.to_owned())
            }
        };
        report.error(code::NO_TARGET, at, message, Some(&fix));
    }

    /// The columns that the key leads to.
    fn columns(
        &self,
        model: &FoundModel,
        key: &Key<'_>,
        at: &impl Fn(Span) -> At,
        report: &mut Report,
    ) -> Option<Vec<ColumnName>> {
        let target = &model.source;
        match (key.references, &target.declaration.primary_key) {
            (Some(names), _) => {
                let columns: Vec<Option<ColumnName>> =
                    names.iter().map(|name| column(target, name, at, report)).collect();
                columns.into_iter().collect()
            }
            (None, Some(primary_key)) => Some(primary_key.columns.clone()),
            (None, None) => {
                let message = format!("`{}` has no primary key", target.ident);
                let fix = format!("name the field: `{}.field`", path_text(key.target));
                report.error(code::NO_TARGET_FIELD, at(key.target.span()), message, Some(&fix));
                None
            }
        }
    }

    fn types_agree(
        &self,
        typed: &Typed<'_>,
        model: &FoundModel,
        key: &Key<'_>,
        columns: &[ColumnName],
        report: &mut Report,
    ) {
        let target = self.typed.iter().flatten().find(|target| target.model.item == model.item);
        let Some(target) = target else { return };
        for (field, column) in key.fields.iter().zip(columns) {
            let here = typed.model.source.fields.iter().position(|known| known.ident == *field);
            let there = model.source.declaration.fields.iter().position(|known| known.column == *column);
            let (Some(here), Some(there)) = (here, there) else { continue };
            let types = (typed.column_type(here), target.column_type(there));
            let (Some(ours), Some(theirs)) = types else { continue };
            if !agree(ours, theirs) {
                let (name, other) = (plain(field), &model.source.declaration.fields[there].field);
                let message = format!("`{name}` is {ours}, but `{}.{other}` is {theirs}", model.source.ident);
                let at = self.tree.item(typed.model.item).at(typed.model.source.fields[here].ty.span());
                report.error(code::FOREIGN_KEY_TYPE, at, message, Some("give both the same type"));
            }
        }
    }
}

fn column(
    target: &ModelSource,
    name: &Ident,
    at: &impl Fn(Span) -> At,
    report: &mut Report,
) -> Option<ColumnName> {
    let text = plain(name);
    let found = target.declaration.fields.iter().find(|field| field.field == text);
    if found.is_none() {
        let hint = did_you_mean(&text, target.declaration.fields.iter().map(|field| field.field.as_str()));
        let message = format!("no field `{text}` in `{}`{hint}", target.ident);
        report.error(code::NO_TARGET_FIELD, at(name.span()), message, None);
    }
    found.map(|field| field.column.clone())
}

/// Whether a key of the one type can lead to a column of the other. What the database spells is its own to judge.
fn agree(one: &ColumnType, other: &ColumnType) -> bool {
    let text = |ty: &ColumnType| matches!(ty, ColumnType::Text | ColumnType::Varchar(_));
    let decimal = |ty: &ColumnType| matches!(ty, ColumnType::Decimal | ColumnType::DecimalOf(..));
    let native = |ty: &ColumnType| matches!(ty, ColumnType::Native(_));
    one == other || native(one) || native(other) || text(one) && text(other) || decimal(one) && decimal(other)
}
