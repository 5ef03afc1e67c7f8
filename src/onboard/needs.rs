//! The tools that the tasks of a repository use: its stack's, the Makefile's own, and what `$(call need,…)` names.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Minimum;
use crate::explain::Ground;

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The name of the program.
    pub tool: String,
    /// Whether nothing works without it; else only these tasks need it.
    pub needed: bool,
    /// The tasks, or what it is for.
    pub used_by: Vec<String>,
    /// How old it may be, where a file of the stack says so.
    pub at_least: Option<Minimum>,
    /// How to get it.
    pub install: String,
    /// What the program is asked for its version; none for one that goldpath does not know, which is never started.
    #[serde(skip)]
    pub version: Option<&'static [&'static str]>,
}

/// A program that goldpath knows: what it is asked for its version, and where it comes from.
struct Known {
    tool: &'static str,
    version: &'static [&'static str],
    install: &'static str,
}

const fn known(tool: &'static str, version: &'static [&'static str], install: &'static str) -> Known {
    Known { tool, version, install }
}

const KNOWN: [Known; 23] = [
    known("git", &["--version"], "the package manager of your system: package git"),
    known("make", &["--version"], "the package manager of your system: package make"),
    known("bash", &["--version"], "the package manager of your system: package bash"),
    known("curl", &["--version"], "the package manager of your system: package curl"),
    known("cargo", &["--version"], "https://rustup.rs"),
    known("go", &["version"], "https://go.dev/dl"),
    known("gofmt", &[], "https://go.dev/dl; it comes with go"),
    known("golangci-lint", &["version"], "https://golangci-lint.run/docs/welcome/install"),
    known("uv", &["--version"], "https://docs.astral.sh/uv/getting-started/installation"),
    known("python3", &["--version"], "the package manager of your system: package python3"),
    known("node", &["--version"], "https://nodejs.org/en/download"),
    known("npm", &["--version"], "https://nodejs.org/en/download; it comes with node"),
    known("java", &["-version"], "https://adoptium.net"),
    known("mvn", &["--version"], "https://maven.apache.org/install.html"),
    known("docker", &["--version"], "https://docs.docker.com/get-started/get-docker"),
    known("gh", &["--version"], "https://cli.github.com"),
    known("kubectl", &["version", "--client"], "https://kubernetes.io/docs/tasks/tools"),
    known("promtool", &["--version"], "make tool-promtool"),
    known("amtool", &["--version"], "make tool-amtool"),
    known("k6", &["version"], "make tool-k6"),
    known("opa", &["version"], "make tool-opa"),
    known("goldpath", &["--version"], "the README of goldpath"),
    known("gitleaks", &["version"], "make tool-gitleaks"),
];

/// What every repository of the path needs, whatever its stack.
const ALWAYS: [(&str, &str); 4] = [
    ("git", "the repository"),
    ("make", "every task"),
    ("bash", "the shell of the Makefile"),
    ("curl", "smoke tests and the first hour"),
];
/// What a first day does without; the other targets of stack.mk are what `make check` and `make run` are made of.
const LATER: [&str; 5] = ["stack-deps", "stack-sbom", "stack-release", "stack-command", "stack-format"];

/// The tools of a repository, those first that nothing works without.
#[must_use]
pub fn needs(ground: &Ground<'_>) -> Vec<Need> {
    let makefiles = ground.makefiles();
    let mut found: BTreeMap<String, Need> = BTreeMap::new();
    for (tool, purpose) in ALWAYS {
        // Without a Makefile nobody says that make is wanted.
        if tool == "git" || !makefiles.is_empty() {
            add(&mut found, tool, true, purpose, None);
        }
    }
    for (path, text) in &makefiles {
        let mut target = String::new();
        for line in text.lines() {
            if let Some(recipe) = line.strip_prefix('\t') {
                if path == "stack.mk" && !LATER.contains(&target.as_str()) {
                    for tool in programs(recipe, text) {
                        let purpose = target.strip_prefix("stack-").unwrap_or("build");
                        add(&mut found, tool, true, purpose, None);
                    }
                }
                if let Some((tool, install)) = called_for(recipe) {
                    add(&mut found, tool, false, &target, Some(install));
                }
            } else if let Some(name) = target_of(line) {
                name.clone_into(&mut target);
            }
        }
    }
    let is_installed =
        |tool: &str| makefiles.iter().any(|(_, text)| text.lines().any(|line| installs(tool, line)));
    let tools = ground.text("tools/ci.txt").unwrap_or_default();
    let installed: Vec<String> = found.keys().filter(|tool| is_installed(tool)).cloned().collect();
    for tool in installed {
        // Who runs a task that is made of it gets it, from what there has to be.
        if let Some(need) = found.get_mut(&tool)
            && std::mem::take(&mut need.needed)
        {
            need.install = format!("make tool-{tool}, which these tasks do themselves");
            if let Some(source) = source_of(&tool, &tools) {
                add(&mut found, source, true, &tool, None);
            }
        }
    }
    let mut all: Vec<Need> = found.into_values().collect();
    for need in &mut all {
        need.at_least = Minimum::of(ground, &need.tool);
    }
    all.sort_by_key(|need| !need.needed);
    all
}

fn add(found: &mut BTreeMap<String, Need>, tool: &str, needed: bool, used_by: &str, install: Option<&str>) {
    let known = KNOWN.iter().find(|known| known.tool == tool);
    let need = found.entry(tool.to_owned()).or_insert_with(|| Need {
        tool: tool.to_owned(),
        needed,
        used_by: Vec::new(),
        at_least: None,
        install: install.or(known.map(|known| known.install)).unwrap_or("see the README").to_owned(),
        version: known.map(|known| known.version).filter(|version| !version.is_empty()),
    });
    need.needed |= needed;
    if !need.used_by.iter().any(|known| known == used_by) {
        need.used_by.push(used_by.to_owned());
    }
}

/// The known programs that a line of a recipe starts: what stands in quotes or as an argument may be any word, so only
/// the beginning of a command counts, and a variable that is defined in the same file.
fn programs(recipe: &str, makefile: &str) -> Vec<&'static str> {
    let expanded = expand(recipe, makefile);
    let commands = expanded.split(['|', ';', '&']);
    let starts = commands.filter_map(|command| {
        command
            .trim_start_matches(['@', '-', '\t', ' '])
            .split_whitespace()
            .find(|word| !word.contains('=') && *word != "exec")
    });
    starts.filter_map(|word| KNOWN.iter().find(|known| known.tool == word).map(|known| known.tool)).collect()
}

