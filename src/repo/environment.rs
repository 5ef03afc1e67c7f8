//! What the process was started with, as a value: tests pass their own.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;

/// The environment variables and the account a repository is made under.
#[derive(Debug, Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    account: fn() -> Account,
}

/// The person at this machine, as the operating system knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The login name.
    pub login: String,
    /// The full name (GECOS), where there is one.
    pub full_name: Option<String>,
    /// The host name, fully qualified where the machine knows that.
    pub host: String,
}

impl Environment {
    /// The variables and the account of this process.
    ///
    /// A value that is not UTF-8 gets replacement characters.
    #[must_use]
    pub fn of_process() -> Self {
        let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
        let variables = env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        Self { variables, account: Account::of_process }
    }

    /// These variables, and this account.
    #[must_use]
    pub fn new(variables: BTreeMap<String, String>, account: fn() -> Account) -> Self {
        Self { variables, account }
    }

    /// The value of a variable; an empty one counts as unset, as git has it for nearly all of its own.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// The value of a variable, empty or not.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Who sits at this machine.
    #[must_use]
    pub fn account(&self) -> Account {
        (self.account)()
    }

    /// The home folder.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.text("HOME").or_else(|| self.text(name)).map(PathBuf::from)
    }

    /// A path from git's configuration, with a leading `~/` put under the home folder.
    #[must_use]
    pub fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }
}

impl Account {
    fn of_process() -> Self {
        let login = whoami::username().unwrap_or_else(|_| "unknown".into());
        let full_name = whoami::realname().ok().map(|gecos| full_name(&gecos, &login));
        let host = whoami::hostname().unwrap_or_else(|_| "localhost".into());
        Self { login, full_name: full_name.filter(|name| !name.is_empty()), host: qualified(&host) }
    }
}

/// The name in a GECOS field: up to the first comma, `&` standing for the capitalised login.
fn full_name(gecos: &str, login: &str) -> String {
    let mut letters = login.chars();
    let capitalised: String =
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    gecos.split(',').next().unwrap_or_default().replace('&', &capitalised).trim().to_owned()
}

/// The host with its domain, as far as this machine knows without asking the network.
fn qualified(host: &str) -> String {
    if host.contains('.') {
        return host.to_owned();
    }
    let mail_name = fs_err::read_to_string("/etc/mailname").unwrap_or_default();
    if let Some(name) = mail_name.lines().next().map(str::trim).filter(|name| !name.is_empty()) {
        return name.to_owned();
    }
    let hosts = fs_err::read_to_string("/etc/hosts").unwrap_or_default();
    canonical(&hosts, host).unwrap_or(host).to_owned()
}

/// The canonical name a hosts file gives to a host: the first name of its line, if that has a domain.
fn canonical<'a>(hosts: &'a str, host: &str) -> Option<&'a str> {
    hosts.lines().find_map(|line| {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace().skip(1);
        let first = words.next()?;
        (first.contains('.') && words.any(|alias| alias == host)).then_some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_ends_at_the_comma_and_knows_the_ampersand() {
        assert_eq!(full_name("Ada Lovelace,Room 1,,", "ada"), "Ada Lovelace");
        assert_eq!(full_name("& Lovelace", "ada"), "Ada Lovelace");
        assert_eq!(full_name(",,,", "ada"), "");
    }

    #[test]
    fn a_hosts_file_gives_the_domain() {
        let hosts = "127.0.0.1 localhost\n127.0.1.1 box.example.com box # me\n";
        assert_eq!(canonical(hosts, "box"), Some("box.example.com"));
        assert_eq!(canonical(hosts, "localhost"), None);
    }
}
