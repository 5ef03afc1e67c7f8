//! A cluster to deploy to, without one: a `kubectl` that keeps a Rollout or a Deployment with its `ReplicaSets` in a file, and
//! goes on with it whenever it is asked as the controllers do. What they do is in the sources of Argo Rollouts 1.8
//! (`rollout/canary.go`, `rollout/pause.go`, `rollout/sync.go`, `utils/annotations`) and of Kubernetes' own controller.

use std::process::Command;
use std::sync::LazyLock;

use crate::env::TestEnv;

/// The cluster. `WORLD` says what becomes of a release: `good`, `bad`, `stuck` without a measurement, `waits` at a step that waits for a person,
/// `pauses` at one that ends by itself or `unsure` where the analysis came to no verdict; `left` has somebody else roll it back while it is followed; `MAY_ABORT=no` is
/// an account that must not patch the state of a release.
const KUBECTL: &str = r##"import json, os, re, sys
file, words, world = os.environ["CLUSTER"], sys.argv[1:], os.environ.get("WORLD", "good")
held = json.load(open(file)) if os.path.exists(file) else None
LABEL = "rollouts-pod-template-hash"

def keep():
    with open(file, "w") as kept:
        json.dump(held, kept)

def named(template):
    return re.sub(r"\W", "", template["spec"]["containers"][0]["image"].split(":")[1] + template["spec"]["config"])

def workload(template):
    steps = [{"setWeight": 50}, {"pause": {"duration": "5m"} if world in ("pauses", "unsure") else {}}]
    return {"metadata": {"generation": 1, "annotations": {}}, "status": {"observedGeneration": "0"},
            "spec": {"template": template, "strategy": {"canary": {"steps": steps}}}}

def at_a_person(spec, status):
    """Left only by who takes the conditions and leaves `controllerPause`: anything else is paused again."""
    return status.get("currentStepIndex") == 1 and spec["strategy"]["canary"]["steps"][1] == {"pause": {}}

def pause(status):
    status.update(phase="Paused", message="CanaryPauseStep", currentStepIndex=1, controllerPause=True, pauseConditions=[{"reason": "CanaryPauseStep"}])

def controller():
    """One look of the controller at the workload."""
    it, sets = held["workload"], held["sets"]
    spec, status = it["spec"], it["status"]
    name = named(spec["template"])
    last = max([int(one["metadata"]["annotations"][PREFIX + "revision"]) for one in sets], default=0)
    if status.get("currentPodHash") != name:
        mine = next((one for one in sets if one["metadata"]["labels"][LABEL] == name), None)
        if not mine:
            template = json.loads(json.dumps(spec["template"]))
            template["metadata"]["labels"][LABEL] = name
            mine = {"metadata": {"labels": {LABEL: name}, "annotations": {}}, "spec": {"template": template}}
            sets.append(mine)
        notes = mine["metadata"]["annotations"]
        if PREFIX + "revision" in notes:
            history = [notes.get(PREFIX + "revision-history"), notes[PREFIX + "revision"]]
            notes[PREFIX + "revision-history"] = ",".join(filter(None, history))
        notes[PREFIX + "revision"] = it["metadata"]["annotations"][PREFIX + "revision"] = str(last + 1)
        status.update(currentPodHash=name, abort=False, promoteFull=False, phase="Progressing", message="", currentStepIndex=0)
        status.pop("pauseConditions", None), status.pop("controllerPause", None)
        status.setdefault("stableRS", name)
    elif status["stableRS"] == name:
        status["phase"] = "Healthy"
    elif spec.get("paused"):
        status.update(phase="Paused", message="manually paused")
    elif status.get("abort"):
        status.update(phase="Degraded", message="RolloutAborted")
    elif not status.get("promoteFull") and at_a_person(spec, status) and (status.get("pauseConditions") or not status.get("controllerPause")):
        pause(status)
    elif status.get("promoteFull") or world == "good" or PREFIX.startswith("deployment"):
        status.update(stableRS=name, phase="Healthy", message="")
    elif world in ("bad", "stuck"):
        status["abort"] = True
        if world == "bad":
            held["analysisruns"] = [{"status": {"metricResults": [{"name": "error-rate", "phase": "Failed", "message": "0.2"}]}}]
    elif world == "left":
        stable = next(one for one in sets if one["metadata"]["labels"][LABEL] == status["stableRS"])
        spec["template"] = json.loads(json.dumps(stable["spec"]["template"]))
        del spec["template"]["metadata"]["labels"][LABEL]
        it["metadata"]["generation"] += 1
        return
    else:
        pause(status)
        if world == "unsure":
            held["analysisruns"] = [{"status": {"metricResults": [{"name": "error-rate", "phase": "Inconclusive", "message": ""}]}}]
            status.update(message="InconclusiveAnalysisRun", pauseConditions=[{"reason": "InconclusiveAnalysisRun"}])
    status["observedGeneration"] = str(it["metadata"]["generation"])

