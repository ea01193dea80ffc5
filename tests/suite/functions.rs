//! What functions give, the same on every database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use orm::{ErrorKind, Result, now, prelude::*, raw, raw_cond, value, when};

use super::shop::{NewPost, NewUser, Post, User, people, post, shop};

orm_tests::portable!(shop:
    texts_are_joined_and_keep_null,
    spaces_go_at_the_ends_and_nothing_else,
    parts_of_a_text_are_counted_in_characters,
    a_text_is_replaced_as_it_is,
    like_any_case_takes_no_notice_of_case,
    numbers_are_rounded_away_from_zero,
    floor_and_ceil_of_what_is_negative,
    the_least_and_the_greatest_are_null_beside_null,
    is_not_is_never_null,
    null_if_makes_null,
    casts_between_numbers_and_texts,
    a_choice_takes_the_first_that_is_true,
    a_choice_keeps_null,
    parts_of_a_moment_are_those_of_utc,
    parts_of_dates_and_times,
    moments_are_cut_to_their_beginning,
    dates_are_cut_to_their_beginning,
    moments_are_moved,
    months_end_where_they_end,
    moments_before_1970_are_moved_as_well,
    differences_are_exact,
    now_is_now,
    functions_keep_null,
    sql_by_hand_binds_its_values,
    sql_by_hand_with_another_number_of_arguments_is_refused,
    functions_work_in_updates_groups_and_orders,
);

/// What an expression gives for one row.
async fn of<T: orm::ColumnValue>(db: &Db, pick: impl FnOnce(Columns<User>) -> Expr<T>) -> Result<T> {
    if !User::query().exists(db).await? {
        people(db).await?;
    }
    User::query().filter(|u| u.name.eq("Ann")).select(pick).one(db).await
}

async fn texts_are_joined_and_keep_null(db: Db) -> Result<()> {
    assert_eq!(of(&db, |u| u.name.concat(" & ").concat(u.email)).await?, "Ann & ann@x");
    assert_eq!(of(&db, |u| u.bio.concat("!")).await?.as_deref(), Some("writes!"));
    people_without_a_bio(&db).await?;
    let joined = User::query().filter(|u| u.name.eq("Bob")).select(|u| u.name.concat(u.bio)).one(&db).await?;
    assert_eq!(joined, None);
    Ok(())
}

async fn people_without_a_bio(db: &Db) -> Result<()> {
    assert!(User::query().filter(|u| u.bio.is_null()).exists(db).await?);
    Ok(())
}

async fn spaces_go_at_the_ends_and_nothing_else(db: Db) -> Result<()> {
    let padded = "  a b\t ";
    assert_eq!(of(&db, |_| value(padded).trim()).await?, "a b\t");
    assert_eq!(of(&db, |_| value(padded).trim_start()).await?, "a b\t ");
    assert_eq!(of(&db, |_| value(padded).trim_end()).await?, "  a b\t");
    Ok(())
}

async fn parts_of_a_text_are_counted_in_characters(db: Db) -> Result<()> {
    assert_eq!(of(&db, |_| value("Übermäßig").substring(2, 3)).await?, "ber");
    assert_eq!(of(&db, |_| value("Übermäßig").substring(8, 100)).await?, "ig");
    assert_eq!(of(&db, |_| value("Übermäßig").position("ä")).await?, 6);
    assert_eq!(of(&db, |_| value("Übermäßig").position("Ä")).await?, 0);
    assert_eq!(of(&db, |u| u.email.substring(1, u.email.position("@") - 1)).await?, "ann");
    Ok(())
}

async fn a_text_is_replaced_as_it_is(db: Db) -> Result<()> {
    assert_eq!(of(&db, |_| value("a%b_c%").replace("%", "_%")).await?, "a_%b_c_%");
    assert_eq!(of(&db, |_| value("aAa").replace("a", "")).await?, "A");
    assert_eq!(of(&db, |_| value("abc").replace("", "x")).await?, "abc");
    Ok(())
}

