//! A pack in a git repository, at a tag or a commit.
//!
//! Objects are read with libgit2 from the object database, without a checkout: no hook, filter or attribute of the
//! repository has a say. Only a URL needs the `git` program, which fetches into a cache.

mod cache;
mod choose;
mod local;
mod objects;
mod program;
mod references;
mod remote;

pub(super) use self::local::open as open_local;
pub(super) use self::remote::open as open_remote;
pub(super) use self::remote::{is_cached, tags};
