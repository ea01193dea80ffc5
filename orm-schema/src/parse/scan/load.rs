//! Reads the files of all roots into the tree: `mod`, `#[path]`, literal `include!`, `cfg`.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, DeriveInput, GenericParam, Ident, Item as SynItem, ItemMacro, ItemMod, LitStr};

use super::{
    super::item::plain,
    Root,
    attributes::attributes,
    cfg::{self, Truth},
    code, hidden, imports, paths,
    report::{At, FileId, Report},
    tree::{Crate, CrateId, Hidden, Item, ItemKind, ModuleId, Tree},
};

const OUTSIDE: &str = "write it outside, or list a file that holds it under `models` in orm.toml";

/// Reads everything that the roots lead to.
pub(super) fn load(roots: &[Root], report: &mut Report) -> Tree {
    let mut loader = Loader { tree: Tree::default(), report, open: Vec::new() };
    for root in roots {
        loader.root(root);
    }
    loader.tree
}

struct Loader<'a> {
    tree: Tree,
    report: &'a mut Report,
    /// The files that are being read, so that a file that leads to itself is noticed.
    open: Vec<PathBuf>,
}

/// Where an item stands.
#[derive(Clone)]
struct Place {
    of: CrateId,
    module: ModuleId,
    file: FileId,
    /// Where that file is.
    file_folder: PathBuf,
    /// Where the files of its modules are.
    folder: PathBuf,
    /// Whether it is in `mod name { … }`.
    inline: bool,
}

