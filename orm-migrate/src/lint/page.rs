//! The page that people read, `docs/lint.md`: written from the rules themselves, so that it says what they do.

use std::fmt::Write;

use super::{Level, Rule, all_rules};
use crate::dialect::Dialect;

const HEAD: &str = "# Lint

`orm migrate lint` looks at the SQL of migrations, generated or written by hand, and tells what would lose data, keep people
waiting, fail on rows that are there, or break the version of the program that is still running. It reads the schema before
each migration from the snapshot beside it, so that it can tell what a statement changes, and needs no database. Nothing is said
of a table that the same file has made: nobody uses it yet. A baseline runs on an empty database, so nothing is said of it.

| level | meaning |
|---|---|
| danger | data is lost, or the version that is running breaks |
| caution | people wait for a lock, or rows may make it fail |
| hint | something that hurts later, or that orm does not understand |

`orm migrate dev --online` writes the forms that stop nobody for long, which are those that the rules give to copy.

Exit 2 where there is a danger or a caution: a person has to decide. Such a decision is a comment on the lines before the
statement, with its reason; `allow-file` holds for the whole file:

```sql
-- orm: allow L101 nothing has read it since 2.4
DROP TABLE old_users;
```

A migration that has run takes no comment any more, since its checksum would change. `orm.toml` says up to which one all is settled,
and turns rules off for a whole project:

```toml
[lint]
after = \"20261120114000_add_bio\"
ignore = [\"L502\"]
```

";

const FOOT: &str = "
Codes are never used again for something else. Locks of PostgreSQL are those that a test reads in `pg_locks` while the example
runs; on MariaDB a test runs the example with `LOCK = NONE`, which the server refuses where writes have to wait.
";

/// The groups of codes, by their hundreds.
const GROUPS: [(&str, &str); 7] = [
    ("L0", "The comments themselves"),
    ("L1", "Data is lost"),
    ("L2", "Locks and scans"),
    ("L3", "Rows make it fail"),
    ("L4", "The running version breaks"),
    ("L5", "Traps of one database"),
    ("L6", "Transactions and history"),
];

/// The whole page.
///
/// ```
/// assert!(orm_migrate::lint::page::page().starts_with("# Lint"));
/// ```
#[must_use]
pub fn page() -> String {
    let mut text = HEAD.to_owned();
    let rules = all_rules();
    contents(&mut text, &rules);
    text.push_str(FOOT);
    for (group, title) in GROUPS {
        line(&mut text, format_args!("\n## {title}"));
        for rule in rules.iter().filter(|rule| rule.code.starts_with(group)) {
            section(&mut text, rule);
        }
    }
    text
}

/// Writing to a text cannot fail.
fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    let _ = writeln!(text, "{words}");
}

fn contents(text: &mut String, rules: &[&Rule]) {
    text.push_str("| code | level | finds | on |\n|---|---|---|---|\n");
    for rule in rules {
        let (code, level, on) = (rule.code, rule.level, dialects(rule).join(", "));
        line(text, format_args!("| [{code}](#{}) | {level} | {} | {on} |", code.to_lowercase(), rule.title));
    }
}

/// The dialects that have the rule; comments and folders are the same in all.
fn dialects(rule: &Rule) -> Vec<String> {
    let has = |dialect: &Dialect| dialect.lint_rules().iter().any(|of| of.code == rule.code);
    let having: Vec<String> =
        Dialect::ALL.iter().filter(|dialect| has(dialect)).map(ToString::to_string).collect();
    if having.is_empty() || having.len() == Dialect::ALL.len() {
        vec!["all databases".to_owned()]
    } else {
        having
    }
}

fn section(text: &mut String, rule: &Rule) {
    let level = match rule.level {
        Level::Hint => "A hint",
        Level::Caution => "Caution",
        Level::Danger => "Danger",
    };
    let on = dialects(rule).join(", ");
    line(text, format_args!("\n### {}\n**`{}`: {}.** {level}, on {on}.\n", rule.code, rule.name, rule.title));
    line(text, format_args!("{}\n\n- Do this: {}.", rule.why, rule.fix));
    if !rule.silent.is_empty() {
        line(text, format_args!("- Nothing is said {}.", rule.silent));
    }
    if let Some(lock) = rule.lock {
        line(text, format_args!("- The lock: `{lock}`."));
    }
    if !rule.sources.is_empty() {
        let sources = rule.sources.iter().map(|source| format!("<{source}>"));
        line(text, format_args!("- Read more: {}", sources.collect::<Vec<_>>().join(", ")));
    }
    for example in rule.examples {
        let on = example.dialects.join(", ");
        text.push_str("\n```sql\n");
        if !example.before.is_empty() {
            line(text, format_args!("-- there is\n{}", lines(example.before)));
        }
        line(
            text,
            format_args!("-- bad, on {on}\n{}\n-- good\n{}\n```", lines(example.bad), lines(example.good)),
        );
    }
}

/// A statement a line.
fn lines(sql: &str) -> String {
    sql.replace("; ", ";\n")
}
