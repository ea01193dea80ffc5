//! What MariaDB and MySQL cannot do: told before anything is sent.

use orm_schema::{
    Check, Column, ColumnDefault, ColumnName, ColumnType, Deferrable, ForeignKey, Identity, Index, IndexKey,
    IndexPart, ReferentialAction, Schema, Table,
};

use super::{
    ddl::DIALECT,
    normalise::{is_covered, keys, own_nulls},
    text, types,
};
use crate::{
    dialect::Dialect,
    names::{TableNames, constraints},
    normalise::{Columns, Unsupported, extras},
    plan::mentions,
};

/// "Identifier Names": characters, not bytes.
const MAX_NAME: usize = 64;

/// Everything in the schema that the database cannot do.
pub(crate) fn unsupported(dialect: Dialect, schema: &Schema) -> Vec<Unsupported> {
    schema.tables.iter().flat_map(|table| Faults::of(dialect, schema, table)).collect()
}

/// The faults of one table.
struct Faults<'a> {
    dialect: Dialect,
    table: &'a Table,
    found: Vec<Unsupported>,
}

impl<'a> Faults<'a> {
    fn of(dialect: Dialect, schema: &Schema, table: &'a Table) -> Vec<Unsupported> {
        let mut faults = Self { dialect, table, found: Vec::new() };
        faults.of_table();
        table.columns.iter().for_each(|column| faults.of_column(schema, column));
        table.indexes.iter().for_each(|index| faults.of_index(index));
        table.foreign_keys.iter().for_each(|key| faults.of_foreign_key(schema, key));
        faults.of_checks();
        faults.of_extras();
        faults.of_keys();
        faults.found
    }

