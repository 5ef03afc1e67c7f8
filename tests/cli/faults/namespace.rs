//! A test in a mount namespace of its own: what it mounts is seen by nobody else, and goes with it.

use std::process::Command;

const INSIDE: &str = "GOLDPATH_TEST_NAMESPACE";

/// Whether this process was started by [`in_a_namespace`].
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs an ignored test of this crate in a namespace of its own, as root or as a user whom the kernel lets have one.
#[track_caller]
#[expect(clippy::print_stderr, reason = "the outcomes, for `--nocapture`")]
pub(crate) fn in_a_namespace(test: &str) {
    let is_root =
        fs_err::metadata("/proc/self").is_ok_and(|found| std::os::unix::fs::MetadataExt::uid(&found) == 0);
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private"]);
    if !is_root {
        command.args(["--user", "--map-root-user"]);
    }
    command.arg(std::env::current_exe().unwrap()).args(["--exact", "--ignored", "--nocapture", test]);
    let output =
        command.env(INSIDE, "1").output().expect("this test mounts and needs `unshare`: install util-linux");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(
        output.status.success(),
        "{test} in a namespace of its own (as root, or with user namespaces):\n{told}"
    );
    assert!(told.contains("1 passed"), "{told}");
    for line in told.lines().filter_map(|line| line.strip_prefix("table: ")) {
        eprintln!("{line}");
    }
}

/// Runs `mount` with these arguments.
#[track_caller]
pub(crate) fn mount(arguments: &[&str]) {
    assert!(Command::new("mount").args(arguments).status().unwrap().success(), "mount {arguments:?}");
}

#[track_caller]
pub(crate) fn unmount(place: &std::path::Path) {
    assert!(Command::new("umount").arg(place).status().unwrap().success(), "umount {}", place.display());
}
