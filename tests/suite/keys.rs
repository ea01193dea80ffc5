//! Keys beyond a counted number: of many types, partly NULL, and foreign keys to other columns than the key.

use chrono::{DateTime, NaiveDate, Utc};
use orm::{Enum, Result, prelude::*};
use orm_schema::Schema;
use uuid::Uuid;

orm_tests::portable!(models:
    a_key_of_six_types_finds_and_writes,
    a_key_of_six_types_relates,
    a_key_partly_null_leads_nowhere,
    a_foreign_key_leads_to_a_unique_column,
    a_key_of_text_is_found_by_a_str,
    a_join_table_has_composite_keys_on_both_sides,
    keys_that_share_parts_are_told_apart,
);

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[orm(name = "shift")]
pub enum Shift {
    Day,
    Night,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(uuid, date, code, number, shift, at), has_many(entries: Entry.slot))]
pub struct Slot {
    pub uuid: Uuid,
    pub date: NaiveDate,
    pub code: String,
    pub number: i64,
    pub shift: Shift,
    pub at: DateTime<Utc>,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(belongs_to(slot: Slot, (uuid, date, code, number, shift, at) = (uuid, date, code, number, shift, at)))]
pub struct Entry {
    pub id: i64,
    pub uuid: Uuid,
    pub date: NaiveDate,
    pub code: String,
    pub number: i64,
    pub shift: Shift,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(country, code), has_many(people: Person.city), has_many(roads: Road through CityRoad.city, CityRoad.road))]
