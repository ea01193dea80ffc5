//! The one spelling of what PostgreSQL may spell in several ways.

use orm_schema::{
    Column, ColumnDefault, ColumnName, ColumnType, Identity, Index, IndexPart, NullsOrder, Schema, SortOrder,
    Table, naming::MAX_IDENTIFIER_BYTES,
};

use super::{ddl, expression, literal::literal_value, types};
use crate::{
    dialect::Dialect,
    expression::Node,
    moment::Moment,
    normalise::{Columns, Unsupported, enum_of, is_number, number, tidy, tidy_table},
    token::{TokenKind, significant},
};

/// Every type native, every default and condition in its one spelling.
pub(crate) fn schema(mut schema: Schema) -> Schema {
    for table in &mut schema.tables {
        normalise_table(table);
    }
    schema
}

fn normalise_table(table: &mut Table) {
    // SQLite's options say nothing here.
    table.strict = false;
    table.without_rowid = false;
    // MariaDB's options neither.
    (table.engine, table.collation) = (None, None);
    let key = table.primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
    for column in &mut table.columns {
        normalise_column(column);
        // Both imply NOT NULL (sql-createtable.html).
        column.nullable &= !key.contains(&column.name) && column.identity.is_none();
    }
    tidy_table(Dialect::Postgres, table);
    table.indexes.iter_mut().for_each(normalise_index);
}

fn normalise_column(column: &mut Column) {
    column.column_type = normal_type(&column.column_type);
    if column.identity == Some(Identity::Autoincrement) {
        column.identity = Some(Identity::ByDefault);
    }
    column.default = column.default.take().and_then(|default| normal_default(default, &column.column_type));
}

/// Enum types stay what they are, since their names are the schema's own; a type without a spelling is reported by
/// [`unsupported`] and left alone.
fn normal_type(column_type: &ColumnType) -> ColumnType {
    match column_type {
        ColumnType::Enum(_) => column_type.clone(),
        ColumnType::Array(element) if enum_of(element).is_some() => {
            // The server keeps no number of dimensions.
            enum_of(element).map_or_else(
                || column_type.clone(),
                |name| ColumnType::Array(Box::new(ColumnType::Enum(name.clone()))),
            )
        }
        other => types::native(other, None).map_or_else(|_| other.clone(), ColumnType::Native),
    }
}

fn normal_default(default: ColumnDefault, column_type: &ColumnType) -> Option<ColumnDefault> {
    let native = if let ColumnType::Native(native) = column_type { native.as_str() } else { "" };
    match default {
        ColumnDefault::Expression(expression) => from_expression(&expression, native),
        ColumnDefault::Text(text) => Some(from_text(text, native)),
        ColumnDefault::Number(digits) => Some(ColumnDefault::Number(number(&digits))),
        // Where a column holds no time, the word is only a short form.
        ColumnDefault::Now if ddl::now(native).is_none() => {
            Some(ColumnDefault::Expression("now()".to_owned()))
        }
        ColumnDefault::Bool(_) | ColumnDefault::Now => Some(default),
    }
}

fn from_expression(expression: &str, native: &str) -> Option<ColumnDefault> {
    let written = || ColumnDefault::Expression(tidy(Dialect::Postgres, expression));
    let columns = Columns::default();
    let Ok(node) = expression::parse(expression, columns) else { return Some(written()) };
    if ddl::now(native).is_some_and(|now| expression_key(now, &columns) == node.key()) {
        return Some(ColumnDefault::Now);
    }
    match node {
        Node::Word(word) if word == "null" => None,
        Node::Word(word) if word == "true" || word == "false" => Some(ColumnDefault::Bool(word == "true")),
        Node::Number(digits) => Some(ColumnDefault::Number(digits)),
        // Dollar quotes and rare escapes keep their form, and with it their meaning.
        Node::Text(_) | Node::Array(_) if literal(expression).is_some() => {
            literal(expression).map(|text| from_text(text, native))
        }
        Node::Text(_) | Node::Word(_) | Node::Column(_) | Node::Array(_) | Node::Of(..) => Some(written()),
    }
}

