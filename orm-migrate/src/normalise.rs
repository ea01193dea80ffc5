//! One spelling for everything that a database may spell in several ways.
//!
//! Both sides of a comparison go through here first, so that a difference in spelling never looks like a change. What is
//! stored stays SQL that can be run: a condition loses only its outer parentheses and its line breaks. Where two conditions
//! must be called equal although the server printed one of them in its own way, [`Dialect::expression_key`] compares.

use orm_schema::{Column, ColumnName, ColumnType, EnumName, IndexKey, IndexPart, Schema, Table, TableName};
use serde::Serialize;

use crate::{
    dialect::Dialect,
    inspect::OWN_PREFIX,
    literal, suffix,
    token::{self, TokenKind},
};

/// Something in a schema that a database cannot do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}: {why}", self.place())]
pub struct Unsupported {
    /// The table.
    pub table: TableName,
    /// The column, where it is one column's fault.
    pub column: Option<ColumnName>,
    /// What the database cannot do.
    pub why: String,
    /// What to do.
    pub fix: String,
}

impl Unsupported {
    fn place(&self) -> String {
        match &self.column {
            Some(column) => format!("`{}.{column}`", self.table),
            None => format!("`{}`", self.table),
        }
    }
}

/// A type that a database does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct UnsupportedType {
    /// What the database cannot do.
    pub why: String,
    /// What to do.
    pub fix: String,
}

/// The columns that an expression may speak of, with their types.
#[derive(Debug, Clone, Copy, Default)]
pub struct Columns<'a>(&'a [Column]);

impl<'a> Columns<'a> {
    /// Those of a table.
    #[must_use]
    pub fn of(table: &'a Table) -> Self {
        Self(&table.columns)
    }

    /// The column of that name, in any case.
    pub(crate) fn named(&self, name: &str) -> Option<&'a Column> {
        self.0.iter().find(|column| column.name.as_str().eq_ignore_ascii_case(name))
    }

    /// The native type of a column.
    pub(crate) fn native_type(&self, name: &str) -> Option<&'a str> {
        let column = self.0.iter().find(|column| column.name.as_str() == name)?;
        if let ColumnType::Native(native) = &column.column_type { Some(native) } else { None }
    }
}

/// The enum type inside, if there is one.
pub(crate) fn enum_of(column_type: &ColumnType) -> Option<&EnumName> {
    match column_type {
        ColumnType::Enum(name) => Some(name),
        ColumnType::Array(element) => enum_of(element),
        _ => None,
    }
}

/// The schema with every type, default and condition in its one spelling. Doing it twice is doing it once.
#[must_use]
pub fn normalise(dialect: Dialect, schema: Schema) -> Schema {
    dialect.spell(schema).sorted()
}

/// Everything in the schema that the database cannot do; it is asked before [`normalise`].
#[must_use]
pub fn unsupported(dialect: Dialect, schema: &Schema) -> Vec<Unsupported> {
    let mut faults = dialect.unsupported(schema);
    let own = schema.tables.iter().filter(|table| table.name.name.starts_with(OWN_PREFIX));
    faults.extend(own.map(|table| Unsupported {
        table: table.name.clone(),
        column: None,
        why: format!("tables whose names begin with `{OWN_PREFIX}` are the journal's"),
        fix: "give it another name by `#[orm(table = \"…\")]`".to_owned(),
    }));
    faults.extend(schema.tables.iter().flat_map(said_in_type));
    faults.extend(literal::misfits(schema));
    faults
}

/// What has a word of its own is not said by `type`, where no comparison would find it.
fn said_in_type(table: &Table) -> impl Iterator<Item = Unsupported> + '_ {
    table.columns.iter().filter_map(|column| {
        let ColumnType::Native(native) = &column.column_type else { return None };
        let word = suffix::word_of_its_own(native)?;
        Some(Unsupported {
            table: table.name.clone(),
            column: Some(column.name.clone()),
            why: format!("`type = {native:?}` says more than the type"),
            fix: format!("say it by `{word} = \"…\"`"),
        })
    })
}

/// What a table says that only PostgreSQL can do: what it is, and the word that says it.
pub(crate) fn extras(table: &Table) -> Vec<(&'static str, &'static str)> {
    let keys = || table.uniques.iter().map(|unique| (&unique.include, unique.deferrable));
    let keys = || keys().chain(table.primary_key.iter().map(|key| (&key.include, key.deferrable)));
    let parts = || table.indexes.iter().flat_map(|index| &index.parts);
    let includes = keys().any(|(include, _)| !include.is_empty())
        || table.indexes.iter().any(|index| !index.include.is_empty());
    let nulls = table.uniques.iter().any(|unique| unique.nulls_not_distinct)
        || table.indexes.iter().any(|index| index.nulls_not_distinct);
    let not_valid = table.foreign_keys.iter().any(|key| key.not_valid)
        || table.checks.iter().any(|check| check.not_valid);
    let found = [
        (includes, "INCLUDE", "include"),
        (nulls, "NULLS NOT DISTINCT", "nulls_not_distinct"),
        (not_valid, "NOT VALID", "not_valid"),
        (keys().any(|(_, deferrable)| !deferrable.is_never()), "deferrable keys", "deferrable"),
        (table.checks.iter().any(|check| check.no_inherit), "NO INHERIT", "no_inherit"),
        (
            table.foreign_keys.iter().any(|key| !key.on_delete_sets.is_empty()),
            "SET NULL of some columns",
            "(…)",
        ),
        (table.indexes.iter().any(|index| index.parameters.is_some()), "storage parameters", "with"),
        (parts().any(|part| part.operator_class.is_some()), "operator classes", "opclass"),
    ];
    found.into_iter().filter(|(is_said, ..)| *is_said).map(|(_, what, word)| (what, word)).collect()
}

