//! What is resolved and what is refused, case by case.

#![expect(clippy::too_many_lines, reason = "a table of cases is one test")]

use super::merged;

/// What a case is about, and base, ours, theirs and the result.
type Resolved = (&'static str, [&'static str; 4]);
/// What a case is about, and base, ours and theirs, which cannot be merged.
type Refused = (&'static str, [&'static str; 3]);

fn resolve(path: &str, cases: &[Resolved]) {
    for (about, [base, ours, theirs, expected]) in cases {
        assert_eq!(merged(path, base, ours, theirs).as_deref(), Some(*expected), "{about}");
    }
}

fn refuse(path: &str, cases: &[Refused]) {
    for (about, [base, ours, theirs]) in cases {
        assert_eq!(merged(path, base, ours, theirs), None, "{about}");
    }
}

#[test]
fn yaml_is_merged_by_key() {
    resolve(
        "a.yml",
        &[
            ("neighbours", ["a: 1\nb: 2\n", "a: 3\nb: 2\n", "a: 1\nb: 4\n", "a: 3\nb: 4\n"]),
            ("the same on both sides", ["a: 1\n", "a: 2 # so\n", "a: 2 # so\n", "a: 2 # so\n"]),
            ("both add, ours comes first", ["a: 1\n", "a: 1\no: 1\n", "a: 1\nt: 1\n", "a: 1\no: 1\nt: 1\n"]),
            (
                "quotes and spaces of ours",
                ["a: 1\nb: x\n", "a:   1\nb: \"x\"  # why\n", "a: 2\nb: x\n", "a:   2\nb: \"x\"  # why\n"],
            ),
            (
                "a pinned version and the comment beside it",
                [
                    "- uses: a@1 # v1\n  with:\n    x: 1\n",
                    "- uses: a@1 # v1\n  with:\n    x: 2\n",
                    "- uses: a@2 # v2\n  with:\n    x: 1\n",
                    "- uses: a@2 # v2\n  with:\n    x: 2\n",
                ],
            ),
            (
                "a comment above, by theirs",
                [
                    "# old\na: 1\nb: 1\n",
                    "# old\na: 1\nb: 2\n",
                    "# new\n# text\na: 1\nb: 1\n",
                    "# new\n# text\na: 1\nb: 2\n",
                ],
            ),
            ("a comment at the end, by theirs", ["a: 1\n", "a: 2\n", "a: 1\n# end\n", "a: 2\n# end\n"]),
            (
                "a value becomes a block",
                [
                    "a: 1 # n\nb: 1\n",
                    "a: 1 # n\nb: 2\n",
                    "a: # n\n  x: 1\n  # why\n  y: 2\nb: 1\n",
                    "a: # n\n  x: 1\n  # why\n  y: 2\nb: 2\n",
                ],
            ),
            (
                "a block becomes a value",
                ["a:\n  x: 1\nb: 1\n", "a:\n  x: 1\nb: 2\n", "a: [1]\nb: 1\n", "a: [1]\nb: 2\n"],
            ),
            ("nothing becomes something", ["a:\nb: 1\n", "a:\nb: 2\n", "a: 1\nb: 1\n", "a: 1\nb: 2\n"]),
            ("the last entry goes", ["a:\n  x: 1\n  y: 1\n", "a:\n  x: 1\n", "a:\n  y: 1\n", "a: {}\n"]),
            (
                "an entry in brackets",
                [
                    "a: {x: 1, y: 2}\n",
                    "a: {x: 3, y: 2}\n",
                    "a: {x: 1, y: 2, z: 3}\n",
                    "a: {x: 3, y: 2, z: 3}\n",
                ],
            ),
            (
                "ours has the block where theirs has brackets",
                ["a: {x: 1}\n", "a:\n  x: 1 # why\n", "a: {x: 1, z: 3}\n", "a:\n  x: 1 # why\n  z: 3\n"],
            ),
            (
                "the first entry of a member",
                [
                    "- id: 1\n  a: 1\n",
                    "- id: 1\n  a: 2\n",
                    "- b: 1\n  id: 1\n  a: 1\n",
                    "- b: 1\n  id: 1\n  a: 2\n",
                ],
            ),
            (
                "lines of text",
                [
                    "a: |\n  x\nb: 1\n",
                    "a: |\n  x\nb: 2\n",
                    "a: |\n  x\n\n  # y\nb: 1\n",
                    "a: |\n  x\n\n  # y\nb: 2\n",
                ],
            ),
            (
                "other indentation",
                [
                    "a:\n  b:\n    c: 1\n",
                    "a:\n    b:\n        c: 2\n",
                    "a:\n  b:\n    c: 1\n    d:\n      - e\n",
                    "a:\n    b:\n        c: 2\n        d:\n          - e\n",
                ],
            ),
            (
                "the same anchor, elsewhere",
                [
                    "a: &x 1\nb: *x\nc: 1\n",
                    "a: &x 1\nb: *x\nc: 2\n",
                    "a: &x 1\nb: *x\nc: 1\nd: 1\n",
                    "a: &x 1\nb: *x\nc: 2\nd: 1\n",
                ],
            ),
            ("sets", ["needs: [a, b]\n", "needs: [a, b, o]\n", "needs: [b, t]\n", "needs: [b, o, t]\n"]),
            (
                "the first of a set go",
                ["needs: [a, b, c]\n", "needs: [a, b, c, o]\n", "needs: [c]\n", "needs: [c, o]\n"],
            ),
            (
                "environment of either side",
                ["a: 1\n", "a: 1\nenv:\n  O: 1\n", "a: 1\nenv:\n  T: 1\n", "a: 1\nenv:\n  O: 1\n  T: 1\n"],
            ),
            (
                "blank lines between jobs",
                [
                    "jobs:\n  a:\n    x: 1\n\n  b:\n    x: 1\n",
                    "jobs:\n  a:\n    x: 2\n\n  b:\n    x: 1\n",
                    "jobs:\n  n:\n    x: 1\n\n  a:\n    x: 1\n\n  b:\n    x: 1\n",
                    "jobs:\n  n:\n    x: 1\n\n  a:\n    x: 2\n\n  b:\n    x: 1\n",
                ],
            ),
            (
                "tabs and text after a dash alone",
                [
                    "-\n  name: a\n  x: 1\n",
                    "-\n  name: a\n  x: 2\n",
                    "-\n  name: a\n  x: 1\n  y: 1\n",
                    "-\n  name: a\n  x: 2\n  y: 1\n",
                ],
            ),
        ],
    );
}

