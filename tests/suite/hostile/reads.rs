//! Texts in what is read: in expressions, in queries inside queries, in relations, as keys and as places, in SQL by hand.

use orm::{
    Cursor, Dialect, ErrorKind, RawSql, Result, Value, exists, function, prelude::*, raw, raw_aggregate, sql,
    value, when, window,
};

use super::{
    CASES, Line, Mark, NewLine, NewMark, NewShelf, Note, Shelf, note, notes, one_note,
    texts::{Texts, for_all},
};

orm_tests::portable!(notes:
    texts_go_through_expressions,
    functions_count_in_characters,
    texts_go_through_groups_and_windows,
    texts_go_through_queries_in_queries,
    texts_are_keys,
    many_texts_are_keys_at_once,
    texts_ask_about_relations,
    texts_are_places_in_an_order,
    texts_are_values_of_sql_by_hand,
    texts_stand_between_texts,
    a_long_text_is_a_value_everywhere,
);

async fn texts_go_through_expressions(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text, other) = (texts.db, texts.text, texts.other);
        one_note(db).await?;
        let is = async |name, pick: fn(Columns<Note>, &str, &str) -> Expr<String>, expected: &str| {
            let query = Note::query().select(|n| pick(n, text, other));
            texts.both(name, expected.to_owned(), query.one(db)).await
        };
        let both = format!("{text}{other}");
        is("value", |_, a, b| value(a).concat(value(b)), &both).await?;
        is("when", |n, a, b| when(n.id.gt(0), a).otherwise(b), text).await?;
        is("otherwise", |n, a, b| when(n.id.lt(0), b).otherwise(a), text).await?;
        is("or", |n, a, b| n.maybe.null_if("plain").or(a).concat(b), &both).await?;
        is("concat", |n, a, b| n.text.concat(a).concat(b), &format!("plain{both}")).await?;
        is("replace", |n, a, b| n.text.replace("lai", a).concat(b), &format!("p{text}n{other}")).await?;
        is("raw", |_, a, b| raw("concat(?, ?)", (a, b)), &both).await?;
        is("function", |_, a, b| function("concat", (a, b)), &both).await?;
        is("greatest", |n, a, b| n.text.greatest(value("zz").concat(a).concat(b)), &format!("zz{both}")).await
    });
    Ok(())
}

/// SQLite ends a text at its NUL there (lang_corefunc.html, "length").
async fn functions_count_in_characters(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text, other) = (texts.db, texts.text, texts.other);
        one_note(db).await?;
        if db.dialect() == Dialect::Sqlite && [text, other].iter().any(|text| text.contains('\0')) {
            return Ok(());
        }
        let first =
            Note::query().select(|_| (value(text).length(), value(text).substring(2, 3).concat(other)));
        let (length, part): (usize, String) = (text.chars().count(), text.chars().skip(1).take(3).collect());
        texts.both("length", (i64::try_from(length).unwrap_or(0), part + other), first.one(db)).await?;
        let found = text.find(other).map_or(0, |at| text[..at].chars().count() + 1);
        let place = Note::query().select(|_| value(text).position(other));
        texts.both("position", i64::try_from(found).unwrap_or(0), place.one(db)).await?;
        let replaced = if other.is_empty() { text.to_owned() } else { text.replace(other, "x") };
        let query = Note::query().select(|_| value(text).replace(other, "x"));
        texts.both("replace", replaced, query.one(db)).await?;
        let trimmed = text.trim_matches(' ').to_owned() + other;
        texts.both("trim", trimmed, Note::query().select(|_| value(text).trim().concat(other)).one(db)).await
    });
    Ok(())
}

async fn texts_go_through_groups_and_windows(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text, other) = (texts.db, texts.text, texts.other);
        one_note(db).await?;
        Note::insert(note("second")).exec(db).await?;
        let all = Note::query;
        let either = |n: Columns<Note>| when(n.text.eq("plain"), text).otherwise(other);
        let groups = if text == other { vec![2] } else { vec![1, 1] };
        let grouped = all().group_by(either).select(|_, _| count());
        texts.both("group_by", groups.clone(), grouped.all(db)).await?;
        let distinct = all().select(either).distinct();
        texts.both("distinct", groups.len(), async { distinct.all(db).await.map(|rows| rows.len()) }).await?;
        let having = all().group_by(|n| n.maybe.or(text)).having(|key, _| key.eq(other)).select(|key, _| key);
        let expected: Vec<String> =
            if text == other || other == "plain" { vec![other.to_owned()] } else { vec![] };
        texts.both("having", expected, having.all(db)).await?;
        let counted = all().aggregate(|n| count().filter(n.maybe.or(text).eq(other)));
        let expected = i64::from(text == other) + i64::from(other == "plain");
        texts.both("count of some", expected, counted.one(db)).await?;
        let before = all().order_by(|n| n.id.asc()).select(|n| {
            let along = window().partition_by(n.maybe.or(text).eq(other).or_false()).order_by(n.id.asc());
            n.text.lag(1).over(along).or(text).concat(other)
        });
        let of_first = format!("{text}{other}");
        let of_second = if expected == 1 { of_first.clone() } else { format!("plain{other}") };
        texts.both("lag", vec![of_first, of_second], before.all(db)).await?;
        let aggregate = all().aggregate(|n| raw_aggregate::<String, _>("max(concat(?, ?))", (n.text, text)));
        texts.gives("raw_aggregate", "", format!("second{text}"), aggregate.one(db)).await
    });
    Ok(())
}

