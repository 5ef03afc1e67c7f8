//! Managed files that are not as the path rendered them.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;

use crate::check::checked::{Checked, Family};
use crate::check::files::Files;
use crate::check::finding::Findings;
use crate::check::subject::Subject;
use crate::lock::{Lock, LockedFile};
use crate::path::{MAX_FILE_BYTES, RepoPath, Ways, is_executable, read_found};
use crate::reconcile::Taken;
use crate::render::tree::{BlobId, Mode, Ownership};

/// What is wrong with one file.
enum Drift {
    /// It is not there.
    Missing,
    /// Its content is another one; with the first line that differs, where the pristine render is at hand.
    Content(Option<usize>),
    /// It is as rendered but for its mode.
    Mode(Mode),
    /// It cannot be read.
    Unreadable(String),
}

pub(super) fn check(subject: &Subject<'_>, files: &Files, lock: &Lock) -> Vec<Checked> {
    // What a service with code of its own was not given is not missing.
    let given = |path: &RepoPath, locked: &LockedFile| !locked.beginning || files.exists(path.as_str());
    let managed = lock
        .files
        .iter()
        .filter(|(path, locked)| locked.ownership == Ownership::Managed && given(path, locked));
    let mut ways = Ways::below(files.root());
    let drifts: Vec<(&RepoPath, Drift)> = managed
        .filter_map(|(path, locked)| Some((path, drift(subject, files, &mut ways, path, locked)?)))
        .collect();
    vec![
        Checked::of(Family::Drift, "drift.missing", "every managed file is there", |findings| {
            let renamed = LazyCell::new(|| subject.followed(None));
            for (path, drift) in &drifts {
                if matches!(drift, Drift::Missing) {
                    let (message, fix) = missing(subject, files, path, &renamed);
                    findings.about(path.as_str(), message, fix);
                }
            }
        }),
        Checked::of(
            Family::Drift,
            "drift.content",
            "every managed file is as the path rendered it",
            |findings| drifts.iter().for_each(|(path, drift)| content(findings, path.as_str(), drift)),
        ),
        Checked::of(
            Family::Drift,
            "drift.mode",
            "every managed file has the mode it was rendered with",
            |findings| {
                for (path, drift) in &drifts {
                    if let Drift::Mode(now) = drift {
                        let message = match now {
                            Mode::Executable => {
                                "can be executed, and was rendered as a file that cannot".to_owned()
                            }
                            _ => "cannot be executed, and was rendered as a file that can".to_owned(),
                        };
                        findings.about(
                            path.as_str(),
                            message,
                            format!("`goldpath apply {path}` puts it right"),
                        );
                    }
                }
            },
        ),
    ]
}

/// What is told of a managed file that is not there, and what to do.
fn missing(
    subject: &Subject<'_>,
    files: &Files,
    path: &RepoPath,
    renamed: &BTreeMap<RepoPath, RepoPath>,
) -> (String, String) {
    let checkout = subject.checkout.as_ref();
    match checkout.and_then(|checkout| checkout.taken(path.as_str(), &files.paths())) {
        Some(Taken { other, beside }) => (
            format!("a managed file is missing, and `{other}` is in its place: with both, {beside}"),
            format!("`git mv {other} {path}` makes yours the one; `goldpath diff {path}` shows the path's"),
        ),
        None => match renamed.get(path) {
            Some(now) => (
                format!(
                    "a managed file is called `{now}` here, and what names it looks for it under its own name"
                ),
                format!("`git mv {now} {path}` gives it its name back"),
            ),
            None => {
                ("a managed file is missing".to_owned(), format!("`goldpath apply {path}` brings it back"))
            }
        },
    }
}

fn content(findings: &mut Findings, path: &str, drift: &Drift) {
    match drift {
        Drift::Content(line) => {
            let fix = format!(
                "`goldpath diff {path}` shows the edits, `goldpath apply {path}` takes them back; what has to differ \
                 is a setting in goldpath.toml"
            );
            findings.add(path, *line, None, "a managed file differs from its pristine render", fix);
        }
        Drift::Unreadable(why) => {
            findings.about(path, format!("a managed file cannot be read: {why}"), "make it readable");
        }
        Drift::Missing | Drift::Mode(_) => {}
    }
}

fn drift(
    subject: &Subject<'_>,
    files: &Files,
    ways: &mut Ways<'_>,
    path: &RepoPath,
    locked: &LockedFile,
) -> Option<Drift> {
    if let Err(error) = ways.check(path) {
        return Some(Drift::Unreadable(error.to_string()));
    }
    let full = path.below(files.root());
    let found = match fs_err::symlink_metadata(&full) {
        Ok(found) => found,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return match subject.left_out_file(path.as_str()) {
                Ok(None) => Some(Drift::Missing),
                Ok(Some((mode, content))) if BlobId::of(&content) == locked.blob => {
                    (mode != locked.mode).then_some(Drift::Mode(mode))
                }
                Ok(Some((_, content))) => Some(Drift::Content(first_difference(subject, locked, &content))),
                Err(why) => Some(Drift::Unreadable(why)),
            };
        }
        Err(error) => return Some(Drift::Unreadable(error.to_string())),
    };
    if found.is_symlink() {
        let target = fs_err::read_link(&full).map(|target| target.to_string_lossy().into_owned());
        let as_rendered = locked.mode == Mode::Symlink
            && target.is_ok_and(|target| BlobId::of(target.as_bytes()) == locked.blob);
        return (!as_rendered).then_some(Drift::Content(None));
    }
    let is_link = locked.mode == Mode::Symlink;
    if !found.is_file() || is_link && subject.keeps_links() {
        return Some(Drift::Content(None));
    }
    // What another question reads as text is not read again.
    let read;
    let now = match files.bytes(path.as_str()) {
        Some(bytes) => bytes,
        None => match read_found(&full, &found, MAX_FILE_BYTES) {
            Ok(bytes) => {
                read = bytes;
                &read
            }
            Err(error) => return Some(Drift::Unreadable(error.to_string())),
        },
    };
    let stored = subject.stored(path.as_str(), now);
    let now = stored.as_deref().unwrap_or(now);
    if BlobId::of(now) != locked.blob {
        return Some(Drift::Content(first_difference(subject, locked, now)));
    }
    let mode = if is_executable(&found) { Mode::Executable } else { Mode::Regular };
    (mode != locked.mode && !is_link && subject.keeps_modes()).then_some(Drift::Mode(mode))
}

/// The first line that is not as rendered, counted in the file as it is now.
fn first_difference(subject: &Subject<'_>, locked: &LockedFile, now: &[u8]) -> Option<usize> {
    let pristine = subject.pristine(locked.blob)?;
    let mut line = 1;
    let mut before = pristine.split(|byte| *byte == b'\n');
    for text in now.split(|byte| *byte == b'\n') {
        if before.next() != Some(text) {
            break;
        }
        line += 1;
    }
    Some(line.min(now.split(|byte| *byte == b'\n').count()))
}
