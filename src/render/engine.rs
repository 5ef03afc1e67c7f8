//! Renders a plan's templates, within limits that a hostile pack cannot pass.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tera::Tera;

use super::tree::{File, Mode, Ownership, Tree};
use super::values::Values;
use crate::error::Error;
use crate::expression::{Evaluator, Limited, engine, undefined_names};
use crate::pack::Component;
use crate::pack::source::PackFile;
use crate::path::{RepoPath, check_set};
use crate::plan::Plan;

/// What templates end in; the rendered file loses it.
pub(crate) const SUFFIX: &str = ".tera";
/// The two files that goldpath writes itself.
pub(crate) const OWN_FILES: [&str; 2] = ["goldpath.toml", "goldpath.lock"];
/// One rendered file: more is a runaway loop, not a source file.
const MAX_FILE_BYTES: usize = 16 << 20;
/// All rendered files together.
const MAX_TREE_BYTES: usize = 256 << 20;

/// Templates that are parsed together. All of a large pack at once would fill the memory with what is needed once.
const BATCH: usize = 256;

/// Renders everything the plan wants.
///
/// # Errors
/// The first template, name or path that cannot stand; a template that floods.
pub fn render(plan: &Plan<'_>) -> Result<Tree, Error> {
    let wanted = wanted_files(plan)?;
    let mut rendered = render_templates(plan, &wanted)?.into_iter();

    let file = |(path, file): (RepoPath, Wanted<'_>)| {
        let content = match file.content {
            Content::Copy(bytes) => bytes,
            Content::Template(_) => rendered.next().unwrap_or_default().into(),
        };
        let mode = match file.mode {
            Some(mode) => mode,
            None if content.starts_with(b"#!") => Mode::Executable,
            None => Mode::Regular,
        };
        (path, File::new(content, mode, file.ownership, file.component))
    };
    Ok(wanted.into_iter().map(file).collect())
}

/// A file of the plan before its content is rendered.
struct Wanted<'p> {
    template: String,
    content: Content<'p>,
    /// `None`: executable if it begins with `#!`.
    mode: Option<Mode>,
    ownership: Ownership,
    component: Arc<str>,
}

enum Content<'p> {
    Copy(Bytes),
    Template(&'p str),
}

fn wanted_files<'p>(plan: &Plan<'p>) -> Result<BTreeMap<RepoPath, Wanted<'p>>, Error> {
    let evaluator = Evaluator::over(&plan.pack.delimiters, plan.context())?;
    let mut wanted: BTreeMap<RepoPath, Wanted<'p>> = BTreeMap::new();
    for component in &plan.components {
        let name: Arc<str> = Arc::from(component.name.as_str());
        let mut replaced: Vec<&str> = Vec::new();
        for (source, file) in plan.pack.files_of(&component.name, "files") {
            let template = format!("templates/{}/files/{source}", component.name);
            let path = rendered_name(&evaluator, source.strip_suffix(SUFFIX).unwrap_or(source), &template)?;
            let rule = component.files.iter().find(|rule| rule.matches(path.as_str()));
            if let Some(when) = rule.and_then(|rule| rule.when.as_deref()) {
                let place = || format!("`when` of `{path}` in `{}`", component.file());
                if !evaluator.holds(when).map_err(|error| Error::expression(place(), &error))? {
                    continue;
                }
            }
            if OWN_FILES.contains(&path.as_str()) {
                return Err(Error::OwnFile { path: path.to_string(), template });
            }
            if let Some(earlier) = wanted.get(&path) {
                match component.replaces.iter().find(|replaced| *replaced == path.as_str()) {
                    Some(declared) => replaced.push(declared),
                    None => {
                        return Err(Error::RenderedTwice {
                            path: path.to_string(),
                            first: earlier.template.clone(),
                            second: template,
                        });
                    }
                }
            }
            let executable = component.executable.iter().any(|glob| glob.is_match(path.as_str()));
            let (content, mode) = match file {
                PackFile::Symlink(target) => {
                    accept_link(target, source, &template)?;
                    (Content::Copy(target.clone().into()), Some(Mode::Symlink))
                }
                PackFile::Regular(bytes) if source.ends_with(SUFFIX) => {
                    let text = std::str::from_utf8(bytes)
                        .map_err(|_| Error::TemplateNotText { template: template.clone() })?;
                    (Content::Template(text), executable.then_some(Mode::Executable))
                }
                PackFile::Regular(bytes) => {
                    (Content::Copy(bytes.clone()), executable.then_some(Mode::Executable))
                }
            };
            let ownership = rule.map_or(Ownership::Shared, |rule| rule.ownership);
            wanted.insert(path, Wanted { template, content, mode, ownership, component: Arc::clone(&name) });
        }
        if let Some(idle) = component.replaces.iter().find(|path| !replaced.contains(&path.as_str())) {
            return Err(Error::ReplacesNothing { path: idle.clone(), component: component.name.clone() });
        }
    }
    check_set(wanted.keys()).map_err(|error| Error::Path { place: "the rendered tree".to_owned(), error })?;
    Ok(wanted)
}

