//! `#[derive(Model)]`: from a struct to its declaration.

mod columns;
mod constraints;
mod docs;
mod field;
mod parts;
mod relation;
mod relations;
mod table;

use proc_macro2::Ident;
use quote::format_ident;
use syn::{DeriveInput, parse_quote, punctuated::Punctuated, token::Comma};

use self::{columns::Columns, field::ReadField, relations::Relations, table::TableAttributes};
use super::{
    item::plain,
    keywords::Keyword,
    problems::Problems,
    shape,
    source::{FieldSource, ModelOptions, ModelSource, Parsed},
};
use crate::{
    column::Identity,
    constraint::PrimaryKey,
    declaration::{Declaration, FieldDeclaration},
    name::TableName,
    naming,
};

/// Reads a model. Every mistake is in `errors`; `source` holds what could be read beside them.
///
/// ```
/// let user: syn::DeriveInput = syn::parse_quote! {
///     struct User { id: i64, #[orm(unique)] email: String }
/// };
/// let parsed = orm_schema::parse::model(&user);
/// assert!(parsed.errors.is_empty());
/// assert_eq!(parsed.source.map(|user| user.declaration.table.name), Some("users".to_owned()));
/// ```
#[must_use]
pub fn model(input: &DeriveInput) -> Parsed<ModelSource> {
    let mut problems = Problems::default();
    let source = shape::named_fields("a model", input, &mut problems)
        .map(|fields| assemble(input, fields, &mut problems));
    problems.parsed(source)
}

/// The words of a model, by place.
pub(super) fn keywords() -> Vec<Keyword> {
    let mut all: Vec<Keyword> = table::WORDS.keywords().collect();
    all.extend(field::WORDS.keywords());
    all.extend(relation::WORDS.keywords());
    all.extend(parts::INDEX.keywords());
    all.extend(parts::PART.keywords());
    all.extend(parts::UNIQUE.keywords());
    all.extend(parts::PRIMARY_KEY.keywords());
    all.extend(parts::CHECK.keywords());
    all
}

fn assemble(
    input: &DeriveInput,
    fields: &Punctuated<syn::Field, Comma>,
    problems: &mut Problems,
) -> ModelSource {
    let said = TableAttributes::read(&input.attrs, problems);
    let fields: Vec<ReadField<'_>> =
        fields.iter().filter_map(|field| ReadField::read(field, problems)).collect();
    let columns = Columns::of(&input.ident, &fields, problems);
    let key = constraints::primary_key(columns, said.primary_key.as_ref(), problems);
    if let (Some(span), None) = (said.without_rowid, &key) {
        problems.say(span, "`without_rowid` needs a primary key");
    }
    let options = options(&input.ident, &said);
    let table = table_name(&input.ident, &said);
    let relations = relations::relations(columns, said.relations, problems);
    generated_alone(&fields, problems);
    let identities = identities(&fields, key.as_ref(), &relations, problems);
    let declaration = Declaration {
        model: plain(&input.ident),
        renamed_from: said.renamed_from.map(|name| TableName { name: name.value(), ..table.clone() }),
        table,
        fields: fields
            .iter()
            .zip(&identities)
            .map(|(field, identity)| declared(field, *identity, said.comments))
            .collect(),
        uniques: constraints::uniques(columns, &said.uniques, problems),
        foreign_keys: relations.foreign_keys,
        checks: constraints::checks(columns, said.checks),
        indexes: constraints::indexes(columns, said.indexes, problems),
        strict: said.strict,
        engine: said.engine.as_ref().map(syn::LitStr::value),
        collation: said.collation.as_ref().map(syn::LitStr::value),
        comment: comment(said.comment.clone(), said.comments, &input.attrs),
        without_rowid: said.without_rowid.is_some(),
        primary_key: key.clone(),
    };
    ModelSource {
        declaration,
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        options,
        fields: fields
            .into_iter()
            .zip(identities)
            .map(|(field, id)| source(field, id, key.as_ref()))
            .collect(),
        relations: relations.sources,
    }
}

