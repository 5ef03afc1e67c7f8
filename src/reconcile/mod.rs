//! Bringing a repository of earlier to what a plan renders to now, without losing a line that its team wrote.
//!
//! Three sides: the [`base`](Base) is the pristine render that the lock names, ours is what HEAD holds, theirs is the
//! pristine render of where the repository goes.

mod adoption;
mod apply;
mod base;
mod checkout;
mod commit;
mod content;
mod diff;
mod error;
mod followed;
mod heal;
mod index_lock;
mod journal;
mod lines;
mod meanwhile;
mod merge;
mod migrate;
mod old_names;
mod on_disk;
mod outcome;
mod places;
mod readiness;
mod refuse;
mod renames;
mod seen;
mod settle;
mod structured;
mod target;
mod turn;

pub use self::adoption::{Standing, adopt, keep_pristine, standings};
pub use self::apply::{Finished, abort, apply, finish};
pub use self::base::{Base, BaseFile, Pristine, locked_pack, render_of_lock};
pub use self::checkout::{Checkout, UNDER_WAY};
pub use self::commit::{new_branch, refuse_branch, result_tree};
pub use self::content::{Content, merge_content};
pub use self::diff::{Changed, Difference, difference, patch};
pub use self::error::Error;
pub use self::followed::followed;
pub use self::heal::heal;
pub use self::journal::Journal;
pub use self::lines::{Labels, conflict_in};
pub use self::merge::{Conversion, Ours, Sides, merge};
pub use self::migrate::{Migrated, News, migrate};
pub use self::old_names::OldName;
pub use self::outcome::{Action, Changes, Outcome, Record};
pub use self::places::{CODE_OWNERS, Taken};
pub use self::readiness::{ChangedSetting, Readiness};
pub use self::refuse::{Allowed, refuse};
pub(crate) use self::seen::LockInHistory;
pub use self::structured::merge as merge_by_key;
pub use self::target::{Brought, Target, bring};
pub use self::turn::Turn;
