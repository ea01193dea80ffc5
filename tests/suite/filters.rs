//! Which rows a condition lets through, the same on every database.

use orm::{Result, prelude::*};
use orm_tests::recorded;

use super::shop::{NewPost, NewTag, NewUser, Post, Tag, User, people, shop};

orm_tests::portable!(shop:
    comparisons_of_numbers,
    comparisons_of_texts,
    a_column_is_compared_with_a_column,
    several_filters_must_all_be_met,
    and_or_and_not_nest,
    a_list_of_conditions_is_all_or_any,
    null_is_neither_equal_nor_unequal,
    is_takes_null_as_a_value,
    not_keeps_null_out,
    is_in_looks_among_values,
    is_in_of_nothing_is_false_and_not_in_of_nothing_is_true,
    is_in_takes_twenty_thousand_values,
    lists_of_like_lengths_share_their_text,
    is_not_in_leaves_null_out,
    between_includes_its_bounds,
    filter_if_filters_only_with_a_value,
    a_predicate_is_a_function,
    contains_starts_with_and_ends_with_are_case_sensitive,
    nothing_is_special_in_contains_starts_with_and_ends_with,
    text_functions_take_columns_and_the_empty_text,
    like_takes_a_pattern,
    lower_upper_and_length,
    division_of_integers_truncates,
    arithmetic_keeps_null,
    arithmetic_binds_as_it_is_written,
    or_replaces_null,
    nulls_go_where_they_are_told,
    an_order_is_refined_by_its_next_part,
    conditions_are_selected_with_a_decision_on_null,
    a_list_of_orders_is_an_order,
    is_compares_columns_and_borrowed_options,
    is_in_takes_borrowed_values,
);

async fn named(db: &Db, condition: impl FnOnce(Columns<User>) -> Cond) -> Result<Vec<String>> {
    User::query().filter(condition).order_by(|u| u.id.asc()).select(|u| u.name).all(db).await
}

async fn tags(db: &Db, names: &[&str]) -> Result<()> {
    Tag::insert_many(names.iter().map(|&name| NewTag { name: name.into() })).exec(db).await?;
    Ok(())
}

async fn tagged(db: &Db, condition: impl FnOnce(Columns<Tag>) -> Cond) -> Result<Vec<String>> {
    Tag::query().filter(condition).order_by(|t| t.id.asc()).select(|t| t.name).all(db).await
}

async fn comparisons_of_numbers(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(named(&db, |u| u.age.eq(31)).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.age.ne(31)).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.age.lt(31)).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.age.le(31)).await?, ["Ann", "Bob"]);
    assert_eq!(named(&db, |u| u.age.gt(31)).await?, ["Cy"]);
    assert_eq!(named(&db, |u| u.age.ge(31)).await?, ["Ann", "Cy"]);
    assert_eq!(named(&db, |u| u.age.gt(-1)).await?.len(), 3);
    Ok(())
}

async fn comparisons_of_texts(db: Db) -> Result<()> {
    people(&db).await?;
    let name = String::from("Bob");
    assert_eq!(named(&db, |u| u.name.eq(&name)).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.name.eq(name)).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.name.eq("bob")).await?, [""; 0]);
    assert_eq!(named(&db, |u| u.name.gt("Ann")).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.bio.eq("writes")).await?, ["Ann"]);
    Ok(())
}

async fn a_column_is_compared_with_a_column(db: Db) -> Result<()> {
    let [ann, _, cy] = people(&db).await?;
    assert_eq!(named(&db, |u| u.name.eq(u.email)).await?, [""; 0]);
    cy.update(|u| u.email.set(u.name)).exec(&db).await?;
    assert_eq!(named(&db, |u| u.name.eq(u.email)).await?, ["Cy"]);
    ann.update(|u| u.manager_id.set(u.id)).exec(&db).await?;
    assert_eq!(named(&db, |u| u.id.eq(u.manager_id)).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.manager_id.lt(u.id)).await?, ["Bob", "Cy"]);
    Ok(())
}

async fn several_filters_must_all_be_met(db: Db) -> Result<()> {
    people(&db).await?;
    let query = User::query().filter(|u| u.age.gt(20)).filter(|u| u.bio.is_null());
    assert_eq!(query.select(|u| u.name).all(&db).await?, ["Cy"]);
    Ok(())
}

