//! The figures of a preset, computed from the plan and what it renders.

use super::Plan;
use crate::error::Error;
use crate::expression::Evaluator;
use crate::pack::{Figure, FigureSource};
use crate::render::tree::Tree;

/// Every figure of the pack, by title, for this plan.
pub fn figures(plan: &Plan<'_>, tree: &Tree) -> Result<Vec<(String, String)>, Error> {
    let evaluator = Evaluator::over(&plan.pack.delimiters, plan.context())?;
    plan.pack
        .figures
        .iter()
        .map(|figure| {
            let value = match &figure.source {
                FigureSource::Count { files, lines } => {
                    let matching = tree.iter().filter(|(path, _)| files.is_match(path.as_str()));
                    let count: usize = match lines {
                        None => matching.count(),
                        Some(lines) => matching
                            .map(|(_, file)| lines.find_iter(&String::from_utf8_lossy(&file.content)).count())
                            .sum(),
                    };
                    count.to_string()
                }
                FigureSource::Value(text) => value(&evaluator, figure, text)?,
            };
            Ok((figure.title.clone(), value))
        })
        .collect()
}

fn value(evaluator: &Evaluator, figure: &Figure, text: &str) -> Result<String, Error> {
    let failed = |error| Error::expression(format!("figure `{}`", figure.title), &error);
    evaluator.text(text).map_err(failed)
}

/// What is wrong with the figures that are values, for this plan, each by its title.
pub(crate) fn faults<'p>(plan: &Plan<'p>) -> Vec<(&'p str, Error)> {
    let Ok(evaluator) = Evaluator::over(&plan.pack.delimiters, plan.context()) else { return Vec::new() };
    let fault = |figure: &'p Figure| match &figure.source {
        FigureSource::Value(text) => Some((figure.title.as_str(), value(&evaluator, figure, text).err()?)),
        FigureSource::Count { .. } => None,
    };
    plan.pack.figures.iter().filter_map(fault).collect()
}
