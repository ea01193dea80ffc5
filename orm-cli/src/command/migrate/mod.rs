//! `orm migrate …`

pub(super) mod deploy;
pub(super) mod status;
