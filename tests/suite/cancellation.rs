//! Given up at any moment while others go on: nothing stays open, nothing is half there, no connection is lost or dirty.
//!
//! `ORM_SEED` repeats a run, or asks for another one; the seed is said.

use std::{collections::BTreeMap, pin::Pin, time::Duration};

use futures_util::FutureExt as _;
use orm::{Dialect, Error, Isolation, RawSql, Result, TxOptions, prelude::*};
use orm_tests::random::{Random, seed};

use super::{
    concurrency::give_up_after,
    shop::{Delivery, NewDelivery, NewOrderLine, NewTag, OrderLine, Tag, shop},
};

orm_tests::portable!(shop:
    what_is_given_up_leaves_nothing_behind,
    every_writer_gets_its_writes_done,
    the_database_inside_its_own_transaction_is_an_error_that_says_so,
);

const TASKS: u64 = 6;
const ROUNDS: u64 = 250;
const CONNECTIONS: usize = 4;

/// A handle of its own, so that its pool is known.
async fn open(url: &str, parameters: &str) -> Result<Db> {
    let mark = if url.contains('?') { '&' } else { '?' };
    Db::connect(&format!("{url}{mark}{parameters}")).await
}

/// What a task does in one round. Its rows bear its name: all of them are there in the end, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    Transaction,
    Savepoints,
    Retry,
    ByHand,
    Many,
    Read,
    Get,
}

const WORK: [Work; 7] =
    [Work::Transaction, Work::Savepoints, Work::Retry, Work::ByHand, Work::Many, Work::Read, Work::Get];

/// So many that a bulk insert takes a moment.
const MANY: i32 = 400;

impl Work {
    /// How many rows there are with its name, once it is done.
    fn rows(self) -> i64 {
        match self {
            Self::Transaction | Self::Savepoints | Self::Retry | Self::ByHand => 3,
            Self::Many => MANY.into(),
            Self::Read | Self::Get => 0,
        }
    }

    async fn run(self, db: &Db, name: &str, options: TxOptions) -> Result<()> {
        match self {
            Self::Transaction => db.transaction_with(options, async |tx| lines(&tx, name, 1..=3).await).await,
            Self::Savepoints => savepoints(db, name).await,
            Self::Retry => db.retry(async |tx| lines(&tx, name, 1..=3).await).await,
            Self::ByHand => by_hand(db, name, options).await,
            Self::Many => {
                let many = OrderLine::insert_many((1..=MANY).map(|line| line_of(name, line)));
                many.exec(db).await.map(drop)
            }
            Self::Read => {
                let nested = OrderLine::query().limit(50).with(|l| l.deliveries.with(|d| d.order_line));
                let options = TxOptions { read_only: true, ..options };
                db.transaction_with(options, async |tx| nested.all(&tx).await).await.map(drop)
            }
            Self::Get => {
                let tag = Tag::insert(NewTag { name: name.into() }).on_conflict(|t| t.name).or_get();
                tag.exec(db).await.map(drop)
            }
        }
    }
}

fn line_of(name: &str, line: i32) -> NewOrderLine {
    NewOrderLine { order_no: name.into(), line, amount: 1 }
}

/// One statement for each.
async fn lines(tx: &Tx, name: &str, lines: std::ops::RangeInclusive<i32>) -> Result<()> {
    for line in lines {
        OrderLine::insert(line_of(name, line)).exec(tx).await?;
    }
    Ok(())
}

async fn savepoints(db: &Db, name: &str) -> Result<()> {
    db.transaction(async |tx| {
        lines(&tx, name, 1..=1).await?;
        tx.transaction(async |tx| lines(&tx, name, 2..=2).await).await?;
        let undone = tx.begin().await?;
        lines(&undone, name, 7..=9).await?;
        drop(undone);
        lines(&tx, name, 3..=3).await
    })
    .await
}

async fn by_hand(db: &Db, name: &str, options: TxOptions) -> Result<()> {
    let tx = db.begin_with(options).await?;
    lines(&tx, name, 1..=2).await?;
    OrderLine::query().filter(|l| l.order_no.eq(name)).count(&tx).await?;
    lines(&tx, name, 3..=3).await?;
    tx.commit().await
}

