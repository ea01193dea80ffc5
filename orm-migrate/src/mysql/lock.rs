//! A named lock of the session that runs the migrations ("GET_LOCK"). The server gives it back when the session ends,
//! however it ends.

use orm_core::Connection;

use crate::{error::Result, lock::Holder};

/// One lock for each database. Names of locks are those of the whole server, and have 64 characters at most, so the
/// database's name is in it as a hash.
const NAME: &str = "concat('orm migrate ', md5(DATABASE()))";

/// Takes the lock if nobody has it.
pub(crate) async fn try_lock(connection: &mut Connection) -> Result<bool> {
    let sql = format!("SELECT CAST(GET_LOCK({NAME}, 0) AS SIGNED)");
    let answers = connection.rows(&sql, Vec::new(), |row| row.i64()).await?;
    Ok(answers.first().copied().flatten() == Some(1))
}

/// Who has the lock. A user without the privilege PROCESS sees only sessions of its own.
pub(crate) async fn holder(connection: &mut Connection) -> Result<Option<Holder>> {
    let sql = format!(
        "SELECT CAST(p.id AS SIGNED), '', CAST(coalesce(p.host, '') AS CHAR), CAST(coalesce(p.user, '') AS CHAR), \
           CAST(concat(DATE_FORMAT(utc_timestamp() - INTERVAL p.time SECOND, '%Y-%m-%d %H:%i:%s'), ' UTC') AS CHAR) \
         FROM information_schema.processlist p WHERE p.id = IS_USED_LOCK({NAME})"
    );
    let holders = connection.rows(&sql, Vec::new(), Holder::read).await?;
    Ok(holders.into_iter().next())
}

/// Whether this session has it.
pub(crate) async fn is_held(connection: &mut Connection) -> Result<bool> {
    let sql = format!("SELECT CAST(coalesce(IS_USED_LOCK({NAME}) = CONNECTION_ID(), 0) AS SIGNED)");
    let answers = connection.rows(&sql, Vec::new(), |row| row.i64()).await?;
    Ok(answers.first().copied().flatten() == Some(1))
}

/// Gives the lock back.
pub(crate) async fn unlock(connection: &mut Connection) -> Result<()> {
    let sql = format!("SELECT CAST(RELEASE_LOCK({NAME}) AS SIGNED)");
    connection.rows(&sql, Vec::new(), |row| row.i64()).await?;
    Ok(())
}
