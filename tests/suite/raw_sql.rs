//! Whole statements by hand: values bound, rows read by name or by place, mistakes told.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::{Bindable, ErrorKind, FromRow, RawSql, Result, TxOptions, prelude::*, sql};
use orm_schema::Schema;
use orm_tests::recorded;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::shop::{NewTag, Post, Tag, User, people, post, shop};

orm_tests::portable!(shop:
    values_are_bound_and_never_become_sql,
    a_model_is_read_by_the_names_of_its_columns,
    a_projection_is_read_by_names,
    tuples_and_values_are_read_by_their_places,
    a_missing_column_is_named,
    two_columns_of_one_name_are_told,
    another_number_of_columns_is_told,
    a_column_of_another_type_is_named_with_its_field,
    null_where_the_type_has_none_is_named,
    one_optional_and_first,
    rows_that_are_written_are_counted_or_returned,
    one_text_takes_values_of_different_types,
    every_type_goes_there_and_back_with_its_null,
    a_text_of_the_run_takes_bound_values,
    sql_runs_inside_transactions,
    reading_is_allowed_where_writing_is_not,
    transactions_are_not_begun_by_hand,
    several_statements_in_one_text_are_refused,
    placeholders_by_hand_are_told,
    a_value_that_cannot_be_bound_is_told_before_anything_is_sent,
);

