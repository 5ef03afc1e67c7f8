//! Controls of a pack: Rego, which is a program.

use super::attack::{Attack, Ground, withstand};
use crate::pack::TestPack;

const CHECK: &str = "-C orders check --only controls";

/// `orders`, made from a pack with one control.
fn judged(ground: &Ground, rego: &str) {
    let head = "# METADATA\n# title: A README\n# description: There is one\n# custom:\n#   id: acme.readme\n#   severity: low\n\
                #   effort: file\n#   presets: {small: a README}\n#   supports: {soc2: [CC2.1]}\n#   evidence: [README.md]\n\
                #   remedy: Write one\npackage controls.acme_readme\n\nimport rego.v1\n\n";
    TestPack::new().file("policies/readme.rego", format!("{head}{rego}\n")).write_to(ground, "pack");
    ground.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "a rule that loops for ever",
        lay: |ground| {
            let each = |name: &str| format!("\tsome {name} in numbers.range(1, 3000)\n");
            let body = ["a", "b", "c"].map(each).concat();
            judged(
                ground,
                &format!(
                    "deny contains {{\"path\": \"x\", \"msg\": \"x\"}} if {{\n{body}\ta + b + c == 0\n}}"
                ),
            );
        },
        run: CHECK,
        code: 1,
        told: "it has not come to an end within 2 seconds",
    },
    Attack {
        name: "a rule that calls the network",
        lay: |ground| {
            judged(
                ground,
                "deny contains http.send({\"method\": \"get\", \"url\": \"http://localhost\"}) if true",
            );
        },
        run: CHECK,
        code: 1,
        told: "http.send",
    },
    Attack {
        name: "a rule that reads the environment",
        lay: |ground| {
            judged(
                ground,
                "deny contains {\"path\": \"x\", \"msg\": sprintf(\"%v\", [opa.runtime()])} if true",
            );
        },
        run: CHECK,
        code: 1,
        told: "opa.runtime",
    },
    Attack {
        name: "a rule that calls itself",
        lay: |ground| {
            judged(ground, "f(x) := f(x + 1)\ndeny contains {\"path\": \"x\", \"msg\": \"x\"} if f(1)");
        },
        run: CHECK,
        code: 1,
        told: "cannot be judged",
    },
    Attack {
        name: "20,000 brackets in each other",
        lay: |ground| {
            let deep = format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000));
            judged(ground, &format!("deny contains {{\"path\": \"x\", \"msg\": \"x\"}} if {deep} == 2"));
        },
        run: CHECK,
        code: 1,
        told: "cannot be judged",
    },
    Attack {
        name: "2,000 lists in each other",
        lay: |ground| {
            let deep = format!("{}1{}", "[".repeat(2_000), "]".repeat(2_000));
            judged(ground, &format!("deny contains {{\"path\": \"x\", \"msg\": \"x\"}} if {deep} == 2"));
        },
        run: CHECK,
        code: 1,
        told: "cannot be judged",
    },
    Attack {
        name: "a list of a hundred million numbers",
        lay: |ground| {
            judged(
                ground,
                "deny contains {\"path\": \"x\", \"msg\": \"x\"} if count(numbers.range(1, 100000000)) == 1",
            );
        },
        run: CHECK,
        code: 1,
        told: "cannot be judged",
    },
    Attack {
        name: "a number that is printed with a billion digits",
        lay: |ground| {
            judged(
                ground,
                "deny contains {\"path\": \"x\", \"msg\": sprintf(\"%1000000000d\", [1])} if true",
            );
        },
        run: CHECK,
        code: 1,
        told: "cannot be judged",
    },
    Attack {
        name: "a pattern that doubles with each letter",
        lay: |ground| {
            let long = "a".repeat(60);
            judged(
                ground,
                &format!(
                    "deny contains {{\"path\": \"x\", \"msg\": \"x\"}} if not regex.match(`^(a+)+$`, \"{long}X\")"
                ),
            );
        },
        run: CHECK,
        code: 1,
        told: "x: x",
    },
    Attack {
        name: "a message that repaints the terminal",
        lay: |ground| {
            judged(
                ground,
                "deny contains {\"path\": \"\\u001b[2J\", \"msg\": \"\\u009b2J\\u202egone\"} if true",
            );
        },
        run: CHECK,
        code: 1,
        told: "\\u{1b}[2J: \\u{9b}2J\\u{202e}gone",
    },
    Attack {
        name: "the same in SARIF",
        lay: |ground| {
            judged(
                ground,
                "deny contains {\"path\": \"\\u001b[2J\", \"msg\": \"\\u009b2J\\u202egone\"} if true",
            );
        },
        run: "-C orders check --only controls --format sarif",
        code: 1,
        told: "\\u009b2J\\u202egone",
    },
    Attack {
        name: "the same in JUnit",
        lay: |ground| {
            judged(
                ground,
                "deny contains {\"path\": \"\\u001b[2J\", \"msg\": \"\\u009b2J\\u202egone\"} if true",
            );
        },
        run: "-C orders check --only controls --format junit",
        code: 1,
        told: "2J&#x202e;gone",
    },
];

#[test]
fn hostile_policies_end() {
    withstand(ATTACKS);
}
