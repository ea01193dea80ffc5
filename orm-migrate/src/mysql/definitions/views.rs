//! Views that nothing can make anew: the server refuses what they say.
//!
//! What a view says is prepared by us and not run, so it does not matter who defined the view, and whether they are still
//! there. `information_schema` is no help: it says that a view is in order unless a query makes it open the view.

use std::collections::BTreeMap;

use orm_core::{Connection, ErrorKind, Result};

use super::nth;
use crate::{dialect::Dialect, mysql::split::RULES, token::significant};

/// What views say, by their names.
const VIEWS: &str = "\
SELECT CAST(table_name AS CHAR), CAST(view_definition AS CHAR) FROM information_schema.views
WHERE table_schema = DATABASE() ORDER BY table_name";

/// The views that lead nowhere, each with what the server says of it.
pub(super) async fn dead(connection: &mut Connection) -> Result<BTreeMap<String, String>> {
    let views = all(connection).await?;
    let mut dead = BTreeMap::new();
    for (name, says) in views.iter().filter(|(_, says)| !says.is_empty()) {
        let Some(why) = refused(connection, says).await? else { continue };
        if !reads_one_that_cannot_be_opened(connection, says, &views).await? {
            dead.insert(name.clone(), why);
        }
    }
    Ok(dead)
}

/// What each view says.
pub(crate) async fn all(connection: &mut Connection) -> Result<BTreeMap<String, String>> {
    let read = |row: &mut orm_core::Reader<'_>| Ok((nth(row, 0)?, nth(row, 0)?));
    let views = connection.rows(VIEWS, Vec::new(), read).await?;
    Ok(views.into_iter().filter_map(|(name, says)| Some((name?, says?))).collect())
}

/// Whether a view reads one that cannot be opened: then the error is about that one, and what it says decides.
async fn reads_one_that_cannot_be_opened(
    connection: &mut Connection,
    says: &str,
    views: &BTreeMap<String, String>,
) -> Result<bool> {
    let tokens = significant(says, &RULES).unwrap_or_default();
    for name in tokens.iter().filter_map(|token| token.name()).filter(|name| views.contains_key(name)) {
        let reads = format!("SELECT 1 FROM {}", Dialect::MariaDb.quote(&name));
        if refused(connection, &reads).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Why the server does not take a query.
pub(crate) async fn refused(connection: &mut Connection, query: &str) -> Result<Option<String>> {
    let query = Dialect::MariaDb.text(query);
    let sql = format!("PREPARE `_orm_view` FROM {query}; DEALLOCATE PREPARE `_orm_view`");
    match connection.batch(&sql).await {
        Ok(()) => Ok(None),
        Err(error) if error.kind() == ErrorKind::Connection => Err(error),
        Err(error) => Ok(Some(error.to_string())),
    }
}
