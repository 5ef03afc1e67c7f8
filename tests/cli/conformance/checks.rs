//! What was looked at, and what was wrong: every broken check is told, not just the first.

use std::fmt::{Debug, Write as _};
use std::sync::Mutex;

use super::http::Answer;

/// Why a check is broken.
#[derive(Debug)]
pub(super) struct Wrong(String);

pub(super) type Outcome = Result<(), Wrong>;

impl<E: ToString> From<E> for Wrong {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// The findings of a run.
#[derive(Debug, Default)]
pub(crate) struct Checks(Mutex<Vec<Seen>>);

#[derive(Debug)]
struct Seen {
    sentence: &'static str,
    wrong: Option<String>,
}

impl Checks {
    /// Looks at one promise of the contract.
    pub(super) fn check(&self, sentence: &'static str, look: impl FnOnce() -> Outcome) {
        let wrong = look().err().map(|Wrong(wrong)| wrong);
        self.0.lock().unwrap().push(Seen { sentence, wrong });
    }

    /// Something that the checks after it need; where it is wrong, they cannot be looked at.
    pub(super) fn given<T>(&self, sentence: &'static str, thing: Result<T, Wrong>) -> Option<T> {
        let (thing, wrong) = match thing {
            Ok(thing) => (Some(thing), None),
            Err(Wrong(wrong)) => (None, Some(wrong)),
        };
        self.0.lock().unwrap().push(Seen { sentence, wrong });
        thing
    }

    /// The sentences of all checks, each once.
    pub(crate) fn sentences(&self) -> Vec<&'static str> {
        self.select(|_| true)
    }

    /// The sentences of the broken ones.
    pub(crate) fn broken(&self) -> Vec<&'static str> {
        self.select(|seen| seen.wrong.is_some())
    }

    fn select(&self, which: impl Fn(&Seen) -> bool) -> Vec<&'static str> {
        let seen = self.0.lock().unwrap();
        let mut sentences: Vec<_> =
            seen.iter().filter(|seen| which(seen)).map(|seen| seen.sentence).collect();
        sentences.sort_unstable();
        sentences.dedup();
        sentences
    }

    /// Fails with every broken check.
    #[track_caller]
    pub(crate) fn assert_hold(&self, of: &str) {
        let broken = self.told();
        assert!(broken.is_empty(), "{of} breaks the contract:\n{broken}");
    }

    /// The broken checks with what was seen, a line or more each.
    pub(crate) fn told(&self) -> String {
        let mut told = String::new();
        for Seen { sentence, wrong } in self.0.lock().unwrap().iter() {
            if let Some(wrong) = wrong {
                let _ = writeln!(told, "- {sentence}\n    {}", wrong.trim().replace('\n', "\n    "));
            }
        }
        told
    }
}

/// A value is the one that was promised.
#[expect(clippy::needless_pass_by_value, reason = "a promised value is mostly written where it is compared")]
pub(super) fn same<T: PartialEq<U> + Debug, U: Debug>(what: &str, found: T, wanted: U) -> Outcome {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?} instead of {wanted:?}").into()) }
}

/// A statement is true.
pub(super) fn holds(statement: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if statement { Ok(()) } else { Err(otherwise().into()) }
}

/// An answer has this status.
pub(super) fn status(what: &str, answer: &Answer, wanted: u16) -> Outcome {
    holds(answer.status == wanted, || {
        format!("{what}: {} instead of {wanted}, with {:?}", answer.status, answer.text())
    })
}

/// An answer is a problem document (RFC 9457) of this status.
pub(super) fn problem(what: &str, answer: &Answer, wanted: u16) -> Outcome {
    status(what, answer, wanted)?;
    same(&format!("{what}: media type"), answer.media_type(), "application/problem+json")?;
    let problem = answer.json();
    let members = problem.as_object().ok_or_else(|| format!("{what}: no object: {:?}", answer.text()))?;
    let text =
        |name: &str| members.get(name).and_then(|value| value.as_str()).is_some_and(|text| !text.is_empty());
    holds(text("title") && text("detail"), || format!("{what}: no title or no detail in {problem}"))?;
    same(&format!("{what}: status in the body"), &problem["status"], wanted)?;
    let unknown =
        members.keys().find(|name| !["title", "status", "detail", "errors"].contains(&name.as_str()));
    holds(unknown.is_none(), || format!("{what}: openapi.yaml has no {unknown:?}, but it is in {problem}"))
}
