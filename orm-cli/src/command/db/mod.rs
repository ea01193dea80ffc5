//! `orm db …`

pub(super) mod execute;
pub(super) mod push;
