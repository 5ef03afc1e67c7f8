//! PromQL: what an expression selects, and which bounds it compares with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use promql_parser::label::MatchOp;
use promql_parser::parser::token::{T_ADD, T_DIV, T_GTE, T_GTR, T_LSS, T_LTE, T_MUL, T_SUB, TokenId};
use promql_parser::parser::{self, Expr, VectorSelector};

/// The longest expression, in bytes. Rules that people write have some hundred.
const LONGEST: usize = 8 << 10;
/// The most signs in one: each term of a sum lies a level deeper, and whatever walks the tree needs the stack for it.
const MOST_SIGNS: usize = 1500;
/// The most brackets in each other.
const DEEPEST: usize = 100;

/// Refuses what the parser would need more stack for than there is.
fn refuse_bottomless(text: &str) -> Result<(), String> {
    let (mut depth, mut deepest, mut signs) = (0_usize, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'<' | b'>' | b'=' | b'!' => signs += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let words = ["and", "or", "unless", "atan2"];
    signs += words.iter().map(|word| text.matches(word).count()).sum::<usize>();
    match (text.len() > LONGEST || signs > MOST_SIGNS, deepest > DEEPEST) {
        (true, _) => Err(format!("longer than {} KiB, or more than {MOST_SIGNS} signs", LONGEST >> 10)),
        (_, true) => Err(format!("more than {DEEPEST} brackets in each other")),
        _ => Ok(()),
    }
}

/// An expression that was parsed.
pub(super) struct Query(Expr);

/// An expression, or why it is none.
pub(super) type Parsed = Rc<Result<Query, String>>;

/// Each expression, parsed once however often it is said.
#[derive(Default)]
pub(super) struct Queries(RefCell<HashMap<String, Parsed>>);

impl Queries {
    pub(super) fn parse(&self, text: &str) -> Parsed {
        if let Some(known) = self.0.borrow().get(text) {
            return Rc::clone(known);
        }
        let parsed = Rc::new(Query::parse(text));
        self.0.borrow_mut().insert(text.to_owned(), Rc::clone(&parsed));
        parsed
    }
}

/// A metric beside a constant.
pub(super) struct Bound<'q> {
    /// The metric and its labels.
    pub(super) metric: &'q VectorSelector,
    /// The constant, computed.
    pub(super) value: f64,
}

impl Query {
    /// Parses an expression, after the placeholders of dashboards, analyses and runbooks were filled in.
    fn parse(text: &str) -> Result<Self, String> {
        refuse_bottomless(text)?;
        parser::parse(&filled(text)).map(Self)
    }

    /// The names of the metrics that are taken as they are now, and not over a range.
    pub(super) fn instant(&self) -> Vec<&str> {
        let mut found = Vec::new();
        walk(&self.0, &mut |expr| {
            if let Expr::VectorSelector(selector) = expr {
                found.extend(selector.name.as_deref());
            }
        });
        found
    }

    /// Every selector, those of ranges too.
    pub(super) fn selectors(&self) -> Vec<&VectorSelector> {
        let mut found = Vec::new();
        walk(&self.0, &mut |expr| match expr {
            Expr::VectorSelector(selector) => found.push(selector),
            Expr::MatrixSelector(matrix) => found.push(&matrix.vs),
            _ => {}
        });
        found
    }

    /// The names of all metrics.
    pub(super) fn metrics(&self) -> Vec<&str> {
        self.selectors().into_iter().filter_map(|selector| selector.name.as_deref()).collect()
    }

    /// Every range that a metric is read over.
    pub(super) fn ranges(&self) -> Vec<Duration> {
        let mut found = Vec::new();
        walk(&self.0, &mut |expr| {
            if let Expr::MatrixSelector(matrix) = expr {
                found.push(matrix.range);
            }
        });
        found
    }

    /// Every `metric > constant`, in any direction, aggregated or not.
    pub(super) fn comparisons(&self) -> Vec<Bound<'_>> {
        self.bounds(&[T_GTR, T_GTE, T_LSS, T_LTE])
    }

    /// Every `metric / constant`, aggregated or not.
    pub(super) fn divisions(&self) -> Vec<Bound<'_>> {
        self.bounds(&[T_DIV])
    }

    fn bounds(&self, operators: &[TokenId]) -> Vec<Bound<'_>> {
        let mut found = Vec::new();
        walk(&self.0, &mut |expr| {
            if let Expr::Binary(binary) = expr
                && operators.contains(&binary.op.id())
                && let Expr::VectorSelector(metric) = core(&binary.lhs)
                && let Some(value) = constant(&binary.rhs)
            {
                found.push(Bound { metric, value });
            }
        });
        found
    }
}

