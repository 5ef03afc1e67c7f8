//! What git stores for a file with CRLF line ends.
//!
//! Only the attributes of the tree itself decide (and what the user's own attributes file adds): the
//! commit must not depend on `core.autocrlf`. A file whose stored and written bytes differ needs no
//! care afterwards, since git converts it the same way when it looks.

use git2::{AttrCheckFlags, AttrValue, Repository};

/// The bytes to store, where they are not the ones of the file.
pub(crate) fn stored(repository: &Repository, path: &str, content: &[u8]) -> Option<Vec<u8>> {
    if !content.contains(&b'\r') || !content.windows(2).any(|pair| pair == b"\r\n") {
        return None;
    }
    let (text, eol) = (attribute(repository, path, "text"), attribute(repository, path, "eol"));
    let converts = match AttrValue::from_string(text.as_deref()) {
        AttrValue::True => true,
        AttrValue::String("auto") => looks_like_text(content),
        AttrValue::False => false,
        _ => matches!(eol.as_deref(), Some("lf" | "crlf")),
    };
    converts.then(|| with_line_feeds(content))
}

/// The bytes to write to a work tree, where they are not the ones that git stores.
pub(crate) fn written(repository: &Repository, path: &str, content: &[u8]) -> Option<Vec<u8>> {
    if !content.contains(&b'\n') || content.contains(&b'\r') || content.contains(&0) {
        return None;
    }
    let (text, eol) = (attribute(repository, path, "text"), attribute(repository, path, "eol"));
    let setting = |key: &str| repository.config().ok()?.snapshot().ok()?.get_string(key).ok();
    let by_autocrlf = || setting("core.autocrlf").as_deref() == Some("true");
    let by_configuration = || by_autocrlf() || setting("core.eol").as_deref() == Some("crlf");
    let converts = match (AttrValue::from_string(text.as_deref()), eol.as_deref()) {
        (AttrValue::False, _) | (_, Some("lf")) => false,
        (_, Some("crlf")) => true,
        (AttrValue::True | AttrValue::String("auto"), _) => by_configuration(),
        _ => by_autocrlf(),
    };
    converts.then(|| {
        content.split_inclusive(|byte| *byte == b'\n').fold(Vec::new(), |mut out, line| {
            match line.strip_suffix(b"\n") {
                Some(line) => {
                    out.extend_from_slice(line);
                    out.extend_from_slice(b"\r\n");
                }
                None => out.extend_from_slice(line),
            }
            out
        })
    })
}

fn attribute(repository: &Repository, path: &str, name: &str) -> Option<String> {
    let flags = AttrCheckFlags::FILE_THEN_INDEX | AttrCheckFlags::NO_SYSTEM;
    let value = repository.get_attr(path.as_ref(), name, flags).ok().flatten();
    value.map(str::to_owned)
}

/// Whether `text=auto` takes it for text: no zero bytes, and no carriage return on its own.
fn looks_like_text(content: &[u8]) -> bool {
    let lone = content.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
    !lone && content.last() != Some(&b'\r') && !content.contains(&0)
}

fn with_line_feeds(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    for (at, &byte) in content.iter().enumerate() {
        if byte != b'\r' || content.get(at + 1) != Some(&b'\n') {
            out.push(byte);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::Sandbox;
    use super::*;

    #[test]
    fn the_trees_own_attributes_decide_as_git_add_does() {
        let sandbox = Sandbox::new();
        let repository = Repository::init(sandbox.path()).unwrap();
        sandbox.write(
            ".gitattributes",
            "*.bat text eol=crlf\n*.raw -text\n*.auto text=auto\n*.end eol=lf\n*.bin binary\n",
        );
        for (path, content) in [
            ("a.bat", "x\r\ny\r\n"),
            ("a.raw", "x\r\n"),
            ("a.auto", "x\r\n"),
            ("mixed.auto", "x\r\ny\rz"),
            ("zero.auto", "x\r\n\0"),
            ("a.end", "x\r\n"),
            ("a.bin", "x\r\n"),
            ("none", "x\r\n"),
            ("lf.bat", "x\n"),
        ] {
            sandbox.write(path, content);
            let bytes = stored(&repository, path, content.as_bytes()).unwrap_or_else(|| content.into());
            sandbox.git(&["add", path]);
            assert_eq!(sandbox.git(&["cat-file", "blob", &format!(":{path}")]).as_bytes(), bytes, "{path}");
        }
    }
}
