//! How PostgreSQL says it.

use orm_schema::{EnumFact, ValueType};
use sea_query::{Alias, Expr, Values};

use super::function;
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::Function,
    facts::ColumnFacts,
    sql::{BuildStatement, Explain, KeyParam, PlanRows, Slot, Spelling},
    value::Value,
};

/// PostgreSQL.
pub(crate) struct Postgres;

/// Whether a text or a key somewhere in it has a NUL character: a jsonb refuses it ("datatype-json.html").
fn holds_nul(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(holds_nul),
        serde_json::Value::Object(members) => {
            members.iter().any(|(key, value)| key.contains('\0') || holds_nul(value))
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
    }
}

/// Numbers the placeholders, as PostgreSQL's templates want them; a `?` between quotes is none.
fn template(text: &str, arguments: Vec<Expr>) -> Expr {
    let mut numbered = String::with_capacity(text.len() + arguments.len());
    let (mut quote, mut number) = (None, 0);
    for character in text.chars() {
        match quote {
            Some(open) if open == character => quote = None,
            None if ['"', '\''].contains(&character) => quote = Some(character),
            Some(_) | None => {}
        }
        if character == '?' && quote.is_none() {
            number += 1;
            numbered.push('$');
            numbered.push_str(&number.to_string());
        } else {
            numbered.push(character);
        }
    }
    Expr::cust_with_exprs(numbered, arguments)
}

/// The text with other numbers for its parameters; a `$` between quotes is none.
fn renumbered(text: &str, numbers: &[usize]) -> String {
    let mut result = String::with_capacity(text.len());
    let (mut quote, mut characters) = (None, text.chars().peekable());
    while let Some(character) = characters.next() {
        match quote {
            Some(open) if open == character => quote = None,
            None if ['"', '\''].contains(&character) => quote = Some(character),
            Some(_) | None => {}
        }
        result.push(character);
        if character == '$' && quote.is_none() {
            let mut number = 0;
            while let Some(digit) = characters.peek().and_then(|next| next.to_digit(10)) {
                number = number * 10 + digit as usize;
                characters.next();
            }
            result.push_str(&numbers.get(number.wrapping_sub(1)).copied().unwrap_or(number).to_string());
        }
    }
    result
}

/// The name of an enum type, quoted.
fn enum_name(fact: &EnumFact) -> String {
    let name = Dialect::Postgres.quote(fact.name);
    match fact.namespace {
        None => name,
        Some(namespace) => format!("{}.{name}", Dialect::Postgres.quote(namespace)),
    }
}

impl Spelling for Postgres {
    fn build(&self, statement: &dyn BuildStatement) -> (String, Values) {
        statement.postgres()
    }

    fn template(&self, text: &str, arguments: Vec<Expr>) -> Expr {
        template(text, arguments)
    }

    /// A group key with a value in it is the same as what is selected only if it is the same parameter.
    fn share_params(&self, text: String, slots: Vec<Slot>) -> (String, Vec<Slot>) {
        let mut kept: Vec<Slot> = Vec::with_capacity(slots.len());
        let numbers: Vec<usize> = slots
            .iter()
            .map(|slot| match kept.iter().position(|other| other == slot) {
                Some(place) => place + 1,
                None => {
                    kept.push(*slot);
                    kept.len()
                }
            })
            .collect();
        if kept.len() == slots.len() {
            return (text, slots);
        }
        (renumbered(&text, &numbers), kept)
    }

    /// Enums are bound as text with a cast, so that their type need not be looked up on every connection.
    fn param(&self, value_type: ValueType, placeholder: Expr) -> Expr {
        match value_type {
            ValueType::Enum(fact) => cast(placeholder, &enum_name(fact)),
            ValueType::Array(ValueType::Enum(fact)) => cast(placeholder, &format!("{}[]", enum_name(fact))),
            _ => placeholder,
        }
    }

    fn literal_type(&self, value_type: ValueType) -> Option<String> {
        Some(type_name(value_type))
    }

    fn placeholder(&self, number: usize) -> String {
        format!("${number}")
    }

