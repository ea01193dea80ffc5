//! The models and enums that are there, with all that a person chose about them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use orm_schema::{
    ColumnName, EnumType, TableName,
    parse::{self, RelationSource, enumeration},
};
use syn::{DeriveInput, Item, ItemEnum, ItemStruct, UseTree};

use super::{
    source::{Sources, children},
    words::{UserWord, is_conditional, words},
};
use crate::{
    error::{Code, MigrateError, Place, Result},
    introspect::plan::Modules,
    source::{Scan, ScannedModel},
};

/// A model as it is written.
#[derive(Debug)]
pub(super) struct ExistingModel {
    pub(super) table: TableName,
    pub(super) file: PathBuf,
    /// The module that holds it.
    pub(super) module: Modules,
    /// The module by which others name it.
    pub(super) home: Modules,
    pub(super) item: ItemStruct,
    /// Whether it is in the file itself, in no `mod name { … }`.
    pub(super) is_top: bool,
    /// The columns of its fields, in their order.
    pub(super) columns: Vec<ColumnName>,
    /// The names of its fields, in the same order.
    pub(super) fields: Vec<String>,
    pub(super) relations: Vec<RelationSource>,
    pub(super) words: Vec<UserWord>,
    /// Whether some of its attributes are in `cfg_attr`.
    pub(super) is_conditional: bool,
}

/// An enum as it is written.
#[derive(Debug)]
pub(super) struct ExistingEnum {
    pub(super) enum_type: EnumType,
    pub(super) file: PathBuf,
    pub(super) module: Modules,
    pub(super) home: Modules,
    pub(super) item: ItemEnum,
    /// One for each label.
    pub(super) variants: Vec<String>,
}

/// Everything that is there.
#[derive(Debug)]
pub(super) struct Existing {
    pub(super) models: Vec<ExistingModel>,
    pub(super) enums: Vec<ExistingEnum>,
    /// The module of each file.
    pub(super) modules: BTreeMap<PathBuf, Modules>,
    /// The names of all types in each of these modules.
    pub(super) types: BTreeMap<Modules, Vec<String>>,
}

impl Existing {
    /// Finds what the scan has found, with its syntax.
    pub(super) fn find(folder: &Path, scan: &Scan, sources: &Sources) -> Result<Self> {
        let modules = modules(folder, scan, sources);
        let models =
            scan.models.iter().map(|model| existing(model, sources, &modules)).collect::<Result<_>>()?;
        let mut enums = Vec::new();
        for (path, file) in sources.iter() {
            let Some(module) = modules.get(path) else { continue };
            for (inside, item) in file.enums() {
                let inner: Modules = module.iter().cloned().chain(inside).collect();
                enums.extend(existing_enum(path, item, inner, sources, &modules));
            }
        }
        let files = modules.iter().filter_map(|(path, module)| Some((module, sources.file(path).ok()?)));
        let types = files.map(|(module, file)| (module.clone(), types(&file.items))).collect();
        Ok(Self { models, enums, modules, types })
    }
}

fn types(items: &[Item]) -> Vec<String> {
    let ident = |item: &Item| match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        _ => None,
    };
    items.iter().filter_map(ident).collect()
}

/// The module of each file. Where no file lists the others, each is a module of its own.
fn modules(folder: &Path, scan: &Scan, sources: &Sources) -> BTreeMap<PathBuf, Modules> {
    let has_root = roots(folder).iter().any(|root| scan.files.contains(root));
    match scan.files.first() {
        Some(root) if has_root => tree(root, sources),
        _ => scan.files.iter().filter_map(|file| Some((file.clone(), vec![stem(file)?]))).collect(),
    }
}

fn stem(file: &Path) -> Option<String> {
    Some(file.file_stem()?.to_str()?.to_owned())
}

