//! How long something takes, as Argo Rollouts writes it.

use super::node::Node;

/// Minutes: `5m`, `90s`, `1h` or seconds.
pub(super) fn minutes_of(duration: &Node) -> Option<f64> {
    let text = duration.text()?;
    let number = text.trim_end_matches(['s', 'm', 'h']).parse::<f64>().ok()?;
    Some(match text.chars().last()? {
        'h' => number * 60.0,
        'm' => number,
        _ => number / 60.0,
    })
}
