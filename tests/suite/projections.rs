//! Structs that name what to load.

use orm::{Item, Projection, Result, prelude::*};
use orm_tests::recorded;
use serde::Serialize;

use super::shop::{
    Comment, NewComment, NewOrderLine, NewPostTag, NewProfile, NewTag, OrderLine, Post, PostTag, Profile,
    Tag, User, people, post, shop,
};

orm_tests::portable!(shop:
    a_projection_reads_only_the_columns_it_names,
    a_projection_computes_what_it_says,
    a_projection_loads_relations_as_projections,
    a_projection_loads_a_limited_relation,
    a_projection_loads_models,
    a_projection_loads_one_and_optional_rows,
    a_projection_of_relations_only,
    a_projection_nests_to_any_depth,
    a_projection_goes_through_a_join_table,
    a_projection_is_filtered_ordered_and_cut,
    a_projection_is_generic_over_its_items,
    a_projection_is_written_as_json,
    a_projection_over_a_composite_key,
);

async fn posts(db: &Db) -> Result<[User; 3]> {
    let users = people(db).await?;
    let [ann, bob, cy] = &users;
    let (a, _, c) = (post(db, ann, "a").await?, post(db, ann, "b").await?, post(db, bob, "c").await?);
    for (post, author, text) in [(&a, bob, "hm"), (&a, cy, "oh"), (&c, ann, "nice")] {
        let comment = NewComment { post_id: post.id, author_id: author.id, text: text.into() };
        Comment::insert(comment).exec(db).await?;
    }
    Ok(users)
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct Name {
    name: String,
    #[orm(field = email)]
    address: String,
}

async fn a_projection_reads_only_the_columns_it_names(db: Db) -> Result<()> {
    people(&db).await?;
    let query = User::query().order_by(|u| u.id.asc()).load::<Name>();
    let (names, statements) = recorded(query.all(&db)).await;
    let name = |name: &str, address: &str| Name { name: name.into(), address: address.into() };
    assert_eq!(names?, [name("Ann", "ann@x"), name("Bob", "bob@x"), name("Cy", "cy@x")]);
    let columns = ["name", "email", "id"]
        .map(|column| format!("{}.{}", db.dialect().quote("users"), db.dialect().quote(column)));
    let [name, email, id] = columns;
    let table = db.dialect().quote("users");
    assert_eq!(statements, [format!("SELECT {name}, {email} FROM {table} ORDER BY {id} ASC")]);
    Ok(())
}

fn shout(u: Columns<User>) -> Expr<String> {
    u.name.upper()
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct Computed {
    #[orm(expr = shout)]
    name: String,
    #[orm(expr = |u| u.age + 1)]
    next_age: i32,
    #[orm(expr = |u| u.posts.count())]
    posts: i64,
    #[orm(expr = |u| u.bio.length())]
    bio_length: Option<i64>,
    #[orm(expr = |u| u.posts.any(|p| p.title.eq("c")).or_false())]
    wrote_c: bool,
}

async fn a_projection_computes_what_it_says(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = User::query().order_by(|u| u.id.asc()).limit(2).load::<Computed>().all(&db).await?;
    let ann = Computed { name: "ANN".into(), next_age: 32, posts: 2, bio_length: Some(6), wrote_c: false };
    let bob = Computed { name: "BOB".into(), next_age: 21, posts: 1, bio_length: None, wrote_c: true };
    assert_eq!(rows, [ann, bob]);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Serialize, Projection)]
#[orm(model = Post)]
struct Title {
    title: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Projection)]
#[orm(model = User)]
struct Author {
    name: String,
    #[orm(with = |u| u.posts.order_by(|p| p.title.desc()))]
    posts: Vec<Title>,
}

fn author(name: &str, titles: &[&str]) -> Author {
    let posts = titles.iter().map(|&title| Title { title: title.into() }).collect();
    Author { name: name.into(), posts }
}

