//! The text of a baseline's `up.sql`.

use super::{Definition, Definitions};
use crate::{
    dialect::Dialect,
    error::{Code, MigrateError, Result},
    executor::script::Script,
    inspect::NotOwned,
    plan::TRANSACTION,
    token::{Rules, TokenKind, significant, tokens},
};

/// The first line of a baseline.
pub const MARKER: &str = "-- orm: baseline";

/// What may end a statement that holds semicolons, where the file itself can say so.
const DELIMITERS: [&str; 6] = ["//", "$$", ";;", "||", "@@", "%%"];

/// Whether a migration's SQL is a baseline.
///
/// ```
/// use orm_migrate::baseline::is_baseline;
/// assert!(is_baseline("-- orm: baseline\nCREATE TABLE t (a);\n"));
/// assert!(!is_baseline("CREATE TABLE t (a);\n"));
/// ```
#[must_use]
pub fn is_baseline(up: &str) -> bool {
    up.lines().next().is_some_and(|line| line.trim_end() == MARKER)
}

/// The definitions, in their order, as a file for people to read and edit.
///
/// # Errors
/// When the file would not be read as the statements that it was written from.
pub(super) fn text(dialect: Dialect, ordered: &[Definition], definitions: &Definitions) -> Result<String> {
    let mut file = File::new(dialect, definitions);
    file.head(&definitions.left_out);
    for definition in ordered {
        file.definition(definition);
    }
    file.session(None);
    file.verified()
}

/// A file while it is written.
struct File<'a> {
    dialect: Dialect,
    definitions: &'a Definitions,
    text: String,
    /// The statements that it must be read as, and how each is read.
    statements: Vec<(String, Rules)>,
    /// How the next statement is read.
    rules: Rules,
    in_transaction: usize,
    session: Option<&'a str>,
    /// What the session was at first is kept.
    kept: bool,
}

impl<'a> File<'a> {
    fn new(dialect: Dialect, definitions: &'a Definitions) -> Self {
        let text = format!("{MARKER}\n");
        Self {
            dialect,
            definitions,
            text,
            statements: Vec::new(),
            rules: *dialect.rules(),
            in_transaction: 0,
            session: None,
            kept: false,
        }
    }

    fn head(&mut self, left_out: &[NotOwned]) {
        self.text.push_str(
            "-- All that the database held when this was written: it makes it anew on an empty server.\n\
             -- Later migrations start from here.\n",
        );
        if !left_out.is_empty() {
            self.text.push_str("--\n-- Left out, so make it by hand where it is needed:\n");
        }
        for object in left_out {
            self.text.push_str(&format!("--   {} {}\n", object.kind, in_a_line(&object.name)));
        }
        self.text.push('\n');
    }

    fn definition(&mut self, definition: &'a Definition) {
        let count = 1 + definition.all_further().count();
        if self.definitions.most_in_a_transaction.is_some_and(|most| self.in_transaction + count > most) {
            self.text.push_str(&format!("{TRANSACTION}\n"));
            self.in_transaction = 0;
        }
        if self.in_transaction == 0 {
            let preamble = &self.definitions.preamble;
            preamble.iter().for_each(|statement| self.statement(statement));
        }
        self.in_transaction += count;
        self.session(definition.session.as_deref());
        self.statement(&definition.statement());
        for statement in definition.all_further() {
            self.statement(statement);
        }
        self.text.push('\n');
    }

    /// Sets the session, or sets it back.
    fn session(&mut self, session: Option<&'a str>) {
        if self.session == session {
            return;
        }
        if !self.kept {
            self.statement(self.dialect.keep_session());
            self.kept = true;
        }
        self.statement(session.unwrap_or(self.dialect.restore_session()));
        self.session = session;
    }

    fn statement(&mut self, sql: &str) {
        let sql = sql.trim();
        if self.needs_delimiter(sql) {
            let delimiter = DELIMITERS.into_iter().find(|mark| !sql.contains(mark)).unwrap_or("//");
            self.text.push_str(&format!("DELIMITER {delimiter}\n{sql}\n{delimiter}\nDELIMITER ;\n"));
        } else {
            // A comment up to the end of the line would hide the semicolon.
            let last = tokens(sql, &self.rules).ok().and_then(|tokens| tokens.last().copied());
            let is_comment = last.is_some_and(|token| token.kind == TokenKind::Comment);
            self.text.push_str(&format!("{sql}{};\n", if is_comment { "\n" } else { "" }));
        }
        self.statements.push((sql.to_owned(), self.rules));
        self.rules = self.dialect.rules_after(sql, self.rules);
    }

