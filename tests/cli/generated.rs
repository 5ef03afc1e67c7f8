//! What `goldpath new` leaves behind works: with every preset and every stack its own checks pass, and the service keeps
//! the contract.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use goldpath::lock::Lock;
use goldpath::pack::Pack;
use goldpath::pack::source::{Environment, PackSpec};

use crate::conformance::{self, Subject};
use crate::env::TestEnv;

/// One test a stack: adding one is one word.
macro_rules! stacks {
    ($($stack:ident)*) => {
        mod every_preset_passes_its_checks_and_serves_in {
            $(
                #[test]
                #[ignore = "builds a service: minutes"]
                fn $stack() {
                    super::every_preset_with(stringify!($stack));
                }
            )*
        }

        const STACKS: &[&str] = &[$(stringify!($stack)),*];
    };
}

stacks! { go java python rust typescript }

#[test]
fn every_stack_of_the_pack_is_built_and_run() {
    let pack = builtin();
    let stacks: Vec<&str> = pack.stacks().map(|stack| stack.name.as_str()).collect();
    let mut tested = STACKS.to_vec();
    tested.sort_unstable();
    assert_eq!(tested, stacks, "each stack of the pack stands in `stacks!`");
}

fn every_preset_with(stack: &str) {
    let env = TestEnv::new();
    let pack = builtin();
    let services = services(&env, &pack, stack);
    let _turn = turn(stack);
    for repositories in services.values() {
        let (presets, first) = (repositories.join(", "), &repositories[0]);
        let of = format!("{stack} in {presets}");
        let repository = env.path(first).join("orders");
        target(&repository, &["check"]);
        serving(&repository, false, |subject| conformance::look(subject).assert_hold(&of));
        serving(&repository, true, |subject| conformance::look_at_drill(subject).assert_hold(&of));
    }
    for preset in services.values().flatten() {
        let left = env.git(&format!("{preset}/orders"), ["status", "--porcelain"]);
        assert_eq!(left, "", "building or running {preset} with {stack} left something behind");
    }
}

/// Generates every preset, and puts those together that have the same service: the same files and the same commands to
/// check, build and start it. One of them is built for all.
fn services(env: &TestEnv, pack: &Pack, stack: &str) -> BTreeMap<Service, Vec<String>> {
    let mut services: BTreeMap<Service, Vec<String>> = BTreeMap::new();
    for preset in &pack.presets {
        let name = &preset.name;
        env.folder(name);
        env.goldpath_in(name, ["new", "orders", "--preset", name, "--stack", stack, "--yes"]).succeeds();
        let folder = format!("{name}/orders");
        assert_eq!(env.git(&folder, ["status", "--porcelain"]), "", "{name} with {stack} is not clean");
        let repository = env.path(&folder);
        let mut files = env.contents(&folder);
        let paths = files_of(&env.read(&format!("{folder}/goldpath.lock")), pack, stack);
        files.retain(|path, _| paths.contains(path));
        let commands = said(make(&repository).args(["--dry-run", "check", "stack-release", "stack-command"]));
        let commands = commands.replace(&repository.display().to_string(), "[REPOSITORY]");
        services.entry(Service { files, commands }).or_default().push(name.clone());
    }
    services
}

/// All that makes a service what it is.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Service {
    files: BTreeMap<String, Vec<u8>>,
    commands: String,
}

/// The paths of what a stack and the components that it is built on brought into a repository, by its lock.
fn files_of(lock: &str, pack: &Pack, stack: &str) -> Vec<String> {
    let stack = pack.stack(stack).unwrap();
    let lock = Lock::read(lock.as_bytes()).unwrap();
    let of_the_service = |component: &String| *component == stack.name || stack.requires.contains(component);
    let files = lock.files.iter().filter(|(_, file)| of_the_service(&file.component));
    files.map(|(path, _)| path.to_string()).collect()
}

fn builtin() -> Pack {
    Pack::open(&PackSpec::Builtin, &Environment::default()).unwrap()
}

/// Builds the service of a repository, and hands over the command that serves.
pub(crate) fn serving(repository: &Path, drill: bool, look: impl FnOnce(&Subject)) {
    let drill: &[&str] = if drill { &["DRILL=1"] } else { &[] };
    target(repository, &[&["stack-release"], drill].concat());
    let command = said(make(repository).args(["--silent", "stack-command"]).args(drill));
    look(&Subject::new(&command, repository));
}

/// Runs a target, which has to succeed.
pub(crate) fn target(repository: &Path, arguments: &[&str]) {
    said(make(repository).args(arguments));
}

/// Runs a command, which has to succeed: what it printed.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} failed:\n{out}{err}");
    out.into_owned()
}

/// `make` in a generated repository, with the machine's own toolchains and caches, so that what one preset has
/// downloaded is there for the next. Cargo alone builds what it downloads, so that it shares a build folder too.
pub(crate) fn make(repository: &Path) -> Command {
    let mut command = Command::new("make");
    command.current_dir(repository).env("CARGO_TARGET_DIR", shared_build_folder()).stdin(Stdio::null());
    // Cargo tells the programs it starts about the package that is being tested, which is another one.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_")
            || name == "CARGO_MANIFEST_DIR"
            || name == "MAKEFLAGS"
        {
            command.env_remove(name);
        }
    }
    command
}

fn shared_build_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated")
}

/// Waits until no other test builds in the shared folder: the binary has the same path there for every repository.
pub(crate) fn turn(stack: &str) -> MutexGuard<'static, ()> {
    static TURNS: Mutex<BTreeMap<String, &'static Mutex<()>>> = Mutex::new(BTreeMap::new());
    let turn = *TURNS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(stack.to_owned())
        .or_insert_with(|| Box::leak(Box::default()));
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}