    fn server(&self) -> &'static str {
        orm_core::Dialect::from(self.dialect).name()
    }

    fn report(&mut self, column: Option<&ColumnName>, why: String, fix: &str) {
        let (table, column, fix) = (self.table.name.clone(), column.cloned(), fix.to_owned());
        self.found.push(Unsupported { table, column, why, fix });
    }

    fn of_table(&mut self) {
        let server = self.server();
        if self.table.name.namespace.is_some() {
            self.report(None, format!("{server} has no namespaces"), "leave the namespace out");
        }
        if self.table.columns.is_empty() {
            self.report(None, format!("{server} has no tables without columns"), "give it a column");
        }
        let names = TableNames::of(self.table).indexes.into_iter();
        let names = constraints(self.table).into_iter().map(|(name, _)| name).chain(names);
        let names = names.map(|name| name.as_str().to_owned());
        for name in names.chain([self.table.name.name.clone()]) {
            self.of_name(None, &name);
        }
    }

    fn of_name(&mut self, column: Option<&ColumnName>, name: &str) {
        if is_long(name) {
            self.report_long(column, name);
        }
        if text::is_beyond_catalogs(name) {
            let why = format!("the name `{name}` has a character that {} cannot name", self.server());
            self.report(column, why, "use characters of the Basic Multilingual Plane: no emoji");
        }
    }

    fn report_long(&mut self, column: Option<&ColumnName>, name: &str) {
        let count = name.chars().count();
        let why = format!("the name `{name}` has {count} characters, {} takes {MAX_NAME}", self.server());
        self.report(column, why, "write a shorter one: `table = \"…\"`, `column = \"…\"` or `name = \"…\"`");
    }

    fn of_column(&mut self, schema: &Schema, column: &Column) {
        let name = Some(&column.name);
        self.of_name(name, column.name.as_str());
        if let Some(identity) = column.identity {
            self.of_identity(column, identity);
        }
        if let ColumnType::Enum(of) = &column.column_type {
            match schema.enum_type(of) {
                Some(enum_type) => enum_type.labels.iter().for_each(|label| self.of_label(column, label)),
                None => {
                    let why = format!("the enum type `{of}` is not part of the schema");
                    self.report(name, why, "give it to the scan, or use `String`");
                }
            }
            return;
        }
        self.of_float(column);
        if let Err(error) = types::native(self.dialect, &column.column_type, column.identity) {
            self.report(name, error.why, &error.fix);
        }
    }

    /// "ENUM": spaces at the end of a label are deleted. The catalogs show a `?` for a character of four bytes.
    fn of_label(&mut self, column: &Column, label: &str) {
        let server = self.server();
        if label.ends_with(' ') {
            let why = format!("{server} cuts the spaces off the end of the label `{label}`");
            self.report(Some(&column.name), why, "write it without them: `#[orm(label = \"…\")]`");
        }
        if text::is_beyond_catalogs(label) {
            let why =
                format!("{server} does not tell what the label `{label}` is, so it could not be compared");
            self.report(Some(&column.name), why, "use characters of the Basic Multilingual Plane: no emoji");
        }
    }

    /// A default of FLOAT is kept as six digits.
    fn of_float(&mut self, column: &Column) {
        let (ColumnType::F32, Some(ColumnDefault::Number(digits))) = (&column.column_type, &column.default)
        else {
            return;
        };
        let single = digits.parse::<f32>().ok();
        let kept = single.and_then(|single| format!("{single:.5e}").parse::<f32>().ok());
        if single != kept {
            let why = format!("{} keeps six digits of the default {digits} of a FLOAT", self.server());
            self.report(Some(&column.name), why, "write six digits, or make it an `f64`");
        }
    }

    /// "AUTO_INCREMENT": one column of a table, and it is a key.
    fn of_identity(&mut self, column: &Column, identity: Identity) {
        let (server, name) = (self.server(), Some(&column.name));
        if identity == Identity::Always {
            let why = format!("{server} cannot refuse a key that an INSERT gives");
            self.report(name, why, "leave `identity = always` out");
        }
        let counted = self.table.columns.iter().filter(|other| other.identity.is_some()).count();
        if counted > 1 || !self.is_counted_by_a_key(&column.name) {
            let why = format!("{server} counts up only one column of a table, which must be a key");
            self.report(name, why, "give the value yourself, or make it the primary key");
        }
    }

    /// A key begins with the column. MyISAM and Aria count for each value of the columns before it, too.
    fn is_counted_by_a_key(&self, column: &ColumnName) -> bool {
        let engine = self.table.engine.as_deref().unwrap_or_default();
        let counts_in_groups =
            ["MyISAM", "MRG_MyISAM", "Aria"].iter().any(|one| one.eq_ignore_ascii_case(engine));
        let indexes = self.table.indexes.iter().filter(|index| index.method.is_none());
        let is_in_a_key = keys(self.table).iter().any(|key| key.contains(column))
            || indexes.map(whole_columns).any(|key| key.contains(column));
        is_covered(self.table, std::slice::from_ref(column)) || (counts_in_groups && is_in_a_key)
    }

    fn of_index(&mut self, index: &Index) {
        let server = self.server();
        if index.predicate.is_some() {
            self.report(None, format!("{server} has no indexes of a part of the rows"), "leave `where` out");
        }
        let method = index.method.as_deref().map(str::to_ascii_lowercase);
        if method.as_deref().is_some_and(|method| !["btree", "fulltext", "spatial"].contains(&method)) {
            let why = format!("{server}'s InnoDB has B-trees, `fulltext` and `spatial` only");
            self.report(None, why, "leave `method` out");
        }
        if index.parts.iter().any(|part| part.nulls.is_some_and(|nulls| nulls != own_nulls(part.order))) {
            self.report(None, format!("{server}'s indexes cannot say where NULLs go"), "leave `nulls` out");
        }
        let is_expression = |part: &IndexPart| matches!(part.key, IndexKey::Expression(_));
        if self.dialect == Dialect::MariaDb && index.parts.iter().any(is_expression) {
            let fix = "index a column, or one that is generated: `generated = \"…\"`";
            self.report(None, format!("{server} has no indexes of expressions"), fix);
        }
    }

    /// What only PostgreSQL has.
    fn of_extras(&mut self) {
        for (what, word) in extras(self.table) {
            let why = format!("{} has no {what}", self.server());
            self.report(None, why, &format!("leave `{word}` out"));
        }
    }

    fn of_foreign_key(&mut self, schema: &Schema, key: &ForeignKey) {
        let server = self.server();
        let column = key.columns.first();
        if key.deferrable != Deferrable::Never {
            let why = format!("{server} cannot put off the check of a foreign key");
            self.report(column, why, "leave `deferrable` out");
        }
        if [key.on_delete, key.on_update].contains(&ReferentialAction::SetDefault) {
            let why = format!("{server}'s InnoDB has no SET DEFAULT");
            self.report(column, why, "use `set_null`, `cascade` or `restrict`");
        }
        if key.on_update == ReferentialAction::Cascade && self.takes_no_null_of(schema, key) {
            let why = format!("{server} cascades no update of a column that takes NULL to one that does not");
            self.report(column, why, "make it an `Option`, or leave `on_update = cascade` out");
        }
    }

    fn takes_no_null_of(&self, schema: &Schema, key: &ForeignKey) -> bool {
        let is_nullable = |table: Option<&Table>, name: &ColumnName| {
            table.and_then(|table| table.column(name)).is_some_and(|column| column.nullable)
        };
        let mut pairs = key.columns.iter().zip(&key.references);
        pairs.any(|(own, other)| {
            is_nullable(schema.table(&key.table), other) && !is_nullable(Some(self.table), own)
        })
    }

    /// "CHECK Constraints": columns that the server itself changes are not permitted.
    fn of_checks(&mut self) {
        let server = self.server();
        let table = self.table;
        for check in table.checks.iter().filter(|check| text::is_beyond_catalogs(&check.expression)) {
            let why = format!(
                "{server} does not tell what ({}) says, so it could not be compared",
                check.expression
            );
            self.report(check.columns.first(), why, "write the character as `CONVERT(X'…' USING utf8mb4)`");
        }
        let speaks = |column: &ColumnName| {
            table.checks.iter().any(|check| mentions::mentions(DIALECT, &check.expression, column))
        };
        let refuses = |column: &&Column| {
            let mut checks = table.checks.iter();
            column.identity.is_some()
                && checks.any(|check| {
                    mentions::mentions(DIALECT, &check.expression, &column.name)
                        && !self.sees_through(check, &column.name)
                })
        };
        for column in table.columns.iter().filter(refuses).collect::<Vec<_>>() {
            let why = format!("{server} takes no check on a column that it counts up");
            self.report(
                Some(&column.name),
                why,
                "leave the check out, or give the key yourself: `identity = false`",
            );
        }
        for key in table.foreign_keys.iter().filter(|key| changes_rows(key)) {
            for column in key.columns.iter().filter(|column| speaks(column)) {
                let why = format!("{server} takes no check on a column that its foreign key changes");
                self.report(
                    Some(column),
                    why,
                    "leave the check out, or `on_update` and `on_delete = set_null`",
                );
            }
        }
    }

    /// MariaDB knows that such a column is never NULL, and takes from an ALTER TABLE what that makes true.
    fn sees_through(&self, check: &Check, column: &ColumnName) -> bool {
        let key = |text: &str| self.dialect.expression_key(text, &Columns::of(self.table));
        let never_null = format!("{} IS NOT NULL", DIALECT.quote(column.as_str()));
        self.dialect == Dialect::MariaDb && key(&check.expression) == key(&never_null)
    }

    /// A text of any length is no key: InnoDB takes 3072 bytes ("InnoDB Limitations").
    fn of_keys(&mut self) {
        let mut keys: Vec<Vec<ColumnName>> =
            self.table.primary_key.iter().map(|key| key.columns.clone()).collect();
        // MariaDB makes a hash of what is unique and too long ("Unique Index", since 10.4).
        let hashes = self.dialect == Dialect::MariaDb;
        if !hashes {
            keys.extend(self.table.uniques.iter().map(|unique| unique.columns.clone()));
        }
        let indexes = self.table.indexes.iter();
        let plain = indexes.filter(|index| index.method.is_none() && !(hashes && index.unique));
        keys.extend(plain.map(whole_columns));
        keys.extend(self.table.foreign_keys.iter().map(|key| key.columns.clone()));
        let mut told: Vec<ColumnName> = Vec::new();
        for name in keys.into_iter().flatten() {
            let is_long =
                self.table.column(&name).is_some_and(|column| self.is_long_type(&column.column_type));
            if is_long && !told.contains(&name) {
                let why = format!("{} takes no key on a column without a bound", self.server());
                let fix = "bound it by `max_len = 255`, or index its beginning: `index(name prefix(20))`";
                self.report(Some(&name), why, fix);
                told.push(name);
            }
        }
    }

    fn is_long_type(&self, column_type: &ColumnType) -> bool {
        types::native(self.dialect, column_type, None).is_ok_and(|native| types::is_long(&native))
    }
}

/// Whether the server writes to the foreign key's columns.
fn changes_rows(key: &ForeignKey) -> bool {
    key.on_delete == ReferentialAction::SetNull
        || matches!(key.on_update, ReferentialAction::SetNull | ReferentialAction::Cascade)
}

/// The columns of an index that it holds whole.
fn whole_columns(index: &Index) -> Vec<ColumnName> {
    let whole = index.parts.iter().filter(|part| part.prefix.is_none());
    whole.filter_map(|part| part.key.column().cloned()).collect()
}

fn is_long(name: &str) -> bool {
    name.chars().count() > MAX_NAME
}
