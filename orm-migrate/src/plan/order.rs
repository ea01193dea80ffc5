//! Steps in an order in which each finds what it needs.
//!
//! A step needs facts, makes some true and ends others. It comes after all that make what it needs, and before all that
//! end it. Where that leaves a choice, the order of the changes decides, so the same input gives the same plan.

use std::collections::{BTreeMap, BTreeSet};

use orm_schema::{ColumnName, EnumName, TableName};

use super::PlanError;
use crate::step::Step;

/// Something of the schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    Enum(EnumName),
    /// The labels of an enum type.
    Labels(EnumName),
    Table(TableName),
    Column(TableName, ColumnName),
    /// The type of a column.
    Type(TableName, ColumnName),
    /// Columns that no two rows share, which a foreign key may lead to.
    Key(TableName, Vec<ColumnName>),
    /// So many steps of a table are done.
    Progress(TableName, usize),
}

/// Something that is so at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    /// As it was is still there.
    Old(Thing),
    /// As it shall be is there.
    New(Thing),
    /// Nothing bears the name.
    Free(String),
}

/// A step and its place.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) step: Step,
    /// What follows it at once.
    pub(crate) further: Vec<Step>,
    pub(crate) needs: Vec<Fact>,
    pub(crate) makes: Vec<Fact>,
    pub(crate) ends: Vec<Fact>,
}

impl Node {
    pub(crate) fn new(step: Step) -> Self {
        Self { step, further: Vec::new(), needs: Vec::new(), makes: Vec::new(), ends: Vec::new() }
    }
}

/// Puts the steps in order.
pub(super) fn order(nodes: Vec<Node>) -> Result<Vec<Step>, PlanError> {
    let mut waits_for = edges(&nodes);
    let mut steps: Vec<Option<Vec<Step>>> =
        nodes.into_iter().map(|node| Some([vec![node.step], node.further].concat())).collect();
    let mut ordered = Vec::with_capacity(steps.len());
    while !waits_for.is_empty() {
        let ready = waits_for.iter().find(|(_, others)| others.is_empty()).map(|(at, _)| *at);
        let Some(at) = ready else { return Err(circular(&waits_for, &steps)) };
        waits_for.remove(&at);
        for others in waits_for.values_mut() {
            others.remove(&at);
        }
        ordered.extend(steps[at].take().into_iter().flatten());
    }
    Ok(ordered)
}

/// For each step, those that must come before it.
fn edges(nodes: &[Node]) -> BTreeMap<usize, BTreeSet<usize>> {
    let makers = index(nodes, |node| &node.makes);
    let enders = index(nodes, |node| &node.ends);
    let mut waits_for: BTreeMap<usize, BTreeSet<usize>> =
        (0..nodes.len()).map(|at| (at, BTreeSet::new())).collect();
    for (at, node) in nodes.iter().enumerate() {
        for need in &node.needs {
            let earlier = makers.get(need).into_iter().flatten().filter(|maker| **maker != at);
            waits_for.entry(at).or_default().extend(earlier);
            for later in enders.get(need).into_iter().flatten().filter(|ender| **ender != at) {
                waits_for.entry(*later).or_default().insert(at);
            }
        }
    }
    waits_for
}

fn index<'a>(nodes: &'a [Node], facts: impl Fn(&'a Node) -> &'a Vec<Fact>) -> BTreeMap<&'a Fact, Vec<usize>> {
    let mut index: BTreeMap<&Fact, Vec<usize>> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        for fact in facts(node) {
            index.entry(fact).or_default().push(at);
        }
    }
    index
}

fn circular(waits_for: &BTreeMap<usize, BTreeSet<usize>>, steps: &[Option<Vec<Step>>]) -> PlanError {
    let waiting = waits_for.keys().filter_map(|at| steps[*at].as_ref()?.first());
    PlanError::Circular { changes: waiting.map(|step| step.summary.clone()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::Reverse;

    fn node(summary: &str, needs: &[&str], makes: &[&str]) -> Node {
        let facts = |names: &[&str]| names.iter().map(|name| Fact::Free((*name).to_owned())).collect();
        let step = Step::new(summary, Vec::new(), Reverse::Never { why: String::new() });
        Node { needs: facts(needs), makes: facts(makes), ..Node::new(step) }
    }

    #[test]
    fn a_step_comes_after_what_it_needs_and_else_keeps_its_place() {
        let nodes = vec![
            node("c", &["b"], &[]),
            node("x", &[], &[]),
            node("b", &["a"], &["b"]),
            node("a", &[], &["a"]),
        ];
        let order: Vec<_> = order(nodes).unwrap().into_iter().map(|step| step.summary).collect();
        assert_eq!(order, ["x", "a", "b", "c"]);
    }

    #[test]
    fn steps_that_wait_for_each_other_are_named() {
        let error = order(vec![node("one", &["b"], &["a"]), node("two", &["a"], &["b"])]).unwrap_err();
        assert!(error.to_string().ends_with("one; two"));
    }
}
