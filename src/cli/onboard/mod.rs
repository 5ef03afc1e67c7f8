//! `goldpath onboard`.

mod doctor;
mod first_hour;
mod page;
mod quiz;
mod text;

use std::path::Path;

use clap::Args;
use serde_json::json;

use self::doctor::{Doctor, Finding};
use super::args::Format;
use super::output::Output;
use super::project::Project;
use super::prompt::{self, Prompter, Terminal};
use crate::check::Day;
use crate::error::Error;
use crate::exit::Exit;
use crate::explain::{Ground, Tour};
use crate::onboard::{Question, Step, needs, quiz, steps};
use crate::repo;

/// Show somebody who joined today around: the tour, the tools, the first hour and the quiz.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath onboard                                 the tour, the tools, the first hour, the quiz
  goldpath onboard --doctor                        only the tools, and how to get those missing
  goldpath onboard --quiz                          only the quiz
  goldpath onboard --format md > welcome.md        all of it as a page

Everything is read from this repository: its README, policies, Makefile, and docs/onboarding.
A command of the first hour is shown, and runs when you say so. The tools check starts programs that goldpath knows, \
to ask their version, and nothing of the repository. Without a terminal it prints the tour and the tools, and asks nothing.
Exit codes: 0 done, 1 a tool that is needed is missing or too old")]
pub struct OnboardArgs {
    /// Check the tools only
    #[arg(long, conflicts_with = "quiz")]
    doctor: bool,
    /// Ask the quiz only
    #[arg(long)]
    quiz: bool,
}

const FIRST_HOUR: &str = "docs/onboarding/first-hour.md";
const QUIZ: &str = "docs/onboarding/quiz.md";
const QUIZ_FOLDER: &str = "docs/onboarding";

/// What there is to tell.
struct Welcome {
    tour: Tour,
    steps: Vec<Step>,
    quiz: Vec<Question>,
}

impl OnboardArgs {
    pub(super) fn run(self, output: Output) -> Result<Exit, Error> {
        let project = Project::here()?;
        let subject = project.subject(false);
        let ground = Ground::of(&subject);
        let today = Day::today(&repo::Environment::of_process())?;
        let welcome = Welcome {
            tour: Tour::of(&ground, today),
            steps: steps(&ground.text(FIRST_HOUR).unwrap_or_default()),
            quiz: quiz(&ground.text(QUIZ).unwrap_or_default(), QUIZ_FOLDER),
        };
        let needs = needs(&ground);
        if let Some(told) = project.without_lock() {
            output.warning(told);
        }
        let asks = prompt::can_ask() && output.format == Format::Text && !self.doctor;
        if self.quiz {
            if !asks {
                let needs = "a terminal; `goldpath onboard --format md` has the questions with their answers"
                    .to_owned();
                return Err(Error::FlagNeeds { flag: "--quiz".to_owned(), needs });
            }
            quiz::ask(&mut Terminal::new(), &welcome.quiz)?;
            return Ok(Exit::Done);
        }
        match output.format {
            // A page is for everybody: what this machine has is not on it.
            Format::Md => {
                output.document(page::markdown(&welcome, &needs).trim_end());
                return Ok(Exit::Done);
            }
            Format::Text if asks => {
                return guided(&project.root, &welcome, &Doctor::examine(needs, &project.root));
            }
            _ => {}
        }
        let doctor = Doctor::examine(needs, &project.root);
        if !self.doctor {
            output.text(text::tour(&welcome.tour));
        }
        output.text(text::doctor(&doctor).trim_end());
        output.json(|| {
            let tools: Vec<_> = doctor.findings.iter().map(Finding::json).collect();
            if self.doctor {
                return json!({ "schema_version": 1, "tools": tools });
            }
            json!({
                "schema_version": 1,
                "on_the_path": project.lock.is_some(),
                "tour": welcome.tour,
                "tools": tools,
                "first_hour": welcome.steps,
                "quiz": welcome.quiz,
            })
        });
        Ok(doctor.exit())
    }
}

/// At a terminal: one part after the other, each when the person wants it.
fn guided(root: &Path, welcome: &Welcome, doctor: &Doctor) -> Result<Exit, Error> {
    let mut prompter = Terminal::new();
    for part in text::parts(&welcome.tour) {
        prompter.explain(&part);
        go_on(&mut prompter)?;
    }
    prompter.explain(&text::doctor(doctor));
    if welcome.steps.is_empty() {
        prompter.say(&format!("No first hour here: there is no {FIRST_HOUR} with steps."));
    } else if yes(&mut prompter, "Go through the first hour now")? {
        first_hour::walk(&mut prompter, root, &welcome.steps)?;
    }
    if welcome.quiz.is_empty() {
        prompter.say(&format!("No quiz here: there is no {QUIZ} with questions."));
    } else if yes(&mut prompter, "Take the quiz now")? {
        quiz::ask(&mut prompter, &welcome.quiz)?;
    }
    Ok(doctor.exit())
}

fn go_on(prompter: &mut dyn Prompter) -> Result<(), Error> {
    prompter.line("Enter goes on", None, &|_| Ok(())).map(drop)
}

fn yes(prompter: &mut dyn Prompter, ask: &str) -> Result<bool, Error> {
    let items = ["yes".to_owned(), "no".to_owned()];
    let chosen = prompter.choose(ask, &items, 0)?;
    prompter.answered(ask, &items[chosen]);
    Ok(chosen == 0)
}
