//! Names of tables and columns that look like SQL, and names that are known only when the program runs.

use orm::{Cursor, ErrorKind, Result, SortOrder, exists, prelude::*, row_number, value, window};
use orm_schema::Schema;
use orm_tests::recorded;

use super::texts::{Texts, for_all};

orm_tests::portable!(names:
    rows_are_written_found_changed_and_deleted,
    rows_are_upserted_and_written_from_queries,
    relations_are_loaded_and_asked_about,
    queries_have_names_of_their_own,
    groups_windows_and_pages_quote,
    projections_quote,
    savepoints_are_undone,
    violations_name_the_fields,
    a_name_from_outside_is_a_field_or_an_error,
    the_longest_names_leave_room_for_ours,
    a_table_called_as_a_name_of_ours_is_itself,
);

/// A table and columns that end quotes, begin comments and hold placeholders.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "'\"`; DROP TABLE \"a.b\"; --", has_many(inner: Inner.outer))]
pub struct Outer {
    #[orm(column = "'\"`\\ /* ${0}")]
    pub id: i64,
    #[orm(column = "a.b", unique)]
    pub dotted: String,
    #[orm(column = "\"\"``''\\\\")]
    pub quotes: Option<String>,
    #[orm(column = "$1 ?1 ? :a @b {0} %s")]
    pub places: Option<i64>,
    #[orm(column = "\u{ff07}\u{2bc}\u{2019} e\u{301}\u{200d}名前")]
    pub alike: Option<String>,
    #[orm(column = "values(excluded.c0)")]
    pub called: Option<String>,
}

/// A name with a dot, and names that our own SQL has.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "a.b", primary_key(derived, c0))]
pub struct Inner {
    #[orm(column = "derived")]
    pub derived: String,
    #[orm(column = "c0")]
    pub c0: i32,
    #[orm(column = "FROM \"WHERE\"", belongs_to(outer: Outer, on_delete = cascade))]
    pub outer_id: i64,
    #[orm(column = "rows*/")]
    pub rows: Option<String>,
}

/// As long as a name can be on PostgreSQL, which would cut a longer one without a word.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt1")]
#[orm(has_many(below: Long.above))]
pub struct Long {
    pub id: i64,
    #[orm(column = "ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")]
    #[orm(belongs_to(above: Long))]
    pub above_id: Option<i64>,
    #[orm(column = "ééééééééééééééééééééééééééééééé")]
    pub text: Option<String>,
}

/// As a common query over `a.b` is called.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "a.b_rows0")]
pub struct Shadow {
    pub id: i64,
    pub c0: i32,
}

/// As the rows of a query are called.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "derived")]
pub struct Derived {
    pub id: i64,
    pub c0: i32,
}

fn names() -> Schema {
    orm_tests::schema_of(&[Outer::TABLE, Inner::TABLE, Long::TABLE, Shadow::TABLE, Derived::TABLE])
}

fn outer(dotted: &str) -> NewOuter {
    NewOuter { dotted: dotted.into() }
}

/// `a`, with `x` 1 and `y` 2 inside, and `b`.
async fn filled(db: &Db) -> Result<[Outer; 2]> {
    let a = Outer::insert(outer("a"))
        .set(|o| (o.quotes.set("q"), o.places.set(7), o.alike.set("w"), o.called.set("c")));
    let (a, b) = (a.exec(db).await?, Outer::insert(outer("b")).exec(db).await?);
    let inner = [("x", 1), ("y", 2)].map(|(name, c0)| NewInner { derived: name.into(), c0, outer_id: a.id });
    Inner::insert_many(inner).exec(db).await?;
    Ok([a, b])
}

