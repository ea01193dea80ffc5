//! From two schemas to steps: golden folders, the plans run on SQLite, and the laws.

mod golden;
mod laws;
mod lint;
mod names;
mod renames;
mod split;
mod sqlite;
mod type_map;
