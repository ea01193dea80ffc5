//! The names that people gave, for the plan to keep.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{EnumName, ForeignKey, Schema, Table, parse::RelationKind};

use super::models::{Existing, ExistingModel};
use crate::introspect::{
    plan::{EnumPlan, Known, ModelPlan, Modules},
    relations::{Kind, Relation},
};

/// Everything that has a name. `before` are the tables as the models say them, `after` as they will say them.
pub(super) fn known(existing: &Existing, before: &Schema, after: &Schema, base: Modules) -> Known {
    let mut known = Known { base, ..Known::default() };
    for model in &existing.models {
        take(&mut known, &model.module, &model.home, &model.item.ident.to_string());
        let (Some(from), Some(to)) = (before.table(&model.table), after.table(&model.table)) else {
            continue;
        };
        let fields = model.columns.iter().cloned().zip(model.fields.iter().cloned()).collect();
        known.models.insert(
            model.table.clone(),
            ModelPlan {
                module: model.module.clone(),
                home: model.home.clone(),
                ident: model.item.ident.to_string(),
                fields,
                relations: relations(model, from, to),
            },
        );
        let names = model.relations.iter().map(|relation| plain(&relation.ident)).collect();
        known.reserved.insert(model.table.clone(), names);
        if let (Some(namespace), Some((_, above))) = (&model.table.namespace, model.module.split_last()) {
            known.namespaces.entry(namespace.clone()).or_insert_with(|| above.to_vec());
        }
    }
    for one in &existing.enums {
        take(&mut known, &one.module, &one.home, &one.item.ident.to_string());
        let variants = one.enum_type.labels.iter().cloned().zip(one.variants.iter().cloned()).collect();
        let (module, home, ident) = (one.module.clone(), one.home.clone(), one.item.ident.to_string());
        let plan = EnumPlan { module, home, ident, variants };
        known.enums.entry(one.enum_type.name.clone()).or_insert(plan);
    }
    // What a module holds may be handed on by the one above it.
    for (module, types) in &existing.types {
        let above = module.split_last().map(|(_, above)| above.to_vec());
        for place in above.into_iter().chain([module.clone()]) {
            known.taken.entry(place).or_default().extend(types.iter().cloned());
        }
    }
    for module in existing.modules.values() {
        if let Some((name, above)) = module.split_last() {
            known.taken.entry(above.to_vec()).or_default().push(name.clone());
        }
    }
    known
}

fn take(known: &mut Known, module: &Modules, home: &Modules, ident: &str) {
    for place in BTreeSet::from([module, home]) {
        let names = known.taken.entry(place.clone()).or_default();
        names.extend([ident.to_owned(), format!("New{ident}"), format!("{ident}Columns")]);
    }
}

fn plain(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// What a model calls its foreign keys, at their places in the table to come.
fn relations(model: &ExistingModel, before: &Table, after: &Table) -> Vec<Relation> {
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    let columns_of = |fields: &[syn::Ident]| -> Vec<_> {
        let names: Vec<_> = fields.iter().map(plain).collect();
        let column = |name: &String| {
            model.fields.iter().position(|field| field == name).map(|at| model.columns[at].clone())
        };
        names.iter().filter_map(column).collect()
    };
    for relation in &model.relations {
        let RelationKind::BelongsTo { fields, foreign_key, .. } = &relation.kind else { continue };
        let own = foreign_key.and_then(|at| before.foreign_keys.get(at));
        let columns = columns_of(fields);
        let fits: [&dyn Fn(&ForeignKey) -> bool; 3] = [
            &|key| {
                own.is_some_and(|own| {
                    (&own.columns, &own.table, &own.references) == (&key.columns, &key.table, &key.references)
                })
            },
            &|key| own.is_some_and(|own| (&own.columns, &own.table) == (&key.columns, &key.table)),
            &|key| key.columns == columns,
        ];
        let free = |at: &usize| !places.contains_key(at);
        let place = fits.iter().find_map(|fits| {
            let mut found =
                after.foreign_keys.iter().enumerate().filter(|(_, key)| fits(key)).map(|(at, _)| at);
            found.find(free)
        });
        if let Some(place) = place {
            places.insert(place, plain(&relation.ident));
        }
    }
    places.into_iter().map(|(place, name)| Relation { name, kind: Kind::BelongsTo(place) }).collect()
}

/// The enums of the columns that are there: what a field holds, or nothing where a person chose no enum.
pub(super) fn chosen(
    scan: &crate::source::Scan,
) -> BTreeMap<(orm_schema::TableName, orm_schema::ColumnName), Option<EnumName>> {
    let mut chosen = BTreeMap::new();
    for model in &scan.models {
        let Some(table) = scan.schema.table(&model.table) else { continue };
        for (column, ty) in table.columns.iter().zip(&model.types) {
            let name = match &ty.column_type {
                orm_schema::ColumnType::Enum(name) => Some(name.clone()),
                _ => None,
            };
            chosen.insert((model.table.clone(), column.name.clone()), name);
        }
    }
    chosen
}
