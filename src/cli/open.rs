//! What is still open where nobody can be asked: it is told with the flag that answers it.

use crate::error::Error;
use crate::pack::Pack;
use crate::plan::{Facts, Given, NAME_KEY, Plan, Problem, Source};
use crate::value::Value;

/// Which of the first two questions nobody has answered, before their defaults are taken.
pub(super) struct Open {
    preset: bool,
    stack: bool,
}

impl Open {
    pub(super) fn of(given: &Given) -> Self {
        Self { preset: given.preset.is_none(), stack: given.stack.is_none() }
    }

    /// Refuses to go on where a person would be asked something now.
    pub(super) fn refuse(&self, pack: &Pack, given: &Given, facts: &Facts) -> Result<(), Error> {
        let (answers, problems) = Plan::answers(pack, given.preset_name(), given.stack_name(), given, facts)?;
        // A default that cannot stand is an open question; what was given wrong is told as such.
        let (open, mut wrong): (Vec<_>, Vec<_>) = problems.into_iter().partition(Problem::is_open);
        wrong.extend(Plan::bad_settings(pack, given));
        if !wrong.is_empty() {
            return Err(Error::BadValues { problems: wrong });
        }
        let mut missing: Vec<(String, String)> = Vec::new();
        if self.preset {
            missing.push(("the preset".to_owned(), "`--preset NAME`".to_owned()));
        }
        if self.stack {
            missing.push(("the stack".to_owned(), "`--stack NAME`".to_owned()));
        }
        for question in &pack.questions {
            let by_default = answers
                .iter()
                .any(|answer| answer.key == question.key && answer.asked && answer.from == Source::Default);
            // An answer that may stay open is no reason to stop: an empty default says so.
            let may_stay_open = by_default
                && answers.iter().any(|answer| answer.key == question.key && answer.value == Value::from(""));
            // A usable name of the folder is as good as a `--name`.
            let named_by_folder = question.key == NAME_KEY && by_default;
            // Its default follows from an answer that is open itself.
            let unknown = question.when.is_none() && !answers.iter().any(|answer| answer.key == question.key);
            let no_default = open.iter().any(|problem| problem.name == question.key);
            if unknown || no_default || (by_default && !named_by_folder && !may_stay_open) {
                let flag = match question.key.as_str() {
                    NAME_KEY => "`--name NAME`".to_owned(),
                    key => format!("`--set {key}=…`"),
                };
                missing.push((format!("`{}`", question.key), flag));
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let (names, flags): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
        let missing = match names.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            all => all.concat(),
        };
        Err(Error::NothingToAsk { missing, flags: flags.join(" ") })
    }
}
