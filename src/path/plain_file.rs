//! Reading a file of unknown origin: it is a file, and it has an end.

use std::fs::Metadata;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use fs_err::File;

/// The most that a file of a pack, and so a file of the path, may have.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The bytes of a file that may have this many. A pipe is not waited for, and a device not read.
pub fn read_plain(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_found(path, &fs_err::metadata(path)?, most)
}

/// The same for a file that was looked at already.
pub fn read_found(path: &Path, found: &Metadata, most: u64) -> io::Result<Vec<u8>> {
    if found.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    if !found.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is a pipe, a socket or a device"));
    }
    let too_large = || {
        let limit =
            if most < 1 << 20 { format!("{} KiB", most >> 10) } else { format!("{} MiB", most >> 20) };
        io::Error::new(ErrorKind::FileTooLarge, format!("larger than {limit}"))
    };
    if found.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    // It may grow while it is read.
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// The same for a file that has to be text.
pub fn read_plain_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read_plain(path, most)?)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}

/// Whether its owner may run it: all of a mode that git keeps.
#[cfg(unix)]
pub(crate) fn is_executable(found: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o100 != 0
}

/// Elsewhere no file says so.
#[cfg(not(unix))]
pub(crate) fn is_executable(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs_err::write(&path, "four").unwrap();
        assert_eq!(read_plain(&path, 4).unwrap(), b"four");
        assert_eq!(read_plain(&path, 3).unwrap_err().to_string(), "larger than 0 KiB");
        assert_eq!(read_plain(folder.path(), 4).unwrap_err().to_string(), "it is a folder");
        #[cfg(unix)]
        assert!(read_plain(Path::new("/dev/zero"), 4).unwrap_err().to_string().contains("device"));
    }
}
