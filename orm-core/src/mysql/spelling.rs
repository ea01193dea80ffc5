//! How MariaDB and MySQL say it.

use orm_schema::{ColumnType, ValueType};
use sea_query::{BinOper, Expr, ExprTrait, Values};

use super::function;
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::Function,
    facts::{ColumnFacts, TableFacts},
    microseconds::cut,
    query::{LockStrength, RowLock},
    sql::{BuildStatement, Explain, KeyParam, PlanRows, Spelling},
    value::Value,
};

/// MariaDB, or MySQL.
pub(crate) struct MySql(pub(crate) Dialect);

/// Up to so many keys are parameters of their own, beyond it all of them are one JSON text.
///
/// An UPDATE or DELETE finds rows through a list of parameters by index, but through a subquery by reading, and locking,
/// all rows ("Semi-join Subquery Optimizations" are for SELECT). A SELECT does well with either; one JSON text is the
/// same SQL for any number of keys, and no limit of parameters holds for it.
const LISTED_KEYS: usize = 1024;

fn template(text: &str, arguments: Vec<Expr>) -> Expr {
    Expr::cust_with_exprs(text.to_owned(), arguments)
}

impl Spelling for MySql {
    fn build(&self, statement: &dyn BuildStatement) -> (String, Values) {
        statement.mysql()
    }

    fn template(&self, text: &str, arguments: Vec<Expr>) -> Expr {
        template(text, arguments)
    }

    fn param(&self, _: ValueType, placeholder: Expr) -> Expr {
        placeholder
    }

    fn check_value(&self, value: &Value) -> Result<()> {
        match value {
            Value::Array(..) | Value::Null(ValueType::Array(_)) => {
                Err(Error::unsupported(format!("{} has no arrays", self.0)))
            }
            _ => Ok(()),
        }
    }

    /// Digits behind the point that a column has no place for are rounded away, without an error ("DECIMAL"). Where the
    /// model says how many there are, that is what was asked for.
    fn check_stored(&self, table: &TableFacts, column: &ColumnFacts, value: &Value) -> Result<()> {
        let Value::Decimal(decimal) = value else { return Ok(()) };
        let digits = decimal.normalize().scale();
        if digits <= DECIMAL_SCALE || !is_unbounded_decimal(table, column) {
            return Ok(());
        }
        Err(Error::invalid_value(format!(
            "{decimal} has {digits} digits behind the point, but {} keeps {DECIMAL_SCALE} of a decimal without a \
             bound: say how many with `decimal(precision, scale)`",
            self.0
        )))
    }

    /// The first rows of a recursion say how long texts are in all of them ("WITH"). What is never evaluated makes a LONGTEXT of it;
    /// a CAST would cut a longer text without a word.
    fn any_text(&self, text: Expr) -> Expr {
        template("(CASE WHEN TRUE THEN ? ELSE repeat(' ', 1073741823) END)", vec![text])
    }

    fn bool(&self, value: bool) -> Expr {
        Expr::cust(if value { "TRUE" } else { "FALSE" })
    }

    /// A power of two, so that lists of like lengths share their text; what is left is filled with the last key.
    ///
    /// Texts are always listed: a parameter is compared by the collation of the column, whatever that is, while a text out
    /// of JSON has one of its own, which is an error where the two don't mix.
    fn key_places(&self, keys: usize, types: &[ValueType]) -> Option<usize> {
        let fitting = self.0.capabilities().parameter_limit / types.len().max(1);
        let listed = keys <= LISTED_KEYS || types.iter().any(|value_type| is_text(*value_type));
        listed.then(|| keys.next_power_of_two().min(fitting).max(keys))
    }

    fn in_keys(
        &self,
        mut columns: Vec<Expr>,
        types: &[ValueType],
        places: Option<usize>,
        param: &mut dyn FnMut(KeyParam) -> Expr,
    ) -> Expr {
        let width = columns.len();
        let tuple = |item: &str| match width {
            1 => item.to_owned(),
            _ => format!("({})", vec![item; width].join(", ")),
        };
        let Some(places) = places else {
            let text = format!("({} IN ({}))", tuple("?"), self.json_keys(types));
            columns.push(param(KeyParam::All));
            return template(&text, columns);
        };
        for key in 0..places {
            columns.extend((0..width).map(|column| param(KeyParam::Cell { key, column })));
        }
        template(&format!("({} IN ({}))", tuple("?"), vec![tuple("?"); places].join(", ")), columns)
    }

    fn key_param(&self, keys: &[Vec<Value>], _: &[ValueType], part: KeyParam) -> Result<Value> {
        match part {
            KeyParam::Cell { key, column } => {
                let cell = keys.get(key).or(keys.last()).and_then(|key| key.get(column));
                cell.cloned().ok_or_else(|| Error::invalid_query("a key has fewer values than columns"))
            }
            KeyParam::All | KeyParam::Column(_) => {
                let rows = keys
                    .iter()
                    .map(|key| key.iter().map(key_text).collect::<Result<Vec<_>>>())
                    .collect::<Result<Vec<_>>>()?;
                Ok(Value::Text(serde_json::Value::from(rows).to_string()))
            }
        }
    }

    /// `/` gives a decimal ("Division Operator").
    fn divide(&self, value_type: Option<ValueType>, left: Expr, right: Expr) -> Expr {
        match value_type {
            Some(ValueType::F32 | ValueType::F64 | ValueType::Decimal) => left.div(right),
            _ => left.binary(BinOper::Custom("DIV"), right),
        }
    }

