//! Inserting, finding, changing and deleting rows.

use orm::{Result, prelude::*};

use super::shop::{NewUser, User, people, shop};

orm_tests::portable!(shop:
    an_insert_gives_the_row_back_with_its_key_and_defaults,
    find_looks_up_by_the_key,
);

async fn an_insert_gives_the_row_back_with_its_key_and_defaults(db: Db) -> Result<()> {
    let ann = User::insert(NewUser { email: "ann@x".into(), name: "Ann".into() }).exec(&db).await?;
    assert_eq!((ann.email.as_str(), ann.name.as_str(), ann.bio.as_deref()), ("ann@x", "Ann", None));
    assert_eq!((ann.age, ann.manager_id), (18, None));
    assert_eq!(User::find(ann.id).one(&db).await?, ann);
    Ok(())
}

async fn find_looks_up_by_the_key(db: Db) -> Result<()> {
    let [_, bob, _] = people(&db).await?;
    assert_eq!(User::find(bob.id).one(&db).await?, bob);
    assert_eq!(User::find(bob.id + 100).optional(&db).await?, None);
    let error = User::find(bob.id + 100).one(&db).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "no `User` matches");
    Ok(())
}
