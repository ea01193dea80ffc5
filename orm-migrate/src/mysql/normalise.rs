//! The one spelling of what MariaDB and MySQL may spell in several ways.

use std::collections::BTreeSet;

use orm_schema::{
    Column, ColumnName, ColumnType, EnumType, Identity, Index, IndexKey, IndexPart, ReferentialAction,
    Schema, SortOrder, Table, Unique,
    naming::{Suffix, constraint_name},
};

use super::{default, expression, text, types};
use crate::{
    dialect::Dialect,
    normalise::{Columns, tidy, tidy_table},
    token::{TokenKind, significant},
};

/// Every type, default and condition in its one spelling; enum types become the types of their columns.
pub(crate) fn schema(dialect: Dialect, mut schema: Schema) -> Schema {
    let enums = std::mem::take(&mut schema.enums);
    for table in &mut schema.tables {
        normalise_table(dialect, table, &enums);
    }
    schema
}

fn normalise_table(dialect: Dialect, table: &mut Table, enums: &[EnumType]) {
    // SQLite's options say nothing here.
    table.strict = false;
    table.without_rowid = false;
    // A primary key is called PRIMARY, whatever it is called ("Identifier Names").
    let key = table.primary_key.as_mut().map(|key| {
        key.name = None;
        key.columns.clone()
    });
    for column in &mut table.columns {
        normalise_column(dialect, column, enums);
        let is_key = key.as_ref().is_some_and(|key| key.contains(&column.name));
        column.nullable &= !is_key && column.identity.is_none();
        // There is no place for NOT NULL in it ("Generated Columns").
        column.nullable |= column.generated.is_some() && !is_key;
    }
    settle_collations(dialect, table);
    tidy_table(dialect, table);
    for key in &mut table.foreign_keys {
        // InnoDB checks row by row, so the two are one ("Foreign Keys").
        for action in [&mut key.on_delete, &mut key.on_update] {
            if *action == ReferentialAction::Restrict {
                *action = ReferentialAction::NoAction;
            }
        }
    }
    table.indexes.iter_mut().for_each(normalise_index);
    fold_unique_indexes(table);
    add_indexes_of_foreign_keys(table);
}

fn normalise_column(dialect: Dialect, column: &mut Column, enums: &[EnumType]) {
    if column.identity.is_some() {
        column.identity = Some(Identity::ByDefault);
    }
    if let Some(native) = native_type(dialect, &column.column_type, enums) {
        column.default = column.default.take().and_then(|written| default::normal(dialect, written, &native));
        column.column_type = ColumnType::Native(native);
    }
}

/// A text has the collation of its table unless it says one; that of new tables is not told where nothing else is.
fn settle_collations(dialect: Dialect, table: &mut Table) {
    let lower = |name: String| name.trim().to_ascii_lowercase();
    table.collation = table.collation.take().map(lower);
    let own = types::collation(dialect);
    let of_table = table.collation.clone().filter(|name| name != own);
    for column in &mut table.columns {
        let is_text = types::is_character(&column.column_type.to_string());
        let said = column.collation.take().map(lower).or_else(|| of_table.clone());
        column.collation = said.filter(|name| is_text && (of_table.is_some() || name != own));
    }
}

/// What the database does not have is reported by `unsupported` and left alone.
fn native_type(dialect: Dialect, column_type: &ColumnType, enums: &[EnumType]) -> Option<String> {
    if let ColumnType::Enum(name) = column_type {
        let labels = enums.iter().find(|one| one.name == *name).map(|one| &one.labels)?;
        return Some(types::enumeration(labels));
    }
    types::native(dialect, column_type, None).ok()
}

fn normalise_index(index: &mut Index) {
    index.method =
        index.method.take().map(|method| method.to_ascii_lowercase()).filter(|method| method != "btree");
    for part in &mut index.parts {
        let own = own_nulls(part.order);
        part.nulls = part.nulls.filter(|nulls| *nulls != own);
    }
}

/// NULLs are smaller than any value ("ORDER BY").
pub(super) const fn own_nulls(order: SortOrder) -> orm_schema::NullsOrder {
    match order {
        SortOrder::Asc => orm_schema::NullsOrder::First,
        SortOrder::Desc => orm_schema::NullsOrder::Last,
    }
}

