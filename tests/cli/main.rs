//! The `goldpath` command from outside: the real binary, real git, a real terminal.
//!
//! Every test has a folder, a home and a git configuration of its own, and no variables of the machine but `PATH`.
//! Packs are made by the tests ([`pack`]); the built-in one is used where it is what matters.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::too_many_lines, reason = "a table of cases is one test")]
#![allow(clippy::needless_raw_string_hashes, reason = "a snapshot is written by insta")]

mod adopt;
mod arithmetic;
mod attacks;
mod bad_input;
mod budget;
mod builtin_upgrade;
mod check;
mod cluster;
mod conformance;
mod controls;
mod deploy;
mod diff;
mod drift;
mod drill;
mod env;
mod explain;
mod extended_packs;
mod faults;
mod first_commit;
mod generated;
mod help;
mod host;
mod interview;
mod layout;
mod lock;
mod new;
mod onboard;
mod pack;
mod pack_commands;
mod pack_features;
mod pack_reference;
mod pipelines;
mod precedence;
mod presets;
mod readme;
mod recommend;
mod releases;
mod reports;
mod rollback;
mod signing;
mod sources;
mod stacks;
mod streams;
mod structured;
mod targets;
mod terminal;
mod upgrade;
mod upgrade_answers;
mod upgrade_end;
mod weakened;
