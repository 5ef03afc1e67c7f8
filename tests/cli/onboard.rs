//! `goldpath onboard`: the tour, the tools, the first hour and the quiz, for somebody who joined today.

use std::os::unix::fs::PermissionsExt;

use crate::check::repository;
use crate::env::TestEnv;
use crate::terminal::{CTRL_C, DOWN, ENTER, Terminal};

const STEPS: &str = "# First hour\n\n1. Greet it.\n\n   ```bash\n   git clone https://example.org/x && cd x\n   echo hel''lo; false\n   ```\n\n   \
                     **Proof:** it greets you.\n\n2. Start it.\n\n   ```bash\n   touch started; exec sleep 600\n   ```\n\n   ```bash\n   \
                     while ! test -f started; do sleep 0.1; done; echo an''swered\n   ```\n\n   **Proof:** it answers.\n\n3. Stop it.\n";

/// A program that says its version.
fn tool(env: &TestEnv, name: &str) {
    tool_that_says(env, name, &format!("{name} 99.2.3"));
}

fn tool_that_says(env: &TestEnv, name: &str, words: &str) {
    let path = env.write(&format!("bin/{name}"), format!("#!/bin/sh\necho '{words}'\n"));
    fs_err::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
}

fn with_tools(env: TestEnv, tools: &[&str]) -> TestEnv {
    for name in tools {
        tool(&env, name);
    }
    let path = env.folder("bin").display().to_string();
    env.with("PATH", path)
}

#[test]
fn without_a_terminal_it_prints_the_tour_and_the_tools() {
    let env =
        with_tools(repository("balanced", "kubernetes"), &["git", "make", "bash", "curl", "cargo", "docker"]);
    let run = env.goldpath_in("orders", ["onboard"]).succeeds();
    for told in [
        "What orders does\n  Places and reads orders over HTTP.",
        "How to run it\n  make check",
        "availability: 99.5 % over 30d, a budget of 216 min (ops/slo/availability.yaml)",
        "`make budget` shows what is left of the budget",
        "no file of this repository has recorded what is left",
        "AvailabilityBudgetBurn is a page or a ticket; runbook docs/runbooks/AvailabilityBudgetBurn.md",
        "CODEOWNERS: * @acme/orders-team",
        "What to do when paged\n  1. Acknowledge it within 15 minutes.",
        "cargo     cargo 99.2.3",
        "everything that is needed is here",
    ] {
        assert!(run.stdout().contains(told), "{told} is not in:\n{}", run.said());
    }
    assert!(run.stdout().contains("promtool  not here, only for"), "{}", run.said());
}

#[test]
fn a_missing_tool_is_told_with_the_way_to_get_it_and_ends_with_1() {
    for (stack, needed) in
        [("rust", "cargo"), ("go", "go"), ("python", "python3"), ("typescript", "npm"), ("java", "mvn")]
    {
        let env = TestEnv::new();
        env.goldpath(["new", "orders", "--preset", "quick-start", "--stack", stack, "-yq"]).succeeds();
        let env = with_tools(env, &["git", "make", "bash", "curl"]);
        let run = env.goldpath_in("orders", ["onboard", "--doctor"]).ends(1);
        let told = run.stdout();
        let line = told.lines().find(|line| line.trim_start().starts_with(&format!("{needed} ")));
        assert!(
            line.is_some_and(|line| {
                line.contains("missing, needed for")
                    && (line.contains("https://") || line.ends_with("package python3"))
            }),
            "{told}"
        );
        let json = env.goldpath_in("orders", ["onboard", "--doctor", "--format", "json"]).ends(1).json();
        let tools = json["tools"].as_array().unwrap();
        let found = |name: &str| tools.iter().find(|tool| tool["tool"] == name).unwrap()["found"].clone();
        assert_eq!((found("git"), found(needed)), (true.into(), false.into()));
    }
}

#[test]
fn a_tool_that_make_installs_by_itself_is_not_missing() {
    for (stack, needed, installed) in [("go", "go", "golangci-lint"), ("python", "python3", "uv")] {
        let env = TestEnv::new();
        env.goldpath(["new", "orders", "--preset", "quick-start", "--stack", stack, "-yq"]).succeeds();
        let env = with_tools(env, &["git", "make", "bash", "curl", "gofmt"]);
        tool_that_says(&env, needed, &format!("{} 99.2.3", needed.trim_end_matches('3')));
        let told = env.goldpath_in("orders", ["onboard", "--doctor"]).succeeds().stdout();
        let line = told.lines().find(|line| line.trim_start().starts_with(&format!("{installed} ")));
        let way = format!("make tool-{installed}, which these tasks do themselves");
        assert!(line.is_some_and(|line| line.contains("not here") && line.ends_with(&way)), "{told}");
    }
}

