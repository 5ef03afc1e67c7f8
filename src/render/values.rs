//! Templates that hold values and nothing else, which is most of them.
//!
//! The engine reads a template letter by letter. Where only values stand in it they are found by a search, and each
//! distinct one is rendered once, whichever files it stands in.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use memchr::memmem::Finder;
use tera::{Context, Tera};

use crate::expression::Limited;
use crate::pack::Delimiters;

/// What is kept of one value. A longer one is the engine's, wherever it stands.
const MAX_VALUE_BYTES: usize = 64 << 10;
/// What is kept of all of them; what is new after that is the engine's.
const MAX_KEPT_BYTES: usize = 4 << 20;

/// Fills values into templates.
pub(super) struct Values<'p> {
    tera: &'p Tera,
    context: &'p Context,
    /// Around a value.
    signs: &'p [String; 2],
    open: Finder<'p>,
    close: Finder<'p>,
    /// What opens anything else.
    others: [Finder<'p>; 2],
    /// What each value prints, by its expression; none where that is not known by itself.
    printed: HashMap<&'p str, Option<Vec<u8>>>,
    /// About how many bytes that takes.
    kept: usize,
}

impl<'p> Values<'p> {
    /// The values that this context gives, by an engine with these delimiters.
    pub(super) fn new(tera: &'p Tera, delimiters: &'p Delimiters, context: &'p Context) -> Self {
        let Delimiters { value, block: [block, _], comment: [comment, _] } = delimiters;
        Self {
            tera,
            context,
            signs: value,
            open: Finder::new(&value[0]),
            close: Finder::new(&value[1]),
            others: [Finder::new(block), Finder::new(comment)],
            printed: HashMap::new(),
            kept: 0,
        }
    }

    /// What a template prints, if that is less than `limit` bytes and it holds nothing but values that print by themselves.
    /// Anything else is for the engine, which also says what is wrong with it.
    pub(super) fn fill(&mut self, template: &'p str, limit: usize) -> Option<Vec<u8>> {
        if self.others.iter().any(|other| other.find(template.as_bytes()).is_some()) {
            return None;
        }
        let [open, close] = self.signs;
        let mut output = Vec::with_capacity(template.len() + 256);
        let mut rest = template;
        while let Some(start) = self.open.find(rest.as_bytes()) {
            let (before, from) = (&rest[..start], &rest[start + open.len()..]);
            let end = self.close.find(from.as_bytes())?;
            let (expression, after) = (&from[..end], &from[end + close.len()..]);
            let value = self.print(expression)?;
            if output.len() + before.len() + value.len() >= limit {
                return None;
            }
            output.extend_from_slice(before.as_bytes());
            output.extend_from_slice(value);
            rest = after;
        }
        output.extend_from_slice(rest.as_bytes());
        (output.len() < limit).then_some(output)
    }

    fn print(&mut self, expression: &'p str) -> Option<&[u8]> {
        let printed = match self.printed.entry(expression) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if self.kept > MAX_KEPT_BYTES => return None,
            Entry::Vacant(unknown) => {
                let [open, close] = self.signs;
                // A dash at a sign takes away space around the value, and before a sign of dashes nobody knows which it is.
                let trims =
                    expression.starts_with('-') || expression.ends_with('-') || close.starts_with('-');
                let mut output = Limited::new(MAX_VALUE_BYTES, 64);
                let value = format!("{open}{expression}{close}");
                let is_known =
                    !trims && self.tera.render_str_to(&value, self.context, false, &mut output).is_ok();
                let printed = is_known.then(|| output.into_bytes());
                self.kept += 64 + printed.as_ref().map_or(0, Vec::len);
                unknown.insert(printed)
            }
        };
        printed.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expression::engine;

    fn context() -> Context {
        let mut context = Context::new();
        context.insert("name", "orders");
        context.insert("sizes", &[1, 2]);
        context
    }

    /// What the engine itself prints.
    fn rendered(template: &str) -> Option<String> {
        let mut tera = engine(&Delimiters::default()).unwrap();
        tera.add_raw_template("t", template).ok()?;
        tera.render("t", &context()).ok()
    }

    fn filled(template: &str, limit: usize) -> Option<String> {
        filled_by(&Delimiters::default(), template, limit)
    }

    fn filled_by(delimiters: &Delimiters, template: &str, limit: usize) -> Option<String> {
        let (tera, context) = (engine(delimiters).unwrap(), context());
        let output = Values::new(&tera, delimiters, &context).fill(template, limit)?;
        Some(String::from_utf8(output).unwrap())
    }

    #[test]
    fn a_template_of_values_is_filled_and_any_other_is_left_to_the_engine() {
        let filled = |template| filled(template, 1000);
        assert_eq!(filled("no value").as_deref(), Some("no value"));
        assert_eq!(
            filled("{= name =} {= name | upper =}\n{= name =}\n").as_deref(),
            Some("orders ORDERS\norders\n")
        );
        for left in [
            "{% if name %}x{% endif %}",
            "{~ why ~}x",
            "x {=- name =}",
            "{= name",
            "{= nobody =}",
            "{= \"=}\" =}",
        ] {
            assert_eq!(filled(left), None, "{left}");
        }
    }

    #[test]
    fn what_is_too_long_is_left_to_the_engine() {
        assert_eq!(filled("{= name =}{= name =}", 13).as_deref(), Some("ordersorders"));
        assert_eq!(filled("{= name =}{= name =}", 12), None);
        assert_eq!(filled("{= name =} and more", 10), None);
        assert!(filled("{= range(end=9) =}", usize::MAX).is_some());
        assert_eq!(filled("{= range(end=30000) =}", usize::MAX), None);
    }

    #[test]
    fn a_closing_sign_of_dashes_is_left_to_the_engine() {
        let signs =
            |close: &str| Delimiters { value: ["<<".to_owned(), close.to_owned()], ..Delimiters::default() };
        assert_eq!(filled_by(&signs(">>"), "<< name >>\n", 1000).as_deref(), Some("orders\n"));
        // The engine takes the first dash for one that trims.
        assert_eq!(filled_by(&signs("--"), "<< name ---\n", 1000), None);
    }

    #[test]
    fn what_is_kept_of_all_values_has_an_end() {
        let (delimiters, context) = (Delimiters::default(), context());
        let tera = engine(&delimiters).unwrap();
        let mut values = Values::new(&tera, &delimiters, &context);
        let templates: Vec<String> =
            (0..200).map(|start| format!("{{= range(start={start}, end=8000) =}}")).collect();
        let filled = templates.iter().filter(|template| values.fill(template, usize::MAX).is_some()).count();
        assert!((80..150).contains(&filled), "{filled}");
        assert!(values.fill(&templates[0], usize::MAX).is_some(), "what is kept is filled in");
    }

    proptest! {
        #[test]
        fn filling_prints_what_the_engine_prints(
            parts in proptest::collection::vec(
                prop::sample::select(vec![
                    "text", " ", "\n", "{", "}", "=}", "{=", "é", "-", "\"", "{{ x }}", "{= name =}", "{=name=}",
                    "{= name | upper =}", "{= sizes =}", "{= sizes[0] + 1 =}", "{=- name =}", "{= name -=}", "{= \"=}\" =}",
                    "{= nobody =}", "{% if name %}", "{% endif %}", "{~ a ~}", "{= -1 =}", "{= 'a' ~ name =}",
                ]),
                0..8,
            )
        ) {
            let template = parts.concat();
            if let Some(filled) = filled(&template, 1000) {
                prop_assert_eq!(Some(filled), rendered(&template));
            }
        }
    }
}
