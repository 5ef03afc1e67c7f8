//! A sealed release: the archive, and inside it what no pack may hold.
#![no_main]

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use goldpath::pack::source::{Limits, Origin, PackFile, PackFiles, open_release, release_paths};
use libfuzzer_sys::fuzz_target;
use semver::Version;

const LIMITS: Limits =
    Limits { entries: 100, file_bytes: 1 << 20, total_bytes: 4 << 20, depth: 8, templates: true };

fuzz_target!(|bytes: &[u8]| {
    // A mutation inside of compressed bytes seldom reaches the archive.
    let archive = if !bytes.starts_with(&[0x1f, 0x8b]) {
        let mut packed = GzBuilder::new().write(Vec::new(), Compression::none());
        packed.write_all(bytes).and_then(|()| packed.finish()).unwrap_or_default()
    } else {
        bytes.to_vec()
    };
    let version = Version::new(1, 0, 0);
    let [path, seal] = release_paths(&version);
    let regular = |bytes: Vec<u8>| PackFile::Regular(bytes.into());
    let files: PackFiles =
        [(path, regular(archive)), (seal, regular(b"digest = \"sha256:0\"".to_vec()))].into_iter().collect();
    let origin =
        Origin { source: "./pack".to_owned(), subfolder: None, pinned: None, tag: None, commit: None };
    let opened = open_release(&files, &origin, &version, LIMITS);
    assert!(opened.is_err(), "nothing has this digest");
});
