//! Several files in one input: a line `=== NAME` begins each.

/// The files, in order, the first of a name too.
pub fn pieces(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let starts = |text: &str| text.starts_with("=== ");
    let text = if starts(text) { &text[4..] } else { "" };
    text.split("\n=== ").filter_map(|piece| piece.split_once('\n'))
}