async fn like_any_case_takes_no_notice_of_case(db: Db) -> Result<()> {
    people(&db).await?;
    let names = |pattern: &'static str| {
        User::query()
            .filter(move |u| u.name.like_any_case(pattern))
            .order_by(|u| u.id.asc())
            .select(|u| u.name)
    };
    assert_eq!(names("a%").all(&db).await?, ["Ann"]);
    assert_eq!(names("_O_").all(&db).await?, ["Bob"]);
    assert_eq!(names("b").all(&db).await?, [""; 0]);
    Ok(())
}

async fn numbers_are_rounded_away_from_zero(db: Db) -> Result<()> {
    for (number, rounded) in
        [(0.5, 1.0), (1.5, 2.0), (2.5, 3.0), (-2.5, -3.0), (2.4, 2.0), (-0.4, 0.0), (1e300, 1e300)]
    {
        let found: f64 = of(&db, |_| value(number).round()).await?;
        assert!((found - rounded).abs() < f64::EPSILON, "{number}: {found}");
        let found: f32 = of(&db, |_| value(2.5_f32).round()).await?;
        assert!((found - 3.0).abs() < f32::EPSILON);
    }
    assert_eq!(of(&db, |_| value(-7_i64).abs()).await?, 7);
    Ok(())
}

async fn floor_and_ceil_of_what_is_negative(db: Db) -> Result<()> {
    for (number, floor, ceil) in
        [(1.2, 1.0, 2.0), (-1.2, -2.0, -1.0), (3.0, 3.0, 3.0), (1e18, 1e18, 1e18), (0.0, 0.0, 0.0)]
    {
        let found: (f64, f64) =
            (of(&db, |_| value(number).floor()).await?, of(&db, |_| value(number).ceil()).await?);
        assert_eq!(found, (floor, ceil), "{number}");
    }
    let found: (f32, f32) =
        (of(&db, |_| value(-1.5_f32).floor()).await?, of(&db, |_| value(-1.5_f32).ceil()).await?);
    assert_eq!(found, (-2.0, -1.0));
    Ok(())
}

async fn the_least_and_the_greatest_are_null_beside_null(db: Db) -> Result<()> {
    assert_eq!(of(&db, |u| u.age.least(20)).await?, 20);
    assert_eq!(of(&db, |u| u.age.greatest(20)).await?, 31);
    assert_eq!(of(&db, |u| u.age.greatest(31)).await?, 31);
    assert_eq!(of(&db, |u| u.name.least(u.email)).await?, "Ann");
    assert_eq!(of(&db, |u| u.id.greatest(u.manager_id)).await?, None);
    assert_eq!(of(&db, |u| u.manager_id.least(u.id)).await?, None);
    Ok(())
}

async fn is_not_is_never_null(db: Db) -> Result<()> {
    people(&db).await?;
    let names = User::query().filter(|u| u.bio.is_not("writes")).order_by(|u| u.id.asc()).select(|u| u.name);
    assert_eq!(names.all(&db).await?, ["Bob", "Cy"]);
    let names = User::query().filter(|u| u.bio.is_not(None::<String>)).select(|u| u.name);
    assert_eq!(names.all(&db).await?, ["Ann"]);
    let names = User::query().filter(|u| u.bio.is_not(u.bio)).count(&db).await?;
    assert_eq!(names, 0);
    Ok(())
}

async fn null_if_makes_null(db: Db) -> Result<()> {
    assert_eq!(of(&db, |u| u.name.null_if("Ann")).await?, None);
    assert_eq!(of(&db, |u| u.name.null_if("ann")).await?.as_deref(), Some("Ann"));
    assert_eq!(of(&db, |u| (u.age * 10) / (u.age - 31).null_if(0)).await?, None);
    Ok(())
}

