//! One attack, the ground it is made on, and what holds whatever becomes of it.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::env::{GOLDPATH, TestEnv};

/// What is tried, and how it ends.
pub(super) struct Attack {
    /// What is tried.
    pub(super) name: &'static str,
    /// Lays out the hostile files.
    pub(super) lay: fn(&Ground),
    /// What a person then runs in the work folder, after `goldpath`; `WORK` stands for that folder,
    /// and `CANARY` for the one beside it.
    pub(super) run: &'static str,
    /// How it ends.
    pub(super) code: i32,
    /// What of the message refuses it, or says that nothing came of it.
    pub(super) told: &'static str,
}

/// No run takes a tenth of it on a machine that is not busy: one that does not end is stopped then, and found out.
const SECONDS: &str = "240";
/// Address space, which is more than memory: a gigabyte and a half.
const KIB: &str = "1572864";
/// What stands in the files beside the target, and must be shown to nobody.
const SECRET: &str = "canary-content";
/// Programs that packs, repositories and addresses try to have run; each leaves a mark.
const PROGRAMS: [&str; 16] = [
    "canary",
    "touch",
    "sh",
    "bash",
    "ssh",
    "scp",
    "gpg",
    "gpgsm",
    "ssh-keygen",
    "curl",
    "wget",
    "vi",
    "nano",
    "less",
    "more",
    "git-remote-ext",
];

/// A work folder with a canary beside it: a folder and programs that must not be touched.
pub(super) struct Ground {
    env: TestEnv,
}

impl Deref for Ground {
    type Target = TestEnv;

    fn deref(&self) -> &TestEnv {
        &self.env
    }
}

impl Ground {
    pub(super) fn new() -> Self {
        let ground = Self { env: TestEnv::new() };
        for name in ["secret", "docs/page.md", "orders/README.md"] {
            ground.write(&format!("../canary/{name}"), format!("{SECRET}\n"));
        }
        for name in PROGRAMS {
            let mark = ground.beside("ran");
            let script = format!("#!/bin/sh\necho \"{name} $*\" >> '{}'\n", mark.display());
            let path = ground.write(&format!("../programs/{name}"), script);
            fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        ground
    }

    /// A path beside the work folder.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.path("").parent().unwrap().join(name)
    }

    pub(super) fn link(&self, path: &str, target: impl AsRef<Path>) {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::os::unix::fs::symlink(target, path).unwrap();
    }

    /// Commits everything in a folder; makes it a repository first where it is none.
    pub(super) fn commit(&self, folder: &str) {
        self.shell(&format!(
            "cd '{folder}'; test -e .git || git init -q -b main; git add -A; git commit -q --allow-empty -m all"
        ));
    }

    fn goldpath(&self, arguments: &str) -> Output {
        let place = |name: &str| self.beside(name).display().to_string();
        let arguments = arguments.replace("CANARY", &place("canary")).replace("WORK", &place("work"));
        let arguments = shlex::split(&arguments).unwrap();
        let path = format!("{}:{}", self.beside("programs").display(), std::env::var("PATH").unwrap());
        let script = format!("ulimit -v {KIB}; exec /usr/bin/timeout --kill-after=5 {SECONDS} \"$0\" \"$@\"");
        let mut command = self.command("/bin/sh", "");
        command.env("PATH", path).args(["-c", &script, GOLDPATH]).args(arguments);
        command.output().unwrap()
    }

    /// What git would run or read of the target, where that is a repository.
    fn programs_of_target(&self) -> Option<BTreeMap<PathBuf, Vec<u8>>> {
        let git = self.path("orders/.git");
        let hooks = fs_err::read_dir(git.join("hooks")).ok()?.map(|entry| entry.unwrap().path());
        let files = hooks.chain(["config", "info/attributes"].map(|name| git.join(name)));
        Some(files.filter_map(|file| Some((file.clone(), fs_err::read(file).ok()?))).collect())
    }

    /// Everything below the folder of the test but the programs, and the target where it may change.
    fn seen(&self, target_may_change: bool) -> BTreeMap<PathBuf, String> {
        let mut seen = BTreeMap::new();
        let root = self.beside("");
        let mut waiting = vec![root.clone()];
        while let Some(folder) = waiting.pop() {
            for entry in fs_err::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().to_owned();
                // What was fetched is kept at home, by its commit.
                let is_kept = name.starts_with("home/.cache");
                if is_kept || target_may_change && name.starts_with("work/orders") {
                    continue;
                }
                let found = fs_err::symlink_metadata(&path).unwrap();
                let what = if found.is_symlink() {
                    format!("link to {}", fs_err::read_link(&path).unwrap().display())
                } else if found.is_dir() {
                    waiting.push(path);
                    "folder".to_owned()
                } else if found.is_file() && found.len() < 1 << 16 {
                    String::from_utf8_lossy(&fs_err::read(&path).unwrap()).into_owned()
                } else {
                    format!("{} bytes of {}", found.len(), found.mtime_nsec())
                };
                seen.insert(name, format!("{:o} {what}", found.mode()));
            }
        }
        seen
    }
}

/// Makes every attack of a table, each on ground of its own; tells all that came through.
#[track_caller]
pub(super) fn withstand(attacks: &[Attack]) {
    let through: Vec<String> = attacks
        .iter()
        .filter_map(|attack| {
            let ground = Ground::new();
            (attack.lay)(&ground);
            let wrong = wrong(&ground, attack);
            (!wrong.is_empty()).then(|| format!("{}: {}", attack.name, wrong.join("\n  and ")))
        })
        .collect();
    assert!(through.is_empty(), "{} of {}:\n\n{}", through.len(), attacks.len(), through.join("\n\n"));
}

/// What is wrong with how an attack ended.
fn wrong(ground: &Ground, attack: &Attack) -> Vec<String> {
    let may_change = matches!(attack.code, 0 | 1);
    let before = ground.seen(may_change);
    let programs = ground.programs_of_target();
    let output = ground.goldpath(attack.run);
    let after = ground.seen(may_change);
    let said = [output.stdout.as_slice(), b"\n--- stderr\n", output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    let shown: String = said.chars().take(1500).flat_map(char::escape_debug).collect();
    let shown = shown.replace("\\n", "\n    ");
    let mut wrong = Vec::new();
    let mut holds = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    holds(
        output.status.code() == Some(attack.code),
        format!("{}, not {}:\n    {shown}", output.status, attack.code),
    );
    holds(said.contains(attack.told), format!("does not say `{}`:\n    {shown}", attack.told));
    for sign in ["panicked", "overflowed its stack", "memory allocation", "RUST_BACKTRACE", SECRET] {
        holds(!said.contains(sign), format!("says `{sign}`:\n    {shown}"));
    }
    let repaints = said.chars().find(|character| is_hostile(*character));
    holds(repaints.is_none(), format!("{repaints:?} reaches the terminal:\n    {shown}"));
    let changed: Vec<_> = before
        .keys()
        .chain(after.keys())
        .filter(|path| before.get(*path) != after.get(*path))
        // Each folder's own entry has its mode alone; git refreshes the index of a repository that it looks at.
        .filter(|path| !path.ends_with(".git/index"))
        .collect();
    holds(changed.is_empty(), format!("changed {changed:?}"));
    // Also of a run that may change the target.
    holds(programs.is_none() || programs == ground.programs_of_target(), "changed what git runs".to_owned());
    let ran = fs_err::read_to_string(ground.beside("ran")).unwrap_or_default();
    holds(ran.is_empty(), format!("ran {ran}"));
    wrong
}

/// What could repaint a terminal, or show something else than is there.
fn is_hostile(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
        || matches!(character, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
