//! What occurred, and how often: a generator that hardly makes a thing tests nothing of it.

use std::{collections::BTreeMap, fmt};

use orm_migrate::{Change, Dialect};
use orm_schema::{
    ColumnDefault, ColumnType, Deferrable, ForeignKey, Identity, Index, IndexKey, ReferentialAction, Schema,
    SortOrder, Table,
};

/// How often each feature occurred.
#[derive(Debug, Default)]
pub(crate) struct Features(BTreeMap<String, usize>);

/// What must occur in every run, whatever the database.
const EVERYWHERE: &[&str] = &[
    "check",
    "check of two columns",
    "circle",
    "composite foreign key",
    "composite key",
    "default: bool",
    "default: now",
    "default: number",
    "default: sql",
    "default: text",
    "deferrable",
    "foreign key",
    "foreign key to unique columns",
    "foreign key to itself",
    "index",
    "index: descending",
    "index: partial",
    "index: several columns",
    "index: unique",
    "key counted up",
    "natural key",
    "no key",
    "name: 63 bytes",
    "name: mixed case",
    "name: not ASCII",
    "name: quotes",
    "name: reserved",
    "name: spaces",
    "nullable",
    "on delete: cascade",
    "on delete: set null",
    "type: bool",
    "type: bytes",
    "type: date",
    "type: date and time",
    "type: decimal",
    "type: decimal(12, 2)",
    "type: decimal(30, 4)",
    "type: enum",
    "type: f32",
    "type: f64",
    "type: i16",
    "type: i32",
    "type: i64",
    "type: i8",
    "type: json",
    "type: text",
    "type: time",
    "type: timestamp",
    "type: u16",
    "type: u32",
    "type: u8",
    "type: uuid",
    "type: varchar",
    "unique",
    "unique: several columns",
    "written name",
];

const ON_SQLITE: &[&str] = &["strict", "without rowid", "identity: autoincrement", "index: expression"];

const ON_MYSQL: &[&str] = &["index: prefix", "comment"];

const ON_POSTGRES: &[&str] = &[
    "type: array",
    "identity: always",
    "identity: serial",
    "index: method",
    "index: nulls",
    "index: expression",
    "index: include",
    "index: operator class",
    "index: collation",
    "index: parameters",
    "unique: include",
    "collation",
    "comment",
];

/// What MariaDB and MySQL cannot do, or do without; their enums are types of columns.
const NOT_ON_MYSQL: &[&str] = &["deferrable", "index: partial"];

const NONE: &[&str] = &[];

/// What must occur among the changes.
const CHANGES: &[&str] = &[
    "change: add column",
    "change: add constraint",
    "change: add index",
    "change: alter column: default",
    "change: alter column: nullable",
    "change: alter column: type",
    "change: create table",
    "change: drop column",
    "change: drop constraint",
    "change: drop index",
    "change: drop table",
    "change: rename column",
    "change: rename table",
    "reversed",
];

const CHANGES_ON_SQLITE: &[&str] = &["change: alter table"];

const CHANGES_ON_POSTGRES: &[&str] = &["change: add label", "change: replace enum"];

impl Features {
    pub(crate) fn count(&mut self, feature: impl Into<String>) {
        *self.0.entry(feature.into()).or_default() += 1;
    }

    /// Counts what a schema has.
    pub(crate) fn schema(&mut self, schema: &Schema) {
        for table in &schema.tables {
            self.table(table);
            for key in &table.foreign_keys {
                self.foreign_key(schema, table, key);
            }
            table.indexes.iter().for_each(|index| self.index(index));
            self.some("unique: include", table.uniques.iter().any(|unique| !unique.include.is_empty()));
            for column in &table.columns {
                self.name(column.name.as_str());
                self.column_type(&column.column_type);
                self.some("nullable", column.nullable);
                self.some("collation", column.collation.is_some());
                self.some("comment", column.comment.as_ref().is_some_and(|text| !text.is_empty()));
                self.identity(column.identity);
                self.default(column.default.as_ref());
            }
        }
    }

    fn some(&mut self, feature: &str, occurs: bool) {
        if occurs {
            self.count(feature);
        }
    }

    fn table(&mut self, table: &Table) {
        self.name(&table.name.name);
        self.some("strict", table.strict);
        self.some("without rowid", table.without_rowid);
        let counted = table.columns.iter().any(|column| column.identity.is_some());
        match &table.primary_key {
            None => self.count("no key"),
            Some(key) if key.columns.len() > 1 => self.count("composite key"),
            Some(_) if counted => self.count("key counted up"),
            Some(_) => self.count("natural key"),
        }
        for unique in &table.uniques {
            self.count("unique");
            self.some("unique: several columns", unique.columns.len() > 1);
        }
        for check in &table.checks {
            self.count("check");
            self.some("check of two columns", check.columns.is_empty());
        }
        let named = table.uniques.iter().filter(|unique| unique.name.is_some()).count()
            + table.checks.iter().filter(|check| check.name.is_some()).count()
            + table.foreign_keys.iter().filter(|key| key.name.is_some()).count();
        (0..named).for_each(|_| self.count("written name"));
    }

    fn foreign_key(&mut self, schema: &Schema, table: &Table, key: &ForeignKey) {
        self.count("foreign key");
        self.some("composite foreign key", key.columns.len() > 1);
        self.some("foreign key to itself", key.table == table.name);
        self.some("on delete: cascade", key.on_delete == ReferentialAction::Cascade);
        self.some("on delete: set null", key.on_delete == ReferentialAction::SetNull);
        self.some("deferrable", key.deferrable != Deferrable::Never);
        let Some(target) = schema.table(&key.table) else { return };
        let to_key = target.primary_key.as_ref().is_some_and(|primary| primary.columns == key.references);
        self.some("foreign key to unique columns", !to_key);
        let back = target.foreign_keys.iter().any(|back| back.table == table.name);
        self.some("circle", back && target.name != table.name);
    }

