//! `#[derive(Insert)]` and `#[derive(Patch)]`: structs that hold values for the fields of a model.

use syn::{DeriveInput, Field, Ident, Path, Type, parse_quote};

use super::{
    grammar::{Grammar, Place, Word},
    keywords::Keyword,
    problems::Problems,
    projection::missing_model,
    shape,
    source::{InsertSource, Parsed, PatchSource},
};

#[derive(Default)]
struct RowsAttributes {
    model: Option<Path>,
    crate_path: Option<Path>,
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
    ],
};

const FIELD: Grammar<Option<Ident>> = Grammar {
    place: Place::RowsField,
    words: &[Word::once("field", |field, item| {
        *field = Some(item.member("email")?);
        Ok(())
    })],
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
    let source = read("an insert", input, &mut problems).map(|(crate_path, model, fields)| InsertSource {
        ident: input.ident.clone(),
        crate_path,
        model,
        fields,
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
    let source = read("a patch", input, &mut problems).map(|(crate_path, model, fields)| PatchSource {
        ident: input.ident.clone(),
        crate_path,
        model,
        fields,
    });
    problems.parsed(source)
}

type Rows = (Path, Path, Vec<(Ident, Ident, Type)>);

fn read(what: &str, input: &DeriveInput, problems: &mut Problems) -> Option<Rows> {
    let mut said = RowsAttributes::default();
    WORDS.attributes(&input.attrs, &mut said, problems);
    let fields = shape::named_fields(what, input, problems)?;
    let fields = fields.iter().filter_map(|one| field(one, problems)).collect();
    let model = said.model.or_else(|| missing_model(&input.ident, problems))?;
    Some((said.crate_path.unwrap_or_else(|| parse_quote!(::orm)), model, fields))
}

fn field(field: &Field, problems: &mut Problems) -> Option<(Ident, Ident, Type)> {
    let ident = field.ident.clone()?;
    let mut of_model = None;
    FIELD.attributes(&field.attrs, &mut of_model, problems);
    Some((ident.clone(), of_model.unwrap_or(ident), field.ty.clone()))
}
