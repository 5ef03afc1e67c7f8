//! Bringing a repository of earlier to what a plan renders to now, without losing a line that its team wrote.
//!
//! Three sides: the [`base`](Base) is the pristine render that the lock names, ours is what HEAD holds, theirs is the
//! pristine render of where the repository goes.

mod base;
mod checkout;
mod diff;
mod error;

pub use self::base::{Base, BaseFile};
pub use self::checkout::Checkout;
pub use self::diff::{Changed, Difference, difference};
pub use self::error::Error;
