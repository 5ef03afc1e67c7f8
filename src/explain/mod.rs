//! Why something is in a repository: a file, a control, a setting, a question, or all of it on a page.
//!
//! Everything is read from the lock, the pack and the files; nothing is written, and no network is asked. What cannot be
//! told is said, with the reason.

mod alternatives;
mod control;
mod file;
mod folder;
mod ground;
mod knob;
pub(crate) mod names;
mod on_disk;
pub mod prose;
mod reach;
mod since;
mod story;
mod tour;

pub use self::control::ControlStory;
pub use self::file::{Brought, Edits, FileStory, Shaped};
pub use self::folder::{FolderStory, Member};
pub use self::ground::Ground;
pub use self::knob::{Fallback, Knob};
pub use self::reach::{Place, Reach};
pub use self::since::Since;
pub use self::story::{Asked, Story, explain};
pub use self::tour::{Alert, Budget, Objective, OnPath, Target, Tour};
