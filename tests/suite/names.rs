//! Names that need quoting: reserved words, spaces, capitals, quotes, placeholders, other alphabets.

use orm::{Enum, Result, prelude::*};
use orm_schema::Schema;

orm_tests::portable!(names:
    rows_are_written_and_read,
    every_part_of_a_query_quotes,
    relations_are_loaded_joined_and_asked_about,
    rows_are_upserted_and_deleted_by_a_limit,
    violations_name_the_fields,
    names_that_differ_in_case_alone_are_others,
);

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[orm(name = "Sort \"of\" $1 ?")]
pub enum Kind {
    #[orm(label = "select")]
    Select,
    #[orm(label = "it's ?")]
    Odd,
}

/// A table called `select`.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "select", has_many(lines: Line.order))]
pub struct Order {
    #[orm(column = "order")]
    pub id: i64,
    #[orm(column = "Group By", unique)]
    pub group: String,
    #[orm(column = "a\"b'c\\d")]
    pub quotes: Option<String>,
    #[orm(column = "$1 ? :x ?1 %s --")]
    pub placeholders: i32,
    #[orm(column = "größe ☃")]
    pub size: Option<f64>,
    #[orm(column = "type")]
    pub r#type: Option<Kind>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "Order \"Lines\"; --", primary_key(where_, user), has_many(notes: Note.line))]
pub struct Line {
    #[orm(column = "where", belongs_to(order: Order, on_delete = cascade))]
    pub where_: i64,
    pub user: i32,
    #[orm(column = "NULL")]
    pub null: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "table", belongs_to(line: Line, (left, right) = (where_, user)))]
pub struct Note {
    #[orm(column = "Id")]
    pub id: i64,
    #[orm(column = "LEFT")]
    pub left: i64,
    #[orm(column = "right")]
    pub right: i32,
    #[orm(column = "check", check = "\"check\" <> ''")]
    pub check: String,
}

fn names() -> Schema {
    orm_tests::schema_of(&[Order::TABLE, Line::TABLE, Note::TABLE])
}

fn order(group: &str) -> NewOrder {
    NewOrder { group: group.into(), placeholders: 1 }
}

