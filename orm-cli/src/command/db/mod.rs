//! `orm db …`

pub(super) mod execute;
pub(super) mod push;
pub(super) mod seed;
