//! The queries that docs/queries.md shows: the page is written from this text, and from the SQL that each becomes.
//!
//! `// ##` begins a section, `//` behind it is what the page says; a function is an example, with its text above it.

use chrono::TimeDelta;
use orm::{Bound, exists, now, prelude::*, raw, row_number, value, when, window};

use super::Shown;
use crate::suite::shop::{Comment, NewUser, Post, Tag, User};

// ## Which rows
// Closures get the columns of the query. Conditions are joined by `and`, `or` and `not`; several filters must all be met.

/// Compare, look for NULL, look among values.
pub(super) fn filters() -> impl Shown {
    User::query().filter(|u| u.age.ge(18).and(u.bio.is_not_null())).filter(|u| u.name.is_in(["Ann", "Cy"]))
}

/// A filter that is only there when there is something to filter by.
pub(super) fn optional_filters() -> impl Shown {
    let (name, min_age): (Option<String>, Option<i32>) = (None, Some(30));
    User::query().filter_if(name, |u, name| u.name.eq(name)).filter_if(min_age, |u, age| u.age.ge(age))
}

/// `%` and `_` mean nothing in `contains`, `starts_with` and `ends_with`.
pub(super) fn texts() -> impl Shown {
    Post::query().filter(|p| p.title.contains("100%").or(p.title.lower().like("on %")))
}

/// A question about the related rows.
pub(super) fn related() -> impl Shown {
    User::query().filter(|u| u.posts.any(|p| p.views.gt(100)).and(u.reports.none(|r| r.age.lt(18))))
}

// ## In what order, and how many

/// NULLs go where they are told, on every database.
pub(super) fn ordered() -> impl Shown {
    Post::query().order_by(|p| (p.rating.desc().nulls_last(), p.id.asc())).limit(10).offset(20)
}

/// By the name of a field that comes from a request: one that the model does not have is an error that says which it has.
pub(super) fn ordered_by_name() -> impl Shown {
    let query = User::query().order_by_field("age", orm::SortOrder::Desc);
    query.unwrap_or_else(|error| panic!("{error}"))
}

// ## What to read
// A query reads whole models until it says otherwise.

/// Columns and expressions, as a tuple.
pub(super) fn picked() -> impl Shown {
    User::query().select(|u| (u.name, u.age + 1, u.bio.or("says nothing")))
}

/// A choice between values.
pub(super) fn choices() -> impl Shown {
    User::query()
        .select(|u| (u.name, when(u.age.lt(18), "child").when(u.age.lt(65), "adult").otherwise("senior")))
}

/// Dates and times, all in UTC.
pub(super) fn moments() -> impl Shown {
    User::query()
        .filter(|u| u.created_at.gt(now().plus(TimeDelta::days(-7))))
        .select(|u| (u.created_at.start_of_month(), u.created_at.weekday()))
}

/// What is not covered is said by hand: values are bound, the text is the program's.
pub(super) fn by_hand() -> impl Shown {
    User::query().select(|u| raw::<i64>("? + coalesce(?, 0)", (u.age.cast::<i64>(), u.manager_id)))
}

// ## Joins
// What may be missing is an `Option`.

/// Along a relation.
pub(super) fn joined() -> impl Shown {
    Post::query()
        .join(|p| p.author)
        .left_join(|(p, _)| p.editor)
        .select(|(p, author, editor)| (p.title, author.name, editor.name))
}

/// Whole rows: an `Option` of a model whose row need not be there. A join that is not wanted finds nothing.
pub(super) fn joined_whole() -> impl Shown {
    let with_editors = false;
    Post::query()
        .join(|p| p.author)
        .left_join_if(with_editors, |(p, _)| p.editor)
        .select(|(p, author, editor)| (p.title, author, editor))
}

/// On any condition; with itself, too.
pub(super) fn joined_on() -> impl Shown {
    User::query().join_on::<User>(|(u, other)| u.age.gt(other.age)).select(|(u, other)| (u.name, other.name))
}

