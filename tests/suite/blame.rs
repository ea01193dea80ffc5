//! A value that cannot be read is blamed on the field that it was read for, a database on what it lacks.

use orm::{Error, ErrorKind, Models, Result, migrate::Verify as _, prelude::*};

use super::shop::{NewPost, Post, User, people, shop};

orm_tests::portable!(shop:
    a_value_that_was_picked_is_blamed_on_its_own_field,
    a_value_of_a_joined_model_is_blamed_on_that_model,
    a_value_that_was_computed_is_blamed_on_its_place,
    a_database_that_lacks_something_is_told_with_what_it_lacks,
);

/// Ann with a post, and no age, past the model.
async fn without_ages(db: &Db) -> Result<()> {
    let [ann, ..] = people(db).await?;
    Post::insert(NewPost { author_id: ann.id, title: "Hello".into() }).exec(db).await?;
    let sql = "ALTER TABLE users RENAME COLUMN age TO years; ALTER TABLE users ADD COLUMN age INT";
    db.connection().await?.batch(sql).await
}

fn told<T: std::fmt::Debug>(result: Result<T>, who: &str) {
    let error: Error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
    assert!(error.to_string().starts_with(who), "{error}");
}

async fn a_value_that_was_picked_is_blamed_on_its_own_field(db: Db) -> Result<()> {
    without_ages(&db).await?;
    told(User::query().select(|u| (u.id, u.age)).all(&db).await, "`User.age`: ");
    Ok(())
}

async fn a_value_of_a_joined_model_is_blamed_on_that_model(db: Db) -> Result<()> {
    without_ages(&db).await?;
    let posts = Post::query().join(|p| p.author).select(|(p, a)| (p.title, a.age));
    told(posts.all(&db).await, "`User.age`: ");
    Ok(())
}

async fn a_value_that_was_computed_is_blamed_on_its_place(db: Db) -> Result<()> {
    without_ages(&db).await?;
    told(User::query().select(|u| (u.id, u.age + 1)).all(&db).await, "`User`, value 2 of the row: ");
    Ok(())
}

async fn a_database_that_lacks_something_is_told_with_what_it_lacks(db: Db) -> Result<()> {
    without_ages(&db).await?;
    let error = db.verify(Models::new(&[User::TABLE])).await.unwrap_err().to_string();
    assert!(
        error.contains("the database is not as the models say") && error.contains("users.years"),
        "{error}"
    );
    Ok(())
}
