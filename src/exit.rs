//! Exit codes, the same for every command.

use std::process::ExitCode;

/// How a run ended, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Done, and it needs you: conflicts, drift, a failed control.
    NeedsYou,
    /// Wrong usage or wrong input; nothing changed.
    Usage,
    /// Refused because of the state of the target or the repository; nothing changed.
    Refused,
    /// Failed on the way; everything was put back.
    Failed,
    /// Interrupted; everything was put back.
    Interrupted,
}

impl Exit {
    /// The number other people's scripts hold.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NeedsYou => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Failed => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