async fn and_or_and_not_nest(db: Db) -> Result<()> {
    people(&db).await?;
    let either = |u: Columns<User>| u.name.eq("Ann").or(u.name.eq("Bob"));
    assert_eq!(named(&db, |u| either(u).and(u.age.lt(30))).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.age.lt(30).and(either(u)).or(u.age.gt(40))).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| either(u).not()).await?, ["Cy"]);
    assert_eq!(named(&db, |u| !either(u).and(u.age.lt(30))).await?, ["Ann", "Cy"]);
    assert_eq!(named(&db, |u| !!either(u)).await?, ["Ann", "Bob"]);
    Ok(())
}

async fn a_list_of_conditions_is_all_or_any(db: Db) -> Result<()> {
    people(&db).await?;
    let each = |u: Columns<User>| ["Ann", "Cy"].map(|name| u.name.eq(name));
    assert_eq!(named(&db, |u| Cond::any(each(u))).await?, ["Ann", "Cy"]);
    assert_eq!(named(&db, |u| Cond::all(each(u))).await?, [""; 0]);
    assert_eq!(named(&db, |_| Cond::any([])).await?, [""; 0]);
    assert_eq!(named(&db, |_| Cond::all([])).await?.len(), 3);
    Ok(())
}

async fn null_is_neither_equal_nor_unequal(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(named(&db, |u| u.bio.ne("writes")).await?, [""; 0]);
    assert_eq!(named(&db, |u| u.bio.eq(u.bio)).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.bio.is_null()).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.bio.is_not_null()).await?, ["Ann"]);
    Ok(())
}

async fn is_takes_null_as_a_value(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(named(&db, |u| u.bio.is(None)).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.bio.is(Some("writes".to_owned()))).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.bio.is("writes")).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.bio.is("writes").not()).await?, ["Bob", "Cy"]);
    Ok(())
}

async fn not_keeps_null_out(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(named(&db, |u| u.bio.eq("writes").not()).await?, [""; 0]);
    assert_eq!(named(&db, |u| u.bio.eq("paints").not()).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.bio.eq("paints").or(u.age.gt(40))).await?, ["Cy"]);
    Ok(())
}

async fn is_in_looks_among_values(db: Db) -> Result<()> {
    let [ann, _, cy] = people(&db).await?;
    assert_eq!(named(&db, |u| u.id.is_in([ann.id, cy.id])).await?, ["Ann", "Cy"]);
    assert_eq!(named(&db, |u| u.name.is_in(["Bob", "Bob", "Dan"])).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.age.is_in(vec![20, 47])).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.manager_id.is_in([ann.id])).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.age.is_not_in([31])).await?, ["Bob", "Cy"]);
    Ok(())
}

async fn is_in_of_nothing_is_false_and_not_in_of_nothing_is_true(db: Db) -> Result<()> {
    people(&db).await?;
    let none: Vec<i64> = Vec::new();
    assert_eq!(named(&db, |u| u.id.is_in(none.clone())).await?, [""; 0]);
    assert_eq!(named(&db, |u| u.id.is_not_in(none.clone())).await?.len(), 3);
    assert_eq!(named(&db, |u| u.manager_id.is_not_in(none.clone())).await?.len(), 3);
    assert_eq!(named(&db, |u| u.id.is_in(none).or(u.age.gt(40))).await?, ["Cy"]);
    Ok(())
}

async fn is_in_takes_twenty_thousand_values(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let all = ann.id..=cy.id + 20_000;
    assert_eq!(named(&db, |u| u.id.is_in(all.clone())).await?.len(), 3);
    assert_eq!(named(&db, |u| u.id.is_in(all.filter(|id| *id != bob.id))).await?, ["Ann", "Cy"]);
    let texts = (0..20_000).map(|n| format!("name {n}")).chain(["Cy".to_owned()]);
    assert_eq!(named(&db, |u| u.name.is_in(texts)).await?, ["Cy"]);
    Ok(())
}

async fn lists_of_like_lengths_share_their_text(db: Db) -> Result<()> {
    let some = |count: i64| User::query().filter(move |u| u.id.is_in(0..count)).select(|u| u.id);
    for (few, many) in [(300, 500), (1_100, 5_000)] {
        let (few, many) = (some(few), some(many));
        let ((), statements) = recorded(async {
            few.all(&db).await.unwrap();
            many.all(&db).await.unwrap();
        })
        .await;
        assert_eq!(statements.len(), 2);
        assert_eq!(statements[0], statements[1]);
    }
    Ok(())
}

