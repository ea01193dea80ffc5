//! The program as people and scripts run it: words in, text and exit codes out.

mod asked;
mod bad_input;
mod baseline;
mod branches;
mod carried;
mod chinook;
mod decisions;
mod down;
mod drift;
mod each;
mod help;
mod history;
mod interrupt;
mod json;
mod kill;
mod lint;
mod models;
mod online;
mod pairs;
mod race;
mod session;
mod settings;
mod squash;
mod support;
mod transcripts;
mod unreadable;
