//! The journal of a run that was cut off.
#![no_main]

use goldpath::reconcile::Journal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Journal::of(bytes).map_err(|error| error.to_string());
});
