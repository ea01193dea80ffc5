use orm::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
pub enum UserSize {
    #[orm(label = "S")]
    S,
    #[orm(label = "L")]
    L,
}
