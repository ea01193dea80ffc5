//! A column that gets another type keeps what its values mean.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::{Db, Models};
use orm_migrate::{Dialect, DiffOptions, Migrations, Proposal, deploy, executor::DeployOptions};
use orm_schema::Schema;
use orm_tests::Database;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{law::Failure, runtime};

mod before {
    use chrono::{NaiveDate, NaiveDateTime};
    use orm::prelude::*;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    #[derive(Debug, Clone, Model)]
    #[orm(table = "old values")]
    pub(crate) struct Values {
        pub(crate) id: i64,
        pub(crate) wider: i32,
        pub(crate) exact: i32,
        pub(crate) floating: i64,
        pub(crate) written: i32,
        pub(crate) counted: bool,
        pub(crate) finer: f32,
        #[orm(decimal(10, 2))]
        pub(crate) scaled: Decimal,
        #[orm(decimal(10, 2))]
        pub(crate) unbound: Decimal,
        #[orm(max_len = 10)]
        pub(crate) longer: String,
        pub(crate) parsed: String,
        pub(crate) day: NaiveDate,
        pub(crate) moment: NaiveDateTime,
        pub(crate) key: Uuid,
    }
}

mod after {
    use chrono::{DateTime, NaiveDateTime, Utc};
    use orm::prelude::*;
    use rust_decimal::Decimal;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[orm(table = "values", renamed_from = "old values")]
    pub(crate) struct Values {
        pub(crate) id: i64,
        pub(crate) wider: i64,
        pub(crate) exact: Decimal,
        pub(crate) floating: f64,
        pub(crate) written: String,
        pub(crate) counted: i32,
        pub(crate) finer: f64,
        #[orm(decimal(14, 4))]
        pub(crate) scaled: Decimal,
        pub(crate) unbound: Decimal,
        pub(crate) longer: String,
        pub(crate) parsed: i32,
        pub(crate) day: NaiveDateTime,
        pub(crate) moment: DateTime<Utc>,
        pub(crate) key: String,
    }
}

#[test]
fn another_type_keeps_the_meaning_of_values_on_sqlite() {
    keeps_the_meaning(Database::Sqlite);
}

#[test]
fn another_type_keeps_the_meaning_of_values_on_postgres() {
    keeps_the_meaning(Database::Postgres);
}

#[test]
fn another_type_keeps_the_meaning_of_values_on_mariadb() {
    keeps_the_meaning(Database::MariaDb);
}

fn keeps_the_meaning(database: Database) {
    let kept = runtime().block_on(async {
        let Some(own) = database.create(&Schema::default()).await else { return Ok(()) };
        let kept = keep(&own.db).await;
        own.discard().await;
        kept
    });
    kept.unwrap_or_else(|failure| panic!("{failure}"));
}

async fn keep(db: &Db) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    migrate(db, folder.path(), Models::new(&[<before::Values as orm::Model>::TABLE])).await?;
    insert(db).await.map_err(|error| error.to_string())?;
    migrate(db, folder.path(), Models::new(&[<after::Values as orm::Model>::TABLE])).await?;
    let found = <after::Values as orm::Model>::query().one(db).await.map_err(|error| error.to_string())?;
    let expected = expected();
    if found == expected { Ok(()) } else { Err(format!("{found:#?}\nshould be\n{expected:#?}")) }
}

async fn migrate(db: &Db, folder: &std::path::Path, models: Models) -> Result<(), Failure> {
    let mut session = db.connection().await.map_err(|error| error.to_string())?;
    if Dialect::of(&session) == Dialect::Postgres {
        // A moment without a zone means UTC wherever the session thinks it is.
        session.batch("SET TIME ZONE 'Asia/Tokyo'").await.map_err(|error| error.to_string())?;
    }
    let mut migrations =
        Migrations::create(folder, Dialect::of(&session)).map_err(|error| error.to_string())?;
    let proposal = Proposal::new(&migrations, models.schema(), &DiffOptions::default());
    let proposal = proposal.map_err(|error| error.to_string())?;
    migrations.add(folder, &proposal.draft("values")).map_err(|error| error.to_string())?;
    let deployed = deploy(&mut session, &migrations, &DeployOptions::default(), &mut |_| {}).await;
    deployed.map(drop).map_err(|error| format!("{error:?}\n{}", proposal.plan.up_sql()))
}

async fn insert(db: &Db) -> orm::Result<()> {
    let values = before::NewValues {
        wider: -7,
        exact: 42,
        floating: 1 << 40,
        written: -12,
        counted: true,
        finer: 0.5,
        scaled: Decimal::new(-1950, 2),
        unbound: Decimal::new(1, 2),
        longer: "ä'\"".to_owned(),
        parsed: "17".to_owned(),
        day: day(),
        moment: moment(),
        key: Uuid::from_u128(7),
    };
    <before::Values as orm::Model>::insert(values).exec(db).await.map(drop)
}

fn expected() -> after::Values {
    after::Values {
        id: 1,
        wider: -7,
        exact: Decimal::new(42, 0),
        floating: 1_099_511_627_776.0,
        written: "-12".to_owned(),
        counted: 1,
        finer: 0.5,
        scaled: Decimal::new(-195_000, 4),
        unbound: Decimal::new(1, 2),
        longer: "ä'\"".to_owned(),
        parsed: 17,
        day: day().and_time(NaiveTime::MIN),
        moment: DateTime::<Utc>::from_naive_utc_and_offset(moment(), Utc),
        key: "00000000-0000-0000-0000-000000000007".to_owned(),
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 29).expect("a leap day")
}

fn moment() -> NaiveDateTime {
    day().and_hms_micro_opt(23, 59, 58, 123_456).expect("a time")
}
