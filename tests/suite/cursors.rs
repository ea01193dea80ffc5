//! Pages from a place on: nothing twice, nothing left out, whatever the order.

use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, NaiveDate, Utc};
use orm::{Cursor, CursorPage, Error, ErrorKind, Order, Result, prelude::*};
use orm_schema::Schema;
use orm_tests::{random::Random, recorded};
use uuid::Uuid;

use super::shop::{NewOrderLine, NewPost, NewTag, OrderLine, Post, Tag, User, people, shop};

orm_tests::portable!(shop:
    a_page_tells_where_it_stands,
    rows_that_come_and_go_shift_nothing,
    what_is_added_behind_the_last_page_is_found_from_its_end,
    relations_and_projections_are_read_from_a_cursor,
    a_key_of_several_columns_is_added_to_the_order,
    joins_and_groups_have_cursors,
    any_expression_is_an_order,
    a_cursor_goes_with_other_filters,
    a_cursor_of_another_query_is_refused,
    a_cursor_that_was_changed_is_refused,
    rows_without_a_place_of_their_own_are_refused,
    a_page_is_one_statement_and_one_for_each_relation,
    a_cursor_is_a_string_of_json,
);

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
pub enum Size {
    Small,
    Large,
    Medium,
}

/// Something of every type that can be sorted by, with few values, so that many rows are equal.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(pieces: Piece.thing))]
pub struct Thing {
    pub id: i64,
    pub number: i32,
    pub rank: Option<i16>,
    pub name: Option<String>,
    pub weight: Option<f64>,
    pub grade: Option<f32>,
    pub is_new: Option<bool>,
    pub day: Option<NaiveDate>,
    pub at: DateTime<Utc>,
    pub size: Option<Size>,
    pub token: Uuid,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Piece {
    pub id: i64,
    #[orm(belongs_to(thing: Thing))]
    pub thing_id: i64,
}

fn things() -> Schema {
    orm_tests::schema_of(&[Thing::TABLE, Piece::TABLE])
}

fn thing(random: &mut Random) -> NewThing {
    let day = |n: u64| NaiveDate::from_ymd_opt(2026, 11, 20).unwrap() + chrono::Days::new(n);
    NewThing {
        number: random.small(3).unwrap(),
        at: day(random.below(3)).and_time(chrono::NaiveTime::MIN).and_utc(),
        token: Uuid::from_u128(random.below(3).into()),
        bytes: vec![0; random.small(3).unwrap()],
    }
}

async fn make_things(db: &Db, random: &mut Random, count: u64) -> Result<()> {
    let names = ["", "a", "A", "é", "b\0"];
    let names = if db.dialect().capabilities().native_enums { &names[..4] } else { &names[..] };
    for _ in 0..count {
        let new = thing(random);
        let name = random.maybe(|r| names[r.small::<usize>(names.len() as u64).unwrap()].to_owned());
        let rank = random.maybe(|r| r.small(3).unwrap());
        let weight = random.maybe(|r| [-1.5, 0.1, 1e300][r.small::<usize>(3).unwrap()]);
        let grade = random.maybe(|r| [0.1, 2.7][r.small::<usize>(2).unwrap()]);
        let is_new = random.maybe(|r| r.below(2) == 0);
        let day = random.maybe(|r| NaiveDate::from_ymd_opt(2026, 1, 1 + r.small::<u32>(3).unwrap()).unwrap());
        let size = random.maybe(|r| [Size::Small, Size::Large, Size::Medium][r.small::<usize>(3).unwrap()]);
        let thing = Thing::insert(new)
            .set(|t| (t.rank.set(rank), t.name.set(name), t.weight.set(weight), t.is_new.set(is_new)))
            .set(|t| (t.day.set(day), t.size.set(size), t.grade.set(grade)))
            .exec(db)
            .await?;
        if random.below(2) == 0 {
            Piece::insert(NewPiece { thing_id: thing.id }).exec(db).await?;
        }
    }
    Ok(())
}

/// One to three parts, in any direction, with NULLs anywhere.
fn random_order(random: &mut Random, t: Columns<Thing>) -> Vec<Order> {
    let parts = 1 + random.below(3);
    (0..parts).map(|_| random_part(random, t)).collect()
}

fn random_part(random: &mut Random, t: Columns<Thing>) -> Order {
    let up = random.below(2) == 0;
    let either = |asc: Order, desc: Order| if up { asc } else { desc };
    let part = match random.below(13) {
        0 => either(t.number.asc(), t.number.desc()),
        1 => either(t.rank.asc(), t.rank.desc()),
        2 => either(t.name.asc(), t.name.desc()),
        3 => either(t.weight.asc(), t.weight.desc()),
        4 => either(t.is_new.asc(), t.is_new.desc()),
        5 => either(t.day.asc(), t.day.desc()),
        6 => either(t.at.asc(), t.at.desc()),
        7 => either(t.size.asc(), t.size.desc()),
        8 => either(t.token.asc(), t.token.desc()),
        9 => either(t.bytes.asc(), t.bytes.desc()),
        11 => either(t.grade.asc(), t.grade.desc()),
        10 => either(t.name.length().asc(), t.name.length().desc()),
        _ => either(t.pieces.count().asc(), t.pieces.count().desc()),
    };
    match random.below(3) {
        0 => part,
        1 => part.nulls_first(),
        _ => part.nulls_last(),
    }
}

/// All pages from the first to the last.
async fn forward(db: &Db, query: &Query<Thing>, size: u64) -> Result<Vec<i64>> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = query.clone().page_after(cursor.as_ref(), size).fetch(db).await?;
        found.extend(page.items.iter().map(|thing| thing.id));
        assert_eq!(page.has_previous, cursor.is_some());
        cursor = match page.next() {
            // On its way out of the program and back.
            Some(next) => Some(next.to_string().parse()?),
            None => return Ok(found),
        };
    }
}

