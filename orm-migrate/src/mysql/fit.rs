//! Which texts are no value of another type.

use orm_schema::ColumnType;

/// A condition that holds for such texts of a column; `None` where only the server knows.
///
/// In strict mode MODIFY refuses them (server-system-variables, `sql_mode`); elsewhere it would cut them.
pub(crate) fn unreadable(to: &ColumnType, name: &str) -> Option<String> {
    let none_of = |pattern: &str| Some(format!("{name} NOT REGEXP '{pattern}'"));
    match to {
        to if to.is_integer() => none_of("^ *[+-]?[0-9]+ *$"),
        ColumnType::F32 | ColumnType::F64 | ColumnType::Decimal | ColumnType::DecimalOf(..) => {
            none_of("^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$")
        }
        ColumnType::Bool => none_of("^ *[+-]?[0-9]+ *$"),
        ColumnType::Json => Some(format!("NOT JSON_VALID({name})")),
        _ => None,
    }
}
