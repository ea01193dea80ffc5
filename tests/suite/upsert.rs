//! Inserts of rows that may be there already.

use orm::{ErrorKind, Result, prelude::*};
use orm_schema::Schema;
use orm_tests::recorded;

use super::shop::{NewOrderLine, NewUser, OrderLine, User, people, shop_and};

orm_tests::portable!(shop_and_accounts:
    do_nothing_leaves_the_row_as_it_is,
    do_nothing_inserts_a_new_row,
    do_update_changes_the_row,
    do_update_inserts_a_new_row,
    do_update_sees_the_old_row_and_the_new_one,
    do_update_by_a_composite_key,
    another_unique_constraint_is_still_an_error,
    a_conflict_with_no_unique_columns_is_an_error,
    the_columns_of_a_conflict_have_no_order,
    an_upsert_is_one_statement,
    any_conflict_is_left_alone,
    any_conflict_is_updated_or_refused,
    an_upsert_by_one_of_several_keys_is_done_or_refused,
    an_upsert_assigns_all_columns_at_once,
    of_many_rows_those_that_are_there_are_left_alone,
    of_many_rows_those_that_are_there_are_changed,
    many_rows_are_upserted_by_few_statements,
    two_rows_for_one_row_are_refused,
    a_row_is_changed_only_if_a_condition_is_met,
    an_upsert_that_changes_nothing_is_refused,
    a_column_that_is_named_twice_is_no_key_of_two,
    an_upsert_changes_no_row_of_a_computed_key,
);

/// With a key that the database computes.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Account {
    #[orm(primary_key)]
    pub code: String,
    pub name: String,
    #[orm(generated = "length(name)", unique)]
    pub size: Option<i32>,
}

fn shop_and_accounts() -> Schema {
    shop_and(&[Account::TABLE])
}

fn ann_again() -> NewUser {
    NewUser { email: "ann@x".into(), name: "Anna".into() }
}

async fn do_nothing_leaves_the_row_as_it_is(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    assert_eq!(User::insert(ann_again()).on_conflict(|u| u.email).do_nothing().exec(&db).await?, None);
    assert_eq!(User::find(ann.id).one(&db).await?, ann);
    assert_eq!(User::query().count(&db).await?, 3);
    Ok(())
}

async fn do_nothing_inserts_a_new_row(db: Db) -> Result<()> {
    let ann = User::insert(ann_again()).on_conflict(|u| u.email).do_nothing().exec(&db).await?;
    assert_eq!(ann.unwrap().name, "Anna");
    assert_eq!(User::query().count(&db).await?, 1);
    Ok(())
}

async fn do_update_changes_the_row(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let changed =
        User::insert(ann_again()).on_conflict(|u| u.email).do_update(|old, new| old.name.set(new.name));
    assert_eq!(changed.exec(&db).await?, User { name: "Anna".into(), ..ann.clone() });
    assert_eq!(User::find(ann.id).one(&db).await?.name, "Anna");
    assert_eq!(User::query().count(&db).await?, 3);
    Ok(())
}

async fn do_update_inserts_a_new_row(db: Db) -> Result<()> {
    let insert = User::insert(ann_again()).set(|u| u.age.set(70));
    let ann = insert.on_conflict(|u| u.email).do_update(|old, _| old.age.set(old.age + 1)).exec(&db).await?;
    assert_eq!((ann.age, ann.name.as_str()), (70, "Anna"));
    Ok(())
}

async fn do_update_sees_the_old_row_and_the_new_one(db: Db) -> Result<()> {
    people(&db).await?;
    let insert = User::insert(ann_again()).set(|u| (u.age.set(5), u.bio.set("new")));
    let ann = insert
        .on_conflict(|u| u.email)
        .do_update(|old, new| {
            (
                old.age.set(old.age * 10 + new.age),
                old.name.set(new.name.upper()),
                old.bio.set(old.bio.or(new.bio)),
            )
        })
        .exec(&db)
        .await?;
    assert_eq!((ann.age, ann.name.as_str(), ann.bio.as_deref()), (315, "ANNA", Some("writes")));
    Ok(())
}

async fn do_update_by_a_composite_key(db: Db) -> Result<()> {
    for amount in [3, 4, 5] {
        let line = NewOrderLine { order_no: "A".into(), line: 1, amount };
        OrderLine::insert(line)
            .on_conflict(|l| (l.order_no, l.line))
            .do_update(|old, new| old.amount.set(old.amount + new.amount))
            .exec(&db)
            .await?;
    }
    assert_eq!(OrderLine::query().select(|l| l.amount).all(&db).await?, [12]);
    Ok(())
}

