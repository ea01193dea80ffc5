//! The models for Diesel: `schema.rs` as its command line prints it, structs as its guides show them.

use super::{
    project::Library,
    shape::{Column, Kind, Model},
};

pub(super) const LIBRARY: Library = Library {
    name: "diesel",
    dependencies: "diesel = { version = \"2.3\", features = [\"sqlite\"] }\n\
                   libsqlite3-sys = { version = \"0.37\", features = [\"bundled\"] }",
    model,
    root: schema,
};

fn model(model: &Model) -> String {
    let Model { module, name, parent, child, limit, .. } = model;
    let (parent, child) = (path(parent), path(child));
    let fields = model.fields(|_| "");
    let new = model.columns.iter().filter(|column| column.kind != Kind::Key);
    let new: String = new.map(|column| column.field("")).collect();
    format!(
        "use crate::schema::{module};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = {module}, belongs_to({parent}, foreign_key = parent_id))]
pub struct {name} {{
{fields}}}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = {module})]
pub struct New{name} {{
{new}}}

pub fn filtered(connection: &mut SqliteConnection) -> QueryResult<Vec<{name}>> {{
    let rows = {module}::table.filter({module}::rank.ge(18).and({module}::title.eq(\"x\")));
    rows.order({module}::id.desc()).limit({limit}).select({name}::as_select()).load(connection)
}}

pub fn selected(connection: &mut SqliteConnection) -> QueryResult<Vec<(i64, String)>> {{
    {module}::table.filter({module}::remark.is_null()).select(({module}::id, {module}::title)).load(connection)
}}

pub fn related(connection: &mut SqliteConnection) -> QueryResult<Vec<({name}, Vec<{child}>)>> {{
    let parents = {module}::table.select({name}::as_select()).load(connection)?;
    let children = {child}::belonging_to(&parents).select({child}::as_select()).load(connection)?;
    Ok(children.grouped_by(&parents).into_iter().zip(parents).map(|(children, parent)| (parent, children)).collect())
}}
"
    )
}

fn path((module, name): &(String, String)) -> String {
    format!("crate::{module}::{name}")
}

fn schema(models: &[Model]) -> String {
    let tables: String = models.iter().map(table).collect();
    let joins = models
        .iter()
        .map(|model| format!("    diesel::joinable!({} -> {} (parent_id));\n", model.module, model.parent.0));
    let joins: String = joins.collect();
    let names: Vec<&str> = models.iter().map(|model| model.module.as_str()).collect();
    format!(
        "\npub mod schema {{\n{tables}{joins}    diesel::allow_tables_to_appear_in_same_query!({});\n}}\n",
        names.join(", ")
    )
}

fn table(model: &Model) -> String {
    let column = |column: &Column| format!("            {} -> {},\n", column.name, sql_type(column.kind));
    let columns: String = model.columns.iter().map(column).collect();
    format!("    diesel::table! {{\n        {} (id) {{\n{columns}        }}\n    }}\n", model.module)
}

fn sql_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Key | Kind::Parent | Kind::Bigint => "BigInt",
        Kind::Text | Kind::UniqueText => "Text",
        Kind::OptionalText => "Nullable<Text>",
        Kind::Integer => "Integer",
        Kind::OptionalBigint => "Nullable<BigInt>",
        Kind::Truth => "Bool",
        Kind::Float => "Double",
    }
}
