//! `goldpath explain`.

mod text;

pub(super) use self::text::{of_budget, of_objective};
use std::path::Path;

use clap::Args;
use serde_json::{Map, Value, json};

use super::diff::relative;
use super::output::Output;
use super::project::Project;
use super::watchdog::{EVERY_RENDER, Watchdog};
use crate::check::Day;
use crate::error::Error;
use crate::exit::Exit;
use crate::explain::{Asked, Ground, explain};
use crate::repo;

/// Say why a file, a control or a setting is there, who owns it, and what became of it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath explain                                 this repository on a page
  goldpath explain Makefile                        why it is there, who owns it, where it was edited
  goldpath explain slo.availability                what a control demands, and whether it holds here
  goldpath explain slo.availability.objective      who set it, and every line that it reaches
  goldpath explain owner                           an answer, likewise

A name is looked for among the files of the path, then controls, settings, questions, folders and other files.
Without goldpath.lock it tells what the built-in pack says, and that it cannot tell more.
Nothing is written, and no network is asked. Exit codes: 0 told, 2 nothing has this name")]
pub struct ExplainArgs {
    /// A file or a folder, a control or a rule of `check`, a setting, or a question; nothing: the repository
    #[arg(value_name = "PATH|CONTROL|SETTING")]
    name: Option<String>,
}

impl ExplainArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        // What a setting reaches takes a render for every value that is tried.
        drop(watchdog);
        let _watchdog = Watchdog::start(EVERY_RENDER);
        let project = Project::here()?;
        let subject = project.subject(false);
        let ground = Ground::of(&subject);
        let asked = self.name.as_deref().map(|name| {
            let path = relative(&project.root, Path::new(name)).ok().filter(|path| !path.is_empty());
            Asked { name, path }
        });
        // The project itself, by any of its names, is all of it.
        let asked = asked.filter(|asked| asked.path.is_some());
        let story = explain(&ground, asked.as_ref(), Day::today(&repo::Environment::of_process())?)?;
        if let Some(told) = project.without_lock() {
            output.warning(told);
        }
        for reservation in &ground.reservations {
            output.warning(reservation);
        }
        output.text(text::shown(&story).trim_end());
        output.json(|| {
            let mut object = Map::from_iter([
                ("schema_version".to_owned(), json!(1)),
                ("on_the_path".to_owned(), json!(project.lock.is_some())),
                ("reservations".to_owned(), json!(ground.reservations)),
            ]);
            if let Ok(Value::Object(told)) = serde_json::to_value(&story) {
                object.extend(told);
            }
            Value::Object(object)
        });
        Ok(Exit::Done)
    }
}
