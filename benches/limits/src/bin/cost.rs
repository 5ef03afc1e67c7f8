//! `cost COMMAND...` runs a command without input and output, and prints its CPU and wall milliseconds, its peak KiB and
//! its exit code. What starts a process lends it its own peak of memory, so that a big one cannot measure a small one.

use std::env;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

fn main() {
    let mut words = env::args_os().skip(1);
    let mut command = Command::new(words.next().expect("a command"));
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null());
    let begin = Instant::now();
    let status = command.status().expect("it starts");
    let wall = begin.elapsed();
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).expect("it was waited for");
    let milliseconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 * 1e3 + time.tv_usec() as f64 / 1e3;
    let cpu = milliseconds(used.user_time()) + milliseconds(used.system_time());
    println!("{cpu:.3} {:.3} {} {}", wall.as_secs_f64() * 1e3, used.max_rss(), status.code().unwrap_or(-1));
}
