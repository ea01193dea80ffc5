//! How models lead to each other, and what a person would call the ways.
//!
//! A name follows from the key that it is for, never from what other tables there are, as far as names don't meet; so a
//! table more changes no name of the others.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{ColumnName, ForeignKey, Index, IndexKey, Schema, Table, TableName};

use super::{
    ident::{Taken, snake},
    inflect::{plural, singular},
    plan::{Known, Plan},
};

/// A relation of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a relation is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Whether a model that was there already has it.
    is_known: bool,
}

/// A table that joins two others, in one direction.
struct Join<'a, 'b> {
    table: &'a Table,
    first: &'b Named<'a>,
    second: &'b Named<'a>,
}

/// Names the relations of every table. A model that was there keeps those it has, and gets what new keys lead to it.
pub(super) fn all(schema: &Schema, plan: &Plan, known: &Known) -> All {
    let mut taken: BTreeMap<TableName, Taken> = BTreeMap::new();
    for table in &schema.tables {
        let fields = plan.model(&table.name).into_iter().flat_map(|model| model.fields().cloned());
        let names = fields.chain(known.reserved.get(&table.name).into_iter().flatten().cloned());
        taken.insert(table.name.clone(), Taken::with(names));
    }
    let mut all = All::new();
    let named = belongs_to(schema, plan, known, &mut taken, &mut all);
    for one in named.iter().filter(|one| !one.is_known) {
        let Some(taken) = taken.get_mut(&one.key.table) else { continue };
        let inverse = inverse(one, &named, plan, taken);
        all.entry(one.key.table.clone()).or_default().push(inverse);
    }
    let joins = joins(&named);
    for join in joins.iter().filter(|join| !join.first.is_known && !join.second.is_known) {
        let Some(taken) = taken.get_mut(&join.first.key.table) else { continue };
        let relation = through(join, &joins, plan, taken);
        all.entry(join.first.key.table.clone()).or_default().extend(relation);
    }
    all
}

fn belongs_to<'a>(
    schema: &'a Schema,
    plan: &Plan,
    known: &Known,
    taken: &mut BTreeMap<TableName, Taken>,
    all: &mut All,
) -> Vec<Named<'a>> {
    let mut named = Vec::new();
    for table in &schema.tables {
        for (place, key) in table.foreign_keys.iter().enumerate() {
            let Some(taken) = taken.get_mut(&table.name) else { continue };
            let its = known.relation_of(&table.name, place);
            let wishes = || wishes(table, key, plan).iter().map(|wish| snake(wish)).collect::<Vec<_>>();
            let relation = its.map_or_else(|| taken.give(&wishes()), str::to_owned);
            all.entry(table.name.clone())
                .or_default()
                .push(Relation { name: relation.clone(), kind: Kind::BelongsTo(place) });
            named.push(Named { table, key, relation, is_known: its.is_some() });
        }
    }
    named
}

impl Known {
    /// What a model that is there calls its foreign key.
    fn relation_of(&self, table: &TableName, place: usize) -> Option<&str> {
        let relations = &self.models.get(table)?.relations;
        let found = relations.iter().find(|relation| relation.kind == Kind::BelongsTo(place))?;
        Some(&found.name)
    }
}

