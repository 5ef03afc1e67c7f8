//! Where two texts differ, line by line, as git finds it.

use git2::{DiffOptions, Patch};

/// A stretch of lines that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hunk {
    /// The first line in the old text, from 1; where nothing of it is gone, the line after which something is new.
    pub old_start: u32,
    /// How many of its lines are gone.
    pub old_lines: u32,
    /// The first line in the new text; where nothing is new, the line after which something is gone.
    pub new_start: u32,
    /// How many lines are new.
    pub new_lines: u32,
}

/// The stretches in which two texts differ; none where they cannot be told line by line: one of them is binary.
#[must_use]
pub fn hunks(old: &[u8], new: &[u8]) -> Option<Vec<Hunk>> {
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0);
    let patch = Patch::from_buffers(old, None, new, None, Some(&mut options)).ok()?;
    let mut hunks = Vec::with_capacity(patch.num_hunks());
    for index in 0..patch.num_hunks() {
        let (hunk, _) = patch.hunk(index).ok()?;
        hunks.push(Hunk {
            old_start: hunk.old_start(),
            old_lines: hunk.old_lines(),
            new_start: hunk.new_start(),
            new_lines: hunk.new_lines(),
        });
    }
    (old == new || !hunks.is_empty()).then_some(hunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_what_came_and_what_went_is_told_with_its_lines() {
        let told = hunks(b"a\nb\nc\nd\ne\n", b"a\nB\nc\nd\nnew\ne\n").unwrap();
        assert_eq!(
            told,
            [
                Hunk { old_start: 2, old_lines: 1, new_start: 2, new_lines: 1 },
                Hunk { old_start: 4, old_lines: 0, new_start: 5, new_lines: 1 },
            ]
        );
        assert!(hunks(b"same", b"same").unwrap().is_empty());
        assert_eq!(hunks(b"\0a", b"\0b"), None);
    }
}
