//! Who owns the service.

use super::finding::{Evidence, Finding, Subject, Sure};
use super::held::Held;
use crate::reconcile::CODE_OWNERS;

/// The team that CODEOWNERS names for the project as a whole, or else the organisation of the remote.
pub(super) fn find(root: &Held<'_>, folder: &str, organisation: &str, service: &str) -> Option<Finding> {
    let place = CODE_OWNERS.into_iter().find(|place| root.has(place));
    let rule = place.and_then(|place| Some((place, rule_for(&root.text(place)?, folder)?)));
    if let Some((place, (line, owners))) = &rule {
        let evidence = root.evidence(place, Some(*line), &format!("gives it to {}", owners.join(" ")));
        let team = owners.iter().find_map(|owner| owner.strip_prefix('@').filter(|name| name.contains('/')));
        if let Some(team) = team {
            return Some(Finding::new(Subject::Owner, team, Sure::Certain, vec![evidence]));
        }
    }
    if organisation.is_empty() {
        return None;
    }
    let mut evidence = vec![Evidence::elsewhere(format!("the remote `origin` is of {organisation}"))];
    evidence.extend(rule.map(|(place, (line, owners))| {
        root.evidence(place, Some(line), &format!("gives it to {}, who is no team", owners.join(" ")))
    }));
    let note = "the team's name is made from the service's".to_owned();
    let owner = format!("{organisation}/{service}-team");
    Some(Finding::new(Subject::Owner, owner, Sure::Guess, evidence).with_note(Some(note)))
}

/// The last rule that is about all files of the folder: its line and its owners.
fn rule_for(text: &str, folder: &str) -> Option<(usize, Vec<String>)> {
    let mut found = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with(['#', '['])) else { continue };
        let of_folder = pattern.trim_start_matches('/').trim_end_matches("**").trim_end_matches('/');
        let is_above = |above: &str| {
            folder == above || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
        };
        if matches!(pattern, "*" | "**" | "/" | "/**") || (!of_folder.is_empty() && is_above(of_folder)) {
            let owners: Vec<String> = words.map(str::to_owned).collect();
            // A rule without owners takes the files out of all earlier ones.
            found = (!owners.is_empty()).then_some((at + 1, owners));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_about_the_whole_folder_counts() {
        let text = "# owners\n* @acme/all\n*.md @acme/docs\n/services/orders/ @acme/orders @ada # us\n/services/orders/x @acme/x\n";
        let rule =
            |folder| rule_for(text, folder).map(|(line, owners)| format!("{line} {}", owners.join(" ")));
        assert_eq!(rule("").as_deref(), Some("2 @acme/all"));
        assert_eq!(rule("services/orders").as_deref(), Some("4 @acme/orders @ada"));
        assert_eq!(rule("services/orders-old").as_deref(), Some("2 @acme/all"));
        assert_eq!(rule_for("* @acme/all\n*\n", ""), None);
    }
}
