//! The codes of what a scan reports. A code is never given another meaning.

/// A file cannot be read.
pub const UNREADABLE: &str = "S001";
/// A file is not Rust.
pub const SYNTAX: &str = "S002";
/// `mod name;` without a file.
pub const NO_MODULE_FILE: &str = "S003";
/// A model that a macro, a function or a build script makes.
pub const HIDDEN: &str = "S004";
/// `cfg` on a field or a variant.
pub const CFG_ON_FIELD: &str = "S005";
/// A `cfg` that cannot be evaluated takes a model away.
pub const CFG_UNKNOWN: &str = "S006";
/// A derive that may be ours cannot be resolved.
pub const DERIVE_UNKNOWN: &str = "S007";
/// An attribute is wrong.
pub const ATTRIBUTE: &str = "S010";
/// A type that no column can hold.
pub const TYPE: &str = "S011";
/// `max_len` or `decimal` on a field of another type.
pub const TYPE_ATTRIBUTE: &str = "S012";
/// Two models have one table.
pub const TABLE_TWICE: &str = "S013";
/// Two enum types have one name.
pub const ENUM_TWICE: &str = "S014";
/// The target of a foreign key is not there.
pub const NO_TARGET: &str = "S020";
/// The target of a foreign key has no such field or no key.
pub const NO_TARGET_FIELD: &str = "S021";
/// A foreign key leads to a column of another type.
pub const FOREIGN_KEY_TYPE: &str = "S022";
/// There is nothing to scan.
pub const NO_ROOT: &str = "S030";
/// A feature that no package has.
pub const NO_FEATURE: &str = "S031";
