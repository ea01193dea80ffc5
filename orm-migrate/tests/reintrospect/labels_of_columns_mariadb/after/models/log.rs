use chrono::NaiveDateTime;
use orm::prelude::*;

use super::State;

/// Has no primary key: rows are read and inserted, none is found, changed or deleted by its key.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Log {
    #[orm(type = "text")]
    pub line: String,
    pub state: State,
    pub at: Option<NaiveDateTime>,
}
