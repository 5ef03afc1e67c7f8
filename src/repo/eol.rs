//! What git stores for a file with CRLF line ends, and what it writes to a work tree.
//!
//! Only the attributes of the tree itself decide (and what the user's own attributes file adds): the
//! commit must not depend on `core.autocrlf`. A file whose stored and written bytes differ needs no
//! care afterwards, since git converts it the same way when it looks.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use git2::{AttrCheckFlags, AttrValue, Config, Repository};

/// The file of attributes that any folder may have.
pub(crate) const ATTRIBUTES: &str = ".gitattributes";

const ENCODING: &str = "working-tree-encoding";

/// The bytes to store, where they are not the ones of the file.
pub(crate) fn stored(repository: &Repository, path: &str, content: &[u8]) -> Option<Vec<u8>> {
    converted(repository, path, content, || false)
}

/// The bytes that git compares with what it stores, where they are not the ones of a file of the work tree. There
/// `core.autocrlf` counts too: git itself may have written the CRLF.
pub(crate) fn seen(repository: &Repository, path: &str, content: &[u8]) -> Option<Vec<u8>> {
    converted(repository, path, content, || {
        let config = repository.config().and_then(|mut config| config.snapshot());
        config.is_ok_and(|config| AutoCrlf::of(&config) != AutoCrlf::Off)
    })
}

/// What `core.autocrlf` says.
#[derive(PartialEq, Eq)]
enum AutoCrlf {
    Off,
    /// Stored with LF, and written as stored.
    Input,
    /// Stored with LF, and written with CRLF.
    On,
}

impl AutoCrlf {
    fn of(config: &Config) -> Self {
        match config.get_string("core.autocrlf").as_deref() {
            Ok("input") => Self::Input,
            Ok(setting) if Config::parse_bool(setting).unwrap_or(false) => Self::On,
            _ => Self::Off,
        }
    }
}

fn converted(
    repository: &Repository,
    path: &str,
    content: &[u8],
    by_configuration: impl FnOnce() -> bool,
) -> Option<Vec<u8>> {
    if !content.contains(&b'\r') || !content.windows(2).any(|pair| pair == b"\r\n") {
        return None;
    }
    let (text, eol) = (attribute(repository, path, "text"), attribute(repository, path, "eol"));
    let converts = match AttrValue::from_string(text.as_deref()) {
        AttrValue::True => true,
        AttrValue::String("auto") => looks_like_text(content),
        AttrValue::False => false,
        _ if matches!(eol.as_deref(), Some("lf" | "crlf")) => true,
        _ => looks_like_text(content) && by_configuration(),
    };
    converts.then(|| with_line_feeds(content))
}

/// The name of a file in its repository, as attributes know it.
pub(crate) fn name_in(repository: &Repository, file: &Path) -> String {
    let workdir = repository.workdir().and_then(|workdir| dunce::canonicalize(workdir).ok());
    let inside = workdir.as_ref().and_then(|workdir| file.strip_prefix(workdir).ok()).unwrap_or(file);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// What git writes to a work tree. The settings are read once; attributes are asked for only where they could say
/// something, since asking looks for a file of attributes in every folder on the way, for every path.
pub(crate) struct WorkTreeEnds<'r> {
    repository: &'r Repository,
    autocrlf: bool,
    /// Whether text that no attribute says more of gets CRLF.
    by_configuration: bool,
    /// Whether attributes that are no file of the tree may say something.
    elsewhere: bool,
    /// Whether the file of attributes in a folder, or in one that holds it, may.
    folders: RefCell<HashMap<String, bool>>,
}

impl<'r> WorkTreeEnds<'r> {
    pub(crate) fn of(repository: &'r Repository) -> Self {
        let config = repository.config().and_then(|mut config| config.snapshot()).ok();
        let autocrlf = config.as_ref().is_some_and(|config| AutoCrlf::of(config) == AutoCrlf::On);
        let eol = config.as_ref().and_then(|config| config.get_string("core.eol").ok());
        let of_user = config.as_ref().and_then(|config| config.get_path("core.attributesfile").ok());
        let elsewhere = of_user
            .or_else(default_attributes)
            .into_iter()
            .chain([repository.commondir().join("info/attributes")]);
        Self {
            repository,
            autocrlf,
            by_configuration: autocrlf || eol.as_deref() == Some("crlf"),
            elsewhere: elsewhere.into_iter().any(|file| fs_err::read(file).is_ok_and(|text| speaks(&text))),
            folders: RefCell::default(),
        }
    }

