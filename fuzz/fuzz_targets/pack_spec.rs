//! The address of a pack: what is accepted reads back from what it is written as, and gives no password away.
#![no_main]

use goldpath::pack::source::PackSpec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    text.split('\n').for_each(check);
});

fn check(text: &str) {
    match PackSpec::parse(text) {
        Ok(PackSpec::Remote { url, .. }) => {
            let address = url.address();
            // `ext::sh -c …` would be run; an address of IPv6 has brackets around its colons.
            let helper = address.split_once("::").is_some_and(|(name, _)| !name.contains('['));
            assert!(!address.starts_with('-') && !helper, "{address:?}");
            assert_eq!(format!("{url:?}"), format!("GitUrl({address})"));
        }
        Ok(_) => {}
        Err(error) => {
            let message = format!("{error}{:?}", error.hint());
            assert!(!message.chars().any(char::is_control), "{message:?}");
        }
    }
}
