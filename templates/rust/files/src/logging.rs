//! The log: one JSON object a line on standard output.

use std::panic;

use tracing::{Level, error};

/// Starts logging events of this level and the more severe ones, panics included.
pub fn start(level: Level) {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(level)
        .init();
    // Without this a panic is several lines of text on standard error.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let message = panic.payload_as_str().unwrap_or("no message");
        error!(place, "panic: {message}");
    }));
}