pub struct City {
    pub country: String,
    pub code: i32,
    #[orm(unique)]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(belongs_to(city: City, (country, code) = (country, code)))]
pub struct Person {
    #[orm(primary_key)]
    pub name: String,
    pub country: Option<String>,
    pub code: Option<i32>,
    #[orm(belongs_to(birthplace: City.name))]
    pub born_in: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(primary_key(class, number), has_many(cities: City through CityRoad.road, CityRoad.city))]
pub struct Road {
    pub class: String,
    pub number: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(
    primary_key(country, code, class, number),
    belongs_to(city: City, (country, code) = (country, code)),
    belongs_to(road: Road, (class, number) = (class, number))
)]
pub struct CityRoad {
    pub country: String,
    pub code: i32,
    pub class: String,
    pub number: i32,
}

fn models() -> Schema {
    orm_tests::schema_of(&[
        Slot::TABLE,
        Entry::TABLE,
        City::TABLE,
        Person::TABLE,
        Road::TABLE,
        CityRoad::TABLE,
    ])
}

fn slot(number: i64, shift: Shift) -> Slot {
    let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    Slot {
        uuid: Uuid::max(),
        date,
        code: "\u{1}'\"\\ü".into(),
        number,
        shift,
        at: date.and_hms_micro_opt(1, 2, 3, 4).unwrap().and_utc(),
        note: String::new(),
    }
}

fn slots() -> [Slot; 3] {
    [slot(i64::MAX, Shift::Day), slot(i64::MAX, Shift::Night), slot(i64::MIN, Shift::Day)]
}

async fn a_key_of_six_types_finds_and_writes(db: Db) -> Result<()> {
    Slot::insert_many(slots()).exec(&db).await?;
    for slot in slots() {
        assert_eq!(Slot::find(slot.key()).one(&db).await?, slot);
        slot.update(|s| s.note.set("seen")).exec(&db).await?;
    }
    assert_eq!(Slot::query().filter(|s| s.note.eq("seen")).count(&db).await?, 3);
    let day = Slot::query().filter(|s| s.shift.eq(Shift::Day)).order_by(|s| s.number.asc()).limit(1);
    assert_eq!(
        day.delete().returning(&db).await?,
        [Slot { note: "seen".into(), ..slot(i64::MIN, Shift::Day) }]
    );
    slots()[0].delete().exec(&db).await?;
    assert_eq!(Slot::query().select(|s| s.shift).all(&db).await?, [Shift::Night]);
    Ok(())
}

async fn a_key_of_six_types_relates(db: Db) -> Result<()> {
    Slot::insert_many(slots()).exec(&db).await?;
    for Slot { uuid, date, code, number, shift, at, .. } in &slots()[1..] {
        let entry = NewEntry {
            uuid: *uuid,
            date: *date,
            code: code.clone(),
            number: *number,
            shift: *shift,
            at: *at,
        };
        Entry::insert(entry).exec(&db).await?;
    }
    let rows = Slot::query().with(|s| s.entries).all(&db).await?;
    assert!(rows.iter().all(|(slot, entries)| entries.len() == usize::from(*slot != slots()[0])), "{rows:?}");
    let rows = Entry::query().with(|e| e.slot).order_by(|e| e.id.asc()).all(&db).await?;
    let found: Vec<Slot> = rows.into_iter().map(|(_, slot)| slot).collect();
    assert_eq!(found, slots()[1..]);
    assert_eq!(Slot::query().filter(|s| s.entries.exists()).count(&db).await?, 2);
    assert_eq!(Entry::query().join(|e| e.slot).filter(|(_, s)| s.number.lt(0)).count(&db).await?, 1);
    Ok(())
}

fn city(country: &str, code: i32, name: &str) -> City {
    City { country: country.into(), code, name: name.into() }
}

fn person(name: &str, city: Option<(&str, i32)>, born_in: Option<&str>) -> Person {
    let (country, code) = city.map(|(country, code)| (country.to_owned(), code)).unzip();
    Person { name: name.into(), country, code, born_in: born_in.map(str::to_owned) }
}

async fn cities(db: &Db) -> Result<()> {
    City::insert_many([city("D", 1, "Ulm"), city("D", 2, "Bonn"), city("A", 1, "Graz")]).exec(db).await?;
    let half = Person { country: Some("D".into()), ..person("Half", None, None) };
    let people = [
        person("Ann", Some(("D", 1)), Some("Graz")),
        person("Bob", Some(("A", 1)), Some("Graz")),
        person("Cy", None, None),
        half,
    ];
    Person::insert_many(people).exec(db).await?;
    Ok(())
}

async fn a_key_partly_null_leads_nowhere(db: Db) -> Result<()> {
    cities(&db).await?;
    let rows: Vec<(Person, Option<City>)> =
        Person::query().with(|p| p.city).order_by(|p| p.name.asc()).all(&db).await?;
    let names: Vec<Option<&str>> =
        rows.iter().map(|(_, city)| city.as_ref().map(|city| city.name.as_str())).collect();
    assert_eq!(names, [Some("Ulm"), Some("Graz"), None, None]);
    assert_eq!(Person::query().filter(|p| p.city.exists()).count(&db).await?, 2);
    assert_eq!(Person::query().left_join(|p| p.city).filter(|(_, c)| c.name.is_null()).count(&db).await?, 2);
    Ok(())
}

async fn a_foreign_key_leads_to_a_unique_column(db: Db) -> Result<()> {
    cities(&db).await?;
    let rows = Person::query().with(|p| p.birthplace).order_by(|p| p.name.asc()).limit(3).all(&db).await?;
    let codes: Vec<Option<i32>> = rows.iter().map(|(_, city)| city.as_ref().map(|city| city.code)).collect();
    assert_eq!(codes, [Some(1), Some(1), None]);
    let born = Person::query().join(|p| p.birthplace).filter(|(_, c)| c.country.eq("A")).count(&db).await?;
    assert_eq!(born, 2);
    let error = Person::insert(person("Dan", None, Some("Atlantis"))).exec(&db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    Ok(())
}

async fn a_key_of_text_is_found_by_a_str(db: Db) -> Result<()> {
    cities(&db).await?;
    let ann = Person::find("Ann").one(&db).await?;
    assert_eq!(Person::find(ann.key()).one(&db).await?, ann);
    assert_eq!(Person::find("ann").optional(&db).await?, None);
    Ok(())
}

async fn a_join_table_has_composite_keys_on_both_sides(db: Db) -> Result<()> {
    cities(&db).await?;
    let road = |class: &str, number| Road { class: class.into(), number };
    Road::insert_many([road("A", 1), road("B", 1), road("B", 10)]).exec(&db).await?;
    let on = |country: &str, code, class: &str, number| CityRoad {
        country: country.into(),
        code,
        class: class.into(),
        number,
    };
    CityRoad::insert_many([on("D", 1, "A", 1), on("D", 1, "B", 10), on("A", 1, "B", 10)]).exec(&db).await?;
    let by_number = |c: Columns<City>| c.roads.order_by(|r| (r.class.asc(), r.number.asc()));
    let rows = City::query().with(by_number).order_by(|c| c.name.asc()).all(&db).await?;
    let roads: Vec<Vec<Road>> = rows.into_iter().map(|(_, roads)| roads).collect();
    assert_eq!(roads, [vec![], vec![road("B", 10)], vec![road("A", 1), road("B", 10)]]);
    let first = City::query().with(|c| by_number(c).limit(1)).order_by(|c| c.name.asc()).all(&db).await?;
    assert_eq!(first[2].1, [road("A", 1)]);
    let shared =
        Road::query().filter(|r| r.cities.count().eq(2)).with(|r| r.cities.order_by(|c| c.name.asc()));
    let (found, cities) = shared.one(&db).await?;
    assert_eq!((found, cities.len(), cities[0].name.as_str()), (road("B", 10), 2, "Graz"));
    Ok(())
}

async fn keys_that_share_parts_are_told_apart(db: Db) -> Result<()> {
    let all: Vec<City> = ["1", "11", "1,1", "\"", "[1]", ""]
        .into_iter()
        .flat_map(|country| [1, 11, 111].map(|code| city(country, code, &format!("{country} {code}"))))
        .collect();
    City::insert_many(all.clone()).exec(&db).await?;
    let people = all.iter().map(|c| person(&c.name, Some((&c.country, c.code)), None));
    Person::insert_many(people).exec(&db).await?;
    for (city, people) in City::query().with(|c| c.people).all(&db).await? {
        assert_eq!((people.len(), &people[0].name), (1, &city.name));
    }
    Ok(())
}
