//! `orm db …`

pub(super) mod execute;