#[test]
fn yaml_that_disagrees_stays_a_conflict() {
    refuse(
        "a.yml",
        &[
            ("the same key", ["a: 1\n", "a: 2\n", "a: 3\n"]),
            ("text and number", ["a: 1\n", "a: '2'\n", "a: 2\n"]),
            ("changed and removed", ["a: 1\nb: 1\n", "a: 2\nb: 1\n", "b: 1\n"]),
            ("removed and changed", ["a: 1\nb: 1\n", "b: 1\n", "a: 2\nb: 1\n"]),
            (
                "a comment of ours goes with what theirs removes",
                ["a: 1\nb: 1\n", "# mine\na: 1\nb: 1\n", "b: 1\n"],
            ),
            ("a comment inside of what theirs replaces", ["a:\n  x: 1\n", "a:\n  x: 1 # mine\n", "a: 1\n"]),
            ("both add one key", ["a: 1\n", "a: 1\nb: 1\n", "a: 1\nb: 2\n"]),
            ("both add one job", ["a: 1\n", "a: 1\nb:\n  x: 1\n", "a: 1\nb:\n  y: 2\n"]),
            ("a comment changed by both", ["a: 1 # b\nc: 1\n", "a: 1 # o\nc: 1\n", "a: 1 # t\nc: 2\n"]),
            ("a comment above changed by both", ["# b\na: 1\n", "# o\na: 1\n", "# t\na: 1\n"]),
            ("a list that names nothing", ["a: [1, 2]\n", "a: [0, 1, 2]\n", "a: [1, 2, 3]\n"]),
            ("arguments, where the place counts", ["args: [a, b]\n", "args: [a, b, c]\n", "args: [b]\n"]),
            ("what excludes", ["tags: [a, '!b']\n", "tags: [a, '!b', c]\n", "tags: [a, '!b', d]\n"]),
            (
                "two of one name",
                [
                    "- name: a\n- name: a\n",
                    "- name: a\n  x: 1\n- name: a\n",
                    "- name: a\n- name: a\n  y: 1\n",
                ],
            ),
            (
                "both reorder",
                [
                    "- name: a\n- name: b\n- name: c\n",
                    "- name: b\n- name: a\n- name: c\n",
                    "- name: a\n- name: c\n- name: b\n",
                ],
            ),
            (
                "an anchored value",
                ["a: &x\n  b: 1\nc: *x\n", "a: &x\n  b: 1\nc: *x\nd: 1\n", "a: &x\n  b: 2\nc: *x\n"],
            ),
            ("a new alias", ["a: &x 1\nb: 1\n", "a: &x 1\nb: 2\n", "a: &x 1\nb: 1\nc: *x\n"]),
            ("a tag", ["a: !x 1\nb: 1\n", "a: !x 1\nb: 2\n", "a: !x 2\nb: 1\n"]),
            ("not parsed", ["a: 1\nb: 1\n", "a: [\nb: 1\n", "a: 1\nb: 2\n"]),
            ("twice in one map", ["a: 1\n", "a: 1\na: 1\n", "a: 1\nb: 2\n"]),
            ("a name of several lines", ["? a\n: 1\nb: 1\n", "? a\n: 1\nb: 2\n", "? a\n: 2\nb: 1\n"]),
            ("kept blank lines", ["a: |+\n  x\n\nb: 1\n", "a: |+\n  x\n\nb: 2\n", "a: |+\n  y\n\nb: 1\n"]),
        ],
    );
}

