//! The models.

#[cfg(test)]
mod tests {}

mod members;
mod membership;
mod people;
mod teams;

pub use members::*;
pub use membership::*;
pub use people::*;
pub use teams::*;