/// All pages from the last to the first.
async fn back(db: &Db, query: &Query<Thing>, size: u64) -> Result<Vec<i64>> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = query.clone().page_before(cursor.as_ref(), size).fetch(db).await?;
        found.splice(0..0, page.items.iter().map(|thing| thing.id));
        cursor = match page.previous() {
            Some(previous) => Some(previous.clone()),
            None => return Ok(found),
        };
    }
}

/// The walks of one seed.
async fn walk(db: &Db, seed: u64) -> Result<()> {
    let mut random = Random(seed);
    let size = 1 + random.below(9);
    let query = Thing::query().order_by(|t| random_order(&mut random, t));
    let query = match random.below(3) {
        0 => query.filter(|t| t.number.ge(1)),
        _ => query,
    };
    let all = query.clone().order_by(|t| t.id.asc()).select(|t| t.id).all(db).await?;
    assert_eq!(forward(db, &query, size).await?, all, "seed {seed}: forward, {size} a page");
    assert_eq!(back(db, &query, size).await?, all, "seed {seed}: back, {size} a page");
    // From any place forth and back again.
    let middle = query.clone().page_after(None, 1 + random.below(all.len() as u64)).fetch(db).await?;
    let (before, behind) =
        (middle.items.len(), query.clone().page_after(middle.end.as_ref(), size).fetch(db).await?);
    let ids = |page: &CursorPage<Thing>| page.items.iter().map(|thing| thing.id).collect::<Vec<_>>();
    let expected: Vec<i64> = all.iter().skip(before).take(ids(&behind).len()).copied().collect();
    assert_eq!(ids(&behind), expected, "seed {seed}");
    if let Some(start) = &behind.start {
        let again = query.page_before(Some(start), size).fetch(db).await?;
        let from = before.saturating_sub(usize::try_from(size).unwrap());
        assert_eq!(ids(&again), all[from..before], "seed {seed}");
        assert_eq!((again.has_previous, again.has_next), (from > 0, true), "seed {seed}");
    }
    Ok(())
}

mod walks {
    use super::*;

    orm_tests::portable!(things: pages_in_any_order_are_all_rows_in_that_order);

