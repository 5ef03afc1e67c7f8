//! A fault at every single write: the repository is as it was, to the byte and the mode, or the run is complete.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::process::Command;

use git2::Repository;

use super::super::outcome::{Action, Record};
use super::*;
use crate::lock::LOCK_FILE;
use crate::render::tree::Ownership;

type Seen = BTreeMap<String, (u32, Vec<u8>)>;

struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// Files of every kind, committed, with some that are not.
    fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in [
            ("a", "a\n"),
            ("d/b", "b\n"),
            ("d/e/c", "c\n"),
            ("x/a", "1\n"),
            ("run", "#!\n"),
            ("both", "x\n"),
            (LOCK_FILE, "1\n"),
        ] {
            let full = project.path(path);
            fs_err::create_dir_all(full.parent().unwrap()).unwrap();
            fs_err::write(full, text).unwrap();
        }
        make_link(&project, "link", "a");
        // More than the mask of a process leaves to a new file.
        on_disk::set_permissions(&project.path("a"), 0o660).unwrap();
        on_disk::set_permissions(&project.path("d/e"), 0o750).unwrap();
        on_disk::set_permissions(&project.path("run"), 0o755).unwrap();
        project.git(&["init", "-q"]);
        project.git(&["add", "-A"]);
        project.git(&["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "first"]);
        fs_err::write(project.path("d/untracked"), "mine\n").unwrap();
        // Files that are as HEAD has them come back from git's objects; of these the journal keeps the bytes.
        fs_err::write(project.path(".git/info/attributes"), "d/** text eol=crlf\n").unwrap();
        for (path, text) in [("d/b", "b\r\n"), ("d/e/c", "c\r\n")] {
            fs_err::write(project.path(path), text).unwrap();
        }
        project
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .args(arguments)
            .current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .status();
        assert!(status.unwrap().success(), "{arguments:?}");
    }

    fn checkout(&self) -> Checkout {
        let repository = Repository::open(self.folder.path()).unwrap();
        let root = dunce::canonicalize(self.folder.path()).unwrap();
        Checkout { repository, root, prefix: String::new(), ours: OnceCell::new() }
    }

    /// Every file, folder and link with its mode, the index, and what git's folder holds besides its objects.
    fn seen(&self) -> Seen {
        let mut seen = Seen::new();
        look(self.folder.path(), "", &mut seen);
        seen
    }
}

fn make_link(project: &Project, path: &str, target: &str) {
    on_disk::make_link(target, &project.path(path)).unwrap();
}

fn look(folder: &Path, prefix: &str, seen: &mut Seen) {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.starts_with(".git/objects") {
            continue;
        }
        let found = fs_err::symlink_metadata(entry.path()).unwrap();
        let mode = found.permissions().mode();
        if found.is_dir() {
            seen.insert(format!("{path}/"), (mode, Vec::new()));
            look(&entry.path(), &format!("{path}/"), seen);
        } else if found.is_symlink() {
            let target = fs_err::read_link(entry.path()).unwrap();
            seen.insert(path, (mode, target.to_string_lossy().into_owned().into_bytes()));
        } else {
            seen.insert(path, (mode, fs_err::read(entry.path()).unwrap()));
        }
    }
}

fn stored(mode: Mode, text: &str) -> Stored {
    Stored::new(mode, text.as_bytes().to_vec())
}

