//! `goldpath presets`.

use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;

fn two_presets(env: &TestEnv) {
    let profile = |speed: &str, scenario: &str| {
        format!(
            "[profile]\ninitial_build_speed = \"{speed}\"\noperational_stability = \"Low\"\ncost = \"Low\"\naudit_and_security = \"Limited\"\nscenario = \"{scenario}\""
        )
    };
    TestPack::new()
        .component("alarms", "[settings.\"alarm.count\"]\ntype = \"integer\"\nmin = 1\nmax = 9\ndefault = 2\nunit = \"a day\"\nhelp = \"how often it rings\"")
        .file("templates/alarms/files/rules.yml", "- alert: One\n- alert: Two\n")
        .preset("small", &profile("Fast", "A few"))
        .preset("large", &format!("extends = \"small\"\ncomponents = [\"alarms\"]\n{}\n[settings]\n\"alarm.count\" = 5", profile("Slow", "Many")))
        .tables("[[figure]]\ntitle = \"Files\"\nfiles = \"**\"\n[[figure]]\ntitle = \"Alerts\"\nfiles = \"rules.yml\"\nlines = \"^- alert: \"\n[[figure]]\ntitle = \"Components\"\nvalue = \"{= components | length =}\"")
        .write_to(env, "pack");
}

#[test]
fn list_says_each_in_a_line_and_which_is_the_default() {
    let env = TestEnv::new();
    two_presets(&env);
    transcript!(env.goldpath(["presets", "--pack", "./pack"]), @r"
    exit 0
    --- stdout
    small (default)
      small: The small one
    large
      large: The large one
    ");
    let list = env.goldpath(["presets", "list", "--pack", "./pack"]).succeeds().stdout();
    assert_eq!(list, env.goldpath(["presets", "--pack", "./pack"]).succeeds().stdout());
}

#[test]
fn show_says_why_each_component_is_there_and_every_setting_with_its_range() {
    let env = TestEnv::new();
    two_presets(&env);
    transcript!(env.goldpath(["presets", "show", "large", "--pack", "./pack"]), @r"
    exit 0
    --- stdout
    large (large)
    The large one

    everything of `small`, and more

    Components
      plain: a test wants it
      alarms +: a test wants it

    Settings, changed with `--set NAME=VALUE` or in goldpath.toml
      alarm.count = 5 a day
        how often it rings; 1 to 9
    ");
}

#[test]
fn compare_puts_profiles_and_computed_figures_side_by_side() {
    let env = TestEnv::new();
    two_presets(&env);
    transcript!(env.goldpath(["presets", "compare", "--pack", "./pack"]), @r"
    exit 0
    --- stdout
                                 small    large
    Initial build speed          Fast     Slow
    Operational stability        Low      Low
    Cost                         Low      Low
    Audit and security response  Limited  Limited
    Recommended scenario         A few    Many
    Files                        3        4
    Alerts                       0        2
    Components                   1        2
    ");
}

#[test]
fn each_has_a_json_form() {
    let env = TestEnv::new();
    two_presets(&env);
    let json = |arguments: &[&str]| {
        env.goldpath([&["presets"], arguments, &["--pack", "./pack", "--format", "json"]].concat())
            .succeeds()
            .json()
    };
    assert_eq!(json(&["list"])["presets"][0]["name"], "small");
    let show = json(&["show", "large"]);
    assert_eq!(show["settings"][0]["name"], "alarm.count");
    assert_eq!(show["settings"][0]["value"], 5);
    assert_eq!(show["settings"][0]["from"], "preset `large`");
    let compare = json(&["compare"]);
    assert_eq!(compare["presets"][1]["figures"]["Alerts"], "2");
    assert_eq!(compare["presets"][1]["profile"]["scenario"], "Many");
    for object in [json(&["list"]), show, compare] {
        assert_eq!(object["schema_version"], 1);
    }
}

#[test]
fn an_unknown_preset_is_refused_with_the_nearest() {
    let env = TestEnv::new();
    transcript!(env.goldpath(["presets", "show", "balancd"]), @r"
    exit 2
    --- stderr
    error: no preset `balancd`

    hint: did you mean `balanced`? `goldpath presets compare` shows them side by side
    ");
    transcript!(env.goldpath(["presets", "show", "zzz"]), @r"
    exit 2
    --- stderr
    error: no preset `zzz`

    hint: known: `quick-start`, `balanced`, `enterprise`; `goldpath presets compare` shows them side by side
    ");
}

#[test]
fn the_built_in_profiles_are_those_of_the_three_scenarios() {
    let env = TestEnv::new();
    let compare = env.goldpath(["presets", "compare"]).succeeds().stdout();
    let rows: Vec<&str> = compare.lines().skip(1).take(5).collect();
    let expected = [
        ["Initial build speed", "Very Fast", "Average", "Slow"],
        ["Operational stability", "Low", "High", "Very High"],
        ["Cost", "Low", "Medium", "High"],
        ["Audit and security response", "Limited", "Sufficient", "Very Strong"],
        ["Recommended scenario", "PoC and early team", "Growing team", "Regulated and large scale"],
    ];
    for (row, cells) in rows.iter().zip(expected) {
        let found: Vec<&str> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(found, cells);
    }
}

#[test]
fn the_built_in_figures_grow_with_the_preset() {
    let env = TestEnv::new();
    let compare = env.goldpath(["presets", "compare", "--format", "json"]).succeeds().json();
    let presets = compare["presets"].as_array().unwrap();
    for title in presets[0]["figures"].as_object().unwrap().keys() {
        let figures: Vec<Option<f64>> =
            presets.iter().map(|preset| preset["figures"][title].as_str().unwrap().parse().ok()).collect();
        if let [Some(small), Some(middle), Some(large)] = figures[..] {
            assert!(small <= middle && middle <= large, "{title}: {figures:?}");
        }
    }
}

#[test]
fn every_built_in_setting_says_what_it_decides() {
    let env = TestEnv::new();
    for preset in ["quick-start", "balanced", "enterprise"] {
        let show = env.goldpath(["presets", "show", preset]).succeeds().stdout();
        let settings: Vec<&str> =
            show.lines().skip_while(|line| !line.starts_with("Settings")).skip(1).collect();
        assert!(settings.len() > 20, "{preset}");
        for pair in settings.chunks(2) {
            assert!(pair[0].starts_with("  ") && pair[0].contains(" = "), "{preset}: {pair:?}");
            assert!(pair[1].trim().len() > 10, "{preset}: {pair:?} has no help");
        }
    }
}
