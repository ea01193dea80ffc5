//! How models lead to each other, and what a person would call the ways.

use std::collections::BTreeMap;

use orm_schema::{ColumnName, ForeignKey, Schema, Table, TableName, naming::plural};

use super::{
    ident::{Taken, singular, snake},
    plan::Plan,
};

/// A relation of a model.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a relation is made of.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// This table's foreign key, by its place in the table.
    BelongsTo(usize),
    /// `Post.author`, with many rows or at most one.
    Inverse { table: TableName, relation: String, one: bool },
    /// `Tag through PostTag.post, PostTag.tag`
    Through { table: TableName, join: TableName, first: String, second: String },
}

type All = BTreeMap<TableName, Vec<Relation>>;

/// What a foreign key is called, and where it stands.
struct Named<'a> {
    table: &'a Table,
    key: &'a ForeignKey,
    relation: String,
}

/// Names the relations of every table.
pub(super) fn all(schema: &Schema, plan: &Plan) -> All {
    let mut taken: BTreeMap<TableName, Taken> = BTreeMap::new();
    for table in &schema.tables {
        let fields = plan.model(&table.name).into_iter().flat_map(|model| model.fields().cloned());
        taken.insert(table.name.clone(), Taken::with(fields));
    }
    let mut all = All::new();
    let named = belongs_to(schema, plan, &mut taken, &mut all);
    for one in &named {
        let Some(taken) = taken.get_mut(&one.key.table) else { continue };
        let inverse = inverse(one, &named, plan, taken);
        all.entry(one.key.table.clone()).or_default().push(inverse);
    }
    for (table, first, second) in joins(&named) {
        let Some(taken) = taken.get_mut(&first.key.table) else { continue };
        let relation = through(table, first, second, plan, taken);
        all.entry(first.key.table.clone()).or_default().extend(relation);
    }
    all
}

fn belongs_to<'a>(
    schema: &'a Schema,
    plan: &Plan,
    taken: &mut BTreeMap<TableName, Taken>,
    all: &mut All,
) -> Vec<Named<'a>> {
    let mut named = Vec::new();
    for table in &schema.tables {
        for (place, key) in table.foreign_keys.iter().enumerate() {
            let Some(taken) = taken.get_mut(&table.name) else { continue };
            let relation = taken.give(&wishes(key, plan));
            all.entry(table.name.clone())
                .or_default()
                .push(Relation { name: relation.clone(), kind: Kind::BelongsTo(place) });
            named.push(Named { table, key, relation });
        }
    }
    named
}

/// `author_id` → `author`; `author` → `author_user`; several columns → `order_line`.
fn wishes(key: &ForeignKey, plan: &Plan) -> Vec<String> {
    let target = model_word(&key.table, plan);
    match key.columns.as_slice() {
        [column] => {
            let column = snake(column.as_str());
            let stem = stem(&column);
            match stem {
                "" | "id" => vec![target],
                _ if stem.ends_with(&target) => vec![stem.to_owned(), format!("{stem}_row")],
                _ => vec![stem.to_owned(), format!("{stem}_{target}")],
            }
        }
        columns => {
            let stems: Vec<_> =
                columns.iter().map(|column| stem(&snake(column.as_str())).to_owned()).collect();
            vec![target.clone(), format!("{target}_by_{}", stems.join("_and_"))]
        }
    }
}

/// What a column that leads to another table is about.
fn stem(column: &str) -> &str {
    let endings = ["_id", "_uuid", "_fk", "_key", "_code", "_no", "_nr"];
    endings.iter().find_map(|ending| column.strip_suffix(ending)).unwrap_or(column)
}

/// The struct's name as a word: `OrderLine` → `order_line`.
fn model_word(table: &TableName, plan: &Plan) -> String {
    plan.model(table).map_or_else(|| singular(&snake(&table.name)), |model| snake(&model.ident))
}

fn inverse(one: &Named<'_>, named: &[Named<'_>], plan: &Plan, taken: &mut Taken) -> Relation {
    let Named { table, key, relation } = one;
    let is_one = is_unique(table, &key.columns);
    let word = model_word(&table.name, plan);
    let many = if is_one { word.clone() } else { plural(&word) };
    let rivals =
        named.iter().filter(|other| other.table.name == table.name && other.key.table == key.table).count();
    let qualified = match relation.strip_suffix(&word) {
        // `reports_to_employee` ← `reports_to_employees`
        Some(start) => format!("{start}{many}"),
        None => format!("{relation}_{many}"),
    };
    let is_self = table.name == key.table;
    let wishes = match (is_self, relation.as_str()) {
        (true, "parent") if !is_one => vec!["children".to_owned(), qualified],
        (true, _) => vec![qualified],
        (false, _) if rivals > 1 => vec![qualified],
        (false, _) => vec![many, qualified],
    };
    let kind = Kind::Inverse { table: table.name.clone(), relation: relation.clone(), one: is_one };
    Relation { name: taken.give(&wishes), kind }
}

/// Whether no two rows share these columns.
fn is_unique(table: &Table, columns: &[ColumnName]) -> bool {
    let same = |other: &[ColumnName]| {
        other.len() == columns.len() && other.iter().all(|column| columns.contains(column))
    };
    table.primary_key.as_ref().is_some_and(|key| same(&key.columns))
        || table.uniques.iter().any(|unique| same(&unique.columns))
}

/// The tables that do nothing but join two others, once for each direction.
fn joins<'a, 'b>(named: &'b [Named<'a>]) -> Vec<(&'a Table, &'b Named<'a>, &'b Named<'a>)> {
    let mut joins = Vec::new();
    for first in named {
        for second in named.iter().filter(|second| second.table.name == first.table.name) {
            if first.key.table != second.key.table && is_join(first.table, first.key, second.key) {
                joins.push((first.table, first, second));
            }
        }
    }
    joins
}

/// Whether the two keys' columns are the primary key, and there is no third one.
fn is_join(table: &Table, first: &ForeignKey, second: &ForeignKey) -> bool {
    let Some(key) = &table.primary_key else { return false };
    let both: Vec<_> = first.columns.iter().chain(&second.columns).collect();
    table.foreign_keys.len() == 2
        && both.len() == key.columns.len()
        && key.columns.iter().all(|column| both.contains(&column))
}

/// Only where its name is free: the way over the join model is there anyway.
fn through(
    join: &Table,
    first: &Named<'_>,
    second: &Named<'_>,
    plan: &Plan,
    taken: &mut Taken,
) -> Option<Relation> {
    let name = plural(&model_word(&second.key.table, plan));
    taken.is_free(&name).then(|| Relation {
        name: taken.give(&[name]),
        kind: Kind::Through {
            table: second.key.table.clone(),
            join: join.name.clone(),
            first: first.relation.clone(),
            second: second.relation.clone(),
        },
    })
}
