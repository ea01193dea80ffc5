//! From models to tables, by the plan that a first migration would have: so the suite tests that, too.

use orm::{Connection, Dialect, TableFacts};
use orm_migrate::{DiffOptions, diff, normalise, plan};
use orm_schema::{EnumType, Schema};

/// The schema of some models.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Debug, Clone, Model)]
/// struct Tag { id: i64, name: String }
///
/// assert_eq!(orm_tests::schema_of(&[Tag::TABLE]).tables.len(), 1);
/// ```
#[must_use]
pub fn schema_of(models: &[&TableFacts]) -> Schema {
    let enums = models
        .iter()
        .flat_map(|table| table.columns)
        .filter_map(|column| column.fact.value.enum_fact().map(EnumType::from));
    Schema { tables: models.iter().map(|table| table.table()).collect(), enums: enums.collect() }.sorted()
}

/// The statements that make the schema in an empty database.
///
/// # Panics
/// When the database cannot have such a schema.
#[must_use]
pub fn statements(dialect: Dialect, schema: &Schema) -> Vec<String> {
    let dialect = dialect_of_migrations(dialect);
    let (nothing, target) = (Schema::default(), normalise(dialect, schema.clone()));
    let changes = diff(dialect, &nothing, &target, &DiffOptions::default()).changes;
    let plan = plan(dialect, &nothing, &target, &changes).expect("the schema can be made");
    plan.steps.into_iter().flat_map(|step| step.sql).collect()
}

fn dialect_of_migrations(dialect: Dialect) -> orm_migrate::Dialect {
    match dialect {
        Dialect::Sqlite => orm_migrate::Dialect::Sqlite,
        Dialect::Postgres => orm_migrate::Dialect::Postgres,
        Dialect::MariaDb => orm_migrate::Dialect::MariaDb,
        Dialect::MySql => orm_migrate::Dialect::MySql,
    }
}

/// Makes the schema in an empty database.
///
/// # Panics
/// When the database refuses a statement.
pub async fn create(session: &mut Connection, dialect: Dialect, schema: &Schema) {
    for sql in statements(dialect, schema) {
        if let Err(error) = session.batch(&sql).await {
            panic!("{error}\n{sql}");
        }
    }
}
