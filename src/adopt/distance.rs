//! How far a repository is from each preset.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::code::OwnCode;
use crate::error::Error;
use crate::pack::Pack;
use crate::path::RepoPath;
use crate::plan::{Facts, Given, Plan};
use crate::reconcile::{Checkout, Standing, standings};
use crate::render::render;

/// How far a repository is from a preset, in files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Distance {
    /// The preset.
    pub preset: String,
    /// Files that are there as the preset has them.
    pub there: usize,
    /// Files of the preset that are there with other content, have no place, or are read in another one.
    pub other: usize,
    /// Files that would be new.
    pub new: usize,
    /// Files that the team's own code stands for.
    pub left_out: usize,
    /// Files that are there and that only another preset has.
    pub beyond: usize,
    /// All that differs: new, other and beyond.
    pub distance: usize,
}

/// The distance to every preset that can be rendered with what was given.
///
/// # Errors
/// An object of the repository that cannot be read.
pub fn distances(
    checkout: &Checkout,
    pack: &Pack,
    stack: &str,
    given: &Given,
    facts: &Facts,
    code: Option<&OwnCode>,
) -> Result<Vec<Distance>, Error> {
    let mut of_presets: Vec<(String, BTreeMap<RepoPath, Standing>, BTreeSet<RepoPath>)> = Vec::new();
    for preset in &pack.presets {
        // What does not go together is told for the preset that is chosen.
        let plan = Plan::resolve(pack, &preset.name, stack, given, facts);
        let Ok(tree) = plan.and_then(|plan| render(&plan)) else { continue };
        let left_out = tree
            .iter()
            .filter(|(path, file)| code.is_some() && !pack.joins_other_code(&file.component, path))
            .map(|(path, _)| path.clone())
            .collect();
        of_presets.push((preset.name.clone(), standings(checkout, &tree)?, left_out));
    }
    let is_there = |standing: &Standing| matches!(standing, Standing::Same | Standing::Other);
    let there: BTreeSet<&RepoPath> = of_presets
        .iter()
        .flat_map(|(_, standings, _)| standings.iter())
        .filter(|(_, standing)| is_there(standing))
        .map(|(path, _)| path)
        .collect();
    Ok(of_presets
        .iter()
        .map(|(preset, standings, left_out)| {
            let count = |wanted: &dyn Fn(&RepoPath, &Standing) -> bool| {
                standings.iter().filter(|(path, standing)| wanted(path, standing)).count()
            };
            let other = count(&|path, standing| match standing {
                Standing::Other => true,
                Standing::Blocked(_) | Standing::Elsewhere(_) => !left_out.contains(path),
                _ => false,
            });
            let new = count(&|path, standing| *standing == Standing::Absent && !left_out.contains(path));
            let beyond = there.iter().filter(|path| !standings.contains_key(**path)).count();
            Distance {
                preset: preset.clone(),
                there: count(&|_, standing| *standing == Standing::Same),
                other,
                new,
                left_out: count(&|path, standing| !is_there(standing) && left_out.contains(path)),
                beyond,
                distance: new + other + beyond,
            }
        })
        .collect())
}

/// The preset at the least distance; of equal ones the biggest, which promises more.
#[must_use]
pub fn nearest(distances: &[Distance]) -> Option<&Distance> {
    // Presets are ordered from the smallest on: the last minimum is the biggest.
    distances.iter().rev().min_by_key(|distance| distance.distance)
}
