//! Which language the service is in.

use std::collections::BTreeSet;

use super::code::OwnCode;
use super::finding::{Evidence, Finding, Subject, Sure};
use super::held::Held;
use crate::path::Shown;

/// What a build begins with, and the stack that it makes likely; the strongest of a stack first.
pub(super) const MANIFESTS: [(&str, &str); 10] = [
    ("Cargo.toml", "rust"),
    ("go.mod", "go"),
    ("pom.xml", "java"),
    ("build.gradle.kts", "java"),
    ("build.gradle", "java"),
    ("package.json", "typescript"),
    ("pyproject.toml", "python"),
    ("setup.py", "python"),
    ("setup.cfg", "python"),
    ("requirements.txt", "python"),
];

/// The languages of each stack.
const LANGUAGES: [(&str, &[&str]); 5] = [
    ("rust", &["Rust"]),
    ("go", &["Go"]),
    ("java", &["Java", "Kotlin", "Groovy", "Scala"]),
    ("typescript", &["TypeScript", "JavaScript"]),
    ("python", &["Python"]),
];

/// What builds a language.
struct Builders {
    stack: &'static str,
    /// What the stack builds with, and the file by which it is known.
    own: (&'static str, &'static str),
    /// The others.
    others: &'static [(&'static str, &'static str)],
}

const BUILDERS: [Builders; 3] = [
    Builders {
        stack: "java",
        own: ("Maven", "pom.xml"),
        others: &[("Gradle", "build.gradle.kts"), ("Gradle", "build.gradle")],
    },
    Builders {
        stack: "typescript",
        own: ("npm", "package-lock.json"),
        others: &[
            ("pnpm", "pnpm-lock.yaml"),
            ("Yarn", "yarn.lock"),
            ("Bun", "bun.lock"),
            ("Bun", "bun.lockb"),
        ],
    },
    Builders {
        stack: "python",
        own: ("uv", "uv.lock"),
        others: &[
            ("Poetry", "poetry.lock"),
            ("PDM", "pdm.lock"),
            ("Pipenv", "Pipfile"),
            ("pip", "requirements.txt"),
            ("setuptools", "setup.py"),
        ],
    },
];

/// The stack, and what to know of the repository as a whole.
pub(super) fn find(held: &Held<'_>, code: Option<&OwnCode>) -> (Option<Finding>, Vec<String>) {
    let Some(code) = code else { return (None, Vec::new()) };
    let count = |stack: &str| code.files_of(languages(stack)).0;
    let present: Vec<(&str, &str)> = MANIFESTS.iter().filter(|(name, _)| held.has(name)).copied().collect();
    let mut stacks: Vec<&str> = Vec::new();
    for (_, stack) in &present {
        if !stacks.contains(stack) {
            stacks.push(stack);
        }
    }
    // What most of the code is in; a stable sort keeps the order of the table where they are equal.
    stacks.sort_by_key(|stack| std::cmp::Reverse(count(stack)));
    let mut remarks = Vec::new();
    let Some(stack) = stacks.first().copied() else {
        let nested: BTreeSet<&str> = held
            .names()
            .filter(|name| MANIFESTS.iter().any(|(known, _)| name.rsplit('/').next() == Some(*known)))
            .filter_map(|name| name.rsplit_once('/').map(|(folder, _)| folder))
            .collect();
        if nested.len() > 1 {
            let folders: Vec<String> =
                nested.iter().take(3).map(|folder| format!("`{}`", Shown::of(folder))).collect();
            remarks.push(format!(
                "several builds are below this folder ({}): a service is adopted in its own folder, with `-C FOLDER`",
                folders.join(", ")
            ));
        }
        return (by_files(held, code), remarks);
    };
    let (manifest, _) = present.iter().find(|(_, of)| *of == stack).copied().unwrap_or_default();
    let mut evidence = vec![held.evidence(manifest, Some(1), "is its build")];
    if let (files @ 1.., Some(first)) = code.files_of(languages(stack)) {
        evidence.push(sources(held, first, files));
    }
    let note = match manifest {
        "package.json" if code.files_of(&["TypeScript"]).0 == 0 && !held.has("tsconfig.json") => {
            Some("JavaScript, whose nearest stack is TypeScript".to_owned())
        }
        _ => None,
    };
    if let [_, others @ ..] = &*stacks
        && !others.is_empty()
    {
        remarks.push(format!("there are builds of {} too", others.join(", ")));
    }
    let by_hand = by_another_builder(held, stack);
    let sure = if stacks.len() > 1 || note.is_some() { Sure::Likely } else { Sure::Certain };
    let finding = Finding::new(Subject::Stack, stack, sure, evidence).with_note(note);
    (Some(Finding { by_hand, ..finding }), remarks)
}

/// What a person has to change where the service is built with another tool than its stack.
fn by_another_builder(held: &Held<'_>, stack: &str) -> Option<String> {
    let Builders { own: (own, known_by), others, .. } = BUILDERS.iter().find(|of| of.stack == stack)?;
    if held.has(known_by) {
        return None;
    }
    let (other, file) = others.iter().find(|(_, file)| held.has(file))?;
    Some(format!("the commands of stack.mk are for {own}, and `{file}` is for {other}: change them"))
}

/// Without a manifest: what most files are in.
fn by_files(held: &Held<'_>, code: &OwnCode) -> Option<Finding> {
    let (stack, files, first) = LANGUAGES
        .iter()
        .filter_map(|(stack, languages)| {
            let (files, first) = code.files_of(languages);
            first.map(|first| (*stack, files, first))
        })
        .max_by_key(|(_, files, _)| *files)?;
    let evidence = sources(held, first, files);
    Some(Finding::new(Subject::Stack, stack, Sure::Guess, vec![evidence]))
}

fn sources(held: &Held<'_>, first: &str, files: usize) -> Evidence {
    let says =
        if files == 1 { "is its source".to_owned() } else { format!("is one of {files} source files") };
    held.evidence(first, None, &says)
}

fn languages(stack: &str) -> &'static [&'static str] {
    LANGUAGES.iter().find(|(known, _)| *known == stack).map_or(&[], |(_, languages)| languages)
}
