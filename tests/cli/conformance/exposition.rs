//! Prometheus' text format, read strictly enough that what passes here can be scraped.

use std::collections::{BTreeMap, BTreeSet};

/// A scrape.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    /// What `# TYPE` says of each name.
    pub(super) types: BTreeMap<String, String>,
    pub(super) samples: Vec<Sample>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) value: f64,
}

impl Exposition {
    /// Reads a scrape; the error names the line.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if !text.ends_with('\n') {
            return Err("the last line does not end with a line feed".to_owned());
        }
        let mut exposition = Self::default();
        let mut seen = BTreeSet::new();
        for line in text.lines() {
            let wrong = |why: &str| format!("{why}: {line:?}");
            if let Some(comment) = line.strip_prefix('#') {
                let mut words = comment.split_whitespace();
                if let (Some("TYPE"), Some(name), Some(kind)) = (words.next(), words.next(), words.next())
                    && exposition.types.insert(name.to_owned(), kind.to_owned()).is_some()
                {
                    return Err(wrong("a second type of one name"));
                }
            } else if !line.trim().is_empty() {
                let sample = Sample::read(line).map_err(wrong)?;
                if !seen.insert((sample.name.clone(), sample.labels.clone())) {
                    return Err(wrong("the same series twice"));
                }
                exposition.samples.push(sample);
            }
        }
        Ok(exposition)
    }

    /// All series of a name.
    pub(super) fn series<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Sample> {
        self.samples.iter().filter(move |sample| sample.name == name)
    }

    /// The value of a name that has one series.
    pub(super) fn value(&self, name: &str) -> Option<f64> {
        let mut series = self.series(name);
        let first = series.next()?;
        series.next().is_none().then_some(first.value)
    }
}

impl Sample {
    fn read(line: &str) -> Result<Self, &'static str> {
        let end = line.find(|c: char| !is_of_a_name(c)).ok_or("no value")?;
        let (name, mut rest) = line.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("no name");
        }
        let mut labels = BTreeMap::new();
        if let Some(inside) = rest.strip_prefix('{') {
            rest = inside;
            loop {
                rest = rest.trim_start_matches([' ', ',']);
                if let Some(after) = rest.strip_prefix('}') {
                    rest = after;
                    break;
                }
                let (label, value) = rest.split_once("=\"").ok_or("no label")?;
                if label.is_empty() || !label.chars().all(is_of_a_name) {
                    return Err("no label");
                }
                let (value, after) = quoted(value).ok_or("a label's value does not end")?;
                if labels.insert(label.to_owned(), value).is_some() {
                    return Err("a label twice");
                }
                rest = after;
            }
        }
        // A timestamp may follow the value, and in OpenMetrics an exemplar.
        let value = rest.split_whitespace().next().ok_or("no value")?;
        let value = match value {
            "+Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            number => number.parse().map_err(|_| "no number")?,
        };
        Ok(Self { name: name.to_owned(), labels, value })
    }

    /// A label's value, empty where there is none.
    pub(super) fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// A value up to its closing quote, unescaped, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_labels_and_values_are_read() {
        let scrape = Exposition::read(
            "# HELP a_seconds How long\n# TYPE a_seconds histogram\na_seconds_bucket{x=\"1\",le=\"+Inf\"} 3\n\
             b{quote=\"a\\\"b\\\\c\\nd, }\"} 1.5e3 1700000000000\n\nc +Inf\nd{} -1 # {trace=\"1\"} 2\n# EOF\n",
        )
        .unwrap();
        assert_eq!(scrape.types["a_seconds"], "histogram");
        let bucket = scrape.series("a_seconds_bucket").next().unwrap();
        assert_eq!((bucket.label("x"), bucket.label("le"), bucket.label("y")), ("1", "+Inf", ""));
        assert_eq!(scrape.series("b").next().unwrap().label("quote"), "a\"b\\c\nd, }");
        assert_eq!(scrape.value("b"), Some(1500.0));
        assert_eq!(scrape.value("c"), Some(f64::INFINITY));
        assert_eq!(scrape.value("d"), Some(-1.0));
        assert_eq!(scrape.value("e"), None);
    }

    #[test]
    fn a_name_with_two_series_has_no_one_value() {
        assert_eq!(Exposition::read("a{x=\"1\"} 1\na{x=\"2\"} 2\n").unwrap().value("a"), None);
    }

    #[test]
    fn what_prometheus_would_refuse_is_refused() {
        for (text, told) in [
            ("a 1", "the last line does not end with a line feed"),
            ("a\n", "no value: \"a\""),
            ("a one\n", "no number: \"a one\""),
            ("1a 1\n", "no name: \"1a 1\""),
            ("a{x=1} 1\n", "no label: \"a{x=1} 1\""),
            ("a{x=\"1} 1\n", "a label's value does not end: \"a{x=\\\"1} 1\""),
            ("a{x=\"1\",x=\"2\"} 1\n", "a label twice: \"a{x=\\\"1\\\",x=\\\"2\\\"} 1\""),
            ("a{x=\"1\"} 1\na{x=\"1\"} 2\n", "the same series twice: \"a{x=\\\"1\\\"} 2\""),
            ("# TYPE a gauge\n# TYPE a counter\n", "a second type of one name: \"# TYPE a counter\""),
        ] {
            assert_eq!(Exposition::read(text).unwrap_err(), told);
        }
    }
}
