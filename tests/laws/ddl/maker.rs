//! Choices → data definition.

use orm_migrate::Dialect;

use super::words::{NAMES, Words, words};

/// Statements in their order.
#[derive(Debug)]
pub(super) struct Ddl {
    /// All of them.
    pub(super) statements: Vec<Statement>,
    /// How many of them make what no model says.
    pub(super) types: usize,
}

/// A statement.
#[derive(Debug, Clone)]
pub(super) enum Statement {
    Whole(String),
    /// CREATE TABLE, which may be made with fewer of its lines.
    Table {
        name: String,
        lines: Vec<String>,
        options: &'static str,
    },
}

impl Statement {
    /// Its text, of a table with that many of its lines.
    pub(super) fn text(&self, count: usize) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Table { name, lines, options } => {
                format!("CREATE TABLE {name} (\n  {}\n){options}", lines[..count].join(",\n  "))
            }
        }
    }

    /// How many lines it has.
    pub(super) fn lines(&self) -> usize {
        match self {
            Self::Whole(_) => 1,
            Self::Table { lines, .. } => lines.len(),
        }
    }
}

/// Data definition by a list of choices; fewer of them make less.
pub(super) fn ddl(dialect: Dialect, choices: &[u8]) -> Ddl {
    let words = words(dialect);
    let mut maker = Maker { words, choices: choices.iter(), tables: Vec::new() };
    let whole = |&text: &&str| Statement::Whole(text.to_owned());
    let first: Vec<Statement> = words.first.iter().chain(words.enums).map(whole).collect();
    let mut ddl = Ddl { types: words.first.len(), statements: first };
    let tables = 1 + maker.below(4);
    for _ in 0..tables {
        let statements = maker.table();
        ddl.statements.extend(statements);
    }
    for _ in 0..maker.below(4) {
        ddl.statements.extend(maker.more().map(Statement::Whole));
    }
    ddl
}

/// A table that was made, as far as later statements speak of it.
struct Made {
    name: String,
    /// The column of its key and that column's type, where it is one column.
    key: Option<(String, &'static str)>,
    columns: Vec<String>,
}

struct Maker<'a> {
    words: &'static Words,
    choices: std::slice::Iter<'a, u8>,
    tables: Vec<Made>,
}