/// The value of an expression that is one text, with casts or without: `'{}'::text[]`.
fn literal(expression: &str) -> Option<String> {
    let tokens = significant(expression, &super::split::RULES).unwrap_or_default();
    let mut texts = tokens.iter().filter(|token| token.kind == TokenKind::Text);
    let (first, second) = (texts.next()?, texts.next());
    let is_array = tokens.iter().any(|token| token.is_word("array"));
    if second.is_some() || is_array { None } else { literal_value(first.text) }
}

fn from_text(text: String, native: &str) -> ColumnDefault {
    let word = native.split('(').next().unwrap_or(native);
    let numeric = matches!(word, "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision");
    match (native, text.as_str()) {
        (_, digits) if numeric && is_number(digits) => ColumnDefault::Number(number(digits)),
        ("boolean", "t" | "true") => ColumnDefault::Bool(true),
        ("boolean", "f" | "false") => ColumnDefault::Bool(false),
        _ => ColumnDefault::Text(printed_text(word, text)),
    }
}

/// The server prints what it read in a form of its own (datatype-datetime.html §8.5.2, datatype-uuid.html).
fn printed_text(word: &str, text: String) -> String {
    let moment = match word.split_once(" with").map_or((word, ""), |(word, zone)| (word, zone)) {
        ("date", _) => Moment::Date.text(&text),
        ("time", "out time zone") => Moment::Time.text(&text),
        ("timestamp", "out time zone") => Moment::DateTime.text(&text),
        ("timestamp", _) => Moment::DateTime.text(&text).map(|utc| utc + "+00"),
        ("uuid", _) => Some(text.to_ascii_lowercase()),
        _ => None,
    };
    moment.unwrap_or(text)
}

fn normalise_index(index: &mut Index) {
    index.method =
        index.method.take().map(|method| method.to_ascii_lowercase()).filter(|method| method != "btree");
    index.parts.iter_mut().for_each(normalise_part);
    index.parameters = index.parameters.take().map(|text| parameters(&text));
}

/// `fillfactor='70',  fastupdate = off` → `fastupdate = off, fillfactor = 70`: in the order of their names.
fn parameters(text: &str) -> String {
    let mut list: Vec<String> = text.split(',').map(parameter).collect();
    list.sort();
    list.join(", ")
}

fn parameter(text: &str) -> String {
    let Some((name, value)) = text.split_once('=') else { return text.trim().to_owned() };
    let value = value.trim();
    let value = literal_value(value).unwrap_or_else(|| value.to_owned());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+');
    let value = match !value.is_empty() && value.chars().all(is_plain) {
        true => value,
        false => Dialect::Postgres.text(&value),
    };
    format!("{} = {value}", name.trim().to_ascii_lowercase())
}

/// `gist_trgm_ops(siglen='32')` → `gist_trgm_ops(siglen = 32)`
fn operator_class(text: &str) -> String {
    match text.trim().strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((name, inside)) => format!("{}({})", name.trim(), parameters(inside)),
        None => text.trim().to_owned(),
    }
}

/// NULLs are larger than any value (sql-createindex.html).
fn normalise_part(part: &mut IndexPart) {
    let own = match part.order {
        SortOrder::Asc => NullsOrder::Last,
        SortOrder::Desc => NullsOrder::First,
    };
    part.nulls = part.nulls.filter(|nulls| *nulls != own);
    part.operator_class = part.operator_class.take().map(|class| operator_class(&class));
}

/// A form in which what the server prints equals what was written.
pub(crate) fn expression_key(expression: &str, columns: &Columns<'_>) -> String {
    match expression::parse(expression, *columns) {
        Ok(node) => node.key(),
        Err(_) => token_key(expression),
    }
}

