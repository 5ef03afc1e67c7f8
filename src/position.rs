//! Where a byte of a text is, as people count.

/// The places of many bytes of one text: each is found in the same time, however long the text and its lines are.
pub(crate) struct Places<'t> {
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// How many characters begin before each step.
    characters: Vec<usize>,
}

const STEP: usize = 1024;

impl<'t> Places<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let mut characters = vec![0];
        for step in text.as_bytes().chunks(STEP) {
            characters.push(characters.last().copied().unwrap_or_default() + begun(step));
        }
        Self { text, lines: std::iter::once(0).chain(starts).collect(), characters }
    }

    /// Line and column of a byte offset, as [`position`] tells them.
    pub(crate) fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or_default();
        let column = if offset - start <= STEP {
            begun(&self.text.as_bytes()[start..offset])
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        (line, column + 1)
    }

    fn characters_before(&self, offset: usize) -> usize {
        let step = offset / STEP;
        self.characters[step] + begun(&self.text.as_bytes()[step * STEP..offset])
    }
}

/// How many characters begin in these bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// Line and column of a byte offset, both from 1, the column in characters.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    proptest! {
        #![proptest_config(cases(64))]

        #[test]
        fn many_places_are_those_of_each(text in "([a-zé日\n]{0,40}|(é{700}\n?)){0,6}", offsets in prop::collection::vec(0..3000usize, 1..9)) {
            let places = Places::of(&text);
            for offset in offsets.into_iter().chain([0, text.len()]) {
                let offset = offset.min(text.len());
                prop_assert_eq!(places.position(offset), position(&text, offset));
            }
        }
    }
}