/// One round: some work, given up at once, after so many polls, or after so long, or not at all. Was it done?
async fn round(db: &Db, random: &mut Random, name: &str, work: Work) -> Result<bool> {
    let isolation = [None, None, Some(Isolation::ReadCommitted), Some(Isolation::Serializable)];
    let isolation = isolation[usize::try_from(random.below(4)).unwrap_or(0)];
    let run: Pin<Box<dyn Future<Output = Result<()>> + Send>> =
        Box::pin(work.run(db, name, TxOptions { isolation, ..TxOptions::default() }));
    let result = match random.below(6) {
        0 => Some(run.await),
        1 => run.now_or_never(),
        2 | 3 => give_up_after(u32::try_from(random.below(24)).unwrap_or(0), run).await,
        _ => tokio::time::timeout(Duration::from_micros(random.below(6_000)), run).await.ok(),
    };
    match result {
        Some(Ok(())) => Ok(true),
        // In each other's way: its transaction is rolled back.
        Some(Err(error)) if error.is_retryable() => Ok(false),
        Some(Err(error)) => Err(error),
        None => Ok(false),
    }
}

/// The names of what a task has done.
async fn task(db: Db, seed: u64, number: u64) -> Result<Vec<(String, Work)>> {
    let (mut random, mut done) = (Random(seed ^ number), Vec::new());
    for round_of in 0..ROUNDS {
        let work = WORK[usize::try_from(random.below(WORK.len() as u64)).unwrap_or(0)];
        let name = if work == Work::Get {
            format!("{}", round_of % 5)
        } else {
            format!("{number}.{round_of} {work:?}")
        };
        if round(&db, &mut random, &name, work).await? {
            done.push((name, work));
        }
    }
    Ok(done)
}

async fn what_is_given_up_leaves_nothing_behind(_: Db, url: String) -> Result<()> {
    let db =
        open(&url, &format!("max_connections={CONNECTIONS}&acquire_timeout=30s&lock_timeout=30s")).await?;
    OrderLine::insert_many((1..=50).map(|line| line_of(" first", line))).exec(&db).await?;
    let deliveries = (1..=50).map(|line| NewDelivery { order_no: " first".into(), line, amount: 1 });
    Delivery::insert_many(deliveries).exec(&db).await?;
    let seed = seed("ORM_SEED");
    let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(task(db.clone(), seed, number))).collect();
    let mut done = Vec::new();
    for task in tasks {
        done.extend(task.await.expect("no task panics")?);
    }
    let share = done.len() * 100 / usize::try_from(TASKS * ROUNDS).unwrap_or(1);
    assert!((20..95).contains(&share), "{share} % was done: nothing is shown by that");
    all_or_nothing_is_there(&db, &done).await?;
    all_connections_are_clean(&db).await?;
    nothing_is_locked(&db).await?;
    db.close().await;
    Ok(())
}

/// Whatever was done is there as a whole; of what was given up, nothing is there in part.
async fn all_or_nothing_is_there(db: &Db, done: &[(String, Work)]) -> Result<()> {
    let counts = OrderLine::query().group_by(|l| l.order_no).select(|name, _| (name, count()));
    let counts: BTreeMap<String, i64> = counts.all(db).await?.into_iter().collect();
    for (name, work) in done.iter().filter(|(_, work)| work.rows() > 0) {
        assert_eq!(counts.get(name), Some(&work.rows()), "`{name}` was done");
    }
    for (name, count) in counts.iter().filter(|(name, _)| *name != " first") {
        let work = WORK.into_iter().find(|work| name.ends_with(&format!(" {work:?}")));
        assert_eq!(Some(*count), work.map(Work::rows), "`{name}` is half there");
    }
    let tags = Tag::query().order_by(|t| t.name.asc()).select(|t| t.name).all(db).await?;
    assert_eq!(tags, ["0", "1", "2", "3", "4"]);
    Ok(())
}

/// All of them can be had at once, none is in a transaction, and none has another one's isolation or right to read alone.
async fn all_connections_are_clean(db: &Db) -> Result<()> {
    nobody_is_in_a_transaction(db).await?;
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS {
        held.push(db.begin_with(TxOptions { read_only: true, ..TxOptions::default() }).await?);
    }
    let before = counted(&held).await?;
    db.connection().await?.batch("INSERT INTO tags (name) VALUES ('meanwhile')").await?;
    // Only PostgreSQL's default sees what others commit; and where a read locks (serializable), the insert would have waited.
    let seen = i64::from(db.dialect() == Dialect::Postgres);
    assert_eq!(counted(&held).await?, before.into_iter().map(|count| count + seen).collect::<Vec<_>>());
    drop(held);
    for n in 0..CONNECTIONS * 2 {
        let tag = NewTag { name: format!("written {n}") };
        db.transaction(async |tx| Tag::insert(tag).exec(&tx).await).await?;
    }
    nobody_is_in_a_transaction(db).await
}

async fn counted(held: &[Tx]) -> Result<Vec<i64>> {
    let mut counts = Vec::new();
    for tx in held {
        counts.push(Tag::query().count(tx).await?);
    }
    Ok(counts)
}