/// Rows of the other side without a match are kept.
pub(super) fn joined_right() -> impl Shown {
    Post::query().right_join(|p| p.author).select(|(p, u)| (p.title, u.name))
}

/// With the rows of a query.
pub(super) fn joined_query() -> impl Shown {
    let totals = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p.views.sum()));
    User::query()
        .left_join_query(totals, |(u, (author, _))| author.eq(u.id))
        .select(|(u, (_, views))| (u.name, views))
}

/// With the rows of a query that speaks of the row before it.
pub(super) fn joined_lateral() -> impl Shown {
    User::query()
        .join_lateral(|u| {
            Post::query().filter(move |p| p.author_id.eq(u.id)).order_by(|p| p.views.desc()).limit(3)
        })
        .select(|(u, p)| (u.name, p.title))
}

// ## Groups and aggregates

/// One row for all.
pub(super) fn aggregates() -> impl Shown {
    Post::query()
        .aggregate(|p| (count(), p.views.sum(), p.rating.avg(), count().filter(p.published.eq(true))))
}

/// One row for each group; beside its keys there are only aggregates.
pub(super) fn groups() -> impl Shown {
    Post::query()
        .group_by(|p| (p.author_id, p.published))
        .having(|_, p| p.views.sum().gt(100))
        .order_by(|(author, _), _| author.asc())
        .select(|(author, published), p| (author, published, count(), p.title.string_agg(", ", p.id.asc())))
}

// ## Window functions

/// A running sum, and the place of each row among those of its author.
pub(super) fn windows() -> impl Shown {
    Post::query().select(|p| {
        let of_author = window().partition_by(p.author_id).order_by(p.id.asc());
        (
            p.title,
            row_number().over(of_author.clone()),
            p.views.sum().over(of_author.rows(Bound::First, Bound::Current)),
        )
    })
}

/// What a window says can be filtered by a query around it: the two most viewed posts of each author.
pub(super) fn top_of_each() -> impl Shown {
    Post::query()
        .select(|p| {
            (
                p.author_id,
                p.title,
                row_number().over(window().partition_by(p.author_id).order_by(p.views.desc())),
            )
        })
        .subquery()
        .filter(|(.., place)| place.le(2))
        .select(|(author, title, _)| (author, title))
}

// ## Queries inside queries

/// Among the rows of a query.
pub(super) fn among_rows() -> impl Shown {
    User::query()
        .filter(|u| u.id.is_in_query(Post::query().filter(|p| p.published.eq(true)).select(|p| p.author_id)))
}

/// Whether there are such rows.
pub(super) fn existence() -> impl Shown {
    User::query().filter(|u| {
        exists(Post::query().filter(move |p| p.author_id.eq(u.id).and(p.views.gt(u.age.cast::<i64>()))))
    })
}

/// One value.
pub(super) fn scalar() -> impl Shown {
    let average = Post::query().aggregate(|p| p.views.avg());
    Post::query().filter(|p| p.views.cast::<f64>().gt(average.as_value()))
}

/// A query with a name is written once, however often it is used.
pub(super) fn common() -> impl Shown {
    let totals = Post::query().group_by(|p| p.author_id).select(|author, p| (author, p.views.sum())).common();
    let most = totals.clone().aggregate(|(_, views)| views.max());
    totals.filter(|(_, views)| views.eq(most.as_value()))
}

/// All rows to which a relation leads, however far.
pub(super) fn recursive() -> impl Shown {
    User::find(1).recursive(|u| u.reports)
}

/// Any recursion: each round reads what the one before found.
pub(super) fn counted_up() -> impl Shown {
    User::find(1).select(|_| value(1_i64)).recursive(|found| found.filter(|n| n.lt(10)).select(|n| n + 1))
}

// ## Sets

