//! The models.

#[cfg(test)]
mod tests {}

mod people;

pub use people::*;
