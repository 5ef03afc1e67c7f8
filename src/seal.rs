//! Sealing a version of a pack: from then on it is kept as it is, and what it renders to is known.

use crate::error::Error;
use crate::lint::mistakes;
use crate::pack::Pack;
use crate::pack::source::{Seal, SealedRender};
use crate::plan::{Facts, Given, Plan};
use crate::render::render;
use crate::repo::tree_id;

/// The seal of a pack: its digest, and what each preset with each stack renders to.
///
/// # Errors
/// A pack that does not render, or on which `pack lint` finds something: it could not be corrected afterwards.
pub fn seal(pack: &Pack) -> Result<Seal, Error> {
    let findings = mistakes(pack).len();
    if findings > 0 {
        return Err(Error::SealFaulty { findings });
    }
    Ok(Seal { digest: pack.digest(), renders: renders(pack)? })
}

/// What each preset with each stack renders to, for a service of one name and with the default answers.
///
/// # Errors
/// A pack that does not render.
pub fn renders(pack: &Pack) -> Result<Vec<SealedRender>, Error> {
    let facts = Facts::of_example("sealed-service");
    let mut renders = Vec::new();
    for preset in &pack.presets {
        for stack in pack.stacks() {
            let plan = Plan::resolve(pack, &preset.name, &stack.name, &Given::default(), &facts)?;
            let tree = tree_id(&render(&plan)?).to_string();
            renders.push(SealedRender { preset: preset.name.clone(), stack: stack.name.clone(), tree });
        }
    }
    Ok(renders)
}
