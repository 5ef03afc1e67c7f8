//! What the service is called.

use serde::Deserialize;
use toml::Spanned;

use super::finding::{Evidence, Finding, Subject, Sure};
use super::held::{Held, line_at, line_with};
use super::xml;
use crate::plan::Facts;

/// The name in the manifest, the repository's at its host, the folder's; two that agree are certain.
pub(super) fn find(held: &Held<'_>, remote: &str, folder: &str) -> Option<Finding> {
    let mut named: Vec<(String, Evidence)> = Vec::new();
    for (name, manifest, line) in in_manifests(held) {
        let says = format!("names it {name}");
        named.push((Facts::slug(&name), held.evidence(manifest, line, &says)));
    }
    let manifests = named.len();
    if !remote.is_empty() {
        let evidence = Evidence::elsewhere(format!("the remote `origin` names it {remote}"));
        named.push((Facts::slug(remote), evidence));
    }
    let by_folder = (Facts::slug(folder), Evidence::elsewhere(format!("the folder is {folder}")));
    named.push(by_folder);
    named.retain(|(name, _)| !name.is_empty());
    let (value, _) = named.first()?.clone();
    let agreeing: Vec<Evidence> =
        named.iter().filter(|(name, _)| *name == value).map(|(_, evidence)| evidence.clone()).collect();
    let sure = match agreeing.len() {
        2.. => Sure::Certain,
        _ if manifests > 0 || !remote.is_empty() => Sure::Likely,
        _ => Sure::Guess,
    };
    Some(Finding::new(Subject::Name, value, sure, agreeing))
}

/// Every name that a manifest gives: the name, the file, the line.
fn in_manifests(held: &Held<'_>) -> Vec<(String, &'static str, Option<usize>)> {
    let readers: [(&'static str, Reader); 7] = [
        ("Cargo.toml", of_cargo),
        ("go.mod", of_go),
        ("pom.xml", of_maven),
        ("settings.gradle.kts", of_gradle),
        ("settings.gradle", of_gradle),
        ("package.json", of_node),
        ("pyproject.toml", of_python),
    ];
    readers
        .into_iter()
        .filter_map(|(manifest, read)| {
            let (name, line) = read(&held.text(manifest)?)?;
            Some((name, manifest, line))
        })
        .collect()
}

type Reader = fn(&str) -> Option<(String, Option<usize>)>;

#[derive(Deserialize)]
struct Named {
    name: Option<Spanned<String>>,
}

impl Named {
    fn read(self, text: &str) -> Option<(String, Option<usize>)> {
        let name = self.name?;
        let line = line_at(text, name.span().start);
        Some((name.into_inner(), Some(line)))
    }
}

fn of_cargo(text: &str) -> Option<(String, Option<usize>)> {
    #[derive(Deserialize)]
    struct Cargo {
        package: Option<Named>,
    }
    toml::from_str::<Cargo>(text).ok()?.package?.read(text)
}

fn of_python(text: &str) -> Option<(String, Option<usize>)> {
    #[derive(Deserialize)]
    struct Project {
        project: Option<Named>,
        tool: Option<Tool>,
    }
    #[derive(Deserialize)]
    struct Tool {
        poetry: Option<Named>,
    }
    let read: Project = toml::from_str(text).ok()?;
    read.project.or_else(|| read.tool?.poetry)?.read(text)
}

fn of_go(text: &str) -> Option<(String, Option<usize>)> {
    let (at, module) =
        text.lines().enumerate().find_map(|(at, line)| Some((at, line.strip_prefix("module ")?)))?;
    let module = module.split("//").next()?.trim().trim_matches('"');
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|digits| digits.parse::<u32>().is_ok_and(|major| major > 1))
    };
    let name = module.rsplit('/').find(|part| !is_version(part))?;
    Some((name.to_owned(), Some(at + 1)))
}

fn of_maven(text: &str) -> Option<(String, Option<usize>)> {
    let (name, line) = xml::element(text, &["project", "artifactId"])?;
    (!name.contains('$')).then_some((name, Some(line)))
}

fn of_gradle(text: &str) -> Option<(String, Option<usize>)> {
    let (at, line) =
        text.lines().enumerate().find(|(_, line)| line.trim().starts_with("rootProject.name"))?;
    let name = line.split(['"', '\'']).nth(1)?;
    Some((name.to_owned(), Some(at + 1)))
}

fn of_node(text: &str) -> Option<(String, Option<usize>)> {
    let read: serde_json::Value = serde_json::from_str(text).ok()?;
    let name = read.get("name")?.as_str()?;
    // The scope is the organisation.
    let short = name.rsplit('/').next()?;
    Some((short.to_owned(), line_with(text, &["\"name\"", name])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manifest_names_its_service_on_a_line() {
        let named =
            |read: Reader, text: &str| read(text).map(|(name, line)| format!("{name}:{}", line.unwrap()));
        let cases: [(Reader, &str, Option<&str>); 11] = [
            (of_cargo, "[[bin]]\nname = \"x\"\n[package]\nname = \"orders\"\n", Some("orders:4")),
            (of_cargo, "[workspace]\nmembers = []\n", None),
            (of_cargo, "[package\n", None),
            (of_go, "// x\nmodule github.com/acme/orders/v2 // y\n", Some("orders:2")),
            (
                of_maven,
                "<project>\n<parent><artifactId>p</artifactId></parent>\n<artifactId>orders</artifactId>\n</project>",
                Some("orders:3"),
            ),
            (of_maven, "<project><artifactId>${x}</artifactId></project>", None),
            (of_gradle, "\nrootProject.name = 'orders'\n", Some("orders:2")),
            (of_node, "{\n  \"version\": \"1\",\n  \"name\": \"@acme/orders\"\n}\n", Some("orders:3")),
            (of_node, "{}", None),
            (of_python, "[project]\nname = \"orders\"\n", Some("orders:2")),
            (of_python, "[tool.poetry]\nname = \"orders\"\n", Some("orders:2")),
        ];
        for (read, text, expected) in cases {
            assert_eq!(named(read, text).as_deref(), expected, "{text}");
        }
    }
}
