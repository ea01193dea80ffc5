//! A row on its way into a table.

use super::{conflict::OnConflict, nested::Below};
use crate::{
    column_value::ColumnValue,
    dialect::Dialect,
    error::Result,
    expr::{Assignable, Column, Expr, Node, Rows},
    facts::{ColumnFacts, TableFacts},
    model::{Columns, Model},
    relation::{Cardinality, Relation},
    sql::{self, InsertSql},
    statement::Statement,
    value::Value,
};

/// What can be inserted as a row of `M`: the generated `New…`, the model itself, a `#[derive(Insert)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// fn add<R: Insertable<Tag>>(row: R) -> Insert<Tag> {
///     Tag::insert(row)
/// }
/// add(NewTag { name: "web".into() }).exec(&db).await?;
/// add(Tag { id: 9, name: "cli".into() }).exec(&db).await?;
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row of `{M}`",
    label = "not a row of `{M}`",
    note = "insert the generated struct of required fields, the model itself, or a struct with `#[derive(Insert)] #[orm(model = {M})]`"
)]
pub trait Insertable<M: Model> {
    /// Writes its columns.
    fn write(self, row: &mut RowBuilder);
}

impl<M: Model> Insertable<M> for M {
    fn write(self, row: &mut RowBuilder) {
        Model::write(self, row);
    }
}

/// A row on its way into a table: a value for some of its columns.
#[derive(Debug, Clone)]
pub struct RowBuilder {
    table: &'static TableFacts,
    values: Vec<Option<Value>>,
    /// The rows below it, relation by relation.
    below: Vec<Below>,
}

impl RowBuilder {
    pub(super) fn new(table: &'static TableFacts) -> Self {
        Self { table, values: vec![None; table.columns.len()], below: Vec::new() }
    }

    /// A row without any columns, for the place of one that was taken out.
    pub(super) const fn empty(table: &'static TableFacts) -> Self {
        Self { table, values: Vec::new(), below: Vec::new() }
    }

    /// The row of a value, with what the program fills in.
    pub(super) fn of<M: Model>(row: impl Insertable<M>) -> Self {
        let mut builder = Self::new(M::TABLE);
        row.write(&mut builder);
        M::fill(&mut builder);
        builder
    }

    /// Writes a column of the model.
    pub fn set_column<T: ColumnValue>(&mut self, column: Expr<T, Rows, Column>, value: impl Assignable<T>) {
        if let (Some(place), Node::Param(value)) =
            (self.table.position(column.facts().facts.name), value.assigned())
        {
            self.set(place, value);
        }
    }

    /// Writes the column at that place of the table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// struct Named(&'static str);
    ///
    /// impl Insertable<Tag> for Named {
    ///     fn write(self, row: &mut RowBuilder) {
    ///         row.set(1, Value::Text(self.0.to_owned())); // by hand, what `#[derive(Insert)]` writes
    ///     }
    /// }
    /// assert_eq!(Tag::insert(Named("web")).exec(&db).await?.name, "web");
    /// # Ok(()) }) }
    /// ```
    pub fn set(&mut self, place: usize, value: Value) {
        if let Some(slot) = self.values.get_mut(place) {
            *slot = Some(value);
        }
    }

    /// Writes the column at that place of the table, unless it is written already.
    pub fn set_default(&mut self, place: usize, value: impl FnOnce() -> Value) {
        if let Some(slot @ None) = self.values.get_mut(place) {
            *slot = Some(value());
        }
    }

    /// Rows below this one, along a relation: they are inserted with it, and refer to it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # fn main() -> Outcome { example(async |db| {
    /// struct Tagged(&'static str, Vec<&'static str>);
    ///
    /// impl Insertable<Post> for Tagged {
    ///     fn write(self, row: &mut RowBuilder) {
    ///         NewPost { author_id: 1, title: self.0.to_owned() }.write(row); // by hand, what `#[derive(Insert)]` writes
    ///         row.with::<Post, _, _, _>(|p| p.tags, self.1.into_iter().map(|name| NewTag { name: name.to_owned() }));
    ///     }
    /// }
    /// let post = Post::insert(Tagged("Nested", vec!["one", "two"])).exec(&db).await?;
    /// assert_eq!(Post::find(post.id).with(|p| p.tags).one(&db).await?.1.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn with<M: Model, T: Model, C: Cardinality, R: Insertable<T>>(
        &mut self,
        relation: impl FnOnce(Columns<M>) -> Relation<M, T, C>,
        rows: impl IntoIterator<Item = R>,
    ) {
        let rows = rows.into_iter().map(RowBuilder::of).collect();
        self.below.push(Below::new(relation(M::columns(0)), rows));
    }

    pub(super) fn has_below(&self) -> bool {
        !self.below.is_empty()
    }

    pub(super) fn take_below(&mut self) -> Vec<Below> {
        std::mem::take(&mut self.below)
    }

    /// Rows in the same order, cut where one writes other columns than the one before: what is written by hand may.
    pub(super) fn alike(rows: Vec<Self>) -> Vec<Vec<Self>> {
        let mut lists: Vec<Vec<Self>> = Vec::new();
        for row in rows {
            match lists.last_mut().filter(|list| list.last().is_some_and(|last| last.writes_like(&row))) {
                Some(list) => list.push(row),
                None => lists.push(vec![row]),
            }
        }
        lists
    }

    /// The statements that insert rows which write the same columns.
    pub(super) fn statements(
        dialect: Dialect,
        source: u32,
        conflict: Option<&OnConflict>,
        rows: Vec<Self>,
        returning: bool,
    ) -> Result<Vec<Statement>> {
        let Some(first) = rows.first() else { return Ok(Vec::new()) };
        let columns = first.columns();
        let insert = InsertSql { table: first.table, source, columns: &columns, conflict, returning };
        let values = rows.into_iter().map(|row| row.into_values().collect()).collect();
        sql::insert_many(dialect, &insert, values)
    }

    fn writes_like(&self, other: &Self) -> bool {
        self.values.iter().map(Option::is_some).eq(other.values.iter().map(Option::is_some))
    }

    /// What is written into a column.
    pub(super) fn value(&self, facts: &ColumnFacts) -> Option<&Value> {
        self.values.get(self.table.position(facts.name)?)?.as_ref()
    }

    pub(super) fn set_named(&mut self, facts: &ColumnFacts, value: Value) {
        if let Some(place) = self.table.position(facts.name) {
            self.set(place, value);
        }
    }

    /// The columns that are written.
    pub(super) fn columns(&self) -> Vec<&'static ColumnFacts> {
        self.values
            .iter()
            .zip(self.table.columns)
            .filter(|(value, _)| value.is_some())
            .map(|(_, facts)| facts)
            .collect()
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = Value> {
        self.values.into_iter().flatten()
    }
}
