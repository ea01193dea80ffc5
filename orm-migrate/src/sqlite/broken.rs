//! Views that a plan would leave broken: it is tried out on the same schema in memory, without rows.

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
    let views: Vec<&str> =
        objects.iter().filter(|(kind, ..)| kind == "view").map(|(_, name, _)| name.as_str()).collect();
    if views.is_empty() || plan.steps.is_empty() {
        return Ok(Vec::new());
    }
    let mut memory = Connection::open(&ConnectOptions::parse("sqlite::memory:")?).await?;
    for (.., sql) in &objects {
        // What needs a module that is not here is nothing to compare.
        let _ = memory.batch(sql).await;
    }
    let mut alive = Vec::new();
    for view in views {
        if refused(&mut memory, view).await.is_none() {
            alive.push(view);
        }
    }
    let options = DeployOptions::default();
    let ran = execute_from(&mut memory, &plan.up_sql(), "the plan", origin.from, &options, &mut |_| {}).await;
    if let Err(error) = ran {
        // The plan itself is refused: ALTER TABLE looks into views, and says which one (lang_altertable.html §5).
        let of_view = error.why().contains("error in view");
        return Ok(of_view
            .then(|| Broken { what: "a view".to_owned(), why: error.why().to_owned() })
            .into_iter()
            .collect());
    }
    let mut broken = Vec::new();
    for view in alive {
        let why = refused(&mut memory, view).await;
        broken.extend(why.map(|why| Broken { what: format!("view {view}"), why }));
    }
    Ok(broken)
}

async fn refused(memory: &mut Connection, view: &str) -> Option<String> {
    let sql = format!("SELECT * FROM {} LIMIT 0", Dialect::Sqlite.quote(view));
    memory.batch(&sql).await.err().map(|error| error.to_string())
}

fn object(row: &mut Reader<'_>) -> orm_core::Result<(String, String, String)> {
    let mut text = || Ok::<_, orm_core::Error>(row.text()?.map(|text| text.into_owned()).unwrap_or_default());
    Ok((text()?, text()?, text()?))
}
