//! Tables in which other tools keep what they have done: no model says them, no diff drops them, a baseline makes them.

use orm_schema::{Table, TableName};

use crate::inspect::NotOwned;

/// Each table with what it is called for people. The names are as the tools make them unless told otherwise; some put
/// theirs into a namespace of its own, such as `drizzle`.
const TABLES: [(&str, &str); 5] = [
    // diesel_migrations: MigrationHarness
    ("__diesel_schema_migrations", "bookkeeping of Diesel"),
    // Drizzle Kit: `migrations.table`, in the schema `drizzle` on PostgreSQL
    ("__drizzle_migrations", "bookkeeping of Drizzle"),
    ("_prisma_migrations", "bookkeeping of Prisma"),
    ("_sqlx_migrations", "bookkeeping of sqlx"),
    ("seaql_migrations", "bookkeeping of SeaORM"),
];

/// What a table is kept for, if another tool keeps it.
fn kind(table: &TableName) -> Option<&'static str> {
    TABLES.iter().find(|(name, _)| *name == table.name).map(|(_, kind)| *kind)
}

/// Takes the tables of other tools out.
pub(crate) fn set_aside(tables: &mut Vec<Table>) -> Vec<NotOwned> {
    let kept = tables.extract_if(.., |table| kind(&table.name).is_some());
    kept.filter_map(|table| Some(NotOwned { kind: kind(&table.name)?, name: table.name.to_string() }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_other_tools_are_set_aside_in_whatever_namespace() {
        let drizzle =
            TableName { namespace: Some("drizzle".to_owned()), name: "__drizzle_migrations".to_owned() };
        let names = [drizzle, "users".into(), "_sqlx_migrations".into(), "sqlx_migrations".into()];
        let mut tables: Vec<_> = names.into_iter().map(Table::new).collect();
        let aside: Vec<_> =
            set_aside(&mut tables).into_iter().map(|found| (found.kind, found.name)).collect();
        assert_eq!(
            aside,
            [
                ("bookkeeping of Drizzle", "drizzle.__drizzle_migrations".to_owned()),
                ("bookkeeping of sqlx", "_sqlx_migrations".to_owned())
            ]
        );
        assert_eq!(tables.len(), 2);
    }
}
