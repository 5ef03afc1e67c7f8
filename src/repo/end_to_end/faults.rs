//! Failures and signals on the way: everything is put back.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use super::super::testing::{Sandbox, tree};
use super::{PLAIN, Wish, make_observed, orders, sandbox};
use crate::exit::Exit;
use crate::interrupt;
use crate::repo::{Created, Error, Step};

const FORCE: Wish<'_> = Wish { force: true, ..PLAIN };

/// Makes a repository while `meddle` does something at every step; whatever it returns, nothing is left over.
fn meddled(sandbox: &Sandbox, wish: Wish<'_>, meddle: &mut dyn FnMut(Step)) -> Error {
    let target = sandbox.path().join("orders");
    make_observed(&sandbox.environment(), &target, &orders(), wish, meddle).unwrap_err()
}

/// The temporary folder beside the target.
fn stage(sandbox: &Sandbox) -> PathBuf {
    let mut entries = fs_err::read_dir(sandbox.path()).unwrap().map(|entry| entry.unwrap().path());
    entries
        .find(|path| path.to_string_lossy().contains(".goldpath-"))
        .expect("a stage stands beside the target")
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    for at in [Step::Writing { done: 3, of: orders().len() }, Step::Packing, Step::Placing] {
        let sandbox = sandbox();
        let before = sandbox.listing("");
        let error = meddled(&sandbox, PLAIN, &mut |step| {
            if step == at {
                fs_err::remove_dir_all(stage(&sandbox)).unwrap();
            }
        });
        assert_eq!(error.exit(), Exit::Failed, "{at:?}");
        assert_eq!(sandbox.listing(""), before, "{at:?}");
    }
}

#[test]
fn a_target_that_appears_meanwhile_is_left_alone() {
    let sandbox = sandbox();
    let error = meddled(&sandbox, PLAIN, &mut |step| {
        if step == Step::Placing {
            sandbox.write("orders/theirs", "theirs");
        }
    });
    assert!(matches!(error, Error::TargetAppeared { .. }));
    assert_eq!(sandbox.listing("orders"), ["theirs: theirs"]);
    assert!(!sandbox.listing("").iter().any(|path| path.contains(".goldpath-")));
}

#[test]
fn a_folder_that_existed_keeps_exactly_what_it_had() {
    let sandbox = sandbox();
    sandbox.write("orders/docs/mine.md", "mine");
    let before = sandbox.listing("");
    // `scripts` comes last but two: most of the files are in place when it is met.
    let error = meddled(&sandbox, FORCE, &mut |step| {
        if step == Step::Placing {
            sandbox.write("orders/scripts", "a file of that name");
        }
    });
    assert!(matches!(error, Error::TargetAppeared { .. }));
    fs_err::remove_file(sandbox.path().join("orders/scripts")).unwrap();
    assert_eq!(sandbox.listing(""), before);
}

#[test]
fn a_file_that_was_the_same_and_changes_meanwhile_is_not_committed_as_it_was() {
    let sandbox = sandbox();
    sandbox.write("orders/README.md", "# orders\n");
    let error = meddled(&sandbox, FORCE, &mut |step| {
        if step == Step::Placing {
            sandbox.write("orders/README.md", "# mine!!\n");
        }
    });
    assert!(matches!(error, Error::TargetChanged { .. }), "{error:?}");
    assert_eq!(sandbox.listing("orders"), ["README.md: # mine!!\n"]);
    assert!(!sandbox.listing("").iter().any(|path| path.contains(".goldpath-")));
}

#[test]
fn git_failing_at_the_very_end_takes_the_files_back() {
    let sandbox = sandbox();
    sandbox.write("orders/mine", "mine");
    let before = sandbox.listing("");
    let error = meddled(&sandbox, FORCE, &mut |step| {
        if step == Step::Placing {
            fs_err::remove_dir_all(stage(&sandbox).join(".git")).unwrap();
        }
    });
    assert_eq!(error.exit(), Exit::Failed);
    assert_eq!(sandbox.listing(""), before);
}

/// Runs an ignored test of this module in a process of its own, since signals are for the whole process.
fn in_a_process(test: &str, folder: &Path, variables: &[(&str, &str)]) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", &format!("repo::end_to_end::faults::{test}")]);
    command.env("GOLDPATH_TEST_FOLDER", folder).envs(variables.iter().copied());
    command.output().unwrap().status
}

fn raise(signal: &str) {
    let status = Command::new("kill").args([&format!("-{signal}"), &std::process::id().to_string()]).status();
    assert!(status.unwrap().success());
}

/// Waits until the handler has run; it has a thread of its own.
fn wait_for_the_handler() {
    let until = Instant::now() + Duration::from_secs(10);
    while interrupt::check().is_ok() {
        assert!(Instant::now() < until, "the handler never ran");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_signal_while_nothing_is_written_ends_with_130_at_once() {
    for signal in ["INT", "TERM", "HUP"] {
        let status = in_a_process("waits_for_an_answer", Path::new("/"), &[("GOLDPATH_TEST_SIGNAL", signal)]);
        assert_eq!(status.code(), Some(130), "{signal}");
    }
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn waits_for_an_answer() {
    let Ok(signal) = std::env::var("GOLDPATH_TEST_SIGNAL") else { return };
    interrupt::install(|| {}).unwrap();
    raise(&signal);
    std::thread::sleep(Duration::from_secs(10));
    panic!("the signal did not end the process");
}

#[test]
fn a_signal_while_writing_puts_everything_back() {
    for (signal, existing) in [("INT", false), ("TERM", true), ("HUP", false)] {
        for at in ["Writing { done: 3", "Packing", "Placing"] {
            let sandbox = sandbox();
            if existing {
                sandbox.write("orders/mine", "mine");
            }
            let before = sandbox.listing("");
            let variables = [("GOLDPATH_TEST_SIGNAL", signal), ("GOLDPATH_TEST_STEP", at)];
            let status = in_a_process("is_interrupted", sandbox.path(), &variables);
            // The second signal may only be seen once everything is put back, and then it ends the process at once.
            assert!(matches!(status.code(), Some(0 | 130)), "{signal} at {at}: {status}");
            assert_eq!(sandbox.listing(""), before, "{signal} at {at}");
        }
    }
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn is_interrupted() {
    let Ok(folder) = std::env::var("GOLDPATH_TEST_FOLDER") else { return };
    let variable = |name: &str| std::env::var(name).unwrap();
    interrupt::install(|| {}).unwrap();
    let environment = super::super::testing::environment_of(&[("GIT_CONFIG_NOSYSTEM", "1")]);
    let target = PathBuf::from(folder).join("orders");
    let (signal, at) = (variable("GOLDPATH_TEST_SIGNAL"), variable("GOLDPATH_TEST_STEP"));
    let made: Result<Created, Error> = make_observed(&environment, &target, &orders(), FORCE, &mut |step| {
        if format!("{step:?}").starts_with(&at) {
            // The second one changes nothing.
            raise(&signal);
            wait_for_the_handler();
            raise(&signal);
        }
    });
    assert_eq!(made.unwrap_err().exit(), Exit::Interrupted);
}

#[test]
fn an_empty_tree_makes_an_empty_commit() {
    let sandbox = sandbox();
    let target = sandbox.path().join("orders");
    let made = make_observed(&sandbox.environment(), &target, &tree(&[]), PLAIN, &mut |_| {}).unwrap();
    super::assert_sound(&sandbox, &made.root);
}
