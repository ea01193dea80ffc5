//! What a parse gives: the declaration beside the tokens that a derive needs to answer on the user's own spans.

use proc_macro2::{Ident, Span};
use syn::{Attribute, Expr, Path, Type, Visibility};

use crate::{declaration::Declaration, enum_type::EnumType};

/// A `#[derive(Model)]` struct.
#[derive(Debug)]
pub struct ModelSource {
    /// What it says, as plain data.
    pub declaration: Declaration,
    /// Its name.
    pub ident: Ident,
    /// Its visibility.
    pub vis: Visibility,
    /// What the struct's attributes say of the generated code.
    pub options: ModelOptions,
    /// Its fields, one for each of `declaration.fields`.
    pub fields: Vec<FieldSource>,
    /// Its relations, in the order of their declaration: those of fields first.
    pub relations: Vec<RelationSource>,
}

/// What `#[orm(crate = …, new = …, columns = …)]` says.
#[derive(Debug)]
pub struct ModelOptions {
    /// The path to this crate; `::orm` by default.
    pub crate_path: Path,
    /// The generated struct of required fields; `New` + the model's name by default.
    pub new_ident: Ident,
    /// The generated columns struct; the model's name + `Columns` by default.
    pub columns_ident: Ident,
}

/// A field of a model.
#[derive(Debug)]
pub struct FieldSource {
    /// Its name (a raw identifier keeps its `r#`).
    pub ident: Ident,
    /// Its type, as written.
    pub ty: Type,
    /// Its visibility.
    pub vis: Visibility,
    /// Its doc comments.
    pub docs: Vec<Attribute>,
    /// `via = Type`: the type that is stored instead, by `From` in both directions (`TryFrom` on reading).
    pub via: Option<Type>,
    /// `default_with = path`: a function that makes the value when an insert leaves it out.
    pub default_with: Option<Expr>,
    /// Whether an insert must give it: not an `Option`, no default, not counted up.
    pub required: bool,
    /// Whether only the database gives its value: a generated column, or one that is always counted up.
    pub by_database: bool,
    /// Whether it is part of the primary key.
    pub key: bool,
    /// Whether its type is written `Option<…>`.
    pub optional: bool,
}

/// A relation of a model.
#[derive(Debug)]
pub struct RelationSource {
    /// Its name, with the span of the user's token.
    pub ident: Ident,
    /// How it is found.
    pub kind: RelationKind,
    /// The doc comments of the field that declares it, if one does.
    pub docs: Vec<Attribute>,
}

/// How a relation is found.
#[derive(Debug)]
pub enum RelationKind {
    /// `belongs_to(name: Target)`: this table holds the columns.
    BelongsTo {
        /// The other model.
        target: Path,
        /// The fields of this model.
        fields: Vec<Ident>,
        /// The fields of the target; `None` is its primary key.
        references: Option<Vec<Ident>>,
        /// Whether one of the fields is an `Option`.
        optional: bool,
        /// The place in `declaration.foreign_keys`; `None` with `foreign_key = false`.
        foreign_key: Option<usize>,
    },
    /// `has_many(name: Target.relation)`: the target's relation leads back.
    HasMany {
        /// The other model.
        target: Path,
        /// Its relation.
        relation: Ident,
    },
    /// `has_one(name: Target.relation)`: as `has_many`, with at most one row.
    HasOne {
        /// The other model.
        target: Path,
        /// Its relation.
        relation: Ident,
    },
    /// `has_many(name: Target through Join.first, Join.second)`: a join model holds both keys.
    Through {
        /// The other model.
        target: Path,
        /// The join model.
        join: Path,
        /// The join model's relation to this model.
        first: Ident,
        /// The join model's relation to the target.
        second: Ident,
    },
}

/// A `#[derive(Enum)]`.
#[derive(Debug)]
pub struct EnumSource {
    /// Its name.
    pub ident: Ident,
    /// The path to this crate.
    pub crate_path: Path,
    /// What it says, as plain data.
    pub enum_type: EnumType,
    /// Its variants, one for each label.
    pub variants: Vec<Ident>,
}

/// A `#[derive(Value)]` newtype.
#[derive(Debug)]
pub struct ValueSource {
    /// Its name.
    pub ident: Ident,
    /// The path to this crate.
    pub crate_path: Path,
    /// The type inside.
    pub inner: Type,
    /// The name of the field inside, `None` for a tuple struct.
    pub field: Option<Ident>,
}

/// A `#[derive(Projection)]` struct.
#[derive(Debug)]
pub struct ProjectionSource {
    /// Its name.
    pub ident: Ident,
    /// The path to this crate.
    pub crate_path: Path,
    /// `model = Path`.
    pub model: Path,
    /// Its fields.
    pub fields: Vec<ProjectionField>,
}

/// A field of a projection.
#[derive(Debug)]
pub struct ProjectionField {
    /// Its name.
    pub ident: Ident,
    /// Its type.
    pub ty: Type,
    /// Where it comes from.
    pub kind: ProjectionFieldKind,
}

/// Where a field of a projection comes from.
#[derive(Debug)]
pub enum ProjectionFieldKind {
    /// A field of the model: the same name, or `field = other`.
    Column(Ident),
    /// `expr = |u| …` or a path to a function.
    Expr(Expr),
    /// `with = |u| …` or a path to a function.
    With(Expr),
}

/// A `#[derive(Insert)]` struct.
#[derive(Debug)]
pub struct InsertSource {
    /// Its name.
    pub ident: Ident,
    /// The path to this crate.
    pub crate_path: Path,
    /// `model = Path`.
    pub model: Path,
    /// The fields that the row above fills in: `under(author_id)`.
    pub under: Vec<Ident>,
    /// Its fields.
    pub fields: Vec<RowField>,
    /// Fields that hold rows below this one, and their relations: `with = |u| u.posts`.
    pub nested: Vec<(Ident, Expr)>,
}

/// A field with a value: its name here, the field of the model (`field = other`), its type.
pub type RowField = (Ident, Ident, Type);

/// A `#[derive(Patch)]` struct.
#[derive(Debug)]
pub struct PatchSource {
    /// Its name.
    pub ident: Ident,
    /// The path to this crate.
    pub crate_path: Path,
    /// `model = Path`.
    pub model: Path,
    /// Its fields.
    pub fields: Vec<RowField>,
}

/// What could be read, and what is wrong with the rest.
#[derive(Debug)]
pub struct Parsed<T> {
    /// What could be read; `None` when nothing could (not a struct, say).
    pub source: Option<T>,
    /// Every mistake, with the user's own span.
    pub errors: Vec<syn::Error>,
}

impl<T> Parsed<T> {
    /// A parse that found nothing to read.
    #[must_use]
    pub fn failed(span: Span, message: &str) -> Self {
        Self { source: None, errors: vec![syn::Error::new(span, message)] }
    }
}
