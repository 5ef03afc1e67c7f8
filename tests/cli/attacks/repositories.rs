//! Repositories: what their git folder holds, and what they say of themselves.

use super::attack::{Attack, Ground, withstand};
use crate::upgrade::made;

/// A journal that no run of goldpath wrote.
fn journal(ground: &Ground, folder: &str, files: &str) {
    made(ground);
    let head = ground.head("orders");
    ground.write("orders/.git/goldpath/0", "owned\n");
    ground.write(
        "orders/.git/goldpath/journal.json",
        format!(
            "{{\"format\":1,\"state\":\"applying\",\"what\":\"x\",\"head\":\"{head}\",\"folder\":\"{folder}\",\"files\":{files},\
             \"folders\":[],\"made\":[],\"conflicts\":[]}}"
        ),
    );
}

/// A repository that was never on the path.
fn foreign(ground: &Ground, files: &[(&str, String)]) {
    for (path, content) in files {
        ground.write(&format!("orders/{path}"), content);
    }
    ground.commit("orders");
}

const ADOPT: &str = "-C orders adopt --yes --dry-run --stack rust --set owner=acme/team";

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "hooks are not run by a commit",
        lay: |ground| {
            made(ground);
            for hook in
                ["pre-commit", "commit-msg", "post-commit", "post-index-change", "reference-transaction"]
            {
                ground.write(&format!("orders/.git/hooks/{hook}"), "#!/bin/sh\ncanary\n");
            }
            ground.shell("chmod +x orders/.git/hooks/*");
        },
        run: "-C orders upgrade --commit",
        code: 0,
        told: "upgrade: demo 1.0.0 to 1.1.0",
    },
    Attack {
        name: "programs in the configuration: monitor, editor, pager, diff and filters",
        lay: |ground| {
            made(ground);
            ground.shell(
                "cd orders; printf '* filter=evil diff=evil\\n' > .git/info/attributes; \
                 for key in core.fsmonitor core.editor core.pager core.sshCommand diff.external diff.evil.textconv \
                 diff.evil.command filter.evil.clean filter.evil.smudge filter.evil.process merge.evil.driver \
                 credential.helper; do git config $key canary; done",
            );
        },
        run: "-C orders upgrade --commit",
        code: 0,
        told: "upgrade: demo 1.0.0 to 1.1.0",
    },
    Attack {
        name: "a journal of a folder elsewhere, taken back by `--abort`",
        lay: |ground| {
            let root = ground.beside("canary").display().to_string();
            journal(ground, &root, "[{\"path\":\"secret\",\"before\":{\"file\":420}}]");
        },
        run: "-C orders upgrade --abort",
        code: 3,
        told: "a folder outside of this repository",
    },
    Attack {
        name: "a journal of a folder that is a link to one elsewhere",
        lay: |ground| {
            journal(ground, "away", "[{\"path\":\"secret\",\"before\":{\"file\":420}}]");
            ground.link("orders/away", ground.beside("canary"));
        },
        run: "-C orders upgrade --abort",
        code: 3,
        told: "has become a symbolic link",
    },
    Attack {
        name: "a journal that climbs out of the project",
        lay: |ground| {
            journal(ground, "", "[{\"path\":\"../../canary/secret\",\"before\":{\"file\":420}}]");
        },
        run: "-C orders upgrade --abort",
        code: 3,
        told: "which is outside of the project",
    },
    Attack {
        name: "a journal that removes what is outside",
        lay: |ground| journal(ground, "", "[{\"path\":\"../../canary/secret\",\"before\":\"absent\"}]"),
        run: "-C orders upgrade --abort",
        code: 3,
        told: "which is outside of the project",
    },
    Attack {
        name: "a journal that makes a hook",
        lay: |ground| {
            journal(ground, "", "[{\"path\":\".git/hooks/pre-commit\",\"before\":{\"file\":493}}]");
        },
        run: "-C orders upgrade --abort",
        code: 3,
        told: "which is outside of the project",
    },
    Attack {
        name: "a journal that goes through a link",
        lay: |ground| {
            journal(ground, "", "[{\"path\":\"away/secret\",\"before\":{\"file\":420}}]");
            ground.link("orders/away", ground.beside("canary"));
        },
        run: "-C orders upgrade --abort",
        code: 3,
        told: "which would be lost",
    },
    Attack {
        name: "a journal whose own files are links to one elsewhere",
        lay: |ground| {
            journal(ground, "", "[{\"path\":\"docs/both.md\",\"before\":{\"file\":420}}]");
            ground.shell("cd orders; cp .git/index .git/goldpath/index; git rm -q --cached Makefile");
            for name in ["back", "index.new", "index.next", "journal.new"] {
                ground.link(&format!("orders/.git/goldpath/{name}"), ground.beside("canary/secret"));
            }
        },
        run: "-C orders upgrade --abort",
        code: 0,
        told: "taken back: x",
    },
    Attack {
        name: "a journal that is no journal",
        lay: |ground| {
            made(ground);
            ground.write("orders/.git/goldpath/journal.json", "[".repeat(100_000));
        },
        run: "-C orders upgrade",
        code: 3,
        told: "journal.json",
    },
    Attack {
        name: "a work tree elsewhere, by configuration",
        lay: |ground| {
            made(ground);
            ground.git("orders", ["config", "core.worktree", ground.beside("canary").to_str().unwrap()]);
        },
        run: "-C orders upgrade",
        code: 3,
        told: "is in no git repository",
    },
    Attack {
        name: "a bare repository inside of a clone, with a program in its configuration",
        lay: |ground| {
            ground.shell("git init -q --bare orders/x; git -C orders/x config core.fsmonitor canary");
        },
        run: "-C orders/x upgrade",
        code: 3,
        told: "hint: ",
    },
    Attack {
        name: "a name in package.json that climbs",
        lay: |ground| foreign(ground, &[("package.json", "{\"name\": \"../../canary\"}".to_owned())]),
        run: ADOPT,
        code: 0,
        told: "nothing was written",
    },
    Attack {
        name: "names that repaint the terminal, in manifests",
        lay: |ground| {
            foreign(
                ground,
                &[
                    ("package.json", "{\"name\": \"\\u001b[2J\\u202ex\"}".to_owned()),
                    ("CODEOWNERS", "* @\u{1b}[2J/\u{202e}x\n".to_owned()),
                    ("LICENSE", "\u{1b}[2J License\n".to_owned()),
                    ("\u{1b}[2J.py", String::new()),
                ],
            );
        },
        run: ADOPT,
        code: 1,
        told: "nothing was written",
    },
    Attack {
        name: "100,000 lists in each other, in package.json and Cargo.toml",
        lay: |ground| {
            let deep = "[".repeat(100_000);
            foreign(ground, &[("package.json", deep.clone()), ("Cargo.toml", format!("a = {deep}"))]);
        },
        run: ADOPT,
        code: 0,
        told: "nothing was written",
    },
    Attack {
        name: "a billion laughs in a pom.xml (entities)",
        lay: |ground| {
            let entities = (1..10).fold(String::new(), |text, n| {
                let below = format!("&a{};", n - 1).repeat(10);
                text + &format!("<!ENTITY a{n} \"{below}\">")
            });
            let text = format!(
                "<!DOCTYPE x [<!ENTITY a0 \"x\">{entities}]><project><artifactId>&a9;</artifactId></project>"
            );
            foreign(ground, &[("pom.xml", text)]);
        },
        run: ADOPT,
        code: 0,
        told: "nothing was written",
    },
    Attack {
        name: "pages that repaint the terminal, shown to somebody who joined",
        lay: |ground| {
            made(ground);
            ground.write("orders/README.md", "# \u{1b}[2Jorders\n\nIt does \u{202e}things\u{9b}2J.\n");
            ground.write("orders/docs/README.md", "# \u{1b}]0;owned\u{7}docs\n");
            ground.commit("orders");
        },
        run: "-C orders onboard --format md",
        code: 0,
        told: "orders",
    },
];

#[test]
fn hostile_repositories_are_read_and_no_more() {
    withstand(ATTACKS);
}
