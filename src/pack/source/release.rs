//! `releases/`: earlier versions of a pack inside it, so that what they rendered to can be rendered for ever.
//!
//! Each is two files: `VERSION.tar.gz`, the pack as it was, and `VERSION.toml`, the [`Seal`] that proves it.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use semver::Version;
use serde::{Deserialize, Serialize};
use tar::{Archive, Builder, EntryType, Header};

use super::error::Error;
use super::files::{PackFile, PackFiles};
use super::gather::{Gathering, Limits};
use crate::pack::too_much;

/// Where a pack keeps its sealed versions.
pub(super) const FOLDER: &str = "releases/";
const ARCHIVE: &str = ".tar.gz";
const SEAL: &str = ".toml";

/// What a version was when it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The digest of the pack.
    pub digest: String,
    /// What it rendered to.
    #[serde(rename = "render", default)]
    pub renders: Vec<SealedRender>,
}

/// What one preset with one stack and the default answers rendered to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedRender {
    /// The preset.
    pub preset: String,
    /// The stack.
    pub stack: String,
    /// The id of the git tree of all files: it depends on the blob id, the mode and the path of each.
    pub tree: String,
}

/// The versions that a pack keeps, the oldest first.
#[must_use]
pub fn versions(files: &PackFiles) -> Vec<Version> {
    sealed(files.below(FOLDER).map(|(path, _)| &path[FOLDER.len()..]))
}

/// The versions that the files of a folder of releases keep, the oldest first.
pub(super) fn sealed<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Version> {
    let names = names.filter_map(|name| name.strip_suffix(ARCHIVE));
    let mut versions: Vec<Version> = names.filter_map(|name| Version::parse(name).ok()).collect();
    versions.sort_unstable();
    versions
}

/// Where the two files of a version are in a pack: the archive and its seal.
#[must_use]
pub fn paths(version: &Version) -> [String; 2] {
    [ARCHIVE, SEAL].map(|suffix| format!("{FOLDER}{version}{suffix}"))
}

/// A version that a pack keeps; none: it keeps no such version.
///
/// # Errors
/// An archive that cannot be read, holds what no pack may hold, or is not what was sealed.
pub(super) fn open(
    files: &PackFiles,
    version: &Version,
    source: &str,
    limits: Limits,
) -> Result<Option<(PackFiles, Seal)>, Error> {
    let [archive, seal] = paths(version);
    let Some(PackFile::Regular(bytes)) = files.get(&archive) else { return Ok(None) };
    let broken =
        |why: String| Error::BadRelease { source_name: source.to_owned(), path: archive.clone(), why };
    let Some(PackFile::Regular(record)) = files.get(&seal) else {
        return Err(broken(format!("`{seal}` is missing")));
    };
    if let Some(why) = too_much(record) {
        return Err(broken(format!("`{seal}`: {why}")));
    }
    let record = std::str::from_utf8(record).map_err(|error| broken(format!("`{seal}`: {error}")))?;
    let record: Seal =
        toml::from_str(record).map_err(|error| broken(format!("`{seal}`: {}", error.message())))?;
    let released = unpacked(bytes, source, limits, &broken)?;
    if released.digest() != record.digest {
        return Err(broken(format!("its content is not what `{seal}` says was sealed")));
    }
    Ok(Some((released, record)))
}

/// The files of a pack as one archive, without what it keeps of other versions. The same files give the same bytes.
///
/// # Errors
/// A path that is too long for an archive.
pub fn packed(files: &PackFiles) -> io::Result<Vec<u8>> {
    let compressed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut archive = Builder::new(compressed);
    for (path, file) in files.iter().filter(|(path, _)| !path.starts_with(FOLDER)) {
        // Plain `ustar`: a reader that takes no extensions has nothing to be fooled by.
        let mut header = Header::new_ustar();
        header.set_path(path)?;
        header.set_mode(0o644);
        header.set_mtime(0);
        match file {
            PackFile::Regular(bytes) => {
                header.set_size(bytes.len() as u64);
                header.set_cksum();
                archive.append(&header, &**bytes)?;
            }
            PackFile::Symlink(target) => {
                header.set_entry_type(EntryType::Symlink);
                header.set_link_name(target)?;
                header.set_size(0);
                header.set_cksum();
                archive.append(&header, io::empty())?;
            }
        }
    }
    archive.into_inner()?.finish()
}

