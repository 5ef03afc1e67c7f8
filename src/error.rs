//! Everything that can go wrong, as situations: what is wrong, where, what to do next, and the exit code.

use std::io;

use semver::Version;

use crate::counted::counted;
use crate::exit::Exit;
use crate::expression::refusal;
use crate::pack::ManifestError;
use crate::path::PathError;
use crate::plan::Problem;

/// A situation that ends a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's message says what it means")]
pub enum Error {
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Source(#[from] crate::pack::source::Error),
    #[error(transparent)]
    Repo(#[from] crate::repo::Error),
    #[error(transparent)]
    Reconcile(#[from] crate::reconcile::Error),
    #[error("no `pack.toml` in the pack")]
    NoPackManifest,
    #[error("there is no {what} in the pack, so nothing can be made of it")]
    NothingToMake { what: &'static str },
    #[error("the pack has {what}")]
    OverlappingPack { what: String },
    #[error("`pack lint` finds {} in it", counted(*findings, "mistake"))]
    SealFaulty { findings: usize },
    #[error("a pack that is built on another one cannot be sealed")]
    SealExtends,
    #[error("only a pack in a folder can be sealed, and `{given}` is none")]
    SealNoFolder { given: String },
    #[error("version {version} is sealed already, and this pack is another one")]
    SealedOtherwise { version: Version },
    #[error("preset `{name}` extends itself in a circle")]
    PresetCircle { name: String },
    #[error("the tag of {tagged} has a pack that says it is {stated}")]
    TaggedOtherwise { tagged: semver::Version, stated: semver::Version },
    #[error("no preset `{name}`")]
    UnknownPreset { name: String, hint: String },
    #[error("no stack `{name}`")]
    UnknownStack { name: String, hint: String },
    #[error("{}", several(problems))]
    BadValues { problems: Vec<Problem> },
    #[error("pack `{pack}` has no rule that recommends a preset for these numbers")]
    NoAdvice { pack: String },
    #[error("setting `{name}` is defined by component `{first}` and by `{second}`")]
    SettingTwice { name: String, first: String, second: String },
    #[error("setting `{name}` is also the start of another setting's name")]
    SettingInSetting { name: String },
    #[error("`{file}` computes `{name}`, which is defined already")]
    DefinedTwice { name: String, file: String },
    #[error("nothing here is called `{name}`: no file, control, setting or question")]
    NothingOfThatName { name: String, hint: String },
    #[error("{place} cannot be evaluated: {message}")]
    Expression { place: String, message: String },
    #[error("these answers and settings do not go together: {message}")]
    PackRefuses { message: String },
    #[error("a template cannot be rendered\n{report}")]
    Template { report: String },
    #[error("`{template}` reads `{variable}`, which nothing defines")]
    Undefined { template: String, variable: String },
    #[error("`{template}` is not UTF-8")]
    TemplateNotText { template: String },
    #[error("`{template}` renders more than {limit_mib} MiB")]
    TemplateFloods { template: String, limit_mib: usize },
    #[error("the pack has taken {seconds} seconds of processor time and has not come to an end")]
    PackEndless { seconds: u64 },
    #[error("the pack has taken {mib} MiB of memory and has not come to an end")]
    PackHuge { mib: usize },
    #[error("`{template}` renders to `{path}`, which goldpath writes itself")]
    OwnFile { path: String, template: String },
    #[error("`{first}` and `{second}` both render to `{path}`")]
    RenderedTwice { path: String, first: String, second: String },
    #[error("component `{component}` replaces `{path}`, which no earlier component renders")]
    ReplacesNothing { path: String, component: String },
    #[error("`{template}` links to `{target}`, outside its component")]
    LinkLeaves { template: String, target: String },
    #[error("{place}: {error}")]
    Path { place: String, error: PathError },
    #[error("signals cannot be listened to")]
    NoSignals { source: crate::interrupt::NotInstalled },
    #[error("without a terminal nothing is asked, and there is no answer for {missing}")]
    NothingToAsk { missing: String, flags: String },
    #[error("the code here (`{example}`) is in a language that no stack of the pack is for")]
    NoStackFits { example: String, stacks: String },
    #[error("{error}")]
    BadLock { error: ManifestError },
    #[error("{error}")]
    BadIntent { error: ManifestError },
    #[error("`{path}` cannot be read")]
    UnreadableIntent { path: String, source: io::Error },
    #[error("`{path}` cannot be read")]
    Unreadable { path: String, source: io::Error },
    #[error("`{path}` cannot be written")]
    Unwritable { path: String, source: io::Error },
    #[error("`{path}` is neither TOML, YAML nor JSON by its name")]
    AnswersFormat { path: String },
    #[error("`{path}` is not valid: {message}")]
    AnswersSyntax { path: String, message: String },
    #[error("`{path}`: {message}")]
    AnswersShape { path: String, message: String, hint: String },
    #[error("`{argument}` is no `KEY=VALUE`")]
    NotKeyValue { argument: String },
    #[error("`{flag}` needs {needs}")]
    FlagNeeds { flag: String, needs: String },
    #[error("no folder `{path}`")]
    NoFolder { path: String },
    #[error("`{path}` is not empty")]
    OutputNotEmpty { path: String },
    #[error("what this run had to say could not be written to stdout")]
    Untold { source: io::Error },
    #[error("no terminal could be used")]
    Terminal { source: io::Error },
    #[error("interrupted; nothing was left behind")]
    Interrupted,
}

impl Error {
    /// An expression of a pack that cannot be evaluated, and where it stands.
    pub(crate) fn expression(place: impl Into<String>, error: &tera::Error) -> Self {
        use tera::ErrorKind;
        if let Some(message) = refusal(error) {
            return Self::PackRefuses { message };
        }
        let message = match error.kind() {
            // The report would name the engine's own one-line template: the place says it better.
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => report.message().to_owned(),
            _ => error.to_string(),
        };
        Self::Expression { place: place.into(), message }
    }

    /// A template that cannot be rendered, with the engine's own report: file, line, caret, available names.
    pub(crate) fn template(error: &tera::Error) -> Self {
        match refusal(error) {
            Some(message) => Self::PackRefuses { message },
            None => Self::Template { report: error.to_string().trim_end().to_owned() },
        }
    }

    /// What to do next, in words that can be followed.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Manifest(error) => return error.hint(),
            Self::Source(error) => return error.hint(),
            Self::Repo(error) => return error.hint(),
            Self::Reconcile(error) => return error.hint(),
            Self::Path { error, .. } => return error.hint(),
            Self::UnknownPreset { hint, .. } | Self::UnknownStack { hint, .. } | Self::AnswersShape { hint, .. }
            | Self::NothingOfThatName { hint, .. } => hint.clone(),
            Self::TaggedOtherwise { .. } => {
                "whoever keeps the pack sets `version` in pack.toml to what its tag will be, and tags that; until then name \
                 an older one, `@VERSION`"
                    .to_owned()
            }
            Self::BadValues { problems } => way_out(problems),
            Self::BadIntent { error } => {
                error.hint().unwrap_or_else(|| "correct goldpath.toml, and run it again".to_owned())
            }
            Self::UnreadableIntent { .. } => {
                "every project has one: bring it back with `git restore goldpath.toml`".to_owned()
            }
            Self::NothingToAsk { flags, .. } => {
                format!("answer with {flags}, or take the defaults with `--yes`")
            }
            Self::NoStackFits { stacks, .. } => format!(
                "choose the one whose make targets are nearest with `--stack NAME`: {stacks}; none of its code is written"
            ),
            Self::NoPackManifest => {
                "a pack has `pack.toml` at its root; name a folder inside a repository as `SOURCE#FOLDER`"
                    .to_owned()
            }
            Self::NothingToMake { .. } => {
                "a preset is a file `presets/NAME.toml`, a stack a component with `kind = \"stack\"`".to_owned()
            }
            Self::OverlappingPack { .. } => "give it a name of its own".to_owned(),
            Self::SealFaulty { .. } => "correct them first: what is sealed never changes".to_owned(),
            Self::SealExtends => {
                "its versions are what the other pack makes of them: publish it in a git repository, with a tag a version"
                    .to_owned()
            }
            Self::SealNoFolder { .. } => "check the pack out, and name its folder".to_owned(),
            Self::SealedOtherwise { .. } => "a sealed release never changes: raise `version` in pack.toml".to_owned(),
            Self::PresetCircle { .. } => "remove one `extends` of the circle".to_owned(),
            Self::SettingTwice { .. } | Self::SettingInSetting { .. } | Self::DefinedTwice { .. } => {
                "rename one of them".to_owned()
            }
            Self::RenderedTwice { path, .. } => {
                format!("rename one of them, or say `replaces = [\"{path}\"]` in the later component")
            }
            Self::ReplacesNothing { .. } => "remove it from `replaces`, or correct the path".to_owned(),
            Self::TemplateNotText { .. } => {
                "a file that is not text is copied: drop the `.tera` suffix".to_owned()
            }
            Self::TemplateFloods { .. } | Self::PackEndless { .. } | Self::PackHuge { .. } => {
                "look for a loop that runs away, in a template or a computed value; nothing was written".to_owned()
            }
            Self::PackRefuses { .. } => {
                "change one of them with `--set KEY=VALUE`; `goldpath presets show NAME` lists the settings".to_owned()
            }
            Self::NoAdvice { .. } => "choose one yourself: `goldpath presets compare`".to_owned(),
            Self::Undefined { .. } => {
                "ask it, compute it, or make it a setting; templates also read `preset`, `lineage`, `stack`, `settings`, \
                 `pack` and `components`"
                    .to_owned()
            }
            Self::OwnFile { .. } => "remove the template".to_owned(),
            Self::LinkLeaves { .. } => "link to a file of the same component by a relative path".to_owned(),
            Self::AnswersFormat { .. } => "name it `.toml`, `.yaml`, `.yml` or `.json`".to_owned(),
            Self::NotKeyValue { .. } => {
                "write `--set owner=acme/orders-team`, or `--set slo.period_days=28` for a setting".to_owned()
            }
            Self::NoFolder { .. } => "make it first, or name another folder".to_owned(),
            Self::OutputNotEmpty { .. } => "name a folder that is empty or does not exist".to_owned(),
            Self::Expression { .. } | Self::Template { .. } => {
                "this is a mistake in the pack, not in your answers: tell its authors".to_owned()
            }
            Self::Terminal { .. } => {
                "give the answers by flags and take the other defaults with `--yes`".to_owned()
            }
            Self::AnswersSyntax { .. } => "correct the file, then run it again".to_owned(),
            Self::BadLock { error } => error.hint().unwrap_or_else(|| {
                "goldpath.lock is goldpath's own: restore it with `git restore goldpath.lock`, or in a merge keep one \
                 side of it with `git checkout --ours goldpath.lock`"
                    .to_owned()
            }),
            Self::Unreadable { .. } => "check the path, and that it is a file you may read".to_owned(),
            Self::Unwritable { .. }
            | Self::Untold { .. }
            | Self::FlagNeeds { .. }
            | Self::NoSignals { .. }
            | Self::Interrupted => return None,
        })
    }

    /// The exit code that tells scripts what kind of situation it is.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Source(error) => error.exit(),
            Self::Repo(error) => error.exit(),
            Self::Interrupted => Exit::Interrupted,
            Self::Reconcile(error) => error.exit(),
            Self::BadValues { problems } if of_intent(problems) => Exit::Refused,
            Self::OutputNotEmpty { .. }
            | Self::SealedOtherwise { .. }
            | Self::BadLock { .. }
            | Self::BadIntent { .. }
            | Self::UnreadableIntent { .. } => Exit::Refused,
            Self::NoSignals { .. }
            | Self::Terminal { .. }
            | Self::Untold { .. }
            | Self::Unwritable { .. } => Exit::Failed,
            _ => Exit::Usage,
        }
    }
}

/// Whether all of them stand in goldpath.toml: then it is the repository that has to be corrected.
fn of_intent(problems: &[Problem]) -> bool {
    problems.iter().all(|problem| problem.from == crate::plan::Source::Intent)
}

/// Where values that cannot stand are corrected.
fn way_out(problems: &[Problem]) -> String {
    if of_intent(problems) {
        return "correct goldpath.toml, commit it, and run it again".to_owned();
    }
    if problems.iter().all(Problem::is_written_down) {
        return "correct it there, or give another value with a flag, and run it again".to_owned();
    }
    let of_name = problems.iter().any(|problem| problem.name == crate::plan::NAME_KEY);
    let name = if of_name { " (or `--name` for the service's name)" } else { "" };
    format!("correct them with `--set KEY=VALUE`{name} and run it again")
}

fn several(problems: &[Problem]) -> String {
    match problems {
        [one] => one.to_string(),
        many => {
            let lines: Vec<String> = many.iter().map(|problem| format!("\n  {problem}")).collect();
            format!("{} values cannot stand{}", many.len(), lines.concat())
        }
    }
}
