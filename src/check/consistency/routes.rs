//! A page reaches the pager. Alertmanager's routing, followed for each alert.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::node::Node;
use crate::check::repository::Repository;

pub(super) const PAGES: Invariant = Invariant {
    rule: "alerts.routed",
    title: "every page reaches a receiver that tickets do not reach, and every receiver exists",
    needs: &[ALERTMANAGER],
    check: pages,
};

const ALERTMANAGER: &str = "ops/alertmanager.yml";

/// A label and its value.
type Label<'l> = (&'l str, &'l str);

fn pages(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(config) = repository.files.document(ALERTMANAGER) else { return };
    let Some(root) = config.get("route") else {
        findings.about(ALERTMANAGER, "there is no `route`, so no alert reaches anybody", "add a route");
        return;
    };
    let receivers: Vec<&str> =
        config.items_at("receivers").iter().filter_map(|receiver| receiver.text_at("name")).collect();
    root.walk(&mut |node| {
        if let Some(receiver) = node.get("receiver")
            && let Some(name) = receiver.text()
            && !receivers.contains(&name)
        {
            let message = format!("no receiver is called `{name}`");
            findings.on(ALERTMANAGER, receiver, message, "name one of `receivers`, or add it there");
        }
    });
    let labels_of = |alert: &crate::check::rules::Rule<'_>| {
        let labels = alert.node.get("labels").map_or(&[][..], Node::entries);
        let mut labels: Vec<(String, String)> = labels
            .iter()
            .filter_map(|(name, value)| Some((name.text.clone(), value.text()?.to_owned())))
            .collect();
        labels.push(("alertname".to_owned(), alert.name.to_owned()));
        labels
    };
    let reached = |labels: &[(String, String)]| {
        let labels: Vec<Label<'_>> =
            labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut receivers = Vec::new();
        follow(root, None, &labels, &mut receivers);
        receivers
    };
    let tickets: Vec<&str> = repository
        .alerts()
        .filter(|alert| alert.label("severity") == Some("ticket"))
        .flat_map(|alert| reached(&labels_of(alert)))
        .collect();
    for alert in repository.alerts().filter(|alert| alert.label("severity") == Some("page")) {
        let receivers = reached(&labels_of(alert));
        if receivers.iter().all(|receiver| tickets.contains(receiver)) {
            let message = format!(
                "the page `{}` ({}) reaches `{}`, where tickets go: nobody is woken",
                alert.name,
                alert.label("priority").unwrap_or("no priority"),
                receivers.join("`, `")
            );
            let fix =
                format!("route it to the pager in {ALERTMANAGER}; `make alerting-check` follows the routes");
            findings.on(alert.path, alert.at, message, fix);
        }
    }
}

/// The receivers that an alert with these labels reaches: the deepest routes that match, the first one unless it
/// says `continue`.
fn follow<'n>(
    route: &'n Node,
    inherited: Option<&'n str>,
    labels: &[Label<'_>],
    receivers: &mut Vec<&'n str>,
) {
    let receiver = route.text_at("receiver").or(inherited);
    let before = receivers.len();
    for child in route.items_at("routes").iter().filter(|child| matches(child, labels)) {
        follow(child, receiver, labels, receivers);
        if !child.get("continue").is_some_and(Node::is_true) {
            break;
        }
    }
    if receivers.len() == before {
        receivers.extend(receiver);
    }
}

fn matches(route: &Node, labels: &[Label<'_>]) -> bool {
    let value = |name: &str| labels.iter().find(|(label, _)| *label == name).map_or("", |(_, value)| value);
    let old = route.get("match").map_or(&[][..], Node::entries);
    let old_expressions = route.get("match_re").map_or(&[][..], Node::entries);
    route.items_at("matchers").iter().filter_map(Node::text).all(|text| matcher_holds(text, &value))
        && old.iter().all(|(name, wanted)| wanted.text() == Some(value(&name.text)))
        && old_expressions
            .iter()
            .all(|(name, wanted)| wanted.text().is_some_and(|wanted| is_match(wanted, value(&name.text))))
}

/// `severity="page"`, with `=`, `!=`, `=~` or `!~`.
fn matcher_holds<'l>(text: &str, value: &impl Fn(&str) -> &'l str) -> bool {
    let Some(at) = text.find(['=', '!']) else { return false };
    let (name, rest) = (text[..at].trim(), &text[at..]);
    let operators = ["=~", "!~", "!=", "="];
    let Some(operator) = operators.into_iter().find(|operator| rest.starts_with(operator)) else {
        return false;
    };
    let wanted = rest[operator.len()..].trim().trim_matches('"');
    match operator {
        "=" => value(name) == wanted,
        "!=" => value(name) != wanted,
        "=~" => is_match(wanted, value(name)),
        _ => !is_match(wanted, value(name)),
    }
}

fn is_match(expression: &str, value: &str) -> bool {
    regex_lite::Regex::new(&format!("^(?:{expression})$")).is_ok_and(|regex| regex.is_match(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::node::read_yaml;

    #[test]
    fn an_alert_reaches_the_deepest_routes_that_match() {
        let route = "receiver: all\nroutes:\n  - matchers: ['severity=\"page\"']\n    continue: true\n    receiver: pager\n    routes:\n      - matchers: [priority=~P1|P2]\n        receiver: phone\n  - matchers: ['team!=\"x\"']\n    receiver: team\n";
        let documents = read_yaml(route).unwrap();
        let reached = |labels: &[Label<'_>]| {
            let mut receivers = Vec::new();
            follow(&documents[0], None, labels, &mut receivers);
            receivers.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(reached(&[("severity", "page"), ("priority", "P1"), ("team", "x")]), ["phone"]);
        assert_eq!(reached(&[("severity", "page"), ("priority", "P3")]), ["pager", "team"]);
        assert_eq!(reached(&[("severity", "ticket"), ("team", "x")]), ["all"]);
    }
}
