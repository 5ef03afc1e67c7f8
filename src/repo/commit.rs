//! The text of a commit.

use super::identity::Identities;
use super::object::ObjectId;

/// A commit as git hashes it; with a signature in its header if there is one.
pub(super) fn text(
    tree: ObjectId,
    parent: Option<ObjectId>,
    who: &Identities,
    message: &str,
    signature: Option<&str>,
) -> String {
    let parent = parent.map(|parent| format!("parent {parent}\n")).unwrap_or_default();
    let mut text = format!("tree {tree}\n{parent}author {}\ncommitter {}\n", who.author, who.committer);
    if let Some(signature) = signature {
        text.push_str("gpgsig");
        for line in signature.trim_end().lines() {
            text.push(' ');
            text.push_str(line);
            text.push('\n');
        }
    }
    text.push('\n');
    text.push_str(&tidy(message));
    text
}

/// The first line of a message, as the reflog shows it.
pub(super) fn subject(message: &str) -> String {
    tidy(message).lines().next().unwrap_or_default().to_owned()
}

/// A message without blank lines around it and with one line break at its end.
fn tidy(message: &str) -> String {
    let mut text = message.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    text.truncate(text.trim_end().len());
    let start = text.len() - text.trim_start_matches('\n').len();
    text.replace_range(..start, "");
    text.push('\n');
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::super::object::Kind;
    use super::super::signature::{Signature, Time};
    use super::*;

    #[test]
    fn a_signature_stands_in_the_header_and_is_indented() {
        let who = Signature {
            name: "A".into(),
            email: "a@x".into(),
            time: Time { seconds: 7, offset_minutes: 60 },
        };
        let who = Identities { author: who.clone(), committer: who, warning: None };
        let tree = ObjectId::of(Kind::Tree, b"");
        assert_eq!(
            text(tree, None, &who, "\n\nStart  \n\nBody\n\n", Some("-----BEGIN\nx\n-----END\n")),
            "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\
             author A <a@x> 7 +0100\n\
             committer A <a@x> 7 +0100\n\
             gpgsig -----BEGIN\n x\n -----END\n\
             \n\
             Start\n\nBody\n"
        );
    }
}