async fn casts_between_numbers_and_texts(db: Db) -> Result<()> {
    assert_eq!(of(&db, |u| u.age.cast::<String>()).await?, "31");
    assert_eq!(of(&db, |u| u.name.concat(u.age.cast::<String>())).await?, "Ann31");
    assert!(of(&db, |u| u.name.ne(u.id.cast::<String>()).or_false()).await?);
    let half: f64 = of(&db, |u| u.age.cast::<f64>() / 2.0).await?;
    assert!((half - 15.5).abs() < f64::EPSILON);
    assert_eq!(of(&db, |_| value(2.9).cast::<i64>()).await?, 2);
    assert_eq!(of(&db, |_| value(-2.9).cast::<i64>()).await?, -2);
    assert_eq!(of(&db, |_| value("12").cast::<i64>()).await?, 12);
    assert_eq!(of(&db, |u| u.id.cast::<rust_decimal::Decimal>()).await?, 1.into());
    assert_eq!(of(&db, |u| u.manager_id.cast::<f64>()).await?, None);
    Ok(())
}

async fn a_choice_takes_the_first_that_is_true(db: Db) -> Result<()> {
    people(&db).await?;
    let ages = User::query()
        .order_by(|u| u.id.asc())
        .select(|u| when(u.age.lt(21), "young").when(u.age.lt(40), "grown").otherwise("old"));
    assert_eq!(ages.all(&db).await?, ["grown", "young", "old"]);
    let old = User::query().filter(|u| when(u.age.gt(40), 1).otherwise(0).eq(1)).select(|u| u.name);
    assert_eq!(old.all(&db).await?, ["Cy"]);
    let first = User::query().order_by(|u| (when(u.name.eq("Cy"), 0).otherwise(1).asc(), u.id.asc()));
    assert_eq!(first.select(|u| u.name).all(&db).await?, ["Cy", "Ann", "Bob"]);
    Ok(())
}

