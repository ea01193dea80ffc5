//! Which dropped thing is which new thing: decided, hinted, or asked.

use std::collections::BTreeSet;

use orm_schema::{Column, ColumnType, EnumType, Schema, Table};

use super::{
    apply::Renames,
    rename::{Rename, RenameKind, RenameQuestion},
};
use crate::dialect::Dialect;

/// What came out.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) renames: Renames,
    pub(super) questions: Vec<RenameQuestion>,
    pub(super) unused: Vec<Rename>,
}

/// A gone and a new thing, and what speaks for their being one.
struct Pair {
    kind: RenameKind,
    from: String,
    to: String,
    /// Other ways to write the two: a column under the other name of its table.
    also: Option<(String, String)>,
    hinted: bool,
    alike: bool,
}

impl Pair {
    /// Whether a decision is about these two.
    fn is_meant_by(&self, rename: &Rename) -> bool {
        let is = |name: &String, own: &String, other: Option<&String>| name == own || Some(name) == other;
        is(&rename.from, &self.from, self.also.as_ref().map(|(from, _)| from))
            && is(&rename.to, &self.to, self.also.as_ref().map(|(_, to)| to))
    }
}

/// The decisions, and which of them found something to decide.
struct Decisions<'a> {
    all: &'a [Rename],
    used: BTreeSet<usize>,
    questions: Vec<RenameQuestion>,
}

/// Finds the renames from `from` to `to`.
pub(super) fn resolve(dialect: Dialect, from: &Schema, to: &Schema, decisions: &[Rename]) -> Resolved {
    let mut decisions = Decisions { all: decisions, used: BTreeSet::new(), questions: Vec::new() };
    let mut renames = Renames::default();
    resolve_enums(from, to, &mut decisions, &mut renames);
    resolve_tables(dialect, from, to, &mut decisions, &mut renames);
    for before in &from.tables {
        if let Some(after) = to.table(&renames.table(&before.name)) {
            resolve_columns(dialect, before, after, &mut decisions, &mut renames);
        }
    }
    let unused = decisions.all.iter().enumerate().filter(|(at, _)| !decisions.used.contains(at));
    let unused = unused.map(|(_, rename)| rename.clone()).collect();
    Resolved { renames, questions: decisions.questions, unused }
}

fn resolve_tables(
    dialect: Dialect,
    from: &Schema,
    to: &Schema,
    decisions: &mut Decisions<'_>,
    renames: &mut Renames,
) {
    let gone: Vec<&Table> = from.tables.iter().filter(|table| to.table(&table.name).is_none()).collect();
    let new: Vec<&Table> = to.tables.iter().filter(|table| from.table(&table.name).is_none()).collect();
    let pairs = decisions.one_to_one(&gone, &new, |gone, new| Pair {
        kind: RenameKind::Table,
        from: gone.name.to_string(),
        to: new.name.to_string(),
        also: None,
        hinted: new.renamed_from.as_ref() == Some(&gone.name),
        alike: alike_tables(dialect, gone, new),
    });
    renames.tables = pairs.into_iter().map(|(gone, new)| (gone.name.clone(), new.name.clone())).collect();
}

fn resolve_columns(
    dialect: Dialect,
    before: &Table,
    after: &Table,
    decisions: &mut Decisions<'_>,
    renames: &mut Renames,
) {
    let gone: Vec<&Column> =
        before.columns.iter().filter(|column| after.column(&column.name).is_none()).collect();
    let new: Vec<&Column> =
        after.columns.iter().filter(|column| before.column(&column.name).is_none()).collect();
    let pairs = decisions.one_to_one(&gone, &new, |gone, new| Pair {
        kind: RenameKind::Column,
        from: format!("{}.{}", before.name, gone.name),
        to: format!("{}.{}", after.name, new.name),
        also: Some((format!("{}.{}", after.name, gone.name), format!("{}.{}", before.name, new.name))),
        hinted: new.renamed_from.as_ref() == Some(&gone.name),
        alike: alike_types(dialect, &gone.column_type, &new.column_type),
    });
    let columns = pairs.into_iter().map(|(gone, new)| (gone.name.clone(), new.name.clone())).collect();
    renames.columns.insert(after.name.clone(), columns);
}

fn resolve_enums(from: &Schema, to: &Schema, decisions: &mut Decisions<'_>, renames: &mut Renames) {
    let gone: Vec<&EnumType> = from.enums.iter().filter(|one| to.enum_type(&one.name).is_none()).collect();
    let new: Vec<&EnumType> = to.enums.iter().filter(|one| from.enum_type(&one.name).is_none()).collect();
    let pairs = decisions.one_to_one(&gone, &new, |gone, new| Pair {
        kind: RenameKind::Enum,
        from: gone.name.to_string(),
        to: new.name.to_string(),
        also: None,
        hinted: false,
        alike: gone.labels == new.labels,
    });
    renames.enums = pairs.into_iter().map(|(gone, new)| (gone.name.clone(), new.name.clone())).collect();
    for before in &from.enums {
        let name = renames.enums.get(&before.name).unwrap_or(&before.name).clone();
        if let Some(after) = to.enum_type(&name) {
            resolve_labels(before, after, decisions, renames);
        }
    }
}