    /// A type of which only the server knows the form of its values is read as text, or as what its field holds.
    fn read_as(&self, column: &ColumnFacts) -> Option<String> {
        foreign(column).map(|_| type_name(column.fact.value))
    }

    fn write_as(&self, column: &ColumnFacts) -> Option<&'static str> {
        foreign(column)
    }

    /// PostgreSQL's text cannot hold NUL (datatype-character.html).
    fn check_value(&self, value: &Value) -> Result<()> {
        match value {
            Value::Text(text) if text.contains('\0') => {
                Err(Error::invalid_value("the text holds a NUL character, which PostgreSQL cannot store"))
            }
            Value::Json(json) if holds_nul(json) => Err(Error::invalid_value(
                "a text in the JSON holds a NUL character, which PostgreSQL cannot store in a jsonb",
            )),
            Value::Array(_, items) => items.iter().try_for_each(|item| self.check_value(item)),
            _ => Ok(()),
        }
    }

    fn bool(&self, value: bool) -> Expr {
        Expr::cust(if value { "TRUE" } else { "FALSE" })
    }

    /// One array for each column of the keys: the text is the same for any number of them.
    fn in_keys(
        &self,
        mut columns: Vec<Expr>,
        types: &[ValueType],
        _: Option<usize>,
        param: &mut dyn FnMut(KeyParam) -> Expr,
    ) -> Expr {
        let width = columns.len();
        let arrays: Vec<Expr> = (0..width)
            .map(|at| {
                let placeholder = param(KeyParam::Column(at));
                match types.get(at) {
                    Some(ValueType::Enum(fact)) => cast(placeholder, &format!("{}[]", enum_name(fact))),
                    _ => placeholder,
                }
            })
            .collect();
        columns.extend(arrays);
        if width == 1 {
            return template("(? = ANY (?))", columns);
        }
        let marks = vec!["?"; width].join(", ");
        template(&format!("(({marks}) IN (SELECT * FROM unnest({marks})))"), columns)
    }

    fn key_param(&self, keys: &[Vec<Value>], types: &[ValueType], part: KeyParam) -> Result<Value> {
        let at = match part {
            KeyParam::All => 0,
            KeyParam::Column(at) | KeyParam::Cell { column: at, .. } => at,
        };
        let items = keys.iter().filter_map(|key| key.get(at).cloned()).map(labelled).collect();
        Ok(Value::Array(element(types.get(at).copied().unwrap_or(ValueType::Text)), items))
    }

    fn function(&self, function: Function, of: ValueType) -> Result<&'static str> {
        function::function(function, of)
    }

    fn check_order(&self, _: ValueType) -> Result<()> {
        Ok(())
    }

    fn explain(&self) -> Explain {
        Explain { before: "EXPLAIN ", rows: PlanRows::Texts }
    }

    fn excluded(&self, column: &'static str) -> Expr {
        Expr::col((Alias::new("excluded"), Alias::new(column)))
    }

    fn string_agg(&self, text: &str, between: &str, order: &str) -> String {
        format!("string_agg({text}, '{between}'{order})")
    }

    fn bulk_arrays(&self) -> bool {
        Dialect::Postgres.capabilities().array_parameters
    }

    /// The last column carries FROM with it: sea-query has no table function with named columns.
    fn unnest(&self, columns: &[&ColumnFacts], params: Vec<Expr>) -> Vec<Expr> {
        let column = |(at, facts): (usize, &&ColumnFacts)| match (foreign(facts), facts.fact.value) {
            (Some(own), _) => format!("CAST(c{at} AS {own})"),
            (None, ValueType::Enum(fact)) => format!("c{at}::{}", enum_name(fact)),
            (None, _) => format!("c{at}"),
        };
        let names: Vec<String> = (0..columns.len()).map(|at| format!("c{at}")).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let mut columns: Vec<String> = columns.iter().enumerate().map(column).collect();
        let last = columns.pop().unwrap_or_default();
        let from = format!("{last} FROM unnest({marks}) AS rows({})", names.join(", "));
        columns.into_iter().map(Expr::cust).chain([template(&from, params)]).collect()
    }
}

/// The type of a column, where values of its field are not what the server sends and takes for it.
fn foreign(column: &ColumnFacts) -> Option<&'static str> {
    column.native.filter(|native| !is_decoded(native, column.fact.value))
}

