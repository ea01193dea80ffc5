//! What is new in the database as a whole: tables, enums, labels.

use std::collections::BTreeMap;

use orm_schema::{EnumName, EnumType, Schema, Table};

use super::{
    Noted, What,
    edit::{indent, line_end},
    models::{Existing, ExistingEnum},
    rewrite::Rewriter,
    source::{SourceFile, Sources},
    words::start,
};
use crate::{
    error::{Code, MigrateError, Place, Result},
    introspect::{GeneratedFile, Options, plan::Modules, render},
};

/// Where new files go.
pub(super) struct Ground<'a> {
    pub(super) sources: &'a Sources,
    /// The file of each module that is there.
    pub(super) files: BTreeMap<&'a Modules, &'a std::path::PathBuf>,
    pub(super) folder: &'a std::path::Path,
}

impl Ground<'_> {
    fn file(&self, module: &Modules) -> Option<(&std::path::PathBuf, &SourceFile)> {
        let path = self.files.get(module)?;
        Some((path, self.sources.file(path).ok()?))
    }
}

/// The files of new tables and enums; what others must say of them is among the edits.
pub(super) fn files(
    on: &mut Rewriter<'_>,
    ground: &Ground<'_>,
    tables: &[&Table],
    enums: &[&EnumType],
    options: &Options,
) -> Result<Vec<GeneratedFile>> {
    let mut files = Vec::new();
    let mut homes: Vec<Modules> = Vec::new();
    for table in tables {
        let Some(model) = on.plan.model(&table.name) else { continue };
        let file = render::model_file(on.dialect, table, on.schema, on.plan, model, options);
        let path = ground.folder.join(&file.path);
        on.noted.push(Noted {
            place: table.name.to_string(),
            what: What::New,
            text: "table".to_owned(),
            file: path,
        });
        homes.push(model.home.clone());
        announce(on, ground, &model.module, false)?;
        files.push(file);
    }
    homes.extend(new_enums(on, ground, enums, &mut files)?);
    homes.sort();
    homes.dedup();
    for home in homes.iter().filter(|home| *home != on.plan.base() && ground.file(home).is_none()) {
        files.push(render::index(home, on.schema, on.plan));
        announce(on, ground, home, true)?;
    }
    files.into_iter().map(render::checked).collect()
}

/// Says in the module above that there is a file more.
fn announce(on: &mut Rewriter<'_>, ground: &Ground<'_>, module: &Modules, is_folder: bool) -> Result<()> {
    let Some((name, above)) = module.split_last() else { return Ok(()) };
    match ground.file(&above.to_vec()) {
        Some((path, _)) => on.needs.add_module(path, name, is_folder),
        // The folder's own `mod.rs` is new as well and lists it.
        None if above.len() > on.plan.base().len() => {}
        None => {
            let folder = ground.folder.display();
            return Err(MigrateError::new(Code::BadCode, format!("no file lists the models of `{folder}`"))
                .fix(format!("write `{folder}/mod.rs` with a `mod` line for each file"))
                .at(Place::file(folder)));
        }
    }
    Ok(())
}

/// New enums stand in `enums.rs` of their home.
fn new_enums(
    on: &mut Rewriter<'_>,
    ground: &Ground<'_>,
    enums: &[&EnumType],
    files: &mut Vec<GeneratedFile>,
) -> Result<Vec<Modules>> {
    let mut items: BTreeMap<Modules, String> = BTreeMap::new();
    let mut homes = Vec::new();
    for one in enums {
        let Some(named) = on.plan.enum_plan(&one.name) else { continue };
        items.entry(named.module.clone()).or_default().push_str(&render::enum_item(one, on.plan));
        homes.push(named.home.clone());
        let place = one.name.to_string();
        on.noted.push(Noted {
            place,
            what: What::New,
            text: "enum".to_owned(),
            file: ground.folder.join("enums.rs"),
        });
    }
    for (module, text) in items {
        match ground.file(&module) {
            Some((path, file)) => on.edits.insert(path, file.text.len(), text),
            None => {
                let text = format!("use orm::prelude::*;\n{text}");
                files.push(GeneratedFile {
                    path: render::path(on.plan, &module[..module.len() - 1], "enums"),
                    text,
                });
                announce(on, ground, &module, false)?;
            }
        }
    }
    Ok(homes)
}

