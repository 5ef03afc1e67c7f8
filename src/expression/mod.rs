//! The template language: expressions of a pack (conditions, defaults, computed values, names of files) and the
//! engine with goldpath's filters that templates are rendered with.

mod filters;
mod limited;

use std::sync::{Arc, Mutex};

use tera::{Context, Kwargs, State, Tera};

pub(crate) use self::limited::Limited;
use crate::error::Error;
use crate::pack::Delimiters;

/// Evaluates expressions over a growing set of values; undefined names are errors.
pub(crate) struct Evaluator {
    tera: Tera,
    delimiters: Delimiters,
    context: Context,
    captured: Arc<Mutex<Option<tera::Value>>>,
}

impl Evaluator {
    /// Nothing is defined yet.
    pub(crate) fn new(delimiters: &Delimiters) -> Result<Self, Error> {
        let mut tera = engine(delimiters)?;
        let captured = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&captured);
        tera.register_function(
            CAPTURE,
            move |arguments: Kwargs, _: &State<'_>| -> tera::TeraResult<&'static str> {
                let value: tera::Value = arguments.must_get("value")?;
                if let Ok(mut slot) = keep.lock() {
                    *slot = Some(value);
                }
                Ok("")
            },
        );
        Ok(Self { tera, delimiters: delimiters.clone(), context: Context::new(), captured })
    }

    /// Everything that a plan defines, is defined.
    pub(crate) fn over(delimiters: &Delimiters, context: &Context) -> Result<Self, Error> {
        Ok(Self { context: context.clone(), ..Self::new(delimiters)? })
    }

    /// Defines a value for what is evaluated from now on.
    pub(crate) fn define(&mut self, name: &str, value: tera::Value) {
        self.context.insert_value(name.to_owned(), value);
    }

    /// Whether a value of this name is defined.
    pub(crate) fn defines(&self, name: &str) -> bool {
        self.context.contains_key(name)
    }

    /// Everything that is defined.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Whether text holds anything to be evaluated.
    pub(crate) fn computes(&self, text: &str) -> bool {
        self.delimiters.in_text(text)
    }

    /// Renders text that may hold expressions.
    pub(crate) fn text(&self, text: &str) -> Result<String, tera::Error> {
        if self.computes(text) { self.render(text) } else { Ok(text.to_owned()) }
    }

    /// The value of text that may hold expressions: one whole expression keeps its type, anything else is text.
    pub(crate) fn value(&self, text: &str) -> Result<tera::Value, tera::Error> {
        match self.delimiters.whole_value(text) {
            Some(expression) => self.expression(expression),
            None => self.text(text).map(|text| tera::Value::normal_string(&text)),
        }
    }

    /// Whether a bare expression, as in `when`, holds.
    pub(crate) fn holds(&self, expression: &str) -> Result<bool, tera::Error> {
        // A comparison takes an undefined value in silence: a misspelt name would read as false.
        let [open, close] = &self.delimiters.value;
        let mut checked = self.tera.clone();
        checked.add_raw_template(CAPTURE, &format!("{open} {expression} {close}"))?;
        if let Some(name) = undefined_names(&checked, CAPTURE, |name| self.defines(name)).into_iter().next() {
            return Err(tera::Error::message(format!("`{name}` is not defined")));
        }
        self.expression(expression).map(|value| value.is_truthy())
    }

    fn render(&self, template: &str) -> Result<String, tera::Error> {
        let mut output = Limited::new(MAX_TEXT_BYTES, 64);
        let result = self.tera.render_str_to(template, &self.context, false, &mut output);
        if output.is_full() {
            return Err(tera::Error::message(format!("it prints more than {} KiB", MAX_TEXT_BYTES >> 10)));
        }
        result?;
        Ok(String::from_utf8_lossy(&output.into_bytes()).into_owned())
    }

    fn expression(&self, expression: &str) -> Result<tera::Value, tera::Error> {
        let [open, close] = &self.delimiters.value;
        let render = |inner: &str| self.render(&format!("{open} {inner} {close}"));
        render(&format!("{CAPTURE}(value={expression})"))?;
        let value = self.captured.lock().ok().and_then(|mut slot| slot.take());
        match value {
            Some(value) if !value.is_undefined() => Ok(value),
            // A function takes an undefined value in silence: printing it gives the engine's own error.
            _ => render(expression).and_then(|_| Err(tera::Error::message("the expression has no value"))),
        }
    }
}

