//! `orm migrate …`

pub(super) mod baseline;
pub(super) mod deploy;
pub(super) mod dev;
pub(super) mod diff;
mod history;
pub(super) mod lint;
mod name;
pub(super) mod reset;
pub(super) mod status;
