//! Takes credentials out of texts that are shown.

/// Takes user and password out of every address in a text, also out of one that makes no sense otherwise.
pub(super) fn redact(text: &str) -> String {
    redact_words(text, |c| c.is_whitespace() || matches!(c, '\'' | '"' | '`'))
}

/// The same for the name of a pack, which is one word whatever stands in it: a password may hold a quote or a space.
pub(super) fn redact_spec(spec: &str) -> String {
    redact_scp(&redact_words(spec, |_| false))
}

fn redact_words(text: &str, ends_word: fn(char) -> bool) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        redacted.push_str(before);
        // An unencoded `/`, `?` or `#` may be part of a password: up to the last `@` of the word, all of it goes.
        // A version's `@` comes after the path, so only an `@` before the first slash, or one that a colon precedes, counts.
        let word_end = after.find(ends_word).unwrap_or(after.len());
        let word = &after[..word_end];
        let slash = word.find('/').unwrap_or(word.len());
        let user_info_end = word[..slash].rfind('@').or_else(|| {
            // `https://user:pa/ss@host/path`: a colon that no port number follows begins a password.
            let colon = word[..slash].find(':')?;
            let port = &word[colon + 1..slash];
            let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            (!is_port).then(|| word.rfind('@'))?
        });
        rest = match user_info_end {
            Some(end) => {
                redacted.push_str("***@");
                &after[end + 1..]
            }
            None => after,
        };
    }
    redacted.push_str(rest);
    redacted
}

/// `user:password@host:path` and `user:password@host/path` are no addresses, but are what a hurried person types.
fn redact_scp(text: &str) -> String {
    if text.contains("://") {
        return text.to_owned();
    }
    match text.split_once(':') {
        Some((user, rest)) if !user.contains(['/', '@']) && holds_password(rest) => {
            let end = rest.rfind(':').and_then(|colon| rest[..colon].rfind('@')).or_else(|| rest.find('@'));
            format!("{user}:***{}", &rest[end.unwrap_or_default()..])
        }
        _ => text.to_owned(),
    }
}

/// Whether what follows the first `:` of `user@host:path` looks like `password@host:path` or `password@host/path`.
pub(super) fn holds_password(after_colon: &str) -> bool {
    let Some((password, host)) = after_colon.split_once('@') else { return false };
    !password.is_empty() && !password.contains('/') && host.contains(['/', ':']) || host.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_disappear_from_every_address_in_a_text() {
        let table = [
            ("https://host/a", "https://host/a"),
            ("https://host/a@1.2.0", "https://host/a@1.2.0"),
            ("https://host:8443/a@1.2.0", "https://host:8443/a@1.2.0"),
            ("https://user:s3cret@host/a@1", "https://***@host/a@1"),
            ("https://s3cret@host/a", "https://***@host/a"),
            ("https://u:s3@cret@host/a", "https://***@host/a"),
            ("https://u:s3/cret@host/a", "https://***@host/a"),
            (
                "fatal: 'https://u:s3cret@host/a' and http://t@x/",
                "fatal: 'https://***@host/a' and http://***@x/",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(redact(text), expected, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_pack_is_one_word() {
        let table = [
            ("https://u:s3'cr et@host/a@1", "https://***@host/a@1"),
            ("user:s3cret@host:path", "user:***@host:path"),
            ("user:s3cret@host/path@1", "user:***@host/path@1"),
            ("user:s3@cret@host:path", "user:***@host:path"),
            ("git@host:org/x@v1", "git@host:org/x@v1"),
            ("https://u:s3#cret@host/a", "https://***@host/a"),
        ];
        for (text, expected) in table {
            assert_eq!(redact_spec(text), expected, "{text}");
        }
    }
}
