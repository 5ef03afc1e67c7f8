//! User and password of an address: used for the fetch, and never shown, stored or put on a command line.

use std::fmt::Write as _;

use super::url::Problem;

/// The user and password of an `https://` address, decoded. No `Debug`: nothing prints them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: Option<String>,
    /// As they stood in the address, still percent-encoded.
    raw: String,
}

impl Credentials {
    /// Reads what stands before the `@` of an address.
    pub(super) fn parse(user_info: &str) -> Result<Self, Problem> {
        let (user, password) = match user_info.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (user_info, None),
        };
        let password = password.map(decoded).transpose()?;
        Ok(Self { user: decoded(user)?, password, raw: user_info.to_owned() })
    }

    /// Every way in which git, curl or a server may repeat them, the longest first.
    pub(super) fn spellings(&self) -> Vec<String> {
        let mut spellings = vec![self.raw.clone()];
        spellings.extend(self.raw.split_once(':').map(|(_, password)| password.to_owned()));
        let secrets = match &self.password {
            Some(password) => vec![password.as_str(), self.user.as_str()],
            None => vec![self.user.as_str()],
        };
        for secret in secrets {
            spellings.extend([secret.to_owned(), encoded(secret, false), encoded(secret, true)]);
        }
        // A user called `x` would blank out half of a message, and is no secret beside a password.
        spellings.retain(|spelling| spelling.len() > 3);
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        spellings
    }
}

/// The text without percent-encoding.
pub(super) fn decoded(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or(Problem::Spec("a `%` in it is not followed by two hexadecimal digits"))?);
        rest = &after[2..];
    }
    let text = String::from_utf8(bytes).map_err(|_| Problem::Spec("its percent-encoding is not UTF-8"))?;
    // A newline would end a line of git's credential protocol and begin another one.
    if text.chars().any(char::is_control) {
        return Err(Problem::Spec("it contains an encoded control character"));
    }
    Ok(text)
}

/// The text with percent-encoding of everything that has a meaning in an address.
fn encoded(text: &str, upper: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else if upper {
            let _ = write!(encoded, "%{byte:02X}");
        } else {
            let _ = write!(encoded, "%{byte:02x}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::super::url::GitUrl;

    #[test]
    fn every_spelling_of_a_password_is_taken_out_of_what_git_says() {
        let url = GitUrl::with_scheme("https", "bob%40corp:p%40ss%2Fword@host/x").ok().unwrap();
        let said = "401 for p@ss/word, p%40ss%2Fword, p%40ss%2fword and bob%40corp at https://bob@host/x";
        assert_eq!(url.redact(said), "401 for ***, ***, *** and *** at https://***@host/x");
        assert_eq!(format!("{url:?} {}", url.address()), "GitUrl(https://host/x) https://host/x");
    }
}