    fn function(&self, function: Function, of: ValueType) -> Result<&'static str> {
        function::function(function, of)
    }

    fn check_order(&self, _: ValueType) -> Result<()> {
        Ok(())
    }

    /// Sorted by the number of its label, but compared as text ("ENUM").
    fn sort_key(&self, value_type: ValueType) -> Option<&'static str> {
        matches!(value_type, ValueType::Enum(_)).then_some("(? + 0)")
    }

    /// The table of a plain EXPLAIN says less ("EXPLAIN FORMAT=JSON").
    fn explain(&self) -> Explain {
        Explain { before: "EXPLAIN FORMAT=JSON ", rows: PlanRows::Texts }
    }

    fn excluded(&self, column: &'static str) -> Expr {
        Expr::cust(format!("VALUES({})", self.0.quote(column)))
    }

    /// MariaDB knows no OF, and says LOCK IN SHARE MODE ("LOCK IN SHARE MODE", "FOR UPDATE").
    fn row_lock(&self, lock: RowLock, _table: &str) -> String {
        let strength = match lock.strength {
            LockStrength::Update => " FOR UPDATE",
            LockStrength::Share => " LOCK IN SHARE MODE",
        };
        format!("{strength}{}", lock.wait.words())
    }

    /// The separator is no parameter ("GROUP_CONCAT"); a backslash in it would begin an escape.
    fn string_agg(&self, text: &str, between: &str, order: &str) -> String {
        format!("group_concat({text}{order} SEPARATOR '{}')", between.replace('\\', "\\\\"))
    }

    fn bulk_arrays(&self) -> bool {
        self.0.capabilities().array_parameters
    }

    /// Never asked for: `bulk_arrays` is false.
    fn unnest(&self, _: &[&ColumnFacts], params: Vec<Expr>) -> Vec<Expr> {
        params
    }
}

/// How many digits behind the point a decimal has for which the model says nothing else: `decimal(38,10)`.
const DECIMAL_SCALE: u32 = 10;

fn is_unbounded_decimal(table: &TableFacts, column: &ColumnFacts) -> bool {
    let table = table.table();
    let column = table.columns.iter().find(|declared| declared.name.as_str() == column.name);
    column.is_some_and(|column| column.column_type == ColumnType::Decimal)
}

impl MySql {
    /// The rows of a JSON text of keys ("JSON_TABLE").
    fn json_keys(&self, types: &[ValueType]) -> String {
        let column = |(at, value_type): (usize, &ValueType)| {
            format!("k{at} {} PATH '$[{at}]' ERROR ON EMPTY ERROR ON ERROR", json_type(*value_type))
        };
        let picks: Vec<String> = types.iter().enumerate().map(|(at, t)| self.json_pick(at, *t)).collect();
        let columns: Vec<String> = types.iter().enumerate().map(column).collect();
        format!(
            "SELECT {} FROM JSON_TABLE(?, '$[*]' COLUMNS ({})) AS listed",
            picks.join(", "),
            columns.join(", ")
        )
    }

    /// A column of such a row as its type, where JSON has none for it.
    fn json_pick(&self, at: usize, value_type: ValueType) -> String {
        match value_type {
            ValueType::Bytes => format!("UNHEX(k{at})"),
            ValueType::Uuid if self.0.capabilities().uuids => format!("CAST(k{at} AS UUID)"),
            ValueType::Uuid => format!("UNHEX(REPLACE(k{at}, '-', ''))"),
            _ => format!("k{at}"),
        }
    }
}

const fn is_text(value_type: ValueType) -> bool {
    matches!(value_type, ValueType::Text | ValueType::Enum(_) | ValueType::Json)
}

/// The type as which a key is read out of JSON.
fn json_type(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Bool => "TINYINT",
        ValueType::I8
        | ValueType::I16
        | ValueType::I32
        | ValueType::I64
        | ValueType::U8
        | ValueType::U16
        | ValueType::U32 => "BIGINT",
        ValueType::U64 => "BIGINT UNSIGNED",
        ValueType::F32 | ValueType::F64 => "DOUBLE",
        ValueType::Date => "DATE",
        ValueType::Time => "TIME(6)",
        ValueType::DateTime | ValueType::Timestamp => "DATETIME(6)",
        ValueType::Uuid => "CHAR(36)",
        ValueType::Decimal => "DECIMAL(65, 30)",
        ValueType::Text | ValueType::Bytes | ValueType::Json | ValueType::Enum(_) | ValueType::Array(_) => {
            "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        }
    }
}

/// A value of a key as a text, from which its type is read back.
fn key_text(value: &Value) -> Result<String> {
    const MOMENT: &str = "%Y-%m-%d %H:%M:%S%.6f";
    Ok(match value {
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::I16(value) => value.to_string(),
        Value::I32(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::F32(value) => f64::from(*value).to_string(),
        Value::F64(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Value::Date(date) => date.format("%Y-%m-%d").to_string(),
        Value::Time(time) => cut(*time).format("%H:%M:%S%.6f").to_string(),
        Value::DateTime(value) => value.date().and_time(cut(value.time())).format(MOMENT).to_string(),
        Value::Timestamp(value) => {
            value.naive_utc().date().and_time(cut(value.naive_utc().time())).format(MOMENT).to_string()
        }
        Value::Uuid(uuid) => uuid.hyphenated().to_string(),
        Value::Decimal(decimal) => decimal.to_string(),
        Value::Json(json) => json.to_string(),
        Value::Enum(_, label) => (*label).to_owned(),
        Value::Invalid(why) => return Err(Error::invalid_value(why.clone())),
        Value::Null(_) | Value::Array(..) => {
            return Err(Error::invalid_value(format!("{value:?} cannot be one of a list of keys")));
        }
    })
}
