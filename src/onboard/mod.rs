//! What somebody who joined today needs: the tour, the tools, the first hour and the quiz, read from the repository itself.
//!
//! All of it is what the pages and policies of this repository say; nothing is run here.

mod minimum;
mod needs;
mod quiz;
mod steps;

pub use self::minimum::Minimum;
pub use self::needs::{Need, needs};
pub use self::quiz::{Question, quiz};
pub use self::steps::{Step, steps};
