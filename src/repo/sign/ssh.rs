//! Signing with ssh-keygen.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::environment::Environment;
use super::super::error::Error;
use super::program::{failed, run, words};

/// ssh-keygen, or a program that takes its options, and the key it is to use.
#[derive(Debug)]
pub(in super::super) struct Ssh {
    pub(super) program: String,
    pub(super) key: Key,
}

/// Where the key is.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Key {
    /// In a file.
    File(PathBuf),
    /// The public half of a key that the agent holds.
    Agent(String),
}

/// The configured key, or what `gpg.ssh.defaultKeyCommand` prints first.
pub(super) fn key(
    configured: Option<&str>,
    command: Option<&str>,
    environment: &Environment,
) -> Result<Key, Error> {
    match (configured, command) {
        (Some(text), _) => Ok(literal(text).unwrap_or_else(|| Key::File(environment.expand(text)))),
        (None, Some(line)) => ask(line),
        (None, None) => Err(Error::NoSigningKey),
    }
}

fn literal(text: &str) -> Option<Key> {
    let key = text.strip_prefix("key::").or_else(|| text.starts_with("ssh-").then_some(text))?;
    Some(Key::Agent(key.to_owned()))
}

fn ask(line: &str) -> Result<Key, Error> {
    let words = words(line).unwrap_or_default();
    let [program, arguments @ ..] = words.as_slice() else { return Err(Error::NoSigningKey) };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::SignerMissing { program: program.clone(), source })?;
    let told = String::from_utf8_lossy(&output.stdout);
    let key = told.lines().next().and_then(literal).filter(|_| output.status.success());
    key.ok_or_else(|| failed(program, &output.stderr))
}

impl Ssh {
    pub(super) fn sign(&self, text: &str) -> Result<String, Error> {
        // Only its owner can read such a folder.
        let folder = tempfile::Builder::new().prefix("goldpath-sign-").tempdir();
        let folder = folder.map_err(Error::unwritable(&std::env::temp_dir()))?;
        let place = |name: &str, content: &str| {
            let path = folder.path().join(name);
            fs_err::write(&path, content).map_err(Error::unwritable(folder.path()))?;
            Ok::<_, Error>(path)
        };
        let buffer = place("commit", text)?;
        let mut command = Command::new(&self.program);
        command.args(["-Y", "sign", "-n", "git", "-f"]);
        match &self.key {
            Key::File(file) => command.arg(file),
            Key::Agent(key) => command.arg(place("key", &format!("{key}\n"))?).arg("-U"),
        };
        let output = run(&self.program, command.arg(&buffer), "")?;
        if !output.status.success() {
            return Err(failed(&self.program, &output.stderr));
        }
        let signature = fs_err::read_to_string(Path::new(&buffer).with_extension("sig"));
        Ok(signature.map_err(|_| failed(&self.program, &output.stderr))?.replace('\r', ""))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::environment_of;
    use super::*;

    #[test]
    fn a_key_is_a_file_or_stands_there_itself() {
        let environment = environment_of(&[("HOME", "/home/a")]);
        let key = |text| key(Some(text), None, &environment).unwrap();
        assert_eq!(key("~/.ssh/id"), Key::File("/home/a/.ssh/id".into()));
        assert_eq!(key("ssh-ed25519 AAAA"), Key::Agent("ssh-ed25519 AAAA".into()));
        assert_eq!(key("key::sk-ssh AAAA"), Key::Agent("sk-ssh AAAA".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_may_name_the_key() {
        let environment = environment_of(&[]);
        let told = |line| key(None, Some(line), &environment);
        assert_eq!(told("echo 'ssh-ed25519 AAAA me'").unwrap(), Key::Agent("ssh-ed25519 AAAA me".into()));
        assert!(matches!(told("echo no key"), Err(Error::SignerFailed { .. })));
        assert!(matches!(told("goldpath-no-such-program"), Err(Error::SignerMissing { .. })));
    }
}