#[test]
fn documents_are_known_by_what_kubernetes_calls_them() {
    resolve(
        "a.yaml",
        &[
            (
                "one moved, one new, one changed",
                [
                    "kind: A\nmetadata:\n  name: x\na: 1\n---\nkind: B\nmetadata:\n  name: x\nb: 1\n",
                    "kind: A\nmetadata:\n  name: x\na: 2\n---\nkind: B\nmetadata:\n  name: x\nb: 1 # why\n",
                    "kind: A\nmetadata:\n  name: x\na: 1\n---\nkind: C\nmetadata:\n  name: x\n---\nkind: B\nmetadata:\n  name: x\nb: 1\nc: 1\n",
                    "kind: A\nmetadata:\n  name: x\na: 2\n---\nkind: C\nmetadata:\n  name: x\n---\nkind: B\nmetadata:\n  name: x\nb: 1 # why\nc: 1\n",
                ],
            ),
            (
                "one goes",
                [
                    "kind: A\nmetadata:\n  name: x\na: 1\n---\nkind: B\nmetadata:\n  name: x\n",
                    "kind: A\nmetadata:\n  name: x\na: 2\n---\nkind: B\nmetadata:\n  name: x\n",
                    "kind: A\nmetadata:\n  name: x\na: 1\n",
                    "kind: A\nmetadata:\n  name: x\na: 2\n",
                ],
            ),
            (
                "by place, where nothing names them",
                [
                    "---\na: 1\n---\nb: 1\n",
                    "---\na: 2\n---\nb: 1\n",
                    "---\na: 1\n---\nb: 2\n",
                    "---\na: 2\n---\nb: 2\n",
                ],
            ),
        ],
    );
    refuse(
        "a.yaml",
        &[(
            "nameless, and one more",
            ["a: 1\n---\nb: 1\n", "a: 2\n---\nb: 1\n", "a: 1\n---\nc: 1\n---\nb: 1\n"],
        )],
    );
}

