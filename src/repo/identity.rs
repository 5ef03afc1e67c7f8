//! Who commits: the flag, git's variables and configuration, or the account and host.

use super::config::GitConfig;
use super::date;
use super::environment::Environment;
use super::error::Error;
use super::signature::{Signature, Time, cleaned};
use super::warning::Warning;

/// Who made the first commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    /// Who wrote it.
    pub author: Signature,
    /// Who recorded it.
    pub committer: Signature,
    /// Says so when somebody had to be guessed.
    pub warning: Option<Warning>,
}

/// A name and an address.
type Person = (String, String);

/// The two people a commit names, and where git looks for them.
struct Role {
    name: &'static str,
    variables: [&'static str; 2],
    keys: [&'static str; 2],
    date: &'static str,
}

const AUTHOR: Role = Role {
    name: "author",
    variables: ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"],
    keys: ["author.name", "author.email"],
    date: "GIT_AUTHOR_DATE",
};

const COMMITTER: Role = Role {
    name: "committer",
    variables: ["GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"],
    keys: ["committer.name", "committer.email"],
    date: "GIT_COMMITTER_DATE",
};

/// Finds author and committer as git would, before anything is written.
///
/// `author` is `NAME <EMAIL>`; it stands for the committer too when git knows none. Where nobody is
/// known, the account and the host are taken, with a warning, unless `user.useConfigOnly` forbids it.
pub fn resolve(
    author: Option<&str>,
    environment: &Environment,
    config: &GitConfig,
) -> Result<Identities, Error> {
    let now = date::now().unwrap_or(Time { seconds: 0, offset_minutes: 0 });
    let flag = author.map(parse_author).transpose()?;
    let finder = Finder { environment, config, guessing: !config.flag("user.useconfigonly")? };
    let (author, author_guessed) = match &flag {
        Some(person) => (person.clone(), false),
        None => finder.find(&AUTHOR)?,
    };
    let (committer, committer_guessed) = match (finder.known(&COMMITTER), flag) {
        ([Some(name), Some(email)], _) => (finder.clean(&COMMITTER, name, email)?, false),
        (_, Some(person)) => (person, false),
        _ => finder.find(&COMMITTER)?,
    };
    let guessed = if author_guessed { Some(&author) } else { committer_guessed.then_some(&committer) };
    let warning =
        guessed.map(|(name, email)| Warning::DerivedIdentity { identity: format!("{name} <{email}>") });
    let sign = |(name, email): Person, role: &Role| -> Result<Signature, Error> {
        Ok(Signature { name, email, time: date::resolve(environment, role.date, now)? })
    };
    Ok(Identities { author: sign(author, &AUTHOR)?, committer: sign(committer, &COMMITTER)?, warning })
}

fn parse_author(value: &str) -> Result<Person, Error> {
    let invalid = || Error::InvalidAuthor { value: value.to_owned() };
    let (name, rest) = value.split_once('<').ok_or_else(invalid)?;
    let email = rest.trim_end().strip_suffix('>').ok_or_else(invalid)?;
    let (name, clean_email) = (cleaned(name), cleaned(email));
    let spoilt = name.is_empty()
        || clean_email.is_empty()
        || email.contains(['<', '>'])
        || email.trim().contains(char::is_whitespace)
        || value.contains(|c: char| c.is_control());
    if spoilt { Err(invalid()) } else { Ok((name, clean_email)) }
}

struct Finder<'a> {
    environment: &'a Environment,
    config: &'a GitConfig,
    guessing: bool,
}

impl Finder<'_> {
    /// The name and the address git was told for a role.
    fn known(&self, role: &Role) -> [Option<&str>; 2] {
        // An empty name in the environment is an error in git, not an absent one: it is kept here.
        let text = |variable, key, shared| {
            let given: Option<&str> = self.environment.given(variable);
            given.or_else(|| self.config.text(key)).or_else(|| self.config.text(shared))
        };
        let name = text(role.variables[0], role.keys[0], "user.name");
        let email = text(role.variables[1], role.keys[1], "user.email");
        [name, email.or_else(|| self.environment.text("EMAIL"))]
    }

    /// The person for a role, and whether a part of it was guessed.
    fn find(&self, role: &Role) -> Result<(Person, bool), Error> {
        let [name, email] = self.known(role);
        if !self.guessing {
            let missing = |what| Error::NoIdentity { role: role.name, what };
            let name = name.ok_or_else(|| missing("name"))?;
            let email = email.ok_or_else(|| missing("address"))?;
            return Ok((self.clean(role, name, email)?, false));
        }
        if let (Some(name), Some(email)) = (name, email) {
            return Ok((self.clean(role, name, email)?, false));
        }
        let account = self.environment.account();
        let derived_name = account.full_name.as_deref().unwrap_or(&account.login);
        let derived_email = format!("{}@{}", account.login, account.host);
        let person = self.clean(role, name.unwrap_or(derived_name), email.unwrap_or(&derived_email))?;
        Ok((person, true))
    }

