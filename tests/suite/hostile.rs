//! Texts that look like SQL, or like nothing at all: everywhere they are values, and come out as they went in.
//!
//! Each use of a text is run with a harmless one first; what it sends must be the same for every other text.

use orm::{Dialect, Json, Result, prelude::*, raw_cond, value};
use orm_schema::Schema;
use serde_json::json;

mod names;
mod reads;
mod texts;

use texts::for_all;

/// How many pairs of texts each property is tried with.
const CASES: u32 = 48;

orm_tests::portable!(notes:
    texts_are_written_and_read_as_they_are,
    texts_are_written_in_many_rows_by_queries_and_by_conflicts,
    texts_are_found_by_themselves_and_by_nothing_else,
    parts_of_texts_are_those_of_rust,
);

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(has_many(notes: Note.shelf))]
pub struct Shelf {
    #[orm(primary_key)]
    pub name: String,
    pub size: i64,
}

/// A text of a type of its own.
#[derive(Debug, Clone, PartialEq, Value)]
pub struct Word(pub String);

/// A type that orm knows nothing of.
#[derive(Debug, Clone, PartialEq)]
pub struct Shade(pub String);

impl From<Shade> for String {
    fn from(shade: Shade) -> Self {
        shade.0
    }
}

impl From<String> for Shade {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[derive(Default, Patch)]
#[orm(model = Note)]
struct Changes {
    maybe: Option<Option<String>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "notes")]
pub struct Note {
    pub id: i64,
    #[orm(unique)]
    pub text: String,
    #[orm(belongs_to(shelf: Shelf, on_delete = cascade))]
    pub shelf_name: Option<String>,
    pub maybe: Option<String>,
    pub word: Option<Word>,
    #[orm(via = String)]
    pub shade: Option<Shade>,
    pub bytes: Option<Vec<u8>>,
    pub document: Option<serde_json::Value>,
    pub list: Option<Json<Vec<String>>>,
}

/// A key of two fields.
#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(text, number), has_many(marks: Mark.line))]
pub struct Line {
    pub text: String,
    pub number: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(belongs_to(line: Line, (text, number) = (text, number), on_delete = cascade))]
pub struct Mark {
    pub id: i64,
    pub text: String,
    pub number: i32,
}

fn notes() -> Schema {
    orm_tests::schema_of(&[Shelf::TABLE, Note::TABLE, Line::TABLE, Mark::TABLE])
}

fn note(text: &str) -> NewNote {
    NewNote { text: text.into() }
}

/// No note but one that nobody means.
async fn one_note(db: &Db) -> Result<Note> {
    Note::query().delete().all_rows().exec(db).await?;
    Note::insert(note("plain")).set(|n| n.maybe.set("plain")).exec(db).await
}

async fn texts_are_written_and_read_as_they_are(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text) = (texts.db, texts.text);
        let plain = one_note(db).await?;
        let named =
            async |name, field: &str, change: orm::Update<Note>| texts.of(name, field, change.exec(db)).await;
        let by_id = || Note::find(plain.id);
        named("maybe", "`Note.maybe`", by_id().update(|n| n.maybe.set(text))).await?;
        let patch = plain.patch(Changes { maybe: Some(Some(text.into())) });
        texts.of("patch", "`Note.maybe`", patch.exec(db)).await?;
        named("word", "`Note.word`", by_id().update(|n| n.word.set(Word(text.into())))).await?;
        named("shade", "`Note.shade`", by_id().update(|n| n.shade.set(text))).await?;
        named("document", "`Note.document`", by_id().update(|n| n.document.set(json!({ text: [text] }))))
            .await?;
        named("list", "`Note.list`", by_id().update(|n| n.list.set(Json(vec![text.to_owned()])))).await?;
        by_id().update(|n| n.bytes.set(text.as_bytes().to_vec())).exec(db).await?;
        let read = by_id().one(db).await?;
        assert_eq!(read.bytes.as_deref(), Some(text.as_bytes()));
        if named("text", "`Note.text`", by_id().update(|n| n.text.set(text))).await?.is_some() {
            let of_text = (read.maybe.as_deref(), read.word, read.shade);
            assert_eq!(of_text, (Some(text), Some(Word(text.into())), Some(Shade(text.into()))));
            assert_eq!(read.document, Some(json!({ text: [text] })));
            assert_eq!(read.list, Some(Json(vec![text.to_owned()])));
            assert_eq!(by_id().one(db).await?.text, text);
        }
        Ok(())
    });
    Ok(())
}

