//! The examples of the documents that load relations: each is here as it is there, over the guide's models, and its statements
//! are counted.

use std::{fs, path::Path};

use orm::{Result, prelude::*};
use orm_schema::Schema;
use orm_tests::assert_statements;

use self::blog::{Comment, NewComment, NewPost, NewPostTag, NewTag, NewUser, Post, PostTag, Tag, User};

#[allow(dead_code, reason = "what only the guide needs")]
mod blog {
    include!("../../../docs/include/blog.rs");
}

orm_tests::portable!(models:
    the_examples_of_with_send_what_the_guide_says,
    the_examples_of_projections_send_what_the_guide_says,
    the_example_of_rows_below_a_row_sends_what_the_guide_says,
);

fn models() -> Schema {
    orm_tests::schema_of(&[User::TABLE, Post::TABLE, Comment::TABLE, Tag::TABLE, PostTag::TABLE])
}

/// So many users over 30, each with a post that one of them edits, comments on and tags.
async fn fill(db: &Db, count: i64) -> Result<()> {
    let have = User::query().count(db).await?;
    for n in have..count {
        let new = NewUser { email: format!("{n}@x"), name: format!("user {n}") };
        let user = User::insert(new).set(|u| u.age.set(50)).exec(db).await?;
        let post = Post::insert(NewPost { author_id: user.id, title: format!("{n}") });
        let post = post.set(|p| (p.editor_id.set(user.id), p.views.set(7))).exec(db).await?;
        let comment = NewComment { post_id: post.id, author_id: user.id, text: "Hi!".into() };
        Comment::insert(comment).exec(db).await?;
        let tag = Tag::insert(NewTag { name: format!("{n}") }).exec(db).await?;
        PostTag::insert(NewPostTag { post_id: post.id, tag_id: tag.id }).exec(db).await?;
    }
    Ok(())
}

type Discussed = (Post, Vec<(Comment, User)>);

async fn the_examples_of_with_send_what_the_guide_says(db: Db) -> Result<()> {
    for count in [1, 60] {
        fill(&db, count).await?;
        let first =
            Post::query().order_by(|p| p.id.asc()).with(|p| p.author).with(|p| p.editor).with(|p| p.tags);
        let rows: Vec<(Post, User, Option<User>, Vec<Tag>)> = assert_statements(4, first.all(&db)).await?;
        let second = User::query().order_by(|u| u.id.asc()).with(|u| {
            u.posts
                .filter(|p| p.views.ge(5))
                .order_by(|p| p.views.asc())
                .limit(1)
                .with(|p| p.comments.order_by(|c| c.id.desc()).with(|c| c.author))
        });
        let users: Vec<(User, Vec<Discussed>)> = assert_statements(4, second.all(&db)).await?;
        assert_eq!((rows.len(), users.len()), (usize::try_from(count).unwrap_or(0), rows.len()));
        let post = rows[0].0.id;
        let filtered = Post::find(post).with(|p| p.author.filter(|u| u.age.gt(40)));
        let (_, author): (Post, Option<User>) = assert_statements(2, filtered.one(&db)).await?;
        assert!(author.is_some());
        // README.md, src/lib.rs, examples/quickstart.rs
        let with_posts: Vec<(User, Vec<Post>)> =
            assert_statements(2, User::query().with(|u| u.posts).all(&db)).await?;
        assert!(with_posts.iter().all(|(_, posts)| posts.len() == 1));
    }
    Ok(())
}

#[derive(Debug, Clone, Projection)]
#[orm(model = User)]
struct Page {
    name: String,
    #[orm(field = email)]
    address: String,
    #[orm(expr = |u| u.posts.count())]
    post_count: i64,
    #[orm(with = |u| u.posts.order_by(|p| p.views.desc()).limit(3))]
    top: Vec<Card>,
}

#[derive(Debug, Clone, Projection)]
#[orm(model = Post)]
struct Card {
    title: String,
    #[orm(expr = |p| p.rating.or(0.0))]
    rating: f64,
    #[orm(with = |p| p.editor)]
    editor: Option<Name>,
    #[orm(with = |p| p.tags.order_by(|t| t.name.asc()))]
    tags: Vec<Tag>,
}