#[test]
fn lists_are_matched_by_what_names_their_members() {
    resolve(
        "a.yml",
        &[
            (
                "rules of one name, told apart by their labels",
                [
                    "rules:\n- alert: A\n  labels: {tier: x}\n  expr: 1\n- alert: A\n  labels: {tier: y}\n  expr: 1\n",
                    "rules:\n- alert: A\n  labels: {tier: x}\n  expr: 2\n- alert: A\n  labels: {tier: y}\n  expr: 1\n",
                    "rules:\n- alert: A\n  labels: {tier: x}\n  expr: 1\n- alert: A\n  labels: {tier: y}\n  expr: 2\n",
                    "rules:\n- alert: A\n  labels: {tier: x}\n  expr: 2\n- alert: A\n  labels: {tier: y}\n  expr: 2\n",
                ],
            ),
            (
                "actions without their version",
                [
                    "steps:\n- uses: a/b@1\n- run: x\n",
                    "steps:\n- uses: a/b@1\n  with: {x: 1}\n- run: x\n",
                    "steps:\n- uses: a/b@2\n- run: x\n",
                    "steps:\n- uses: a/b@2\n  with: {x: 1}\n- run: x\n",
                ],
            ),
            (
                "mounts by their path, when a volume is mounted twice",
                [
                    "volumeMounts:\n- name: v\n  mountPath: /a\n- name: v\n  mountPath: /b\n",
                    "volumeMounts:\n- name: v\n  mountPath: /a\n  readOnly: true\n- name: v\n  mountPath: /b\n",
                    "volumeMounts:\n- name: v\n  mountPath: /a\n- name: v\n  mountPath: /b\n  subPath: x\n",
                    "volumeMounts:\n- name: v\n  mountPath: /a\n  readOnly: true\n- name: v\n  mountPath: /b\n  subPath: x\n",
                ],
            ),
            (
                "ecosystems of dependabot",
                [
                    "updates:\n- package-ecosystem: cargo\n  directory: /\n  x: 1\n",
                    "updates:\n- package-ecosystem: cargo\n  directory: /\n  x: 2\n",
                    "updates:\n- package-ecosystem: cargo\n  directory: /\n  x: 1\n- package-ecosystem: docker\n  directory: /\n",
                    "updates:\n- package-ecosystem: cargo\n  directory: /\n  x: 2\n- package-ecosystem: docker\n  directory: /\n",
                ],
            ),
        ],
    );
}

#[test]
fn toml_is_merged_by_key() {
    resolve(
        "a.toml",
        &[
            ("neighbours", ["a = 1\nb = 2\n", "a = 3 # o\nb = 2\n", "a = 1\nb = 4\n", "a = 3 # o\nb = 4\n"]),
            (
                "dependencies",
                [
                    "[d]\na = \"1\"\n",
                    "[d]\na = \"1\"\no = \"1\"\n",
                    "[d]\na = \"2\"\nt = { version = \"1\" }\n",
                    "[d]\na = \"2\"\no = \"1\"\nt = { version = \"1\" }\n",
                ],
            ),
            (
                "inside of one line",
                [
                    "a = { x = 1, y = [\"a\"] }\n",
                    "a = { x = 2, y = [\"a\"] }\n",
                    "a = { x = 1, y = [\"a\", \"b\"], z = 1 }\n",
                    "a = { x = 2, y = [\"a\", \"b\"], z = 1 }\n",
                ],
            ),
            (
                "a table",
                [
                    "[a]\nx = 1\n\n[b]\ny = 1\n",
                    "[a]\nx = 2\n\n[b]\ny = 1\n",
                    "[a]\nx = 1\n\n# new\n[n]\nz = 1\n\n[b]\ny = 1\n",
                    "[a]\nx = 2\n\n# new\n[n]\nz = 1\n\n[b]\ny = 1\n",
                ],
            ),
            (
                "a table goes",
                [
                    "[a]\nx = 1\n\n# old\n[b]\ny = 1\n",
                    "[a]\nx = 2\n\n# old\n[b]\ny = 1\n",
                    "[a]\nx = 1\n",
                    "[a]\nx = 2\n",
                ],
            ),
            (
                "tables by name",
                [
                    "[[t]]\nname = \"a\"\nx = 1\n\n[[t]]\nname = \"b\"\n",
                    "[[t]]\nname = \"a\"\nx = 2\n\n[[t]]\nname = \"b\"\n",
                    "[[t]]\nname = \"a\"\nx = 1\ny = 1\n\n[[t]]\nname = \"c\"\n\n[[t]]\nname = \"b\"\n",
                    "[[t]]\nname = \"a\"\nx = 2\ny = 1\n\n[[t]]\nname = \"c\"\n\n[[t]]\nname = \"b\"\n",
                ],
            ),
            (
                "dotted keys",
                [
                    "a.x = 1\na.y = 1\n",
                    "a.x = 2\na.y = 1\n",
                    "a.x = 1\na.y = 1\na.z = 1\n",
                    "a.x = 2\na.y = 1\na.z = 1\n",
                ],
            ),
            (
                "a line before the tables",
                ["[a]\nx = 1\n", "[a]\nx = 2\n", "top = 1\n\n[a]\nx = 1\n", "top = 1\n\n[a]\nx = 2\n"],
            ),
            (
                "requirements",
                [
                    "dependencies = [\n  \"a>=1\",\n  \"b\",\n]\n",
                    "dependencies = [\n  \"a>=1\",\n  \"b\",\n  \"o\", # why\n]\n",
                    "dependencies = [\n  \"a>=2\",\n  \"b\",\n  # because\n  \"t\",\n]\n",
                    "dependencies = [\n  \"a>=2\",\n  \"b\",\n  \"o\", # why\n  # because\n  \"t\",\n]\n",
                ],
            ),
            (
                "a sub-table far away",
                [
                    "[a]\nx = 1\n[b]\ny = 1\n[a.c]\nz = 1\n",
                    "[a]\nx = 1\n[b]\ny = 2\n[a.c]\nz = 1\n",
                    "[a]\nx = 1\nw = 1\n[b]\ny = 1\n[a.c]\nz = 2\n",
                    "[a]\nx = 1\nw = 1\n[b]\ny = 2\n[a.c]\nz = 2\n",
                ],
            ),
        ],
    );
    refuse(
        "a.toml",
        &[
            ("the same key", ["a = 1\n", "a = 2\n", "a = 3\n"]),
            ("defined twice", ["a = 1\n", "a = 1\na = 1\n", "a = 1\nb = 1\n"]),
            ("a dependency added twice", ["[d]\n", "[d]\na = \"1\"\n", "[d]\na = { version = \"1\" }\n"]),
            ("tables without a name", ["[[t]]\nx = 1\n", "[[t]]\nx = 2\n", "[[t]]\nx = 1\n[[t]]\nx = 3\n"]),
        ],
    );
}

