//! Views and triggers that a plan would leave broken: it is tried out on the same schema in memory, without rows.

use orm_core::{ConnectOptions, Connection, Reader};

use crate::{
    carry_over::{Broken, Origin},
    dialect::Dialect,
    error::Result,
    executor::{DeployOptions, execute_from},
    plan::Plan,
};

const OBJECTS: &str = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                       ORDER BY rowid";

/// Those that can be read now, and not afterwards.
pub(crate) async fn broken(
    connection: &mut Connection,
    plan: &Plan,
    origin: &Origin<'_>,
) -> Result<Vec<Broken>> {
    let objects = connection.rows(OBJECTS, Vec::new(), object).await?;
    if plan.steps.is_empty() || !objects.iter().any(Object::is_looked_into) {
        return Ok(Vec::new());
    }
    let mut memory = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
    for object in &objects {
        // What needs a module that is not here is nothing to compare.
        let _ = memory.batch(&object.sql).await;
    }
    // What is broken already is not in the way.
    drop_broken(&mut memory, &objects).await?;
    let options = DeployOptions::default();
    let ran = execute_from(&mut memory, &plan.up_sql(), "the plan", origin.from, &options, &mut |_| {}).await;
    match ran {
        Ok(_) => drop_broken(&mut memory, &objects).await,
        // The plan itself is refused: ALTER TABLE looks into views and triggers, and says which one (lang_altertable.html §5).
        Err(error) => Ok(complaint(&objects, error.why()).map(|(_, broken)| broken).into_iter().collect()),
    }
}

/// Takes out what speaks of something that is not there, one after the other: ALTER TABLE looks into all views and triggers.
async fn drop_broken(memory: &mut Connection, objects: &[Object]) -> Result<Vec<Broken>> {
    const LOOK: &str = "CREATE TABLE _orm_look (a); ALTER TABLE _orm_look RENAME TO _orm_looked";
    let mut found = Vec::new();
    loop {
        let said = memory.batch(LOOK).await.err().map(|error| error.to_string());
        memory.batch("DROP TABLE IF EXISTS _orm_look; DROP TABLE IF EXISTS _orm_looked").await?;
        let Some((object, broken)) = said.and_then(|said| complaint(objects, &said)) else {
            return Ok(found);
        };
        let name = Dialect::Sqlite.quote(&object.name);
        memory.batch(&format!("DROP {} {name}", object.kind)).await?;
        found.push(broken);
    }
}

/// The object that an error is about: `error in trigger log after drop column: no such column: code`.
fn complaint<'a>(objects: &'a [Object], said: &str) -> Option<(&'a Object, Broken)> {
    let (_, said) = said.split_once("error in ")?;
    let is_of = |object: &&Object| {
        let rest = said.strip_prefix(&object.said());
        rest.is_some_and(|rest| rest.starts_with(':') || rest.starts_with(" after "))
    };
    // A name may hold a colon, and another one after it.
    let object = objects.iter().filter(is_of).max_by_key(|object| object.name.len())?;
    let why = said[object.said().len()..].split_once(": ").map_or(said, |(_, why)| why);
    Some((object, Broken { what: object.said(), why: why.to_owned() }))
}

/// A part of the schema.
struct Object {
    kind: String,
    name: String,
    sql: String,
}

impl Object {
    fn said(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    fn is_looked_into(&self) -> bool {
        ["view", "trigger"].contains(&self.kind.as_str())
    }
}

fn object(row: &mut Reader<'_>) -> orm_core::Result<Object> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    Ok(Object { kind: text()?, name: text()?, sql: text()? })
}
