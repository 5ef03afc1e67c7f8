//! An explanation for people.

use std::fmt::Write as _;

use crate::cli::output::{BAD, FAINT, NAME, STRONG};
use crate::counted::counted;
use crate::explain::{
    Brought, Budget, ControlStory, Edits, FileStory, FolderStory, Knob, Objective, Place, Reach, Shaped,
    Story, Tour,
};
use crate::render::tree::Ownership;

/// More lines of one kind than this are counted, not listed; JSON has them all.
const MANY: usize = 40;

pub(super) fn shown(story: &Story) -> String {
    match story {
        Story::Tour(tour) => of_tour(tour),
        Story::File(file) => of_file(file),
        Story::Folder(folder) => of_folder(folder),
        Story::Control(control) => of_control(control),
        Story::ControlAndSetting { control, setting } => {
            format!("control {}\nsetting {}", of_control(control), of_knob(setting, "setting"))
        }
        Story::Setting(knob) => of_knob(knob, "setting"),
        Story::Question(knob) => of_knob(knob, "question"),
        Story::OwnFile { path } if path == "goldpath.toml" => {
            let mut page = Page::of(path, "what this repository wants to be");
            page.row("owner", "you: edit it, then run `goldpath apply`");
            page.row("holds", "pack, preset, answers, and the settings that differ from the preset");
            page.text
        }
        Story::OwnFile { path } => {
            let mut page = Page::of(path, "what this repository was made from");
            page.row("owner", "goldpath: never edit it, `git restore` brings it back");
            page.row("holds", "the exact pack, the resolved plan, and every file with its pristine blob id");
            page.text
        }
        Story::NotOfThePath { path } => {
            let mut page = Page::of(path, "not a file of the path");
            page.row("owner", "you: no upgrade touches it, and no file of the path that is gone is like it");
            page.text
        }
        Story::Unlocked { path, component, title, why } => match (component, title, why) {
            (Some(component), Some(title), Some(why)) => {
                let mut page = Page::of(path, "the path has a file of this name");
                page.row("component", format!("{component}: {title}"));
                page.row("why", why);
                page.row("this one", "whether it came from the path cannot be told without goldpath.lock");
                page.text
            }
            _ => Page::of(path, "the path has no file of this name").text,
        },
    }
}

/// A title and rows below it.
struct Page {
    text: String,
}

impl Page {
    fn of(name: &str, title: &str) -> Self {
        Self { text: format!("{NAME}{name}{NAME:#}: {STRONG}{title}{STRONG:#}\n") }
    }

    fn row(&mut self, label: &str, value: impl AsRef<str>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "  {FAINT}{label:<11}{FAINT:#} {}", value.as_ref());
    }

    fn row_if(&mut self, label: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.row(label, value);
        }
    }

    /// Several values under one label.
    fn rows(&mut self, label: &str, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().collect();
        let more = values.len().saturating_sub(MANY);
        for (index, value) in values.iter().take(MANY).enumerate() {
            self.row(if index == 0 { label } else { "" }, value);
        }
        if more > 0 {
            self.row("", format!("and {more} more: `--format json` has them all"));
        }
    }
}

fn of_file(file: &FileStory) -> String {
    let title = file.title.as_deref().unwrap_or(&file.component);
    let mut page = Page::of(&file.path, title);
    page.row_if("why", file.why.as_ref());
    page.row_if("renamed", file.rendered_as.as_ref().map(|rendered| of_rename(rendered, file.ownership)));
    let through = match &file.brought_by {
        Some(Brought::Preset(preset)) => format!("component {}, through preset {preset}", file.component),
        Some(Brought::Stack(stack)) => format!("component {}, through stack {stack}", file.component),
        None => format!("component {}", file.component),
    };
    page.row("brought by", through);
    page.row_if("when", file.when.as_ref());
    match file.shaped_by.as_deref() {
        Some([]) => page.row("shaped by", "no value: it is the same in every repository"),
        Some(shaped) => page.rows("shaped by", shaped.iter().map(of_shaped)),
        None => {}
    }
    page.row("ownership", format!("{}: {}", file.ownership, file.upgrades));
    page.row("edited", of_edits(&file.edits, &file.path));
    page.row_if(
        "since",
        file.since.as_ref().map(|since| {
            let older = if since.certain { "" } else { ", the oldest version that is kept" };
            match &since.called {
                Some(called) => format!("{}{older}; it was `{called}` then", since.version),
                None => format!("{}{older}", since.version),
            }
        }),
    );
    page.row_if("since", file.since_unknown.as_ref().map(|why| format!("not known: {why}")));
    page.text
}

