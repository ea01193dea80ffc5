//! Inserting, finding, changing and deleting rows.

use orm::{ErrorKind, Result, prelude::*};
use orm_tests::recorded;
use serde::Deserialize;

use super::shop::{
    LogEntry, NewLogEntry, NewOrderLine, NewTag, NewUser, OrderLine, Post, Tag, User, people, shop,
};

orm_tests::portable!(shop:
    an_insert_gives_the_row_back_with_its_key_and_defaults,
    an_insert_sets_what_the_required_fields_leave_out,
    the_model_itself_can_be_inserted_with_its_key,
    a_struct_of_some_columns_can_be_inserted,
    many_rows_are_inserted_and_counted,
    many_rows_are_inserted_and_given_back,
    more_rows_than_fit_into_one_statement_are_inserted,
    many_rows_are_inserted_all_or_none,
    inserting_no_rows_sends_nothing,
    find_looks_up_by_the_key,
    find_looks_up_by_a_composite_key,
    one_wants_exactly_one_row,
    optional_wants_at_most_one_row,
    first_takes_the_first_in_order,
    count_and_exists_look_at_the_query,
    limit_and_offset_cut_the_rows,
    one_query_is_run_many_times,
    an_update_changes_the_row_of_its_key,
    an_update_of_a_row_that_is_gone_is_not_found,
    an_update_computes_from_the_row_as_it_was,
    an_update_sets_null,
    an_update_gives_the_rows_back,
    a_patch_changes_what_it_holds,
    a_patch_from_json_tells_null_from_absent,
    an_empty_patch_sends_nothing,
    a_delete_removes_the_row_of_its_key,
    a_delete_gives_the_rows_back,
    a_model_without_a_key_is_written_through_its_query,
    a_row_of_defaults_only_can_be_inserted,
);

fn person(name: &str) -> NewUser {
    NewUser { email: format!("{name}@x"), name: name.into() }
}

async fn names(db: &Db) -> Result<Vec<String>> {
    User::query().order_by(|u| u.id.asc()).select(|u| u.name).all(db).await
}

async fn an_insert_gives_the_row_back_with_its_key_and_defaults(db: Db) -> Result<()> {
    let before = chrono::Utc::now() - chrono::TimeDelta::minutes(5);
    let ann = User::insert(person("ann")).exec(&db).await?;
    assert_eq!((ann.email.as_str(), ann.name.as_str(), ann.bio.as_deref()), ("ann@x", "ann", None));
    assert_eq!((ann.age, ann.manager_id), (18, None));
    assert!(ann.created_at > before);
    assert_eq!(User::find(ann.id).one(&db).await?, ann);
    Ok(())
}

async fn an_insert_sets_what_the_required_fields_leave_out(db: Db) -> Result<()> {
    let ann = User::insert(person("ann")).set(|u| (u.age.set(31), u.bio.set("writes"))).exec(&db).await?;
    assert_eq!((ann.age, ann.bio.as_deref()), (31, Some("writes")));
    let bob = User::insert(person("bob")).set(|u| u.manager_id.set(Some(ann.id))).exec(&db).await?;
    assert_eq!(bob.manager_id, Some(ann.id));
    Ok(())
}

async fn the_model_itself_can_be_inserted_with_its_key(db: Db) -> Result<()> {
    let ann = User::insert(person("ann")).exec(&db).await?;
    let twin = User { id: 4711, email: "twin@x".into(), manager_id: Some(ann.id), ..ann };
    assert_eq!(User::insert(twin.clone()).exec(&db).await?, twin);
    assert_eq!(User::find(4711).one(&db).await?, twin);
    Ok(())
}

#[derive(Insert)]
#[orm(model = User)]
struct SignUp {
    email: String,
    name: String,
    age: i32,
    bio: Option<String>,
    #[orm(field = manager_id)]
    manager: Option<i64>,
}

async fn a_struct_of_some_columns_can_be_inserted(db: Db) -> Result<()> {
    let form = |name: &str, age| SignUp {
        email: format!("{name}@x"),
        name: name.into(),
        age,
        bio: None,
        manager: None,
    };
    let ann = User::insert(form("ann", 40)).exec(&db).await?;
    let bob = User::insert(SignUp { manager: Some(ann.id), ..form("bob", 50) }).exec(&db).await?;
    assert_eq!((ann.age, bob.age, bob.manager_id), (40, 50, Some(ann.id)));
    Ok(())
}

async fn many_rows_are_inserted_and_counted(db: Db) -> Result<()> {
    assert_eq!(User::insert_many([person("ann"), person("bob")]).exec(&db).await?, 2);
    assert_eq!(names(&db).await?, ["ann", "bob"]);
    Ok(())
}

