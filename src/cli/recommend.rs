//! `goldpath recommend`.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use serde_json::json;

use super::args::{PackSource, ValueArgs};
use super::interview::advice_text;
use super::output::{FAINT, Output};
use super::sources;
use super::values::gather;
use crate::counted::counted;
use crate::error::Error;
use crate::exit::Exit;
use crate::plan::{Given, Source, advise};
use crate::repo::Environment;
use crate::repo::history::{self, History};
use crate::value::Value;

/// Say which preset suits this team, and why.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath recommend --set team_size=3 --set deployments_per_month=4
  goldpath recommend --set compliance=yes --format json

Run in a git repository, it reads people, merges and tags from the history, and says what it read.
A value of your own, by --set or --answers, wins over what the history says.")]
pub struct RecommendArgs {
    #[command(flatten)]
    values: ValueArgs,
    #[command(flatten)]
    pack: PackSource,
}

impl RecommendArgs {
    pub(super) fn run(self, output: Output) -> Result<Exit, Error> {
        let pack = sources::open(&self.pack)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let facts = history::read(Path::new("."), &Environment::of_process(), now)?;
        let mut given = gather(Given::default(), &self.values)?;
        let known = |name: &str| pack.advice_questions.iter().any(|question| question.key == name);
        if let Some((name, value)) =
            given.iter().find(|(name, value)| !known(name) && matches!(value.from, Source::Flag(_)))
        {
            let keys: Vec<&str> =
                pack.advice_questions.iter().map(|question| question.key.as_str()).collect();
            let message = format!("this is not asked, {}", crate::nearest::did_you_mean(name, keys));
            let problem = crate::plan::Problem { name: name.to_owned(), from: value.from.clone(), message };
            return Err(Error::BadValues { problems: vec![problem] });
        }
        if let Some(facts) = &facts {
            // A release is tagged; without tags every merge is taken for one.
            let deployments = if facts.tags > 0 { facts.tags } else { facts.merges };
            let numbers = [
                ("team_size", Some(facts.people.max(1))),
                ("deployments_per_month", Some(deployments)),
                ("joiners_per_quarter", facts.joiners),
            ];
            let layer = numbers
                .into_iter()
                .filter(|(name, _)| known(name))
                .filter_map(|(name, count)| Some((name, count?)))
                .map(|(name, count)| {
                    (name.to_owned(), Value::Integer(i64::try_from(count).unwrap_or(i64::MAX)))
                });
            given = given.or(advise::layer(layer, &Source::History));
        }
        let advice = advise::advise(&pack, &given)?;
        output.text(advice_text(&pack, &advice));
        output.text("Based on:");
        for input in &advice.inputs {
            output.text(format!("  {} = {} {FAINT}({}){FAINT:#}", input.key, input.value, input.from));
        }
        if let Some(facts) = &facts {
            output.text(format!("\n{FAINT}{}{FAINT:#}", history_text(facts)));
        }
        output.json(|| json!({
            "schema_version": 1,
            "preset": advice.preset,
            "because": advice.because,
            "first": advice.first,
            "runner_up": advice.runner_up.map(|second| json!({ "preset": second.preset, "because": second.because })),
            "changes": advice.changes.iter().map(|change| json!({
                "input": change.input, "value": change.value, "preset": change.preset,
            })).collect::<Vec<_>>(),
            "inputs": advice.inputs.iter().map(|input| json!({
                "key": input.key, "value": input.value, "from": input.from.to_string(),
            })).collect::<Vec<_>>(),
            "history": facts,
        }));
        Ok(Exit::Done)
    }
}

/// What was read, in a sentence.
fn history_text(facts: &History) -> String {
    let bounds = match (facts.read.limit_reached, facts.read.shallow) {
        (true, _) => ", the newest ones only",
        (_, true) => ", all that this shallow clone holds",
        _ => ", the whole history",
    };
    format!(
        "Read {} of {}{bounds}: {} in 90 days; {}, {} and {} in 30 days",
        counted(facts.read.commits, "commit"),
        facts.root.display(),
        if facts.people == 1 { "1 person".to_owned() } else { format!("{} people", facts.people) },
        counted(facts.commits, "commit"),
        counted(facts.merges, "merge"),
        counted(facts.tags, "tag")
    )
}
