//! `goldpath check`.

mod json;
mod text;

use clap::{Args, ValueEnum};

use super::output::Output;
use super::prompt;
use crate::check::{self, Asked, Demand, Family, Finding, Subject};
use crate::error::Error;
use crate::exit::Exit;
use crate::pack::source::Environment;
use crate::project::{read_lock, root_of};

/// Ask a repository whether it still is what it promises, offline.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath check
  goldpath check --only drift --only consistency
  goldpath check --require-latest --format json
  goldpath -C ../orders check

It reads the nearest folder upwards that has goldpath.lock, or a repository. Nothing is run.
A newer version of the pack is a notice, unless one is demanded.
Exit codes: 0 no finding, 1 findings")]
pub struct CheckArgs {
    /// What to check; may be repeated; everything unless said
    #[arg(long, value_enum, value_name = "FAMILY")]
    only: Vec<Question>,
    /// Ask the network for newer versions of a pack from a git repository
    #[arg(long)]
    online: bool,
    /// Fail unless the repository is at the newest version of its pack
    #[arg(long, conflicts_with = "max_behind")]
    require_latest: bool,
    /// Fail if the repository is more than this many versions behind
    #[arg(long, value_name = "N")]
    max_behind: Option<usize>,
}

/// As `--only` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Question {
    /// Are the managed files as rendered, and goldpath.toml as locked
    Drift,
    /// Is there a newer version of the pack
    Version,
    /// Do the files agree with each other
    Consistency,
}

impl From<Question> for Family {
    fn from(question: Question) -> Self {
        match question {
            Question::Drift => Self::Drift,
            Question::Version => Self::Version,
            Question::Consistency => Self::Consistency,
        }
    }
}

impl CheckArgs {
    pub(super) fn run(self, output: Output) -> Result<Exit, Error> {
        let folder =
            std::env::current_dir().map_err(|source| Error::Unreadable { path: ".".to_owned(), source })?;
        let root = root_of(&folder);
        let lock = read_lock(&root)?;
        let environment = Environment::of_this_process(prompt::can_ask());
        let subject = Subject::new(&root, lock.as_ref(), &environment);
        let asked = self.asked();
        if lock.is_none() {
            output.warning(format!(
                "no goldpath.lock in `{}`: files are checked by the names that the path gives them, and files of the \
                 path cannot be told from yours; nothing can be said of drift and of versions",
                root.display()
            ));
        }
        let checked = check::check(&subject, &asked);
        text::print(output, &checked);
        output.json(&json::report(&subject, &checked));
        let fails = checked.iter().flat_map(|checked| &checked.findings).any(Finding::counts);
        Ok(if fails { Exit::NeedsYou } else { Exit::Done })
    }

    fn asked(&self) -> Asked {
        let named: Vec<Family> = self.only.iter().copied().map(Family::from).collect();
        Asked {
            families: if named.is_empty() { Family::ALL.to_vec() } else { named },
            demand: Demand {
                online: self.online,
                max_behind: if self.require_latest { Some(0) } else { self.max_behind },
            },
        }
    }
}