impl Loader<'_> {
    fn root(&mut self, root: &Root) {
        let of = CrateId(self.tree.crates.len());
        let module = ModuleId(self.tree.modules.len());
        self.tree.crates.push(Crate {
            name: root.name.clone(),
            root: module,
            features: root.features.clone(),
            renamed: root.renamed_crates.clone(),
            loose: root.loose,
            macro_use: Vec::new(),
        });
        self.tree.add_module(of, None, None);
        if root.path.is_dir() {
            self.folder(&root.path, of, module);
        } else {
            let beside = !(root.loose && root.path.with_extension("").is_dir());
            self.root_file(&root.path, of, module, beside);
        }
    }

    /// A folder without a root file: each of its files is a module.
    fn folder(&mut self, folder: &Path, of: CrateId, root: ModuleId) {
        match paths::files_of(folder) {
            Ok(files) => {
                for (name, file) in files {
                    let module = self.tree.add_module(of, Some(root), Some(&module_ident(&name)));
                    self.root_file(&file, of, module, false);
                }
            }
            Err(error) => {
                self.report.file_error(code::UNREADABLE, folder, format!("cannot be read: {error}"), None)
            }
        }
    }

    fn root_file(&mut self, path: &Path, of: CrateId, module: ModuleId, owns_folder: bool) {
        if let Err(error) = self.file(path, of, module, owns_folder) {
            self.report.file_error(code::UNREADABLE, path, format!("cannot be read: {error}"), None);
        }
    }

    /// Reads a file into a module. A file that is not Rust is reported, and reading goes on elsewhere.
    fn file(&mut self, path: &Path, of: CrateId, module: ModuleId, owns_folder: bool) -> std::io::Result<()> {
        let path = paths::tidy(path);
        let text = std::fs::read_to_string(&path)?;
        let parsed = syn::parse_file(&text);
        let file = self.report.add_file(&path, text);
        match parsed {
            Ok(parsed) => {
                let folder = paths::child_folder(&path, owns_folder);
                let file_folder = paths::parent(&path);
                self.open.push(path);
                self.items(parsed.items, &Place { of, module, file, file_folder, folder, inline: false });
                self.open.pop();
            }
            Err(error) => {
                let at = At { file, span: error.span() };
                self.report.error(code::SYNTAX, at, format!("this is not Rust: {error}"), None);
            }
        }
        Ok(())
    }

    fn items(&mut self, items: Vec<SynItem>, place: &Place) {
        for item in items {
            let features = &self.tree.crates[place.of.0].features;
            let evaluated = cfg::evaluate(attributes(&item), features);
            match (evaluated.present, &item) {
                (Truth::Yes, _) | (Truth::Unknown, SynItem::Use(_)) => {
                    self.item(item, evaluated.attributes, place);
                }
                (Truth::Unknown, _) => self.left_out(&item, &evaluated.attributes, place),
                (Truth::No, _) => {}
            }
            self.unknown_derives(&evaluated.unknown, place);
        }
    }

    fn item(&mut self, item: SynItem, attributes: Vec<Attribute>, place: &Place) {
        match item {
            SynItem::Mod(item) => self.module(item, &attributes, place),
            SynItem::Use(item) => imports::add(&item, &mut self.tree.modules[place.module.0]),
            SynItem::ExternCrate(item) => self.extern_crate(&item, &attributes, place),
            SynItem::Struct(item) => self.declared(DeriveInput { attrs: attributes, ..item.into() }, place),
            SynItem::Enum(item) => self.declared(DeriveInput { attrs: attributes, ..item.into() }, place),
            SynItem::Union(item) => self.declared(DeriveInput { attrs: attributes, ..item.into() }, place),
            SynItem::Type(item) => {
                let types = item.generics.params.iter().filter_map(|parameter| match parameter {
                    GenericParam::Type(parameter) => Some(plain(&parameter.ident)),
                    GenericParam::Lifetime(_) | GenericParam::Const(_) => None,
                });
                self.add(item.ident, ItemKind::Alias { parameters: types.collect(), ty: item.ty }, place);
            }
            SynItem::Macro(item) => self.item_macro(&item, place),
            SynItem::Fn(item) => {
                let inside = format!("the function `{}`", item.sig.ident);
                self.bodies(&SynItem::Fn(item), &inside, place);
            }
            other => self.bodies(&other, "a block", place),
        }
    }

    fn declared(&mut self, input: DeriveInput, place: &Place) {
        self.add(input.ident.clone(), ItemKind::Declared(Box::new(input)), place);
    }

    fn add(&mut self, ident: Ident, kind: ItemKind, place: &Place) {
        self.tree.add_item(Item { module: place.module, file: place.file, ident, kind });
    }

    fn extern_crate(&mut self, item: &syn::ItemExternCrate, attributes: &[Attribute], place: &Place) {
        let rename = item.rename.as_ref().map(|(_, name)| name);
        imports::add_crate(&item.ident, rename, &mut self.tree.modules[place.module.0]);
        if attributes.iter().any(|attribute| attribute.path().is_ident("macro_use")) {
            self.tree.crates[place.of.0].macro_use.push(plain(&item.ident));
        }
    }

    fn module(&mut self, item: ItemMod, attributes: &[Attribute], place: &Place) {
        let module = self.tree.add_module(place.of, Some(place.module), Some(&item.ident));
        let written = paths::path_attribute(attributes).map(|path| place.base().join(path));
        if let Some((_, items)) = item.content {
            let folder = written.unwrap_or_else(|| place.folder.join(plain(&item.ident)));
            self.items(items, &Place { module, folder, inline: true, ..place.clone() });
            return;
        }
        let owns_folder = written.is_some();
        match written.or_else(|| paths::module_file(&place.folder, &plain(&item.ident))) {
            Some(file) => self.module_file(&file, owns_folder, module, item.ident.span(), place),
            None => self.no_module_file(&item.ident, place),
        }
    }

    fn module_file(&mut self, path: &Path, owns_folder: bool, module: ModuleId, span: Span, place: &Place) {
        let at = At { file: place.file, span };
        if self.open.contains(&paths::tidy(path)) {
            self.report.error(code::NO_MODULE_FILE, at, "this module leads to the file it is in", None);
        } else if let Err(error) = self.file(path, place.of, module, owns_folder) {
            let message = format!("{} cannot be read: {error}", path.display());
            self.report.error(code::UNREADABLE, at, message, None);
        }
    }

    fn no_module_file(&mut self, name: &Ident, place: &Place) {
        let [beside, below] = paths::candidates(&place.folder, &plain(name));
        let message = format!("no file for the module `{}`", plain(name));
        let fix = format!("make {} or {}", beside.display(), below.display());
        let at = At { file: place.file, span: name.span() };
        self.report.error(code::NO_MODULE_FILE, at, message, Some(&fix));
    }

    fn item_macro(&mut self, item: &ItemMacro, place: &Place) {
        let name = item.mac.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
        if name == "include" {
            return self.include(item, place);
        }
        let name = item.ident.as_ref().map_or(name, plain);
        let inside = format!("the macro `{name}!`");
        self.hide(hidden::derives(item.mac.tokens.clone()), &inside, place);
        for module in hidden::modules(item.mac.tokens.clone()) {
            let file = paths::module_file(&place.folder, &plain(&module));
            if file.is_some_and(|file| derives_a_model(&file)) {
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

    fn bodies(&mut self, item: &SynItem, inside: &str, place: &Place) {
        if self.report.mentions(place.file, "Model") {
            self.hide(hidden::in_bodies(item), inside, place);
        }
    }

    fn hide(&mut self, found: Vec<(Span, Vec<syn::Path>)>, inside: &str, place: &Place) {
        let module = place.module;
        self.tree.hidden.extend(found.into_iter().map(|(span, derives)| Hidden {
            module,
            at: At { file: place.file, span },
            inside: inside.to_owned(),
            derives,
        }));
    }

    /// An item whose `cfg` cannot be known: taken as absent, and said so if a model goes with it.
    fn left_out(&mut self, item: &SynItem, attributes: &[Attribute], place: &Place) {
        let file = match item {
            SynItem::Mod(item) if item.content.is_none() => paths::path_attribute(attributes)
                .map(|path| place.base().join(path))
                .or_else(|| paths::module_file(&place.folder, &plain(&item.ident))),
            _ => None,
        };
        let condition =
            super::attributes::attributes(item).iter().find(|attribute| attribute.path().is_ident("cfg"));
        let holds = !hidden::derives(item.to_token_stream()).is_empty()
            || file.is_some_and(|file| derives_a_model(&file));
        if let (true, Some(condition)) = (holds, condition) {
            self.unknown(
                condition.meta.to_token_stream(),
                syn::spanned::Spanned::span(&condition.meta),
                place,
            );
        }
    }

    /// A `cfg_attr` that cannot be known and derives a model if it holds.
    fn unknown_derives(&mut self, attributes: &[Attribute], place: &Place) {
        for attribute in attributes {
            if !hidden::derives(attribute.to_token_stream()).is_empty() {
                let span = syn::spanned::Spanned::span(&attribute.meta);
                self.unknown(attribute.meta.to_token_stream(), span, place);
            }
        }
    }

    fn unknown(&mut self, condition: TokenStream, span: Span, place: &Place) {
        let condition = condition.to_string().replace(" (", "(").replace(" ,", ",");
        let message = format!(
            "`{condition}` cannot be known from the source and is taken to be false: a model is left out"
        );
        let fix = "make it depend on a feature, or take the model out of the condition";
        self.report.warning(code::CFG_UNKNOWN, At { file: place.file, span }, message, fix);
    }
}

impl Place {
    /// What `#[path]` is relative to.
    fn base(&self) -> PathBuf {
        if self.inline { self.folder.clone() } else { self.file_folder.clone() }
    }
}

/// Says what is hidden and ours; `ours` knows the derives.
pub(super) fn say_hidden(tree: &Tree, report: &mut Report, ours: impl Fn(ModuleId, &syn::Path) -> bool) {
    for hidden in &tree.hidden {
        if hidden.derives.iter().any(|path| ours(hidden.module, path)) {
            let message = format!("a model inside {} cannot be seen by the scan", hidden.inside);
            report.error(code::HIDDEN, hidden.at, message, Some(OUTSIDE));
        }
    }
}

fn derives_a_model(file: &Path) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| hidden::text_derives(&text))
}

/// The name of a file as a module's; what no identifier can hold becomes `_`.
fn module_ident(name: &str) -> Ident {
    let text: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    syn::parse_str(&text)
        .or_else(|_| syn::parse_str(&format!("_{text}")))
        .unwrap_or_else(|_| Ident::new("file", Span::call_site()))
}
