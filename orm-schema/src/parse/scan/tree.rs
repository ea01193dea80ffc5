//! The modules of all crates, and the items in them that models can be made of.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};
use syn::{DeriveInput, Path, Type};

use super::report::{At, FileId};

/// A module of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModuleId(pub(super) usize);

/// An item of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ItemId(pub(super) usize);

/// A crate of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CrateId(pub(super) usize);

/// All that was read.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) crates: Vec<Crate>,
    pub(super) modules: Vec<Module>,
    pub(super) items: Vec<Item>,
    pub(super) hidden: Vec<Hidden>,
}

/// A crate.
#[derive(Clone)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) root: ModuleId,
    pub(super) features: BTreeSet<String>,
    pub(super) renamed: BTreeMap<String, String>,
    pub(super) loose: bool,
    /// Crates whose macros are in scope everywhere: `#[macro_use] extern crate orm`.
    pub(super) macro_use: Vec<String>,
}

/// A module.
pub(super) struct Module {
    pub(super) of: CrateId,
    pub(super) parent: Option<ModuleId>,
    /// Its path from the crate's root, as written: `["models", "r#type"]`.
    pub(super) path: Vec<String>,
    pub(super) children: BTreeMap<String, ModuleId>,
    pub(super) items: BTreeMap<String, ItemId>,
    pub(super) imports: Vec<Import>,
    pub(super) globs: Vec<ImportPath>,
}

/// `use path as name`
pub(super) struct Import {
    pub(super) name: String,
    pub(super) path: ImportPath,
}

/// A path of a `use`, without `r#`.
#[derive(Debug, Clone)]
pub(super) struct ImportPath {
    /// Whether it starts with `::`.
    pub(super) absolute: bool,
    pub(super) segments: Vec<String>,
}

/// An item that has a name in its module.
pub(super) struct Item {
    pub(super) module: ModuleId,
    pub(super) file: FileId,
    pub(super) ident: Ident,
    pub(super) kind: ItemKind,
}

/// What an item is.
pub(super) enum ItemKind {
    /// A struct, an enum or a union, its `cfg_attr`s evaluated.
    Declared(Box<DeriveInput>),
    /// `type X<T> = …`
    Alias { parameters: Vec<String>, ty: Box<Type> },
}

/// A derive of a model where the scan cannot follow.
pub(super) struct Hidden {
    pub(super) module: ModuleId,
    pub(super) at: At,
    /// Where: "the macro `tables!`", "the function `main`".
    pub(super) inside: String,
    /// The paths that are derived.
    pub(super) derives: Vec<Path>,
}

impl Tree {
    pub(super) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    pub(super) fn item(&self, id: ItemId) -> &Item {
        &self.items[id.0]
    }

    pub(super) fn crate_of(&self, module: ModuleId) -> &Crate {
        &self.crates[self.module(module).of.0]
    }

    /// Every item, in the order of reading.
    pub(super) fn item_ids(&self) -> impl Iterator<Item = ItemId> {
        (0..self.items.len()).map(ItemId)
    }

    /// Adds an empty module.
    pub(super) fn add_module(
        &mut self,
        of: CrateId,
        parent: Option<ModuleId>,
        name: Option<&Ident>,
    ) -> ModuleId {
        let id = ModuleId(self.modules.len());
        let mut path = parent.map(|parent| self.module(parent).path.clone()).unwrap_or_default();
        path.extend(name.map(ToString::to_string));
        if let (Some(parent), Some(name)) = (parent, name) {
            self.modules[parent.0].children.insert(super::super::item::plain(name), id);
        }
        self.modules.push(Module {
            of,
            parent,
            path,
            children: BTreeMap::new(),
            items: BTreeMap::new(),
            imports: Vec::new(),
            globs: Vec::new(),
        });
        id
    }

    /// Adds an item under its name.
    pub(super) fn add_item(&mut self, item: Item) {
        let id = ItemId(self.items.len());
        let name = super::super::item::plain(&item.ident);
        self.modules[item.module.0].items.insert(name, id);
        self.items.push(item);
    }
}

impl Item {
    /// A span of this item, with its file.
    pub(super) fn at(&self, span: Span) -> At {
        At { file: self.file, span }
    }
}