#[test]
fn json_is_merged_by_key() {
    resolve(
        "a.json",
        &[
            (
                "one line",
                [
                    "{\"a\": 1, \"b\": 2}\n",
                    "{\"a\": 3, \"b\": 2}\n",
                    "{\"a\": 1, \"c\": 4}\n",
                    "{\"a\": 3, \"c\": 4}\n",
                ],
            ),
            (
                "commas",
                [
                    "{\n  \"a\": 1,\n  \"b\": 2\n}\n",
                    "{\n  \"a\": 3,\n  \"b\": 2\n}\n",
                    "{\n  \"a\": 1\n}\n",
                    "{\n  \"a\": 3\n}\n",
                ],
            ),
            (
                "everything exchanged",
                [
                    "{\n  \"a\": {\n    \"x\": 1\n  },\n  \"b\": 1\n}\n",
                    "{\n  \"a\": {\n    \"x\": 1\n  },\n  \"b\": 2\n}\n",
                    "{\n  \"a\": {\n    \"y\": 1\n  },\n  \"b\": 1\n}\n",
                    "{\n  \"a\": {\n    \"y\": 1\n  },\n  \"b\": 2\n}\n",
                ],
            ),
            (
                "both empty it",
                [
                    "{\n  \"a\": {\n    \"x\": 1,\n    \"y\": 1\n  }\n}\n",
                    "{\n  \"a\": {\n    \"y\": 1\n  }\n}\n",
                    "{\n  \"a\": {\n    \"x\": 1\n  }\n}\n",
                    "{\n  \"a\": {}\n}\n",
                ],
            ),
            (
                "tabs",
                [
                    "{\n  \"a\": 1\n}\n",
                    "{\n\t\"a\": 2\n}\n",
                    "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 1\n  }\n}\n",
                    "{\n\t\"a\": 2,\n\t\"b\": {\n\t\t\"c\": 1\n\t}\n}\n",
                ],
            ),
            (
                "comments and trailing commas",
                [
                    "{\n  // why\n  \"a\": 1,\n}\n",
                    "{\n  // why\n  \"a\": 2, // so\n}\n",
                    "{\n  // why\n  \"a\": 1,\n  /* new */\n  \"b\": 1,\n}\n",
                    "{\n  // why\n  \"a\": 2, // so\n  /* new */\n  \"b\": 1,\n}\n",
                ],
            ),
            (
                "numbers as they are written",
                [
                    "{\"a\": 1.0, \"b\": 1e3}\n",
                    "{\"a\": 1.50, \"b\": 1e3}\n",
                    "{\"a\": 1.0, \"b\": 1e4}\n",
                    "{\"a\": 1.50, \"b\": 1e4}\n",
                ],
            ),
            (
                "panels by their id",
                [
                    "[{\"id\": 1, \"x\": 1}, {\"id\": 2}]\n",
                    "[{\"id\": 1, \"x\": 2}, {\"id\": 2}]\n",
                    "[{\"id\": 1, \"x\": 1}, {\"id\": 3}, {\"id\": 2}]\n",
                    "[{\"id\": 1, \"x\": 2}, {\"id\": 3}, {\"id\": 2}]\n",
                ],
            ),
        ],
    );
    refuse(
        "a.json",
        &[
            ("the same key", ["{\"a\": 1}", "{\"a\": 2}", "{\"a\": 3}"]),
            (
                "one panel added twice",
                [
                    "[{\"id\": 1}]",
                    "[{\"id\": 1}, {\"id\": 2, \"x\": 1}]",
                    "[{\"id\": 1}, {\"id\": 2, \"x\": 2}]",
                ],
            ),
            ("not parsed", ["{\"a\": 1}", "{\"a\": 1", "{\"a\": 2}"]),
        ],
    );
}