/// New labels become variants, those that are gone are marked.
pub(super) fn labels(
    on: &mut Rewriter<'_>,
    existing: &Existing,
    sources: &Sources,
    database: &Schema,
) -> Result<()> {
    for one in &existing.enums {
        let Some(now) = database.enum_type(&one.enum_type.name) else { continue };
        let file = sources.file(&one.file)?;
        reorder(on, one, file, now);
        let is_new = |label: &&String| !one.enum_type.labels.contains(label);
        for label in now.labels.iter().filter(is_new) {
            new_variant(on, one, file, now, label);
        }
        for (label, variant) in one.enum_type.labels.iter().zip(&one.item.variants) {
            if !now.labels.contains(label) {
                let place = one.item.ident.to_string();
                on.marks.want(&one.file, start(file, variant), &place, &format!("label {label:?}"));
            }
        }
    }
    Ok(())
}

fn new_variant(on: &mut Rewriter<'_>, one: &ExistingEnum, file: &SourceFile, now: &EnumType, label: &str) {
    let Some(named) = on.plan.enum_plan(&one.enum_type.name) else { return };
    let place = now.labels.iter().position(|other| other == label).unwrap_or_default();
    let before = now.labels[..place].iter().rev().find_map(|label| place_of(one, now, label));
    let text = render::variant(label, named);
    let all = &file.text;
    match (before, one.item.variants.first()) {
        (Some(variant), _) => {
            let end = file.range_of(variant).end;
            let gap = all[end..].len() - all[end..].trim_start().len();
            let has_comma = all[end + gap..].starts_with(',');
            if !has_comma {
                on.edits.insert(&one.file, end, ",");
            }
            on.edits.insert(
                &one.file,
                line_end(all, if has_comma { end + gap } else { end }),
                indented(&text, indent(all, end)),
            );
        }
        (None, Some(first)) => {
            let at = super::edit::line_start(all, start(file, first));
            on.edits.insert(&one.file, at, indented(&text, indent(all, start(file, first))));
        }
        (None, None) => {
            on.edits.insert(&one.file, file.range(one.item.brace_token.span.open()).end, format!("\n{text}"))
        }
    }
    let text = format!("label {label:?}");
    on.noted.push(Noted { place: one.item.ident.to_string(), what: What::New, text, file: one.file.clone() });
}

/// The variants of labels that are still there, in the order of the file; their labels, in that of the database.
fn kept<'a>(one: &'a ExistingEnum, now: &'a EnumType) -> (Vec<&'a syn::Variant>, Vec<&'a String>) {
    let variants = one.enum_type.labels.iter().zip(&one.item.variants);
    let variants =
        variants.filter(|(label, _)| now.labels.contains(label)).map(|(_, variant)| variant).collect();
    (variants, now.labels.iter().filter(|label| one.enum_type.labels.contains(label)).collect())
}

/// The variant in whose place a label's variant is, once they are in order.
fn place_of<'a>(one: &'a ExistingEnum, now: &'a EnumType, label: &String) -> Option<&'a syn::Variant> {
    let (variants, labels) = kept(one, now);
    variants.get(labels.iter().position(|other| *other == label)?).copied()
}

/// Puts each variant, with its comments and attributes, in the place that its label has now.
fn reorder(on: &mut Rewriter<'_>, one: &ExistingEnum, file: &SourceFile, now: &EnumType) {
    let (places, labels) = kept(one, now);
    let mut is_other = false;
    for (place, label) in places.iter().zip(labels) {
        let at = one.enum_type.labels.iter().position(|other| other == label);
        let Some(variant) = at.and_then(|at| one.item.variants.iter().nth(at)) else { continue };
        if file.range_of(variant) != file.range_of(*place) {
            on.edits.replace(&one.file, file.range_of(*place), file.text_of(variant));
            is_other = true;
        }
    }
    if is_other {
        let text = "labels are in another order".to_owned();
        on.noted.push(Noted {
            place: one.item.ident.to_string(),
            what: What::Changed,
            text,
            file: one.file.clone(),
        });
    }
}

fn indented(text: &str, indent: &str) -> String {
    text.lines().map(|line| format!("{indent}{}\n", line.trim_start())).collect()
}

/// Marks an enum whose type is gone although a model still needs it.
pub(super) fn gone_enum(
    on: &mut Rewriter<'_>,
    existing: &Existing,
    sources: &Sources,
    name: &EnumName,
) -> Result<()> {
    for one in existing.enums.iter().filter(|one| one.enum_type.name == *name) {
        let file = sources.file(&one.file)?;
        let place = one.item.ident.to_string();
        on.marks.want(&one.file, start(file, &one.item), &place, &format!("enum {:?}", name.to_string()));
    }
    Ok(())
}
