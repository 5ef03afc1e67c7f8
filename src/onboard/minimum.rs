//! The oldest version of a tool that a repository works with, where a file of its stack says so already.

use serde::Serialize;

use crate::explain::Ground;

/// At least this version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Minimum {
    /// As the file has it, such as `3.11`.
    pub version: String,
    /// The file that says so.
    pub file: &'static str,
}

impl Minimum {
    /// What the files of a repository say of a tool.
    pub(super) fn of(ground: &Ground<'_>, tool: &str) -> Option<Self> {
        let file = match tool {
            "cargo" => "Cargo.toml",
            "go" => "go.mod",
            "python3" => "pyproject.toml",
            "node" | "npm" => "package.json",
            "java" => "pom.xml",
            _ => return None,
        };
        let version = stated(tool, &ground.text(file)?)?;
        Some(Self { version, file })
    }

    /// Whether what a tool says of itself is new enough; none where no version can be read in it.
    #[must_use]
    pub fn is_met_by(&self, said: &str) -> Option<bool> {
        let (wanted, found) = (numbers(&self.version), numbers(&version_in(said)?));
        let at = |numbers: &[u64], index: usize| numbers.get(index).copied().unwrap_or_default();
        let apart = (0..wanted.len()).find(|index| at(&wanted, *index) != at(&found, *index));
        Some(apart.is_none_or(|index| at(&wanted, index) < at(&found, index)))
    }
}

/// The lower bound that a file of a stack states.
fn stated(tool: &str, text: &str) -> Option<String> {
    let requirement = match tool {
        "cargo" => {
            let manifest: toml::Table = text.parse().ok()?;
            let of = |table: &str| manifest.get(table)?.get("package").or_else(|| manifest.get(table));
            let package = of("package").or_else(|| of("workspace"))?;
            package.get("rust-version")?.as_str()?.to_owned()
        }
        "go" => text.lines().find_map(|line| line.strip_prefix("go "))?.to_owned(),
        "python3" => {
            let manifest: toml::Table = text.parse().ok()?;
            manifest.get("project")?.get("requires-python")?.as_str()?.to_owned()
        }
        "node" | "npm" => {
            let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
            manifest.get("engines")?.get(tool)?.as_str()?.to_owned()
        }
        "java" => {
            let properties = ["maven.compiler.release", "java.version", "maven.compiler.source"];
            properties.iter().find_map(|name| {
                let (_, rest) = text.split_once(&format!("<{name}>"))?;
                Some(rest.split_once('<')?.0.to_owned())
            })?
        }
        _ => return None,
    };
    lower_bound(&requirement)
}

/// The version of `1.95`, `>=3.11`, `^20`, `~20.1` or `>=3.11, <4`; what can be met in several ways has none.
fn lower_bound(requirement: &str) -> Option<String> {
    if requirement.contains("||") {
        return None;
    }
    let bounds = requirement.split([',', ' ']).map(str::trim).filter(|bound| !bound.is_empty());
    let mut lower = bounds.filter_map(|bound| {
        let version = bound.trim_start_matches(">=").trim_start_matches(['^', '~', '=']);
        is_version(version).then(|| version.trim_end_matches(".x").to_owned())
    });
    lower.next()
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.trim_end_matches(".x").bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The first word that is a version, whatever letters or quotes it begins with: `go1.26.0`, `v22.1.0`, `"17.0.9"`.
fn version_in(said: &str) -> Option<String> {
    said.split_whitespace().find_map(|word| {
        let word = word.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '"');
        let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
        let version = word[..end].trim_end_matches('.');
        (!version.is_empty() && version.starts_with(|c: char| c.is_ascii_digit())).then(|| version.to_owned())
    })
}

/// The numbers of a version; one that is too large to be one counts as the largest.
fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or(u64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tool_says_of_itself_is_compared_by_its_numbers() {
        for (least, said, met) in [
            ("1.95", "cargo 1.95.0 (f2d3ce0bd 2026-02-10)", Some(true)),
            ("1.95", "cargo 1.94.2", Some(false)),
            ("1.26.0", "go version go1.26 linux/amd64", Some(true)),
            ("3.11", "Python 3.9.18", Some(false)),
            ("20", "v22.1.0", Some(true)),
            ("20.1", "v20", Some(false)),
            ("17", "openjdk version \"17.0.9\" 2023-10-17", Some(true)),
            ("17", "openjdk 17 2021-09-14", Some(true)),
            ("17", "java version \"1.8.0_292\"", Some(false)),
            ("17", "Picked up JAVA_TOOL_OPTIONS: -Xmx512m", None),
            ("17", "", None),
            ("1", "x99999999999999999999999", Some(true)),
        ] {
            let minimum = Minimum { version: least.to_owned(), file: "x" };
            assert_eq!(minimum.is_met_by(said), met, "{least} in {said}");
        }
    }

    #[test]
    fn the_lower_bound_is_read_where_the_stack_has_it() {
        for (tool, text, bound) in [
            ("cargo", "[package]\nrust-version = \"1.85\"\n", Some("1.85")),
            ("cargo", "[workspace.package]\nrust-version = \"1.85\"\n", Some("1.85")),
            ("cargo", "[package]\nrust-version.workspace = true\n", None),
            ("go", "module x\n\ngo 1.26.0\n", Some("1.26.0")),
            ("python3", "[project]\nrequires-python = \">=3.11, <4\"\n", Some("3.11")),
            ("node", "{\"engines\": {\"node\": \">=20\"}}", Some("20")),
            ("node", "{\"engines\": {\"node\": \"18 || >=20\"}}", None),
            ("npm", "{\"engines\": {\"node\": \">=20\"}}", None),
            ("java", "<java.version>17</java.version>", Some("17")),
            ("java", "<java.version>${x}</java.version>", None),
            ("cargo", "\0[", None),
        ] {
            assert_eq!(stated(tool, text).as_deref(), bound, "{tool} in {text}");
        }
    }
}
