//! The preset that a repository meets, as a picture for its README.

use crate::check::Level;

const HEIGHT: usize = 20;
/// About what a character of 11 px Verdana takes.
const CHARACTER: usize = 7;
const LABEL: &str = "golden path";

/// An SVG with nothing in it that is loaded from elsewhere.
pub(super) fn svg(level: Option<&Level>) -> String {
    let met = level.and_then(Level::meets);
    let text = met.map_or("not met", |step| step.title.as_str());
    let top = met.is_some() && level.and_then(Level::next).is_none();
    let colour = match (met, top) {
        (None, _) => "#c0392b",
        (Some(_), true) => "#2e8b57",
        (Some(_), false) => "#2f6fab",
    };
    let width = |text: &str| text.chars().count() * CHARACTER + 10;
    let (left, right) = (width(LABEL), width(text));
    let (whole, text) = (left + right, escaped(text));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"{HEIGHT}\" role=\"img\" \
         aria-label=\"{LABEL}: {text}\">\n  <title>{LABEL}: {text}</title>\n  \
         <rect width=\"{left}\" height=\"{HEIGHT}\" fill=\"#555\"/>\n  \
         <rect x=\"{left}\" width=\"{right}\" height=\"{HEIGHT}\" fill=\"{colour}\"/>\n  \
         <g fill=\"#fff\" font-family=\"Verdana,sans-serif\" font-size=\"11\" text-anchor=\"middle\">\n    \
         <text x=\"{}\" y=\"14\">{LABEL}</text>\n    <text x=\"{}\" y=\"14\">{text}</text>\n  </g>\n</svg>\n",
        left / 2,
        left + right / 2
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
