//! The plan: pack, preset, answers and settings, all resolved. Everything that rendering needs.

pub mod advise;
pub mod answers;
mod answers_file;
pub mod figures;
pub mod given;
mod problem;
pub mod settings;

use std::collections::BTreeSet;

use tera::Context;

pub use self::answers::{Answer, Facts};
pub use self::answers_file::Notation;
pub use self::given::{Given, Named, Raw, Source};
pub use self::problem::Problem;
pub use self::settings::ResolvedSetting;
use crate::error::Error;
use crate::expression::{Evaluator, engine, undefined_names};
use crate::pack::{Component, Pack, Question};

/// The question that `--name` answers.
pub(crate) const NAME_KEY: &str = "service_name";

/// What rendering needs, and nothing else.
pub struct Plan<'p> {
    /// The pack it comes from.
    pub pack: &'p Pack,
    /// The preset's name.
    pub preset: String,
    /// The stack's name.
    pub stack: String,
    /// The components, each after those it requires.
    pub components: Vec<&'p Component>,
    /// Every answer, in the order of the questions.
    pub answers: Vec<Answer>,
    /// Every setting, by name.
    pub settings: Vec<ResolvedSetting>,
    context: Context,
}

impl<'p> Plan<'p> {
    /// Resolves a preset, a stack and what was given.
    ///
    /// # Errors
    /// All bad values at once, or the first mistake of the pack.
    pub fn resolve(
        pack: &'p Pack,
        preset: &str,
        stack: &str,
        given: &Given,
        facts: &Facts,
    ) -> Result<Self, Error> {
        let lineage = pack.lineage(preset)?;
        let stack = pack.stack(stack)?;
        let (answers, mut problems) = Self::answers(pack, preset, &stack.name, given, facts)?;
        let candidates = components_of(pack, stack, &lineage);
        let (settings, bad_settings) = settings::resolve(pack, &candidates, &lineage, given)?;
        problems.extend(bad_settings);
        if !problems.is_empty() {
            return Err(Error::BadValues { problems });
        }

        let mut evaluator = Evaluator::new(&pack.delimiters)?;
        define_head(&mut evaluator, pack, preset, &stack.name);
        for answer in &answers {
            evaluator.define(&answer.key, tera::Value::from_serializable(&answer.value));
        }
        evaluator.define("settings", tera::Value::from_serializable(&settings::nested(&settings)?));
        let mut components = Vec::with_capacity(candidates.len());
        for component in candidates {
            let wanted = match &component.when {
                None => true,
                Some(when) => evaluator.holds(when).map_err(|error| {
                    Error::expression(format!("`when` of component `{}`", component.name), &error)
                })?,
            };
            if wanted {
                components.push(component);
            }
        }
        let settings: Vec<ResolvedSetting> = settings
            .into_iter()
            .filter(|setting| components.iter().any(|component| component.name == setting.component))
            .collect();
        let names: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
        evaluator.define("components", tera::Value::from_serializable(&names));
        evaluator.define("settings", tera::Value::from_serializable(&settings::nested(&settings)?));
        compute(&mut evaluator, &pack.computed, "pack.toml")?;
        for component in &components {
            compute(&mut evaluator, &component.computed, &component.file())?;
        }
        Ok(Self {
            pack,
            preset: preset.to_owned(),
            stack: stack.name.clone(),
            components,
            answers,
            settings,
            context: evaluator.context().clone(),
        })
    }

    /// The given settings that can stand in no preset: told before anybody answers questions in vain.
    #[must_use]
    pub fn bad_settings(pack: &Pack, given: &Given) -> Vec<Problem> {
        settings::check_given(pack, given)
    }

    /// The answers alone, with everything that is wrong with them: what an interview works on.
    pub fn answers(
        pack: &Pack,
        preset: &str,
        stack: &str,
        given: &Given,
        facts: &Facts,
    ) -> Result<(Vec<Answer>, Vec<Problem>), Error> {
        let mut evaluator = Evaluator::new(&pack.delimiters)?;
        define_head(&mut evaluator, pack, preset, stack);
        evaluator.define("target_folder", tera::Value::normal_string(&facts.target_folder));
        evaluator.define("remote_owner", tera::Value::normal_string(&facts.remote_owner));
        let (answers, mut problems) =
            answers::resolve(&pack.questions, &mut evaluator, given, facts.examples)?;
        problems.extend(answers::strangers(pack, given));
        Ok((answers, problems))
    }

