//! The interview, in a real pseudo-terminal.

use expectrl::process::unix::Signal;

use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;
use crate::terminal::{CTRL_C, DOWN, ENTER, Terminal, UP};

/// A pack that asks one question of each kind.
fn asking(env: &TestEnv) {
    TestPack::empty()
        .question(
            "service_name",
            "type = \"string\"\nhelp = \"names the folder\"\npattern = \"[a-z-]{3,20}\"\ninvalid = \"3 to 20 lower-case letters\"\ndefault = \"{= target_folder =}\"",
        )
        .question(
            "colour",
            "type = \"choice\"\nchoices = [{ value = \"red\", label = \"Like fire\" }, { value = \"blue\", label = \"Like water\" }]\ndefault = \"red\"",
        )
        .question(
            "extras",
            "type = \"choices\"\nchoices = [{ value = \"one\", label = \"1\" }, { value = \"two\", label = \"2\" }]\ndefault = []",
        )
        .question("loud", "type = \"bool\"\ndefault = false")
        .question("volume", "type = \"integer\"\nmin = 1\nmax = 11\ndefault = 5\nwhen = \"loud\"")
        .question("token", "type = \"secret\"\nwhen = \"colour == 'blue'\"")
        .tables(
            "[[advice_question]]\nkey = \"people\"\nask = \"People\"\ntype = \"integer\"\nmin = 1\ndefault = 2
             [[advice]]\nwhen = \"people > 9\"\npreset = \"large\"\nbecause = \"{= people =} people need more\"
             [[advice]]\nwhen = \"true\"\npreset = \"small\"\nbecause = \"{= people =} people need little\"",
        )
        .preset("small", "[profile]\ninitial_build_speed = \"Fast\"\noperational_stability = \"Low\"\ncost = \"Low\"\naudit_and_security = \"None\"\nscenario = \"Beginners\"")
        .preset("large", "extends = \"small\"")
        .component("plain", "kind = \"stack\"")
        .component("other", "kind = \"stack\"")
        .file(
            "templates/plain/files/README.md.tera",
            "{= service_name =} {= colour =} {= extras | json =} {= loud =} {= volume =}\n",
        )
        .file("templates/other/files/OTHER.md", "other\n")
        .write_to(env, "pack");
}

#[test]
fn a_question_without_a_default_shows_its_example() {
    let env = TestEnv::new();
    let question = "type = \"string\"\nhelp = \"for the bill\"\npattern = \"[0-9]{4}\"\nexample = \"4711\"";
    TestPack::new().question("cost_centre", question).write_to(&env, "pack");
    let mut terminal = Terminal::start(&env, &["new", "orders", "--pack", "./pack", "--preset", "small"]);
    // There is one stack.
    terminal.sees("Stack: plain").sees("[orders]:").types(ENTER);
    terminal.sees("for the bill; such as 4711\nThe cost_centre:").types(CTRL_C);
}

#[test]
fn the_whole_interview_asks_reviews_and_makes_a_repository() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start(&env, &["new", "orders", "--pack", "./pack"]);
    terminal.sees("Preset").sees("> small").types(DOWN).sees("> large").types(ENTER);
    terminal.sees("Preset: large");
    terminal.sees("Stack").sees("other: other").types(DOWN).sees("> plain: plain").types(ENTER);
    terminal.sees("Stack: plain");
    terminal.sees("names the folder\nThe service_name [orders]:").types("billing\r");
    terminal.sees("The colour").sees("> red: Like fire").types(ENTER).sees("The colour: red");
    terminal.sees("The extras").sees("> [ ] one: 1").types(" ").sees("> [x] one: 1").types(ENTER);
    terminal.sees("The loud").sees("> no").types(UP).sees("> yes").types(ENTER).sees("The loud: yes");
    terminal.sees("The volume [5]:").types("11\r");
    terminal.sees("Review");
    terminal.sees("The service_name  billing").sees("The extras        one").sees("The volume        11");
    terminal.sees("The same without questions:");
    terminal.sees("goldpath new orders --preset large --stack plain --name billing --set colour=red --set extras=one --set loud=true --set volume=11 --pack ./pack --yes");
    terminal.sees("> Make it").types(ENTER);
    terminal.sees("made billing: 3 files, preset large, stack plain");
    let shown = terminal.ends();
    shown.assert_code(0);
    assert!(shown.cursor_is_shown());
    assert_eq!(env.read("orders/README.md"), "billing red [\"one\"] true 11\n");
    env.assert_sound("orders");
}

