//! The installed `git`, run so that nothing of an address or a version is taken for anything else.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::references::References;
use crate::pack::source::Environment;
use crate::pack::source::error::Error;
use crate::pack::source::redact::redact;
use crate::pack::source::url::GitUrl;
use crate::path::Shown;

/// The protocols git may use, also after it has followed a redirect or the user's `insteadOf`.
const PROTOCOLS: [&str; 3] = ["https", "ssh", "file"];
/// How much a list of references may be.
const LONGEST_LISTING: u64 = 64 << 20;
/// How much git may print to stderr before the rest is dropped.
const LONGEST_COMPLAINT: u64 = 1 << 20;
/// How long its last words are waited for after git has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How many of its last lines an error quotes.
const QUOTED_LINES: usize = 4;
/// Those that point git at another repository, index or configuration; `git rev-parse --local-env-vars` lists them.
/// `GIT_CONFIG_COUNT` stays: CI systems give credentials through it. `GIT_TRACE_REDACT` would print them.
const DROPPED: [&str; 16] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE_REDACT",
    "GIT_WORK_TREE",
];
/// Prints the credentials when git asks for them, and ignores it when git offers to store or forget them.
const HELPER: &str = r#"!f() { if test "$1" = get; then printf 'username=%s\npassword=%s\n' "$GOLDPATH_GIT_USER" "$GOLDPATH_GIT_PASSWORD"; fi; }; f"#;

/// Git, for one address and one empty repository.
pub(super) struct Program<'p> {
    pub(super) environment: &'p Environment,
    pub(super) url: &'p GitUrl,
    /// Explicit, so that the repository of the working directory, and its configuration, are never looked for.
    pub(super) repository: &'p Path,
}

