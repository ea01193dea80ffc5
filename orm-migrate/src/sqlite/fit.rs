//! Which texts are no value of another type.

use orm_schema::ColumnType;

/// A condition that holds for such texts of a column; `None` where any text is taken.
///
/// A column of numbers keeps a text that is none (datatype3.html §3), and nobody could read it then.
pub(crate) fn unreadable(to: &ColumnType, name: &str) -> Option<String> {
    let digits = format!("ltrim(trim({name}), '+-')");
    match to {
        to if to.is_integer() => Some(format!("({digits} = '' OR {digits} GLOB '*[^0-9]*')")),
        ColumnType::F32 | ColumnType::F64 => {
            Some(format!("({digits} NOT GLOB '[0-9.]*' OR {digits} GLOB '*[^0-9.eE+-]*')"))
        }
        ColumnType::Json => Some(format!("NOT json_valid({name})")),
        _ => None,
    }
}
