//! The files of the models: their text, their items, and where each stands.

use std::{
    collections::BTreeMap,
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
};

use proc_macro2::Span;
use syn::{Item, ItemEnum, ItemStruct, spanned::Spanned};

use crate::{
    error::{Code, MigrateError, Place, Result},
    introspect::plan::Modules,
    source::Location,
};

/// A file as it is.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Its text.
    pub(super) text: String,
    /// Its items, whose spans know where they stand.
    pub(super) items: Vec<Item>,
    /// Bytes before the text that the parser saw: a byte order mark, a `#!` line.
    skipped: usize,
}

/// The files that the scan has read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: BTreeMap<PathBuf, SourceFile>,
}

impl Sources {
    /// Reads them.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut files = BTreeMap::new();
        for path in paths {
            let text = fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
            files.insert(path.clone(), SourceFile::parse(path, text)?);
        }
        Ok(Self { files })
    }

    /// A file that was read.
    pub(super) fn file(&self, path: &Path) -> Result<&SourceFile> {
        self.files.get(path).ok_or_else(|| {
            MigrateError::new(Code::BadCode, "the file has models, but was not read")
                .at(Place::file(path.display()))
        })
    }

    /// All of them, by their paths.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&PathBuf, &SourceFile)> {
        self.files.iter()
    }
}

/// The folder in which the modules of a file are.
pub(super) fn children(file: &Path, root: &Path) -> PathBuf {
    let is_mod = file
        .file_name()
        .is_some_and(|name| name == "mod.rs" || file == root && (name == "lib.rs" || name == "main.rs"));
    if is_mod { file.parent().map(Path::to_owned).unwrap_or_default() } else { file.with_extension("") }
}

fn unreadable(path: &Path, error: io::Error) -> MigrateError {
    match error.kind() {
        io::ErrorKind::InvalidData => {
            MigrateError::new(Code::File, "the file is not UTF-8, so it is no Rust")
                .fix("save it as UTF-8")
                .at(Place::file(path.display()))
        }
        _ => MigrateError::file("read", path, error),
    }
}

impl SourceFile {
    fn parse(path: &Path, text: String) -> Result<Self> {
        let mut skipped = text.len() - text.trim_start_matches('\u{feff}').len();
        let rest = &text[skipped..];
        if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
            skipped += rest.find('\n').unwrap_or(rest.len());
        }
        let parsed = syn::parse_file(&text[skipped..]).map_err(|error| {
            let line = error.span().start().line;
            MigrateError::new(Code::BadCode, format!("this is not Rust: {error}"))
                .fix("nothing was written: mend the file first")
                .at(Place::file(path.display())
                    .line(line, text.lines().nth(line.saturating_sub(1)).unwrap_or_default()))
        })?;
        Ok(Self { items: parsed.items, text, skipped })
    }

    /// The bytes of a span.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.skipped..range.end + self.skipped
    }

    /// The bytes of something that was parsed.
    pub(super) fn range_of(&self, node: &impl Spanned) -> Range<usize> {
        self.range(node.span())
    }

    /// The text of something that was parsed.
    pub(super) fn text_of(&self, node: &impl Spanned) -> &str {
        self.text.get(self.range_of(node)).unwrap_or_default()
    }

    /// The struct whose name stands there, with the items of its module.
    pub(super) fn structure(&self, at: &Location) -> Option<(&ItemStruct, &[Item])> {
        let is_here = |ident: &syn::Ident| {
            let start = ident.span().start();
            start.line == at.line && start.column + 1 == at.column
        };
        find(&self.items, &|item| matches!(item, Item::Struct(item) if is_here(&item.ident))).and_then(
            |(item, around)| match item {
                Item::Struct(item) => Some((item, around)),
                _ => None,
            },
        )
    }

    /// Whether items are those of the file itself, in no `mod name { … }`.
    pub(super) fn is_top(&self, items: &[Item]) -> bool {
        std::ptr::eq(items, self.items.as_slice())
    }

    /// Every enum of the file, with the modules in it that lead there.
    pub(super) fn enums(&self) -> Vec<(Modules, &ItemEnum)> {
        let mut found = Vec::new();
        enums(&self.items, &Modules::new(), &mut found);
        found
    }
}

fn find<'a>(items: &'a [Item], is_it: &dyn Fn(&Item) -> bool) -> Option<(&'a Item, &'a [Item])> {
    items.iter().find_map(|item| match item {
        Item::Mod(module) => module.content.as_ref().and_then(|(_, items)| find(items, is_it)),
        item => is_it(item).then_some((item, items)),
    })
}

fn enums<'a>(items: &'a [Item], inside: &Modules, found: &mut Vec<(Modules, &'a ItemEnum)>) {
    for item in items {
        match item {
            Item::Enum(item) => found.push((inside.clone(), item)),
            Item::Mod(module) => {
                let deeper = inside.iter().cloned().chain([module.ident.to_string()]).collect();
                module.content.iter().for_each(|(_, items)| enums(items, &deeper, found));
            }
            _ => {}
        }
    }
}
