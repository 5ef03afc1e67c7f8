//! What a text has to match.

use regex_lite::Regex;
use toml::Spanned;

use super::manifest_error::{ManifestError, ManifestText};

/// What a text has to match as a whole, and the words for what is expected.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    expected: String,
}

impl Pattern {
    pub(super) fn read(
        pattern: &Spanned<String>,
        invalid: Option<&str>,
        manifest: ManifestText<'_>,
    ) -> Result<Self, ManifestError> {
        let text = pattern.get_ref();
        // Unanchored, it would let anything around it pass.
        let regex = Regex::new(&format!("^(?:{text})$"))
            .map_err(|error| manifest.error(pattern.span(), format!("`{text}` is no pattern: {error}")))?;
        let expected = invalid.map_or_else(|| format!("text like `{text}`"), str::to_owned);
        Ok(Self { regex, expected })
    }

    /// Whether the whole text is what is expected.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// What is expected, in the words of the pack: it follows "is not".
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    pub(super) fn accept(&self, text: &str) -> Result<(), String> {
        if self.matches(text) {
            return Ok(());
        }
        Err(format!("`{}` is not {}", text.escape_debug(), self.expected))
    }
}
