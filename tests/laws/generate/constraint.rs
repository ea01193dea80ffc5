//! Constraints and indexes that hold for any row of [`rows`](crate::rows), and for every default.

use orm_migrate::Dialect;
use orm_schema::{
    Check, Column, ColumnName, ColumnType, ConstraintName, Deferrable, ForeignKey, Index, IndexKey,
    IndexPart, NullsOrder, ReferentialAction, SortOrder, Table, TableName, Unique,
};

use super::{Maker, Part, column, pick};
use crate::rows::quote;

impl Maker {
    /// Adds a constraint or an index to a table, if there is one to add.
    pub(crate) fn add_part(&mut self, at: usize, part: Part) {
        match part.kind % 9 {
            0 | 8 => self.add_unique(at, part, &|_| true),
            1 | 2 => self.add_foreign_key(at, part, false, &|_| true),
            3 => self.add_circle(at, part),
            4 => self.add_check(at, part),
            5 => self.add_table_check(at),
            _ => self.add_index(at, part, &|_| true),
        }
    }

    /// One or two columns in which rows differ.
    pub(crate) fn add_unique(&mut self, at: usize, part: Part, may: &dyn Fn(&Column) -> bool) {
        let table = &self.schema.tables[at];
        let count = 1 + usize::from(part.b % 2);
        let columns = some_columns(table, part.a, count, &|column| {
            column::may_be_key(&column.column_type) && may(column)
        });
        // SQLite 3.51 cannot rename a column of such a table ("expressions prohibited in PRIMARY KEY").
        let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns == columns);
        let is_broken = is_key && table.without_rowid;
        if !columns.is_empty() && !is_broken {
            let name = self.written_name(part.c);
            let table = &mut self.schema.tables[at];
            // Only required columns can be led to.
            let is_target = |column: &&mut Column| part.c.is_multiple_of(2) && columns.contains(&column.name);
            table.columns.iter_mut().filter(is_target).for_each(|column| column.nullable = false);
            let include =
                if self.dialect == Dialect::Postgres { included(table, &columns, part) } else { Vec::new() };
            add(&mut table.uniques, Unique { name, columns, include, ..Unique::default() });
        }
    }

    /// Columns of its own that lead to the key of another table, of the same, or to unique columns.
    pub(crate) fn add_foreign_key(
        &mut self,
        at: usize,
        part: Part,
        optional: bool,
        may: &dyn Fn(&TableName) -> bool,
    ) {
        let tables: Vec<usize> =
            (0..self.schema.tables.len()).filter(|at| may(&self.schema.tables[*at].name)).collect();
        let Some(&target) = pick(&tables, part.a) else { return };
        let Some(references) = target_columns(&self.schema.tables[target], part.b) else { return };
        let nullable = optional || part.b.is_multiple_of(2);
        let mut columns = Vec::new();
        for reference in &references {
            let Some(found) = self.schema.tables[target].column(reference) else { return };
            let mut own = Column::new(self.names.next(part.c).as_str(), found.column_type.clone());
            own.nullable = nullable;
            columns.push(own.name.clone());
            self.schema.tables[at].columns.push(own);
        }
        let key = ForeignKey {
            name: self.written_name(part.c),
            columns,
            table: self.schema.tables[target].name.clone(),
            references,
            on_delete: action(part.c, nullable),
            on_update: action(part.c / 5, nullable),
            deferrable: deferrable(part.b),
            ..ForeignKey::default()
        };
        self.schema.tables[at].foreign_keys.push(key);
    }

    /// Two tables that lead to each other.
    fn add_circle(&mut self, at: usize, part: Part) {
        let other = (at + 1) % self.schema.tables.len();
        for (from, to) in [(at, other), (other, at)] {
            let name = self.schema.tables[to].name.clone();
            self.add_foreign_key(from, part, false, &|table| *table == name);
        }
    }

    /// A condition on one column.
    pub(crate) fn add_check(&mut self, at: usize, part: Part) {
        let table = &self.schema.tables[at];
        let Some(column) = pick(&table.columns, part.a) else { return };
        let expression = condition(column, part.b);
        let columns = vec![column.name.clone()];
        let name = self.written_name(part.c);
        add(&mut self.schema.tables[at].checks, Check { name, columns, expression, ..Check::default() });
    }

    /// A condition on two columns of one type: a row's values of one type are equal.
    fn add_table_check(&mut self, at: usize) {
        if self.is_mysql() {
            return self.add_checked_pair(at);
        }
        let table = &self.schema.tables[at];
        let plain = |column: &&Column| {
            column::may_be_key(&column.column_type) && column.default.is_none() && !table.is_key(&column.name)
        };
        let columns: Vec<&Column> = table.columns.iter().filter(plain).collect();
        let pair = columns.iter().enumerate().find_map(|(at, one)| {
            let other = columns[at + 1..].iter().find(|other| other.column_type == one.column_type)?;
            Some((quote(one.name.as_str()), quote(other.name.as_str())))
        });
        let Some((one, other)) = pair else { return };
        let expression = format!("({one} IS NULL) OR ({other} is null) OR ({one} <= {other})");
        add(&mut self.schema.tables[at].checks, Check { expression, ..Check::default() });
    }

    /// Columns of its own: MariaDB takes no check on one that a foreign key may write, as most of equal types are.
    fn add_checked_pair(&mut self, at: usize) {
        let [one, other] = [(); 2].map(|()| {
            let mut column = Column::new(self.names.next(0).as_str(), ColumnType::I32);
            column.nullable = true;
            let name = quote(column.name.as_str());
            self.schema.tables[at].columns.push(column);
            name
        });
        let expression = format!("({one} IS NULL) OR ({other} is null) OR ({one} <= {other})");
        add(&mut self.schema.tables[at].checks, Check { expression, ..Check::default() });
    }

    /// Plain, descending, unique, partial, on an expression, by another method.
    pub(crate) fn add_index(&mut self, at: usize, part: Part, may: &dyn Fn(&Column) -> bool) {
        let table = &self.schema.tables[at];
        let unique = part.kind.is_multiple_of(4);
        let wanted = |column: &Column| !unique || (column::may_be_key(&column.column_type) && may(column));
        let indexable = |column: &Column| column.column_type != ColumnType::Json && wanted(column);
        let columns = some_columns(table, part.a, 1 + usize::from(part.c % 3), &indexable);
        if columns.is_empty() {
            return;
        }
        let parts = columns.iter().map(|column| self.index_part(table, column, part)).collect();
        let predicate = (part.b.is_multiple_of(4))
            .then(|| pick(&table.columns, part.c).map(|column| condition(column, part.a)));
        let method = (self.dialect == Dialect::Postgres && !unique && columns.len() == 1 && part.b % 3 == 1)
            .then(|| "hash".to_owned());
        let mut index = Index { parts, unique, predicate: predicate.flatten(), method, ..Index::default() };
        if index.method.is_some() {
            index.parts.iter_mut().for_each(|part| (part.order, part.nulls) = (SortOrder::Asc, None));
        }
        if self.dialect == Dialect::Postgres && index.method.is_none() {
            index.include = included(table, &columns, part);
            index.parameters = part.a.is_multiple_of(6).then(|| "fillfactor = 70".to_owned());
        }
        let has_expression = index.parts.iter().any(|part| matches!(part.key, IndexKey::Expression(_)));
        index.name = self.written_name(if has_expression { 0 } else { part.c });
        add(&mut self.schema.tables[at].indexes, index);
    }

    fn index_part(&self, table: &Table, column: &ColumnName, part: Part) -> IndexPart {
        let order = if part.b.is_multiple_of(3) { SortOrder::Desc } else { SortOrder::Asc };
        let nulls =
            (self.dialect == Dialect::Postgres && part.b.is_multiple_of(7)).then_some(NullsOrder::First);
        let column_type = table.column(column).map(|column| &column.column_type);
        let quoted = quote(column.as_str());
        // There the beginnings of texts are all that `fitted` leaves of expressions.
        let more = self.is_mysql() && !part.kind.is_multiple_of(4);
        let key = match column_type {
            Some(ColumnType::Text) if more || part.kind.is_multiple_of(3) => {
                IndexKey::Expression(format!("lower({quoted})"))
            }
            Some(ColumnType::I32) if part.kind.is_multiple_of(3) => {
                IndexKey::Expression(format!("({quoted} + 1)"))
            }
            _ => IndexKey::Column(column.clone()),
        };
        let is_text = matches!(column_type, Some(ColumnType::Text | ColumnType::Varchar(_)));
        let may = self.dialect == Dialect::Postgres && is_text && part.b % 3 != 1;
        let operator_class = (may && part.a.is_multiple_of(2)).then(|| "text_pattern_ops".to_owned());
        let collation = (may && !part.a.is_multiple_of(2)).then(|| "POSIX".to_owned());
        IndexPart { order, nulls, operator_class, collation, ..IndexPart::new(key) }
    }

    fn is_mysql(&self) -> bool {
        matches!(self.dialect, Dialect::MariaDb | Dialect::MySql)
    }

    /// A name that is written out, for one of five numbers.
    fn written_name(&mut self, by: u8) -> Option<ConstraintName> {
        by.is_multiple_of(5).then(|| self.names.next(by / 5).as_str().into())
    }
}

