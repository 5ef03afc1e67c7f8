//! The service has one name and one port, and is probed where it answers.

use super::Invariant;
use super::environments::keys_of;
use crate::check::finding::Findings;
use crate::check::node::{Node, Position};
use crate::check::repository::Repository;

pub(super) const NAME: Invariant = Invariant {
    rule: "service.name",
    title: "rules, scrape configuration, catalogue, rollout policies and manifests use one name of the service",
    needs: &["ops/slo/"],
    check: name,
};

pub(super) const PORT: Invariant = Invariant {
    rule: "service.port",
    title: "image, manifests, environments and Makefile use one port",
    needs: &[DOCKERFILE],
    check: port,
};

pub(super) const PROBES: Invariant = Invariant {
    rule: "service.probes",
    title: "every probe asks a path that openapi.yaml has",
    needs: &[OPENAPI, "deploy/"],
    check: probes,
};

const DOCKERFILE: &str = "Dockerfile";
const OPENAPI: &str = "openapi.yaml";
const PROMETHEUS: &str = "ops/prometheus.yml";
const CATALOG: &str = "catalog-info.yaml";
const PROBE_KINDS: [&str; 3] = ["startupProbe", "livenessProbe", "readinessProbe"];

fn name(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(service) = repository.slos.first().map(|slo| slo.service) else { return };
    let here = repository.slos[0].path;
    let mut expect = |path: &str, node: Option<&Node>| {
        if let Some(node) = node
            && let Some(said) = node.text()
            && said != service
        {
            let message = format!("the service is called `{said}` here and `{service}` in {here}");
            findings.on(
                path,
                node,
                message,
                "use one name: alerts, dashboards and rollbacks find the service by it",
            );
        }
    };
    for rule in &repository.rules {
        expect(rule.path, rule.node.at("labels.service"));
    }
    for (path, policy) in repository.files.documents("ops/rollout/", &[".json"]) {
        expect(path, policy.get("service"));
    }
    let budget = "ops/slo/error-budget-policy.toml";
    expect(budget, repository.files.document(budget).and_then(|policy| policy.get("service")));
    let components = repository.files.data(CATALOG).iter();
    for component in components.filter(|document| document.text_at("kind") == Some("Component")).take(1) {
        expect(CATALOG, component.at("metadata.name"));
    }
    for (path, manifest) in repository.files.documents("deploy/kubernetes/base/", &[".yaml", ".yml"]) {
        let kind = manifest.text_at("kind").unwrap_or_default();
        if ["Rollout", "Deployment"].contains(&kind) {
            for label in ["metadata.labels", "spec.selector.matchLabels", "spec.template.metadata.labels"] {
                let labels = manifest.at(label);
                expect(path, labels.and_then(|labels| labels.get("app.kubernetes.io/name")));
            }
        }
        if kind == "Service" {
            expect(
                path,
                manifest.at("spec.selector").and_then(|selector| selector.get("app.kubernetes.io/name")),
            );
        }
    }
    let Some(prometheus) = repository.files.document(PROMETHEUS) else { return };
    let jobs = prometheus.items_at("scrape_configs");
    if !jobs.iter().any(|job| job.text_at("job_name") == Some(service)) {
        let message = format!("no job is called `{service}`, which is what every rule selects");
        findings.on(PROMETHEUS, prometheus, message, "name the job of production after the service");
    }
}

fn port(repository: &Repository<'_>, findings: &mut Findings) {
    let files = repository.files;
    let mut said: Vec<(&str, Position, String)> = Vec::new();
    let mut say =
        |path, line: usize, port: &str| said.push((path, Position { line, column: 1 }, port.to_owned()));
    for (index, line) in files.text(DOCKERFILE).unwrap_or_default().lines().enumerate() {
        if let Some(port) = line.strip_prefix("EXPOSE ") {
            say(DOCKERFILE, index + 1, port.trim());
        }
    }
    for (index, line) in files.text("Makefile").unwrap_or_default().lines().enumerate() {
        if let Some(port) = line.strip_prefix("export PORT ?= ") {
            say("Makefile", index + 1, port.trim());
        }
    }
    for path in files.below("config/environments/", &[".env"]) {
        let text = files.text(path).unwrap_or_default();
        if let Some(line) = keys_of(text).get("PORT") {
            let value = text.lines().nth(line - 1).and_then(|line| line.split_once('='));
            say(path, *line, value.map_or("", |(_, value)| value.trim()));
        }
    }
    for (path, manifest) in files.documents("deploy/kubernetes/", &[".yaml", ".yml"]) {
        manifest.walk(&mut |node| {
            if let Some(port) = node.get("containerPort")
                && node.text_at("name") == Some("http")
            {
                say(path, port.at.line, port.text().unwrap_or_default());
            }
        });
    }
    let compose = "deploy/compose/compose.yaml";
    for (index, line) in files.text(compose).unwrap_or_default().lines().enumerate() {
        // HAProxy's `server-template NAME COUNT HOST:PORT`.
        if let Some(target) =
            line.trim().strip_prefix("server-template ").and_then(|rest| rest.split(' ').nth(2))
            && let Some((_, port)) = target.rsplit_once(':')
        {
            say(compose, index + 1, port);
        }
    }
    let Some((first, _, expected)) = said.first().cloned() else { return };
    for (path, at, port) in said.iter().skip(1).filter(|(_, _, port)| *port != expected) {
        let message = format!("the port is {port} here and {expected} in {first}");
        let fix = if repository.is_managed(path) {
            "use one port: the setting `service.port` in goldpath.toml".to_owned()
        } else {
            // No setting reaches what the team has.
            format!("write {expected} here, or set `service.port` in goldpath.toml to {port}")
        };
        findings.at(path, *at, message, fix);
    }
}

fn probes(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(paths) = repository.files.document(OPENAPI).and_then(|api| api.get("paths")) else { return };
    let is_served = |path: &str| paths.entries().iter().any(|(name, _)| name.text == path);
    let fix = format!("probe a path that the service answers; {OPENAPI} lists them");
    for (file, manifest) in repository.files.documents("deploy/kubernetes/", &[".yaml", ".yml"]) {
        manifest.walk(&mut |node| {
            for kind in PROBE_KINDS {
                let probe = node.get(kind).and_then(|probe| probe.at("httpGet.path"));
                if let Some(path) = probe
                    && !path.text().is_some_and(is_served)
                {
                    let message = format!(
                        "{kind} asks `{}`, which is in no path of {OPENAPI}",
                        path.text().unwrap_or_default()
                    );
                    findings.on(file, path, message, fix.as_str());
                }
            }
        });
    }
    let compose = "deploy/compose/compose.yaml";
    for (index, line) in repository.files.text(compose).unwrap_or_default().lines().enumerate() {
        if let Some(path) = line.trim().strip_prefix("option httpchk GET ")
            && !is_served(path.trim())
        {
            let at = Position { line: index + 1, column: 1 };
            let message = format!("the proxy asks `{}`, which is in no path of {OPENAPI}", path.trim());
            findings.at(compose, at, message, fix.as_str());
        }
    }
}
