//! A migration's SQL as units that are run and recorded one by one.
//!
//! `-- orm: transaction` and `-- orm: no transaction` split a file into segments. A segment in a transaction is one unit;
//! in one without, every statement is its own.

use orm_schema::{ConstraintName, Schema, TableName};

use super::lost;
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Place, Result},
    folder::{Migration, fingerprint},
    functions::called,
    names::TableNames,
    plan::{NO_TRANSACTION, TRANSACTION, parse_rebuild},
    split,
    token::{Rules, TokenKind, significant, tokens},
};

/// The statements of a file, in units.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// What is run and recorded at once, in order; the last one is never alone.
    pub(crate) units: Vec<Unit>,
    /// How many statements there are.
    pub(crate) total: usize,
}

/// Statements that are run and recorded at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unit {
    /// The statements; none only in the last unit.
    pub(crate) statements: Vec<Statement>,
    /// A single statement that runs without a transaction, so that it and its record cannot be one.
    pub(crate) alone: bool,
}

/// A statement of a file.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Its place in the file, from 1.
    pub(crate) position: i64,
    /// Its line in the file, from 1.
    pub(crate) line: usize,
    /// Its text.
    pub(crate) text: String,
    /// What does not change with blanks and comments.
    pub(crate) fingerprint: String,
    /// The rebuild that begins with it.
    pub(crate) rebuild: Option<Rebuilt>,
    /// The Rust function that runs in its place.
    pub(crate) function: Option<String>,
}

/// A table that is made anew and swapped in.
#[derive(Debug, Clone)]
pub(crate) struct Rebuilt {
    /// The table.
    pub(crate) table: TableName,
    /// The indexes that the models own: the file itself makes those that stay.
    pub(crate) owned: Vec<ConstraintName>,
}

impl Script {
    /// Takes a migration's `up.sql` apart; `before` is the schema that it starts from.
    pub(crate) fn of(dialect: Dialect, migration: &Migration, before: &Schema) -> Result<Self> {
        let script = Self::parse(dialect, &migration.up, &migration.file, before)?;
        lost::refuse(dialect, &script, &migration.up, &migration.file)?;
        Ok(script)
    }

    /// Takes SQL apart; `file` is for messages.
    pub(crate) fn parse(dialect: Dialect, sql: &str, file: &str, before: &Schema) -> Result<Self> {
        let found = dialect.split(sql).map_err(|error| {
            bad(sql, file, error.line, format!("{} never ends", error.what))
                .fix("close it; statements end with `;`")
        })?;
        let total = found.len();
        let mut script = Self { units: Vec::new(), total };
        let mut in_transaction = true;
        let mut begins_segment = true;
        for (position, statement) in (1..).zip(found) {
            let markers = markers(&statement);
            begins_segment |= markers.transaction.is_some();
            in_transaction = markers.transaction.unwrap_or(in_transaction);
            let rules = statement.rules;
            let statement = read(position, statement, markers.rebuild, before);
            check((dialect, &rules), sql, file, &statement, in_transaction)?;
            script.push(dialect, statement, in_transaction, begins_segment);
            begins_segment = false;
        }
        if script.units.last().is_none_or(|unit| unit.alone) {
            script.units.push(Unit::default());
        }
        Ok(script)
    }

    fn push(&mut self, dialect: Dialect, statement: Statement, in_transaction: bool, begins_segment: bool) {
        let alone = statement.function.is_none()
            && (dialect.commits_implicitly(&statement.text)
                || (!in_transaction && dialect.stands_alone(&statement.text)));
        // What may commit a transaction has one of its own, so that nothing stands behind it without any.
        let may_commit = |statement: &Statement| dialect.may_commit_inside(&statement.text);
        match self.units.last_mut() {
            Some(unit)
                if in_transaction
                    && !begins_segment
                    && !alone
                    && !unit.alone
                    && !may_commit(&statement)
                    && !unit.statements.last().is_some_and(may_commit) =>
            {
                unit.statements.push(statement);
            }
            _ => self.units.push(Unit { statements: vec![statement], alone }),
        }
    }

