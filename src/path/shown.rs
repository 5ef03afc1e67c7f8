//! Text of unknown origin, made safe for a terminal.

use std::fmt;

use super::name::is_invisible;

/// The longest text that is shown whole.
const MAX_SHOWN: usize = 120;

/// Text from a pack, a lock or a server, as a message may show it: escaped and not too long.
///
/// A control character could repaint the terminal and a bidi override could make `exe.txt` of `txt.exe`, so
/// neither is ever printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// The text with everything invisible escaped as `\u{…}`, cut after 120 characters.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::up_to(MAX_SHOWN, text)
    }

    /// The same, cut after `longest` characters.
    #[must_use]
    pub fn up_to(longest: usize, text: &str) -> Self {
        let mut shown = String::new();
        for (at, character) in text.chars().enumerate() {
            if at == longest {
                shown.push('…');
                break;
            }
            if character.is_control() || is_invisible(character) {
                shown.extend(character.escape_unicode());
            } else {
                shown.push(character);
            }
        }
        Self(shown)
    }

    /// The escaped text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_repaint_a_terminal_is_escaped_and_letters_stay() {
        assert_eq!(Shown::of("\u{1b}[31mé\u{202e}x\n").as_str(), "\\u{1b}[31mé\\u{202e}x\\u{a}");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(Shown::up_to(3, "abcdef").as_str(), "abc…");
    }
}
