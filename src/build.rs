//! Rebuilds when an embedded folder changes: `include_dir` cannot see a new file by itself.

fn main() {
    for folder in ["templates", "presets", "policies", "migrations", "releases", "pack.toml"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