async fn a_projection_loads_relations_as_projections(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = User::query().order_by(|u| u.id.asc()).load::<Author>();
    let (rows, statements) = recorded(query.all(&db)).await;
    assert_eq!(rows?, [author("Ann", &["b", "a"]), author("Bob", &["c"]), author("Cy", &[])]);
    assert_eq!(statements.len(), 2);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct LastPost {
    #[orm(with = |u| u.posts.filter(|p| p.title.ne("c")).order_by(|p| p.title.desc()).limit(1))]
    posts: Vec<Title>,
    name: String,
}

async fn a_projection_loads_a_limited_relation(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = User::query().order_by(|u| u.id.asc()).load::<LastPost>().all(&db).await?;
    let last: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.posts.first())).collect();
    let b = Title { title: "b".into() };
    assert_eq!(last, [("Ann", Some(&b)), ("Bob", None), ("Cy", None)]);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Post)]
struct WithModels {
    title: String,
    #[orm(with = |p| p.author)]
    author: User,
    #[orm(with = |p| p.comments.order_by(|c| c.text.asc()))]
    comments: Vec<Comment>,
}

async fn a_projection_loads_models(db: Db) -> Result<()> {
    let [ann, ..] = posts(&db).await?;
    let row = Post::query().filter(|p| p.title.eq("a")).load::<WithModels>().one(&db).await?;
    assert_eq!((row.author, row.comments.len(), row.comments[1].text.as_str()), (ann, 2, "oh"));
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Profile)]
struct Website {
    website: String,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct Person {
    #[orm(with = |u| u.manager)]
    manager: Option<Name>,
    #[orm(with = |u| u.profile)]
    profile: Option<Website>,
    #[orm(with = |u| u.manager.filter(|m| m.age.gt(40)))]
    old_manager: Option<Name>,
}

async fn a_projection_loads_one_and_optional_rows(db: Db) -> Result<()> {
    let [_, bob, _] = people(&db).await?;
    Profile::insert(NewProfile { user_id: bob.id, website: "b.org".into() }).exec(&db).await?;
    let row = User::find(bob.id).load::<Person>().one(&db).await?;
    let ann = Name { name: "Ann".into(), address: "ann@x".into() };
    let website = Website { website: "b.org".into() };
    assert_eq!(row, Person { manager: Some(ann), profile: Some(website), old_manager: None });
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct OnlyRelations {
    #[orm(with = |u| u.posts)]
    posts: Vec<Title>,
    #[orm(with = |u| u.reports.order_by(|r| r.id.asc()))]
    reports: Vec<Name>,
}

async fn a_projection_of_relations_only(db: Db) -> Result<()> {
    let [ann, ..] = posts(&db).await?;
    let row = User::find(ann.id).load::<OnlyRelations>().one(&db).await?;
    assert_eq!((row.posts.len(), row.reports.len(), row.reports[1].name.as_str()), (2, 2, "Cy"));
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Comment)]
struct Said {
    text: String,
    #[orm(with = |c| c.author)]
    author: Author,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Post)]
struct Thread {
    title: String,
    #[orm(with = |p| p.comments.order_by(|c| c.text.asc()))]
    comments: Vec<Said>,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct Page {
    name: String,
    #[orm(with = |u| u.posts.order_by(|p| p.title.asc()).limit(3))]
    threads: Vec<Thread>,
}

async fn a_projection_nests_to_any_depth(db: Db) -> Result<()> {
    let [ann, ..] = posts(&db).await?;
    let (page, statements) = recorded(User::find(ann.id).load::<Page>().one(&db)).await;
    let page = page?;
    let said = &page.threads[0].comments[0];
    assert_eq!((page.name.as_str(), page.threads.len(), said.text.as_str()), ("Ann", 2, "hm"));
    assert_eq!(said.author, author("Bob", &["c"]));
    assert!(page.threads[1].comments.is_empty());
    assert_eq!(statements.len(), 5, "users, posts, comments, authors, their posts");
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Tag)]
struct Label {
    name: String,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Post)]
