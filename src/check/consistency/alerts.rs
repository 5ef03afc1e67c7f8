//! An alert says how urgent it is, whose it is, and where to look.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::repository::Repository;

pub(super) const LABELLED: Invariant = Invariant {
    rule: "alerts.labelled",
    title: "every alert has severity, priority, team, runbook and dashboard",
    needs: &["ops/slo/"],
    check: labelled,
};

const SEVERITIES: [&str; 2] = ["page", "ticket"];
const PRIORITIES: [&str; 4] = ["P1", "P2", "P3", "P4"];

fn labelled(repository: &Repository<'_>, findings: &mut Findings) {
    for alert in repository.alerts() {
        for name in ["severity", "priority", "service", "slo", "team"] {
            if alert.label(name).is_none() {
                let message = format!("alert `{}` has no label `{name}`", alert.name);
                let fix = "add it: routes, inhibition and the weekly review go by it";
                findings.on(alert.path, alert.at, message, fix);
            }
        }
        for (name, allowed) in [("severity", &SEVERITIES[..]), ("priority", &PRIORITIES[..])] {
            if let Some(value) = alert.label(name)
                && !allowed.contains(&value)
            {
                let message = format!(
                    "alert `{}` has the {name} `{value}`, which is none of {}",
                    alert.name,
                    allowed.join(", ")
                );
                findings.on(alert.path, alert.at, message, "use one that the routes know");
            }
        }
        for name in ["summary", "description", "runbook_url", "dashboard_url"] {
            if alert.annotation(name).is_none() {
                let message = format!("alert `{}` has no annotation `{name}`", alert.name);
                let fix = "add it: the person who is woken has nothing else to go by";
                findings.on(alert.path, alert.at, message, fix);
            }
        }
    }
}
