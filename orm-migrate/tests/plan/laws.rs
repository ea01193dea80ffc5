//! The laws on generated schemas.

use orm_migrate::{Dialect, DiffOptions, diff, normalise, plan, unsupported};
use orm_schema::{
    Check, Column, ColumnDefault, ColumnName, ColumnType, EnumType, ForeignKey, Identity, Index, IndexPart,
    PrimaryKey, Schema, SortOrder, Table, Unique,
};
use proptest::prelude::*;

use crate::sqlite;

fn column_type() -> impl Strategy<Value = ColumnType> {
    use ColumnType as T;
    prop_oneof![
        Just(T::Bool),
        Just(T::I16),
        Just(T::I32),
        Just(T::I64),
        Just(T::F64),
        Just(T::Text),
        (1..200_u32).prop_map(T::Varchar),
        Just(T::Bytes),
        Just(T::Date),
        Just(T::Timestamp),
        Just(T::Uuid),
        (1..30_u32, 0..1_u32).prop_map(|(precision, scale)| T::DecimalOf(precision, scale)),
        Just(T::Json),
        Just(T::Enum("mood".into())),
    ]
}

fn default_of(column_type: &ColumnType) -> BoxedStrategy<Option<ColumnDefault>> {
    use ColumnType as T;
    let some = match column_type {
        T::Bool => any::<bool>().prop_map(ColumnDefault::Bool).boxed(),
        T::I16 | T::I32 | T::I64 => any::<i16>().prop_map(|n| ColumnDefault::Number(n.to_string())).boxed(),
        T::Text | T::Varchar(_) => "[a-z' ]{0,6}".prop_map(ColumnDefault::Text).boxed(),
        T::Date | T::Timestamp => Just(ColumnDefault::Now).boxed(),
        T::Enum(_) => Just(ColumnDefault::Text("sad".into())).boxed(),
        _ => return Just(None).boxed(),
    };
    proptest::option::of(some).boxed()
}

fn column(at: usize) -> impl Strategy<Value = Column> {
    (column_type(), any::<bool>()).prop_flat_map(move |(ty, nullable)| {
        default_of(&ty).prop_map(move |default| Column {
            nullable,
            default,
            ..Column::new(format!("c{at}").as_str(), ty.clone())
        })
    })
}

/// A table with `id` and up to five more columns; `parent` is the number of a table that it may refer to.
fn table(at: usize, parent: usize) -> impl Strategy<Value = Table> {
    let columns = (1..5_usize).prop_flat_map(|count| (0..count).map(column).collect::<Vec<_>>());
    (columns, any::<[bool; 6]>()).prop_map(move |(columns, features)| {
        let mut table = Table::new(format!("t{at}").as_str());
        let id = Column { identity: Some(Identity::ByDefault), ..Column::new("id", ColumnType::I64) };
        table.columns = std::iter::once(id).chain(columns).collect();
        table.primary_key = Some(PrimaryKey { columns: vec!["id".into()], ..PrimaryKey::default() });
        add_features(&mut table, parent, features);
        table
    })
}

fn add_features(table: &mut Table, parent: usize, [unique, index, check, key, partial, named]: [bool; 6]) {
    let first = table.columns[1].name.clone();
    let name = named.then(|| format!("{}_named", table.name).as_str().into());
    if unique {
        table.uniques.push(Unique { name, columns: vec![first.clone()], ..Unique::default() });
    }
    if index {
        let part = IndexPart { order: SortOrder::Desc, ..IndexPart::column(first.clone()) };
        let predicate = partial.then(|| "id > 3".to_owned());
        table.indexes.push(Index { parts: vec![part], unique, predicate, ..Index::default() });
    }
    if check {
        let expression = format!("{first} IS NOT NULL OR id BETWEEN 1 AND 5");
        table.checks.push(Check { columns: vec![first], expression, ..Check::default() });
    }
    if key {
        table.columns.push(Column { nullable: true, ..Column::new("parent_id", ColumnType::I64) });
        table.foreign_keys.push(ForeignKey {
            columns: vec!["parent_id".into()],
            table: format!("t{parent}").as_str().into(),
            references: vec!["id".into()],
            on_delete: orm_schema::ReferentialAction::Cascade,
            ..ForeignKey::default()
        });
    }
}

