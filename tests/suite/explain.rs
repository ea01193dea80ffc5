//! Plans, asked for without running anything, and the SQL of what is no plain read.

use orm::{Dialect, ErrorKind, Result, prelude::*, sql};
use orm_tests::recorded;

use super::shop::{NewTag, NewUser, Post, Tag, User, people, post, shop};

orm_tests::portable!(shop:
    a_plan_tells_the_index_of_a_query,
    every_kind_of_read_has_a_plan,
    plans_of_writes_write_nothing,
    sql_by_hand_has_a_plan,
    a_plan_is_told_inside_a_transaction,
    a_query_that_makes_no_sense_has_no_plan,
);

/// A plan, for which one statement was sent.
async fn plan(explain: impl Future<Output = Result<String>>) -> Result<String> {
    let (plan, statements) = recorded(explain).await;
    assert_eq!(statements.len(), 1);
    assert!(statements[0].starts_with("EXPLAIN "), "{statements:?}");
    plan
}

async fn a_plan_tells_the_index_of_a_query(db: Db) -> Result<()> {
    people(&db).await?;
    let by_key = plan(User::find(1).explain(&db)).await?;
    let word = match db.dialect() {
        Dialect::Sqlite => "SEARCH users USING INTEGER PRIMARY KEY",
        Dialect::Postgres => "Index Scan using users_pkey",
        Dialect::MariaDb | Dialect::MySql => "\"key\": \"PRIMARY\"",
    };
    assert!(by_key.contains(word), "{by_key}");
    Ok(())
}

async fn every_kind_of_read_has_a_plan(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    post(&db, &ann, "a").await?;
    let named = |plan: String| assert!(plan.contains("posts"), "{plan}");
    named(plan(Post::query().filter(|p| p.title.contains("a")).limit(3).offset(1).explain(&db)).await?);
    named(plan(Post::query().with(|p| p.author).explain(&db)).await?);
    named(plan(User::query().left_join(|u| u.posts).select(|(u, p)| (u.name, p.title)).explain(&db)).await?);
    named(plan(Post::query().aggregate(|p| (count(), p.views.max())).explain(&db)).await?);
    let grouped = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p.views.sum()));
    named(plan(grouped.explain(&db)).await?);
    Ok(())
}

async fn plans_of_writes_write_nothing(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    Tag::insert(NewTag { name: "a".into() }).exec(&db).await?;
    let update = User::query().filter(|u| u.age.gt(18)).update(|u| u.age.set(0));
    let names = |plan: String, table: &str| assert!(plan.contains(table), "{plan}");
    names(plan(update.explain(&db)).await?, "users");
    names(plan(ann.update(|u| u.name.set("x")).explain(&db)).await?, "users");
    names(plan(Tag::query().filter(|t| t.name.lt("b")).delete().explain(&db)).await?, "tags");
    plan(Tag::query().delete().all_rows().explain(&db)).await?;
    let new = |name: &str| NewTag { name: name.into() };
    plan(Tag::insert(new("b")).explain(&db)).await?;
    plan(Tag::insert(new("a")).on_conflict(|t| t.name).do_update(|t, _| t.name.set("c")).explain(&db))
        .await?;
    plan(Tag::insert(new("a")).on_conflict(|t| t.name).do_nothing().explain(&db)).await?;
    let copies = Tag::insert_from(User::query().select(|u| u.name), |t| t.name);
    names(plan(copies.explain(&db)).await?, "users");
    names(plan(User::update_many([(ann.id, 0)], |u| u.age).explain(&db)).await?, "users");
    let none = User::update_many(Vec::<(i64, i32)>::new(), |u| u.age).explain(&db).await;
    assert_eq!(none.unwrap_err().kind(), ErrorKind::InvalidQuery);
    let joined = User::query().join(|u| u.posts).update(|(u, p)| u.name.set(p.title));
    names(plan(joined.explain(&db)).await?, "posts");
    assert_eq!(Tag::query().select(|t| t.name).all(&db).await?, ["a"]);
    assert_eq!(User::find(ann.id).one(&db).await?, ann);
    Ok(())
}

async fn sql_by_hand_has_a_plan(db: Db) -> Result<()> {
    let name = "a";
    let found = plan(sql!("SELECT id FROM tags WHERE id > {7_i64}").explain(&db)).await?;
    assert!(found.contains("tags"), "{found}");
    plan(sql!("INSERT INTO tags (name) VALUES ({name})").explain(&db)).await?;
    assert_eq!(Tag::query().count(&db).await?, 0);
    Ok(())
}

async fn a_plan_is_told_inside_a_transaction(db: Db) -> Result<()> {
    let tx = db.begin().await?;
    assert!(plan(Tag::query().explain(&tx)).await?.contains("tags"));
    tx.rollback().await
}

async fn a_query_that_makes_no_sense_has_no_plan(db: Db) -> Result<()> {
    let (plan, statements) = recorded(Tag::query().limit(1).aggregate(|_| count()).explain(&db)).await;
    assert_eq!(plan.unwrap_err().kind(), ErrorKind::InvalidQuery);
    let (error, more) = recorded(Tag::query().delete().explain(&db)).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidQuery);
    assert_eq!(statements.len() + more.len(), 0);
    Ok(())
}

#[test]
fn the_sql_of_counts_groups_and_inserts_is_told() {
    let to_sql = || -> Result<Vec<String>> {
        let dialect = Dialect::Sqlite;
        let new = || NewUser { email: "a@x".into(), name: "a".into() };
        let mut all = vec![
            Post::query().filter(|p| p.views.gt(3)).count_sql(dialect)?,
            Post::query().select(|p| p.author_id).distinct().count_sql(dialect)?,
            Post::query().limit(3).exists_sql(dialect)?,
            Post::query().aggregate(|p| (count(), p.views.max())).to_sql(dialect)?,
            Post::query().group_by(|p| p.author_id).select(|author, _| (author, count())).to_sql(dialect)?,
            User::insert(new()).on_conflict(|u| u.email).do_nothing().to_sql(dialect)?,
        ];
        all.extend(User::insert_many([new(), new()]).to_sql(dialect)?);
        Ok(all)
    };
    assert_eq!(
        to_sql().unwrap(),
        [
            r#"SELECT count(*) FROM "posts" WHERE "posts"."views" > ?"#,
            r#"SELECT count(*) FROM (SELECT DISTINCT "posts"."author_id" AS "c0" FROM "posts") AS "counted""#,
            r#"SELECT 1 WHERE EXISTS(SELECT "posts"."id", "posts"."author_id", "posts"."editor_id", "posts"."title", "posts"."rating", "posts"."views", "posts"."published" FROM "posts" LIMIT ?)"#,
            r#"SELECT count(*), max("posts"."views") FROM "posts""#,
            r#"SELECT "posts"."author_id", count(*) FROM "posts" GROUP BY "posts"."author_id""#,
            r#"INSERT INTO "users" ("email", "name") VALUES (?, ?) ON CONFLICT ("email") DO NOTHING"#,
            r#"INSERT INTO "users" ("email", "name") VALUES (?, ?), (?, ?)"#,
        ]
    );
}
