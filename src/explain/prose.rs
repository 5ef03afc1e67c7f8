//! The words of a Markdown page, as they read in a terminal.

/// A line without the signs of links and of emphasis: a link is its text.
#[must_use]
pub fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        text.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let target =
            after.split_once("](").and_then(|(words, target)| Some((words, target.split_once(')')?.1)));
        match target {
            Some((words, end)) if !words.contains('[') => {
                text.push_str(words);
                rest = end;
            }
            _ => {
                text.push('[');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    visible(text.replace("**", "").replace(['<', '>'], "").trim())
}

/// A line of which nothing can hide: what moves the cursor, colours, or turns the direction of text is spelled out.
#[must_use]
pub fn visible(line: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        if (c.is_control() && c != '\t') || turns(c) {
            text.extend(c.escape_unicode());
        } else {
            text.push(c);
        }
    }
    text
}

/// The heading of a page, and the lines of the first paragraph below it.
#[must_use]
pub fn opening(page: &str) -> (Option<String>, Vec<String>) {
    let mut lines = page.lines().skip_while(|line| !line.starts_with("# "));
    let heading = lines.next().map(|line| plain(&line[2..]));
    let paragraph = lines.skip_while(|line| line.trim().is_empty());
    let paragraph =
        paragraph.take_while(|line| !line.trim().is_empty() && !line.starts_with(['#', '`', '|', '!']));
    (heading, paragraph.map(plain).collect())
}

/// The lines below a heading, up to the next one.
#[must_use]
pub fn section<'p>(page: &'p str, heading: &str) -> Vec<&'p str> {
    let mut lines = page
        .lines()
        .skip_while(|line| line.trim_start_matches('#').trim() != heading || !line.starts_with('#'));
    lines.next();
    lines.take_while(|line| !line.starts_with('#')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_its_text() {
        assert_eq!(plain("Owned by [@a/b](https://x.y) and **[c](d.md#e)**."), "Owned by @a/b and c.");
        assert_eq!(plain("a[0] = [x"), "a[0] = [x");
        assert_eq!(visible("rm -rf ~ \u{1b}[2K\u{202e}"), "rm -rf ~ \\u{1b}[2K\\u{202e}");
    }

    #[test]
    fn a_page_opens_with_its_heading_and_a_paragraph() {
        let (heading, lines) = opening("# orders\n\nPlaces orders.\nIn memory.\n\n## Run it\n");
        assert_eq!(heading.as_deref(), Some("orders"));
        assert_eq!(lines, ["Places orders.", "In memory."]);
        assert_eq!(section("# a\n\n## b\n\n1. x\n\n## c\n", "b"), ["", "1. x", ""]);
    }
}
