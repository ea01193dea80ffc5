//! OVER: the rows that a window function looks at, and aggregates that look at theirs in an order. sea-query's frames are wrong, so all of it is written here.

use orm_schema::{NullsOrder, SortOrder, ValueType};
use sea_query::Expr;

use super::{function::Over, render::Renderer, spelling::unsupported};
use crate::{
    error::Result,
    expr::{Bound, Frame, FrameUnit, Function, Node, OrderBy},
};

impl Renderer {
    /// The place of a row among those that share the keys, in an order.
    pub(super) fn row_number(&mut self, keys: &[Node], orders: &[OrderBy]) -> Result<Expr> {
        let over = self.over(keys, orders, None)?;
        self.call(Function::RowNumber, ValueType::I64, &[], &over)
    }

    /// What stands behind a function over a window; sea-query's frames are wrong.
    pub(super) fn over(
        &mut self,
        partition: &[Node],
        orders: &[OrderBy],
        frame: Option<Frame>,
    ) -> Result<Over> {
        let mut arguments = self.nodes(partition)?;
        let mut parts = Vec::new();
        if !partition.is_empty() {
            parts.push(format!("PARTITION BY {}", vec!["?"; partition.len()].join(", ")));
        }
        if !orders.is_empty() {
            let keys = orders.iter().map(|order| self.window_order(order, &mut arguments));
            parts.push(format!("ORDER BY {}", keys.collect::<Result<Vec<_>>>()?.join(", ")));
        }
        if let Some(frame) = frame {
            parts.push(self.frame(frame)?);
        }
        Ok(Over { text: format!(" OVER ({})", parts.join(" ")), arguments })
    }

    /// A part of the order of a window, whose arguments are added to those before it.
    fn window_order(&mut self, order: &OrderBy, arguments: &mut Vec<Expr>) -> Result<String> {
        let key = self.ordered(order, true)?;
        let direction = match order.direction {
            SortOrder::Asc => "ASC",
            SortOrder::Desc => "DESC",
        };
        let text = match (order.nulls, self.dialect.capabilities().nulls_order) {
            (None, _) => format!("? {direction}"),
            (Some(NullsOrder::First), true) => format!("? {direction} NULLS FIRST"),
            (Some(NullsOrder::Last), true) => format!("? {direction} NULLS LAST"),
            (Some(nulls), false) => {
                let first = if nulls == NullsOrder::First { "DESC" } else { "ASC" };
                arguments.push(key.clone());
                format!("? IS NULL {first}, ? {direction}")
            }
        };
        arguments.push(key);
        Ok(text)
    }

    fn frame(&self, frame: Frame) -> Result<String> {
        let unit = match frame.unit {
            FrameUnit::Rows => "ROWS",
            FrameUnit::Range => "RANGE",
            FrameUnit::Groups if self.dialect.capabilities().group_frames => "GROUPS",
            FrameUnit::Groups => return unsupported(self.dialect, "has no frames of groups"),
        };
        let bound = |bound| match bound {
            Bound::First => "UNBOUNDED PRECEDING".to_owned(),
            Bound::Before(rows) => format!("{rows} PRECEDING"),
            Bound::Current => "CURRENT ROW".to_owned(),
            Bound::After(rows) => format!("{rows} FOLLOWING"),
            Bound::Last => "UNBOUNDED FOLLOWING".to_owned(),
        };
        Ok(format!("{unit} BETWEEN {} AND {}", bound(frame.start), bound(frame.end)))
    }

    /// The texts of a group in one: an aggregate with an order of its own.
    pub(super) fn string_agg(&mut self, text: &Node, between: &str, orders: &[OrderBy]) -> Result<Expr> {
        let mut arguments = vec![self.node(text)?];
        let keys = orders.iter().map(|order| self.window_order(order, &mut arguments));
        let keys = keys.collect::<Result<Vec<_>>>()?.join(", ");
        let order = if keys.is_empty() { String::new() } else { format!(" ORDER BY {keys}") };
        let text = self.spelling.string_agg("?", &between.replace('\'', "''"), &order);
        Ok(self.spelling.template(&text, arguments))
    }
}
