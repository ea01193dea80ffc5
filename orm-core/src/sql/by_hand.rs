//! SQL by hand: the pieces of a text, and a placeholder between each two of them.

use std::sync::Arc;

use super::{
    cache::{self, Rendered, Slot},
    shape::Shape,
};
use crate::{
    dialect::Dialect,
    error::{Error, Result},
    statement::{Access, Sql, Statement},
    value::Value,
};

/// The statement of pieces of SQL with the values between them. The types of the values are part of the text's key, and of the
/// text itself where a statement is prepared once for it.
pub(crate) fn by_hand(dialect: Dialect, pieces: &[&str], values: Vec<Value>) -> Result<Statement> {
    let rendered = {
        let mut shape = Shape::new(dialect, 6);
        shape.count(pieces.len());
        for piece in pieces {
            shape.count(piece.len());
            shape.bytes.extend_from_slice(piece.as_bytes());
        }
        check(&mut shape, &values)?;
        cache::get_or_render(&shape.bytes, || render(dialect, pieces, &values))?
    };
    Ok(rendered.statement(values))
}

/// The statement of a text with placeholders as its database has them. It is prepared for the types of this run alone.
pub(crate) fn trusted(dialect: Dialect, text: &Arc<str>, values: Vec<Value>) -> Result<Statement> {
    check(&mut Shape::new(dialect, 6), &values)?;
    let access = access(text)?;
    Ok(Statement::new(Arc::new(Sql::once(Arc::clone(text), access)), values))
}

/// Refuses values that the database cannot take.
fn check<'a>(shape: &mut Shape<'a>, values: &'a [Value]) -> Result<()> {
    for (at, value) in values.iter().enumerate() {
        shape.param(value).map_err(|error| error.context(format_args!("value {} of the SQL", at + 1)))?;
    }
    Ok(())
}

fn render(dialect: Dialect, pieces: &[&str], values: &[Value]) -> Result<Rendered> {
    let spelling = dialect.spelling();
    let mut text = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        text.push_str(piece);
        let Some(value) = values.get(at) else { continue };
        let placeholder = spelling.placeholder(at + 1);
        match value.value_type().and_then(|value_type| spelling.literal_type(value_type)) {
            Some(name) => text.push_str(&format!("CAST({placeholder} AS {name})")),
            None => text.push_str(&placeholder),
        }
    }
    let access = access(&text)?;
    let slots = (0..values.len()).map(|param| Slot { param, part: None }).collect();
    Ok(Rendered { sql: Arc::new(Sql::new(text, access)), slots })
}

/// What a statement does, by its words. One that writes counts as one that does, and so may one that reads where it takes a closer
/// look to tell.
fn access(text: &str) -> Result<Access> {
    let words = words(text);
    let has = |word: &str| words.iter().any(|found| found == word);
    let access = match words.first().map(String::as_str) {
        None => return Err(Error::invalid_query("the SQL holds no statement")),
        Some(
            word @ ("begin" | "start" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release"
            | "xa"),
        ) => {
            return Err(Error::invalid_query(format!(
                "`{}` would leave the connection in a state that nobody knows: begin and end transactions by \
                 `db.begin()`, `db.transaction(..)` and their like, or in a session of `db.connection()`",
                word.to_uppercase()
            )));
        }
        // `SELECT … INTO` makes a table, or writes a file.
        Some("select" | "values" | "table" | "show" | "describe" | "desc") if !has("into") => Access::Read,
        Some("with" | "explain") if !["into", "delete", "set"].into_iter().any(has) => Access::Read,
        Some(_) => Access::Write,
    };
    Ok(access)
}

/// The words outside of quotes and comments, in small letters.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            quote @ ('\'' | '"' | '`') => behind(rest, 1, quote.encode_utf8(&mut [0; 4])),
            '-' if rest.starts_with("--") => behind(rest, 2, "\n"),
            '/' if rest.starts_with("/*") => behind(rest, 2, "*/"),
            first if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                words.push(rest[..end].to_lowercase());
                end
            }
            first => first.len_utf8(),
        };
        rest = &rest[length..];
    }
    words
}

/// How long it is up to the end of something that began with so many bytes.
fn behind(rest: &str, from: usize, end: &str) -> usize {
    rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_reads_is_known_by_its_words() {
        for text in [
            "SELECT 1",
            " -- why\n(select 'INTO' FROM \"into\")",
            "WITH a AS (SELECT 1) SELECT replace(x, 'a', 'b') FROM a FOR UPDATE",
            "/* SET */ VALUES (1)",
            "EXPLAIN SELECT 1",
        ] {
            assert_eq!(access(text).unwrap(), Access::Read, "{text}");
        }
        for text in [
            "INSERT INTO t VALUES (1) RETURNING id",
            "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
            "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
            "WITH a AS (SELECT 1) UPDATE t SET x = 1",
            "SELECT * INTO copy FROM t",
            "EXPLAIN ANALYZE DELETE FROM t",
            "PRAGMA user_version = 3",
        ] {
            assert_eq!(access(text).unwrap(), Access::Write, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_never_closed_has_an_end() {
        for text in ["'", "\"é", "--", "/*", "/*/", "`"] {
            assert!(access(text).is_err(), "{text}");
        }
    }
}