/// Where a file of the plan comes from in its pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin<'p> {
    /// The file of the pack.
    pub(crate) template: String,
    /// What is rendered; none for what is copied.
    pub(crate) text: Option<&'p str>,
}

/// Where each file of the plan comes from.
///
/// # Errors
/// A name or a condition that cannot be evaluated.
pub(crate) fn origins<'p>(plan: &Plan<'p>) -> Result<BTreeMap<RepoPath, Origin<'p>>, Error> {
    let wanted = wanted_files(plan)?.into_iter();
    let origin = |file: Wanted<'p>| {
        let text = match file.content {
            Content::Template(text) => Some(text),
            Content::Copy(_) => None,
        };
        Origin { template: file.template, text }
    };
    Ok(wanted.map(|(path, file)| (path, origin(file))).collect())
}

/// The name in the repository: each part may hold expressions, and the whole passes the guard.
fn rendered_name(evaluator: &Evaluator, source: &str, template: &str) -> Result<RepoPath, Error> {
    let unsafe_path = |error| Error::Path { place: format!("`{template}`"), error };
    if !evaluator.computes(source) {
        return RepoPath::new(source).map_err(unsafe_path);
    }
    let name = source
        .split('/')
        .map(|part| evaluator.text(part))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Error::expression(format!("the name of `{template}`"), &error))?
        .join("/");
    RepoPath::new(&name).map_err(unsafe_path)
}

/// A link must stay inside its component's files, wherever the repository is put.
fn accept_link(target: &str, source: &str, template: &str) -> Result<(), Error> {
    let mut depth = source.matches('/').count();
    let leaves = target.starts_with('/')
        || target.split('/').any(|part| match part {
            ".." => {
                let above = depth == 0;
                depth = depth.saturating_sub(1);
                above
            }
            "." | "" => false,
            _ => {
                depth += 1;
                false
            }
        });
    if leaves {
        return Err(Error::LinkLeaves { template: template.to_owned(), target: target.to_owned() });
    }
    Ok(())
}

/// The partials of the plan's components: parsed, and rendered only where another template includes them.
pub(crate) fn partials<'p>(plan: &Plan<'p>) -> Result<Vec<(String, &'p str)>, Error> {
    let mut partials = Vec::new();
    for component in &plan.components {
        for (path, file) in plan.pack.files_of(&component.name, "partials") {
            let name = format!("{}/{}", component.name, path.strip_suffix(SUFFIX).unwrap_or(path));
            if let PackFile::Regular(bytes) = file {
                let text = std::str::from_utf8(bytes)
                    .map_err(|_| Error::TemplateNotText { template: name.clone() })?;
                partials.push((name, text));
            }
        }
    }
    Ok(partials)
}

/// Renders the templates in order, within the limits of a file and of the whole tree.
fn render_templates(plan: &Plan<'_>, wanted: &BTreeMap<RepoPath, Wanted<'_>>) -> Result<Vec<Vec<u8>>, Error> {
    let templates: Vec<(&str, &str)> = wanted
        .values()
        .filter_map(|file| match file.content {
            Content::Template(text) => Some((file.template.as_str(), text)),
            Content::Copy(_) => None,
        })
        .collect();
    let empty = engine(&plan.pack.delimiters)?;
    let mut values = Values::new(&empty, &plan.pack.delimiters, plan.context());
    let mut room = MAX_TREE_BYTES;
    let mut outputs = Vec::with_capacity(templates.len());
    let mut left = Vec::new();
    for (index, (_, text)) in templates.iter().enumerate() {
        let output = values.fill(text, MAX_FILE_BYTES.min(room)).unwrap_or_else(|| {
            left.push(index);
            Vec::new()
        });
        room -= output.len();
        outputs.push(output);
    }
    render_left(plan, &empty, &templates, &left, room, &mut outputs)?;
    Ok(outputs)
}

