//! The manifests of a pack: pack.toml, presets, components, policies, migrations. An error names the file.
#![no_main]

mod pieces;

use goldpath::error::Error;
use goldpath::pack::Pack;
use goldpath::pack::source::{Opened, Origin, PackFile, PackFiles};
use goldpath::plan::{Facts, Given, Plan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // The built-in pack below it takes most of the time, and is not what is tested.
    if text.contains("extends = \"builtin") {
        return;
    }
    let files: PackFiles = pieces::pieces(text)
        .map(|(name, text)| (name.to_owned(), PackFile::Regular(text.as_bytes().to_vec().into())))
        .collect();
    let origin =
        Origin { source: "./pack".to_owned(), subfolder: None, pinned: None, tag: None, commit: None };
    let pack = match Pack::load(Opened { files, origin }) {
        Ok(pack) => pack,
        Err(Error::Manifest(error)) => return assert!(error.to_string().starts_with('`'), "{error}"),
        Err(_) => return,
    };
    let _ = pack.policies().faults.len();
    let _ = pack.migrations_since(&semver::Version::new(0, 0, 0), None).map_err(|error| error.to_string());
    let given = Given::default();
    for preset in &pack.presets {
        for stack in pack.stacks() {
            let _ = Plan::resolve(&pack, &preset.name, &stack.name, &given, &Facts::default());
        }
    }
});
