//! Which preset suits whom: the pack's rules over what a team says of itself.

use super::answers::{self, Answer};
use super::given::{Given, Raw, Source};
use crate::error::Error;
use crate::expression::Evaluator;
use crate::pack::{AdviceRule, Pack, QuestionKind};
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
    let mut evaluator = Evaluator::new(&pack.delimiters)?;
    let mut about_advice = Given::default();
    for question in &pack.advice_questions {
        if let Some(value) = given.get(&question.key) {
            about_advice.set(question.key.clone(), value.raw.clone(), value.from.clone());
        }
    }
    let (inputs, problems) = answers::resolve(&pack.advice_questions, &mut evaluator, &about_advice, false)?;
    if problems.is_empty() { Ok(inputs) } else { Err(Error::BadValues { problems }) }
}

struct Choice {
    preset: String,
    because: Vec<String>,
    first: Vec<String>,
    runner_up: Option<RunnerUp>,
}

fn choose(pack: &Pack, inputs: &[Answer]) -> Result<Choice, Error> {
    let mut evaluator = Evaluator::new(&pack.delimiters)?;
    for input in inputs {
        evaluator.define(&input.key, tera::Value::from_serializable(&input.value));
    }
    let failed = |rule: &AdviceRule, error: &tera::Error| {
        Error::expression(format!("the advice rule `{}`", rule.when), error)
    };
    let mut chosen: Option<(String, Vec<String>)> = None;
    let mut runner_up = None;
    // A rule without a preset adds to whichever is chosen, and what it adds comes first.
    let mut additions: Vec<String> = Vec::new();
    let mut first: Vec<String> = Vec::new();
    for rule in &pack.advice {
        if !evaluator.holds(&rule.when).map_err(|error| failed(rule, &error))? {
            continue;
        }
        let because = evaluator.text(&rule.because).map_err(|error| failed(rule, &error))?;
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
