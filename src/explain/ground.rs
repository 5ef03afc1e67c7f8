//! What everything that is explained stands on: the project, its lock, its pack, and the plan that the lock records.

use std::path::Path;

use crate::check::Subject;
use crate::error::Error;
use crate::intent::Intent;
use crate::lock::Lock;
use crate::pack::Pack;
use crate::path::{MAX_FILE_BYTES, RepoPath, no_symlink_on_the_way, read_plain_text};
use crate::plan::{Facts, Given, Plan, Raw, ResolvedSetting, Source};
use crate::project::read_intent;
use crate::render::render;
use crate::render::tree::Tree;

/// A project, and what is known of where it came from.
pub struct Ground<'g> {
    /// The project as checks see it.
    pub subject: &'g Subject<'g>,
    /// The pack that the lock names, or the one of the program where there is no lock.
    pub pack: Option<&'g Pack>,
    /// What the lock records, resolved.
    pub plan: Option<Plan<'g>>,
    /// Why there is no pack, or no plan, or why the pack is another than that of the lock.
    pub reservations: Vec<String>,
    pub(super) intent: Option<Intent>,
}

impl<'g> Ground<'g> {
    /// Looks at a project.
    #[must_use]
    pub fn of(subject: &'g Subject<'g>) -> Self {
        let mut reservations = Vec::new();
        let pack = match subject.pack() {
            Ok(pack) => Some(pack),
            Err(why) => {
                reservations.push(format!("the pack cannot be opened, so what it says is left out: {why}"));
                None
            }
        };
        let plan = subject.lock.zip(pack).and_then(|(lock, pack)| {
            if subject.locked_pack().is_none() {
                reservations.push(format!(
                    "the pack at hand is {} {} and not the one that goldpath.lock names: what is told of templates is told \
                     of that one",
                    pack.name, pack.version
                ));
            }
            match resolved(pack, lock, subject.root) {
                Ok(plan) => Some(plan),
                Err(error) => {
                    reservations.push(format!("what goldpath.lock records cannot be resolved: {error}"));
                    None
                }
            }
        });
        let intent = subject.lock.and_then(|_| read_intent(subject.root).ok()).map(|(intent, _)| intent);
        Self { subject, pack, plan, reservations, intent }
    }

    /// What goldpath recorded, if it made this project.
    #[must_use]
    pub fn lock(&self) -> Option<&'g Lock> {
        self.subject.lock
    }

    pub(super) fn root(&self) -> &'g Path {
        self.subject.root
    }

    /// The text of a file of the project; none where there is none that is text.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        let path = RepoPath::new(path).ok()?;
        no_symlink_on_the_way(self.root(), &path).ok()?;
        read_plain_text(&path.below(self.root()), MAX_FILE_BYTES).ok()
    }

    /// The Makefile and what it includes, by path.
    #[must_use]
    pub fn makefiles(&self) -> Vec<(String, String)> {
        let fragments = fs_err::read_dir(self.root().join("make")).into_iter().flatten().flatten();
        let mut names: Vec<String> = fragments
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| Path::new(name).extension().is_some_and(|end| end == "mk"))
            .map(|name| format!("make/{name}"))
            .collect();
        names.sort();
        let all = ["Makefile", "stack.mk", "local.mk"].map(str::to_owned).into_iter().chain(names);
        all.filter_map(|path| self.text(&path).map(|text| (path, text))).collect()
    }

    pub(super) fn setting(&self, name: &str) -> Option<&ResolvedSetting> {
        self.plan.as_ref()?.settings.iter().find(|setting| setting.name == name)
    }

    /// What goldpath.toml says of a name, where that is not what the lock records.
    pub(super) fn not_applied(&self, name: &str) -> Option<String> {
        let given = self.intent.as_ref()?.given.get(name)?;
        let recorded = self.lock()?.answers.get(name).or_else(|| self.lock()?.settings.get(name))?;
        match &given.raw {
            // `99` and `99.0` are one number.
            Raw::Typed(value)
                if value == recorded
                    || value.as_number().is_some_and(|number| recorded.as_number() == Some(number)) =>
            {
                None
            }
            Raw::Typed(value) => Some(value.to_string()),
            Raw::Text(text) => Some(text.clone()),
        }
    }
}

/// What a lock gives to a plan, but for the settings that preset and component would set to the same.
pub(super) fn given_of(lock: &Lock, pack: &Pack, root: &Path) -> Given {
    let mut given = Given::default();
    for (name, value) in &lock.answers {
        given.set(name.clone(), Raw::Typed(value.clone()), Source::Lock);
    }
    let by_preset = Plan::resolve(pack, &lock.preset, &lock.stack, &given, &facts(root));
    for (name, value) in &lock.settings {
        let same = by_preset.as_ref().is_ok_and(|plan| {
            plan.settings.iter().any(|setting| setting.name == *name && setting.value == *value)
        });
        if !same {
            given.set(name.clone(), Raw::Typed(value.clone()), Source::Intent);
        }
    }
    given
}

pub(super) fn facts(root: &Path) -> Facts {
    Facts::of_folder(root)
}

fn resolved<'p>(pack: &'p Pack, lock: &Lock, root: &Path) -> Result<Plan<'p>, Error> {
    Plan::resolve(pack, &lock.preset, &lock.stack, &given_of(lock, pack, root), &facts(root))
}

/// What a plan renders to, if it can be rendered.
pub(super) fn rendered(plan: &Plan<'_>) -> Option<Tree> {
    render(plan).ok()
}
