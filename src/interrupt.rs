//! What Ctrl-C, SIGTERM and SIGHUP do: leave at once, or let the writer put everything back.
//!
//! While nothing is written the process shows the cursor, says so, and ends with 130. While a [`Writing`]
//! guard is alive a signal only raises a flag: the writer polls it with [`check`], puts everything
//! back and returns an error, and the process ends with 130 the ordinary way. Further signals
//! change nothing about that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::exit::Exit;

/// How many [`Writing`] guards are alive; held by the handler while it ends the process, so that no writer
/// can begin meanwhile.
static WRITERS: Mutex<usize> = Mutex::new(0);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// Says that the run was interrupted, where no writer is left to say it.
static SAY: OnceLock<fn()> = OnceLock::new();

/// The run was interrupted: stop, and put everything back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// The signal handler could not be installed.
#[derive(Debug, thiserror::Error)]
#[error("could not listen for signals")]
pub struct NotInstalled(#[source] ctrlc::Error);

/// Listens for SIGINT, SIGTERM and SIGHUP from now on.
///
/// Call it once, before the first prompt. `say` tells that nothing was changed, where a signal ends the process at once.
pub fn install(say: fn()) -> Result<(), NotInstalled> {
    let _ = SAY.set(say);
    ctrlc::set_handler(on_signal).map_err(NotInstalled)
}

fn on_signal() {
    let writers = lock();
    if *writers > 0 {
        INTERRUPTED.store(true, Ordering::SeqCst);
        return;
    }
    let terminal = console::Term::stderr();
    if terminal.is_term() {
        // A prompt may have hidden the cursor; there is nobody left to tell when showing it fails.
        let _ = terminal.show_cursor();
        // The question stands on the line.
        let _ = terminal.write_line("");
    }
    if let Some(say) = SAY.get() {
        say();
    }
    end();
}

/// A prompt that is interrupted returns while the signal is on its way, and one of the two has to say so: gives the signal
/// the time to end the process.
pub fn wait_for_the_end() {
    std::thread::sleep(Duration::from_secs(1));
}

#[expect(clippy::exit, reason = "nothing was written, and a prompt cannot be told to return")]
fn end() -> ! {
    std::process::exit(i32::from(Exit::Interrupted.code()))
}

/// Fails once a signal has arrived while something was being written.
pub fn check() -> Result<(), Interrupted> {
    if INTERRUPTED.load(Ordering::SeqCst) { Err(Interrupted) } else { Ok(()) }
}

/// While this is alive a signal waits for [`check`] instead of ending the process.
#[derive(Debug)]
#[must_use = "a signal ends the process at once when the guard is dropped"]
pub struct Writing(());

impl Writing {
    /// From here on there is something to put back.
    pub fn begin() -> Self {
        *lock() += 1;
        Self(())
    }
}

impl Writing {
    /// Everything is in place: from here on a signal changes nothing about how the run ends, so that no exit code says
    /// that it was put back.
    pub fn stays(self) {
        std::mem::forget(self);
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        *lock() -= 1;
    }
}

fn lock() -> MutexGuard<'static, usize> {
    WRITERS.lock().unwrap_or_else(PoisonError::into_inner)
}
