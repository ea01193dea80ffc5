//! What a `cfg` that cannot be known takes away: nothing that matters, or a warning.

use std::path::Path;

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Attribute, Item, spanned::Spanned};

use super::{
    attributes::attributes,
    cfg::{self, Evaluated},
    code, derive, hidden,
    load::{Loader, Place},
    paths,
    report::{At, Report},
    tree::{Crate, CrateId, ItemKind, ModuleId, Tree},
};

impl Loader<'_> {
    /// An item whose `cfg` cannot be known: taken as absent, and said so if a model goes with it.
    pub(super) fn left_out(&mut self, item: Item, evaluated: Evaluated, place: &Place) {
        let condition = attributes(&item).iter().find(|attribute| attribute.path().is_ident("cfg")).cloned();
        let holds = self.may_hold_models(place, |loader, place| loader.item(item, evaluated, place));
        if let (true, Some(condition)) = (holds, condition) {
            self.unknown(&condition, place);
        }
    }

    /// A `cfg_attr` that cannot be known and derives a model if it holds.
    pub(super) fn unknown_derives(&mut self, unknown: &[Attribute], place: &Place) {
        for attribute in unknown {
            if !hidden::derives(attribute.to_token_stream()).is_empty() {
                self.unknown(attribute, place);
            }
        }
    }

    /// `#[cfg_attr(unix, path = "unix.rs")] mod platform;`
    pub(super) fn unknown_file(&mut self, unknown: &[Attribute], place: &Place) {
        for attribute in unknown {
            let path = paths::path_attribute(&cfg::inside(attribute)).map(|path| place.base().join(path));
            if path.is_some_and(|path| self.file_may_hold_models(&path, true, place)) {
                self.unknown(attribute, place);
            }
        }
    }

    /// Whether a file, or one that it leads to, derives a model.
    pub(super) fn file_may_hold_models(&self, path: &Path, owns_folder: bool, place: &Place) -> bool {
        self.may_hold_models(place, |loader, place| {
            loader.module_file(path, owns_folder, place.module, Span::call_site(), place);
        })
    }

    /// Reads into a tree of its own, which is thrown away, and looks for models in it.
    fn may_hold_models(&self, place: &Place, read: impl FnOnce(&mut Loader<'_>, &Place)) -> bool {
        let mut report = Report::default();
        let file = report.add_file(self.report.path(place.file), self.report.text(place.file).to_owned());
        let mut aside = Loader {
            tree: Tree::default(),
            report: &mut report,
            open: self.open.clone(),
            drafts: self.drafts.clone(),
        };
        aside.tree.crates.push(Crate { root: ModuleId(0), ..self.tree.crates[place.of.0].clone() });
        let module = aside.tree.add_module(CrateId(0), None, None);
        read(&mut aside, &Place { of: CrateId(0), module, file, ..place.clone() });
        let tree = aside.tree;
        !tree.hidden.is_empty()
            || report.has_warnings()
            || tree.items.iter().any(|item| may_be_model(&item.kind))
    }

    fn unknown(&mut self, condition: &Attribute, place: &Place) {
        let span = condition.meta.span();
        let text = span.source_text().unwrap_or_else(|| condition.meta.to_token_stream().to_string());
        let message =
            format!("`{text}` cannot be known from the source and is taken to be false: a model is left out");
        let fix = "make it depend on a feature, or take the model out of the condition";
        self.report.warning(code::CFG_UNKNOWN, At { file: place.file, span }, message, fix);
    }
}

/// Names are not resolved here, so a model of another crate counts.
fn may_be_model(kind: &ItemKind) -> bool {
    match kind {
        ItemKind::Declared(input) => {
            let attributes = input.attrs.iter().map(ToTokens::to_token_stream).collect();
            derive::has_ours(input) || !hidden::derives(attributes).is_empty()
        }
        ItemKind::Alias { .. } => false,
    }
}