/// A label may be renamed where the lists are equally long and it is replaced in its place.
fn resolve_labels(before: &EnumType, after: &EnumType, decisions: &mut Decisions<'_>, renames: &mut Renames) {
    let gone: Vec<&String> = before.labels.iter().filter(|label| !after.labels.contains(label)).collect();
    let new: Vec<&String> = after.labels.iter().filter(|label| !before.labels.contains(label)).collect();
    let in_place = |gone: &String, new: &String| {
        before.labels.len() == after.labels.len()
            && before.labels.iter().zip(&after.labels).any(|(old, label)| (old, label) == (gone, new))
    };
    let pairs = decisions.one_to_one(&gone, &new, |gone, new| Pair {
        kind: RenameKind::EnumValue,
        from: format!("{}.{gone}", before.name),
        to: format!("{}.{new}", after.name),
        also: None,
        hinted: false,
        alike: in_place(gone, new),
    });
    let labels = pairs.into_iter().map(|(gone, new)| ((*gone).clone(), (*new).clone())).collect();
    renames.labels.insert(after.name.clone(), labels);
}

impl Decisions<'_> {
    /// Pairs gone things with new ones: by decision, then by hint. What is left and alike becomes a question.
    fn one_to_one<'a, T>(
        &mut self,
        gone: &[&'a T],
        new: &[&'a T],
        describe: impl Fn(&T, &T) -> Pair,
    ) -> Vec<(&'a T, &'a T)> {
        let mut open = Vec::new();
        let (mut taken_gone, mut taken_new) = (BTreeSet::new(), BTreeSet::new());
        let mut pairs = Vec::new();
        for (i, one) in gone.iter().enumerate() {
            for (j, other) in new.iter().enumerate() {
                let pair = describe(one, other);
                match self.verdict(&pair).or(pair.hinted.then_some(true)) {
                    Some(true) if !taken_gone.contains(&i) && !taken_new.contains(&j) => {
                        taken_gone.insert(i);
                        taken_new.insert(j);
                        pairs.push((*one, *other));
                    }
                    Some(_) => {}
                    None => open.push((i, j, pair)),
                }
            }
        }
        open.retain(|(i, j, pair)| pair.alike && !taken_gone.contains(i) && !taken_new.contains(j));
        let questions =
            open.into_iter().map(|(_, _, Pair { kind, from, to, .. })| RenameQuestion { kind, from, to });
        self.questions.extend(questions);
        pairs
    }

    fn verdict(&mut self, pair: &Pair) -> Option<bool> {
        let at = self.all.iter().position(|rename| pair.is_meant_by(rename))?;
        self.used.insert(at);
        Some(self.all[at].same)
    }
}

/// Half of the columns of the larger table are in both, and are alike.
fn alike_tables(dialect: Dialect, one: &Table, other: &Table) -> bool {
    let is_shared = |column: &&Column| {
        other
            .column(&column.name)
            .is_some_and(|twin| alike_types(dialect, &column.column_type, &twin.column_type))
    };
    let shared = one.columns.iter().filter(is_shared).count();
    shared > 0 && shared * 2 >= one.columns.len().max(other.columns.len())
}

/// What kind of values a type holds, as far as a rename is concerned.
#[derive(PartialEq, Eq)]
enum Family {
    Bool,
    Number,
    Text,
    Bytes,
    Date,
    Time,
    Moment,
    Uuid,
    Json,
    Array(Box<Family>),
    Enum,
    Other(String),
}

fn alike_types(dialect: Dialect, one: &ColumnType, other: &ColumnType) -> bool {
    one == other || family(dialect, one) == family(dialect, other)
}

fn family(dialect: Dialect, column_type: &ColumnType) -> Family {
    match column_type {
        ColumnType::Bool => Family::Bool,
        ColumnType::I8
        | ColumnType::I16
        | ColumnType::I32
        | ColumnType::I64
        | ColumnType::U8
        | ColumnType::U16
        | ColumnType::U32
        | ColumnType::U64
        | ColumnType::F32
        | ColumnType::F64
        | ColumnType::Decimal
        | ColumnType::DecimalOf(..) => Family::Number,
        ColumnType::Text | ColumnType::Varchar(_) => Family::Text,
        ColumnType::Bytes => Family::Bytes,
        ColumnType::Date => Family::Date,
        ColumnType::Time => Family::Time,
        ColumnType::DateTime | ColumnType::Timestamp => Family::Moment,
        ColumnType::Uuid => Family::Uuid,
        ColumnType::Json => Family::Json,
        ColumnType::Array(element) => Family::Array(Box::new(family(dialect, element))),
        ColumnType::Enum(_) => Family::Enum,
        ColumnType::Native(native) => match dialect.rust_type(native) {
            Some(portable) => family(dialect, &portable),
            None => Family::Other(native.clone()),
        },
    }
}
