//! What is wrong with a pack, found before its users find it: every preset, with every stack.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::counted::counted;
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
    findings.extend(pack.bad_migration().map(|error| Finding {
        rule: "bad-migration",
        place: "migrations".to_owned(),
        message: error.to_string(),
    }));
    let mut tried = Tried::default();
    let unanswered: Vec<Finding> = pack.questions.iter().filter_map(unanswered).collect();
    if unanswered.is_empty() {
        for preset in &pack.presets {
            for stack in pack.stacks() {
                for given in variants(pack) {
                    tried.combination(pack, &preset.name, &stack.name, &given, &mut findings);
                }
            }
        }
    }
    let resolved = unanswered.is_empty() && !tried.stopped.keys().any(|(rule, _)| *rule == UNRESOLVED);
    let rendered = resolved && tried.stopped.is_empty();
    findings.extend(unanswered);
    findings.extend(tried.stopped());
    for component in pack.components.values() {
        let place = format!("templates/{}", component.name);
        let rules = tried.reached.get(component.name.as_str());
        // What was not resolved or rendered may be what reaches it.
        if rules.is_none() && resolved {
            let message = match component.kind {
                ComponentKind::Stack => "no preset renders with this stack".to_owned(),
                ComponentKind::Component => "no preset reaches this component".to_owned(),
            };
            findings.insert(Finding { rule: "unreachable", place, message });
            continue;
        }
        if let Some(rules) = rules.filter(|_| rendered) {
            for (_, rule) in component.files.iter().enumerate().filter(|(index, _)| !rules.contains(index)) {
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

/// A question that nobody is asked here, and to which no answer is known.
fn unanswered(question: &Question) -> Option<Finding> {
    let known = question.default.is_some()
        || question.kind == QuestionKind::Secret
        || question.example_answer().is_some();
    (!known).then(|| Finding {
        rule: "no-example",
        place: "pack.toml".to_owned(),
        message: format!(
            "question `{}` has no default, and nothing is known that it takes: give it an `example`",
            question.key
        ),
    })
}

const UNRESOLVED: &str = "does-not-resolve";

/// What came of the presets with the stacks.
#[derive(Default)]
struct Tried<'p> {
    /// The components that were there, each with the rules by which a file of it has its owner.
    reached: BTreeMap<&'p str, BTreeSet<usize>>,
    /// What stopped one, by rule and message: which.
    stopped: BTreeMap<(&'static str, String), BTreeSet<String>>,
}

impl<'p> Tried<'p> {
    fn combination(
        &mut self,
        pack: &'p Pack,
        preset: &str,
        stack: &str,
        given: &Given,
        findings: &mut BTreeSet<Finding>,
    ) {
        let plan = match Plan::resolve(pack, preset, stack, given, &Facts::of_example("example-service")) {
            Ok(plan) => plan,
            Err(error) => return self.stop(UNRESOLVED, (preset, stack), &error),
        };
        for (place, name, variable) in plan.read_too_early() {
            let message = format!("`{name}` reads `{variable}`, which nothing defines before it");
            findings.insert(Finding { rule: "reads-undefined", place, message });
        }
        for component in &plan.components {
            self.reached.entry(component.name.as_str()).or_default();
            for error in parse_alone(&plan, component) {
                let place = format!("templates/{}", component.name);
                findings.insert(Finding { rule: "does-not-parse", place, message: error.to_string() });
            }
        }
        let tree = match render(&plan) {
            Ok(tree) => tree,
            Err(error) => return self.stop("does-not-render", (preset, stack), &error),
        };
        for (path, file) in &tree {
            let Some(component) = pack.components.get(&*file.component) else { continue };
            if let Some(index) = component.files.iter().position(|rule| rule.matches(path.as_str())) {
                self.reached.entry(component.name.as_str()).or_default().insert(index);
            }
        }
    }

    fn stop(&mut self, rule: &'static str, (preset, stack): (&str, &str), error: &Error) {
        let combination = format!("preset `{preset}` with stack `{stack}`");
        self.stopped.entry((rule, error.to_string())).or_default().insert(combination);
    }

    /// Each mistake once, however many it stops.
    fn stopped(&self) -> impl Iterator<Item = Finding> {
        self.stopped.iter().map(|((rule, message), combinations)| {
            let first = combinations.first().map_or("", String::as_str);
            let place = match combinations.len() - 1 {
                0 => first.to_owned(),
                more => format!("{first} and {}", counted(more, "more combination")),
            };
            Finding { rule, place, message: message.clone() }
        })
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
