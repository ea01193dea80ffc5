//! `#[orm(…)]` on a field.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprUnary, Field, Ident, Lit, LitInt, LitStr, Token, Type, UnOp, Visibility};

use super::relation::{self, BelongsTo};
use crate::{
    column::{ColumnDefault, Generated, Identity},
    column_type::ColumnType,
    name::ColumnName,
    parse::{
        grammar::{Grammar, Place, Word},
        item::{Item, plain, positive},
        problems::Problems,
        shape,
    },
};

/// A field and what its attributes say.
pub(super) struct ReadField<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a Type,
    pub(super) vis: &'a Visibility,
    pub(super) docs: Vec<Attribute>,
    pub(super) column: ColumnName,
    pub(super) optional: bool,
    pub(super) said: FieldAttributes,
}

/// What the attributes of a field say.
#[derive(Default)]
pub(super) struct FieldAttributes {
    pub(super) primary_key: Option<Span>,
    pub(super) unique: Option<Span>,
    pub(super) index: Option<Span>,
    pub(super) column: Option<LitStr>,
    pub(super) column_type: Option<ColumnType>,
    pub(super) default: Option<ColumnDefault>,
    pub(super) default_with: Option<Expr>,
    pub(super) check: Option<String>,
    pub(super) belongs_to: Vec<BelongsTo>,
    pub(super) via: Option<Type>,
    pub(super) renamed_from: Option<ColumnName>,
    pub(super) identity: Option<(Span, Option<Identity>)>,
    pub(super) generated: Option<(Span, Generated)>,
    pub(super) collation: Option<String>,
    pub(super) comment: Option<String>,
}

const ON_STRUCT: &str = ": several columns or a name go on the struct";

const IDENTITIES: &[(&str, Option<Identity>)] = &[
    ("true", Some(Identity::ByDefault)),
    ("false", None),
    ("always", Some(Identity::Always)),
    ("serial", Some(Identity::Serial)),
    ("autoincrement", Some(Identity::Autoincrement)),
];

pub(super) const WORDS: Grammar<FieldAttributes> = Grammar {
    place: Place::Field,
    words: &[
        Word::once("primary_key", |field, item| {
            field.primary_key = Some(item.flag_or(ON_STRUCT)?);
            Ok(())
        }),
        Word::once("unique", |field, item| {
            field.unique = Some(item.flag_or(ON_STRUCT)?);
            Ok(())
        }),
        Word::once("index", |field, item| {
            field.index = Some(item.flag_or(ON_STRUCT)?);
            Ok(())
        }),
        Word::once("column", |field, item| {
            // SQLite takes an empty name.
            field.column = Some(item.value("\"…\"")?);
            Ok(())
        }),
        Word::once("type", |field, item| {
            let ty = ColumnType::Native(item.text()?.value());
            field.set_type(item.word, ty)
        }),
        Word::once("max_len", |field, item| {
            let ty = ColumnType::Varchar(item.number()?);
            field.set_type(item.word, ty)
        }),
        Word::once("decimal", FieldAttributes::decimal),
        Word::once("default", |field, item| {
            let default = default(item)?;
            field.set_default(item.word, default)
        }),
        Word::once("default_sql", |field, item| {
            let default = ColumnDefault::Expression(item.text()?.value());
            field.set_default(item.word, default)
        }),
        Word::once("default_with", |field, item| {
            field.default_with = Some(item.value("path::to::function")?);
            Ok(())
        }),
        Word::once("check", |field, item| {
            field.check = Some(item.text()?.value());
            Ok(())
        }),
        Word::many("belongs_to", |field, item| {
            field.belongs_to.extend(relation::belongs_to(item, false)?);
            Ok(())
        }),
        Word::once("via", |field, item| {
            field.via = Some(item.value("Type")?);
            Ok(())
        }),
        Word::once("renamed_from", |field, item| {
            field.renamed_from = Some(item.text()?.value().into());
            Ok(())
        }),
        Word::once("identity", |field, item| {
            let (word, identity) = item.choice(IDENTITIES)?;
            field.identity = Some((word.span(), identity));
            Ok(())
        }),
        Word::once("generated", |field, item| field.set_generated(item, false)),
        Word::once("generated_virtual", |field, item| field.set_generated(item, true)),
        Word::once("comment", |field, item| {
            field.comment = Some(item.value::<LitStr>("\"…\"")?.value());
            Ok(())
        }),
        Word::once("collate", |field, item| {
            field.collation = Some(item.text()?.value());
            Ok(())
        }),
        Word::not_yet("storage", "STORAGE of a column"),
        Word::not_yet("compression", "COMPRESSION of a column"),
        Word::not_yet("sequence", "options of an identity's sequence"),
        Word::not_yet("on_update_now", "MariaDB's ON UPDATE CURRENT_TIMESTAMP"),
        Word::not_yet("charset", "a character set of a column's own"),
        Word::not_yet("invisible", "invisible columns"),
    ],
};

