//! What came of the presets with the stacks, each with the default answers and then with each other value once.

use std::collections::{BTreeMap, BTreeSet};

use super::files::Rendered;
use super::{Finding, manifest, stacks};
use crate::counted::counted;
use crate::error::Error;
use crate::pack::{Pack, Question, Setting};
use crate::plan::{Facts, Given, Plan, Raw, Source, figures};
use crate::render::tree::Tree;
use crate::render::{parse_alone, render};
use crate::value::Value;

const UNRESOLVED: &str = "does-not-resolve";
const UNRENDERED: &str = "does-not-render";

/// What came of them.
pub(super) struct Tried<'p> {
    pack: &'p Pack,
    /// Whether anything was tried.
    begun: bool,
    /// The components that were there.
    pub(super) reached: BTreeMap<&'p str, Reached>,
    /// The paths of all files.
    pub(super) paths: BTreeSet<String>,
    /// What is wrong with templates on their own, by message: the component.
    unparsed: BTreeMap<String, String>,
    /// What stopped one, by rule and message: which.
    stopped: BTreeMap<(&'static str, String), BTreeSet<String>>,
    /// The components that were parsed beside each other.
    parsed: BTreeSet<Vec<&'p str>>,
    /// The settings of which each value was tried.
    settings: BTreeSet<String>,
    rendered: Rendered,
    findings: BTreeSet<Finding>,
}

/// What of a component is of use.
#[derive(Default)]
pub(super) struct Reached {
    /// The rules by which a file of it has its owner.
    pub(super) rules: BTreeSet<usize>,
    /// The globs that made a file of it executable.
    pub(super) executable: BTreeSet<usize>,
}

/// A value that is not the default one.
struct Other {
    key: String,
    value: Value,
}

impl Other {
    fn given(&self) -> Given {
        let mut given = Given::default();
        given.set(self.key.clone(), Raw::Typed(self.value.clone()), Source::Prompt);
        given
    }
}

impl<'p> Tried<'p> {
    /// Nothing was tried.
    pub(super) fn none(pack: &'p Pack) -> Self {
        Self {
            pack,
            begun: false,
            reached: BTreeMap::new(),
            paths: BTreeSet::new(),
            unparsed: BTreeMap::new(),
            stopped: BTreeMap::new(),
            parsed: BTreeSet::new(),
            settings: BTreeSet::new(),
            rendered: Rendered::default(),
            findings: BTreeSet::new(),
        }
    }

    /// Every preset with every stack. The largest comes first, with the most settings in it.
    pub(super) fn all(pack: &'p Pack) -> Self {
        let mut tried = Self { begun: true, ..Self::none(pack) };
        for preset in pack.presets.iter().rev() {
            for stack in pack.stacks() {
                tried.combination(&preset.name, &stack.name);
            }
        }
        tried
    }

    /// Whether every preset was resolved with every stack.
    pub(super) fn is_resolved(&self) -> bool {
        self.begun && !self.stopped.keys().any(|(rule, _)| *rule == UNRESOLVED)
    }

    /// Whether all of them were rendered.
    pub(super) fn is_rendered(&self) -> bool {
        self.is_resolved() && !self.stopped.keys().any(|(rule, _)| *rule == UNRENDERED)
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        let unparsed = self.unparsed.iter();
        let unparsed =
            unparsed.map(|(message, place)| Finding::new("does-not-parse", place.clone(), message.clone()));
        self.findings.iter().cloned().chain(unparsed).chain(self.rendered.findings()).chain(self.stopped())
    }

    fn combination(&mut self, preset: &str, stack: &str) {
        let place = format!("preset `{preset}` with stack `{stack}`");
        let resolved = Plan::resolve(self.pack, preset, stack, &Given::default(), &facts());
        // What stops the default answers stops others too.
        let Some((plan, tree)) = self.made(resolved, &place, true) else { return };
        self.findings.extend(stacks::finding(self.pack, &plan, &tree));
        self.figures(&plan, &place);
        let mut seen = vec![values(&plan)];
        for other in self.others(&plan) {
            let resolved = Plan::resolve(self.pack, preset, stack, &other.given(), &facts());
            if let Ok(plan) = &resolved {
                let values = values(plan);
                if seen.contains(&values) {
                    continue;
                }
                seen.push(values);
            }
            self.made(resolved, &format!("{place}, `{}` = `{}`", other.key, other.value), false);
        }
    }

