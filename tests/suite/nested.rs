//! Rows with rows below them, in one call.

use std::sync::atomic::{AtomicU64, Ordering};

use orm::{Dialect, ErrorKind, Result, prelude::*};
use orm_schema::Schema;
use orm_tests::recorded;
use uuid::Uuid;

use super::shop::{
    Comment, NewComment, NewPost, NewTag, NewUser, Post, PostTag, Profile, Tag, User, people, shop_and,
};

orm_tests::portable!(shop_and_places:
    a_row_is_inserted_with_rows_below_it,
    rows_below_rows_are_one_statement_for_each_relation,
    rows_below_belong_to_the_row_above_them,
    many_rows_are_inserted_with_rows_below_them,
    rows_are_inserted_through_a_join_table,
    one_row_at_most_is_inserted_below,
    a_failure_below_inserts_nothing,
    a_failure_below_leaves_the_transaction_around_as_it_was,
    keys_that_the_program_makes_are_not_read_back,
    keys_that_only_the_database_knows_are_read_back,
    a_key_that_is_no_primary_key_is_referred_to,
    what_a_row_belongs_to_is_not_below_it,
    a_join_table_that_needs_more_is_refused,
    an_upsert_has_no_rows_below_it,
    nothing_below_is_no_more_than_the_row,
    a_join_table_gets_what_the_program_makes,
    two_rows_below_are_refused_where_one_is_meant,
    a_key_that_is_null_matters_only_to_rows_below,
    rows_by_hand_need_not_have_the_same_relations,
    keys_that_are_not_counted_up_are_given_to_nobody,
    rows_of_the_same_model_stand_below_each_other,
);

#[derive(Insert)]
#[orm(model = User)]
struct SignUp {
    email: String,
    name: String,
    #[orm(with = |u| u.posts)]
    posts: Vec<Draft>,
    #[orm(with = |u| u.profile)]
    profile: Option<Card>,
}

#[derive(Insert)]
#[orm(model = Post, under(author_id))]
struct Draft {
    title: String,
    #[orm(with = |p| p.comments)]
    comments: Vec<Remark>,
    #[orm(with = |p| p.tags)]
    tags: Vec<NewTag>,
}

#[derive(Insert)]
#[orm(model = Comment, under(post_id))]
struct Remark {
    author_id: i64,
    text: String,
}

#[derive(Insert)]
#[orm(model = Profile, under(user_id))]
struct Card {
    website: String,
}

fn some_key() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(7, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Found by a key that the program makes, and by a name.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(streets: Street.place), has_many(lanes: Lane.place), has_many(guests: User through Stay.place, Stay.user))]
pub struct Place {
    #[orm(primary_key, default_with = some_key)]
    pub key: Uuid,
    #[orm(unique)]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Street {
    pub id: i64,
    #[orm(belongs_to(place: Place))]
    pub place_key: Uuid,
    pub name: String,
}

/// Belongs to a place by its name; houses refer to two columns that the database fills in.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    belongs_to(place: Place, (place_name) = (name)),
    has_many(houses: House.lane),
    unique(id, kind)
)]
pub struct Lane {
    pub id: i64,
    pub place_name: String,
    #[orm(default = 7)]
    pub kind: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(belongs_to(lane: Lane, (lane_id, lane_kind) = (id, kind)))]
pub struct House {
    pub id: i64,
    pub lane_id: i64,
    pub lane_kind: i32,
    pub number: i32,
}

/// A join table with a column that nothing fills in.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(place_key, user_id))]
pub struct Stay {
    #[orm(belongs_to(place: Place))]
    pub place_key: Uuid,
    #[orm(belongs_to(user: User))]
    pub user_id: i64,
    pub nights: i32,
}

