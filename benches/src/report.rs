//! The figures: a table for people, in the form in which the documentation keeps it, or JSON for programs.

use serde::Serialize;

use crate::{Result, ratio::Ratio};

/// One comparison, ours to a peer's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Comparison {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) database: Option<&'static str>,
    pub(crate) case: String,
    pub(crate) peer: &'static str,
    #[serde(rename = "ratio", serialize_with = "median")]
    pub(crate) ratio: Ratio,
    pub(crate) spread: f64,
}

impl Comparison {
    pub(crate) fn new(
        database: Option<&'static str>,
        case: String,
        peer: &'static str,
        ratio: Ratio,
    ) -> Self {
        Self { database, case, peer, ratio, spread: ratio.spread() }
    }
}

// `&Ratio` is what serde hands over.
fn median<S: serde::Serializer>(ratio: &Ratio, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_f64(ratio.median)
}

/// The rows of one table: what ours takes by itself, and the comparisons.
#[derive(Debug)]
pub(crate) struct Table {
    /// What stands above the first column.
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// One case.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) case: String,
    /// What ours takes: the median, with its unit.
    pub(crate) ours: String,
    pub(crate) comparisons: Vec<Comparison>,
}

/// `{"results":[…]}` on one line.
///
/// # Errors
/// When a figure is no number.
pub(crate) fn json(tables: &[Table]) -> Result<String> {
    #[derive(Serialize)]
    struct Report<'a> {
        results: Vec<&'a Comparison>,
    }
    let rows = tables.iter().flat_map(|table| &table.rows);
    let report = Report { results: rows.flat_map(|row| &row.comparisons).collect() };
    Ok(serde_json::to_string(&report)?)
}

/// Markdown, with a column for each peer.
pub(crate) fn markdown(table: &Table) -> String {
    let peers = peers(table);
    let mut lines = vec![line([table.title, "ours"].into_iter().chain(peers.iter().copied()))];
    lines.push(line(std::iter::repeat_n("---", peers.len() + 2)));
    for row in &table.rows {
        let cells = peers.iter().map(|peer| cell(row, peer));
        let cells: Vec<String> = [row.case.clone(), row.ours.clone()].into_iter().chain(cells).collect();
        lines.push(line(cells.iter().map(String::as_str)));
    }
    lines.join("\n")
}

/// In the order in which they first occur.
fn peers(table: &Table) -> Vec<&'static str> {
    let mut peers = Vec::new();
    for comparison in table.rows.iter().flat_map(|row| &row.comparisons) {
        if !peers.contains(&comparison.peer) {
            peers.push(comparison.peer);
        }
    }
    peers
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

fn cell(row: &Row, peer: &str) -> String {
    match row.comparisons.iter().find(|comparison| comparison.peer == peer) {
        Some(Comparison { ratio: Ratio { median, low, high }, .. }) => {
            format!("{median:.2} ({low:.2}–{high:.2})")
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let ratio = Ratio { median: 1.25, low: 1.0, high: 1.5 };
        let comparisons = vec![Comparison::new(Some("sqlite"), "lookup".into(), "rusqlite", ratio)];
        let measured = Row { case: "lookup".into(), ours: "3.0 µs".into(), comparisons };
        Table { title: "sqlite", rows: vec![measured] }
    }

    #[test]
    fn the_json_is_an_object_with_a_list_of_results() {
        let expected = r#"{"results":[{"database":"sqlite","case":"lookup","peer":"rusqlite","ratio":1.25,"spread":0.5}]}"#;
        assert_eq!(json(&[table()]).expect("the figures are numbers"), expected);
        assert_eq!(json(&[]).expect("there is nothing to fail"), r#"{"results":[]}"#);
    }

    #[test]
    fn a_compile_figure_has_no_database() {
        let ratio = Ratio { median: 0.5, low: 0.5, high: 0.5 };
        let comparisons = vec![Comparison::new(None, "full".into(), "diesel", ratio)];
        let rows = vec![Row { case: "full".into(), ours: "2 s".into(), comparisons }];
        let expected = r#"{"results":[{"case":"full","peer":"diesel","ratio":0.5,"spread":0.0}]}"#;
        assert_eq!(json(&[Table { title: "compile", rows }]).expect("the figures are numbers"), expected);
    }

    #[test]
    fn a_table_has_a_column_for_each_peer() {
        let expected =
            "| sqlite | ours | rusqlite |\n| --- | --- | --- |\n| lookup | 3.0 µs | 1.25 (1.00–1.50) |";
        assert_eq!(markdown(&table()), expected);
    }
}
