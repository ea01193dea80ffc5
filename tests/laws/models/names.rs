//! Names that need quoting, and names that rules derive.

use orm::prelude::*;

#[derive(Debug, Clone, Model)]
#[orm(table = "select", index(r#where, order_by))]
pub(crate) struct Select {
    pub(crate) id: i64,
    pub(crate) r#where: String,
    #[orm(column = "order by")]
    pub(crate) order_by: String,
}

#[derive(Debug, Clone, Model)]
#[orm(table = "Order Details", check("\"a \"\"b\"\" c\" > 0", name = "it's \"so\""))]
pub(crate) struct Spaced {
    #[orm(primary_key, column = "Order ID")]
    pub(crate) order: i64,
    #[orm(column = "a \"b\" c", default = 1)]
    pub(crate) quoted: i32,
    #[orm(column = "back\\slash", default = "it's \\ so")]
    pub(crate) slash: String,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Übung {
    pub(crate) id: i64,
    pub(crate) größe: f64,
    #[orm(column = "日本語")]
    pub(crate) text: String,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct HTTPLog {
    pub(crate) id: i64,
    pub(crate) status2xx: i32,
}

#[derive(Debug, Clone, Model)]
pub(crate) struct Category {
    pub(crate) id: i64,
}

/// Its derived names are cut.
#[derive(Debug, Clone, Model)]
#[orm(table = "a_table_whose_name_is_exactly_as_long_as_the_databases_take_sir")]
#[orm(index(first_of_the_columns, second_of_the_columns), index(second_of_the_columns, first_of_the_columns))]
pub(crate) struct LongName {
    pub(crate) id: i64,
    #[orm(unique)]
    pub(crate) first_of_the_columns: String,
    #[orm(unique)]
    pub(crate) second_of_the_columns: String,
}
