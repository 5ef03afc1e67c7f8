//! Signing the first commit with the program git would call.

mod gpg;
mod program;
mod ssh;

use super::config::GitConfig;
use super::environment::Environment;
use super::error::Error;
use super::signature::Signature;
use gpg::Gpg;
use ssh::Ssh;

/// The configured signing program and its key.
#[derive(Debug)]
pub(super) enum Signer {
    /// `gpg`, or for x509 `gpgsm`.
    Gpg(Gpg),
    /// `ssh-keygen`.
    Ssh(Ssh),
}

impl Signer {
    /// What `commit.gpgSign` asks for; nothing when it does not.
    pub(super) fn configured(
        config: &GitConfig,
        environment: &Environment,
        committer: &Signature,
    ) -> Result<Option<Self>, Error> {
        if !config.flag("commit.gpgsign")? {
            return Ok(None);
        }
        let key = config.text("user.signingkey").filter(|key| !key.is_empty());
        let program = |key: &str, default: &str| {
            environment.expand(config.text(key).unwrap_or(default)).to_string_lossy().into_owned()
        };
        let gpg = |program: String| {
            // Without a key, gpg looks for the committer's.
            let owner = || format!("{} <{}>", committer.name, committer.email);
            Self::Gpg(Gpg { program, key: key.map_or_else(owner, str::to_owned) })
        };
        Ok(Some(match config.text("gpg.format").unwrap_or("openpgp") {
            "openpgp" => {
                let general = program("gpg.program", "gpg");
                gpg(program("gpg.openpgp.program", &general))
            }
            "x509" => gpg(program("gpg.x509.program", "gpgsm")),
            "ssh" => Self::Ssh(Ssh {
                program: program("gpg.ssh.program", "ssh-keygen"),
                key: ssh::key(key, config.text("gpg.ssh.defaultkeycommand"), environment)?,
            }),
            format => return Err(Error::UnknownSignatureFormat { format: format.to_owned() }),
        }))
    }

    /// The signature of a commit's text.
    pub(super) fn sign(&self, text: &str) -> Result<String, Error> {
        match self {
            Self::Gpg(gpg) => gpg.sign(text),
            Self::Ssh(ssh) => ssh.sign(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::signature::Time;
    use super::super::testing::environment_of;
    use super::*;

    fn signer<const N: usize>(values: [(&str, &str); N]) -> Result<Option<Signer>, Error> {
        let who =
            Signature { name: "A".into(), email: "a@x".into(), time: Time { seconds: 0, offset_minutes: 0 } };
        Signer::configured(&GitConfig::of(values), &environment_of(&[("HOME", "/home/a")]), &who)
    }

    #[test]
    fn nothing_is_signed_unless_git_is_told_to() {
        assert!(signer([("user.signingkey", "K")]).unwrap().is_none());
        assert!(signer([("commit.gpgsign", "off")]).unwrap().is_none());
    }

    #[test]
    fn the_format_chooses_program_and_key() {
        let on = ("commit.gpgsign", "true");
        let gpg = |made: Result<Option<Signer>, Error>| match made.unwrap() {
            Some(Signer::Gpg(Gpg { program, key })) => (program, key),
            other => panic!("{other:?}"),
        };
        assert_eq!(gpg(signer([on])), ("gpg".into(), "A <a@x>".into()));
        assert_eq!(gpg(signer([on, ("gpg.program", "~/bin/gpg2")])).0, "/home/a/bin/gpg2");
        let both = [on, ("gpg.program", "a"), ("gpg.openpgp.program", "b"), ("user.signingkey", "K")];
        assert_eq!(gpg(signer(both)), ("b".into(), "K".into()));
        let x509 = [on, ("gpg.format", "x509"), ("gpg.program", "a")];
        assert_eq!(gpg(signer(x509)).0, "gpgsm");
    }

    #[test]
    fn an_unknown_format_and_a_missing_ssh_key_are_named() {
        let on = ("commit.gpgsign", "true");
        let error = signer([on, ("gpg.format", "minisign")]).unwrap_err();
        assert!(matches!(error, Error::UnknownSignatureFormat { format } if format == "minisign"));
        assert!(matches!(signer([on, ("gpg.format", "ssh")]), Err(Error::NoSigningKey)));
    }
}
