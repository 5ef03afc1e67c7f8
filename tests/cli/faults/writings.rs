//! The commands that write, and what each starts from.

use crate::env::TestEnv;
use crate::pack::TestPack;
use crate::releases;
use crate::upgrade::{first, second};

/// A command that writes.
pub(crate) struct Writing {
    pub(crate) name: &'static str,
    /// Lays out what it starts from.
    pub(crate) lay: fn(&TestEnv),
    /// Where it runs.
    pub(crate) folder: &'static str,
    pub(crate) run: &'static [&'static str],
    /// What gives the old state back, where a journal is left.
    pub(crate) back: Back,
}

#[derive(PartialEq, Clone, Copy, Debug)]
pub(crate) enum Back {
    /// `goldpath upgrade --abort` gives the old state.
    Abort,
    /// It is `--abort` itself: called again, it comes to its end.
    Again,
    /// There is no journal: it is the old state or the new one, but for `kill -9` in the few milliseconds in which a
    /// folder that held something is filled. Nothing of what was there is touched, and the same command completes it.
    Completes,
}

const FILES: usize = 120;

/// As many files as make the writing a good part of a run.
fn many(mut pack: TestPack, line: &str) -> TestPack {
    for number in 0..FILES {
        pack = pack
            .template(&format!("d{}/f{number}.txt", number % 12), format!("{number} {line}\n").repeat(20));
    }
    pack
}

fn packed(env: &TestEnv) {
    many(first(), "one").write_to(env, "pack");
}

fn sealable(env: &TestEnv) {
    many(releases::first(), "one").write_to(env, "pack");
}

/// `orders` at the first version, and the second one beside it.
fn made(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    many(second(), "two").write_to(env, "pack");
}

fn edited_intent(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    let text = env.read("orders/goldpath.toml");
    env.write("orders/goldpath.toml", text.replace("preset = \"small\"", "preset = \"large\""));
}

fn edited_makefile(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    env.write("orders/Makefile", "mine:\n");
    env.shell("cd orders; git commit -qam mine");
}

fn foreign(env: &TestEnv) {
    packed(env);
    env.write("orders/README.md", "mine\n");
    env.write("orders/src/main.txt", "mine\n");
    env.shell("cd orders; git init -q -b main; git add -A; git commit -qm mine");
}

fn occupied(env: &TestEnv) {
    packed(env);
    env.write("orders/mine", "mine\n");
    env.write("orders/d3/mine", "mine\n");
    // One is another file than the one of the pack, and one is the same.
    env.write("orders/d1/f1.txt", "mine\n");
    env.write("orders/d2/f2.txt", "2 one\n".repeat(20));
}

/// An upgrade that waits for a conflict.
fn conflicting(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    env.write("orders/docs/both.md", env.read("orders/docs/both.md").replace("one", "mine"));
    env.shell("cd orders; git commit -qam mine");
    many(second(), "two").write_to(env, "pack");
    env.goldpath_in("orders", ["upgrade", "-q"]).ends(1);
}

fn resolved(env: &TestEnv) {
    conflicting(env);
    env.write("orders/docs/both.md", "resolved\n");
    env.shell("cd orders; git add docs/both.md");
}

pub(crate) const WRITINGS: [Writing; 14] = [
    Writing {
        name: "new",
        lay: packed,
        folder: "",
        run: &["new", "orders", "--pack", "./pack", "--yes"],
        back: Back::Completes,
    },
    Writing {
        name: "new --force",
        lay: occupied,
        folder: "",
        run: &["new", "orders", "--pack", "./pack", "--yes", "--force"],
        back: Back::Completes,
    },
    Writing { name: "upgrade", lay: made, folder: "orders", run: &["upgrade"], back: Back::Abort },
    Writing {
        name: "upgrade --commit",
        lay: made,
        folder: "orders",
        run: &["upgrade", "--commit"],
        back: Back::Abort,
    },
    Writing {
        name: "upgrade --branch",
        lay: made,
        folder: "orders",
        run: &["upgrade", "--branch", "next"],
        back: Back::Abort,
    },
    Writing { name: "apply", lay: edited_intent, folder: "orders", run: &["apply"], back: Back::Abort },
    Writing {
        name: "apply PATH",
        lay: edited_makefile,
        folder: "orders",
        run: &["apply", "Makefile"],
        back: Back::Abort,
    },
    Writing {
        name: "adopt",
        lay: foreign,
        folder: "orders",
        run: &["adopt", "--pack", "../pack", "--yes"],
        back: Back::Abort,
    },
    Writing {
        name: "--abort",
        lay: conflicting,
        folder: "orders",
        run: &["upgrade", "--abort"],
        back: Back::Again,
    },
    Writing {
        name: "--continue",
        lay: resolved,
        folder: "orders",
        run: &["upgrade", "--continue"],
        back: Back::Completes,
    },
    Writing {
        name: "check --evidence",
        lay: made,
        folder: "orders",
        run: &["check", "--only", "drift", "--evidence", "../evidence"],
        back: Back::Completes,
    },
    Writing {
        name: "check --badge",
        lay: made,
        folder: "orders",
        run: &["check", "--only", "controls", "--badge", "path.svg"],
        back: Back::Completes,
    },
    Writing {
        name: "pack seal",
        lay: sealable,
        folder: "pack",
        run: &["pack", "seal"],
        back: Back::Completes,
    },
    Writing {
        name: "pack render",
        lay: packed,
        folder: "",
        run: &["pack", "render", "./pack", "--to", "out"],
        back: Back::Completes,
    },
];

/// The one of this name.
pub(crate) fn writing(name: &str) -> &'static Writing {
    WRITINGS.iter().find(|writing| writing.name == name).unwrap()
}
