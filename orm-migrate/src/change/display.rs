//! Changes in words, for a person.

use std::fmt;

use orm_schema::{Column, ColumnDefault, ColumnName, Identity};

use super::{Change, Constraint, EnumPosition, TableOptions, is_said_otherwise};

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateEnum { enum_type } => write!(f, "create enum `{}`", enum_type.name),
            Self::DropEnum { enum_type } => write!(f, "drop enum `{}`", enum_type.name),
            Self::RenameEnum { from, to } => write!(f, "rename enum `{from}` to `{to}`"),
            Self::AddEnumValue { enum_name, label, position, .. } => {
                write!(f, "add label `{label}` to enum `{enum_name}`{position}")
            }
            Self::RenameEnumValue { enum_name, from, to } => {
                write!(f, "rename label `{from}` of enum `{enum_name}` to `{to}`")
            }
            Self::ReplaceEnum { enum_name, from, to } => {
                write!(f, "change labels of enum `{enum_name}` from {} to {}", from.join(", "), to.join(", "))
            }
            Self::CreateTable { table } => write!(f, "create table `{}`", table.name),
            Self::DropTable { table } => write!(f, "drop table `{}`", table.name),
            Self::RenameTable { from, to } => write!(f, "rename table `{from}` to `{to}`"),
            Self::AlterTable { table, from, to } => {
                write!(f, "alter table `{table}`: {}", options(from, to).join(", "))
            }
            Self::AddColumn { table, column } => write!(f, "add column `{table}.{}`", column.name),
            Self::DropColumn { table, column } => write!(f, "drop column `{table}.{}`", column.name),
            Self::RenameColumn { table, from, to } => write!(f, "rename column `{table}.{from}` to `{to}`"),
            Self::AlterColumn { table, from, to } => {
                write!(f, "alter column `{table}.{}`: {}", to.name, alterations(from, to).join(", "))
            }
            Self::AddConstraint { table, constraint, .. } => write!(f, "on `{table}`, add {constraint}"),
            Self::DropConstraint { table, constraint, .. } => write!(f, "on `{table}`, drop {constraint}"),
            Self::RenameConstraint { table, from, to, .. } => {
                write!(f, "rename constraint `{from}` of `{table}` to `{to}`")
            }
            Self::AddIndex { table, name, .. } => write!(f, "add index `{name}` to `{table}`"),
            Self::DropIndex { table, name, .. } => write!(f, "drop index `{name}` from `{table}`"),
            Self::RenameIndex { table, from, to, .. } => {
                write!(f, "rename index `{from}` of `{table}` to `{to}`")
            }
        }
    }
}

/// What differs between two columns, for a person.
fn alterations(from: &Column, to: &Column) -> Vec<String> {
    let mut parts = Vec::new();
    if from.column_type != to.column_type {
        parts.push(format!("type {} to {}", from.column_type, to.column_type));
    }
    if from.collation != to.collation {
        let name = |collation: &Option<String>| collation.as_deref().unwrap_or("the usual one").to_owned();
        parts.push(format!("collation {} to {}", name(&from.collation), name(&to.collation)));
    }
    match (&from.generated, &to.generated) {
        (from, to) if from == to => {}
        (_, Some(generated)) => parts.push(format!("generate it as {}", generated.expression)),
        (_, None) => parts.push("no longer generate it".to_owned()),
    }
    if is_said_otherwise(from.comment.as_deref(), to.comment.as_deref()) {
        parts.push(comment(to.comment.as_deref()));
    }
    match (from.nullable, to.nullable) {
        (true, false) => parts.push("make it required".to_owned()),
        (false, true) => parts.push("let it be NULL".to_owned()),
        (true, true) | (false, false) => {}
    }
    match (&from.default, &to.default) {
        (from, to) if from == to => {}
        (_, None) => parts.push("drop its default".to_owned()),
        (_, Some(default)) => parts.push(format!("default {}", default_words(default))),
    }
    match (from.identity, to.identity) {
        (from, to) if from == to => {}
        (_, None) => parts.push("count it up no longer".to_owned()),
        (_, Some(identity)) => parts.push(format!("count it up ({})", identity_words(identity))),
    }
    parts
}

fn default_words(default: &ColumnDefault) -> String {
    match default {
        ColumnDefault::Bool(value) => value.to_string(),
        ColumnDefault::Number(text) | ColumnDefault::Expression(text) => text.clone(),
        ColumnDefault::Text(text) => format!("{text:?}"),
        ColumnDefault::Now => "now".to_owned(),
    }
}

fn identity_words(identity: Identity) -> &'static str {
    match identity {
        Identity::ByDefault => "identity",
        Identity::Always => "identity, always",
        Identity::Serial => "serial",
        Identity::Autoincrement => "autoincrement",
    }
}

impl fmt::Display for EnumPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(label) => write!(f, " before `{label}`"),
            Self::After(label) => write!(f, " after `{label}`"),
            Self::Only => Ok(()),
        }
    }
}

/// What differs between the options of two tables, for a person.
fn options(from: &TableOptions, to: &TableOptions) -> Vec<String> {
    let mut parts = Vec::new();
    if from.strict != to.strict {
        parts.push(if to.strict { "make it STRICT" } else { "no longer STRICT" }.to_owned());
    }
    if from.without_rowid != to.without_rowid {
        parts.push(if to.without_rowid { "make it WITHOUT ROWID" } else { "give it rowids" }.to_owned());
    }
    for (word, from, to) in
        [("engine", &from.engine, &to.engine), ("collation", &from.collation, &to.collation)]
    {
        if let Some(to) = to.as_ref().filter(|_| from != to) {
            parts.push(format!("{word} {to}"));
        }
    }
    if is_said_otherwise(from.comment.as_deref(), to.comment.as_deref()) {
        parts.push(comment(to.comment.as_deref()));
    }
    parts
}

fn comment(to: Option<&str>) -> String {
    match to.filter(|text| !text.is_empty()) {
        Some(text) => format!("comment {text:?}"),
        None => "no comment".to_owned(),
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |columns: &[ColumnName]| columns.iter().map(ColumnName::as_str).collect::<Vec<_>>().join(", ");
        match self {
            Self::PrimaryKey(key) => write!(f, "primary key ({})", list(&key.columns)),
            Self::Unique(unique) => write!(f, "unique ({})", list(&unique.columns)),
            Self::ForeignKey(key) => write!(f, "foreign key ({}) to `{}`", list(&key.columns), key.table),
            Self::Check(check) => write!(f, "check ({})", check.expression),
        }
    }
}