impl Maker<'_> {
    fn next(&mut self) -> usize {
        self.choices.next().copied().unwrap_or_default().into()
    }

    fn below(&mut self, count: usize) -> usize {
        self.next().checked_rem(count).unwrap_or_default()
    }

    fn pick<T: Copy>(&mut self, items: &'static [T]) -> Option<T> {
        let at = self.below(items.len());
        items.get(at).copied()
    }

    /// One time of so many.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 1
    }

    fn quoted(&self, name: &str) -> String {
        let quote = self.words.quote;
        format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
    }

    /// A name that none of the others is, whatever their case.
    fn name(&mut self, others: &[String]) -> String {
        let mut at = self.next();
        loop {
            let name = self.quoted(NAMES.get(at % NAMES.len()).copied().unwrap_or("x"));
            if at >= 1000 {
                return self.quoted(&format!("c{}", others.len()));
            }
            if !others.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
                return name;
            }
            at = 2 * at + 1;
        }
    }

    fn table(&mut self) -> Vec<Statement> {
        let names: Vec<String> = self.tables.iter().map(|table| table.name.clone()).collect();
        let name = self.name(&names);
        let (mut lines, mut columns, mut key) = (Vec::new(), Vec::new(), None);
        if !self.once_in(4) {
            let column = self.name(&columns);
            let counted = self.pick(self.words.counted).unwrap_or_default();
            lines.push(format!("{column} {counted}"));
            key = Some((column.clone(), counted));
            columns.push(column);
        }
        for _ in 0..1 + self.below(7) {
            let column = self.name(&columns);
            lines.push(self.column(&column));
            columns.push(column);
        }
        let constraints = self.constraints(&columns, key.is_some());
        lines.extend(constraints);
        lines.extend(self.foreign_key(&mut columns));
        let options = self.pick(self.words.table).unwrap_or_default();
        let mut statements = vec![Statement::Table { name: name.clone(), lines, options }];
        for _ in 0..self.below(3) {
            statements.extend(self.index(&name, &columns).map(Statement::Whole));
        }
        self.tables.push(Made { name, key, columns });
        statements
    }

    fn column(&mut self, name: &str) -> String {
        let (ty, defaults) = self.pick(self.words.types).unwrap_or_default();
        let default = if self.once_in(2) { self.pick(defaults) } else { None };
        let default = default.map(|text| format!(" DEFAULT {text}")).unwrap_or_default();
        let null = if self.once_in(3) { " NOT NULL" } else { "" };
        let more = if self.once_in(6) { self.pick(self.words.column) } else { None };
        let more = more.map(|text| format!(" {}", text.replace("{}", name))).unwrap_or_default();
        format!("{name} {ty}{null}{default}{more}")
    }

    fn one_of(&mut self, columns: &[String]) -> String {
        let at = self.below(columns.len());
        columns.get(at).cloned().unwrap_or_default()
    }

    fn constraints(&mut self, columns: &[String], has_key: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let (one, other) = (self.one_of(columns), self.one_of(columns));
        let both = if one == other { one.clone() } else { format!("{one}, {other}") };
        let named = if self.once_in(2) { "CONSTRAINT named " } else { "" };
        if !has_key && self.once_in(2) {
            lines.push(format!("PRIMARY KEY ({both})"));
        }
        if self.once_in(4) {
            let options = self.pick(self.words.unique).unwrap_or_default();
            lines.push(format!("{named}UNIQUE ({both}){options}"));
        }
        if self.once_in(4) {
            let condition = self.pick(self.words.conditions).unwrap_or_default().replace("{}", &one);
            lines.push(format!("CHECK ({condition})"));
        }
        lines
    }

    /// A column of the type of another table's key, leading to it.
    fn foreign_key(&mut self, columns: &mut Vec<String>) -> Vec<String> {
        if self.tables.is_empty() || self.once_in(3) {
            return Vec::new();
        }
        let at = self.below(self.tables.len());
        let Some(Made { name: target, key: Some((key, counted)), .. }) = self.tables.get(at) else {
            return Vec::new();
        };
        let (target, key, ty) = (target.clone(), key.clone(), counted.split(' ').next().unwrap_or("int"));
        let unsigned = if counted.contains("unsigned") { " unsigned" } else { "" };
        let ty = match ty {
            "serial" => "integer",
            "bigserial" => "bigint",
            other => other,
        };
        let column = self.name(columns);
        let options = self.pick(self.words.foreign_key).unwrap_or_default().replace("{}", &column);
        columns.push(column.clone());
        vec![
            format!("{column} {ty}{unsigned}"),
            format!("FOREIGN KEY ({column}) REFERENCES {target} ({key}){options}"),
        ]
    }

    fn index(&mut self, table: &str, columns: &[String]) -> Option<String> {
        let (one, other) = (self.one_of(columns), self.one_of(columns));
        let kind = self.pick(self.words.kinds)?;
        let method = if self.once_in(3) { self.pick(self.words.methods)? } else { "" };
        let mut parts = vec![self.pick(self.words.parts)?.replace("{}", &one)];
        if self.once_in(2) {
            parts.push(self.pick(self.words.parts)?.replace("{}", &other));
        }
        let options = self.pick(self.words.index)?.replace("{}", &other);
        let name = format!("i{}_{}", self.tables.len(), self.below(50));
        Some(format!("CREATE {kind}INDEX {name} ON {table} {method}({}) {options}", parts.join(", ")))
    }

    /// A statement on a table that is there.
    fn more(&mut self) -> Option<String> {
        let text = self.pick(self.words.more)?;
        let at = self.below(self.tables.len());
        let columns = self.tables.get(at)?.columns.clone();
        let column = self.one_of(&columns);
        Some(text.replace("{t}", &self.tables.get(at)?.name).replace("{}", &column))
    }
}
