//! Objects into a repository, all of them in one pack: a fraction of what as many loose objects cost.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use git2::{OdbLookupFlags, Oid, Repository};

use super::durable;
use super::error::Error;
use super::object::{Kind, ObjectId};
use super::packfile::PackWriter;
use super::packindex;
use crate::interrupt;
use crate::render::tree::BlobId;

/// Writes what a repository does not have yet of these blobs.
///
/// # Errors
/// They cannot be written.
pub(crate) fn keep_blobs<'b>(
    repository: &Repository,
    blobs: impl IntoIterator<Item = (BlobId, &'b [u8])>,
) -> Result<(), Error> {
    let folder = repository.commondir();
    let git = |source| Error::GitFailed { path: folder.to_owned(), source };
    let odb = repository.odb().map_err(git)?;
    let mut objects = Vec::new();
    for (id, content) in blobs {
        if !odb.exists_ext(Oid::from_bytes(id.as_bytes()).map_err(git)?, OdbLookupFlags::NO_REFRESH) {
            objects.push((Kind::Blob, id.into(), content));
        }
    }
    let written = write(folder, &objects)?;
    durable::sync(&written, folder).map_err(Error::unwritable(folder))?;
    odb.refresh().map_err(git)
}

/// Writes the objects, each once, into one pack; returns the files of the pack.
pub(super) fn write(git_dir: &Path, objects: &[(Kind, ObjectId, &[u8])]) -> Result<Vec<PathBuf>, Error> {
    let mut seen = HashSet::with_capacity(objects.len());
    let objects: Vec<_> = objects.iter().filter(|(_, id, _)| seen.insert(*id)).collect();
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    let folder = git_dir.join("objects/pack");
    let unwritable = |source: io::Error| Error::Unwritable { path: folder.clone(), source };
    // Under names that git takes for unfinished ones, and that no other process has. A pack without its index, or an index
    // that is cut short on a full disk, would be complained of by every command of git.
    let unfinished = || tempfile::Builder::new().prefix("tmp_pack_").tempfile_in(&folder);
    let mut pack_file = unfinished().map_err(unwritable)?;
    let out = BufWriter::with_capacity(1 << 16, pack_file.as_file_mut());
    let mut writer = PackWriter::begin(out, objects.len()).map_err(unwritable)?;
    for (kind, id, content) in objects {
        interrupt::check()?;
        writer.add(*kind, *id, content).map_err(unwritable)?;
    }
    let (pack, _) = writer.finish().map_err(unwritable)?;
    let name = ObjectId::from(pack.checksum);
    let place = || {
        let mut index_file = unfinished()?;
        index_file.write_all(&packindex::bytes(&pack))?;
        [&pack_file, &index_file].into_iter().try_for_each(|file| make_read_only(file.path()))?;
        let [pack_place, index_place] =
            ["pack", "idx"].map(|ending| folder.join(format!("pack-{name}.{ending}")));
        pack_file.persist(&pack_place)?;
        index_file.persist(&index_place)?;
        Ok(vec![pack_place, index_place])
    };
    place().map_err(unwritable)
}

/// Packs are read-only, as git has them.
#[cfg(unix)]
fn make_read_only(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs_err::set_permissions(file, std::fs::Permissions::from_mode(0o444))
}

/// A read-only file could not be removed again here.
#[cfg(not(unix))]
fn make_read_only(_: &Path) -> io::Result<()> {
    Ok(())
}
