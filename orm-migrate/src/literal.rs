//! Whether a column can hold the literal that its model gives as a default.
//!
//! A server refuses `DEFAULT 'x'` for an integer. SQLite takes it, and then every row that was inserted without a value
//! cannot be read. SQL of the user's own (`default_sql`) and types in the database's own words are left to the database.

use orm_schema::{ColumnDefault, ColumnType, Schema, Table};

use crate::normalise::{Unsupported, is_number};

/// The defaults that no row could be read with.
pub(crate) fn misfits(schema: &Schema) -> Vec<Unsupported> {
    schema.tables.iter().flat_map(|table| misfits_of(schema, table)).collect()
}

fn misfits_of<'a>(schema: &'a Schema, table: &'a Table) -> impl Iterator<Item = Unsupported> + 'a {
    table.columns.iter().filter_map(|column| {
        let default =
            column.default.as_ref().filter(|default| !fits(schema, &column.column_type, default))?;
        Some(Unsupported {
            table: table.name.clone(),
            column: Some(column.name.clone()),
            why: format!("the default {} is no value of type {}", shown(default), column.column_type),
            fix: "give a literal of the field's type; SQL goes into `default_sql = \"…\"`".to_owned(),
        })
    })
}

fn shown(default: &ColumnDefault) -> String {
    match default {
        ColumnDefault::Bool(value) => format!("`{value}`"),
        ColumnDefault::Number(digits) => format!("`{digits}`"),
        ColumnDefault::Text(text) => format!("{text:?}"),
        ColumnDefault::Now => "`now`".to_owned(),
        ColumnDefault::Expression(sql) => format!("`{sql}`"),
    }
}

/// Whether a column of that type can hold it. A number in quotes is a number to every database.
pub(crate) fn fits(schema: &Schema, column_type: &ColumnType, default: &ColumnDefault) -> bool {
    let number = match default {
        ColumnDefault::Number(text) | ColumnDefault::Text(text) => Some(text.as_str()),
        ColumnDefault::Bool(_) | ColumnDefault::Now | ColumnDefault::Expression(_) => None,
    };
    let integer = |least: i128, most: i128| {
        number.and_then(|digits| digits.parse::<i128>().ok()).is_some_and(|n| (least..=most).contains(&n))
    };
    if matches!(default, ColumnDefault::Expression(_)) {
        return true;
    }
    match column_type {
        ColumnType::Bool => matches!(default, ColumnDefault::Bool(_)) || integer(0, 1),
        ColumnType::I8 => integer(i8::MIN.into(), i8::MAX.into()),
        ColumnType::I16 => integer(i16::MIN.into(), i16::MAX.into()),
        ColumnType::I32 => integer(i32::MIN.into(), i32::MAX.into()),
        ColumnType::I64 => integer(i64::MIN.into(), i64::MAX.into()),
        ColumnType::U8 => integer(0, u8::MAX.into()),
        ColumnType::U16 => integer(0, u16::MAX.into()),
        ColumnType::U32 => integer(0, u32::MAX.into()),
        ColumnType::U64 => integer(0, u64::MAX.into()),
        ColumnType::F32 | ColumnType::F64 | ColumnType::Decimal | ColumnType::DecimalOf(..) => {
            number.is_some_and(is_number)
        }
        ColumnType::Varchar(most) => match default {
            ColumnDefault::Text(text) => {
                u32::try_from(text.chars().count()).is_ok_and(|count| count <= *most)
            }
            _ => true,
        },
        ColumnType::Date | ColumnType::Time | ColumnType::DateTime | ColumnType::Timestamp => {
            matches!(default, ColumnDefault::Now | ColumnDefault::Text(_))
        }
        ColumnType::Enum(name) => match default {
            ColumnDefault::Text(label) => {
                schema.enum_type(name).is_none_or(|enum_type| enum_type.labels.contains(label))
            }
            _ => false,
        },
        ColumnType::Uuid => matches!(default, ColumnDefault::Text(_)),
        ColumnType::Text
        | ColumnType::Bytes
        | ColumnType::Json
        | ColumnType::Array(_)
        | ColumnType::Native(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use orm_schema::{Column, EnumType};

    use super::*;

    fn told(column_type: ColumnType, default: ColumnDefault) -> Option<String> {
        let column = Column { default: Some(default), ..Column::new("x", column_type) };
        let enums = vec![EnumType { name: "mood".into(), labels: vec!["glad".into()] }];
        let schema = Schema { tables: vec![Table { columns: vec![column], ..Table::new("t") }], enums };
        misfits(&schema).first().map(ToString::to_string)
    }

    fn text(text: &str) -> ColumnDefault {
        ColumnDefault::Text(text.to_owned())
    }

    fn digits(digits: &str) -> ColumnDefault {
        ColumnDefault::Number(digits.to_owned())
    }

    #[test]
    fn a_default_of_another_type_is_told_with_its_place() {
        let why = told(ColumnType::I32, text("x")).unwrap();
        assert!(why.starts_with("`t.x`: the default \"x\" is no value of type"), "{why}");
        assert!(told(ColumnType::I32, ColumnDefault::Now).is_some());
        assert!(told(ColumnType::Timestamp, digits("1")).is_some());
        assert!(told(ColumnType::Enum("mood".into()), text("sad")).is_some());
        assert!(told(ColumnType::Varchar(2), text("äöü")).is_some());
    }

    #[test]
    fn a_number_out_of_range_is_told() {
        assert!(told(ColumnType::U8, digits("256")).is_some());
        assert!(told(ColumnType::I8, digits("-129")).is_some());
        assert!(told(ColumnType::I32, digits("1.5")).is_some());
    }

    #[test]
    fn what_fits_is_not_told() {
        let fitting = [
            (ColumnType::I32, digits("-1")),
            (ColumnType::I32, text("5")),
            (ColumnType::U8, digits("255")),
            (ColumnType::Bool, ColumnDefault::Bool(true)),
            (ColumnType::Decimal, text("0.25")),
            (ColumnType::Timestamp, ColumnDefault::Now),
            (ColumnType::Enum("mood".into()), text("glad")),
            (ColumnType::Varchar(3), text("äöü")),
            (ColumnType::I32, ColumnDefault::Expression("abs(-1)".into())),
            (ColumnType::Native("citext".into()), text("x")),
        ];
        for (column_type, default) in fitting {
            assert_eq!(told(column_type.clone(), default), None, "{column_type}");
        }
    }
}
