//! What a database has no type for: refused before anything is sent.

use orm::{ErrorKind, Result, prelude::*};
use orm_migrate::{Dialect, unsupported};
use orm_schema::Schema;
use orm_tests::recorded;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Listing {
    pub id: i64,
    pub tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Total {
    pub id: i64,
    pub bytes: u64,
}

/// No table: what is refused needs none.
fn nothing() -> Schema {
    Schema::default()
}

fn totals() -> Schema {
    orm_tests::schema_of(&[Total::TABLE])
}

orm_tests::portable!(nothing: an_array_is_a_value_or_refused_before_anything_is_sent);

/// Where there is a type for it.
mod large {
    use orm::{ErrorKind, Result, prelude::*};

    use super::{NewTotal, Total, totals};

    orm_tests::on_database!(mariadb, MariaDb, totals: a_u64_reaches_its_limits);

    async fn a_u64_reaches_its_limits(db: Db) -> Result<()> {
        let limits = [0, 1, i64::MAX.unsigned_abs(), i64::MAX.unsigned_abs() + 1, u64::MAX];
        Total::insert_many(limits.map(|bytes| NewTotal { bytes })).exec(&db).await?;
        assert_eq!(Total::query().order_by(|t| t.bytes.asc()).select(|t| t.bytes).all(&db).await?, limits);
        for bytes in limits {
            assert_eq!(Total::query().filter(|t| t.bytes.is_in([bytes])).one(&db).await?.bytes, bytes);
        }
        let largest = Total::query().filter(|t| t.bytes.eq(u64::MAX));
        let error = largest.update(|t| t.bytes.set(t.bytes + 1)).exec(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
        Ok(())
    }
}

async fn an_array_is_a_value_or_refused_before_anything_is_sent(db: Db) -> Result<()> {
    let tags = || vec!["a".to_owned()];
    let (found, asked) = recorded(Listing::query().filter(|l| l.tags.eq(tags())).all(&db)).await;
    let (inserted, wrote) = recorded(Listing::insert(NewListing { tags: tags() }).exec(&db)).await;
    let errors = [found.unwrap_err().kind(), inserted.unwrap_err().kind()];
    if db.dialect().capabilities().arrays {
        assert_eq!(
            (errors, asked.len(), wrote.len()),
            ([ErrorKind::Database; 2], 1, 1),
            "the table is missing"
        );
    } else {
        assert_eq!((errors, asked.len(), wrote.len()), ([ErrorKind::Unsupported; 2], 0, 0));
    }
    Ok(())
}

#[test]
fn columns_of_arrays_and_of_u64_are_planned_or_refused() {
    let arrays = orm_tests::schema_of(&[Listing::TABLE]);
    let expected =
        [(Dialect::Sqlite, false, false), (Dialect::Postgres, true, false), (Dialect::MariaDb, false, true)];
    for (dialect, has_arrays, has_u64) in expected {
        assert_eq!(unsupported(dialect, &arrays).is_empty(), has_arrays, "{dialect}");
        assert_eq!(unsupported(dialect, &totals()).is_empty(), has_u64, "{dialect}");
    }
}
