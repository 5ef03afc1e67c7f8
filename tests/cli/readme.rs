//! What the README shows is what happens.

use std::path::Path;

use crate::env::{GOLDPATH, TestEnv};

/// A command of a block, and what it prints.
struct Shown {
    command: String,
    output: Vec<String>,
}

/// The console blocks whose first line runs goldpath, each as its commands.
fn blocks(markdown: &str) -> Vec<Vec<Shown>> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while lines.by_ref().any(|line| line.trim() == "```console") {
        let block: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
        if !block.first().is_some_and(|line| line.starts_with("$ goldpath")) {
            continue;
        }
        let mut commands: Vec<Shown> = Vec::new();
        for line in block {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push(Shown { command: command.to_owned(), output: Vec::new() }),
                None => commands.last_mut().unwrap().output.push(line.trim_end().to_owned()),
            }
        }
        blocks.push(commands);
    }
    blocks
}

/// Whether text is what is shown, where `…` stands for anything on a line, and alone for any lines.
fn matches(shown: &[String], printed: &[&str]) -> bool {
    match (shown, printed) {
        ([], _) => printed.is_empty(),
        ([any, rest @ ..], _) if any.trim() == "…" => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        ([line, rest @ ..], [first, others @ ..]) => matches_line(line, first) && matches(rest, others),
        (_, []) => false,
    }
}

fn matches_line(shown: &str, printed: &str) -> bool {
    match shown.split_once('…') {
        None => shown == printed,
        Some((before, after)) => printed.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| matches_line(after, &rest[at..]))
        }),
    }
}

/// Runs a block in a folder of its own; says what differs.
fn differences(block: &[Shown]) -> Option<String> {
    let env = TestEnv::new();
    let path =
        format!("{}:{}", Path::new(GOLDPATH).parent().unwrap().display(), std::env::var("PATH").unwrap());
    let env = env.with("PATH", path);
    let mut folder = String::new();
    for shown in block {
        // The folder is kept from command to command, as in a terminal.
        let script = format!("cd \"./{folder}\" && {{ {} ; }} 2>&1 && pwd > \"$HOME/pwd\"", shown.command);
        let run = env.run(env.command("sh", "").args(["-c", &script])).whatever();
        let work = dunce::canonicalize(env.path("")).unwrap();
        if let Ok(now) = fs_err::read_to_string(env.home().join("pwd")) {
            let now = Path::new(now.trim()).strip_prefix(&work).map(|path| path.display().to_string());
            folder = now.unwrap_or_default();
        }
        let printed = run.stdout() + &run.stderr();
        let lines: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
        let mut expected = shown.output.clone();
        while expected.last().is_some_and(String::is_empty) {
            expected.pop();
        }
        if !matches(&expected, &lines) {
            return Some(format!(
                "$ {}\nis shown with:\n{}\nand prints:\n{printed}",
                shown.command,
                expected.join("\n")
            ));
        }
    }
    None
}

#[test]
fn every_console_block_of_the_readme_prints_what_it_shows() {
    let readme = fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks = blocks(&readme);
    assert!(!blocks.is_empty(), "the README shows no run of goldpath");
    let different: Vec<String> = blocks.iter().filter_map(|block| differences(block)).collect();
    assert!(different.is_empty(), "{}", different.join("\n\n"));
}

#[test]
fn every_command_that_the_readme_names_exists() {
    let env = TestEnv::new();
    let readme = fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    // Flags belong to `--help`.
    let in_blocks = readme.split("```").skip(1).step_by(2).flat_map(str::lines);
    let in_blocks = in_blocks.filter_map(|line| line.trim_start_matches("$ ").strip_prefix("goldpath "));
    let in_prose = readme.split("`goldpath ").skip(1);
    let first_word = |text: &str| text.chars().take_while(char::is_ascii_lowercase).collect::<String>();
    let named: std::collections::BTreeSet<String> = in_blocks.chain(in_prose).map(first_word).collect();
    let commands = named.iter().filter(|word| !word.is_empty());
    for command in commands.clone() {
        env.goldpath([command, "--help"]).succeeds();
    }
    assert!(commands.count() >= 6, "{named:?}");
}

#[test]
fn a_difference_is_found_and_a_wildcard_is_not_one() {
    let block = |text: &str| blocks(&format!("text\n```console\n{text}\n```\n")).remove(0);
    assert!(differences(&block("$ goldpath --version\ngoldpath …")).is_none());
    assert!(differences(&block("$ goldpath --version\ngoldpath 0.0.0-wrong")).is_some());
    assert!(differences(&block("$ goldpath presets list\n…\nenterprise\n…")).is_none());
    assert!(differences(&block("$ goldpath presets list\nenterprise\n…")).is_some());
    assert!(
        differences(&block("$ goldpath --version && mkdir x && cd x\n…\n$ basename \"$PWD\"\nx")).is_none()
    );
    assert!(blocks("```console\n$ cargo build\n```\n```sh\ngoldpath\n```\n").is_empty());
}