impl Program<'_> {
    /// The references of the address.
    pub(super) fn references(&self) -> Result<References, Error> {
        let patterns = ["HEAD", "refs/heads/*", "refs/tags/*"];
        let listing = self.run(&["ls-remote", "--quiet"], &patterns)?;
        let references = References::from_listing(&listing);
        if references.is_sha256 {
            return Err(Error::ObjectFormat { source_name: self.url.address().to_owned() });
        }
        Ok(references)
    }

    /// Fetches what `refspecs` name, without history if the server can.
    pub(super) fn fetch_one(&self, refspec: &str) -> Result<(), Error> {
        let fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
        let shallow = [&fetch[..], &["--depth=1"]].concat();
        match self.run(&shallow, &[refspec]) {
            // A plain web server has no other way than to give all of it.
            Err(Error::Fetch { said, .. }) if said.iter().any(|line| line.contains("shallow")) => {
                self.run(&fetch, &[refspec]).map(drop)
            }
            other => other.map(drop),
        }
    }

    /// Fetches all branches and tags with their history.
    pub(super) fn fetch_all(&self) -> Result<(), Error> {
        let fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
        let refspecs = ["+refs/heads/*:refs/goldpath/heads/*", "+refs/tags/*:refs/goldpath/tags/*"];
        self.run(&fetch, &refspecs).map(drop)
    }

    /// Runs git with the address after `--`; gives what it printed.
    fn run(&self, options: &[&str], after_address: &[&str]) -> Result<String, Error> {
        let mut command = self.command();
        command.args(options).arg("--").arg(self.url.address()).args(after_address);
        let mut child = command.spawn().map_err(|error| self.not_started(&error))?;
        let answer = child.stdout.take().map(|stdout| read_aside(stdout, LONGEST_LISTING));
        let complaint = child.stderr.take().map(|stderr| read_aside(stderr, LONGEST_COMPLAINT));
        if self.wait(&mut child)? {
            let answer = answer.and_then(|answer| answer.recv().ok()).unwrap_or_default();
            // Half a list would make an older version the newest one.
            if answer.len() as u64 >= LONGEST_LISTING {
                let what = format!("{LONGEST_LISTING} bytes of references or more");
                return Err(Error::TooMuch { source_name: self.url.address().to_owned(), what });
            }
            return Ok(answer);
        }
        // An ssh that stays in the background for the next connection keeps stderr open.
        let complaint = complaint.and_then(|complaint| complaint.recv_timeout(LAST_WORDS).ok());
        Err(self.failed(&complaint.unwrap_or_default()))
    }

    /// Waits for git; ends it where it fetches more than any pack holds.
    fn wait(&self, child: &mut Child) -> Result<bool, Error> {
        let most = self.environment.limits.total_bytes.saturating_mul(2);
        let mut pause = Duration::from_millis(1);
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status.success()),
                Ok(None) => {}
                Err(error) => return Err(self.failed(&error.to_string())),
            }
            if fetched_bytes(self.repository) > most {
                let _ = child.kill();
                let _ = child.wait();
                let what = format!("more than {most} bytes to fetch");
                return Err(Error::TooMuch { source_name: self.url.address().to_owned(), what });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.environment.git);
        command.arg(with_value("--git-dir=", self.repository));
        for setting in [
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "gc.auto=0",
            "maintenance.auto=false",
            // One pack and its index, instead of thousands of files.
            "fetch.unpackLimit=1",
            "fetch.writeCommitGraph=false",
            // A server that sends nothing for a minute is gone.
            "http.lowSpeedLimit=1",
            "http.lowSpeedTime=60",
        ] {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.current_dir(self.repository);
        command.env_clear().envs(self.variables());
        command
    }

    /// The variables git gets: the user's, without those that point elsewhere, and with ours.
    fn variables(&self) -> Vec<(OsString, OsString)> {
        let given = match &self.environment.variables {
            Some(variables) => variables.clone(),
            None => std::env::vars_os().collect(),
        };
        let value = |name: &str| given.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let mut ours: Vec<(OsString, OsString)> = vec![
            ("GIT_ALLOW_PROTOCOL".into(), allowed_protocols(value("GIT_ALLOW_PROTOCOL").as_deref()).into()),
            // What is quoted, and looked at, is English.
            ("LC_ALL".into(), "C".into()),
        ];
        if !self.environment.may_ask {
            ours.push(("GIT_TERMINAL_PROMPT".into(), "0".into()));
        }
        ours.extend(self.credential_settings(value("GIT_CONFIG_COUNT").as_deref()));
        let mut variables = given;
        variables.retain(|(key, _)| {
            !DROPPED.iter().any(|dropped| key == dropped) && !ours.iter().any(|(name, _)| name == key)
        });
        variables.extend(ours);
        variables
    }

    /// The credentials as settings in the environment: a command line is visible to every user of the machine, and
    /// an address with credentials would be stored by the user's credential helper.
    fn credential_settings(&self, count: Option<&OsStr>) -> Vec<(OsString, OsString)> {
        let Some(credentials) = self.url.credentials() else { return Vec::new() };
        let host = self.url.address().split('/').take(3).collect::<Vec<_>>().join("/");
        let mut variables: Vec<(OsString, OsString)> = Vec::new();
        let settings = match &credentials.password {
            // A name alone chooses among the passwords that the user's own helpers know.
            None => vec![(format!("credential.{host}.username"), credentials.user.clone())],
            Some(password) => {
                variables.push(("GOLDPATH_GIT_USER".into(), credentials.user.clone().into()));
                variables.push(("GOLDPATH_GIT_PASSWORD".into(), password.into()));
                // The empty one forgets the helpers before it.
                let helper = format!("credential.{host}.helper");
                vec![(helper.clone(), String::new()), (helper, HELPER.to_owned())]
            }
        };
        let first = count.and_then(|count| count.to_str()?.parse::<usize>().ok()).unwrap_or_default();
        variables.push(("GIT_CONFIG_COUNT".into(), (first + settings.len()).to_string().into()));
        for (index, (key, value)) in (first..).zip(settings) {
            variables.push((format!("GIT_CONFIG_KEY_{index}").into(), key.into()));
            variables.push((format!("GIT_CONFIG_VALUE_{index}").into(), value.into()));
        }
        variables
    }

    fn not_started(&self, error: &io::Error) -> Error {
        let (source_name, program) =
            (self.url.address().to_owned(), self.environment.git.to_string_lossy().into_owned());
        match error.kind() {
            ErrorKind::NotFound => Error::NoGit { source_name, program },
            _ => Error::Fetch { source_name, said: vec![format!("`{program}` did not start: {error}")] },
        }
    }

    /// What git complained about, without credentials and without anything that could repaint a terminal.
    fn failed(&self, complaint: &str) -> Error {
        let complaint = self.url.redact(complaint);
        let lines: Vec<&str> = complaint.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = &lines[lines.len().saturating_sub(QUOTED_LINES)..];
        let said = last.iter().map(|line| Shown::up_to(300, &redact(line)).to_string()).collect();
        Error::Fetch { source_name: self.url.address().to_owned(), said }
    }
}

