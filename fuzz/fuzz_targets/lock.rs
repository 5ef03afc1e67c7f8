//! goldpath.lock, which anybody may have edited. An error names the file; whatever is accepted passes the guard of paths, and
//! a lock in another spelling than goldpath's own, which is read in another way, says the same.
#![no_main]

use goldpath::lock::Lock;
use goldpath::path::check_set;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read = Lock::read(bytes);
    match &read {
        Ok(lock) => assert!(check_set(lock.files.keys()).is_ok()),
        Err(error) => assert!(error.to_string().starts_with("`goldpath.lock`"), "{error}"),
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let respelled = Lock::read(text.replace("\n[[file]]\n", "\n[[ file ]]\n").as_bytes());
        assert_eq!(read.ok().map(|lock| lock.files), respelled.ok().map(|lock| lock.files));
    }
});
