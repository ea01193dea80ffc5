//! How a file names what is in other files.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{Table, TableName};

use super::{
    ident::sort_key,
    plan::{ModelPlan, Modules, Plan},
    relations::Kind,
    types,
};

/// What rustfmt lets a `use` with a list have on one line.
const LINE_WIDTH: usize = 98;

/// The way from a module to another: `super`, `super::super::sales`; nothing where they are one.
pub(super) fn way(from: &Modules, to: &Modules) -> String {
    let shared = from.iter().zip(to).take_while(|(one, other)| one == other).count();
    let up = (shared..from.len()).map(|_| "super");
    up.chain(to.iter().skip(shared).map(String::as_str)).collect::<Vec<_>>().join("::")
}

/// The tables to which a model's relations lead.
pub(super) fn targets(table: &Table, model: &ModelPlan) -> BTreeSet<TableName> {
    let mut targets = BTreeSet::new();
    for relation in &model.relations {
        match &relation.kind {
            Kind::BelongsTo(place) => {
                targets.extend(table.foreign_keys.get(*place).map(|key| key.table.clone()))
            }
            Kind::Inverse { table, .. } => targets.extend([table.clone()]),
            Kind::Through { table, join, .. } => targets.extend([table.clone(), join.clone()]),
        }
    }
    targets
}

/// What a model calls another one: its name, or the way to it where the name is that of two.
pub(super) fn name_of(table: &Table, to: &TableName, plan: &Plan, model: &ModelPlan) -> String {
    let Some(target) = plan.model(to) else { return to.name.clone() };
    if is_alone(table, to, target, plan, model) {
        return target.ident.clone();
    }
    match way(&model.module, &target.home).as_str() {
        "" => target.ident.clone(),
        way => format!("{way}::{}", target.ident),
    }
}

/// Whether no other model that is named in the file is called so.
fn is_alone(table: &Table, to: &TableName, target: &ModelPlan, plan: &Plan, model: &ModelPlan) -> bool {
    let is_other =
        |other: &TableName| other != to && plan.model(other).is_some_and(|other| other.ident == target.ident);
    *to == table.name || !is_other(&table.name) && !targets(table, model).iter().any(is_other)
}

/// The `use` lines of a file for the models and enums that it names, in rustfmt's order.
pub(super) fn lines(table: &Table, plan: &Plan, model: &ModelPlan) -> String {
    let mut names: BTreeMap<&Modules, BTreeSet<String>> = BTreeMap::new();
    for to in targets(table, model).into_iter().filter(|to| *to != table.name) {
        let Some(target) = plan.model(&to) else { continue };
        if is_alone(table, &to, target, plan, model) {
            names.entry(&target.home).or_default().insert(target.ident.clone());
        }
    }
    for column in &table.columns {
        let listed = plan.enum_of_column(&table.name, &column.name);
        if let Some(found) =
            listed.or_else(|| types::enum_of(&column.column_type)).and_then(|name| plan.enum_plan(name))
        {
            names.entry(&found.home).or_default().insert(found.ident.clone());
        }
    }
    let mut lines: Vec<_> =
        names.into_iter().map(|(home, names)| (way(&model.module, home), names)).collect();
    lines.sort_by_cached_key(|(way, names)| order(way, names));
    let lines: String =
        lines.iter().filter(|(way, _)| !way.is_empty()).map(|(way, names)| use_line(way, names)).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

/// By this rustfmt sorts `use` lines: segment by segment, `super` first, a list last.
pub(super) fn order(way: &str, names: &BTreeSet<String>) -> Vec<(u8, String)> {
    let segment =
        |segment: &str| if segment == "super" { (0, String::new()) } else { (1, sort_key(segment)) };
    let last = match names.first() {
        Some(only) if names.len() == 1 => segment(only),
        Some(_) | None => (2, String::new()),
    };
    way.split("::").map(segment).chain([last]).collect()
}

/// `use super::{Album, Track};`, over several lines where rustfmt would.
pub(super) fn use_line(way: &str, names: &BTreeSet<String>) -> String {
    let line = format!("use {way}::{};\n", list(names));
    if line.trim().chars().count() <= LINE_WIDTH || names.len() == 1 {
        return line;
    }
    let mut text = format!("use {way}::{{\n");
    let mut row = String::new();
    for name in sorted(names) {
        if row.chars().count() + name.chars().count() + 6 > 100 {
            text.push_str(&format!("    {}\n", row.trim_end()));
            row.clear();
        }
        row.push_str(&format!("{name}, "));
    }
    text + &format!("    {}\n}};\n", row.trim_end())
}

/// `Album`, `{Album, Track}`
pub(super) fn list(names: &BTreeSet<String>) -> String {
    let sorted: Vec<_> = sorted(names).into_iter().map(String::as_str).collect();
    match sorted.as_slice() {
        [only] => (*only).to_owned(),
        all => format!("{{{}}}", all.join(", ")),
    }
}

fn sorted(names: &BTreeSet<String>) -> Vec<&String> {
    let mut names: Vec<_> = names.iter().collect();
    names.sort_by_cached_key(|name| sort_key(name));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_up_to_what_is_shared_and_down_again() {
        let modules = |text: &str| text.split_terminator('/').map(str::to_owned).collect::<Modules>();
        let ways = [
            ("album", "", "super"),
            ("person/address", "person", "super"),
            ("person/address", "", "super::super"),
            ("person/address", "sales", "super::super::sales"),
            ("user", "sales", "super::sales"),
            ("", "", ""),
        ];
        for (from, to, expected) in ways {
            assert_eq!(way(&modules(from), &modules(to)), expected, "{from} {to}");
        }
    }
}