async fn many_rows_are_inserted_and_given_back(db: Db) -> Result<()> {
    let mut users = User::insert_many([person("ann"), person("bob")]).returning(&db).await?;
    users.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(User::query().order_by(|u| u.name.asc()).all(&db).await?, users);
    assert!(users.iter().all(|user| user.age == 18));
    Ok(())
}

async fn more_rows_than_fit_into_one_statement_are_inserted(db: Db) -> Result<()> {
    const ROWS: i64 = 12_345;
    let rows = (0..ROWS).map(|n| NewTag { name: format!("tag {n}") });
    assert_eq!(Tag::insert_many(rows).exec(&db).await?, 12_345);
    assert_eq!(Tag::query().count(&db).await?, ROWS);
    assert_eq!(Tag::query().filter(|t| t.name.eq("tag 12344")).count(&db).await?, 1);
    let rows = (0..300).map(|n| NewTag { name: format!("more {n}") });
    assert_eq!(Tag::insert_many(rows).returning(&db).await?.len(), 300);
    Ok(())
}

async fn many_rows_are_inserted_all_or_none(db: Db) -> Result<()> {
    let rows = (0..700).map(|n| NewTag { name: format!("tag {}", n % 699) });
    assert!(Tag::insert_many(rows).exec(&db).await.unwrap_err().is_unique_violation());
    assert_eq!(Tag::query().count(&db).await?, 0);
    Ok(())
}

async fn inserting_no_rows_sends_nothing(db: Db) -> Result<()> {
    let none: Vec<NewUser> = Vec::new();
    let (inserted, statements) = recorded(User::insert_many(none.clone()).exec(&db)).await;
    assert_eq!((inserted?, statements.len()), (0, 0));
    let (rows, statements) = recorded(User::insert_many(none).returning(&db)).await;
    assert_eq!((rows?.len(), statements.len()), (0, 0));
    Ok(())
}

async fn find_looks_up_by_the_key(db: Db) -> Result<()> {
    let [_, bob, _] = people(&db).await?;
    assert_eq!(User::find(bob.id).one(&db).await?, bob);
    assert_eq!(User::find(bob.id + 100).optional(&db).await?, None);
    let error = User::find(bob.id + 100).one(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::NotFound, "no `User` matches"));
    Ok(())
}

async fn find_looks_up_by_a_composite_key(db: Db) -> Result<()> {
    let line = |line, amount| NewOrderLine { order_no: "A-7".into(), line, amount };
    OrderLine::insert_many([line(1, 10), line(2, 20)]).exec(&db).await?;
    let second = OrderLine::find(("A-7".to_owned(), 2)).one(&db).await?;
    assert_eq!(second.amount, 20);
    assert_eq!(second.key(), ("A-7".to_owned(), 2));
    assert_eq!(OrderLine::find(("A-7".to_owned(), 3)).optional(&db).await?, None);
    second.update(|l| l.amount.set(25)).exec(&db).await?;
    second.delete().exec(&db).await?;
    assert_eq!(OrderLine::query().select(|l| (l.line, l.amount)).all(&db).await?, [(1, 10)]);
    Ok(())
}

