//! The queries on `information_schema`, and their rows.
//!
//! Everything comes as text or as a number, whatever the server's version calls its type.

use orm_core::{Connection, Reader, Result};

use super::shown;
use crate::dialect::Dialect;

const TABLES: &str = "\
SELECT CAST(table_name AS CHAR), CAST(table_type AS CHAR), CAST(coalesce(create_options, '') AS CHAR),
  CAST(engine AS CHAR), CAST(table_collation AS CHAR), CAST(table_comment AS CHAR)
FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name";

const COLUMNS: &str = "\
SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR), CAST(column_type AS CHAR), CAST(is_nullable AS CHAR),
  CAST(column_default AS CHAR), CAST(extra AS CHAR), CAST(coalesce(generation_expression, '') AS CHAR),
  CAST(collation_name AS CHAR), CAST(column_comment AS CHAR)
FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";

const MARIADB_CHECKS: &str = "\
SELECT CAST(table_name AS CHAR), CAST(constraint_name AS CHAR), CAST(check_clause AS CHAR), CAST(level AS CHAR)
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name";

const MYSQL_CHECKS: &str = "\
SELECT CAST(t.table_name AS CHAR), CAST(c.constraint_name AS CHAR), CAST(c.check_clause AS CHAR), 'Table'
FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
  ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK'
WHERE c.constraint_schema = DATABASE() ORDER BY t.table_name, c.constraint_name";

/// MariaDB has no indexes of expressions, and no column for them.
fn keys(dialect: Dialect) -> String {
    let expression = if dialect == Dialect::MySql { "CAST(expression AS CHAR)" } else { "NULL" };
    format!(
        "SELECT CAST(table_name AS CHAR), CAST(index_name AS CHAR), CAST(non_unique AS SIGNED), CAST(index_type AS CHAR), \
           CAST(column_name AS CHAR), CAST(coalesce(collation, 'A') AS CHAR), CAST(sub_part AS SIGNED), {expression} \
         FROM information_schema.statistics WHERE table_schema = DATABASE() \
         ORDER BY table_name, index_name, seq_in_index"
    )
}

const FOREIGN_KEYS: &str = "\
SELECT CAST(k.table_name AS CHAR), CAST(k.constraint_name AS CHAR), CAST(k.column_name AS CHAR),
  CAST(nullif(k.referenced_table_schema, DATABASE()) AS CHAR), CAST(k.referenced_table_name AS CHAR),
  CAST(k.referenced_column_name AS CHAR), CAST(r.delete_rule AS CHAR), CAST(r.update_rule AS CHAR)
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position";

const OTHERS: &str = "\
SELECT CAST(lower(routine_type) AS CHAR), CAST(routine_name AS CHAR) FROM information_schema.routines
WHERE routine_schema = DATABASE()
UNION ALL SELECT 'trigger', CAST(concat(trigger_name, ' on ', event_object_table) AS CHAR)
FROM information_schema.triggers WHERE trigger_schema = DATABASE()
UNION ALL SELECT 'event', CAST(event_name AS CHAR) FROM information_schema.events WHERE event_schema = DATABASE()";

/// Whether the user has a right to all of the database. Without it `information_schema` shows what single rights allow, and
/// does not tell of the rest ("Information Schema Tables", privileges). That of a role is not told here.
const SEES_ALL: &str = "\
SELECT CAST(EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'SELECT'
    AND grantee = concat('''', replace(current_user(), '@', '''@'''), ''''))
  OR EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE privilege_type = 'SELECT'
    AND DATABASE() LIKE table_schema) AS SIGNED)";

/// Whether everything in the database is shown.
pub(super) async fn sees_all(connection: &mut Connection) -> Result<bool> {
    let seen = connection.rows(SEES_ALL, Vec::new(), |row| row.i64()).await?;
    Ok(seen.first() == Some(&Some(1)))
}

/// A table, a view or a sequence.
pub(super) struct TableRow {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) options: String,
    pub(super) engine: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) comment: String,
}

/// A column.
pub(super) struct ColumnRow {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) printed: String,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    pub(super) extra: String,
    pub(super) generated: String,
    pub(super) collation: Option<String>,
    pub(super) comment: String,
}

/// A check.
pub(super) struct CheckRow {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) expression: String,
    /// Whether it stands beside its column, which alone can change it.
    pub(super) of_column: bool,
}

/// A part of a key or an index.
pub(super) struct KeyRow {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) kind: String,
    pub(super) column: Option<String>,
    pub(super) descending: bool,
    pub(super) prefix: Option<i64>,
    pub(super) expression: Option<String>,
}

/// A pair of columns of a foreign key.
pub(super) struct ForeignKeyRow {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) column: String,
    pub(super) target_namespace: Option<String>,
    pub(super) target: String,
    pub(super) references: String,
    pub(super) on_delete: String,
    pub(super) on_update: String,
}

