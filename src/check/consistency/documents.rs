//! Pages lead where they say, and are finished.

use std::cell::LazyCell;

use memchr::memmem;
use percent_encoding::percent_decode_str;

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::markdown::Page;
use crate::check::node::place;
use crate::check::repository::Repository;
use crate::position::Places;
use crate::reconcile::conflict_in;

pub(super) const LINKS: Invariant = Invariant {
    rule: "documents.links",
    title: "every relative link leads to a file, and every anchor to a heading",
    needs: &["README.md"],
    check: links,
};

pub(super) const FINISHED: Invariant = Invariant {
    rule: "documents.finished",
    title: "no file of the path has a conflict, template syntax or a mark of unfinished work left, and no page an empty section",
    needs: &["README.md"],
    check: finished,
};

fn links(repository: &Repository<'_>, findings: &mut Findings) {
    for (path, page) in &repository.pages {
        for link in &page.links {
            if link.text.contains("://") || link.text.starts_with("mailto:") {
                continue;
            }
            let (target, anchor) = link.text.split_once('#').unwrap_or((&link.text, ""));
            // `?plain=1` is for the server.
            let target = target.split('?').next().unwrap_or_default();
            let Some(target) = resolve(path, &percent_decode_str(target).decode_utf8_lossy()) else {
                findings.at(
                    path,
                    link.at,
                    format!("`{}` leads out of the repository", link.text),
                    "link a file of this repository, or a URL",
                );
                continue;
            };
            if !repository.files.exists(&target) {
                let fix = if repository.lock.is_some() && repository.is_of_the_path(&target) {
                    format!("correct the link, or bring the file back with `goldpath apply {target}`")
                } else {
                    "correct the link, or restore the file".to_owned()
                };
                let message = format!("`{}` leads to {target}, which does not exist", link.text);
                findings.at(path, link.at, message, fix);
            } else if !anchor.is_empty()
                && !repository.pages.get(target.as_str()).is_none_or(|page| page.has_anchor(anchor))
            {
                let message = format!("`{}` leads to a heading that {target} does not have", link.text);
                findings.at(path, link.at, message, anchors_of(repository.pages.get(target.as_str())));
            }
        }
    }
}

/// Where a link in a page leads, from the root.
fn resolve(page: &str, target: &str) -> Option<String> {
    if target.is_empty() {
        return Some(page.to_owned());
    }
    let mut names: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => page
            .split('/')
            .collect::<Vec<_>>()
            .split_last()
            .map_or_else(Vec::new, |(_, folder)| folder.to_vec()),
    };
    for name in target.trim_start_matches('/').split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

fn anchors_of(page: Option<&Page>) -> String {
    let anchors =
        page.map_or(&[][..], |page| &page.headings).iter().map(|heading| format!("#{}", heading.anchor));
    format!("use one of {}", anchors.collect::<Vec<_>>().join(", "))
}

fn finished(repository: &Repository<'_>, findings: &mut Findings) {
    let files = repository.files;
    let fix = "finish it: somebody will take it for the truth";
    let of_the_path = files
        .below("", &[""])
        .filter(|path| repository.is_of_the_path(path) && path.ends_with(|c: char| c.is_ascii_alphabetic()));
    for path in of_the_path {
        let Some(text) = files.text(path) else { continue };
        let places = LazyCell::new(|| Places::of(text));
        if let Some(at) = conflict_in(text.as_bytes()) {
            let fix = "resolve what stands between the markers";
            findings.at(path, place(&places, at), "the markers of a conflict are left here", fix);
        }
        for mark in ["{=", "=}", "{~", "TODO", "FIXME", "XXX"] {
            for at in memmem::find_iter(text.as_bytes(), mark) {
                let is_word = mark.starts_with(|c: char| c.is_ascii_alphabetic());
                let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                if is_word
                    && (inside(text[..at].chars().next_back())
                        || inside(text[at + mark.len()..].chars().next()))
                {
                    continue;
                }
                findings.at(path, place(&places, at), format!("`{mark}` is left here"), fix);
            }
        }
    }
    for (path, page) in &repository.pages {
        for heading in page.headings.iter().filter(|heading| heading.empty) {
            let message = format!("the section `{}` is empty", heading.text);
            findings.at(path, heading.at, message, "write it, or remove the heading");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_from_its_page() {
        assert_eq!(resolve("docs/a.md", "../README.md").as_deref(), Some("README.md"));
        assert_eq!(resolve("docs/a.md", "b/c.md").as_deref(), Some("docs/b/c.md"));
        assert_eq!(resolve("docs/a.md", "/b.md").as_deref(), Some("b.md"));
        assert_eq!(resolve("docs/a.md", "").as_deref(), Some("docs/a.md"));
        assert_eq!(resolve("a.md", "../b.md"), None);
    }
}
