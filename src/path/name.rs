//! What one component of a path may be called.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{MAX_COMPONENT_BYTES, PathError, Shown};

/// Refuses a component that is unsafe on some platform; `path` is what it stands in, for the message.
pub(super) fn check(path: &str, component: &str) -> Result<(), PathError> {
    if is_plain(component) {
        return Ok(());
    }
    let shown = || (Shown::of(path), Shown::of(component));
    let refused: fn(Shown, Shown) -> PathError = match component {
        "" => return Err(PathError::EmptyComponent { path: Shown::of(path) }),
        "." => return Err(PathError::Dot { path: Shown::of(path) }),
        ".." => return Err(PathError::DotDot { path: Shown::of(path) }),
        _ if is_dot_git(component) => |path, component| PathError::DotGit { path, component },
        _ if let Some(refused) = foreign_character(component) => refused,
        _ if component.ends_with(['.', ' ']) => {
            |path, component| PathError::TrailingDotOrSpace { path, component }
        }
        _ if component.starts_with(' ') => |path, component| PathError::LeadingSpace { path, component },
        _ if is_reserved(component) => |path, component| PathError::Reserved { path, component },
        _ if component.len() > MAX_COMPONENT_BYTES => {
            return Err(PathError::LongComponent {
                path: Shown::of(path),
                component: Shown::up_to(40, component),
                bytes: component.len(),
            });
        }
        _ if !is_nfc(component) => |path, component| PathError::NotComposed { path, component },
        _ => return Ok(()),
    };
    let (path, component) = shown();
    Err(refused(path, component))
}

/// Whether nothing about the component needs a closer look, as with nearly every name of the thousands in a repository.
fn is_plain(component: &str) -> bool {
    let is_common = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !component.starts_with('.')
        && !component.ends_with('.')
        && (1..=MAX_COMPONENT_BYTES).contains(&component.len())
        && component.bytes().all(is_common)
        && !is_reserved(component)
}

/// The refusal of a character that some platform does not take.
fn foreign_character(component: &str) -> Option<fn(Shown, Shown) -> PathError> {
    match component {
        _ if component.contains('\\') => Some(|path, component| PathError::Backslash { path, component }),
        _ if component.contains(':') => Some(|path, component| PathError::Colon { path, component }),
        _ if component.chars().any(char::is_control) => {
            Some(|path, component| PathError::Control { path, component })
        }
        _ if component.chars().any(is_invisible) => {
            Some(|path, component| PathError::Invisible { path, component })
        }
        _ if component.contains(['<', '>', '"', '|', '?', '*']) => {
            Some(|path, component| PathError::WindowsCharacter { path, component })
        }
        _ => None,
    }
}

/// One spelling for all names that some file system takes for the same one.
///
/// Upper case first, then lower case: it joins `ſ` to `s`, `ı` to `i` and `ß` to `ss`, which lower case alone does not.
pub(super) fn fold(name: &str) -> Cow<'_, str> {
    if !name.is_ascii() {
        let upper: String = name.nfd().collect::<String>().to_uppercase();
        return upper.to_lowercase().nfc().collect();
    }
    // Nearly every name: nothing is to be done, and a repository has thousands.
    let is_folded = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_folded { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) }
}

/// Whether some file system, or git itself, takes the component for `.git`.
///
/// HFS+ drops ignorable characters and case; NTFS drops trailing dots and spaces, reads what follows a `:` as a
/// stream, and gives `.git` the short name `GIT~1` (a higher number where that one is taken).
fn is_dot_git(component: &str) -> bool {
    let visible: Cow<'_, str> = if component.is_ascii() {
        Cow::Borrowed(component)
    } else {
        component.chars().filter(|&character| !is_invisible(character)).collect()
    };
    let whole = fold(&visible);
    whole.split(['\\', ':']).any(|part| {
        let name = part.trim_end_matches(['.', ' ']);
        let short = name.strip_prefix("git~");
        name == ".git" || short.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// Whether Windows takes the component for a device, whatever its extension.
fn is_reserved(component: &str) -> bool {
    let stem = component.split(['.', ':']).next().unwrap_or(component).trim_end_matches(' ');
    // The longest is `conout$`; a superscript digit takes two bytes.
    if !(3..=7).contains(&stem.len()) {
        return false;
    }
    let stem = fold(stem);
    if matches!(&*stem, "con" | "prn" | "aux" | "nul" | "conin$" | "conout$") {
        return true;
    }
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    port.is_some_and(|port| {
        let mut characters = port.chars();
        matches!((characters.next(), characters.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

/// Whether a character cannot be seen: format, bidi and ignorable characters, every space but the plain one,
/// and code points that are no character at all.
pub(crate) fn is_invisible(character: char) -> bool {
    if character.is_ascii() {
        return false;
    }
    (character.is_whitespace())
        || u32::from(character) & 0xFFFE == 0xFFFE
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}'
            | '\u{890}' | '\u{891}' | '\u{8E2}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1345F}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}