fn schema() -> impl Strategy<Value = Schema> {
    (1..5_usize)
        .prop_flat_map(|count| {
            let parents = proptest::collection::vec(0..count, count);
            parents.prop_flat_map(|parents| {
                parents.into_iter().enumerate().map(|(at, parent)| table(at, parent)).collect::<Vec<_>>()
            })
        })
        .prop_map(|tables| Schema {
            tables,
            enums: vec![EnumType { name: "mood".into(), labels: vec!["sad".into(), "glad".into()] }],
        })
}

/// What a database cannot do is left out: MariaDB and MySQL have no indexes of a part of the rows, no keys on columns
/// without a bound, and no checks on a column that is counted up.
fn normal(dialect: Dialect, mut schema: Schema) -> Schema {
    for fault in unsupported(dialect, &schema) {
        let tables = schema.tables.iter_mut().filter(|table| table.name == fault.table);
        for table in tables {
            table.indexes.iter_mut().for_each(|index| index.predicate = None);
            let is_at_fault = |columns: &[ColumnName]| fault.column.iter().any(|name| columns.contains(name));
            table.uniques.retain(|unique| !is_at_fault(&unique.columns));
            table.indexes.retain(|index| !is_at_fault(&index.columns()));
            let speaks = |text: &str| fault.column.iter().any(|name| text.contains(name.as_str()));
            table.checks.retain(|check| !speaks(&check.expression));
        }
    }
    normalise(dialect, schema)
}

/// The same schema in another order of tables, columns and constraints.
fn shuffled(mut schema: Schema) -> Schema {
    schema.tables.reverse();
    for table in &mut schema.tables {
        table.columns.reverse();
        table.uniques.reverse();
        table.checks.reverse();
        table.indexes.reverse();
    }
    schema
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(schema in schema()) {
        for dialect in Dialect::ALL {
            let one = normal(dialect, schema.clone());
            let other = normal(dialect, shuffled(schema.clone()));
            let diff = diff(dialect, &one, &other, &DiffOptions::default());
            prop_assert!(diff.changes.is_empty(), "{dialect}: {:?}", diff.changes);
            prop_assert!(diff.questions.is_empty());
        }
    }

    #[test]
    fn normalising_twice_is_normalising_once(schema in schema()) {
        for dialect in Dialect::ALL {
            let once = normal(dialect, schema.clone());
            prop_assert_eq!(normalise(dialect, once.clone()), once);
        }
    }

    #[test]
    fn equal_input_gives_equal_bytes(from in schema(), to in schema()) {
        for dialect in Dialect::ALL {
            let sql = || {
                let (from, to) = (normal(dialect, from.clone()), normal(dialect, to.clone()));
                let changes = diff(dialect, &from, &to, &DiffOptions::default()).changes;
                let plan = plan(dialect, &from, &to, &changes);
                plan.map(|plan| plan.up_sql() + &plan.down_sql())
            };
            prop_assert_eq!(sql(), sql());
            prop_assert!(sql().is_ok(), "{:?}", sql());
        }
    }

    #[test]
    fn a_plan_leads_to_the_target_and_back_on_sqlite(from in schema(), to in schema()) {
        let (from, to) = (normalise(Dialect::Sqlite, from), normalise(Dialect::Sqlite, to));
        let plan = sqlite::plan_between(&from, &to);
        let connection = sqlite::made(&from);
        let start = sqlite::facts(&connection);
        sqlite::up(&connection, &plan);
        prop_assert_eq!(sqlite::facts(&connection), sqlite::facts(&sqlite::made(&to)));
        sqlite::down(&connection, &plan);
        prop_assert_eq!(sqlite::facts(&connection), start);
    }

    #[test]
    fn the_text_of_a_plan_splits_into_its_statements(from in schema(), to in schema()) {
        for dialect in Dialect::ALL {
            let (from, to) = (normal(dialect, from.clone()), normal(dialect, to.clone()));
            let changes = diff(dialect, &from, &to, &DiffOptions::default()).changes;
            let plan = plan(dialect, &from, &to, &changes).unwrap();
            let statements: usize = plan.steps.iter().map(|step| step.sql.len()).sum();
            prop_assert_eq!(dialect.split(&plan.up_sql()).unwrap().len(), statements);
        }
    }

    #[test]
    fn splitting_never_panics_and_loses_no_statement(text in "[a-z0-9;'\"$()\\-/* \n]{0,60}") {
        for dialect in Dialect::ALL {
            for statement in dialect.split(&text).unwrap_or_default() {
                prop_assert_eq!(&text[statement.range.clone()], statement.text);
            }
        }
    }
}