/// Renders those of the templates that do more than to hold values, each to its place among the outputs; `empty` is an
/// engine without templates.
fn render_left(
    plan: &Plan<'_>,
    empty: &Tera,
    templates: &[(&str, &str)],
    left: &[usize],
    mut room: usize,
    outputs: &mut [Vec<u8>],
) -> Result<(), Error> {
    let partials = partials(plan)?;
    let add = |tera: &mut Tera, templates: &[(&str, &str)]| {
        let partials = partials.iter().map(|(name, text)| (name.as_str(), *text));
        tera.add_raw_templates(templates.iter().copied().chain(partials))
    };
    // No two templates may define one component of the template language: that can only be seen of all together.
    let is_seen_together = left.iter().any(|&index| templates[index].1.contains("endcomponent"));
    let size = if is_seen_together { left.len() } else { BATCH };
    let mut tera = empty.clone();
    if left.is_empty() {
        // Nothing includes them, and a mistake in one is told all the same.
        add(&mut tera, &[]).map_err(|error| Error::template(&error))?;
    }
    let mut holds_all = false;
    for batch in left.chunks(size) {
        if !holds_all {
            tera = empty.clone();
            let together: Vec<_> = batch.iter().map(|&index| templates[index]).collect();
            if add(&mut tera, &together).is_err() {
                // A mistake, or a template that needs one of another batch.
                add(&mut tera, templates).map_err(|error| Error::template(&error))?;
                holds_all = true;
            }
        }
        for &index in batch {
            let (name, text) = templates[index];
            let limit = MAX_FILE_BYTES.min(room);
            let mut output = Limited::new(limit, text.len() + 256);
            let result = tera.render_to(name, plan.context(), &mut output);
            if output.is_full() {
                return Err(Error::TemplateFloods { template: name.to_owned(), limit_mib: limit >> 20 });
            }
            result.map_err(|error| Error::template(&error))?;
            let bytes = output.into_bytes();
            room -= bytes.len();
            outputs[index] = bytes;
        }
    }
    Ok(())
}

/// What is wrong with the templates of a component, each on its own: what a linter wants, since one call reports only the
/// first mistake.
pub(crate) fn parse_alone(plan: &Plan<'_>, component: &Component) -> Vec<Error> {
    let partials = engine(&plan.pack.delimiters).and_then(|mut engine| {
        engine.add_raw_templates(partials(plan)?).map_err(|error| Error::template(&error))?;
        Ok(engine)
    });
    let partials = match partials {
        Ok(partials) => partials,
        Err(error) => return vec![error],
    };
    let mut errors = Vec::new();
    let mut templates = Vec::new();
    for (path, file) in
        plan.pack.files_of(&component.name, "files").filter(|(path, _)| path.ends_with(SUFFIX))
    {
        let PackFile::Regular(bytes) = file else { continue };
        let name = format!("templates/{}/files/{path}", component.name);
        match std::str::from_utf8(bytes) {
            Ok(text) => templates.push((name, text)),
            Err(_) => errors.push(Error::TemplateNotText { template: name }),
        }
    }
    let mut all = partials.clone();
    let all = all.add_raw_templates(templates.iter().cloned()).is_ok().then_some(all);
    for (name, text) in &templates {
        let mut alone = None;
        let parsed = all.as_ref().unwrap_or_else(|| {
            let engine = alone.insert(partials.clone());
            errors.extend(engine.add_raw_template(name, text).err().map(|error| Error::template(&error)));
            engine
        });
        let unknown = undefined_names(parsed, name, |name| plan.context().contains_key(name));
        errors.extend(
            unknown.into_iter().map(|variable| Error::Undefined { template: name.clone(), variable }),
        );
    }
    errors
}
