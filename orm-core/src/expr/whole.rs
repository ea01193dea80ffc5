//! Whole rows of a model among what is picked.

use std::marker::PhantomData;

use super::{Column, Kind, Node, Nullable, PickList, Plain};
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

impl<K: WholeKind> SourceOf<K> {
    /// Picks all columns of the row; for the derive, whose columns structs are picks.
    #[doc(hidden)]
    pub fn append_row<M: Model>(self, list: &mut PickList) {
        K::append_presence(self.id, M::TABLE, list);
        let column = |facts| Node::Column(Column { source: self.id, facts });
        list.nodes.extend(M::TABLE.columns.iter().map(column));
    }
}

/// Of what kind of source whole rows can be picked.
pub trait WholeKind: Kind {
    /// What a row becomes: the model, or an `Option` of it.
    type Row<M: Model>: Send + 'static;

    #[doc(hidden)]
    fn append_presence(source: u32, table: &'static TableFacts, list: &mut PickList);

    #[doc(hidden)]
    fn decode<M: Model>(reader: &mut Reader<'_>) -> Result<Self::Row<M>>;
}

impl WholeKind for Plain {
    type Row<M: Model> = M;

    fn append_presence(_: u32, _: &'static TableFacts, _: &mut PickList) {}

    fn decode<M: Model>(reader: &mut Reader<'_>) -> Result<M> {
        M::decode(reader)
    }
}

/// A column that says whether the row is there stands in front of the row's own.
impl WholeKind for Nullable {
    type Row<M: Model> = Option<M>;

    fn append_presence(source: u32, table: &'static TableFacts, list: &mut PickList) {
        let facts = table.columns.iter().find(|facts| !facts.fact.nullable).unwrap_or(&PRESENCE);
        list.nodes.push(Node::IsNotNull(Box::new(Node::Column(Column { source, facts }))));
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