/// A unique constraint is a unique index, and nothing tells the two apart: one of plain columns is a constraint.
fn fold_unique_indexes(table: &mut Table) {
    let (unique, rest): (Vec<Index>, Vec<Index>) =
        std::mem::take(&mut table.indexes).into_iter().partition(is_constraint);
    table.indexes = rest;
    table.uniques.extend(unique.into_iter().map(|index| Unique {
        columns: index.columns(),
        name: index.name,
        ..Unique::default()
    }));
    let mut seen = BTreeSet::new();
    table.uniques.retain(|unique| unique.name.is_some() || seen.insert(unique.columns.clone()));
}

fn is_constraint(index: &Index) -> bool {
    index.unique && index.predicate.is_none() && index.method.is_none() && plain_columns(index).is_some()
}

/// The columns of an index that has nothing but columns, in ascending order.
pub(super) fn plain_columns(index: &Index) -> Option<Vec<ColumnName>> {
    let column = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) if part.order == SortOrder::Asc && part.prefix.is_none() => Some(name.clone()),
        IndexKey::Column(_) | IndexKey::Expression(_) => None,
    };
    index.parts.iter().map(column).collect()
}

/// InnoDB makes an index on the columns of a foreign key where no key begins with them ("Foreign Keys"). It is written
/// out, so that it has a name of its own, and what it needs is known to the plan.
fn add_indexes_of_foreign_keys(table: &mut Table) {
    for at in 0..table.foreign_keys.len() {
        let columns = table.foreign_keys[at].columns.clone();
        if !is_covered(table, &columns) {
            table.indexes.push(index_on(&columns));
        }
    }
}

/// A normal schema with its enum types again, and without the indexes that normalising would add again under the very name.
pub(crate) fn as_models_say(dialect: Dialect, mut normal: Schema, live: &Schema) -> Schema {
    normal.enums.clone_from(&live.enums);
    for table in &mut normal.tables {
        let Some(found) = live.table(&table.name) else { continue };
        for column in &mut table.columns {
            let is_enum = |found: &&Column| matches!(found.column_type, ColumnType::Enum(_));
            if let Some(found) = found.column(&column.name).filter(is_enum) {
                column.column_type = found.column_type.clone();
            }
        }
        leave_out_indexes_of_foreign_keys(table);
        leave_out_usual_options(dialect, table);
    }
    normal
}

/// What a new table is anyway, and the collation that columns have from their table.
fn leave_out_usual_options(dialect: Dialect, table: &mut Table) {
    let own = types::collation(dialect);
    table.engine = table.engine.take().filter(|engine| engine != "InnoDB");
    table.collation = table.collation.take().filter(|name| name != own);
    let Some(of_table) = &table.collation else { return };
    for column in
        table.columns.iter_mut().filter(|column| column.generated.is_none() || column.collation.is_some())
    {
        let is_text = match &column.column_type {
            ColumnType::Enum(_) => true,
            other => types::is_character(&other.to_string()),
        };
        let said = column.collation.take().unwrap_or_else(|| own.to_owned());
        column.collation = Some(said).filter(|name| is_text && name != of_table);
    }
}

fn leave_out_indexes_of_foreign_keys(table: &mut Table) {
    for key in table.foreign_keys.clone() {
        let own = index_on(&key.columns);
        let derived = constraint_name(&table.name, &key.columns, Suffix::Index);
        let is_own = |index: &Index| {
            index.name.as_ref().is_some_and(|name| name.as_str() == derived)
                && Index { name: None, ..index.clone() } == own
        };
        let Some(at) = table.indexes.iter().position(is_own) else { continue };
        let index = table.indexes.remove(at);
        if is_covered(table, &key.columns) {
            table.indexes.insert(at, index);
        }
    }
}

/// The index that a foreign key has where the model names none.
pub(super) fn index_on(columns: &[ColumnName]) -> Index {
    Index { parts: columns.iter().cloned().map(IndexPart::column).collect(), ..Index::default() }
}

/// Whether a key of the table begins with the columns.
pub(super) fn is_covered(table: &Table, columns: &[ColumnName]) -> bool {
    keys(table).iter().any(|key| key.starts_with(columns))
}

