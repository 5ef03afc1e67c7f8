//! Streams and terminals of every kind, for every command in one table: what is printed, and how it ends.

use std::process::{Command, Stdio};

use crate::env::{GOLDPATH, TestEnv};
use crate::terminal::Terminal;
use crate::upgrade::made;

/// Every command, so that it changes nothing: one ground serves all of them.
const COMMANDS: [(&str, &[&str]); 22] = [
    ("", &["--help"]),
    ("", &["--version"]),
    ("", &["new", "fresh", "--pack", "./pack", "--yes", "--dry-run"]),
    ("", &["new", "fresh", "--pack", "./pack", "--yes", "--dry-run", "--format", "json"]),
    ("", &["recommend", "--set", "team_size=3"]),
    ("", &["presets", "list"]),
    ("", &["presets", "show", "small", "--pack", "./pack"]),
    ("", &["presets", "compare", "--pack", "./pack"]),
    ("orders", &["upgrade", "--dry-run"]),
    ("orders", &["upgrade", "--dry-run", "--patch"]),
    ("orders", &["apply", "Makefile", "--dry-run"]),
    ("foreign", &["adopt", "--pack", "../pack", "--yes", "--dry-run"]),
    ("orders", &["check"]),
    ("orders", &["check", "--format", "sarif"]),
    ("orders", &["diff"]),
    ("orders", &["explain", "Makefile"]),
    ("orders", &["onboard"]),
    ("", &["pack", "lint", "./pack"]),
    ("", &["completions", "bash"]),
    ("", &["man"]),
    ("", &["new", "--pack", "./pack"]),
    ("", &["nonsense"]),
];

fn ground() -> TestEnv {
    let env = TestEnv::new();
    made(&env);
    env.write("orders/Makefile", "mine:\n\ttrue …\n");
    env.shell(
        "cd orders; git commit -qam mine; cd ..; mkdir foreign; cd foreign; git init -q -b main; \
         git commit -q --allow-empty -m x",
    );
    env
}

fn command(env: &TestEnv, folder: &str, arguments: &[&str]) -> Command {
    let mut command = env.command(GOLDPATH, folder);
    command.args(arguments);
    command
}

/// Runs each command as it is, and as a situation has it; both must end in the same way. Tells what else is wrong.
#[track_caller]
fn every(situation: impl Fn(&TestEnv, &str, &[&str], i32) -> Result<(), String>) {
    let env = ground();
    let before = env.contents("");
    let wrong: Vec<String> = COMMANDS
        .iter()
        .filter_map(|(folder, arguments)| {
            let usual = env.run(&mut command(&env, folder, arguments)).whatever();
            assert!([0, 1, 2].contains(&usual.code()), "{arguments:?}: {}", usual.said());
            let wrong = situation(&env, folder, arguments, usual.code()).err()?;
            Some(format!("goldpath {}: {wrong}", arguments.join(" ")))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(env.contents(""), before);
}

fn same(code: Option<i32>, usual: i32) -> Result<(), String> {
    if code == Some(usual) { Ok(()) } else { Err(format!("ends with {code:?}, and usually with {usual}")) }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    every(|env, folder, arguments, usual| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(env, folder, arguments).stdout(writer).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).to_lowercase();
        if told.contains("pipe") || told.contains("panicked") {
            return Err(format!("complains: {told}"));
        }
        same(output.status.code(), usual)
    });
}

#[test]
fn nobody_who_reads_the_errors_is_no_error() {
    every(|env, folder, arguments, usual| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(env, folder, arguments).stderr(writer).output().unwrap();
        same(output.status.code(), usual)
    });
}

#[test]
fn closed_streams_change_nothing_about_the_end() {
    for closed in [">&-", "2>&-", "<&-", "<&- >&- 2>&-"] {
        every(|env, folder, arguments, usual| {
            let script = format!("exec \"$0\" \"$@\" {closed}");
            let mut shell = env.command("sh", folder);
            let output = shell.args(["-c", &script, GOLDPATH]).args(arguments).output().unwrap();
            same(output.status.code(), usual).map_err(|wrong| format!("{closed}: {wrong}"))
        });
    }
}

