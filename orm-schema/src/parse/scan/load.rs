//! Reads the files of all roots into the tree: `mod`, `#[path]`, literal `include!`, `cfg`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use proc_macro2::Span;
use syn::{Attribute, DeriveInput, GenericParam, Ident, Item as SynItem, ItemMod};

use super::{
    super::item::plain,
    Root,
    attributes::attributes,
    cfg::{self, Evaluated, Truth},
    code, imports, paths,
    report::{At, FileId, Report},
    tree::{Crate, CrateId, Item, ItemKind, ModuleId, Tree},
};

/// Reads everything that the roots lead to.
pub(super) fn load(roots: &[Root], drafts: &BTreeMap<PathBuf, String>, report: &mut Report) -> Tree {
    let drafts = drafts.iter().map(|(path, text)| (paths::tidy(path), text.as_str())).collect();
    let mut loader = Loader { tree: Tree::default(), report, open: Vec::new(), drafts };
    for root in roots {
        loader.root(root);
    }
    loader.tree
}

/// Reads files into a tree.
pub(super) struct Loader<'a> {
    pub(super) tree: Tree,
    pub(super) report: &'a mut Report,
    /// The files that are being read, so that a file that leads to itself is noticed.
    pub(super) open: Vec<PathBuf>,
    /// What files hold that are not written yet.
    pub(super) drafts: BTreeMap<PathBuf, &'a str>,
}

/// Where an item stands.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) of: CrateId,
    pub(super) module: ModuleId,
    pub(super) file: FileId,
    /// Where that file is.
    pub(super) file_folder: PathBuf,
    /// Where the files of its modules are.
    pub(super) folder: PathBuf,
    /// Whether it is in `mod name { … }`.
    pub(super) inline: bool,
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
    pub(super) fn file(
        &mut self,
        path: &Path,
        of: CrateId,
        module: ModuleId,
        owns_folder: bool,
    ) -> std::io::Result<()> {
        let path = paths::tidy(path);
        let text = match self.drafts.get(&path) {
            Some(draft) => (*draft).to_owned(),
            None => std::fs::read_to_string(&path)?,
        };
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
            self.unknown_derives(&evaluated.unknown, place);
            match (evaluated.present, &item) {
                (Truth::Yes, _) | (Truth::Unknown, SynItem::Use(_)) => self.item(item, evaluated, place),
                (Truth::Unknown, _) => self.left_out(item, evaluated, place),
                (Truth::No, _) => {}
            }
        }
    }

    /// Adds an item that is there.
    pub(super) fn item(&mut self, item: SynItem, evaluated: Evaluated, place: &Place) {
        let attributes = evaluated.attributes;
        match item {
            SynItem::Mod(item) => self.module(item, &attributes, &evaluated.unknown, place),
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

    fn module(&mut self, item: ItemMod, attributes: &[Attribute], unknown: &[Attribute], place: &Place) {
        let module = self.tree.add_module(place.of, Some(place.module), Some(&item.ident));
        let written = paths::path_attribute(attributes).map(|path| place.base().join(path));
        if let Some((_, items)) = item.content {
            let folder = written.unwrap_or_else(|| place.folder.join(plain(&item.ident)));
            self.items(items, &Place { module, folder, inline: true, ..place.clone() });
            return;
        }
        let owns_folder = written.is_some();
        match written.or_else(|| self.file_of_module(&place.folder, &plain(&item.ident))) {
            Some(file) => self.module_file(&file, owns_folder, module, item.ident.span(), place),
            None if unknown.iter().any(|attribute| cfg::inside(attribute).iter().any(paths::is_path)) => {
                self.unknown_file(unknown, place);
            }
            None => self.no_module_file(&item.ident, place),
        }
    }

    /// The file of `mod name;`, written or about to be.
    fn file_of_module(&self, folder: &Path, name: &str) -> Option<PathBuf> {
        let is_draft = |file: &PathBuf| self.drafts.contains_key(&paths::tidy(file));
        paths::module_file(folder, name)
            .or_else(|| paths::candidates(folder, name).into_iter().find(is_draft))
    }

    pub(super) fn module_file(
        &mut self,
        path: &Path,
        owns_folder: bool,
        module: ModuleId,
        span: Span,
        place: &Place,
    ) {
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
}

impl Place {
    /// What `#[path]` is relative to.
    pub(super) fn base(&self) -> PathBuf {
        if self.inline { self.folder.clone() } else { self.file_folder.clone() }
    }
}

/// The name of a file as a module's; what no identifier can hold becomes `_`.
fn module_ident(name: &str) -> Ident {
    let text: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    syn::parse_str(&text)
        .or_else(|_| syn::parse_str(&format!("_{text}")))
        .unwrap_or_else(|_| Ident::new("file", Span::call_site()))
}
