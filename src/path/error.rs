//! Why a path is refused.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::{MAX_COMPONENT_BYTES, MAX_LEVELS, MAX_PATH_BYTES, Shown};

/// A path that must not be used, and why.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PathError {
    /// Nothing at all.
    #[error("a path is empty")]
    Empty,
    /// `/etc/passwd`.
    #[error("`{path}` is absolute, and a path must stay inside the repository")]
    Absolute {
        /// The whole path.
        path: Shown,
    },
    /// `\\server\share` or `//server/share`.
    #[error("`{path}` is the address of a network share, and a path must stay inside the repository")]
    Share {
        /// The whole path.
        path: Shown,
    },
    /// `C:\x` or `C:x`.
    #[error("`{path}` begins with a drive letter, and a path must stay inside the repository")]
    Drive {
        /// The whole path.
        path: Shown,
    },
    /// `a//b` or `a/`.
    #[error("`{path}` has an empty name between, before or after its slashes")]
    EmptyComponent {
        /// The whole path.
        path: Shown,
    },
    /// `a/./b`.
    #[error("`{path}` contains `.`, which names no file")]
    Dot {
        /// The whole path.
        path: Shown,
    },
    /// `a/../b`.
    #[error("`{path}` contains `..`, and a path must stay inside the repository")]
    DotDot {
        /// The whole path.
        path: Shown,
    },
    /// `a\b`.
    #[error("`{component}` in `{path}` contains a backslash, which separates folders on Windows")]
    Backslash {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// `a:b`.
    #[error("`{component}` in `{path}` contains `:`, which names a stream or a drive on Windows")]
    Colon {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// NUL, a newline, an escape.
    #[error("`{component}` in `{path}` contains a control character")]
    Control {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// A zero-width or bidi character, or a space that is not the plain one.
    #[error("`{component}` in `{path}` contains a character that cannot be seen")]
    Invisible {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// `.git`, in any of its disguises.
    #[error("`{component}` in `{path}` is git's own folder on some file system")]
    DotGit {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// `<`, `>`, `"`, `|`, `?` or `*`.
    #[error("`{component}` in `{path}` contains one of `< > \" | ? *`, which Windows does not allow")]
    WindowsCharacter {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// `a.` or `a `.
    #[error("`{component}` in `{path}` ends with a dot or a space, which Windows drops")]
    TrailingDotOrSpace {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// ` a`.
    #[error("`{component}` in `{path}` begins with a space, which listings and shells hide")]
    LeadingSpace {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// `con`, `aux.txt`, `COM1`.
    #[error("`{component}` in `{path}` is a device on Windows, with any extension")]
    Reserved {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// A name that no file system holds.
    #[error("`{component}` in `{path}` has {bytes} bytes, and a name may have {MAX_COMPONENT_BYTES}")]
    LongComponent {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
        /// How long it is.
        bytes: usize,
    },
    /// A path that no system call takes.
    #[error("`{path}` has {bytes} bytes, and a path may have {MAX_PATH_BYTES}")]
    LongPath {
        /// The whole path.
        path: Shown,
        /// How long it is.
        bytes: usize,
    },
    /// More names than [`MAX_LEVELS`].
    #[error("`{path}` is {levels} levels deep, and at most {MAX_LEVELS} are allowed")]
    Deep {
        /// The beginning of the path.
        path: Shown,
        /// How many names it has.
        levels: usize,
    },
    /// `e` with a combining accent where `é` exists.
    #[error(
        "`{component}` in `{path}` is not in Unicode's composed form (NFC), so a Mac may write another name"
    )]
    NotComposed {
        /// The whole path.
        path: Shown,
        /// The name at fault.
        component: Shown,
    },
    /// Two paths that are one file on a file system that ignores case.
    #[error("`{first}` and `{second}` are the same file where case or accents are ignored")]
    SameWhenFolded {
        /// The one that came first.
        first: Shown,
        /// The one that collides with it.
        second: Shown,
    },
    /// The same path, twice.
    #[error("`{path}` is there twice")]
    Twice {
        /// The path.
        path: Shown,
    },
    /// A file where another path needs a folder.
    #[error("`{file}` is a file, and `{below}` needs it to be a folder")]
    FileIsFolder {
        /// The file.
        file: Shown,
        /// The path below it.
        below: Shown,
    },
    /// `HEAD`, `objects/` and `refs/` side by side: git takes the folder for a repository and obeys its `config`.
    #[error(
        "`{folder}` holds `HEAD`, `objects` and `refs`, so git takes it for a repository and obeys its configuration"
    )]
    BareRepository {
        /// The folder; `.` for the top.
        folder: Shown,
    },
    /// A parent of the path is a symbolic link on disk.
    #[error("`{path}` would be reached through `{link}`, which is a symbolic link")]
    SymlinkOnTheWay {
        /// The whole path.
        path: Shown,
        /// The link among its folders.
        link: Shown,
    },
    /// A parent of the path cannot be looked at.
    #[error("cannot look at `{}`", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl PathError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty | Self::EmptyComponent { .. } | Self::Dot { .. } => {
                "name the file from the top of the repository, such as `docs/README.md`"
            }
            Self::Absolute { .. } | Self::Share { .. } | Self::Drive { .. } | Self::DotDot { .. } => {
                "use a path relative to the top of the repository, without `..`"
            }
            Self::Backslash { .. } => "separate folders with `/`",
            Self::Control { .. } | Self::Invisible { .. } => "rename it, using characters that can be seen",
            Self::DotGit { .. } => {
                "rename it: git keeps its own data under that name, and would run what is in there"
            }
            Self::NotComposed { .. } => {
                "rename it to its composed form, in which an accented letter is one character"
            }
            Self::Colon { .. }
            | Self::WindowsCharacter { .. }
            | Self::TrailingDotOrSpace { .. }
            | Self::LeadingSpace { .. }
            | Self::Reserved { .. } => "rename it, so that the repository can be cloned on every platform",
            Self::LongComponent { .. } | Self::LongPath { .. } | Self::Deep { .. } => "shorten it",
            Self::SameWhenFolded { .. } | Self::Twice { .. } | Self::FileIsFolder { .. } => {
                "rename one of them"
            }
            Self::BareRepository { .. } => "rename one of the three",
            Self::SymlinkOnTheWay { link, .. } => {
                return Some(format!("replace `{link}` by a real folder, or move it away"));
            }
            Self::Unreadable { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
