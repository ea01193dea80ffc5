//! `orm migrate …`

pub(super) mod baseline;
pub(super) mod check;
pub(super) mod deploy;
pub(super) mod dev;
pub(super) mod diff;
pub(super) mod down;
mod each;
mod history;
mod name;
mod repair;
pub(super) mod reset;
pub(super) mod resolve;
pub(super) mod squash;
pub(super) mod status;