#[test]
fn the_command_that_the_review_prints_makes_the_same_repository() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start_with(
        &env,
        400,
        &[("TERM", "xterm"), ("NO_COLOR", "1")],
        &["new", "my orders", "--pack", "./pack", "--author", "Bo <bo@example.com>"],
    );
    terminal.sees("> small").types(ENTER).sees("> other").types(ENTER);
    terminal.sees("The service_name").types("it-is\r");
    terminal.sees("> red").types(ENTER).sees("> [ ] one").types(ENTER).sees("> no").types(ENTER);
    terminal.sees("The same without questions:").sees("> Make it").types(ENTER);
    let shown = terminal.ends();
    shown.assert_code(0);
    let made = env.head("my orders");
    fs_err::remove_dir_all(env.path("my orders")).unwrap();
    let text = shown.text();
    let command = text.lines().find_map(|line| line.trim().strip_prefix("goldpath new ")).unwrap();
    let arguments = shlex::split(command).unwrap();
    env.goldpath(["new".to_owned()].into_iter().chain(arguments)).succeeds();
    assert_eq!(env.head("my orders"), made);
}

#[test]
fn any_answer_can_be_changed_in_the_review_and_what_depends_on_it_follows() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start(
        &env,
        &["new", "orders", "--pack", "./pack", "--preset", "small", "--stack", "plain"],
    );
    terminal.sees("The service_name").types(ENTER);
    terminal.sees("> red").types(ENTER).sees("> [ ] one").types(ENTER).sees("> no").types(ENTER);
    terminal.sees("> Make it").types(DOWN).sees("> Change: Preset").types(DOWN).sees("> Change: Stack");
    terminal.types(DOWN).sees("> Change: The service_name").types(ENTER);
    terminal.sees("names the folder\nThe service_name [orders]:").types("renamed\r");
    terminal.sees("The service_name  renamed").sees("> Make it");
    for row in ["Preset", "Stack", "The service_name", "The colour", "The extras", "The loud"] {
        terminal.types(DOWN).sees(&format!("> Change: {row}"));
    }
    terminal.types(ENTER).sees("> no").types(UP).sees("> yes").types(ENTER);
    // `volume` is asked only now, since `loud` was no before.
    terminal.sees("The volume [5]:").types("7\r");
    terminal.sees("The volume        7").sees("> Make it").types(DOWN).sees("> Change: Preset").types(ENTER);
    terminal.sees("> small").types(DOWN).sees("> large").types(ENTER);
    terminal.sees("Preset            large").sees("> Make it").types(ENTER);
    terminal.sees("made renamed");
    terminal.ends().assert_code(0);
    assert_eq!(env.read("orders/README.md"), "renamed red [] true 7\n");
}

#[test]
fn the_review_can_be_left_without_making_anything() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start(
        &env,
        &["new", "orders", "--pack", "./pack", "--preset", "small", "--stack", "plain", "--set", "loud=no"],
    );
    terminal.sees("The service_name").types(ENTER).sees("> red").types(ENTER).sees("> [ ] one").types(ENTER);
    terminal.sees("> Make it").types(UP).sees("> Make nothing").types(ENTER).sees("nothing was made");
    terminal.ends().assert_code(0);
    assert_eq!(env.listing("").iter().filter(|path| !path.starts_with("pack")).count(), 0);
}

#[test]
fn help_me_choose_asks_about_the_team_and_recommends_with_its_reason() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start(&env, &["new", "orders", "--pack", "./pack", "--stack", "plain"]);
    terminal.sees("> small").types(UP).sees("> Help me choose").types(ENTER);
    terminal.sees("People [2]:").types("12\r");
    terminal.sees("Recommended: large").sees("because 12 people need more");
    terminal.sees("Runner-up: small").sees("What would change the answer").sees("People: 9 -> small");
    terminal.sees("> large").types(ENTER).sees("Preset: large");
    terminal.sees("The service_name").types(CTRL_C);
    terminal.ends().assert_code(130);
}

#[test]
fn an_invalid_answer_is_explained_and_asked_again() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start(
        &env,
        &["new", "orders", "--pack", "./pack", "--preset", "small", "--stack", "plain"],
    );
    terminal.sees("The service_name").types("No Good\r");
    terminal.sees("`No Good` is not 3 to 20 lower-case letters");
    // What was typed stays, to be corrected.
    terminal.types(&"\x7f".repeat(7)).types("good\r").sees("The service_name");
    terminal.sees("> red").types(ENTER).sees("> [ ] one").types(ENTER);
    terminal.sees("> no").types(UP).sees("> yes").types(ENTER);
    terminal.sees("The volume").types("99\r").sees("99 is outside 1 to 11");
    terminal.types("\x7f\x7f").types("x\r").sees("`x` is no whole number");
    terminal.types("\x7f").types("3\r").sees("The service_name  good").sees("The volume        3");
    terminal.sees("> Make it").types(ENTER).sees("made good");
    terminal.ends().assert_code(0);
}

