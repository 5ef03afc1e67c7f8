//! A stack is a folder: a pack may add one, and everything around the service follows.

use crate::env::TestEnv;
use crate::generated::make;
use crate::pack::TestPack;

const COMPONENT: &str = r#"
title = "Shell"
why = "a test wants the smallest stack there can be"
kind = "stack"
requires = ["service", "make", "api"]

[settings."stack.start_seconds"]
type = "integer"
default = 1
help = "how long a start may take"

[settings."stack.memory_mib"]
type = "integer"
default = 16
help = "memory of one process"

[settings."stack.cpu_millicores"]
type = "integer"
default = 10
help = "processor share of one process"

[computed]
stack_needs = "a POSIX shell"
stack_ci = """{= {
  'set_up': [], 'cache_paths': [], 'cache_files': [], 'tools': [], 'dependency_tools': [], 'sbom_tools': [],
  'codeql': 'actions', 'ecosystem': 'gitsubmodule'
} =}"""

[[files]]
match = "bin/**"
ownership = "seeded"

[[files]]
match = "**"
ownership = "managed"
"#;

const STACK_MK: &str = "\
.PHONY: stack-build stack-lint stack-format stack-test stack-run stack-check-config \\
\tstack-release stack-command stack-deps stack-sbom

stack-lint:
\t@sh -n bin/server && echo the shell lints

stack-build stack-format stack-test stack-check-config stack-release stack-deps stack-sbom:

stack-run:
\tbin/server

stack-command:
\t@echo \"$(CURDIR)/bin/server\"
";

const DOCKERFILE: &str = "FROM busybox:1.37\nCOPY --chown=65532:65532 bin/server /server\nUSER 65532:65532\nEXPOSE {= settings.service.port =}\nENTRYPOINT [\"/server\"]\n";

/// The smallest stack there can be: a service of one shell script.
fn shell_pack(env: &TestEnv) {
    TestPack::empty()
        .head("extends = \"builtin\"")
        .file("templates/shell/component.toml", COMPONENT)
        .file("templates/shell/files/stack.mk", STACK_MK)
        .file("templates/shell/files/Dockerfile.tera", DOCKERFILE)
        .file("templates/shell/files/.gitignore.tera", "/.tools/\n/.deploy/\n/evidence/\n__pycache__/\n")
        .file(
            "templates/shell/files/.devcontainer/devcontainer.json",
            "{ \"image\": \"mcr.microsoft.com/devcontainers/base:bookworm\" }\n",
        )
        .file("templates/shell/files/bin/server", "#!/bin/sh\necho serving on \"$PORT\"\n")
        .write_to(env, "pack");
}

#[test]
fn a_stack_of_a_folder_pack_stands_in_every_preset() {
    let env = TestEnv::new();
    shell_pack(&env);
    env.goldpath(["pack", "lint", "pack"]).succeeds();
    for preset in ["quick-start", "balanced", "enterprise"] {
        let arguments = ["--pack", "pack", "--preset", preset, "--stack", "shell", "-yq"];
        env.goldpath([&["new", preset][..], &arguments].concat()).succeeds();
        let checked = env.goldpath_in(preset, ["check"]).whatever();
        assert_eq!(checked.code(), 0, "{preset}\n{}", checked.said());
        let check = make(&env.path(preset)).args(["--silent", "check"]).output().unwrap();
        let said = String::from_utf8_lossy(&check.stdout) + String::from_utf8_lossy(&check.stderr);
        assert!(check.status.success() && said.contains("the shell lints"), "{preset}\n{said}");
    }
    // What the stack says of itself stands where the path has a place for it.
    assert!(env.read("enterprise/docs/onboarding/first-hour.md").contains("You need a POSIX shell,"));
    assert!(env.read("enterprise/deploy/kubernetes/base/rollout.yaml").contains("memory: 16Mi"));
    assert!(env.read("enterprise/.github/dependabot.yml").contains("package-ecosystem: gitsubmodule"));
}
