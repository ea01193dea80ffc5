//! The one spelling of what PostgreSQL may spell in several ways.

use crate::normalise::{Columns, Unsupported};
use orm_schema::Schema;
pub(crate) fn expression_key(e: &str, _c: &Columns<'_>) -> String {
    e.to_owned()
}
pub(crate) fn schema(s: Schema) -> Schema {
    s
}
pub(crate) fn unsupported(_s: &Schema) -> Vec<Unsupported> {
    Vec::new()
}