#[test]
fn a_secret_is_asked_for_unseen_and_shown_and_stored_nowhere() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start(
        &env,
        &["new", "orders", "--pack", "./pack", "--preset", "small", "--stack", "plain", "--set", "loud=no"],
    );
    terminal.sees("The service_name").types(ENTER);
    terminal.sees("> red").types(DOWN).sees("> blue").types(ENTER).sees("> [ ] one").types(ENTER);
    terminal.sees("The token").types_unseen("hunter2hunter2\r", "Review");
    terminal.sees("The token         (not shown)").sees("The same without questions").sees("> Make it");
    terminal.types(ENTER).sees("made orders");
    let shown = terminal.ends();
    shown.assert_code(0);
    assert!(!shown.raw.contains("hunter2"), "{}", shown.text());
    for (path, content) in env.contents("orders") {
        assert!(!String::from_utf8_lossy(&content).contains("hunter2"), "{path}");
    }
}

#[test]
fn ctrl_c_at_any_prompt_ends_with_130_and_gives_the_cursor_back() {
    let before_prompts: [&[&str]; 4] = [
        &["> small"],
        &["> small", ENTER, "> other"],
        &["> small", ENTER, "> other", ENTER, "The service_name"],
        &["> small", ENTER, "> other", ENTER, "The service_name", ENTER, "> red", ENTER, "> [ ] one"],
    ];
    for steps in before_prompts {
        for signal in [None, Some(Signal::SIGTERM)] {
            let env = TestEnv::new();
            asking(&env);
            let before = env.contents("");
            let mut terminal = Terminal::start(&env, &["new", "orders", "--pack", "./pack"]);
            for pair in steps.chunks(2) {
                terminal.sees(pair[0]);
                if let Some(keys) = pair.get(1) {
                    terminal.types(keys);
                }
            }
            match signal {
                None => terminal.types(CTRL_C),
                Some(signal) => terminal.signal(signal),
            };
            let shown = terminal.ends();
            shown.assert_code(130);
            assert!(shown.cursor_is_shown(), "{steps:?} {signal:?}: {:?}", shown.raw);
            let said = shown.raw.matches("interrupted").count();
            assert_eq!(said, 1, "{steps:?} {signal:?}: {:?}", shown.raw);
            assert_eq!(env.contents(""), before, "{steps:?}");
        }
    }
}

#[test]
fn escape_does_not_make_anything() {
    let env = TestEnv::new();
    asking(&env);
    let before = env.contents("");
    let mut terminal = Terminal::start(&env, &["new", "orders", "--pack", "./pack"]);
    terminal.sees("> small").types("\x1b").types(CTRL_C);
    let shown = terminal.ends();
    assert_ne!(shown.code, 0, "{}", shown.text());
    assert_eq!(env.contents(""), before);
}