async fn rows_are_written_found_changed_and_deleted(db: Db) -> Result<()> {
    let [a, b] = filled(&db).await?;
    assert_eq!((a.quotes.as_deref(), a.places, a.alike.as_deref()), (Some("q"), Some(7), Some("w")));
    assert_eq!(Outer::find(a.id).one(&db).await?, a);
    b.update(|o| (o.quotes.set(o.dotted.concat("!")), o.places.set(o.id), o.called.set("d")))
        .exec(&db)
        .await?;
    let changed = Outer::query().filter(|o| o.called.is_in(["d"])).update(|o| o.alike.set(o.called));
    let changed = changed.returning(&db).await?.remove(0);
    assert_eq!((changed.quotes.as_deref(), changed.alike.as_deref()), (Some("b!"), Some("d")));
    let matched =
        Outer::query().filter(|o| o.places.eq(7).and(o.quotes.contains("q")).and(o.alike.like("w")));
    assert_eq!(matched.select(|o| o.dotted).one(&db).await?, "a");
    let first = Inner::query().order_by(|i| i.c0.desc()).limit(1).delete();
    assert_eq!(first.returning(&db).await?[0].derived, "y");
    assert_eq!(Inner::find(("x".to_owned(), 1)).delete().exec(&db).await?, 1);
    Ok(())
}

async fn rows_are_upserted_and_written_from_queries(db: Db) -> Result<()> {
    filled(&db).await?;
    let again = Outer::insert(outer("a")).set(|o| o.called.set("new")).on_conflict(|o| o.dotted);
    let again = again.do_update(|old, new| (old.called.set(new.called), old.places.set(old.places + 1)));
    let again = again.exec(&db).await?;
    assert_eq!((again.called.as_deref(), again.places), (Some("new"), Some(8)));
    assert_eq!(Outer::insert(outer("a")).on_conflict(|o| o.dotted).do_nothing().exec(&db).await?, None);
    let (found, is_new) = Outer::insert(outer("a")).on_conflict(|o| o.dotted).or_get().exec(&db).await?;
    assert_eq!((found.dotted.as_str(), is_new), ("a", false));
    let copies = Inner::query().join(|i| i.outer).select(|(i, o)| (i.derived.concat("2"), i.c0, o.id));
    assert_eq!(Inner::insert_from(copies, |i| (i.derived, i.c0, i.outer_id)).exec(&db).await?, 2);
    Ok(())
}

async fn relations_are_loaded_and_asked_about(db: Db) -> Result<()> {
    let [a, _] = filled(&db).await?;
    let rows =
        Outer::query().with(|o| o.inner.order_by(|i| i.c0.desc()).limit(1)).order_by(|o| o.dotted.asc());
    let rows = rows.all(&db).await?;
    assert_eq!((rows[0].1[0].derived.as_str(), rows[1].1.len()), ("y", 0));
    assert!(Inner::query().with(|i| i.outer).all(&db).await?.iter().all(|(_, outer)| *outer == a));
    let asked = Outer::query()
        .filter(|o| o.inner.any(|i| i.rows.is_null().and(i.c0.eq(2))).and(o.inner.count().eq(2)));
    assert_eq!(asked.one(&db).await?.id, a.id);
    let joined =
        Inner::query().join(|i| i.outer).order_by(|(i, _)| i.c0.asc()).select(|(i, o)| (i.derived, o.dotted));
    assert_eq!(joined.all(&db).await?[1], ("y".to_owned(), "a".to_owned()));
    Ok(())
}

/// `derived` and `c0` are names of ours in such queries; here they are the user's, too.
async fn queries_have_names_of_their_own(db: Db) -> Result<()> {
    let [a, _] = filled(&db).await?;
    let totals = Inner::query().group_by(|i| i.outer_id).select(|outer, i| (outer, i.c0.sum())).common();
    let most = totals.clone().aggregate(|(_, sum)| sum.max());
    let best = totals.filter(|(_, sum)| sum.eq(most.as_value()));
    let named =
        Outer::query().join_query(best, |(o, (id, _))| id.eq(o.id)).select(|(o, (_, sum))| (o.dotted, sum));
    assert_eq!(named.all(&db).await?, [("a".to_owned(), Some(3))]);
    let union = Inner::query().filter(|i| i.c0.eq(1)).union(Inner::query().filter(|i| i.c0.eq(2)));
    assert_eq!(union.order_by(|i| i.derived.desc()).select(|i| i.derived).all(&db).await?, ["y", "x"]);
    let walked = Inner::query()
        .select(|i| (i.outer_id, i.c0))
        .recursive(|found| found.filter(|(_, n)| n.lt(5)).select(|(outer, n)| (outer, n + 1)));
    assert_eq!(walked.count(&db).await?, 5);
    let derived = Inner::query().select(|i| (i.derived, i.c0)).subquery().filter(|(_, c0)| c0.gt(1));
    assert_eq!(derived.select(|(derived, _)| derived).all(&db).await?, ["y"]);
    let outers = Outer::query().filter(|o| o.id.is_in_query(Inner::query().select(|i| i.outer_id)));
    assert_eq!(outers.one(&db).await?, a);
    Ok(())
}

