//! What is checked: a project, the repository around it, and the pack that it was made from.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use git2::Oid;

use crate::lock::Lock;
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec, is_at_hand};
use crate::path::{RepoPath, named_from};
use crate::reconcile::{Base, Checkout, LockInHistory, followed, locked_pack};
use crate::render::tree::{BlobId, Mode};

/// A project to check. What needs more than its files is looked for when a question asks for it.
pub struct Subject<'s> {
    /// The root of the project.
    pub root: &'s Path,
    /// What goldpath recorded, if it made this project.
    pub lock: Option<&'s Lock>,
    /// The surroundings of this process.
    pub environment: &'s Environment,
    /// The repository that the project is in.
    pub(super) checkout: Option<Checkout>,
    /// Where the person stands, in the project.
    folder: &'s Path,
    online: bool,
    pack: OnceCell<Result<Pack, String>>,
    rules: OnceCell<Result<Pack, String>>,
    base: OnceCell<Option<Base>>,
    left_out: OnceCell<Result<Vec<(String, Oid)>, String>>,
}

impl<'s> Subject<'s> {
    /// The project at `root`; `online` where the network may be asked for its pack.
    #[must_use]
    pub fn new(root: &'s Path, lock: Option<&'s Lock>, environment: &'s Environment, online: bool) -> Self {
        let checkout = Checkout::open(root).ok();
        let (pack, rules, base, left_out) =
            (OnceCell::new(), OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { root, lock, environment, checkout, folder: root, online, pack, rules, base, left_out }
    }

    /// The same for somebody who stands in one of its folders.
    #[must_use]
    pub fn seen_from(self, folder: &'s Path) -> Self {
        Self { folder, ..self }
    }

    /// The folder of the repository that the project is; empty for all of it, or for none.
    pub(super) fn folder_in_repository(&self) -> &str {
        self.checkout.as_ref().map_or("", Checkout::folder)
    }

    /// How the person who asks names a file of the project.
    pub(crate) fn named_here(&self, path: &str) -> String {
        named_from(self.folder, self.root, path)
    }

    /// Whether a file's mode can be seen on this file system.
    pub(crate) fn keeps_modes(&self) -> bool {
        self.checkout.as_ref().map_or(cfg!(unix), Checkout::keeps_modes)
    }

    /// What git would store of a file of the work tree, where that is not what stands there: line ends may be others.
    pub(crate) fn stored(&self, path: &str, content: &[u8]) -> Option<Vec<u8>> {
        self.checkout.as_ref()?.stored(path, content)
    }

    /// Whether links are links here, and not files that say where they lead.
    pub(crate) fn keeps_links(&self) -> bool {
        self.checkout.as_ref().map_or(cfg!(unix), Checkout::keeps_links)
    }

    /// What a sparse checkout leaves out: by path the object that is committed. Or why that cannot be told.
    pub(super) fn left_out(&self) -> Result<&[(String, Oid)], &str> {
        let left_out = || self.checkout.as_ref().map_or(Ok(Vec::new()), Checkout::left_out);
        self.left_out.get_or_init(left_out).as_deref().map_err(String::as_str)
    }

    /// A committed file, unless it is larger than `limit`.
    pub(super) fn committed(&self, id: Oid, limit: u64) -> Option<Vec<u8>> {
        self.checkout.as_ref()?.committed(id, limit)
    }

    /// A file that a sparse checkout leaves out, as it is committed. Or why it cannot be told.
    pub(crate) fn left_out_file(&self, path: &str) -> Result<Option<(Mode, Vec<u8>)>, String> {
        let Some(checkout) = &self.checkout else { return Ok(None) };
        checkout.left_out_file(path).map_err(|error| error.message().to_owned())
    }

    /// The commit that HEAD is at.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        self.checkout.as_ref()?.head_commit()
    }

    /// Where the repository had a goldpath.lock, of a project that has none.
    pub(super) fn lock_in_history(&self) -> Option<LockInHistory> {
        let folder = dunce::canonicalize(self.folder).ok()?;
        self.checkout.as_ref()?.lock_in_history(&folder)
    }

