//! A file of answers, in each of its notations.
#![no_main]

use goldpath::plan::{Given, Notation, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for notation in [Notation::Toml, Notation::Yaml, Notation::Json] {
        if let Err(error) = Given::read(notation, "a", text, &Source::File("a".to_owned())) {
            assert!(error.to_string().starts_with("`a`"), "{error}");
        }
    }
});
