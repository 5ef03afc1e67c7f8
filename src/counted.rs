//! Numbers with what they count.

/// `1 file`, `3 files`: `what` is one of them, and takes an `s`.
pub(crate) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
