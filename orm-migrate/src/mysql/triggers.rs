//! Triggers that speak of a column: the server lets it go, and from then on refuses every row.

use orm_core::Connection;
use orm_schema::{ColumnName, TableName};

use super::{ddl::DIALECT, definitions::nth, split::RULES};
use crate::{
    error::Result,
    plan::{context::Context, online::SYNC},
    token::{Token, significant},
};

/// A trigger of a table of this database.
pub(super) struct Trigger {
    pub(super) name: String,
    timing: String,
    event: String,
    table: String,
    says: String,
    /// The column that it speaks of and that goes.
    pub(super) of: ColumnName,
}

impl Trigger {
    /// Whether it kept a column the same as another one.
    pub(super) fn is_of_twin(&self) -> bool {
        self.name.starts_with(SYNC)
    }

    pub(super) fn table(&self) -> TableName {
        TableName::from(self.table.as_str())
    }

    pub(super) fn create(&self) -> String {
        let (name, table) = (DIALECT.quote(&self.name), DIALECT.quote(&self.table));
        format!("CREATE TRIGGER {name} {} {} ON {table} FOR EACH ROW {}", self.timing, self.event, self.says)
    }

    pub(super) fn drop(&self) -> String {
        format!("DROP TRIGGER {}", DIALECT.quote(&self.name))
    }
}

const TRIGGERS: &str = "\
SELECT CAST(trigger_name AS CHAR), CAST(action_timing AS CHAR), CAST(event_manipulation AS CHAR),
  CAST(event_object_table AS CHAR), CAST(action_statement AS CHAR)
FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY action_order, trigger_name";

/// Those that speak of a column of their own table that goes, or is called otherwise afterwards.
pub(super) async fn speaking(connection: &mut Connection, context: &Context<'_>) -> Result<Vec<Trigger>> {
    let goes = context.gone_columns();
    if goes.is_empty() {
        return Ok(Vec::new());
    }
    let read = |row: &mut orm_core::Reader<'_>| {
        let mut text = || nth(row, 0).map(Option::unwrap_or_default);
        let none = ColumnName::from("");
        Ok(Trigger {
            name: text()?,
            timing: text()?,
            event: text()?,
            table: text()?,
            says: text()?,
            of: none,
        })
    };
    let triggers = connection.rows(TRIGGERS, Vec::new(), read).await?;
    let speaks = |trigger: Trigger| {
        let mut own = goes.iter().filter(|(table, _)| *table == trigger.table());
        let (_, of) = own.find(|(_, column)| speaks_of(&trigger.says, column))?;
        Some(Trigger { of: of.clone(), ..trigger })
    };
    Ok(triggers.into_iter().filter_map(speaks).collect())
}

/// Whether `NEW.column` or `OLD.column` stands in it.
fn speaks_of(says: &str, column: &ColumnName) -> bool {
    let is_row = |token: &Token<'_>| token.is_word("NEW") || token.is_word("OLD");
    let is_column =
        |token: &Token<'_>| token.name().is_some_and(|name| name.eq_ignore_ascii_case(column.as_str()));
    let tokens = significant(says, &RULES).unwrap_or_default();
    tokens.windows(3).any(|three| is_row(&three[0]) && three[1].text == "." && is_column(&three[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_speaks_of_a_column_of_its_row() {
        let speaks = |says: &str| speaks_of(says, &ColumnName::from("code"));
        assert!(speaks("SET NEW.token = coalesce(NEW . `Code`, '')"));
        assert!(speaks("INSERT INTO log VALUES (old.code)"));
        assert!(!speaks("UPDATE other SET code = NEW.id -- NEW.code"));
        assert!(!speaks("SET NEW.token = 'NEW.code'"));
    }
}