/// A change of every kind; with a conflict if `conflict`.
fn outcome(conflict: bool) -> Outcome {
    let record = |path: &str, from: Option<&str>, change: Change| Record {
        path: path.to_owned(),
        from: from.map(str::to_owned),
        action: if matches!(change, Change::Unmerged { .. }) { Action::Conflict } else { Action::Updated },
        reason: String::new(),
        edited: false,
        needs_you: conflict,
        ownership: Ownership::Shared,
        change,
    };
    let text = |text: &str| Change::Write(stored(Mode::Regular, text));
    let mut records = vec![
        record("a", None, Change::Write(stored(Mode::Executable, "a2\n"))),
        record("d/e/c", None, Change::Remove),
        record("d/made/h", None, text("h\n")),
        record("new/deep/f", None, text("f\n")),
        record("new/g", Some("d/b"), text("b2\n")),
        // A folder that is empty for a moment.
        record("x/a", None, Change::Remove),
        record("x/b", None, text("2\n")),
        record("link", None, text("a file now\n")),
        record("run", None, Change::Remove),
        record("run/inner", None, text("below\n")),
        record(LOCK_FILE, None, text("2\n")),
    ];
    if conflict {
        let side = |text: &str| Some(stored(Mode::Regular, text));
        let stages = [side("x\n"), side("x\n"), side("y\n")];
        records.push(record("both", None, Change::Unmerged { shown: side("<<<<<<< yours\n"), stages }));
    }
    Outcome { records, ..Outcome::default() }
}

#[test]
fn a_fault_at_every_write_changes_nothing() {
    for conflict in [false, true] {
        let project = Project::new();
        let before = project.seen();
        let mut writes = 0;
        loop {
            let mut left = writes;
            let mut fault = |path: &Path| {
                left -= 1;
                if left < 0 {
                    Err(io::Error::other(format!("no room for {}", path.display())))
                } else {
                    Ok(())
                }
            };
            match apply_in_steps(&project.checkout(), &outcome(conflict), None, "test", &mut fault) {
                Ok(()) => break,
                Err(error) => assert!(matches!(error, Error::Unwritable { .. }), "{error}"),
            }
            assert_eq!(project.seen(), before, "after {writes} writes");
            writes += 1;
        }
        assert!(writes > 14, "{writes}");
        let complete = project.seen();
        assert!(!complete.contains_key("d/b") && !complete.contains_key("d/e/"), "an empty folder goes");
        assert_eq!(complete["a"], (0o100_770, b"a2\n".to_vec()));
        assert_eq!(complete["run/inner"].1, b"below\n");
        assert_eq!(complete["x/b"].1, b"2\n");
        assert_eq!(complete["d/untracked"].1, b"mine\n");
        assert_eq!(complete.contains_key(".git/goldpath/journal.json"), conflict);
        if conflict {
            assert_eq!(abort(&project.checkout()).unwrap(), "test");
            assert_eq!(project.seen(), before);
        }
    }
}

/// A process that is killed runs nothing more: what it would have put back stays for `--abort`.
#[test]
fn a_run_that_stops_at_any_write_is_taken_back() {
    struct Killed;
    let mut writes = 0;
    loop {
        let project = Project::new();
        let before = project.seen();
        let stopped = std::panic::catch_unwind(|| {
            let mut left = writes;
            let mut step = |_: &Path| {
                left -= 1;
                if left < 0 {
                    std::panic::resume_unwind(Box::new(Killed));
                }
                Ok(())
            };
            apply_in_steps(&project.checkout(), &outcome(true), None, "test", &mut step).unwrap();
        });
        match abort(&project.checkout()) {
            // Nothing but its own beginnings was there yet.
            Ok(_) | Err(Error::NothingUnderWay) => {}
            Err(error) => panic!("{error}"),
        }
        assert_eq!(project.seen(), before, "after {writes} writes");
        if stopped.is_ok() {
            break;
        }
        writes += 1;
    }
    assert!(writes > 14, "{writes}");
}

