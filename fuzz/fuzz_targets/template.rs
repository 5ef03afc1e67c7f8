//! A template and the name of its file, parsed and rendered, with partials, conditions and computed values.
//!
//! What loops for long is ended by the watchdog of the program, not by the renderer: such loops are left out here.
#![no_main]

mod pieces;

use goldpath::pack::Pack;
use goldpath::pack::source::{Opened, Origin, PackFile, PackFiles};
use goldpath::plan::{Facts, Given, Plan};
use goldpath::render::render;
use libfuzzer_sys::fuzz_target;

const PACK: &str = "[pack]\nname = \"p\"\nversion = \"1.0.0\"\nsummary = \"s\"\n[[question]]\nkey = \"service_name\"\nask = \"n\"\ntype = \"string\"\ndefault = \"orders\"\n[computed]\nupper = '''{= service_name | upper =}'''\n";
const PRESET: &str = "title = \"S\"\nsummary = \"s\"\ncomponents = [\"base\"]\n";
const STACK: &str = "title = \"S\"\nwhy = \"w\"\nkind = \"stack\"\n";

fuzz_target!(|text: &str| {
    let pieces: Vec<(&str, &str)> = pieces::pieces(text).collect();
    let [(name, template), (_, partial), (_, computed)] = pieces[..] else { return };
    let all = format!("{template}{partial}{computed}{name}");
    if all.contains("range") || all.matches("for ").count() + all.matches("include").count() > 3 {
        return;
    }
    let component = format!(
        "title = \"B\"\nwhy = \"w\"\n[settings.\"base.list\"]\ntype = \"list\"\ndefault = [1, 2, 3]\n[computed]\nown = {}\n",
        toml_text(computed)
    );
    let rendered = |template: &str| {
        let files = [
            ("pack.toml".to_owned(), PACK),
            ("presets/small.toml".to_owned(), PRESET),
            ("templates/none/component.toml".to_owned(), STACK),
            ("templates/base/component.toml".to_owned(), &component),
            ("templates/base/partials/p".to_owned(), partial),
            (format!("templates/base/files/{name}.tera"), template),
        ];
        let files: PackFiles = files
            .into_iter()
            .map(|(name, text)| (name, PackFile::Regular(text.as_bytes().to_vec().into())))
            .collect();
        let origin =
            Origin { source: "./pack".to_owned(), subfolder: None, pinned: None, tag: None, commit: None };
        let pack = Pack::load(Opened { files, origin }).ok()?;
        let plan = Plan::resolve(&pack, "small", "none", &Given::default(), &Facts::default()).ok()?;
        // The engine tells several mistakes in any order.
        render(&plan).ok()
    };
    let once = rendered(template);
    assert_eq!(once, rendered(template), "rendering is a function of pack and plan");
    if once.is_some() {
        // A comment leaves to the engine what values alone would be filled into.
        assert_eq!(once, rendered(&format!("{template}{{~ ~}}")), "filling prints what the engine prints");
    }
});

/// A TOML basic string.
fn toml_text(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => quoted += &format!("\\u{:04X}", control as u32),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}