#[test]
fn a_tool_that_is_older_than_the_stack_says_is_told_and_one_that_says_no_version_is_not_known() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "quick-start", "--stack", "rust", "-yq"]).succeeds();
    let manifest = env.read("orders/Cargo.toml");
    let least = manifest.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    let env = with_tools(env, &["git", "make", "bash", "curl"]);
    for (says, told, code) in [
        (
            "cargo 1.2.3 (2015)",
            format!("cargo 1.2.3 (2015); too old, needs {least} or newer (Cargo.toml): https://rustup.rs"),
            1,
        ),
        (
            "cargo of tomorrow",
            format!("cargo of tomorrow; whether it is {least} or newer (Cargo.toml) is not known"),
            0,
        ),
        ("cargo 99.0", "cargo 99.0\n".to_owned(), 0),
    ] {
        tool_that_says(&env, "cargo", says);
        let run = env.goldpath_in("orders", ["onboard", "--doctor"]).ends(code);
        assert!(run.stdout().contains(&told), "{told} is not in:\n{}", run.said());
    }
    tool_that_says(&env, "cargo", "cargo 1.2.3");
    let run = env.goldpath_in("orders", ["onboard", "--doctor"]).ends(1);
    assert!(run.stdout().contains("missing or too old: cargo"), "{}", run.said());
}

#[test]
fn each_stack_says_itself_how_old_its_tool_may_be() {
    for (stack, tool, file) in [
        ("rust", "cargo", "Cargo.toml"),
        ("go", "go", "go.mod"),
        ("python", "python3", "pyproject.toml"),
        ("typescript", "node", "package.json"),
        ("java", "java", "pom.xml"),
    ] {
        let env = TestEnv::new();
        env.goldpath(["new", "orders", "--preset", "quick-start", "--stack", stack, "-yq"]).succeeds();
        let told = env.goldpath_in("orders", ["onboard", "--doctor", "--format", "json"]).whatever().json();
        let tools = told["tools"].as_array().unwrap();
        let need = tools.iter().find(|need| need["tool"] == tool);
        let need = need.unwrap_or_else(|| panic!("{tool} of {stack}: {told}"));
        assert_eq!(need["at_least"]["file"], file, "{need}");
    }
}

#[test]
fn a_tool_that_only_the_repository_names_is_never_started() {
    let env = repository("quick-start", "compose");
    let trap = env.write("bin/trap-me", format!("#!/bin/sh\ntouch {}\n", env.path("sprung").display()));
    fs_err::set_permissions(trap, PermissionsExt::from_mode(0o755)).unwrap();
    env.write("orders/local.mk", "x:\n\t$(call need,trap-me,somewhere)\n");
    let env = with_tools(env, &["git", "make", "bash", "curl", "cargo"]);
    let run = env.goldpath_in("orders", ["onboard", "--doctor"]).succeeds();
    assert!(run.stdout().contains("trap-me"), "{}", run.said());
    assert!(!env.exists("sprung"));
}

#[test]
fn as_a_page_it_says_what_the_repository_says_and_nothing_of_the_machine() {
    let env = repository("balanced", "kubernetes");
    let page = env.goldpath_in("orders", ["onboard", "--format", "md"]).succeeds().stdout();
    for told in [
        "# Welcome to orders\n",
        "## What to do when paged\n",
        "- `make check`: everything the code must pass: lint, test, build\n",
        "| `cargo` 1.95 or newer | ",
        "- [ ] Check that a fresh clone is green.\n\n  ```bash\n  make check\n  ```",
        "<details><summary>7. Which command rolls back?</summary>\n\n`make rollback ENV=production`. [docs/README.md](docs/README.md)",
    ] {
        assert!(page.contains(told), "{told} is not in:\n{page}");
    }
    assert_eq!(page.matches("<summary>").count(), 8);
    let elsewhere = with_tools(env, &["git"]);
    assert_eq!(elsewhere.goldpath_in("orders", ["onboard", "--format", "md"]).succeeds().stdout(), page);
}

#[test]
fn every_question_of_every_preset_names_a_file_that_is_there() {
    for (preset, platform) in
        [("quick-start", "compose"), ("balanced", "kubernetes"), ("enterprise", "kubernetes")]
    {
        let env = repository(preset, platform);
        let told = env.goldpath_in("orders", ["onboard", "--format", "json"]).whatever().json();
        let quiz = told["quiz"].as_array().unwrap();
        assert_eq!((quiz.len(), told["first_hour"].as_array().unwrap().len()), (8, 5));
        for question in quiz {
            let files = question["files"].as_array().unwrap();
            assert!(!files.is_empty(), "{question}");
            for file in files {
                assert!(env.exists(&format!("orders/{}", file.as_str().unwrap())), "{question}");
            }
        }
    }
}