async fn another_unique_constraint_is_still_an_error(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let row = User { email: "new@x".into(), ..ann };
    let error = User::insert(row).on_conflict(|u| u.email).do_nothing().exec(&db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    Ok(())
}

async fn a_conflict_with_no_unique_columns_is_an_error(db: Db) -> Result<()> {
    people(&db).await?;
    let insert = User::insert(ann_again()).on_conflict(|u| (u.name, u.age)).do_nothing();
    let (result, statements) = recorded(insert.exec(&db)).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert_eq!(
        error.to_string(),
        "`on_conflict` of `User` names `name`, `age`, which is not unique: unique are `id`; `email`"
    );
    Ok(())
}

async fn the_columns_of_a_conflict_have_no_order(db: Db) -> Result<()> {
    for amount in [3, 4] {
        let line = NewOrderLine { order_no: "A".into(), line: 1, amount };
        let upsert = OrderLine::insert(line).on_conflict(|l| (l.line, l.order_no));
        upsert.do_update(|old, new| old.amount.set(new.amount)).exec(&db).await?;
    }
    assert_eq!(OrderLine::query().select(|l| l.amount).all(&db).await?, [4]);
    Ok(())
}

async fn an_upsert_is_one_statement(db: Db) -> Result<()> {
    people(&db).await?;
    let upsert =
        User::insert(ann_again()).on_conflict(|u| u.email).do_update(|old, new| old.name.set(new.name));
    let (row, statements) = recorded(upsert.exec(&db)).await;
    assert_eq!((row?.name.as_str(), statements.len()), ("Anna", 1));
    Ok(())
}

async fn any_conflict_is_left_alone(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let same_key = User { email: "new@x".into(), ..ann.clone() };
    assert_eq!(User::insert(same_key).on_any_conflict().do_nothing().exec(&db).await?, None);
    assert_eq!(User::insert(ann_again()).on_any_conflict().do_nothing().exec(&db).await?, None);
    assert_eq!(User::find(ann.id).one(&db).await?, ann);
    let new = NewUser { email: "dan@x".into(), name: "Dan".into() };
    assert!(User::insert(new).on_any_conflict().do_nothing().exec(&db).await?.is_some());
    Ok(())
}

async fn any_conflict_is_updated_or_refused(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    for row in [User { email: "new@x".into(), ..ann.clone() }, User { id: ann.id + 1_000, ..ann.clone() }] {
        let upsert = User::insert(row).on_any_conflict().do_update(|old, _| old.name.set("Anna"));
        let (changed, statements) = recorded(upsert.exec(&db)).await;
        if db.dialect().capabilities().update_on_any_conflict {
            assert_eq!(changed?, User { name: "Anna".into(), ..ann.clone() });
        } else {
            assert_eq!((changed.unwrap_err().kind(), statements.len()), (ErrorKind::Unsupported, 0));
        }
    }
    assert_eq!(User::query().count(&db).await?, 3);
    Ok(())
}

/// The key of `ann` is taken, too, so a database that is not told by which key a row is there might change another.
async fn an_upsert_by_one_of_several_keys_is_done_or_refused(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let row = User { id: bob.id + 1_000, ..ann.clone() };
    let upsert = User::insert(row).on_conflict(|u| u.email).do_update(|old, _| old.name.set("Anna"));
    let (changed, statements) = recorded(upsert.exec(&db)).await;
    if db.dialect().capabilities().on_conflict {
        assert_eq!(changed?, User { name: "Anna".into(), ..ann });
    } else {
        let error = changed.unwrap_err();
        assert_eq!((error.kind(), statements.len()), (ErrorKind::Unsupported, 0));
        assert!(error.to_string().contains("`.on_any_conflict()`"), "{error}");
    }
    Ok(())
}

async fn an_upsert_assigns_all_columns_at_once(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let swap = User::insert(ann_again()).on_conflict(|u| u.email);
    let swap = swap.do_update(|old, _| (old.name.set("Zoë"), old.bio.set(old.name)));
    let swapped = swap.exec(&db).await?;
    assert_eq!((swapped.name.as_str(), swapped.bio), ("Zoë", Some(ann.name)));
    Ok(())
}

fn new(name: &str) -> NewUser {
    NewUser { email: format!("{}@x", name.to_lowercase()), name: name.into() }
}

async fn of_many_rows_those_that_are_there_are_left_alone(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let rows = || [new("ANN"), new("Dan"), new("Eve"), new("DAN")];
    let insert = User::insert_many(rows()).on_conflict(|u| u.email).do_nothing();
    assert_eq!(insert.exec(&db).await?, 2);
    assert_eq!(User::find(ann.id).one(&db).await?, ann);
    let more = rows().into_iter().chain([new("Fay")]);
    let inserted = User::insert_many(more).on_conflict(|u| u.email).do_nothing().returning(&db).await?;
    assert_eq!(inserted.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Fay"]);
    assert_eq!(User::query().count(&db).await?, 6);
    let line = || NewOrderLine { order_no: "a".into(), line: 1, amount: 1 };
    let lines = OrderLine::insert_many([line(), line()]).on_conflict(|l| (l.order_no, l.line)).do_nothing();
    assert_eq!(lines.exec(&db).await?, 1);
    Ok(())
}

async fn of_many_rows_those_that_are_there_are_changed(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let rows = || [new("ANN"), new("Dan"), new("BOB")];
    let upsert = |rows: [NewUser; 3]| {
        User::insert_many(rows)
            .on_conflict(|u| u.email)
            .do_update(|old, new| (old.name.set(new.name.concat("!")), old.age.set(old.age + 1)))
    };
    assert_eq!(upsert(rows()).exec(&db).await?, 3);
    let read = async |id| User::query().filter(|u| u.id.eq(id)).select(|u| (u.name, u.age)).one(&db).await;
    assert_eq!((read(ann.id).await?, read(bob.id).await?), (("ANN!".into(), 32), ("BOB!".into(), 21)));
    let mut changed = upsert(rows()).returning(&db).await?;
    changed.sort_by_key(|user| user.id);
    let names: Vec<(&str, i32)> = changed.iter().map(|user| (user.name.as_str(), user.age)).collect();
    assert_eq!(names, [("ANN!", 33), ("BOB!", 22), ("Dan!", 19)]);
    Ok(())
}

async fn many_rows_are_upserted_by_few_statements(db: Db) -> Result<()> {
    people(&db).await?;
    let rows = |suffix: &str| {
        (0..500).map(|n| NewUser { email: format!("{n}"), name: format!("{n}{suffix}") }).collect::<Vec<_>>()
    };
    for suffix in ["-1", "-2"] {
        let upsert = User::insert_many(rows(suffix))
            .on_conflict(|u| u.email)
            .do_update(|old, new| old.name.set(new.name));
        let (changed, statements) = recorded(upsert.exec(&db)).await;
        assert_eq!(changed?, 500);
        assert!(statements.len() <= 6, "{statements:?}");
        assert_eq!(User::query().filter(|u| u.name.ends_with(suffix)).count(&db).await?, 500);
    }
    Ok(())
}

async fn two_rows_for_one_row_are_refused(db: Db) -> Result<()> {
    let upsert = User::insert_many([new("Ann"), new("ANN")]).on_conflict(|u| u.email);
    let (refused, statements) = recorded(upsert.do_update(|old, new| old.name.set(new.name)).exec(&db)).await;
    let error = refused.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert!(error.to_string().contains("have the same `email`"), "{error}");
    Ok(())
}

async fn a_row_is_changed_only_if_a_condition_is_met(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    let upsert = |age: i32| {
        let insert = User::insert(ann_again()).set(|u| u.age.set(age));
        insert
            .on_conflict(|u| u.email)
            .do_update_if(|old, new| old.age.lt(new.age), |old, new| old.age.set(new.age))
    };
    if !db.dialect().capabilities().on_conflict {
        let (refused, statements) = recorded(upsert(40).exec(&db)).await;
        assert_eq!((refused.unwrap_err().kind(), statements.len()), (ErrorKind::Unsupported, 0));
        return Ok(());
    }
    assert_eq!(upsert(30).exec(&db).await?, None);
    assert_eq!(User::find(ann.id).one(&db).await?.age, 31);
    assert_eq!(upsert(40).exec(&db).await?.map(|user| user.age), Some(40));
    User::find(ann.id).delete().exec(&db).await?;
    assert_eq!(upsert(5).exec(&db).await?.map(|user| user.age), Some(5));
    Ok(())
}

async fn an_upsert_that_changes_nothing_is_refused(db: Db) -> Result<()> {
    people(&db).await?;
    let age: Option<i32> = None;
    let upsert = User::insert(ann_again())
        .on_conflict(|u| u.email)
        .do_update(|old, _| age.map(|age| old.age.set(age)));
    let (refused, statements) = recorded(upsert.exec(&db)).await;
    let error = refused.unwrap_err();
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0));
    assert!(error.to_string().contains("`.do_nothing()`"), "{error}");
    Ok(())
}

async fn a_column_that_is_named_twice_is_no_key_of_two(db: Db) -> Result<()> {
    let line = NewOrderLine { order_no: "A".into(), line: 1, amount: 2 };
    let upsert = OrderLine::insert(line).on_conflict(|l| (l.line, l.line)).do_nothing();
    assert_eq!(upsert.exec(&db).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
    Ok(())
}

/// By a unique key of what the database computes, a row may be there as well.
async fn an_upsert_changes_no_row_of_a_computed_key(db: Db) -> Result<()> {
    let account =
        |code: &str, name: &str| Account::insert(NewAccount { code: code.into(), name: name.into() });
    account("one", "abc").exec(&db).await?;
    let upsert = account("two", "xyz").on_conflict(|a| a.code).do_update(|old, new| old.name.set(new.name));
    let error = upsert.exec(&db).await.unwrap_err();
    assert!(error.is_unique_violation() || error.kind() == ErrorKind::Unsupported, "{error}");
    assert_eq!(Account::query().one(&db).await?.name, "abc");
    Ok(())
}
