//! What macros and bodies of functions hold: files that are followed, and models that cannot be.

use proc_macro2::Span;
use syn::{Item, ItemMacro, LitStr, Path};

use super::{
    super::item::plain,
    code, hidden,
    load::{Loader, Place},
    paths,
    report::{At, Report},
    tree::{Hidden, ModuleId, Tree},
};

const OUTSIDE: &str = "write it outside, or list a file that holds it under `models` in orm.toml";

impl Loader<'_> {
    /// Follows `include!`; in any other macro, looks for models that nobody sees.
    pub(super) fn item_macro(&mut self, item: &ItemMacro, place: &Place) {
        let name = item.mac.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
        if name == "include" {
            return self.include(item, place);
        }
        let name = item.ident.as_ref().map_or(name, plain);
        let inside = format!("the macro `{name}!`");
        self.hide(hidden::derives(item.mac.tokens.clone()), &inside, place);
        for module in hidden::modules(item.mac.tokens.clone()) {
            let file = paths::module_file(&place.folder, &plain(&module));
            if file.is_some_and(|file| self.file_may_hold_models(&file, false, place)) {
                let message = format!("the models of the module `{module}` inside {inside} cannot be seen");
                let at = At { file: place.file, span: module.span() };
                self.report.error(code::HIDDEN, at, message, Some(OUTSIDE));
            }
        }
    }

    fn include(&mut self, item: &ItemMacro, place: &Place) {
        let at = At { file: place.file, span: item.mac.path.segments[0].ident.span() };
        let Ok(name) = item.mac.parse_body::<LitStr>() else {
            let message = "only a build knows what is included here, so its models cannot be seen";
            let fix = "list the files that hold models under `models` in orm.toml";
            return self.report.error(code::HIDDEN, at, message, Some(fix));
        };
        let path = place.file_folder.join(name.value());
        self.module_file(&path, true, place.module, name.span(), place);
    }

    /// Looks for models in the bodies of an item.
    pub(super) fn bodies(&mut self, item: &Item, inside: &str, place: &Place) {
        if self.report.text(place.file).contains("Model") {
            self.hide(hidden::in_bodies(item), inside, place);
        }
    }

    fn hide(&mut self, found: Vec<(Span, Vec<Path>)>, inside: &str, place: &Place) {
        let module = place.module;
        self.tree.hidden.extend(found.into_iter().map(|(span, derives)| Hidden {
            module,
            at: At { file: place.file, span },
            inside: inside.to_owned(),
            derives,
        }));
    }
}

/// Says what is hidden and ours; `ours` knows the derives.
pub(super) fn say_hidden(tree: &Tree, report: &mut Report, ours: impl Fn(ModuleId, &Path) -> bool) {
    for hidden in &tree.hidden {
        if hidden.derives.iter().any(|path| ours(hidden.module, path)) {
            let message = format!("a model inside {} cannot be seen by the scan", hidden.inside);
            report.error(code::HIDDEN, hidden.at, message, Some(OUTSIDE));
        }
    }
}
