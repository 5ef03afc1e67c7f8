//! Line ends and the final newline: the user's own, whatever the path renders.

use std::borrow::Cow;

use git2::{FileMode, MergeFileInput, MergeFileOptions, merge_file};
use memchr::memmem;

use super::Error;

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Lf,
    CrLf,
}

impl Ends {
    /// The one way in which all lines end; none for a text without or with both.
    fn of(text: &[u8]) -> Option<Self> {
        let mut previous = None;
        let (mut lf, mut crlf) = (false, false);
        for &byte in text {
            if byte == b'\n' {
                if previous == Some(b'\r') {
                    crlf = true;
                } else {
                    lf = true;
                }
            }
            previous = Some(byte);
        }
        match (lf, crlf) {
            (true, false) => Some(Self::Lf),
            (false, true) => Some(Self::CrLf),
            _ => None,
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
        }
    }
}

/// Whether it is no text. Git looks at the first 8,000 bytes alone; a line merge must not meet one later either.
pub(super) fn is_binary(content: &[u8]) -> bool {
    content.contains(&0)
}

/// `text` with the line ends of `model`, where those are all alike.
pub(super) fn ended_as<'t>(model: &[u8], text: &'t [u8]) -> Cow<'t, [u8]> {
    match Ends::of(model) {
        Some(wanted) if Ends::of(text) != Some(wanted) => Cow::Owned(with_ends(text, wanted)),
        _ => Cow::Borrowed(text),
    }
}

/// `text` with CRLF at the end of each line.
pub(super) fn with_crlf(text: &[u8]) -> Vec<u8> {
    with_ends(text, Ends::CrLf)
}

fn with_ends(text: &[u8], ends: Ends) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
                out.extend_from_slice(ends.bytes());
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// Whether two texts are the same but for line ends and the final newline.
pub(super) fn same_lines(one: &[u8], other: &[u8]) -> bool {
    if one == other {
        return true;
    }
    if is_binary(one) || is_binary(other) {
        return false;
    }
    let lines = |text: &[u8]| with_ends(text, Ends::Lf);
    let (one, other) = (lines(one), lines(other));
    one.strip_suffix(b"\n").unwrap_or(&one) == other.strip_suffix(b"\n").unwrap_or(&other)
}

/// Where the first conflict of a text begins, if its markers are there.
#[must_use]
pub fn conflict_in(text: &[u8]) -> Option<usize> {
    let line = |marker: &[u8]| memmem::find_iter(text, marker).find(|&at| at == 0 || text[at - 1] == b'\n');
    let begins = line(b"<<<<<<< ")?;
    (line(b">>>>>>> ").is_some() && line(b"=======").is_some()).then_some(begins)
}

/// How the three sides are called in a conflict.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// The user's.
    pub ours: String,
    /// The render it started from.
    pub base: String,
    /// The render it goes to.
    pub theirs: String,
    /// Whether the lines that both sides changed alike stay out of the conflict, as `merge.conflictStyle` says.
    pub zealous: bool,
}

/// A text that both sides changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Merged {
    Clean(Vec<u8>),
    Conflict(Vec<u8>),
}

/// Merges a text by lines. Line ends and the final newline are those of `ours`.
pub(super) fn merge(base: &[u8], ours: &[u8], theirs: &[u8], labels: &Labels) -> Result<Merged, Error> {
    let base = ended_as(ours, base);
    let theirs = ended_as(ours, theirs);
    let ends = Ends::of(ours).unwrap_or(Ends::Lf).bytes();
    let newline_at_end = ours.ends_with(b"\n");
    let [whole_base, whole_ours, whole_theirs] =
        [&*base, ours, &*theirs].map(|text| with_final_newline(text, ends));
    let finished = |mut text: Vec<u8>| {
        if !newline_at_end && !ours.is_empty() && text.ends_with(b"\n") {
            // Theirs may end its lines in another way, where ours has none or both.
            text.truncate(text.len() - if text.ends_with(b"\r\n") { 2 } else { 1 });
        }
        Merged::Clean(text)
    };
    if whole_ours == whole_base {
        return Ok(finished(whole_theirs));
    }
    if whole_ours == whole_theirs || whole_base == whole_theirs {
        return Ok(Merged::Clean(ours.to_vec()));
    }
    // The library hands out nothing for what it takes for binary, which is no result that could be read.
    if [&whole_base, &whole_ours, &whole_theirs].iter().any(|text| is_binary(text)) {
        return Ok(Merged::Conflict(ours.to_vec()));
    }
    // The library cannot hand out an empty result: a first line that all three have makes sure that none is.
    let [base, ours, theirs] = [&whole_base, &whole_ours, &whole_theirs].map(|text| [FIRST, text].concat());
    let mut options = MergeFileOptions::new();
    options.our_label(labels.ours.as_str());
    options.ancestor_label(labels.base.as_str());
    options.their_label(labels.theirs.as_str());
    if labels.zealous {
        options.style_zdiff3(true);
    } else {
        options.style_diff3(true);
    }
    let mut inputs = [MergeFileInput::new(), MergeFileInput::new(), MergeFileInput::new()];
    for (input, content) in inputs.iter_mut().zip([&base, &ours, &theirs]) {
        input.mode(Some(FileMode::Blob)).content(content);
    }
    let result = merge_file(&inputs[0], &inputs[1], &inputs[2], Some(&mut options))
        .map_err(Error::git("merge a file"))?;
    let text = result.content();
    let text = text.strip_prefix(FIRST).unwrap_or(text).to_vec();
    Ok(if result.is_automergeable() { finished(text) } else { Merged::Conflict(text) })
}

