//! What pack.toml says: questions, advice and figures, the stack when nobody names one.

use super::Finding;
use crate::error::Error;
use crate::expression::unknown_names;
use crate::nearest::did_you_mean;
use crate::pack::{Component, Figure, FigureSource, Pack, Question, QuestionKind, RESERVED};
use crate::plan::advise;

const FILE: &str = "pack.toml";

/// What is wrong with it, but for what only shows where a preset is resolved.
pub(super) fn findings(pack: &Pack) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (what, count) in [("preset", pack.presets.len()), ("stack", pack.stacks().count())] {
        if count == 0 {
            let message = format!("there is no {what}, so nothing can be made of this pack");
            findings.push(Finding::new("nothing-to-make", FILE, message));
        }
    }
    findings.extend(unknown_default_stack(pack));
    findings.extend(pack.questions.iter().chain(&pack.advice_questions).filter_map(choice_twice));
    findings.extend(advice(pack));
    findings.extend(pack.figures.iter().flat_map(|figure| unknown_in_figure(pack, figure)));
    findings
}

/// The questions that nobody is asked here, and to which no answer is known.
pub(super) fn unanswered(questions: &[Question]) -> Vec<Finding> {
    let is_known = |question: &Question| {
        question.default.is_some()
            || question.kind == QuestionKind::Secret
            || question.example_answer().is_some()
    };
    let finding = |question: &Question| {
        let message = format!(
            "question `{}` has no default, and nothing is known that it takes: give it an `example`",
            question.key
        );
        Finding::new("no-example", FILE, message)
    };
    questions.iter().filter(|question| !is_known(question)).map(finding).collect()
}

fn unknown_default_stack(pack: &Pack) -> Option<Finding> {
    let name = pack.default_stack.as_deref()?;
    let stacks: Vec<&str> = pack.stacks().map(|stack| stack.name.as_str()).collect();
    // That there is none is told already.
    let is_unknown = !stacks.is_empty() && !stacks.contains(&name);
    is_unknown.then(|| {
        let message = format!("`default_stack = \"{name}\"` is no stack, {}", did_you_mean(name, stacks));
        Finding::new("unknown-stack", FILE, message)
    })
}

fn choice_twice(question: &Question) -> Option<Finding> {
    let choices = &question.choices;
    let (_, twice) = choices
        .iter()
        .enumerate()
        .find(|(index, choice)| choices[..*index].iter().any(|earlier| earlier.value == choice.value))?;
    let message = format!("question `{}` has the choice `{}` twice", question.key, twice.value);
    Some(Finding::new("choice-twice", FILE, message))
}

fn advice(pack: &Pack) -> Vec<Finding> {
    let unanswered = unanswered(&pack.advice_questions);
    if !unanswered.is_empty() {
        return unanswered;
    }
    // What the pack refuses, it means to.
    let faults = advise::faults(pack).into_iter().filter(|fault| !matches!(fault, Error::PackRefuses { .. }));
    faults.map(|fault| Finding::new("bad-advice", FILE, fault.to_string())).collect()
}

/// What a figure reads that no preset with any stack defines.
fn unknown_in_figure(pack: &Pack, figure: &Figure) -> Vec<Finding> {
    let FigureSource::Value(text) = &figure.source else { return Vec::new() };
    let unknown = unknown_names(&pack.delimiters, text, |name| is_ever_defined(pack, name));
    let finding = |name: String| {
        let message = format!("figure `{}` reads `{name}`, which nothing defines", figure.title);
        Finding::new("bad-figure", FILE, message)
    };
    unknown.unwrap_or_default().into_iter().map(finding).collect()
}

/// Whether a figure has been told to read what nothing defines.
pub(super) fn reads_unknown(pack: &Pack, figure: &Figure) -> bool {
    !unknown_in_figure(pack, figure).is_empty()
}

fn is_ever_defined(pack: &Pack, name: &str) -> bool {
    let of_components = pack.components.values().flat_map(|component: &Component| &component.computed);
    RESERVED.contains(&name)
        || pack.questions.iter().any(|question| question.key == name)
        || pack.computed.iter().chain(of_components).any(|(computed, _)| computed == name)
}
