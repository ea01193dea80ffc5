//! The type of a field, found by names alone; the compiler finds it by `ColumnValue`, and a test compares.

use std::collections::BTreeMap;

use proc_macro2::Span;
use quote::ToTokens;
use syn::{GenericArgument, Path, PathArguments, Type, spanned::Spanned};

use super::{
    super::{item::plain, shape},
    declared::Declared,
    external::{self, Known},
    resolve::{Named, Space},
    tree::{ItemId, ItemKind, ModuleId, Tree},
};
use crate::{ColumnType, lower::FieldType};

/// Why a type is none of a column.
#[derive(Debug, Clone)]
pub(super) struct NoType {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) fix: &'static str,
}

const STORE_OTHERWISE: &str = "store it as another type by `via = …`, or as `Json<…>`";

/// What the parameters of an alias stand for.
type Parameters = BTreeMap<String, Result<FieldType, NoType>>;

/// Finds types by name.
pub(super) struct Types<'a> {
    pub(super) tree: &'a Tree,
    pub(super) declared: &'a Declared,
}

impl Types<'_> {
    /// The type of a field that is written in a module.
    pub(super) fn field(&self, module: ModuleId, ty: &Type) -> Result<FieldType, NoType> {
        self.find(module, ty, &Parameters::new(), &mut Vec::new())
    }

    fn find(
        &self,
        module: ModuleId,
        ty: &Type,
        parameters: &Parameters,
        inside: &mut Vec<ItemId>,
    ) -> Result<FieldType, NoType> {
        let Type::Path(written) = shape::bare(ty) else { return Err(not_a_column(ty, STORE_OTHERWISE)) };
        if let Some(found) = written.path.get_ident().and_then(|ident| parameters.get(&plain(ident))) {
            return found.clone();
        }
        let arguments = arguments(&written.path);
        let mut inner = |place: usize| match arguments.get(place) {
            Some(argument) => self.find(module, argument, parameters, inside),
            None => Err(not_a_column(ty, STORE_OTHERWISE)),
        };
        match self.tree.resolve(module, &written.path, Space::Types) {
            Some(Named::External(path)) => match external::known(&path) {
                Some(Known::Plain(column_type)) => Ok(FieldType { column_type, nullable: false }),
                Some(Known::Option) => option(ty, inner(0)?),
                Some(Known::Vec) => array(ty, inner(0)?),
                Some(Known::Json) => Ok(FieldType { column_type: ColumnType::Json, nullable: false }),
                Some(Known::DateTime) => self.date_time(module, ty, &arguments),
                Some(Known::Utc) => Err(not_a_column(ty, STORE_OTHERWISE)),
                None => Err(of_another_crate(ty, &path)),
            },
            Some(Named::Item(item)) => {
                let given = (0..arguments.len()).map(&mut inner).collect();
                self.item(ty, item, given, inside)
            }
            Some(Named::Module(_)) | None => {
                Err(primitive(ty, &written.path).unwrap_or_else(|| not_found(ty)))
            }
        }
    }

    fn item(
        &self,
        ty: &Type,
        item: ItemId,
        given: Vec<Result<FieldType, NoType>>,
        inside: &mut Vec<ItemId>,
    ) -> Result<FieldType, NoType> {
        if inside.contains(&item) {
            return Err(not_a_column(ty, "a type cannot be made of itself"));
        }
        inside.push(item);
        let found = self.item_type(ty, item, given, inside);
        inside.pop();
        found
    }

    fn item_type(
        &self,
        ty: &Type,
        id: ItemId,
        given: Vec<Result<FieldType, NoType>>,
        inside: &mut Vec<ItemId>,
    ) -> Result<FieldType, NoType> {
        let (item, first) = (self.tree.item(id), self.declared.first(id));
        if let ItemKind::Alias { parameters, ty: alias } = &item.kind {
            let parameters = parameters.iter().cloned().zip(given).collect();
            return self.find(item.module, alias, &parameters, inside).map_err(|error| error.at(ty.span()));
        }
        if let Some(enum_type) = self.declared.enums.get(&first) {
            return Ok(FieldType { column_type: ColumnType::Enum(enum_type.name.clone()), nullable: false });
        }
        if let Some(inner) = self.declared.values.get(&first) {
            let module = self.tree.item(first).module;
            let found = self.find(module, inner, &Parameters::new(), inside);
            return found.map_err(|error| error.at(ty.span()));
        }
        if self.declared.model(id).is_some() {
            return Err(not_a_column(
                ty,
                "relations are attributes: `#[orm(belongs_to(…))]` on the key's field",
            ));
        }
        Err(not_a_column(
            ty,
            "derive `orm::Enum` or `orm::Value` on it, or store it as another type by `via = …`",
        ))
    }

    fn date_time(&self, module: ModuleId, ty: &Type, arguments: &[&Type]) -> Result<FieldType, NoType> {
        let zone = arguments.first().and_then(|zone| match shape::bare(zone) {
            Type::Path(zone) => self.tree.resolve(module, &zone.path, Space::Types),
            _ => None,
        });
        match zone {
            Some(Named::External(path)) if external::known(&path) == Some(Known::Utc) => {
                Ok(FieldType { column_type: ColumnType::Timestamp, nullable: false })
            }
            _ => Err(not_a_column(ty, "databases keep no time zone: use `DateTime<Utc>`")),
        }
    }
}