#[test]
fn the_file_stays_as_ours_ends_its_lines() {
    resolve(
        "a.yml",
        &[
            (
                "line ends of Windows",
                [
                    "a: 1\nb: 2\n",
                    "a: 3\r\nb: 2\r\n",
                    "a: 1\nb: |\n  x\n  y\n",
                    "a: 3\r\nb: |\r\n  x\r\n  y\r\n",
                ],
            ),
            ("no final line end", ["a: 1\nb: 2\n", "a: 3\nb: 2", "a: 1\nb: 2\nc: 1\n", "a: 3\nb: 2\nc: 1"]),
            ("a final line end", ["a: 1\nb: 2", "a: 3\nb: 2\n", "a: 1\nb: 2\nc: 1", "a: 3\nb: 2\nc: 1\n"]),
            (
                "a byte order mark",
                ["a: 1\nb: 2\n", "\u{feff}a: 3\nb: 2\n", "a: 1\nb: 4\n", "\u{feff}a: 3\nb: 4\n"],
            ),
        ],
    );
    refuse("a.yml", &[("mixed", ["a: 1\nb: 2\n", "a: 3\r\nb: 2\n", "a: 1\nb: 4\n"])]);
}

#[test]
fn other_files_are_left_to_their_lines() {
    for path in ["a.txt", "Makefile", "Cargo.lock", "yaml"] {
        assert_eq!(merged(path, "a: 1\n", "a: 1\n", "a: 2\n"), None, "{path}");
    }
}

#[test]
fn what_is_too_large_or_too_deep_is_refused() {
    let wide = |value: usize| format!("[{}{value}]", "1, ".repeat(40_000));
    assert_eq!(merged("a.json", &wide(1), &wide(1), &wide(2)), None, "a line without end");
    let deep = |value: usize| format!("{}{value}{}", "[\n".repeat(1000), "]\n".repeat(1000));
    for path in ["a.json", "a.yaml"] {
        assert_eq!(merged(path, &deep(1), &deep(1), &deep(2)), None, "{path}");
    }
    let deep_table = |value: usize| format!("a = {}{value}{}", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(merged("a.toml", &deep_table(1), &deep_table(1), &deep_table(2)), None);
    let long = |value: usize| format!("a: {value}\n").repeat(300_000);
    assert_eq!(merged("a.yaml", &long(1), &long(1), &long(2)), None, "larger than two megabytes");
}

#[test]
fn many_entries_are_merged_in_good_time() {
    let entries = |value: usize| {
        let lines = (0..20_000).map(|n| format!("k{n}: {}\n", if n % 10 == 3 { value } else { 0 }));
        lines.collect::<Vec<_>>().concat()
    };
    let ours = entries(0).replace("k4: 0\n", "k4: 1\n");
    assert_eq!(
        merged("a.yaml", &entries(0), &ours, &entries(5)),
        Some(entries(5).replace("k4: 0\n", "k4: 1\n"))
    );
}
