"""Manifests: the built-in kinds by Kubernetes' own schemas, Argo's by the schemas of its resource definitions."""

import json

import yaml

from check import Check, Context, Edit, Fault, Render
from schema import findings, load, strict

MANIFESTS = ("deploy/kubernetes/**/*.yaml",)
ROLLOUT = "deploy/kubernetes/base/rollout.yaml"
ARGO = {"Rollout": "argo-rollout", "AnalysisTemplate": "argo-analysis-template"}


def on_kubernetes(render: Render) -> bool:
    """For checks of that platform."""
    return render.platform == "kubernetes"


def with_canary(render: Render) -> bool:
    """For checks of the presets that release through Argo Rollouts."""
    return on_kubernetes(render) and render.preset != "quick-start"


def documents(render: Render, files: list[str]) -> list[tuple[str, dict]]:
    """Every object of the manifests, with the file that holds it."""
    return [
        (file, found) for file in files for found in yaml.safe_load_all((render.folder / file).read_text()) if found
    ]


def built(context: Context, render: Render, _files: list[str]) -> str:
    """Every overlay can be built as scripts/deploy.sh builds it, and what comes out fits together and the schemas."""
    found = []
    overlays = sorted((render.folder / "deploy/kubernetes/overlays").iterdir())
    for overlay in overlays:
        about = f"overlay {overlay.name}"
        code, text = context.ask(render.folder, "kustomize", "build", "--load-restrictor=LoadRestrictionsNone", overlay)
        if code:
            found.append(f"{about}: {text}")
            continue
        objects = [each for each in yaml.safe_load_all(text) if each]
        for each in objects:
            said = judge(context, render, each)
            found += [f"{about}: {each['kind']}: {said}"] if said else []
            if each["metadata"].get("namespace") != f"orders-{overlay.name}":
                found.append(
                    f"{about}: {each['kind']} {each['metadata']['name']} is in no namespace of this environment"
                )
        names = {(each["kind"], each["metadata"]["name"]) for each in objects}
        (workload,) = (each for each in objects if each["kind"] in ("Rollout", "Deployment"))
        found += [f"{about}: no {kind} {name}" for kind, name in sorted(needed(workload) - names)]
        if overlay.name == "staging":
            found += [f"{about}: {why}" for why in waits(objects)]
    return "\n".join(found) if overlays else "no overlays"


def needed(workload: dict) -> set[tuple[str, str]]:
    """What a workload names and can't do without."""
    pod = workload["spec"]["template"]["spec"]
    containers = pod["containers"] + pod.get("initContainers", [])
    maps = {source["configMapRef"]["name"] for each in containers for source in each.get("envFrom", [])}
    analysis = workload["spec"].get("strategy", {}).get("canary", {}).get("analysis", {}).get("templates", [])
    return (
        {("ServiceAccount", pod["serviceAccountName"])}
        | {("ConfigMap", name) for name in maps}
        | {("AnalysisTemplate", each["templateName"]) for each in analysis}
    )


def waits(objects: list[dict]) -> list[str]:
    """Why a release would wait for a person, where nobody watches and few requests come."""
    found = []
    for each in objects:
        if each["kind"] == "Rollout" and {"pause": {}} in each["spec"]["strategy"]["canary"]["steps"]:
            found.append("a step waits for a person")
        if each["kind"] == "AnalysisTemplate" and " >= " in each["spec"]["metrics"][0]["provider"]["prometheus"]["query"]:
            if "len(result) == 0 ||" not in each["spec"]["metrics"][0]["successCondition"]:
                found.append(f"{each['metadata']['name']} waits for requests")
    return found


def judge(context: Context, render: Render, document: dict) -> str:
    """What the schema of its kind says about an object."""
    if document["kind"] not in ARGO:
        return context.run(render.folder, "kubernetes-validate", "--strict", "-", stdin=json.dumps(document))
    schema = strict(load(ARGO[document["kind"]]))
    # The definition leaves `metadata` to Kubernetes.
    schema["properties"]["metadata"] = {"type": "object", "required": ["name"]}
    return "\n".join(findings(schema, document, document["kind"]))


