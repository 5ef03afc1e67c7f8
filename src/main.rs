//! The `goldpath` command: parse, run, report.

use std::process::ExitCode;

fn main() -> ExitCode {
    goldpath::cli::run(std::env::args_os()).into()
}
