//! What a machine, other processes and the clock do to a run: each leaves the old state, the new one, or a journal from which
//! `--abort` gives the old one back, and the message says which.

mod clock;
mod fake_clock;
mod first_commit_signals;
mod full_disk;
mod ground;
mod injections;
mod left_behind;
mod meanwhile;
mod namespace;
mod read_only;
mod shell_limits;
mod state;
mod two_at_once;
mod writings;
