//! Models, a migration planned and applied, typed queries, and a second migration that keeps the rows.
//!
//! `cargo run --example quickstart` needs nothing but Rust: SQLite is embedded.

#![allow(clippy::print_stdout, reason = "an example tells its story on stdout")]

use std::path::Path;

use chrono::{DateTime, Utc};
use orm::{
    Models,
    migrate::{Dialect, DiffOptions, Migrations, Proposal, Verify},
    prelude::*,
};

/// Who writes.
#[derive(Debug, Clone, Model)]
#[orm(has_many(posts: Post.author))]
pub struct Author {
    /// The primary key, by its name.
    pub id: i64,
    /// Nobody shares it.
    #[orm(unique)]
    pub email: String,
    /// As it is printed.
    pub name: String,
}

/// What is written.
#[derive(Debug, Clone, Model)]
#[orm(index(author_id, created_at desc))]
pub struct Post {
    /// The primary key.
    pub id: i64,
    /// A foreign key, and the relation `author`.
    #[orm(belongs_to(author: Author, on_delete = cascade))]
    pub author_id: i64,
    /// The headline.
    pub title: String,
    /// The database's own clock.
    #[orm(default = now)]
    pub created_at: DateTime<Utc>,
}

/// The same models some weeks later.
mod later {
    use orm::prelude::*;

    /// An author now says something about themselves, and counts.
    #[derive(Debug, Clone, Model)]
    #[orm(table = "authors")]
    pub(crate) struct Author {
        /// The primary key.
        pub id: i64,
        /// Nobody shares it.
        #[orm(unique)]
        pub email: String,
        /// As it is printed.
        pub name: String,
        /// New: may be empty.
        pub bio: Option<String>,
        /// New: old rows get the default.
        #[orm(default = 0, check = "followers >= 0")]
        pub followers: i32,
    }
}

/// What a page of authors shows: the struct is the query.
#[derive(Debug, Clone, Projection)]
#[orm(model = Author)]
struct AuthorCard {
    name: String,
    #[orm(expr = |a| a.posts.count())]
    post_count: i64,
    #[orm(with = |a| a.posts.order_by(|p| p.id.desc()).limit(2))]
    posts: Vec<Headline>,
}

/// Only the columns that are named are read.
#[derive(Debug, Clone, Projection)]
#[orm(model = Post)]
struct Headline {
    title: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("orm-quickstart-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let story = tell(&folder).await;
    std::fs::remove_dir_all(&folder)?;
    story
}

async fn tell(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::connect(&format!("sqlite:{}", folder.join("app.db").display())).await?;

    say("1. The models become a migration: SQL to read, and to edit.");
    let models = Models::new(&[Author::TABLE, Post::TABLE]);
    migrate(&db, folder, models, "create authors and posts").await?;

    say("2. Rows go in as structs. A required field that is missing would not compile.");
    let ann =
        Author::insert(NewAuthor { email: "ann@example.org".into(), name: "Ann".into() }).exec(&db).await?;
    let bob =
        Author::insert(NewAuthor { email: "bob@example.org".into(), name: "Bob".into() }).exec(&db).await?;
    let titles =
        ["Hello", "On tables", "On joins"].map(|title| NewPost { author_id: ann.id, title: title.into() });
    let count = Post::insert_many(titles).exec(&db).await?;
    Post::insert(NewPost { author_id: bob.id, title: "Me too".into() }).exec(&db).await?;
    tell_line(&format!("{ann:?}"));
    tell_line(&format!("and {count} posts of hers in one statement"));

    say("3. Queries are typed: filter, join, group.");
    let titles: Vec<(String, String)> = Post::query()
        .filter(|p| p.title.starts_with("On "))
        .join(|p| p.author)
        .order_by(|(p, _)| p.title.asc())
        .select(|(p, a)| (p.title, a.name))
        .all(&db)
        .await?;
    tell_line(&format!("{titles:?}"));
    let busy: Vec<(i64, i64)> = Post::query()
        .group_by(|p| p.author_id)
        .having(|_, p| p.id.count().gt(1))
        .select(|author, p| (author, p.id.count()))
        .all(&db)
        .await?;
    tell_line(&format!("authors with more than one post: {busy:?}"));

    say("4. A relation is loaded with one statement, and is then part of the type.");
    let authors: Vec<(Author, Vec<Post>)> =
        Author::query().order_by(|a| a.id.asc()).with(|a| a.posts).all(&db).await?;
    for (author, posts) in &authors {
        tell_line(&format!("{}: {:?}", author.name, posts.iter().map(|p| &p.title).collect::<Vec<_>>()));
    }

    say("5. A projection names what it needs, at any depth.");
    for card in Author::query().order_by(|a| a.id.asc()).load::<AuthorCard>().all(&db).await? {
        let latest: Vec<&str> = card.posts.iter().map(|post| post.title.as_str()).collect();
        tell_line(&format!("{} wrote {}, of late {latest:?}", card.name, card.post_count));
    }

    say("6. The models change: two new fields. The second migration keeps the rows.");
    let models = Models::new(&[later::Author::TABLE, Post::TABLE]);
    migrate(&db, folder, models, "add bio and followers").await?;
    let ann = later::Author::find(ann.id).one(&db).await?;
    ann.update(|a| (a.followers.set(a.followers + 1), a.bio.set("Writes."))).exec(&db).await?;
    tell_line(&format!("{:?}", later::Author::find(ann.id).one(&db).await?));
    tell_line(&format!("and all {} posts are still there", Post::query().count(&db).await?));

    db.verify(models).await?;
    say(
        "The live database is exactly what the models say. Next: docs/, or `cargo run -p orm-cli -- --help`.",
    );
    db.close().await;
    Ok(())
}

/// What `orm migrate dev` does: plan from the last snapshot to the models, write, apply.
async fn migrate(
    db: &Db,
    folder: &Path,
    models: Models,
    what_for: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let folder = folder.join("migrations");
    let mut migrations = Migrations::create(&folder, Dialect::Sqlite)?;
    let proposal = Proposal::new(&migrations, models.schema(), &DiffOptions::default())?;
    let written = migrations.add(&folder, &proposal.draft(what_for))?;
    tell_line(&format!("migrations/{}/up.sql", written.name));
    for line in written.up.lines() {
        tell_line(&format!("  {line}"));
    }
    let mut connection = db.connection().await?;
    orm::migrate::deploy(&mut connection, &migrations, &Default::default(), &mut |_| {}).await?;
    Ok(())
}

fn say(line: &str) {
    println!("\n{line}");
}

fn tell_line(line: &str) {
    println!("   {line}");
}