def found(document, path):
    """What a path of kubectl's language finds."""
    here = [document]
    for key, index in re.findall(r"\.((?:[\w/-]|\\\.)+)|\[([^]]*)\]", path):
        if key:
            here = [one[key.replace("\\.", ".")] for one in here if key.replace("\\.", ".") in one]
        elif index == "*":
            here = [item for one in here for item in one]
        else:
            number = int(index.rstrip(":"))
            here = [(one[number:] or [None])[0] if one else sys.exit("error: array index out of bounds") for one in here]
    return here

def printed(template, document):
    said = ""
    pieces = re.findall(r'\{("?)((?:[^{}"]|(?<=")[^"]*(?="))*)\1\}', template)
    number = 0
    while number < len(pieces):
        text, piece = pieces[number]
        if text:
            said += piece.replace("\\n", "\n")
        elif piece.startswith("range "):
            end = next(i for i in range(number, len(pieces)) if pieces[i][1] == "end")
            inner = "".join("{" + quote + one + quote + "}" for quote, one in pieces[number + 1:end])
            said += "".join(printed(inner, item) for item in found(document, piece[6:]))
            number = end
        else:
            said += " ".join(one if isinstance(one, str) else json.dumps(one) for one in found(document, piece))
        number += 1
    return said

KIND = "deployment" if any("deployment" in word for word in words) or held and held["kind"] == "deployment" else "rollout"
PREFIX = {"deployment": "deployment.kubernetes.io/", "rollout": "rollout.argoproj.io/"}[KIND]
told = words[2:] if words[0] == "--namespace" else words
out = next((word[9:] for word in told if word.startswith("jsonpath=")), told[-1][9:] if told[-1].startswith("jsonpath=") else "")
if told[:2] == ["config", "current-context"]:
    print("prod-eu")
elif told[0] == "config":
    print("eu-1 https://eu-1.example.org")
elif told[0] == "kustomize":
    kind = "Rollout" if os.path.exists("deploy/kubernetes/base/rollout.yaml") else "Deployment"
    print(f"kind: {kind}\nimage: ghcr.io/acme/orders:released\nconfig: {os.environ.get('CONFIG', 'a')}")
elif told[:2] == ["auth", "can-i"]:
    sys.exit(os.environ.get("MAY_ABORT") == "no")
elif told[:2] == ["get", "pods"]:
    print("orders-1 0/1 CrashLoopBackOff")
elif told[:2] == ["get", "events"]:
    print("Warning BackOff orders-1")
elif told[0] == "apply":
    text = sys.stdin.read()
    kind, image, config = re.findall(r": (\S+)", text)
    template = {"metadata": {"labels": {"app": "orders"}}, "spec": {"containers": [{"image": image}], "initContainers": [{"image": image}], "config": config}}
    if held:
        held["workload"]["spec"].update(workload(template)["spec"])
        held["workload"]["metadata"]["generation"] += 1
    else:
        held = {"kind": kind.lower(), "workload": workload(template), "sets": []}
elif held is None:
    sys.exit('Error from server (NotFound): rollouts.argoproj.io "orders" not found')
elif told[:2] == ["rollout", "undo"]:
    revision = told[-1].split("=")[1]
    one = next(one for one in held["sets"] if one["metadata"]["annotations"][PREFIX + "revision"] == revision)
    held["workload"]["spec"]["template"] = json.loads(json.dumps(one["spec"]["template"]))
    del held["workload"]["spec"]["template"]["metadata"]["labels"][LABEL]
    held["workload"]["metadata"]["generation"] += 1
elif told[:2] == ["rollout", "status"]:
    controller(), controller()
    if world == "left":
        held["workload"]["spec"]["template"]["spec"]["containers"][0]["image"] = "ghcr.io/acme/orders:v1.0.0"
    if world == "bad" and held["workload"]["spec"]["template"]["spec"]["containers"][0]["image"].endswith(os.environ["BAD"]):
        keep()
        sys.exit("error: timed out waiting for the condition")
elif told[0] == "patch":
    patch = json.loads(told[told.index("--patch") + 1])
    if isinstance(patch, dict):
        for part, changes in patch.items():
            now = {**held["workload"][part], **changes}
            held["workload"][part] = {key: value for key, value in now.items() if value is not None}
        held["workload"]["metadata"]["generation"] += "spec" in patch
    else:
        for step in patch:
            *way, name = step["path"].strip("/").split("/")
            here = held["workload"]
            for key in way:
                here = here[int(key)] if isinstance(here, list) else here[key]
            if step["op"] == "remove":
                del here[name]
            else:
                here[name] = step["value"]
        held["workload"]["metadata"]["generation"] += 1