fn of_rename(rendered: &str, ownership: Ownership) -> String {
    let missed = match ownership {
        Ownership::Managed => ", and `goldpath check` misses it there",
        Ownership::Shared | Ownership::Seeded => "",
    };
    format!("by you: the path calls it {rendered}{missed}")
}

fn of_shaped(shaped: &Shaped) -> String {
    match &shaped.value {
        Some(value) => format!("{} {} = {}", shaped.kind, shaped.name, value.to_toml()),
        None => format!("{} {}", shaped.kind, shaped.name),
    }
}

fn of_edits(edits: &Edits, path: &str) -> String {
    match edits {
        Edits::None => "no: it is as the path rendered it".to_owned(),
        Edits::Deleted => "deleted".to_owned(),
        Edits::NotWritten => "never written here".to_owned(),
        Edits::Mode => "its mode, not its content".to_owned(),
        Edits::Whole => format!("as a whole: `goldpath diff {path}` shows it"),
        Edits::PristineGone => "yes; its pristine render is found nowhere, so not which lines".to_owned(),
        Edits::Unreadable => "it cannot be read".to_owned(),
        Edits::Lines { added, removed, at, mode } => {
            let and_mode = if *mode { ", and its mode" } else { "" };
            format!(
                "{} ({added} new, {removed} of the render gone){and_mode}: `goldpath diff {path}` shows them",
                of_lines(at)
            )
        }
    }
}

fn of_lines(at: &[(u32, u32)]) -> String {
    let ranges: Vec<String> = at
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    let noun = if matches!(at, [(first, last)] if first == last) { "line" } else { "lines" };
    format!("{noun} {}", ranges.join(", "))
}

fn of_folder(folder: &FolderStory) -> String {
    let mut page = Page::of(&folder.path, &format!("{} of the path", counted(folder.files.len(), "file")));
    let width = folder.files.iter().map(|file| file.path.len()).max().unwrap_or_default();
    for file in &folder.files {
        let _ = writeln!(
            page.text,
            "  {:<width$}  {:<7}  {FAINT}{}{FAINT:#}",
            file.path,
            file.ownership.to_string(),
            file.component
        );
    }
    page.text
}

fn of_control(control: &ControlStory) -> String {
    let mut page = Page::of(&control.id, &control.title);
    page.row_if("why", control.why.as_ref());
    match (&control.preset, &control.demands) {
        (Some(preset), Some(demands)) => page.row("demands", format!("{preset}: {demands}")),
        (Some(preset), None) if !control.promises.is_empty() => {
            page.row("demands", format!("{preset} does not promise it"));
        }
        _ => {}
    }
    let others = control
        .promises
        .iter()
        .filter(|(preset, _)| Some(*preset) != control.preset.as_ref() || control.demands.is_none());
    page.rows("promised", others.map(|(preset, promise)| format!("{preset}: {promise}")));
    page.row_if("severity", control.severity);
    let by = match &control.judged_by {
        Some(preset) if control.demands.is_none() => format!(", judged as {preset} demands it"),
        _ => String::new(),
    };
    match (control.holds, &control.not_judged) {
        (Some(true), _) => page.row("here", format!("it holds{by}")),
        (Some(false), _) => page.row("here", format!("{BAD}it does not hold{BAD:#}{by}")),
        (None, why) => page.row("here", why.as_deref().unwrap_or("it was not judged")),
    }
    page.rows("findings", control.findings.iter().cloned());
    page.rows("evidence", control.evidence.iter().cloned());
    page.row_if("remedy", control.remedy.as_ref());
    page.rows(
        "supports",
        control.supports.iter().map(|(framework, ids)| format!("{framework}: {}", ids.join(", "))),
    );
    page.row_if("policy", control.policy.as_ref().map(|file| format!("{file} of the pack")));
    page.text
}

fn of_knob(knob: &Knob, kind: &str) -> String {
    let mut page =
        Page::of(&knob.name, knob.ask.as_deref().filter(|ask| !ask.is_empty()).unwrap_or(&knob.help));
    if knob.ask.is_some() {
        page.row_if("decides", (!knob.help.is_empty()).then(|| knob.help.clone()));
    }
    let unit = knob.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    page.row_if("value", knob.value.as_ref().map(|value| format!("{}{unit}", value.to_toml())));
    page.row_if("set by", knob.set_by.as_ref());
    page.row_if(
        "pending",
        knob.not_applied
            .as_ref()
            .map(|value| format!("goldpath.toml says {value}: `goldpath apply` brings it into the files")),
    );
    page.row("range", format!("{}{unit}", knob.range));
    page.rows(
        "defaults",
        knob.defaults.iter().map(|default| format!("{}: {}", default.of, default.value.to_toml())),
    );
    page.row_if("component", knob.component.as_ref());
    let flag = format!(
        "change it in goldpath.toml, `[{}]`, then `goldpath apply`",
        if kind == "setting" { "settings" } else { "answers" }
    );
    match &knob.reach {
        Some(reach) => {
            of_reach(&mut page, reach);
            page.row("change", flag);
        }
        None if knob.value.is_none() => {
            page.row("here", "this repository does not have it, or nothing is known of its value");
        }
        None => {}
    }
    page.text
}

