//! Partitions that come and go while everybody waits.

use crate::{
    lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact},
    postgres::lint::outside,
};

/// A partition goes while everybody waits.
pub(crate) const RULE: Rule = Rule {
    code: "L213",
    name: "partition-under-lock",
    level: Level::Caution,
    title: "a partition goes while everybody waits",
    why: "Detaching needs the whole partitioned table for itself. While it waits behind one long query, \
        everybody else waits behind it.",
    fix: "detach it with `CONCURRENTLY`, outside of a transaction (PostgreSQL 14, and where no partition \
        is the default one)",
    silent: "with `CONCURRENTLY`, and of a table that the same file has made",
    sources: &["https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION"],
    lock: Some("AccessExclusiveLock"),
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["postgres"],
    before: "CREATE TABLE logs (at date) PARTITION BY RANGE (at); CREATE TABLE logs_1 PARTITION OF logs \
        FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    bad: "ALTER TABLE logs DETACH PARTITION logs_1;",
    good: "-- orm: no transaction
ALTER TABLE logs DETACH PARTITION logs_1 CONCURRENTLY;",
}];

fn look(scene: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::DetachPartition { table, partition, concurrently: false } = fact else { return None };
    let (on, part) = (scene.quote_table(table), scene.quote_table(partition));
    let sql = format!("ALTER TABLE {on} DETACH PARTITION {part} CONCURRENTLY");
    Some(
        Hit::new(format!("everybody who needs `{table}` waits while `{partition}` is detached"))
            .fix(outside(&sql)),
    )
}
