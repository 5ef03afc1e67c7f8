//! What a setting or a question is, who decided its value, and what it reaches.

use serde::Serialize;

use super::Ground;
use super::alternatives;
use super::reach::{Reach, reach};
use crate::pack::{Pack, Pattern, Question, QuestionKind, Setting, SettingKind};
use crate::plan::Source;
use crate::value::Value;

/// What is known of a setting or of a question.
#[derive(Debug, Clone, Serialize)]
pub struct Knob {
    /// The dotted name of a setting, or the key of a question.
    pub name: String,
    /// The words of a question.
    pub ask: Option<String>,
    /// What it decides.
    pub help: String,
    /// The value here; none without a lock, for a secret, and where the plan does not have it.
    pub value: Option<Value>,
    /// Who set it.
    pub set_by: Option<String>,
    /// What goldpath.toml says, where that has not been applied.
    pub not_applied: Option<String>,
    /// What it may be.
    pub range: String,
    /// The unit of a number.
    pub unit: Option<String>,
    /// The component that a setting belongs to.
    pub component: Option<String>,
    /// What it is when nobody says.
    pub defaults: Vec<Fallback>,
    /// What it reaches here; none without a lock.
    pub reach: Option<Reach>,
}

/// A value that stands where nobody says another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fallback {
    /// `component`, `pack`, or the name of a preset.
    pub of: String,
    /// The value, or the expression that gives it.
    pub value: Value,
}

impl Knob {
    pub(super) fn of_setting(ground: &Ground<'_>, component: &str, setting: &Setting) -> Self {
        let resolved = ground.setting(&setting.name);
        let plan = ground.plan.as_ref();
        Self {
            name: setting.name.clone(),
            ask: None,
            help: setting.help.clone(),
            value: resolved.map(|resolved| resolved.value.clone()),
            set_by: resolved.map(|resolved| match &resolved.from {
                Source::Preset(name) => format!("preset {name}"),
                Source::Default => format!("component {component}, by default"),
                _ => "goldpath.toml".to_owned(),
            }),
            not_applied: ground.not_applied(&setting.name),
            range: range_of_setting(setting),
            unit: setting.unit.clone(),
            component: Some(component.to_owned()),
            defaults: ground.pack.map(|pack| defaults(pack, setting)).unwrap_or_default(),
            reach: plan.zip(resolved).and_then(|(plan, resolved)| {
                let others = alternatives::of_setting(setting, &resolved.value);
                reach(ground, plan, &setting.name, others).ok()
            }),
        }
    }

    pub(super) fn of_question(ground: &Ground<'_>, question: &Question) -> Self {
        let plan = ground.plan.as_ref();
        let answer = plan.and_then(|plan| plan.answers.iter().find(|answer| answer.key == question.key));
        let answer = answer.filter(|answer| !answer.secret);
        let by_default = ground.lock().is_some_and(|lock| lock.defaults.contains_key(&question.key));
        Self {
            name: question.key.clone(),
            ask: Some(question.ask.clone()),
            help: question.help.clone(),
            value: answer.map(|answer| answer.value.clone()),
            set_by: answer.map(|answer| match (answer.asked, by_default) {
                (false, _) => "the pack's default: the question does not apply here".to_owned(),
                (true, true) => "the pack's default: nobody gave an answer".to_owned(),
                (true, false) => "the answer in goldpath.toml".to_owned(),
            }),
            not_applied: ground.not_applied(&question.key),
            range: range_of_question(question),
            unit: None,
            component: None,
            defaults: question
                .default
                .iter()
                .map(|value| Fallback { of: "pack".to_owned(), value: value.clone() })
                .collect(),
            reach: plan.zip(answer.filter(|answer| answer.asked)).and_then(|(plan, answer)| {
                let others = alternatives::of_question(question, &answer.value);
                reach(ground, plan, &question.key, others).ok()
            }),
        }
    }
}

/// The component's default, and what each preset says.
fn defaults(pack: &Pack, setting: &Setting) -> Vec<Fallback> {
    let presets = pack.presets.iter().filter_map(|preset| {
        let (_, value) = preset.settings.iter().find(|(name, _)| *name == setting.name)?;
        Some(Fallback { of: preset.name.clone(), value: value.clone() })
    });
    [Fallback { of: "component".to_owned(), value: setting.default.clone() }]
        .into_iter()
        .chain(presets)
        .collect()
}

fn range_of_setting(setting: &Setting) -> String {
    let kind = match setting.kind {
        SettingKind::Number => "a number",
        SettingKind::Integer => "a whole number",
        SettingKind::Bool => "true or false",
        SettingKind::String => setting.pattern.as_ref().map_or("text", Pattern::expected),
        SettingKind::Choice => "one of",
        SettingKind::List if setting.allowed.is_empty() => "a list",
        SettingKind::List => "a list of",
    };
    let allowed: Vec<String> = setting.allowed.iter().map(ToString::to_string).collect();
    let bounds = match (setting.min, setting.max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(" from {min} on"),
        (None, Some(max)) => format!(" up to {max}"),
        (None, None) => String::new(),
    };
    let allowed = if allowed.is_empty() { String::new() } else { format!(" {}", allowed.join(", ")) };
    format!("{kind}{allowed}{bounds}")
}

fn range_of_question(question: &Question) -> String {
    let choices: Vec<&str> = question.choices.iter().map(|choice| choice.value.as_str()).collect();
    match question.kind {
        QuestionKind::String | QuestionKind::Path => {
            question.pattern.as_ref().map_or("text", Pattern::expected).to_owned()
        }
        QuestionKind::Secret => "text that is never stored".to_owned(),
        QuestionKind::Bool => "yes or no".to_owned(),
        QuestionKind::List => "a list".to_owned(),
        QuestionKind::Choice => format!("one of {}", choices.join(", ")),
        QuestionKind::Choices => format!("any of {}", choices.join(", ")),
        QuestionKind::Integer => match (question.min, question.max) {
            (Some(min), Some(max)) => format!("a whole number from {min} to {max}"),
            (Some(min), None) => format!("a whole number from {min} on"),
            (None, Some(max)) => format!("a whole number up to {max}"),
            (None, None) => "a whole number".to_owned(),
        },
    }
}
