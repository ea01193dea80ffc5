//! `use` and `extern crate`, flattened to names and globs.

use syn::{Ident, ItemUse, UseTree};

use super::{
    super::item::plain,
    tree::{Import, ImportPath, Module},
};

/// Adds what a `use` brings into a module.
pub(super) fn add(item: &ItemUse, module: &mut Module) {
    let start = ImportPath { absolute: item.leading_colon.is_some(), segments: Vec::new() };
    walk(&item.tree, &start, module);
}

/// Adds `extern crate name as other`.
pub(super) fn add_crate(name: &Ident, rename: Option<&Ident>, module: &mut Module) {
    let path = ImportPath { absolute: true, segments: vec![plain(name)] };
    module.imports.push(Import { name: plain(rename.unwrap_or(name)), path });
}

fn walk(tree: &UseTree, prefix: &ImportPath, module: &mut Module) {
    match tree {
        UseTree::Path(path) => walk(&path.tree, &prefix.join(&path.ident), module),
        UseTree::Name(name) => import(&name.ident, &name.ident, prefix, module),
        UseTree::Rename(rename) => import(&rename.ident, &rename.rename, prefix, module),
        UseTree::Glob(_) => module.globs.push(prefix.clone()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, prefix, module)),
    }
}

/// `use a::{self}` brings `a`.
fn import(ident: &Ident, name: &Ident, prefix: &ImportPath, module: &mut Module) {
    let (path, name) = if ident == "self" && !prefix.segments.is_empty() {
        let last = prefix.segments.last().cloned().unwrap_or_default();
        (prefix.clone(), if name == "self" { last } else { plain(name) })
    } else {
        (prefix.join(ident), plain(name))
    };
    module.imports.push(Import { name, path });
}

impl ImportPath {
    fn join(&self, ident: &Ident) -> Self {
        let mut path = self.clone();
        path.segments.push(plain(ident));
        path
    }
}
