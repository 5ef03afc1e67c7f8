//! Writing a file that is there as a whole, or as it was before.

use std::io::{self, Write};
use std::path::Path;

use fs_err::File;

use crate::interrupt::Writing;

/// Writes beside the file, and renames. A signal waits until it is over, and then changes nothing about how the run ends.
pub(super) fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_added_extension("unfinished");
    let writing = Writing::begin();
    // Of a run that was killed; or a link, which somebody left there to be written through.
    let _ = fs_err::remove_file(&unfinished);
    let written = File::create_new(&unfinished)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs_err::rename(&unfinished, path));
    match written {
        Ok(()) => {
            writing.stays();
            Ok(())
        }
        Err(error) => {
            let _ = fs_err::remove_file(&unfinished);
            Err(error)
        }
    }
}
