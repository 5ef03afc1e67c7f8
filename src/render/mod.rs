//! From a plan to a tree in memory: a pure function, the same bytes on every machine and on any day.

mod engine;
pub mod tree;
mod values;

pub use self::engine::render;
pub(crate) use self::engine::{Origin, SUFFIX, origins, parse_alone, partials};