/// The files that may list those of a folder.
pub(super) fn roots(folder: &Path) -> [PathBuf; 3] {
    [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")]
}

/// The module of each file, from the root on.
fn tree(root: &Path, sources: &Sources) -> BTreeMap<PathBuf, Modules> {
    let mut found = BTreeMap::new();
    let mut open = vec![(root.to_owned(), Modules::new())];
    while let Some((path, module)) = open.pop() {
        let Ok(file) = sources.file(&path) else { continue };
        let folder = children(&path, root);
        for item in &file.items {
            let Item::Mod(item) = item else { continue };
            let name = item.ident.to_string();
            let name = name.trim_start_matches("r#");
            let candidates = [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")];
            let below = module.iter().cloned().chain([name.to_owned()]).collect::<Modules>();
            open.extend(candidates.into_iter().map(|file| (file, below.clone())));
        }
        found.insert(path, module);
    }
    found
}

impl ExistingModel {
    /// What cannot be edited, and where.
    pub(super) fn error(&self, why: &str, sources: &Sources) -> MigrateError {
        let line = self.item.ident.span().start().line;
        let text =
            sources.file(&self.file).ok().and_then(|file| file.text.lines().nth(line.saturating_sub(1)));
        MigrateError::new(Code::BadCode, format!("the model of `{}` {why}", self.table))
            .fix("change it by hand, or give `--force` to write the models anew; nothing was written")
            .at(Place::file(self.file.display()).line(line, text.unwrap_or_default()))
    }
}

fn existing(
    model: &ScannedModel,
    sources: &Sources,
    modules: &BTreeMap<PathBuf, Modules>,
) -> Result<ExistingModel> {
    let path = &model.location.file;
    let file = sources.file(path)?;
    let lost = |why: &str| {
        let line = model.location.line;
        MigrateError::new(Code::BadCode, format!("the model of `{}` {why}", model.table))
            .fix("write it as a plain struct, or give `--force` to write the models anew")
            .at(Place::file(path.display())
                .line(line, file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()))
    };
    let (item, around) =
        file.structure(&model.location).ok_or_else(|| lost("is not where the scan has found it"))?;
    let source =
        parse::model(&DeriveInput::from(item.clone())).source.ok_or_else(|| lost("cannot be read"))?;
    let columns: Vec<_> = source.declaration.fields.iter().map(|field| field.column.clone()).collect();
    let module = module_of(&model.path);
    Ok(ExistingModel {
        table: model.table.clone(),
        home: home(&module, &item.ident.to_string(), sources, modules),
        module,
        is_top: file.is_top(around),
        words: words(file, item, &columns),
        is_conditional: is_conditional(item),
        fields: source.declaration.fields.iter().map(|field| field.field.clone()).collect(),
        relations: source.relations,
        item: item.clone(),
        file: path.clone(),
        columns,
    })
}

fn existing_enum(
    path: &Path,
    item: &ItemEnum,
    module: Modules,
    sources: &Sources,
    modules: &BTreeMap<PathBuf, Modules>,
) -> Option<ExistingEnum> {
    let derives = item.attrs.iter().any(|attribute| {
        let tokens = quote::ToTokens::to_token_stream(attribute).to_string();
        attribute.path().is_ident("derive")
            && tokens.split(|c: char| !c.is_alphanumeric()).any(|word| word == "Enum")
    });
    let source = derives.then(|| enumeration(&DeriveInput::from(item.clone())).source)??;
    Some(ExistingEnum {
        enum_type: source.enum_type,
        file: path.to_owned(),
        home: home(&module, &item.ident.to_string(), sources, modules),
        module,
        item: item.clone(),
        variants: source.variants.iter().map(ToString::to_string).collect(),
    })
}

/// `crate::models::User` → `models`
fn module_of(path: &str) -> Modules {
    let mut segments: Vec<_> =
        path.split("::").map(|segment| segment.trim_start_matches("r#").to_owned()).collect();
    segments.pop();
    segments.into_iter().skip(1).collect()
}

/// The module above, where it hands the item on, else the item's own.
fn home(module: &Modules, ident: &str, sources: &Sources, modules: &BTreeMap<PathBuf, Modules>) -> Modules {
    let Some((name, above)) = module.split_last() else { return module.clone() };
    let file = modules.iter().find(|(_, module)| module.as_slice() == above).map(|(path, _)| path);
    let items =
        file.and_then(|path| sources.file(path).ok()).map(|file| file.items.as_slice()).unwrap_or_default();
    let hands_on = items.iter().any(|item| match item {
        Item::Use(item) => leads_to(&item.tree, &[name, ident]),
        _ => false,
    });
    if hands_on { above.to_vec() } else { module.clone() }
}

/// Whether a `use` brings what the path names.
pub(super) fn leads_to(tree: &UseTree, path: &[&str]) -> bool {
    match (tree, path) {
        (UseTree::Path(tree), _) if tree.ident == "self" => leads_to(&tree.tree, path),
        (UseTree::Path(tree), [first, rest @ ..]) => tree.ident == first && leads_to(&tree.tree, rest),
        (UseTree::Name(tree), [only]) => tree.ident == only,
        (UseTree::Glob(_), [_]) => true,
        (UseTree::Group(group), _) => group.items.iter().any(|tree| leads_to(tree, path)),
        (UseTree::Path(_) | UseTree::Name(_) | UseTree::Glob(_) | UseTree::Rename(_), _) => false,
    }
}