fn unpacked(
    bytes: &[u8],
    source: &str,
    limits: Limits,
    broken: &impl Fn(String) -> Error,
) -> Result<PackFiles, Error> {
    let mut gathering = Gathering::new(source.to_owned(), limits);
    let mut archive = Archive::new(GzDecoder::new(bytes));
    let unreadable = |error: io::Error| broken(error.to_string());
    // Raw: a long name or any other extension is an entry like others, and refused for its kind.
    for entry in archive.entries().map_err(unreadable)?.raw(true) {
        let mut entry = entry.map_err(unreadable)?;
        let text = |name: &[u8]| {
            String::from_utf8(name.to_vec()).map_err(|_| broken("a name in it is not UTF-8".to_owned()))
        };
        let path = text(&entry.path_bytes())?;
        match entry.header().entry_type() {
            EntryType::Regular => {
                gathering.expect_bytes(&path, entry.size())?;
                let mut content = Vec::new();
                let most = gathering.bytes_left() + 1;
                entry.by_ref().take(most).read_to_end(&mut content).map_err(unreadable)?;
                gathering.add_regular(path, content.into())?;
            }
            EntryType::Symlink => {
                let target = entry.link_name_bytes().unwrap_or_default();
                gathering.add_symlink(path, text(&target)?)?;
            }
            _ => return Err(gathering.special_file(&path, "neither a file nor a symbolic link")),
        }
    }
    gathering.finish()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn pack(extra: &[(&str, PackFile)]) -> PackFiles {
        let head = ("pack.toml".to_owned(), regular(b"[pack]"));
        let extra = extra.iter().map(|(path, file)| ((*path).to_owned(), file.clone()));
        extra.chain([head]).collect()
    }

    fn regular(bytes: &'static [u8]) -> PackFile {
        PackFile::Regular(Bytes::from_static(bytes))
    }

    fn keeping(archive: Vec<u8>, digest: &str) -> PackFiles {
        let [path, seal] = paths(&Version::new(1, 0, 0));
        let record = format!("digest = \"{digest}\"\n").into_bytes();
        [(path, archive), (seal, record)]
            .into_iter()
            .map(|(path, bytes)| (path, PackFile::Regular(bytes.into())))
            .collect()
    }

    fn open_in(files: &PackFiles, limits: Limits) -> Result<Option<(PackFiles, Seal)>, Error> {
        open(files, &Version::new(1, 0, 0), "p", limits)
    }

    fn refusal(archive: Vec<u8>) -> String {
        open_in(&keeping(archive, "sha256:0"), Limits::default()).unwrap_err().to_string()
    }

    /// An archive with one entry of any kind and name.
    fn hostile(kind: EntryType, path: &[u8], content: &[u8]) -> Vec<u8> {
        let mut archive = Builder::new(GzBuilder::new().write(Vec::new(), Compression::fast()));
        let mut header = Header::new_ustar();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path);
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_cksum();
        archive.append(&header, content).unwrap();
        archive.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn what_was_packed_is_unpacked_without_the_releases_in_it() {
        let long = format!("templates/{}/component.toml", "c".repeat(100));
        let kept = pack(&[
            (&long, regular(b"")),
            ("templates/a/files/bin/run", regular(&[0, 159, 146, 150])),
            ("templates/a/files/link", PackFile::Symlink("bin/run".to_owned())),
        ]);
        let mut all = kept.clone();
        all = all.into_iter().chain([("releases/0.9.0.tar.gz".to_owned(), regular(b"old"))]).collect();
        let archive = packed(&all).unwrap();
        assert_eq!(archive, packed(&kept).unwrap(), "the same files give the same bytes");
        let keeper = keeping(archive, &kept.digest());
        assert_eq!(open_in(&keeper, Limits::default()).unwrap().unwrap().0, kept);
        assert_eq!(versions(&keeper), [Version::new(1, 0, 0)]);
        assert!(open(&keeper, &Version::new(2, 0, 0), "p", Limits::default()).unwrap().is_none());
    }

    #[test]
    fn an_archive_that_is_not_what_was_sealed_is_refused() {
        let archive = packed(&pack(&[])).unwrap();
        assert!(
            refusal(archive.clone())
                .ends_with("its content is not what `releases/1.0.0.toml` says was sealed")
        );
        assert!(refusal(archive[..archive.len() / 2].to_vec()).contains("`releases/1.0.0.tar.gz`"));
        assert!(refusal(b"no archive".to_vec()).contains("`releases/1.0.0.tar.gz`"));
    }

    #[test]
    fn an_archive_cannot_hold_what_a_pack_may_not_hold() {
        let guard = "the pack `p` has a name that cannot be used";
        for path in ["../x", "/etc/x", "a/../../x", "a/.git/x", "a\\b", "C:x", "a/\u{202e}x"] {
            assert_eq!(refusal(hostile(EntryType::Regular, path.as_bytes(), b"")), guard, "{path}");
        }
        assert!(refusal(hostile(EntryType::Regular, b"\xff", b"")).ends_with("a name in it is not UTF-8"));
        for kind in
            [EntryType::Link, EntryType::Char, EntryType::GNULongName, EntryType::XHeader, EntryType::Fifo]
        {
            assert!(refusal(hostile(kind, b"x", b"")).ends_with("is neither a file nor a symbolic link"));
        }
    }

    #[test]
    fn an_archive_that_grows_beyond_the_limits_is_refused_before_it_is_unpacked() {
        let zeros = vec![0; 1 << 20];
        let archive = hostile(EntryType::Regular, b"pack.toml", &zeros);
        assert!(archive.len() < 1 << 14, "a megabyte of zeros is small when it is packed");
        let limits = Limits { file_bytes: 1 << 10, ..Limits::default() };
        let error = open_in(&keeping(archive, "sha256:0"), limits).unwrap_err();
        assert!(error.to_string().contains("a file may have 1024"), "{error}");
    }
}
