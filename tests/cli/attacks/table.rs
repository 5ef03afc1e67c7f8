//! The table of SECURITY.md is these tables.

use std::fmt::Write as _;
use std::path::Path;

use super::attack::Attack;
use super::{
    answers, archives, documents, links, locks, manifests, names, policies, repositories, shown, sources,
    templates,
};

const SURFACES: [(&str, &[Attack]); 12] = [
    ("Names of files", names::ATTACKS),
    ("Symbolic links", links::ATTACKS),
    ("Answers", answers::ATTACKS),
    ("Manifests of a pack", manifests::ATTACKS),
    ("Templates", templates::ATTACKS),
    ("Policies", policies::ATTACKS),
    ("Sealed releases", archives::ATTACKS),
    ("What a pack says", shown::ATTACKS),
    ("Addresses of packs", sources::ATTACKS),
    ("goldpath.lock", locks::ATTACKS),
    ("Repositories", repositories::ATTACKS),
    ("Files that a check reads", documents::ATTACKS),
];

const BEGIN: &str = "<!-- attacks: this table is that of tests/cli/attacks -->\n";
const END: &str = "<!-- end of the attacks -->\n";

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn table() -> String {
    let mut text = String::from("\n| attack | exit code | what is told |\n|---|---|---|\n");
    for (surface, attacks) in SURFACES {
        let _ = writeln!(text, "| **{surface}** | | |");
        for Attack { name, code, told, .. } in attacks {
            let told = if told.contains('`') { format!("`` {told} ``") } else { format!("`{told}`") };
            let _ = writeln!(text, "| {} | {code} | {} |", cell(name), cell(&told));
        }
    }
    text + "\n"
}

#[test]
fn security_md_lists_every_attack_and_what_becomes_of_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md");
    let page = fs_err::read_to_string(path).unwrap();
    let shown = page.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(shown, _)| shown);
    let expected = table();
    assert!(shown == Some(&expected), "the table of SECURITY.md has to be:\n{expected}");
    let count: usize = SURFACES.iter().map(|(_, attacks)| attacks.len()).sum();
    assert!(page.contains(&format!("{count} attacks")), "there are {count} attacks");
}

#[test]
fn no_two_attacks_of_a_surface_have_one_name() {
    for (surface, attacks) in SURFACES {
        let mut names: Vec<&str> = attacks.iter().map(|attack| attack.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), attacks.len(), "{surface}");
    }
}