async fn texts_go_through_queries_in_queries(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text, other) = (texts.db, texts.text, texts.other);
        one_note(db).await?;
        let [first, second] = [text, other].map(|text| Note::query().select(move |_| value(text.to_owned())));
        let (union, same) = (first.clone().union(second.clone()), usize::from(text == other));
        texts.both("union", 2 - same, async { union.all(db).await.map(|rows| rows.len()) }).await?;
        let all = first.clone().union_all(second.clone()).order_by(|text| text.asc());
        let all = async {
            let mut found = all.all(db).await?;
            found.sort();
            Ok(found)
        };
        let mut expected = vec![text.to_owned(), other.to_owned()];
        expected.sort();
        texts.both("union_all", expected, all).await?;
        let common = first.clone().common();
        let twice =
            common.clone().join_query(common, |(a, b)| a.eq(b)).select(|(a, b)| a.concat(b).concat(other));
        texts.both("common", format!("{text}{text}{other}"), twice.one(db)).await?;
        let other_text = other.to_owned();
        let walked =
            first.clone().recursive(|found| found.filter(|n| n.ne(other)).select(|_| value(other_text)));
        texts.both("recursive", 2 - same, async { walked.all(db).await.map(|rows| rows.len()) }).await?;
        let derived = first.clone().subquery().filter(|t| t.ne(other));
        texts.both("subquery", 1 - same, async { derived.all(db).await.map(|rows| rows.len()) }).await?;
        let among = Note::query().filter(|n| n.maybe.null_if("plain").or(other).is_in_query(first));
        texts.both("is_in_query", same == 1, among.exists(db)).await?;
        let inner = Note::query().filter(|n| n.maybe.null_if("plain").or(text).eq(other));
        texts.both("exists", same == 1, Note::query().filter(|_| exists(inner)).exists(db)).await?;
        let scalar = Note::query().select(|_| second.as_value().or("").concat(text));
        texts.both("as_value", format!("{other}{text}"), scalar.one(db)).await
    });
    Ok(())
}

async fn texts_are_keys(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text) = (texts.db, texts.text);
        clear(db).await?;
        let stored = Shelf::insert(NewShelf { name: text.into(), size: 1 }).exec(db);
        texts.of("shelf", "`Shelf.name`", stored).await?;
        let found = Shelf::find(text.to_owned()).select(|s| s.name);
        texts.gives("find", "`Shelf.name`", Some(text.to_owned()), found.optional(db)).await?;
        let line = async {
            Line::insert(NewLine { text: text.into(), number: 1 }).exec(db).await.map(|line| line.text)
        };
        texts.gives("line", "`Line.text`", text.to_owned(), line).await?;
        let marks = Mark::insert_many([1, 1].map(|number| NewMark { text: text.into(), number }));
        let Some(_) = texts.of("marks", "`Mark.text`", marks.exec(db)).await? else { return Ok(()) };
        Note::insert(note("on it")).set(|n| n.shelf_name.set(text)).exec(db).await?;
        let shelves = Shelf::query().with(|s| s.notes).one(db);
        texts.gives("notes of a shelf", "", 1, async { shelves.await.map(|(_, notes)| notes.len()) }).await?;
        let shelf = Note::query().with(|n| n.shelf).one(db);
        let name = async { shelf.await.map(|(_, shelf)| shelf.map(|shelf| shelf.name)) };
        texts.gives("shelf of a note", "", Some(text.to_owned()), name).await?;
        let lines = Line::query().with(|l| l.marks).one(db);
        texts.gives("marks of a line", "", 2, async { lines.await.map(|(_, marks)| marks.len()) }).await?;
        let lines = Mark::query().with(|m| m.line).all(db);
        let named = async {
            lines.await.map(|marks| marks.into_iter().filter(|(_, line)| line.text == text).count())
        };
        texts.gives("lines of marks", "", 2, named).await?;
        let moved = Shelf::find(text.to_owned()).update(|s| s.size.set(2));
        texts.gives("update by key", "`Shelf.name`", 1, moved.exec(db)).await?;
        let cut = Line::query().filter(|l| l.text.eq(text)).order_by(|l| l.number.asc()).limit(1).delete();
        texts.gives("delete by keys", "`Line.text`", 1, cut.exec(db)).await
    });
    Ok(())
}

