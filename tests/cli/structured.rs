//! Files of keys: what both sides did to different keys is merged where lines would conflict, and nothing else is.

use crate::env::TestEnv;
use crate::pack::TestPack;

/// Upgrades one file from `base` to `theirs` in a repository that made `ours` of it: the exit code, and what it is then.
fn merged(path: &str, base: &str, ours: &str, theirs: &str) -> (i32, String) {
    let env = TestEnv::new();
    TestPack::new().template(path, base).write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    let file = format!("orders/{path}");
    env.write(&file, ours);
    env.shell("cd orders; git commit -qam edits");
    TestPack::new().version("1.1.0").template(path, theirs).write_to(&env, "pack");
    let run = env.goldpath_in("orders", ["upgrade"]).whatever();
    let unmerged = env.git("orders", ["ls-files", "--unmerged"]);
    assert_eq!(run.code() == 1, !unmerged.is_empty(), "{}", run.said());
    (run.code(), env.read(&file))
}

#[test]
fn neighbouring_keys_of_both_sides_are_merged() {
    let table = [
        (
            "limits.yaml",
            "limits:\n  cpu: 1 # cores\n  memory: 2\n",
            "limits:\n  cpu: 4 # cores\n  memory: 2\n",
            "limits:\n  cpu: 1 # cores\n  memory: 8\n",
            "limits:\n  cpu: 4 # cores\n  memory: 8\n",
        ),
        (
            "package.json",
            "{\n  \"dependencies\": {\n    \"a\": \"1\",\n    \"b\": \"1\"\n  }\n}\n",
            "{\n  \"dependencies\": {\n    \"a\": \"1\",\n    \"b\": \"1\",\n    \"mine\": \"1\"\n  }\n}\n",
            "{\n  \"dependencies\": {\n    \"a\": \"1\",\n    \"b\": \"2\"\n  }\n}\n",
            "{\n  \"dependencies\": {\n    \"a\": \"1\",\n    \"b\": \"2\",\n    \"mine\": \"1\"\n  }\n}\n",
        ),
        (
            "service.toml",
            "[server]\nport = 1\nhost = \"a\"\n",
            "[server]\nport = 2 # ours\nhost = \"a\"\n",
            "[server]\nport = 1\nhost = \"b\"\n",
            "[server]\nport = 2 # ours\nhost = \"b\"\n",
        ),
    ];
    for (path, base, ours, theirs, expected) in table {
        assert_eq!(merged(path, base, ours, theirs), (0, expected.to_owned()), "{path}");
    }
}

#[test]
fn a_disagreement_about_one_key_stays_a_conflict_of_lines() {
    let (code, text) =
        merged("limits.yaml", "cpu: 1\nmemory: 2\n", "cpu: 4\nmemory: 2\n", "cpu: 8\nmemory: 8\n");
    assert_eq!(code, 1);
    for told in ["<<<<<<< yours\n", "cpu: 4\n", "||||||| 1.0.0 as rendered\n", "cpu: 8\n", ">>>>>>> 1.1.0\n"]
    {
        assert!(text.contains(told), "{told:?} is not in:\n{text}");
    }
}

#[test]
fn lines_that_merge_to_two_keys_of_one_name_are_a_conflict() {
    let base = "a: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\n";
    let (code, text) = merged("limits.yaml", base, &format!("new: 1\n{base}"), &format!("{base}new: 2\n"));
    assert_eq!(code, 1, "{text}");
    assert_eq!(text, format!("new: 1\n{base}new: 2\n"));
}