async fn a_choice_keeps_null(db: Db) -> Result<()> {
    assert_eq!(of(&db, |u| when(u.age.lt(0), u.name).or_null()).await?, None);
    assert_eq!(of(&db, |u| when(u.manager_id.eq(1), u.manager_id).otherwise(7)).await?, Some(7));
    // A condition that is NULL is not met.
    assert_eq!(of(&db, |u| when(u.manager_id.gt(0), 1).otherwise(2)).await?, 2);
    Ok(())
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const LATE: &str = "2023-12-31T23:59:59.999999Z";

async fn parts_of_a_moment_are_those_of_utc(db: Db) -> Result<()> {
    let late = moment(LATE);
    let found: Vec<i32> = vec![
        of(&db, |_| value(late).year()).await?,
        of(&db, |_| value(late).month()).await?,
        of(&db, |_| value(late).day()).await?,
        of(&db, |_| value(late).hour()).await?,
        of(&db, |_| value(late).minute()).await?,
        of(&db, |_| value(late).second()).await?,
        of(&db, |_| value(late).weekday()).await?,
        of(&db, |_| value(late).day_of_year()).await?,
    ];
    assert_eq!(found, [2023, 12, 31, 23, 59, 59, 7, 365]);
    assert_eq!(of(&db, |_| value(late).date()).await?, date("2023-12-31"));
    assert_eq!(of(&db, |_| value(moment("2024-01-01T00:00:00Z")).weekday()).await?, 1);
    Ok(())
}

async fn parts_of_dates_and_times(db: Db) -> Result<()> {
    let leap = date("2024-02-29");
    assert_eq!(of(&db, |_| value(leap).month()).await?, 2);
    assert_eq!(of(&db, |_| value(leap).weekday()).await?, 4);
    assert_eq!(of(&db, |_| value(leap).day_of_year()).await?, 60);
    let time = NaiveTime::from_hms_micro_opt(9, 8, 7, 999_999).unwrap();
    assert_eq!(of(&db, |_| value(time).hour()).await?, 9);
    assert_eq!(of(&db, |_| value(time).minute()).await?, 8);
    assert_eq!(of(&db, |_| value(time).second()).await?, 7);
    let local: NaiveDateTime = "2024-02-29T13:14:15.5".parse().unwrap();
    assert_eq!(of(&db, |_| value(local).second()).await?, 15);
    assert_eq!(of(&db, |_| value(local).date()).await?, leap);
    Ok(())
}

async fn moments_are_cut_to_their_beginning(db: Db) -> Result<()> {
    let late = moment(LATE);
    let cut = |text: &str| moment(text);
    assert_eq!(of(&db, |_| value(late).start_of_year()).await?, cut("2023-01-01T00:00:00Z"));
    assert_eq!(of(&db, |_| value(late).start_of_month()).await?, cut("2023-12-01T00:00:00Z"));
    assert_eq!(of(&db, |_| value(late).start_of_week()).await?, cut("2023-12-25T00:00:00Z"));
    assert_eq!(of(&db, |_| value(late).start_of_day()).await?, cut("2023-12-31T00:00:00Z"));
    assert_eq!(of(&db, |_| value(late).start_of_hour()).await?, cut("2023-12-31T23:00:00Z"));
    assert_eq!(of(&db, |_| value(late).start_of_minute()).await?, cut("2023-12-31T23:59:00Z"));
    assert_eq!(of(&db, |_| value(late).start_of_second()).await?, cut("2023-12-31T23:59:59Z"));
    let monday = moment("2024-01-01T00:00:00Z");
    assert_eq!(of(&db, |_| value(monday).start_of_week()).await?, monday);
    Ok(())
}

async fn dates_are_cut_to_their_beginning(db: Db) -> Result<()> {
    let leap = date("2024-02-29");
    assert_eq!(of(&db, |_| value(leap).start_of_year()).await?, date("2024-01-01"));
    assert_eq!(of(&db, |_| value(leap).start_of_month()).await?, date("2024-02-01"));
    assert_eq!(of(&db, |_| value(leap).start_of_week()).await?, date("2024-02-26"));
    Ok(())
}

async fn moments_are_moved(db: Db) -> Result<()> {
    let late = moment(LATE);
    for time in
        [TimeDelta::microseconds(1), TimeDelta::days(-400), TimeDelta::milliseconds(-1), TimeDelta::zero()]
    {
        assert_eq!(of(&db, |_| value(late).plus(time)).await?, late + time, "{time}");
    }
    assert_eq!(of(&db, |_| value(late).plus_days(1)).await?, moment("2024-01-01T23:59:59.999999Z"));
    assert_eq!(of(&db, |u| value(date("2024-02-28")).plus_days(u.id + 1)).await?, date("2024-03-01"));
    let found = of(&db, |_| value(late).plus(TimeDelta::MAX)).await.unwrap_err();
    assert_eq!(found.kind(), ErrorKind::InvalidQuery, "{found}");
    Ok(())
}

async fn months_end_where_they_end(db: Db) -> Result<()> {
    assert_eq!(of(&db, |_| value(date("2024-01-31")).plus_months(1)).await?, date("2024-02-29"));
    assert_eq!(of(&db, |_| value(date("2024-03-31")).plus_months(-13)).await?, date("2023-02-28"));
    let found = of(&db, |_| value(moment(LATE)).plus_months(2)).await?;
    assert_eq!(found, moment("2024-02-29T23:59:59.999999Z"));
    Ok(())
}

async fn moments_before_1970_are_moved_as_well(db: Db) -> Result<()> {
    let early = moment("1931-05-06T07:08:09.000001Z");
    for time in [TimeDelta::microseconds(-2), TimeDelta::days(1), TimeDelta::microseconds(999_999)] {
        assert_eq!(of(&db, |_| value(early).plus(time)).await?, early + time, "{time}");
    }
    assert_eq!(of(&db, |_| value(early).start_of_second()).await?, moment("1931-05-06T07:08:09Z"));
    Ok(())
}

async fn differences_are_exact(db: Db) -> Result<()> {
    let (one, other) = (moment(LATE), moment("1999-01-01T00:00:00.000001Z"));
    let expected = (one - other).num_microseconds().unwrap();
    assert_eq!(of(&db, |_| value(one).microseconds_since(other)).await?, expected);
    assert_eq!(of(&db, |_| value(other).microseconds_since(one)).await?, -expected);
    assert_eq!(of(&db, |_| value(date("2024-03-01")).days_since(date("2023-03-01"))).await?, 366);
    Ok(())
}

async fn now_is_now(db: Db) -> Result<()> {
    people(&db).await?;
    let (before, found) = (Utc::now(), of(&db, |_| now()).await?);
    let between = found.signed_duration_since(before).num_seconds().abs();
    assert!(between < 60, "{found} is not {before}");
    let new = User::query().filter(|u| u.created_at.gt(now().plus(TimeDelta::hours(-1)))).count(&db).await?;
    assert_eq!(new, 3);
    Ok(())
}

async fn functions_keep_null(db: Db) -> Result<()> {
    let none = |u: Columns<User>| when(u.age.lt(0), u.created_at).or_null();
    assert_eq!(of(&db, |u| none(u).year()).await?, None);
    assert_eq!(of(&db, |u| none(u).start_of_week()).await?, None);
    assert_eq!(of(&db, |u| none(u).plus(TimeDelta::seconds(1))).await?, None);
    assert_eq!(of(&db, |u| none(u).plus_months(1)).await?, None);
    assert_eq!(of(&db, |u| u.created_at.microseconds_since(none(u))).await?, None);
    let number = |u: Columns<User>| when(u.age.lt(0), 1.5).or_null();
    assert_eq!(of(&db, |u| number(u).floor()).await?, None);
    assert_eq!(of(&db, |u| number(u).round()).await?, None);
    assert_eq!(of(&db, |u| number(u).cast::<i64>()).await?, None);
    let text = |u: Columns<User>| when(u.age.lt(0), "x").or_null();
    assert_eq!(of(&db, |u| text(u).trim()).await?, None);
    assert_eq!(of(&db, |u| text(u).substring(1, 1)).await?, None);
    assert_eq!(of(&db, |u| text(u).position("x")).await?, None);
    Ok(())
}

async fn sql_by_hand_binds_its_values(db: Db) -> Result<()> {
    let hostile = "'; DROP TABLE users; -- ?";
    assert_eq!(of(&db, |_| raw::<String>("replace('a?b', '?', ?)", hostile)).await?, format!("a{hostile}b"));
    assert_eq!(of(&db, |u| raw::<i64>("? + ? * 2", (u.id, 20_i64))).await?, 41);
    let found = User::query().filter(|u| raw_cond("? IN (?, ?)", (u.name, "Bob", hostile)));
    assert_eq!(found.select(|u| u.name).all(&db).await?, ["Bob"]);
    Ok(())
}

async fn sql_by_hand_with_another_number_of_arguments_is_refused(db: Db) -> Result<()> {
    for found in [
        of(&db, |u| raw::<i64>("? + ?", u.id)).await,
        of(&db, |u| raw::<i64>("1", u.id)).await,
        of(&db, |u| raw::<i64>("'?'", u.id)).await,
        of(&db, |u| orm::function::<i64>("abs(1)--", u.id)).await,
    ] {
        assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidQuery);
    }
    assert_eq!(of(&db, |u| orm::function::<i64>("abs", u.id - 5)).await?, 4);
    Ok(())
}

