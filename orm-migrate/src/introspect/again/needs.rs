//! Lines that other files and modules need: `use` for what an edit names, `mod` for a new file.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::{Path, PathBuf},
};

use syn::{Item, ItemUse, UseTree, Visibility};

use super::{
    edit::{Edits, line_end, line_start},
    source::SourceFile,
};
use crate::introspect::{
    ident::sort_key,
    imports::{order, use_line},
};

/// What other files must say.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// The names that edits use and their files may not know yet, by the way to them.
    names: BTreeMap<PathBuf, BTreeMap<String, BTreeSet<String>>>,
    /// The modules that are new, and whether each is a folder.
    modules: BTreeMap<PathBuf, Vec<(String, bool)>>,
}

impl Needs {
    /// Needs `use way::name;`.
    pub(super) fn add(&mut self, file: &Path, way: &str, name: &str) {
        if !way.is_empty() {
            self.names
                .entry(file.to_owned())
                .or_default()
                .entry(way.to_owned())
                .or_default()
                .insert(name.to_owned());
        }
    }

    /// Writes the lines of a file.
    pub(super) fn edit(&self, path: &Path, file: &SourceFile, edits: &mut Edits) {
        for (way, names) in self.names.get(path).into_iter().flatten() {
            let missing: BTreeSet<_> =
                names.iter().filter(|name| !is_known(&file.items, way, name)).cloned().collect();
            if !missing.is_empty() {
                import(path, file, way, missing, edits);
            }
        }
        if let Some(modules) = self.modules.get(path) {
            module_lines(path, file, modules, edits);
        }
    }

    /// Needs `mod name;` and `pub use name::*;`; a folder's module is public and not handed on.
    pub(super) fn add_module(&mut self, file: &Path, name: &str, is_folder: bool) {
        let modules = self.modules.entry(file.to_owned()).or_default();
        modules.push((name.to_owned(), is_folder));
        modules.sort_by_cached_key(|(name, _)| sort_key(name));
    }
}

