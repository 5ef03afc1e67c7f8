//! A host to deploy to, without one: a `docker` that keeps images and containers in a file, and of Compose what `replace` in
//! `scripts/environment.sh` asks of it. What it does is in the sources of Compose 2.39 (`pkg/compose/convergence.go`):
//! the containers that have stopped count too, and are started before a new one is made.

use crate::cluster::{python, with_programs};
use crate::env::TestEnv;

/// The host. `MISSING=1` has Compose make an instance less than it is told to.
const DOCKER: &str = r##"import json, os, re, sys
file, words = os.environ["CLUSTER"], sys.argv[1:]
held = json.load(open(file)) if os.path.exists(file) else {"images": {}, "containers": [], "proxy": "", "made": 0}

def keep():
    with open(file, "w") as kept:
        json.dump(held, kept)

def image(name):
    if name in held["images"].values():
        return name
    return held["images"].get(name) or sys.exit(f"Error: No such image: {name}")

def made(path):
    held["made"] += 1
    text = open(path).read()
    env = re.search(r"env_file: (.+)", text)[1].replace("${ENV:?name the environment}", os.environ["ENV"])
    configuration = open(os.path.join(os.path.dirname(path), env)).read()
    return {"id": f"c{held['made']:03}", "image": image(os.environ["IMAGE"]), "state": "running", "configuration": configuration}

def option(name):
    return words[words.index(name) + 1]

def found(id):
    return next(one for one in held["containers"] if one["id"] == id)

with open(os.environ["CHANGES"], "a") as told:
    print(*words, file=told)
if words[:2] == ["compose", "--project-name"]:
    path = option("--file")
    if words[-1] == "proxy":
        if not held["proxy"] or "--no-recreate" not in words:
            held["proxy"] = re.search("timeout client .*", open(path).read())[0]
    elif "up" in words:
        more = int(option("--scale").split("=")[1]) - len(held["containers"]) - (os.environ.get("MISSING") == "1")
        for one in held["containers"]:
            one["state"] = "running"
        held["containers"] += [made(path) for _ in range(more)]
elif words[0] == "ps":
    states = [word.split("=")[1] for word in words if word.startswith("status=")] or ["running"]
    for one in reversed(held["containers"]):
        if one["state"] in states:
            print(one["id"])
elif words[0] == "inspect":
    print(found(words[-1])["image"] if "{{.Image}}" in words else "10.0.0.2")
elif words[0] == "pull":
    version = words[-1].split(":")[1].replace(".", "").replace("v", "")
    held["images"][words[-1]] = "sha256:" + version.ljust(12, "0")
elif words[0] == "tag":
    held["images"][words[2]] = image(words[1])
elif words[:2] == ["image", "inspect"]:
    format, *names = words[3:] if words[2] == "--format" else ["", *words[2:]]
    for id in map(image, names):
        versions = [name.split(":")[1] for name, one in held["images"].items() if one == id and ":v" in name]
        print(versions[0] if "org.opencontainers.image.version" in format else id)
elif words[:2] == ["image", "ls"]:
    for name, id in held["images"].items():
        if name.startswith(words[-1] + ":"):
            print(id, name)
elif words[0] in ("stop", "rm"):
    found(words[-1])["state"] = "exited"
    if words[0] == "rm":
        held["containers"] = [one for one in held["containers"] if one["id"] != words[-1]]
keep()
"##;

/// Fails where an instance has a configuration with this line, as a service would that it sends astray.
const SMOKE: &str =
    "#!/bin/sh\nif grep -q BROKEN=1 $CLUSTER; then echo 'smoke: broken' >&2; exit 1; fi\necho smoke\n";

/// A repository of its own with a host.
pub(crate) fn with_host() -> TestEnv {
    let docker = format!("#!{} -SE\nimport host\n", python());
    let env = with_programs("quick-start", "compose", &[("docker", &docker), ("host.py", DOCKER)]);
    env.write("orders/scripts/smoke.sh", SMOKE);
    env
}

/// Writes a release: the present state of the repository gets a tag.
pub(crate) fn tagged(env: &TestEnv, version: &str) {
    env.shell(&format!("cd orders && git commit -qam 'Release {version}' && git tag {version}"));
}

/// What the host runs: each instance's version and whether its configuration is broken, and the proxy's configuration.
pub(crate) fn hosts(env: &TestEnv) -> String {
    let held: serde_json::Value = serde_json::from_str(&env.read("cluster.json")).unwrap();
    let mut said = String::new();
    for container in held["containers"].as_array().unwrap() {
        let text = |name: &str| container[name].as_str().unwrap();
        let image = text("image").trim_start_matches("sha256:").trim_end_matches('0');
        let broken = if text("configuration").contains("BROKEN=1") { " broken" } else { "" };
        for part in [image, broken, " ", text("state"), ", "] {
            said += part;
        }
    }
    said + held["proxy"].as_str().unwrap()
}
