//! The TOML files of a pack: pack.toml, presets, components, migrations.

use super::attack::{Attack, Ground, withstand};
use crate::pack::{TestPack, written};
use crate::upgrade::{made, second};

const NEW: &str = "new orders --pack ./pack --yes";

fn component(ground: &Ground, toml: &str) {
    written(ground, |pack| pack.component("plain", &format!("kind = \"stack\"\n{toml}")));
}

/// A repository of the first version of a pack, whose second moves a file.
fn moving(ground: &Ground, from: &str, to: &str) {
    made(ground);
    second()
        .file("migrations/1.1.0.toml", format!("[[move]]\nfrom = \"{from}\"\nto = \"{to}\"\n"))
        .write_to(ground, "pack");
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "a manifest of 10 million entries",
        lay: |ground| component(ground, &format!("requires = [{}]", "\"a\",".repeat(10_000_000))),
        run: NEW,
        code: 2,
        told: "`templates/plain/component.toml`: larger than 32 MiB",
    },
    Attack {
        name: "2 million entries in less than the largest manifest",
        lay: |ground| component(ground, &format!("requires = [{}]", "\"a\",".repeat(2_000_000))),
        run: NEW,
        code: 2,
        told: "more than 1000000 values",
    },
    Attack {
        name: "200,000 entries",
        lay: |ground| component(ground, &format!("requires = [{}]", "\"a\",".repeat(200_000))),
        run: NEW,
        code: 2,
        told: "no component `a`",
    },
    Attack {
        name: "100,000 lists in each other in a manifest",
        lay: |ground| {
            component(ground, &format!("requires = {}{}", "[".repeat(100_000), "]".repeat(100_000)));
        },
        run: NEW,
        code: 2,
        told: "`templates/plain/component.toml`",
    },
    Attack {
        name: "a key of 100,000 parts in a manifest",
        lay: |ground| component(ground, &format!("a{} = 1", ".a".repeat(100_000))),
        run: NEW,
        code: 2,
        told: "`templates/plain/component.toml`",
    },
    Attack {
        name: "a manifest that is no UTF-8",
        lay: |ground| {
            TestPack::new().file("pack.toml", b"[pack]\nname = \"\xff\"\n").write_to(ground, "pack");
        },
        run: NEW,
        code: 2,
        told: "`pack.toml`, line 2, column 9: not UTF-8",
    },
    Attack {
        name: "a manifest with NUL",
        lay: |ground| {
            TestPack::new().file("pack.toml", b"[pack]\nname = \"a\0b\"\n").write_to(ground, "pack");
        },
        run: NEW,
        code: 2,
        told: "`pack.toml`, line 2",
    },
    Attack {
        name: "a glob of 60 alternatives in each other",
        lay: |ground| {
            let glob = format!("{}a{}", "{a,b".repeat(60), "}".repeat(60));
            component(ground, &format!("[[files]]\nmatch = \"{glob}\"\nownership = \"managed\""));
        },
        run: NEW,
        code: 0,
        told: "made orders",
    },
    Attack {
        name: "a glob of 50,000 stars",
        lay: |ground| {
            let glob = "**/a*".repeat(10_000);
            component(ground, &format!("[[files]]\nmatch = \"{glob}\"\nownership = \"managed\""));
        },
        run: NEW,
        code: 0,
        told: "made orders",
    },
    Attack {
        name: "an ownership glob that climbs owns nothing outside",
        lay: |ground| component(ground, "[[files]]\nmatch = \"../../canary/**\"\nownership = \"managed\""),
        run: NEW,
        code: 0,
        told: "made orders",
    },
    Attack {
        name: "`replaces` with a file outside",
        lay: |ground| component(ground, "replaces = [\"../canary/secret\"]"),
        run: NEW,
        code: 2,
        told: "which no earlier component renders",
    },
    Attack {
        name: "a pattern that is a gigabyte once it is compiled",
        lay: |ground| {
            written(ground, |pack| {
                pack.question(
                    "x",
                    "type = \"string\"\npattern = \"((((a{100}){100}){100}){100}){100}\"\ninvalid = \"i\"\ndefault = \"a\"",
                )
            });
        },
        run: NEW,
        code: 2,
        told: "`pack.toml`, line",
    },
    Attack {
        name: "a pattern of 100,000 groups in each other",
        lay: |ground| {
            let pattern = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
            written(ground, |pack| {
                pack.question(
                    "x",
                    &format!("type = \"string\"\npattern = \"{pattern}\"\ninvalid = \"i\"\ndefault = \"a\""),
                )
            });
        },
        run: NEW,
        code: 2,
        told: "`pack.toml`, line",
    },
    Attack {
        name: "2,000 presets, each extending the next, and the last the first",
        lay: |ground| {
            written(ground, |pack| {
                (0..2000).fold(pack, |pack, number| {
                    pack.preset(&format!("p{number}"), &format!("extends = \"p{}\"", (number + 1) % 2000))
                })
            });
        },
        run: NEW,
        code: 2,
        told: "extends itself in a circle",
    },
    Attack {
        name: "2,000 components, each requiring the next",
        lay: |ground| {
            written(ground, |pack| {
                (0..2000).fold(pack.preset("small", "components = [\"c0\"]"), |pack, number| {
                    pack.component(
                        &format!("c{number}"),
                        &format!("requires = [\"c{}\"]", (number + 1) % 2000),
                    )
                })
            });
        },
        run: NEW,
        code: 0,
        told: "made orders",
    },
    Attack {
        name: "a pack that extends a program",
        lay: |ground| written(ground, |pack| pack.head("extends = \"ext::canary\"")),
        run: NEW,
        code: 2,
        told: "a pack cannot extend `ext::canary`",
    },
    Attack {
        name: "a migration that moves a file in from outside",
        lay: |ground| moving(ground, "../canary/secret", "docs/secret"),
        run: "-C orders upgrade",
        code: 2,
        told: "contains `..`",
    },
    Attack {
        name: "a migration that moves a file out",
        lay: |ground| moving(ground, "docs/old.md", "../canary/secret"),
        run: "-C orders upgrade",
        code: 2,
        told: "contains `..`",
    },
    Attack {
        name: "a migration that makes a hook of a file",
        lay: |ground| moving(ground, "run.sh", ".git/hooks/pre-commit"),
        run: "-C orders upgrade",
        code: 2,
        told: "git's own folder",
    },
];

#[test]
fn hostile_manifests_are_refused() {
    withstand(ATTACKS);
}
