//! What is checked: a project, the repository around it, and the pack that it was made from.

use std::cell::OnceCell;
use std::path::Path;

use crate::lock::Lock;
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec};
use crate::reconcile::{Base, Checkout, locked_pack};
use crate::render::tree::BlobId;

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
    pack: OnceCell<Option<Pack>>,
    base: OnceCell<Option<Base>>,
}

impl<'s> Subject<'s> {
    /// The project at `root`.
    #[must_use]
    pub fn new(root: &'s Path, lock: Option<&'s Lock>, environment: &'s Environment) -> Self {
        let checkout = Checkout::open(root).ok();
        Self { root, lock, environment, checkout, pack: OnceCell::new(), base: OnceCell::new() }
    }

    /// Whether a file's mode can be seen on this file system.
    pub(super) fn keeps_modes(&self) -> bool {
        self.checkout.as_ref().map_or(cfg!(unix), Checkout::keeps_modes)
    }

    /// Whether a sparse checkout leaves the file out.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        self.checkout.as_ref().is_some_and(|checkout| checkout.leaves_out(path))
    }

    /// The commit that HEAD is at.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        self.checkout.as_ref()?.head_commit()
    }

    /// The pack that the lock names, if it is at hand without a network, and is still the same.
    pub(super) fn locked_pack(&self) -> Option<&Pack> {
        let opened = self.pack.get_or_init(|| {
            let lock = self.lock?;
            self.is_at_hand().then_some(())?;
            let pack = locked_pack(lock, self.root, self.environment).ok()?;
            (pack.version == lock.pack.version && pack.digest() == lock.pack.digest).then_some(pack)
        });
        opened.as_ref()
    }

    /// Whether the pack of the lock can be opened without a network.
    fn is_at_hand(&self) -> bool {
        let spec = self.lock.and_then(|lock| PackSpec::parse(&lock.pack.source).ok());
        spec.is_some_and(|spec| !matches!(spec, PackSpec::Remote { .. }))
    }

    /// A pristine render by its blob id, if it is at hand: in the repository's own objects, or rendered again.
    pub(super) fn pristine(&self, blob: BlobId) -> Option<Vec<u8>> {
        let checkout = self.checkout.as_ref()?;
        if let Some(content) = checkout.content(blob) {
            return Some(content);
        }
        let base = self.base.get_or_init(|| {
            self.is_at_hand().then(|| Base::find(checkout, self.lock?, self.environment).into()).flatten()
        });
        let file = base.as_ref()?.files.values().find(|file| file.locked.blob == blob)?;
        file.content.clone()
    }
}
