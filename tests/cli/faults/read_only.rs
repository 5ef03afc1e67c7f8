//! Where nothing may be written: a disk that is mounted read-only, and folders of somebody else. Nothing changes, the message
//! names the place and says what to do, and the same command succeeds once it may write.

use std::path::Path;

use super::ground::Ground;
use super::namespace::{in_a_namespace, is_inside, mount, unmount};
use super::state::{differences, state};
use super::writings::writing;
use crate::env::{Ended, GOLDPATH};

/// What is read-only, from the work folder; and what in it is not, after all.
type Place = (&'static str, Option<&'static str>);

const REPOSITORY: Place = ("orders", None);
const GIT_FOLDER: Place = ("orders/.git", None);
const FILES: Place = ("orders", Some("orders/.git"));

const CASES: [(&str, &[Place]); 8] = [
    ("new", &[("", None)]),
    ("new --force", &[("", None), REPOSITORY]),
    ("upgrade", &[REPOSITORY, GIT_FOLDER, FILES]),
    ("upgrade --commit", &[REPOSITORY, GIT_FOLDER, FILES]),
    ("upgrade --branch", &[REPOSITORY, GIT_FOLDER]),
    ("apply", &[REPOSITORY, GIT_FOLDER, FILES]),
    ("adopt", &[REPOSITORY, GIT_FOLDER, FILES]),
    ("--abort", &[REPOSITORY, GIT_FOLDER]),
];

#[test]
fn a_read_only_disk_changes_nothing_and_is_told() {
    in_a_namespace("faults::read_only::runs_on_a_read_only_disk");
}

#[test]
#[ignore = "run by the test above, in a namespace of its own"]
fn runs_on_a_read_only_disk() {
    if !is_inside() {
        return;
    }
    for (command, places) in CASES {
        let ground = Ground::of(writing(command));
        for (place, but) in places {
            ground.reset();
            let place = ground.env.path(place);
            let but = but.map(|but| ground.env.path(but));
            let aside = ground.env.home().join("aside");
            fs_err::create_dir_all(&aside).unwrap();
            if let Some(but) = &but {
                bind(but, &aside);
            }
            bind(&place, &place);
            mount(&["-o", "remount,bind,ro", place.to_str().unwrap()]);
            if let Some(but) = &but {
                bind(&aside, but);
            }
            let run = ground.env.goldpath_in(ground.writing.folder, ground.writing.run).whatever();
            if let Some(but) = &but {
                unmount(but);
                unmount(&aside);
            }
            unmount(&place);
            refused(&ground, &place, &run, "Read-only file system");
        }
    }
}

fn bind(from: &Path, to: &Path) {
    mount(&["--bind", from.to_str().unwrap(), to.to_str().unwrap()]);
}

#[track_caller]
fn refused(ground: &Ground<'_>, place: &Path, run: &Ended, cause: &str) {
    let now = state(&ground.env);
    let at = format!(
        "{} where {} is closed: {}\n{}",
        ground.writing.name,
        place.display(),
        run.said(),
        differences(&ground.old, &now)
    );
    assert_eq!(run.code(), 4, "{at}");
    assert!(now == ground.old, "{at}");
    assert!(run.stderr().contains(cause) && run.stderr().contains("[ROOT]/work"), "{at}");
    assert!(run.stderr().contains("\nhint: "), "{at}");
    let again = ground.env.goldpath_in(ground.writing.folder, ground.writing.run).whatever();
    assert!(
        [0, 1].contains(&again.code()) && state(&ground.env) == ground.new,
        "{at}\nand then {}",
        again.said()
    );
}

/// Root may write everywhere, so the test gives up what lets it.
const UNPRIVILEGED: &str = "if [ \"$(id -u)\" = 0 ]; then \
     exec setpriv --bounding-set=-dac_override,-dac_read_search,-fowner -- \"$0\" \"$@\"; else exec \"$0\" \"$@\"; fi";

#[test]
fn a_folder_of_somebody_else_changes_nothing_and_is_told() {
    for (command, places) in [
        ("new", &[""][..]),
        ("new --force", &["orders", "orders/d3"]),
        ("upgrade", &["orders", "orders/docs", "orders/d7", "orders/.git", "orders/.git/objects/pack"]),
        (
            "upgrade --commit",
            &["orders/docs", "orders/.git", "orders/.git/objects", "orders/.git/refs/heads"],
        ),
        ("upgrade --branch", &["orders/.git/objects/pack", "orders/.git/refs/heads"]),
        ("apply", &["orders", "orders/.git"]),
        ("adopt", &["orders", "orders/.git"]),
        ("--abort", &["orders/docs", "orders/d7", "orders/.git"]),
    ] {
        let ground = Ground::of(writing(command));
        for place in places {
            ground.reset();
            let place = ground.env.path(place);
            let mode = |mode: &str| {
                let arguments = [mode.to_owned(), place.display().to_string()];
                ground.env.run(ground.env.command("chmod", "").args(arguments)).succeeds();
            };
            mode("a-w");
            let mut goldpath = ground.env.command("sh", ground.writing.folder);
            goldpath.args(["-c", UNPRIVILEGED, GOLDPATH]).args(ground.writing.run);
            let run = ground.env.run(&mut goldpath).whatever();
            mode("u+w");
            if command == "--abort" && run.stderr().contains("could not put everything back") {
                // Half of it is back: the journal stays, and `--abort` goes on.
                run.stderr().contains("`goldpath upgrade --abort`").then_some(()).unwrap();
                assert_eq!(run.code(), 4);
                ground.env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
                assert!(state(&ground.env) == ground.new, "{}", run.said());
                continue;
            }
            refused(&ground, &place, &run, "ermission denied");
        }
    }
}

#[test]
fn a_git_folder_that_may_not_be_read_is_not_taken_for_none() {
    let ground = Ground::of(writing("upgrade"));
    ground.reset();
    ground.env.shell("chmod 0 orders/.git");
    let mut goldpath = ground.env.command("sh", "orders");
    goldpath.args(["-c", UNPRIVILEGED, GOLDPATH, "upgrade"]);
    let run = ground.env.run(&mut goldpath);
    ground.env.shell("chmod 755 orders/.git");
    run.fails(3, ["`[ROOT]/work/orders/.git` cannot be read", "Permission denied", "hint: "]);
}