/// The rows of both, each once; likewise `union_all`, `intersect` and `except`.
pub(super) fn union() -> impl Shown {
    let popular = Post::query().filter(|p| p.views.gt(100));
    let rated = Post::query().order_by(|p| p.rating.desc()).limit(5);
    popular.union(rated).order_by(|p| p.title.asc())
}

/// Of the rows that are equal in a column, the first.
pub(super) fn distinct_on() -> impl Shown {
    Post::query().distinct_on(|p| p.author_id).order_by(|p| p.views.desc())
}

// ## Locks
// Until the transaction ends. SQLite has one writer at a time, so nothing is left to lock.

/// A queue: what somebody else works on is left out.
pub(super) fn locked() -> impl Shown {
    Post::query().filter(|p| p.published.eq(false)).order_by(|p| p.id.asc()).limit(1).for_update_skip_locked()
}

// ## Relations and pages
// A relation is one statement more, whatever the number of rows: this one reads the posts whose `author_id` is among the users' keys.

/// The first rows of each.
pub(super) fn loaded() -> impl Shown {
    User::query().with(|u| u.posts.filter(|p| p.views.ge(0)).order_by(|p| p.views.desc()).limit(3))
}

/// A page by its number, with the total: one statement more counts. The key is added to the order.
pub(super) fn page() -> impl Shown {
    User::query().order_by(|u| u.name.asc()).page(2, 20)
}

/// A page from a cursor on; the first one has none.
pub(super) fn page_after() -> impl Shown {
    User::query().order_by(|u| u.age.desc()).page_after(None, 20)
}

// ## Writing
// What gives the row back is not shown: `RETURNING`, or a statement that reads the row by its key.

/// The required fields, and others.
pub(super) fn inserted() -> impl Shown {
    User::insert(NewUser { email: "dan@x".into(), name: "Dan".into() }).set(|u| u.age.set(31))
}

/// With rows below it: one statement more for each relation, in one transaction.
pub(super) fn inserted_below() -> impl Shown {
    let reports = [NewUser { email: "fay@x".into(), name: "Fay".into() }];
    User::insert(NewUser { email: "eve@x".into(), name: "Eve".into() }).with(|u| u.reports, reports)
}

/// A row that may be there already.
pub(super) fn upserted() -> impl Shown {
    let new = NewUser { email: "ann@x".into(), name: "Anna".into() };
    User::insert(new)
        .on_conflict(|u| u.email)
        .do_update(|old, new| (old.name.set(new.name), old.age.set(old.age + 1)))
}

/// Many of them.
pub(super) fn upserted_many() -> impl Shown {
    let new = ["ann@x", "gil@x"].map(|email| NewUser { email: email.into(), name: "Someone".into() });
    User::insert_many(new).on_conflict(|u| u.email).do_update(|old, new| old.name.set(new.name))
}

/// The rows of a query.
pub(super) fn inserted_from() -> impl Shown {
    Tag::insert_from(User::query().filter(|u| u.age.ge(18)).select(|u| u.email), |t| t.name)
}

/// To what is computed from the row as it was.
pub(super) fn updated() -> impl Shown {
    Post::query().filter(|p| p.views.lt(10)).update(|p| (p.views.set(p.views + 1), p.rating.set_null()))
}

/// To what stands in joined rows.
pub(super) fn updated_from_join() -> impl Shown {
    let of_adults = Post::query().join(|p| p.author).filter(|(_, u)| u.age.ge(18));
    of_adults.update(|(p, u)| p.title.set(p.title.concat(" by ").concat(u.name)))
}

/// Each row to values of its own.
pub(super) fn updated_many() -> impl Shown {
    Post::update_many([(1, ("One".to_owned(), 10)), (2, ("Two".to_owned(), 20))], |p| (p.title, p.views))
}

/// Through a join, too.
pub(super) fn deleted() -> impl Shown {
    Comment::query().join(|c| c.author).filter(|(_, u)| u.age.lt(18)).delete()
}
