"""The image, the compose files and the development container."""

import re
import tempfile

import yaml

from check import Check, Context, Edit, Fault, Render
from schema import HERE


def hadolint(context: Context, render: Render, files: list[str]) -> str:
    """The image file."""
    return context.run(render.folder, "hadolint", "--no-color", *files)


def compose(context: Context, render: Render, files: list[str]) -> str:
    """Compose files against the Compose specification."""
    return context.run(render.folder, "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *files)


def placed(_context: Context, render: Render, files: list[str]) -> str:
    """Compose copies the text of a config into its container, and refuses to where the service is `read_only`."""
    described = yaml.safe_load((render.folder / files[0]).read_text())
    written = {name for name, config in described["configs"].items() if "content" in config}
    found = [
        f"{name} is read_only and has the config {each['source']}"
        for name, service in described["services"].items()
        for each in service.get("configs", [])
        if service.get("read_only") and each["source"] in written
    ]
    return "\n".join(found)


def devcontainer(context: Context, render: Render, files: list[str]) -> str:
    """The development container against its specification."""
    return context.run(render.folder, "check-jsonschema", "--schemafile", HERE / "devcontainer.schema.json", *files)


def proxy(context: Context, render: Render, files: list[str]) -> str:
    """The configuration of the proxy, which stands inside the compose file, as the proxy reads it."""
    text = yaml.safe_load((render.folder / files[0]).read_text())["configs"]["proxy"]["content"]
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as file:
        # Compose replaces its own variables first; `$$` is a dollar.
        file.write(re.sub(r"\$\$", "$", re.sub(r"\$\{\w+(:?[-?][^}]*)?\}", "x", text)))
        file.flush()
        code, said = context.ask(render.folder, "haproxy", "-c", "-V", "-f", file.name)
    return said if code or "WARNING" in said else ""


def on_compose(render: Render) -> bool:
    """For checks of the platform with one host."""
    return render.platform == "compose"


COMPOSE = "deploy/compose/compose.yaml"
DEVCONTAINER = ".devcontainer/devcontainer.json"
CHECKS = (
    Check(
        "image: Dockerfile",
        "hadolint",
        ("Dockerfile",),
        hadolint,
        (Fault(Edit("Dockerfile", "USER 65532:65532", "USER nonroot"), "DL3066"),),
    ),
    Check(
        "compose: schema",
        "check-jsonschema",
        ("deploy/compose/*.yaml",),
        compose,
        (Fault(Edit(COMPOSE, "read_only: true", "readonly: true"), "readonly", "enterprise-compose"),),
        where=on_compose,
    ),
    Check(
        "compose: configs can be placed",
        "python",
        (COMPOSE,),
        placed,
        (Fault(Edit(COMPOSE, "user: 99:99", "read_only: true"), "proxy is read_only", "enterprise-compose"),),
        where=on_compose,
        pure=True,
    ),
    Check(
        "compose: configuration of the proxy",
        "haproxy",
        (COMPOSE,),
        proxy,
        (
            Fault(Edit(COMPOSE, "balance leastconn", "balance leastcon"), "leastcon", "enterprise-compose"),
            Fault(Edit(COMPOSE, "default_backend orders", "default_backend order"), "order", "enterprise-compose"),
        ),
        where=on_compose,
        pure=True,
    ),
    Check(
        "development container: schema",
        "check-jsonschema",
        (DEVCONTAINER,),
        devcontainer,
        (Fault(Edit(DEVCONTAINER, '"forwardPorts"', '"forwardPort"'), "forwardPort"),),
    ),
)