/// The columns that a database which does not tell case takes for one that comes before them.
pub(crate) fn same_but_for_case(table: &Table) -> impl Iterator<Item = Unsupported> + '_ {
    table.columns.iter().enumerate().filter_map(|(at, column)| {
        let is_same = |other: &&Column| other.name.as_str().eq_ignore_ascii_case(column.name.as_str());
        let first = table.columns[..at].iter().find(is_same)?;
        Some(Unsupported {
            table: table.name.clone(),
            column: Some(column.name.clone()),
            why: format!("`{}` and `{}` are one name here", first.name, column.name),
            fix: "give one of them another name by `#[orm(column = \"…\")]`".to_owned(),
        })
    })
}

/// A condition without its comments, line breaks and outer parentheses: still the user's own words.
pub(crate) fn tidy(dialect: Dialect, expression: &str) -> String {
    let Ok(tokens) = token::tokens(expression, dialect.rules()) else { return expression.trim().to_owned() };
    let mut text = String::with_capacity(expression.len());
    for token in &tokens {
        match token.kind {
            TokenKind::Space | TokenKind::Comment if text.ends_with(' ') => {}
            TokenKind::Space | TokenKind::Comment => text.push(' '),
            _ => text.push_str(token.text),
        }
    }
    without_outer_parentheses(dialect, text.trim()).to_owned()
}

/// `((a) OR (b))` → `(a) OR (b)`
fn without_outer_parentheses(dialect: Dialect, text: &str) -> &str {
    let mut text = text;
    while let Some(inner) = inside_parentheses(dialect, text) {
        text = inner.trim();
    }
    text
}

fn inside_parentheses(dialect: Dialect, text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let tokens = token::significant(inner, dialect.rules()).ok()?;
    let mut depth = 0_usize;
    for token in &tokens {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    (depth == 0 && !tokens.is_empty()).then_some(inner)
}

/// What both dialects do to a table: conditions tidied, an index on `(name)` is one on `name`.
pub(crate) fn tidy_table(dialect: Dialect, table: &mut Table) {
    for check in &mut table.checks {
        check.expression = tidy(dialect, &check.expression);
    }
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            generated.expression = tidy(dialect, &generated.expression);
        }
        column.collation = column.collation.take().and_then(|name| dialect.collation(&name));
    }
    let columns = table.columns.clone();
    for index in &mut table.indexes {
        index.predicate = index.predicate.as_deref().map(|predicate| tidy(dialect, predicate));
        for part in &mut index.parts {
            tidy_part(dialect, part, Columns(&columns));
        }
    }
}

fn tidy_part(dialect: Dialect, part: &mut IndexPart, columns: Columns<'_>) {
    part.collation = part.collation.take().and_then(|name| dialect.collation(&name));
    let IndexKey::Expression(expression) = &part.key else { return };
    let expression = tidy(dialect, expression);
    let tokens = token::significant(&expression, dialect.rules()).unwrap_or_default();
    let alone = match tokens.as_slice() {
        [token] => token.name().and_then(|name| columns.named(&name)),
        _ => None,
    };
    part.key = match alone {
        Some(column) => IndexKey::Column(column.name.clone()),
        None => IndexKey::Expression(expression),
    };
}

/// Whether the text is a decimal number.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.parse::<f64>().is_ok()
}

/// More than a float can have. PostgreSQL prints every number without one.
const LONGEST_EXPONENT: i32 = 400;

/// `1.5e3` → `1500`; a number that no column holds keeps its exponent.
fn without_exponent(digits: &str) -> Option<String> {
    let (mantissa, exponent) = digits.split_once(['e', 'E'])?;
    let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.abs() <= LONGEST_EXPONENT)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let padding = "0".repeat(usize::try_from(exponent.abs()).ok()?);
    let all = format!("{padding}{whole}{fraction}{padding}");
    let point = i32::try_from(padding.len() + whole.len()).ok()? + exponent;
    let (before, after) = all.split_at_checked(usize::try_from(point).ok()?)?;
    all.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{before}.{after}"))
}

/// The one spelling of a number: no `+`, no zeros that say nothing.
pub(crate) fn number(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    // `--1`: the sign of a negative literal.
    if let Some(positive) = digits.strip_prefix('-') {
        return number(positive);
    }
    if let Some(plain) = without_exponent(digits) {
        return number(&format!("{sign}{plain}"));
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        // What is too long to be written out keeps its exponent: `1E+300`.
        return format!("{sign}{}", digits.to_ascii_lowercase().replace("e+", "e"));
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    match (whole, fraction) {
        ("0", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        let pairs = [
            ("1", "1"),
            ("+1", "1"),
            ("-0", "0"),
            ("0.50", "0.5"),
            ("007", "7"),
            ("-1.0", "-1"),
            ("1e3", "1000"),
            ("1E+500", "1e500"),
            ("1.5E3", "1500"),
            ("1.25e1", "12.5"),
            ("25e-1", "2.5"),
            ("5e-3", "0.005"),
            ("0xFF", "0xff"),
            (".5", "0.5"),
            ("1e999", "1e999"),
        ];
        for (written, one) in pairs {
            assert_eq!(number(written), one, "{written}");
        }
    }

    #[test]
    fn a_condition_loses_its_outer_parentheses_only() {
        for dialect in Dialect::ALL {
            assert_eq!(tidy(dialect, " ((a)\n OR -- either\n (b)) "), "(a) OR (b)");
            assert_eq!(tidy(dialect, "(a) AND (b)"), "(a) AND (b)");
            assert_eq!(tidy(dialect, "(a = ')')"), "a = ')'");
            assert_eq!(tidy(dialect, "a = 'x  y'"), "a = 'x  y'");
        }
    }
}
