//! What differs between two enum types of one name.

use orm_schema::{EnumName, EnumType};

use crate::change::{Change, EnumPosition};

/// The changes that turn one list of labels into the other.
pub(super) fn compare(from: &EnumType, to: &EnumType) -> Vec<Change> {
    if from.labels == to.labels {
        return Vec::new();
    }
    if is_subsequence(&from.labels, &to.labels) {
        return additions(&to.name, &from.labels, &to.labels);
    }
    vec![Change::ReplaceEnum { enum_name: to.name.clone(), from: from.labels.clone(), to: to.labels.clone() }]
}

/// Whether all labels are still there, in the same order.
fn is_subsequence(labels: &[String], of: &[String]) -> bool {
    let mut rest = of.iter();
    labels.iter().all(|label| rest.any(|other| other == label))
}

/// One addition after the other, each beside a label that is there by then.
fn additions(name: &EnumName, from: &[String], to: &[String]) -> Vec<Change> {
    let mut labels = from.to_vec();
    let mut changes = Vec::new();
    for (at, label) in to.iter().enumerate().filter(|(_, label)| !from.contains(label)) {
        labels.insert(at.min(labels.len()), label.clone());
        let position = match (at.checked_sub(1), labels.get(at + 1)) {
            (Some(before), _) => EnumPosition::After(to[before].clone()),
            (None, Some(next)) => EnumPosition::Before(next.clone()),
            (None, None) => EnumPosition::Only,
        };
        changes.push(Change::AddEnumValue {
            enum_name: name.clone(),
            label: label.clone(),
            position,
            labels: labels.clone(),
        });
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(words: &[&str]) -> EnumType {
        EnumType { name: "e".into(), labels: words.iter().map(|word| (*word).to_owned()).collect() }
    }

    #[test]
    fn additions_build_up_to_the_target_in_order() {
        let (from, to) = (labels(&["b", "d"]), labels(&["a", "b", "c", "d", "e"]));
        let changes = compare(&from, &to);
        let seen: Vec<_> = changes
            .iter()
            .filter_map(|change| match change {
                Change::AddEnumValue { labels, position, .. } => Some((labels.join(""), position.clone())),
                _ => None,
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("abd".to_owned(), EnumPosition::Before("b".into())),
                ("abcd".to_owned(), EnumPosition::After("b".into())),
                ("abcde".to_owned(), EnumPosition::After("d".into())),
            ]
        );
    }

    #[test]
    fn another_order_makes_the_type_anew() {
        let changes = compare(&labels(&["a", "b"]), &labels(&["b", "a"]));
        assert!(matches!(changes.as_slice(), [Change::ReplaceEnum { .. }]));
    }
}
