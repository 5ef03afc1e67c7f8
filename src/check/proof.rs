//! Whether goldpath.lock is what it says. Anybody may have edited it, and what it says of a file is what drift is told by.

use super::checked::{Checked, Family};
use super::finding::Findings;
use super::subject::Subject;
use crate::counted::counted;
use crate::lock::{LOCK_FILE, Lock, LockedFile};
use crate::pack::{Pack, QuestionKind};
use crate::path::RepoPath;
use crate::reconcile::render_of_lock;
use crate::render::tree::{File, Tree};

/// Renders once more what the lock names, and compares.
///
/// It belongs to the version and not to drift, which is to cost no more than reading the files.
pub(super) fn check(subject: &Subject<'_>, lock: &Lock) -> Checked {
    let named = format!("{} {}", lock.pack.name, lock.pack.version);
    let mut missing = None;
    let mut checked = Checked::of(
        Family::Version,
        "version.lock",
        "goldpath.lock is what its version of the pack renders",
        |findings| match pack(subject, lock) {
            Found::Same(pack) => compare(subject, lock, pack, &named, findings),
            Found::Nothing(why) => missing = Some(why.into()),
            Found::Other { what, older } => {
                let message = format!("it names {named}, and {what}: what it says of files cannot be held");
                // No upgrade goes back.
                let instead = if older { "" } else { ", or `goldpath upgrade` to what is here" };
                let fix = format!(
                    "use the goldpath that has it{instead}; `git log -p goldpath.lock` shows who wrote it"
                );
                findings.about(LOCK_FILE, message, fix);
            }
        },
    );
    checked.missing = missing;
    checked
}

/// The pack that a lock names, as it is found here.
enum Found<'p> {
    /// It is what the lock names.
    Same(&'p Pack),
    /// There is no such thing to hold the lock against.
    Nothing(&'static str),
    /// What is here ought to be what the lock names, and is not.
    Other {
        what: String,
        /// Whether it is older.
        older: bool,
    },
}

fn pack<'s>(subject: &'s Subject<'_>, lock: &Lock) -> Found<'s> {
    // Whoever edits the lock of one may name another digest too: it would prove nothing.
    if lock.pack.source != "builtin" && lock.pack.commit.is_none() {
        return Found::Nothing("version that stays as it is of a pack in a folder");
    }
    let Ok(pack) = subject.pack() else { return Found::Nothing("pack of goldpath.lock at hand") };
    if pack.version != lock.pack.version {
        let what = format!("the newest one here is {}", pack.version);
        return Found::Other { what, older: pack.version < lock.pack.version };
    }
    if let (Some(base), Some(built_on)) = (&pack.base, &lock.pack.extends)
        && base.version != *built_on
    {
        let what = format!("that is built on {} {built_on}, which is not here", base.name);
        return Found::Other { what, older: base.version < *built_on };
    }
    if pack.digest() != lock.pack.digest {
        return Found::Other { what: "that has other content here".to_owned(), older: false };
    }
    // It was for one run alone, and may stand in a file.
    if pack.questions.iter().any(|question| question.kind == QuestionKind::Secret) {
        return Found::Nothing("answer any more to a secret question of the pack");
    }
    Found::Same(pack)
}

fn compare(subject: &Subject<'_>, lock: &Lock, pack: &Pack, named: &str, findings: &mut Findings) {
    let fix = "`goldpath apply` writes it anew; `git log -p goldpath.lock` shows who wrote it";
    let tree = match render_of_lock(pack, lock, subject.root) {
        Ok(tree) => tree,
        Err(error) => {
            let message = format!("{named} renders nothing with what it says: {error}");
            return findings.about(LOCK_FILE, message, fix);
        }
    };
    let wrong = wrong(lock, &tree);
    let Some(first) = wrong.first() else { return };
    let more = match wrong.len() - 1 {
        0 => String::new(),
        more => format!(" and {}", counted(more, "more file")),
    };
    let message =
        format!("what it says of `{first}`{more} is not what {named} renders: drift cannot be told by it");
    findings.about(LOCK_FILE, message, fix);
}

/// The files of which the lock says something else, sorted.
fn wrong<'w>(lock: &'w Lock, tree: &'w Tree) -> Vec<&'w RepoPath> {
    let rendered = tree
        .iter()
        .filter(|(path, file)| !lock.files.get(*path).is_some_and(|locked| is_the_same(locked, file)));
    let added = lock.files.keys().filter(|path| !tree.contains_key(*path));
    let mut wrong: Vec<&RepoPath> = rendered.map(|(path, _)| path).chain(added).collect();
    wrong.sort_unstable();
    wrong
}

fn is_the_same(locked: &LockedFile, file: &File) -> bool {
    locked.rendered() == file.blob
        && locked.mode == file.mode
        && locked.ownership == file.ownership
        && *locked.component == *file.component
}