    /// Takes statements out of their units, to be run and recorded by themselves.
    pub(crate) fn set_apart(&mut self, is_apart: impl Fn(&str) -> bool) {
        let mut units: Vec<Unit> = Vec::new();
        for unit in std::mem::take(&mut self.units) {
            if unit.alone || unit.statements.is_empty() {
                units.push(unit);
                continue;
            }
            let mut open = false;
            for statement in unit.statements {
                let alone = is_apart(&statement.text);
                match units.last_mut().filter(|_| open && !alone) {
                    Some(unit) => unit.statements.push(statement),
                    None => units.push(Unit { statements: vec![statement], alone }),
                }
                open = !alone;
            }
        }
        if units.last().is_none_or(|unit| unit.alone) {
            units.push(Unit::default());
        }
        self.units = units;
    }

    /// The statements, in order.
    pub(crate) fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.units.iter().flat_map(|unit| &unit.statements)
    }
}

fn read(
    position: i64,
    statement: split::Statement,
    rebuild: Option<TableName>,
    before: &Schema,
) -> Statement {
    let tokens = significant(&statement.text, &statement.rules).unwrap_or_default();
    let words: Vec<_> = tokens.iter().map(|token| token.text).collect();
    Statement {
        function: called(&tokens),
        position,
        line: statement.line,
        fingerprint: fingerprint(&words.join(" ")),
        rebuild: rebuild.map(|table| Rebuilt { owned: owned_indexes(before), table }),
        text: statement.text,
    }
}

/// Every index of the schema: a table may be rebuilt under a new name, and names of indexes are unique in the database.
fn owned_indexes(schema: &Schema) -> Vec<ConstraintName> {
    schema.tables.iter().flat_map(|table| TableNames::of(table).indexes).collect()
}

/// What the comments before a statement say to the executor.
#[derive(Default)]
pub(crate) struct Markers {
    pub(crate) transaction: Option<bool>,
    rebuild: Option<TableName>,
}

pub(crate) fn markers(statement: &split::Statement) -> Markers {
    let mut markers = Markers::default();
    let tokens = tokens(&statement.text, &statement.rules).unwrap_or_default();
    for token in tokens.iter().take_while(|token| matches!(token.kind, TokenKind::Space | TokenKind::Comment))
    {
        match token.text.trim() {
            TRANSACTION => markers.transaction = Some(true),
            NO_TRANSACTION => markers.transaction = Some(false),
            comment => markers.rebuild = parse_rebuild(comment).or(markers.rebuild),
        }
    }
    markers
}

/// Refuses what would take the transaction out of the executor's hands.
fn check(
    (dialect, rules): (Dialect, &Rules),
    sql: &str,
    file: &str,
    statement: &Statement,
    in_transaction: bool,
) -> Result<()> {
    let words = significant(&statement.text, rules).unwrap_or_default();
    let is = |place: usize, word: &str| words.get(place).is_some_and(|token| token.is_word(word));
    let ends = ["BEGIN", "COMMIT", "END", "START", "ABORT"].iter().any(|word| is(0, word));
    // MariaDB's BEGIN NOT ATOMIC is a compound statement.
    let ends = ends && !(is(0, "BEGIN") && is(1, "NOT"));
    if ends || (is(0, "ROLLBACK") && !is(1, "TO") && !is(2, "TO")) {
        let what = words.first().map(|token| token.text.to_uppercase()).unwrap_or_default();
        return Err(bad(
            sql,
            file,
            statement.line,
            format!("`{what}` would end the migration's own transaction"),
        )
        .fix(format!("remove it; `{TRANSACTION}` and `{NO_TRANSACTION}` say what runs in a transaction")));
    }
    if in_transaction && dialect.refuses_transaction(&statement.text) {
        return Err(bad(
            sql,
            file,
            statement.line,
            "this statement cannot run inside a transaction".to_owned(),
        )
        .fix(format!("put the line `{NO_TRANSACTION}` before it, and `{TRANSACTION}` after it")));
    }
    Ok(())
}