/// `$(NAME)` at the start of a command, as the Makefile defines it.
fn expand(recipe: &str, makefile: &str) -> String {
    let mut expanded = recipe.to_owned();
    for line in makefile.lines().filter(|line| !line.starts_with(['\t', '#'])) {
        let Some((name, value)) = line.split_once(":=").or_else(|| line.split_once('=')) else { continue };
        let name = name.trim_end_matches(['?', ':', ' ']);
        if !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') {
            expanded = expanded.replace(&format!("$({name})"), value.trim());
        }
    }
    expanded
}

/// `$(call need,TOOL,HOW)`.
fn called_for(recipe: &str) -> Option<(&str, &str)> {
    let (_, rest) = recipe.split_once("$(call need,")?;
    let (tool, install) = rest.rsplit_once(')')?.0.split_once(',')?;
    let is_program =
        !tool.is_empty() && tool.bytes().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c));
    is_program.then(|| (tool, install.trim()))
}

/// Whether a rule has make install the tool first.
fn installs(tool: &str, line: &str) -> bool {
    target_of(line).is_some()
        && line.split_whitespace().any(|word| word.strip_prefix("tool-").is_some_and(|name| name == tool))
}

/// The program that installs a tool, by the registry that a line of `tools/ci.txt` names.
fn source_of(tool: &str, tools: &str) -> Option<&'static str> {
    let mut lines = tools.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    match *lines.find(|words| words.first() == Some(&tool))?.get(2)? {
        "pip" => Some("python3"),
        "go" => Some("go"),
        "cargo" => Some("cargo"),
        _ => None,
    }
}

/// What a rule makes: a task, or a file.
fn target_of(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(':').filter(|_| !line.starts_with(['#', ' ', '.']))?;
    (!rest.starts_with(['=', ':']) && !name.contains('=')).then(|| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_needs_what_it_starts_and_not_what_it_mentions() {
        assert_eq!(programs("@DRAIN_MS=\"0\" exec java @jvm.args -jar x", ""), ["java"]);
        assert_eq!(programs("echo go | node x", ""), ["node"]);
        assert_eq!(programs("$(run) pytest --quiet", "run := uv run --locked\n"), ["uv"]);
    }

    #[test]
    fn a_tool_that_is_called_for_comes_with_its_own_hint() {
        let told = called_for("$(call need,docker,the package manager: docker.io (or docker))");
        assert_eq!(told, Some(("docker", "the package manager: docker.io (or docker)")));
        assert_eq!(called_for("$(call need,$(1),x)"), None);
    }
}
