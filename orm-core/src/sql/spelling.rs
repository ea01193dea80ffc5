//! What differs between the databases in the SQL of a query.

use orm_schema::ValueType;
use sea_query::{Expr, ExprTrait};

use super::cache::Slot;
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    expr::Function,
    facts::{ColumnFacts, TableFacts},
    query::{LockStrength, RowLock},
    value::Value,
};

/// How one database says it. Every argument is rendered already.
pub(crate) trait Spelling: Sync {
    /// The statement as text, and its parameters in the order of the text.
    fn build(&self, statement: &dyn BuildStatement) -> (String, sea_query::Values);

    /// The text and the slots of its parameters, where a value that stands in several places has one number.
    fn share_params(&self, text: String, slots: Vec<Slot>) -> (String, Vec<Slot>) {
        (text, slots)
    }

    /// SQL with a `?` for each argument.
    fn template(&self, text: &str, arguments: Vec<Expr>) -> Expr;

    /// A parameter of that type.
    fn param(&self, value_type: ValueType, placeholder: Expr) -> Expr;

    /// A placeholder of a value whose type nothing beside it says.
    fn literal(&self, value_type: ValueType, placeholder: Expr) -> Expr {
        match self.literal_type(value_type) {
            Some(name) => self.template(&format!("CAST(? AS {name})"), vec![placeholder]),
            None => self.param(value_type, placeholder),
        }
    }

    /// What such a placeholder is cast to, where a statement is prepared once for its text: the same text must not stand for values
    /// of two types.
    fn literal_type(&self, _value_type: ValueType) -> Option<String> {
        None
    }

    /// A text in a type that holds any text, where the type of a value is no longer than the value.
    fn any_text(&self, text: Expr) -> Expr {
        text
    }

    /// What a column of that type is sorted by, where it is compared by something else: `?` stands for the column.
    fn sort_key(&self, _value_type: ValueType) -> Option<&'static str> {
        None
    }

    /// How a statement is asked for its plan.
    fn explain(&self) -> Explain;

    /// A placeholder in SQL by hand, by its number from 1 on.
    fn placeholder(&self, _number: usize) -> String {
        "?".to_owned()
    }

    /// The type in which a column is read, where its own is none that rows are decoded from.
    fn read_as(&self, _column: &ColumnFacts) -> Option<String> {
        None
    }

    /// The type that a value has to be given on its way to such a column.
    fn write_as(&self, _column: &ColumnFacts) -> Option<&'static str> {
        None
    }

    /// Whether the database can take a value, before anything is sent.
    fn check_value(&self, value: &Value) -> Result<()>;

    /// A computed value on its way into a column of that type, where the column would take one that its field cannot hold.
    fn assigned(&self, _value_type: ValueType, value: Expr) -> Expr {
        value
    }

    /// Whether a column keeps a value as it is, where the database would not say that it doesn't.
    fn check_stored(&self, _table: &TableFacts, _column: &ColumnFacts, _value: &Value) -> Result<()> {
        Ok(())
    }

    /// A constant.
    fn bool(&self, value: bool) -> Expr;

    /// For how many keys the text has places; `None` where it is the same for any number of them.
    fn key_places(&self, _keys: usize, _types: &[ValueType]) -> Option<usize> {
        None
    }

    /// The columns, as a tuple, are among the keys; `param` gives the placeholder of a part of the keys.
    fn in_keys(
        &self,
        columns: Vec<Expr>,
        types: &[ValueType],
        places: Option<usize>,
        param: &mut dyn FnMut(KeyParam) -> Expr,
    ) -> Expr;

    /// The value of such a parameter.
    fn key_param(&self, keys: &[Vec<Value>], types: &[ValueType], part: KeyParam) -> Result<Value>;

    /// The quotient, of integers cut to an integer.
    fn divide(&self, _value_type: Option<ValueType>, left: Expr, right: Expr) -> Expr {
        left.div(right)
    }

    /// A template for a function of a value of that type; `{0}` stands for the first argument.
    fn function(&self, function: Function, of: ValueType) -> Result<&'static str>;

    /// Whether values of that type can be ordered and compared by size.
    fn check_order(&self, value_type: ValueType) -> Result<()>;

    /// A column of the row that an upsert would have inserted.
    fn excluded(&self, column: &'static str) -> Expr;

    /// The texts of a group in one; what is between them stands between quotes already doubled.
    fn string_agg(&self, text: &str, between: &str, order: &str) -> String;

    /// What stands behind a SELECT that locks the rows of a table.
    fn row_lock(&self, lock: RowLock, table: &str) -> String {
        let strength = match lock.strength {
            LockStrength::Update => "UPDATE",
            LockStrength::Share => "SHARE",
        };
        format!(" FOR {strength} OF {table}{}", lock.wait.words())
    }

    /// Whether many rows are inserted from one array for each column.
    fn bulk_arrays(&self) -> bool;

    /// The rows of arrays, one for each column: what `INSERT INTO … SELECT` selects.
    fn unnest(&self, columns: &[&ColumnFacts], params: Vec<Expr>) -> Vec<Expr>;
}

/// A statement that a spelling can build with its own query builder.
pub(crate) trait BuildStatement {
    fn sqlite(&self) -> (String, sea_query::Values);
    fn postgres(&self) -> (String, sea_query::Values);
    fn mysql(&self) -> (String, sea_query::Values);
}

macro_rules! build_statement {
    ($($type:ty),*) => {
        $(impl BuildStatement for $type {
            fn sqlite(&self) -> (String, sea_query::Values) {
                self.build(sea_query::SqliteQueryBuilder)
            }

            fn postgres(&self) -> (String, sea_query::Values) {
                self.build(sea_query::PostgresQueryBuilder)
            }

            fn mysql(&self) -> (String, sea_query::Values) {
                self.build(sea_query::MysqlQueryBuilder)
            }
        })*
    };
}
build_statement!(
    sea_query::SelectStatement,
    sea_query::InsertStatement,
    sea_query::UpdateStatement,
    sea_query::DeleteStatement
);

/// How a statement is asked for its plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Explain {
    /// What stands before the statement.
    pub before: &'static str,
    pub rows: PlanRows,
}

/// What the rows of a plan are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanRows {
    /// A text each.
    Texts,
    /// The number of a step, that of the step it belongs to, one more, and a text.
    Tree,
}

/// A part of the keys that one parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyParam {
    /// All keys.
    All,
    /// The values of one column of the keys.
    Column(usize),
    /// One value; of the last key, where there are fewer keys than places.
    Cell { key: usize, column: usize },
}

impl Dialect {
    /// How the database says it: the one place where the choice is made.
    pub(crate) fn spelling(self) -> &'static dyn Spelling {
        match self {
            Self::Sqlite => &crate::sqlite::spelling::Sqlite,
            Self::Postgres => &crate::postgres::spelling::Postgres,
            Self::MariaDb => &crate::mysql::spelling::MySql(Self::MariaDb),
            Self::MySql => &crate::mysql::spelling::MySql(Self::MySql),
        }
    }
}

/// The error for something that a database cannot do.
pub(crate) fn unsupported<T>(dialect: Dialect, what: &str) -> Result<T> {
    Err(Error::unsupported(format!("{} {what}", dialect.name())))
}