    /// Each answer that a question lists, and each value of a setting that was not tried elsewhere: a render of each with
    /// every preset and every stack would take several times as long.
    fn others(&mut self, plan: &Plan<'_>) -> Vec<Other> {
        let mut others = Vec::new();
        let mut add = |key: &str, now: &Value, values: Vec<Value>| {
            let values = values.into_iter().filter(|value| value != now);
            others.extend(values.map(|value| Other { key: key.to_owned(), value }));
        };
        for answer in plan.answers.iter().filter(|answer| answer.asked) {
            let question = plan.question(&answer.key);
            add(&answer.key, &answer.value, question.map(Question::listed).unwrap_or_default());
        }
        for now in &plan.settings {
            if self.settings.insert(now.name.clone()) {
                let mut settings = plan.components.iter().flat_map(|component| &component.settings);
                let setting = settings.find(|setting| setting.name == now.name);
                add(&now.name, &now.value, setting.map(Setting::listed).unwrap_or_default());
            }
        }
        others
    }

    /// The plan, and what it renders to, both looked at.
    fn made(
        &mut self,
        resolved: Result<Plan<'p>, Error>,
        place: &str,
        is_default: bool,
    ) -> Option<(Plan<'p>, Tree)> {
        let plan = self.unless_stopped(UNRESOLVED, place, is_default, resolved)?;
        self.parse(&plan);
        let rendered = render(&plan);
        let tree = self.unless_stopped(UNRENDERED, place, is_default, rendered)?;
        self.reach(&tree);
        self.rendered.look_at(self.pack, &plan, &tree);
        Some((plan, tree))
    }

    /// Keeps what stopped it. A pack may refuse what somebody chooses, and not what it says itself.
    fn unless_stopped<T>(
        &mut self,
        rule: &'static str,
        place: &str,
        is_default: bool,
        made: Result<T, Error>,
    ) -> Option<T> {
        match made {
            Ok(made) => return Some(made),
            Err(Error::PackRefuses { .. }) if !is_default => {}
            Err(error) => self.stop(rule, place, &error),
        }
        None
    }

    /// Finds what shows without rendering, once for the same components.
    fn parse(&mut self, plan: &Plan<'p>) {
        let components: Vec<&str> = plan.components.iter().map(|component| component.name.as_str()).collect();
        if !self.parsed.insert(components) {
            return;
        }
        for (place, name, variable) in plan.read_too_early() {
            let message = format!("`{name}` reads `{variable}`, which nothing defines before it");
            self.findings.insert(Finding::new("reads-undefined", place, message));
        }
        for component in &plan.components {
            self.reached.entry(component.name.as_str()).or_default();
            for error in parse_alone(plan, component) {
                let place = format!("templates/{}", component.name);
                self.unparsed.entry(error.to_string()).or_insert(place);
            }
        }
    }

    fn reach(&mut self, tree: &Tree) {
        for (path, file) in tree {
            if !self.paths.contains(path.as_str()) {
                self.paths.insert(path.to_string());
            }
            let Some(component) = self.pack.components.get(&*file.component) else { continue };
            let reached = self.reached.entry(component.name.as_str()).or_default();
            reached.rules.extend(component.files.iter().position(|rule| rule.matches(path.as_str())));
            let globs = component.executable.iter().enumerate();
            reached
                .executable
                .extend(globs.filter(|(_, glob)| glob.is_match(path.as_str())).map(|(index, _)| index));
        }
    }

    fn figures(&mut self, plan: &Plan<'_>, place: &str) {
        let is_told = |title: &str| {
            let mut figures = self.pack.figures.iter();
            figures.any(|figure| figure.title == title && manifest::reads_unknown(self.pack, figure))
        };
        let faults: Vec<Error> = figures::faults(plan)
            .into_iter()
            .filter(|(title, _)| !is_told(title))
            .map(|(_, error)| error)
            .collect();
        for error in faults {
            self.stop("bad-figure", place, &error);
        }
    }

    fn stop(&mut self, rule: &'static str, place: &str, error: &Error) {
        self.stopped.entry((rule, error.to_string())).or_default().insert(place.to_owned());
    }

    /// Each mistake once, however many it stops.
    fn stopped(&self) -> impl Iterator<Item = Finding> {
        let told = |message: &String| self.unparsed.contains_key(message);
        self.stopped.iter().filter(move |((_, message), _)| !told(message)).map(
            |((rule, message), combinations)| {
                let first = combinations.first().map_or("", String::as_str);
                let place = match combinations.len() - 1 {
                    0 => first.to_owned(),
                    more => format!("{first} and {}", counted(more, "more combination")),
                };
                Finding { rule, place, message: message.clone() }
            },
        )
    }
}

fn facts() -> Facts {
    Facts::of_example("example-service")
}

/// What a plan of one preset and one stack is made of.
fn values(plan: &Plan<'_>) -> Vec<Value> {
    let answers = plan.answers.iter().map(|answer| &answer.value);
    answers.chain(plan.settings.iter().map(|setting| &setting.value)).cloned().collect()
}