/// Adds what is not there yet: no model says a thing twice.
fn add<T: PartialEq>(items: &mut Vec<T>, item: T) {
    if !items.contains(&item) {
        items.push(item);
    }
}

/// Some columns from a place on, no column twice.
fn some_columns(table: &Table, from: u8, count: usize, may: &dyn Fn(&Column) -> bool) -> Vec<ColumnName> {
    let names: Vec<&ColumnName> =
        table.columns.iter().filter(|column| may(column)).map(|column| &column.name).collect();
    let start = usize::from(from).checked_rem(names.len()).unwrap_or_default();
    names.iter().cycle().skip(start).take(count.min(names.len())).map(|name| (*name).clone()).collect()
}

/// The key of a table, or required columns that are unique.
fn target_columns(table: &Table, by: u8) -> Option<Vec<ColumnName>> {
    let is_required = |name: &ColumnName| table.column(name).is_some_and(|column| !column.nullable);
    let uniques = table.uniques.iter().map(|unique| &unique.columns);
    let mut targets: Vec<&Vec<ColumnName>> =
        uniques.filter(|columns| columns.iter().all(is_required)).collect();
    targets.extend(table.primary_key.iter().map(|key| &key.columns));
    pick(&targets, by / 2).map(|columns| (*columns).clone())
}