    fn needs_delimiter(&self, sql: &str) -> bool {
        self.rules.delimiters
            && significant(sql, &self.rules).is_ok_and(|tokens| tokens.iter().any(|token| token.text == ";"))
    }

    /// Only if it is read again as the very statements.
    fn verified(self) -> Result<String> {
        let script = Script::parse(self.dialect, &self.text, "up.sql", &orm_schema::Schema::default())?;
        let words = |sql: &str, rules: &Rules| -> Vec<String> {
            let tokens = significant(sql, rules).unwrap_or_default();
            tokens.iter().map(|token| token.text.to_owned()).collect()
        };
        let mut read = script.statements();
        for (statement, rules) in &self.statements {
            let found = read.next();
            if found.is_none_or(|found| words(&found.text, rules) != words(statement, rules)) {
                return Err(misread(statement));
            }
        }
        match read.next() {
            Some(found) => Err(misread(&found.text)),
            None => Ok(self.text),
        }
    }
}

fn misread(statement: &str) -> MigrateError {
    let begin = statement.lines().next().unwrap_or_default();
    MigrateError::new(Code::BadSql, format!("the definition that begins with `{begin}` cannot be written into a file"))
        .note("statements are told apart by their semicolons and quotes, and this one is read otherwise than it is meant")
        .fix("drop it for the time of the baseline, and make it in a migration by hand")
}

fn in_a_line(name: &str) -> String {
    name.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(name: &str, head: &str) -> Definition {
        Definition {
            key: name.to_owned(),
            name: name.to_owned(),
            head: head.to_owned(),
            ..Definition::default()
        }
    }

    fn of(dialect: Dialect, list: &[Definition], definitions: &Definitions) -> Result<String> {
        text(dialect, list, definitions)
    }

    #[test]
    fn what_is_left_out_stands_at_the_top() {
        let left_out = vec![NotOwned { kind: "owner", name: "ann\nof 3".to_owned() }];
        let definitions = Definitions { left_out, ..Definitions::default() };
        let text = of(Dialect::Sqlite, &[definition("t", "CREATE TABLE t (a)")], &definitions).unwrap();
        assert!(is_baseline(&text));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_file_of_many_statements_is_several_transactions_with_what_each_begins_with() {
        let definitions = Definitions {
            preamble: vec!["SET LOCAL check_function_bodies = off".to_owned()],
            most_in_a_transaction: Some(2),
            ..Definitions::default()
        };
        let list: Vec<_> =
            (0..3).map(|number| definition("t", &format!("CREATE TABLE t{number} (a int)"))).collect();
        insta::assert_snapshot!(of(Dialect::Postgres, &list, &definitions).unwrap());
    }

    #[test]
    fn a_body_gets_a_delimiter_that_it_does_not_hold() {
        let body = "CREATE PROCEDURE p() BEGIN SELECT 1 // 2; SELECT 2; END";
        let view =
            Definition { session: Some("SET SESSION sql_mode = 'ANSI'".to_owned()), ..definition("p", body) };
        let text = of(
            Dialect::MariaDb,
            &[view, definition("v", "CREATE VIEW v AS SELECT 1")],
            &Definitions::default(),
        );
        insta::assert_snapshot!(text.unwrap());
    }

    #[test]
    fn a_comment_at_the_end_does_not_hide_the_semicolon() {
        let list = [
            definition("v", "CREATE VIEW v AS SELECT 1 -- one"),
            definition("w", "CREATE VIEW w AS SELECT 2"),
        ];
        let text = of(Dialect::Sqlite, &list, &Definitions::default()).unwrap();
        assert!(text.contains("-- one\n;"), "{text}");
    }

    #[test]
    fn a_definition_that_would_be_read_otherwise_is_refused() {
        let list = [definition("v", "CREATE VIEW v AS SELECT 1; SELECT 2")];
        assert_eq!(of(Dialect::Sqlite, &list, &Definitions::default()).unwrap_err().code(), Code::BadSql);
    }
}
