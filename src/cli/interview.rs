//! The interview: preset first, then the stack, then the pack's questions, then a review where all can be changed.

use super::output::{FAINT, STRONG};
use super::prompt::Prompter;
use crate::error::Error;
use crate::pack::{Pack, Preset, Question, QuestionKind};
use crate::plan::advise::{self, Advice};
use crate::plan::{Answer, Facts, Given, Named, Plan, Problem, Raw, Source};
use crate::value::Value;

/// The setting that records why a preset was chosen.
const REASON: &str = "decision.reason";

/// Writes the command that does the same without questions, from preset, stack, answers and what was given.
pub(super) type Equivalent<'e> = &'e dyn Fn(&str, &str, &[Answer], &Given) -> String;

/// Asks for everything that was not given, shows it all for review, and returns what was given in the end;
/// `None`: the person chose to make nothing. `proposed` is the preset to begin with.
pub(super) fn interview(
    pack: &Pack,
    given: Given,
    facts: &Facts,
    proposed: Option<&str>,
    command: Equivalent<'_>,
    prompter: &mut dyn Prompter,
) -> Result<Option<Given>, Error> {
    let mut interview = Interview { pack, facts, given, prompter };
    if interview.given.preset.is_none() {
        interview.ask_preset(proposed)?;
    }
    if interview.given.stack.is_none() {
        interview.ask_stack(None)?;
    }
    loop {
        interview.ask_open_questions(&|_| true)?;
        let (preset, stack) = interview.heads();
        let (answers, problems) = Plan::answers(pack, &preset, &stack, &interview.given, facts)?;
        if !problems.is_empty() {
            return Err(Error::BadValues { problems });
        }
        match interview.review(&preset, &stack, &answers, command)? {
            Review::Make => return Ok(Some(interview.given)),
            Review::Nothing => return Ok(None),
            Review::Preset => interview.ask_preset(Some(&preset))?,
            Review::Stack => interview.ask_stack(Some(&stack))?,
            Review::Answer(key) => {
                if let (Some(question), Some(answer)) =
                    (question(pack, &key), answers.iter().find(|answer| answer.key == key))
                {
                    interview.ask(question, Some(&answer.value))?;
                }
            }
        }
    }
}

/// Asks the questions that `wanted` names, where they apply and have no answer yet.
pub(super) fn ask_new(
    pack: &Pack,
    given: Given,
    facts: &Facts,
    wanted: &dyn Fn(&str) -> bool,
    prompter: &mut dyn Prompter,
) -> Result<Given, Error> {
    let mut interview = Interview { pack, facts, given, prompter };
    interview.ask_open_questions(wanted)?;
    Ok(interview.given)
}

enum Review {
    Make,
    Nothing,
    Preset,
    Stack,
    Answer(String),
}

struct Interview<'i> {
    pack: &'i Pack,
    facts: &'i Facts,
    given: Given,
    prompter: &'i mut dyn Prompter,
}

