//! Packs that tests make: small, and about one thing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::env::TestEnv;

/// A pack in the making. A new one is valid: one question, one preset, one stack with one template.
#[derive(Debug, Clone)]
pub(crate) struct TestPack {
    name: String,
    version: String,
    head: String,
    body: String,
    files: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone)]
enum Entry {
    File(Vec<u8>),
    Link(String),
}

impl TestPack {
    pub(crate) fn new() -> Self {
        Self::empty()
            .question("service_name", "type = \"string\"\ndefault = \"{= target_folder =}\"")
            .preset("small", "")
            .component("plain", "kind = \"stack\"")
            .file("templates/plain/files/README.md.tera", "# {= service_name =}\n")
    }

    /// Nothing but a name and a version.
    pub(crate) fn empty() -> Self {
        Self {
            name: "demo".to_owned(),
            version: "1.0.0".to_owned(),
            head: String::new(),
            body: String::new(),
            files: BTreeMap::new(),
        }
    }

    pub(crate) fn version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.version);
        self
    }

    /// Lines of the table `[pack]`.
    pub(crate) fn head(mut self, toml: &str) -> Self {
        self.head.push_str(toml);
        self.head.push('\n');
        self
    }

    /// Tables of `pack.toml`.
    pub(crate) fn tables(mut self, toml: &str) -> Self {
        self.body.push_str(toml);
        self.body.push('\n');
        self
    }

    /// A question with everything but its key, its words and its help.
    pub(crate) fn question(self, key: &str, toml: &str) -> Self {
        self.tables(&format!("[[question]]\nkey = \"{key}\"\nask = \"The {key}\"\n{toml}"))
    }

    pub(crate) fn preset(self, name: &str, toml: &str) -> Self {
        let text = format!("title = \"{name}\"\nsummary = \"The {name} one\"\n{toml}\n");
        self.file(&format!("presets/{name}.toml"), text)
    }

    pub(crate) fn component(self, name: &str, toml: &str) -> Self {
        let text = format!("title = \"{name}\"\nwhy = \"a test wants it\"\n{toml}\n");
        self.file(&format!("templates/{name}/component.toml"), text)
    }

    /// A file of the one stack.
    pub(crate) fn template(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.file(&format!("templates/plain/files/{path}"), content)
    }

    pub(crate) fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.to_owned(), Entry::File(content.as_ref().to_vec()));
        self
    }

    /// The text of one of its files.
    pub(crate) fn text(&self, path: &str) -> String {
        match &self.files[path] {
            Entry::File(content) => String::from_utf8(content.clone()).unwrap(),
            Entry::Link(target) => target.clone(),
        }
    }

    pub(crate) fn link(mut self, path: &str, target: &str) -> Self {
        self.files.insert(path.to_owned(), Entry::Link(target.to_owned()));
        self
    }

    pub(crate) fn without(mut self, path: &str) -> Self {
        self.files.remove(path).unwrap();
        self
    }

    /// Writes it to a folder of the work folder; what was there before goes.
    pub(crate) fn write_to(&self, env: &TestEnv, folder: &str) -> PathBuf {
        let root = env.folder(folder);
        for name in ["presets", "templates"] {
            let _ = fs_err::remove_dir_all(root.join(name));
        }
        let manifest = format!(
            "[pack]\nname = \"{}\"\nversion = \"{}\"\nsummary = \"A demo\"\n{}\n{}",
            self.name, self.version, self.head, self.body
        );
        if !self.files.contains_key("pack.toml") {
            env.write(&format!("{folder}/pack.toml"), manifest);
        }
        for (path, entry) in &self.files {
            let path = format!("{folder}/{path}");
            match entry {
                Entry::File(content) => {
                    env.write(&path, content);
                }
                Entry::Link(target) => {
                    fs_err::create_dir_all(env.path(&path).parent().unwrap()).unwrap();
                    fs_err::os::unix::fs::symlink(target, env.path(&path)).unwrap();
                }
            }
        }
        root
    }

    /// Writes it to a repository and tags it with its version.
    pub(crate) fn release(&self, env: &TestEnv, folder: &str) {
        self.write_to(env, folder);
        if !env.exists(&format!("{folder}/.git")) {
            env.git(folder, ["init", "--quiet", "--initial-branch=main"]);
        }
        env.git(folder, ["add", "--all"]);
        env.git(folder, ["commit", "--quiet", "--allow-empty", "--message", &self.version]);
        env.git(folder, ["tag", &format!("v{}", self.version)]);
    }
}

/// Writes a new pack to `pack`, as most tests do.
pub(crate) fn written(env: &TestEnv, change: impl FnOnce(TestPack) -> TestPack) {
    change(TestPack::new()).write_to(env, "pack");
}

/// `goldpath new DIR --pack ./pack -y`, which most tests run.
pub(crate) fn new_from_pack<'a>(directory: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["new", directory, "--pack", "./pack", "--yes", "--quiet"], more].concat()
}
