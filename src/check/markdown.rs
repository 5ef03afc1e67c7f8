//! Markdown pages: their headings, links and code, each with its line.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::node::{Position, place};
use crate::position::Places;

/// One page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) headings: Vec<Heading>,
    anchors: HashSet<String>,
    pub(super) links: Vec<Span>,
    /// Fenced code, with the language after the fence.
    pub(super) blocks: Vec<Block>,
    /// Code inside a line.
    pub(super) code: Vec<Span>,
}

/// A heading, and whether anything stands under it.
#[derive(Debug)]
pub(super) struct Heading {
    pub(super) text: String,
    /// What a link to it says after `#`, as GitHub makes it.
    pub(super) anchor: String,
    pub(super) level: u8,
    pub(super) at: Position,
    pub(super) empty: bool,
}

/// A piece of text.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) at: Position,
}

/// A fenced code block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) language: String,
    pub(super) text: String,
    /// Of its first line.
    pub(super) at: Position,
}

impl Page {
    /// Reads a page as GitHub does.
    pub(super) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let places = Places::of(text);
        let mut anchors: HashMap<String, usize> = HashMap::new();
        let mut heading: Option<(String, u8, Position)> = None;
        let mut block: Option<Block> = None;
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let at = place(&places, range.start);
            // Whatever is not a heading fills the sections that are open.
            let fills = heading.is_none()
                && matches!(
                    event,
                    Event::Text(_) | Event::Code(_) | Event::Html(_) | Event::Start(Tag::CodeBlock(_))
                );
            if fills && let Some(last) = page.headings.last_mut() {
                last.empty = false;
            }
            match event {
                Event::Start(Tag::Heading { level, .. }) => heading = Some((String::new(), level as u8, at)),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some((text, level, at)) = heading.take() {
                        page.close_heading(text, level, at, &mut anchors);
                    }
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    page.links.push(Span { text: dest_url.into_string(), at });
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let language = info.split_whitespace().next().unwrap_or_default().to_owned();
                    let at = Position { line: at.line + 1, ..at };
                    block = Some(Block { language, text: String::new(), at });
                }
                Event::End(TagEnd::CodeBlock) => page.blocks.extend(block.take()),
                Event::Text(text) => match (&mut block, &mut heading) {
                    (Some(block), _) => block.text.push_str(&text),
                    (None, Some((title, _, _))) => title.push_str(&text),
                    (None, None) => {}
                },
                Event::Code(code) => {
                    if let Some((title, _, _)) = &mut heading {
                        title.push_str(&code);
                    }
                    page.code.push(Span { text: code.into_string(), at });
                }
                Event::Html(html) | Event::InlineHtml(html) => page.anchors.extend(html_anchors(&html)),
                _ => {}
            }
        }
        page
    }

    fn close_heading(&mut self, text: String, level: u8, at: Position, anchors: &mut HashMap<String, usize>) {
        let plain = slug(&text);
        let seen = anchors.entry(plain.clone()).or_insert(0);
        let anchor = if *seen == 0 { plain } else { format!("{plain}-{seen}") };
        *seen += 1;
        // A section that only holds smaller sections is not empty: they say what it holds.
        if let Some(above) = self.headings.last_mut()
            && above.level < level
        {
            above.empty = false;
        }
        self.anchors.insert(anchor.clone());
        self.headings.push(Heading { text, anchor, level, at, empty: true });
    }

    /// Whether a link may end in this anchor.
    pub(super) fn has_anchor(&self, anchor: &str) -> bool {
        self.anchors.contains(anchor)
    }
}

/// What a page makes an anchor of itself: `<a id="here">`.
fn html_anchors(html: &str) -> impl Iterator<Item = String> {
    ["id=", "name="].into_iter().flat_map(move |attribute| {
        html.split(attribute).skip(1).filter_map(|rest| {
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            Some(rest[1..].split(quote).next()?.to_owned())
        })
    })
}

/// A heading as GitHub names it in a link: lower case, spaces as dashes, other punctuation gone.
fn slug(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_its_sections_links_and_code() {
        let page = Page::read(
            "# On call\n\nSee [b](b.md#where-commands-run) and `make check`.\n\n## Where commands run\n\n## Twice\n\nx\n\n## Twice\n\n```sh\nmake run\n```\n\n<a id=\"own\"></a><a name='old'>x</a>\n",
        );
        assert!(page.has_anchor("own") && page.has_anchor("old") && !page.has_anchor("x"));
        let anchors: Vec<_> = page.headings.iter().map(|heading| heading.anchor.as_str()).collect();
        assert_eq!(anchors, ["on-call", "where-commands-run", "twice", "twice-1"]);
        let empty: Vec<_> = page.headings.iter().filter(|heading| heading.empty).map(|h| &h.text).collect();
        assert_eq!(empty, ["Where commands run"]);
        assert_eq!((page.links[0].text.as_str(), page.links[0].at.line), ("b.md#where-commands-run", 3));
        assert_eq!(page.code[0].text, "make check");
        assert_eq!((page.blocks[0].language.as_str(), page.blocks[0].at.line), ("sh", 14));
    }
}
