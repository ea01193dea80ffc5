//! What a path means in a module: `use`, globs, re-exports, other crates.

use std::collections::BTreeSet;

use syn::Path;

use super::{
    super::item::plain,
    external,
    tree::{ImportPath, ItemId, ModuleId, Tree},
};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Module(ModuleId),
    Item(ItemId),
    /// A path of a crate that is not read, from the crate's own name on.
    External(Vec<String>),
}

/// Rust keeps types and macros apart: `use serde_json::Value` does not hide the derive `Value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    Types,
    Macros,
}

/// Who asks: code sees the prelude, a `use` sees other crates, and the path of a glob sees no other globs, which
/// would go in circles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Code,
    Use,
    Glob,
}

impl Tree {
    /// What a path means in a module.
    pub(super) fn resolve(&self, from: ModuleId, path: &Path, space: Space) -> Option<Named> {
        let path = ImportPath {
            absolute: path.leading_colon.is_some(),
            segments: path.segments.iter().map(|segment| plain(&segment.ident)).collect(),
        };
        let found = Search { tree: self, visited: BTreeSet::new() }.path(from, &path, space, Asked::Code);
        let unknown = match &found {
            Some(Named::External(path)) => external::known(path).is_none(),
            Some(Named::Module(_) | Named::Item(_)) => false,
            None => true,
        };
        if unknown && space == Space::Types && self.crate_of(from).loose {
            return self.by_last_name(&path).or(found);
        }
        found
    }

    /// The path of an item within its crate, as one writes it: `crate::models::User`.
    pub(super) fn path_of(&self, id: ItemId) -> String {
        let item = self.item(id);
        let modules = self.module(item.module).path.iter().map(String::as_str);
        let segments: Vec<String> = std::iter::once("crate")
            .chain(modules)
            .map(str::to_owned)
            .chain([item.ident.to_string()])
            .collect();
        segments.join("::")
    }

    /// For paths that lead out of what is read: the only item of that name.
    fn by_last_name(&self, path: &ImportPath) -> Option<Named> {
        let name = path.segments.last()?;
        let mut items = self.item_ids().filter(|&id| plain(&self.item(id).ident) == *name);
        match (items.next(), items.next()) {
            (Some(only), None) => Some(Named::Item(only)),
            _ => None,
        }
    }

    /// The name that a crate goes by outside, for the one it has here.
    fn crate_name(&self, from: ModuleId, name: &str) -> String {
        self.crate_of(from).renamed.get(name).map_or(name, String::as_str).to_owned()
    }
}

/// One question; what was looked at once is not looked at again, so that imports may go in circles.
struct Search<'a> {
    tree: &'a Tree,
    visited: BTreeSet<(ModuleId, String, Space)>,
}

impl Search<'_> {
    fn path(&mut self, from: ModuleId, path: &ImportPath, space: Space, asked: Asked) -> Option<Named> {
        let (mut found, rest) = self.start(from, path, space, asked)?;
        for (place, name) in rest.iter().enumerate() {
            let space = if place + 1 == rest.len() { space } else { Space::Types };
            found = match found {
                Named::Module(module) => self.member(module, name, space, true)?,
                Named::External(path) => Named::External(external::join(&path, name)),
                Named::Item(_) => return None,
            };
        }
        Some(found)
    }

    /// What the first segments mean, and the rest.
    fn start<'p>(
        &mut self,
        from: ModuleId,
        path: &'p ImportPath,
        space: Space,
        asked: Asked,
    ) -> Option<(Named, &'p [String])> {
        let (first, mut rest) = path.segments.split_first()?;
        if path.absolute {
            return Some((self.other_crate(from, first), rest));
        }
        let mut module = match first.as_str() {
            "crate" => self.tree.crate_of(from).root,
            "self" => from,
            "super" => self.tree.module(from).parent?,
            _ => {
                return self.name(
                    from,
                    first,
                    if rest.is_empty() { space } else { Space::Types },
                    asked,
                    rest,
                );
            }
        };
        while let Some((_, after)) = rest.split_first().filter(|(next, _)| *next == "super") {
            module = self.tree.module(module).parent?;
            rest = after;
        }
        Some((Named::Module(module), rest))
    }

    /// A name that stands first: of the module, else of another crate, else of the prelude.
    fn name<'p>(
        &mut self,
        from: ModuleId,
        name: &str,
        space: Space,
        asked: Asked,
        rest: &'p [String],
    ) -> Option<(Named, &'p [String])> {
        let alone = rest.is_empty() && asked == Asked::Code;
        let found =
            self.member(from, name, space, asked != Asked::Glob).or_else(|| match (alone, space) {
                (false, _) => Some(self.other_crate(from, name)),
                (true, Space::Types) => external::prelude(name).map(Named::External),
                (true, Space::Macros) => self.macro_use(from, name),
            })?;
        Some((found, rest))
    }

    /// A name inside a module.
    fn member(&mut self, module: ModuleId, name: &str, space: Space, globs: bool) -> Option<Named> {
        let inside = self.tree.module(module);
        if space == Space::Types {
            let child = inside.children.get(name).copied().map(Named::Module);
            let own = child.or_else(|| inside.items.get(name).copied().map(Named::Item));
            if own.is_some() {
                return own;
            }
        }
        if !self.visited.insert((module, name.to_owned(), space)) {
            return None;
        }
        let imported = inside.imports.iter().filter(|import| import.name == name);
        let imported = imported
            .filter_map(|import| self.path(module, &import.path, space, Asked::Use))
            .find(|found| fits(found, space));
        imported.or_else(|| if globs { self.glob(module, name, space) } else { None })
    }

    fn glob(&mut self, module: ModuleId, name: &str, space: Space) -> Option<Named> {
        let tree = self.tree;
        tree.module(module).globs.iter().find_map(|glob| {
            match self.path(module, glob, Space::Types, Asked::Glob)? {
                Named::Module(other) => self.member(other, name, space, true),
                Named::External(path) if external::exports(&path, name, space) => {
                    Some(Named::External(external::join(&path, name)))
                }
                Named::External(_) | Named::Item(_) => None,
            }
        })
    }

    fn other_crate(&self, from: ModuleId, name: &str) -> Named {
        let name = self.tree.crate_name(from, name);
        let read = self.tree.crates.iter().find(|other| !other.name.is_empty() && other.name == name);
        read.map_or_else(|| Named::External(vec![name]), |other| Named::Module(other.root))
    }

    fn macro_use(&self, from: ModuleId, name: &str) -> Option<Named> {
        let crates = self.tree.crate_of(from).macro_use.iter();
        let mut paths = crates.map(|other| vec![self.tree.crate_name(from, other)]);
        paths
            .find(|path| external::exports(path, name, Space::Macros))
            .map(|path| Named::External(external::join(&path, name)))
    }
}

/// Derives come from other crates, and not from those that only have types for us.
fn fits(found: &Named, space: Space) -> bool {
    match (space, found) {
        (Space::Types, _) => true,
        (Space::Macros, Named::External(path)) => external::may_be_derive(path),
        (Space::Macros, Named::Module(_) | Named::Item(_)) => false,
    }
}
