//! The names that a template reads, found in its source: what stands between the signs of the pack, without what stands
//! in quotes, and the partials that it includes. Whether a branch is taken is not looked at.

use std::collections::{BTreeMap, BTreeSet};

use crate::pack::Delimiters;
use crate::plan::Plan;
use crate::render::{Origin, partials};

/// Dotted names, such as `settings.slo.period_days`, each as far as it is written.
pub(crate) type Names = BTreeSet<String>;

/// What templates of one plan may read by another name: partials and computed values.
pub(crate) struct Reader<'p> {
    delimiters: &'p Delimiters,
    partials: BTreeMap<String, &'p str>,
    computed: BTreeMap<&'p str, &'p str>,
}

impl<'p> Reader<'p> {
    pub(crate) fn of(plan: &Plan<'p>) -> Self {
        let of_components = plan.components.iter().flat_map(|component| &component.computed);
        let computed = plan.pack.computed.iter().chain(of_components);
        Self {
            delimiters: &plan.pack.delimiters,
            partials: partials(plan).unwrap_or_default().into_iter().collect(),
            computed: computed.map(|(name, text)| (name.as_str(), text.as_str())).collect(),
        }
    }

    /// What a file reads: its content, its name, and the condition that it is wanted on.
    pub(crate) fn read(&self, origin: &Origin<'_>, when: Option<&str>) -> Names {
        let mut found = Found::default();
        found.text(origin.text.unwrap_or_default(), self.delimiters);
        found.text(&origin.template, self.delimiters);
        found.code(when.unwrap_or_default());
        let mut seen: BTreeSet<String> = BTreeSet::new();
        loop {
            let partials =
                found.quoted.iter().filter_map(|quoted| Some((quoted, *self.partials.get(quoted)?)));
            let computed = found.names.iter().filter_map(|name| {
                let head = name.split('.').next()?;
                Some((name, *self.computed.get(head)?))
            });
            let next: Vec<(String, &str)> = partials
                .chain(computed)
                .filter(|(name, _)| !seen.contains(*name))
                .map(|(name, text)| (name.clone(), text))
                .collect();
            if next.is_empty() {
                return found.names;
            }
            for (name, text) in next {
                found.text(text, self.delimiters);
                seen.insert(name);
            }
        }
    }
}

/// Whether names read a setting: by its whole name, or by a table that it is in.
pub(super) fn reads_setting(names: &Names, setting: &str) -> bool {
    names.iter().filter_map(|name| name.strip_prefix("settings.")).any(|read| {
        read == setting
            || read.strip_prefix(setting).is_some_and(|rest| rest.starts_with('.'))
            || setting.strip_prefix(read).is_some_and(|rest| rest.starts_with('.'))
    })
}

/// Whether names read a value: itself, or what is in it.
pub(crate) fn reads(names: &Names, key: &str) -> bool {
    names.iter().any(|name| name.split('.').next() == Some(key))
}

#[derive(Default)]
struct Found {
    names: Names,
    quoted: BTreeSet<String>,
}

impl Found {
    /// Text with code in it.
    fn text(&mut self, text: &str, delimiters: &Delimiters) {
        let mut rest = text;
        loop {
            let signs = [&delimiters.value, &delimiters.block, &delimiters.comment];
            let next = signs.iter().filter_map(|pair| Some((rest.find(pair[0].as_str())?, *pair)));
            let Some((at, [open, close])) = next.min_by_key(|(at, _)| *at) else { return };
            let inner = &rest[at + open.len()..];
            let end = inner.find(close.as_str()).unwrap_or(inner.len());
            if open != &delimiters.comment[0] {
                self.code(&inner[..end]);
            }
            rest = inner.get(end + close.len()..).unwrap_or_default();
        }
    }

    /// An expression or a statement.
    fn code(&mut self, code: &str) {
        let mut rest = code;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' | '\'' | '`' => {
                    let inner = &rest[1..];
                    let end = inner.find(first).unwrap_or(inner.len());
                    self.quoted.insert(inner[..end].to_owned());
                    (end + 2).min(rest.len())
                }
                c if c.is_ascii_alphabetic() || c == '_' => {
                    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
                    let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
                    self.names.insert(rest[..end].trim_end_matches('.').to_owned());
                    end
                }
                // A number, with what stands directly after it.
                c if c.is_ascii_digit() => {
                    rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())
                }
                other => other.len_utf8(),
            };
            rest = &rest[length..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Names {
        let mut found = Found::default();
        found.text(text, &Delimiters::default());
        found.names
    }

    #[test]
    fn names_are_read_in_code_and_nowhere_else() {
        let read = names(
            "owner {= settings.slo.period_days | decimal(places=3) =} {~ preset ~}{% if \"drill\" in components %}x",
        );
        assert!(reads_setting(&read, "slo.period_days"));
        assert!(!reads_setting(&read, "slo.period"));
        assert!(reads(&read, "components"));
        for other in ["owner", "preset", "drill"] {
            assert!(!reads(&read, other), "{other}");
        }
    }

    #[test]
    fn a_table_stands_for_every_setting_in_it() {
        let read = names("{% for name in settings.slo %}{% endfor %}");
        assert!(reads_setting(&read, "slo.period_days"));
        assert!(!reads_setting(&read, "slow.start"));
    }
}