async fn values_are_bound_and_never_become_sql(db: Db) -> Result<()> {
    let name = "'; DROP TABLE tags; -- {name} ? $1";
    let (affected, statements) =
        recorded(sql!("INSERT INTO tags (name) VALUES ({name}), ({name.to_uppercase()})").execute(&db)).await;
    assert_eq!(affected?, 2);
    assert!(!statements[0].contains("DROP"), "{statements:?}");
    let found = sql!("SELECT name FROM tags WHERE name = {name} -- a comment: don't mind\n");
    assert_eq!(found.one::<String>(&db).await?, name);
    // Braces of the SQL are doubled, inside quotes too.
    assert_eq!(sql!("SELECT '{{\"a\": 1}}'").one::<String>(&db).await?, r#"{"a": 1}"#);
    Ok(())
}

async fn a_model_is_read_by_the_names_of_its_columns(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let age = 30;
    let older = sql!("SELECT * FROM users WHERE age > {age} ORDER BY age").all::<User>(&db).await?;
    assert_eq!(older, [ann, cy]);
    // In any order, beside others.
    let found = sql!(
        "SELECT 'x' AS more, created_at, age, 7 AS seven, manager_id, bio, name, email, id FROM users WHERE id = {bob.id}"
    );
    assert_eq!(found.one::<User>(&db).await?, bob);
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[orm(model = User)]
struct Author {
    name: String,
    #[orm(expr = |u| u.posts.count())]
    post_count: i64,
    bio: Option<String>,
}

async fn a_projection_is_read_by_names(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for title in ["a", "b"] {
        post(&db, &ann, title).await?;
    }
    let authors = sql!(
        "SELECT count(posts.id) AS post_count, users.name, users.bio, users.id FROM users \
         LEFT JOIN posts ON posts.author_id = users.id WHERE users.id IN ({ann.id}, {bob.id}) \
         GROUP BY users.id, users.name, users.bio ORDER BY users.id"
    );
    let typed = User::query().filter(|u| u.id.is_in([ann.id, bob.id])).order_by(|u| u.id.asc());
    assert_eq!(authors.all::<Author>(&db).await?, typed.load::<Author>().all(&db).await?);
    let error = sql!("SELECT name, bio FROM users").all::<Author>(&db).await.unwrap_err();
    assert!(error.to_string().contains("no column `post_count` for `User.post_count`"), "{error}");
    Ok(())
}

async fn tuples_and_values_are_read_by_their_places(db: Db) -> Result<()> {
    people(&db).await?;
    let rows: Vec<(String, Option<String>, i64)> =
        sql!("SELECT name, bio, age FROM users ORDER BY age").all(&db).await?;
    assert_eq!(rows[0], ("Bob".to_owned(), None, 20));
    assert_eq!(rows[1], ("Ann".to_owned(), Some("writes".to_owned()), 31));
    let bios: Vec<Option<String>> = sql!("SELECT bio FROM users ORDER BY age").all(&db).await?;
    assert_eq!(bios, [None, Some("writes".to_owned()), None]);
    assert_eq!(sql!("SELECT count(*) FROM users").one::<i64>(&db).await?, 3);
    assert_eq!(sql!("SELECT name, age FROM users WHERE id < 0").all::<(String, i32)>(&db).await?, []);
    Ok(())
}

async fn a_missing_column_is_named(db: Db) -> Result<()> {
    people(&db).await?;
    let error = sql!("SELECT id, name FROM users").all::<User>(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(error.to_string(), "the SQL gives no column `email` for `User.email`; it gives `id`, `name`");
    assert_eq!(User::query().count(&db).await?, 3);
    Ok(())
}

async fn two_columns_of_one_name_are_told(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    post(&db, &ann, "a").await?;
    let joined = sql!("SELECT * FROM posts JOIN users ON users.id = posts.author_id");
    let error = joined.clone().all::<Post>(&db).await.unwrap_err();
    assert!(error.to_string().contains("several columns `id`"), "{error}");
    Ok(())
}

async fn another_number_of_columns_is_told(db: Db) -> Result<()> {
    people(&db).await?;
    for (error, count) in [
        (sql!("SELECT id, name FROM users").all::<i64>(&db).await.unwrap_err(), "2 columns, but 1"),
        (
            sql!("SELECT id FROM users").first::<(i64, i64)>(&db).await.map(drop).unwrap_err(),
            "1 column, but 2",
        ),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert!(error.to_string().contains(count), "{error}");
    }
    Ok(())
}

async fn a_column_of_another_type_is_named_with_its_field(db: Db) -> Result<()> {
    people(&db).await?;
    let error = sql!("SELECT id, email, name, bio, manager_id, name AS age, created_at FROM users");
    let error = error.all::<User>(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(error.to_string().starts_with("`User.age`: column 6 (`age`) holds "), "{error}");
    let error = sql!("SELECT id, name FROM users").all::<(i64, i64)>(&db).await.unwrap_err();
    assert!(
        error.to_string().starts_with("value 2 of the row (`name`): column 2 (`name`) holds "),
        "{error}"
    );
    Ok(())
}

async fn null_where_the_type_has_none_is_named(db: Db) -> Result<()> {
    people(&db).await?;
    let error = sql!("SELECT id, bio FROM users ORDER BY id").all::<(i64, String)>(&db).await.unwrap_err();
    assert!(error.to_string().starts_with("value 2 of the row (`bio`): the database holds NULL"), "{error}");
    let error =
        sql!("SELECT id, email, bio AS name, bio, manager_id, age, created_at FROM users WHERE bio IS NULL");
    let error = error.all::<User>(&db).await.unwrap_err();
    assert!(error.to_string().starts_with("`User.name`: the database holds NULL"), "{error}");
    Ok(())
}

async fn one_optional_and_first(db: Db) -> Result<()> {
    people(&db).await?;
    let of = |name: &str| sql!("SELECT age FROM users WHERE name = {name}");
    assert_eq!(of("Ann").one::<i32>(&db).await?, 31);
    assert_eq!(of("Dan").one::<i32>(&db).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(of("Dan").optional::<i32>(&db).await?, None);
    let all = sql!("SELECT age FROM users ORDER BY age");
    assert_eq!(all.clone().one::<i32>(&db).await.unwrap_err().kind(), ErrorKind::TooMany);
    assert_eq!(all.clone().optional::<i32>(&db).await.unwrap_err().kind(), ErrorKind::TooMany);
    assert_eq!(all.first::<i32>(&db).await?, Some(20));
    assert_eq!(of("Dan").first::<i32>(&db).await?, None);
    Ok(())
}

async fn rows_that_are_written_are_counted_or_returned(db: Db) -> Result<()> {
    let names = ["a", "b", "c"];
    for name in names {
        assert_eq!(sql!("INSERT INTO tags (name) VALUES ({name})").execute(&db).await?, 1);
    }
    let returned = sql!(r#"INSERT INTO tags (name) VALUES ({"d"}) RETURNING *"#).one::<Tag>(&db).await?;
    assert_eq!(returned.name, "d");
    assert_eq!(sql!(r#"DELETE FROM tags WHERE name < {"c"}"#).execute(&db).await?, 2);
    assert_eq!(sql!(r#"UPDATE tags SET name = concat(name, {"!"})"#).execute(&db).await?, 2);
    assert_eq!(sql!("SELECT name FROM tags").execute(&db).await?, 0);
    let error = sql!(r#"INSERT INTO tags (name) VALUES ({"d!"})"#).execute(&db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    Ok(())
}

/// One place in the source, so one text, whatever the type.
async fn echo<T: Bindable<T> + FromRow>(db: &Db, value: T) -> Result<T> {
    sql!("SELECT {value}").one(db).await
}

async fn one_text_takes_values_of_different_types(db: Db) -> Result<()> {
    for _ in 0..2 {
        assert_eq!(echo(&db, 7_i64).await?, 7);
        assert_eq!(echo(&db, "seven".to_owned()).await?, "seven");
        assert_eq!(echo(&db, 7.5).await?, 7.5);
        assert_eq!(echo(&db, Some(7_i16)).await?, Some(7));
        assert_eq!(echo(&db, None::<String>).await?, None);
        assert_eq!(echo(&db, vec![7_u8]).await?, [7]);
        // A text of the run is prepared for its own types, too.
        let one = if db.dialect() == orm::Dialect::Postgres { "SELECT $1" } else { "SELECT ?" };
        assert_eq!(RawSql::trusted(one).bind(7_i64).one::<i64>(&db).await?, 7);
        assert_eq!(RawSql::trusted(one).bind("seven").one::<String>(&db).await?, "seven");
    }
    Ok(())
}

async fn there_and_back<T>(db: &Db, value: T) -> Result<()>
where
    T: orm::Scalar + PartialEq + std::fmt::Debug,
{
    assert_eq!(echo(db, value.clone()).await?, value);
    assert_eq!(echo(db, Some(value.clone())).await?, Some(value));
    assert_eq!(echo(db, None::<T>).await?, None);
    Ok(())
}

async fn every_type_goes_there_and_back_with_its_null(db: Db) -> Result<()> {
    let date = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let time = NaiveTime::from_hms_micro_opt(12, 30, 0, 5).unwrap();
    there_and_back(&db, true).await?;
    there_and_back(&db, -8_i8).await?;
    there_and_back(&db, -16_i16).await?;
    there_and_back(&db, 32_i32).await?;
    there_and_back(&db, i64::MIN).await?;
    there_and_back(&db, 200_u8).await?;
    there_and_back(&db, 60_000_u16).await?;
    there_and_back(&db, u32::MAX).await?;
    there_and_back(&db, 0.5_f32).await?;
    there_and_back(&db, 1e300).await?;
    there_and_back(&db, "é'\"`".to_owned()).await?;
    there_and_back(&db, vec![0_u8, 255]).await?;
    there_and_back(&db, date).await?;
    there_and_back(&db, time).await?;
    there_and_back::<NaiveDateTime>(&db, date.and_time(time)).await?;
    there_and_back::<DateTime<Utc>>(&db, date.and_time(time).and_utc()).await?;
    there_and_back(&db, Uuid::from_u128(7)).await?;
    there_and_back(&db, Decimal::new(-12_345, 3)).await?;
    there_and_back(&db, serde_json::json!({"a": [1, null]})).await
}

async fn a_text_of_the_run_takes_bound_values(db: Db) -> Result<()> {
    people(&db).await?;
    let [one, two] = if db.dialect() == orm::Dialect::Postgres { ["$1", "$2"] } else { ["?", "?"] };
    let order = ["age", "DESC"].join(" ");
    let text = format!("SELECT name FROM users WHERE age > {one} AND name <> {two} ORDER BY {order}");
    let found = RawSql::trusted(text).bind(18).bind("Ann");
    assert_eq!(found.all::<String>(&db).await?, ["Cy", "Bob"]);
    // What `sql!` made has all its values.
    let error = sql!("SELECT 1").bind(1).one::<i64>(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    Ok(())
}

async fn sql_runs_inside_transactions(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    sql!(r#"INSERT INTO tags (name) VALUES ({"a"})"#).execute(&tx).await?;
    assert_eq!(sql!("SELECT name FROM tags").all::<String>(&tx).await?, ["a"]);
    tx.rollback().await?;
    assert_eq!(Tag::query().count(&db).await?, 0);
    Ok(())
}

async fn reading_is_allowed_where_writing_is_not(db: Db) -> Result<()> {
    Tag::insert(NewTag { name: "a".into() }).exec(&db).await?;
    let tx = db.begin_with(TxOptions { read_only: true, ..TxOptions::default() }).await?;
    let read = sql!("WITH t AS (SELECT name FROM tags) SELECT name FROM t").one::<String>(&tx).await?;
    assert_eq!(read, "a");
    let error = sql!("DELETE FROM tags").execute(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transaction, "{error}");
    tx.rollback().await?;
    assert_eq!(Tag::query().count(&db).await?, 1);
    Ok(())
}

async fn transactions_are_not_begun_by_hand(db: Db) -> Result<()> {
    for text in
        ["BEGIN", " -- x\nstart TRANSACTION", "COMMIT", "/**/ROLLBACK", "SAVEPOINT a", "", " -- nothing"]
    {
        let (result, statements) = recorded(RawSql::trusted(text).execute(&db)).await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidQuery, "{text}");
        assert_eq!(statements.len(), 0);
    }
    Ok(())
}

async fn several_statements_in_one_text_are_refused(db: Db) -> Result<()> {
    Tag::insert(NewTag { name: "a".into() }).exec(&db).await?;
    sql!("DELETE FROM tags; DELETE FROM users").execute(&db).await.unwrap_err();
    assert_eq!(Tag::query().count(&db).await?, 1, "none of them ran");
    Ok(())
}

async fn placeholders_by_hand_are_told(db: Db) -> Result<()> {
    let one = 1;
    let sql = match db.dialect() {
        orm::Dialect::Postgres => sql!("SELECT {one}, $2"),
        _ => sql!("SELECT {one}, ?"),
    };
    for _ in 0..3 {
        assert_eq!(sql.clone().execute(&db).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
        assert_eq!(sql!("SELECT {one}").one::<i32>(&db).await?, 1);
    }
    Ok(())
}

async fn a_value_that_cannot_be_bound_is_told_before_anything_is_sent(db: Db) -> Result<()> {
    let (one, tags) = (1, vec!["a".to_owned()]);
    let (result, statements) = recorded(sql!("SELECT {one}, {tags}").execute(&db)).await;
    if db.dialect().capabilities().arrays {
        result?;
        let found = sql!(r#"SELECT 1 WHERE {"a"} = ANY ({tags})"#).optional::<i32>(&db).await?;
        assert_eq!(found, Some(1));
    } else {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), statements.len()), (ErrorKind::Unsupported, 0));
        assert!(error.to_string().starts_with("value 2 of the SQL: "), "{error}");
    }
    Ok(())
}

/// Types that the derives make.
mod derived {
    use super::*;

    orm_tests::portable!(moods: an_enum_and_a_newtype_are_values_of_sql);

    #[derive(Debug, Clone, Copy, PartialEq, Enum)]
    pub enum Mood {
        Happy,
        Sad,
    }

    #[derive(Debug, Clone, PartialEq, Value)]
    pub struct Email(String);

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Person {
        pub id: i64,
        pub email: Email,
        pub mood: Mood,
        #[orm(column = "second mood")]
        pub second: Option<Mood>,
    }

    fn moods() -> Schema {
        orm_tests::schema_of(&[Person::TABLE])
    }

    async fn an_enum_and_a_newtype_are_values_of_sql(db: Db) -> Result<()> {
        let (email, mood, second) = (Email("a@x".into()), Mood::Sad, None::<Mood>);
        let named = db.dialect().quote("second mood");
        let [a, b, c] =
            if db.dialect() == orm::Dialect::Postgres { ["$1", "$2::mood", "$3::mood"] } else { ["?"; 3] };
        let insert = format!("INSERT INTO persons (email, mood, {named}) VALUES ({a}, {b}, {c})");
        RawSql::trusted(insert).bind(&email).bind(mood).bind(second).execute(&db).await?;
        let person =
            sql!("SELECT * FROM persons WHERE email = {email} AND mood = {mood}").one::<Person>(&db).await?;
        assert_eq!((person.email, person.mood, person.second), (email.clone(), mood, None));
        let pair = sql!("SELECT email, mood FROM persons").one::<(Email, Mood)>(&db).await?;
        assert_eq!(pair, (email, mood));
        sql!("UPDATE persons SET mood = {Some(Mood::Happy)}").execute(&db).await?;
        assert_eq!(sql!("SELECT mood FROM persons").one::<Mood>(&db).await?, Mood::Happy);
        Ok(())
    }
}