fn options(ident: &Ident, said: &TableAttributes) -> ModelOptions {
    let name = plain(ident);
    ModelOptions {
        crate_path: said.crate_path.clone().unwrap_or_else(|| parse_quote!(::orm)),
        new_ident: said.new_ident.clone().unwrap_or_else(|| format_ident!("New{name}", span = ident.span())),
        columns_ident: said
            .columns_ident
            .clone()
            .unwrap_or_else(|| format_ident!("{name}Columns", span = ident.span())),
    }
}

fn table_name(ident: &Ident, said: &TableAttributes) -> TableName {
    TableName {
        namespace: said.namespace.as_ref().map(syn::LitStr::value),
        name: said.table.as_ref().map_or_else(|| naming::table_name(&plain(ident)), syn::LitStr::value),
    }
}

/// What is written out, else the doc comment where those are the database's comments.
fn comment(
    written: Option<String>,
    docs_are_comments: bool,
    attributes: &[syn::Attribute],
) -> Option<String> {
    written.or_else(|| docs_are_comments.then(|| docs::text(attributes)))
}

fn declared(field: &ReadField<'_>, identity: Option<Identity>, docs_are_comments: bool) -> FieldDeclaration {
    FieldDeclaration {
        field: field.name(),
        column: field.column.clone(),
        column_type: field.said.column_type.clone(),
        default: field.said.default.clone(),
        identity,
        generated: field.said.generated.as_ref().map(|(_, generated)| generated.clone()),
        collation: field.said.collation.clone(),
        comment: comment(field.said.comment.clone(), docs_are_comments, &field.docs),
        renamed_from: field.said.renamed_from.clone(),
    }
}

fn source(field: ReadField<'_>, identity: Option<Identity>, key: Option<&PrimaryKey>) -> FieldSource {
    let said = field.said;
    let by_database = said.generated.is_some() || identity == Some(Identity::Always);
    FieldSource {
        by_database,
        required: !field.optional
            && !by_database
            && said.default.is_none()
            && said.default_with.is_none()
            && identity.is_none(),
        key: key.is_some_and(|key| key.columns.contains(&field.column)),
        ident: field.ident.clone(),
        ty: field.ty.clone(),
        vis: field.vis.clone(),
        docs: field.docs,
        via: said.via,
        default_with: said.default_with,
        optional: field.optional,
    }
}

/// Who is counted up: who says so, and a key of one integer that gets its value from nowhere else.
fn identities(
    fields: &[ReadField<'_>],
    key: Option<&PrimaryKey>,
    relations: &Relations,
    problems: &mut Problems,
) -> Vec<Option<Identity>> {
    let single = |field: &ReadField<'_>| key.is_some_and(|key| key.columns == [field.column.clone()]);
    fields
        .iter()
        .map(|field| match field.said.identity {
            Some(said) => written_identity(field, said, single(field), problems),
            None => (single(field) && is_counted(field, relations)).then_some(Identity::ByDefault),
        })
        .collect()
}

/// The value of a generated column comes from nowhere else.
fn generated_alone(fields: &[ReadField<'_>], problems: &mut Problems) {
    for field in fields {
        let Some((span, _)) = &field.said.generated else { continue };
        if field.said.default.is_some() || field.said.default_with.is_some() {
            let message =
                format!("`{}` is generated and has a default: only one can give the value", field.name());
            problems.say(*span, message);
        }
    }
}

fn is_counted(field: &ReadField<'_>, relations: &Relations) -> bool {
    let said = &field.said;
    shape::is_integer(field.ty)
        && said.default.is_none()
        && said.default_with.is_none()
        && said.generated.is_none()
        && said.via.is_none()
        && !relations.use_field(field.ident)
}

fn written_identity(
    field: &ReadField<'_>,
    (span, identity): (proc_macro2::Span, Option<Identity>),
    single_key: bool,
    problems: &mut Problems,
) -> Option<Identity> {
    let identity = identity?;
    let name = field.name();
    if field.said.default.is_some() || field.said.default_with.is_some() {
        problems.say(span, format!("`{name}` is counted up and has a default: only one can give the value"));
    }
    if field.optional {
        problems.say(span, format!("`{name}` is counted up, so it is never NULL and cannot be an `Option`"));
    }
    if identity == Identity::Autoincrement && !single_key {
        problems.say(span, "`autoincrement` is for a primary key of one column");
    }
    Some(identity)
}
