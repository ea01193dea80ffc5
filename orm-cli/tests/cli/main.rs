//! The program as people and scripts run it: words in, text and exit codes out.

mod asked;
mod bad_input;
mod baseline;
mod chinook;
mod decisions;
mod drift;
mod help;
mod history;
mod interrupt;
mod json;
mod kill;
mod models;
mod race;
mod session;
mod settings;
mod support;
mod unreadable;
