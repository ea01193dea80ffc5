//! The models, enums and newtypes of the tree.

use std::collections::BTreeMap;

use syn::{Attribute, Data, DeriveInput, Type, spanned::Spanned};

use super::{
    super::{ModelSource, enumeration, model, value},
    cfg, code,
    derive::{self, Derive, Origin},
    macros::say_hidden,
    report::{Location, Report},
    tree::{Item, ItemId, ItemKind, Tree},
};
use crate::EnumType;

/// What was found.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) models: Vec<FoundModel>,
    pub(super) enums: BTreeMap<ItemId, EnumType>,
    /// The type inside a newtype.
    pub(super) values: BTreeMap<ItemId, Type>,
    /// A file that two crates share gives two items; this is the first of them.
    first: BTreeMap<ItemId, ItemId>,
}

/// A model of the tree.
pub(super) struct FoundModel {
    pub(super) item: ItemId,
    pub(super) source: ModelSource,
    /// Whether nothing was wrong with it.
    pub(super) whole: bool,
}

impl Declared {
    /// The model that an item is.
    pub(super) fn model(&self, item: ItemId) -> Option<&FoundModel> {
        let first = self.first(item);
        self.models.iter().find(|model| model.item == first)
    }

    /// The item itself, or the one that the same text gave in another crate.
    pub(super) fn first(&self, item: ItemId) -> ItemId {
        self.first.get(&item).copied().unwrap_or(item)
    }
}

/// Finds them all and reports what their attributes have wrong.
pub(super) fn find(tree: &Tree, report: &mut Report) -> Declared {
    let mut declared = Declared::default();
    let mut places: BTreeMap<Location, ItemId> = BTreeMap::new();
    for id in tree.item_ids() {
        let item = tree.item(id);
        let ItemKind::Declared(input) = &item.kind else { continue };
        let derives = derive::of_item(tree, item, input, report);
        if derives.is_empty() {
            continue;
        }
        let first = *places.entry(report.location(item.at(item.ident.span()))).or_insert(id);
        if first == id {
            derives.into_iter().for_each(|derive| declared.add(derive, id, item, input, report));
        } else {
            declared.first.insert(id, first);
        }
    }
    say_hidden(tree, report, |module, path| match derive::origin(tree, module, path) {
        Origin::Ours(derive) => derive == Derive::Model,
        Origin::Unknown => path.segments.last().is_some_and(|segment| segment.ident == "Model"),
        Origin::Foreign(_) => false,
    });
    declared
}

impl Declared {
    fn add(&mut self, derive: Derive, id: ItemId, item: &Item, input: &DeriveInput, report: &mut Report) {
        let unconditional = no_cfg(item, input, report);
        match derive {
            Derive::Model => {
                let parsed = model(input);
                let whole = say(item, &parsed.errors, report) && unconditional;
                self.models.extend(parsed.source.map(|source| FoundModel { item: id, source, whole }));
            }
            Derive::Enum => {
                let parsed = enumeration(input);
                say(item, &parsed.errors, report);
                self.enums.extend(parsed.source.map(|source| (id, source.enum_type)));
            }
            Derive::Value => {
                let parsed = value(input);
                say(item, &parsed.errors, report);
                self.values.extend(parsed.source.map(|source| (id, source.inner)));
            }
        }
    }
}

/// Reports mistakes; `true` when there are none.
fn say(item: &Item, errors: &[syn::Error], report: &mut Report) -> bool {
    for error in errors {
        report.error(code::ATTRIBUTE, item.at(error.span()), error.to_string(), None);
    }
    errors.is_empty()
}

/// Reports `cfg` on fields and variants; `true` when there is none.
fn no_cfg(item: &Item, input: &DeriveInput, report: &mut Report) -> bool {
    let conditional: Vec<&Attribute> = derive::parts(input)
        .into_iter()
        .flatten()
        .filter(|attribute| cfg::is_conditional(attribute))
        .collect();
    for attribute in &conditional {
        let what = if matches!(input.data, Data::Enum(_)) { "a variant" } else { "a field" };
        let message = format!("`cfg` on {what}: the table would depend on how the program is built");
        let fix = "take it out, or write two items, each with its `cfg`";
        report.error(code::CFG_ON_FIELD, item.at(attribute.meta.span()), message, Some(fix));
    }
    conditional.is_empty()
}