/// The columns of all keys, as far as they are columns.
pub(super) fn keys(table: &Table) -> Vec<Vec<ColumnName>> {
    let primary = table.primary_key.iter().map(|key| key.columns.clone());
    let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
    let indexes = table.indexes.iter().filter(|index| index.method.is_none()).map(leading_columns);
    primary.chain(uniques).chain(indexes).collect()
}

/// The columns with which an index begins.
pub(super) fn leading_columns(index: &Index) -> Vec<ColumnName> {
    let columns = index.parts.iter().map_while(|part| match &part.key {
        IndexKey::Column(name) if part.prefix.is_none() => Some(name.clone()),
        IndexKey::Column(_) | IndexKey::Expression(_) => None,
    });
    columns.collect()
}

/// A form in which what the server prints equals what was written.
pub(crate) fn expression_key(dialect: Dialect, expression: &str, columns: &Columns<'_>) -> String {
    match expression::parse(expression, *columns) {
        Ok(node) => node.key(),
        Err(_) => token_key(dialect, expression),
    }
}

/// Keywords in lower case, names and texts in one spelling, one space between tokens.
fn token_key(dialect: Dialect, expression: &str) -> String {
    let text = tidy(dialect, expression);
    let Ok(tokens) = significant(&text, &super::split::RULES) else { return text };
    let words = tokens.iter().map(|token| match token.kind {
        TokenKind::Word => token.text.to_lowercase(),
        TokenKind::Quoted => token.name().unwrap_or_default().to_lowercase(),
        TokenKind::Text => {
            text::value(token.text).map_or_else(|| token.text.to_lowercase(), |text| format!("{text:?}"))
        }
        _ => token.text.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Left: as a model says it. Right: as MariaDB 10.11 prints it.
    const MARIADB: [(&str, &str); 60] = [
        ("age >= 0", "`age` >= 0"),
        (
            "name IN ('a','b') AND age BETWEEN 1 AND 5 OR NOT (age > 3)",
            "`name` in ('a','b') and `age` between 1 and 5 or `age` <= 3",
        ),
        ("length(name) > 3 and name like 'a%'", "octet_length(`name`) > 3 and `name` like 'a%'"),
        ("lower(name) = 'x' and coalesce(age,1) > 1.50", "lcase(`name`) = 'x' and coalesce(`age`,1) > 1.50"),
        ("age != 3 and case when age > 1 then true end", "`age` <> 3 and case when `age` > 1 then 1 end"),
        ("name not in ('a') and age not between 3 and 4", "`name` <> 'a' and `age` not between 3 and 4"),
        ("-age < 3 and age % 2 = 1 and age div 2 = 3", "-`age` < 3 and `age` MOD 2 = 1 and `age` DIV 2 = 3"),
        ("name is null and (age=1) is true", "`name` is null and `age` = 1 is true"),
        ("age < 5 xor age > 2 || age < 1 && age>3", "`age` < 5 xor `age` > 2 or `age` < 1 and `age` > 3"),
        ("name not like 'a%'", "`name`  not like 'a%'"),
        ("name like 'a!%' escape '!'", "`name` like 'a!%' escape '!'"),
        ("age is not true", "`age` is not true"),
        ("not name like 'x'", "`name`  not like 'x'"),
        ("substring(name,1,2)='a'", "substr(`name`,1,2) = 'a'"),
        ("substr(name from 2 for 3)='a'", "substr(`name`,2,3) = 'a'"),
        ("trim(leading 'x' from name)='a'", "trim(leading 'x' from `name`) = 'a'"),
        ("trim(name)<>''", "trim(`name`) <> ''"),
        ("position('@' in name)>1", "locate('@',`name`) > 1"),
        ("instr(name,'@')>1", "locate('@',`name`) > 1"),
        ("character_length(name)>3", "char_length(`name`) > 3"),
        ("upper(name)=name", "ucase(`name`) = `name`"),
        ("if(age>1,1,0)=1", "if(`age` > 1,1,0) = 1"),
        ("mod(age,2)=1", "`age` MOD 2 = 1"),
        ("power(age,2)>1", "pow(`age`,2) > 1"),
        ("ceil(age)>1", "ceiling(`age`) > 1"),
        ("abs(age)<1e3", "abs(`age`) < 1e3"),
        ("cast(age as char)='1'", "cast(`age` as char charset utf8mb4 binary) = '1'"),
        ("convert(age,char)='1'", "cast(`age` as char charset utf8mb4 binary) = '1'"),
        ("cast(name as char(5))='x'", "cast(`name` as char(5) charset utf8mb4 binary) = 'x'"),
        ("at + interval 1 day > '2020-01-01'", "`at` + interval 1 day > '2020-01-01'"),
        ("date_add(at, interval 1 day)>'2020-01-01'", "`at` + interval 1 day > '2020-01-01'"),
        ("extract(year from at)>2000", "extract(year from `at`) > 2000"),
        ("date(at)='2020-01-01'", "cast(`at` as date) = '2020-01-01'"),
        ("age <=> 3", "`age` <=> 3"),
        ("not age", "`age` = 0"),
        ("!age", "`age` = 0"),
        ("(age = 1 or age = 2) and name = 'x'", "(`age` = 1 or `age` = 2) and `name` = 'x'"),
        ("not age in (1,2)", "`age` not in (1,2)"),
        ("name = \"dq\"", "`name` = 'dq'"),
        (r"name = 'it''s \\ x'", r"`name` = 'it\'s \\ x'"),
        ("age > - 1", "`age` > -1"),
        ("-(age) < 3", "-`age` < 3"),
        ("age*2+1>3", "`age` * 2 + 1 > 3"),
        ("age-(b-1)>0", "`age` - (`b` - 1) > 0"),
        ("name rlike '^a'", "`name` regexp '^a'"),
        ("name not regexp '^a'", "!(`name` regexp '^a')"),
        ("name = 'a' 'b'", "`name` = 'ab'"),
        ("true", "1"),
        ("isnull(age)", "`age` is null"),
        ("age is unknown", "`age` is null"),
        ("(age,b)=(1,2)", "(`age`,`b`) = (1,2)"),
        ("case age when 1 then 2 else 3 end > 1", "case `age` when 1 then 2 else 3 end > 1"),
        ("binary name = 'a'", "cast(`name` as char charset binary) = 'a'"),
        ("date '2020-01-01' < at", "DATE'2020-01-01' < `at`"),
        (
            "length(name) <= 3 and not (name = 'x' or age > 3)",
            "octet_length(`name`) <= 3 and `name` <> 'x' and `age` <= 3",
        ),
        ("not (age >= 1 and b < 2)", "`age` < 1 or `b` >= 2"),
        ("b && age", "`b` <> 0 and `age` <> 0"),
        ("name=N'x'", "`name` = 'x'"),
        ("t.age>3", "`age` > 3"),
        ("json_valid(name) and age & 1 = 1", "json_valid(`name`) and `age` & 1 = 1"),
    ];

    fn key(text: &str) -> String {
        expression_key(Dialect::MariaDb, text, &Columns::default())
    }

    #[test]
    fn what_mariadb_prints_equals_what_was_written() {
        for (written, printed) in MARIADB {
            assert!(expression::parse(written, Columns::default()).is_ok(), "{written}");
            assert_eq!(key(written), key(printed), "{written}");
        }
    }

    /// As its manual and its test suite show what it prints; it was not run.
    #[test]
    fn what_mysql_prints_equals_what_was_written() {
        let pairs = [
            ("age >= 0", "(`age` >= 0)"),
            ("name IN ('a','b')", "(`name` in (_utf8mb4'a',_utf8mb4'b'))"),
            ("length(name) > 3 AND name LIKE 'a%'", "((length(`name`) > 3) and (`name` like _utf8mb4'a%'))"),
            ("age % 2 = 1", "((`age` % 2) = 1)"),
        ];
        for (written, printed) in pairs {
            assert_eq!(key(written), key(printed), "{written}");
        }
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
            ("a LIKE 'x' ESCAPE '!'", "a LIKE 'x'"),
            ("a XOR b", "a OR b"),
        ];
        for (one, other) in pairs {
            assert_ne!(key(one), key(other));
        }
    }

    #[test]
    fn deep_nesting_is_compared_by_tokens_and_ends() {
        let deep = format!("{}a{}", "(-".repeat(10_000), ")".repeat(10_000));
        assert!(!key(&deep).is_empty());
    }
}
