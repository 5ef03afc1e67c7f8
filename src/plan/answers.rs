//! From what was given to typed answers: precedence, conditions, defaults, validation.

use std::path::Path;

use super::given::{Given, Raw, Source};
use super::problem::Problem;
use crate::error::Error;
use crate::expression::Evaluator;
use crate::pack::{Pack, Question, QuestionKind};
use crate::value::Value;

/// A typed answer and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The question's key.
    pub key: String,
    /// The value that templates read.
    pub value: Value,
    /// Where it came from.
    pub from: Source,
    /// Whether the question applies: a skipped one is neither asked nor stored, its default stands.
    pub asked: bool,
    /// Whether it must never be stored or shown.
    pub secret: bool,
}

/// What defaults may read beside earlier answers; templates never see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The target folder's name, in lower case with dashes.
    pub target_folder: String,
    /// The organisation or user in the URL of the remote, or nothing.
    pub remote_owner: String,
    /// Whether an example stands where nobody answers: it is the pack that is looked at.
    pub examples: bool,
}

impl Facts {
    /// For a look at a pack alone: nobody answers, and no project is there.
    #[must_use]
    pub fn of_example(service: &str) -> Self {
        Self { target_folder: service.to_owned(), examples: true, ..Self::default() }
    }

    /// What is known of a project that stands in this folder.
    #[must_use]
    pub fn of_folder(root: &Path) -> Self {
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        Self { target_folder: Self::slug(&name), ..Self::default() }
    }

    /// The name of a folder as a service could be called: lower case, dashes for everything else.
    #[must_use]
    pub fn slug(folder: &str) -> String {
        let dashed: String =
            folder.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }
}

/// Typed answers for these questions, in order, and everything that is wrong with what was given.
pub(super) fn resolve(
    questions: &[Question],
    evaluator: &mut Evaluator,
    given: &Given,
    examples: bool,
) -> Result<(Vec<Answer>, Vec<Problem>), Error> {
    let mut answers = Vec::with_capacity(questions.len());
    let mut problems: Vec<Problem> = Vec::new();
    for question in questions {
        let asked = match &question.when {
            None => true,
            Some(when) => match evaluator.holds(when) {
                Ok(holds) => holds,
                // What it asks about is missing or wrong, which has been told already.
                Err(_) if !problems.is_empty() => continue,
                Err(error) => {
                    return Err(Error::expression(format!("`when` of question `{}`", question.key), &error));
                }
            },
        };
        let provided = given.get(&question.key);
        if !asked
            && let Some(provided) = provided
            && matches!(provided.from, Source::Flag(_))
        {
            let condition = question.when.as_deref().unwrap_or_default();
            let message = format!("this is not asked here, only when {condition}");
            problems.push(Problem { name: question.key.clone(), from: provided.from.clone(), message });
        }
        let resolved = match provided.filter(|_| asked) {
            Some(provided) => {
                let value = match &provided.raw {
                    Raw::Text(text) => question.read_text(text),
                    Raw::Typed(value) => question.accept(value.clone()),
                };
                value
                    .map(|value| (value, provided.from.clone()))
                    .map_err(|message| (message, provided.from.clone()))
            }
            None => match default_of(question, evaluator) {
                Ok(Some(default)) => default
                    .map(|value| (value, Source::Default))
                    .map_err(|message| (message, Source::Default)),
                // Nobody may answer it, and a template that names it has to find something.
                Ok(None) if !asked => Ok((question.kind.nothing(), Source::Default)),
                Ok(None) => match question.example_answer().filter(|_| examples) {
                    Some(example) => Ok((example, Source::Default)),
                    None => Err(("no answer was given, and there is no default".to_owned(), Source::Nobody)),
                },
                Err(_) if !problems.is_empty() => continue,
                Err(error) => {
                    return Err(Error::expression(
                        format!("the default of question `{}`", question.key),
                        &error,
                    ));
                }
            },
        };
        match resolved {
            Ok((value, from)) => {
                evaluator.define(&question.key, tera::Value::from_serializable(&value));
                let secret = question.kind == QuestionKind::Secret;
                answers.push(Answer { key: question.key.clone(), value, from, asked, secret });
            }
            Err((message, from)) => problems.push(Problem { name: question.key.clone(), from, message }),
        }
    }
    Ok((answers, problems))
}

/// Answers that were given and that the pack does not ask for.
pub(super) fn strangers(pack: &Pack, given: &Given) -> Vec<Problem> {
    let keys = || pack.questions.iter().map(|question| question.key.as_str());
    given
        .iter()
        .filter(|(name, _)| !name.contains('.') && !keys().any(|key| key == *name))
        // The environment and the user's own file serve other packs too; a flag or an answers file is about this one.
        .filter(|(_, value)| matches!(value.from, Source::Flag(_) | Source::File(_) | Source::Intent))
        .map(|(name, value)| {
            let hint = crate::nearest::did_you_mean(name, keys().collect::<Vec<_>>());
            let message = format!("the pack asks no such thing, {hint}");
            Problem { name: name.to_owned(), from: value.from.clone(), message }
        })
        .collect()
}

/// The default, evaluated and checked, where there is one; the inner error is the sentence for a person.
fn default_of(
    question: &Question,
    evaluator: &Evaluator,
) -> Result<Option<Result<Value, String>>, tera::Error> {
    let value = match &question.default {
        None => {
            // A secret without a default may stay empty: it is only ever for this run.
            return Ok((question.kind == QuestionKind::Secret).then(|| Ok(Value::from(""))));
        }
        Some(Value::Text(text)) => evaluator.value(text)?,
        Some(value) => tera::Value::from_serializable(value),
    };
    let typed = serde_json::to_value(&value).and_then(serde_json::from_value::<Value>);
    Ok(match typed {
        // A pattern that the empty text matches says that the answer may stay open.
        Ok(Value::Text(text)) if text.is_empty() && question.read_text("").is_err() => None,
        Ok(Value::Text(text)) => Some(question.read_text(&text)),
        Ok(value) => Some(question.accept(value)),
        Err(_) => Some(Err("the default is no plain value".to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_name_becomes_a_name_that_a_service_could_have() {
        assert_eq!(Facts::slug("My Orders_v2"), "my-orders-v2");
        assert_eq!(Facts::slug("--"), "");
    }
}
