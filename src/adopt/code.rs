//! Whether a repository holds a service already.

use std::collections::BTreeMap;

use super::held::Held;
use super::stack::MANIFESTS;
use crate::path::Shown;

/// By the end of a file's name, the language it is written in.
const LANGUAGES: [(&str, &str); 28] = [
    ("rs", "Rust"),
    ("go", "Go"),
    ("java", "Java"),
    ("kt", "Kotlin"),
    ("groovy", "Groovy"),
    ("scala", "Scala"),
    ("py", "Python"),
    ("ts", "TypeScript"),
    ("tsx", "TypeScript"),
    ("mts", "TypeScript"),
    ("js", "JavaScript"),
    ("jsx", "JavaScript"),
    ("mjs", "JavaScript"),
    ("cjs", "JavaScript"),
    ("rb", "Ruby"),
    ("php", "PHP"),
    ("cs", "C#"),
    ("fs", "F#"),
    ("c", "C"),
    ("cc", "C++"),
    ("cpp", "C++"),
    ("swift", "Swift"),
    ("ex", "Elixir"),
    ("exs", "Elixir"),
    ("erl", "Erlang"),
    ("clj", "Clojure"),
    ("hs", "Haskell"),
    ("dart", "Dart"),
];

/// Folders of other people's code, wherever they are.
const OF_OTHERS: [&str; 3] = ["vendor", "node_modules", "third_party"];
/// Folders at the top whose files say nothing of the service: made from it, or about it.
const BESIDE: [&str; 9] =
    ["dist", "build", "target", "docs", "doc", "scripts", "tools", "examples", ".github"];

/// The code that a repository has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCode {
    /// A file of it: the first manifest, or else the first source file.
    pub example: String,
    /// How many files each language has, and the first of them.
    pub languages: BTreeMap<&'static str, (usize, String)>,
}

impl OwnCode {
    /// None where there is neither a manifest nor a source file.
    pub(super) fn of(held: &Held<'_>) -> Option<Self> {
        let mut languages: BTreeMap<&'static str, (usize, String)> = BTreeMap::new();
        for name in held.names() {
            let mut folders = name.split('/').rev().skip(1);
            let beside = folders.any(|folder| OF_OTHERS.contains(&folder))
                || name.split_once('/').is_some_and(|(top, _)| BESIDE.contains(&top));
            if let Some(language) = language(name).filter(|_| !beside) {
                languages.entry(language).or_insert_with(|| (0, name.to_owned())).0 += 1;
            }
        }
        let manifest = MANIFESTS.iter().map(|(name, _)| *name).find(|name| held.has(name));
        let source = languages.values().max_by_key(|(count, _)| *count).map(|(_, first)| first.clone());
        let example = Shown::of(&manifest.map(str::to_owned).or(source)?).to_string();
        Some(Self { example, languages })
    }

    /// How many files these languages have, and the first of them.
    pub(super) fn files_of(&self, languages: &[&str]) -> (usize, Option<&str>) {
        let known = self.languages.iter().filter(|(language, _)| languages.contains(*language));
        known.fold((0, None), |(sum, first), (_, (count, example))| {
            (sum + count, first.or(Some(example.as_str())))
        })
    }
}

fn language(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    LANGUAGES.iter().find(|(known, _)| *known == end).map(|(_, language)| *language)
}
