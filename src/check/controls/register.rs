//! The register of exceptions, ops/exceptions.toml: which rule does not hold where, who answers for it, and until when.
//!
//! It is the one that `policy/` of the generated repository reads too. `rule` is the id of a control or of a policy.

use serde_json::{Value, json};

use crate::check::checked::{Checked, Family};
use crate::check::day::Day;
use crate::check::files::Files;
use crate::check::finding::Finding;
use crate::check::node::Node;
use crate::lock::Lock;
use crate::value::Value as Setting;

pub(super) const REGISTER: &str = "ops/exceptions.toml";
/// However long a repository allows: after this an exception is a decision, and belongs into the preset.
const LONGEST: i64 = 90;
/// What stands for every file.
const EVERYWHERE: &str = "*";
const KEYS: [&str; 7] = ["rule", "path", "owner", "approver", "reason", "granted", "expires"];

/// The exceptions of a repository.
pub(in crate::check) struct Register {
    exceptions: Vec<Exception>,
    today: Day,
    longest: i64,
}

struct Exception {
    line: usize,
    column: usize,
    rule: String,
    path: String,
    owner: String,
    approver: String,
    reason: String,
    granted: Option<Day>,
    expires: Option<Day>,
    /// A key that the register does not have.
    unknown: Option<String>,
}

impl Register {
    /// One in which nothing stands.
    pub(in crate::check) fn empty(today: Day) -> Self {
        Self { exceptions: Vec::new(), today, longest: LONGEST }
    }

    pub(in crate::check) fn read(files: &Files, lock: Option<&Lock>, today: Day) -> Self {
        let setting = lock.and_then(|lock| lock.settings.get("policy.exception_days"));
        let longest = match setting {
            Some(Setting::Integer(days)) => LONGEST.min(*days),
            _ => LONGEST,
        };
        let listed = files.document(REGISTER).map_or(&[][..], |register| register.items_at("exception"));
        Self { exceptions: listed.iter().map(Exception::read).collect(), today, longest }
    }

    /// What stands in the facts document.
    pub(in crate::check) fn facts(&self) -> Vec<Value> {
        let of = |exception: &Exception| {
            json!({
                "rule": exception.rule,
                "path": exception.path,
                "owner": exception.owner,
                "reason": exception.reason,
                "granted": exception.granted.map(|day| day.to_string()),
                "expires": exception.expires.map(|day| day.to_string()),
                "in_force": self.fault(exception).is_none(),
            })
        };
        self.exceptions.iter().map(of).collect()
    }

    /// Waives what an exception in force covers.
    pub(super) fn waive(&self, finding: &mut Finding) {
        let covers = |exception: &&Exception| {
            exception.rule == finding.rule
                && (exception.path == finding.path || exception.path == EVERYWHERE)
                && self.fault(exception).is_none()
        };
        if let Some(exception) = self.exceptions.iter().find(covers) {
            let until = exception.expires.map(|day| day.to_string()).unwrap_or_default();
            let approver = match exception.approver.as_str() {
                "" => String::new(),
                approver => format!(", approved by {approver}"),
            };
            finding.waived =
                Some(format!("until {until} by {}{approver}: {}", exception.owner, exception.reason));
        }
    }

    /// Whether every exception is owned, explained, short and not at its end.
    pub(super) fn check(&self) -> Checked {
        Checked::of(
            Family::Controls,
            "exceptions.in-force",
            "every exception is owned, explained, short and not at its end",
            |findings| {
                for exception in &self.exceptions {
                    if let Some((message, fix)) = self.fault(exception) {
                        let rule = match exception.rule.as_str() {
                            "" => "an unnamed rule",
                            rule => rule,
                        };
                        let message = format!("the exception to {rule} {message}");
                        findings.add(REGISTER, Some(exception.line), Some(exception.column), message, fix);
                    }
                }
            },
        )
    }

    /// Why an exception covers nothing, and what to do.
    fn fault(&self, exception: &Exception) -> Option<(String, &'static str)> {
        const COMPLETE: &str =
            "give it `rule`, `path` (`*` for every file), `owner`, `reason`, `granted` and `expires`";
        const RENEW: &str = "keep the rule and remove the exception, or ask for a new one in a pull request";
        if let Some(key) = &exception.unknown {
            let near = crate::nearest::did_you_mean(key, KEYS);
            return Some((format!("has a key `{key}`, which the register does not have: {near}"), COMPLETE));
        }
        let texts = [
            ("rule", &exception.rule),
            ("path", &exception.path),
            ("owner", &exception.owner),
            ("reason", &exception.reason),
        ];
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Some((format!("has no `{name}`"), COMPLETE));
        }
        let (Some(granted), Some(expires)) = (exception.granted, exception.expires) else {
            return Some(("does not say from when until when, as `YYYY-MM-DD`".to_owned(), COMPLETE));
        };
        let days = granted.until(expires);
        if self.today < granted {
            return Some((format!("begins on {granted}, which is not yet"), RENEW));
        }
        if days > self.longest {
            return Some((format!("lasts {days} days, and {} is the most", self.longest), RENEW));
        }
        if expires < self.today {
            return Some((format!("ended on {expires}"), RENEW));
        }
        None
    }
}

impl Exception {
    fn read(node: &Node) -> Self {
        let text = |name: &str| node.text_at(name).unwrap_or_default().to_owned();
        let day = |name: &str| node.text_at(name).and_then(Day::parse);
        let unknown = node.entries().iter().find(|(name, _)| !KEYS.contains(&name.text.as_str()));
        Self {
            line: node.at.line,
            column: node.at.column,
            rule: text("rule"),
            path: text("path"),
            owner: text("owner"),
            approver: text("approver"),
            reason: text("reason"),
            granted: day("granted"),
            expires: day("expires"),
            unknown: unknown.map(|(name, _)| name.text.clone()),
        }
    }
}
