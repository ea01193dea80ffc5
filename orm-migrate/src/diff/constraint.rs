//! What differs between the constraints and indexes of two tables that are one.
//!
//! Two are the same when they say the same; names only decide whether it is a rename.

use orm_schema::{
    ConstraintName, ForeignKey, Index, IndexKey, IndexPart, PrimaryKey, Table, TableName, Unique, naming,
};

use super::table::Pair;
use crate::{
    change::{Change, Constraint},
    names::{self, TableNames},
};

/// A constraint or index on one side.
struct Item<T> {
    /// Its name in the database.
    name: ConstraintName,
    /// Where the name comes from.
    rule: Rule,
    /// Its place among those of its table.
    place: usize,
    /// Equal for two that say the same.
    key: String,
    value: T,
}

/// Where a name comes from.
enum Rule {
    /// Written out, and not as the rule would have it.
    Written,
    /// Not written out: the database has the derived name, because we gave it.
    Derived(String),
    /// Read from a live database, and just what the rule gives.
    Found(String),
}

impl Rule {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Written => None,
            Self::Derived(rule) | Self::Found(rule) => Some(rule),
        }
    }
}

/// What became of it.
enum Fate<T> {
    Added(Item<T>),
    Dropped(Item<T>),
    Renamed { from: ConstraintName, to: Item<T> },
    Kept { from: ConstraintName, to: Item<T> },
}

/// Changes of constraints and indexes.
pub(super) fn compare(pair: &Pair<'_>) -> Vec<Change> {
    let table = &pair.after.name;
    // SQLite's constraints have no name that could be altered: a derived one that is out of date hurts nobody, and is not
    // worth copying the table.
    let follow = pair.dialect.can_rename_constraints();
    let constraints = constraint_fates(pair).into_iter().filter(|fate| follow || !fate.is_derived_rename());
    let constraints = constraints.filter_map(|fate| constraint_change(table, fate));
    constraints.chain(index_fates(pair).into_iter().filter_map(|fate| index_change(table, fate))).collect()
}

/// The table after the change, with the names that the database keeps although nobody writes them out.
pub(super) fn settled(pair: &Pair<'_>) -> Table {
    let mut table = pair.after.clone();
    for (place, name) in kept_names(&index_fates(pair)) {
        table.indexes[place].name = Some(name);
    }
    if pair.dialect.can_rename_constraints() {
        let mut names: Vec<&mut Option<ConstraintName>> = Vec::new();
        names.extend(table.primary_key.iter_mut().map(|key| &mut key.name));
        names.extend(table.uniques.iter_mut().map(|unique| &mut unique.name));
        names.extend(table.foreign_keys.iter_mut().map(|key| &mut key.name));
        names.extend(table.checks.iter_mut().map(|check| &mut check.name));
        for (place, name) in kept_names(&constraint_fates(pair)) {
            *names[place] = Some(name);
        }
    }
    table
}

/// Places and names of what stays under a name that is not the rule's.
fn kept_names<T>(fates: &[Fate<T>]) -> Vec<(usize, ConstraintName)> {
    let kept = fates.iter().filter_map(|fate| match fate {
        Fate::Kept { from, to } if *from != to.name => Some((to.place, from.clone())),
        Fate::Kept { .. } | Fate::Added(_) | Fate::Dropped(_) | Fate::Renamed { .. } => None,
    });
    kept.collect()
}

fn constraint_fates(pair: &Pair<'_>) -> Vec<Fate<Constraint>> {
    match_up(constraints(pair, pair.before, pair.original), constraints(pair, pair.after, pair.after))
}

fn index_fates(pair: &Pair<'_>) -> Vec<Fate<Index>> {
    match_up(indexes(pair, pair.before, pair.original), indexes(pair, pair.after, pair.after))
}

impl<T> Fate<T> {
    fn is_derived_rename(&self) -> bool {
        matches!(self, Self::Renamed { to, .. } if to.rule.name().is_some())
    }
}

/// Pairs what says the same, preferring the same name; the rest is added or dropped.
fn match_up<T>(before: Vec<Item<T>>, after: Vec<Item<T>>) -> Vec<Fate<T>> {
    let mut before: Vec<Option<Item<T>>> = before.into_iter().map(Some).collect();
    let mut fates = Vec::new();
    for to in after {
        let says_the_same = |from: &Item<T>| from.key == to.key;
        let at = position(&before, |from| says_the_same(from) && from.name == to.name)
            .or_else(|| position(&before, says_the_same));
        match at.and_then(|at| before[at].take()) {
            Some(from) if is_rename(&from, &to) => fates.push(Fate::Renamed { from: from.name, to }),
            Some(from) => fates.push(Fate::Kept { from: from.name, to }),
            None => fates.push(Fate::Added(to)),
        }
    }
    fates.extend(before.into_iter().flatten().map(Fate::Dropped));
    fates
}

