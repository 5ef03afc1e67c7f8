//! The signs that mark what a template computes.

use serde::Deserialize;

/// Opening and closing signs of values, blocks and comments; two bytes each.
///
/// The default leaves `${{ }}` of GitHub Actions and `{{ }}` of Helm, Go, Argo and Alertmanager alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delimiters {
    /// Around a value that is printed.
    pub value: [String; 2],
    /// Around a statement.
    pub block: [String; 2],
    /// Around a comment.
    pub comment: [String; 2],
}

impl Default for Delimiters {
    fn default() -> Self {
        let pair = |open: &str, close: &str| [open.to_owned(), close.to_owned()];
        Self { value: pair("{=", "=}"), block: pair("{%", "%}"), comment: pair("{~", "~}") }
    }
}

impl Delimiters {
    /// Whether this text computes anything.
    #[must_use]
    pub fn in_text(&self, text: &str) -> bool {
        [&self.value, &self.block, &self.comment].iter().any(|[open, _]| text.contains(open.as_str()))
    }

    /// The expression, if the whole text is one value and nothing else.
    #[must_use]
    pub fn whole_value<'t>(&self, text: &'t str) -> Option<&'t str> {
        let [open, close] = &self.value;
        let inner = text.trim().strip_prefix(open.as_str())?.strip_suffix(close.as_str())?;
        (!inner.contains(open.as_str()) && !inner.contains(close.as_str())).then(|| inner.trim())
    }
}
