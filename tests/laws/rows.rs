//! Rows for any schema, and what is in a database, as texts.
//!
//! Row `n` holds the `n`-th value of each column's type. So equal types hold equal values, and a foreign key leads to the
//! row of its own number: whatever the schema, its keys and constraints hold, circles included.

use orm::{Connection, Dialect};
use orm_schema::{Column, ColumnName, ColumnType, Schema, Table, TableName};

/// How many rows each table gets.
pub(crate) const COUNT: usize = 3;

/// Fills all tables. `keeps` says whether a column may hold NULL later, too.
pub(crate) async fn fill(
    session: &mut Connection,
    schema: &Schema,
    keeps: &dyn Fn(&TableName, &Column) -> bool,
) -> Result<(), String> {
    let dialect = session.dialect();
    let inserts: Vec<String> = schema
        .tables
        .iter()
        .filter(|table| !table.columns.is_empty())
        .map(|table| insert(dialect, schema, table, &|column| keeps(&table.name, column)))
        .collect();
    if inserts.is_empty() {
        return Ok(());
    }
    let sql = at_once(dialect, &inserts);
    session.batch(&sql).await.map_err(|error| format!("the rows do not fit: {error}\n{sql}"))
}

/// Foreign keys are checked once all rows are there.
fn at_once(dialect: Dialect, inserts: &[String]) -> String {
    match dialect {
        Dialect::Sqlite => {
            format!("BEGIN; PRAGMA defer_foreign_keys = ON; {}; COMMIT", inserts.join("; "))
        }
        // They are checked at the end of the statement (sql-set-constraints.html), so it is one statement.
        Dialect::Postgres => {
            let named = inserts.iter().enumerate().map(|(at, insert)| format!("i{at} AS ({insert})"));
            format!("WITH {} SELECT 1", named.collect::<Vec<_>>().join(", "))
        }
        // Names and texts are written as on the others.
        Dialect::MariaDb | Dialect::MySql => format!(
            "SET @mode = @@sql_mode; SET sql_mode = concat(@mode, ',ANSI_QUOTES,NO_BACKSLASH_ESCAPES'), \
             foreign_key_checks = 0; {}; SET sql_mode = @mode, foreign_key_checks = 1",
            inserts.join("; ")
        ),
    }
}

fn insert(dialect: Dialect, schema: &Schema, table: &Table, keeps: &dyn Fn(&Column) -> bool) -> String {
    let names: Vec<_> = table.columns.iter().map(|column| quote(column.name.as_str())).collect();
    let rows = (0..COUNT).map(|row| {
        let values = table.columns.iter().map(|column| {
            let may_be_null = column.nullable && column.identity.is_none() && !table.is_key(&column.name);
            if may_be_null && keeps(column) && is_null(column, row) {
                "NULL".to_owned()
            } else {
                value(dialect, schema, &column.column_type, row)
            }
        });
        format!("({})", values.collect::<Vec<_>>().join(", "))
    });
    // Also where the key counts itself up ALWAYS.
    let given = if dialect == Dialect::Postgres { " OVERRIDING SYSTEM VALUE" } else { "" };
    let rows = rows.collect::<Vec<_>>().join(", ");
    format!("INSERT INTO {} ({}){given} VALUES {rows}", quote_table(&table.name), names.join(", "))
}

/// Different rows for different columns, so that a mix-up of columns shows.
fn is_null(column: &Column, row: usize) -> bool {
    (row + column.name.as_str().len()).is_multiple_of(COUNT)
}

