//! What a pack says of itself, on the terminal of whoever looks at it.

use super::attack::{Attack, Ground, withstand};
use crate::pack::TestPack;

/// What could repaint a terminal, as TOML has it.
const PAINT: &str = "\\u001b[2J\\u001b]0;owned\\u0007\\u009b2J\\u202eX";

/// A pack that says this wherever it says something to people.
fn talkative(ground: &Ground) {
    TestPack::new()
        .file(
            "presets/small.toml",
            format!("title = \"T{PAINT}\"\nsummary = \"S{PAINT}\"\n[profile]\ninitial_build_speed = \"{PAINT}\"\n\
                 operational_stability = \"s\"\ncost = \"{PAINT}\"\naudit_and_security = \"s\"\nscenario = \"{PAINT}\"\n"),
        )
        .file(
            "templates/plain/component.toml",
            format!(
                "title = \"T{PAINT}\"\nwhy = \"W{PAINT}\"\nkind = \"stack\"\n[settings.\"k.x\"]\ntype = \"integer\"\n\
                 default = 1\nunit = \"u{PAINT}\"\nhelp = \"H{PAINT}\"\n"
            ),
        )
        .question("motto", &format!("help = \"H{PAINT}\"\ntype = \"string\"\npattern = \"^m$\"\ninvalid = \"I{PAINT}\"\ndefault = \"m\""))
        .write_to(ground, "pack");
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "titles and summaries in `presets list`",
        lay: talkative,
        run: "presets list --pack ./pack",
        code: 0,
        told: "\\u{1b}[2J",
    },
    Attack {
        name: "titles, reasons and units in `presets show`",
        lay: talkative,
        run: "presets show small --pack ./pack",
        code: 0,
        told: "\\u{1b}[2J",
    },
    Attack {
        name: "the profile in `presets compare`",
        lay: talkative,
        run: "presets compare --pack ./pack",
        code: 0,
        told: "\\u{1b}[2J",
    },
    Attack {
        name: "colours do not let it through",
        lay: talkative,
        run: "presets show small --pack ./pack --format json --color always",
        code: 0,
        told: "\\u009b2J\\u202eX",
    },
    Attack {
        name: "what an answer should be, in a refusal",
        lay: talkative,
        run: "new orders --pack ./pack --yes --set motto=x",
        code: 2,
        told: "\\u{1b}[2J",
    },
    Attack {
        name: "the title of the preset, when the repository is made",
        lay: talkative,
        run: "new orders --pack ./pack --yes",
        code: 0,
        told: "\\u{1b}[2J",
    },
    Attack {
        name: "a name of a preset that nothing has",
        lay: talkative,
        run: "new orders --pack ./pack --yes --preset \"\u{1b}[2J\u{202e}\"",
        code: 2,
        told: "no preset",
    },
];

#[test]
fn what_a_pack_says_cannot_repaint_a_terminal() {
    withstand(ATTACKS);
}
