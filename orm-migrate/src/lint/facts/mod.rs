//! A statement as facts: what it does to tables, columns and rows, in a closed set of our own.
//!
//! Only what rules ask for is read: heads, names, types and which clauses there are. Expressions are stepped over, so a
//! function or operator that nobody here knows never hides the statement around it. What has no known head is
//! [`Fact::Unread`], and is told.

mod alter;
mod column;
mod constraint;
mod data;
mod head;

use orm_schema::TableName;

pub(crate) use constraint::not_null_of;
pub(crate) use head::facts;

/// One thing that a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    /// `CREATE TABLE`; `columns` is empty where a query makes them.
    CreateTable {
        table: TableName,
        columns: Vec<NewColumn>,
        constraints: Vec<NewConstraint>,
        options: String,
    },
    /// `DROP TABLE`
    DropTable { table: TableName, cascade: bool },
    /// `ALTER TABLE … RENAME TO`, `SET SCHEMA`, `RENAME TABLE`
    RenameTable { table: TableName, to: TableName },
    /// A table that is made anew and swapped in: `CREATE` of another, `DROP`, `RENAME`.
    Rebuild { table: TableName, columns: Vec<NewColumn>, keys: Vec<NewConstraint> },
    /// `ADD COLUMN`
    AddColumn { table: TableName, column: NewColumn },
    /// `DROP COLUMN`
    DropColumn { table: TableName, column: String, cascade: bool },
    /// `RENAME COLUMN`
    RenameColumn { table: TableName, column: String, to: String },
    /// `ALTER COLUMN … TYPE`
    AlterType { table: TableName, column: String, to: String, using: bool },
    /// `MODIFY COLUMN`, `CHANGE COLUMN`: the whole column anew.
    Redefine { table: TableName, column: String, to: NewColumn },
    /// `ALTER COLUMN … SET NOT NULL`
    SetNotNull { table: TableName, column: String },
    /// `ALTER COLUMN … DROP NOT NULL`
    DropNotNull { table: TableName, column: String },
    /// `ALTER COLUMN … DROP DEFAULT`
    DropDefault { table: TableName, column: String },
    /// `ALTER COLUMN … SET DEFAULT`
    SetDefault { table: TableName, column: String },
    /// `ADD CONSTRAINT`, and `ADD UNIQUE` and the like.
    AddConstraint { table: TableName, constraint: NewConstraint },
    /// `DROP CONSTRAINT`, `DROP FOREIGN KEY`, `DROP PRIMARY KEY`; without a name it is the primary key.
    DropConstraint { table: TableName, name: Option<String> },
    /// `VALIDATE CONSTRAINT`
    ValidateConstraint { table: TableName, name: String },
    /// `CREATE INDEX`, `ADD INDEX`
    CreateIndex { table: TableName, index: NewIndex },
    /// `DROP INDEX`; the table is known where it has to be said.
    DropIndex { table: Option<TableName>, name: TableName, concurrently: bool },
    /// `ALTER TABLE … CONVERT TO`, `ENGINE = …`, `ROW_FORMAT`: what is done by a copy of the table. Holds its words.
    ConvertTable { table: TableName, how: String },
    /// `ALTER TABLE … ATTACH PARTITION`
    AttachPartition { table: TableName },
    /// `ALTER TABLE … DETACH PARTITION`
    DetachPartition { table: TableName, partition: TableName, concurrently: bool },
    /// Another part of `ALTER TABLE` that takes no rows and no time.
    AlterTable { table: TableName },
    /// `DROP SCHEMA`, `DROP DATABASE`
    DropNamespace { kind: &'static str, name: String },
    /// `ALTER SCHEMA … RENAME`
    RenameNamespace { name: String, to: String },
    /// `DROP` of anything else with `CASCADE`.
    DropCascade { kind: String, name: String },
    /// `ALTER TYPE … ADD VALUE`
    AddLabel { label: String },
    /// `ALTER TYPE … RENAME VALUE`
    RenameLabel { of: TableName, label: String, to: String },
    /// `TRUNCATE`
    Truncate { table: TableName },
    /// `DELETE`
    Delete { table: TableName, filtered: bool },
    /// `UPDATE`
    Update { table: TableName, columns: Vec<String>, filtered: bool },
    /// `REINDEX`, `CLUSTER`, `VACUUM FULL`, `LOCK TABLE`, `REFRESH MATERIALIZED VIEW`: nobody else gets at it. Holds its
    /// words, what stops, and its text.
    Block { words: &'static str, what: Option<TableName>, text: String },
    /// `SET name = value`, `PRAGMA name = value`
    Set { name: String, value: String },
    /// `BEGIN`, `COMMIT`, `ROLLBACK`: holds the word.
    Transaction { word: String },
    /// Nothing that a rule asks for.
    Other,
    /// Nothing here knows what it does.
    Unread,
}

impl Fact {
    /// The table that it speaks of, if it is one.
    pub(crate) fn table(&self) -> Option<&TableName> {
        match self {
            Self::CreateTable { table, .. }
            | Self::DropTable { table, .. }
            | Self::RenameTable { table, .. }
            | Self::Rebuild { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterType { table, .. }
            | Self::Redefine { table, .. }
            | Self::SetNotNull { table, .. }
            | Self::DropNotNull { table, .. }
            | Self::DropDefault { table, .. }
            | Self::SetDefault { table, .. }
            | Self::AddConstraint { table, .. }
            | Self::DropConstraint { table, .. }
            | Self::ValidateConstraint { table, .. }
            | Self::CreateIndex { table, .. }
            | Self::ConvertTable { table, .. }
            | Self::AttachPartition { table }
            | Self::DetachPartition { table, .. }
            | Self::AlterTable { table }
            | Self::Truncate { table }
            | Self::Delete { table, .. }
            | Self::Update { table, .. } => Some(table),
            Self::DropIndex { table, .. } => table.as_ref(),
            Self::Block { what, .. } => what.as_ref(),
            Self::DropNamespace { .. }
            | Self::RenameNamespace { .. }
            | Self::DropCascade { .. }
            | Self::AddLabel { .. }
            | Self::RenameLabel { .. }
            | Self::Set { .. }
            | Self::Transaction { .. }
            | Self::Other
            | Self::Unread => None,
        }
    }

    /// The columns that it brings, with their table.
    pub(crate) fn new_columns(&self) -> Option<(&TableName, &[NewColumn])> {
        match self {
            Self::CreateTable { table, columns, .. } => Some((table, columns)),
            Self::AddColumn { table, column } => Some((table, std::slice::from_ref(column))),
            _ => None,
        }
    }

    /// The names of those of them that `is_meant` holds for, as one text.
    pub(crate) fn new_columns_where(&self, is_meant: impl Fn(&NewColumn) -> bool) -> Option<String> {
        let (table, columns) = self.new_columns()?;
        let meant = columns.iter().filter(|column| is_meant(column));
        let names: Vec<String> = meant.map(|column| format!("`{table}.{}`", column.name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Whether it is a part of `ALTER TABLE` that keeps others off the table, so far as a rule must know.
    pub(crate) fn alters(&self) -> bool {
        match self {
            Self::RenameTable { .. }
            | Self::Rebuild { .. }
            | Self::AddColumn { .. }
            | Self::DropColumn { .. }
            | Self::RenameColumn { .. }
            | Self::AlterType { .. }
            | Self::Redefine { .. }
            | Self::SetNotNull { .. }
            | Self::DropNotNull { .. }
            | Self::DropDefault { .. }
            | Self::SetDefault { .. }
            | Self::AddConstraint { .. }
            | Self::DropConstraint { .. }
            | Self::ConvertTable { .. }
            | Self::DetachPartition { .. } => true,
            // Others read and write while a constraint is validated, and most options change (sql-altertable.html).
            Self::ValidateConstraint { .. }
            | Self::AttachPartition { .. }
            | Self::AlterTable { .. }
            | Self::CreateTable { .. }
            | Self::DropTable { .. }
            | Self::CreateIndex { .. }
            | Self::DropIndex { .. }
            | Self::DropNamespace { .. }
            | Self::RenameNamespace { .. }
            | Self::DropCascade { .. }
            | Self::AddLabel { .. }
            | Self::RenameLabel { .. }
            | Self::Truncate { .. }
            | Self::Delete { .. }
            | Self::Update { .. }
            | Self::Block { .. }
            | Self::Set { .. }
            | Self::Transaction { .. }
            | Self::Other
            | Self::Unread => false,
        }
    }
}

/// A column as a statement says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NewColumn {
    pub(crate) name: String,
    /// The words of its type.
    pub(crate) native: String,
    /// Never NULL, by whatever word.
    pub(crate) not_null: bool,
    /// `NOT NULL` is written.
    pub(crate) said_not_null: bool,
    /// `CHARACTER SET`
    pub(crate) charset: Option<String>,
    pub(crate) default: Option<String>,
    /// `GENERATED … AS (…) STORED`: its values are computed when it is made.
    pub(crate) stored: bool,
    /// `GENERATED … AS (…) VIRTUAL`
    pub(crate) computed: bool,
    /// `GENERATED … AS IDENTITY`, `AUTO_INCREMENT`, `AUTOINCREMENT`, or a type of serial.
    pub(crate) counted: bool,
    pub(crate) primary_key: bool,
    pub(crate) unique: bool,
    pub(crate) check: bool,
    pub(crate) references: Option<TableName>,
}

/// A constraint as a statement says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewConstraint {
    pub(crate) name: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) columns: Vec<String>,
    /// The other table of a foreign key.
    pub(crate) references: Option<TableName>,
    /// The column that a check demands to be `NOT NULL`, if it does nothing else.
    pub(crate) not_null_of: Option<String>,
    /// `NOT VALID`: rows that are there are not looked at.
    pub(crate) not_valid: bool,
    /// `USING INDEX`: the index is there already.
    pub(crate) using_index: bool,
    /// Its words, but for `CONSTRAINT name`.
    pub(crate) text: String,
}

impl NewConstraint {
    /// One that says nothing yet.
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            name: None,
            kind,
            columns: Vec::new(),
            references: None,
            not_null_of: None,
            not_valid: false,
            using_index: false,
            text: String::new(),
        }
    }
}

/// What a constraint demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    PrimaryKey,
    Unique,
    ForeignKey,
    Check,
    /// That no two rows overlap.
    Exclude,
}

/// An index as a statement says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NewIndex {
    pub(crate) name: Option<String>,
    pub(crate) unique: bool,
    pub(crate) concurrently: bool,
    /// `FULLTEXT` or `SPATIAL`
    pub(crate) special: Option<&'static str>,
    pub(crate) columns: Vec<String>,
    /// `ON ONLY`: of a partitioned table alone, which has no rows itself.
    pub(crate) only: bool,
    /// It holds expressions beside columns, or not every row.
    pub(crate) partial: bool,
    /// From the table's name on, without the word `ON`.
    pub(crate) text: String,
}
