//! goldpath.lock, which anybody may have edited. An error names the file; whatever is accepted passes the guard of paths.
#![no_main]

use goldpath::lock::Lock;
use goldpath::path::check_set;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Lock::read(bytes) {
        Ok(lock) => assert!(check_set(lock.files.keys()).is_ok()),
        Err(error) => assert!(error.to_string().starts_with("`goldpath.lock`"), "{error}"),
    }
});
