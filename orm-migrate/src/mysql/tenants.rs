//! The databases of a server.

use crate::{scratch::other_database, tenants::TenantSql};

pub(crate) const SQL: TenantSql = TenantSql {
    names: "SELECT CAST(schema_name AS CHAR) FROM information_schema.schemata WHERE schema_name LIKE ? \
            AND schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1",
    url: other_database,
};
