//! How SQLite says it.

use orm_schema::ValueType;
use sea_query::{Alias, Expr, Values};

use super::function;
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::Function,
    facts::ColumnFacts,
    sql::{BuildStatement, Explain, KeyParam, PlanRows, Spelling},
    value::Value,
};

/// SQLite.
pub(crate) struct Sqlite;

fn template(text: &str, arguments: Vec<Expr>) -> Expr {
    Expr::cust_with_exprs(text.to_owned(), arguments)
}

impl Spelling for Sqlite {
    fn build(&self, statement: &dyn BuildStatement) -> (String, Values) {
        statement.sqlite()
    }

    fn template(&self, text: &str, arguments: Vec<Expr>) -> Expr {
        template(text, arguments)
    }

    fn param(&self, _: ValueType, placeholder: Expr) -> Expr {
        placeholder
    }

    fn check_value(&self, value: &Value) -> Result<()> {
        match value {
            Value::Array(..) => Err(Error::unsupported("SQLite has no arrays")),
            _ => Ok(()),
        }
    }

    /// A column takes any integer, whatever its declared type, and a sum beyond 64 bits turns into a float
    /// (datatype3.html §3): so the statement itself looks. `abs` of the smallest integer is SQLite's only overflow
    /// error that an expression can ask for (lang_corefunc.html).
    fn assigned(&self, value_type: ValueType, value: Expr) -> Expr {
        let Some((low, high)) = integer_range(value_type) else { return value };
        let text =
            format!("CASE WHEN ? NOT BETWEEN {low} AND {high} THEN abs(-9223372036854775807 - 1) ELSE ? END");
        template(&text, vec![value.clone(), value])
    }

    fn bool(&self, value: bool) -> Expr {
        Expr::cust(if value { "1" } else { "0" })
    }

    /// One text for any number of keys: a JSON array, taken apart by `json_each` (json1.html §4.17).
    fn in_keys(
        &self,
        mut columns: Vec<Expr>,
        types: &[ValueType],
        _: Option<usize>,
        param: &mut dyn FnMut(KeyParam) -> Expr,
    ) -> Expr {
        let part = |at: usize, value: &str| match types.get(at) {
            // Bytes travel as hexadecimal digits.
            Some(ValueType::Bytes) => format!("unhex({value})"),
            _ => value.to_owned(),
        };
        let keys = param(KeyParam::All);
        if columns.len() == 1 {
            columns.push(keys);
            let text = format!("(? IN (SELECT {} FROM json_each(?)))", part(0, "value"));
            return template(&text, columns);
        }
        let parts: Vec<String> = (0..columns.len()).map(|at| part(at, &format!("value ->> {at}"))).collect();
        let text = format!(
            "(({}) IN (SELECT {} FROM json_each(?)))",
            vec!["?"; columns.len()].join(", "),
            parts.join(", ")
        );
        columns.push(keys);
        template(&text, columns)
    }

    fn key_param(&self, keys: &[Vec<Value>], _: &[ValueType], _: KeyParam) -> Result<Value> {
        let mut text = String::from("[");
        for (at, key) in keys.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            match key.as_slice() {
                [one] => write_json(&mut text, one)?,
                several => {
                    text.push('[');
                    for (at, value) in several.iter().enumerate() {
                        if at > 0 {
                            text.push(',');
                        }
                        write_json(&mut text, value)?;
                    }
                    text.push(']');
                }
            }
        }
        text.push(']');
        Ok(Value::Text(text))
    }

    fn function(&self, function: Function, of: ValueType) -> Result<&'static str> {
        if matches!(
            function,
            Function::Sum
                | Function::Avg
                | Function::Floor
                | Function::Ceil
                | Function::Round
                | Function::RoundTo
        ) {
            self.check_order(of)?;
        }
        function::function(function, of)
    }

    fn check_order(&self, value_type: ValueType) -> Result<()> {
        if value_type == ValueType::Decimal {
            return Err(Error::unsupported(
                "SQLite keeps an exact decimal as text, which neither sorts nor adds up by its number: \
                 use an integer of the smallest unit, or a float",
            ));
        }
        Ok(())
    }

    /// Without `QUERY PLAN` it would be the program of the virtual machine (lang_explain.html).
    fn explain(&self) -> Explain {
        Explain { before: "EXPLAIN QUERY PLAN ", rows: PlanRows::Tree }
    }

    fn excluded(&self, column: &'static str) -> Expr {
        Expr::col((Alias::new("excluded"), Alias::new(column)))
    }

    fn string_agg(&self, text: &str, between: &str, order: &str) -> String {
        format!("group_concat({text}, '{between}'{order})")
    }

    fn bulk_arrays(&self) -> bool {
        Dialect::Sqlite.capabilities().array_parameters
    }

    /// Never asked for: `bulk_arrays` is false.
    fn unnest(&self, _: &[&ColumnFacts], params: Vec<Expr>) -> Vec<Expr> {
        params
    }
}

/// What a field of an integer type can hold, as far as a column of SQLite can.
const fn integer_range(value_type: ValueType) -> Option<(i64, i64)> {
    Some(match value_type {
        ValueType::I8 => (i8::MIN as i64, i8::MAX as i64),
        ValueType::I16 => (i16::MIN as i64, i16::MAX as i64),
        ValueType::I32 => (i32::MIN as i64, i32::MAX as i64),
        ValueType::I64 => (i64::MIN, i64::MAX),
        ValueType::U8 => (0, u8::MAX as i64),
        ValueType::U16 => (0, u16::MAX as i64),
        ValueType::U32 => (0, u32::MAX as i64),
        ValueType::U64 => (0, i64::MAX),
        ValueType::Bool
        | ValueType::F32
        | ValueType::F64
        | ValueType::Text
        | ValueType::Bytes
        | ValueType::Date
        | ValueType::Time
        | ValueType::DateTime
        | ValueType::Timestamp
        | ValueType::Uuid
        | ValueType::Decimal
        | ValueType::Json
        | ValueType::Array(_)
        | ValueType::Enum(_) => return None,
    })
}

/// A value of a key as JSON, in the form in which SQLite stores it.
fn write_json(text: &mut String, value: &Value) -> Result<()> {
    use std::fmt::Write as _;
    let quoted = |value: &str| serde_json::Value::from(value).to_string();
    let written = match value {
        Value::Bool(value) => write!(text, "{}", u8::from(*value)),
        Value::I16(value) => write!(text, "{value}"),
        Value::I32(value) => write!(text, "{value}"),
        Value::I64(value) => write!(text, "{value}"),
        Value::U64(value) => write!(text, "{value}"),
        Value::F32(value) => write!(text, "{}", json_number(f64::from(*value))?),
        Value::F64(value) => write!(text, "{}", json_number(*value)?),
        Value::Bytes(bytes) => {
            text.push('"');
            for byte in bytes {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('"');
            Ok(())
        }
        other => write!(text, "{}", quoted(&super::text::text(other)?)),
    };
    written.map_err(|error| Error::invalid_value(error.to_string()))
}

/// JSON has no infinity, but numbers that are read as one (json1.html §3).
fn json_number(value: f64) -> Result<String> {
    if value.is_nan() {
        return Err(Error::invalid_value("SQLite has no NaN to look for: it would be NULL"));
    }
    if value.is_infinite() {
        return Ok(if value > 0.0 { "9e999" } else { "-9e999" }.to_owned());
    }
    Ok(serde_json::Value::from(value).to_string())
}