async fn functions_work_in_updates_groups_and_orders(db: Db) -> Result<()> {
    let [ann, bob, _] = people(&db).await?;
    for (author, title) in [(&ann, "a"), (&ann, "b"), (&bob, "c")] {
        post(&db, author, title).await?;
    }
    User::query()
        .filter(|u| u.id.eq(ann.id))
        .update(|u| u.name.set(u.name.upper().concat("!")))
        .exec(&db)
        .await?;
    let by_length = User::query().group_by(|u| u.name.length()).order_by(|length, _| length.asc());
    assert_eq!(by_length.select(|length, _| (length, count())).all(&db).await?, [(2, 1), (3, 1), (4, 1)]);
    let shouted = Post::query().join(|p| p.author).filter(|(_, u)| u.name.ends_with("!")).count(&db).await?;
    assert_eq!(shouted, 2);
    Post::insert_many([NewPost { author_id: bob.id, title: "d".into() }]).exec(&db).await?;
    let new = NewUser { email: "x@x".into(), name: "X".into() };
    User::insert(new).set(|u| u.age.set(1)).exec(&db).await?;
    let counts = User::query()
        .aggregate(|u| (count(), count().filter(u.age.lt(21)), u.age.max().filter(u.age.lt(21))));
    assert_eq!(counts.one(&db).await?, (4, 2, Some(20)));
    Ok(())
}