#[test]
fn md_is_for_onboard_alone() {
    let env = TestEnv::new();
    env.goldpath(["presets", "list", "--format", "md"]).fails(2, ["`--format md` needs `goldpath onboard`"]);
    env.goldpath(["onboard", "--format", "sarif"]).fails(2, ["`--format sarif` needs `goldpath check`"]);
    env.goldpath(["onboard", "--quiz"]).fails(2, ["`--quiz` needs a terminal"]);
}

#[test]
fn what_a_review_recorded_of_the_budget_is_told_with_its_page() {
    let env = repository("balanced", "kubernetes");
    for (week, left) in [("W01", "0.2"), ("W02", "0.83")] {
        let page = format!(
            "# Review\n\n| figure | value |\n|---|---|\n| Budget left, availability 99.5 % | {left} |\n"
        );
        env.write(&format!("orders/ops/reviews/2023-{week}.md"), page);
    }
    for command in ["onboard", "explain"] {
        let told = env.goldpath_in("orders", [command]).whatever().stdout();
        let row = "recorded as left in ops/reviews/2023-W02.md: availability 99.5 %: 0.83";
        assert!(told.contains(row) && !told.contains("W01"), "{told}");
    }
}

#[test]
fn without_a_lock_it_shows_what_the_files_say() {
    let env = TestEnv::new();
    env.write("plain/README.md", "# plain\n\nA service of before.\n");
    let run = env.goldpath_in("plain", ["onboard"]).whatever();
    assert!(run.stderr().contains("no goldpath.lock in"), "{}", run.said());
    assert!(run.stdout().contains("What plain does\n  A service of before."), "{}", run.said());
    assert!(
        run.stdout().contains("What to do when paged\n  nothing in this repository says it"),
        "{}",
        run.said()
    );
}

#[test]
fn at_a_terminal_it_goes_from_the_tour_to_the_tools_the_first_hour_and_the_quiz() {
    let env = repository("balanced", "kubernetes");
    env.write("orders/docs/onboarding/first-hour.md", STEPS);
    let mut terminal = Terminal::start(&env, &["-C", "orders", "onboard"]);
    for part in
        ["What orders does", "How to run it", "How it fails", "Who owns what", "What to do when paged"]
    {
        terminal.sees(part).sees("Enter goes on").types(ENTER);
    }
    terminal.sees("Tools").sees("git version").sees("Go through the first hour now").types(ENTER);
    terminal
        .sees("Step 1 of 3: Greet it.")
        .sees("$ echo hel''lo; false")
        .sees("leave the first hour")
        .types(ENTER);
    terminal
        .sees("hello\n")
        .sees("exit code 1")
        .sees("Proof: it greets you.")
        .sees("Did it prove itself")
        .types(ENTER);
    // The first of two blocks goes on in the background unless somebody says otherwise.
    terminal.sees("Step 2 of 3").sees("sleep 600").sees("leave the first hour").types(ENTER);
    terminal
        .sees("an''swered")
        .sees("leave the first hour")
        .types(ENTER)
        .sees("answered")
        .sees("exit code 0");
    terminal.sees("Did it prove itself").types(DOWN).types(ENTER);
    terminal.sees("Step 3 of 3").sees("Stop `touch started; exec sleep 600` now").sees("no").types(ENTER);
    terminal.sees("Did it prove itself").sees("no").types(ENTER).sees("2 of 3 steps proved themselves");
    terminal.sees("Take the quiz now").types(ENTER);
    terminal
        .sees("Question 1 of 8")
        .sees("Why are automation policies")
        .sees("Manual operations")
        .types(ENTER);
    terminal.sees("Right:").sees("it stands in docs/adr/0001-preset.md");
    terminal.sees("Question 2 of 8").sees("budget over 30 days").types("99.5").types(ENTER);
    terminal.sees("Right: 99.5 %").sees("it stands in ops/slo/availability.yaml");
    terminal.sees("Question 3 of 8").sees("how long").types("no idea").types(ENTER);
    terminal.sees("Not quite: `AvailabilityBudgetBurn`").sees("it stands in ops/slo/rules.yml");
    terminal
        .sees("Question 4 of 8")
        .sees("sends it back")
        .types("10 20 30 40 50 100")
        .types(ENTER)
        .sees("Right: At 10");
    terminal.sees("Question 5").sees("A change:").types(ENTER).sees("Right: A change:");
    terminal
        .sees("Question 6")
        .sees("Manual operations")
        .types(DOWN)
        .types(ENTER)
        .sees("Right: Feature releases stop");
    terminal
        .sees("Question 7")
        .sees("rolls back")
        .types("make rollback ENV=production")
        .types(ENTER)
        .sees("Right:");
    terminal.sees("Question 8").sees("left of the error budget").types("make budget").types(ENTER);
    terminal.sees("Right: `make budget`").sees("216 minutes in 30 days");
    terminal.sees("it stands in ops/slo/error-budget-policy.toml, make/slo.mk").sees("7 of 8 right");
    let shown = terminal.ends();
    assert!(shown.cursor_is_shown());
    // The machine of the test may lack a tool.
    assert!([0, 1].contains(&shown.code), "{}", shown.text());
    assert_eq!(env.read("orders/started"), "");
}

