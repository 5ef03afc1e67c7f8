//! Symbolic links, in packs and in targets.

use super::attack::{Attack, Ground, withstand};
use crate::pack::{TestPack, written};
use crate::upgrade::made;

const NEW: &str = "new orders --pack ./pack --yes";
const PLAIN: &str = "templates/plain/files";

/// A pack with these links among its files.
fn linked(ground: &Ground, links: &[(&str, &str)]) {
    written(ground, |pack| {
        links.iter().fold(pack.template("docs/x", ""), |pack, (path, target)| {
            pack.link(&format!("{PLAIN}/{path}"), target)
        })
    });
}

/// `orders` at the first version of a pack, with one of its folders as a committed link to the canary.
fn with_linked_docs(ground: &Ground) {
    made(ground);
    ground.shell("cd orders; git rm -rq docs");
    ground.link("orders/docs", ground.beside("canary/docs"));
    ground.commit("orders");
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "a link of a pack to an absolute path",
        lay: |ground| linked(ground, &[("l", "/etc/passwd")]),
        run: NEW,
        code: 2,
        told: "its target is absolute",
    },
    Attack {
        name: "a link out of its component",
        lay: |ground| linked(ground, &[("l", "../../../../canary/secret")]),
        run: NEW,
        code: 2,
        told: "it points out of its component's `files/`",
    },
    Attack {
        name: "a chain of links that climbs a step at a time",
        lay: |ground| linked(ground, &[("docs/a", "b"), ("docs/b", "../c"), ("c", ".."), ("d", "docs/a/x")]),
        run: NEW,
        code: 2,
        told: "it points out of its component's `files/`",
    },
    Attack {
        name: "a folder that is a link, and a link through it",
        lay: |ground| linked(ground, &[("up", "docs/.."), ("l", "up/../../component.toml")]),
        run: NEW,
        code: 2,
        told: "it points out of its component's `files/`",
    },
    Attack {
        name: "a chain of 60 links",
        lay: |ground| {
            written(ground, |pack| {
                (0..60).fold(pack.template("60", ""), |pack, number| {
                    pack.link(&format!("{PLAIN}/{number}"), &(number + 1).to_string())
                })
            });
        },
        run: NEW,
        code: 2,
        told: "it leads back to itself",
    },
    Attack {
        name: "links in a circle",
        lay: |ground| linked(ground, &[("a", "b"), ("b", "a")]),
        run: NEW,
        code: 2,
        told: "it leads back to itself",
    },
    Attack {
        name: "a link to nothing, to be filled later",
        lay: |ground| linked(ground, &[("l", "later")]),
        run: NEW,
        code: 2,
        told: "it points at nothing in the pack",
    },
    Attack {
        name: "a link to the configuration of git",
        lay: |ground| linked(ground, &[("l", ".git/config")]),
        run: NEW,
        code: 2,
        told: "it points at nothing in the pack",
    },
    Attack {
        name: "a manifest that is a link to a file elsewhere",
        lay: |ground| {
            TestPack::new().write_to(ground, "pack");
            ground.shell("rm pack/pack.toml");
            ground.link("pack/pack.toml", ground.beside("canary/secret"));
        },
        run: NEW,
        code: 2,
        told: "`pack.toml` in the pack `./pack` is a symbolic link",
    },
    Attack {
        name: "the templates as a link to a folder elsewhere",
        lay: |ground| {
            TestPack::new().write_to(ground, "pack");
            ground.shell("rm -r pack/templates");
            ground.link("pack/templates", ground.beside("canary"));
        },
        run: NEW,
        code: 2,
        told: "`templates` in the pack `./pack` is a symbolic link",
    },
    Attack {
        name: "a target that is a link to a folder elsewhere",
        lay: |ground| {
            written(ground, |pack| pack);
            ground.link("orders", ground.beside("canary"));
        },
        run: NEW,
        code: 3,
        told: "is not empty",
    },
    Attack {
        name: "a target that is a link to nothing",
        lay: |ground| {
            written(ground, |pack| pack);
            ground.link("orders", ground.beside("canary/new"));
        },
        run: NEW,
        code: 3,
        told: "is a symlink that leads nowhere",
    },
    Attack {
        name: "a folder of the target that is a link, with `--force`",
        lay: |ground| {
            written(ground, |pack| pack.template("docs/x", ""));
            ground.link("orders/docs", ground.beside("canary/docs"));
        },
        run: "new orders --pack ./pack --yes --force",
        code: 3,
        told: "goldpath never writes through one",
    },
    Attack {
        name: "a folder that a team made a link, in an upgrade",
        lay: with_linked_docs,
        run: "-C orders upgrade",
        code: 1,
        told: "`docs` is a file, and `docs/new.md` needs it to be a folder",
    },
    Attack {
        name: "a file that a team made a link, brought back by `apply PATH`",
        lay: |ground| {
            made(ground);
            ground.shell("cd orders; rm Makefile");
            ground.link("orders/Makefile", ground.beside("canary/secret"));
            ground.commit("orders");
        },
        run: "-C orders apply Makefile",
        code: 0,
        told: "1 file as rendered",
    },
    Attack {
        name: "a lock that is a link to a device without end",
        lay: |ground| ground.link("orders/goldpath.lock", "/dev/zero"),
        run: "-C orders check",
        code: 2,
        told: "a pipe, a socket or a device",
    },
    Attack {
        name: "a goldpath.toml that is a pipe",
        lay: |ground| {
            made(ground);
            ground.shell("cd orders; git rm -q goldpath.toml; git commit -qm x; mkfifo goldpath.toml");
        },
        run: "-C orders upgrade",
        code: 3,
        told: "a pipe, a socket or a device",
    },
    Attack {
        name: "a file of a check that is a link out of the project",
        lay: |ground| ground.link("orders/ops/slo/x.yaml", ground.beside("canary/secret")),
        run: "-C orders check --only consistency",
        code: 1,
        told: "a symbolic link out of the project, which is not followed",
    },
    Attack {
        name: "a folder of a badge that is a link to one elsewhere",
        lay: |ground| {
            made(ground);
            ground.shell("cd orders; git rm -qr docs");
            ground.link("orders/docs", ground.beside("canary/docs"));
            ground.commit("orders");
        },
        run: "-C orders check --badge docs/path.svg",
        code: 3,
        told: "reached through `docs`, which is a symbolic link",
    },
    Attack {
        name: "a folder of evidence that is a link to one elsewhere",
        lay: |ground| {
            made(ground);
            ground.link("orders/evidence", ground.beside("canary"));
            ground.commit("orders");
        },
        run: "-C orders check --evidence evidence/2026-11",
        code: 3,
        told: "reached through `evidence`, which is a symbolic link",
    },
    Attack {
        name: "a badge in git's own folder",
        lay: |ground| made(ground),
        run: "-C orders check --badge .git/hooks/pre-commit",
        code: 3,
        told: "git's own folder",
    },
    Attack {
        name: "a link where a badge is written before it is whole",
        lay: |ground| {
            ground.goldpath(["new", "orders", "--set", "owner=acme/team", "-yq"]).succeeds();
            ground.link("orders/docs/path.svg.unfinished", ground.beside("canary/secret"));
            ground.commit("orders");
        },
        run: "-C orders check --badge docs/path.svg",
        code: 0,
        told: "meets Balanced",
    },
    Attack {
        name: "a file of a check that is a link to a pipe",
        lay: |ground| {
            ground.folder("orders/ops/slo");
            ground.shell("mkfifo orders/ops/pipe");
            ground.link("orders/ops/slo/x.yaml", "../pipe");
        },
        run: "-C orders check --only consistency",
        code: 1,
        told: "a pipe, a socket or a device",
    },
];

#[test]
fn links_lead_nowhere() {
    withstand(ATTACKS);
}