impl Interview<'_> {
    fn heads(&self) -> (String, String) {
        (self.given.preset_name().to_owned(), self.given.stack_name().to_owned())
    }

    fn ask_preset(&mut self, current: Option<&str>) -> Result<(), Error> {
        let mut items = side_by_side(&self.pack.presets, console::Term::stderr().size().1.into());
        items.push("Help me choose: a few questions about the team".to_owned());
        let wanted = current.map_or_else(|| default_preset(self.pack), ToOwned::to_owned);
        let default = self.pack.presets.iter().position(|preset| preset.name == wanted).unwrap_or_default();
        let ask = "Preset";
        let chosen = self.prompter.choose(ask, &items, default)?;
        // A reason for an earlier choice is none for this one.
        self.given.unset_prompted(REASON);
        let name = match self.pack.presets.get(chosen) {
            Some(preset) => preset.name.clone(),
            None => self.help_choose()?,
        };
        self.prompter.answered("Preset", &name);
        self.given.preset = Some(Named { name, from: Source::Prompt });
        Ok(())
    }

    fn help_choose(&mut self) -> Result<String, Error> {
        let mut about_team = Given::default();
        for question in &self.pack.advice_questions {
            let inputs = advise::inputs(self.pack, &about_team)?;
            let default = inputs.iter().find(|input| input.key == question.key).map(|input| &input.value);
            let value = ask(self.prompter, question, default)?;
            about_team.set(question.key.clone(), Raw::Typed(value), Source::Prompt);
        }
        let advice = advise::advise(self.pack, &about_team)?;
        self.prompter.say(&advice_text(self.pack, &advice));
        let items = side_by_side(&self.pack.presets, console::Term::stderr().size().1.into());
        let default =
            self.pack.presets.iter().position(|preset| preset.name == advice.preset).unwrap_or_default();
        let chosen = self.prompter.choose("Preset", &items, default)?;
        let name = self.pack.presets.get(chosen).map(|preset| preset.name.clone()).unwrap_or_default();
        let records_reason = self
            .pack
            .components
            .values()
            .any(|component| component.settings.iter().any(|s| s.name == REASON));
        if name == advice.preset && records_reason {
            let reason = advice.because.join("; ");
            self.given.set(REASON, Raw::Text(reason), Source::Prompt);
        }
        Ok(name)
    }

    fn ask_stack(&mut self, current: Option<&str>) -> Result<(), Error> {
        let stacks: Vec<_> = self.pack.stacks().collect();
        let items: Vec<String> =
            stacks.iter().map(|stack| format!("{}: {}", stack.name, stack.title)).collect();
        let wanted = current.map_or_else(|| default_stack(self.pack), ToOwned::to_owned);
        let default = stacks.iter().position(|stack| stack.name == wanted).unwrap_or_default();
        // Of one there is nothing to choose.
        let chosen = if items.len() == 1 { 0 } else { self.prompter.choose("Stack", &items, default)? };
        let name = stacks.get(chosen).map(|stack| stack.name.clone()).unwrap_or_default();
        self.prompter.answered("Stack", &name);
        self.given.stack = Some(Named { name, from: Source::Prompt });
        Ok(())
    }

    /// Asks every question that applies and has no answer yet. An answer may make later questions apply or not.
    fn ask_open_questions(&mut self, wanted: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        loop {
            let (preset, stack) = self.heads();
            let (answers, problems) = Plan::answers(self.pack, &preset, &stack, &self.given, self.facts)?;
            let open = self.pack.questions.iter().find(|question| {
                wanted(&question.key)
                    && self.given.get(&question.key).is_none()
                    && (answers.iter().any(|answer| answer.key == question.key && answer.asked)
                        || problems.iter().any(|problem| problem.name == question.key))
            });
            let Some(question) = open else {
                // What a flag or a file said wrong cannot be mended by asking something else.
                let given_wrong = !problems.iter().all(Problem::is_open);
                return if given_wrong { Err(Error::BadValues { problems }) } else { Ok(()) };
            };
            let default =
                answers.iter().find(|answer| answer.key == question.key).map(|answer| &answer.value);
            self.ask(question, default)?;
        }
    }

    fn ask(&mut self, question: &Question, default: Option<&Value>) -> Result<(), Error> {
        let value = ask(self.prompter, question, default)?;
        self.given.set(question.key.clone(), Raw::Typed(value), Source::Prompt);
        Ok(())
    }

    fn review(
        &mut self,
        preset: &str,
        stack: &str,
        answers: &[Answer],
        command: Equivalent<'_>,
    ) -> Result<Review, Error> {
        let mut rows = vec![
            (Review::Preset, "Preset".to_owned(), preset.to_owned()),
            (Review::Stack, "Stack".to_owned(), stack.to_owned()),
        ];
        for answer in answers.iter().filter(|answer| answer.asked) {
            let Some(question) = question(self.pack, &answer.key) else { continue };
            let shown = if answer.secret { "(not shown)".to_owned() } else { answer.value.to_string() };
            rows.push((Review::Answer(answer.key.clone()), question.ask.clone(), shown));
        }
        let width = rows.iter().map(|(_, ask, _)| ask.chars().count()).max().unwrap_or_default();
        let shown: Vec<String> =
            rows.iter().map(|(_, ask, value)| format!("  {ask:width$}  {value}")).collect();
        let equivalent = command(preset, stack, answers, &self.given);
        self.prompter.say(&format!(
            "\n{STRONG}Review{STRONG:#}\n{}\n\n{FAINT}The same without questions:{FAINT:#}\n  {equivalent}\n",
            shown.join("\n")
        ));
        let mut items = vec!["Make it".to_owned()];
        items.extend(rows.iter().map(|(_, ask, _)| format!("Change: {ask}")));
        items.push("Make nothing".to_owned());
        let chosen = self.prompter.choose("Is this right", &items, 0)?;
        Ok(match chosen.checked_sub(1) {
            None => Review::Make,
            Some(row) if row < rows.len() => rows.swap_remove(row).0,
            Some(_) => Review::Nothing,
        })
    }
}

