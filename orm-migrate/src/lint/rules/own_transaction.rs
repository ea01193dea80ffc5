//! A file that begins or ends transactions itself.

use crate::lint::{Example, Hit, Level, Look, Rule, Scene, facts::Fact};

/// The file begins or ends a transaction itself.
pub(crate) const RULE: Rule = Rule {
    code: "L602",
    name: "own-transaction",
    level: Level::Caution,
    title: "the file begins or ends a transaction itself",
    why: "orm runs a migration in transactions of its own, together with the record that it ran. Such a \
        statement would tear them apart, so `orm migrate deploy` refuses the file.",
    fix: "take it out; `-- orm: transaction` and `-- orm: no transaction` say what runs in a transaction",
    silent: "of savepoints",
    sources: &["https://www.postgresql.org/docs/current/sql-begin.html"],
    lock: None,
    examples: EXAMPLES,
    look: Look::Fact(look),
};

const EXAMPLES: &[Example] = &[Example {
    dialects: &["sqlite", "postgres", "mariadb"],
    before: "",
    bad: "BEGIN; SELECT 1; COMMIT;",
    good: "SAVEPOINT a; SELECT 1; ROLLBACK TO SAVEPOINT a;",
}];

fn look(_: &Scene<'_>, fact: &Fact) -> Option<Hit> {
    let Fact::Transaction { word } = fact else { return None };
    Some(Hit::new(format!("`{word}` would end the migration's own transaction: it is refused")))
}
