//! pack_commands