/// Orders `a` (lines 1 and 2, a note on 2) and `b`.
async fn orders(db: &Db) -> Result<[Order; 2]> {
    let insert =
        Order::insert(order("a")).set(|o| (o.quotes.set("q"), o.size.set(1.5), o.r#type.set(Kind::Odd)));
    let (a, b) = (insert.exec(db).await?, Order::insert(order("b")).exec(db).await?);
    Line::insert_many([1, 2].map(|user| NewLine { where_: a.id, user, null: format!("{user}") }))
        .exec(db)
        .await?;
    Note::insert(NewNote { left: a.id, right: 2, check: "ok".into() }).exec(db).await?;
    Ok([a, b])
}

async fn rows_are_written_and_read(db: Db) -> Result<()> {
    let [a, b] = orders(&db).await?;
    assert_eq!((a.quotes.as_deref(), a.size, a.r#type), (Some("q"), Some(1.5), Some(Kind::Odd)));
    assert_eq!(Order::find(a.id).one(&db).await?, a);
    b.update(|o| (o.quotes.set(o.group), o.placeholders.set(o.placeholders + 1), o.r#type.set(Kind::Select)))
        .exec(&db)
        .await?;
    let b = Order::find(b.id).one(&db).await?;
    assert_eq!((b.quotes.as_deref(), b.placeholders, b.r#type), (Some("b"), 2, Some(Kind::Select)));
    let many = Order::insert_many((0..5).map(|n| order(&format!("{n}")))).returning(&db).await?;
    assert_eq!(many.len(), 5);
    let line = Line::find((a.id, 2)).one(&db).await?;
    assert_eq!(line.null, "2");
    Ok(())
}

async fn every_part_of_a_query_quotes(db: Db) -> Result<()> {
    orders(&db).await?;
    let query = Order::query()
        .filter(|o| o.placeholders.between(0, 5).and(o.quotes.contains("q").or(o.group.is_in(["b"]))))
        .filter(|o| o.r#type.is_in([Kind::Odd]).or(o.r#type.is_null()).and(o.group.starts_with("a?").not()))
        .order_by(|o| (o.size.desc().nulls_last(), o.group.asc()))
        .select(|o| (o.group, o.size, o.quotes.length(), o.placeholders * 2, o.quotes.or("?")));
    let rows = query.clone().all(&db).await?;
    assert_eq!(rows[0], ("a".to_owned(), Some(1.5), Some(1), 2, "q".to_owned()));
    assert_eq!(rows[1], ("b".to_owned(), None, None, 2, "?".to_owned()));
    let groups = Order::query()
        .group_by(|o| o.placeholders)
        .having(|_, o| o.size.sum().gt(1.0))
        .select(|key, o| (key, count(), o.size.avg(), o.group.max()));
    assert_eq!(groups.all(&db).await?, [(1, 2, Some(1.5), Some("b".to_owned()))]);
    assert_eq!((query.count(&db).await?, Order::query().limit(1).count(&db).await?), (2, 1));
    Ok(())
}

async fn relations_are_loaded_joined_and_asked_about(db: Db) -> Result<()> {
    orders(&db).await?;
    let query = Order::query()
        .with(|o| o.lines.order_by(|l| l.user.desc()).limit(5).with(|l| l.notes))
        .order_by(|o| o.group.asc());
    let rows = query.all(&db).await?;
    assert_eq!((rows[0].1.len(), rows[0].1[0].1[0].check.as_str(), rows[1].1.len()), (2, "ok", 0));
    let joined =
        Note::query().join(|n| n.line).join(|(_, l)| l.order).select(|(n, l, o)| (n.check, l.null, o.group));
    assert_eq!(joined.all(&db).await?, [("ok".to_owned(), "2".to_owned(), "a".to_owned())]);
    let noted =
        Order::query().filter(|o| o.lines.any(|l| l.notes.exists().and(l.user.eq(2)))).select(|o| o.group);
    assert_eq!(noted.all(&db).await?, ["a"]);
    Ok(())
}

async fn rows_are_upserted_and_deleted_by_a_limit(db: Db) -> Result<()> {
    let [a, _] = orders(&db).await?;
    let upsert = Order::insert(NewOrder { placeholders: 41, ..order("a") }).on_conflict(|o| o.group);
    let again = upsert.do_update(|old, new| old.placeholders.set(old.placeholders + new.placeholders));
    assert_eq!(again.exec(&db).await?.placeholders, 42);
    assert_eq!(Order::insert(order("a")).on_conflict(|o| o.group).do_nothing().exec(&db).await?, None);
    assert_eq!(
        Line::query()
            .filter(|l| l.where_.eq(a.id))
            .order_by(|l| l.user.asc())
            .limit(1)
            .delete()
            .exec(&db)
            .await?,
        1
    );
    assert_eq!(Line::query().select(|l| l.user).all(&db).await?, [2]);
    Ok(())
}

async fn violations_name_the_fields(db: Db) -> Result<()> {
    orders(&db).await?;
    let error = Order::insert(order("a")).exec(&db).await.unwrap_err();
    let violation = error.violation().cloned().unwrap();
    assert!(error.is_unique_violation());
    assert_eq!((violation.model.as_deref(), violation.fields), (Some("Order"), vec!["group".to_owned()]));
    let error = Note::insert(NewNote { left: 1, right: 99, check: "x".into() }).exec(&db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    Ok(())
}

async fn names_that_differ_in_case_alone_are_others(db: Db) -> Result<()> {
    let [a, _] = orders(&db).await?;
    let note = Note::query().one(&db).await?;
    assert_eq!((note.left, note.right), (a.id, 2));
    Ok(())
}
