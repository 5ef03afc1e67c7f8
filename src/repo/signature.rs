//! Who did it and when, as a commit records it.

use std::fmt;

/// An author or a committer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name, cleaned as git cleans it.
    pub name: String,
    /// The e-mail address, cleaned the same way.
    pub email: String,
    /// When.
    pub time: Time,
}

/// A moment and the offset from UTC at which it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

impl fmt::Display for Signature {
    /// `NAME <EMAIL> SECONDS OFFSET`, as in a commit and a reflog.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}> {}", self.name, self.email, self.time)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.unsigned_abs();
        write!(f, "{} {sign}{:02}{:02}", self.seconds, minutes / 60, minutes % 60)
    }
}

/// A name or an address as git puts it into a commit: without line breaks and angle brackets, and without
/// punctuation around it.
pub(super) fn cleaned(text: &str) -> String {
    text.trim_matches(is_crud).chars().filter(|c| !matches!(c, '\n' | '<' | '>' | '\0')).collect()
}

fn is_crud(c: char) -> bool {
    c <= ' ' || matches!(c, ',' | ':' | ';' | '<' | '>' | '"' | '\\' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_what_would_break_a_commit() {
        assert_eq!(cleaned(" \"Ada\n <Lovelace>\", "), "Ada Lovelace");
        assert_eq!(cleaned("Sammy Davis Jr."), "Sammy Davis Jr.");
        assert_eq!(cleaned("<>;:"), "");
    }

    #[test]
    fn an_offset_west_of_greenwich_keeps_its_sign() {
        assert_eq!(Time { seconds: 5, offset_minutes: -30 }.to_string(), "5 -0030");
        assert_eq!(Time { seconds: 5, offset_minutes: 330 }.to_string(), "5 +0530");
    }
}