async fn is_not_in_leaves_null_out(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(named(&db, |u| u.bio.is_not_in(["paints"])).await?, ["Ann"]);
    Ok(())
}

async fn between_includes_its_bounds(db: Db) -> Result<()> {
    people(&db).await?;
    assert_eq!(named(&db, |u| u.age.between(20, 31)).await?, ["Ann", "Bob"]);
    assert_eq!(named(&db, |u| u.age.between(31, 20)).await?, [""; 0]);
    assert_eq!(named(&db, |u| u.id.between(u.manager_id, u.id)).await?, ["Bob", "Cy"]);
    Ok(())
}

async fn filter_if_filters_only_with_a_value(db: Db) -> Result<()> {
    people(&db).await?;
    let search = |min: Option<i32>, name: Option<&str>| {
        let name = name.map(str::to_owned);
        User::query().filter_if(min, |u, min| u.age.ge(min)).filter_if(name, |u, name| u.name.eq(name))
    };
    assert_eq!(search(None, None).count(&db).await?, 3);
    assert_eq!(search(Some(30), None).count(&db).await?, 2);
    assert_eq!(search(Some(30), Some("Bob")).count(&db).await?, 0);
    assert_eq!(search(None, Some("Bob")).count(&db).await?, 1);
    Ok(())
}

async fn a_predicate_is_a_function(db: Db) -> Result<()> {
    fn active(u: Columns<User>) -> Cond {
        u.age.ge(18).and(u.bio.is_not_null())
    }
    fn named_like(name: &str) -> impl FnOnce(Columns<User>) -> Cond + '_ {
        move |u| u.name.starts_with(name)
    }
    people(&db).await?;
    assert_eq!(named(&db, active).await?, ["Ann"]);
    assert_eq!(named(&db, |u| active(u).not()).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, named_like("B")).await?, ["Bob"]);
    Ok(())
}

async fn contains_starts_with_and_ends_with_are_case_sensitive(db: Db) -> Result<()> {
    tags(&db, &["Rust", "rust", "trust", "crusty", "Große Straße", "naïve 🦀 crab"]).await?;
    assert_eq!(tagged(&db, |t| t.name.contains("rust")).await?, ["rust", "trust", "crusty"]);
    assert_eq!(tagged(&db, |t| t.name.starts_with("rust")).await?, ["rust"]);
    assert_eq!(tagged(&db, |t| t.name.starts_with("R")).await?, ["Rust"]);
    assert_eq!(tagged(&db, |t| t.name.ends_with("rust")).await?, ["rust", "trust"]);
    assert_eq!(tagged(&db, |t| t.name.ends_with("UST")).await?, [""; 0]);
    assert_eq!(tagged(&db, |t| t.name.contains("ße S")).await?, ["Große Straße"]);
    assert_eq!(tagged(&db, |t| t.name.ends_with("🦀 crab")).await?, ["naïve 🦀 crab"]);
    assert_eq!(tagged(&db, |t| t.name.starts_with("naïve 🦀")).await?, ["naïve 🦀 crab"]);
    Ok(())
}