/// `author_id` → `author`; `author` → `author_user`; several columns → `order_line`.
fn wishes(table: &Table, key: &ForeignKey, plan: &Plan) -> Vec<String> {
    let target = model_word(&key.table, plan);
    let [column] = key.columns.as_slice() else {
        let stems: Vec<_> =
            key.columns.iter().map(|column| stem(&snake(column.as_str()), &target, "").to_owned()).collect();
        return vec![target.clone(), format!("{target}_by_{}", stems.join("_and_"))];
    };
    let name = snake(column.as_str());
    let referenced = key.references.first().map(|column| snake(column.as_str())).unwrap_or_default();
    let stem = stem(&name, &target, &referenced).to_owned();
    let is_key = referenced == name;
    match stem.as_str() {
        "" | "id" => vec![target],
        // `reports_to` is the column, and its field has the name.
        "reports_to" if table.name == key.table => {
            vec!["manager".to_owned(), "superior".to_owned(), format!("reports_to_{target}")]
        }
        // A natural key bears the same name on both sides.
        _ if stem == name && is_key => vec![target.clone(), format!("{stem}_{target}")],
        _ if stem == target.replace('_', "") => vec![target.clone(), stem],
        _ if stem.ends_with(&target) => vec![stem.clone(), format!("{stem}_row")],
        _ => vec![stem.clone(), format!("{stem}_{target}")],
    }
}

/// What a column that leads to another table is about: `author_id`, `id_author` and `fk_author` → `author`.
fn stem<'a>(column: &'a str, target: &str, referenced: &str) -> &'a str {
    const ENDINGS: [&str; 8] = ["id", "uuid", "guid", "fk", "key", "code", "no", "nr"];
    const STARTS: [&str; 2] = ["id_", "fk_"];
    let column = STARTS.iter().find_map(|start| column.strip_prefix(start)).unwrap_or(column);
    let separate = ENDINGS.iter().find_map(|ending| column.strip_suffix(ending)?.strip_suffix('_'));
    // `customerid`: only where what is left is about the target, or the other key ends so; `paid` would be `pa`.
    let is_habit = |ending: &str| referenced.len() > ending.len() && referenced.ends_with(ending);
    let glued = || {
        let stems = ENDINGS.iter().filter_map(|ending| Some((*ending, column.strip_suffix(ending)?)));
        let mut fitting =
            stems.filter(|(ending, stem)| is_about(stem, target) || stem.len() > 3 && is_habit(ending));
        fitting.next().map(|(_, stem)| stem)
    };
    separate.or_else(glued).unwrap_or(column)
}

/// Whether the one name ends like the other: `billtoaddress` and `address`, `territory` and `sales_territory`.
fn is_about(stem: &str, target: &str) -> bool {
    let (stem, target) = (stem.replace('_', ""), target.replace('_', ""));
    stem.len() > 2 && (stem.ends_with(&target) || target.ends_with(&stem) || target.starts_with(&stem))
}

/// The struct's name as a word: `OrderLine` → `order_line`, `Crate` → `crate`.
fn model_word(table: &TableName, plan: &Plan) -> String {
    let word = plan.model(table).map_or_else(|| snake(&table.name), |model| snake(&model.ident));
    singular(&word).trim_end_matches('_').to_owned()
}

fn inverse(one: &Named<'_>, named: &[Named<'_>], plan: &Plan, taken: &mut Taken) -> Relation {
    let Named { table, key, relation, .. } = one;
    let is_one = is_unique(table, &key.columns);
    let word = model_word(&table.name, plan);
    let number = |word: &str| if is_one { word.to_owned() } else { plural(word) };
    let (target, many) = (model_word(&key.table, plan), number(&word));
    let is_self = table.name == key.table;
    let rivals = || named.iter().any(|other| is_rival(one, other));
    let whole = format!("{relation}_{many}");
    let wishes = match relation.as_str() {
        "parent" if is_self => vec![number("child"), whole],
        "manager" | "boss" | "supervisor" | "superior" if is_self => vec![number("report"), whole],
        "reply_to" | "in_reply_to" if is_self => vec![number("reply"), whole],
        _ if is_self => vec![qualified(relation, &target, &many), whole],
        // The way over the key that is called like the target is the one that is meant without saying.
        _ if relation.trim_end_matches('_') == target || !rivals() => {
            vec![many.clone(), qualified(relation, &target, &many), whole]
        }
        _ => vec![qualified(relation, &target, &many), whole],
    };
    let kind = Kind::Inverse { table: table.name.clone(), relation: relation.clone(), one: is_one };
    Relation { name: taken.give(&wishes), kind }
}

