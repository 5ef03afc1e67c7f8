//! A mistake in a pack's TOML: which file, which line and column, what was expected.

use std::fmt;
use std::ops::Range;

use toml::Spanned;

use crate::nearest::did_you_mean;
use crate::path::Shown;
use crate::position::position;

/// What is wrong with a manifest, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ManifestError {
    file: String,
    position: Option<(usize, usize)>,
    message: String,
    hint: Option<String>,
    needs_newer: bool,
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, ", line {line}, column {column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl ManifestError {
    /// Line and column, both from 1, where it is at one place.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        self.position
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }

    /// Whether nothing is wrong with it, and only a newer goldpath can read it.
    #[must_use]
    pub fn needs_newer(&self) -> bool {
        self.needs_newer
    }

    /// It is no mistake: a newer goldpath can read it.
    #[must_use]
    pub(crate) fn for_newer(mut self) -> Self {
        self.needs_newer = true;
        self
    }

    /// The same mistake, with the way out.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A manifest's text under its name, so that an error can say where it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ManifestText<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl<'a> ManifestText<'a> {
    pub(crate) fn new(file: &'a str, bytes: &'a [u8]) -> Result<Self, ManifestError> {
        if let Some(message) = too_much(bytes) {
            let hint =
                Some("nothing that people or goldpath write is that large: look who made it".to_owned());
            let file = file.to_owned();
            return Err(ManifestError { file, position: None, message, hint, needs_newer: false });
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self { file, text }),
            Err(error) => {
                let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                Err(ManifestError {
                    file: file.to_owned(),
                    position: Some(position(valid, valid.len())),
                    message: "not UTF-8".to_owned(),
                    hint: Some("save the file as UTF-8".to_owned()),
                    needs_newer: false,
                })
            }
        }
    }

    /// Reads the text as TOML into `T`.
    pub(crate) fn parse<T: serde::de::DeserializeOwned>(self) -> Result<T, ManifestError> {
        toml::from_str(self.text).map_err(|error| {
            let message = error.message().trim().replace('\n', "; ");
            let hint = unknown_name(&message).map(|(name, known)| did_you_mean(name, known.iter().copied()));
            self.at(error.span(), &message, hint)
        })
    }

    /// A mistake at `span`, in this file.
    pub(crate) fn error(self, span: Range<usize>, message: impl AsRef<str>) -> ManifestError {
        self.at(Some(span), message.as_ref(), None)
    }

    /// A name that nothing has, with the nearest that something has.
    pub(crate) fn unknown(self, what: &str, name: &Spanned<String>, known: &[&str]) -> ManifestError {
        let hint = did_you_mean(name.get_ref(), known.iter().copied());
        self.error(name.span(), format!("no {what} `{}`", name.get_ref())).with_hint(hint)
    }

    fn at(self, span: Option<Range<usize>>, message: &str, hint: Option<String>) -> ManifestError {
        let position = span.map(|span| position(self.text, span.start));
        let message = Shown::up_to(usize::MAX, message).to_string();
        ManifestError { file: self.file.to_owned(), position, message, hint, needs_newer: false }
    }
}

/// The most that a manifest, goldpath.toml, goldpath.lock or an answers file may have; a lock of 100,000 files has half.
pub(crate) const MAX_MANIFEST_BYTES: u64 = 32 << 20;
/// The most values in one; a lock has six for each file. A value takes up to a kilobyte of memory while it is read.
const MAX_VALUES: usize = 1_000_000;

/// Why it is not even parsed: it would take the memory of the machine.
pub(crate) fn too_much(bytes: &[u8]) -> Option<String> {
    if bytes.len() as u64 > MAX_MANIFEST_BYTES {
        return Some(format!("larger than {} MiB", MAX_MANIFEST_BYTES >> 20));
    }
    // Each value stands behind one of these, or at the end of a line.
    let values = bytes.iter().filter(|byte| matches!(byte, b',' | b'\n' | b'[' | b'{')).count();
    (values > MAX_VALUES).then(|| format!("more than {MAX_VALUES} values"))
}

/// The wrong name and the right ones, out of serde's "unknown field `x`, expected one of `a`, `b`".
fn unknown_name(message: &str) -> Option<(&str, Vec<&str>)> {
    if !message.starts_with("unknown ") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    Some((wrong, quoted.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its name matters here")]
        title: String,
    }

    #[test]
    fn an_unknown_key_is_told_with_its_place_and_the_nearest_name() {
        let text = ManifestText { file: "presets/x.toml", text: "# first\ntitel = \"X\"\n" };
        let error = text.parse::<Sample>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`presets/x.toml`, line 2, column 1: unknown field `titel`, expected `title`"
        );
        assert_eq!(error.hint().unwrap(), "did you mean `title`?");
    }

    #[test]
    fn a_manifest_that_is_not_text_is_told_with_its_place() {
        let error = ManifestText::new("pack.toml", b"a = 1\n\xff").unwrap_err();
        assert_eq!(error.to_string(), "`pack.toml`, line 2, column 1: not UTF-8");
    }
}