/// The value that a selector wants of a label, if it wants one.
pub(super) fn label<'s>(selector: &'s VectorSelector, name: &str) -> Option<&'s str> {
    let matchers = &selector.matchers.matchers;
    let wanted = matchers.iter().find(|matcher| matcher.name == name && matcher.op == MatchOp::Equal);
    wanted.map(|matcher| matcher.value.as_str())
}

/// Every part of an expression, from the outside in.
fn walk<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    visit(expr);
    match expr {
        Expr::Aggregate(aggregate) => {
            walk(&aggregate.expr, visit);
            if let Some(parameter) = &aggregate.param {
                walk(parameter, visit);
            }
        }
        Expr::Unary(unary) => walk(&unary.expr, visit),
        Expr::Binary(binary) => {
            walk(&binary.lhs, visit);
            walk(&binary.rhs, visit);
        }
        Expr::Paren(paren) => walk(&paren.expr, visit),
        Expr::Subquery(subquery) => walk(&subquery.expr, visit),
        Expr::Call(call) => call.args.args.iter().for_each(|argument| walk(argument, visit)),
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::Extension(_) => {}
    }
}

/// What is inside of parentheses and aggregations: the metric of `max((m))`.
fn core(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => core(&paren.expr),
        Expr::Aggregate(aggregate) => core(&aggregate.expr),
        other => other,
    }
}

/// The value of arithmetic over numbers alone, such as `(14.4 * 0.001)`.
fn constant(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::NumberLiteral(number) => Some(number.val),
        Expr::Paren(paren) => constant(&paren.expr),
        Expr::Unary(unary) => constant(&unary.expr).map(|value| -value),
        Expr::Binary(binary) => {
            let (left, right) = (constant(&binary.lhs)?, constant(&binary.rhs)?);
            match binary.op.id() {
                T_ADD => Some(left + right),
                T_SUB => Some(left - right),
                T_MUL => Some(left * right),
                T_DIV => Some(left / right),
                _ => None,
            }
        }
        _ => None,
    }
}

/// With something in the place of `{{args.job}}` and `$__rate_interval`, which are filled in where the query runs.
fn filled(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((_, after)) = after.split_once("}}") else { break };
        filled.push_str(before);
        filled.push('x');
        rest = after;
    }
    filled.push_str(rest);
    ["$__rate_interval", "$__interval", "$__range"]
        .iter()
        .fold(filled, |text, placeholder| text.replace(placeholder, "5m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_shows_what_it_selects_and_its_bound() {
        let query = Query::parse(
            "slo:sli_error:ratio_rate1h{slo=\"latency\"} > (14.4 * 0.01)\nand on () sum(increase(a_count{job=\"x\"}[1h])) >= 20",
        )
        .unwrap();
        let names: Vec<_> =
            query.selectors().iter().filter_map(|selector| selector.name.as_deref()).collect();
        assert_eq!(names, ["slo:sli_error:ratio_rate1h", "a_count"]);
        let bound = &query.comparisons()[0];
        assert!((bound.value - 0.144).abs() < 1e-12);
        assert_eq!(label(bound.metric, "slo"), Some("latency"));
        assert_eq!(query.ranges(), [Duration::from_hours(1)]);
    }

    #[test]
    fn an_expression_without_end_is_refused() {
        for (open, middle, close) in
            [("(", "up", ")"), ("-", "up", ""), ("up or ", "up", ""), ("1+", "1", "")]
        {
            let of = |times| format!("{}{middle}{}", open.repeat(times), close.repeat(times));
            assert!(Query::parse(&of(90)).is_ok(), "{open}");
            let refused = Query::parse(&of(100_000)).err().unwrap();
            assert!(refused.contains("more than"), "{open}: {refused}");
        }
    }

    #[test]
    fn placeholders_are_filled_in_and_nonsense_is_refused() {
        assert!(Query::parse("rate(a{job=\"{{args.job}}\"}[$__rate_interval])").is_ok());
        assert!(Query::parse("sum(rate(a[5m])").is_err());
    }
}