#[test]
fn what_cannot_be_written_is_told_and_is_no_success() {
    every(|env, folder, arguments, usual| {
        let full = fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(env, folder, arguments).stdout(full.into_file()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        // What is refused prints nothing there.
        let prints = usual != 2;
        if prints && !told.contains("could not be written to stdout") {
            return Err(format!("does not tell it: {told}"));
        }
        let code = output.status.code();
        if prints && !matches!(code, Some(1 | 4)) { Err(format!("ends with {code:?}")) } else { Ok(()) }
    });
}

#[test]
fn a_locale_without_unicode_gets_ascii() {
    every(|env, folder, arguments, usual| {
        let mut command = command(env, folder, arguments);
        let output = command.env("LC_ALL", "C").output().unwrap();
        // JSON, scripts and patches are UTF-8 by what they are.
        let is_document = ["json", "sarif", "--patch", "diff", "completions", "man"]
            .iter()
            .any(|word| arguments.contains(word));
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        if !is_document && !said.is_ascii() {
            return Err(format!("is no ASCII: {}", String::from_utf8_lossy(&said)));
        }
        same(output.status.code(), usual)
    });
}

#[test]
fn what_is_no_terminal_gets_no_escape() {
    every(|env, folder, arguments, usual| {
        let output = command(env, folder, arguments).env("TERM", "xterm-256color").output().unwrap();
        if output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b) {
            return Err("has an escape in it".to_owned());
        }
        same(output.status.code(), usual)
    });
}

/// Each command in a terminal of this width, which asks nothing: stdin is none.
fn in_a_terminal(columns: u16, variables: &[(&str, &str)], wrong_with: impl Fn(&str) -> Option<String>) {
    every(|env, folder, arguments, usual| {
        let folder = env.path(folder);
        let script = "cd \"$1\" && shift && exec \"$@\" < /dev/null";
        let all = [&["-c", script, "sh", folder.to_str().unwrap(), GOLDPATH], arguments].concat();
        let shown = Terminal::start_program(env, columns, variables, "sh", &all).ends();
        if let Some(wrong) = wrong_with(&shown.raw) {
            return Err(wrong);
        }
        same(Some(shown.code), usual)
    });
}

#[test]
fn no_color_is_obeyed_in_a_terminal() {
    in_a_terminal(100, &[("TERM", "xterm-256color"), ("NO_COLOR", "1")], |shown| {
        shown.contains("\u{1b}[").then(|| format!("is coloured: {shown:?}"))
    });
}

#[test]
fn a_dumb_terminal_gets_no_escape() {
    in_a_terminal(100, &[("TERM", "dumb")], |shown| {
        shown.contains('\u{1b}').then(|| format!("has an escape in it: {shown:?}"))
    });
}

#[test]
fn forty_columns_are_enough_and_colours_end_on_each_line() {
    in_a_terminal(40, &[("TERM", "xterm-256color")], |shown| {
        let open = |line: &&str| {
            let last = line.rfind("\u{1b}[").map(|at| &line[at..]);
            last.is_some_and(|last| !last.starts_with("\u{1b}[0m"))
        };
        shown.lines().find(open).map(|line| format!("leaves a colour on: {line:?}"))
    });
}

#[test]
fn a_patch_repaints_no_terminal_and_reaches_a_program_as_it_is() {
    let env = ground();
    env.write("orders/Makefile", "mine:\u{1b}[2J\u{202e}\n");
    let piped = env.goldpath_in("orders", ["diff"]).succeeds();
    assert!(piped.stdout().contains("+mine:\u{1b}[2J\u{202e}"), "{}", piped.said());
    let script = format!("cd orders && exec {GOLDPATH} diff < /dev/null");
    let variables = [("TERM", "xterm-256color")];
    let shown = Terminal::start_program(&env, 100, &variables, "sh", &["-c", &script]).ends();
    shown.assert_code(0);
    assert!(shown.raw.contains("+mine:\\u{1b}[2J\\u{202e}"), "{:?}", shown.raw);
}

#[test]
fn a_closed_stdin_asks_nothing_and_names_the_flags() {
    let env = ground();
    let script = format!("exec {GOLDPATH} new fresh --pack ./pack <&-");
    let run = env.run(env.command("sh", "").stdin(Stdio::null()).args(["-c", &script]));
    run.fails(2, ["without a terminal nothing is asked", "hint: "]);
}
