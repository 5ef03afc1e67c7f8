//! Gives up on a pack that does not come to an end: nothing in a template language stops a loop over loops.
//!
//! A template cannot be interrupted from outside, so the process ends; that is safe only while nothing is written.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use cpu_time::ProcessTime;

use super::output::report;
use crate::error::Error;

/// Processor time, not time on the wall: a person may think at a prompt as long as they like. A pack of thousands of
/// files takes one or two seconds.
pub(super) const ONE_RENDER: u64 = 20;
/// Rules are stopped after ten; what is not is a parser that does not end.
pub(super) const ONE_JUDGEMENT: u64 = 15;
/// A linter renders every combination of preset, stack and choice.
pub(super) const EVERY_RENDER: u64 = 300;
/// A pack of thousands of files takes less than a tenth of it.
const MEMORY_MIB: usize = 768;
/// Between two looks; memory cannot grow by much more than a hundred megabytes in it.
const PAUSE: Duration = Duration::from_millis(10);

/// Watches as long as it is alive. Drop it before the first write.
#[must_use = "nothing is watched once it is dropped"]
pub(super) struct Watchdog {
    _alive: Sender<()>,
}

impl Watchdog {
    /// Allows the process this many seconds of processor time, from its own start on.
    pub(super) fn start(seconds: u64) -> Self {
        let (alive, watched) = mpsc::channel();
        thread::spawn(move || {
            while watched.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                if let Some(error) = exceeded(seconds) {
                    report(&error);
                    end(&error);
                }
            }
        });
        Self { _alive: alive }
    }
}

fn exceeded(seconds: u64) -> Option<Error> {
    let spent = ProcessTime::now().as_duration();
    let mib = memory_stats::memory_stats().map_or(0, |memory| memory.physical_mem >> 20);
    if spent > Duration::from_secs(seconds) {
        Some(Error::PackEndless { seconds })
    } else if mib > MEMORY_MIB {
        Some(Error::PackHuge { mib: MEMORY_MIB })
    } else {
        None
    }
}

#[expect(clippy::exit, reason = "the thread that evaluates the pack cannot be told to return")]
fn end(error: &Error) {
    std::process::exit(i32::from(error.exit().code()))
}
