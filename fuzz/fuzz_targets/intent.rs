//! goldpath.toml. An error names the file.
#![no_main]

use goldpath::intent::Intent;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Intent::read(bytes) {
        Ok(intent) => assert!(intent.given.preset.is_some()),
        Err(error) => assert!(error.to_string().starts_with("`goldpath.toml`"), "{error}"),
    }
});