/// So many that on some databases they travel in another form.
async fn many_texts_are_keys_at_once(db: Db) -> Result<()> {
    let hostile = [
        "'", "\"", "`", "\\", "\\'", "%", "?", "$1", "--", "/*", ";", "\n", "\u{ff07}", "e\u{301}", "🦀",
        "\u{7f}",
    ];
    let texts = || (0..1_200).map(|n| format!("{n}{}{}", hostile[n % 16], hostile[n / 16 % 16]));
    Line::insert_many(texts().map(|text| NewLine { text, number: 1 })).exec(&db).await?;
    Mark::insert_many(texts().map(|text| NewMark { text, number: 1 })).exec(&db).await?;
    Shelf::insert_many(texts().map(|name| NewShelf { name, size: 1 })).exec(&db).await?;
    let lines = Line::query().with(|l| l.marks).all(&db).await?;
    assert!(
        lines.len() == 1_200
            && lines.iter().all(|(line, marks)| marks.len() == 1 && marks[0].text == line.text)
    );
    let marks = Mark::query().with(|m| m.line).all(&db).await?;
    assert!(marks.iter().all(|(mark, line)| mark.text == line.text));
    assert_eq!(Shelf::query().filter(|s| s.name.is_in(texts())).count(&db).await?, 1_200);
    assert_eq!(Shelf::query().filter(|s| s.name.is_not_in(texts().skip(1))).one(&db).await?.name, "0''");
    let grown = Shelf::query().filter(|s| s.name.is_in(texts())).update(|s| s.size.set(s.size + 1));
    assert_eq!(grown.returning(&db).await?.len(), 1_200);
    Ok(())
}

async fn clear(db: &Db) -> Result<()> {
    Note::query().delete().all_rows().exec(db).await?;
    Shelf::query().delete().all_rows().exec(db).await?;
    Line::query().delete().all_rows().exec(db).await?;
    Ok(())
}

async fn texts_ask_about_relations(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text) = (texts.db, texts.text);
        clear(db).await?;
        Shelf::insert(NewShelf { name: "shelf".into(), size: 1 }).exec(db).await?;
        let on = [format!("{text}."), format!("{text}!")].map(|text| note(&text));
        let stored = async {
            Note::insert_many(on).exec(db).await?;
            Note::query().update(|n| (n.shelf_name.set("shelf"), n.maybe.set(text))).all_rows().exec(db).await
        };
        let Some(2) = texts.of("notes", "`Note.", stored).await? else { return Ok(()) };
        let ending = format!("{text}!");
        let asked = async |name, condition: fn(Columns<Shelf>, &str) -> Cond| {
            texts.gives(name, "", true, Shelf::query().filter(|s| condition(s, text)).exists(db)).await
        };
        asked("any", |s, text| s.notes.any(|n| n.text.eq(value(text).concat("!")))).await?;
        asked("none", |s, text| s.notes.none(|n| n.maybe.ne(text))).await?;
        asked("every", |s, text| s.notes.every(|n| n.maybe.eq(text))).await?;
        asked("count", |s, text| s.notes.filter(|n| n.maybe.eq(text)).count().eq(2)).await?;
        let limited = Shelf::query().with(|s| {
            s.notes.filter(|n| n.maybe.is(text)).order_by(|n| n.text.eq(&ending).or_false().desc()).limit(1)
        });
        let first = async { limited.one(db).await.map(|(_, notes)| notes[0].text.clone()) };
        texts.gives("with", "", ending.clone(), first).await?;
        let joined = Shelf::query().join_on::<Note>(|(_, n)| n.text.eq(&ending)).select(|(_, n)| n.text);
        texts.gives("join_on", "", ending.clone(), joined.one(db)).await
    });
    Ok(())
}