async fn groups_windows_and_pages_quote(db: Db) -> Result<()> {
    filled(&db).await?;
    let places = Inner::query().order_by(|i| i.derived.asc()).select(|i| {
        let window = window().partition_by(i.outer_id).order_by(i.c0.desc());
        (i.derived, row_number().over(window))
    });
    assert_eq!(places.all(&db).await?, [("x".to_owned(), 2), ("y".to_owned(), 1)]);
    let groups = Inner::query().group_by(|i| i.outer_id).having(|_, i| i.c0.max().gt(1));
    let groups = groups.select(|_, i| i.derived.string_agg("\"", i.c0.asc()));
    assert_eq!(groups.one(&db).await?.as_deref(), Some("x\"y"));
    let page =
        Outer::query().order_by(|o| (o.quotes.asc().nulls_last(), o.called.desc())).page_after(None, 1);
    let page = page.fetch(&db).await?;
    let next: Option<Cursor> = page.next().cloned();
    let again = Outer::query().order_by(|o| (o.quotes.asc().nulls_last(), o.called.desc()));
    let again = again.page_after(next.as_ref(), 1).fetch(&db).await?;
    assert_eq!((page.items[0].dotted.as_str(), again.items[0].dotted.as_str()), ("a", "b"));
    assert_eq!(Outer::query().page(2, 1).fetch(&db).await?.items[0].dotted, "b");
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = Outer)]
struct Shown {
    quotes: Option<String>,
    #[orm(expr = |o| o.inner.count())]
    size: i64,
    #[orm(with = |o| o.inner.order_by(|i| i.c0.asc()))]
    inner: Vec<Inner>,
}

async fn projections_quote(db: Db) -> Result<()> {
    let [a, _] = filled(&db).await?;
    let shown = Outer::find(a.id).load::<Shown>().one(&db).await?;
    assert_eq!((shown.quotes.as_deref(), shown.size, shown.inner[1].c0), (Some("q"), 2, 2));
    Ok(())
}

async fn savepoints_are_undone(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    Outer::insert(outer("kept")).exec(&tx).await?;
    for _ in 0..3 {
        let savepoint = tx.begin().await?;
        let inside = savepoint.begin().await?;
        Outer::insert(outer("undone")).exec(&inside).await?;
        inside.commit().await?;
        savepoint.rollback().await?;
    }
    tx.commit().await?;
    assert_eq!(Outer::query().select(|o| o.dotted).all(&db).await?, ["kept"]);
    Ok(())
}

async fn violations_name_the_fields(db: Db) -> Result<()> {
    let [a, _] = filled(&db).await?;
    let twin =
        Inner::insert(NewInner { derived: "x".into(), c0: 1, outer_id: a.id }).exec(&db).await.unwrap_err();
    let violation = twin.violation().cloned().unwrap_or_default();
    assert_eq!(
        (violation.model.as_deref(), violation.fields),
        (Some("Inner"), vec!["derived".into(), "c0".into()])
    );
    let twin = Outer::insert(outer("a")).exec(&db).await.unwrap_err();
    assert!(twin.is_unique_violation(), "{twin}");
    let lost =
        Inner::insert(NewInner { derived: "z".into(), c0: 1, outer_id: 99 }).exec(&db).await.unwrap_err();
    assert!(lost.is_foreign_key_violation(), "{lost}");
    Ok(())
}

