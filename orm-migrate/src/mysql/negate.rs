//! `NOT`, which the server moves into the comparisons: `NOT (a > 3)` is printed as `a <= 3`.

use crate::expression::Node;

/// The negation of a node.
pub(super) fn not(node: Node) -> Node {
    match node {
        Node::Of(operator, mut operands) => match opposite(&operator) {
            Some(other) => Node::of(other, operands),
            None => match operator.as_str() {
                "and" => Node::of("or", operands.into_iter().map(not).collect()),
                "or" => Node::of("and", operands.into_iter().map(not).collect()),
                "not" if operands.len() == 1 => operands.remove(0),
                _ => Node::of("not", vec![Node::Of(operator, operands)]),
            },
        },
        // A value is true when it is not 0.
        other => Node::of("=", vec![other, Node::Number("0".to_owned())]),
    }
}

fn opposite(operator: &str) -> Option<&'static str> {
    const PAIRS: [(&str, &str); 9] = [
        ("=", "<>"),
        ("<", ">="),
        (">", "<="),
        ("in", "not in"),
        ("between", "not between"),
        ("like", "not like"),
        ("is null", "is not null"),
        ("is true", "is not true"),
        ("is false", "is not false"),
    ];
    PAIRS.into_iter().find_map(|(one, other)| match operator {
        _ if operator == one => Some(other),
        _ if operator == other => Some(one),
        _ => None,
    })
}
