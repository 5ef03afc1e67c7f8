//! Dashboards that a person can read at three in the morning. After the rules of grafana/dashboard-linter.

use super::Invariant;
use crate::check::files::Files;
use crate::check::finding::Findings;
use crate::check::node::Node;
use crate::check::repository::Repository;

pub(super) const COMPLETE: Invariant = Invariant {
    rule: "dashboards.complete",
    title: "every dashboard has a templated data source, and every panel a title, description, unit and query",
    needs: &[FOLDER],
    check: complete,
};

pub(super) const PANELS: Invariant = Invariant {
    rule: "dashboards.panels",
    title: "every panel that a KPI names exists",
    needs: &[FOLDER, KPIS],
    check: panels,
};

const FOLDER: &str = "ops/dashboards/";
const KPIS: &str = "ops/kpis.toml";
/// How the names of counters end.
const COUNTING: [&str; 3] = ["_total", "_count", "_bucket"];

fn complete(repository: &Repository<'_>, findings: &mut Findings) {
    for (path, dashboard) in repository.files.documents(FOLDER, &[".json"]) {
        let has_source = dashboard
            .items_at("templating.list")
            .iter()
            .any(|item| item.text_at("type") == Some("datasource"));
        if !has_source {
            let fix = "add a variable of the type `datasource`, and let panels use it";
            findings.on(path, dashboard, "the data source is fixed: it exists in one Grafana only", fix);
        }
        for panel in dashboard.items_at("panels").iter().filter(|panel| panel.text_at("type") != Some("row"))
        {
            panel_is_complete(repository.files, path, panel, findings);
        }
    }
}

fn panel_is_complete(files: &Files, path: &str, panel: &Node, findings: &mut Findings) {
    let title = panel.text_at("title").unwrap_or_default();
    let shown = if title.is_empty() { "a panel".to_owned() } else { format!("panel `{title}`") };
    let is_text = panel.text_at("type") == Some("text");
    for (what, there) in [
        ("title", !title.is_empty()),
        ("description", panel.text_at("description").is_some_and(|text| !text.is_empty())),
        ("unit", is_text || panel.at("fieldConfig.defaults.unit").is_some()),
        ("query", is_text || !panel.items_at("targets").is_empty()),
    ] {
        if !there {
            let fix = format!("add a {what}: whoever opens it for the first time needs it");
            findings.on(path, panel, format!("{shown} has no {what}"), fix);
        }
    }
    for target in panel.items_at("targets").iter().filter_map(|target| target.get("expr")) {
        let Some(parsed) = target.text().map(|text| files.query(text)) else { continue };
        let Ok(query) = parsed.as_ref() else { continue };
        if query.instant().iter().any(|name| COUNTING.iter().any(|ending| name.ends_with(ending))) {
            let message = format!("{shown} shows a counter as it is, which only ever grows");
            findings.on(path, target, message, "show its `rate` over `$__rate_interval`");
        }
    }
}

fn panels(repository: &Repository<'_>, findings: &mut Findings) {
    let kpis = repository.files.document(KPIS).map_or(&[][..], |kpis| kpis.items_at("kpi"));
    for panel in kpis.iter().filter_map(|kpi| kpi.get("panel")) {
        let Some((file, title)) = panel.text().and_then(|text| text.split_once(": ")) else { continue };
        let path = format!("{FOLDER}{file}");
        let dashboard = repository.files.document(&path);
        let found = dashboard.is_some_and(|dashboard| {
            dashboard.items_at("panels").iter().any(|panel| panel.text_at("title") == Some(title))
        });
        if !found {
            let message = format!("{path} has no panel `{title}`");
            findings.on(KPIS, panel, message, "name a panel that exists, as `FILE.json: TITLE`");
        }
    }
}