async fn one_wants_exactly_one_row(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(User::query().filter(|u| u.name.eq("Bob")).one(&db).await?.name, "Bob");
    let error = User::query().filter(|u| u.age.gt(20)).one(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooMany);
    assert_eq!(error.to_string(), "more than one `User` matches where one was asked for");
    let error = User::query().filter(|u| u.age.gt(90)).one(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    Ok(())
}

async fn optional_wants_at_most_one_row(db: Db) -> Result<()> {
    people(&db).await?;
    let older_than = |age: i32| User::query().filter(move |u| u.age.gt(age)).select(|u| u.name);
    assert_eq!(older_than(90).optional(&db).await?, None);
    assert_eq!(older_than(40).optional(&db).await?.as_deref(), Some("Cy"));
    assert_eq!(older_than(30).optional(&db).await.unwrap_err().kind(), ErrorKind::TooMany);
    Ok(())
}

async fn first_takes_the_first_in_order(db: Db) -> Result<()> {
    people(&db).await?;
    let by_age = User::query().order_by(|u| u.age.desc()).select(|u| u.name);
    assert_eq!(by_age.clone().first(&db).await?.as_deref(), Some("Cy"));
    assert_eq!(by_age.clone().offset(1).first(&db).await?.as_deref(), Some("Ann"));
    assert_eq!(by_age.clone().limit(0).first(&db).await?, None);
    assert_eq!(by_age.filter(|u| u.age.gt(90)).first(&db).await?, None);
    Ok(())
}

async fn count_and_exists_look_at_the_query(db: Db) -> Result<()> {
    people(&db).await?;
    let adults = User::query().filter(|u| u.age.gt(25));
    assert_eq!((adults.clone().count(&db).await?, adults.exists(&db).await?), (2, true));
    let nobody = User::query().filter(|u| u.age.gt(90));
    assert_eq!((nobody.clone().count(&db).await?, nobody.exists(&db).await?), (0, false));
    assert_eq!(User::query().limit(2).count(&db).await?, 2);
    assert_eq!(User::query().offset(2).count(&db).await?, 1);
    assert!(!User::query().order_by(|u| u.id.asc()).offset(3).exists(&db).await?);
    assert!(!User::query().limit(0).exists(&db).await?);
    Ok(())
}

async fn limit_and_offset_cut_the_rows(db: Db) -> Result<()> {
    people(&db).await?;
    let names = User::query().order_by(|u| u.id.asc()).select(|u| u.name);
    assert_eq!(names.clone().limit(2).all(&db).await?, ["Ann", "Bob"]);
    assert_eq!(names.clone().offset(1).all(&db).await?, ["Bob", "Cy"]);
    assert_eq!(names.clone().limit(1).offset(1).all(&db).await?, ["Bob"]);
    assert!(names.clone().limit(0).all(&db).await?.is_empty());
    assert_eq!(names.limit(u64::MAX).all(&db).await?.len(), 3);
    Ok(())
}

async fn one_query_is_run_many_times(db: Db) -> Result<()> {
    people(&db).await?;
    let adults = User::query().filter(|u| u.age.gt(25)).order_by(|u| u.id.asc());
    let page = adults.clone().limit(1);
    assert_eq!(
        (adults.clone().count(&db).await?, page.all(&db).await?.len(), adults.clone().all(&db).await?.len()),
        (2, 1, 2)
    );
    User::query().all_users_older(&db).await?;
    assert_eq!(adults.count(&db).await?, 3);
    Ok(())
}

/// A function over queries, as applications write them.
trait Older {
    async fn all_users_older(self, db: &Db) -> Result<u64>;
}

impl Older for Query<User> {
    async fn all_users_older(self, db: &Db) -> Result<u64> {
        self.update(|u| u.age.set(u.age + 10)).all_rows().exec(db).await
    }
}

async fn an_update_changes_the_row_of_its_key(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let changed = ann.update(|u| (u.name.set("Anna"), u.age.set(32))).exec(&db).await?;
    assert_eq!(changed, 1);
    assert_eq!(names(&db).await?, ["Anna", "Bob", "Cy"]);
    assert_eq!(User::find(bob.id).one(&db).await?, bob);
    Ok(())
}

async fn an_update_of_a_row_that_is_gone_is_not_found(db: Db) -> Result<()> {
    let [_, bob, _] = people(&db).await?;
    bob.delete().exec(&db).await?;
    assert!(bob.update(|u| u.age.set(1)).exec(&db).await.unwrap_err().is_not_found());
    assert!(bob.delete().exec(&db).await.unwrap_err().is_not_found());
    assert_eq!(User::query().filter(|u| u.id.eq(bob.id)).update(|u| u.age.set(1)).exec(&db).await?, 0);
    Ok(())
}

async fn an_update_computes_from_the_row_as_it_was(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let changed = User::query()
        .filter(|u| u.manager_id.eq(ann.id))
        .update(|u| (u.age.set(u.age * 2), u.bio.set(u.name), u.name.set(u.email)))
        .exec(&db)
        .await?;
    assert_eq!(changed, 2);
    let bob = User::find(bob.id).one(&db).await?;
    assert_eq!((bob.age, bob.bio.as_deref(), bob.name.as_str()), (40, Some("Bob"), "bob@x"));
    Ok(())
}

async fn an_update_sets_null(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    ann.update(|u| u.bio.set_null()).exec(&db).await?;
    bob.update(|u| u.manager_id.set(None)).exec(&db).await?;
    cy.update(|u| u.bio.set(Some("reads".to_owned()))).exec(&db).await?;
    let bios = User::query().order_by(|u| u.id.asc()).select(|u| (u.bio, u.manager_id)).all(&db).await?;
    assert_eq!(bios, [(None, None), (None, None), (Some("reads".to_owned()), Some(ann.id))]);
    Ok(())
}

async fn an_update_gives_the_rows_back(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let rows = bob.update(|u| u.age.set(u.age + 1)).returning(&db).await?;
    assert_eq!(rows, [User { age: 21, ..bob }]);
    let reports = User::query().filter(|u| u.manager_id.eq(ann.id));
    let mut ages: Vec<i32> =
        reports.update(|u| u.age.set(u.age + 1)).returning(&db).await?.iter().map(|u| u.age).collect();
    ages.sort_unstable();
    assert_eq!(ages, [22, 48]);
    Ok(())
}

#[derive(Default, Patch, Deserialize)]
#[orm(model = User)]
struct UserPatch {
    name: Option<String>,
    #[serde(default, deserialize_with = "orm::set_or_null")]
    bio: Option<Option<String>>,
    #[orm(field = age)]
    years: Option<i32>,
}

async fn a_patch_changes_what_it_holds(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    ann.patch(UserPatch { years: Some(60), ..UserPatch::default() }).exec(&db).await?;
    assert_eq!(User::find(ann.id).one(&db).await?, User { age: 60, ..ann.clone() });
    ann.patch(UserPatch { name: Some("A".into()), bio: Some(None), years: None }).exec(&db).await?;
    assert_eq!(User::find(ann.id).one(&db).await?, User { age: 60, name: "A".into(), bio: None, ..ann });
    Ok(())
}

async fn a_patch_from_json_tells_null_from_absent(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    let patch = |json: &str| serde_json::from_str::<UserPatch>(json).unwrap();
    ann.patch(patch(r#"{"name": "Anna"}"#)).exec(&db).await?;
    assert_eq!(User::find(ann.id).one(&db).await?.bio.as_deref(), Some("writes"));
    ann.patch(patch(r#"{"bio": "paints"}"#)).exec(&db).await?;
    assert_eq!(User::find(ann.id).one(&db).await?.bio.as_deref(), Some("paints"));
    ann.patch(patch(r#"{"bio": null}"#)).exec(&db).await?;
    assert_eq!(User::find(ann.id).one(&db).await?.bio, None);
    Ok(())
}

async fn an_empty_patch_sends_nothing(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    let (changed, statements) = recorded(ann.patch(UserPatch::default()).exec(&db)).await;
    assert_eq!((changed?, statements.len()), (0, 0));
    Ok(())
}

async fn a_delete_removes_the_row_of_its_key(db: Db) -> Result<()> {
    let [_, bob, _] = people(&db).await?;
    assert_eq!(bob.delete().exec(&db).await?, 1);
    assert_eq!(names(&db).await?, ["Ann", "Cy"]);
    Ok(())
}

async fn a_delete_gives_the_rows_back(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let mut gone = User::query().filter(|u| u.manager_id.eq(ann.id)).delete().returning(&db).await?;
    gone.sort_by_key(|user| user.id);
    assert_eq!(gone, [bob, cy]);
    assert_eq!(ann.delete().returning(&db).await?, [ann]);
    assert!(!User::query().exists(&db).await?);
    Ok(())
}

async fn a_model_without_a_key_is_written_through_its_query(db: Db) -> Result<()> {
    let entry = |user_id, text: &str| NewLogEntry { user_id, text: text.into() };
    LogEntry::insert_many([entry(1, "in"), entry(1, "out"), entry(2, "in")]).exec(&db).await?;
    let of_one = LogEntry::query().filter(|l| l.user_id.eq(1));
    assert_eq!(of_one.clone().update(|l| l.text.set("gone")).exec(&db).await?, 2);
    assert_eq!(of_one.delete().exec(&db).await?, 2);
    let left = LogEntry::query().all(&db).await?;
    assert_eq!(left, [LogEntry { user_id: 2, text: "in".into() }]);
    let error = LogEntry::query().limit(1).delete().exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert!(error.to_string().contains("`LogEntry` has no primary key"), "{error}");
    Ok(())
}

async fn a_row_of_defaults_only_can_be_inserted(db: Db) -> Result<()> {
    use super::shop::{Counter, NewCounter};
    let counter = Counter::insert(NewCounter {}).exec(&db).await?;
    assert_eq!((counter.hits, counter.note), (0, None));
    assert_eq!(Counter::insert_many([NewCounter {}, NewCounter {}]).exec(&db).await?, 2);
    assert_eq!(Counter::query().count(&db).await?, 3);
    Ok(())
}

#[expect(dead_code, reason = "a query is data: it goes anywhere")]
fn a_query_is_send_and_static() {
    fn anywhere<T: Clone + Send + Sync + 'static>(_: T) {}
    anywhere(Post::query().filter(|p| p.views.gt(1)).with(|p| p.author));
}
