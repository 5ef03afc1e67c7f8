//! What is wrong with a pack, found before its users find it: every preset, with every stack.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::error::Error;
use crate::pack::source::PackFile;
use crate::pack::{ComponentKind, Fault, Pack, Question, QuestionKind};
use crate::plan::{Facts, Given, Plan};
use crate::render::{SUFFIX, parse_alone, render};

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static str,
    /// Where.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.place, self.message, self.rule)
    }
}

/// Everything that is wrong, each once.
#[must_use]
pub fn lint(pack: &Pack) -> Vec<Finding> {
    let mut findings = BTreeSet::new();
    for (what, count) in [("preset", pack.presets.len()), ("stack", pack.stacks().count())] {
        if count == 0 {
            let message = format!("there is no {what}, so nothing can be made of this pack");
            findings.insert(Finding { rule: "nothing-to-make", place: "pack.toml".to_owned(), message });
        }
    }
    findings.extend(controls(pack));
    let mut reached: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for preset in &pack.presets {
        for stack in pack.stacks() {
            for given in variants(pack) {
                check_combination(pack, &preset.name, &stack.name, &given, &mut reached, &mut findings);
            }
        }
    }
    for component in pack.components.values() {
        let place = format!("templates/{}", component.name);
        let Some(rules) = reached.get(component.name.as_str()) else {
            let message = match component.kind {
                ComponentKind::Stack => "no preset renders with this stack".to_owned(),
                ComponentKind::Component => "no preset reaches this component".to_owned(),
            };
            findings.insert(Finding { rule: "unreachable", place, message });
            continue;
        };
        for (index, rule) in component.files.iter().enumerate() {
            if !rules.contains(&index) {
                let message = format!("`match = \"{}\"` matches no rendered file first", rule.glob);
                findings.insert(Finding { rule: "idle-glob", place: component.file(), message });
            }
        }
        for (path, file) in pack.files_of(&component.name, "files") {
            for question in pack.questions.iter().filter(|question| is_unguarded(question)) {
                if names_value(pack, path, &question.key) {
                    let message = format!(
                        "its name holds `{}`, which has no `pattern`: any path could result",
                        question.key
                    );
                    let place = format!("{place}/files/{path}");
                    findings.insert(Finding { rule: "unguarded-name", place, message });
                }
            }
            if let PackFile::Regular(bytes) = file
                && !path.ends_with(SUFFIX)
                && pack.delimiters.value.iter().all(|sign| find(bytes, sign.as_bytes()))
            {
                let message =
                    "looks like a template, and is copied as it is: it lacks the `.tera` suffix".to_owned();
                let place = format!("{place}/files/{path}");
                findings.insert(Finding { rule: "unrendered", place, message });
            }
        }
    }
    findings.into_iter().collect()
}

/// What is wrong with the controls: metadata, Rego that does not compile, no tests.
fn controls(pack: &Pack) -> Vec<Finding> {
    let policies = pack.policies();
    let bad = |Fault { file, why }| Finding { rule: "bad-control", place: file, message: why };
    let mut findings: Vec<Finding> = crate::check::faults_of(policies).into_iter().map(bad).collect();
    for control in &policies.controls {
        let test = format!("{}_test.rego", control.file.trim_end_matches(".rego"));
        if !pack.has_file(&test) {
            let message = format!("the control has no tests: `{test}`, for `opa test`");
            findings.push(Finding { rule: "untested-control", place: control.file.clone(), message });
        }
    }
    findings
}

/// Text that a person may type as they like.
fn is_unguarded(question: &Question) -> bool {
    matches!(question.kind, QuestionKind::String | QuestionKind::List) && question.pattern.is_none()
}

/// Whether an expression in a file's name reads this answer.
fn names_value(pack: &Pack, path: &str, key: &str) -> bool {
    let [open, close] = &pack.delimiters.value;
    path.split(open.as_str()).skip(1).filter_map(|rest| rest.split(close.as_str()).next()).any(|expression| {
        expression.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == key)
    })
}

/// The default answers, and then each other choice of each question once.
fn variants(pack: &Pack) -> Vec<Given> {
    use crate::plan::{Raw, Source};
    let mut variants = vec![Given::default()];
    for question in &pack.questions {
        for choice in &question.choices {
            let mut given = Given::default();
            given.set(question.key.clone(), Raw::Text(choice.value.clone()), Source::Prompt);
            variants.push(given);
        }
    }
    variants
}

fn check_combination<'p>(
    pack: &'p Pack,
    preset: &str,
    stack: &str,
    given: &Given,
    reached: &mut BTreeMap<&'p str, BTreeSet<usize>>,
    findings: &mut BTreeSet<Finding>,
) {
    let combination = format!("preset `{preset}` with stack `{stack}`");
    let facts = Facts { target_folder: "example-service".to_owned(), ..Facts::default() };
    let plan = match Plan::resolve(pack, preset, stack, given, &facts) {
        Ok(plan) => plan,
        Err(error) => {
            findings.insert(finding("does-not-resolve", combination, &error));
            return;
        }
    };
    for (place, name, variable) in plan.read_too_early() {
        let message = format!("`{name}` reads `{variable}`, which nothing defines before it");
        findings.insert(Finding { rule: "reads-undefined", place, message });
    }
    for component in &plan.components {
        reached.entry(component.name.as_str()).or_default();
        for error in parse_alone(&plan, component) {
            let place = format!("templates/{}", component.name);
            findings.insert(finding("does-not-parse", place, &error));
        }
    }
    match render(&plan) {
        Ok(tree) => {
            for (path, file) in &tree {
                let Some(component) = pack.components.get(&*file.component) else { continue };
                if let Some(index) = component.files.iter().position(|rule| rule.matches(path.as_str())) {
                    reached.entry(component.name.as_str()).or_default().insert(index);
                }
            }
        }
        Err(error) => {
            findings.insert(finding("does-not-render", combination, &error));
        }
    }
}

fn finding(rule: &'static str, place: String, error: &Error) -> Finding {
    Finding { rule, place, message: error.to_string() }
}

fn find(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