elif "analysisruns" in told:
    print(printed(out, {"items": held.get("analysisruns", [])}))
elif "replicasets" in told:
    wanted = re.search(LABEL + "=([^, ]*)", " ".join(told))
    sets = [one for one in held["sets"] if not wanted or one["metadata"]["labels"][LABEL] == wanted[1]]
    print(printed(out, {"items": sets}), end="")
elif told[0] == "get":
    print(printed(out, held["workload"]), end="")
    if "observedGeneration" in out:
        controller()
if told[0] in ("apply", "patch", "rollout") or "observedGeneration" in out:
    keep()
"##;

/// A repository of its own with a cluster, where time does not pass and the service passes its smoke test.
pub(crate) fn with_cluster(preset: &str) -> TestEnv {
    // What it does is a module, which Python compiles once: kubectl is started some hundred times.
    let kubectl = format!("#!{} -SE\nimport cluster\n", python());
    with_programs(preset, "kubernetes", &[("kubectl", &kubectl), ("cluster.py", KUBECTL)])
}

/// Where Python is.
pub(crate) fn python() -> &'static str {
    static PYTHON: LazyLock<String> = LazyLock::new(|| {
        let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
        String::from_utf8(asked.unwrap().stdout).unwrap().trim().to_owned()
    });
    &PYTHON
}

/// A repository of its own with stand-ins for programs.
pub(crate) fn with_programs(preset: &str, platform: &str, programs: &[(&str, &str)]) -> TestEnv {
    let env = TestEnv::new();
    let platform = format!("platform={platform}");
    env.goldpath([
        "new",
        "orders",
        "--preset",
        preset,
        "-yq",
        "--set",
        &platform,
        "--set",
        "owner=acme/orders-team",
    ])
    .succeeds();
    for (name, content) in programs.iter().chain(&[("sleep", "#!/bin/sh\n"), ("smoke", SMOKE)]) {
        env.write(&format!("bin/{name}"), content);
    }
    // Python itself, not what chooses one.
    env.shell(&format!(
        "chmod +x bin/*; mv bin/smoke orders/scripts/smoke.sh; ln -s {} bin/python3",
        python()
    ));
    let path = format!("{}:{}", env.path("bin").display(), std::env::var("PATH").unwrap());
    let (changes, cluster) = (env.path("changes"), env.path("cluster.json"));
    env.with("PATH", path)
        .with("CHANGES", changes)
        .with("CLUSTER", cluster)
        .with("GITHUB_ACTIONS", "true")
        .with("SERVICE_URL", "http://localhost:1")
        .with("BUDGET_OVERRIDE", "a test")
}

/// Brings versions to production, one after the other.
pub(crate) fn released(env: TestEnv, versions: &[&str]) -> TestEnv {
    for version in versions {
        env.run(&mut deploy(&env, version)).succeeds();
    }
    env
}

/// `make deploy` of a version to production.
pub(crate) fn deploy(env: &TestEnv, version: &str) -> Command {
    let mut command = env.command("make", "orders");
    command.args(["deploy", "ENV=production", &format!("VERSION={version}")]);
    command
}

/// A canary of a version that has come as far as `WORLD` lets it.
pub(crate) fn begun(env: TestEnv, version: &str, world: &str) -> TestEnv {
    let script = format!(
        "printf 'kind: Rollout\\nimage: ghcr.io/acme/orders:{version}\\nconfig: a\\n' | kubectl apply --filename -\n\
         for look in 1 2 3; do kubectl get rollout --output 'jsonpath={{.status.observedGeneration}}'; done"
    );
    env.run(env.command("bash", "orders").args(["-ec", &script]).env("WORLD", world)).succeeds();
    env
}

/// The version that production is told to run, with its configuration, and how the release is.
pub(crate) fn runs(env: &TestEnv) -> String {
    let held: serde_json::Value = serde_json::from_str(&env.read("cluster.json")).unwrap();
    let (spec, status) = (&held["workload"]["spec"]["template"]["spec"], &held["workload"]["status"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let image = text(&spec["containers"][0]["image"]);
    let version = image.trim_start_matches("ghcr.io/acme/orders:");
    format!("{version} {} {}", text(&spec["config"]), text(&status["phase"]))
}

/// The version named in `UNWELL` fails the smoke test, as far as the cluster has it.
const SMOKE: &str = r#"#!/bin/sh
if [ -n "$UNWELL" ] && grep -qF '"orders"}}, "spec": {"containers": [{"image": "ghcr.io/acme/orders:'"$UNWELL" "$CLUSTER"; then
  echo "smoke: broken" >&2
  exit 1
fi
echo smoke
"#;
