//! Names of files that a pack writes.

use super::attack::{Attack, Ground, withstand};
use crate::pack::{TestPack, written};

const NEW: &str = "new orders --pack ./pack --yes";

/// A pack with one file of this name.
fn named(ground: &Ground, name: &str) {
    written(ground, |pack| pack.template(name, ""));
}

/// A pack with a file below a folder that an answer names.
fn steered(ground: &Ground) {
    written(ground, |pack| {
        pack.question("folder", "type = \"string\"\ndefault = \"x\"").template("{= folder =}/file", "")
    });
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "an answer climbs out of the target",
        lay: steered,
        run: "new orders --pack ./pack --yes --set folder=../../canary",
        code: 2,
        told: "contains `..`",
    },
    Attack {
        name: "an answer names an absolute folder",
        lay: steered,
        run: "new orders --pack ./pack --yes --set folder=CANARY",
        code: 2,
        told: "is absolute",
    },
    Attack {
        name: "an answer names git's hooks",
        lay: steered,
        run: "new orders --pack ./pack --yes --set folder=.git/hooks",
        code: 2,
        told: "git's own folder",
    },
    Attack {
        name: "an expression of a name joins to `..`",
        lay: |ground| named(ground, "{= '.' ~ '.' =}/{= '.' ~ '.' =}/canary/x"),
        run: NEW,
        code: 2,
        told: "contains `..`",
    },
    Attack {
        name: "`.GIT`, which a Mac takes for `.git`",
        lay: |ground| named(ground, ".GIT/hooks/pre-commit"),
        run: NEW,
        code: 2,
        told: "git's own folder",
    },
    Attack {
        name: "`.git` with a character in it that HFS+ drops",
        lay: |ground| named(ground, ".g\u{200c}it/config"),
        run: NEW,
        code: 2,
        told: "git's own folder",
    },
    Attack {
        name: "`GIT~1`, the short name that NTFS gives `.git`",
        lay: |ground| named(ground, "GIT~1/config"),
        run: NEW,
        code: 2,
        told: "git's own folder",
    },
    Attack {
        name: "a stream of NTFS",
        lay: |ground| named(ground, ".git::$INDEX_ALLOCATION"),
        run: NEW,
        code: 2,
        told: "git's own folder",
    },
    Attack {
        name: "a device of Windows",
        lay: |ground| named(ground, "docs/aux.md"),
        run: NEW,
        code: 2,
        told: "is a device on Windows",
    },
    Attack {
        name: "a backslash, which separates folders on Windows",
        lay: |ground| named(ground, "..\\..\\canary"),
        run: NEW,
        code: 2,
        told: "backslash",
    },
    Attack {
        name: "two names that are one where case does not count",
        lay: |ground| written(ground, |pack| pack.template("docs/a", "").template("Docs/b", "")),
        run: NEW,
        code: 2,
        told: "are the same",
    },
    Attack {
        name: "a name that repaints the terminal",
        lay: |ground| named(ground, "a\u{1b}[2J\u{1b}]0;owned\u{7}"),
        run: NEW,
        code: 2,
        told: "control character",
    },
    Attack {
        name: "a name that is turned around (bidi override)",
        lay: |ground| named(ground, "invoice\u{202e}fdp.sh"),
        run: NEW,
        code: 2,
        told: "cannot be seen",
    },
    Attack {
        name: "a name that is no UTF-8",
        lay: |ground| {
            written(ground, |pack| pack);
            ground.shell("touch \"pack/templates/plain/files/$(printf 'a\\377')\"");
        },
        run: NEW,
        code: 2,
        told: "UTF-8",
    },
    Attack {
        name: "a name of 300 bytes",
        lay: |ground| {
            written(ground, |pack| {
                pack.question("name", "type = \"string\"\ndefault = \"x\"").template("{= name ~ name =}", "")
            });
            ground.write("answers.toml", format!("name = \"{}\"\n", "x".repeat(150)));
        },
        run: "new orders --pack ./pack --yes --answers answers.toml",
        code: 2,
        told: "a name may have 255",
    },
    Attack {
        name: "the parts of a bare repository, with hooks in its configuration",
        lay: |ground| {
            let config = "[core]\n\tbare = true\n\tfsmonitor = canary\n";
            written(ground, |pack| {
                pack.template("x/HEAD", "ref: refs/heads/x\n")
                    .template("x/objects/y", "")
                    .template("x/refs/y", "")
                    .template("x/config", config)
            });
        },
        run: NEW,
        code: 2,
        told: "takes it for a repository",
    },
    Attack {
        name: "goldpath's own lock",
        lay: |ground| named(ground, "goldpath.lock"),
        run: NEW,
        code: 2,
        told: "which goldpath writes itself",
    },
    Attack {
        name: "a file that is the folder of another",
        lay: |ground| written(ground, |pack| pack.template("a.tera", "").template("a/b", "")),
        run: NEW,
        code: 2,
        told: "is a file, and",
    },
    Attack {
        name: "40 folders in each other",
        lay: |ground| named(ground, &format!("{}x", "d/".repeat(40))),
        run: NEW,
        code: 2,
        told: "folders deeper than 32 levels",
    },
    Attack {
        name: "a pipe among the files, which no read comes back from",
        lay: |ground| {
            written(ground, |pack| pack);
            ground.shell("mkfifo pack/templates/plain/files/pipe");
        },
        run: NEW,
        code: 2,
        told: "a pipe, a socket or a device",
    },
    Attack {
        name: "a component whose name climbs",
        lay: |ground| {
            TestPack::new().preset("small", "components = [\"../../../canary\"]").write_to(ground, "pack");
        },
        run: NEW,
        code: 2,
        told: "no component `../../../canary`",
    },
    Attack {
        name: "a component that requires one outside",
        lay: |ground| {
            TestPack::new()
                .component("plain", "kind = \"stack\"\nrequires = [\"/etc\"]")
                .write_to(ground, "pack");
        },
        run: NEW,
        code: 2,
        told: "no component `/etc`",
    },
];

#[test]
fn hostile_names_of_files_are_refused() {
    withstand(ATTACKS);
}
