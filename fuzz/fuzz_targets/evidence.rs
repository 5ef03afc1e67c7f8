//! A bundle of evidence: only what is whole has no fault, and no name in it reaches the terminal as it is.
#![no_main]

mod pieces;

use goldpath::check::{Bundle, hash};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pieces = pieces::pieces(text).map(|(name, text)| (name.to_owned(), Some(text.as_bytes().to_vec())));
    let mut bundle = Bundle { pieces: pieces.collect() };
    let faults = bundle.faults();
    assert!(!faults.concat().chars().any(char::is_control), "{faults:?}");
    let _ = (bundle.manifest(), bundle.listed());
    // The same, with a list that is right.
    bundle.pieces.remove(Bundle::SUMS);
    let whole = |name: &String| !name.contains(['/', '\\', '\n', '\r']);
    bundle.pieces.retain(|name, _| whole(name));
    bundle.pieces.entry(Bundle::MANIFEST.to_owned()).or_insert(Some(b"{}".to_vec()));
    let line = |(name, bytes): (&String, &Option<Vec<u8>>)| {
        format!("{}  {name}\n", hash(bytes.as_deref().unwrap_or_default()))
    };
    let sums: String = bundle.pieces.iter().map(line).collect();
    bundle.pieces.insert(Bundle::SUMS.to_owned(), Some(sums.into_bytes()));
    assert_eq!(bundle.faults(), Vec::<String>::new());
});
