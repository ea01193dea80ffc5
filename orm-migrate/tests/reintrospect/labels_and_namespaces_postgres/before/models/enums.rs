use orm::prelude::*;

/// How somebody feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[orm(name = "mood")]
pub enum Feeling {
    /// Not well.
    #[orm(label = "sad")]
    Blue,
    Fine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum Colour {
    Red,
}
