//! `#[orm(…)]` on the struct.

use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Path};

use super::{
    parts::{self, CheckSaid, FieldList, IndexSaid},
    relation::{self, BelongsTo, Inverse},
};
use crate::parse::{
    grammar::{Grammar, Place, Word},
    item::Item,
    problems::Problems,
};

/// What the attributes of the struct say.
#[derive(Default)]
pub(super) struct TableAttributes {
    pub(super) table: Option<LitStr>,
    pub(super) namespace: Option<LitStr>,
    pub(super) primary_key: Option<FieldList>,
    pub(super) uniques: Vec<FieldList>,
    pub(super) indexes: Vec<IndexSaid>,
    pub(super) checks: Vec<CheckSaid>,
    pub(super) relations: Vec<RelationSaid>,
    pub(super) renamed_from: Option<LitStr>,
    pub(super) strict: bool,
    pub(super) without_rowid: Option<Span>,
    pub(super) engine: Option<LitStr>,
    pub(super) collation: Option<LitStr>,
    pub(super) comment: Option<String>,
    /// Whether doc comments are the database's comments.
    pub(super) comments: bool,
    pub(super) crate_path: Option<Path>,
    pub(super) new_ident: Option<Ident>,
    pub(super) columns_ident: Option<Ident>,
}

/// A relation declared on the struct; their order is kept.
pub(super) enum RelationSaid {
    BelongsTo(BelongsTo),
    Inverse(Inverse),
}

pub(super) const WORDS: Grammar<TableAttributes> = Grammar {
    place: Place::Model,
    words: &[
        Word::once("table", |table, item| text(&mut table.table, item)),
        Word::once("namespace", |table, item| text(&mut table.namespace, item)),
        Word::once("primary_key", |table, item| {
            table.primary_key = parts::field_list(item, &parts::PRIMARY_KEY)?;
            Ok(())
        }),
        Word::many("unique", |table, item| {
            table.uniques.extend(parts::field_list(item, &parts::UNIQUE)?);
            Ok(())
        }),
        Word::many("index", |table, item| {
            table.indexes.extend(parts::index(item)?);
            Ok(())
        }),
        Word::many("check", |table, item| {
            table.checks.extend(parts::check(item)?);
            Ok(())
        }),
        Word::many("belongs_to", |table, item| {
            table.relations.extend(relation::belongs_to(item, true)?.map(RelationSaid::BelongsTo));
            Ok(())
        }),
        Word::many("has_many", inverse),
        Word::many("has_one", inverse),
        Word::once("renamed_from", |table, item| text(&mut table.renamed_from, item)),
        Word::once("strict", |table, item| {
            item.flag()?;
            table.strict = true;
            Ok(())
        }),
        Word::once("without_rowid", |table, item| {
            table.without_rowid = Some(item.flag()?);
            Ok(())
        }),
        Word::once("crate", |table, item| {
            table.crate_path = Some(item.path("::orm")?);
            Ok(())
        }),
        Word::once("new", |table, item| {
            table.new_ident = Some(item.value("NewUser")?);
            Ok(())
        }),
        Word::once("columns", |table, item| {
            table.columns_ident = Some(item.value("UserColumns")?);
            Ok(())
        }),
        Word::once("comment", |table, item| {
            table.comment = Some(item.value::<LitStr>("\"…\"")?.value());
            Ok(())
        }),
        Word::once("comments", |table, item| {
            item.flag()?;
            table.comments = true;
            Ok(())
        }),
        Word::once("engine", |table, item| text(&mut table.engine, item)),
        Word::once("collate", |table, item| text(&mut table.collation, item)),
        Word::not_yet("exclude", "exclusion constraints"),
        Word::not_yet("partition_by", "partitioned tables"),
        Word::not_yet("inherits", "INHERITS"),
        Word::not_yet("unlogged", "UNLOGGED tables"),
        Word::not_yet("access_method", "USING of a table"),
        Word::not_yet("with", "storage parameters"),
        Word::not_yet("tablespace", "TABLESPACE"),
        Word::not_yet("charset", "a character set alone: `collate` says it, too"),
    ],
};

impl TableAttributes {
    /// Reads the attributes of the struct.
    pub(super) fn read(attributes: &[Attribute], problems: &mut Problems) -> Self {
        let mut said = Self::default();
        WORDS.attributes(attributes, &mut said, problems);
        said
    }
}

fn text(into: &mut Option<LitStr>, item: &mut Item<'_>) -> syn::Result<()> {
    *into = Some(item.text()?);
    Ok(())
}

fn inverse(table: &mut TableAttributes, item: &mut Item<'_>) -> syn::Result<()> {
    table.relations.push(RelationSaid::Inverse(relation::inverse(item)?));
    Ok(())
}