const FIRST: &[u8] = b"\x01 goldpath \x01\n";

fn with_final_newline(text: &[u8], ends: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.extend_from_slice(ends);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        let label = |text: &str| text.to_owned();
        Labels { ours: label("yours"), base: label("1 as rendered"), theirs: label("2"), zealous: false }
    }

    fn merged(base: &str, ours: &str, theirs: &str) -> Result<String, String> {
        // The library is initialised by the first object that is made; in a run that is the repository.
        let _ = git2::Odb::new().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        match merge(base.as_bytes(), ours.as_bytes(), theirs.as_bytes(), &labels()).unwrap() {
            Merged::Clean(bytes) => Ok(text(bytes)),
            Merged::Conflict(bytes) => Err(text(bytes)),
        }
    }

    #[test]
    fn line_ends_and_the_final_newline_are_the_users() {
        let lines = "a\nb\nc\nd\ne\n";
        let new = "a\nb\nc\nd\nE\n";
        assert_eq!(merged(lines, &lines.replace('\n', "\r\n"), new).unwrap(), new.replace('\n', "\r\n"));
        let edited = "A\r\nb\r\nc\r\nd\r\ne\r\n";
        assert_eq!(merged(lines, edited, new).unwrap(), "A\r\nb\r\nc\r\nd\r\nE\r\n");
        assert_eq!(
            merged(&edited.to_lowercase(), "A\nb\nc\nd\ne\n", &new.replace('\n', "\r\n")).unwrap(),
            "A\nb\nc\nd\nE\n"
        );
        assert_eq!(merged(lines, "A\nb\nc\nd\ne", new).unwrap(), "A\nb\nc\nd\nE");
        assert_eq!(merged("a\nb\nc", "A\nb\nc\n", "a\nb\nc").unwrap(), "A\nb\nc\n");
        // No line of ours says how lines end.
        assert_eq!(merged("a", "a", "b\r\nc\r\n").unwrap(), "b\r\nc");
    }

    #[test]
    fn what_is_binary_anywhere_is_not_merged() {
        let lines = "line\r\n".repeat(1500);
        let binary = format!("{lines}\0\r\n");
        let ours = lines.replace('\r', "") + "ours\n";
        assert_eq!(merged(&lines, &ours, &binary), Err(ours.clone()));
        assert!(is_binary(binary.as_bytes()));
        assert_eq!(merged("a\n", "a\n", "\0\n"), Ok("\0\n".to_owned()));
    }

    #[test]
    fn a_result_may_be_empty_and_a_conflict_names_its_sides() {
        assert_eq!(merged("a\nb\n", "", "a\nb\n"), Ok(String::new()));
        assert_eq!(merged("", "", "a\n"), Ok("a\n".to_owned()));
        assert_eq!(
            merged("a\n", "b\n", "c\n").unwrap_err(),
            "<<<<<<< yours\nb\n||||||| 1 as rendered\na\n=======\nc\n>>>>>>> 2\n"
        );
        assert!(conflict_in(merged("a\n", "b\n", "c\n").unwrap_err().as_bytes()).is_some());
        assert!(conflict_in(b"Title\n=======\n<<<<<<< \n").is_none());
    }
}