struct Tagged {
    title: String,
    #[orm(with = |p| p.tags.order_by(|t| t.name.asc()).limit(2))]
    tags: Vec<Label>,
    #[orm(expr = |p| p.tags.count())]
    tag_count: i64,
}

async fn a_projection_goes_through_a_join_table(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let (a, _) = (post(&db, &ann, "a").await?, post(&db, &ann, "b").await?);
    for name in ["red", "green", "blue"] {
        let tag = Tag::insert(NewTag { name: name.into() }).exec(&db).await?;
        PostTag::insert(NewPostTag { post_id: a.id, tag_id: tag.id }).exec(&db).await?;
    }
    let rows = Post::query().order_by(|p| p.id.asc()).load::<Tagged>().all(&db).await?;
    let label = |name: &str| Label { name: name.into() };
    let tags = vec![label("blue"), label("green")];
    assert_eq!(rows[0], Tagged { title: "a".into(), tags, tag_count: 3 });
    assert_eq!(rows[1], Tagged { title: "b".into(), tags: vec![], tag_count: 0 });
    Ok(())
}

async fn a_projection_is_filtered_ordered_and_cut(db: Db) -> Result<()> {
    posts(&db).await?;
    let query = User::query().filter(|u| u.posts.exists()).order_by(|u| u.name.desc()).load::<Author>();
    assert_eq!(query.clone().all(&db).await?, [author("Bob", &["c"]), author("Ann", &["b", "a"])]);
    assert_eq!(query.clone().first(&db).await?, Some(author("Bob", &["c"])));
    assert_eq!(query.clone().limit(1).offset(1).all(&db).await?, [author("Ann", &["b", "a"])]);
    assert_eq!((query.clone().count(&db).await?, query.clone().exists(&db).await?), (2, true));
    let narrowed = query.filter(|u| u.age.lt(30));
    assert_eq!(narrowed.optional(&db).await?, Some(author("Bob", &["c"])));
    Ok(())
}

async fn a_projection_is_generic_over_its_items(db: Db) -> Result<()> {
    async fn youngest<T: Item<Model = User>>(db: &Db) -> Result<Option<T>> {
        User::query().order_by(|u| u.age.asc()).load::<T>().first(db).await
    }
    fn is_a_projection<P: Projection>() {}
    let [_, bob, _] = posts(&db).await?;
    is_a_projection::<Name>();
    assert_eq!(youngest::<Author>(&db).await?, Some(author("Bob", &["c"])));
    assert_eq!(youngest::<Name>(&db).await?.unwrap().address, "bob@x");
    assert_eq!(youngest::<User>(&db).await?, Some(bob));
    Ok(())
}

async fn a_projection_is_written_as_json(db: Db) -> Result<()> {
    posts(&db).await?;
    let rows = User::query().order_by(|u| u.id.asc()).limit(2).load::<Author>().all(&db).await?;
    assert_eq!(
        serde_json::to_string(&rows).unwrap(),
        r#"[{"name":"Ann","posts":[{"title":"b"},{"title":"a"}]},{"name":"Bob","posts":[{"title":"c"}]}]"#
    );
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = OrderLine)]
struct Amount {
    amount: i64,
    #[orm(with = |l| l.deliveries)]
    deliveries: Vec<super::shop::Delivery>,
}

async fn a_projection_over_a_composite_key(db: Db) -> Result<()> {
    use super::shop::{Delivery, NewDelivery};
    OrderLine::insert(NewOrderLine { order_no: "A".into(), line: 1, amount: 3 }).exec(&db).await?;
    Delivery::insert(NewDelivery { order_no: "A".into(), line: 1, amount: 2 }).exec(&db).await?;
    let row = OrderLine::find(("A".to_owned(), 1)).load::<Amount>().one(&db).await?;
    assert_eq!((row.amount, row.deliveries.len(), row.deliveries[0].amount), (3, 1, 2));
    Ok(())
}
