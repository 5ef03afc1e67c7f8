//! Files of a repository that a check reads as data.

use std::fmt::Write as _;

use super::attack::{Attack, Ground, withstand};

const CHECK: &str = "-C orders check --only consistency";

fn document(ground: &Ground, path: &str, content: impl AsRef<[u8]>) {
    ground.write(&format!("orders/{path}"), content);
}

fn deep(open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(100_000), close.repeat(100_000))
}

/// An alert rule with this expression.
fn rule(ground: &Ground, expression: &str) {
    let text = format!("groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: {expression}\n");
    document(ground, "ops/slo/rules.yml", text);
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "a billion laughs in a workflow (YAML anchors)",
        lay: |ground| {
            let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
            for level in 1..10 {
                let below = vec![format!("*a{}", level - 1); 10].join(", ");
                let _ = writeln!(bomb, "a{level}: &a{level} [{below}]");
            }
            document(ground, ".github/workflows/ci.yml", bomb);
        },
        run: CHECK,
        code: 1,
        told: "more than",
    },
    Attack {
        name: "100,000 lists in each other in a workflow",
        lay: |ground| document(ground, ".github/workflows/ci.yml", deep("[", "]")),
        run: CHECK,
        code: 1,
        told: "no valid YAML",
    },
    Attack {
        name: "2,000 steps of indentation in a workflow",
        lay: |ground| {
            let text = (0..2000).fold(String::new(), |text, level| text + &" ".repeat(level) + "a:\n");
            document(ground, ".github/workflows/ci.yml", text);
        },
        run: CHECK,
        code: 1,
        told: "no valid YAML",
    },
    Attack {
        name: "100,000 lists in each other in a dashboard",
        lay: |ground| document(ground, "ops/dashboards/d.json", deep("[", "]")),
        run: CHECK,
        code: 1,
        told: "no valid JSON",
    },
    Attack {
        name: "100,000 lists in each other in TOML",
        lay: |ground| document(ground, "ops/metrics.toml", format!("a = {}", deep("[", "]"))),
        run: CHECK,
        code: 1,
        told: "no valid TOML",
    },
    Attack {
        name: "a key of 100,000 parts in TOML",
        lay: |ground| document(ground, "ops/metrics.toml", format!("a{} = 1\n", ".a".repeat(100_000))),
        run: CHECK,
        code: 1,
        told: "ops/metrics.toml",
    },
    Attack {
        name: "3,000 brackets in each other in PromQL",
        lay: |ground| rule(ground, &format!("{}1{}", "(".repeat(3_000), ")".repeat(3_000))),
        run: CHECK,
        code: 1,
        told: "more than 100 brackets in each other",
    },
    Attack {
        name: "a sum of 50,000 terms in PromQL",
        lay: |ground| rule(ground, &format!("up{}", " + up".repeat(50_000))),
        run: CHECK,
        code: 1,
        told: "longer than 8 KiB",
    },
    Attack {
        name: "100,000 quotations in each other in Markdown",
        lay: |ground| {
            document(ground, "docs/README.md", format!("{} [x](y)\n", ">".repeat(100_000)));
        },
        run: CHECK,
        code: 0,
        told: "consistency: 1 invariant holds",
    },
    Attack {
        name: "3,000 links in each other in Markdown",
        lay: |ground| {
            document(ground, "docs/README.md", format!("{}x{}\n", "[".repeat(3_000), "](y)".repeat(3_000)));
        },
        run: CHECK,
        code: 0,
        told: "consistency: 1 invariant holds",
    },
    Attack {
        name: "a file larger than any that people write",
        lay: |ground| document(ground, "ops/slo/x.yaml", vec![b'#'; 5 << 20]),
        run: CHECK,
        code: 1,
        told: "larger than 4 MiB",
    },
    Attack {
        name: "a file that is no UTF-8",
        lay: |ground| document(ground, "ops/slo/x.yaml", b"a: \xff\n"),
        run: CHECK,
        code: 1,
        told: "not UTF-8",
    },
    Attack {
        name: "a file whose name and mistake repaint the terminal",
        lay: |ground| document(ground, "ops/slo/\u{1b}[2J\u{202e}.yaml", "\"\u{1b}[2J\": [\n"),
        run: CHECK,
        code: 1,
        told: "\\u{1b}[2J\\u{202e}.yaml",
    },
    Attack {
        name: "the same in JSON",
        lay: |ground| document(ground, "ops/slo/\u{9b}2J\u{202e}.yaml", "a: [\n"),
        run: "-C orders check --only consistency --format json",
        code: 1,
        told: "\\u009b2J\\u202e.yaml",
    },
];

#[test]
fn hostile_documents_are_findings() {
    withstand(ATTACKS);
}
