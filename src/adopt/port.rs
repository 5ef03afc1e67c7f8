//! Where the service listens.

use serde_json::Value as Json;

use super::finding::{Evidence, Finding, Subject, Sure};
use super::held::{Held, line_with};

const COMPOSE: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// Files of `KEY=VALUE` lines, and the key of the port in each.
const PAIRS: [(&str, &str); 4] = [
    (".env.example", "PORT"),
    (".env.sample", "PORT"),
    ("src/main/resources/application.properties", "server.port"),
    ("application.properties", "server.port"),
];

/// The port that the image exposes, or Compose or the configuration names; two places that agree are certain.
pub(super) fn find(held: &Held<'_>) -> Option<Finding> {
    let mut found: Vec<(u16, Evidence)> = Vec::new();
    if let Some(text) = held.text("Dockerfile") {
        for (at, line) in text.lines().enumerate() {
            let exposed = line.trim().strip_prefix("EXPOSE ").or_else(|| line.trim().strip_prefix("expose "));
            let port = exposed.and_then(|rest| rest.split_whitespace().next()).and_then(number);
            found.extend(port.map(|port| (port, held.evidence("Dockerfile", Some(at + 1), "exposes it"))));
        }
    }
    for name in COMPOSE {
        let Some(text) = held.text(name) else { continue };
        for port in of_compose(&text) {
            let line = line_with(&text, &[&port.to_string()]);
            found.push((port, held.evidence(name, line, "publishes it")));
        }
    }
    for (name, key) in PAIRS {
        let Some(text) = held.text(name) else { continue };
        for (at, line) in text.lines().enumerate() {
            let pair = line.split_once('=').filter(|(known, _)| known.trim() == key);
            let port = pair.and_then(|(_, value)| number(value.trim()));
            found.extend(port.map(|port| (port, held.evidence(name, Some(at + 1), &format!("sets {key}")))));
        }
    }
    let port = found.first()?.0;
    let others = found.iter().any(|(other, _)| *other != port);
    let evidence: Vec<Evidence> =
        found.into_iter().filter(|(other, _)| *other == port).map(|(_, evidence)| evidence).collect();
    let sure = if evidence.len() > 1 && !others { Sure::Certain } else { Sure::Likely };
    let note = others.then(|| "other places name other ports".to_owned());
    Some(Finding::new(Subject::Port, port.to_string(), sure, evidence).with_note(note))
}

/// The ports inside the containers that Compose builds from here: those of images are of databases and the like.
fn of_compose(text: &str) -> Vec<u16> {
    let Ok(read) = serde_saphyr::from_str::<Json>(text) else { return Vec::new() };
    let services = read.get("services").and_then(Json::as_object).into_iter().flatten();
    let built = services.filter(|(_, service)| service.get("build").is_some());
    built
        .filter_map(|(_, service)| service.get("ports")?.as_array())
        .flatten()
        .filter_map(|port| match port {
            Json::Number(port) => u16::try_from(port.as_u64()?).ok(),
            Json::String(text) => number(text.rsplit(':').next()?),
            other => u16::try_from(other.get("target")?.as_u64()?).ok(),
        })
        .collect()
}

/// `8080`, `8080/tcp`.
fn number(text: &str) -> Option<u16> {
    text.split('/').next()?.parse().ok().filter(|port| *port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_compose_builds_has_the_port_of_the_service() {
        let text = "services:\n  db:\n    image: postgres\n    ports: ['5432:5432']\n  app:\n    build: .\n    ports:\n      - \"127.0.0.1:80:9000/tcp\"\n      - target: 9001\n      - 9002\n";
        assert_eq!(of_compose(text), [9000, 9001, 9002]);
        assert_eq!(of_compose("services: ["), [0_u16; 0]);
    }
}
