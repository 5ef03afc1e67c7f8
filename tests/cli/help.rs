//! `--help`, `--version`, `man` and `completions`.

use crate::env::{TestEnv, transcript};

/// Every command there is, as `--help` tells it: `[]`, `["new"]`, `["pack", "lint"]` and so on.
fn commands(env: &TestEnv) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new()];
    let mut next = 0;
    while next < found.len() {
        let command = found[next].clone();
        let help = env.goldpath(command.iter().map(String::as_str).chain(["--help"])).succeeds().stdout();
        let inner =
            help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        for line in inner.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
            let name = line.split_whitespace().next().unwrap().to_owned();
            // It shows the help of the others.
            if name == "help" {
                continue;
            }
            found.push(command.iter().cloned().chain([name]).collect());
        }
        next += 1;
    }
    found
}

#[test]
fn help_of_a_command_is_what_its_flag_shows() {
    let env = TestEnv::new();
    for command in [&["check"][..], &["pack", "lint"]] {
        let asked = env.goldpath([&["help"], command].concat()).succeeds().stdout();
        assert_eq!(asked, env.goldpath([command, &["--help"]].concat()).succeeds().stdout());
    }
}

#[test]
fn every_command_has_help_with_an_example_that_starts_like_the_command() {
    let env = TestEnv::new();
    let commands = commands(&env);
    assert!(commands.len() >= 12, "{commands:?}");
    for command in commands {
        let help = env.goldpath(command.iter().map(String::as_str).chain(["--help"])).succeeds().stdout();
        let example = format!("  goldpath {}", command.join(" "));
        let examples: Vec<&str> = help.lines().skip_while(|line| !line.starts_with("Example")).collect();
        assert!(
            examples.iter().any(|line| line.starts_with(example.trim_end())),
            "`goldpath {} --help` shows no example:\n{help}",
            command.join(" ")
        );
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
        let (examples, prose) =
            examples.split_at(examples.iter().position(|line| line.is_empty()).unwrap_or(examples.len()));
        assert!(
            examples[1..].iter().all(|line| line.starts_with("  goldpath ")),
            "an example is broken:\n{help}"
        );
        // Prose is folded once, by the terminal's width: a line that ends early ends a sentence.
        for pair in prose.windows(2).filter(|pair| !pair[0].is_empty() && !pair[0].ends_with('.')) {
            let next = pair[1].split(' ').next().unwrap();
            assert!(
                next.is_empty() || pair[0].chars().count() + next.chars().count() >= 100,
                "{}\n{help}",
                pair[0]
            );
        }
    }
}

#[test]
fn every_example_can_be_parsed() {
    // Wide enough for an example to stand on one line.
    let env = TestEnv::new().with("COLUMNS", "300");
    for command in commands(&env) {
        let help = env.goldpath(command.iter().map(String::as_str).chain(["--help"])).succeeds().stdout();
        let examples = help.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
        for line in examples.filter_map(|line| line.strip_prefix("  goldpath ")) {
            // What stands behind two spaces explains; what stands behind `|` or `>` is the shell's.
            let line = line.split("   ").next().unwrap().split(['|', '>']).next().unwrap();
            let words = shlex::split(line).unwrap();
            let words = words.iter().map(String::as_str).chain(["--help"]);
            let run = env.goldpath(words).whatever();
            assert_eq!(run.code(), 0, "{line}: {}", run.said());
        }
    }
}

