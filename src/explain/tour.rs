//! A repository on a page: what it is, who owns it, what runs, what it promises, and where to look first.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Ground;
use super::file::as_stored;
use super::on_disk::OnDisk;
use super::prose::{opening, plain, section, visible};
use crate::check::{self, Asked, Day, Demand, Family};
use crate::plan::Facts;
use crate::reconcile::CODE_OWNERS;
use crate::render::tree::{BlobId, Mode, Ownership};

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
    /// Where it is seen how much of the error budget is left; none without a task for it.
    pub budget: Option<Budget>,
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
    /// How many minutes of full outage it allows in the period; of one about availability.
    pub budget_minutes: Option<f64>,
    /// The file that holds it.
    pub path: String,
}

/// How much of the error budget is left: Prometheus knows it, and at times a page has recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// The command that asks.
    pub command: String,
    /// The file that says what follows from the answer.
    pub policy: Option<String>,
    /// The newest review that recorded it.
    pub recorded_in: Option<String>,
    /// What it recorded, a line each.
    pub recorded: Vec<String>,
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
        let tasks = tasks(ground);
        Self {
            name: named.or(heading).unwrap_or_else(folder),
            what,
            path: on_path(ground),
            owners: of_fact(&facts["owners"]["code"]),
            owned: owned(ground),
            budget: tasks.iter().any(|task| task.name == "budget").then(|| budget(ground)),
            tasks,
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
        let now = OnDisk::at(ground.root(), path);
        let as_rendered = match now {
            OnDisk::File(Mode::Symlink, target) => BlobId::of(&target) == locked.blob,
            OnDisk::File(_, content) => BlobId::of(&as_stored(ground, path, content)) == locked.blob,
            _ => false,
        };
        edited += usize::from(!as_rendered && locked.ownership != Ownership::Seeded);
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
    let text = CODE_OWNERS.iter().find_map(|path| ground.text(path)).unwrap_or_default();
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
        let is_about_time = slo["bound_seconds"].is_number();
        let period = slo["period"].as_str().and_then(minutes);
        let allowed = slo["objective"].as_f64().map(|percent| 1.0 - percent / 100.0);
        Some(Objective {
            name: text_of(&slo["name"])?,
            percent: Some(slo["objective"].clone()).filter(Value::is_number),
            period: text_of(&slo["period"]),
            within_seconds: Some(slo["bound_seconds"].clone()).filter(Value::is_number),
            budget_minutes: period
                .zip(allowed)
                .filter(|_| !is_about_time)
                // To the second, and without the noise of binary fractions.
                .map(|(period, allowed)| (period * allowed * 60.0).round() / 60.0),
            path: text_of(&slo["path"])?,
        })
    };
    facts.as_array().into_iter().flatten().filter_map(of).collect()
}

/// The minutes of a period such as `30d` or `4w`.
fn minutes(period: &str) -> Option<f64> {
    let (count, unit) = period.split_at_checked(period.len().checked_sub(1)?)?;
    let unit = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => return None,
    };
    Some(f64::from(count.parse::<u32>().ok()?) * f64::from(unit))
}

/// A review records what was left on its day, in rows that begin so.
const RECORDED: &str = "| Budget left, ";
const REVIEWS: &str = "ops/reviews";
const BUDGET_POLICY: &str = "ops/slo/error-budget-policy.toml";

fn budget(ground: &Ground<'_>) -> Budget {
    let listed = fs_err::read_dir(ground.root().join(REVIEWS)).into_iter().flatten().flatten();
    let mut reviews: Vec<String> = listed
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.contains("-W"))
        .map(|name| format!("{REVIEWS}/{name}"))
        .collect();
    reviews.sort();
    let recorded = reviews.iter().rev().find_map(|path| {
        let text = ground.text(path)?;
        let rows = text.lines().filter_map(|line| line.strip_prefix(RECORDED)?.strip_suffix('|'));
        let rows: Vec<String> = rows.filter_map(|row| row.split_once('|')).map(recorded).collect();
        (!rows.is_empty()).then(|| (path.clone(), rows))
    });
    let (recorded_in, recorded) = recorded.unzip();
    Budget {
        command: "make budget".to_owned(),
        policy: ground.text(BUDGET_POLICY).map(|_| BUDGET_POLICY.to_owned()),
        recorded_in,
        recorded: recorded.unwrap_or_default(),
    }
}

fn recorded((name, left): (&str, &str)) -> String {
    format!("{}: {}", plain(name), plain(left))
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
