//! docs/queries.md: each query runs on every database, and the page shows the SQL that it becomes.

use std::{fmt::Debug, fs, path::Path, pin::Pin};

use orm::{
    Delete, Dialect, ErrorKind, Insert, InsertFrom, InsertMany, Keyset, Output, Paged, Query, Readable,
    Result, Update, UpdateMany, Whole, prelude::*,
};

use super::shop::{Comment, NewPost, Post, Tag, User, people, shop};

mod queries;

/// A query that the page shows.
pub(super) trait Shown {
    fn sql(&self, dialect: Dialect) -> Result<String>;
    fn run(self: Box<Self>, db: Db) -> Pin<Box<dyn Future<Output = Result<usize>>>>;
}

impl<S: orm::Scope, O: Output> Shown for Query<S, O>
where
    Self: Readable<Item: Debug>,
{
    fn sql(&self, dialect: Dialect) -> Result<String> {
        self.to_sql(dialect)
    }

    fn run(self: Box<Self>, db: Db) -> Pin<Box<dyn Future<Output = Result<usize>>>> {
        Box::pin(async move { Ok(self.all(&db).await?.len()) })
    }
}

/// What a write or a page becomes: one statement, or several.
trait Statements {
    fn text(self) -> String;
}

impl Statements for String {
    fn text(self) -> String {
        self
    }
}

impl Statements for Vec<String> {
    fn text(self) -> String {
        self.join(";\n")
    }
}

macro_rules! shown {
    ($($type:ty: $run:ident),+ $(,)?) => {
        $(impl Shown for $type {
            fn sql(&self, dialect: Dialect) -> Result<String> {
                Ok(self.to_sql(dialect)?.text())
            }

            fn run(self: Box<Self>, db: Db) -> Pin<Box<dyn Future<Output = Result<usize>>>> {
                Box::pin(async move { self.$run(&db).await.map(|_| 1) })
            }
        })+
    };
}

shown! {
    Paged<User, Whole<User>>: fetch,
    Keyset<User, Whole<User>>: fetch,
    Insert<User>: exec,
    InsertMany<User>: exec,
    InsertFrom<Tag>: exec,
    Update<Post>: exec,
    UpdateMany<Post>: exec,
    Delete<Comment>: exec,
}

macro_rules! examples {
    ($($name:ident),+ $(,)?) => {
        /// All of them, by their names.
        fn examples() -> Vec<(&'static str, Box<dyn Shown>)> {
            vec![$((stringify!($name), Box::new(queries::$name()) as Box<dyn Shown>)),+]
        }
    };
}

examples!(
    filters,
    optional_filters,
    texts,
    related,
    ordered,
    ordered_by_name,
    picked,
    choices,
    moments,
    by_hand,
    joined,
    joined_whole,
    joined_on,
    joined_right,
    joined_query,
    joined_lateral,
    aggregates,
    groups,
    windows,
    top_of_each,
    among_rows,
    existence,
    scalar,
    common,
    recursive,
    counted_up,
    union,
    distinct_on,
    locked,
    loaded,
    page,
    page_after,
    inserted,
    inserted_below,
    upserted,
    upserted_many,
    inserted_from,
    updated,
    updated_from_join,
    updated_many,
    deleted,
);

orm_tests::portable!(shop: every_example_runs);

async fn every_example_runs(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    for title in ["a", "On b"] {
        Post::insert(NewPost { author_id: ann.id, title: title.into() }).exec(&db).await?;
    }
    for (name, example) in examples() {
        let sql = example.sql(db.dialect());
        match (example.run(db.clone()).await, sql) {
            (Ok(_), Ok(_)) => {}
            (Err(error), Err(told)) if error.kind() == ErrorKind::Unsupported => {
                assert_eq!(error.to_string(), told.to_string(), "{name}");
            }
            (ran, told) => panic!("{name}: {ran:?}, {told:?}"),
        }
    }
    Ok(())
}

#[test]
fn the_page_is_what_the_queries_become() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/queries.md");
    let page = page();
    if std::env::var_os("ORM_UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/queries.md is not what the queries become: run this test with ORM_UPDATE_GOLDEN=1"
    );
}

const HEAD: &str = "\
# Queries, and the SQL that they become

Every query here is run by the tests on SQLite, PostgreSQL and MariaDB, and the SQL below it is what they send; this page is written
by them. The models are those of the tests: users, who may have a manager and reports, and their posts. What a database cannot do is
an error of the kind `Unsupported`, before anything is sent. [The guide](../src/guide.rs) goes through the jobs one by one.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    let examples = examples();
    let mut lines =
        include_str!("shown/queries.rs").lines().skip_while(|line| !line.starts_with("// ##")).peekable();
    while let Some(line) = lines.next() {
        if let Some(text) = line.strip_prefix("// ") {
            page.push_str(&if text.starts_with("##") { format!("\n{text}\n") } else { format!("{text}\n") });
        } else if let Some(text) = line.strip_prefix("/// ") {
            page.push_str(&format!("\n{text}\n"));
        } else if let Some(name) = line.strip_prefix("pub(super) fn ") {
            let name = name.split('(').next().unwrap_or_default();
            let body: Vec<_> = lines.by_ref().take_while(|line| *line != "}").collect();
            let body: Vec<_> = body.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
            page.push_str(&format!("```rust\n{}\n```\n", body.join("\n")));
            let example = examples.iter().find(|(other, _)| *other == name);
            page.push_str(&example.map(|(_, example)| sql(example.as_ref())).unwrap_or_default());
        }
    }
    page
}

/// The SQL of each database; once where it is the same.
fn sql(example: &dyn Shown) -> String {
    let told = |dialect: Dialect| match example.sql(dialect) {
        Ok(sql) => sql,
        Err(error) => format!("-- {error}"),
    };
    let of = |dialect: Dialect| format!("-- {}\n{}\n", dialect.name(), told(dialect));
    format!("```sql\n{}{}{}```\n", of(Dialect::Sqlite), of(Dialect::Postgres), of(Dialect::MariaDb))
}