/// Has members by seats, whose key the program makes, and one badge, of which no constraint says that it is one.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    unique(number, wing),
    has_many(members: Tag through Seat.team, Seat.member),
    has_many(doors: Door.team),
    has_one(badge: Badge.team)
)]
pub struct Team {
    pub id: i64,
    pub number: i32,
    pub wing: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Seat {
    #[orm(primary_key, default_with = some_key)]
    pub key: Uuid,
    #[orm(belongs_to(team: Team))]
    pub team_id: i64,
    #[orm(belongs_to(member: Tag))]
    pub member_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Badge {
    pub id: i64,
    #[orm(belongs_to(team: Team))]
    pub team_id: i64,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(belongs_to(team: Team, (number, wing) = (number, wing), foreign_key = false))]
pub struct Door {
    pub id: i64,
    pub number: i32,
    pub wing: Option<i32>,
    pub label: String,
}

fn shop_and_places() -> Schema {
    shop_and(&[
        Place::TABLE,
        Street::TABLE,
        Lane::TABLE,
        House::TABLE,
        Stay::TABLE,
        Team::TABLE,
        Seat::TABLE,
        Badge::TABLE,
        Door::TABLE,
    ])
}

fn draft(title: &str) -> Draft {
    Draft { title: title.into(), comments: Vec::new(), tags: Vec::new() }
}

fn sign_up(name: &str, posts: Vec<Draft>) -> SignUp {
    SignUp { email: format!("{name}@new"), name: name.into(), posts, profile: None }
}

async fn counts(db: &Db) -> Result<[i64; 3]> {
    Ok([User::query().count(db).await?, Post::query().count(db).await?, Comment::query().count(db).await?])
}

async fn a_row_is_inserted_with_rows_below_it(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let remark = |text: &str| Remark { author_id: ann.id, text: text.into() };
    let first = Draft { comments: vec![remark("a"), remark("b")], ..draft("one") };
    let second = Draft { comments: vec![remark("c")], ..draft("two") };
    let dan = User::insert(sign_up("Dan", vec![first, draft("none"), second])).exec(&db).await?;
    assert_eq!((dan.name.as_str(), dan.age), ("Dan", 18));
    let (_, posts) = User::find(dan.id)
        .with(|u| u.posts.order_by(|p| p.id.asc()).with(|p| p.comments.order_by(|c| c.id.asc())))
        .one(&db)
        .await?;
    let found: Vec<(&str, Vec<&str>)> = posts
        .iter()
        .map(|(post, comments)| (post.title.as_str(), comments.iter().map(|c| c.text.as_str()).collect()))
        .collect();
    assert_eq!(found, [("one", vec!["a", "b"]), ("none", vec![]), ("two", vec!["c"])]);
    Ok(())
}

async fn rows_below_rows_are_one_statement_for_each_relation(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let drafts = |posts: usize| {
        let remarks = || (0..3).map(|n| Remark { author_id: ann.id, text: format!("{n}") }).collect();
        (0..posts).map(|n| Draft { comments: remarks(), ..draft(&format!("{n}")) }).collect()
    };
    for posts in [1, 40] {
        let (user, statements) =
            recorded(User::insert(sign_up(&format!("{posts}"), drafts(posts))).exec(&db)).await;
        user?;
        let inserts = statements.iter().filter(|sql| sql.starts_with("INSERT"));
        assert_eq!(inserts.count(), 3, "{posts} posts: {statements:?}");
    }
    assert_eq!(counts(&db).await?, [5, 41, 123]);
    Ok(())
}

async fn rows_below_belong_to_the_row_above_them(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    // More than one statement's worth, in an order that no database would choose itself.
    let drafts = (0..700).map(|n| Draft {
        comments: vec![Remark { author_id: ann.id, text: format!("{}", n * 7919 % 700) }],
        ..draft(&format!("{}", n * 7919 % 700))
    });
    User::insert(sign_up("Dan", drafts.collect())).exec(&db).await?;
    let pairs = Comment::query().join(|c| c.post).select(|(c, p)| (c.text, p.title)).all(&db).await?;
    assert_eq!(pairs.len(), 700);
    assert!(pairs.iter().all(|(text, title)| text == title));
    Ok(())
}

async fn many_rows_are_inserted_with_rows_below_them(db: Db) -> Result<()> {
    let users =
        (0..30).map(|n| sign_up(&format!("u{n}"), vec![draft(&format!("p{n}")), draft(&format!("p{n}"))]));
    let (inserted, statements) = recorded(User::insert_many(users).exec(&db)).await;
    assert_eq!(inserted?, 30);
    assert_eq!(statements.iter().filter(|sql| sql.starts_with("INSERT")).count(), 2, "{statements:?}");
    let pairs = Post::query().join(|p| p.author).select(|(p, u)| (p.title, u.name)).all(&db).await?;
    assert_eq!(pairs.len(), 60);
    assert!(pairs.iter().all(|(title, name)| title[1..] == name[1..]));
    let refused = User::insert_many([sign_up("x", vec![draft("x")])]).returning(&db).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

async fn rows_are_inserted_through_a_join_table(db: Db) -> Result<()> {
    let tags = |names: &[&str]| names.iter().map(|&name| NewTag { name: name.into() }).collect();
    let posts =
        vec![Draft { tags: tags(&["b", "a"]), ..draft("one") }, Draft { tags: tags(&["c"]), ..draft("two") }];
    User::insert(sign_up("Dan", posts)).exec(&db).await?;
    let posts =
        Post::query().order_by(|p| p.id.asc()).with(|p| p.tags.order_by(|t| t.name.asc())).all(&db).await?;
    let names: Vec<Vec<String>> =
        posts.into_iter().map(|(_, tags)| tags.into_iter().map(|tag| tag.name).collect()).collect();
    assert_eq!(names, [vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]]);
    assert_eq!(PostTag::query().count(&db).await?, 3);
    // Without a struct of its own.
    let [ann, ..] = people(&db).await?;
    let post = Post::insert(NewPost { author_id: ann.id, title: "three".into() });
    let post = post.with(|p| p.tags, [NewTag { name: "d".into() }]).exec(&db).await?;
    assert_eq!(Tag::query().filter(|t| t.posts.any(|p| p.id.eq(post.id))).count(&db).await?, 1);
    Ok(())
}

async fn one_row_at_most_is_inserted_below(db: Db) -> Result<()> {
    let card = Some(Card { website: "https://dan".into() });
    let dan = User::insert(SignUp { profile: card, ..sign_up("Dan", Vec::new()) }).exec(&db).await?;
    let (_, profile) = User::find(dan.id).with(|u| u.profile).one(&db).await?;
    assert_eq!(profile.map(|profile| profile.website).as_deref(), Some("https://dan"));
    Ok(())
}

async fn a_failure_below_inserts_nothing(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let remarks =
        vec![Remark { author_id: ann.id, text: "a".into() }, Remark { author_id: -1, text: "b".into() }];
    let posts = vec![Draft { comments: remarks, ..draft("one") }];
    let error = User::insert(sign_up("Dan", posts)).exec(&db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(counts(&db).await?, [3, 0, 0]);
    Ok(())
}

async fn a_failure_below_leaves_the_transaction_around_as_it_was(db: Db) -> Result<()> {
    people(&db).await?;
    let tx = db.begin().await?;
    Tag::insert(NewTag { name: "a".into() }).exec(&tx).await?;
    let posts = vec![Draft { tags: vec![NewTag { name: "a".into() }], ..draft("one") }];
    assert!(User::insert(sign_up("Dan", posts)).exec(&tx).await.unwrap_err().is_unique_violation());
    if db.dialect().capabilities().error_aborts_transaction {
        return tx.rollback().await;
    }
    tx.commit().await?;
    assert_eq!((counts(&db).await?, Tag::query().count(&db).await?), ([3, 0, 0], 1));
    Ok(())
}

async fn keys_that_the_program_makes_are_not_read_back(db: Db) -> Result<()> {
    #[derive(Insert)]
    #[orm(model = Street, under(place_key))]
    struct NewHere {
        name: String,
    }
    let streets = |names: [&str; 2]| names.map(|name| NewHere { name: name.into() });
    let place = Place::insert(NewPlace { name: "Ulm".into() }).with(|p| p.streets, streets(["a", "b"]));
    let (place, statements) = recorded(place.exec(&db)).await;
    let place = place?;
    assert_eq!(statements.iter().filter(|sql| sql.starts_with("INSERT")).count(), 2);
    assert_eq!(Street::query().filter(|s| s.place_key.eq(place.key)).count(&db).await?, 2);
    Ok(())
}

async fn keys_that_only_the_database_knows_are_read_back(db: Db) -> Result<()> {
    #[derive(Insert)]
    #[orm(model = Lane, under(place_name))]
    struct Row {
        #[orm(with = |l| l.houses)]
        houses: Vec<Number>,
    }
    #[derive(Insert)]
    #[orm(model = House, under(lane_id, lane_kind))]
    struct Number {
        number: i32,
    }
    let row = |numbers: [i32; 2]| Row { houses: numbers.map(|number| Number { number }).into() };
    let place = Place::insert(NewPlace { name: "Ulm".into() })
        .with(|p| p.lanes, [row([1, 2]), row([11, 12]), row([21, 22])]);
    place.exec(&db).await?;
    let houses = Lane::query().with(|l| l.houses.order_by(|h| h.number.asc())).all(&db).await?;
    let mut numbers: Vec<Vec<i32>> =
        houses.iter().map(|(_, all)| all.iter().map(|h| h.number).collect()).collect();
    numbers.sort();
    assert_eq!(numbers, [[1, 2], [11, 12], [21, 22]]);
    Ok(())
}

async fn a_key_that_is_no_primary_key_is_referred_to(db: Db) -> Result<()> {
    let lane = Lane { id: 5, place_name: "replaced".into(), kind: 1 };
    Place::insert(NewPlace { name: "Ulm".into() }).with(|p| p.lanes, [lane]).exec(&db).await?;
    assert_eq!(Lane::find(5).one(&db).await?.place_name, "Ulm");
    Ok(())
}

async fn what_a_row_belongs_to_is_not_below_it(db: Db) -> Result<()> {
    let post = Post::insert(NewPost { author_id: 1, title: "x".into() });
    let new = NewUser { email: "x".into(), name: "x".into() };
    let (refused, statements) = recorded(post.with(|p| p.author, [new]).exec(&db)).await;
    let error = refused.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert!(error.to_string().contains("`author` is what a `Post` belongs to"), "{error}");
    Ok(())
}

async fn a_join_table_that_needs_more_is_refused(db: Db) -> Result<()> {
    let guest = NewUser { email: "x".into(), name: "x".into() };
    let place = Place::insert(NewPlace { name: "Ulm".into() }).with(|p| p.guests, [guest]);
    let (refused, statements) = recorded(place.exec(&db)).await;
    assert!(refused.unwrap_err().to_string().contains("`Stay.nights` has no default"));
    assert!(statements.is_empty(), "{statements:?}");
    Ok(())
}

async fn an_upsert_has_no_rows_below_it(db: Db) -> Result<()> {
    let upsert = User::insert(sign_up("Dan", vec![draft("one")])).on_conflict(|u| u.email).do_nothing();
    assert_eq!(upsert.exec(&db).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
    assert_eq!(counts(&db).await?, [0, 0, 0]);
    Ok(())
}

async fn nothing_below_is_no_more_than_the_row(db: Db) -> Result<()> {
    let (dan, statements) = recorded(User::insert(sign_up("Dan", Vec::new())).exec(&db)).await;
    dan?;
    assert_eq!(statements.iter().filter(|sql| sql.starts_with("INSERT")).count(), 1, "{statements:?}");
    let [ann, ..] = people(&db).await?;
    let remark = Comment::insert(NewComment { post_id: 1, author_id: ann.id, text: "x".into() });
    assert!(remark.exec(&db).await.unwrap_err().is_foreign_key_violation());
    Ok(())
}

async fn a_join_table_gets_what_the_program_makes(db: Db) -> Result<()> {
    let members = ["m", "n"].map(|name| NewTag { name: name.into() });
    let team = Team::insert(NewTeam { number: 1 }).with(|t| t.members, members).exec(&db).await?;
    let (_, members) = Team::find(team.id).with(|t| t.members).one(&db).await?;
    assert_eq!(members.len(), 2);
    Ok(())
}

#[derive(Insert)]
#[orm(model = Badge, under(team_id))]
struct Label {
    label: String,
}

async fn two_rows_below_are_refused_where_one_is_meant(db: Db) -> Result<()> {
    let labels = ["a", "b"].map(|label| Label { label: label.into() });
    let insert = Team::insert(NewTeam { number: 1 }).with(|t| t.badge, labels);
    let (refused, statements) = recorded(insert.exec(&db)).await;
    let error = refused.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert!(
        error.to_string().contains("`badge` of `Team` leads to one row at most, and 2 are given"),
        "{error}"
    );
    Ok(())
}

#[derive(Insert)]
#[orm(model = Team)]
struct WithDoors {
    number: i32,
    wing: Option<i32>,
    #[orm(with = |t| t.doors)]
    doors: Vec<NewDoorHere>,
}

#[derive(Insert)]
#[orm(model = Door, under(number))]
struct NewDoorHere {
    label: String,
}

async fn a_key_that_is_null_matters_only_to_rows_below(db: Db) -> Result<()> {
    let door = || NewDoorHere { label: "x".into() };
    let team = |number, wing, doors| WithDoors { number, wing, doors };
    let error = Team::insert(team(1, None, vec![door()])).exec(&db).await.unwrap_err();
    assert!(error.to_string().starts_with("`Team.number` or `Team.wing` is NULL"), "{error}");
    let teams = [team(1, None, vec![]), team(2, Some(3), vec![door(), door()])];
    assert_eq!(Team::insert_many(teams).exec(&db).await?, 2);
    assert_eq!(Door::query().select(|d| (d.number, d.wing)).all(&db).await?, [(2, Some(3)); 2]);
    Ok(())
}

/// A user written by hand: with posts only where there are some.
struct ByHand(&'static str, Vec<&'static str>);

impl orm::Insertable<User> for ByHand {
    fn write(self, row: &mut orm::RowBuilder) {
        NewUser { email: self.0.into(), name: self.0.into() }.write(row);
        if !self.1.is_empty() {
            row.with::<User, _, _, _>(|u| u.posts, self.1.into_iter().map(draft));
        }
    }
}

async fn rows_by_hand_need_not_have_the_same_relations(db: Db) -> Result<()> {
    let rows = [ByHand("none", vec![]), ByHand("two", vec!["two", "two"]), ByHand("one", vec!["one"])];
    User::insert_many(rows).exec(&db).await?;
    let pairs = Post::query().join(|p| p.author).select(|(p, u)| (p.title, u.name)).all(&db).await?;
    assert_eq!(pairs.len(), 3);
    assert!(pairs.iter().all(|(title, name)| title == name), "{pairs:?}");
    Ok(())
}

/// Behind the largest number SQLite takes numbers at random (autoinc.html).
async fn keys_that_are_not_counted_up_are_given_to_nobody(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    if db.dialect() != Dialect::Sqlite {
        return Ok(());
    }
    User::insert(User { id: i64::MAX, email: "max".into(), ..ann }).exec(&db).await?;
    let users = (0..20).map(|n| sign_up(&format!("{n}"), vec![draft(&format!("{n}"))]));
    let error = User::insert_many(users).exec(&db).await.unwrap_err();
    assert!(error.to_string().contains("has not counted `User.id` up"), "{error}");
    assert_eq!(counts(&db).await?, [4, 0, 0]);
    Ok(())
}

async fn rows_of_the_same_model_stand_below_each_other(db: Db) -> Result<()> {
    #[derive(Insert)]
    #[orm(model = User)]
    struct Boss {
        email: String,
        name: String,
        #[orm(with = |u| u.reports)]
        reports: Vec<Worker>,
        #[orm(with = |u| u.posts)]
        posts: Vec<Own>,
    }
    #[derive(Insert)]
    #[orm(model = User)]
    struct Worker {
        email: String,
        name: String,
        age: i32,
        #[orm(with = |u| u.reports)]
        reports: Vec<NewUser>,
        #[orm(with = |u| u.posts)]
        posts: Vec<Own>,
    }
    #[derive(Insert)]
    #[orm(model = Post, under(author_id))]
    struct Own {
        title: String,
    }
    let user = |n: String| NewUser { email: n.clone(), name: n };
    let draft = |n: &str| vec![Own { title: n.into() }];
    let worker = |n: String| Worker {
        reports: (0..2).map(|m| user(format!("{n}{m}"))).collect(),
        posts: draft(&n),
        email: n.clone(),
        name: n,
        age: 5,
    };
    let boss = |n: &str| Boss {
        email: n.into(),
        name: n.into(),
        posts: draft(n),
        reports: (0..3).map(|m| worker(format!("{n}{m}"))).collect(),
    };
    assert_eq!(
        User::insert_many([boss("a"), Boss { reports: vec![], ..boss("b") }, boss("c")]).exec(&db).await?,
        3
    );
    assert_eq!(User::query().count(&db).await?, 3 + 6 + 12);
    let pairs = User::query().join(|u| u.manager).select(|(u, m)| (u.name, m.name)).all(&db).await?;
    assert_eq!(pairs.len(), 18);
    assert!(pairs.iter().all(|(u, m)| u[..u.len() - 1] == *m), "{pairs:?}");
    let pairs = Post::query().join(|p| p.author).select(|(u, m)| (u.title, m.name)).all(&db).await?;
    assert!(pairs.iter().all(|(u, m)| u == m), "{pairs:?}");
    Ok(())
}
