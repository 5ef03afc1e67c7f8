//! Makefiles: which targets there are, and which ones a command line asks for.

use super::files::Files;

/// The targets of a repository.
#[derive(Debug, Default)]
pub(super) struct Make {
    targets: Vec<String>,
    /// What stands before and after the `%` of a pattern rule.
    patterns: Vec<(String, String)>,
    /// Whether it includes what only make can find: that may have any target.
    includes_others: bool,
}

impl Make {
    /// Reads the Makefile and the files that it includes.
    pub(super) fn read(files: &Files) -> Self {
        let mut make = Self::default();
        let own: Vec<&str> = make_files(files).collect();
        for path in &own {
            make.take(files.text(path).unwrap_or_default(), &own);
        }
        make
    }

    /// Takes the rules of a makefile; `known` are those that are taken anyway.
    fn take(&mut self, makefile: &str, known: &[&str]) {
        // A rule may name its targets on several lines.
        makefile.replace("\\\n", " ").lines().for_each(|line| self.take_line(line, known));
    }

    fn take_line(&mut self, line: &str, known: &[&str]) {
        if line.starts_with(['\t', ' ', '#']) {
            return;
        }
        if let Some(included) = line.trim_start_matches(['-', 's']).strip_prefix("include ") {
            let is_known = |word: &str| known.contains(&word) || OF_THE_PATH.contains(&word);
            self.includes_others |=
                !included.split_whitespace().take_while(|word| !word.starts_with('#')).all(is_known);
        }
        let Some((names, rest)) = line.split_once(':') else { return };
        // `name := value` and `name ::= value` are no rules, `name::` is one; `.PHONY:` and its like name no task.
        if rest.trim_start_matches(':').starts_with('=') || names.contains('=') || names.starts_with('.') {
            return;
        }
        for name in names.split_whitespace() {
            match name.split_once('%') {
                Some((before, after)) => self.patterns.push((before.to_owned(), after.to_owned())),
                None => self.targets.push(name.to_owned()),
            }
        }
    }

    /// Whether `make NAME` does something.
    pub(super) fn has(&self, name: &str) -> bool {
        self.includes_others
            || self.targets.iter().any(|target| target == name)
            || self.patterns.iter().any(|(before, after)| name.starts_with(before) && name.ends_with(after))
    }
}

/// Those of some targets that a makefile by itself does not have.
pub(crate) fn missing_targets<'n>(makefile: &str, wanted: &[&'n str]) -> Vec<&'n str> {
    let mut make = Make::default();
    make.take(makefile, &[]);
    wanted.iter().filter(|name| !make.has(name)).copied().collect()
}

/// How the Makefile of the path includes those below.
const OF_THE_PATH: [&str; 5] = ["stack.mk", "local.mk", "$(sort", "$(wildcard", "make/*.mk))"];

/// The Makefile and the files that it includes.
pub(super) fn make_files(files: &Files) -> impl Iterator<Item = &str> {
    ["Makefile", "stack.mk", "local.mk"].into_iter().chain(files.below("make/", &[".mk"]))
}

/// The targets that a command line hands to make: `make check validate ENV=x` asks for `check` and `validate`.
pub(super) fn asked(command: &str) -> Vec<String> {
    let words = shlex::split(command).unwrap_or_default();
    if words.first().is_none_or(|word| word != "make") {
        return Vec::new();
    }
    // What follows is another command, or one inside of a value.
    let is_end = |word: &String| word.starts_with(['#', '|', ';', '&', '>', '<']) || word.contains("$(");
    let words: Vec<String> = words.into_iter().skip(1).take_while(|word| !is_end(word)).collect();
    if is_elsewhere(&words) {
        return Vec::new();
    }
    let is_name =
        |word: &str| word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
    words.into_iter().filter(|word| !word.starts_with('-') && is_name(word)).collect()
}

/// Whether make is told to read another makefile.
fn is_elsewhere(words: &[String]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let (flag, value) = word.split_once('=').unwrap_or((word, ""));
        let here = match flag {
            "-C" | "--directory" if value.is_empty() => words.get(at + 1).is_some_and(|next| next == "."),
            "--directory" => value == ".",
            _ => word == "-C.",
        };
        let names_one = ["-C", "-f"].iter().any(|short| flag.starts_with(short))
            || ["--directory", "--file", "--makefile"].contains(&flag);
        names_one && !here
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_from_assignments_and_recipes() {
        let mut make = Make::default();
        let makefile = "check: lint ## all\nSERVICE := orders\nX ::= y\n.PHONY: gone\ntool-%:\n\techo a: b\nall::\none \\\n  two: check\n";
        make.take(makefile, &[]);
        assert!(make.has("check") && make.has("tool-k6"));
        assert!(make.has("all") && make.has("one") && make.has("two"));
        assert!(!make.has("SERVICE") && !make.has("gone") && !make.has("tool") && !make.has("X"));
    }

    #[test]
    fn what_only_make_can_find_may_have_any_target() {
        let mut make = Make::default();
        make.take(
            "include stack.mk\ninclude $(sort $(wildcard make/*.mk))\n-include local.mk\n",
            &["make/a.mk"],
        );
        make.take("include make/a.mk # ours\n", &["make/a.mk"]);
        assert!(!make.has("gone"));
        make.take("sinclude mk/other.mk\n", &["make/a.mk"]);
        assert!(make.has("gone"));
    }

    #[test]
    fn a_command_line_names_its_targets() {
        assert_eq!(asked("make check validate ENV=x -j2 # why"), ["check", "validate"]);
        for elsewhere in
            ["cmake check", "make -C tools all", "make -Ctools all", "make thing --file=other.mk"]
        {
            assert_eq!(asked(elsewhere), Vec::<&str>::new(), "{elsewhere}");
        }
        assert_eq!(asked("make drill ONLY=\"errors and latency\""), ["drill"]);
        assert_eq!(asked("make smoke URL=$(gh variable get URL)"), ["smoke"]);
    }
}
