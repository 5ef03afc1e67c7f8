//! Putting everything back as the journal has it, but for what somebody else made of it since.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::path::Path;

use git2::{Oid, Repository};

use super::{Before, FOLDER, Journal, Saved};
use crate::reconcile::meanwhile::is_absence;
use crate::reconcile::on_disk::{
    make_link, permissions, refuse_link_on_the_way, remove_file, set_permissions, write_anew,
};
use crate::reconcile::{Error, index_lock};
use crate::render::tree::BlobId;
use crate::repo::eol;

impl Journal {
    /// Puts everything back as it was, and ends. It may be called again when it failed.
    pub(in crate::reconcile) fn take_back(&self, repository: &Repository) -> Result<(), Error> {
        if let Err(source) = self.restore(repository) {
            index_lock::release(&self.git_dir);
            return Err(Error::NotPutBack { what: self.what.clone(), source });
        }
        self.end()
    }

    /// What somebody has changed since the run did and nobody was asked to change, and what stands in the way of a file.
    pub(in crate::reconcile) fn changed_since(&self, repository: &Repository) -> Vec<String> {
        let mut changed = BTreeSet::new();
        for (number, saved) in self.files.iter().enumerate() {
            if let Some(obstacle) = self.obstacle(saved) {
                changed.insert(obstacle.to_owned());
            } else if self.is_others(number, saved, repository) {
                changed.insert(saved.path.clone());
            }
        }
        changed.into_iter().collect()
    }

