//! Changes that leave a table in use: the server is told to refuse rather than to lock
//! (InnoDB Online DDL, ALTER TABLE, "LOCK").

use crate::{change::Change, step::Step};

const ONLINE: &str = ", ALGORITHM=INPLACE, LOCK=NONE";

/// The step of a change on a table that is in use; `usual` is what it is otherwise. What copies the table stays as it is.
pub(super) fn steps(change: &Change, mut usual: Step) -> Vec<Step> {
    let is_plain = |method: Option<&str>| !matches!(method, Some("fulltext" | "spatial"));
    let can = match change {
        Change::AddIndex { index, .. } | Change::DropIndex { index, .. } => is_plain(index.method.as_deref()),
        Change::AddColumn { column, .. } => column.identity.is_none() && column.generated.is_none(),
        Change::DropColumn { column, .. } => column.generated.is_none(),
        _ => false,
    };
    if let (true, [only]) = (can, usual.sql.as_mut_slice()) {
        only.push_str(ONLINE);
    }
    vec![usual]
}