#[test]
fn without_a_terminal_nothing_is_asked_and_the_flags_are_named_within_a_second() {
    let env = TestEnv::new();
    let started = std::time::Instant::now();
    let run = env.goldpath(["new", "orders"]);
    assert!(started.elapsed().as_millis() < 1000, "{:?}", started.elapsed());
    transcript!(run, @r"
    exit 2
    --- stderr
    error: without a terminal nothing is asked, and there is no answer for the preset, the stack, `owner` and `platform`

    hint: answer with `--preset NAME` `--stack NAME` `--set owner=…` `--set platform=…`, or take the defaults with `--yes`
    ");
    assert_eq!(env.listing(""), [""; 0]);
}

#[test]
fn continuous_integration_is_never_asked_even_in_a_terminal() {
    let env = TestEnv::new();
    let variables = [("TERM", "xterm"), ("CI", "true")];
    let mut terminal = Terminal::start_with(&env, 100, &variables, &["new", "orders"]);
    terminal.sees("error: without a terminal nothing is asked");
    terminal.ends().assert_code(2);
}

#[test]
fn yes_asks_nothing_in_a_terminal() {
    let env = TestEnv::new();
    asking(&env);
    let mut terminal = Terminal::start(&env, &["new", "orders", "--pack", "./pack", "--yes"]);
    terminal.sees("made orders");
    terminal.ends().assert_code(0);
}

#[test]
fn colour_is_used_in_a_terminal_unless_no_color_or_a_flag_forbids_it() {
    let env = TestEnv::new();
    asking(&env);
    let raw = |variables: &[(&str, &str)], flags: &[&str]| {
        let arguments = [&["presets", "list", "--pack", "./pack"], flags].concat();
        Terminal::start_with(&env, 100, variables, &arguments).ends().raw
    };
    let xterm = ("TERM", "xterm-256color");
    assert!(raw(&[xterm], &[]).contains("\x1b["));
    assert!(!raw(&[xterm, ("NO_COLOR", "1")], &[]).contains("\x1b["));
    assert_eq!(raw(&[xterm], &["--color", "never"]).matches("\x1b[").count(), 0);
    assert!(!raw(&[("TERM", "dumb")], &[]).contains("\x1b["));
    assert!(raw(&[("TERM", "dumb")], &["--color", "always"]).contains("\x1b["));
    let piped = env.goldpath(["presets", "list", "--pack", "./pack", "--color", "always"]).succeeds();
    assert!(piped.stdout().contains("\x1b["));
    assert!(!env.goldpath(["presets", "list", "--pack", "./pack"]).succeeds().stdout().contains("\x1b["));
}

#[test]
fn no_color_leaves_prompts_without_colour() {
    let env = TestEnv::new();
    asking(&env);
    let variables = [("TERM", "xterm-256color"), ("NO_COLOR", "1")];
    let mut terminal = Terminal::start_with(&env, 100, &variables, &["new", "orders", "--pack", "./pack"]);
    terminal.sees("> small").types(ENTER).sees("> other").types(ENTER).sees("The service_name").types(CTRL_C);
    let shown = terminal.ends();
    let coloured = regex_lite::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    let found: Vec<&str> = coloured.find_iter(&shown.raw).map(|found| found.as_str()).collect();
    assert!(found.iter().all(|code| *code == "\x1b[0m"), "{found:?}");
}

#[test]
fn with_colours_no_sequence_is_shown_as_text_and_without_utf_8_every_sign_is_ascii() {
    let env = TestEnv::new();
    asking(&env);
    let shown = |locale| {
        let variables = [("TERM", "xterm-256color"), ("LC_ALL", locale)];
        let mut terminal =
            Terminal::start_with(&env, 100, &variables, &["new", "orders", "--pack", "./pack"]);
        terminal.sees("small").types(ENTER).sees("other").types(ENTER).sees("The service_name").types(ENTER);
        terminal.sees("The colour").types(CTRL_C);
        terminal.ends().text()
    };
    let text = shown("C.UTF-8");
    assert!(text.contains("✔ Preset · small") && !text.contains("\\u{"), "{text}");
    let text = shown("C");
    assert!(text.contains("Preset: small") && text.is_ascii() && !text.contains("\\u{"), "{text}");
}

#[test]
fn forty_columns_are_enough_for_the_whole_interview() {
    let env = TestEnv::new();
    asking(&env);
    let variables = [("TERM", "xterm"), ("NO_COLOR", "1")];
    let mut terminal = Terminal::start_with(&env, 40, &variables, &["new", "orders", "--pack", "./pack"]);
    terminal.sees("> small: Beginners").types(DOWN).sees("> large").types(ENTER);
    terminal.sees("> other").types(ENTER);
    terminal.sees("The service_name").types("narrow\r");
    terminal.sees("> red").types(ENTER).sees("> [ ] one").types(ENTER).sees("> no").types(ENTER);
    terminal.sees("Review").sees("narrow").sees("> Make it").types(ENTER).sees("made narrow");
    terminal.ends().assert_code(0);
}

#[test]
fn a_dumb_terminal_can_be_used_or_is_refused_with_the_way_out() {
    let env = TestEnv::new();
    asking(&env);
    let arguments = ["new", "orders", "--pack", "./pack", "--preset", "small", "--stack", "other"];
    let mut terminal = Terminal::start_with(&env, 80, &[("TERM", "dumb")], &arguments);
    terminal.sees("The service_name").types("dumb\r").sees("The colour").types(ENTER);
    terminal.sees("The extras").types(ENTER).sees("The loud").types(ENTER).sees("Make it").types(ENTER);
    terminal.sees("made dumb");
    terminal.ends().assert_code(0);
}

#[test]
fn the_built_in_interview_asks_at_most_six_questions() {
    for preset in ["quick-start", "balanced", "enterprise"] {
        let env = TestEnv::new();
        let told = env.goldpath(["new", "orders", "--preset", preset, "--stack", "rust"]).ends(2).stderr();
        let asked = told.matches("--set ").count();
        // Preset, stack and the service's name are the other three. Where Grafana is may stay open: a terminal asks
        // it too, and nothing else has to.
        assert!(asked + 3 <= 6, "{preset}: {told}");
    }
}