    /// The bytes to write, where they are not the ones that git stores.
    pub(crate) fn written(&self, path: &str, content: &[u8]) -> Option<Vec<u8>> {
        if !content.contains(&b'\n') || content.contains(&b'\r') || content.contains(&0) {
            return None;
        }
        if !self.by_configuration && !self.may_say(path) {
            return None;
        }
        let [text, eol] = ["text", "eol"].map(|name| attribute(self.repository, path, name));
        let converts = match (AttrValue::from_string(text.as_deref()), eol.as_deref()) {
            (AttrValue::False, _) | (_, Some("lf")) => false,
            (_, Some("crlf")) => true,
            (AttrValue::True | AttrValue::String("auto"), _) => self.by_configuration,
            _ => self.autocrlf,
        };
        converts.then(|| with_crlf(content))
    }

    /// The encoding that a file has in the work tree, and not where git stores it. It is only ever told: goldpath writes none.
    pub(crate) fn encoding(&self, path: &str) -> Option<String> {
        let named = self.may_say(path).then(|| attribute(self.repository, path, ENCODING)).flatten();
        named.filter(|name| matches!(AttrValue::from_string(Some(name)), AttrValue::String(_)))
    }

    /// Attributes were written: what was known of them is not known any more.
    pub(crate) fn attributes_changed(&self) {
        self.folders.borrow_mut().clear();
    }

    /// Whether attributes could say something of a file.
    fn may_say(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.elsewhere || self.may_convert(folder)
    }

    fn may_convert(&self, folder: &str) -> bool {
        if let Some(known) = self.folders.borrow().get(folder) {
            return *known;
        }
        let name = if folder.is_empty() { ATTRIBUTES.to_owned() } else { format!("{folder}/{ATTRIBUTES}") };
        let here = match self.repository.workdir().map(|root| fs_err::read(root.join(&name))) {
            Some(Ok(text)) => speaks(&text),
            // A sparse checkout may leave it in the index: git knows what it says.
            _ => self.repository.index().is_ok_and(|index| index.get_path(name.as_ref(), 0).is_some()),
        };
        let may = here
            || (!folder.is_empty()
                && self.may_convert(folder.rsplit_once('/').map_or("", |(above, _)| above)));
        self.folders.borrow_mut().insert(folder.to_owned(), may);
        may
    }
}

/// Where git looks when nothing is configured.
fn default_attributes() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    Some(set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))?.join("git/attributes"))
}

/// No attribute asks for CRLF or for an encoding without naming it.
fn speaks(attributes: &[u8]) -> bool {
    let names = |name: &str| attributes.windows(name.len()).any(|word| word == name.as_bytes());
    names("crlf") || names(ENCODING)
}

fn with_crlf(content: &[u8]) -> Vec<u8> {
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

    #[test]
    fn a_work_tree_gets_the_line_ends_that_git_checks_out_however_the_setting_is_spelled() {
        let sandbox = Sandbox::new();
        let repository = Repository::init(sandbox.path()).unwrap();
        sandbox.write("a.txt", "x\n");
        sandbox.git(&["add", "a.txt"]);
        for spelled in ["true", "yes", "on", "1", "True", "input", "false", "no", "0"] {
            sandbox.git(&["config", "core.autocrlf", spelled]);
            fs_err::remove_file(sandbox.path().join("a.txt")).unwrap();
            sandbox.git(&["checkout", "--", "a.txt"]);
            let by_git = fs_err::read(sandbox.path().join("a.txt")).unwrap();
            let written = WorkTreeEnds::of(&repository).written("a.txt", b"x\n");
            assert_eq!(written.as_deref().unwrap_or(b"x\n"), by_git, "{spelled}");
        }
    }
}
