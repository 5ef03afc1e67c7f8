//! goldpath makes service repositories that are ready to operate, and keeps them on the golden path.
//!
//! Data flows one way. A [`pack`] and what a person gave become a [`plan`]; [`render`] turns the plan into a tree in
//! memory, a pure function; [`project`] adds goldpath.toml and goldpath.lock; [`repo`] writes it and makes the first
//! commit. [`reconcile`] brings a repository of earlier to what a plan renders to now. [`adopt`]
//! reads what one says that was never on the path. [`explain`] says why something is there, and [`onboard`] what somebody new needs. [`cli`] is the only part that reads arguments, asks, and prints. Whatever is written or read by name passes
//! the guard of [`path`].

pub mod adopt;
#[cfg(test)]
mod cases;
pub mod check;
pub mod cli;
mod counted;
pub mod error;
pub mod exit;
pub mod explain;
mod expression;
pub mod intent;
pub mod interrupt;
pub mod lint;
pub mod lock;
mod nearest;
pub mod onboard;
pub mod pack;
pub mod path;
pub mod plan;
mod position;
pub mod project;
pub mod reconcile;
pub mod render;
pub mod repo;
pub mod seal;
pub mod value;
