//! The filters that goldpath adds to Tera's own: the arithmetic of objectives and canaries, and JSON text.

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

/// Adds them all.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("ln", |number: f64, _: Kwargs, _: &State<'_>| finite("ln", number, number.ln()));
    tera.register_filter("ceil", |number: f64, _: Kwargs, _: &State<'_>| whole("ceil", number.ceil()));
    tera.register_filter("floor", |number: f64, _: Kwargs, _: &State<'_>| whole("floor", number.floor()));
    tera.register_filter("pow", |number: f64, arguments: Kwargs, _: &State<'_>| -> TeraResult<f64> {
        finite("pow", number, number.powf(arguments.must_get("exp")?))
    });
    tera.register_filter("decimal", decimal);
    tera.register_filter("json", json);
}

/// A number as people and Prometheus write it: rounded, no trailing zeros, never in exponent form.
#[expect(clippy::needless_pass_by_value, reason = "a filter of Tera owns its arguments")]
fn decimal(number: f64, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let places: usize = arguments.get::<u64>("places")?.unwrap_or(6).min(15).try_into().unwrap_or(6);
    finite("decimal", number, number)?;
    let text = format!("{number:.places$}");
    let trimmed = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    Ok(if trimmed == "-0" { "0".to_owned() } else { trimmed.to_owned() })
}

#[expect(clippy::needless_pass_by_value, reason = "a filter of Tera owns what it is given")]
fn json(value: Value, _: Kwargs, _: &State<'_>) -> TeraResult<String> {
    serde_json::to_string(&value)
        .map_err(|error| Error::message(format!("`json` cannot write this value: {error}")))
}

fn finite(filter: &str, input: f64, result: f64) -> TeraResult<f64> {
    if result.is_finite() {
        Ok(result)
    } else {
        Err(Error::message(format!("`{filter}` has no result for {input}")))
    }
}

fn whole(filter: &str, result: f64) -> TeraResult<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0; // 2^53: beyond it a float skips whole numbers
    if result.abs() <= LIMIT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        Ok(result as i64)
    } else {
        Err(Error::message(format!("`{filter}` has no whole result for {result}")))
    }
}

#[cfg(test)]
mod tests {
    use crate::expression::Evaluator;
    use crate::pack::Delimiters;

    fn text(template: &str) -> String {
        Evaluator::new(&Delimiters::default()).unwrap().text(template).unwrap()
    }

    #[test]
    fn a_burn_rate_threshold_prints_as_people_write_it() {
        assert_eq!(text("{= (14.4 * (100 - 99.5) / 100) | decimal =}"), "0.072");
        assert_eq!(text("{= 99.0 | decimal =}"), "99");
        assert_eq!(text("{= 43.2 | decimal(places=0) =}"), "43");
    }

    #[test]
    fn the_sample_size_to_see_one_failure_follows_the_formula() {
        // n_min(p) = ceil(ln 0.05 / ln(1-p)): 59 at 5 %, 299 at 1 %.
        assert_eq!(text("{= ((0.05 | ln) / (0.95 | ln)) | ceil =}"), "59");
        assert_eq!(text("{= ((0.05 | ln) / (0.99 | ln)) | ceil =}"), "299");
    }

    #[test]
    fn json_quotes_text_and_keeps_lists() {
        assert_eq!(text(r#"{= "a\"b" | json =} {= [1, "x"] | json =}"#), r#""a\"b" [1,"x"]"#);
    }

    #[test]
    fn a_number_without_a_result_is_an_error() {
        assert!(Evaluator::new(&Delimiters::default()).unwrap().text("{= 0 | ln =}").is_err());
    }
}