#[test]
fn nothing_runs_that_was_not_confirmed_and_ctrl_c_ends_with_130() {
    let env = repository("quick-start", "compose");
    env.write("orders/docs/onboarding/first-hour.md", STEPS.replace("echo hel''lo; false", "touch sprung"));
    let mut terminal = Terminal::start(&env, &["-C", "orders", "onboard"]);
    for _ in 0..5 {
        terminal.sees("Enter goes on").types(ENTER);
    }
    terminal.sees("Go through the first hour now").types(ENTER);
    terminal.sees("$ touch sprung").sees("leave the first hour").types(CTRL_C);
    let shown = terminal.ends();
    shown.assert_code(130);
    assert!(shown.cursor_is_shown());
    assert!(!env.exists("orders/sprung"));

    let mut terminal = Terminal::start(&env, &["-C", "orders", "onboard", "--quiz"]);
    terminal.sees("Question 1 of 8").sees("Manual operations").types(CTRL_C);
    terminal.ends().assert_code(130);
}

#[test]
fn what_runs_in_the_background_ends_with_the_first_hour() {
    let env = repository("quick-start", "compose");
    env.write(
        "orders/docs/onboarding/first-hour.md",
        STEPS.replace("exec sleep 600", "trap 'touch stopped; exit' INT; while :; do sleep 0.1; done"),
    );
    let mut terminal = Terminal::start(&env, &["-C", "orders", "onboard"]);
    for _ in 0..5 {
        terminal.sees("Enter goes on").types(ENTER);
    }
    terminal.sees("Go through the first hour now").types(ENTER);
    terminal
        .sees("leave the first hour")
        .types(DOWN)
        .types(DOWN)
        .types(DOWN)
        .types(ENTER)
        .sees("Did it prove itself")
        .types(ENTER);
    terminal.sees("Step 2 of 3").sees("leave the first hour").types(ENTER);
    terminal
        .sees("an''swered")
        .sees("leave the first hour")
        .types(ENTER)
        .sees("answered")
        .sees("Did it prove itself")
        .sees("no")
        .types(CTRL_C);
    terminal.ends().assert_code(130);
    assert!(env.exists("orders/stopped"));
}

/// The block of the README that shows `goldpath onboard` at a terminal: its lines, without `…`.
fn transcript_of_the_readme() -> Vec<String> {
    let readme = fs_err::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, section) = readme.split_once("## Somebody joins").unwrap();
    let block = section.split("```").nth(1).unwrap().strip_prefix("text\n").unwrap();
    block.lines().filter(|line| *line != "…").map(str::to_owned).collect()
}

#[test]
fn the_transcript_of_the_readme_is_what_a_terminal_shows() {
    let env = repository("balanced", "kubernetes");
    // The check of a real service takes minutes.
    tool(&env, "make");
    let path = format!("{}:{}", env.folder("bin").display(), std::env::var("PATH").unwrap());
    let env = env.with("PATH", path);
    // As wide as the README.
    let variables = [("TERM", "xterm-256color"), ("NO_COLOR", "1")];
    let mut terminal = Terminal::start_with(&env, 125, &variables, &["-C", "orders", "onboard"]);
    for _ in 0..5 {
        terminal.sees("Enter goes on").types(ENTER);
    }
    terminal.sees("Go through the first hour now").types(ENTER);
    terminal.sees("Step 1 of 5").sees("leave the first hour").types(DOWN).types(DOWN).types(ENTER);
    terminal.sees("Did it prove itself").types(ENTER);
    terminal.sees("Step 2 of 5").sees("leave the first hour").types(ENTER);
    terminal.sees("Did it prove itself").types(ENTER);
    terminal.sees("Step 3 of 5").sees("leave the first hour");
    terminal.types(DOWN).types(DOWN).types(DOWN).types(ENTER);
    terminal.sees("Take the quiz now").types(ENTER);
    for question in 1..=8 {
        terminal.sees(&format!("Question {question} of 8"));
        if question == 7 {
            terminal.sees("Which command rolls back?").types("make rollback ENV=production");
        } else {
            terminal.sees("?");
        }
        terminal.types(ENTER).sees("it stands in");
    }
    let shown = terminal.ends();
    let text = shown.text();
    let mut lines = text.lines().map(str::trim_end);
    for line in transcript_of_the_readme() {
        assert!(
            lines.any(|shown| shown.ends_with(&line)),
            "`{line}` of the README is not shown after the lines before it:\n{text}"
        );
    }
}
