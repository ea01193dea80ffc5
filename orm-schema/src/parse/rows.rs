//! `#[derive(Insert)]` and `#[derive(Patch)]`: structs that hold values for the fields of a model.

use syn::{DeriveInput, Expr, Field, Ident, Path, Token, parse_quote, punctuated::Punctuated};

use super::{
    grammar::{Grammar, Place, Word},
    item,
    keywords::Keyword,
    problems::Problems,
    projection::missing_model,
    shape,
    source::{InsertSource, Parsed, PatchSource, RowField},
};

#[derive(Default)]
struct RowsAttributes {
    model: Option<Path>,
    crate_path: Option<Path>,
    /// The fields that the row above fills in.
    under: Vec<Ident>,
}

const WORDS: Grammar<RowsAttributes> = Grammar {
    place: Place::Rows,
    words: &[
        Word::once("model", |said, item| {
            said.model = Some(item.path("User")?);
            Ok(())
        }),
        Word::once("crate", |said, item| {
            said.crate_path = Some(item.path("::orm")?);
            Ok(())
        }),
        Word::once("under", |said, item| {
            item.arguments("author_id", |input, _| {
                let fields = Punctuated::<Ident, Token![,]>::parse_terminated_with(input, item::member)?;
                said.under = fields.into_iter().collect();
                Ok(())
            })
        }),
    ],
};

/// What a field holds.
#[derive(Default)]
struct FieldAttributes {
    /// The value of a field of the model with another name.
    field: Option<Ident>,
    /// Rows below this one, along a relation.
    with: Option<Expr>,
}

const FIELD: Grammar<FieldAttributes> = Grammar {
    place: Place::RowsField,
    words: &[
        Word::once("field", |said, item| {
            said.field = Some(item.member("email")?);
            Ok(())
        }),
        Word::once("with", |said, item| {
            said.with = Some(item.value("|u| u.posts")?);
            Ok(())
        }),
    ],
};

pub(super) fn keywords() -> Vec<Keyword> {
    WORDS.keywords().chain(FIELD.keywords()).collect()
}

/// Reads an insert. Every mistake is in `errors`; `source` holds what could be read beside them.
///
/// ```
/// let new: syn::DeriveInput = syn::parse_quote! {
///     #[orm(model = User)]
///     struct SignUp { email: String, #[orm(field = name)] full_name: String }
/// };
/// assert!(orm_schema::parse::insert(&new).errors.is_empty());
/// ```
#[must_use]
pub fn insert(input: &DeriveInput) -> Parsed<InsertSource> {
    let mut problems = Problems::default();
    let source = read("an insert", input, &mut problems).map(|rows| InsertSource {
        ident: input.ident.clone(),
        crate_path: rows.crate_path,
        model: rows.model,
        under: rows.under,
        fields: rows.fields,
        nested: rows.nested,
    });
    problems.parsed(source)
}

/// Reads a patch. Every mistake is in `errors`; `source` holds what could be read beside them.
///
/// ```
/// let patch: syn::DeriveInput = syn::parse_quote! {
///     #[orm(model = User)]
///     struct UserPatch { name: Option<String>, bio: Option<Option<String>> }
/// };
/// assert!(orm_schema::parse::patch(&patch).errors.is_empty());
/// ```
#[must_use]
pub fn patch(input: &DeriveInput) -> Parsed<PatchSource> {
    let mut problems = Problems::default();
    let source = read("a patch", input, &mut problems).map(|rows| {
        let more = rows.under.first().or(rows.nested.first().map(|(field, _)| field));
        if let Some(word) = more {
            problems
                .say(word.span(), "a patch changes one row: `under` and `with` are for inserts".to_owned());
        }
        PatchSource {
            ident: input.ident.clone(),
            crate_path: rows.crate_path,
            model: rows.model,
            fields: rows.fields,
        }
    });
    problems.parsed(source)
}

/// What both of them say.
struct Rows {
    crate_path: Path,
    model: Path,
    under: Vec<Ident>,
    fields: Vec<RowField>,
    nested: Vec<(Ident, Expr)>,
}

fn read(what: &str, input: &DeriveInput, problems: &mut Problems) -> Option<Rows> {
    let mut said = RowsAttributes::default();
    WORDS.attributes(&input.attrs, &mut said, problems);
    let (mut scalars, mut nested) = (Vec::new(), Vec::new());
    for one in shape::named_fields(what, input, problems)? {
        field(one, problems, &mut scalars, &mut nested);
    }
    Some(Rows {
        model: said.model.or_else(|| missing_model(&input.ident, problems))?,
        crate_path: said.crate_path.unwrap_or_else(|| parse_quote!(::orm)),
        under: said.under,
        fields: scalars,
        nested,
    })
}

fn field(
    field: &Field,
    problems: &mut Problems,
    scalars: &mut Vec<RowField>,
    nested: &mut Vec<(Ident, Expr)>,
) {
    let Some(ident) = field.ident.clone() else { return };
    let mut said = FieldAttributes::default();
    FIELD.attributes(&field.attrs, &mut said, problems);
    match (said.with, said.field) {
        (Some(_), Some(of_model)) => {
            problems.say(of_model.span(), "only one of `field` and `with` can be said of a field".to_owned());
        }
        (Some(relation), None) => nested.push((ident, relation)),
        (None, of_model) => {
            scalars.push((ident.clone(), of_model.unwrap_or(ident), field.ty.clone()));
        }
    }
}
