//! Errors that a program can act on: which constraint, which model, which fields.

use orm::{Error, ErrorKind, Result, Violation, prelude::*};

use super::shop::{
    NewOrderLine, NewPost, NewPostTag, NewProfile, NewTag, NewUser, OrderLine, Post, PostTag, Profile, Tag,
    User, people, post, shop,
};

orm_tests::portable!(shop:
    a_unique_violation_names_model_and_field,
    a_primary_key_violation_names_its_fields,
    a_composite_key_violation_names_its_fields,
    a_foreign_key_violation_of_an_insert,
    a_foreign_key_violation_of_a_delete,
    a_check_violation_names_its_constraint,
    a_not_null_violation_names_its_field,
    an_update_can_violate,
    a_bulk_insert_can_violate,
    a_violation_inside_a_transaction_is_told_apart,
    deleting_a_parent_does_what_the_model_says,
);

fn violation(error: &Error) -> Violation {
    error.violation().cloned().unwrap_or_else(|| panic!("no violation: {error:?}"))
}

fn new(name: &str) -> NewUser {
    NewUser { email: format!("{name}@x"), name: name.into() }
}

async fn a_unique_violation_names_model_and_field(db: Db) -> Result<()> {
    people(&db).await?;
    let error = User::insert(new("ann")).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert!(error.is_unique_violation() && !error.is_retryable());
    let violation = violation(&error);
    assert_eq!((violation.model.as_deref(), violation.fields), (Some("User"), vec!["email".to_owned()]));
    assert_eq!(violation.table.as_deref(), Some("users"));
    Ok(())
}

async fn a_primary_key_violation_names_its_fields(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let twin = User { email: "other@x".into(), ..ann };
    let error = User::insert(twin).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(violation(&error).fields, ["id"]);
    Ok(())
}

async fn a_composite_key_violation_names_its_fields(db: Db) -> Result<()> {
    let line = || NewOrderLine { order_no: "A".into(), line: 1, amount: 1 };
    OrderLine::insert(line()).exec(&db).await?;
    let error = OrderLine::insert(line()).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(violation(&error).fields, ["order_no", "line"]);
    Ok(())
}

/// SQLite's message names nothing, so the foreign keys of the table are the candidates.
fn names_foreign_key(error: &Error, model: &str, field: &str) {
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error}");
    assert!(error.is_foreign_key_violation());
    let violation = violation(error);
    assert_eq!(violation.model.as_deref(), Some(model));
    assert!(violation.fields.iter().any(|name| name == field), "{violation:?}");
}

async fn a_foreign_key_violation_of_an_insert(db: Db) -> Result<()> {
    let error =
        Profile::insert(NewProfile { user_id: 4711, website: "x".into() }).exec(&db).await.unwrap_err();
    names_foreign_key(&error, "Profile", "user_id");
    let error = PostTag::insert(NewPostTag { post_id: 1, tag_id: 1 }).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    Ok(())
}

async fn a_foreign_key_violation_of_a_delete(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let row = NewPost { author_id: ann.id, title: "a".into() };
    Post::insert(row).set(|p| p.editor_id.set(bob.id)).exec(&db).await?;
    let error = bob.delete().exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error}");
    assert!(User::find(bob.id).exists(&db).await?);
    Ok(())
}

async fn a_check_violation_names_its_constraint(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    for error in [
        User::insert(new("dan")).set(|u| u.age.set(-1)).exec(&db).await.unwrap_err(),
        ann.update(|u| u.age.set(-1)).exec(&db).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::CheckViolation, "{error}");
        let violation = violation(&error);
        assert_eq!(violation.constraint.as_deref(), Some("users_age_check"));
        assert_eq!(violation.model.as_deref(), Some("User"));
    }
    Ok(())
}

async fn a_not_null_violation_names_its_field(db: Db) -> Result<()> {
    let error = db.connection().await?.batch("INSERT INTO tags (name) VALUES (NULL)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNullViolation, "{error}");
    let violation = violation(&error);
    // MariaDB names the column alone.
    assert!(violation.table.is_none_or(|table| table == "tags"));
    assert_eq!(violation.fields, ["name"]);
    Ok(())
}

async fn an_update_can_violate(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let error = bob.update(|u| u.email.set("ann@x")).exec(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), violation(&error).fields),
        (ErrorKind::UniqueViolation, vec!["email".to_owned()])
    );
    let error = ann.update(|u| u.manager_id.set(4711)).exec(&db).await.unwrap_err();
    names_foreign_key(&error, "User", "manager_id");
    let error =
        User::query().filter(|u| u.id.gt(0)).update(|u| u.email.set("same@x")).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    Ok(())
}

async fn a_bulk_insert_can_violate(db: Db) -> Result<()> {
    let error = User::insert_many([new("ann"), new("ann")]).exec(&db).await.unwrap_err();
    let violation = violation(&error);
    assert_eq!((violation.model.as_deref(), violation.fields), (Some("User"), vec!["email".to_owned()]));
    assert_eq!(User::query().count(&db).await?, 0);
    let error =
        Profile::insert_many([NewProfile { user_id: 1, website: String::new() }]).returning(&db).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    Ok(())
}

async fn a_violation_inside_a_transaction_is_told_apart(db: Db) -> Result<()> {
    Tag::insert(NewTag { name: "red".into() }).exec(&db).await?;
    let added = db
        .transaction(async |tx| {
            let red =
                tx.transaction(async |tx| Tag::insert(NewTag { name: "red".into() }).exec(&tx).await).await;
            assert!(red.unwrap_err().is_unique_violation());
            Tag::insert(NewTag { name: "blue".into() }).exec(&tx).await
        })
        .await?;
    assert_eq!(added.name, "blue");
    assert_eq!(Tag::query().count(&db).await?, 2);
    Ok(())
}

async fn deleting_a_parent_does_what_the_model_says(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    post(&db, &ann, "a").await?;
    post(&db, &bob, "b").await?;
    ann.delete().exec(&db).await?;
    assert_eq!(Post::query().select(|p| p.title).all(&db).await?, ["b"], "posts go with their author");
    let managers = User::query().select(|u| u.manager_id).all(&db).await?;
    assert_eq!(managers, [None, None], "reports stay without a manager");
    Ok(())
}
