//! Whole rows of a model among what is picked.

use std::marker::PhantomData;

use super::{Column, Kind, Node, Nullable, Picks, Plain, Rows};
use crate::{
    error::Result,
    facts::{ColumnFacts, TableFacts},
    model::Model,
    reader::Reader,
};

/// The source that the columns of a columns struct belong to.
#[derive(Debug, Clone, Copy)]
pub struct SourceOf<K> {
    id: u32,
    kind: PhantomData<fn() -> K>,
}

impl<K> SourceOf<K> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(id: u32) -> Self {
        Self { id, kind: PhantomData }
    }
}

/// All columns of a model's row; every columns struct is.
pub trait WholeRow: Copy {
    /// The model.
    type Model: Model;
    /// Whether the row need be there.
    type Kind: WholeKind;

    #[doc(hidden)]
    fn source(self) -> SourceOf<Self::Kind>;
}

/// Of what kind of source whole rows can be picked.
pub trait WholeKind: Kind {
    /// What a row becomes: the model, or an `Option` of it.
    type Row<M: Model>: Send + 'static;

    #[doc(hidden)]
    fn append_presence(source: u32, table: &'static TableFacts, nodes: &mut Vec<Node>);

    #[doc(hidden)]
    fn decode<M: Model>(reader: &mut Reader<'_>) -> Result<Self::Row<M>>;
}

impl WholeKind for Plain {
    type Row<M: Model> = M;

    fn append_presence(_: u32, _: &'static TableFacts, _: &mut Vec<Node>) {}

    fn decode<M: Model>(reader: &mut Reader<'_>) -> Result<M> {
        M::decode(reader)
    }
}

/// A column that says whether the row is there stands in front of the row's own.
impl WholeKind for Nullable {
    type Row<M: Model> = Option<M>;

    fn append_presence(source: u32, table: &'static TableFacts, nodes: &mut Vec<Node>) {
        let facts = table.columns.iter().find(|facts| !facts.fact.nullable).unwrap_or(&PRESENCE);
        nodes.push(Node::IsNotNull(Box::new(Node::Column(Column { source, facts }))));
    }

    fn decode<M: Model>(reader: &mut Reader<'_>) -> Result<Option<M>> {
        if reader.bool()? == Some(true) {
            return M::decode(reader).map(Some);
        }
        reader.seek(reader.position() + M::TABLE.columns.len());
        Ok(None)
    }
}

/// The column that a source has beside its own where every one of those may be NULL in a row that is there.
pub(crate) static PRESENCE: ColumnFacts = ColumnFacts {
    field: "",
    name: "orm_present",
    fact: <bool as crate::column_value::ColumnValue>::FACT,
    required: false,
    native: None,
};

#[diagnostic::do_not_recommend]
impl<C: WholeRow> Picks<Rows> for C {
    type Out = <C::Kind as WholeKind>::Row<C::Model>;

    fn append_to(self, nodes: &mut Vec<Node>) {
        let (source, table) = (self.source().id, C::Model::TABLE);
        C::Kind::append_presence(source, table, nodes);
        nodes.extend(table.columns.iter().map(|facts| Node::Column(Column { source, facts })));
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self::Out> {
        C::Kind::decode::<C::Model>(reader)
    }
}