/// Keywords in lower case, one space between tokens.
fn token_key(expression: &str) -> String {
    let text = tidy(Dialect::Postgres, expression);
    let Ok(tokens) = significant(&text, &super::split::RULES) else { return text };
    let words = tokens.iter().map(|token| match token.kind {
        TokenKind::Word => token.text.to_lowercase(),
        _ => token.text.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What PostgreSQL cannot do.
pub(crate) fn unsupported(schema: &Schema) -> Vec<Unsupported> {
    let columns =
        schema.tables.iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let columns = columns.filter_map(|(table, column)| unsupported_column(schema, table, column));
    let indexes = schema.tables.iter().flat_map(unsupported_indexes);
    schema.tables.iter().flat_map(long_names).chain(columns).chain(indexes).collect()
}

/// What only MariaDB and MySQL have words for.
fn unsupported_indexes(table: &Table) -> impl Iterator<Item = Unsupported> + '_ {
    let fault = |why: &str, fix: &str| Unsupported {
        table: table.name.clone(),
        column: None,
        why: why.to_owned(),
        fix: fix.to_owned(),
    };
    table.indexes.iter().filter_map(move |index| match index.method.as_deref() {
        Some("fulltext") => Some(fault(
            "PostgreSQL has no index method `fulltext`",
            "index the words: `index(expr = \"to_tsvector('simple', name)\", method = \"gin\")`",
        )),
        Some("spatial") => Some(fault("PostgreSQL has no index method `spatial`", "`method = \"gist\"`")),
        _ if index.parts.iter().any(|part| part.prefix.is_some()) => Some(fault(
            "PostgreSQL indexes no beginnings of texts",
            "leave `prefix` out, or index an expression: `left(name, 5)`",
        )),
        _ => None,
    })
}

/// The server would cut them, with a notice that nobody reads, and never find them again (sql-syntax-lexical.html
/// §4.1.1). Derived names are cut already.
fn long_names(table: &Table) -> Vec<Unsupported> {
    let fault = |column: Option<&ColumnName>, name: &str| Unsupported {
        table: table.name.clone(),
        column: column.cloned(),
        why: format!("the name `{name}` has {} bytes, PostgreSQL takes {MAX_IDENTIFIER_BYTES}", name.len()),
        fix: "write a shorter one: `table = \"…\"`, `column = \"…\"` or `name = \"…\"`".to_owned(),
    };
    let mut faults = Vec::new();
    let own = table.name.namespace.as_deref().into_iter().chain([table.name.name.as_str()]);
    let constraints = table.primary_key.iter().filter_map(|key| key.name.as_ref());
    let constraints = constraints.chain(table.uniques.iter().filter_map(|unique| unique.name.as_ref()));
    let constraints = constraints.chain(table.foreign_keys.iter().filter_map(|key| key.name.as_ref()));
    let constraints = constraints.chain(table.checks.iter().filter_map(|check| check.name.as_ref()));
    let constraints = constraints.map(|name| name.as_str());
    let indexes = table.indexes.iter().filter_map(|index| index.name.as_ref()).map(|name| name.as_str());
    let long = |name: &&str| name.len() > MAX_IDENTIFIER_BYTES;
    faults.extend(own.chain(constraints).chain(indexes).filter(long).map(|name| fault(None, name)));
    let columns = table.columns.iter().filter(|column| column.name.as_str().len() > MAX_IDENTIFIER_BYTES);
    faults.extend(columns.map(|column| fault(Some(&column.name), column.name.as_str())));
    faults
}

fn unsupported_column(schema: &Schema, table: &Table, column: &Column) -> Option<Unsupported> {
    let report = |why: String, fix: String| {
        Some(Unsupported { table: table.name.clone(), column: Some(column.name.clone()), why, fix })
    };
    if let Some(name) = enum_of(&column.column_type).filter(|name| schema.enum_type(name).is_none()) {
        let fix = format!("give `{name}` to the scan, or spell the type by `type = \"…\"`");
        return report(format!("the enum type `{name}` is not part of the schema"), fix);
    }
    let error = types::native(&column.column_type, None).err()?;
    report(error.why, error.fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Table {
        let mut table = Table::new("t");
        let types = [
            ("age", "integer"),
            ("name", "text"),
            ("code", "character varying(10)"),
            ("price", "numeric(10,2)"),
            ("day", "date"),
        ];
        table.columns =
            types.map(|(name, native)| Column::new(name, ColumnType::Native(native.to_owned()))).into();
        table
    }

    /// Left: as a model says it. Right: as PostgreSQL 15 prints it.
    #[test]
    fn what_the_server_prints_equals_what_was_written() {
        let pairs = [
            ("age >= 0", "(age >= 0)"),
            ("age > -1", "(age > '-1'::integer)"),
            ("name IN ('a','b')", "(name = ANY (ARRAY['a'::text, 'b'::text]))"),
            ("name in ('a')", "(name = 'a'::text)"),
            ("name NOT IN ('a','b')", "(name <> ALL (ARRAY['a'::text, 'b'::text]))"),
            (
                "code IN ('a','b')",
                "((code)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("length(name) > 3", "(length(name) > 3)"),
            ("length(code) > 3", "(length((code)::text) > 3)"),
            ("price > 0 AND price < 100", "((price > (0)::numeric) AND (price < (100)::numeric))"),
            ("age BETWEEN 1 AND 5", "((age >= 1) AND (age <= 5))"),
            ("age not between 1 and 5", "((age < 1) OR (age > 5))"),
            ("name LIKE 'a%'", "(name ~~ 'a%'::text)"),
            ("name NOT ILIKE 'a%'", "(name !~~* 'a%'::text)"),
            ("name != ''", "(name <> ''::text)"),
            ("age > 0 AND age < 9 AND name IS NOT NULL", "((age > 0) AND (age < 9) AND (name IS NOT NULL))"),
            ("age = 1 OR (age = 2 AND name = 'x')", "((age = 1) OR ((age = 2) AND (name = 'x'::text)))"),
            ("NOT (age > 3)", "(NOT (age > 3))"),
            ("age > 1.5", "((age)::numeric > 1.5)"),
            ("lower(code) = code", "(lower((code)::text) = (code)::text)"),
            ("trim(name) <> ''", "(TRIM(BOTH FROM name) <> ''::text)"),
            ("extract(year from day) > 2000", "(EXTRACT(year FROM day) > (2000)::numeric)"),
            ("day > DATE '2020-01-01'", "(day > '2020-01-01'::date)"),
            ("day < CURRENT_DATE + interval '1 day'", "(day < (CURRENT_DATE + '1 day'::interval))"),
            ("coalesce(name, '') <> ''", "(COALESCE(name, ''::text) <> ''::text)"),
            (
                "CASE WHEN age > 1 THEN true END",
                "\nCASE\n    WHEN (age > 1) THEN true\n    ELSE NULL::boolean\nEND",
            ),
            ("name ~ '^[a-z]+$'", "(name ~ '^[a-z]+$'::text)"),
            ("(age + 1) * 2 > 4", "(((age + 1) * 2) > 4)"),
            ("age IN (1, 2, 3)", "(age = ANY (ARRAY[1, 2, 3]))"),
            ("position('@' in name) > 1", "(POSITION(('@'::text) IN (name)) > 1)"),
            ("name similar to 'a%'", "(name ~ similar_to_escape('a%'::text))"),
            ("(age, price) = (1, 2)", "((age = 1) AND (price = (2)::numeric))"),
            ("abs(price) < 1e3", "(abs(price) < '1000'::numeric)"),
            ("at >= '2020-01-01'", "(at >= '2020-01-01 00:00:00+00'::timestamp with time zone)"),
            ("at >= '2020-01-01 12:30'", "(at >= '2020-01-01 12:30:00+00'::timestamp with time zone)"),
            ("code IN ('a')", "((code)::text = 'a'::text)"),
            ("price IN (1, 2.5)", "(price = ANY (ARRAY[(1)::numeric, 2.5]))"),
        ];
        let table = columns();
        for (written, printed) in pairs {
            let key = |text| expression_key(text, &Columns::of(&table));
            assert_eq!(key(written), key(printed), "{written}");
        }
    }

    #[test]
    fn a_name_with_a_dot_in_it_is_one_name() {
        let mut table = Table::new("t");
        let native = ColumnType::Native("character varying(9)".to_owned());
        table.columns = vec![Column::new("5.5%", native)];
        let key = |text| expression_key(text, &Columns::of(&table));
        assert_eq!(key(r#"length("5.5%") > 3"#), key(r#"(length(("5.5%")::text) > 3)"#));
        assert_eq!(key(r#"length(t."5.5%") > 3"#), key(r#"length("5.5%") > 3"#));
    }

    #[test]
    fn what_differs_stays_different() {
        let pairs = [
            ("age >= 0", "age > 0"),
            ("age = 1 OR age = 2 AND name = 'x'", "(age = 1 OR age = 2) AND name = 'x'"),
            ("name = 'A'", "name = 'a'"),
            ("name IN ('a','b')", "name IN ('a','b','c')"),
            ("name = '1'", "name = 1"),
            ("a - (b - c) > 0", "a - b - c > 0"),
        ];
        let table = columns();
        for (one, other) in pairs {
            let key = |text| expression_key(text, &Columns::of(&table));
            assert_ne!(key(one), key(other));
        }
    }

    #[test]
    fn deep_nesting_is_compared_by_tokens_and_ends() {
        let deep = format!("{}a{}", "(-".repeat(10_000), ")".repeat(10_000));
        assert!(!expression_key(&deep, &Columns::default()).is_empty());
    }

    #[test]
    fn defaults_lose_the_servers_casts() {
        let default = |expression: &str, native: &str| {
            normal_default(
                ColumnDefault::Expression(expression.to_owned()),
                &ColumnType::Native(native.to_owned()),
            )
        };
        assert_eq!(
            default("'it''s'::character varying", "text"),
            Some(ColumnDefault::Text("it's".to_owned()))
        );
        assert_eq!(default("'-1'::integer", "integer"), Some(ColumnDefault::Number("-1".to_owned())));
        assert_eq!(default("0.50", "numeric(5,2)"), Some(ColumnDefault::Number("0.5".to_owned())));
        assert_eq!(default("true", "boolean"), Some(ColumnDefault::Bool(true)));
        assert_eq!(default("NULL::character varying", "text"), None);
        let moment =
            default("'2024-02-29 12:30:00+00'::timestamp with time zone", "timestamp with time zone");
        assert_eq!(moment, Some(ColumnDefault::Text("2024-02-29 12:30:00.000000+00".to_owned())));
        let time = default("'12:30:00'::time without time zone", "time without time zone");
        assert_eq!(time, Some(ColumnDefault::Text("12:30:00.000000".to_owned())));
        let with_zone = "timestamp with time zone";
        assert_eq!(default("CURRENT_TIMESTAMP", with_zone), Some(ColumnDefault::Now));
        assert_eq!(default("now()", with_zone), Some(ColumnDefault::Now));
        assert_ne!(default("clock_timestamp()", with_zone), Some(ColumnDefault::Now));
        let without = "timestamp without time zone";
        assert_eq!(default("(now() AT TIME ZONE 'utc'::text)", without), Some(ColumnDefault::Now));
        assert_eq!(default("timezone('utc'::text, now())", without), Some(ColumnDefault::Now));
        assert_eq!(default("now()", without), Some(ColumnDefault::Expression("now()".to_owned())));
        assert_eq!(default("((now() AT TIME ZONE 'utc'::text))::date", "date"), Some(ColumnDefault::Now));
        assert_eq!(default("'{}'::jsonb", "jsonb"), Some(ColumnDefault::Text("{}".to_owned())));
        assert_eq!(default("'{}'::text[]", "text[]"), Some(ColumnDefault::Text("{}".to_owned())));
        assert_eq!(default("'101'::\"bit\"", "bit(3)"), Some(ColumnDefault::Text("101".to_owned())));
        assert_eq!(default("E'a\\nb'", "text"), Some(ColumnDefault::Text("a\nb".to_owned())));
        let array = ColumnDefault::Expression("ARRAY[1, 2]".to_owned());
        assert_eq!(default("ARRAY[1, 2]", "integer[]"), Some(array));
    }
}