/// The line of a file as a place.
pub(crate) fn place(sql: &str, file: &str, line: usize) -> Place {
    Place::file(file).line(line, sql.lines().nth(line.saturating_sub(1)).unwrap_or_default())
}

pub(super) fn bad(sql: &str, file: &str, line: usize, why: String) -> MigrateError {
    MigrateError::new(Code::BadSql, why).at(place(sql, file, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(dialect: Dialect, sql: &str) -> Result<Script> {
        Script::parse(dialect, sql, "up.sql", &Schema::default())
    }

    fn shape(script: &Script) -> Vec<(usize, bool)> {
        script.units.iter().map(|unit| (unit.statements.len(), unit.alone)).collect()
    }

    #[test]
    fn a_file_without_markers_is_one_transaction() {
        let script = script(Dialect::Postgres, "SELECT 1; -- a; b\nSELECT 2;").unwrap();
        assert_eq!(shape(&script), [(2, false)]);
    }

    #[test]
    fn markers_split_a_file_and_only_what_refuses_a_transaction_is_alone() {
        let sql = "SELECT 1;\n-- orm: no transaction\nCREATE INDEX CONCURRENTLY i ON t (a);\nUPDATE t SET a = 1;\n\
                   -- orm: transaction\nSELECT 2;\nSELECT 3;\n";
        let script = script(Dialect::Postgres, sql).unwrap();
        assert_eq!(shape(&script), [(1, false), (1, true), (1, false), (2, false)]);
        assert_eq!(script.statements().map(|s| s.line).collect::<Vec<_>>(), [1, 3, 4, 6, 7]);
    }

    #[test]
    fn the_last_unit_can_hold_the_end_of_the_migration() {
        let sql = "-- orm: no transaction\nVACUUM;";
        assert_eq!(shape(&script(Dialect::Sqlite, sql).unwrap()), [(1, true), (0, false)]);
        assert_eq!(shape(&script(Dialect::Sqlite, "").unwrap()), [(0, false)]);
    }

    #[test]
    fn a_statement_that_would_end_the_transaction_is_refused_with_its_line() {
        for sql in ["SELECT 1;\nCOMMIT;", "SELECT 1;\nbegin;", "SELECT 1;\nROLLBACK;"] {
            let error = script(Dialect::Postgres, sql).unwrap_err();
            assert_eq!((error.code(), error.place().unwrap().line), (Code::BadSql, Some(2)), "{sql}");
        }
        assert!(script(Dialect::Postgres, "SAVEPOINT a; ROLLBACK TO a;").is_ok());
        let error = script(Dialect::Postgres, "CREATE INDEX CONCURRENTLY i ON t (a);").unwrap_err();
        assert!(error.what_to_do().unwrap().contains(NO_TRANSACTION));
    }

    #[test]
    fn comments_and_blanks_do_not_change_a_fingerprint() {
        let one = script(Dialect::Sqlite, "-- a\nSELECT  1;").unwrap();
        let two = script(Dialect::Sqlite, "SELECT /* b */ 1;").unwrap();
        let three = script(Dialect::Sqlite, "SELECT 2;").unwrap();
        let print = |script: &Script| script.statements().next().unwrap().fingerprint.clone();
        assert_eq!(print(&one), print(&two));
        assert_ne!(print(&one), print(&three));
    }

    #[test]
    fn what_may_commit_has_a_transaction_of_its_own() {
        let sql = "INSERT INTO a VALUES (1);\nSELECT 1;\nCALL p();\nUPDATE a SET b = 1;\nSELECT 1;";
        assert_eq!(shape(&script(Dialect::MariaDb, sql).unwrap()), [(2, false), (1, false), (2, false)]);
        assert_eq!(shape(&script(Dialect::Postgres, sql).unwrap()), [(5, false)]);
    }

    #[test]
    fn a_rebuild_is_told_by_its_marker() {
        let script =
            script(Dialect::Sqlite, "-- orm: rebuild \"my table\"\n-- why\nCREATE TABLE x (a);").unwrap();
        let rebuild = script.statements().next().unwrap().rebuild.clone().unwrap();
        assert_eq!(rebuild.table.name, "my table");
    }
}
