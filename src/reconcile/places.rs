//! Places that are one file to whoever reads them: with a file in two of them, one counts and the other is silent.
//!
//! Only files that presets render are here. No workflows: GitHub runs `ci.yml` and `ci.yaml`, each for itself.

/// Where GitHub looks for code owners; the first one that is there counts.
/// (docs.github.com, "About code owners": CODEOWNERS file location)
pub const CODE_OWNERS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// A rendered file, and the other places where the same reader looks.
struct Place {
    rendered: &'static str,
    /// `NAME.*` is this name in any case, with any ending or none.
    others: &'static [&'static str],
    reader: Reader,
    /// What would be if the rendered file stood beside `yours`.
    beside: &'static str,
}

#[derive(PartialEq, Eq)]
enum Reader {
    /// It reads the root of a repository only.
    GitHub,
    /// It reads the folder of a project.
    Tool,
}

const PLACES: [Place; 8] = [
    Place {
        rendered: CODE_OWNERS[0],
        others: &[CODE_OWNERS[1], CODE_OWNERS[2]],
        reader: Reader::GitHub,
        beside: "GitHub would follow this one, and no rule of yours",
    },
    // github/docs#43123: `dependabot.yaml` is read too; no page says which of two counts.
    Place {
        rendered: ".github/dependabot.yml",
        others: &[".github/dependabot.yaml"],
        reader: Reader::GitHub,
        beside: "Dependabot reads one of the two, and it might not be yours",
    },
    // docs.github.com, "Setting guidelines for repository contributors": `.github`, then the root, then `docs`; names are
    // not case sensitive.
    Place {
        rendered: "CONTRIBUTING.md",
        others: &[".github/CONTRIBUTING.*", "CONTRIBUTING.*", "docs/CONTRIBUTING.*"],
        reader: Reader::GitHub,
        beside: "GitHub links to one of the two, and it might not be yours",
    },
    // docs.github.com, "Adding a security policy to your repository"
    Place {
        rendered: "SECURITY.md",
        others: &[".github/SECURITY.md", "docs/SECURITY.md"],
        reader: Reader::GitHub,
        beside: "GitHub shows one of the two as the security policy, and it might not be yours",
    },
    // docs.github.com, "About READMEs": `.github`, then the root, then `docs`. Of two in one folder the first by name is
    // shown (github/markup#360).
    Place {
        rendered: "README.md",
        others: &[".github/README.*", "README.*", "docs/README.*"],
        reader: Reader::GitHub,
        beside: "GitHub shows one of the two, and it might not be yours",
    },
    // GNU make manual, "What Name to Give Your Makefile": GNUmakefile, makefile, Makefile.
    Place {
        rendered: "Makefile",
        others: &["GNUmakefile", "makefile"],
        reader: Reader::Tool,
        beside: "make reads yours, and would never read this one",
    },
    // containers.dev, "Dev Container metadata reference": the folder, then the file at the root.
    Place {
        rendered: ".devcontainer/devcontainer.json",
        others: &[".devcontainer.json"],
        reader: Reader::Tool,
        beside: "editors would open this one, and yours no more",
    },
    // cargo-deny takes the first of deny.toml, .deny.toml and .cargo/deny.toml (EmbarkStudios/cargo-deny#366).
    Place {
        rendered: "deny.toml",
        others: &[".deny.toml", ".cargo/deny.toml"],
        reader: Reader::Tool,
        beside: "cargo-deny would read this one, and yours no more",
    },
];

/// A file of the team in another place of a file that the path renders.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken<'t> {
    /// The file of the team.
    pub other: &'t str,
    /// What would be if the rendered file stood beside it.
    pub beside: &'static str,
}

impl Taken<'_> {
    /// Why the rendered file is not written.
    pub(super) fn reason(&self) -> String {
        format!("not written, you have `{}`: {}", self.other, self.beside)
    }
}

/// Which file of the team is in another place of a rendered file; `at_root` where the project is the whole repository.
pub(super) fn taken<'t>(
    rendered: &str,
    at_root: bool,
    team: &(impl Iterator<Item = &'t str> + Clone),
) -> Option<Taken<'t>> {
    let place = PLACES.iter().find(|place| place.rendered == rendered)?;
    if place.reader == Reader::GitHub && !at_root {
        return None;
    }
    let of_team = |other: &str| team.clone().find(|path| *path != rendered && is_at(path, other));
    let other = place.others.iter().find_map(|other| of_team(other))?;
    Some(Taken { other, beside: place.beside })
}

fn is_at(path: &str, place: &str) -> bool {
    let Some(place) = place.strip_suffix(".*") else { return path == place };
    let split = |path: &str| path.rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
    let ((folder, name), (of_place, stem)) = (path.split_at(split(path)), place.split_at(split(place)));
    // A name with more endings is a translation: README.zh.md.
    let name =
        name.split_once('.').map_or(name, |(name, ending)| if ending.contains('.') { "" } else { name });
    folder == of_place && name.eq_ignore_ascii_case(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(rendered: &str, team: &'static str) -> Option<&'static str> {
        taken(rendered, true, &team.split(' ')).map(|taken| taken.other)
    }

    #[test]
    fn a_place_is_taken_by_a_file_that_the_same_reader_reads() {
        for (rendered, team, expected) in [
            (".github/CODEOWNERS", "docs/CODEOWNERS CODEOWNERS", Some("CODEOWNERS")),
            (".github/CODEOWNERS", ".github/CODEOWNERS src/CODEOWNERS codeowners", None),
            (".github/dependabot.yml", ".github/dependabot.yaml", Some(".github/dependabot.yaml")),
            (".github/workflows/ci.yml", ".github/workflows/ci.yaml", None),
            ("CONTRIBUTING.md", "docs/contributing.rst", Some("docs/contributing.rst")),
            ("CONTRIBUTING.md", "CONTRIBUTING", Some("CONTRIBUTING")),
            ("CONTRIBUTING.md", "CONTRIBUTING.md CONTRIBUTING_CODE.md doc/CONTRIBUTING.md", None),
            ("README.md", "README.rst", Some("README.rst")),
            ("README.md", "README.zh.md src/README.md", None),
            ("docs/README.md", "README.md", None),
            ("SECURITY.md", ".github/SECURITY.md", Some(".github/SECURITY.md")),
            ("Makefile", "GNUmakefile", Some("GNUmakefile")),
        ] {
            assert_eq!(other(rendered, team), expected, "{rendered} beside {team}");
        }
    }

    #[test]
    fn github_reads_the_root_of_a_repository_only() {
        let below = |rendered, other| taken(rendered, false, &[other].into_iter()).is_some();
        assert!(!below(".github/CODEOWNERS", "CODEOWNERS"));
        assert!(below("Makefile", "GNUmakefile"));
    }
}
