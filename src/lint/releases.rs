//! The versions that a pack keeps of itself.

use semver::Version;

use super::Finding;
use crate::pack::Pack;
use crate::pack::source::release_paths;

const RULE: &str = "bad-release";

/// What is wrong with them.
pub(super) fn findings(pack: &Pack) -> Vec<Finding> {
    let broken = pack.released().into_iter().filter_map(|version| broken(pack, &version));
    broken.chain(without_archive(pack)).collect()
}

fn broken(pack: &Pack, version: &Version) -> Option<Finding> {
    let [archive, seal] = release_paths(version);
    match pack.release(version) {
        Err(error) => Some(Finding::new(RULE, archive, error.to_string())),
        Ok(Some((_, sealed))) if *version == pack.version && sealed.digest != pack.digest() => {
            let message = format!(
                "version {version} is sealed already, and this pack is another one: raise `version` in pack.toml"
            );
            Some(Finding::new(RULE, seal, message))
        }
        Ok(_) => None,
    }
}

/// The seals of what is not there.
fn without_archive(pack: &Pack) -> impl Iterator<Item = Finding> {
    pack.paths_below("releases/").filter_map(|seal| {
        let version = seal.strip_prefix("releases/")?.strip_suffix(".toml")?;
        let [archive, _] = release_paths(&Version::parse(version).ok()?);
        let message = format!("it seals `{archive}`, which is missing");
        (!pack.has_file(&archive)).then(|| Finding::new(RULE, seal, message))
    })
}