async fn texts_are_written_in_many_rows_by_queries_and_by_conflicts(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text) = (texts.db, texts.text);
        let longer = format!("{text}.");
        one_note(db).await?;
        let insert = || Note::insert(note(text)).set(|n| n.maybe.set(text));
        let insert_one = async { insert().exec(db).await.map(|note| (note.text, note.maybe)) };
        texts.gives("insert", "`Note.", (text.to_owned(), Some(text.to_owned())), insert_one).await?;
        let update =
            insert().on_conflict(|n| n.text).do_update(|old, new| old.maybe.set(new.maybe.concat(new.text)));
        let update = async { update.exec(db).await.map(|note| note.maybe) };
        texts.gives("do_update", "`Note.", Some(text.repeat(2)), update).await?;
        let nothing = insert().on_conflict(|n| n.text).do_nothing();
        texts.gives("do_nothing", "`Note.", None, nothing.exec(db)).await?;
        let get = Note::insert(note(text)).on_conflict(|n| n.text).or_get();
        let get = async { get.exec(db).await.map(|(note, is_new)| (note.text, is_new)) };
        texts.gives("or_get", "`Note.text`", (text.to_owned(), false), get).await?;
        let deleted = Note::query().filter(|n| n.text.eq(text)).delete();
        texts.gives("delete", "`Note.text`", 1, deleted.exec(db)).await?;
        let many = Note::insert_many([note(text), note(&longer)]);
        let many = async {
            let mut found: Vec<String> =
                many.returning(db).await?.into_iter().map(|note| note.text).collect();
            found.sort();
            Ok(found)
        };
        texts.gives("insert_many", "`Note.text`", vec![text.to_owned(), longer], many).await?;
        let copied = Note::query().filter(|n| n.text.eq("plain")).select(|_| (value("copy"), value(text)));
        let copied = Note::insert_from(copied, |n| (n.text, n.maybe));
        texts.gives("insert_from", "", 1, copied.exec(db)).await?;
        let copies = Note::query().filter(|n| n.text.eq("copy").and(n.maybe.eq(text)));
        texts.gives("what was inserted from a query", "`Note.maybe`", 1, copies.count(db)).await?;
        let updated =
            Note::query().filter(|n| n.text.eq("copy")).update(|n| n.maybe.set(n.text.concat(text)));
        let updated = async { updated.returning(db).await.map(|notes| notes[0].maybe.clone()) };
        texts.gives("a computed value", "", Some(format!("copy{text}")), updated).await
    });
    Ok(())
}

async fn texts_are_found_by_themselves_and_by_nothing_else(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text) = (texts.db, texts.text);
        one_note(db).await?;
        let others = [format!("{text} "), format!("' {text}"), format!("{text}\\"), format!("{text}x")];
        let stored =
            Note::insert_many([note(text)].into_iter().chain(others.iter().map(|other| note(other))));
        texts.gives("insert", "`Note.text`", 5, stored.exec(db)).await?;
        let found = async |name, condition: fn(Columns<Note>, &str) -> Cond, count: i64| {
            let query = Note::query().filter(|n| condition(n, text));
            texts.gives(name, "`Note.text`", count, query.count(db)).await
        };
        let is_plain = i64::from(text == "plain");
        found("eq", |n, text| n.text.eq(text), 1).await?;
        found("ne", |n, text| n.text.ne(text), 5 - is_plain).await?;
        found("is", |n, text| n.text.is(text), 1).await?;
        found("is_in", |n, text| n.text.is_in([text]), 1).await?;
        found("is_in of two", |n, text| n.text.is_in([text, "plain"]), 2 - is_plain).await?;
        found("is_not_in", |n, text| n.text.is_not_in([text]), 5 - is_plain).await?;
        found("between", |n, text| n.text.between(text, text), 1).await?;
        found("null_if", |n, text| n.text.null_if(text).is_null(), 1).await?;
        found("not", |n, text| n.text.eq(text).not(), 5 - is_plain).await?;
        let own_pattern = Note::query().filter(|n| n.text.eq(text).and(n.text.like(text)));
        if !is_special_in_like(db, text) {
            texts.gives("like", "`Note.text`", 1, own_pattern.count(db)).await?;
        }
        let by_hand = Note::query().filter(|n| raw_cond("? = ?", (n.text, text)));
        texts.gives("raw_cond", "", 1, by_hand.count(db)).await
    });
    Ok(())
}

/// A backslash escapes what follows it, and ends no pattern (PostgreSQL §9.7.1); on SQLite a pattern ends at its NUL.
fn is_special_in_like(db: &Db, text: &str) -> bool {
    text.contains('\\') || (db.dialect() == Dialect::Sqlite && text.contains('\0'))
}

/// Where a text begins, ends and holds another one, and how its own patterns treat it.
async fn parts_of_texts_are_those_of_rust(db: Db) -> Result<()> {
    for_all(&db, CASES * 2, async |texts| {
        let (db, text, other) = (texts.db, texts.text, texts.other);
        one_note(db).await?;
        let stored = Note::query().update(|n| n.maybe.set(text)).all_rows();
        if texts.of("set", "`Note.maybe`", stored.exec(db)).await?.is_none() {
            return Ok(());
        }
        let asked = async |name, condition: fn(Columns<Note>, &str) -> Cond, expected: bool| {
            texts.both(name, expected, Note::query().filter(|n| condition(n, other)).exists(db)).await
        };
        asked("contains", |n, other| n.maybe.contains(other), text.contains(other)).await?;
        asked("starts_with", |n, other| n.maybe.starts_with(other), text.starts_with(other)).await?;
        asked("ends_with", |n, other| n.maybe.ends_with(other), text.ends_with(other)).await?;
        asked("eq", |n, other| n.maybe.eq(other), text == other).await?;
        asked("value", |_, other| value("a").concat(other).ends_with(other), true).await?;
        let of_values = Note::query().select(|_| value(text).eq(other).or_false());
        texts.both("eq of values", text == other, of_values.one(db)).await?;
        let of_values = Note::query().select(|_| value(text).contains(other).or_false());
        texts.both("contains of values", text.contains(other), of_values.one(db)).await
    });
    Ok(())
}
