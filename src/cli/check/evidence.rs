//! A bundle of evidence: what was checked, on which commit, with which result, and the hash of every piece of it.
//!
//! `SHA256SUMS` lists every other file, so that `sha256sum --check` verifies it too. It shows a later change of a piece; who
//! has to show who made it signs that one file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::check::{Bundle, Finding, Report, Subject, hash};
use crate::error::Error;
use crate::interrupt;
use crate::path::{MAX_FILE_BYTES, RepoPath, Shown, read_plain};
use crate::repo::Alone;

/// The pieces of a bundle, by name.
pub(super) type Pieces = BTreeMap<&'static str, String>;

/// What the bundle is about: everything that the hashes of the other pieces do not say.
pub(super) fn manifest(subject: &Subject<'_>, today: &str, report: &Report) -> Value {
    let fails =
        report.checked.iter().flat_map(|checked| &checked.findings).filter(|found| found.counts()).count();
    let controls = report.checked.iter().filter_map(|checked| checked.control.as_ref());
    let named: BTreeSet<&str> =
        controls.flat_map(|control| control.evidence.iter().map(String::as_str)).collect();
    let files: BTreeMap<String, Option<String>> = named
        .into_iter()
        .filter(|path| !path.ends_with('/'))
        .map(|path| (path.to_owned(), hash_of(subject.root, path)))
        .collect();
    json!({
        "schema_version": 1,
        "goldpath": env!("CARGO_PKG_VERSION"),
        "commit": subject.commit(),
        "today": today,
        "pack": subject.lock.map(|lock| json!({
            "name": lock.pack.name,
            "version": lock.pack.version.to_string(),
            "digest": lock.pack.digest,
        })),
        "preset": subject.lock.map(|lock| &lock.preset),
        "rules": report.checked.len(),
        "findings": fails,
        "waived": report.checked.iter().flat_map(|checked| &checked.findings)
            .filter(|finding: &&Finding| finding.waived.is_some()).count(),
        "meets": report.level.as_ref().and_then(|level| level.meets()).map(|step| &step.preset),
        "evidence": files,
    })
}

/// Writes a bundle to a folder that is new or empty, whole or not at all.
pub(super) fn write(folder: &Path, manifest: &Value, mut pieces: Pieces) -> Result<(), Error> {
    let shown = || folder.display().to_string();
    if fs_err::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::OutputNotEmpty { path: shown() });
    }
    pieces.insert(Bundle::MANIFEST, serde_json::to_string_pretty(manifest).unwrap_or_default() + "\n");
    let sums: Vec<String> =
        pieces.iter().map(|(name, text)| format!("{}  {name}", hash(text.as_bytes()))).collect();
    pieces.insert(Bundle::SUMS, sums.join("\n") + "\n");
    let unwritable = |source| Error::Unwritable { path: shown(), source };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs_err::create_dir_all(parent).map_err(unwritable)?;
    let writing = interrupt::Writing::begin();
    let making = tempfile::Builder::new().prefix(".goldpath-").tempdir_in(parent).map_err(unwritable)?;
    // `goldpath new` beside it sees by it that this run is alive.
    let _held = Alone::within(making.path());
    for (name, text) in &pieces {
        interrupt::check().map_err(|_| Error::Interrupted)?;
        fs_err::write(making.path().join(name), text).map_err(unwritable)?;
    }
    // An empty folder gives way.
    if cfg!(windows) {
        let _ = fs_err::remove_dir(folder);
    }
    fs_err::rename(making.path(), folder).map_err(unwritable)?;
    // It is no temporary folder any more.
    drop(making.keep());
    writing.stays();
    Ok(())
}

/// What is wrong with a bundle, a line each, and what is good to know.
pub(super) struct Verdict {
    pub(super) wrong: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) pieces: usize,
}

/// Holds every piece of a bundle against its hash, and the files of the repository where it is at the same commit.
pub(super) fn verify(folder: &Path, subject: &Subject<'_>) -> Result<Verdict, Error> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |source| Error::Unreadable { path, source }
    };
    let sums = folder.join(Bundle::SUMS);
    fs_err::metadata(&sums).map_err(unreadable(&sums))?;
    let mut bundle = Bundle::default();
    for entry in fs_err::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let bytes = read_plain(&entry.path(), MAX_FILE_BYTES).ok();
        bundle.pieces.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
    }
    let mut wrong = bundle.faults();
    let mut notes = Vec::new();
    if wrong.is_empty() {
        let manifest = bundle.manifest();
        let (then, now) = (manifest["commit"].as_str(), subject.commit());
        if then != now.as_deref() {
            let then = Shown::of(then.unwrap_or("no commit"));
            let now = now.as_deref().unwrap_or("no commit");
            notes.push(format!(
                "it was made at {then}, and this repository is at {now}: its files were not compared"
            ));
        } else if let Some(files) = manifest["evidence"].as_object() {
            let changed =
                files.iter().filter(|(path, sum)| sum.as_str() != hash_of(subject.root, path).as_deref());
            wrong.extend(
                changed.map(|(path, _)| {
                    format!("{}: not what it was when the bundle was made", Shown::of(path))
                }),
            );
        }
    }
    Ok(Verdict { wrong, notes, pieces: bundle.listed() })
}

/// The hash of a file of the repository; none where it is not there.
fn hash_of(root: &Path, path: &str) -> Option<String> {
    let path = RepoPath::new(path).ok()?;
    crate::path::no_symlink_on_the_way(root, &path).ok()?;
    let full = path.below(root);
    if !fs_err::symlink_metadata(&full).ok()?.is_file() {
        return None;
    }
    Some(hash(&read_plain(&full, MAX_FILE_BYTES).ok()?))
}
