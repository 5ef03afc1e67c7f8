//! Under which licence the code is.

use super::finding::{Evidence, Finding, Subject, Sure};
use super::held::{Held, line_with};
use super::xml;

/// A text that only this licence has, in the order in which they have to be looked for.
const TEXTS: [(&str, &str); 12] = [
    ("Apache License", "Apache-2.0"),
    ("GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0"),
    ("GNU LESSER GENERAL PUBLIC LICENSE", "LGPL-3.0"),
    ("Mozilla Public License", "MPL-2.0"),
    ("Boost Software License", "BSL-1.0"),
    ("European Union Public Licence", "EUPL-1.2"),
    ("This is free and unencumbered software", "Unlicense"),
    ("Permission to use, copy, modify, and", "ISC"),
    ("Permission is hereby granted, free of charge", "MIT"),
    ("Neither the name of", "BSD-3-Clause"),
    ("Redistribution and use in source and binary forms", "BSD-2-Clause"),
    ("All rights reserved", "proprietary"),
];

/// What a licence file and the manifest say; two that agree are certain.
pub(super) fn find(project: &Held<'_>, root: &Held<'_>) -> Option<Finding> {
    let mut found: Vec<(String, Evidence)> = Vec::new();
    // The project's own goes before the one of the repository around it.
    let held = [project, root].into_iter().find(|held| held.names().any(is_licence));
    if let Some(held) = held {
        for name in held.names().filter(|name| is_licence(name)) {
            let Some((id, line)) = held.text(name).and_then(|text| identified(&text)) else { continue };
            found.push((id.to_owned(), held.evidence(name, Some(line), "is its text")));
        }
    }
    found.extend(in_manifest(project));
    let value = found.first()?.0.clone();
    let agrees = |other: &str| other.split_whitespace().any(|id| id.trim_matches(['(', ')']) == value);
    let (same, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|(other, _)| agrees(other));
    let sure = if same.len() > 1 { Sure::Certain } else { Sure::Likely };
    let note = others.first().map(|(other, evidence)| format!("{evidence}: {other}"));
    let evidence = same.into_iter().map(|(_, evidence)| evidence).collect();
    Some(Finding::new(Subject::Licence, value, sure, evidence).with_note(note))
}

fn is_licence(name: &str) -> bool {
    let upper = name.to_uppercase();
    !name.contains('/') && ["LICENSE", "LICENCE", "COPYING"].iter().any(|known| upper.starts_with(known))
}

/// The licence of this text, and the line that says it.
fn identified(text: &str) -> Option<(&'static str, usize)> {
    if let Some(line) = line_with(text, &["GNU GENERAL PUBLIC LICENSE"]) {
        return Some((if text.contains("Version 2,") { "GPL-2.0" } else { "GPL-3.0" }, line));
    }
    TEXTS.iter().find_map(|(known, id)| Some((*id, line_with(text, &[known])?)))
}

/// What the manifest says of it.
fn in_manifest(held: &Held<'_>) -> Vec<(String, Evidence)> {
    let mut found = Vec::new();
    for (name, tables) in [
        ("Cargo.toml", &["package"][..]),
        ("pyproject.toml", &["project"]),
        ("pyproject.toml", &["tool", "poetry"]),
    ] {
        let Some(text) = held.text(name) else { continue };
        let Ok(read) = toml::from_str::<toml::Value>(&text) else { continue };
        let table = tables.iter().try_fold(&read, |table, name| table.get(*name));
        let licence = table.and_then(|table| table.get("license"));
        let id = licence.and_then(|licence| licence.as_str().or_else(|| licence.get("text")?.as_str()));
        if let Some(id) = id.filter(|id| !id.contains('\n')) {
            let line = line_with(&text, &["license", id]).or_else(|| line_with(&text, &["text", id]));
            found.push((id.to_owned(), held.evidence(name, line, "says so")));
        }
    }
    if let Some(text) = held.text("package.json")
        && let Ok(read) = serde_json::from_str::<serde_json::Value>(&text)
        && let Some(id) = read.get("license").and_then(serde_json::Value::as_str)
    {
        let line = line_with(&text, &["\"license\"", id]);
        found.push((id.to_owned(), held.evidence("package.json", line, "says so")));
    }
    if let Some(text) = held.text("pom.xml")
        && let Some((name, line)) = xml::element(&text, &["project", "licenses", "license", "name"])
    {
        found.push((name, held.evidence("pom.xml", Some(line), "says so")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_known_by_its_own_words() {
        for (text, id) in [
            ("MIT License\n\nPermission is hereby granted, free of charge, to any", "MIT"),
            ("                                 Apache License\n  Version 2.0", "Apache-2.0"),
            ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "GPL-3.0"),
            ("Redistribution and use in source and binary forms\nNeither the name of x", "BSD-3-Clause"),
            ("Copyright Acme. All rights reserved.", "proprietary"),
        ] {
            assert_eq!(identified(text).map(|(id, _)| id), Some(id), "{text}");
        }
        assert_eq!(identified("do what you like"), None);
    }
}