fn action(by: u8, nullable: bool) -> ReferentialAction {
    match by % 5 {
        0 => ReferentialAction::Cascade,
        1 if nullable => ReferentialAction::SetNull,
        2 => ReferentialAction::Restrict,
        3 if nullable => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn deferrable(by: u8) -> Deferrable {
    match by % 6 {
        0 => Deferrable::InitiallyDeferred,
        1 => Deferrable::InitiallyImmediate,
        _ => Deferrable::Never,
    }
}

/// A condition that any value of the type fulfils which a row or a default may have.
fn condition(column: &Column, by: u8) -> String {
    let name = quote(column.name.as_str());
    let choices = match column.column_type {
        ColumnType::I8
        | ColumnType::I16
        | ColumnType::I32
        | ColumnType::I64
        | ColumnType::U8
        | ColumnType::U16
        | ColumnType::U32
        | ColumnType::U64
        | ColumnType::F32
        | ColumnType::F64 => vec![
            format!("{name} > -100"),
            format!("{name} BETWEEN -5 AND 120"),
            format!("{name} NOT IN (99, 98)"),
            format!("({name} + 1) * 2 > -100 AND {name} <> 77"),
        ],
        ColumnType::Text | ColumnType::Varchar(_) => vec![
            format!("length({name}) >= 0"),
            format!("{name} <> 'never'"),
            format!("{name} NOT IN ('a', 'it''s')"),
            format!("{name} LIKE '%' OR {name} IS NULL"),
        ],
        ColumnType::Date | ColumnType::DateTime | ColumnType::Timestamp => {
            vec![format!("{name} > '1900-01-01'"), format!("{name} IS NULL OR {name} <> '1999-12-31'")]
        }
        _ => vec![format!("{name} IS NULL OR NOT ({name} IS NULL)")],
    };
    pick(&choices, by).cloned().unwrap_or_default()
}

/// A column that an index holds beside its own.
fn included(table: &Table, columns: &[ColumnName], part: Part) -> Vec<ColumnName> {
    let others: Vec<&ColumnName> =
        table.columns.iter().map(|column| &column.name).filter(|name| !columns.contains(name)).collect();
    let wanted = part.a.is_multiple_of(5);
    pick(&others, part.c).filter(|_| wanted).map(|name| vec![(*name).clone()]).unwrap_or_default()
}