def as_deployment(rollout: dict) -> dict:
    """The pod template of a Rollout in a built-in kind, so that Kubernetes' schema judges it too."""
    spec = {key: rollout["spec"][key] for key in ("replicas", "selector", "template")}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": rollout["metadata"], "spec": spec}


def builtin(context: Context, render: Render, files: list[str]) -> str:
    """Types and unknown keys of the built-in kinds, one call an object, since only the first error is told."""
    found, kinds = [], set()
    for file, document in documents(render, files):
        if document.get("kind") == "Rollout":
            document = as_deployment(document)
        elif "kind" not in document or document["apiVersion"].startswith(("argoproj.io/", "kustomize.config.k8s.io/")):
            continue
        kinds.add(document["kind"])
        said = judge(context, render, document)
        if said:
            found.append(f"{file}: {said}")
    missing = {"Deployment", "Service", "ServiceAccount", "NetworkPolicy", "PodDisruptionBudget"} - kinds
    return "\n".join(found + [f"no {kind} was checked" for kind in sorted(missing)])


def argo(context: Context, render: Render, files: list[str]) -> str:
    """Types and unknown keys of Argo's kinds."""
    found, kinds = [], set()
    for file, document in documents(render, files):
        if not str(document.get("apiVersion", "")).startswith("argoproj.io/"):
            continue
        if document["kind"] not in ARGO:
            found.append(f"{file}: no schema for the kind {document['kind']}")
            continue
        kinds.add(document["kind"])
        said = judge(context, render, document)
        if said:
            found.append(f"{file}: {said}")
    return "\n".join(found + [f"no {kind} was checked" for kind in sorted(set(ARGO) - kinds)])


CHECKS = (
    Check(
        "manifests: overlays build, and fit together",
        "kustomize",
        (*MANIFESTS, "config/environments/*.env"),
        built,
        (
            Fault(
                Edit("deploy/kubernetes/base/rollout-references.yaml", "containers/envFrom", "container/envFrom"),
                "no ConfigMap orders",
            ),
            Fault(
                Edit("deploy/kubernetes/base/kustomization.yaml", "  - analysis-latency.yaml\n", ""),
                "no AnalysisTemplate orders-latency",
            ),
            Fault(
                Edit("deploy/kubernetes/overlays/staging/kustomization.yaml", "../../base", "../../bases"),
                "overlay staging",
            ),
            Fault(
                Edit("deploy/kubernetes/overlays/staging/kustomization.yaml", "name: orders-latency", "name: orders-late"),
                "orders-latency waits for requests",
            ),
            Fault(
                Edit(
                    "deploy/kubernetes/overlays/staging/kustomization.yaml",
                    "      - op: remove\n        path: /spec/strategy/canary/steps/10\n",
                    "",
                ),
                "a step waits for a person",
            ),
        ),
        where=on_kubernetes,
        numbers=True,
        pure=True,
    ),
    Check(
        "manifests: built-in kinds",
        "kubernetes-validate",
        MANIFESTS,
        builtin,
        (
            Fault(Edit("deploy/kubernetes/base/service.yaml", "targetPort:", "targetport:"), "targetport"),
            Fault(Edit(ROLLOUT, "runAsNonRoot:", "runAsNonroot:"), "runAsNonroot"),
            Fault(
                Edit("deploy/kubernetes/base/deployment.yaml", "replicas: 2", "replicas: two"),
                "two",
                "quick-start-kubernetes",
            ),
        ),
        where=on_kubernetes,
        numbers=True,
        pure=True,
    ),
    Check(
        "manifests: Argo Rollouts",
        "python",
        MANIFESTS,
        argo,
        (
            Fault(Edit(ROLLOUT, "setWeight:", "setWeigth:"), "setWeigth"),
            Fault(Edit(ROLLOUT, "maxSurge: 1", "maxSurge: [1]"), "maxSurge"),
            Fault(
                Edit("deploy/kubernetes/base/analysis-latency.yaml", "successCondition:", "succesCondition:"),
                "succesCondition",
            ),
        ),
        where=with_canary,
        numbers=True,
        pure=True,
    ),
)
