//! `goldpath completions` and `goldpath man`.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::Shell;

use super::output::raw_to_stdout;
use crate::error::Error;
use crate::exit::Exit;

/// Print a shell's completion script.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath completions bash > ~/.local/share/bash-completion/completions/goldpath
  goldpath completions zsh > ~/.zfunc/_goldpath
  goldpath completions fish > ~/.config/fish/completions/goldpath.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl CompletionsArgs {
    pub(super) fn run(&self, mut command: clap::Command) -> Exit {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "goldpath", &mut script);
        raw_to_stdout(&script);
        Exit::Done
    }
}

/// Print the manual page, or write all of them to a folder.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath man | man -l -
  goldpath man --to ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write one page a command to this folder
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

impl ManArgs {
    pub(super) fn run(&self, mut command: clap::Command) -> Result<Exit, Error> {
        command.build();
        match &self.to {
            None => raw_to_stdout(&page(&command)),
            Some(folder) => write_pages(&command, folder)?,
        }
        Ok(Exit::Done)
    }
}

fn page(command: &clap::Command) -> Vec<u8> {
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    let _ = clap_mangen::Man::new(command.clone()).render(&mut page);
    page
}

fn write_pages(command: &clap::Command, folder: &Path) -> Result<(), Error> {
    let unwritable = |source: io::Error| Error::Unwritable { path: folder.display().to_string(), source };
    fs_err::create_dir_all(folder).map_err(unwritable)?;
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    fs_err::write(folder.join(format!("{name}.1")), page(command)).map_err(unwritable)?;
    let mut of_their_own = command.get_subcommands().filter(|inner| inner.get_name() != "help");
    of_their_own.try_for_each(|inner| write_pages(inner, folder))
}