/// A column is no field: what is known by another name inside the program is not to be named from outside.
async fn a_name_from_outside_is_a_field_or_an_error(db: Db) -> Result<()> {
    filled(&db).await?;
    let ordered = |name: &str| Outer::query().order_by_field(name, SortOrder::Desc);
    assert_eq!(ordered("dotted")?.select(|o| o.dotted).all(&db).await?, ["b", "a"]);
    assert!(ordered("a.b").is_err() && ordered("values(excluded.c0)").is_err());
    for_all(&db, super::CASES, async |texts: Texts<'_>| {
        let query = Outer::query().order_by_field(texts.text, SortOrder::Asc);
        let Err(error) = query else { panic!("{:?} is no field", texts.text) };
        assert_eq!(error.kind(), ErrorKind::InvalidQuery, "{error}");
        assert!(error.to_string().contains("it has `id`, `dotted`"), "{error}");
        Ok(())
    });
    let (_, statements) = recorded(async { ordered("'; --").map(drop) }).await;
    assert_eq!(statements, [""; 0]);
    assert_eq!(Outer::query().select(|_| value(1)).count(&db).await?, 2);
    Ok(())
}

async fn the_longest_names_leave_room_for_ours(db: Db) -> Result<()> {
    let top = Long::insert(NewLong {}).set(|l| l.text.set("top")).exec(&db).await?;
    let mid = Long::insert(NewLong {}).set(|l| (l.above_id.set(top.id), l.text.set("mid"))).exec(&db).await?;
    Long::insert(NewLong {}).set(|l| (l.above_id.set(mid.id), l.text.set("low"))).exec(&db).await?;
    let joined = Long::query().join(|l| l.above).join(|(_, above)| above.above);
    let joined = joined.select(|(low, mid, top)| (low.text, mid.text, top.text)).one(&db).await?;
    assert_eq!(
        (joined.0.as_deref(), joined.1.as_deref(), joined.2.as_deref()),
        (Some("low"), Some("mid"), Some("top"))
    );
    let asked =
        Long::query().filter(|l| l.below.any(|m| m.below.any(|n| n.text.eq("low").and(l.text.eq("top")))));
    assert_eq!(asked.one(&db).await?, top);
    let (_, below) = Long::find(top.id).with(|l| l.below.limit(1).with(|l| l.below)).one(&db).await?;
    assert_eq!(below[0].1[0].text.as_deref(), Some("low"));
    let walked = Long::find(top.id).recursive(|l| l.below).order_by(|l| l.id.asc());
    assert_eq!(walked.select(|l| l.text.or("")).all(&db).await?, ["top", "mid", "low"]);
    let counts = Long::query().group_by(|l| l.above_id).select(|above, _| (above, count())).common();
    let most = counts.clone().aggregate(|(_, count)| count.max());
    assert_eq!(counts.filter(|(_, count)| count.eq(most.as_value())).count(&db).await?, 3);
    let union = Long::query().filter(|l| l.text.eq("top")).union(Long::query().filter(|l| l.text.eq("low")));
    assert_eq!(union.with(|l| l.above).all(&db).await?.len(), 2);
    Ok(())
}

async fn a_table_called_as_a_name_of_ours_is_itself(db: Db) -> Result<()> {
    filled(&db).await?;
    Shadow::insert(NewShadow { c0: 40 }).exec(&db).await?;
    Derived::insert(NewDerived { c0: 50 }).exec(&db).await?;
    let ones = Inner::query().filter(|i| i.c0.eq(1)).select(|i| i.c0);
    let derived = Derived::query().join_query(ones.clone(), |(_, n)| n.eq(1)).select(|(d, n)| (d.c0, n));
    assert_eq!(derived.all(&db).await?, [(50, 1)]);
    let derived = ones.clone().subquery().join_on::<Derived>(|(n, d)| d.c0.gt(n)).select(|(n, d)| (n, d.c0));
    assert_eq!(derived.all(&db).await?, [(1, 50)]);
    let shadow = ones.clone().common().join_on::<Shadow>(|(n, s)| s.c0.gt(n)).select(|(n, s)| (n, s.c0));
    assert_eq!(shadow.all(&db).await?, [(1, 40)]);
    let inside = ones.common().filter(|n| exists(Shadow::query().filter(move |s| s.c0.eq(n + 39))));
    assert_eq!(inside.all(&db).await?, [1]);
    Ok(())
}
