//! `orm migrate …`

pub(super) mod baseline;
pub(super) mod deploy;
pub(super) mod dev;
pub(super) mod diff;
mod history;
mod name;
pub(super) mod reset;
pub(super) mod status;