    /// The answers that the two files record: of questions that apply, and never a secret.
    pub fn stored_answers(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| answer.asked && !answer.secret)
    }

    /// What computed values read and nothing defines before them, each with its file and the value's name: a comparison
    /// takes that in silence, for false.
    pub(crate) fn read_too_early(&self) -> Vec<(String, &'p str, String)> {
        const VALUE: &str = "a computed value";
        let Ok(engine) = engine(&self.pack.delimiters) else { return Vec::new() };
        let head = ["preset", "lineage", "stack", "pack", "settings", "components"];
        let answers = self.answers.iter().map(|answer| answer.key.as_str());
        let mut known: BTreeSet<&str> = head.into_iter().chain(answers).collect();
        let of_components = self.components.iter().map(|component| (component.file(), &component.computed));
        let files = std::iter::once(("pack.toml".to_owned(), &self.pack.computed)).chain(of_components);
        let mut early = Vec::new();
        for (file, computed) in files {
            for (name, text) in computed {
                let mut alone = engine.clone();
                if alone.add_raw_template(VALUE, text).is_ok() {
                    let read = undefined_names(&alone, VALUE, |variable| known.contains(variable));
                    early.extend(read.into_iter().map(|variable| (file.clone(), name.as_str(), variable)));
                }
                known.insert(name);
            }
        }
        early
    }

    /// What templates read.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// The text of an answer or a computed value, if there is one of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.context.get(name)?.as_str()
    }

    /// The question that an answer answers.
    #[must_use]
    pub fn question(&self, key: &str) -> Option<&'p Question> {
        self.pack.questions.iter().find(|question| question.key == key)
    }
}

fn define_head(evaluator: &mut Evaluator, pack: &Pack, preset: &str, stack: &str) {
    evaluator.define("preset", tera::Value::normal_string(preset));
    // What holds for a preset holds for those that extend it.
    let lineage = pack.lineage(preset).unwrap_or_default();
    let lineage: Vec<&str> = lineage.iter().map(|preset| preset.name.as_str()).collect();
    evaluator.define("lineage", tera::Value::from_serializable(&lineage));
    evaluator.define("stack", tera::Value::normal_string(stack));
    let head = serde_json::json!({ "name": pack.name, "version": pack.version.to_string() });
    evaluator.define("pack", tera::Value::from_serializable(&head));
}

fn compute(evaluator: &mut Evaluator, computed: &[(String, String)], file: &str) -> Result<(), Error> {
    for (name, text) in computed {
        if evaluator.defines(name) {
            return Err(Error::DefinedTwice { name: name.clone(), file: file.to_owned() });
        }
        let value = evaluator
            .value(text)
            .map_err(|error| Error::expression(format!("computed value `{name}` of `{file}`"), &error))?;
        evaluator.define(name, value);
    }
    Ok(())
}

/// The stack, then what the presets list, the smallest preset first, each component after those it requires.
fn components_of<'p>(
    pack: &'p Pack,
    stack: &'p Component,
    lineage: &[&'p crate::pack::Preset],
) -> Vec<&'p Component> {
    fn add<'p>(pack: &'p Pack, name: &str, on_the_way: &mut Vec<String>, found: &mut Vec<&'p Component>) {
        if found.iter().any(|component| component.name == name)
            || on_the_way.iter().any(|above| above == name)
        {
            return;
        }
        let Some(component) = pack.components.get(name) else { return };
        on_the_way.push(name.to_owned());
        for required in &component.requires {
            add(pack, required, on_the_way, found);
        }
        on_the_way.pop();
        found.push(component);
    }
    let mut found = Vec::new();
    add(pack, &stack.name, &mut Vec::new(), &mut found);
    for name in lineage.iter().flat_map(|preset| &preset.components) {
        add(pack, name, &mut Vec::new(), &mut found);
    }
    found
}