    /// The folders below the root that are projects.
    pub(super) fn projects_below(&self) -> Vec<String> {
        self.checkout.as_ref().map(Checkout::projects_below).unwrap_or_default()
    }

    /// How many tags of the repository are releases.
    pub(super) fn releases(&self) -> Option<usize> {
        Some(self.checkout.as_ref()?.releases())
    }

    /// The pack that the lock names, if it is at hand and still the same.
    pub(crate) fn locked_pack(&self) -> Option<&Pack> {
        let lock = self.lock?;
        let pack = self.pack().ok()?;
        (pack.version == lock.pack.version && pack.digest() == lock.pack.digest).then_some(pack)
    }

    /// The pack that judges: the one that the lock names, as it is now where it is not kept by version; the one of the
    /// program where there is no lock. Or why there is none.
    pub(crate) fn pack(&self) -> Result<&Pack, &str> {
        told(self.pack.get_or_init(|| self.open(self.environment)))
    }

    /// The same for one who needs its manifests and policies alone: it may be without templates, and then has another
    /// digest.
    pub(crate) fn rules(&self) -> Result<&Pack, &str> {
        if let Some(opened) = self.pack.get() {
            return told(opened);
        }
        let mut environment = self.environment.clone();
        environment.limits.templates = false;
        told(self.rules.get_or_init(|| self.open(&environment)))
    }

    fn open(&self, environment: &Environment) -> Result<Pack, String> {
        let opened = match self.lock {
            None => Pack::open(&PackSpec::Builtin, environment),
            Some(_) if !self.online && !self.is_at_hand() => {
                return Err("it is only known to the network".to_owned());
            }
            Some(lock) => locked_pack(lock, self.root, environment),
        };
        opened.map_err(|error| error.to_string())
    }

    /// Whether the pack of the lock can be opened without a network.
    fn is_at_hand(&self) -> bool {
        let environment = self.environment.clone().with_base(self.root);
        let spec = self.lock.and_then(|lock| {
            let spec = PackSpec::parse(&lock.pack.source).ok()?;
            match &lock.pack.commit {
                Some(commit) => spec.at_commit(commit).ok(),
                None => Some(spec),
            }
        });
        spec.is_some_and(|spec| is_at_hand(&spec, &environment))
    }

    /// Whether the network was not asked, and may have the pack of the lock.
    pub(super) fn may_be_online(&self) -> bool {
        let spec = self.lock.and_then(|lock| PackSpec::parse(&lock.pack.source).ok());
        !self.online && matches!(spec, Some(PackSpec::Remote { .. }))
    }

    /// The files of the path that the team gave another name; `asked` too where the index does not know it.
    pub(crate) fn followed(&self, asked: Option<&RepoPath>) -> BTreeMap<RepoPath, RepoPath> {
        let (Some(checkout), Some(lock)) = (&self.checkout, self.lock) else { return BTreeMap::new() };
        let known = match self.base.get_or_init(|| self.find_base()) {
            Some(base) => Cow::Borrowed(base),
            None => Cow::Owned(Base::held(checkout, lock)),
        };
        followed(checkout, &known, asked).unwrap_or_default()
    }

    /// The base, without a network.
    fn find_base(&self) -> Option<Base> {
        let (checkout, lock) = (self.checkout.as_ref()?, self.lock?);
        self.is_at_hand().then(|| Base::find(checkout, lock, self.environment))
    }

    /// A pristine render by its blob id, if it is at hand: in the repository's own objects, or rendered again.
    pub(crate) fn pristine(&self, blob: BlobId) -> Option<Bytes> {
        let checkout = self.checkout.as_ref()?;
        if let Some(content) = checkout.content(blob) {
            return Some(content);
        }
        let base = self.base.get_or_init(|| self.find_base());
        let file = base.as_ref()?.files.values().find(|file| file.locked.blob == blob)?;
        file.content(checkout.repository())
    }
}

fn told(opened: &Result<Pack, String>) -> Result<&Pack, &str> {
    opened.as_ref().map_err(String::as_str)
}
