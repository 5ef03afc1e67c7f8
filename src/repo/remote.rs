//! What the URL of a remote says of a repository.

/// The owner and the name in the URL of a remote; empty where it says neither. Holds no credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remote {
    /// The organisation or user.
    pub owner: String,
    /// The repository.
    pub name: String,
}

impl Remote {
    /// `acme` and `orders` of `git@github.com:acme/orders.git` and of `https://github.com/acme/orders`.
    #[must_use]
    pub fn parse(url: &str) -> Self {
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map(|(_, path)| path),
            None => url.split_once(':').map(|(_, path)| path),
        };
        let path = path.unwrap_or_default().trim_matches('/');
        let Some((owner, rest)) = path.split_once('/') else { return Self::default() };
        if !owner.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Self::default();
        }
        let name = rest.rsplit('/').next().unwrap_or_default();
        let name = name.strip_suffix(".git").unwrap_or(name);
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        Self { owner: owner.to_owned(), name: if plain { name.to_owned() } else { String::new() } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_and_name_are_the_ends_of_a_remotes_path() {
        for (url, owner, name) in [
            ("git@github.com:acme/orders.git", "acme", "orders"),
            ("https://github.com/acme/orders", "acme", "orders"),
            ("https://token@github.com/acme/orders.git/", "acme", "orders"),
            ("ssh://git@host/acme/group/orders", "acme", "orders"),
            ("/srv/git/orders.git", "", ""),
            ("file:///srv", "", ""),
        ] {
            assert_eq!(
                Remote::parse(url),
                Remote { owner: owner.to_owned(), name: name.to_owned() },
                "{url}"
            );
        }
    }
}
