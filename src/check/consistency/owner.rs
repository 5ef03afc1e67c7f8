//! One team owns the service, in every file that names an owner.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::node::Position;
use crate::check::repository::Repository;
use crate::reconcile::CODE_OWNERS;

pub(super) const AGREES: Invariant = Invariant {
    rule: "owner.agrees",
    title: "CODEOWNERS, catalogue, alerts and the on-call page name one owner",
    needs: &[CODE_OWNERS[0]],
    check: agrees,
};

const CATALOG: &str = "catalog-info.yaml";
const POLICY: &str = "ops/slo/error-budget-policy.toml";

fn agrees(repository: &Repository<'_>, findings: &mut Findings) {
    let Some((place, text)) = repository.files.code_owners() else { return };
    let everything = text.lines().enumerate().filter_map(|(index, line)| {
        let rest = line.strip_prefix("* ")?;
        Some((index + 1, rest.split('#').next().unwrap_or_default().trim()))
    });
    // The last rule for everything is the one that GitHub follows.
    let Some((line, owners)) = everything.last() else {
        findings.about(
            place,
            "nobody owns what no rule names",
            "add a rule for everything: `* @ORGANISATION/TEAM`",
        );
        return;
    };
    let owners: Vec<&str> = owners.split_whitespace().map(|owner| owner.trim_start_matches('@')).collect();
    if owners.is_empty() {
        let at = Position { line, column: 1 };
        findings.at(place, at, "this rule takes every owner away", "name one: `* @ORGANISATION/TEAM`");
        return;
    }
    let is_owner = |name: &str| {
        owners
            .iter()
            .any(|owner| *owner == name || owner.rsplit_once('/').is_some_and(|(_, team)| team == name))
    };
    let shown = owners.join(", ");
    let fix =
        format!("name one owner everywhere: the answer `owner` in goldpath.toml, or the rule in {place}");
    for document in repository.files.data(CATALOG) {
        if let Some(owner) = document.at("spec.owner")
            && let Some(name) = owner.text()
            && !is_owner(name.rsplit_once(['/', ':']).map_or(name, |(_, team)| team))
        {
            let message = format!("the catalogue says `{name}`, and {place} says `{shown}`");
            findings.on(CATALOG, owner, message, fix.as_str());
        }
    }
    for alert in repository.alerts() {
        if let Some(team) = alert.label("team")
            && !is_owner(team)
        {
            let message = format!("alert `{}` goes to `{team}`, and {place} says `{shown}`", alert.name);
            findings.on(alert.path, alert.at, message, fix.as_str());
        }
    }
    let on_call = repository.on_call_page();
    if let Some(page) = repository.files.text(on_call)
        && !owners.iter().any(|owner| page.contains(owner))
    {
        findings.about(
            on_call,
            format!("the on-call page does not name `{shown}`, which {place} does"),
            fix.as_str(),
        );
    }
    if let Some(owner) = repository.files.document(POLICY).and_then(|policy| policy.get("owner"))
        && let Some(name) = owner.text()
        && !is_owner(name)
    {
        let message = format!("the budget policy says `{name}`, and {place} says `{shown}`");
        findings.on(POLICY, owner, message, fix.as_str());
    }
}
