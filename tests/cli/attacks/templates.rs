//! What templates and computed values do.

use super::attack::{Attack, Ground, withstand};
use crate::pack::{TestPack, written};

const NEW: &str = "new orders --pack ./pack --yes";

fn template(ground: &Ground, text: impl AsRef<[u8]>) {
    written(ground, |pack| pack.template("x.tera", text));
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "a loop over loops that prints for ever",
        lay: |ground| {
            let each = "{% for i in range(end=90000) %}";
            template(ground, format!("{each}{each}0123456789{{% endfor %}}{{% endfor %}}"));
        },
        run: NEW,
        code: 2,
        told: "renders more than 16 MiB",
    },
    Attack {
        name: "a loop over loops that prints nothing, for ever",
        lay: |ground| {
            let each = "{% for i in range(end=90000) %}";
            template(ground, format!("{each}{each}{{% endfor %}}{{% endfor %}}"));
        },
        run: NEW,
        code: 2,
        told: "20 seconds of processor time and has not come to an end",
    },
    Attack {
        name: "a range without end",
        lay: |ground| template(ground, "{% for i in range(end=9000000000000000000) %}x{% endfor %}"),
        run: NEW,
        code: 2,
        told: "exceeds the limit",
    },
    Attack {
        name: "text that doubles and doubles",
        lay: |ground| {
            template(
                ground,
                "{% set s = \"xxxxxxxxxxxxxxxx\" %}{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}{= s =}",
            );
        },
        run: NEW,
        code: 2,
        told: "MiB of memory and has not come to an end",
    },
    Attack {
        name: "text that is filled up by a filter",
        lay: |ground| {
            let line = "a\\n".repeat(10_000);
            template(
                ground,
                format!("{{= \"{line}\" | indent(width=1000000000) | indent(width=1000) | length =}}"),
            );
        },
        run: NEW,
        code: 0,
        told: "made orders",
    },
    Attack {
        name: "a partial that includes itself",
        lay: |ground| {
            written(ground, |pack| {
                pack.file("templates/plain/partials/p.tera", "x{% include \"plain/p\" %}")
                    .template("x.tera", "{% include \"plain/p\" %}")
            });
        },
        run: NEW,
        code: 2,
        told: "plain/p",
    },
    Attack {
        name: "two partials that include each other",
        lay: |ground| {
            written(ground, |pack| {
                pack.file("templates/plain/partials/p.tera", "{% include \"plain/q\" %}")
                    .file("templates/plain/partials/q.tera", "{% include \"plain/p\" %}")
                    .template("x.tera", "{% include \"plain/p\" %}")
            });
        },
        run: NEW,
        code: 2,
        told: "plain/p",
    },
    Attack {
        name: "an include of a file of this machine",
        lay: |ground| template(ground, "{% include \"/etc/passwd\" %}"),
        run: NEW,
        code: 2,
        told: "/etc/passwd",
    },
    Attack {
        name: "an include that climbs",
        lay: |ground| template(ground, "{% include \"../../../../canary/secret\" %}"),
        run: NEW,
        code: 2,
        told: "canary/secret",
    },
    Attack {
        name: "a template that extends one elsewhere",
        lay: |ground| template(ground, "{% extends \"/etc/passwd\" %}"),
        run: NEW,
        code: 2,
        told: "/etc/passwd",
    },
    Attack {
        name: "a look at the environment",
        lay: |ground| template(ground, "{= get_env(name='HOME') =}"),
        run: NEW,
        code: 2,
        told: "get_env",
    },
    Attack {
        name: "20,000 conditions in each other",
        lay: |ground| {
            template(ground, format!("{}{}", "{% if stack %}".repeat(20_000), "{% endif %}".repeat(20_000)));
        },
        run: NEW,
        code: 2,
        told: "x.tera",
    },
    Attack {
        name: "100,000 brackets in each other",
        lay: |ground| template(ground, format!("{{= {}1{} =}}", "(".repeat(100_000), ")".repeat(100_000))),
        run: NEW,
        code: 2,
        told: "x.tera",
    },
    Attack {
        name: "100,000 brackets in each other, in a condition",
        lay: |ground| {
            let deep = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
            TestPack::new()
                .component("plain", &format!("kind = \"stack\"\nwhen = \"{deep}\""))
                .write_to(ground, "pack");
        },
        run: NEW,
        code: 2,
        told: "`when` of component `plain`",
    },
    Attack {
        name: "a sum of 100,000 terms",
        lay: |ground| template(ground, format!("{{= 1{} =}}", " + 1".repeat(100_000))),
        run: NEW,
        code: 2,
        told: "The expression is too complex",
    },
    Attack {
        name: "a component of the template language that calls itself",
        lay: |ground| template(ground, "{% component c() %}{{<c/>}}{% endcomponent %}{=<c/>=}"),
        run: NEW,
        code: 2,
        told: "x.tera",
    },
    Attack {
        name: "a message of a template that repaints the terminal",
        lay: |ground| template(ground, "{= throw(message='\u{1b}[2J\u{202e}gone') =}"),
        run: NEW,
        code: 2,
        told: "gone",
    },
    Attack {
        name: "a template that is no UTF-8",
        lay: |ground| template(ground, b"\xff\xfe"),
        run: NEW,
        code: 2,
        told: "is not UTF-8",
    },
];

#[test]
fn hostile_templates_end() {
    withstand(ATTACKS);
}
