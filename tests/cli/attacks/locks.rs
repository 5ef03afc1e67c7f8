//! goldpath.lock, which anybody may have edited.

use goldpath::render::tree::BlobId;

use super::attack::{Attack, Ground, withstand};
use crate::upgrade::made;

const CHECK: &str = "-C orders check --only drift";
const BLOB: &str = "0000000000000000000000000000000000000000";

/// `orders`, of a pack beside it, with these lines at the end of its lock, all committed.
fn locked(ground: &Ground, more: &str) {
    made(ground);
    let lock = ground.read("orders/goldpath.lock");
    ground.write("orders/goldpath.lock", lock + more);
    ground.commit("orders");
}

/// `orders/goldpath.lock` and nothing else.
fn written(ground: &Ground, lock: impl AsRef<[u8]>) {
    ground.write("orders/goldpath.lock", lock);
}

fn entry(path: &str) -> String {
    format!(
        "\n[[file]]\npath = \"{path}\"\ncomponent = \"plain\"\nownership = \"managed\"\nmode = \"100644\"\nblob = \"{BLOB}\"\n"
    )
}

/// The same with another text in place of a part of it.
fn changed(ground: &Ground, from: &str, to: &str) {
    made(ground);
    for name in ["orders/goldpath.lock", "orders/goldpath.toml"] {
        let text = ground.read(name);
        ground.write(name, text.replace(from, to));
    }
    ground.commit("orders");
}

/// A file that the built-in pack owns.
const OWNED: &str = "make/ci.mk";

/// `orders` of the built-in pack with a program in a file that the path owns, and a lock that says nothing of that.
fn hiding(ground: &Ground, hide: fn(lock: &str, entry: &str) -> String) {
    ground.goldpath(["new", "orders", "--set", "owner=acme/team", "-yq"]).succeeds();
    ground.write(&format!("orders/{OWNED}"), "all:\n\tcanary\n");
    let lock = ground.read("orders/goldpath.lock");
    let is_owned = |entry: &&str| entry.starts_with(&format!("path = \"{OWNED}\""));
    let entry = lock.split("[[file]]\n").find(is_owned).unwrap();
    assert!(entry.contains("managed"));
    ground.write("orders/goldpath.lock", hide(&lock, entry));
    ground.commit("orders");
}

