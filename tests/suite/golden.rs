//! The SQL of typical queries, as each database gets it: a change of it shows in review.

use orm::{Dialect, Result, prelude::*};
use orm_tests::recorded;

use super::shop::{NewOrderLine, NewTag, NewUser, OrderLine, Post, Tag, User, people, post, shop};

orm_tests::portable!(shop: queries, relations, writes);

/// Holds statements against the snapshot of that name and database.
fn assert_golden(name: &str, db: &Db, statements: &[String]) {
    let text = statements.join("\n\n");
    let name = format!("{name}_{}", db.dialect().name().to_lowercase());
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

async fn queries(db: Db) -> Result<()> {
    let run = async {
        User::find(1).optional(&db).await?;
        User::query()
            .filter(|u| u.age.ge(18).and(u.bio.is_null()))
            .order_by(|u| u.age.desc())
            .limit(10)
            .all(&db)
            .await?;
        User::query().filter(|u| u.id.is_in([1, 2]).and(u.name.is_in(["a"]).not())).count(&db).await?;
        User::query()
            .filter(|u| u.bio.is("x").or(u.name.contains("n")).or(u.name.ends_with("n")))
            .exists(&db)
            .await?;
        User::query().left_join(|u| u.posts).select(|(u, p)| (u.name, p.title)).offset(1).all(&db).await?;
        let sums = Post::query().group_by(|p| p.author_id).having(|_, p| p.views.sum().ge(0));
        sums.select(|author, p| (author, count(), p.views.sum(), p.rating.avg())).all(&db).await?;
        User::query().select(|u| u.name).distinct().count(&db).await
    };
    let (done, statements) = recorded(run).await;
    done?;
    assert_golden("queries", &db, &statements);
    Ok(())
}

async fn relations(db: Db) -> Result<()> {
    let [ann, ..] = people(&db).await?;
    post(&db, &ann, "a").await?;
    OrderLine::insert(NewOrderLine { order_no: "A".into(), line: 1, amount: 1 }).exec(&db).await?;
    let run = async {
        User::query()
            .with(|u| u.posts.order_by(|p| p.id.desc()).limit(3))
            .with(|u| u.manager)
            .all(&db)
            .await?;
        Post::query().with(|p| p.tags).all(&db).await?;
        OrderLine::query().with(|l| l.deliveries).all(&db).await?;
        User::query()
            .filter(|u| u.posts.any(|p| p.comments.none(|c| c.author_id.eq(u.id))))
            .count(&db)
            .await?;
        User::query()
            .filter(|u| u.reports.every(|r| r.age.lt(u.age)))
            .select(|u| u.posts.count())
            .all(&db)
            .await?;
        Tag::query().filter(|t| t.posts.exists()).count(&db).await
    };
    let (done, statements) = recorded(run).await;
    done?;
    assert_golden("relations", &db, &statements);
    Ok(())
}

async fn writes(db: Db) -> Result<()> {
    let new = |name: &str| NewUser { email: name.into(), name: name.into() };
    let run = async {
        let ann = User::insert(new("ann")).set(|u| u.age.set(31)).exec(&db).await?;
        User::insert_many([new("bob"), new("cy")]).exec(&db).await?;
        let upsert = User::insert(new("ann")).on_conflict(|u| u.email);
        upsert.do_update(|old, new| (old.name.set(new.name), old.age.set(old.age + 1))).exec(&db).await?;
        User::insert(new("ann")).on_conflict(|u| u.email).do_nothing().exec(&db).await?;
        ann.update(|u| (u.name.set("Ann B"), u.bio.set_null())).exec(&db).await?;
        User::query().filter(|u| u.age.gt(90)).update(|u| u.age.set(u.age + 1)).returning(&db).await?;
        User::query().order_by(|u| u.age.desc()).limit(1).delete().exec(&db).await?;
        OrderLine::query().limit(1).delete().returning(&db).await
    };
    let (done, statements) = recorded(run).await;
    done?;
    assert_golden("writes", &db, &statements);
    Ok(())
}

/// MySQL is not run: its SQL is rendered beside MariaDB's, whose differences show.
#[test]
fn mariadb_and_mysql() {
    for dialect in [Dialect::MariaDb, Dialect::MySql] {
        let text =
            rendered(dialect).into_iter().map(|sql| sql.unwrap_or_else(|error| format!("error: {error}")));
        let name = format!("rendered_{}", dialect.name().to_lowercase());
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, text.collect::<Vec<_>>().join("\n\n"));
        });
    }
}

fn rendered(dialect: Dialect) -> Vec<Result<String>> {
    let new = || NewUser { email: "ann".into(), name: "ann".into() };
    let users = User::query;
    let lowered = users().filter(|u| u.name.lower().eq("x").and(u.name.starts_with("n")));
    let ordered = users().order_by(|u| (u.bio.asc().nulls_last(), u.manager_id.desc().nulls_first()));
    let sums = Post::query().group_by(|p| p.author_id);
    let sums = sums.select(|author, p| (author, count(), p.views.sum(), p.views.avg(), p.rating.avg()));
    vec![
        lowered.offset(3).to_sql(dialect),
        ordered.select(|u| (u.age / 2, u.age % 2, u.name.length())).to_sql(dialect),
        sums.to_sql(dialect),
        users().filter(|u| u.id.is_in([1, 2, 3])).to_sql(dialect),
        users().filter(|u| u.id.is_in(0..2_000)).to_sql(dialect),
        users().filter(|u| u.name.is_in(["a", "b", "c"])).to_sql(dialect),
        OrderLine::query().filter(|l| l.amount.is_in(0..2_000)).to_sql(dialect),
        users().left_join(|u| u.posts).select(|(u, p)| (u.name, p.title)).limit(3).to_sql(dialect),
        users().filter(|u| u.age.gt(90)).update(|u| u.age.set(u.age + 1)).to_sql(dialect),
        users().update(|u| (u.bio.set(u.name), u.name.set("x"))).all_rows().to_sql(dialect),
        users().update(|u| (u.name.set("x"), u.bio.set(u.name))).all_rows().to_sql(dialect),
        users().order_by(|u| u.age.desc()).limit(1).delete().to_sql(dialect),
        User::insert(new()).to_sql(dialect),
        Tag::insert(NewTag { name: "a".into() })
            .on_any_conflict()
            .do_update(|old, new| old.name.set(new.name))
            .to_sql(dialect),
        User::insert(new())
            .on_conflict(|u| u.email)
            .do_update(|old, new| (old.name.set(new.name), old.age.set(old.age + 1)))
            .to_sql(dialect),
        User::insert(new())
            .on_conflict(|u| u.name)
            .do_update(|old, new| old.name.set(new.name))
            .to_sql(dialect),
        User::insert(new())
            .set(|u| u.id.set(1))
            .on_conflict(|u| u.email)
            .do_update(|old, new| old.name.set(new.name))
            .to_sql(dialect),
    ]
}
