//! Makefiles: which targets there are, and which ones a command line asks for.

use super::files::Files;

/// The targets of a repository.
#[derive(Debug, Default)]
pub(super) struct Make {
    targets: Vec<String>,
    /// What stands before and after the `%` of a pattern rule.
    patterns: Vec<(String, String)>,
}

impl Make {
    /// Reads the Makefile and the files that it includes.
    pub(super) fn read(files: &Files) -> Self {
        let mut make = Self::default();
        for path in make_files(files) {
            files.text(path).unwrap_or_default().lines().for_each(|line| make.take(line));
        }
        make
    }

    fn take(&mut self, line: &str) {
        if line.starts_with(['\t', ' ', '#']) {
            return;
        }
        let Some((names, rest)) = line.split_once(':') else { return };
        // `name := value` and `name ::= value` are no rules; `.PHONY:` and its like name no task.
        if rest.starts_with(['=', ':']) || names.contains('=') || names.starts_with('.') {
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
        self.targets.iter().any(|target| target == name)
            || self.patterns.iter().any(|(before, after)| name.starts_with(before) && name.ends_with(after))
    }
}

/// Those of some targets that a makefile by itself does not have.
pub(crate) fn missing_targets<'n>(makefile: &str, wanted: &[&'n str]) -> Vec<&'n str> {
    let mut make = Make::default();
    // A rule may name its targets on several lines.
    makefile.replace("\\\n", " ").lines().for_each(|line| make.take(line));
    wanted.iter().filter(|name| !make.has(name)).copied().collect()
}

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
    let is_name =
        |word: &str| word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
    words
        .into_iter()
        .skip(1)
        // What follows is another command, or one inside of a value.
        .take_while(|word| !word.starts_with(['#', '|', ';', '&', '>', '<']) && !word.contains("$("))
        .filter(|word| !word.starts_with('-') && is_name(word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_from_assignments_and_recipes() {
        let mut make = Make::default();
        for line in
            ["check: lint ## all", "SERVICE := orders", "X ::= y", ".PHONY: gone", "tool-%:", "\techo a: b"]
        {
            make.take(line);
        }
        assert!(make.has("check") && make.has("tool-k6"));
        assert!(!make.has("SERVICE") && !make.has("gone") && !make.has("tool"));
    }

    #[test]
    fn a_command_line_names_its_targets() {
        assert_eq!(asked("make check validate ENV=x -j2 # why"), ["check", "validate"]);
        assert_eq!(asked("cmake check"), Vec::<&str>::new());
        assert_eq!(asked("make drill ONLY=\"errors and latency\""), ["drill"]);
        assert_eq!(asked("make smoke URL=$(gh variable get URL)"), ["smoke"]);
    }
}
