//! Making a git repository from a tree, and reading one: everything that touches the disk or git.
//!
//! [`inspect`] says what stands at a target, [`resolve_identity`] who commits, [`create()`] writes the files and
//! the first commit and puts everything back when it cannot, [`history::read`] counts what a
//! repository's history tells about its team. Nothing here prints or asks.

mod alone;
mod as_written;
mod commit;
mod config;
mod create;
mod date;
pub(crate) mod durable;
mod environment;
pub(crate) mod eol;
mod error;
mod first;
pub mod history;
mod hunks;
mod identity;
mod index_file;
mod init;
mod left_behind;
mod move_in;
mod next;
mod object;
mod obstacles;
mod one_pack;
mod packfile;
mod packindex;
mod placement;
mod refs;
mod remote;
mod sign;
mod signature;
mod stage;
mod trees;
mod warning;

#[cfg(test)]
mod end_to_end;
#[cfg(test)]
mod testing;

pub(crate) use alone::Alone;
pub use config::GitConfig;
pub use create::{CommitRequest, Created, NewRepository, Repository, Step, create};
pub use environment::{Account, Environment};
pub use error::Error;
pub(crate) use error::{lacking, system_error, write_hint};
pub use hunks::{Hunk, hunks};
pub use identity::{Identities, resolve as resolve_identity};
pub use next::commit_after;
pub use object::ObjectId;
pub use obstacles::{AlreadyThere, already_there};
pub(crate) use one_pack::keep_blobs;
pub use placement::{Placement, Standing, inspect};
pub use remote::Remote;
pub use signature::{Signature, Time};
pub use trees::tree_id;
pub use warning::Warning;