    async fn pages_in_any_order_are_all_rows_in_that_order(db: Db) -> Result<()> {
        let seeds = [RandomState::new().hash_one(1_u64), 1, 2];
        make_things(&db, &mut Random(seeds[0]), 40).await?;
        for seed in seeds.into_iter().flat_map(|seed| (0..12).map(move |n| seed.wrapping_add(n))) {
            walk(&db, seed)
                .await
                .map_err(|error| error.context(format_args!("rows of seed {}, walk {seed}", seeds[0])))?;
        }
        Ok(())
    }
}

/// Posts "a" to "f" of Ann, with 3, 3, 2, 2, 1, 1 views; of each pair the second is rated.
async fn posts(db: &Db) -> Result<User> {
    let [ann, ..] = people(db).await?;
    for (title, views, rating) in [
        ("a", 3, None),
        ("b", 3, Some(1.5)),
        ("c", 2, None),
        ("d", 2, Some(0.5)),
        ("e", 1, None),
        ("f", 1, Some(2.5)),
    ] {
        let new = NewPost { author_id: ann.id, title: title.into() };
        Post::insert(new).set(|p| (p.views.set(views), p.rating.set(rating))).exec(db).await?;
    }
    Ok(ann)
}

fn titles(page: &CursorPage<Post>) -> String {
    page.items.iter().map(|post| post.title.as_str()).collect()
}

async fn a_page_tells_where_it_stands(db: Db) -> Result<()> {
    posts(&db).await?;
    let posts = Post::query().order_by(|p| p.views.desc());
    let first = posts.clone().page_after(None, 4).fetch(&db).await?;
    assert_eq!((titles(&first).as_str(), first.has_previous, first.has_next), ("abcd", false, true));
    let second = posts.clone().page_after(first.next(), 4).fetch(&db).await?;
    assert_eq!((titles(&second).as_str(), second.has_previous, second.has_next), ("ef", true, false));
    assert_eq!((second.next(), second.previous()), (None, second.start.as_ref()));
    let back = posts.clone().page_before(second.previous(), 3).fetch(&db).await?;
    assert_eq!((titles(&back).as_str(), back.has_previous, back.has_next), ("bcd", true, true));
    let last = posts.clone().page_before(None, 4).fetch(&db).await?;
    assert_eq!((titles(&last).as_str(), last.has_previous, last.has_next), ("cdef", true, false));
    let whole = posts.clone().page_after(None, 6).fetch(&db).await?;
    assert_eq!((whole.items.len(), whole.has_next), (6, false));
    let none = posts.page_after(whole.end.as_ref(), 6).fetch(&db).await?;
    assert_eq!((none.items.len(), none.start, none.end, none.has_next), (0, None, None, false));
    Ok(())
}

async fn rows_that_come_and_go_shift_nothing(db: Db) -> Result<()> {
    let ann = posts(&db).await?;
    let ordered = Post::query().order_by(|p| p.title.asc());
    let first = ordered.clone().page_after(None, 2).fetch(&db).await?;
    // The very row of the cursor goes, another comes before it.
    Post::query().filter(|p| p.title.eq("b")).delete().exec(&db).await?;
    Post::insert(NewPost { author_id: ann.id, title: "aa".into() }).exec(&db).await?;
    let second = ordered.clone().page_after(first.next(), 2).fetch(&db).await?;
    assert_eq!(titles(&second), "cd");
    let back = ordered.page_before(second.previous(), 9).fetch(&db).await?;
    assert_eq!(titles(&back), "aaa");
    Ok(())
}

async fn what_is_added_behind_the_last_page_is_found_from_its_end(db: Db) -> Result<()> {
    Tag::insert(NewTag { name: "a".into() }).exec(&db).await?;
    let page = Tag::query().page_after(None, 5).fetch(&db).await?;
    assert!(page.next().is_none());
    Tag::insert(NewTag { name: "b".into() }).exec(&db).await?;
    let news = Tag::query().page_after(page.end.as_ref(), 5).fetch(&db).await?;
    assert_eq!(news.items[0].name, "b");
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Post)]
struct Line {
    title: String,
    #[orm(expr = |p| p.views + 1)]
    views: i64,
    #[orm(with = |p| p.author)]
    author: User,
}

