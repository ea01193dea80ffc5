//! New defaults in the target's own words.
//!
//! A model's `now` is `CURRENT_TIMESTAMP` or `now()`, and the server keeps them apart, as it does `'a'` of two types
//! (`pg_get_expr`). Where the target is a database, what it prints is what is written.

use std::collections::BTreeMap;

use orm_schema::{Column, ColumnDefault, TableName};

use super::objects::plain;
use crate::{baseline::Definitions, change::Change};

/// The changes, with the defaults that they set as the target prints them.
pub(crate) fn in_words_of(target: &Definitions, changes: &[Change]) -> Vec<Change> {
    let words = Words::of(target);
    changes.iter().map(|change| words.change(change.clone())).collect()
}

/// Defaults by `schema.table.column`.
struct Words(BTreeMap<String, String>);

impl Words {
    fn of(target: &Definitions) -> Self {
        let parts = target.list.iter().flat_map(|table| &table.items).filter_map(|item| item.part.as_ref());
        let default = |text: &str| text.strip_prefix(" DEFAULT ").map(str::to_owned);
        Self(parts.filter_map(|part| Some((plain(&part.apart.name), default(&part.text)?))).collect())
    }

    fn change(&self, mut change: Change) -> Change {
        match &mut change {
            Change::CreateTable { table } => {
                let name = table.name.clone();
                table.columns.iter_mut().for_each(|column| self.column(&name, column));
            }
            Change::AddColumn { table, column } => self.column(table, column),
            Change::AlterColumn { table, from, to }
                if from.default != to.default || from.column_type != to.column_type =>
            {
                self.column(table, to);
            }
            _ => {}
        }
        change
    }

    fn column(&self, table: &TableName, column: &mut Column) {
        let namespace = table.namespace.as_deref().unwrap_or("public");
        let name = plain(&format!("{namespace}.{}.{}", table.name, column.name.as_str()));
        if let (Some(default), Some(words)) = (&mut column.default, self.0.get(&name)) {
            *default = ColumnDefault::Expression(words.clone());
        }
    }
}