    #[expect(clippy::unused_self, reason = "reads as one step of finding a person")]
    fn clean(&self, role: &Role, name: &str, email: &str) -> Result<Person, Error> {
        let part = |what, value: &str| {
            let clean = cleaned(value);
            let empty = || Error::EmptyIdentity { role: role.name, what, value: value.to_owned() };
            if clean.is_empty() { Err(empty()) } else { Ok(clean) }
        };
        Ok((part("name", name)?, part("address", email)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::environment_of;
    use super::*;
    use crate::exit::Exit;

    fn people<const N: usize>(
        author: Option<&str>,
        variables: &[(&str, &str)],
        config: [(&str, &str); N],
    ) -> Result<[String; 2], Error> {
        let identities = resolve(author, &environment_of(variables), &GitConfig::of(config))?;
        let shown = |who: &Signature| format!("{} <{}>", who.name, who.email);
        Ok([shown(&identities.author), shown(&identities.committer)])
    }

    const USER: [(&str, &str); 2] = [("user.name", "U"), ("user.email", "u@x")];

    #[test]
    fn the_configured_user_is_author_and_committer() {
        assert_eq!(people(None, &[], USER).unwrap(), ["U <u@x>", "U <u@x>"]);
    }

    #[test]
    fn variables_win_over_the_configuration_part_by_part() {
        let variables = [("GIT_AUTHOR_NAME", "A"), ("GIT_COMMITTER_EMAIL", "c@x")];
        assert_eq!(people(None, &variables, USER).unwrap(), ["A <u@x>", "U <c@x>"]);
    }

    #[test]
    fn a_roles_own_configuration_wins_over_the_users() {
        let config =
            [("user.name", "U"), ("user.email", "u@x"), ("author.name", "A"), ("committer.email", "c@x")];
        assert_eq!(people(None, &[], config).unwrap(), ["A <u@x>", "U <c@x>"]);
    }

    #[test]
    fn the_flag_names_the_author_and_only_stands_in_for_a_missing_committer() {
        assert_eq!(people(Some("Ada L <a@x>"), &[], USER).unwrap(), ["Ada L <a@x>", "U <u@x>"]);
        assert_eq!(people(Some("Ada L <a@x>"), &[], []).unwrap(), ["Ada L <a@x>", "Ada L <a@x>"]);
        let strict = [("user.useconfigonly", "true")];
        assert_eq!(people(Some("Ada L <a@x>"), &[], strict).unwrap(), ["Ada L <a@x>", "Ada L <a@x>"]);
    }

    #[test]
    fn a_machine_without_an_identity_gives_the_account_and_a_warning() {
        let found = resolve(None, &environment_of(&[]), &GitConfig::default()).unwrap();
        assert_eq!(found.author.name, "Test Account");
        assert_eq!(found.author.email, "tester@host.example.com");
        let identity = "Test Account <tester@host.example.com>".to_owned();
        assert_eq!(found.warning, Some(Warning::DerivedIdentity { identity }));
    }

    #[test]
    fn an_address_in_the_environment_is_no_guess() {
        let variables = [("EMAIL", "e@x")];
        let found = resolve(None, &environment_of(&variables), &GitConfig::of([("user.name", "U")])).unwrap();
        assert_eq!((found.author.email.as_str(), found.warning), ("e@x", None));
    }

    #[test]
    fn guessing_can_be_forbidden() {
        let error = people(None, &[], [("user.useconfigonly", "true"), ("user.name", "U")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "git knows no address for the author, and `user.useConfigOnly` forbids guessing one"
        );
        assert_eq!(error.exit(), Exit::Usage);
        assert!(error.hint().unwrap().contains("--author"));
    }

    #[test]
    fn a_name_of_nothing_but_punctuation_is_refused() {
        for name in ["", " ", "<>", ";:,"] {
            let error = people(None, &[("GIT_AUTHOR_NAME", name)], USER).unwrap_err();
            assert!(matches!(error, Error::EmptyIdentity { role: "author", what: "name", .. }), "{name:?}");
        }
    }

    #[test]
    fn an_author_flag_that_git_would_misread_is_refused() {
        for value in
            ["Ada", "Ada <a@x", "<a@x>", "Ada <>", "Ada <a b@x>", "Ada <a@x> x", "A\nB <a@x>", "A <a<b>@x>"]
        {
            assert!(matches!(people(Some(value), &[], USER), Err(Error::InvalidAuthor { .. })), "{value:?}");
        }
    }
}