#[test]
fn version_names_the_program_and_its_version() {
    let env = TestEnv::new();
    let run = env.goldpath(["--version"]).succeeds();
    assert_eq!(run.stdout(), format!("goldpath {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(env.goldpath(["-V"]).succeeds().stdout(), run.stdout());
}

#[test]
fn without_a_command_the_help_is_shown_as_an_error() {
    let env = TestEnv::new();
    let run = env.goldpath([""; 0]).ends(2);
    assert!(run.stderr().contains("Usage: goldpath"), "{}", run.stderr());
    assert_eq!(run.stdout(), "");
}

#[test]
fn the_reference_of_the_top_level() {
    let env = TestEnv::new();
    transcript!(env.goldpath(["--help"]), @r"
    exit 0
    --- stdout
    Makes service repositories that are ready to operate, and keeps them on the golden path

    Usage: goldpath [OPTIONS] <COMMAND>

    Commands:
      new          Ask, render, and make a repository with its first commit
      recommend    Say which preset suits this team, and why
      presets      Show what the presets hold, side by side
      upgrade      Bring a repository to a newer version of its path, or to another preset
      apply        Make a repository follow goldpath.toml, or bring its managed files back
      adopt        Put an existing repository on the path without overwriting anything
      check        Ask a repository whether it still is what it promises, offline
      diff         Show the repository against its pristine render, as a patch
      explain      Say why a file, a control or a setting is there, who owns it, and what became of it
      onboard      Show somebody who joined today around: the tour, the tools, the first hour and the
                   quiz
      pack         Check and render packs: for their authors
      completions  Print a shell's completion script
      man          Print the manual page, or write all of them to a folder
      help         Print this message or the help of the given subcommand(s)

    Options:
      -C <DIR>
              Run as if started in this folder

          --format <FORMAT>
              Print text for people, or what programs read

              Possible values:
              - text:  For people
              - json:  One JSON object
              - sarif: SARIF 2.1.0 for code scanning: `check` alone
              - junit: XML for test reports: `check` alone
              - md:    A page in Markdown: `onboard` alone

              [default: text]

      -q, --quiet
              Print errors and results only

      -v, --verbose
              Print every step

          --color <WHEN>
              When to use colour

              Possible values:
              - auto:   On a terminal, unless `NO_COLOR` is set
              - always: Always
              - never:  Never

              [default: auto]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      goldpath new orders                              ask, then make ./orders
      goldpath new orders --preset balanced -y         ask nothing
      goldpath presets compare                         the presets side by side
      goldpath recommend --set team_size=3             which preset suits this team
      goldpath upgrade --dry-run                       what a newer version would change here
      goldpath check                                   do the files here agree with each other
      goldpath explain Makefile                        why a file is there, and who owns it
      goldpath onboard                                 the tour, the tools, the first hour and a quiz

    Exit codes: 0 done, 1 done and it needs you, 2 wrong usage or input, 3 refused by the state of the
    target, 4 failed and put back, 130 interrupted and put back
    ");
}

#[test]
fn the_reference_of_new() {
    let env = TestEnv::new();
    transcript!(env.goldpath(["new", "-h"]), @r"
    exit 0
    --- stdout
    Ask, render, and make a repository with its first commit

    Usage: goldpath new [OPTIONS] [DIR]

    Arguments:
      [DIR]  The folder to make; named after the service when left out

    Options:
      -C <DIR>                       Run as if started in this folder
          --preset <NAME>            The preset: `goldpath presets compare` shows them
          --format <FORMAT>          Print text for people, or what programs read [default: text]
                                     [possible values: text, json, sarif, junit, md]
          --stack <NAME>             The stack: the language of the service
          --name <NAME>              The service's name
      -q, --quiet                    Print errors and results only
          --set <KEY=VALUE>          An answer by its key, or a setting by its dotted name; may be
                                     repeated
      -v, --verbose                  Print every step
          --answers <FILE>           A TOML, YAML or JSON file with answers and settings
          --color <WHEN>             When to use colour [default: auto] [possible values: auto, always,
                                     never]
          --pack <SOURCE[@VERSION]>  The pack: `builtin`, a folder, or a git repository, with an
                                     optional version and subfolder [env: GOLDPATH_PACK=] [default:
                                     builtin]
      -y, --yes                      Take every default, never ask
          --dry-run                  Tell exactly what would happen and write nothing
          --force                    Take a folder that holds something; every file in it is kept
          --author <NAME <EMAIL>>    Who made the first commit [env: GOLDPATH_AUTHOR=]
          --no-git                   Write the files only, no repository
          --no-commit                Make the repository and stage the files, no commit
          --remote <URL>             The URL of `origin`
      -h, --help                     Print help (see more with '--help')
      -V, --version                  Print version

    Examples:
      goldpath new orders
      goldpath new orders --preset balanced --stack rust -y
      goldpath new orders --preset enterprise --set owner=acme/orders-team --set slo.period_days=28 -y
      goldpath new orders --answers team.toml --dry-run
      goldpath new . --force                           into a folder that holds files, and keeps them

    Without a terminal nothing is asked: a missing answer is an error that names the flag.
    Precedence: flag, GOLDPATH_* in the environment, --answers, ~/.config/goldpath/config.toml, the
    pack's default.
    ");
}

#[test]
fn the_manual_page_is_valid_and_there_is_one_a_command() {
    let env = TestEnv::new();
    let page = env.goldpath(["man"]).succeeds().stdout();
    assert!(page.contains(".TH goldpath 1"), "{page}");
    assert!(page.contains("Exit codes"), "{page}");
    env.goldpath(["man", "--to", "man1"]).succeeds();
    let pages = env.listing("man1");
    let expected: Vec<String> = commands(&env)
        .into_iter()
        .map(|words| [&["goldpath".to_owned()], &words[..]].concat().join("-") + ".1")
        .collect();
    for page in &expected {
        assert!(pages.contains(page), "{page} is not in {pages:?}");
    }
    assert_eq!(pages.len(), expected.len(), "{pages:?}");
}

#[test]
fn completions_are_scripts_that_their_shell_accepts() {
    let env = TestEnv::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = env.goldpath(["completions", shell]).succeeds().stdout();
        assert!(script.contains("goldpath") && script.contains("recommend"), "{shell}");
    }
    env.write("bash", env.goldpath(["completions", "bash"]).succeeds().stdout());
    env.shell("bash -n bash");
    let told = env.shell("bash -c '. ./bash; COMP_WORDS=(goldpath rec); COMP_CWORD=1; _goldpath goldpath rec goldpath; echo ${COMPREPLY[@]}'");
    assert_eq!(told, "recommend\n");
}
