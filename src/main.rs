//! The `goldpath` command.

fn main() {}
