//! As much of XML as a build file needs: the text of one element, and its line.

use super::held::line_at;

/// The text of the first element at this path from the root on, without what is around it, and its line.
pub(super) fn element(text: &str, path: &[&str]) -> Option<(String, usize)> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let tag = &rest[start..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
            .into_iter()
            .find(|(begin, _)| tag.starts_with(begin));
        if let Some((_, end)) = skipped {
            rest = &tag[tag.find(end)? + end.len()..];
            continue;
        }
        let end = tag.find('>')?;
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        if inner.starts_with('/') {
            open.pop();
        } else if !inner.ends_with('/') {
            open.push(inner.split_whitespace().next().unwrap_or_default());
            if open == path {
                let value = rest[..rest.find('<')?].trim();
                return Some((value.to_owned(), line_at(text, text.len() - rest.len())));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_element_at_the_path_counts() {
        let text = "<?xml version='1.0'?>\n<!-- <a><b>no</b></a> -->\n<a x='1'>\n <c><b>no</b></c>\n <d/>\n <b> yes </b></a>";
        assert_eq!(element(text, &["a", "b"]), Some(("yes".to_owned(), 6)));
        assert_eq!(element(text, &["a", "e"]), None);
        assert_eq!(element("<a><b>", &["a", "b"]), None);
    }
}