/// Whether a name means something in a module already.
fn is_known(items: &[Item], way: &str, name: &str) -> bool {
    items.iter().any(|item| match item {
        Item::Struct(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        Item::Use(item) => brings(&item.tree, "", way, name),
        _ => false,
    })
}

/// Whether a `use` brings a name, be it by a glob of the module in which it is.
fn brings(tree: &UseTree, so_far: &str, way: &str, name: &str) -> bool {
    match tree {
        UseTree::Path(path) => {
            let so_far =
                if so_far.is_empty() { path.ident.to_string() } else { format!("{so_far}::{}", path.ident) };
            brings(&path.tree, &so_far, way, name)
        }
        UseTree::Name(leaf) => leaf.ident == name,
        UseTree::Rename(leaf) => leaf.rename == name,
        UseTree::Glob(_) => so_far == way || so_far == format!("{way}::prelude"),
        UseTree::Group(group) => group.items.iter().any(|tree| brings(tree, so_far, way, name)),
    }
}

fn import(path: &Path, file: &SourceFile, way: &str, mut names: BTreeSet<String>, edits: &mut Edits) {
    let uses: Vec<&ItemUse> = file.items.iter().filter_map(as_use).collect();
    let same = uses.iter().find_map(|item| plain_names(item, way).map(|names| (*item, names)));
    if let Some((item, more)) = same {
        names.extend(more);
        edits.replace(path, file.range_of(item), use_line(way, &names).trim_end());
        return;
    }
    let line = use_line(way, &names);
    let is_ours = way.starts_with("super");
    let kin = uses.iter().filter(|item| first_word(item).is_some_and(|word| (word == "super") == is_ours));
    let kin: Vec<_> = kin.collect();
    let place = order(way, &names);
    let after = kin.iter().rfind(|item| order_of(item).is_some_and(|other| other < place));
    match (after, kin.first(), uses.last()) {
        (Some(item), _, _) => edits.insert(path, below(file, file.range_of(*item).end), line),
        (None, Some(item), _) => edits.insert(path, line_start(&file.text, file.range_of(*item).start), line),
        (None, None, Some(item)) => {
            edits.insert(path, below(file, file.range_of(*item).end), format!("\n{line}"))
        }
        (None, None, None) => {
            let first = file.items.first().map_or(file.text.len(), |item| file.range_of(item).start);
            edits.insert(path, line_start(&file.text, first), format!("{line}\n"));
        }
    }
}

fn as_use(item: &Item) -> Option<&ItemUse> {
    match item {
        Item::Use(item) => Some(item),
        _ => None,
    }
}

fn first_word(item: &ItemUse) -> Option<String> {
    match &item.tree {
        UseTree::Path(path) => Some(path.ident.to_string()),
        _ => None,
    }
}

/// The names of `use way::{A, B};`, where it is that and nothing more.
fn plain_names(item: &ItemUse, way: &str) -> Option<BTreeSet<String>> {
    if !item.attrs.is_empty() || !matches!(item.vis, Visibility::Inherited) || item.leading_colon.is_some() {
        return None;
    }
    let mut tree = &item.tree;
    for segment in way.split("::") {
        let UseTree::Path(path) = tree else { return None };
        tree = (path.ident == segment).then_some(&path.tree)?;
    }
    let name = |tree: &UseTree| match tree {
        UseTree::Name(leaf) if leaf.ident != "self" => Some(leaf.ident.to_string()),
        _ => None,
    };
    match tree {
        UseTree::Group(group) => group.items.iter().map(name).collect(),
        tree => name(tree).map(|name| [name].into()),
    }
}

/// By what rustfmt sorts a `use` that is there.
fn order_of(item: &ItemUse) -> Option<Vec<(u8, String)>> {
    let (mut way, mut tree) = (Vec::new(), &item.tree);
    while let UseTree::Path(path) = tree {
        way.push(path.ident.to_string());
        tree = &path.tree;
    }
    let names = match tree {
        UseTree::Name(leaf) => [leaf.ident.to_string()].into(),
        _ => BTreeSet::new(),
    };
    (!way.is_empty()).then(|| order(&way.join("::"), &names))
}

/// Adds the lines of new modules beside their like.
fn module_lines(path: &Path, file: &SourceFile, new: &[(String, bool)], edits: &mut Edits) {
    let there = file.items.iter().filter_map(|item| match item {
        Item::Mod(item) if item.content.is_none() => Some((item, file.range_of(item))),
        _ => None,
    });
    let there: Vec<_> = there.collect();
    let is_public =
        !there.is_empty() && there.iter().all(|(item, _)| !matches!(item.vis, Visibility::Inherited));
    let lines: Vec<_> = there.iter().map(|(item, range)| (item.ident.to_string(), range.clone())).collect();
    let is_new = |name: &String| lines.iter().all(|(other, _)| other != name);
    let modules = new.iter().filter(|(name, _)| is_new(name)).map(|(name, is_folder)| {
        let vis = if is_public || *is_folder { "pub " } else { "" };
        (name.as_str(), format!("{vis}mod {name};\n"))
    });
    let modules: Vec<_> = modules.collect();
    let handed_on =
        file.items.iter().filter_map(as_use).filter(|item| !matches!(item.vis, Visibility::Inherited));
    let uses: Vec<_> = handed_on.filter_map(|item| Some((first_word(item)?, file.range_of(item)))).collect();
    let exports = new.iter().filter(|(_, is_folder)| !is_folder);
    let exports: Vec<_> = exports.map(|(name, _)| (name.as_str(), format!("pub use {name}::*;\n"))).collect();
    among(path, file, &lines, &modules, exports.is_empty() || !uses.is_empty(), edits);
    among(path, file, &uses, &exports, true, edits);
}

/// Puts lines among others that are in order, else as a block below the lines that begin the file; the last of several
/// such blocks keeps off what comes below.
fn among(
    path: &Path,
    file: &SourceFile,
    there: &[(String, Range<usize>)],
    new: &[(&str, String)],
    is_last: bool,
    edits: &mut Edits,
) {
    if let (Some((_, first)), false) = (there.first(), new.is_empty()) {
        for (name, line) in new {
            let before = there.iter().rfind(|(other, _)| sort_key(other) < sort_key(name));
            let at = before
                .map_or(line_start(&file.text, first.start), |(_, range)| line_end(&file.text, range.end));
            edits.insert(path, at, line.as_str());
        }
    } else if !new.is_empty() {
        let block: String = new.iter().map(|(_, line)| line.as_str()).collect();
        let last = file.items.iter().rfind(|item| is_line(item));
        let at = last.map_or(file.text.len(), |item| line_end(&file.text, file.range_of(item).end));
        let end = if file.text.get(..at).is_none_or(|before| before.is_empty() || before.ends_with('\n')) {
            ""
        } else {
            "\n"
        };
        let gap = if file.text.trim().is_empty() { "" } else { "\n" };
        let rest = &file.text[at..];
        let is_apart = !is_last || rest.is_empty() || rest.starts_with(['\n', '\r']);
        let below = if is_apart { "" } else { "\n" };
        edits.insert(path, at, format!("{end}{gap}{block}{below}"));
    }
}

/// Whether an item is `use …;` or `mod …;`.
fn is_line(item: &Item) -> bool {
    match item {
        Item::Use(_) => true,
        Item::Mod(item) => item.content.is_none(),
        _ => false,
    }
}

/// The start of the line below.
fn below(file: &SourceFile, at: usize) -> usize {
    line_end(&file.text, at)
}