/// A dropped transaction is rolled back behind our back, so it gets a moment. On SQLite a second BEGIN would be an error.
async fn nobody_is_in_a_transaction(db: &Db) -> Result<()> {
    let open = match db.dialect() {
        Dialect::Sqlite => return Ok(()),
        Dialect::Postgres => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        }
        Dialect::MariaDb | Dialect::MySql => {
            "SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p \
             ON p.id = t.trx_mysql_thread_id WHERE p.db = database() AND p.id <> connection_id()"
        }
    };
    for _ in 0..50 {
        if RawSql::trusted(open).one::<i64>(db).await? == 0 {
            return Ok(());
        }
        // MariaDB shows old news for a tenth of a second.
        tokio::time::sleep(Duration::from_millis(110)).await;
    }
    panic!("somebody is in a transaction still")
}

/// Rows that somebody still holds could not be changed.
async fn nothing_is_locked(db: &Db) -> Result<()> {
    let changed = OrderLine::query().update(|l| l.amount.set(2)).all_rows().exec(db).await?;
    assert!(changed >= 50);
    Delivery::query().delete().all_rows().exec(db).await?;
    assert_eq!(OrderLine::query().delete().all_rows().exec(db).await?, changed);
    Ok(())
}

const WRITERS: usize = 16;
const WRITES: usize = 15;

/// Through four handles, as if they were processes.
async fn every_writer_gets_its_writes_done(_: Db, url: String) -> Result<()> {
    let mut handles = Vec::new();
    for _ in 0..4 {
        handles.push(open(&url, "max_connections=5&acquire_timeout=60s&lock_timeout=60s").await?);
    }
    let tasks: Vec<_> =
        (0..WRITERS).map(|number| tokio::spawn(write(handles[number % 4].clone(), number))).collect();
    for task in tasks {
        task.await.expect("no task panics")?;
    }
    let counts =
        Tag::query().group_by(|t| t.name.substring(1, 2)).select(|_, _| count()).all(&handles[0]).await?;
    assert_eq!(counts, [i64::try_from(WRITES).unwrap_or(0); WRITERS]);
    for handle in handles {
        handle.close().await;
    }
    Ok(())
}

async fn write(db: Db, number: usize) -> Result<()> {
    for n in 0..WRITES {
        let tag = NewTag { name: format!("{number:02} {n}") };
        if n % 2 == 0 {
            Tag::insert(tag).exec(&db).await?;
        } else {
            db.transaction(async |tx| {
                Tag::query().filter(|t| t.name.eq("none")).exists(&tx).await?;
                Tag::insert(tag).exec(&tx).await
            })
            .await?;
        }
    }
    Ok(())
}

async fn the_database_inside_its_own_transaction_is_an_error_that_says_so(_: Db, url: String) -> Result<()> {
    let db = open(&url, "max_connections=1&acquire_timeout=50ms&lock_timeout=1s").await?;
    let told = |error: &Error| error.to_string().contains("use `tx`");
    let inside: Result<()> = db
        .transaction(async |tx| {
            Tag::insert(NewTag { name: "kept".into() }).exec(&tx).await?;
            let read = Tag::query().count(&db).await.unwrap_err();
            assert!(told(&read), "{read}");
            let nested = db.begin().await.map(drop).unwrap_err();
            assert!(told(&nested), "{nested}");
            let write = Tag::insert(NewTag { name: "lost".into() }).exec(&db).await.unwrap_err();
            assert!(told(&write), "{write}");
            Ok(())
        })
        .await;
    inside?;
    assert_eq!(Tag::query().select(|t| t.name).all(&db).await?, ["kept"]);
    db.close().await;
    Ok(())
}

/// What only SQLite has: statements on threads of their own, and a mark that interrupts them.
mod on_threads {
    use futures_util::FutureExt as _;
    use orm::{Result, prelude::*};

    use crate::suite::shop::{NewTag, Tag, shop};

    orm_tests::on_database!(sqlite, Sqlite, shop: what_is_given_up_before_it_begins_interrupts_nobody_else);

    /// One poll sends the delete to its thread, where it has hardly begun when it is given up.
    async fn what_is_given_up_before_it_begins_interrupts_nobody_else(db: Db) -> Result<()> {
        for round in 0..400 {
            drop(Tag::query().delete().all_rows().exec(&db).now_or_never());
            let tags = (0..100).map(|n| NewTag { name: format!("{round} {n}") });
            db.transaction(async |tx| Tag::insert_many(tags).exec(&tx).await).await?;
        }
        Ok(())
    }
}