async fn nothing_is_special_in_contains_starts_with_and_ends_with(db: Db) -> Result<()> {
    let all =
        ["100%", "100 percent", "a_b", "aXb", "it's", r"back\slash", r#"say "hi""#, "50%_\\'\"x", "[a]", "*"];
    tags(&db, &all).await?;
    for text in all {
        assert_eq!(tagged(&db, |t| t.name.eq(text)).await?, [text]);
        assert_eq!(tagged(&db, |t| t.name.starts_with(text)).await?, [text], "starts_with {text}");
        assert_eq!(tagged(&db, |t| t.name.ends_with(text)).await?, [text], "ends_with {text}");
        assert_eq!(tagged(&db, |t| t.name.contains(text)).await?, [text], "contains {text}");
    }
    assert_eq!(tagged(&db, |t| t.name.contains("%")).await?, ["100%", "50%_\\'\"x"]);
    assert_eq!(tagged(&db, |t| t.name.contains("_")).await?, ["a_b", "50%_\\'\"x"]);
    assert_eq!(tagged(&db, |t| t.name.contains("\\")).await?, [r"back\slash", "50%_\\'\"x"]);
    Ok(())
}

async fn text_functions_take_columns_and_the_empty_text(db: Db) -> Result<()> {
    people(&db).await?;
    let other = NewUser { email: "Dan@x".into(), name: "Dan".into() };
    User::insert(other).set(|u| u.bio.set("an")).exec(&db).await?;
    assert_eq!(named(&db, |u| u.email.starts_with(u.name)).await?, ["Dan"]);
    assert_eq!(named(&db, |u| u.name.ends_with(u.bio)).await?, ["Dan"]);
    assert_eq!(named(&db, |u| u.name.contains(u.bio)).await?, ["Dan"]);
    assert_eq!(named(&db, |u| u.bio.contains("n")).await?, ["Dan"]);
    assert_eq!(named(&db, |u| u.name.contains("")).await?.len(), 4);
    assert_eq!(named(&db, |u| u.name.starts_with("")).await?.len(), 4);
    assert_eq!(named(&db, |u| u.name.ends_with("")).await?.len(), 4);
    assert_eq!(named(&db, |u| u.bio.ends_with("")).await?, ["Ann", "Dan"]);
    assert_eq!(named(&db, |u| u.name.ends_with("longer than any name")).await?, [""; 0]);
    Ok(())
}

async fn like_takes_a_pattern(db: Db) -> Result<()> {
    tags(&db, &["alpha", "alps", "beta"]).await?;
    assert_eq!(tagged(&db, |t| t.name.like("al%")).await?, ["alpha", "alps"]);
    assert_eq!(tagged(&db, |t| t.name.like("_eta")).await?, ["beta"]);
    assert_eq!(tagged(&db, |t| t.name.like("al%").not()).await?, ["beta"]);
    Ok(())
}

async fn lower_upper_and_length(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    ann.update(|u| u.name.set("Zoë 🦀")).exec(&db).await?;
    assert_eq!(named(&db, |u| u.name.lower().eq("bob")).await?, ["Bob"]);
    assert_eq!(named(&db, |u| u.name.upper().eq("BOB")).await?, ["Bob"]);
    let lengths =
        User::query().order_by(|u| u.id.asc()).select(|u| (u.name.length(), u.bio.length(), u.bio.upper()));
    let rows: Vec<(i64, Option<i64>, Option<String>)> = lengths.all(&db).await?;
    assert_eq!(rows, [(5, Some(6), Some("WRITES".into())), (3, None, None), (2, None, None)]);
    Ok(())
}

async fn division_of_integers_truncates(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    let divided = User::query()
        .filter(|u| u.id.eq(ann.id))
        .select(|u| (u.age / 2, (u.age - 100) / 2, u.age % 7, (u.age - 100) % 7, (u.age - 100) / -2));
    assert_eq!(divided.one(&db).await?, (15, -34, 3, -6, 34));
    assert_eq!(named(&db, |u| (u.age / 10).eq(4)).await?, ["Cy"]);
    Ok(())
}

async fn arithmetic_keeps_null(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let sums = User::query()
        .order_by(|u| u.id.asc())
        .select(|u| (u.manager_id + u.id, u.id + u.manager_id, u.id - 1));
    let rows: Vec<(Option<i64>, Option<i64>, i64)> = sums.limit(2).all(&db).await?;
    assert_eq!(rows[0], (None, None, ann.id - 1));
    assert_eq!(rows[1], (Some(bob.id + ann.id), Some(bob.id + ann.id), bob.id - 1));
    Ok(())
}

async fn arithmetic_binds_as_it_is_written(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    let query = User::query().filter(|u| u.id.eq(ann.id));
    let numbers = query.select(|u| {
        (
            (u.age + 1) * 2,
            u.age + u.age * 2,
            u.age - (u.age - 1),
            (u.age - 1 - u.age) - 1,
            u.age / (u.age / 3),
        )
    });
    assert_eq!(numbers.one(&db).await?, (64, 93, 1, -2, 3));
    let compared = User::query().filter(|u| (u.age + 1).eq(32).and(u.age.eq(31).or(u.age.eq(1)).not().not()));
    assert_eq!(compared.count(&db).await?, 1);
    Ok(())
}

async fn or_replaces_null(db: Db) -> Result<()> {
    let [ann, bob, cy] = people(&db).await?;
    let rows =
        User::query().order_by(|u| u.id.asc()).select(|u| (u.bio.or("nothing"), u.manager_id.or(u.id)));
    let rows: Vec<(String, i64)> = rows.all(&db).await?;
    let nothing = || "nothing".to_owned();
    assert_eq!(rows, [("writes".to_owned(), ann.id), (nothing(), ann.id), (nothing(), ann.id)]);
    assert_eq!(named(&db, |u| u.bio.or("nothing").eq("nothing")).await?, [bob.name, cy.name]);
    Ok(())
}

async fn nulls_go_where_they_are_told(db: Db) -> Result<()> {
    let [ann, _, _] = people(&db).await?;
    let post = |title: &str| NewPost { author_id: ann.id, title: title.into() };
    Post::insert(post("low")).set(|p| p.rating.set(1.5)).exec(&db).await?;
    Post::insert(post("none")).exec(&db).await?;
    Post::insert(post("high")).set(|p| p.rating.set(4.5)).exec(&db).await?;
    let titles = |query: Query<Post>| async { query.select(|p| p.title).all(&db).await };
    let all = Post::query;
    assert_eq!(titles(all().order_by(|p| p.rating.asc().nulls_first())).await?, ["none", "low", "high"]);
    assert_eq!(titles(all().order_by(|p| p.rating.asc().nulls_last())).await?, ["low", "high", "none"]);
    assert_eq!(titles(all().order_by(|p| p.rating.desc().nulls_first())).await?, ["none", "high", "low"]);
    assert_eq!(titles(all().order_by(|p| p.rating.desc().nulls_last())).await?, ["high", "low", "none"]);
    Ok(())
}

async fn an_order_is_refined_by_its_next_part(db: Db) -> Result<()> {
    people(&db).await?;
    User::query().filter(|u| u.name.ne("Cy")).update(|u| u.age.set(20)).exec(&db).await?;
    let names = |query: Query<User>| async { query.select(|u| u.name).all(&db).await };
    assert_eq!(names(User::query().order_by(|u| (u.age.desc(), u.name.desc()))).await?, ["Cy", "Bob", "Ann"]);
    let called_twice = User::query().order_by(|u| u.age.asc()).order_by(|u| u.name.desc());
    assert_eq!(names(called_twice).await?, ["Bob", "Ann", "Cy"]);
    let computed = User::query().order_by(|u| ((u.age * -1).asc(), u.name.length().desc(), u.id.desc()));
    assert_eq!(names(computed).await?, ["Cy", "Bob", "Ann"]);
    Ok(())
}

async fn a_list_of_orders_is_an_order(db: Db) -> Result<()> {
    people(&db).await?;
    let descending = true;
    let query = User::query()
        .order_by(|u| vec![u.age.asc(), if descending { u.name.desc() } else { u.name.asc() }])
        .select(|u| u.name);
    assert_eq!(query.all(&db).await?, ["Bob", "Ann", "Cy"]);
    Ok(())
}

async fn conditions_are_selected_with_a_decision_on_null(db: Db) -> Result<()> {
    people(&db).await?;
    let rows = User::query()
        .order_by(|u| u.id.asc())
        .select(|u| (u.bio.eq("writes").or_false(), u.bio.eq("writes").nullable(), u.age.gt(30).or_false()));
    let rows: Vec<(bool, Option<bool>, bool)> = rows.all(&db).await?;
    assert_eq!(rows, [(true, Some(true), true), (false, None, false), (false, None, true)]);
    Ok(())
}

async fn is_compares_columns_and_borrowed_options(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let sames = User::query().filter(|u| u.manager_id.is(u.manager_id)).count(&db).await?;
    assert_eq!(sames, 3, "NULL is NULL");
    assert_eq!(named(&db, |u| u.manager_id.is(u.id)).await?, [""; 0]);
    assert_eq!(named(&db, |u| u.manager_id.is(u.id).not()).await?.len(), 3, "it is never NULL");
    assert_eq!(named(&db, |u| u.manager_id.is(ann.manager_id)).await?, ["Ann"]);
    assert_eq!(named(&db, |u| u.manager_id.is(bob.manager_id)).await?, ["Bob", "Cy"]);
    assert_eq!(named(&db, |u| u.bio.is(&ann.bio)).await?, ["Ann"]);
    Ok(())
}

async fn is_in_takes_borrowed_values(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    let ids = vec![ann.id, bob.id];
    assert_eq!(named(&db, |u| u.id.is_in(&ids)).await?, ["Ann", "Bob"]);
    assert_eq!(named(&db, |u| u.id.is_not_in(ids.iter())).await?, ["Cy"]);
    assert_eq!(named(&db, |u| u.name.is_in([&ann.name])).await?, ["Ann"]);
    Ok(())
}