/// Ours, without those that the user has forbidden.
fn allowed_protocols(given: Option<&OsStr>) -> String {
    let Some(given) = given else { return PROTOCOLS.join(":") };
    let given = given.to_string_lossy();
    let allowed: Vec<&str> =
        PROTOCOLS.into_iter().filter(|ours| given.split(':').any(|name| name == *ours)).collect();
    // An empty list would be no list at all.
    if allowed.is_empty() { "none".to_owned() } else { allowed.join(":") }
}

fn with_value(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}

/// Reads text up to a limit, and the rest into nothing, so that the writer is never blocked.
fn read_aside(mut from: impl Read + Send + 'static, most: u64) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.by_ref().take(most).read_to_end(&mut bytes);
        let _ = io::copy(&mut from, &mut io::sink());
        // Nobody listens after a timeout.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// How much of a pack has arrived: git writes it into one file here.
fn fetched_bytes(repository: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(repository.join("objects").join("pack")) else { return 0 };
    entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|found| found.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_may_allow_fewer_protocols_and_never_more() {
        let table = [
            (None, "https:ssh:file"),
            (Some("https:ext"), "https"),
            (Some("ext:http"), "none"),
            (Some(""), "none"),
        ];
        for (given, expected) in table {
            assert_eq!(allowed_protocols(given.map(OsStr::new)), expected, "{given:?}");
        }
    }

    #[test]
    fn git_takes_the_credentials_for_their_host_alone() {
        let url = GitUrl::with_scheme("https", "bob:p%40%27%24x@host:8443/a/b").ok().unwrap();
        let home = tempfile::tempdir().unwrap();
        // A helper of the user's, which would keep what it is given.
        let helper = "[credential]\nhelper = \"!f() { echo password=of-the-user; cat >>kept; }; f\"\n";
        fs_err::write(home.path().join(".gitconfig"), helper).unwrap();
        let variables = vec![
            ("PATH".into(), std::env::var_os("PATH").unwrap()),
            ("HOME".into(), home.path().into()),
            ("GIT_CONFIG_NOSYSTEM".into(), "1".into()),
        ];
        let environment = Environment { variables: Some(variables), ..Environment::default() };
        let program = Program { environment: &environment, url: &url, repository: home.path() };
        let credential = |action: &str, asked: &str| {
            let mut command = Command::new("git");
            command
                .env_clear()
                .envs(program.variables())
                .current_dir(home.path())
                .args(["credential", action]);
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            io::Write::write_all(&mut child.stdin.take().unwrap(), asked.as_bytes()).unwrap();
            String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
        };
        let here = credential("fill", "protocol=https\nhost=host:8443\n\n");
        assert!(here.contains("username=bob\npassword=p@'$x\n"), "{here}");
        credential("approve", &here);
        assert!(!home.path().join("kept").exists());
        let elsewhere = credential("fill", "protocol=https\nhost=elsewhere\nusername=me\n\n");
        assert!(elsewhere.contains("password=of-the-user"), "{elsewhere}");
    }

    #[test]
    fn credentials_are_settings_after_those_the_user_has() {
        let url = GitUrl::with_scheme("https", "bob:p%40ss@host:8443/a/b").ok().unwrap();
        let variables = Some(vec![
            ("GIT_CONFIG_COUNT".into(), "1".into()),
            ("GIT_DIR".into(), "/elsewhere".into()),
            ("PATH".into(), "/bin".into()),
        ]);
        let environment = Environment { variables, ..Environment::default() };
        let program = Program { environment: &environment, url: &url, repository: Path::new("/r") };
        let mut variables: Vec<String> = program
            .variables()
            .iter()
            .map(|(key, value)| format!("{}={}", key.to_string_lossy(), value.to_string_lossy()))
            .collect();
        variables.sort();
        assert_eq!(
            variables,
            [
                "GIT_ALLOW_PROTOCOL=https:ssh:file",
                "GIT_CONFIG_COUNT=3",
                "GIT_CONFIG_KEY_1=credential.https://host:8443.helper",
                "GIT_CONFIG_KEY_2=credential.https://host:8443.helper",
                "GIT_CONFIG_VALUE_1=",
                &format!("GIT_CONFIG_VALUE_2={HELPER}"),
                "GIT_TERMINAL_PROMPT=0",
                "GOLDPATH_GIT_PASSWORD=p@ss",
                "GOLDPATH_GIT_USER=bob",
                "LC_ALL=C",
                "PATH=/bin",
            ]
        );
        let arguments = format!("{:?}", program.command().get_args().collect::<Vec<_>>());
        assert!(!arguments.contains("p@ss") && !arguments.contains("bob"), "{arguments}");
    }
}