fn position<T>(items: &[Option<Item<T>>], wanted: impl Fn(&Item<T>) -> bool) -> Option<usize> {
    items.iter().position(|item| item.as_ref().is_some_and(&wanted))
}

/// A written name is what the database shall have. A derived one is not, unless the one before was derived as well and the
/// rule now gives another, as after the rename of a table.
fn is_rename<T>(from: &Item<T>, to: &Item<T>) -> bool {
    let follows = match (&from.rule, &to.rule) {
        (_, Rule::Written) | (Rule::Derived(_), Rule::Derived(_)) => true,
        (Rule::Found(old), Rule::Derived(new)) => old != new,
        (Rule::Written, Rule::Derived(_)) | (_, Rule::Found(_)) => false,
    };
    follows && from.name != to.name
}

/// The table's constraints; their names are those of `named`, which is the table before its renames.
fn constraints(pair: &Pair<'_>, table: &Table, named: &Table) -> Vec<Item<Constraint>> {
    let old = names::constraints(named).into_iter();
    let both = old.zip(names::constraints(table));
    both.enumerate()
        .map(|(place, ((name, old), (_, value)))| Item {
            rule: pair.rule(table, &name, value.name(), old.derived_name(&named.name)),
            key: constraint_key(pair, table, &value),
            place,
            name,
            value,
        })
        .collect()
}

fn constraint_key(pair: &Pair<'_>, table: &Table, constraint: &Constraint) -> String {
    match constraint {
        Constraint::PrimaryKey(key) => format!("primary key {:?}", PrimaryKey { name: None, ..key.clone() }),
        Constraint::Unique(unique) => format!("{:?}", Unique { name: None, ..unique.clone() }),
        Constraint::ForeignKey(key) => format!("{:?}", ForeignKey { name: None, ..key.clone() }),
        Constraint::Check(check) => {
            let options = (check.no_inherit, check.not_valid);
            format!("check {options:?} {}", pair.key(&check.expression, table))
        }
    }
}

fn indexes(pair: &Pair<'_>, table: &Table, named: &Table) -> Vec<Item<Index>> {
    let names = TableNames::of(named).indexes;
    let both = names.into_iter().zip(&table.indexes).zip(&named.indexes);
    both.enumerate()
        .map(|(place, ((name, index), old))| {
            let rule = naming::constraint_name(&named.name, &old.columns(), naming::Suffix::Index);
            Item {
                rule: pair.rule(table, &name, index.name.as_ref(), rule),
                name,
                place,
                key: index_key(pair, table, index),
                value: index.clone(),
            }
        })
        .collect()
}

impl Pair<'_> {
    /// Where a name comes from: one that a live database spells out may be the rule's, one that a model writes out is not.
    fn rule(
        &self,
        table: &Table,
        name: &ConstraintName,
        written: Option<&ConstraintName>,
        rule: String,
    ) -> Rule {
        match written {
            None => Rule::Derived(rule),
            Some(_) if std::ptr::eq(table, self.before) && name.as_str() == rule => Rule::Found(rule),
            Some(_) => Rule::Written,
        }
    }
}

fn index_key(pair: &Pair<'_>, table: &Table, index: &Index) -> String {
    let Index { name: _, parts, unique, predicate: _, method, include, nulls_not_distinct, parameters } =
        index;
    let mut key =
        format!("unique {unique} {nulls_not_distinct} method {method:?} {parameters:?} {include:?}");
    for IndexPart { key: indexed, order, nulls, prefix, collation, operator_class } in parts {
        let what = match indexed {
            IndexKey::Column(name) => format!("{:?}", name.as_str()),
            IndexKey::Expression(text) => pair.key(text, table),
        };
        key.push_str(&format!(", {what} {order:?} {nulls:?} {prefix:?} {collation:?} {operator_class:?}"));
    }
    if let Some(predicate) = &index.predicate {
        key.push_str(&format!(" where {}", pair.key(predicate, table)));
    }
    key
}

fn constraint_change(table: &TableName, fate: Fate<Constraint>) -> Option<Change> {
    let table = table.clone();
    Some(match fate {
        Fate::Added(Item { name, value: constraint, .. }) => {
            Change::AddConstraint { table, name, constraint }
        }
        Fate::Dropped(Item { name, value: constraint, .. }) => {
            Change::DropConstraint { table, name, constraint }
        }
        Fate::Renamed { from, to } => {
            Change::RenameConstraint { table, from, to: to.name, constraint: to.value }
        }
        Fate::Kept { .. } => return None,
    })
}

fn index_change(table: &TableName, fate: Fate<Index>) -> Option<Change> {
    let table = table.clone();
    Some(match fate {
        Fate::Added(Item { name, value: index, .. }) => Change::AddIndex { table, name, index },
        Fate::Dropped(Item { name, value: index, .. }) => Change::DropIndex { table, name, index },
        Fate::Renamed { from, to } => Change::RenameIndex { table, from, to: to.name, index: to.value },
        Fate::Kept { .. } => return None,
    })
}