/// A condition, a default, a computed value or a name is never longer than this.
const MAX_TEXT_BYTES: usize = 1 << 20;
/// The function that carries a value out of a template with its type.
const CAPTURE: &str = "goldpath_capture";

/// The names that a template reads and that nothing defines, sorted.
pub(crate) fn undefined_names(tera: &Tera, template: &str, defines: impl Fn(&str) -> bool) -> Vec<String> {
    let names = tera.get_template_variables(template).unwrap_or_default();
    let mut unknown: Vec<String> =
        names.into_iter().filter(|name| !defines(name)).map(str::to_owned).collect();
    unknown.sort();
    unknown
}

/// The names that text with expressions reads and that nothing defines, sorted; none where it cannot be parsed.
pub(crate) fn unknown_names(
    delimiters: &Delimiters,
    text: &str,
    defines: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Error> {
    let mut alone = engine(delimiters)?;
    let is_parsed = alone.add_raw_template(CAPTURE, text).is_ok();
    Ok(if is_parsed { undefined_names(&alone, CAPTURE, defines) } else { Vec::new() })
}

/// An engine with a pack's delimiters, goldpath's filters, and no escaping.
pub(crate) fn engine(delimiters: &Delimiters) -> Result<Tera, Error> {
    let mut tera = Tera::new();
    let [value_open, value_close] = delimiters.value.clone();
    let [block_open, block_close] = delimiters.block.clone();
    let [comment_open, comment_close] = delimiters.comment.clone();
    let signs = tera::Delimiters {
        variable_start: value_open.into(),
        variable_end: value_close.into(),
        block_start: block_open.into(),
        block_end: block_close.into(),
        comment_start: comment_open.into(),
        comment_end: comment_close.into(),
    };
    tera.set_delimiters(signs).map_err(|error| Error::expression("`delimiters`", &error))?;
    // On by default for .html and .xml: generated files would be escaped.
    tera.autoescape_on(Vec::<&str>::new());
    filters::register(&mut tera);
    tera.register_function("throw", |arguments: Kwargs, _: &State<'_>| -> tera::TeraResult<&'static str> {
        let message: String = arguments.must_get("message")?;
        Err(tera::Error::message(format!("{REFUSAL}{message}{REFUSAL}")))
    });
    Ok(tera)
}

/// Around what a pack says with `throw`, so that it can be found again in the engine's report.
const REFUSAL: char = '\u{2}';

/// What the pack itself says against these answers and settings, with `throw(message=…)`.
pub(crate) fn refusal(error: &tera::Error) -> Option<String> {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).find_map(|text| {
        let (_, after) = text.split_once(REFUSAL)?;
        after.split_once(REFUSAL).map(|(message, _)| message.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_whole_expression_keeps_its_type_and_anything_else_is_text() {
        let mut evaluator = Evaluator::new(&Delimiters::default()).unwrap();
        evaluator.define("steps", tera::Value::from_serializable(&vec![10, 20]));
        assert_eq!(evaluator.value("{= steps | length =}").unwrap().as_i64(), Some(2));
        assert!(evaluator.value("{= [s * 2 for s in steps] =}").unwrap().is_array());
        assert_eq!(evaluator.value("{= steps | length =} steps").unwrap().as_str(), Some("2 steps"));
        assert!(evaluator.holds("10 in steps and not (30 in steps)").unwrap());
    }

    #[test]
    fn what_a_pack_throws_is_told_apart_from_its_mistakes() {
        let evaluator = Evaluator::new(&Delimiters::default()).unwrap();
        let error = evaluator.text("{= throw(message='10 replicas at least') =}").unwrap_err();
        assert_eq!(refusal(&error).as_deref(), Some("10 replicas at least"));
        assert_eq!(refusal(&evaluator.value("{= nobody =}").unwrap_err()), None);
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let evaluator = Evaluator::new(&Delimiters::default()).unwrap();
        assert!(evaluator.value("{= nobody =}").is_err());
        assert!(evaluator.holds("nobody == 'x'").is_err());
    }
}
