//! The guide to queries: one section for each job, in the order in which a program needs them.
//!
//! [The models](#the-models) · [inserting](#inserting) · [upserts](#upserts) · [finding one row](#finding-one-row) ·
//! [conditions](#conditions) · [order and pages](#order-and-pages) · [selecting expressions](#selecting-expressions) ·
//! [aggregates and groups](#aggregates-and-groups) · [joins](#joins) · [updating and deleting](#updating-and-deleting)
//! · [relations](#relations) · [projections](#projections) · [transactions](#transactions) · [errors](#errors) · [types
//! of your own](#types-of-your-own) · [raw SQL](#raw-sql)
//!
//! Three things hold everywhere:
//!
//! - **A query is data.** Nothing is sent before `.all(&db)`, `.one(&db)`, `.exec(&db)` and the like. What runs a query
//!   takes it: clone one that is run twice.
//! - **Columns come from the closure.** `|u| u.age` is the column of *this* query. A wrong name or type does not
//!   compile. A column that was carried over from another query is an error before anything is sent.
//! - **`&db` or `&tx`.** Whatever runs a query takes a database or a transaction. A function of your own takes
//!   `&impl Executor`.
//!
//! # The models
//!
//! All examples use these models, and the database of every example holds the same few rows: Ann (31) wrote "Hello" (10
//! views, rated 4.5) and "On joins" (20 views), Bob (20) wrote "Tables" (5 views), which Ann edits. "Hello" is tagged
//! `rust`, "On joins" `rust` and `sql`. There are three comments, two of them on "Hello".
//!
//! ```
#![doc = include_str!("../docs/include/blog.rs")]
//! ```
//!
//! What a model can say is in `docs/attributes.md`. How its table comes to be is the matter of migrations: see `orm
//! migrate` in `docs/command-line.md`, and `orm::migrate!`.
//!
//! # Inserting
//!
//! The derive makes `NewUser` from the required fields: those that are no `Option`, have no default and are not counted
//! up. `.set` writes the others.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let cy = User::insert(NewUser { email: "cy@x".into(), name: "Cy".into() })
//!     .set(|u| (u.age.set(47), u.bio.set("Sings.")))
//!     .exec(&db)
//!     .await?;
//! assert_eq!((cy.id, cy.age), (3, 47));
//!
//! // A value that may be missing: `None` leaves the column to its default.
//! let age: Option<i32> = None;
//! let dan = User::insert(NewUser { email: "dan@x".into(), name: "Dan".into() }).set(|u| age.map(|age| u.age.set(age)));
//! assert_eq!(dan.exec(&db).await?.age, 18);
//!
//! // The model itself, with its key.
//! Tag::insert(Tag { id: 9, name: "web".into() }).exec(&db).await?;
//!
//! // Many rows: any iterator over one type of row.
//! let rows = (1..=3).map(|n| NewPost { author_id: cy.id, title: format!("Part {n}") });
//! assert_eq!(Post::insert_many(rows).exec(&db).await?, 3);
//! let tags = Tag::insert_many([NewTag { name: "a".into() }, NewTag { name: "b".into() }]).returning(&db).await?;
//! assert_eq!(tags.len(), 2);
//! # Ok(()) }) }
//! ```
//!
//! A struct of your own is a row when it holds the required fields; one that is missing does not compile. All its
//! fields are written: a `None` is NULL here, not the default.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! #[derive(Insert)]
//! #[orm(model = User)]
//! struct SignUp {
//!     email: String,
//!     name: String,
//!     #[orm(field = bio)]
//!     about: Option<String>,
//! }
//!
//! let form = SignUp { email: "cy@x".into(), name: "Cy".into(), about: None };
//! let cy = User::insert(form).exec(&db).await?;
//! assert_eq!(cy.age, 18);
//! # Ok(()) }) }
//! ```
//!
//! Such a struct may hold the rows of its relations, to any depth: `under` names what the row above fills in. One call inserts all of
//! it, in one transaction, by one statement for each relation. `.with` says it in place.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! #[derive(Insert)]
//! #[orm(model = Post, under(author_id))]
//! struct Draft {
//!     title: String,
//!     #[orm(with = |p| p.tags)]
//!     tags: Vec<NewTag>,
//! }
//!
//! let draft = Draft { title: "Nested".into(), tags: vec![NewTag { name: "web".into() }] };
//! let cy = User::insert(NewUser { email: "cy@x".into(), name: "Cy".into() }).with(|u| u.posts, [draft]).exec(&db).await?;
//! let (_, posts) = User::find(cy.id).with(|u| u.posts.with(|p| p.tags)).one(&db).await?;
//! assert_eq!((posts[0].0.title.as_str(), posts[0].1.len()), ("Nested", 1));
//! # Ok(()) }) }
//! ```
//!
//! - `exec` of one row is one statement and gives the row back with its key and defaults.
//! - `insert_many` is one transaction: all rows or none. It takes as few statements as the database's limits allow, and
//!   none without rows. `exec` counts, `returning` gives the rows in no particular order.
//! - `.set` of an insert takes values. An expression over other columns is an error before anything is sent.
//!
//! # Upserts
//!
//! `on_conflict` names the columns by which a row may be there already. `do_update` gets that row and the one that
//! would have been inserted; `do_nothing` leaves it alone and gives `None`.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let visit = || User::insert(NewUser { email: "ann@x".into(), name: "Anna".into() });
//!
//! let ann = visit()
//!     .on_conflict(|u| u.email)
//!     .do_update(|old, new| (old.name.set(new.name), old.age.set(old.age + 1)))
//!     .exec(&db)
//!     .await?;
//! assert_eq!((ann.id, ann.name.as_str(), ann.age), (1, "Anna", 32));
//!
//! let ignored: Option<User> = visit().on_conflict(|u| u.email).do_nothing().exec(&db).await?;
//! assert!(ignored.is_none());
//!
//! let link = NewPostTag { post_id: 1, tag_id: 1 };
//! assert!(PostTag::insert(link).on_conflict(|l| (l.post_id, l.tag_id)).do_nothing().exec(&db).await?.is_none());
//!
//! // Many rows: those that are there are left alone, or changed.
//! let tags = ["rust", "web"].map(|name| NewTag { name: name.into() });
//! assert_eq!(Tag::insert_many(tags).on_conflict(|t| t.name).do_nothing().exec(&db).await?, 1);
//! # Ok(()) }) }
//! ```
//!
//! - One statement.
//! - Columns that are neither the key nor unique in the model are an error before anything is sent.
//! - Another unique constraint that is violated is still an error.
//!
//! # Finding one row
//!
//! `find` is by key: a tuple for a key of several fields. Any query can be asked for one row.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! assert_eq!(User::find(1).one(&db).await?.name, "Ann");
//! assert!(PostTag::find((1, 2)).optional(&db).await?.is_none());
//!
//! let by_email = User::query().filter(|u| u.email.eq("bob@x"));
//! let bob: Option<User> = by_email.optional(&db).await?;
//! let youngest: Option<User> = User::query().order_by(|u| u.age.asc()).first(&db).await?;
//! assert_eq!(bob, youngest);
//!
//! assert!(User::find(7).one(&db).await.unwrap_err().is_not_found());
//! assert_eq!(User::query().one(&db).await.unwrap_err().kind(), ErrorKind::TooMany);
//! assert!(User::find(1).exists(&db).await?);
//! # Ok(()) }) }
//! ```
//!
//! | | no row | one | more |
//! |---|---|---|---|
//! | `one` | `NotFound` | the row | `TooMany` |
//! | `optional` | `None` | `Some` | `TooMany` |
//! | `first` | `None` | `Some` | the first: say which by `order_by` |
//! | `exists` | `false` | `true` | `true` |
//!
//! Each is one statement that reads no more than it needs: two rows for `one` and `optional`, one for `first`.
//!
//! # Conditions
//!
//! Rust keeps `==` and `&&` for itself, so conditions are methods.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let found = |condition: fn(Columns<User>) -> Cond| {
//!     let names = User::query().filter(condition).order_by(|u| u.id.asc()).select(|u| u.name);
//!     async { names.all(&db).await.map(|names| names.join(" ")) }
//! };
//!
//! assert_eq!(found(|u| u.age.ge(20)).await?, "Ann Bob"); // eq, ne, lt, le, gt, ge
//! assert_eq!(found(|u| u.age.between(20, 30)).await?, "Bob"); // both bounds included
//! assert_eq!(found(|u| u.name.is_in(["Bob", "Cy"])).await?, "Bob"); // is_not_in
//! assert_eq!(found(|u| u.name.eq("Ann").or(u.age.lt(30)).and(u.id.gt(1))).await?, "Bob");
//! assert_eq!(found(|u| !u.name.eq("Ann")).await?, "Bob"); // or .not()
//!
//! // Text: case-sensitive, and nothing in it is special.
//! assert_eq!(found(|u| u.email.starts_with("ann")).await?, "Ann"); // contains, ends_with
//! assert_eq!(found(|u| u.name.lower().eq("bob")).await?, "Bob"); // upper, length
//! assert_eq!(found(|u| u.email.like("a%@_")).await?, "Ann"); // the database's own LIKE
//!
//! // NULL is equal to nothing, but for `is`.
//! assert_eq!(found(|u| u.bio.is_null()).await?, "Bob"); // is_not_null
//! assert_eq!(found(|u| u.bio.ne("Reads.")).await?, "Ann");
//! assert_eq!(found(|u| u.bio.is("Reads.").not()).await?, "Ann Bob");
//! assert_eq!(found(|u| u.bio.or("").ne("Reads.")).await?, "Ann Bob"); // another value in the place of NULL
//! # Ok(()) }) }
//! ```
//!
//! A condition is a value: write it as a function, and put several together. `filter_if` filters only when there is a
//! value.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! fn adult(u: Columns<User>) -> Cond {
//!     u.age.ge(18)
//! }
//! fn named(name: &str) -> impl FnOnce(Columns<User>) -> Cond {
//!     move |u| u.name.eq(name)
//! }
//!
//! let adults = User::query().filter(adult).filter(|u| u.bio.is_null()); // both
//! assert_eq!(adults.one(&db).await?.name, "Bob");
//! assert_eq!(User::query().filter(named("Ann")).count(&db).await?, 1);
//! assert_eq!(User::query().filter(|u| adult(u).not()).count(&db).await?, 0);
//!
//! let (min_age, email): (Option<i32>, Option<String>) = (Some(30), None);
//! let search = User::query()
//!     .filter_if(min_age, |u, age| u.age.ge(age))
//!     .filter_if(email, |u, email| u.email.eq(email));
//! assert_eq!(search.one(&db).await?.name, "Ann");
//!
//! let words = ["Hello", "joins"];
//! let any = Post::query().filter(|p| Cond::any(words.map(|word| p.title.contains(word)))); // Cond::all
//! assert_eq!(any.count(&db).await?, 2);
//! # Ok(()) }) }
//! ```
//!
//! Relations are asked about without loading them.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let names = |query: Query<User>| async { query.order_by(|u| u.id.asc()).select(|u| u.name).all(&db).await };
//!
//! assert_eq!(names(User::query().filter(|u| u.posts.any(|p| p.views.ge(20)))).await?, ["Ann"]);
//! assert_eq!(names(User::query().filter(|u| u.posts.none(|p| p.views.ge(20)))).await?, ["Bob"]);
//! assert_eq!(names(User::query().filter(|u| u.posts.every(|p| p.views.ge(10)))).await?, ["Ann"]);
//! assert_eq!(names(User::query().filter(|u| u.edited.exists())).await?, ["Ann"]);
//! assert_eq!(names(User::query().filter(|u| u.posts.count().lt(2))).await?, ["Bob"]);
//!
//! // They nest, and what is inside sees what is outside.
//! let discussed = |u: Columns<User>| u.posts.any(|p| p.comments.any(|c| c.author_id.ne(u.id)));
//! assert_eq!(names(User::query().filter(discussed)).await?, ["Ann", "Bob"]);
//! let rated = |u: Columns<User>| u.posts.filter(|p| p.rating.is_not_null()).count().eq(1);
//! assert_eq!(names(User::query().filter(rated)).await?, ["Ann"]);
//! # Ok(()) }) }
//! ```
//!
//! - A question is a subquery of the same statement, not one more statement.
//! - `every` is true where there is no row, and a row whose condition is NULL fails it.
//! - `is_in` of nothing is false, `is_not_in` of nothing is true; twenty thousand values are one parameter. It takes
//!   values: from a borrowed list, `ids.iter().copied()`.
//! - `u.age.eq(None)` does not compile, since nothing is equal to NULL: use `is`, `is_null` or `filter_if`.
//!
//! # Order and pages
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let posts = Post::query().order_by(|p| p.rating.desc().nulls_last());
//! let page = posts.clone().page(2, 2).fetch(&db).await?;
//! assert_eq!((page.items.len(), page.total, page.pages), (1, 3, 2));
//! assert_eq!(posts.clone().limit(2).offset(1).all(&db).await?.len(), 2);
//!
//! // From where the last page ended: the cursor is a text for an URL, the next page as cheap as the first.
//! let first = posts.clone().page_after(None, 2).fetch(&db).await?;
//! let cursor: Option<orm::Cursor> = first.next().map(|next| next.to_string().parse()).transpose()?;
//! let second = posts.page_after(cursor.as_ref(), 2).fetch(&db).await?;
//! assert_eq!((second.items[0].title.as_str(), second.has_next), ("Tables", false));
//!
//! // Any expression is an order; a list is one too, for a direction that is known late.
//! let newest_first = true;
//! let posts = Post::query().order_by(|p| p.tags.count().desc());
//! let posts = posts.order_by(|p| if newest_first { p.id.desc() } else { p.id.asc() });
//! assert_eq!(posts.select(|p| p.id).all(&db).await?, [2, 1, 3]);
//!
//! // More rows than memory holds: one after another.
//! let mut views = 0;
//! let mut rows = Post::query().select(|p| p.views).stream(&db);
//! while let Some(row) = rows.next().await {
//!     views += row?;
//! }
//! assert_eq!(views, 35);
//! # Ok(()) }) }
//! ```
//!
//! - A second `order_by` refines the first.
//! - Where NULLs go is the database's own choice unless `nulls_first` or `nulls_last` says it.
//! - Rows that are equal in the order come in any sequence. `page` adds the key, so that no page repeats rows of the one before; with
//!   `limit` and `offset`, end the order with the key by hand.
//! - `page_after` and `page_before` go by the values of a row, not by its number: rows that come and go shift nothing. The order may
//!   have several parts, in both directions, with NULLs; the key is added. A cursor that was changed, or made with another
//!   order, is an error (`InvalidCursor`); it is no signature, and what it holds can be read.
//! - A `stream` runs its statement while it is read, on a connection of its own or in the transaction; dropped early, it gives the
//!   statement up. With relations it loads them 500 rows at a time.
//! - `count` of a query with a limit counts what is left of it. A page counts all rows, at the moment that it is of.
//!
//! # Selecting expressions
//!
//! `select` reads columns and expressions instead of whole rows. A type that may be NULL stays one: `length` of an
//! `Option<String>` is an `Option<i64>`.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let rows: Vec<(String, i32, Option<i64>)> =
//!     User::query().order_by(|u| u.id.asc()).select(|u| (u.name.upper(), u.age + 1, u.bio.length())).all(&db).await?;
//! assert_eq!(rows[0], ("ANN".to_owned(), 32, Some(7)));
//! assert_eq!(rows[1].2, None);
//!
//! let names: Vec<String> = User::query().select(|u| u.bio.or(u.name)).all(&db).await?; // coalesce
//! assert_eq!(names, ["Writes.", "Bob"]);
//!
//! // A condition may be NULL: say what that counts as.
//! let flags: (bool, Option<bool>) =
//!     User::find(2).select(|u| (u.bio.eq("Writes.").or_false(), u.bio.eq("Writes.").nullable())).one(&db).await?;
//! assert_eq!(flags, (false, None));
//!
//! let authors = Post::query().order_by(|p| p.author_id.asc()).select(|p| p.author_id).distinct();
//! assert_eq!(authors.all(&db).await?, [1, 2]);
//! # Ok(()) }) }
//! ```
//!
//! - Up to twelve picks; tuples nest. Where names say more than places, use a [projection](#projections).
//! - `+ - * / %` are those of the database: `/` of integers truncates.
//! - `filter`, `order_by` and the rest may stand before or behind `select`. They always see the model's columns.
//!
//! # Aggregates and groups
//!
//! `aggregate` gives one row. `group_by` hands its keys to the closures that follow it, beside the columns, which only
//! an aggregate can take up there.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let (posts, views, last): (i64, Option<i64>, Option<String>) =
//!     Post::query().aggregate(|p| (count(), p.views.sum(), p.title.max())).one(&db).await?;
//! assert_eq!((posts, views, last.as_deref()), (3, Some(35), Some("Tables")));
//!
//! let busy: Vec<(i64, i64, Option<f64>)> = Post::query()
//!     .group_by(|p| p.author_id)
//!     .having(|_, p| p.views.sum().gt(3))
//!     .order_by(|author, p| (p.views.max().desc(), author.asc()))
//!     .select(|author, p| (author, count(), p.views.avg()))
//!     .all(&db)
//!     .await?;
//! assert_eq!(busy, [(1, 2, Some(15.0)), (2, 1, Some(5.0))]);
//!
//! // Several keys, and expressions.
//! let lengths = Post::query().group_by(|p| (p.author_id, p.title.length()));
//! let rows = lengths.select(|(author, length), p| (author, length, p.id.count_distinct()));
//! assert_eq!(rows.count(&db).await?, 3);
//! # Ok(()) }) }
//! ```
//!
//! - `count()` counts rows, `p.rating.count()` those whose rating is not NULL. `sum`, `avg`, `min` and `max` of nothing
//!   are `None`, so their type is an `Option`.
//! - The sum of integers is an `i64`; one that does not fit is an error.
//! - A column beside an aggregate, or an aggregate in a `filter`, does not compile.
//! - `limit`, `offset` or `distinct` before `aggregate` or `group_by`, and `order_by` before `group_by`, are an error
//!   before anything is sent. Behind `select` they cut the groups.
//!
//! # Joins
//!
//! `join` follows a relation and leaves out rows without a match; `left_join` keeps them, and the columns of the other
//! side become `Option`s. Every closure behind it gets a tuple.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let rows: Vec<(String, String)> = Post::query()
//!     .join(|p| p.author)
//!     .filter(|(p, u)| p.views.ge(10).and(u.age.gt(30)))
//!     .order_by(|(p, _)| p.id.asc())
//!     .select(|(p, u)| (p.title, u.name))
//!     .all(&db)
//!     .await?;
//! assert_eq!(rows[1], ("On joins".to_owned(), "Ann".to_owned()));
//!
//! let editors: Vec<(String, Option<String>)> = Post::query()
//!     .left_join(|p| p.editor)
//!     .order_by(|(p, _)| p.id.desc())
//!     .select(|(p, editor)| (p.title, editor.name))
//!     .all(&db)
//!     .await?;
//! assert_eq!(editors[0], ("Tables".to_owned(), Some("Ann".to_owned())));
//!
//! // Whole rows: an `Option` where the join need not find one.
//! let rows: Vec<(Post, Option<User>)> = Post::query().left_join(|p| p.editor).select(|row| row).all(&db).await?;
//! assert_eq!(rows.iter().filter(|(_, editor)| editor.is_some()).count(), 1);
//!
//! // On and on, through a join table too, and into groups.
//! let views: Vec<(String, Option<i64>)> = User::query()
//!     .join(|u| u.posts)
//!     .left_join(|(_, p)| p.tags)
//!     .group_by(|(_, _, t)| t.name.or("none"))
//!     .order_by(|tag, _| tag.asc())
//!     .select(|tag, (_, p, _)| (tag, p.views.sum()))
//!     .all(&db)
//!     .await?;
//! assert_eq!(views, [("none".to_owned(), Some(5)), ("rust".to_owned(), Some(30)), ("sql".to_owned(), Some(20))]);
//! # Ok(()) }) }
//! ```
//!
//! - A join to many rows gives one row for each of them. To keep one row for each model, [ask](#conditions) about the
//!   relation or [load](#relations) it.
//! - A join has to say what it reads: without `select` it does not compile. Up to eight models.
//! - `left_join_if` joins only when it is wanted; the types stay the same.
//!
//! # Updating and deleting
//!
//! By key, from a row at hand: one statement, and `NotFound` when the row is gone. By query: the count of the rows.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let ann = User::find(1).one(&db).await?;
//! ann.update(|u| (u.name.set("Anna"), u.age.set(u.age + 1), u.bio.set_null())).exec(&db).await?;
//! assert_eq!(User::find(1).one(&db).await?.age, 32); // `ann` is as it was read
//!
//! // Without reading the row first; nothing to change is then 0.
//! assert_eq!(Post::find(1).update(|p| p.views.set(p.views * 2)).exec(&db).await?, 1);
//! assert_eq!(Post::find(7).delete().exec(&db).await?, 0);
//!
//! // What is written may stand in joined rows, or be another value for each row.
//! let by_ann = Post::query().join(|p| p.author).filter(|(_, u)| u.age.gt(30));
//! assert_eq!(by_ann.update(|(p, u)| p.title.set(p.title.concat(", by ").concat(u.name))).exec(&db).await?, 2);
//! assert_eq!(Post::update_many([(1, 100), (2, 200)], |p| p.views).exec(&db).await?, 2);
//!
//! let changed: Vec<Post> = Post::query()
//!     .filter(|p| p.author.any(|u| u.age.gt(30)))
//!     .update(|p| (p.views.set(p.views + 1), p.rating.set(p.rating.or(3.0))))
//!     .returning(&db)
//!     .await?;
//! assert_eq!(changed.len(), 2);
//!
//! let worst = Post::query().order_by(|p| p.views.asc()).limit(1);
//! assert_eq!(worst.delete().exec(&db).await?, 1);
//!
//! let forgotten = Comment::query().delete().exec(&db).await;
//! assert_eq!(forgotten.unwrap_err().kind(), ErrorKind::InvalidQuery);
//! Comment::query().delete().all_rows().exec(&db).await?;
//!
//! ann.delete().exec(&db).await?;
//! assert!(ann.delete().exec(&db).await.unwrap_err().is_not_found());
//! # Ok(()) }) }
//! ```
//!
//! A patch changes what it holds: `None` leaves a column alone, and `Some(None)` of an `Option<Option<T>>` writes NULL.
//! From JSON, `orm::set_or_null` tells `null` from a key that is not there.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! #[derive(Default, serde::Deserialize, Patch)]
//! #[orm(model = User)]
//! struct UserPatch {
//!     name: Option<String>,
//!     #[serde(default, deserialize_with = "orm::set_or_null")]
//!     bio: Option<Option<String>>,
//! }
//!
//! let ann = User::find(1).one(&db).await?;
//! ann.patch(UserPatch { name: Some("Anna".into()), ..UserPatch::default() }).exec(&db).await?;
//! let patch: UserPatch = serde_json::from_str(r#"{"bio": null}"#)?;
//! ann.patch(patch).exec(&db).await?;
//! let ann = User::find(1).one(&db).await?;
//! assert_eq!((ann.name.as_str(), ann.bio), ("Anna", None));
//! # Ok(()) }) }
//! ```
//!
//! - A computed value sees the row as it was before. One that its field cannot hold is an error, and nothing is
//!   written.
//! - No clause is ignored: with `limit`, `offset` or `order_by` the rows are picked by key in a subquery. A query
//!   without a filter is an error before anything is sent, unless `.all_rows()` says that it is meant; so is one with
//!   `with`.
//! - An empty patch, and an update of nothing, send nothing.
//! - `returning` gives the rows as they are now (for a delete, as they were), in no particular order.
//!
//! # Relations
//!
//! `with` loads a relation beside the rows, and the type of the row becomes a tuple. What was not loaded cannot be
//! touched.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let rows: Vec<(Post, User, Option<User>, Vec<Tag>)> = Post::query()
//!     .order_by(|p| p.id.asc())
//!     .with(|p| p.author) // exactly one
//!     .with(|p| p.editor) // its key is an `Option`: at most one
//!     .with(|p| p.tags) // through a join table: many
//!     .all(&db)
//!     .await?;
//! let (post, author, editor, tags) = &rows[1];
//! assert_eq!((post.title.as_str(), author.name.as_str(), editor, tags.len()), ("On joins", "Ann", &None, 2));
//!
//! // Filtered, ordered, limited for each row; relations of relations inside.
//! let users: Vec<(User, Vec<(Post, Vec<(Comment, User)>)>)> = User::query()
//!     .order_by(|u| u.id.asc())
//!     .with(|u| {
//!         u.posts
//!             .filter(|p| p.views.ge(5))
//!             .order_by(|p| p.views.asc())
//!             .limit(1)
//!             .with(|p| p.comments.order_by(|c| c.id.desc()).with(|c| c.author))
//!     })
//!     .all(&db)
//!     .await?;
//! let (ann, posts) = &users[0];
//! let (hello, comments) = &posts[0];
//! assert_eq!((ann.name.as_str(), hello.title.as_str(), comments[0].1.name.as_str()), ("Ann", "Hello", "Ann"));
//!
//! // A relation that must be there may be filtered away: it becomes an `Option`.
//! let (_, author): (Post, Option<User>) = Post::find(1).with(|p| p.author.filter(|u| u.age.gt(40))).one(&db).await?;
//! assert!(author.is_none());
//! # Ok(()) }) }
//! ```
//!
//! - One statement for the rows and one for each relation, whatever the number of rows: four for the first query above,
//!   four for the second. (From 10 000 keys on, one more for each further 10 000.) Without rows, relations are not
//!   asked for.
//! - A limit holds for each row. Without an order it goes by the key.
//! - `with` stands beside whole models, so before `select` it is an error. Beyond three relations, a
//!   [projection](#projections) reads better.
//! - A relation without a foreign key in the database (`foreign_key = false`) may lead nowhere: loading it is then
//!   `NotFound`, unless it is filtered.
//!
//! # Projections
//!
//! A struct says what to read: fields of the model by name, expressions, and relations as other projections or models.
//! Only what is named is read.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! #[derive(Debug, Clone, Projection)]
//! #[orm(model = User)]
//! struct Page {
//!     name: String,
//!     #[orm(field = email)]
//!     address: String,
//!     #[orm(expr = |u| u.posts.count())]
//!     post_count: i64,
//!     #[orm(with = |u| u.posts.order_by(|p| p.views.desc()).limit(3))]
//!     top: Vec<Card>,
//! }
//!
//! #[derive(Debug, Clone, Projection)]
//! #[orm(model = Post)]
//! struct Card {
//!     title: String,
//!     #[orm(expr = |p| p.rating.or(0.0))]
//!     rating: f64,
//!     #[orm(with = |p| p.editor)]
//!     editor: Option<Name>,
//!     #[orm(with = |p| p.tags.order_by(|t| t.name.asc()))]
//!     tags: Vec<Tag>,
//! }
//!
//! #[derive(Debug, Clone, Projection)]
//! #[orm(model = User)]
//! struct Name {
//!     name: String,
//! }
//!
//! let pages: Vec<Page> = User::query().filter(|u| u.age.gt(30)).load::<Page>().all(&db).await?;
//! let top = &pages[0].top[0];
//! assert_eq!((pages[0].address.as_str(), pages[0].post_count), ("ann@x", 2));
//! assert_eq!((top.title.as_str(), top.rating, top.tags[1].name.as_str()), ("On joins", 0.0, "sql"));
//! # assert!(top.editor.is_none() && pages[0].name == "Ann");
//!
//! // One query, read in several ways.
//! async fn by_email<T: Item<Model = User>>(db: &impl Executor, email: &str) -> orm::Result<Option<T>> {
//!     User::query().filter(|u| u.email.eq(email)).load::<T>().optional(db).await
//! }
//! assert_eq!(by_email::<Name>(&db, "bob@x").await?.unwrap().name, "Bob");
//! assert_eq!(by_email::<User>(&db, "bob@x").await?.unwrap().age, 20);
//! # Ok(()) }) }
//! ```
//!
//! - One statement for each struct and relation: users, posts, editors, tags. Four at most, whatever the
//!   number of rows: what has no keys is not asked for.
//! - A field has the very type of the model's field or of the expression; another one does not compile.
//! - A relation to many rows is a `Vec`, to at most one an `Option`, to exactly one the item itself.
//!
//! # Transactions
//!
//! What the closure returns decides: `Ok` commits, `Err` rolls back, and so does a panic or a future that is dropped.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let titles = vec!["One", "Two"];
//! let ann = User::find(1).one(&db).await?;
//! let count = db
//!     .transaction(async |tx| {
//!         for title in &titles {
//!             Post::insert(NewPost { author_id: ann.id, title: (*title).into() }).exec(&tx).await?;
//!         }
//!         Post::query().count(&tx).await
//!     })
//!     .await?;
//! assert_eq!(count, 5);
//!
//! // With an error of your own, which is written on the closure.
//! #[derive(Debug)]
//! enum AppError {
//!     Database(Error),
//!     TooYoung,
//! }
//! impl From<Error> for AppError {
//!     fn from(error: Error) -> Self {
//!         Self::Database(error)
//!     }
//! }
//! let refused = db
//!     .try_transaction(async |tx| -> Result<(), AppError> {
//!         let bob = User::find(2).one(&tx).await?;
//!         bob.update(|u| u.bio.set("Signed up.")).exec(&tx).await?;
//!         if bob.age < 21 { Err(AppError::TooYoung) } else { Ok(()) }
//!     })
//!     .await;
//! assert!(matches!(refused, Err(AppError::TooYoung)));
//! assert_eq!(User::find(2).one(&db).await?.bio, None);
//!
//! // Run again when two transactions got in each other's way.
//! let views: i64 = db
//!     .retry(async |tx| {
//!         let post = Post::find(1).one(&tx).await?;
//!         post.update(|p| p.views.set(post.views + 1)).exec(&tx).await?;
//!         Ok(post.views + 1)
//!     })
//!     .await?;
//! assert_eq!(views, 11);
//! # Ok(()) }) }
//! ```
//!
//! By hand, with savepoints and options:
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! use orm::{Isolation, TxOptions};
//!
//! let tx = db.begin().await?;
//! Tag::insert(NewTag { name: "web".into() }).exec(&tx).await?;
//! let savepoint = tx.begin().await?;
//! let twin = Tag::insert(NewTag { name: "web".into() }).exec(&savepoint).await;
//! assert!(twin.unwrap_err().is_unique_violation());
//! savepoint.rollback().await?; // only what the savepoint did
//! tx.commit().await?; // a `tx` that is dropped is rolled back
//! assert_eq!(Tag::query().count(&db).await?, 3);
//!
//! let options = TxOptions { read_only: true, isolation: Some(Isolation::RepeatableRead) };
//! let report = db.begin_with(options).await?;
//! let (users, posts) = (User::query().count(&report).await?, Post::query().count(&report).await?);
//! assert_eq!((users, posts), (2, 3));
//! # Ok(()) }) }
//! ```
//!
//! - Inside a transaction use `tx`. `db` is another connection: on SQLite its write waits for the transaction around
//!   it, and ends in `LockTimeout`; in memory, where there is one connection, a read waits too, and ends in
//!   `PoolTimeout`.
//! - On PostgreSQL a failed statement spoils its whole transaction. Put what may fail into a savepoint:
//!   `tx.transaction(…)` is one as well.
//! - While a savepoint is open, its transaction takes no statements: an error, not a wait.
//! - `retry` runs the closure up to six times, so it must be harmless to run again. It is `async |tx|`, not `async move
//!   |tx|`.
//! - SQLite is always serializable and takes one writer at a time; a read-only transaction does not wait for the
//!   writer.
//!
//! # Errors
//!
//! Every function gives [`orm::Error`](crate::Error): one type, split by what can be done about it. Ask
//! [`kind`](crate::Error::kind), and [`violation`](crate::Error::violation) for the constraint.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! fn answer(error: &Error) -> (u16, String) {
//!     let fields = error.violation().map(|violation| violation.fields.join(", ")).unwrap_or_default();
//!     match error.kind() {
//!         ErrorKind::NotFound => (404, error.to_string()),
//!         ErrorKind::UniqueViolation => (409, format!("taken: {fields}")),
//!         ErrorKind::CheckViolation | ErrorKind::InvalidValue => (422, error.to_string()),
//!         ErrorKind::Serialization | ErrorKind::LockTimeout | ErrorKind::PoolTimeout => (503, "again, please".into()),
//!         _ => (500, "sorry".into()),
//!     }
//! }
//!
//! let twin = User::insert(NewUser { email: "ann@x".into(), name: "Ann".into() }).exec(&db).await.unwrap_err();
//! assert_eq!(answer(&twin), (409, "taken: email".to_owned()));
//! let gone = User::find(7).one(&db).await.unwrap_err();
//! assert_eq!(answer(&gone), (404, "no `User` matches".to_owned()));
//!
//! let ann = User::find(1).one(&db).await?;
//! let negative = ann.update(|u| u.age.set(-1)).exec(&db).await.unwrap_err();
//! assert_eq!(negative.violation().unwrap().constraint.as_deref(), Some("users_age_check"));
//! # Ok(()) }) }
//! ```
//!
//! | kind | what happened | what to do |
//! |---|---|---|
//! | `NotFound`, `TooMany` | another number of rows than asked for | tell the user |
//! | `UniqueViolation`, `ForeignKeyViolation`, `CheckViolation`, `NotNullViolation` | a constraint, named by `violation()` | tell the user |
//! | `Serialization`, `LockTimeout` | another transaction was in the way | run the transaction again: `is_retryable()`, `retry` |
//! | `Connection`, `PoolTimeout`, `StatementTimeout` | no connection, or no time | try later |
//! | `InvalidQuery`, `Unsupported` | the query makes no sense, or not on this database; nothing was sent | change the program |
//! | `InvalidValue` | a value that cannot be stored or read | change the value, or the type of the field |
//! | `Transaction` | the transaction is over, or a savepoint is open inside it | change the program |
//! | `Configuration`, `Database` | the URL; anything else that the database says | read the message |
//!
//! # Types of your own
//!
//! A fieldless enum, a newtype, a type of another crate, and anything that serde can write.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! #[derive(Debug, Clone, Copy, PartialEq, Enum)]
//! pub enum Status {
//!     Draft,
//!     InReview, // stored as `in_review`
//!     #[orm(label = "live")]
//!     Published,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Value)]
//! pub struct Slug(String);
//!
//! #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
//! pub struct Settings {
//!     columns: u8,
//!     dark: bool,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Model)]
//! pub struct Page {
//!     pub id: i64,
//!     pub slug: Slug,
//!     #[orm(default = "draft")]
//!     pub status: Status,
//!     pub settings: Json<Settings>,
//!     #[orm(via = String)] // `Color` turns into a `String`, and is read from one by `TryFrom`
//!     pub color: Color,
//! }
//!
//! #[derive(Debug, Clone, PartialEq)]
//! pub struct Color(u32);
//!
//! impl From<Color> for String {
//!     fn from(color: Color) -> Self {
//!         format!("#{:06x}", color.0)
//!     }
//! }
//!
//! impl TryFrom<String> for Color {
//!     type Error = std::num::ParseIntError;
//!
//!     fn try_from(text: String) -> Result<Self, Self::Error> {
//!         u32::from_str_radix(text.trim_start_matches('#'), 16).map(Color)
//!     }
//! }
//!
//! # make(&db, Models::new(&[Page::TABLE])).await?;
//! let settings = Json(Settings { columns: 2, dark: true });
//! let page = NewPage { slug: Slug("home".into()), settings, color: Color(0xff8000) };
//! let page = Page::insert(page).set(|p| p.status.set(Status::InReview)).exec(&db).await?;
//! assert_eq!((page.settings.0.columns, page.color), (2, Color(0xff8000)));
//!
//! let waiting = Page::query().filter(|p| p.status.is_in([Status::Draft, Status::InReview]));
//! assert_eq!(waiting.select(|p| p.slug).one(&db).await?, Slug("home".into()));
//! # Ok(()) }) }
//! ```
//!
//! - An enum is a type of its own on PostgreSQL, and text with a CHECK on SQLite. Comparing with its values is safe on
//!   both; their order is not the same.
//! - A newtype has the operators that values have: `eq`, `is_in`, an order. Those of the type inside (`starts_with`,
//!   `+`) it has not.
//! - What is not to be read back (a label, a color, JSON of another shape) is an `InvalidValue` that names the model
//!   and the field.
//!
//! # Raw SQL
//!
//! [`sql!`](crate::sql!) is a whole statement by hand. `{values}` are bound, never put into the text, and the placeholders are
//! those of the database. What a row is read as is said where the statement runs: a model or a projection, by the names of the
//! columns, or a tuple or one value, by their places.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! use orm::{RawSql, sql};
//!
//! let min_views = 10;
//! let posts: Vec<Post> = sql!("SELECT * FROM posts WHERE views >= {min_views} ORDER BY id").all(&db).await?;
//! assert_eq!(posts[1].title, "On joins");
//!
//! let ranks = sql!("SELECT title, rank() OVER (ORDER BY views DESC) FROM posts");
//! assert_eq!(ranks.first::<(String, i64)>(&db).await?, Some(("On joins".to_owned(), 1)));
//!
//! let bio: Option<&str> = None;
//! assert_eq!(sql!("UPDATE users SET bio = {bio} WHERE age > {min_views + 30}").execute(&db).await?, 0);
//!
//! // A text that the program makes itself: nothing from outside may become a part of it.
//! let table = "tags";
//! assert_eq!(RawSql::trusted(format!("SELECT count(*) FROM {table}")).one::<i64>(&db).await?, 2);
//! # Ok(()) }) }
//! ```
//!
//! - A column that is missing, there twice, or of another type is an error that names it and its field; further columns are
//!   ignored. The columns are looked at with the first row.
//! - A text within the text is quoted for SQL as ever; `{{` and `}}` stand for braces. A value inside quotes does not compile.
//! - It runs on `&db` and `&tx` as any query. Statements that begin or end transactions are refused.
//!
//! Parts of a query by hand are [`raw`](crate::raw), [`raw_cond`](crate::raw_cond) and [`raw_aggregate`](crate::raw_aggregate). For
//! what is no single statement, [`db.connection()`](crate::Db::connection) is a session of its own. Values are parameters there,
//! too: `?` on SQLite, `$1` on PostgreSQL. Rows are read column by column, and `None` is NULL.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! use orm::Value;
//!
//! let mut connection = db.connection().await?;
//! let sql = "UPDATE posts SET views = views + ? WHERE title LIKE 'On %'";
//! assert_eq!(connection.execute(sql, vec![Value::I64(1)]).await?, 1);
//! connection.batch("BEGIN; DELETE FROM comments; DELETE FROM post_tags; COMMIT").await?;
//! drop(connection);
//! assert_eq!(Comment::query().count(&db).await?, 0);
//! # Ok(()) }) }
//! ```
//!
//! - It is a connection beside the pool, closed when it is dropped; inside a transaction of `db.begin()` it is not.
//!   Begin and commit by `batch`.
//! - A database in memory has one connection: while the session lives, `db` waits for it, so drop the session first.
//!
//! `to_sql` says what a query sends, `explain` how the database would run it; neither runs it.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/include/guide.rs"));
//! # fn main() -> Outcome { example(async |db| {
//! let young = User::query().filter(|u| u.age.lt(18));
//! assert!(young.to_sql(db.dialect())?.ends_with(r#"FROM "users" WHERE "users"."age" < ?"#));
//! assert_eq!(young.clone().explain(&db).await?, "SCAN users"); // no index
//! assert!(young.delete().explain(&db).await?.starts_with("SCAN users"));
//! # Ok(()) }) }
//! ```