impl<'a> ReadField<'a> {
    /// Reads a field of a struct with named fields.
    pub(super) fn read(field: &'a Field, problems: &mut Problems) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let mut said = FieldAttributes::default();
        WORDS.attributes(&field.attrs, &mut said, problems);
        let column = said.column.as_ref().map_or_else(|| plain(ident), LitStr::value);
        Some(Self {
            ident,
            ty: &field.ty,
            vis: &field.vis,
            docs: field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect(),
            column: column.into(),
            optional: shape::inside_option(&field.ty).is_some(),
            said,
        })
    }

    /// The name of the field, without `r#`.
    pub(super) fn name(&self) -> String {
        plain(self.ident)
    }

    /// Where a message about the column points: at `column = "…"`, else at the field.
    pub(super) fn column_span(&self) -> Span {
        self.said.column.as_ref().map_or_else(|| self.ident.span(), LitStr::span)
    }
}

impl FieldAttributes {
    fn set_type(&mut self, word: &Ident, column_type: ColumnType) -> syn::Result<()> {
        if self.column_type.is_some() {
            let message = "only one of `type`, `max_len` and `decimal` can say the type";
            return Err(syn::Error::new(word.span(), message));
        }
        self.column_type = Some(column_type);
        Ok(())
    }

    fn set_generated(&mut self, item: &Item<'_>, is_virtual: bool) -> syn::Result<()> {
        if self.generated.is_some() {
            let message = "only one of `generated` and `generated_virtual` can say how it is computed";
            return Err(syn::Error::new(item.word.span(), message));
        }
        let expression = item.text()?.value();
        self.generated = Some((item.word.span(), Generated { expression, is_virtual }));
        Ok(())
    }

    fn set_default(&mut self, word: &Ident, default: ColumnDefault) -> syn::Result<()> {
        if self.default.is_some() {
            let message = "only one of `default` and `default_sql` can say the default";
            return Err(syn::Error::new(word.span(), message));
        }
        self.default = Some(default);
        Ok(())
    }

    fn decimal(&mut self, item: &mut Item<'_>) -> syn::Result<()> {
        let mut size = (1, 0);
        item.arguments("precision, scale", |input, _| {
            let precision = positive(&input.parse()?)?;
            input.parse::<Token![,]>()?;
            size = (precision, input.parse::<LitInt>()?.base10_parse()?);
            Ok(())
        })?;
        self.set_type(item.word, ColumnType::DecimalOf(size.0, size.1))
    }
}

const DEFAULTS: &str = "`default` takes a literal or `now`; SQL goes into `default_sql = \"…\"`, a function into \
                        `default_with = path`";

fn default(item: &Item<'_>) -> syn::Result<ColumnDefault> {
    let value: Expr = item.value("18")?;
    match &value {
        Expr::Lit(literal) => literal_default(&literal.lit),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
            Expr::Lit(literal) => negative_default(&literal.lit),
            _ => None,
        },
        Expr::Path(path) if path.path.is_ident("now") => Some(ColumnDefault::Now),
        _ => None,
    }
    .ok_or_else(|| syn::Error::new_spanned(&value, DEFAULTS))
}

fn literal_default(literal: &Lit) -> Option<ColumnDefault> {
    match literal {
        Lit::Str(text) => Some(ColumnDefault::Text(text.value())),
        Lit::Char(letter) => Some(ColumnDefault::Text(letter.value().to_string())),
        Lit::Int(number) => Some(ColumnDefault::Number(number.base10_digits().to_owned())),
        Lit::Float(number) => Some(ColumnDefault::Number(number.base10_digits().to_owned())),
        Lit::Bool(value) => Some(ColumnDefault::Bool(value.value)),
        _ => None,
    }
}

fn negative_default(literal: &Lit) -> Option<ColumnDefault> {
    match literal_default(literal)? {
        ColumnDefault::Number(digits) => Some(ColumnDefault::Number(format!("-{digits}"))),
        ColumnDefault::Bool(_)
        | ColumnDefault::Text(_)
        | ColumnDefault::Now
        | ColumnDefault::Expression(_) => None,
    }
}
