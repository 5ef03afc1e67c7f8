//! Which preset suits whom: the pack's rules over what a team says of itself.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{self, Answer};
use super::given::{Given, Raw, Source};
use crate::error::Error;
use crate::expression::{Evaluator, unknown_names};
use crate::pack::{AdviceRule, Pack, Question, QuestionKind};
use crate::value::Value;

/// A recommended preset, with its reasons in the team's own numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The recommended preset.
    pub preset: String,
    /// Why.
    pub because: Vec<String>,
    /// The components to look at first.
    pub first: Vec<String>,
    /// The preset that comes second, and why.
    pub runner_up: Option<RunnerUp>,
    /// The smallest single changes that would change the answer.
    pub changes: Vec<Change>,
    /// What the advice is based on.
    pub inputs: Vec<Answer>,
}

/// The second-best preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunnerUp {
    /// Its name.
    pub preset: String,
    /// What speaks for it.
    pub because: String,
}

/// One input that, with another value, would change the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The advice question.
    pub input: String,
    /// The value nearest to today's that changes the answer.
    pub value: Value,
    /// The preset it would lead to.
    pub preset: String,
}

/// How far from today's number a different one is still worth telling.
const REACH: i64 = 100;

/// Answers the pack's advice questions from what was given, and applies its rules; the first match wins.
///
/// # Errors
/// All bad values at once, or a rule that cannot be evaluated.
pub fn advise(pack: &Pack, given: &Given) -> Result<Advice, Error> {
    let inputs = inputs(pack, given)?;
    let choice = choose(pack, &inputs)?;
    let changes = changes(pack, &inputs, &choice.preset)?;
    let runner_up = choice.runner_up.or_else(|| {
        changes.first().map(|change| {
            let question = pack.advice_questions.iter().find(|question| question.key == change.input);
            let ask = question.map_or(change.input.as_str(), |question| question.ask.as_str());
            let value = spoken(&change.value);
            RunnerUp {
                preset: change.preset.clone(),
                because: format!("it would follow from \"{ask}\": {value}"),
            }
        })
    });
    Ok(Advice {
        preset: choice.preset,
        because: choice.because,
        first: choice.first,
        runner_up,
        changes,
        inputs,
    })
}

/// The preset that follows from the advice questions' own defaults: the one when nobody says which.
#[must_use]
pub fn default_preset(pack: &Pack) -> Option<String> {
    let inputs = inputs(pack, &Given::default()).ok()?;
    choose(pack, &inputs).ok().map(|choice| choice.preset)
}

/// The advice questions with the answers they have so far.
pub fn inputs(pack: &Pack, given: &Given) -> Result<Vec<Answer>, Error> {
    inputs_or_examples(pack, given, false)
}

fn inputs_or_examples(pack: &Pack, given: &Given, examples: bool) -> Result<Vec<Answer>, Error> {
    let mut evaluator = Evaluator::new(&pack.delimiters)?;
    let mut about_advice = Given::default();
    for question in &pack.advice_questions {
        if let Some(value) = given.get(&question.key) {
            about_advice.set(question.key.clone(), value.raw.clone(), value.from.clone());
        }
    }
    let (inputs, problems) =
        answers::resolve(&pack.advice_questions, &mut evaluator, &about_advice, examples)?;
    if problems.is_empty() { Ok(inputs) } else { Err(Error::BadValues { problems }) }
}

struct Choice {
    preset: String,
    because: Vec<String>,
    first: Vec<String>,
    runner_up: Option<RunnerUp>,
}

fn choose(pack: &Pack, inputs: &[Answer]) -> Result<Choice, Error> {
    let evaluator = over(pack, inputs)?;
    let mut chosen: Option<(String, Vec<String>)> = None;
    let mut runner_up = None;
    // A rule without a preset adds to whichever is chosen, and what it adds comes first.
    let mut additions: Vec<String> = Vec::new();
    let mut first: Vec<String> = Vec::new();
    for rule in &pack.advice {
        let Some(because) = reason(&evaluator, rule)? else { continue };
        match (&rule.preset, &mut chosen) {
            (Some(preset), None) => {
                chosen = Some((preset.clone(), vec![because]));
                first.extend(rule.first.iter().cloned());
            }
            (Some(preset), Some((winner, _))) => {
                if preset != winner && runner_up.is_none() {
                    runner_up = Some(RunnerUp { preset: preset.clone(), because });
                }
            }
            (None, _) => {
                additions.push(because);
                first.splice(0..0, rule.first.iter().cloned());
            }
        }
    }
    match chosen {
        Some((preset, mut because)) => {
            because.extend(additions);
            Ok(Choice { preset, because, first, runner_up })
        }
        None => Err(Error::NoAdvice { pack: pack.name.clone() }),
    }
}