/// Whether both lead from the one table to the other.
fn is_rival(one: &Named<'_>, other: &Named<'_>) -> bool {
    other.table.name == one.table.name && other.key.table == one.key.table && other.relation != one.relation
}

/// `home_team` and `matches` → `home_matches`; `created_by` and `posts` → `created_posts`.
fn qualified(relation: &str, target: &str, many: &str) -> String {
    let without = |about: &str, ending: &str| {
        let start = about.strip_suffix(ending).unwrap_or(about).trim_end_matches('_');
        if start.is_empty() { about.to_owned() } else { start.to_owned() }
    };
    let about = without(&without(relation, target), "_by");
    format!("{about}_{many}")
}

/// Whether no two rows share these columns.
fn is_unique(table: &Table, columns: &[ColumnName]) -> bool {
    let same = |other: &[ColumnName]| {
        other.len() == columns.len() && other.iter().all(|column| columns.contains(column))
    };
    table.primary_key.as_ref().is_some_and(|key| same(&key.columns))
        || table.uniques.iter().any(|unique| same(&unique.columns))
        || table.indexes.iter().filter_map(unique_columns).any(|columns| same(&columns))
}

/// The columns of an index that lets no two rows share them.
fn unique_columns(index: &Index) -> Option<Vec<ColumnName>> {
    let column = |key: &IndexKey| match key {
        IndexKey::Column(column) => Some(column.clone()),
        IndexKey::Expression(_) => None,
    };
    let is_whole = index.unique && index.predicate.is_none();
    is_whole.then(|| index.parts.iter().map(|part| column(&part.key)).collect())?
}

/// The tables of which a row is a pair of two others, once for each direction.
fn joins<'a, 'b>(named: &'b [Named<'a>]) -> Vec<Join<'a, 'b>> {
    let mut joins = Vec::new();
    for first in named {
        for second in named.iter().filter(|second| second.table.name == first.table.name) {
            if first.relation != second.relation && is_join(first.table, first.key, second.key) {
                joins.push(Join { table: first.table, first, second });
            }
        }
    }
    joins
}

/// Whether a pair is there at most once.
fn is_join(table: &Table, first: &ForeignKey, second: &ForeignKey) -> bool {
    let both: Vec<_> = first.columns.iter().chain(&second.columns).cloned().collect();
    let distinct: BTreeSet<_> = both.iter().collect();
    distinct.len() == both.len() && is_unique(table, &both)
}

/// Only where its name is free: the way over the join model is there anyway.
fn through(join: &Join<'_, '_>, joins: &[Join<'_, '_>], plan: &Plan, taken: &mut Taken) -> Option<Relation> {
    let target = model_word(&join.second.key.table, plan);
    let by_table = format!("{}_{}", model_word(&join.table.name, plan), plural(&target));
    let is_self = join.first.key.table == join.second.key.table;
    let wishes = match () {
        () if is_self => vec![plural(&join.second.relation), by_table],
        () if joins.iter().any(|other| is_other_way(join, other)) => vec![by_table],
        () => vec![plural(&target), by_table],
    };
    let name = wishes.into_iter().find(|wish| taken.is_free(wish))?;
    taken.keep(&name);
    let kind = Kind::Through {
        table: join.second.key.table.clone(),
        join: join.table.name.clone(),
        first: join.first.relation.clone(),
        second: join.second.relation.clone(),
    };
    Some(Relation { name, kind })
}

/// Whether another table joins the same two, or the same one by other keys.
fn is_other_way(join: &Join<'_, '_>, other: &Join<'_, '_>) -> bool {
    let is_same_pair =
        other.first.key.table == join.first.key.table && other.second.key.table == join.second.key.table;
    let is_same_way = other.table.name == join.table.name
        && other.first.relation == join.first.relation
        && other.second.relation == join.second.relation;
    is_same_pair && !is_same_way
}
