//! Addresses of packs, and repositories behind them.

use super::attack::{Attack, Ground, withstand};
use crate::pack::TestPack;

fn nothing(_: &Ground) {}

/// A repository with a release, and whatever a script then does to it.
fn repository(ground: &Ground, script: &str) {
    TestPack::new().release(ground, "pack");
    ground.shell(&format!("cd pack; {script}"));
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "`ext::`, which runs a program",
        lay: nothing,
        run: "new orders --yes --pack 'ext::canary %S'",
        code: 2,
        told: "asks git to run a program",
    },
    Attack {
        name: "`fd::`, which reads what is open",
        lay: nothing,
        run: "new orders --yes --pack fd::7,8",
        code: 2,
        told: "asks git to run a program",
    },
    Attack {
        name: "`--upload-pack` in place of an address",
        lay: nothing,
        run: "new orders --yes --pack=--upload-pack=canary",
        code: 2,
        told: "could be taken for an option",
    },
    Attack {
        name: "`--upload-pack` in place of a version",
        lay: |ground| repository(ground, "true"),
        run: "new orders --yes --pack ./pack@--upload-pack=canary",
        code: 2,
        told: "a version is a number",
    },
    Attack {
        name: "an option of ssh in place of a host",
        lay: nothing,
        run: "new orders --yes --pack ssh://-oProxyCommand=canary/x",
        code: 2,
        told: "could be taken for an option",
    },
    Attack {
        name: "an option of ssh in place of a user",
        lay: nothing,
        run: "new orders --yes --pack=-oProxyCommand=canary@host:x",
        code: 2,
        told: "could be taken for an option",
    },
    Attack {
        name: "an option in place of a path on a host",
        lay: nothing,
        run: "new orders --yes --pack git@host:--upload-pack=canary",
        code: 2,
        told: "could be taken for an option",
    },
    Attack {
        name: "`file://` with a host",
        lay: nothing,
        run: "new orders --yes --pack file://host/share",
        code: 2,
        told: "a `file://` address has no host",
    },
    Attack {
        name: "a protocol without encryption",
        lay: nothing,
        run: "new orders --yes --pack git://host/x",
        code: 2,
        told: "neither encrypted nor authenticated",
    },
    Attack {
        name: "a subfolder that climbs",
        lay: |ground| repository(ground, "true"),
        run: "new orders --yes --pack './pack#../../canary'",
        code: 2,
        told: "contains `..`",
    },
    Attack {
        name: "a subfolder that climbs, percent-encoded",
        lay: |ground| repository(ground, "true"),
        run: "new orders --yes --pack './pack@1.0.0#%2e%2e/%2e%2e/canary'",
        code: 2,
        told: "has no folder `%2e%2e/%2e%2e/canary`",
    },
    Attack {
        name: "an address that climbs",
        lay: nothing,
        run: "new orders --yes --pack file://CANARY/../work/pack",
        code: 2,
        told: "its path contains `..`",
    },
    Attack {
        name: "an address that climbs, percent-encoded",
        lay: nothing,
        run: "new orders --yes --pack file://CANARY/%2e%2e/work/pack",
        code: 2,
        told: "its path contains `..`",
    },
    Attack {
        name: "NUL in an address, percent-encoded",
        lay: nothing,
        run: "new orders --yes --pack 'file:///x%00y'",
        code: 2,
        told: "it contains an encoded control character",
    },
    Attack {
        name: "a line break in an address",
        lay: nothing,
        run: "new orders --yes --pack 'https://host/x\ncanary'",
        code: 2,
        told: "it contains a character that cannot be seen",
    },
    Attack {
        name: "a terminal sequence in an address, percent-encoded",
        lay: nothing,
        run: "new orders --yes --pack 'file:///x%1b%5b2J'",
        code: 2,
        told: "it contains an encoded control character",
    },
    Attack {
        name: "a range of versions",
        lay: |ground| repository(ground, "true"),
        run: "new orders --yes --pack ./pack@a..b",
        code: 2,
        told: "a version is a number",
    },
    Attack {
        name: "a password in an address is shown nowhere",
        lay: nothing,
        run: "new orders --yes --pack https://user:canary-content@127.0.0.1:1/x",
        code: 4,
        told: "127.0.0.1:1/x",
    },
    Attack {
        name: "hooks and configuration of the repository that is fetched",
        lay: |ground| {
            repository(
                ground,
                "git config uploadpack.packObjectsHook canary; git config core.fsmonitor canary; \
                 git config core.alternateRefsCommand canary; \
                 for hook in post-checkout post-upload-pack reference-transaction; do \
                 printf '#!/bin/sh\\ncanary\\n' > .git/hooks/$hook; chmod +x .git/hooks/$hook; done",
            );
        },
        run: "new orders --yes --pack file://WORK/pack",
        code: 0,
        told: "made orders",
    },
    Attack {
        name: "a submodule whose address is a program",
        lay: |ground| {
            repository(
                ground,
                "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),templates/plain/files/sub; \
                 printf '[submodule \"s\"]\\n\\tpath = templates/plain/files/sub\\n\\turl = ext::canary\\n' > .gitmodules; \
                 git add .gitmodules; git commit -qm sub; git tag -f v1.0.0",
            );
        },
        run: "new orders --yes --pack file://WORK/pack",
        code: 2,
        told: "a submodule",
    },
    Attack {
        name: "a tree with an entry `..`",
        lay: |ground| {
            repository(
                ground,
                "blob=$(echo owned | git hash-object -w --stdin); raw() { printf '100644 ..\\0'; echo $blob | \
                 python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read().strip()))'; }; \
                 evil=$(raw | git hash-object -w -t tree --stdin --literally); \
                 top=$( (git ls-tree HEAD; printf '040000 tree %s\\tmigrations\\n' $evil) | git mktree); \
                 git tag -f v1.0.0 $(git commit-tree -m evil $top)",
            );
        },
        run: "new orders --yes --pack ./pack@1.0.0",
        code: 2,
        told: "name that cannot be used",
    },
    Attack {
        name: "a branch that is called like an option",
        lay: |ground| repository(ground, "true"),
        run: "new orders --yes --pack file://WORK/pack@-x",
        code: 2,
        told: "a version is a number",
    },
];

#[test]
fn hostile_addresses_run_nothing() {
    withstand(ATTACKS);
}
