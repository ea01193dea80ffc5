use orm::prelude::*;

/// How somebody feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[orm(name = "mood")]
pub enum Feeling {
    /// Not well.
    #[orm(label = "sad")]
    Blue,
    #[orm(label = "so so")]
    SoSo,
    Fine,
    Glad,
}

// orm: not in the database any more: enum "colour"
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum Colour {
    Red,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum Size {
    #[orm(label = "S")]
    S,
    #[orm(label = "M")]
    M,
    #[orm(label = "XL")]
    Xl,
}
