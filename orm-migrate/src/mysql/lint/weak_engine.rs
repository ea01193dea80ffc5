//! An engine that loses rows.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// A storage engine without transactions.
pub(crate) const RULE: Rule = Rule {
    code: "L511",
    name: "weak-engine",
    level: Level::Caution,
    title: "a storage engine without transactions",
    why: "MyISAM, Aria and MEMORY know no transactions and no foreign keys: a migration or a request that \
        fails half-way stays half done, and after a crash rows may be gone.",
    fix: "leave it out, or write `ENGINE = InnoDB`",
    silent: "of InnoDB",
    sources: &["https://mariadb.com/kb/en/choosing-the-right-storage-engine/"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["mariadb"],
    before: "",
    bad: "CREATE TABLE t (a int) ENGINE = MyISAM;",
    good: "CREATE TABLE t (a int) ENGINE = InnoDB;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let (table, words) = match fact {
        Fact::CreateTable { table, options, .. } => (table, options),
        Fact::ConvertTable { table, how } => (table, how),
        _ => return None,
    };
    let words = words.to_ascii_lowercase().replace('=', " ");
    let mut words = words.split_whitespace().skip_while(|word| *word != "engine").skip(1);
    let engine = words.next()?;
    ["myisam", "aria", "memory", "csv"]
        .contains(&engine)
        .then(|| Hit::new(format!("`{table}` is kept by {engine}, which knows no transactions")))
}