/// The inputs, for expressions to read.
fn over(pack: &Pack, inputs: &[Answer]) -> Result<Evaluator, Error> {
    let mut evaluator = Evaluator::new(&pack.delimiters)?;
    for input in inputs {
        evaluator.define(&input.key, tera::Value::from_serializable(&input.value));
    }
    Ok(evaluator)
}

/// What speaks for a rule; none: it does not hold.
fn reason(evaluator: &Evaluator, rule: &AdviceRule) -> Result<Option<String>, Error> {
    let failed = |error| Error::expression(format!("the advice rule `{}`", rule.when), &error);
    if !evaluator.holds(&rule.when).map_err(failed)? {
        return Ok(None);
    }
    evaluator.text(&rule.because).map(Some).map_err(failed)
}

/// What is wrong with the advice: each question and each rule, tried with the answers that a question lists or bounds.
pub(crate) fn faults(pack: &Pack) -> Vec<Error> {
    let mut of_questions = BTreeMap::new();
    let mut of_rules: BTreeMap<usize, Error> = BTreeMap::new();
    for (index, rule) in pack.advice.iter().enumerate() {
        of_rules.extend(unknown_name(pack, rule).map(|error| (index, error)));
    }
    for given in trials(&pack.advice_questions) {
        let evaluator = inputs_or_examples(pack, &given, true).and_then(|inputs| over(pack, &inputs));
        let evaluator = match evaluator {
            Ok(evaluator) => evaluator,
            Err(error) => {
                of_questions.entry(error.to_string()).or_insert(error);
                continue;
            }
        };
        for (index, rule) in pack.advice.iter().enumerate() {
            if !of_rules.contains_key(&index)
                && let Err(error) = reason(&evaluator, rule)
            {
                of_rules.insert(index, error);
            }
        }
    }
    of_questions.into_values().chain(of_rules.into_values()).collect()
}

/// A name that the reason of a rule reads, in whatever branch, and no advice question has.
fn unknown_name(pack: &Pack, rule: &AdviceRule) -> Option<Error> {
    let keys: BTreeSet<&str> = pack.advice_questions.iter().map(|question| question.key.as_str()).collect();
    let unknown = unknown_names(&pack.delimiters, &rule.because, |name| keys.contains(name)).ok()?;
    let name = unknown.into_iter().next()?;
    let place = format!("`because` of the advice rule `{}`", rule.when);
    Some(Error::Expression { place, message: format!("`{name}` is not defined") })
}

/// The default answers, and then each other value that a question lists or is bounded by.
fn trials(questions: &[Question]) -> Vec<Given> {
    let trial = |question: &Question, value: Value| {
        let mut given = Given::default();
        given.set(question.key.clone(), Raw::Typed(value), Source::Prompt);
        given
    };
    let of = |question: &Question| -> Vec<Given> {
        let bounds = question.min.into_iter().chain(question.max).map(Value::Integer);
        question.listed().into_iter().chain(bounds).map(|value| trial(question, value)).collect()
    };
    std::iter::once(Given::default()).chain(questions.iter().flat_map(of)).collect()
}

/// A value as people say it.
#[must_use]
pub fn spoken(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

/// For each input the nearest other value that leads to another preset.
fn changes(pack: &Pack, inputs: &[Answer], preset: &str) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        let question = pack.advice_questions.iter().find(|question| question.key == input.key);
        let others: Vec<Value> = match &input.value {
            Value::Bool(value) => vec![Value::Bool(!value)],
            Value::Integer(value) => (1..=REACH)
                .flat_map(|distance| [value + distance, value - distance])
                .map(Value::Integer)
                .collect(),
            Value::Text(_) if question.is_some_and(|question| question.kind == QuestionKind::Choice) => {
                question
                    .iter()
                    .flat_map(|question| &question.choices)
                    .map(|choice| Value::from(choice.value.as_str()))
                    .collect()
            }
            _ => Vec::new(),
        };
        for value in others {
            if question.is_none_or(|question| question.accept(value.clone()).is_err()) {
                continue;
            }
            let mut altered = inputs.to_vec();
            altered[index].value = value.clone();
            let other = match choose(pack, &altered) {
                Ok(choice) => choice.preset,
                // No rule covers that value: nothing can be told about it.
                Err(Error::NoAdvice { .. }) => continue,
                Err(error) => return Err(error),
            };
            if other != preset {
                changes.push(Change { input: input.key.clone(), value, preset: other });
                break;
            }
        }
    }
    Ok(changes)
}

/// A layer of given values from plain numbers, as history facts are.
#[must_use]
pub fn layer(values: impl IntoIterator<Item = (String, Value)>, from: &Source) -> Given {
    let mut given = Given::default();
    for (name, value) in values {
        given.set(name, Raw::Typed(value), from.clone());
    }
    given
}