/// Asks one question, with its help and its default.
fn ask(prompter: &mut dyn Prompter, question: &Question, default: Option<&Value>) -> Result<Value, Error> {
    // On a line of its own: a prompt that wraps is drawn twice.
    let example = question.example.as_ref().filter(|_| default.is_none());
    let example = example.map(|example| format!("such as {example}"));
    let help = Some(question.help.clone()).filter(|help| !help.is_empty());
    let told = help.into_iter().chain(example).collect::<Vec<_>>().join("; ");
    if !told.is_empty() {
        prompter.explain(&format!("{FAINT}{told}{FAINT:#}"));
    }
    let prompt = question.ask.as_str();
    let labels: Vec<String> =
        question.choices.iter().map(|choice| format!("{}: {}", choice.value, choice.label)).collect();
    let check = |text: &str| question.read_text(text).map(|_| ());
    match question.kind {
        QuestionKind::Choice => {
            let chosen = default.and_then(Value::as_text);
            let start = question.choices.iter().position(|choice| Some(choice.value.as_str()) == chosen);
            let index = prompter.choose(prompt, &labels, start.unwrap_or_default())?;
            let value = question.choices.get(index).map(|choice| choice.value.as_str()).unwrap_or_default();
            prompter.answered(&question.ask, value);
            Ok(Value::from(value))
        }
        QuestionKind::Choices => {
            let chosen: Vec<bool> = question
                .choices
                .iter()
                .map(|choice| matches!(default, Some(Value::List(items)) if items.contains(&Value::from(choice.value.as_str()))))
                .collect();
            let indices = prompter.choose_any(&format!("{prompt} (space selects)"), &labels, &chosen)?;
            let values = indices.into_iter().filter_map(|index| question.choices.get(index));
            Ok(Value::List(values.map(|choice| Value::from(choice.value.as_str())).collect()))
        }
        QuestionKind::Bool => {
            let start = usize::from(default != Some(&Value::Bool(true)));
            let index = prompter.choose(prompt, &["yes".to_owned(), "no".to_owned()], start)?;
            let value = index == 0;
            let shown = if value { "yes" } else { "no" };
            prompter.answered(&question.ask, shown);
            Ok(Value::Bool(value))
        }
        QuestionKind::Secret => prompter.secret(prompt, &check).map(Value::Text),
        QuestionKind::String | QuestionKind::Integer | QuestionKind::List | QuestionKind::Path => {
            let shown = default.map(ToString::to_string);
            let text = prompter.line(prompt, shown.as_deref(), &check)?;
            question.read_text(&text).map_err(|message| Error::BadValues {
                problems: vec![Problem { name: question.key.clone(), from: Source::Prompt, message }],
            })
        }
    }
}

fn question<'p>(pack: &'p Pack, key: &str) -> Option<&'p Question> {
    pack.questions.iter().find(|question| question.key == key)
}

/// The preset when nobody says: what the advice rules give for their own defaults.
pub(super) fn default_preset(pack: &Pack) -> String {
    advise::default_preset(pack)
        .or_else(|| pack.presets.first().map(|preset| preset.name.clone()))
        .unwrap_or_default()
}

/// The stack when nobody says.
pub(super) fn default_stack(pack: &Pack) -> String {
    let first = || pack.stacks().next().map(|stack| stack.name.clone());
    pack.default_stack.clone().or_else(first).unwrap_or_default()
}

/// Takes the defaults of the first two questions where nobody says.
pub(super) fn take_default_heads(pack: &Pack, given: &mut Given) {
    let by_default = |name: String| Named { name, from: Source::Default };
    given.preset.get_or_insert_with(|| by_default(default_preset(pack)));
    given.stack.get_or_insert_with(|| by_default(default_stack(pack)));
}

/// One line a preset, in columns where the terminal is wide enough.
fn side_by_side(presets: &[Preset], width: usize) -> Vec<String> {
    let cells: Vec<[String; 6]> = presets
        .iter()
        .map(|preset| {
            let profile = &preset.profile;
            [
                preset.title.clone(),
                format!("build {}", profile.initial_build_speed),
                format!("stability {}", profile.operational_stability),
                format!("cost {}", profile.cost),
                format!("audit {}", profile.audit_and_security),
                profile.scenario.clone(),
            ]
        })
        .collect();
    let widths: Vec<usize> = (0..6)
        .map(|column| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    let needed = widths.iter().sum::<usize>() + 2 * widths.len() + 2;
    cells
        .iter()
        .map(|row| {
            if needed > width {
                return format!("{}: {}", row[0], row[5]);
            }
            let padded: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            padded.join("  ").trim_end().to_owned()
        })
        .collect()
}

/// A recommendation, in words.
pub(super) fn advice_text(pack: &Pack, advice: &Advice) -> String {
    let title = |name: &str| {
        pack.presets
            .iter()
            .find(|preset| preset.name == name)
            .map_or(name, |preset| preset.title.as_str())
            .to_owned()
    };
    let asks = |key: &str| {
        pack.advice_questions
            .iter()
            .find(|question| question.key == key)
            .map_or(key, |question| question.ask.as_str())
            .to_owned()
    };
    let mut lines =
        vec![format!("{STRONG}Recommended: {}{STRONG:#} ({})", title(&advice.preset), advice.preset)];
    lines.extend(advice.because.iter().map(|reason| format!("  because {reason}")));
    if !advice.first.is_empty() {
        lines.push(format!("  look first at: {}", advice.first.join(", ")));
    }
    if let Some(second) = &advice.runner_up {
        lines.push(format!("Runner-up: {}\n  since {}", title(&second.preset), second.because));
    }
    if !advice.changes.is_empty() {
        lines.push("What would change the answer:".to_owned());
    }
    for change in &advice.changes {
        let value = advise::spoken(&change.value);
        lines.push(format!("  {}: {value} -> {}", asks(&change.input), title(&change.preset)));
    }
    lines.join("\n") + "\n"
}
