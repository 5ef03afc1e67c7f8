//! From a plan to a tree in memory: a pure function, the same bytes on every machine and on any day.

pub mod path;
pub mod tree;
