//! Whether values fit the new labels of their enum type, or can be read as another type at all.

use orm_schema::{Column, ColumnType, TableName};

use super::types::rust_type;
use crate::{
    change::Change,
    dialect::Dialect,
    normalise::enum_of,
    plan::{context::Context, fit::place},
    step::PreCheck,
};

const DIALECT: Dialect = Dialect::Postgres;

/// Values that would make the change fail.
pub(super) fn prechecks(context: &Context<'_>, change: &Change) -> Vec<PreCheck> {
    if let Change::AlterColumn { table, from, to } = change {
        return never_converted(context, table, from, to).into_iter().collect();
    }
    let Change::ReplaceEnum { from, to, .. } = change else { return Vec::new() };
    let gone: Vec<&String> = from.iter().filter(|label| !to.contains(label)).collect();
    let users = users_of(context, change).into_iter();
    users.filter_map(|(table, column)| held(context, table, column, &gone)).collect()
}

/// A condition that holds for texts that are no value of the type; `None` where only the server knows
/// (datatype-numeric.html, datatype-boolean.html, datatype-uuid.html).
pub(crate) fn unreadable(to: &ColumnType, name: &str) -> Option<String> {
    let none_of = |pattern: &str| Some(format!("{name} !~* '^\\s*{pattern}\\s*$'"));
    match to {
        to if to.is_integer() => none_of("[+-]?\\d+"),
        ColumnType::F32 | ColumnType::F64 | ColumnType::Decimal | ColumnType::DecimalOf(..) => {
            none_of("([+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?|nan|[+-]?inf(inity)?)")
        }
        ColumnType::Bool => none_of("(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|0|1)"),
        ColumnType::Uuid => none_of("\\{?([0-9a-f]{4}-?){7}[0-9a-f]{4}\\}?"),
        _ => None,
    }
}

/// Values of types that have nothing in common, not even as texts: only whoever knows what they mean can say how.
fn never_converted(context: &Context<'_>, table: &TableName, from: &Column, to: &Column) -> Option<PreCheck> {
    let (source, name) = place(context, table, to)?;
    let family = |column: &Column| Family::of(&rust_type(&column.column_type.to_string())?);
    (!family(from)?.leads_to(family(to)?)).then(|| PreCheck {
        code: "M068",
        message: format!(
            "no {} can be read as {}, and `{table}.{}` holds {{values}}",
            from.column_type, to.column_type, to.name
        ),
        count: format!("SELECT count(*) FROM {source} WHERE {name} IS NOT NULL"),
        fix: format!(
            "say how: `orm migrate dev --create-only`, then write `TYPE {} USING …` into up.sql",
            to.column_type
        ),
    })
}

/// Types whose values can be read as each other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Number,
    Bool,
    Text,
    Date,
    Time,
    Uuid,
    Bytes,
    Json,
}

impl Family {
    fn of(column_type: &ColumnType) -> Option<Self> {
        use ColumnType as T;
        Some(match column_type {
            T::F32 | T::F64 | T::Decimal | T::DecimalOf(..) => Self::Number,
            number if number.is_integer() => Self::Number,
            T::Bool => Self::Bool,
            T::Text | T::Varchar(_) => Self::Text,
            T::Date | T::DateTime | T::Timestamp => Self::Date,
            T::Time => Self::Time,
            T::Uuid => Self::Uuid,
            T::Bytes => Self::Bytes,
            T::Json => Self::Json,
            _ => return None,
        })
    }

    fn leads_to(self, other: Self) -> bool {
        let through_text = self == Self::Text || other == Self::Text;
        let of_json =
            |one: Self, other: Self| one == Self::Json && matches!(other, Self::Number | Self::Bool);
        let of_bool = |one: Self, other: Self| one == Self::Bool && other == Self::Number;
        through_text
            || self == other
            || of_json(self, other)
            || of_json(other, self)
            || of_bool(self, other)
            || of_bool(other, self)
            || (self == Self::Date && other == Self::Time)
    }
}

/// The columns of the enum type that the change makes anew, under their new names.
fn users_of<'a>(context: &'a Context<'_>, change: &Change) -> Vec<(&'a TableName, &'a Column)> {
    let Change::ReplaceEnum { enum_name, .. } = change else { return Vec::new() };
    let columns = context
        .before
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (&table.name, column)));
    columns.filter(|(_, column)| enum_of(&column.column_type) == Some(enum_name)).collect()
}

/// Rows that hold a label that goes.
fn held(context: &Context<'_>, table: &TableName, column: &Column, gone: &[&String]) -> Option<PreCheck> {
    let (from, name) = place(context, table, column)?;
    let labels: Vec<_> = gone.iter().map(|label| DIALECT.text(label)).collect();
    let labels = labels.join(", ");
    let condition = if matches!(column.column_type, ColumnType::Array(_)) {
        format!("{name}::text[] && ARRAY[{labels}]")
    } else {
        format!("{name}::text IN ({labels})")
    };
    (!gone.is_empty()).then(|| PreCheck {
        code: "M067",
        message: format!("`{table}.{}` holds a label that goes ({labels}) in {{rows}}", column.name),
        count: format!("SELECT count(*) FROM {from} WHERE {condition}"),
        fix: "change the rows first, or keep the label".to_owned(),
    })
}
