//! Two goldpath processes at once: one goes first, and the other comes after it, or is refused and says so. What is there in the
//! end is what some order of the two leaves.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};

use super::ground::{Ground, Random, rounds};
use super::state::{State, differences, state};
use super::writings::writing;
use crate::env::GOLDPATH;

struct Pair {
    /// What the first of them is, and the ground that both run on.
    ground: &'static str,
    other: (&'static str, &'static [&'static str]),
}

const UPGRADE: (&str, &[&str]) = ("orders", &["upgrade"]);
const ABORT: (&str, &[&str]) = ("orders", &["upgrade", "--abort"]);

const PAIRS: [Pair; 11] = [
    Pair { ground: "new", other: ("", &["new", "orders", "--pack", "./pack", "--yes"]) },
    Pair { ground: "new --force", other: ("", &["new", "orders", "--pack", "./pack", "--yes", "--force"]) },
    Pair { ground: "upgrade", other: UPGRADE },
    Pair { ground: "upgrade", other: ("orders", &["apply", "Makefile"]) },
    Pair { ground: "upgrade", other: ABORT },
    Pair { ground: "upgrade --commit", other: ("orders", &["upgrade", "--commit"]) },
    Pair { ground: "upgrade --branch", other: UPGRADE },
    Pair { ground: "apply", other: ("orders", &["apply"]) },
    Pair { ground: "adopt", other: ("orders", &["adopt", "--pack", "../pack", "--yes"]) },
    Pair { ground: "--abort", other: ABORT },
    Pair { ground: "upgrade", other: ("orders", &["check", "--only", "drift"]) },
];

fn start(ground: &Ground<'_>, (folder, arguments): (&str, &[&str])) -> Child {
    let mut command = ground.env.command(GOLDPATH, folder);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The code, and what was said; a run is done, or tells why not.
fn end(child: Child) -> (i32, String) {
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code().unwrap_or_else(|| panic!("{}: {told}", output.status));
    assert!([0, 1, 3].contains(&code), "{code}: {told}");
    assert!(code != 3 || told.contains("error: ") && told.contains("\nhint: "), "{told}");
    (code, told)
}

#[test]
#[expect(clippy::print_stderr, reason = "the outcomes, for `--nocapture`")]
fn two_at_once_leave_what_one_after_the_other_would() {
    let mut random = Random::new();
    for pair in &PAIRS {
        let ground = Ground::of(writing(pair.ground));
        let own = (ground.writing.folder, ground.writing.run);
        let mut allowed: Vec<State> = vec![ground.new.clone()];
        for order in [&[pair.other][..], &[own, pair.other], &[pair.other, own]] {
            ground.reset();
            for one in order {
                start(&ground, *one).wait_with_output().unwrap();
            }
            allowed.push(state(&ground.env));
        }
        let mut codes: BTreeMap<(i32, i32), u32> = BTreeMap::new();
        for round in 0..rounds(4, 4 * u32::try_from(PAIRS.len()).unwrap()) {
            ground.reset();
            let after = if round == 0 { 0.0 } else { random.next() };
            let after = ground.whole.mul_f64(after);
            let first = start(&ground, own);
            // The moment is what the test is about: nothing is waited for.
            std::thread::sleep(after);
            let second = start(&ground, pair.other);
            let (first, second) = (end(first), end(second));
            *codes.entry((first.0, second.0)).or_default() += 1;
            let now = state(&ground.env);
            let at = format!(
                "{} and {:?} after {after:?} of {:?}\n{first:?}\n{second:?}\n{}",
                pair.ground,
                pair.other.1,
                ground.whole,
                differences(&ground.new, &now)
            );
            assert!(allowed.contains(&now), "{at}");
            assert!(!ground.env.exists("orders/.git/index.lock"), "{at}");
            assert!(first.0 != 3 || second.0 != 3 || now == ground.old, "{at}");
            ground.env.git("orders", ["fsck", "--strict", "--no-dangling"]);
        }
        eprintln!("{:18} {:?} {codes:?}", pair.ground, pair.other.1);
    }
}
