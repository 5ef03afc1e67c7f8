//! The guard for paths: whatever it accepts stays below its root, by the rules of Unix and of Windows.
#![no_main]

use std::path::Path;

use goldpath::path::{Collisions, RepoPath};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut set = Collisions::default();
    for line in text.split('\n') {
        match RepoPath::new(line) {
            Ok(path) => {
                assert_eq!(path.as_str(), line);
                assert!(path.below(Path::new("/root")).starts_with("/root"));
                for name in path.as_str().split(['/', '\\']) {
                    assert!(!matches!(name, "" | "." | "..") && !name.eq_ignore_ascii_case(".git"));
                }
                let _ = set.add(path.as_str());
            }
            Err(error) => {
                let message = format!("{error}{:?}", error.hint());
                assert!(!message.chars().any(char::is_control), "{message:?}");
            }
        }
    }
    let _ = set.check_for_repositories();
});