async fn texts_are_places_in_an_order(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text, other) = (texts.db, texts.text, texts.other);
        one_note(db).await?;
        let mut all = vec!["plain".to_owned(), format!("{text}1"), format!("{text}{other}2")];
        let stored = Note::insert_many(all[1..].iter().map(|text| note(text)));
        if texts.sent_both("insert", stored.exec(db)).await?.is_none() {
            return Ok(());
        }
        all.sort();
        let mut found = Vec::new();
        let mut cursor: Option<Cursor> = None;
        loop {
            let page = Note::query().order_by(|n| n.text.asc()).page_after(cursor.as_ref(), 1);
            let name = if cursor.is_none() { "first page" } else { "next page" };
            let Some(page) = texts.sent_both(name, page.fetch(db)).await? else { break };
            found.extend(page.items.iter().map(|note| note.text.clone()));
            cursor = match page.next() {
                Some(next) => Some(next.to_string().parse()?),
                None => break,
            };
        }
        assert_eq!(found, all);
        // A text from outside is no cursor.
        let told = text.parse::<Cursor>().map(drop).map_err(|error| error.kind());
        assert_eq!(told, Err(ErrorKind::InvalidCursor), "{text:?}");
        Ok(())
    });
    Ok(())
}

async fn texts_are_values_of_sql_by_hand(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts| {
        let (db, text, other) = (texts.db, texts.text, texts.other);
        let pair = (text.to_owned(), other.to_owned());
        texts.both("sql!", pair.clone(), sql!("SELECT {text}, {other}").one::<(String, String)>(db)).await?;
        let [one, two] = if db.dialect() == Dialect::Postgres { ["$1", "$2"] } else { ["?"; 2] };
        let by_hand = RawSql::trusted(format!("SELECT {one}, {two}")).bind(text).bind(other);
        texts.both("trusted", pair.clone(), by_hand.one::<(String, String)>(db)).await?;
        let session = async {
            let mut session = db.connection().await?;
            let (values, sql) =
                ([text, other].map(|text| Value::Text(text.into())), format!("SELECT {one}, {two}"));
            let read = session.rows(&sql, values.to_vec(), |row| {
                Ok((
                    row.text()?.unwrap_or_default().into_owned(),
                    row.text()?.unwrap_or_default().into_owned(),
                ))
            });
            Ok(read.await?.remove(0))
        };
        texts.both("session", pair, session).await
    });
    Ok(())
}

/// What stands between them is a part of the program, and so of the statement.
async fn texts_stand_between_texts(db: Db) -> Result<()> {
    for_all(&db, CASES, async |texts: Texts<'_>| {
        let (db, between) = (texts.db, texts.text);
        one_note(db).await?;
        Note::insert(note("second")).exec(db).await?;
        let leaked: &'static str = Box::leak(between.into());
        let joined = Note::query().aggregate(|n| n.text.string_agg(leaked, n.id.asc())).one(db).await;
        match joined {
            Ok(joined) => assert_eq!(joined, Some(format!("plain{between}second")), "{between:?}"),
            Err(error) => {
                assert!(between.contains('\0'), "{between:?}: {error:?}");
                assert_eq!(error.kind(), ErrorKind::InvalidQuery, "{error:?}");
            }
        }
        Ok(())
    });
    Ok(())
}

/// Where a column holds less (MariaDB's texts without a bound have 255 characters), it is refused and nothing is cut.
async fn a_long_text_is_a_value_everywhere(db: Db) -> Result<()> {
    let long = "'\"`\\%_$1?--/*;🦀 ".repeat(6_000);
    let plain = one_note(&db).await?;
    assert_eq!(Note::query().select(|_| value(long.as_str())).one(&db).await?, long);
    assert_eq!(sql!("SELECT {long}").one::<String>(&db).await?, long);
    assert!(!Note::query().filter(|n| n.text.eq(&long).or(n.maybe.contains(&long))).exists(&db).await?);
    assert!(!Note::query().filter(|n| n.text.is_in([&long])).exists(&db).await?);
    plain.update(|n| n.document.set(serde_json::Value::from(long.as_str()))).exec(&db).await?;
    assert_eq!(Note::query().one(&db).await?.document, Some(long.as_str().into()));
    match plain.update(|n| n.maybe.set(long.as_str())).exec(&db).await {
        Ok(_) => assert_eq!(Note::query().one(&db).await?.maybe, Some(long)),
        Err(error) => {
            assert_eq!(
                (error.kind(), db.dialect()),
                (ErrorKind::InvalidValue, Dialect::MariaDb),
                "{error:?}"
            );
            assert!(error.to_string().contains("'maybe'"), "{error}");
            assert_eq!(Note::query().one(&db).await?.maybe, plain.maybe);
        }
    }
    Ok(())
}