#[derive(Debug, Clone, Projection)]
#[orm(model = User)]
struct Name {
    name: String,
}

/// The page of src/lib.rs.
#[derive(Debug, Clone, Projection)]
#[orm(model = User)]
struct LastPosts {
    email: String,
    #[orm(with = |u| u.posts.order_by(|p| p.id.desc()).limit(3))]
    posts: Vec<Headline>,
}

#[derive(Debug, Clone, Projection)]
#[orm(model = Post)]
struct Headline {
    title: String,
}

async fn by_email<T: Item<Model = User>>(db: &impl Executor, email: &str) -> orm::Result<Option<T>> {
    User::query().filter(|u| u.email.eq(email)).load::<T>().optional(db).await
}

async fn the_examples_of_projections_send_what_the_guide_says(db: Db) -> Result<()> {
    for count in [1, 60] {
        fill(&db, count).await?;
        let pages: Vec<Page> =
            assert_statements(4, User::query().filter(|u| u.age.gt(30)).load::<Page>().all(&db)).await?;
        let (page, card) = (&pages[0], &pages[0].top[0]);
        assert_eq!(
            (pages.len(), page.post_count, card.tags.len()),
            (usize::try_from(count).unwrap_or(0), 1, 1)
        );
        assert_eq!((page.address.as_str(), card.title.as_str(), card.rating), ("0@x", "0", 0.0));
        assert_eq!(card.editor.as_ref().map(|editor| &editor.name), Some(&page.name));
        let name = assert_statements(1, by_email::<Name>(&db, "0@x")).await?;
        assert!(name.is_some() && assert_statements(1, by_email::<User>(&db, "0@x")).await?.is_some());
        let last = assert_statements(2, User::query().load::<LastPosts>().all(&db)).await?;
        assert!(last.iter().all(|page| page.email.starts_with(&page.posts[0].title)));
    }
    Ok(())
}

#[derive(Insert)]
#[orm(model = Post, under(author_id))]
struct Draft {
    title: String,
    #[orm(with = |p| p.tags)]
    tags: Vec<NewTag>,
}

async fn the_example_of_rows_below_a_row_sends_what_the_guide_says(db: Db) -> Result<()> {
    for count in [1, 60] {
        let tag = |n: usize| NewTag { name: format!("{count} {n}") };
        let drafts = (0..count).map(|n| Draft { title: "Nested".into(), tags: vec![tag(n)] });
        let new = NewUser { email: format!("{count}@y"), name: "Cy".into() };
        let user = assert_statements(4, User::insert(new).with(|u| u.posts, drafts).exec(&db)).await?;
        let read = User::find(user.id).with(|u| u.posts.with(|p| p.tags));
        let (_, posts) = assert_statements(3, read.one(&db)).await?;
        assert!(posts.len() == count && posts.iter().all(|(_, tags)| tags.len() == 1));
        let most =
            User::query().with(|u| u.posts.filter(|p| p.views.ge(0)).order_by(|p| p.views.desc()).limit(3));
        assert_statements(2, most.all(&db)).await?;
    }
    Ok(())
}

/// A new example is to be counted, too.
#[test]
fn every_relation_that_the_documents_load_is_counted_here() {
    let own = squeezed(include_str!("guide.rs"));
    let mut found = 0;
    for name in ["src/guide.rs", "src/lib.rs", "README.md", "docs/queries.md"] {
        let text =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).expect(name);
        for load in text.lines().filter_map(load) {
            assert!(own.contains(&squeezed(load)), "{name}: `{load}` is not counted");
            found += 1;
        }
    }
    assert!(found >= 11, "only {found} were found: has their form changed?");
}

/// What a line of an example says about a relation: `.with(…` of a query, `#[orm(with = …)]` of a projection. Rows below one that is
/// inserted are no such thing.
fn load(line: &str) -> Option<&str> {
    let code =
        line.trim_start_matches("//!").split(" // ").next().filter(|code| !code.contains("::insert("))?;
    let start = [".with(|", "#[orm(with = "].iter().find_map(|word| code.find(word))?;
    let load = &code[start..];
    let end = [".all(", ".one(", ".first("].iter().filter_map(|word| load.find(word)).min();
    Some(load[..end.unwrap_or(load.len())].trim())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}