/// Somebody puts a link in the place of a folder while the run is under way, at each of its writes.
#[cfg(unix)]
#[test]
fn a_folder_that_becomes_a_link_meanwhile_leads_no_write_outside() {
    let outside = tempfile::tempdir().unwrap();
    for (path, text) in [("b", "theirs\n"), ("e/c", "theirs\n")] {
        fs_err::create_dir_all(outside.path().join(path).parent().unwrap()).unwrap();
        fs_err::write(outside.path().join(path), text).unwrap();
    }
    let mut before = Seen::new();
    look(outside.path(), "", &mut before);
    let (mut writes, mut refused) = (0, 0);
    loop {
        let project = Project::new();
        let mut left = writes;
        let mut swapped = false;
        let mut swap = |_: &Path| {
            left -= 1;
            if left < 0 && !swapped && project.path("d").is_dir() {
                swapped = true;
                fs_err::rename(project.path("d"), project.path("away")).unwrap();
                fs_err::os::unix::fs::symlink(outside.path(), project.path("d")).unwrap();
            }
            Ok(())
        };
        let run = apply_in_steps(&project.checkout(), &outcome(false), None, "test", &mut swap);
        let mut after = Seen::new();
        look(outside.path(), "", &mut after);
        assert_eq!(after, before, "swapped after {writes} writes");
        refused += usize::from(run.is_err());
        if !swapped {
            break;
        }
        writes += 1;
    }
    assert!(refused > 0, "{writes}");
}

/// Somebody edits, removes or replaces a file while the run is under way, at each of its writes. The file is as that somebody
/// left it, or the run was over before.
#[cfg(unix)]
#[test]
fn what_somebody_makes_of_a_file_meanwhile_is_kept() {
    type Edit = fn(&Path);
    let edits: [(&str, Edit); 4] = [
        ("edited", |path| {
            fs_err::remove_file(path).unwrap();
            fs_err::write(path, "mine\n").unwrap();
        }),
        ("removed", |path| fs_err::remove_file(path).unwrap()),
        ("replaced by a link", |path| {
            fs_err::remove_file(path).unwrap();
            fs_err::os::unix::fs::symlink("mine", path).unwrap();
        }),
        ("replaced by a folder", |path| {
            fs_err::remove_file(path).unwrap();
            fs_err::create_dir(path).unwrap();
            fs_err::write(path.join("mine"), "mine\n").unwrap();
        }),
    ];
    for (edited, edit) in edits {
        let paths = ["a", "d/e/c", "link", "run", LOCK_FILE];
        for path in &paths[..if edited == "edited" { paths.len() } else { 1 }] {
            let path = *path;
            let (mut writes, mut refused) = (0, 0);
            loop {
                let project = Project::new();
                let before = project.seen();
                let mut left = writes;
                let mut mine = None;
                let mut meddle = |_: &Path| {
                    left -= 1;
                    let full = project.path(path);
                    if left < 0
                        && mine.is_none()
                        && full.symlink_metadata().is_ok_and(|found| !found.is_dir())
                    {
                        edit(&full);
                        mine = Some(());
                    }
                    Ok(())
                };
                let run = apply_in_steps(&project.checkout(), &outcome(false), None, "test", &mut meddle);
                if mine.is_none() {
                    break;
                }
                let at = format!("{path} {edited} after {writes} writes: {run:?}");
                let after = project.seen();
                let is_mine = match edited {
                    "edited" => after[path].1 == b"mine\n",
                    "removed" => true,
                    "replaced by a link" => after[path].1 == b"mine",
                    _ => after.contains_key(&format!("{path}/mine")),
                };
                assert!(is_mine, "{at}");
                match run {
                    Ok(()) => {}
                    Err(Error::ChangedMeanwhile { .. } | Error::Unwritable { .. }) => {
                        refused += 1;
                        // All else is as it was.
                        let others = |seen: &Seen| -> Seen {
                            let other = |name: &str| name != path && !name.starts_with(&format!("{path}/"));
                            seen.iter()
                                .filter(|(name, _)| other(name))
                                .map(|(name, what)| (name.clone(), what.clone()))
                                .collect()
                        };
                        assert_eq!(others(&after), others(&before), "{at}");
                    }
                    Err(Error::NotPutBack { .. }) => {
                        assert!(after.contains_key(".git/goldpath/journal.json"), "{at}");
                    }
                    Err(error) => panic!("{at}: {error}"),
                }
                writes += 2;
            }
            assert!(refused > 0, "{path} {edited}: {writes} writes");
        }
    }
}
