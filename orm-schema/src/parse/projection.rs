//! `#[derive(Projection)]`: a struct that names what to load.

use syn::{DeriveInput, Expr, Field, Ident, Path, parse_quote};

use super::{
    grammar::{Grammar, Place, Word},
    item::Item,
    keywords::Keyword,
    problems::Problems,
    shape,
    source::{Parsed, ProjectionField, ProjectionFieldKind, ProjectionSource},
};

#[derive(Default)]
struct ProjectionAttributes {
    model: Option<Path>,
    crate_path: Option<Path>,
}

const WORDS: Grammar<ProjectionAttributes> = Grammar {
    place: Place::Projection,
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

const FIELD: Grammar<Option<ProjectionFieldKind>> = Grammar {
    place: Place::ProjectionField,
    words: &[
        Word::once("field", |kind, item| {
            let field = item.member("email")?;
            set(kind, item, ProjectionFieldKind::Column(field))
        }),
        Word::once("expr", |kind, item| {
            let expr: Expr = item.value("|u| u.posts.count()")?;
            set(kind, item, ProjectionFieldKind::Expr(expr))
        }),
        Word::once("with", |kind, item| {
            let expr: Expr = item.value("|u| u.posts")?;
            set(kind, item, ProjectionFieldKind::With(expr))
        }),
    ],
};

pub(super) fn keywords() -> Vec<Keyword> {
    WORDS.keywords().chain(FIELD.keywords()).collect()
}

/// Reads a projection. Every mistake is in `errors`; `source` holds what could be read beside them.
///
/// ```
/// let page: syn::DeriveInput = syn::parse_quote! {
///     #[orm(model = User)]
///     struct UserPage { name: String, #[orm(expr = |u| u.posts.count())] posts: i64 }
/// };
/// assert!(orm_schema::parse::projection(&page).errors.is_empty());
/// ```
#[must_use]
pub fn projection(input: &DeriveInput) -> Parsed<ProjectionSource> {
    let mut problems = Problems::default();
    let source = read(input, &mut problems);
    problems.parsed(source)
}

fn read(input: &DeriveInput, problems: &mut Problems) -> Option<ProjectionSource> {
    let mut said = ProjectionAttributes::default();
    WORDS.attributes(&input.attrs, &mut said, problems);
    let fields = shape::named_fields("a projection", input, problems)?;
    let fields = fields.iter().filter_map(|one| field(one, problems)).collect();
    let model = said.model.or_else(|| missing_model(&input.ident, problems))?;
    Some(ProjectionSource {
        ident: input.ident.clone(),
        crate_path: said.crate_path.unwrap_or_else(|| parse_quote!(::orm)),
        model,
        fields,
    })
}

fn field(field: &Field, problems: &mut Problems) -> Option<ProjectionField> {
    let ident = field.ident.clone()?;
    let mut kind = None;
    FIELD.attributes(&field.attrs, &mut kind, problems);
    let kind = kind.unwrap_or_else(|| ProjectionFieldKind::Column(ident.clone()));
    Some(ProjectionField { ident, ty: field.ty.clone(), kind })
}

fn set(
    into: &mut Option<ProjectionFieldKind>,
    item: &Item<'_>,
    kind: ProjectionFieldKind,
) -> syn::Result<()> {
    if into.is_some() {
        return Err(syn::Error::new(
            item.word.span(),
            "only one of `field`, `expr` and `with` can fill a field",
        ));
    }
    *into = Some(kind);
    Ok(())
}

/// Notes that `#[orm(model = …)]` is not there.
pub(super) fn missing_model(ident: &Ident, problems: &mut Problems) -> Option<Path> {
    problems.say(ident.span(), format!("which model? write `#[orm(model = User)]` on `{ident}`"));
    None
}
