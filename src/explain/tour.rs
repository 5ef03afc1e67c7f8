//! A repository on a page: what it is, who owns it, what runs, what it promises, and where to look first.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Ground;
use super::prose::{opening, plain, section, visible};
use crate::check::{self, Asked, Day, Demand, Family};
use crate::path::{MAX_FILE_BYTES, read_plain};
use crate::plan::Facts;
use crate::render::tree::{BlobId, Ownership};

/// What is told of a repository.
#[derive(Debug, Clone, Serialize)]
pub struct Tour {
    /// Its name.
    pub name: String,
    /// What it does, in the words of its README.
    pub what: Vec<String>,
    /// Where it comes from; none without a lock.
    pub path: Option<OnPath>,
    /// Who owns everything, by CODEOWNERS.
    pub owners: Vec<String>,
    /// The lines of CODEOWNERS, patterns and owners.
    pub owned: Vec<String>,
    /// Every task of its Makefile.
    pub tasks: Vec<Target>,
    /// Where it runs.
    pub platforms: Vec<String>,
    /// What it promises.
    pub objectives: Vec<Objective>,
    /// What wakes somebody or makes a ticket, by name.
    pub alerts: Vec<Alert>,
    /// How a release reaches users.
    pub release: Option<String>,
    /// What to do when a page comes, in the words of the on-call page.
    pub when_paged: Vec<String>,
    /// The page that says so.
    pub on_call: Option<String>,
    /// Where to look first.
    pub read_first: Vec<String>,
}

/// The path that a repository is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnPath {
    /// The pack and its version.
    pub pack: String,
    /// The preset.
    pub preset: String,
    /// What the preset is for, where the pack is at hand.
    pub summary: Option<String>,
    /// The stack.
    pub stack: String,
    /// How many files of the path there are, by who owns them.
    pub files: BTreeMap<String, usize>,
    /// How many of them differ from their pristine render, or are gone.
    pub edited: usize,
}

/// A task of the Makefile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// What `make` is given.
    pub name: String,
    /// What it does.
    pub does: String,
}

/// A promise to users.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Objective {
    /// Its name.
    pub name: String,
    /// In percent, as the file has it.
    pub percent: Option<Value>,
    /// Over which period.
    pub period: Option<String>,
    /// Within how many seconds, of one about time.
    pub within_seconds: Option<Value>,
    /// The file that holds it.
    pub path: String,
}

/// An alert, however many rules raise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// Whether it pages or makes a ticket, each tier.
    pub severities: Vec<String>,
    /// The runbook in the repository.
    pub runbook: Option<String>,
}

/// Pages worth reading first, where there are any.
const READ_FIRST: [&str; 6] = [
    "docs/onboarding/first-hour.md",
    "docs/README.md",
    "CONTRIBUTING.md",
    "docs/adr/0001-preset.md",
    "docs/on-call.md",
    "docs/incidents/on-call.md",
];
const ON_CALL: [&str; 2] = ["docs/on-call.md", "docs/incidents/on-call.md"];
const CODEOWNERS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

impl Tour {
    /// Looks at the whole repository.
    #[must_use]
    pub fn of(ground: &Ground<'_>, today: Day) -> Self {
        let asked = Asked {
            families: vec![Family::Controls],
            demand: Demand { online: false, max_behind: None },
            preset: None,
            today,
        };
        let facts = check::facts(ground.subject, &asked).unwrap_or_default();
        let (heading, what) = opening(&ground.text("README.md").unwrap_or_default());
        let named =
            ground.lock().and_then(|lock| lock.answers.get("service_name")?.as_text().map(str::to_owned));
        let folder = || Facts::of_folder(ground.root()).target_folder;
        let on_call = ON_CALL.into_iter().find(|path| ground.text(path).is_some());
        let is_there = |path: &&str| ground.text(path).is_some();
        Self {
            name: named.or(heading).unwrap_or_else(folder),
            what,
            path: on_path(ground),
            owners: of_fact(&facts["owners"]["code"]),
            owned: owned(ground),
            tasks: tasks(ground),
            platforms: of_fact(&facts["delivery"]["platforms"]),
            objectives: objectives(&facts["slos"]),
            alerts: alerts(ground, &facts["alerts"]),
            release: release(&facts["delivery"]),
            when_paged: on_call
                .map(|path| when_paged(&ground.text(path).unwrap_or_default()))
                .unwrap_or_default(),
            on_call: on_call.map(str::to_owned),
            read_first: READ_FIRST.into_iter().filter(is_there).map(str::to_owned).collect(),
        }
    }

