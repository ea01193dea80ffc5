//! How a row of SQL by hand becomes a value: its columns are found by name or by place, once for a statement.

use std::any::Any;

use crate::{
    column_value::ColumnValue,
    error::{Error, Result},
    expr::{Node, for_tuples},
    model::Model,
    query::{Parts, Projection, next_source},
    reader::{Reader, Row},
    statement::{Sink, given_back},
};

/// What a row of SQL by hand can be read as.
///
/// - A model: by the names of its columns.
/// - A projection without relations: by the names of its model's columns; of a computed field (`expr = …`), by the field's own.
/// - One value, or a tuple of up to twelve: by their places.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() -> Outcome { example(async |db| {
/// #[derive(Clone, Projection)]
/// #[orm(model = User)]
/// # #[orm(crate = orm_core)]
/// struct Writer {
///     name: String,
///     #[orm(expr = |u| u.posts.count())]
///     post_count: i64,
/// }
///
/// async fn first<T: FromRow>(db: &Db) -> Result<Option<T>> {
///     let writers = sql!("SELECT name, count(*) AS post_count FROM users JOIN posts ON author_id = users.id GROUP BY name");
///     writers.first(db).await
/// }
/// assert_eq!(first::<Writer>(&db).await?.map(|writer| writer.post_count), Some(2));
/// assert_eq!(first::<(String, i64)>(&db).await?.map(|(name, _)| name).as_deref(), Some("Ann"));
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "a row of SQL cannot be read as `{Self}`",
    label = "neither a model, a projection without relations, a value, nor a tuple of values",
    note = "derive it: `#[derive(Projection)] #[orm(model = …)]`; relations have no place in a row of SQL"
)]
pub trait FromRow: Sized + Send + 'static {
    #[doc(hidden)]
    fn by_hand() -> ByHand<Self>;
}

/// Which columns a row must have, and how it is read from them.
pub struct ByHand<T> {
    columns: Columns,
    decode: fn(&mut Reader<'_>) -> Result<T>,
}

enum Columns {
    /// Those names, whatever else there is.
    Named(Vec<Name>),
    /// So many.
    Placed(usize),
}

struct Name {
    column: &'static str,
    /// What is read from it, for messages.
    field: String,
}

impl<M: Model> ByHand<M> {
    /// The columns of the table.
    #[doc(hidden)]
    #[must_use]
    pub fn model() -> Self {
        let field = |field| format!("{}.{field}", M::TABLE.model);
        let name = |facts: &crate::ColumnFacts| Name { column: facts.name, field: field(facts.field) };
        Self { columns: Columns::Named(M::TABLE.columns.iter().map(name).collect()), decode: M::decode }
    }
}

impl<P: Projection> ByHand<P> {
    /// The columns that are picked, and the fields of whatever else is.
    #[doc(hidden)]
    #[must_use]
    pub fn projection(names: &[Option<&'static str>]) -> Self {
        let picks = P::reading(next_source()).picks.unwrap_or_default();
        let name = |(pick, own): (&Node, &Option<&'static str>)| {
            let field = pick.column_facts().map(|facts| (facts.name, facts.field));
            let (column, field) = own.map(|name| (name, name)).or(field)?;
            Some(Name { column, field: format!("{}.{field}", P::Model::TABLE.model) })
        };
        let columns = picks.iter().zip(names).filter_map(name).collect();
        let decode = |reader: &mut Reader<'_>| P::assemble(P::decode(reader)?, &mut Parts(Vec::new()));
        Self { columns: Columns::Named(columns), decode }
    }
}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue> FromRow for T {
    fn by_hand() -> ByHand<Self> {
        ByHand { columns: Columns::Placed(1), decode: T::decode }
    }
}

macro_rules! row_tuple {
    ($($name:ident $at:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: ColumnValue),+> FromRow for ($($name,)+) {
            fn by_hand() -> ByHand<Self> {
                ByHand {
                    columns: Columns::Placed([$($at),+].len()),
                    decode: |reader| Ok(($($name::decode(reader)?,)+)),
                }
            }
        }
    };
}
for_tuples!(row_tuple);

/// Collects rows, at most so many of them.
pub(super) struct Rows<T> {
    by_hand: ByHand<T>,
    /// Where the columns stand, once a row was seen.
    places: Option<Vec<usize>>,
    most: usize,
    rows: Vec<T>,
}

impl<T: FromRow> Rows<T> {
    pub(super) fn sink(most: usize) -> Box<dyn Sink> {
        Box::new(Self { by_hand: T::by_hand(), places: None, most, rows: Vec::new() })
    }

    /// The rows that such a sink took.
    pub(super) fn of(sink: Box<dyn Sink>) -> Result<Vec<T>> {
        Ok(given_back::<Self>(sink)?.rows)
    }
}

impl<T: FromRow> Sink for Rows<T> {
    fn row(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        if self.rows.len() >= self.most {
            return Ok(());
        }
        if self.places.is_none() {
            self.places = Some(self.by_hand.columns.find(&reader.columns())?);
        }
        let row = reader.row();
        let mut moved = Reader::new(Row::Rearranged(&row, self.places.as_deref().unwrap_or_default()));
        let decoded = (self.by_hand.decode)(&mut moved);
        self.rows.push(decoded.map_err(|error| self.by_hand.columns.blame(error, &moved))?);
        Ok(())
    }

    fn clear(&mut self) {
        self.places = None;
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl Columns {
    /// Where the columns stand in a row.
    fn find(&self, found: &[&str]) -> Result<Vec<usize>> {
        match self {
            Self::Named(names) => names.iter().map(|name| name.find(found)).collect(),
            Self::Placed(count) if *count == found.len() => Ok((0..*count).collect()),
            Self::Placed(count) => Err(Error::invalid_value(format!(
                "the SQL gives {}, but {count} are read by their places: {}",
                match found.len() {
                    1 => "1 column".to_owned(),
                    columns => format!("{columns} columns"),
                },
                listed(found)
            ))),
        }
    }

    /// Says which field could not be read.
    #[cold]
    fn blame(&self, error: Error, reader: &Reader<'_>) -> Error {
        let Some(place) = reader.position().checked_sub(1) else { return error };
        match self {
            Self::Named(names) => match names.get(place) {
                Some(name) => error.context(format_args!("`{}`", name.field)),
                None => error,
            },
            Self::Placed(_) => {
                let column = reader.columns().get(place).copied().unwrap_or_default();
                error.context(format_args!("value {} of the row (`{column}`)", place + 1))
            }
        }
    }
}

impl Name {
    fn find(&self, found: &[&str]) -> Result<usize> {
        let mut places = found.iter().enumerate().filter(|(_, name)| **name == self.column);
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Ok(place),
            (Some(_), Some(_)) => Err(Error::invalid_value(format!(
                "the SQL gives several columns `{}`, so nobody knows which is `{}`: name the others otherwise",
                self.column, self.field
            ))),
            (None, _) => Err(Error::invalid_value(format!(
                "the SQL gives no column `{}` for `{}`; it gives {}",
                self.column,
                self.field,
                listed(found)
            ))),
        }
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
