//! What may reach a terminal. Names, messages and pages come from packs and repositories that anybody may have written.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::path::is_invisible;

/// The sequences that goldpath's own styles and the theme of its prompts are made of: they colour, and can neither move
/// nor hide anything.
const OWN: [&str; 8] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[2m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[36m",
    // The grey of the prompts.
    "\u{1b}[38;5;8m",
];
/// What goldpath itself writes that is no ASCII, and how it reads where only that can be shown.
const IN_ASCII: [(char, &str); 8] =
    [('…', "..."), ('–', "-"), ('—', "-"), ('→', "->"), ('≤', "<="), ('≥', ">="), ('×', "x"), ('’', "'")];

/// Which characters a reader can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Unicode,
    Ascii,
}

impl Charset {
    /// As the locale says. Where it says nothing, as in most containers, a terminal reads UTF-8 today.
    pub(super) fn of_process() -> Self {
        Self::of(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| variable(name).filter(|set| !set.is_empty()));
        let Some(locale) = locale else { return Self::Unicode };
        let locale = locale.to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") { Self::Unicode } else { Self::Ascii }
    }
}

/// Text for people: what could repaint a terminal or turn a line around is shown by its number.
pub(super) fn text(text: &str, charset: Charset) -> Cow<'_, str> {
    let is_plain = |character: char| match character {
        '\n' | '\t' | ' '..='~' => true,
        _ => charset == Charset::Unicode && is_harmless(character),
    };
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(own) = OWN.iter().find(|own| rest.starts_with(**own)) {
            shown.push_str(own);
            rest = &rest[own.len()..];
            continue;
        }
        rest = &rest[character.len_utf8()..];
        let in_ascii = IN_ASCII.iter().find(|(known, _)| *known == character);
        match (character, in_ascii) {
            // The end of a line of Windows.
            ('\r', _) if rest.starts_with('\n') => {}
            _ if is_plain(character) => shown.push(character),
            (_, Some((_, plain))) if charset == Charset::Ascii => shown.push_str(plain),
            _ => shown.extend(character.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

/// JSON: the same characters by the escapes that JSON has, so that what a program reads is what was meant.
pub(super) fn json(text: &str) -> Cow<'_, str> {
    let is_plain = |character: char| character == '\n' || is_harmless(character);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_plain(character) {
            shown.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(shown)
}

/// A character that is seen, and changes nothing about those around it.
fn is_harmless(character: char) -> bool {
    // A blank that does not break, the signs that choose a picture, and the joiners that scripts and pictures need.
    matches!(character, '\u{a0}' | '\u{202f}' | '\u{fe00}'..='\u{fe0f}' | '\u{200c}' | '\u{200d}')
        || !character.is_control() && !is_invisible(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_repaint_a_terminal_is_shown_by_its_number_and_styles_stay() {
        let hostile = "\u{1b}[1mbold\u{1b}[0m \u{1b}[2J\u{7}\u{9b}x \u{202e}cod.exe\ttab\r\nnext\rover é 日本 👩\u{200d}🚀";
        assert_eq!(
            text(hostile, Charset::Unicode),
            "\u{1b}[1mbold\u{1b}[0m \\u{1b}[2J\\u{7}\\u{9b}x \\u{202e}cod.exe\ttab\nnext\\u{d}over é 日本 👩\u{200d}🚀"
        );
        assert!(matches!(text("plain\ttext\n", Charset::Ascii), Cow::Borrowed(_)));
    }

    #[test]
    fn without_unicode_signs_read_in_ascii_and_letters_by_their_number() {
        assert_eq!(text("a … b → é", Charset::Ascii), "a ... b -> \\u{e9}");
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({ "k": "\u{202e}x\u{7f}\u{9b}\u{e0001}\u{1b}é" });
        let written = serde_json::to_string_pretty(&value).unwrap();
        let shown = json(&written);
        assert!(!shown.contains(['\u{202e}', '\u{7f}', '\u{9b}', '\u{e0001}', '\u{1b}']), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn a_locale_that_is_not_utf_8_gets_ascii_and_no_locale_gets_unicode() {
        let charset = |set: &'static [(&str, &str)]| {
            Charset::of(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(charset(&[]), Charset::Unicode);
        assert_eq!(charset(&[("LC_ALL", "C")]), Charset::Ascii);
        assert_eq!(charset(&[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")]), Charset::Unicode);
        assert_eq!(charset(&[("LC_CTYPE", "C.utf8"), ("LANG", "C")]), Charset::Unicode);
        assert_eq!(charset(&[("LANG", "de_DE.ISO-8859-1")]), Charset::Ascii);
    }
}
