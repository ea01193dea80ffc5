//! Many-to-many relations whose join model has columns of its own.

use chrono::{DateTime, Utc};
use orm::{Result, prelude::*};
use orm_schema::Schema;
use orm_tests::recorded;

orm_tests::portable!(clubs:
    both_ends_are_loaded_through_the_join_model,
    the_join_row_is_loaded_beside_what_it_leads_to,
    the_columns_of_the_join_row_are_asked_about,
    all_three_are_joined,
    the_join_row_is_written_by_itself,
    a_member_is_upserted,
);

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    has_many(memberships: Membership.person),
    has_many(clubs: Club through Membership.person, Membership.club)
)]
pub struct Person {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    has_many(memberships: Membership.club),
    has_many(people: Person through Membership.club, Membership.person)
)]
pub struct Club {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(person_id, club_id))]
pub struct Membership {
    #[orm(belongs_to(person: Person, on_delete = cascade))]
    pub person_id: i64,
    #[orm(belongs_to(club: Club, on_delete = cascade))]
    pub club_id: i64,
    pub role: String,
    #[orm(default = 0)]
    pub fee: i64,
    #[orm(default = now)]
    pub since: DateTime<Utc>,
}

fn clubs() -> Schema {
    orm_tests::schema_of(&[Person::TABLE, Club::TABLE, Membership::TABLE])
}

/// Ann runs the chess club and rows; Bob rows.
async fn fill(db: &Db) -> Result<([Person; 2], [Club; 2])> {
    let ann = Person::insert(NewPerson { name: "Ann".into() }).exec(db).await?;
    let bob = Person::insert(NewPerson { name: "Bob".into() }).exec(db).await?;
    let chess = Club::insert(NewClub { name: "Chess".into() }).exec(db).await?;
    let rowing = Club::insert(NewClub { name: "Rowing".into() }).exec(db).await?;
    for (person, club, role, fee) in
        [(&ann, &chess, "chair", 0), (&ann, &rowing, "member", 20), (&bob, &rowing, "member", 30)]
    {
        let new = NewMembership { person_id: person.id, club_id: club.id, role: role.into() };
        Membership::insert(new).set(|m| m.fee.set(fee)).exec(db).await?;
    }
    Ok(([ann, bob], [chess, rowing]))
}

async fn both_ends_are_loaded_through_the_join_model(db: Db) -> Result<()> {
    let ([ann, bob], [chess, rowing]) = fill(&db).await?;
    let people = Person::query().order_by(|p| p.id.asc()).with(|p| p.clubs.order_by(|c| c.id.asc()));
    assert_eq!(
        people.all(&db).await?,
        [(ann, vec![chess.clone(), rowing.clone()]), (bob, vec![rowing.clone()])]
    );
    let (_, members) = Club::find(rowing.id).with(|c| c.people).one(&db).await?;
    assert_eq!(members.len(), 2);
    Ok(())
}

async fn the_join_row_is_loaded_beside_what_it_leads_to(db: Db) -> Result<()> {
    let ([ann, _], [chess, rowing]) = fill(&db).await?;
    let query = Person::find(ann.id).with(|p| p.memberships.order_by(|m| m.club_id.asc()).with(|m| m.club));
    let (loaded, statements) = recorded(query.one(&db)).await;
    let (_, memberships) = loaded?;
    let roles: Vec<(&str, i64, &Club)> =
        memberships.iter().map(|(of, club)| (of.role.as_str(), of.fee, club)).collect();
    assert_eq!((roles, statements.len()), (vec![("chair", 0, &chess), ("member", 20, &rowing)], 3));
    Ok(())
}

async fn the_columns_of_the_join_row_are_asked_about(db: Db) -> Result<()> {
    let ([ann, _], _) = fill(&db).await?;
    let chairs = Person::query().filter(|p| p.memberships.any(|m| m.role.eq("chair")));
    assert_eq!(chairs.one(&db).await?, ann);
    let rowers = Club::query().filter(|c| c.memberships.every(|m| m.fee.gt(10)));
    assert_eq!(rowers.select(|c| c.name).all(&db).await?, ["Rowing"]);
    let paying = Person::query().order_by(|p| p.id.asc()).select(|p| {
        let paid = p.memberships.filter(|m| m.fee.gt(0));
        (p.name, paid.count())
    });
    assert_eq!(paying.all(&db).await?, [("Ann".to_owned(), 1), ("Bob".to_owned(), 1)]);
    Ok(())
}

async fn all_three_are_joined(db: Db) -> Result<()> {
    fill(&db).await?;
    let joined = Person::query().join(|p| p.memberships).join(|(_, m)| m.club);
    let rows: Vec<(String, Membership, Club)> = joined
        .clone()
        .filter(|(_, m, c)| m.role.eq("member").and(c.name.eq("Rowing")))
        .order_by(|(p, ..)| p.name.asc())
        .select(|(p, m, c)| (p.name, m, c))
        .all(&db)
        .await?;
    let fees: Vec<(&str, i64)> = rows.iter().map(|(name, of, _)| (name.as_str(), of.fee)).collect();
    assert_eq!(fees, [("Ann", 20), ("Bob", 30)]);
    let totals = joined.group_by(|(_, _, c)| c.name).order_by(|name, _| name.asc());
    let totals = totals.select(|name, (_, m, _)| (name, m.fee.sum()));
    assert_eq!(totals.all(&db).await?, [("Chess".to_owned(), Some(0)), ("Rowing".to_owned(), Some(50))]);
    Ok(())
}

async fn the_join_row_is_written_by_itself(db: Db) -> Result<()> {
    let ([ann, bob], [chess, rowing]) = fill(&db).await?;
    Membership::find((bob.id, rowing.id)).update(|m| m.role.set("cox")).exec(&db).await?;
    let dearer = Membership::query().join(|m| m.club).filter(|(_, c)| c.name.eq("Rowing"));
    assert_eq!(dearer.update(|(m, _)| m.fee.set(m.fee * 2)).exec(&db).await?, 2);
    let rows = [((ann.id, chess.id), "player".to_owned()), ((bob.id, rowing.id), "stroke".to_owned())];
    assert_eq!(Membership::update_many(rows, |m| m.role).exec(&db).await?, 2);
    let roles = Membership::query().order_by(|m| (m.person_id.asc(), m.club_id.asc()));
    let roles = roles.select(|m| (m.role, m.fee)).all(&db).await?;
    let expected = [("player", 0), ("member", 40), ("stroke", 60)];
    assert_eq!(roles, expected.map(|(role, fee)| (role.to_owned(), fee)));
    Ok(())
}

async fn a_member_is_upserted(db: Db) -> Result<()> {
    let ([_, bob], [chess, rowing]) = fill(&db).await?;
    let new = [&chess, &rowing].map(|club| NewMembership {
        person_id: bob.id,
        club_id: club.id,
        role: "guest".into(),
    });
    let upsert = Membership::insert_many(new).on_conflict(|m| (m.person_id, m.club_id));
    assert_eq!(upsert.do_update(|old, new| old.role.set(new.role)).exec(&db).await?, 2);
    let guests = Membership::query().filter(|m| m.role.eq("guest")).order_by(|m| m.club_id.asc());
    assert_eq!(guests.select(|m| m.fee).all(&db).await?, [0, 30]);
    Ok(())
}
