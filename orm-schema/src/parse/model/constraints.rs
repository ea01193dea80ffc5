//! Keys, uniques, checks and indexes: those of fields first, then those of the struct.

use super::{
    columns::Columns,
    field::ReadField,
    parts::{CheckSaid, FieldList, IndexSaid, KeySaid, PartOptions, PartSaid},
};
use crate::{
    constraint::{Check, PrimaryKey, Unique},
    index::{Index, IndexKey, IndexPart},
    parse::problems::Problems,
};

/// What the struct says, else the fields with `primary_key`, else the field `id`, else none.
pub(super) fn primary_key(
    columns: Columns<'_>,
    on_struct: Option<&FieldList>,
    problems: &mut Problems,
) -> Option<PrimaryKey> {
    let marked: Vec<&ReadField<'_>> =
        columns.fields.iter().filter(|field| field.said.primary_key.is_some()).collect();
    let key = match on_struct {
        Some(list) => {
            for span in marked.iter().filter_map(|field| field.said.primary_key) {
                problems.say(span, "the primary key is said on the struct already");
            }
            let options = &list.options;
            PrimaryKey {
                name: options.name.as_ref().map(|name| name.value().into()),
                columns: columns.columns(&list.fields, problems)?,
                include: columns.columns(&options.include, problems)?,
                deferrable: options.deferrable,
            }
        }
        None if marked.is_empty() => {
            let id = columns.fields.iter().find(|field| field.name() == "id")?;
            PrimaryKey { columns: vec![id.column.clone()], ..PrimaryKey::default() }
        }
        None => PrimaryKey {
            columns: marked.iter().map(|field| field.column.clone()).collect(),
            ..PrimaryKey::default()
        },
    };
    never_null(&key, columns, problems);
    Some(key)
}

fn never_null(key: &PrimaryKey, columns: Columns<'_>, problems: &mut Problems) {
    for field in columns.fields.iter().filter(|field| field.optional && key.columns.contains(&field.column)) {
        let message = format!("a primary key is never NULL: `{}` cannot be an `Option`", field.name());
        problems.say(field.ident.span(), message);
    }
}

/// `unique` of fields, then `unique(…)`.
pub(super) fn uniques(columns: Columns<'_>, on_struct: &[FieldList], problems: &mut Problems) -> Vec<Unique> {
    let mut uniques: Vec<Unique> = columns
        .fields
        .iter()
        .filter(|field| field.said.unique.is_some())
        .map(|field| Unique { columns: vec![field.column.clone()], ..Unique::default() })
        .collect();
    for list in on_struct {
        let read = columns.columns(&list.fields, problems);
        let include = columns.columns(&list.options.include, problems);
        let (Some(columns), Some(include)) = (read, include) else { continue };
        let unique = Unique {
            name: list.options.name.as_ref().map(|name| name.value().into()),
            columns,
            include,
            nulls_not_distinct: list.options.nulls_not_distinct,
            deferrable: list.options.deferrable,
        };
        if uniques.contains(&unique) {
            problems.say(list.word.span(), "this `unique` is given twice");
        } else {
            uniques.push(unique);
        }
    }
    uniques
}

/// `index` of fields, then `index(…)`.
pub(super) fn indexes(
    columns: Columns<'_>,
    on_struct: Vec<IndexSaid>,
    problems: &mut Problems,
) -> Vec<Index> {
    let mut indexes: Vec<Index> =
        columns.fields.iter().filter(|field| field.said.index.is_some()).map(index_of_field).collect();
    for said in on_struct {
        let span = said.word.span();
        let Some(index) = index(said, columns, problems) else { continue };
        if indexes.contains(&index) {
            problems.say(span, "this `index` is given twice");
        } else {
            indexes.push(index);
        }
    }
    indexes
}

/// `check = "…"` of fields, then `check("…")`.
pub(super) fn checks(columns: Columns<'_>, on_struct: Vec<CheckSaid>) -> Vec<Check> {
    let of_fields = columns.fields.iter().filter_map(|field| {
        let expression = field.said.check.clone()?;
        Some(Check { columns: vec![field.column.clone()], expression, ..Check::default() })
    });
    let of_struct = on_struct.into_iter().map(|said| Check {
        name: said.options.name.map(|name| name.value().into()),
        columns: Vec::new(),
        expression: said.expression.value(),
        no_inherit: said.options.no_inherit,
        not_valid: said.options.not_valid,
    });
    of_fields.chain(of_struct).collect()
}

fn index_of_field(field: &ReadField<'_>) -> Index {
    Index { parts: vec![IndexPart::column(field.column.clone())], ..Index::default() }
}

fn index(said: IndexSaid, columns: Columns<'_>, problems: &mut Problems) -> Option<Index> {
    let read: Vec<Option<IndexPart>> =
        said.parts.into_iter().map(|part| index_part(part, columns, problems)).collect();
    Some(Index {
        name: said.options.name.map(|name| name.value().into()),
        parts: read.into_iter().collect::<Option<_>>()?,
        unique: said.options.unique,
        predicate: said.options.predicate.map(|sql| sql.value()),
        method: said.options.method.map(|method| method.value()),
        include: columns.columns(&said.options.include, problems)?,
        nulls_not_distinct: said.options.nulls_not_distinct,
        parameters: said.options.parameters,
    })
}

fn index_part(said: PartSaid, columns: Columns<'_>, problems: &mut Problems) -> Option<IndexPart> {
    let key = match said.key {
        KeySaid::Field(name) => IndexKey::Column(columns.field(&name, problems)?.column.clone()),
        KeySaid::Expression(sql) => IndexKey::Expression(sql.value()),
    };
    let PartOptions { order, nulls, prefix, collation, operator_class } = said.options;
    Some(IndexPart { key, order: order.unwrap_or_default(), nulls, prefix, collation, operator_class })
}