    /// The task of this name.
    #[must_use]
    pub fn task(&self, name: &str) -> Option<&Target> {
        self.tasks.iter().find(|task| task.name == name)
    }
}

fn of_fact<T: DeserializeOwned + std::default::Default>(fact: &Value) -> T {
    serde_json::from_value(fact.clone()).unwrap_or_default()
}

fn on_path(ground: &Ground<'_>) -> Option<OnPath> {
    let lock = ground.lock()?;
    let mut files: BTreeMap<String, usize> = BTreeMap::new();
    let mut edited = 0;
    for (path, locked) in lock.files.iter().filter(|(_, locked)| !locked.beginning) {
        *files.entry(locked.ownership.to_string()).or_default() += 1;
        let now = read_plain(&path.below(ground.root()), MAX_FILE_BYTES);
        let differs = now.map_or(true, |content| BlobId::of(&content) != locked.blob);
        edited += usize::from(differs && locked.ownership != Ownership::Seeded);
    }
    let preset = ground.pack.and_then(|pack| pack.preset(&lock.preset).ok());
    Some(OnPath {
        pack: format!("{} {}", lock.pack.name, lock.pack.version),
        preset: lock.preset.clone(),
        summary: preset.map(|preset| preset.summary.clone()),
        stack: lock.stack.clone(),
        files,
        edited,
    })
}

fn owned(ground: &Ground<'_>) -> Vec<String> {
    let text = CODEOWNERS.iter().find_map(|path| ground.text(path)).unwrap_or_default();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(visible).collect()
}

/// What `make help` lists.
fn tasks(ground: &Ground<'_>) -> Vec<Target> {
    let mut tasks: Vec<Target> = ground
        .makefiles()
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| {
            let (name, rest) = line.split_once(':')?;
            let (_, does) = rest.split_once("## ")?;
            let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
            is_name.then(|| Target { name: name.to_owned(), does: plain(does) })
        })
        .collect();
    tasks.sort_by(|a, b| a.name.cmp(&b.name));
    tasks.dedup_by(|a, b| a.name == b.name);
    tasks
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn objectives(facts: &Value) -> Vec<Objective> {
    let of = |slo: &Value| {
        Some(Objective {
            name: text_of(&slo["name"])?,
            percent: Some(slo["objective"].clone()).filter(Value::is_number),
            period: text_of(&slo["period"]),
            within_seconds: Some(slo["bound_seconds"].clone()).filter(Value::is_number),
            path: text_of(&slo["path"])?,
        })
    };
    facts.as_array().into_iter().flatten().filter_map(of).collect()
}

fn alerts(ground: &Ground<'_>, facts: &Value) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = Vec::new();
    for fact in facts.as_array().into_iter().flatten() {
        let Some(name) = text_of(&fact["name"]) else { continue };
        let severity = text_of(&fact["severity"]);
        if let Some(known) = alerts.iter_mut().find(|alert| alert.name == name) {
            known.severities.extend(severity.filter(|severity| !known.severities.contains(severity)));
            continue;
        }
        let runbook = format!("docs/runbooks/{name}.md");
        let runbook = ground.text(&runbook).map(|_| runbook);
        alerts.push(Alert { name, severities: severity.into_iter().collect(), runbook });
    }
    alerts
}

fn release(delivery: &Value) -> Option<String> {
    let canary = &delivery["canary"];
    let steps: Vec<String> =
        canary["steps"].as_array().into_iter().flatten().map(|step| step["weight"].to_string()).collect();
    if !steps.is_empty() {
        let judged: Vec<String> = of_fact(&canary["judged_by"]);
        let path = canary["path"].as_str().unwrap_or_default();
        let back =
            if judged.is_empty() { String::new() } else { format!("; {} send it back", judged.join(", ")) };
        return Some(format!("a canary in the steps {} %{back} ({path})", steps.join(", ")));
    }
    let (environment, policy) = delivery["policies"].as_object()?.iter().next()?;
    Some(format!("{} in {environment} ({})", policy["strategy"].as_str()?, policy["path"].as_str()?))
}

/// The steps of the section about pages, else the opening of the page.
fn when_paged(page: &str) -> Vec<String> {
    let heading =
        page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let about_pages = heading.clone().find(|heading| heading.to_lowercase().contains("page"));
    let steps: Vec<String> = about_pages
        .map(|heading| section(page, heading))
        .unwrap_or_default()
        .into_iter()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .map(plain)
        .collect();
    if steps.is_empty() { opening(page).1 } else { steps }
}