fn of_reach(page: &mut Page, reach: &Reach) {
    match &reach.compared_with {
        Some(value) => {
            page.row("reaches", format!("what differs when it is {} (rendered in memory)", value.to_toml()));
        }
        None => page.row("reaches", "no line: no other value that the pack accepts was found to change any"),
    }
    page.rows("", reach.places.iter().map(of_place));
    if !reach.read_in.is_empty() {
        page.rows("read in", reach.read_in.iter().map(|path| format!("{path}, the same with that value")));
    }
}

fn of_place(place: &Place) -> String {
    let edited = if place.edited { " of the render; the file was edited here" } else { "" };
    match place.whole {
        Some("comes") => format!("{}: comes with it", place.path),
        Some("goes") => format!("{}: goes with it", place.path),
        Some(_) => format!("{}: as a whole", place.path),
        None => format!("{}: {}{edited}", place.path, of_lines(&place.lines)),
    }
}

/// The tasks that a first look wants; `make help` has the others.
const TASKS: [&str; 7] = ["check", "run", "smoke", "deploy", "rollback", "budget", "drill"];

fn of_tour(tour: &Tour) -> String {
    let mut page = Page::of(&tour.name, "this repository on a page");
    page.rows("what", tour.what.iter().cloned());
    if let Some(path) = &tour.path {
        let summary = path.summary.as_ref().map(|summary| format!(": {summary}")).unwrap_or_default();
        page.row("preset", format!("{}{summary}", path.preset));
        page.row("stack", &path.stack);
        page.row("path", format!("{}; {}", path.pack, of_files(path)));
    }
    if !tour.platforms.is_empty() {
        page.row("runs on", tour.platforms.join(", "));
    }
    if !tour.owners.is_empty() {
        page.row("owner", tour.owners.join(" "));
    }
    page.rows(
        "run it",
        TASKS
            .iter()
            .filter_map(|name| tour.task(name))
            .map(|task| format!("make {:<9} {}", task.name, task.does)),
    );
    page.rows("promises", tour.objectives.iter().map(of_objective));
    page.rows("budget", tour.budget.iter().flat_map(of_budget));
    page.rows(
        "alerts",
        tour.alerts.iter().map(|alert| {
            let runbook = alert.runbook.as_ref().map(|path| format!(": {path}")).unwrap_or_default();
            format!("{} ({}){runbook}", alert.name, alert.severities.join(", "))
        }),
    );
    page.row_if("release", tour.release.as_ref());
    page.rows("read first", tour.read_first.iter().cloned());
    page.text
}

fn of_files(path: &crate::explain::OnPath) -> String {
    let counts: Vec<String> =
        path.files.iter().map(|(ownership, count)| format!("{count} {ownership}")).collect();
    format!("{} files, {} edited or gone", counts.join(", "), path.edited)
}

/// `99.5 % of requests over 30d`, with the file.
pub(in crate::cli) fn of_objective(objective: &Objective) -> String {
    let percent = objective.percent.as_ref().map(|percent| format!(" {percent} %")).unwrap_or_default();
    let within =
        objective.within_seconds.as_ref().map(|seconds| format!(" within {seconds} s")).unwrap_or_default();
    let period = objective.period.as_ref().map(|period| format!(" over {period}")).unwrap_or_default();
    let budget = objective.budget_minutes.map(|minutes| format!(", a budget of {} min", rounded(minutes)));
    let budget = budget.unwrap_or_default();
    format!("{}:{percent}{within}{period}{budget} ({})", objective.name, objective.path)
}

/// To a tenth, and without one where it is whole.
fn rounded(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// What is left of the budget: which command shows it, and what was recorded of it.
pub(in crate::cli) fn of_budget(budget: &Budget) -> Vec<String> {
    let policy =
        budget.policy.as_ref().map(|path| format!("; what follows from it: {path}")).unwrap_or_default();
    let mut lines = vec![format!(
        "`{}` shows what is left of the budget: it asks the Prometheus at PROMETHEUS_URL, and says so where that does not \
         answer{policy}",
        budget.command
    )];
    match &budget.recorded_in {
        Some(path) => {
            lines.extend(budget.recorded.iter().map(|row| format!("recorded as left in {path}: {row}")));
        }
        None => lines.push("no file of this repository has recorded what is left".to_owned()),
    }
    lines
}
