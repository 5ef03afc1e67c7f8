//! Everything a repository holds before it is moved into place: one pack, the branch, the index.

use std::borrow::Cow;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::commit;
use super::create::{CommitRequest, Step};
use super::durable;
use super::eol;
use super::error::Error;
use super::index_file;
use super::init::{self, Start};
use super::object::{Kind, ObjectId};
use super::one_pack;
use super::refs;
use super::sign::Signer;
use super::trees::{self, Folder, Leaf};
use crate::render::tree::File;

/// A repository with its objects, and without an index yet.
pub(super) struct First<'a> {
    pub(super) branch: String,
    pub(super) commit: Option<ObjectId>,
    leaves: Vec<Leaf<'a>>,
    tree: Folder<'a>,
    git_dir: PathBuf,
    /// What has to survive a power cut.
    durable: Vec<PathBuf>,
}

impl<'a> First<'a> {
    /// Makes `.git` in `root`, where the files stand already.
    pub(super) fn make(
        root: &Path,
        files: &[(&'a str, &'a File)],
        start: &Start<'_>,
        request: Option<(&CommitRequest<'_>, Option<&Signer>)>,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Self, Error> {
        let repository = start.init(root)?;
        let branch = init::branch(&repository)?;
        let mut blobs = Vec::with_capacity(files.len());
        let mut leaves = Vec::with_capacity(files.len());
        for (path, file) in files {
            let (id, content) = match eol::stored(&repository, path, &file.content) {
                Some(content) => (ObjectId::of(Kind::Blob, &content), Cow::Owned(content)),
                None => (file.blob.into(), Cow::Borrowed(&*file.content)),
            };
            leaves.push(Leaf { path, mode: file.mode.bits(), id });
            blobs.push((id, content));
        }
        let tree = trees::build(&leaves);
        let text = match request {
            Some((request, signer)) => Some(commit_text(&tree, request, signer, progress)?),
            None => None,
        };
        let commit = text.as_ref().map(|text| (ObjectId::of(Kind::Commit, text.as_bytes()), text));

        let git_dir = root.join(".git");
        let mut objects = Vec::with_capacity(blobs.len() + 8);
        objects.extend(commit.map(|(id, text)| (Kind::Commit, id, text.as_bytes())));
        objects.extend(tree.walk().into_iter().map(|folder| (Kind::Tree, folder.id, &*folder.content)));
        objects.extend(blobs.iter().map(|(id, content)| (Kind::Blob, *id, &**content)));
        progress(Step::Packing);
        let mut durable = one_pack::write(&git_dir, &objects)?;
        if let (Some((id, _)), Some((request, _))) = (commit, request) {
            let committer = &request.identities.committer;
            let subject = commit::subject(request.message);
            let written = refs::write(&git_dir, &branch, id, committer, &subject);
            durable.extend(written.map_err(Error::unwritable(root))?);
        }
        durable.extend(["HEAD", "config"].map(|name| git_dir.join(name)));
        Ok(Self { branch, commit: commit.map(|(id, _)| id), leaves, tree, git_dir, durable })
    }

    /// Writes the index and syncs; after this only a rename is missing.
    pub(super) fn finish(&mut self, facts: &[Metadata]) -> Result<(), Error> {
        let index = self.git_dir.join("index");
        let write = || {
            fs_err::write(&index, index_file::bytes(&self.leaves, facts, &self.tree))?;
            self.durable.push(index);
            durable::sync(&self.durable, &self.git_dir)
        };
        write().map_err(Error::unwritable(&self.git_dir))
    }
}

fn commit_text(
    tree: &Folder<'_>,
    request: &CommitRequest<'_>,
    signer: Option<&Signer>,
    progress: &mut dyn FnMut(Step),
) -> Result<String, Error> {
    let text =
        |signature: Option<&str>| commit::text(tree.id, None, request.identities, request.message, signature);
    let unsigned = text(None);
    let Some(signer) = signer else { return Ok(unsigned) };
    progress(Step::Signing);
    Ok(text(Some(&signer.sign(&unsigned)?)))
}