impl NoType {
    /// The same, said of the type as the field writes it.
    fn at(self, span: Span) -> Self {
        Self { span, ..self }
    }
}

fn option(ty: &Type, inner: FieldType) -> Result<FieldType, NoType> {
    if inner.nullable {
        return Err(not_a_column(ty, "a column has one NULL: write one `Option`"));
    }
    Ok(FieldType { nullable: true, ..inner })
}

fn array(ty: &Type, element: FieldType) -> Result<FieldType, NoType> {
    let column_type = match element.column_type {
        _ if element.nullable => return Err(not_a_column(ty, "not yet: NULL inside of arrays")),
        ColumnType::U8 => ColumnType::Bytes,
        ColumnType::Bytes | ColumnType::Array(_) => {
            return Err(not_a_column(ty, "not yet: arrays of arrays and of bytes"));
        }
        element => ColumnType::Array(Box::new(element)),
    };
    Ok(FieldType { column_type, nullable: false })
}

fn arguments(path: &Path) -> Vec<&Type> {
    match path.segments.last().map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn not_a_column(ty: &Type, fix: &'static str) -> NoType {
    NoType { span: ty.span(), message: format!("no column holds a `{}`", text(ty)), fix }
}

fn of_another_crate(ty: &Type, path: &[String]) -> NoType {
    let fix =
        "store it as another type by `via = …`; if it is a package of yours, add it to `models` in orm.toml";
    let message = format!("no column holds a `{}`: `{}` is of another crate", text(ty), path.join("::"));
    NoType { span: ty.span(), message, fix }
}

/// A type that Rust has and no database: one that nobody imports.
fn primitive(ty: &Type, path: &Path) -> Option<NoType> {
    let fix = match path.get_ident()?.to_string().as_str() {
        "usize" => "its width is the machine's: use `u64`, `u32` or `i64`",
        "isize" => "its width is the machine's: use `i64` or `i32`",
        "u128" | "i128" => "use `Decimal`, or store it as text by `via = String`",
        "char" => "use `String`, with `#[orm(max_len = 1)]`",
        "str" => "use `String`",
        _ => return None,
    };
    Some(not_a_column(ty, fix))
}

fn not_found(ty: &Type) -> NoType {
    let fix = "import it, or write its whole path";
    NoType { span: ty.span(), message: format!("it cannot be seen what `{}` is", text(ty)), fix }
}

/// A type as it is written.
fn text(ty: &Type) -> String {
    ty.span().source_text().unwrap_or_else(|| ty.to_token_stream().to_string())
}
