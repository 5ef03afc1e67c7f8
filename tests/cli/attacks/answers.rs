//! Answers: from flags, from files, and as what the next run reads again.

use std::fmt::Write as _;

use super::attack::{Attack, Ground, withstand};
use crate::pack::{TestPack, written};

const FROM_YAML: &str = "new orders --pack ./pack --yes --answers answers.yaml";
const FROM_JSON: &str = "new orders --pack ./pack --yes --answers answers.json";
const FROM_TOML: &str = "new orders --pack ./pack --yes --answers answers.toml";

/// A pack whose file shows an answer, and another value that is made of it.
fn echoing(ground: &Ground) {
    written(ground, |pack| {
        pack.question("motto", "type = \"string\"\ndefault = \"m\"")
            .tables("[computed]\ntwice = \"{= motto =}!\"\n")
            .template("motto.txt.tera", "{= motto =} {= twice =}\n")
    });
}

/// The same with this answers file.
fn answered(ground: &Ground, name: &str, text: impl AsRef<[u8]>) {
    echoing(ground);
    ground.write(name, text);
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "an answer that is template code stays text, through an upgrade too",
        lay: |ground| {
            echoing(ground);
            let code = "motto={= throw(message='evaluated') =}";
            ground.goldpath(["new", "orders", "--pack", "./pack", "-yq", "--set", code]).succeeds();
            assert_eq!(
                ground.read("orders/motto.txt"),
                "{= throw(message='evaluated') =} {= throw(message='evaluated') =}!\n"
            );
        },
        run: "-C orders apply",
        code: 0,
        told: "nothing to do",
    },
    Attack {
        name: "an answer that is template code, as the name of a file",
        lay: |ground| written(ground, |pack| pack.template("{= service_name =}.md", "")),
        run: "new orders --pack ./pack --yes --name \"{= throw(message='evaluated') =}\"",
        code: 0,
        told: "made {= throw(message='evaluated') =}",
    },
    Attack {
        name: "an answer that ends its own quotes in goldpath.toml",
        lay: |ground| {
            echoing(ground);
            let code = "motto=\"\"\"'''\"\\\" preset = \"owned\" [settings] x = 1";
            ground.goldpath(["new", "orders", "--pack", "./pack", "-yq", "--set", code]).succeeds();
        },
        run: "-C orders apply",
        code: 0,
        told: "nothing to do",
    },
    Attack {
        name: "an answer with a line break, and a key of goldpath.toml behind it",
        lay: |ground| {
            echoing(ground);
            let lines = "motto=x\npack = 'ext::canary'\n[[file]]";
            ground.goldpath(["new", "orders", "--pack", "./pack", "-yq", "--set", lines]).succeeds();
        },
        run: "-C orders apply",
        code: 0,
        told: "nothing to do",
    },
    Attack {
        name: "an answer with NUL",
        lay: |ground| answered(ground, "answers.json", r#"{"motto": "a\u0000b"}"#),
        run: FROM_JSON,
        code: 2,
        told: "control character",
    },
    Attack {
        name: "an answer that repaints the terminal",
        lay: echoing,
        run: "new orders --pack ./pack --yes --set \"motto=\u{1b}]0;owned\u{7}\u{9b}2J\"",
        code: 2,
        told: "control character",
    },
    Attack {
        name: "a shell command as the owner",
        lay: |_| {},
        run: "new orders --yes --set \"owner=\\$(canary)/x\"",
        code: 2,
        told: "`owner` from `--set owner`",
    },
    Attack {
        name: "an expression of GitHub Actions as the owner",
        lay: |_| {},
        run: "new orders --yes --set \"owner=\\${{github.token}}/x\"",
        code: 2,
        told: "`owner` from `--set owner`",
    },
    Attack {
        name: "a billion laughs in YAML (anchors)",
        lay: |ground| {
            let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
            for level in 1..10 {
                let below = vec![format!("*a{}", level - 1); 10].join(", ");
                let _ = writeln!(bomb, "a{level}: &a{level} [{below}]");
            }
            answered(ground, "answers.yaml", bomb);
        },
        run: FROM_YAML,
        code: 2,
        told: "`answers.yaml` is not valid",
    },
    Attack {
        name: "an anchor in YAML that holds itself",
        lay: |ground| answered(ground, "answers.yaml", "motto: &m [*m]\n"),
        run: FROM_YAML,
        code: 2,
        told: "`answers.yaml`",
    },
    Attack {
        name: "a tag in YAML that makes an object and runs a program",
        lay: |ground| {
            answered(ground, "answers.yaml", "motto: !!python/object/apply:os.system [\"canary\"]\n");
        },
        run: FROM_YAML,
        code: 2,
        told: "`answers.yaml`",
    },
    Attack {
        name: "100,000 lists in each other in YAML",
        lay: |ground| {
            answered(
                ground,
                "answers.yaml",
                format!("motto: {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
            );
        },
        run: FROM_YAML,
        code: 2,
        told: "`answers.yaml` is not valid",
    },
    Attack {
        name: "100,000 lists in each other in JSON",
        lay: |ground| {
            let deep = format!("{{\"motto\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
            answered(ground, "answers.json", deep);
        },
        run: FROM_JSON,
        code: 2,
        told: "recursion limit",
    },
    Attack {
        name: "100,000 lists in each other in TOML",
        lay: |ground| {
            answered(
                ground,
                "answers.toml",
                format!("motto = {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
            );
        },
        run: FROM_TOML,
        code: 2,
        told: "`answers.toml` is not valid",
    },
    Attack {
        name: "a key of 100,000 parts in TOML",
        lay: |ground| answered(ground, "answers.toml", format!("a{} = 1\n", ".a".repeat(100_000))),
        run: FROM_TOML,
        code: 2,
        told: "`answers.toml`",
    },
    Attack {
        name: "10 million answers",
        lay: |ground| answered(ground, "answers.yaml", "- a\n".repeat(10_000_000)),
        run: FROM_YAML,
        code: 2,
        told: "larger than 32 MiB",
    },
    Attack {
        name: "2 million answers in less than the largest file",
        lay: |ground| answered(ground, "answers.yaml", "- a\n".repeat(2_000_000)),
        run: FROM_YAML,
        code: 2,
        told: "more than 1000000 values",
    },
    Attack {
        name: "an answers file that is no UTF-8",
        lay: |ground| answered(ground, "answers.toml", b"motto = \"\xff\"\n"),
        run: FROM_TOML,
        code: 2,
        told: "`answers.toml` cannot be read",
    },
    Attack {
        name: "an answers file without end",
        lay: |ground| {
            echoing(ground);
            ground.link("answers.toml", "/dev/zero");
        },
        run: FROM_TOML,
        code: 2,
        told: "a pipe, a socket or a device",
    },
    Attack {
        name: "an answers file whose mistake repaints the terminal",
        lay: |ground| answered(ground, "answers.toml", "motto = \u{1b}[2J\u{202e}\n"),
        run: FROM_TOML,
        code: 2,
        told: "`answers.toml` is not valid",
    },
    Attack {
        name: "a pattern of a question that doubles with each letter",
        lay: |ground| {
            let question = "type = \"string\"\npattern = \"^(a+)+$\"\ninvalid = \"only a\"\ndefault = \"a\"";
            TestPack::new().question("motto", question).write_to(ground, "pack");
        },
        run: "new orders --pack ./pack --yes --set motto=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaX",
        code: 2,
        told: "is not only a",
    },
];

#[test]
fn hostile_answers_are_data_or_refused() {
    withstand(ATTACKS);
}
