//! The models that every library has to compile: a hundred tables with twelve columns each, in rings of ten, each with a
//! foreign key to the one before it and so a relation to the one after it.
//!
//! In one ring of a hundred, the types that SeaORM's loader nests into each other are deeper than the compiler's recursion
//! limit; nobody's tables are such a ring.

/// How many models there are.
pub(super) const MODELS: usize = 100;

/// How many of them refer to each other.
const RING: usize = 10;

/// The one that is edited.
const EDITED: usize = 42;

/// What was edited since the full check; the number makes each round's edit another one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edit {
    /// Nothing.
    None,
    /// A number in a query.
    Query(u32),
    /// A nullable text column was added.
    Field(u32),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `i64`, the primary key.
    Key,
    /// `i64`, the foreign key.
    Parent,
    /// `String`.
    Text,
    /// `String`, unique.
    UniqueText,
    /// `Option<String>`.
    OptionalText,
    /// `i32`.
    Integer,
    /// `i64`.
    Bigint,
    /// `Option<i64>`.
    OptionalBigint,
    /// `bool`.
    Truth,
    /// `f64`.
    Float,
}

/// A column of a model.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// A model, to be written as a library wants it.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// Its module, and its table.
    pub(super) module: String,
    /// Its struct, where the library lets one choose.
    pub(super) name: String,
    /// The model that its foreign key names.
    pub(super) parent: (String, String),
    /// The model whose foreign key names it.
    pub(super) child: (String, String),
    pub(super) columns: Vec<Column>,
    /// The limit of its first query: what an edited query changes.
    pub(super) limit: u32,
}

/// All models.
pub(super) fn models(edit: Edit) -> Vec<Model> {
    (0..MODELS).map(|number| model(number, edit)).collect()
}

fn model(number: usize, edit: Edit) -> Model {
    let (module, name) = names(number);
    let mut model = Model {
        module,
        name,
        parent: names(neighbour(number, RING - 1)),
        child: names(neighbour(number, 1)),
        columns: columns(),
        limit: 10,
    };
    match edit {
        Edit::Query(round) if number == EDITED => model.limit += round,
        Edit::Field(round) if number == EDITED => {
            model.columns.push(Column { name: format!("extra_{round}"), kind: Kind::OptionalText });
        }
        Edit::None | Edit::Query(_) | Edit::Field(_) => {}
    }
    model
}

/// So many further in the ring of a model.
fn neighbour(number: usize, steps: usize) -> usize {
    number / RING * RING + (number + steps) % RING
}

fn names(number: usize) -> (String, String) {
    (format!("m{number:03}"), format!("M{number:03}"))
}

fn columns() -> Vec<Column> {
    let columns = [
        ("id", Kind::Key),
        ("parent_id", Kind::Parent),
        ("title", Kind::Text),
        ("summary", Kind::Text),
        ("remark", Kind::OptionalText),
        ("rank", Kind::Integer),
        ("size", Kind::Bigint),
        ("visible", Kind::Truth),
        ("weight", Kind::Float),
        ("views", Kind::OptionalBigint),
        ("version", Kind::Integer),
        ("code", Kind::UniqueText),
    ];
    columns.map(|(name, kind)| Column { name: name.to_owned(), kind }).to_vec()
}

impl Kind {
    /// The type of the field.
    pub(super) fn rust(self) -> &'static str {
        match self {
            Self::Key | Self::Parent | Self::Bigint => "i64",
            Self::Text | Self::UniqueText => "String",
            Self::OptionalText => "Option<String>",
            Self::Integer => "i32",
            Self::OptionalBigint => "Option<i64>",
            Self::Truth => "bool",
            Self::Float => "f64",
        }
    }
}

impl Column {
    /// The field of a struct, with an attribute before it where there is one.
    pub(super) fn field(&self, attribute: &str) -> String {
        let attribute = if attribute.is_empty() { String::new() } else { format!("{attribute} ") };
        format!("    {attribute}pub {}: {},\n", self.name, self.kind.rust())
    }
}

impl Model {
    /// The fields, each with the attribute that the library wants for its kind.
    pub(super) fn fields(&self, attribute: impl Fn(Kind) -> &'static str) -> String {
        self.columns.iter().map(|column| column.field(attribute(column.kind))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_touches_one_model_and_each_round_edits_it_otherwise() {
        let changed = |edit| {
            let pairs: Vec<_> = models(Edit::None).into_iter().zip(models(edit)).collect();
            pairs.iter().filter(|(before, after)| format!("{before:?}") != format!("{after:?}")).count()
        };
        assert_eq!([changed(Edit::None), changed(Edit::Query(1)), changed(Edit::Field(1))], [0, 1, 1]);
        assert_ne!(models(Edit::Query(1))[EDITED].limit, models(Edit::Query(2))[EDITED].limit);
    }

    #[test]
    fn every_model_has_twelve_columns_and_is_the_parent_of_its_child() {
        let models = models(Edit::None);
        assert_eq!(models.len(), MODELS);
        for model in &models {
            assert_eq!(model.columns.len(), 12);
            let child = models.iter().find(|other| other.module == model.child.0).expect("it is there");
            assert_eq!((&child.parent.0, &child.parent.1), (&model.module, &model.name));
        }
    }
}