/// The `row`-th value of a type, as SQL.
pub(crate) fn value(dialect: Dialect, schema: &Schema, column_type: &ColumnType, row: usize) -> String {
    let n = row + 1;
    let postgres = dialect == Dialect::Postgres;
    match column_type {
        ColumnType::Bool if postgres => row.is_multiple_of(2).to_string(),
        ColumnType::Bool => (n % 2).to_string(),
        ColumnType::I8
        | ColumnType::I16
        | ColumnType::I32
        | ColumnType::I64
        | ColumnType::U8
        | ColumnType::U16
        | ColumnType::U32
        | ColumnType::U64 => n.to_string(),
        ColumnType::F32 | ColumnType::F64 => format!("{n}.5"),
        ColumnType::Text => format!("'text {n}: it''s \"ä\" \\'"),
        ColumnType::Varchar(1) => format!("'{n}'"),
        ColumnType::Varchar(_) => format!("'v{n}'"),
        ColumnType::Bytes if postgres => format!("'\\x00{n:02x}'"),
        ColumnType::Bytes => format!("x'00{n:02x}'"),
        ColumnType::Date => format!("'2024-02-0{n}'"),
        ColumnType::Time => format!("'10:00:0{n}.000000'"),
        ColumnType::DateTime => format!("'2024-02-0{n} 10:00:00.000000'"),
        ColumnType::Timestamp if postgres => format!("'2024-02-0{n} 10:00:00+00'"),
        ColumnType::Timestamp => format!("'2024-02-0{n} 10:00:00.000000'"),
        ColumnType::Uuid => format!("'00000000-0000-0000-0000-00000000000{n}'"),
        ColumnType::Decimal if postgres => format!("{n}.25"),
        ColumnType::Decimal => format!("'{n}.25'"),
        ColumnType::DecimalOf(..) if postgres => n.to_string(),
        ColumnType::DecimalOf(..) => format!("'{n}'"),
        ColumnType::Json => format!("'{{\"n\": {n}}}'"),
        ColumnType::Array(element) => array(dialect, schema, element, row),
        ColumnType::Enum(name) => {
            let labels = schema.enum_type(name).map(|found| found.labels.as_slice()).unwrap_or_default();
            let label = labels.get(row % labels.len().max(1)).map(String::as_str).unwrap_or_default();
            text(label)
        }
        ColumnType::Native(native) if native == "UUID_BLOB" => format!("x'0{n}'"),
        ColumnType::Native(_) => n.to_string(),
    }
}

/// Written as a text, whose type is that of the column.
fn array(dialect: Dialect, schema: &Schema, element: &ColumnType, row: usize) -> String {
    let item = |row| match value(dialect, schema, element, row) {
        literal if literal.starts_with('\'') => {
            let inner = literal[1..literal.len() - 1].replace("''", "'");
            format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\""))
        }
        literal => literal,
    };
    text(&format!("{{{},{}}}", item(row), item((row + 1) % COUNT)))
}

/// The table's rows in these columns, each as one text, in the order of those texts.
pub(crate) async fn contents(
    session: &mut Connection,
    table: &TableName,
    columns: &[ColumnName],
) -> Result<Vec<String>, String> {
    let print = |column: &ColumnName| match session.dialect() {
        Dialect::Sqlite => format!("quote({})", quote(column.as_str())),
        Dialect::Postgres => format!("quote_nullable({}::text)", quote(column.as_str())),
        Dialect::MariaDb | Dialect::MySql => {
            format!("coalesce(hex(CAST({} AS BINARY)), 'NULL')", backquote(column.as_str()))
        }
    };
    let columns: Vec<_> = columns.iter().map(print).chain(["''".to_owned()]).collect();
    let sql = match session.dialect() {
        Dialect::Sqlite | Dialect::Postgres => {
            format!("SELECT {} FROM {} ORDER BY 1", columns.join(" || ', ' || "), quote_table(table))
        }
        Dialect::MariaDb | Dialect::MySql => format!(
            "SELECT CAST(concat_ws(', ', {}) AS CHAR) FROM {} ORDER BY 1",
            columns.join(", "),
            backquote(&table.name)
        ),
    };
    let rows = session.rows(&sql, Vec::new(), |row| Ok(row.text()?.map(|text| text.into_owned()))).await;
    rows.map(|rows| rows.into_iter().flatten().collect()).map_err(|error| format!("{error}\n{sql}"))
}

/// Whether every foreign key leads to a row, as the database itself says.
pub(crate) async fn dangling(session: &mut Connection) -> Result<usize, String> {
    match session.dialect() {
        Dialect::Sqlite => {
            let found = session.rows("PRAGMA foreign_key_check", Vec::new(), |_| Ok(())).await;
            found.map(|rows| rows.len()).map_err(|error| error.to_string())
        }
        // It cannot have one: a constraint that is there was checked.
        Dialect::Postgres => Ok(0),
        // The rows were put in without checks; the foreign keys that the plan makes again were checked.
        Dialect::MariaDb | Dialect::MySql => Ok(0),
    }
}

/// A name between quotes, written here once more so that a fault of the engine's does not hide itself.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn backquote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

pub(crate) fn quote_table(table: &TableName) -> String {
    match &table.namespace {
        Some(namespace) => format!("{}.{}", quote(namespace), quote(&table.name)),
        None => quote(&table.name),
    }
}

fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