async fn relations_and_projections_are_read_from_a_cursor(db: Db) -> Result<()> {
    let ann = posts(&db).await?;
    let ordered = Post::query().order_by(|p| p.rating.desc().nulls_last());
    let first = ordered.clone().with(|p| p.author).with(|p| p.tags).page_after(None, 4).fetch(&db).await?;
    assert_eq!(first.items.iter().map(|(post, _, _)| post.title.as_str()).collect::<String>(), "fbda");
    assert!(first.items.iter().all(|(_, author, tags)| *author == ann && tags.is_empty()));
    let rest = ordered.clone().load::<Line>().page_after(first.next(), 4).fetch(&db).await?;
    assert_eq!(rest.items[1], Line { title: "e".into(), views: 2, author: ann });
    let picked = ordered.select(|p| (p.views, p.title)).page_before(rest.previous(), 2).fetch(&db).await?;
    assert_eq!(picked.items, [(2, "d".to_owned()), (3, "a".to_owned())]);
    Ok(())
}

async fn a_key_of_several_columns_is_added_to_the_order(db: Db) -> Result<()> {
    for (order_no, line) in [("A", 1), ("A", 2), ("B", 1), ("B", 2), ("C", 1)] {
        OrderLine::insert(NewOrderLine { order_no: order_no.into(), line, amount: 7 }).exec(&db).await?;
    }
    let lines = OrderLine::query().order_by(|l| (l.amount.asc(), l.line.desc()));
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = lines.clone().page_after(cursor.as_ref(), 2).fetch(&db).await?;
        found.extend(page.items.iter().map(|line| format!("{}{}", line.order_no, line.line)));
        let Some(next) = page.next() else { break };
        cursor = Some(next.clone());
    }
    assert_eq!(found, ["A2", "B2", "A1", "B1", "C1"]);
    Ok(())
}

async fn joins_and_groups_have_cursors(db: Db) -> Result<()> {
    posts(&db).await?;
    let joined =
        User::query().left_join(|u| u.posts).order_by(|(u, p)| (p.title.desc().nulls_first(), u.name.asc()));
    let joined = joined.select(|(u, p)| (u.name, p.title));
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = joined.clone().page_after(cursor.as_ref(), 3).fetch(&db).await?;
        found.extend(page.items.iter().map(|(name, title)| title.clone().unwrap_or_else(|| name.clone())));
        let Some(next) = page.next() else { break };
        cursor = Some(next.clone());
    }
    assert_eq!(found, ["Bob", "Cy", "f", "e", "d", "c", "b", "a"]);

    let grouped = Post::query().group_by(|p| p.views).order_by(|_, p| p.rating.sum().desc());
    let grouped = grouped.select(|views, p| (views, p.rating.sum()));
    let first = grouped.clone().page_after(None, 1).fetch(&db).await?;
    assert_eq!(first.items, [(1, Some(2.5))]);
    let rest = grouped.clone().page_after(first.next(), 5).fetch(&db).await?;
    assert_eq!(rest.items, [(3, Some(1.5)), (2, Some(0.5))]);
    assert_eq!(grouped.page_before(rest.previous(), 5).fetch(&db).await?.items, first.items);
    Ok(())
}

async fn any_expression_is_an_order(db: Db) -> Result<()> {
    posts(&db).await?;
    let ordered = Post::query()
        .order_by(|p| (p.rating.is_null().or_false().desc(), (p.views * -1).asc(), p.title.upper().desc()));
    let all = ordered.clone().select(|p| p.title).all(&db).await?.concat();
    let first = ordered.clone().page_after(None, 2).fetch(&db).await?;
    let rest = ordered.clone().page_after(first.next(), 9).fetch(&db).await?;
    assert_eq!(titles(&first) + &titles(&rest), all);
    // The values of an expression are a part of the order.
    let other = Post::query()
        .order_by(|p| (p.rating.is_null().or_false().desc(), (p.views * -2).asc(), p.title.upper().desc()));
    assert_eq!(
        other.page_after(first.next(), 9).fetch(&db).await.unwrap_err().kind(),
        ErrorKind::InvalidCursor
    );
    Ok(())
}