/// Types whose values are texts on their way, too.
const TEXTS: [&str; 8] =
    ["bpchar", "\"char\"", "char", "character", "character varying", "name", "text", "varchar"];

/// Types whose values have a form of their own, which is known here.
const OTHERS: [&str; 30] = [
    "bigint",
    "bigserial",
    "bool",
    "boolean",
    "bytea",
    "date",
    "dec",
    "decimal",
    "double precision",
    "float",
    "float4",
    "float8",
    "int",
    "int2",
    "int4",
    "int8",
    "integer",
    "json",
    "jsonb",
    "numeric",
    "real",
    "serial",
    "smallint",
    "smallserial",
    "time",
    "time without time zone",
    "timestamp",
    "timestamp without time zone",
    "timestamp with time zone",
    "timestamptz",
];

/// Whether values of the type are decoded by `read`, and assigned to it as they are bound.
fn is_decoded(native: &str, value_type: ValueType) -> bool {
    let native = native.trim().to_ascii_lowercase();
    let element = native.split('[').next().unwrap_or(&native).trim();
    // `timestamp(3) with time zone`, `numeric(10, 2)`
    let word = match (element.find('('), element.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{} {}", element[..open].trim(), element[close + 1..].trim())
        }
        _ => element.to_owned(),
    };
    let word = word.trim();
    match value_type {
        ValueType::Array(of) if native.contains('[') => is_decoded(word, *of),
        ValueType::Text => TEXTS.contains(&word),
        ValueType::Uuid => word == "uuid",
        _ => OTHERS.contains(&word),
    }
}

/// The type as which values of a field are decoded.
fn type_name(value_type: ValueType) -> String {
    let word = match value_type {
        ValueType::Bool => "boolean",
        ValueType::I8 | ValueType::I16 | ValueType::U8 => "smallint",
        ValueType::I32 | ValueType::U16 => "integer",
        ValueType::I64 | ValueType::U32 | ValueType::U64 => "bigint",
        ValueType::F32 => "real",
        ValueType::F64 => "double precision",
        ValueType::Text => "text",
        ValueType::Bytes => "bytea",
        ValueType::Date => "date",
        ValueType::Time => "time",
        ValueType::DateTime => "timestamp",
        ValueType::Timestamp => "timestamptz",
        ValueType::Uuid => "uuid",
        ValueType::Decimal => "numeric",
        ValueType::Json => "jsonb",
        ValueType::Array(element) => return format!("{}[]", type_name(*element)),
        ValueType::Enum(fact) => return enum_name(fact),
    };
    word.to_owned()
}

fn cast(value: Expr, type_name: &str) -> Expr {
    template(&format!("CAST(? AS {type_name})"), vec![value])
}

/// Enums travel as text, among the keys too: the SQL casts the array.
fn labelled(value: Value) -> Value {
    match value {
        Value::Enum(_, label) => Value::Text(label.to_owned()),
        other => other,
    }
}

/// The type of an array's elements, as a constant with an address.
fn element(value_type: ValueType) -> &'static ValueType {
    match value_type {
        ValueType::Bool => &ValueType::Bool,
        ValueType::I8 | ValueType::I16 | ValueType::U8 => &ValueType::I16,
        ValueType::I32 | ValueType::U16 => &ValueType::I32,
        ValueType::I64 | ValueType::U32 | ValueType::U64 => &ValueType::I64,
        ValueType::F32 => &ValueType::F32,
        ValueType::F64 => &ValueType::F64,
        ValueType::Bytes => &ValueType::Bytes,
        ValueType::Date => &ValueType::Date,
        ValueType::Time => &ValueType::Time,
        ValueType::DateTime => &ValueType::DateTime,
        ValueType::Timestamp => &ValueType::Timestamp,
        ValueType::Uuid => &ValueType::Uuid,
        ValueType::Decimal => &ValueType::Decimal,
        ValueType::Json => &ValueType::Json,
        // Enums travel as text.
        ValueType::Text | ValueType::Enum(_) | ValueType::Array(_) => &ValueType::Text,
    }
}
