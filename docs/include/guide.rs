// What the guide's examples run on: its models, made in a database in memory, and a few rows. Every block of
// src/guide.rs includes this file in a hidden line.

include!("blog.rs");

use orm::{Error, ErrorKind, Models};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Runs an example on the rows; without SQLite and the planner it is only compiled.
#[cfg_attr(not(all(feature = "sqlite", feature = "migrate")), expect(unused_variables))]
fn example(run: impl AsyncFnOnce(Db) -> Outcome) -> Outcome {
    #[cfg(all(feature = "sqlite", feature = "migrate"))]
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let db = Db::connect("sqlite::memory:").await?;
        let models = [User::TABLE, Post::TABLE, Comment::TABLE, Tag::TABLE, PostTag::TABLE];
        make(&db, Models::new(Vec::leak(models.to_vec()))).await?;
        rows(&db).await?;
        run(db).await
    })?;
    Ok(())
}

/// Makes the tables of the models.
#[cfg(feature = "migrate")]
async fn make(db: &Db, models: Models) -> Outcome {
    use orm::migrate::{Dialect, diff, normalise, plan};
    let (old, options) = (Default::default(), Default::default());
    let target = normalise(Dialect::Sqlite, models.schema());
    let changes = diff(Dialect::Sqlite, &old, &target, &options).changes;
    let plan = plan(Dialect::Sqlite, &old, &target, &changes)?;
    db.connection().await?.batch(&plan.up_sql()).await?;
    Ok(())
}

#[cfg(not(feature = "migrate"))]
async fn make(_: &Db, _: Models) -> Outcome {
    Ok(())
}

async fn rows(db: &Db) -> Outcome {
    let ann = NewUser { email: "ann@x".into(), name: "Ann".into() };
    let ann = User::insert(ann).set(|u| (u.age.set(31), u.bio.set("Writes."))).exec(db).await?;
    let bob = NewUser { email: "bob@x".into(), name: "Bob".into() };
    let bob = User::insert(bob).set(|u| u.age.set(20)).exec(db).await?;
    let post = |by: &User, title: &str| NewPost { author_id: by.id, title: title.into() };
    let hello =
        Post::insert(post(&ann, "Hello")).set(|p| (p.views.set(10), p.rating.set(4.5))).exec(db).await?;
    let joins = Post::insert(post(&ann, "On joins")).set(|p| p.views.set(20)).exec(db).await?;
    let tables = Post::insert(post(&bob, "Tables")).set(|p| (p.views.set(5), p.editor_id.set(ann.id)));
    let tables = tables.exec(db).await?;
    for (post, by, text) in [(&hello, &bob, "Hi!"), (&tables, &ann, "Nice."), (&hello, &ann, "Hi, Bob.")] {
        let comment = NewComment { post_id: post.id, author_id: by.id, text: text.into() };
        Comment::insert(comment).exec(db).await?;
    }
    for (name, posts) in [("rust", vec![&hello, &joins]), ("sql", vec![&joins])] {
        let tag = Tag::insert(NewTag { name: name.into() }).exec(db).await?;
        PostTag::insert_many(posts.into_iter().map(|p| NewPostTag { post_id: p.id, tag_id: tag.id }))
            .exec(db)
            .await?;
    }
    Ok(())
}