async fn a_cursor_goes_with_other_filters(db: Db) -> Result<()> {
    posts(&db).await?;
    let first = Post::query().page_after(None, 2).fetch(&db).await?;
    let rated =
        Post::query().filter(|p| p.rating.is_not_null()).page_after(first.next(), 9).fetch(&db).await?;
    assert_eq!(titles(&rated), "df");
    Ok(())
}

async fn a_cursor_of_another_query_is_refused(db: Db) -> Result<()> {
    posts(&db).await?;
    let page = Post::query().order_by(|p| p.title.asc()).page_after(None, 2).fetch(&db).await?;
    let cursor = page.next();
    let (results, statements) = recorded(async {
        [
            Post::query().order_by(|p| p.title.desc()).page_after(cursor, 2).fetch(&db).await.map(drop),
            Post::query()
                .order_by(|p| p.title.asc().nulls_first())
                .page_after(cursor, 2)
                .fetch(&db)
                .await
                .map(drop),
            Post::query().order_by(|p| p.views.asc()).page_after(cursor, 2).fetch(&db).await.map(drop),
            Post::query().page_after(cursor, 2).fetch(&db).await.map(drop),
            User::query().order_by(|u| u.name.asc()).page_after(cursor, 2).fetch(&db).await.map(drop),
        ]
    })
    .await;
    for error in results.map(Result::unwrap_err) {
        assert_eq!(error.kind(), ErrorKind::InvalidCursor);
        assert!(error.to_string().contains("another query"), "{error}");
    }
    assert_eq!(statements.len(), 0);
    Ok(())
}

async fn a_cursor_that_was_changed_is_refused(db: Db) -> Result<()> {
    posts(&db).await?;
    let page = Post::query().page_after(None, 2).fetch(&db).await?;
    let text = page.next().unwrap().to_string();
    assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{text}");
    for changed in [text[1..].to_owned(), format!("{text}A"), text.to_lowercase(), "1".into(), String::new()]
    {
        let error: Error = changed.parse::<Cursor>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCursor, "{changed}");
    }
    Ok(())
}

async fn rows_without_a_place_of_their_own_are_refused(db: Db) -> Result<()> {
    use super::shop::LogEntry;
    let (results, statements) = recorded(async {
        [
            LogEntry::query().order_by(|l| l.text.asc()).page_after(None, 2).fetch(&db).await.map(drop),
            Post::query().select(|p| p.views).distinct().page_after(None, 2).fetch(&db).await.map(drop),
            Post::query().aggregate(|_| count()).page_after(None, 2).fetch(&db).await.map(drop),
            Post::query().limit(3).page_after(None, 2).fetch(&db).await.map(drop),
            Post::query().page_after(None, 0).fetch(&db).await.map(drop),
            Post::query().union_all(Post::query()).page_after(None, 2).fetch(&db).await.map(drop),
            Post::query().select(|p| p.views).subquery().page_after(None, 2).fetch(&db).await.map(drop),
        ]
    })
    .await;
    for (at, result) in results.into_iter().enumerate() {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidQuery, "{at}");
    }
    assert_eq!(statements.len(), 0);
    Ok(())
}

async fn a_page_is_one_statement_and_one_for_each_relation(db: Db) -> Result<()> {
    posts(&db).await?;
    let (page, statements) = recorded(Post::query().with(|p| p.author).page_after(None, 2).fetch(&db)).await;
    page?;
    assert_eq!(statements.len(), 2);
    // What is read anyway is not read twice.
    let select = statements[0].split(" FROM ").next().unwrap_or_default();
    assert_eq!(select.matches(',').count(), 6, "{select}");
    Ok(())
}

async fn a_cursor_is_a_string_of_json(db: Db) -> Result<()> {
    posts(&db).await?;
    let page = Post::query().select(|p| p.title).page_after(None, 2).fetch(&db).await?;
    let json = serde_json::to_value(&page).unwrap();
    assert_eq!(json["items"], serde_json::json!(["a", "b"]));
    let cursor: Cursor = serde_json::from_value(json["end"].clone()).unwrap();
    assert_eq!(Some(&cursor), page.end.as_ref());
    assert!(serde_json::from_value::<Cursor>("no".into()).is_err());
    Ok(())
}
