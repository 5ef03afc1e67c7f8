//! From a plan and what it rendered to, to the text of `goldpath.lock`.

use std::fmt::{Display, Write as _};

use super::entries::HEADER;
use super::{Carried, Code, EXTENDED, FORMAT, LockedControl};
use crate::pack::source::Origin;
use crate::plan::{Answer, Plan, Source};
use crate::render::tree::Tree;
use crate::value::toml_string;

/// The text of the lock for a plan and what it rendered to.
#[must_use]
pub(crate) fn lock_text(
    plan: &Plan<'_>,
    tree: &Tree,
    origin: &Origin,
    Carried { code, controls, began }: Carried<'_>,
) -> String {
    let mut text = format!("# Written by goldpath. Do not edit.\nversion = {FORMAT}\n\n[pack]\n");
    pair(&mut text, "name", toml_string(&plan.pack.name));
    pair(&mut text, "version", toml_string(&plan.pack.version.to_string()));
    pair(&mut text, "source", toml_string(&origin.fact()));
    pair(&mut text, "digest", toml_string(&plan.pack.digest()));
    if let Some(commit) = &origin.commit {
        pair(&mut text, "commit", toml_string(commit));
    }
    if let Some(base) = &plan.pack.base {
        pair(&mut text, "extends", toml_string(&format!("{EXTENDED}{}", base.version)));
    }
    text.push_str("\n[plan]\n");
    pair(&mut text, "preset", toml_string(&plan.preset));
    pair(&mut text, "stack", toml_string(&plan.stack));
    if code == Code::Own {
        text.push_str("code = \"own\"\n");
    }
    list(&mut text, "components", plan.components.iter().map(|component| component.name.as_str()));
    let overrides = plan.settings.iter().filter(|setting| setting.is_override());
    list(&mut text, "overrides", overrides.map(|setting| setting.name.as_str()));
    text.push_str("\n[answers]\n");
    for answer in plan.stored_answers() {
        pair(&mut text, &answer.key, answer.value.to_toml());
    }
    text.push_str("\n[defaults]\n");
    let not_given = |answer: &&Answer| matches!(answer.from, Source::Default | Source::Lock);
    for answer in plan.stored_answers().filter(not_given) {
        let default = plan.question(&answer.key).and_then(|question| question.default.as_ref());
        if let Some(default) = default {
            pair(&mut text, &answer.key, default.to_toml());
        }
    }
    text.push_str("\n[settings]\n");
    for setting in &plan.settings {
        pair(&mut text, &toml_string(&setting.name), setting.value.to_toml());
    }
    text.push_str("\n[controls]\n");
    for (id, LockedControl { severity, since }) in controls {
        let value = format_args!("{{ severity = \"{}\", since = {} }}", severity.name(), toml_string(since));
        pair(&mut text, &toml_string(id), value);
    }
    for (path, file) in tree {
        text.push_str(HEADER);
        pair(&mut text, "path", toml_string(path.as_str()));
        pair(&mut text, "component", toml_string(&file.component));
        pair(&mut text, "ownership", format_args!("\"{}\"", file.ownership));
        pair(&mut text, "mode", format_args!("\"{:o}\"", file.mode.bits()));
        let blob = began.get(path).copied().unwrap_or(file.blob);
        pair(&mut text, "blob", format_args!("\"{blob}\""));
        if blob != file.blob {
            pair(&mut text, "rendered", format_args!("\"{}\"", file.blob));
        }
        if code == Code::Own && !plan.pack.joins_other_code(&file.component, path) {
            pair(&mut text, "beginning", "true");
        }
    }
    text
}

/// A key with its value, which is TOML already.
fn pair(text: &mut String, key: &str, value: impl Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{key} = {value}");
}

/// A list with an item a line, so that two branches which add one each merge.
fn list<'t>(text: &mut String, key: &str, items: impl Iterator<Item = &'t str>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        let _ = writeln!(text, "{key} = []");
        return;
    }
    let _ = writeln!(text, "{key} = [");
    for item in items {
        let _ = writeln!(text, "  {},", toml_string(item));
    }
    text.push_str("]\n");
}
