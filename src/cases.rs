//! How many cases a property is tried on.

use proptest::prelude::ProptestConfig;

/// So many where nobody says; `PROPTEST_CASES`, of which 256 is the usual, raises and lowers all of them alike.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let wanted = ProptestConfig::default();
    let cases = usual.saturating_mul(wanted.cases).div_ceil(256);
    // Where a case failed is told by the test; a file beside the source would be one more thing to keep.
    ProptestConfig { cases, failure_persistence: None, ..wanted }
}