    fn index(&mut self, index: &Index) {
        self.count("index");
        self.some("index: unique", index.unique);
        self.some("index: partial", index.predicate.is_some());
        self.some("index: method", index.method.is_some());
        self.some("index: several columns", index.parts.len() > 1);
        self.some("index: descending", index.parts.iter().any(|part| part.order == SortOrder::Desc));
        self.some("index: nulls", index.parts.iter().any(|part| part.nulls.is_some()));
        let is_expression = |key: &IndexKey| matches!(key, IndexKey::Expression(_));
        self.some("index: expression", index.parts.iter().any(|part| is_expression(&part.key)));
        self.some("index: prefix", index.parts.iter().any(|part| part.prefix.is_some()));
        self.some("index: collation", index.parts.iter().any(|part| part.collation.is_some()));
        self.some("index: operator class", index.parts.iter().any(|part| part.operator_class.is_some()));
        self.some("index: include", !index.include.is_empty());
        self.some("index: parameters", index.parameters.is_some());
    }

    fn column_type(&mut self, column_type: &ColumnType) {
        match column_type {
            ColumnType::Varchar(_) => self.count("type: varchar"),
            ColumnType::Enum(_) => self.count("type: enum"),
            ColumnType::Array(_) => self.count("type: array"),
            other => self.count(format!("type: {other}")),
        }
    }

    fn identity(&mut self, identity: Option<Identity>) {
        match identity {
            Some(Identity::Always) => self.count("identity: always"),
            Some(Identity::Serial) => self.count("identity: serial"),
            Some(Identity::Autoincrement) => self.count("identity: autoincrement"),
            Some(Identity::ByDefault) | None => {}
        }
    }

    fn default(&mut self, default: Option<&ColumnDefault>) {
        match default {
            Some(ColumnDefault::Bool(_)) => self.count("default: bool"),
            Some(ColumnDefault::Number(_)) => self.count("default: number"),
            Some(ColumnDefault::Text(_)) => self.count("default: text"),
            Some(ColumnDefault::Now) => self.count("default: now"),
            Some(ColumnDefault::Expression(_)) => self.count("default: sql"),
            None => {}
        }
    }

    fn name(&mut self, name: &str) {
        self.some("name: 63 bytes", name.len() > 60);
        self.some("name: mixed case", name.starts_with("Mixed"));
        self.some("name: not ASCII", !name.is_ascii());
        self.some("name: quotes", name.contains('"'));
        self.some("name: spaces", name.contains(' '));
        self.some("name: reserved", name.bytes().all(|byte| byte.is_ascii_lowercase()));
    }

    /// Counts what a plan changed.
    pub(crate) fn change(&mut self, change: &Change) {
        let feature = match change {
            Change::AddColumn { .. } => "change: add column",
            Change::DropColumn { .. } => "change: drop column",
            Change::RenameColumn { .. } => "change: rename column",
            Change::AddConstraint { .. } => "change: add constraint",
            Change::DropConstraint { .. } => "change: drop constraint",
            Change::AddIndex { .. } => "change: add index",
            Change::DropIndex { .. } => "change: drop index",
            Change::CreateTable { .. } => "change: create table",
            Change::DropTable { .. } => "change: drop table",
            Change::RenameTable { .. } => "change: rename table",
            Change::AddEnumValue { .. } => "change: add label",
            Change::ReplaceEnum { .. } => "change: replace enum",
            Change::AlterTable { .. } => "change: alter table",
            Change::AlterColumn { from, to, .. } => {
                self.some("change: alter column: type", from.column_type != to.column_type);
                self.some("change: alter column: nullable", from.nullable != to.nullable);
                self.some("change: alter column: default", from.default != to.default);
                self.some("change: alter column: comment", from.comment != to.comment);
                return;
            }
            Change::CreateEnum { .. }
            | Change::DropEnum { .. }
            | Change::RenameEnum { .. }
            | Change::RenameEnumValue { .. }
            | Change::RenameConstraint { .. }
            | Change::RenameIndex { .. } => "change: other",
        };
        self.count(feature);
    }

    /// Which of the listed features occurred less often than that.
    pub(crate) fn rare(&self, dialect: Dialect, least: usize, with_changes: bool) -> Vec<String> {
        let (own, own_changes) = match dialect {
            Dialect::Sqlite => (ON_SQLITE, CHANGES_ON_SQLITE),
            Dialect::Postgres => (ON_POSTGRES, CHANGES_ON_POSTGRES),
            Dialect::MariaDb | Dialect::MySql => (ON_MYSQL, NONE),
        };
        let lacking = if matches!(dialect, Dialect::MariaDb | Dialect::MySql) { NOT_ON_MYSQL } else { NONE };
        let (changes, own_changes) = if with_changes { (CHANGES, own_changes) } else { (NONE, NONE) };
        let listed = EVERYWHERE
            .iter()
            .filter(|feature| !lacking.contains(feature))
            .chain(own)
            .chain(changes)
            .chain(own_changes);
        let rare = listed.filter(|feature| self.0.get(**feature).is_none_or(|count| *count < least));
        rare.map(|feature| (*feature).to_owned()).collect()
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(feature, count)| writeln!(f, "{count:6}  {feature}"))
    }
}
