//! `goldpath check`.

mod badge;
mod evidence;
mod json;
mod junit;
mod sarif;
mod text;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::args::Format;
use super::diff::relative;
use super::output::Output;
use super::project::Project;
use super::watchdog::Watchdog;
use super::write_whole::write_whole;
use crate::check::{self, Asked, Day, Demand, Family, Finding, Report, Subject};
use crate::error::Error;
use crate::exit::Exit;
use crate::path::{RepoPath, no_symlink_on_the_way};
use crate::{reconcile, repo};

/// Ask a repository whether it still is what it promises, offline.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath check
  goldpath check --only drift --only consistency
  goldpath check --require-latest --format sarif
  goldpath check --evidence evidence/2026-11 --badge docs/path.svg
  goldpath check --verify evidence/2026-11
  goldpath -C ../orders check

It reads the nearest folder upwards that has goldpath.lock, or a repository. Nothing is run.
A newer version of the pack is a notice, unless one is demanded.
Exit codes: 0 no finding, 1 findings")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct CheckArgs {
    /// What to check; may be repeated; everything unless said
    #[arg(long, value_enum, value_name = "FAMILY")]
    only: Vec<Question>,
    /// Ask the network for newer versions of a pack from a git repository
    #[arg(long)]
    online: bool,
    /// Judge by the promises of another preset
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// List what is missing to the next preset, the least effort first
    #[arg(long)]
    level: bool,
    /// Print the facts that controls are judged by, as JSON
    #[arg(long)]
    facts: bool,
    /// Write a badge with the preset that the repository meets
    #[arg(long, value_name = "FILE.svg")]
    badge: Option<PathBuf>,
    /// Write what was checked, with the hash of every piece, to a folder that is new or empty
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Verify a folder that `--evidence` wrote, and check nothing else
    #[arg(long, value_name = "DIR")]
    verify: Option<PathBuf>,
    /// Print the JSON Schema of `--format json`
    #[arg(long)]
    schema: bool,
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
    /// Is there a newer version of the pack, and is goldpath.lock what its version renders
    Version,
    /// Does it keep the promises of its preset
    Controls,
    /// Do the files agree with each other
    Consistency,
}

impl From<Question> for Family {
    fn from(question: Question) -> Self {
        match question {
            Question::Drift => Self::Drift,
            Question::Version => Self::Version,
            Question::Controls => Self::Controls,
            Question::Consistency => Self::Consistency,
        }
    }
}

impl CheckArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        if self.schema {
            output.document(json::SCHEMA.trim_end());
            return Ok(Exit::Done);
        }
        let project = Project::here()?;
        let subject = project.subject(self.online);
        if let Some(folder) = &self.verify {
            return verify(output, folder, &subject);
        }
        let asked = self.asked()?;
        if self.facts {
            let facts = check::facts(&subject, &asked)?;
            output.json_document(&facts);
            return Ok(Exit::Done);
        }
        let judging =
            [("--badge", self.badge.is_some()), ("--preset", self.preset.is_some()), ("--level", self.level)];
        if let Some((flag, _)) = judging.iter().find(|(_, given)| *given)
            && !asked.families.contains(&Family::Controls)
        {
            let needs = "the controls to be judged: `--only controls`".to_owned();
            return Err(Error::FlagNeeds { flag: (*flag).to_owned(), needs });
        }
        // Who names none needs no pack for it.
        if let Some(preset) = &self.preset
            && let Ok(pack) = subject.rules()
        {
            pack.preset(preset)?;
        }
        for path in self.badge.iter().chain(&self.evidence) {
            refuse_way(subject.root, path)?;
        }
        // What was asked for by name and cannot be told does not pass.
        let needs_lock = |question: &Question| matches!(question, Question::Drift | Question::Version);
        if project.lock.is_none() && (asked.demand.max_behind.is_some() || self.only.iter().any(needs_lock)) {
            return Err(reconcile::Error::NoLock { folder: project.folder }.into());
        }
        if project.lock.is_none() {
            output.warning(format!(
                "no goldpath.lock in `{}`: files are checked by the names that the path gives them, and files of the \
                 path cannot be told from yours; nothing can be said of drift and of versions",
                project.root.display()
            ));
        }
        let report = check::check(&subject, &asked);
        match output.format {
            // A page is `onboard`'s alone, and was refused before.
            Format::Text | Format::Md => text::print(output, &report, self.level),
            Format::Json => output.json_document(&json::report(&subject, asked.today, &report)),
            Format::Sarif => output.json_document(&sarif::log(&report)),
            Format::Junit => output.document(junit::document(&report)),
        }
        self.keep(&subject, &asked, &report, watchdog)?;
        let fails = report.checked.iter().flat_map(|checked| &checked.findings).any(Finding::counts);
        Ok(if fails { Exit::NeedsYou } else { Exit::Done })
    }

    /// Writes what `--badge` and `--evidence` ask for.
    fn keep(
        &self,
        subject: &Subject<'_>,
        asked: &Asked,
        report: &Report,
        watchdog: Watchdog,
    ) -> Result<(), Error> {
        if let Some(path) = &self.badge {
            let svg = badge::svg(report.level.as_ref());
            write_whole(path, svg.as_bytes())
                .map_err(|source| Error::Unwritable { path: path.display().to_string(), source })?;
        }
        let Some(folder) = &self.evidence else { return Ok(()) };
        let pretty =
            |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
        let pieces = evidence::Pieces::from([
            ("report.json", pretty(&json::report(subject, asked.today, report))),
            ("facts.json", pretty(&check::facts(subject, asked)?)),
            ("report.sarif", pretty(&sarif::log(report))),
            ("junit.xml", junit::document(report) + "\n"),
        ]);
        drop(watchdog);
        evidence::write(folder, &evidence::manifest(subject, &asked.today.to_string(), report), pieces)
    }

    fn asked(&self) -> Result<Asked, Error> {
        let named: Vec<Family> = self.only.iter().copied().map(Family::from).collect();
        Ok(Asked {
            families: if named.is_empty() { Family::ALL.to_vec() } else { named },
            demand: Demand {
                online: self.online,
                max_behind: if self.require_latest { Some(0) } else { self.max_behind },
            },
            preset: self.preset.clone(),
            today: Day::today(&repo::Environment::of_process())?,
        })
    }
}

/// Refuses to write into the project through a link of it: whoever sent a change may have made it one.
fn refuse_way(root: &Path, named: &Path) -> Result<(), Error> {
    let path = relative(root, named)?;
    if path.is_empty() || path == ".." || path.starts_with("../") || Path::new(&path).is_absolute() {
        return Ok(());
    }
    let sound = RepoPath::new(&path).and_then(|path| no_symlink_on_the_way(root, &path));
    sound.map_err(|error| reconcile::Error::Path(error).into())
}

fn verify(output: Output, folder: &Path, subject: &Subject<'_>) -> Result<Exit, Error> {
    let evidence::Verdict { wrong, notes, pieces } = evidence::verify(folder, subject)?;
    for line in &wrong {
        output.text(line);
    }
    for note in &notes {
        output.remark(note);
    }
    output.remark(match wrong.len() {
        0 => format!("evidence: {pieces} pieces are as they were written"),
        1 => "evidence: 1 thing is wrong".to_owned(),
        many => format!("evidence: {many} things are wrong"),
    });
    output.json(
        || serde_json::json!({ "schema_version": 1, "pieces": pieces, "wrong": wrong, "notes": notes }),
    );
    Ok(if wrong.is_empty() { Exit::Done } else { Exit::NeedsYou })
}