/// An object that no model can say.
pub(super) struct OtherRow {
    pub(super) kind: String,
    pub(super) name: String,
}

/// Everything, in six queries.
pub(super) struct Catalog {
    pub(super) tables: Vec<TableRow>,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) checks: Vec<CheckRow>,
    pub(super) keys: Vec<KeyRow>,
    pub(super) foreign_keys: Vec<ForeignKeyRow>,
    pub(super) others: Vec<OtherRow>,
}

/// Asks the catalogs.
pub(super) async fn read(connection: &mut Connection) -> Result<Catalog> {
    let dialect = Dialect::of(connection);
    let checks = if dialect == Dialect::MySql { MYSQL_CHECKS } else { MARIADB_CHECKS };
    let mut columns = connection.rows(COLUMNS, Vec::new(), column).await?;
    read_bytes(connection, &mut columns).await?;
    Ok(Catalog {
        tables: connection.rows(TABLES, Vec::new(), table).await?,
        columns,
        checks: connection.rows(checks, Vec::new(), check).await?,
        keys: connection.rows(&keys(dialect), Vec::new(), key).await?,
        foreign_keys: connection.rows(FOREIGN_KEYS, Vec::new(), foreign_key).await?,
        others: connection.rows(OTHERS, Vec::new(), other).await?,
    })
}

/// Defaults of bytes, which `information_schema` shows with a `?` for what is no character.
async fn read_bytes(connection: &mut Connection, columns: &mut [ColumnRow]) -> Result<()> {
    for column in columns.iter_mut().filter(|column| column.may_hide_bytes()) {
        let shown = shown::create_table(connection, &column.table).await?;
        let bytes = shown.and_then(|shown| shown::default_of_bytes(&shown, &column.name));
        column.default = bytes.or(column.default.take());
    }
    Ok(())
}

impl ColumnRow {
    fn may_hide_bytes(&self) -> bool {
        let holds_bytes = self.printed.contains("binary") || self.printed.ends_with("blob");
        holds_bytes && self.default.as_ref().is_some_and(|default| default.contains('?'))
    }
}

fn text(row: &mut Reader<'_>) -> Result<String> {
    Ok(optional(row)?.unwrap_or_default())
}

fn optional(row: &mut Reader<'_>) -> Result<Option<String>> {
    Ok(row.text()?.map(|text| text.into_owned()))
}

fn table(row: &mut Reader<'_>) -> Result<TableRow> {
    Ok(TableRow {
        name: text(row)?,
        kind: text(row)?,
        options: text(row)?,
        engine: optional(row)?,
        collation: optional(row)?,
        comment: text(row)?,
    })
}

fn column(row: &mut Reader<'_>) -> Result<ColumnRow> {
    Ok(ColumnRow {
        table: text(row)?,
        name: text(row)?,
        printed: text(row)?,
        nullable: text(row)? == "YES",
        default: optional(row)?,
        extra: text(row)?,
        generated: text(row)?,
        collation: optional(row)?,
        comment: text(row)?,
    })
}

fn check(row: &mut Reader<'_>) -> Result<CheckRow> {
    Ok(CheckRow {
        table: text(row)?,
        name: text(row)?,
        expression: text(row)?,
        of_column: text(row)? == "Column",
    })
}

fn key(row: &mut Reader<'_>) -> Result<KeyRow> {
    Ok(KeyRow {
        table: text(row)?,
        name: text(row)?,
        unique: row.i64()? == Some(0),
        kind: text(row)?,
        column: optional(row)?,
        descending: text(row)? == "D",
        prefix: row.i64()?,
        expression: optional(row)?,
    })
}

fn foreign_key(row: &mut Reader<'_>) -> Result<ForeignKeyRow> {
    Ok(ForeignKeyRow {
        table: text(row)?,
        name: text(row)?,
        column: text(row)?,
        target_namespace: optional(row)?,
        target: text(row)?,
        references: text(row)?,
        on_delete: text(row)?,
        on_update: text(row)?,
    })
}

fn other(row: &mut Reader<'_>) -> Result<OtherRow> {
    Ok(OtherRow { kind: text(row)?, name: text(row)? })
}

/// Routines, events, and the triggers of other tables than the one that they write to: what a trigger says of its own row is
/// in the way, and is no matter of a warning.
pub(crate) const BODIES: &str = "\
SELECT CAST(concat(lower(routine_type), ' ', routine_name) AS CHAR), CAST(coalesce(routine_definition, '') AS CHAR), ''
FROM information_schema.routines WHERE routine_schema = DATABASE()
UNION ALL SELECT CAST(concat('event ', event_name) AS CHAR), CAST(event_definition AS CHAR), ''
FROM information_schema.events WHERE event_schema = DATABASE()
UNION ALL SELECT CAST(concat('trigger ', trigger_name) AS CHAR), CAST(action_statement AS CHAR), ''
FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND trigger_name NOT LIKE '\\_orm\\_sync\\_%'
ORDER BY 1";
