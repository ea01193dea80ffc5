//! Clauses that meet where it is not obvious what they mean together: none of them may be ignored.

use orm::{ErrorKind, Result, prelude::*};
use orm_tests::recorded;

use super::shop::{NewPost, Post, User, people, shop};

orm_tests::portable!(shop:
    an_aggregate_of_cut_rows_is_an_error,
    a_group_of_cut_rows_is_an_error,
    an_order_before_a_group_is_an_error,
    a_question_about_a_cut_relation_is_an_error,
    an_aggregate_of_an_ordered_query_needs_no_order,
    an_aggregate_is_one_row_to_count,
    a_cut_behind_an_aggregate_cuts_its_one_row,
);

/// It is said, before anything is sent.
async fn refused<T>(run: impl Future<Output = Result<T>>, why: &str) {
    let (result, statements) = recorded(run).await;
    let error = result.err().unwrap_or_else(|| panic!("went through: {why}"));
    assert_eq!((error.kind(), statements.len()), (ErrorKind::InvalidQuery, 0), "{error}");
    assert!(error.to_string().contains(why), "{error}");
}

async fn three_posts(db: &Db) -> Result<User> {
    let [ann, ..] = people(db).await?;
    for views in [10, 20, 30] {
        let row = NewPost { author_id: ann.id, title: format!("{views}") };
        Post::insert(row).set(|p| p.views.set(views)).exec(db).await?;
    }
    Ok(ann)
}

async fn an_aggregate_of_cut_rows_is_an_error(db: Db) -> Result<()> {
    for query in [Post::query().limit(2), Post::query().offset(1), Post::query().distinct()] {
        refused(query.aggregate(|p| p.views.sum()).one(&db), "an aggregate takes all rows").await;
    }
    Ok(())
}

async fn a_group_of_cut_rows_is_an_error(db: Db) -> Result<()> {
    for query in [Post::query().limit(2), Post::query().offset(1), Post::query().distinct()] {
        let groups = query.group_by(|p| p.author_id).select(|_, _| count());
        refused(groups.all(&db), "a group takes all rows").await;
    }
    Ok(())
}

async fn an_order_before_a_group_is_an_error(db: Db) -> Result<()> {
    let groups = Post::query().order_by(|p| p.id.asc()).group_by(|p| p.author_id).select(|_, _| count());
    refused(groups.all(&db), "put `order_by` behind `group_by`").await;
    Ok(())
}

async fn a_question_about_a_cut_relation_is_an_error(db: Db) -> Result<()> {
    let why = "a question about a relation takes all its rows";
    let users = User::query;
    refused(users().select(|u| u.posts.limit(2).count()).all(&db), why).await;
    refused(users().select(|u| u.posts.order_by(|p| p.id.asc()).offset(1).count()).all(&db), why).await;
    refused(users().filter(|u| u.posts.limit(1).any(|p| p.views.gt(15))).all(&db), why).await;
    refused(users().filter(|u| u.posts.limit(1).every(|p| p.views.gt(15))).count(&db), why).await;
    refused(users().filter(|u| u.posts.limit(1).exists()).delete().exec(&db), why).await;
    Ok(())
}

async fn an_aggregate_of_an_ordered_query_needs_no_order(db: Db) -> Result<()> {
    three_posts(&db).await?;
    let sum = Post::query().order_by(|p| p.views.desc()).aggregate(|p| p.views.sum()).one(&db).await?;
    assert_eq!(sum, Some(60));
    Ok(())
}

async fn an_aggregate_is_one_row_to_count(db: Db) -> Result<()> {
    three_posts(&db).await?;
    let sum = Post::query().aggregate(|p| p.views.sum());
    assert_eq!((sum.clone().count(&db).await?, sum.exists(&db).await?), (1, true));
    let none = Post::query().filter(|p| p.views.gt(99)).aggregate(|p| p.views.sum());
    assert_eq!((none.clone().count(&db).await?, none.exists(&db).await?), (1, true));
    Ok(())
}

async fn a_cut_behind_an_aggregate_cuts_its_one_row(db: Db) -> Result<()> {
    three_posts(&db).await?;
    let sum = Post::query().aggregate(|p| p.views.sum());
    assert_eq!(sum.clone().limit(5).all(&db).await?, [Some(60)]);
    assert!(sum.offset(1).all(&db).await?.is_empty());
    Ok(())
}
