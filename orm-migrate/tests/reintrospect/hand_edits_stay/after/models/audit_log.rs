use orm::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[orm(table = "audit_log")]
pub struct AuditLog {
    pub id: i64,
    pub line: String,
}