/// `orders` of the built-in pack, with another line in its lock.
fn built_in(ground: &Ground, key: &str, line: &str) {
    ground.goldpath(["new", "orders", "--set", "owner=acme/team", "-yq"]).succeeds();
    let lock = ground.read("orders/goldpath.lock");
    let mut in_pack = false;
    let lines = lock.lines().map(|old| {
        in_pack = if old.starts_with('[') { old == "[pack]" } else { in_pack };
        if in_pack && old.starts_with(key) { line } else { old }
    });
    let lock: String = lines.flat_map(|line| [line, "\n"]).collect();
    ground.write("orders/goldpath.lock", lock);
    ground.commit("orders");
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "an entry that climbs, brought back by `apply PATH`",
        lay: |ground| locked(ground, &entry("../canary/secret")),
        run: "-C orders apply ../canary/secret",
        code: 3,
        told: "contains `..`",
    },
    Attack {
        name: "an entry with an absolute path",
        lay: |ground| locked(ground, &entry("/etc/passwd")),
        run: CHECK,
        code: 3,
        told: "is absolute",
    },
    Attack {
        name: "an entry in git's own folder",
        lay: |ground| locked(ground, &entry(".git/hooks/pre-commit")),
        run: "-C orders upgrade",
        code: 3,
        told: "git's own folder",
    },
    Attack {
        name: "an entry whose name repaints the terminal",
        lay: |ground| locked(ground, &entry("\\u001b[2J")),
        run: CHECK,
        code: 3,
        told: "control character",
    },
    Attack {
        name: "an entry that is turned around (bidi override)",
        lay: |ground| locked(ground, &entry("\\u202ex")),
        run: CHECK,
        code: 3,
        told: "cannot be seen",
    },
    Attack {
        name: "a component whose name repaints the terminal",
        lay: |ground| changed(ground, "component = \"plain\"", "component = \"\\u001b[2J\\u202eplain\""),
        run: "-C orders explain Makefile",
        code: 0,
        told: "\\u{1b}[2J\\u{202e}plain",
    },
    Attack {
        name: "the blob id of an edit in place of that of its pristine render",
        lay: |ground| {
            hiding(ground, |lock, entry| {
                let edit = BlobId::of(b"all:\n\tcanary\n").to_string();
                let (_, pristine) = entry.split_once("blob = ").unwrap();
                lock.replace(entry, &entry.replace(&pristine[1..41], &edit))
            });
        },
        run: "-C orders check",
        code: 1,
        told: "what it says of `make/ci.mk` is not what goldpath",
    },
    Attack {
        name: "a file of the path that is called a team's own",
        lay: |ground| hiding(ground, |lock, entry| lock.replace(entry, &entry.replace("managed", "seeded"))),
        run: "-C orders check",
        code: 1,
        told: "what it says of `make/ci.mk` is not what goldpath",
    },
    Attack {
        name: "a file of the path that is not named any more",
        lay: |ground| hiding(ground, |lock, entry| lock.replace(&format!("[[file]]\n{entry}"), "")),
        run: "-C orders check",
        code: 1,
        told: "what it says of `make/ci.mk` is not what goldpath",
    },
    Attack {
        name: "a version that there never was, so that nothing can be compared",
        lay: |ground| built_in(ground, "version = ", "version = \"99.0.0\""),
        run: "-C orders check",
        code: 1,
        told: "what it says of files cannot be held",
    },
    Attack {
        name: "another digest, so that nothing can be compared",
        lay: |ground| built_in(ground, "digest = ", "digest = \"sha256:0\""),
        run: "-C orders check",
        code: 1,
        told: "that has other content here",
    },
    Attack {
        name: "10 million entries",
        lay: |ground| written(ground, format!("x = [{}]\n", "1,1,".repeat(10_000_000))),
        run: CHECK,
        code: 2,
        told: "larger than 32 MiB",
    },
    Attack {
        name: "2 million values",
        lay: |ground| written(ground, format!("x = [{}]\n", "1,".repeat(2_000_000))),
        run: CHECK,
        code: 3,
        told: "more than 1000000 values",
    },
    Attack {
        name: "100,000 lists in each other",
        lay: |ground| written(ground, format!("x = {}{}\n", "[".repeat(100_000), "]".repeat(100_000))),
        run: CHECK,
        code: 3,
        told: "`goldpath.lock`",
    },
    Attack {
        name: "a lock that is no UTF-8",
        lay: |ground| written(ground, b"version = 1\n\xff"),
        run: CHECK,
        code: 3,
        told: "not UTF-8",
    },
    Attack {
        name: "a pack that is a program, in a check",
        lay: |ground| changed(ground, "../pack", "ext::canary"),
        run: "-C orders check",
        code: 1,
        told: "asks git to run a program",
    },
    Attack {
        name: "a pack that is a program, in an upgrade",
        lay: |ground| changed(ground, "../pack", "ext::canary"),
        run: "-C orders upgrade",
        code: 3,
        told: "asks git to run a program",
    },
    Attack {
        name: "a pack whose address is an option of ssh",
        lay: |ground| changed(ground, "../pack", "ssh://-oProxyCommand=canary/x"),
        run: "-C orders upgrade",
        code: 3,
        told: "could be taken for an option",
    },
    Attack {
        name: "a pack on a server, in a check: no network is asked",
        lay: |ground| changed(ground, "../pack", "git@canary.invalid:x"),
        run: "-C orders check --only controls",
        code: 1,
        told: "cannot be judged",
    },
    Attack {
        name: "a pack in a folder elsewhere that is none",
        lay: |ground| changed(ground, "../pack", "../../canary"),
        run: "-C orders upgrade",
        code: 2,
        told: "is no pack",
    },
];

#[test]
fn hostile_locks_are_refused() {
    withstand(ATTACKS);
}
