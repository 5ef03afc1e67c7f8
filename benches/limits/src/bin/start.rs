//! The limit of a start: a program that parses its arguments with clap and does nothing else.

use clap::Parser;

/// Does nothing
#[derive(Debug, Parser)]
#[command(version)]
struct Nothing;

fn main() {
    let _ = Nothing::parse();
}