    /// A folder in the place of the file, or something else in the place of a folder on its way.
    fn obstacle<'s>(&self, saved: &'s Saved) -> Option<&'s str> {
        let comes_back = !matches!(saved.before, Before::Absent);
        let stands = |path: &str| fs_err::symlink_metadata(self.root.join(path)).ok();
        for (end, _) in saved.path.match_indices('/') {
            let folder = &saved.path[..end];
            // The run itself may have made a file of it.
            let is_foreign = |found: Metadata| {
                self.number_of(folder).is_none() && (found.is_symlink() || comes_back && !found.is_dir())
            };
            if stands(folder).is_some_and(is_foreign) {
                return Some(folder);
            }
        }
        let is_folder = stands(&saved.path).is_some_and(|found| found.is_dir());
        (comes_back && is_folder && !self.goes_away(&saved.path)).then_some(saved.path.as_str())
    }

    /// Whether the run made the folder and all that is in it.
    fn goes_away(&self, folder: &str) -> bool {
        let Ok(entries) = fs_err::read_dir(self.root.join(folder)) else { return false };
        self.made.iter().any(|made| made == folder)
            && entries.flatten().all(|entry| {
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                self.number_of(&path).is_some() || self.goes_away(&path)
            })
    }

    /// Whether what stands there is neither what was before nor what the run made of it.
    fn is_others(&self, number: usize, saved: &Saved, repository: &Repository) -> bool {
        let full = self.root.join(&saved.path);
        let Some(after) = saved.after else { return false };
        let Ok(found) = fs_err::symlink_metadata(&full) else { return false };
        if self.conflicts.contains(&saved.path) || found.is_dir() {
            return false;
        }
        let is_before = match &saved.before {
            Before::Absent => false,
            Before::Link(target) => fs_err::read_link(&full).is_ok_and(|now| now == Path::new(target)),
            Before::File(_) => {
                let kept = fs_err::read(self.git_dir.join(FOLDER).join(number.to_string()));
                found.is_file() && kept.is_ok_and(|kept| fs_err::read(&full).is_ok_and(|now| now == kept))
            }
            Before::Held(_, id) => {
                found.is_file() && fs_err::read(&full).is_ok_and(|now| BlobId::of(&now).to_string() == *id)
            }
        };
        if is_before {
            return false;
        }
        let name = eol::name_in(repository, &full);
        !after.is_at(&full, &name, repository, &self.place_for(&saved.path))
    }

    /// Whether this run is to put a file back: not one that it has not changed.
    fn is_to_restore(&self, number: usize, saved: &Saved, repository: &Repository) -> io::Result<bool> {
        if self.here.as_ref().is_some_and(|here| !here.touched.borrow().contains(&number)) {
            return Ok(false);
        }
        refuse_link_on_the_way(&self.root, &saved.path)?;
        if self.obstacle(saved).is_some() || self.is_others(number, saved, repository) {
            return Err(io::Error::other(format!("`{}` was changed meanwhile", saved.path)));
        }
        Ok(true)
    }

    fn restore(&self, repository: &Repository) -> io::Result<()> {
        let mut to_restore = Vec::new();
        for (number, saved) in self.files.iter().enumerate() {
            if self.is_to_restore(number, saved, repository)? {
                to_restore.push((number, saved));
            }
        }
        for (_, saved) in to_restore.iter().filter(|(_, saved)| matches!(saved.before, Before::Absent)) {
            let full = self.root.join(&saved.path);
            // Asking first: a disk that is read-only refuses even to remove what is not there.
            if fs_err::symlink_metadata(&full).is_ok_and(|found| !found.is_dir()) {
                remove_file(&full)?;
            }
        }
        // The deepest first.
        for folder in self.made.iter().rev() {
            let full = self.root.join(folder);
            if full.symlink_metadata().is_err() {
                continue;
            }
            match fs_err::remove_dir(full) {
                Err(error) if !is_absence(&error) && error.kind() != ErrorKind::DirectoryNotEmpty => {
                    return Err(error);
                }
                // Somebody else put something in it: it stays.
                _ => {}
            }
        }
        for (folder, mode) in &self.folders {
            let full = self.root.join(folder);
            refuse_link_on_the_way(&self.root, folder)?;
            if full.symlink_metadata().is_err() {
                fs_err::create_dir(&full)?;
                set_permissions(&full, *mode)?;
            }
        }
        let journal = self.git_dir.join(FOLDER);
        let aside = journal.join("back");
        for (number, saved) in to_restore {
            let full = self.root.join(&saved.path);
            refuse_link_on_the_way(&self.root, &saved.path)?;
            match &saved.before {
                Before::Absent => {}
                Before::File(mode) => {
                    restore_file(&full, &fs_err::read(journal.join(number.to_string()))?, *mode, &aside)?;
                }
                Before::Held(mode, id) => {
                    let blob = Oid::from_str(id).and_then(|id| repository.find_blob(id));
                    restore_file(&full, blob.map_err(io::Error::other)?.content(), *mode, &aside)?;
                }
                Before::Link(target) => {
                    if fs_err::read_link(&full).ok().as_deref() != Some(Path::new(target)) {
                        remove_file(&full)?;
                        make_link(target, &full)?;
                    }
                }
            }
        }
        let (index, saved) = (self.git_dir.join("index"), journal.join("index"));
        if saved.exists() {
            let bytes = fs_err::read(&saved)?;
            if fs_err::read(&index).ok().as_ref() != Some(&bytes) {
                let new = journal.join("index.new");
                write_anew(&new, &bytes)?;
                fs_err::rename(new, index)?;
            }
        }
        Ok(())
    }
}

/// Gives a file its bytes back, beside the journal first: a run that is killed meanwhile leaves it whole.
fn restore_file(full: &Path, bytes: &[u8], mode: u32, aside: &Path) -> io::Result<()> {
    if let Ok(found) = fs_err::symlink_metadata(full)
        && found.is_file()
        && permissions(&found) == mode
        && fs_err::read(full).ok().as_deref() == Some(bytes)
    {
        return Ok(());
    }
    let written = write_anew(aside, bytes).and_then(|()| set_permissions(aside, mode));
    match written.and_then(|()| fs_err::rename(aside, full)) {
        // The git folder is on another file system, or there is no room for two of them.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::CrossesDevices | ErrorKind::StorageFull | ErrorKind::QuotaExceeded
            ) =>
        {
            let _ = remove_file(aside);
            remove_file(full)?;
            fs_err::write(full, bytes)?;
            set_permissions(full, mode)
        }
        result => result,
    }
}
